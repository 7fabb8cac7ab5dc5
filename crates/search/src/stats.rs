//! Cases and fines by up to three facets, in one pass, with exact medians.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use fineprint_model::Basis;
use fineprint_model::query::{Field, Measured, Metric, Stats, StatsRequest, StatsRow};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use crate::engine::{Engine, check_facets};
use crate::error::{Error, Result};
use crate::figures::{RATES, Reading, Readings, Sample};
use crate::money::Purse;
use crate::query::sentence;
use crate::schema::{AFFECTED, ARTICLES, CAP, CAP_ASSUMED, CONVERTED, SHARE, fine_column, state_column};

/// The figures where none are named.
const USUAL: [Metric; 3] = [Metric::Sum, Metric::MEDIAN, Metric::Max];
/// Most figures of one table.
const MOST_METRICS: usize = 24;

/// Most facets of one table.
const MAX_BY: usize = 3;

/// Stands for "not known" among the ordinals of a column's values.
const NO_VALUE: u64 = u64::MAX;

impl Engine {
    /// Counts and sums over the cases that a query matches, grouped by facets.
    ///
    /// A case with several values of a facet is in several rows and once in the total. Provisions are grouped by
    /// article and violation types by their broadest term: finer ones have their own searches.
    ///
    /// # Errors
    /// [`Error::Request`] for more than three facets or one that cannot be counted, [`Error::Index`] where the index
    /// fails.
    pub fn stats(&self, request: &StatsRequest) -> Result<Stats> {
        check_facets("by", &request.by)?;
        if request.by.len() > MAX_BY {
            let found = request.by.len().to_string();
            return Err(Error::Request { place: "by", expected: "at most three facets", found });
        }
        let plan = self.plan(&request.query, &[]);
        let mut metrics: Vec<Metric> = Vec::new();
        for metric in if request.metrics.is_empty() { &USUAL[..] } else { &request.metrics } {
            if !metrics.contains(metric) {
                metrics.push(*metric);
            }
        }
        if metrics.len() > MOST_METRICS {
            let found = metrics.len().to_string();
            return Err(Error::Request { place: "metric", expected: "at most 24 figures", found });
        }
        let tally = Tally {
            by: request.by.clone(),
            basis: request.query.basis,
            of: request.of,
            single_finding: request.single_finding,
        };
        let Tallied { groups, total } =
            self.inner.searcher.search(&plan.query, &tally).map_err(Error::index("count"))?;
        let mut rows: Vec<StatsRow> =
            groups.into_iter().map(|(key, group)| group.row(key, request.of, &metrics)).collect();
        sort_rows(&request.by, &mut rows);
        Ok(Stats {
            sentence: sentence(&request.query),
            basis: request.query.basis,
            by: request.by.clone(),
            of: request.of,
            unit: request.of.unit(),
            rates: RATES,
            metrics: metrics.iter().map(|metric| metric.name()).collect(),
            single_finding: request.single_finding,
            rows,
            total: total.row(Vec::new(), request.of, &metrics),
        })
    }
}

/// Years oldest first, other values by how many cases they have; what is not known comes last.
fn sort_rows(by: &[Field], rows: &mut [StatsRow]) {
    let mut cases: Vec<HashMap<Option<String>, usize>> = vec![HashMap::new(); by.len()];
    for row in rows.iter() {
        for (cases, value) in cases.iter_mut().zip(&row.key) {
            *cases.entry(value.clone()).or_default() += row.cases;
        }
    }
    rows.sort_by_cached_key(|row| {
        by.iter()
            .zip(&row.key)
            .zip(&cases)
            .map(|((field, value), cases)| {
                let count = if *field == Field::Year { 0 } else { cases.get(value).copied().unwrap_or_default() };
                (value.is_none(), Reverse(count), value.clone())
            })
            .collect::<Vec<_>>()
    });
}

#[derive(Debug, Clone, Default)]
struct Group {
    cases: usize,
    purse: Purse,
    sample: Sample,
}

impl Group {
    fn row(self, key: Vec<Option<String>>, of: Measured, metrics: &[Metric]) -> StatsRow {
        let figures = self.sample.figures(of, metrics);
        StatsRow { key, cases: self.cases, figures, money: self.purse.summary() }
    }

    fn merge(&mut self, other: Self) {
        self.cases += other.cases;
        self.purse.merge(other.purse);
        self.sample.merge(other.sample);
    }

    fn add(&mut self, case: &CaseReading) {
        self.cases += 1;
        self.purse.add(case.readings.state, case.readings.fine);
        self.sample.add(case.reading, case.converted, case.assumed);
    }
}

/// What a table needs to know of one case.
struct CaseReading {
    readings: Readings,
    reading: Reading,
    converted: bool,
    assumed: bool,
}

struct Tally {
    by: Vec<Field>,
    basis: Basis,
    of: Measured,
    single_finding: bool,
}

#[derive(Default)]
struct Tallied {
    groups: BTreeMap<Vec<Option<String>>, Group>,
    total: Group,
}

/// A facet's column, and which of its values make a row of their own.
struct Dimension {
    column: Option<StrColumn>,
    is_row: Vec<bool>,
}

impl Dimension {
    fn open(reader: &SegmentReader, field: Field) -> tantivy::Result<Self> {
        let column = reader.fast_fields().str(field.as_str())?;
        let mut is_row = Vec::new();
        if let Some(column) = &column {
            let mut terms = column.dictionary().stream()?;
            while let Some((term, ())) = terms.next() {
                let depth = term.iter().filter(|byte| **byte == b'/').count();
                is_row.push(match field {
                    Field::Article | Field::Cites => depth == 1,
                    Field::Violation => depth == 0,
                    _ => true,
                });
            }
        }
        Ok(Self { column, is_row })
    }

    fn values(&self, doc: DocId, values: &mut Vec<u64>) {
        values.clear();
        if let Some(column) = &self.column {
            let is_row =
                |ord: &u64| usize::try_from(*ord).ok().and_then(|ord| self.is_row.get(ord)).is_some_and(|yes| *yes);
            values.extend(column.term_ords(doc).filter(is_row));
        }
        if values.is_empty() {
            values.push(NO_VALUE);
        }
    }
}

struct SegmentTally {
    dimensions: Vec<Dimension>,
    columns: Measures,
    of: Measured,
    single_finding: bool,
    groups: HashMap<[u64; MAX_BY], Group>,
    total: Group,
    values: [Vec<u64>; MAX_BY],
}

/// The columns of everything that can be measured.
struct Measures {
    fines: Column<i64>,
    states: Column<i64>,
    shares: Column<f64>,
    caps: Column<i64>,
    assumed: Column<i64>,
    affected: Column<i64>,
    converted: Column<i64>,
    articles: Column<i64>,
}

impl Measures {
    fn open(reader: &SegmentReader, basis: Basis) -> tantivy::Result<Self> {
        let columns = reader.fast_fields();
        Ok(Self {
            fines: columns.i64(fine_column(basis))?,
            states: columns.i64(state_column(basis))?,
            shares: columns.f64(SHARE)?,
            caps: columns.i64(CAP)?,
            assumed: columns.i64(CAP_ASSUMED)?,
            affected: columns.i64(AFFECTED)?,
            converted: columns.i64(CONVERTED)?,
            articles: columns.i64(ARTICLES)?,
        })
    }
}

impl SegmentTally {
    fn read(&self, doc: DocId) -> CaseReading {
        let columns = &self.columns;
        let readings = Readings {
            state: columns.states.first(doc).unwrap_or_default(),
            fine: columns.fines.first(doc),
            share: columns.shares.first(doc),
            cap: columns.caps.first(doc),
            affected: columns.affected.first(doc),
        };
        // What several articles cost together says nothing about one of them.
        let counts = !self.single_finding || columns.articles.first(doc) == Some(1);
        let in_euro = matches!(self.of, Measured::Fine | Measured::CapShare | Measured::PerPerson);
        CaseReading {
            readings,
            reading: if counts { readings.of(self.of) } else { Reading::Excluded },
            converted: in_euro && columns.converted.first(doc) == Some(1),
            assumed: self.of == Measured::CapShare && columns.assumed.first(doc) == Some(1),
        }
    }
}

impl Collector for Tally {
    type Fruit = Tallied;
    type Child = SegmentTally;

    fn for_segment(&self, _: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentTally> {
        Ok(SegmentTally {
            dimensions: self.by.iter().map(|field| Dimension::open(reader, *field)).collect::<Result<_, _>>()?,
            columns: Measures::open(reader, self.basis)?,
            of: self.of,
            single_finding: self.single_finding,
            groups: HashMap::new(),
            total: Group::default(),
            values: Default::default(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<Tallied>>) -> tantivy::Result<Tallied> {
        let mut all = Tallied::default();
        for segment in segments {
            let segment = segment?;
            all.total.merge(segment.total);
            for (key, group) in segment.groups {
                all.groups.entry(key).or_default().merge(group);
            }
        }
        // One row over everything is there even where nothing matches.
        if self.by.is_empty() {
            all.groups.entry(Vec::new()).or_default();
        }
        Ok(all)
    }
}

impl SegmentCollector for SegmentTally {
    type Fruit = tantivy::Result<Tallied>;

    fn collect(&mut self, doc: DocId, _: Score) {
        let case = self.read(doc);
        self.total.add(&case);
        for values in &mut self.values {
            values.clear();
            values.push(NO_VALUE);
        }
        for (dimension, values) in self.dimensions.iter().zip(&mut self.values) {
            dimension.values(doc, values);
        }
        let [first, second, third] = &self.values;
        for a in first {
            for b in second {
                for c in third {
                    self.groups.entry([*a, *b, *c]).or_default().add(&case);
                }
            }
        }
    }

    fn harvest(self) -> Self::Fruit {
        let mut groups = BTreeMap::new();
        for (ords, group) in self.groups {
            let mut key = Vec::with_capacity(self.dimensions.len());
            for (dimension, ord) in self.dimensions.iter().zip(ords) {
                key.push(match &dimension.column {
                    Some(column) if ord != NO_VALUE => {
                        let mut value = String::new();
                        column.ord_to_str(ord, &mut value)?;
                        Some(value)
                    }
                    _ => None,
                });
            }
            groups.insert(key, group);
        }
        Ok(Tallied { groups, total: self.total })
    }
}
