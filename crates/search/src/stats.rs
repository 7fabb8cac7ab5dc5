//! Cases and fines by up to three facets, in one pass, with exact medians.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use fineprint_model::Basis;
use fineprint_model::query::{Field, Measured, Metric, Stats, StatsRequest, StatsRow};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use crate::columns::{Columns, FacetColumn, FineColumn, FineReading, FlagColumn};
use crate::engine::{Engine, check_facets};
use crate::error::{Error, Result};
use crate::figures::{RATES, Reading, Readings, Sample};
use crate::money::Purse;
use crate::query::sentence;
use crate::schema::{AFFECTED, ARTICLES, CAP, CAP_ASSUMED, FineState, SHARE};

/// The figures where none are named.
const USUAL: [Metric; 3] = [Metric::Sum, Metric::MEDIAN, Metric::Max];
/// Most figures of one table.
const MOST_METRICS: usize = 24;

/// Most facets of one table.
const MAX_BY: usize = 3;

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
        let asked = Asked {
            by: request.by.clone(),
            basis: request.query.basis,
            of: request.of,
            metrics: metrics.clone(),
            single_finding: request.single_finding,
        };
        // The cases of an open index do not change: what all of them come to is counted once.
        if plan.is_everything
            && let Some(kept) = self.kept_stats(&asked)
        {
            return Ok(Stats { sentence: sentence(&request.query), ..kept });
        }
        let tally = Tally {
            by: request.by.clone(),
            basis: request.query.basis,
            of: request.of,
            single_finding: request.single_finding,
            columns: Arc::clone(&self.inner.columns),
        };
        let Tallied { groups, total } =
            self.inner.searcher.search(&plan.query, &tally).map_err(Error::index("count"))?;
        let mut rows: Vec<StatsRow> =
            groups.into_iter().map(|(key, group)| group.row(key, request.of, &metrics)).collect();
        sort_rows(&request.by, &mut rows);
        let stats = Stats {
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
        };
        if plan.is_everything {
            self.keep_stats(asked, &stats);
        }
        Ok(stats)
    }
}

/// What is asked of all cases.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asked {
    by: Vec<Field>,
    basis: Basis,
    of: Measured,
    metrics: Vec<Metric>,
    single_finding: bool,
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
    /// What was measured; `None` where that is the fines, which are in the purse.
    sample: Option<Sample>,
    /// Fines converted to euro.
    converted: usize,
}

impl Group {
    fn row(self, key: Vec<Option<String>>, of: Measured, metrics: &[Metric]) -> StatsRow {
        let sample = self.sample.unwrap_or_else(|| Sample::of_fines(&self.purse, self.converted));
        let figures = sample.figures(of, metrics);
        StatsRow { key, cases: self.cases, figures, money: self.purse.summary() }
    }

    fn merge(&mut self, other: Self) {
        self.cases += other.cases;
        self.converted += other.converted;
        self.purse.merge(other.purse);
        if let Some(sample) = other.sample {
            self.sample.get_or_insert_default().merge(sample);
        }
    }

    fn add(&mut self, case: &CaseReading) {
        self.cases += 1;
        self.purse.add(case.fine);
        match case.reading {
            Some(reading) => {
                self.sample.get_or_insert_default().add(reading, case.converted, case.assumed);
            }
            None => self.converted += usize::from(case.converted),
        }
    }
}

/// What a table needs to know of one case.
struct CaseReading {
    fine: FineReading,
    /// What was measured; `None` where that is the fine.
    reading: Option<Reading>,
    converted: bool,
    assumed: bool,
}

struct Tally {
    by: Vec<Field>,
    basis: Basis,
    of: Measured,
    single_finding: bool,
    columns: Arc<Columns>,
}

#[derive(Default)]
struct Tallied {
    groups: BTreeMap<Vec<Option<String>>, Group>,
    total: Group,
}

/// A facet's column, and which of its values make a row of their own.
struct Dimension {
    field: Field,
    column: FacetColumn,
    /// `None` where all do.
    is_row: Option<Vec<bool>>,
    /// How many values the column has, and stands for none of them.
    none: usize,
}

impl Dimension {
    fn open(tally: &Tally, ordinal: SegmentOrdinal, reader: &SegmentReader, field: Field) -> tantivy::Result<Self> {
        let column = tally.columns.facet(ordinal, reader, field)?;
        let none = column.values().map_or(0, |column| column.num_terms());
        let depth = match field {
            Field::Article | Field::Cites => Some(1),
            Field::Violation => Some(0),
            _ => None,
        };
        let is_row = match (depth, column.values()) {
            (Some(depth), Some(values)) => {
                let mut is_row = Vec::with_capacity(none);
                let mut terms = values.dictionary().stream()?;
                while let Some((term, ())) = terms.next() {
                    is_row.push(term.iter().filter(|byte| **byte == b'/').count() == depth);
                }
                Some(is_row)
            }
            _ => None,
        };
        Ok(Self { field, column, is_row, none })
    }

    /// Whether each case has one value at most.
    fn is_single(&self) -> bool {
        self.column.values().is_none_or(|column| !column.ords().get_cardinality().is_multivalue())
    }

    fn values(&self, doc: DocId, values: &mut Vec<usize>) {
        values.clear();
        self.column.each(doc, |ord| {
            if self.is_row.as_ref().is_none_or(|is_row| is_row.get(ord).is_some_and(|yes| *yes)) {
                values.push(ord);
            }
        });
        if values.is_empty() {
            values.push(self.none);
        }
    }
}

/// Groups by the number of their key: the ordinals of its values, each in its dimension's own base.
enum Groups {
    Dense(Vec<Group>),
    Sparse(HashMap<u64, Group>),
}

/// Most groups for which room is made beforehand.
const MOST_DENSE: u64 = 1 << 14;

impl Groups {
    fn new(dimensions: &[Dimension]) -> Self {
        let all = dimensions.iter().try_fold(1_u64, |all, dimension| all.checked_mul(dimension.none as u64 + 1));
        match all.filter(|all| *all <= MOST_DENSE).and_then(|all| usize::try_from(all).ok()) {
            Some(all) => Self::Dense(vec![Group::default(); all]),
            None => Self::Sparse(HashMap::new()),
        }
    }

    fn add(&mut self, number: u64, case: &CaseReading) {
        match self {
            Self::Dense(groups) => {
                if let Some(group) = usize::try_from(number).ok().and_then(|number| groups.get_mut(number)) {
                    group.add(case);
                }
            }
            Self::Sparse(groups) => groups.entry(number).or_default().add(case),
        }
    }

    fn into_groups(self) -> Vec<(u64, Group)> {
        match self {
            Self::Dense(groups) => (0..).zip(groups).filter(|(_, group)| group.cases > 0).collect(),
            Self::Sparse(groups) => groups.into_iter().collect(),
        }
    }
}

struct SegmentTally {
    ordinal: SegmentOrdinal,
    /// Where to say what was read.
    unpacked: Arc<Columns>,
    basis: Basis,
    dimensions: Vec<Dimension>,
    fines: FineColumn,
    converted: FlagColumn,
    /// The columns of what else is measured; `None` for fines alone.
    columns: Option<Measures>,
    of: Measured,
    single_finding: bool,
    groups: Groups,
    /// Counted apart where a case can be in several groups; else `None`, and the sum of the groups.
    total: Option<Group>,
    values: [Vec<usize>; MAX_BY],
    cases: u64,
}

/// The columns of everything that can be measured besides fines.
struct Measures {
    shares: Column<f64>,
    caps: Column<i64>,
    assumed: Column<i64>,
    affected: Column<i64>,
    articles: Column<i64>,
}

impl Measures {
    fn open(columns: &Columns, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<Self> {
        let whole = |name| columns.whole(segment, reader, name);
        Ok(Self {
            shares: columns.ratio(segment, reader, SHARE)?,
            caps: whole(CAP)?,
            assumed: whole(CAP_ASSUMED)?,
            affected: whole(AFFECTED)?,
            articles: whole(ARTICLES)?,
        })
    }
}

impl SegmentTally {
    fn read(&self, doc: DocId) -> CaseReading {
        let fine = self.fines.of(doc);
        let Some(columns) = &self.columns else {
            let converted = matches!(fine, FineReading::Cents(_)) && self.converted.is_set(doc);
            return CaseReading { fine, reading: None, converted, assumed: false };
        };
        let (state, cents) = match fine {
            FineReading::Cents(cents) => (FineState::Known as i64, Some(cents)),
            FineReading::Absent(state) => (state, None),
        };
        let readings = Readings {
            state,
            fine: cents,
            share: columns.shares.first(doc),
            cap: columns.caps.first(doc),
            affected: columns.affected.first(doc),
        };
        // What several articles cost together says nothing about one of them.
        let counts = !self.single_finding || columns.articles.first(doc) == Some(1);
        let in_euro = matches!(self.of, Measured::Fine | Measured::CapShare | Measured::PerPerson);
        CaseReading {
            fine,
            reading: Some(if counts { readings.of(self.of) } else { Reading::Excluded }),
            converted: in_euro && self.converted.is_set(doc),
            assumed: self.of == Measured::CapShare && columns.assumed.first(doc) == Some(1),
        }
    }
}

impl Collector for Tally {
    type Fruit = Tallied;
    type Child = SegmentTally;

    fn for_segment(&self, ordinal: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentTally> {
        let dimensions: Vec<Dimension> =
            self.by.iter().map(|field| Dimension::open(self, ordinal, reader, *field)).collect::<Result<_, _>>()?;
        let fines_alone = self.of == Measured::Fine && !self.single_finding;
        let once = dimensions.iter().all(Dimension::is_single);
        Ok(SegmentTally {
            ordinal,
            unpacked: Arc::clone(&self.columns),
            basis: self.basis,
            fines: self.columns.fines(ordinal, reader, self.basis)?,
            converted: self.columns.converted(ordinal, reader)?,
            columns: if fines_alone { None } else { Some(Measures::open(&self.columns, ordinal, reader)?) },
            of: self.of,
            single_finding: self.single_finding,
            groups: Groups::new(&dimensions),
            total: (!once).then(Group::default),
            dimensions,
            values: Default::default(),
            cases: 0,
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
        self.cases += 1;
        let case = self.read(doc);
        if let Some(total) = &mut self.total {
            total.add(&case);
        }
        for (dimension, values) in self.dimensions.iter().zip(&mut self.values) {
            dimension.values(doc, values);
        }
        let base = |at: usize| self.dimensions.get(at).map_or(1, |dimension| dimension.none as u64 + 1);
        let (second_base, third_base) = (base(1), base(2));
        let of = |at: usize| -> &[usize] { if at < self.dimensions.len() { &self.values[at] } else { &[0] } };
        for a in of(0) {
            for b in of(1) {
                for c in of(2) {
                    let number = (*a as u64 * second_base + *b as u64) * third_base + *c as u64;
                    self.groups.add(number, &case);
                }
            }
        }
    }

    fn harvest(self) -> Self::Fruit {
        for dimension in &self.dimensions {
            self.unpacked.facet_was_read(self.ordinal, dimension.field, self.cases);
        }
        self.unpacked.fines_were_read(self.ordinal, self.basis, self.cases);
        self.unpacked.converted_was_read(self.ordinal, self.cases);
        let mut tallied = Tallied::default();
        let sums = self.total.is_none();
        for (mut number, group) in self.groups.into_groups() {
            let mut key = Vec::with_capacity(self.dimensions.len());
            for dimension in self.dimensions.iter().rev() {
                let base = dimension.none as u64 + 1;
                let ord = number % base;
                number /= base;
                key.push(match dimension.column.values() {
                    Some(column) if ord < dimension.none as u64 => {
                        let mut value = String::new();
                        column.ord_to_str(ord, &mut value)?;
                        Some(value)
                    }
                    _ => None,
                });
            }
            key.reverse();
            if sums {
                tallied.total.merge(group.clone());
            }
            tallied.groups.insert(key, group);
        }
        if let Some(total) = self.total {
            tallied.total = total;
        }
        Ok(tallied)
    }
}
