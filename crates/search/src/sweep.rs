//! One pass over the matching cases: the best hits, the facets' counts and the fines.
//!
//! A facet's counts leave its own selection out. Selections are therefore not part of the index query: the
//! collector sees every case that the rest of the query matches and looks each selection up in the column. A case
//! that fails none is a hit; a case that fails exactly one still counts in that one's facet.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use fineprint_model::Basis;
use fineprint_model::query::{Facet, FacetValue, Field, SortBy};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

use crate::money::Purse;
use crate::plan::{Selection, Wanted};
use crate::schema::{AFFECTED, DATED, PRIOR, SHARE, fine_column, state_column};
use crate::weights::{RECENT, RECENT_YEARS};

/// By what hits are ordered, after relevance without text has become date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Order {
    pub by: SortBy,
    pub ascending: bool,
}

/// Where a page starts: after this hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct After {
    pub key: u64,
    pub id: String,
}

/// The collector.
pub(crate) struct Sweep {
    pub facets: Vec<Field>,
    pub selections: Vec<Selection>,
    pub basis: Basis,
    pub order: Order,
    pub limit: usize,
    pub after: Option<After>,
    /// The newest day of the collection.
    pub newest: i64,
    /// Whether to note the newest case of each facet value.
    pub latest: bool,
}

/// A hit on the page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    pub key: u64,
    pub id: String,
    pub score: Score,
    pub address: DocAddress,
}

/// What a pass gives.
#[derive(Debug, Default)]
pub(crate) struct Swept {
    pub total: usize,
    pub hits: Vec<Found>,
    /// Whether more hits follow the page.
    pub more: bool,
    pub facets: Vec<Facet>,
    /// For each facet, the day of each value's newest case, where asked for.
    pub latest: Vec<BTreeMap<String, i64>>,
    pub purse: Purse,
}

/// What one segment gives.
#[derive(Default)]
pub(crate) struct SegmentSwept {
    total: usize,
    hits: Vec<Found>,
    more: bool,
    counts: Vec<(BTreeMap<String, usize>, usize)>,
    latest: Vec<BTreeMap<String, i64>>,
    purse: Purse,
}

/// A column of facet values with the counts so far.
struct Counter {
    column: Option<StrColumn>,
    counts: Vec<u32>,
    unknown: usize,
    /// The day of each value's newest case; empty where it was not asked for.
    latest: Vec<i64>,
}

impl Counter {
    fn open(reader: &SegmentReader, field: Field, latest: bool) -> tantivy::Result<Self> {
        let column = reader.fast_fields().str(field.as_str())?;
        let values = column.as_ref().map_or(0, |column| column.num_terms());
        let latest = vec![i64::MIN; if latest { values } else { 0 }];
        Ok(Self { column, counts: vec![0; values], unknown: 0, latest })
    }

    fn count(&mut self, doc: DocId, dates: &Column<i64>) {
        let mut known = false;
        if let Some(column) = &self.column {
            for ord in column.term_ords(doc) {
                known = true;
                if let Some(count) = usize::try_from(ord).ok().and_then(|ord| self.counts.get_mut(ord)) {
                    *count += 1;
                }
                if let Some(latest) = usize::try_from(ord).ok().and_then(|ord| self.latest.get_mut(ord)) {
                    *latest = dates.first(doc).unwrap_or(i64::MIN).max(*latest);
                }
            }
        }
        self.unknown += usize::from(!known);
    }
}

/// Which values of a column a selection accepts.
struct Accepts {
    column: Option<StrColumn>,
    ords: Vec<bool>,
    /// Whether cases without any value are accepted.
    unknown: bool,
    /// The facet whose counts leave this selection out.
    facet: Option<usize>,
}

impl Accepts {
    fn open(reader: &SegmentReader, selection: &Selection, facets: &[Field]) -> tantivy::Result<Self> {
        let column = reader.fast_fields().str(selection.field.as_str())?;
        let mut ords = Vec::new();
        if let Some(column) = &column {
            let mut terms = column.dictionary().stream()?;
            while let Some((term, ())) = terms.next() {
                let term = std::str::from_utf8(term).unwrap_or_default();
                ords.push(selection.values.iter().any(|wanted| wanted.is(term)));
            }
        }
        let facet = facets.iter().position(|field| *field == selection.field);
        let unknown = selection.values.iter().any(|wanted| matches!(wanted, Wanted::Unknown));
        Ok(Self { column, ords, unknown, facet })
    }

    fn accepts(&self, doc: DocId) -> bool {
        let accepted = |ord: u64| usize::try_from(ord).ok().and_then(|ord| self.ords.get(ord)).is_some_and(|yes| *yes);
        let Some(column) = &self.column else { return self.unknown };
        column.term_ords(doc).any(accepted) || (self.unknown && column.term_ords(doc).next().is_none())
    }
}

/// The value that hits are ordered by: larger comes first, 0 where the case has none.
pub(crate) enum Key {
    /// The score, raised by what is official, large and recent.
    Score {
        prior: Column<f64>,
        dates: Column<i64>,
        /// The newest day of the collection.
        newest: i64,
    },
    Whole(Column<i64>, bool),
    Ratio(Column<f64>, bool),
}

impl Key {
    /// The columns of an order. `newest` is the newest day of the collection.
    pub(crate) fn open(reader: &SegmentReader, order: Order, basis: Basis, newest: i64) -> tantivy::Result<Self> {
        let columns = reader.fast_fields();
        let ascending = order.ascending;
        Ok(match order.by {
            SortBy::Relevance => Self::Score { prior: columns.f64(PRIOR)?, dates: columns.i64(DATED)?, newest },
            SortBy::Fine => Self::Whole(columns.i64(fine_column(basis))?, ascending),
            SortBy::Share => Self::Ratio(columns.f64(SHARE)?, ascending),
            SortBy::Affected => Self::Whole(columns.i64(AFFECTED)?, ascending),
            SortBy::Date => Self::Whole(columns.i64(DATED)?, ascending),
        })
    }

    pub(crate) fn of(&self, doc: DocId, score: Score) -> u64 {
        let ordered = |value: Option<u64>, ascending: bool| {
            value.map_or(0, |value| if ascending { !value } else { value }.max(1))
        };
        match self {
            // Scores are never negative, so their bits order like their values.
            Self::Score { prior, dates, newest } => {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_precision_loss,
                    reason = "an approximate weight"
                )]
                let raised = {
                    let years = dates.first(doc).map_or(RECENT_YEARS, |day| (newest - day) as f32 / 365.25);
                    let recent = RECENT * (1.0 - years / RECENT_YEARS).clamp(0.0, 1.0);
                    score.max(0.0) * (1.0 + prior.first(doc).unwrap_or_default() as f32 + recent)
                };
                u64::from(raised.to_bits()) + 1
            }
            Self::Whole(column, ascending) => {
                ordered(column.first(doc).map(|value| value.cast_unsigned() ^ (1 << 63)), *ascending)
            }
            Self::Ratio(column, ascending) => {
                ordered(column.first(doc).map(|value| value.max(0.0).to_bits()), *ascending)
            }
        }
    }
}

pub(crate) struct SegmentSweep {
    ordinal: SegmentOrdinal,
    counters: Vec<Counter>,
    accepts: Vec<Accepts>,
    key: Key,
    dates: Column<i64>,
    ids: Option<StrColumn>,
    fines: Column<i64>,
    states: Column<i64>,
    limit: usize,
    after: Option<After>,
    /// Best candidates so far: key, then the id's ordinal (in the order of the ids), document, score.
    best: Vec<(Reverse<u64>, u64, DocId, Score)>,
    more: bool,
    total: usize,
    purse: Purse,
}

impl Collector for Sweep {
    type Fruit = Swept;
    type Child = SegmentSweep;

    fn for_segment(&self, ordinal: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentSweep> {
        let columns = reader.fast_fields();
        Ok(SegmentSweep {
            ordinal,
            counters: self
                .facets
                .iter()
                .map(|field| Counter::open(reader, *field, self.latest))
                .collect::<Result<_, _>>()?,
            accepts: self
                .selections
                .iter()
                .map(|selection| Accepts::open(reader, selection, &self.facets))
                .collect::<Result<_, _>>()?,
            key: Key::open(reader, self.order, self.basis, self.newest)?,
            dates: columns.i64(DATED)?,
            ids: columns.str("id")?,
            fines: columns.i64(fine_column(self.basis))?,
            states: columns.i64(state_column(self.basis))?,
            limit: self.limit,
            after: self.after.clone(),
            best: Vec::new(),
            more: false,
            total: 0,
            purse: Purse::default(),
        })
    }

    fn requires_scoring(&self) -> bool {
        self.order.by == SortBy::Relevance
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<SegmentSwept>>) -> tantivy::Result<Swept> {
        let mut swept = Swept::default();
        let mut counts: Vec<(BTreeMap<String, usize>, usize)> = vec![Default::default(); self.facets.len()];
        for segment in segments {
            let segment = segment?;
            swept.total += segment.total;
            swept.more |= segment.more;
            swept.hits.extend(segment.hits);
            swept.purse.merge(segment.purse);
            swept.latest.resize_with(self.facets.len(), BTreeMap::new);
            for (all, more) in swept.latest.iter_mut().zip(segment.latest) {
                for (value, day) in more {
                    all.entry(value).and_modify(|latest| *latest = day.max(*latest)).or_insert(day);
                }
            }
            for ((all, unknown), (more, more_unknown)) in counts.iter_mut().zip(segment.counts) {
                *unknown += more_unknown;
                for (value, count) in more {
                    *all.entry(value).or_default() += count;
                }
            }
        }
        swept.hits.sort_by(|a, b| b.key.cmp(&a.key).then_with(|| a.id.cmp(&b.id)));
        swept.more |= swept.hits.len() > self.limit;
        swept.hits.truncate(self.limit);
        swept.facets = self
            .facets
            .iter()
            .zip(counts)
            .map(|(field, (counts, unknown))| self.facet(*field, counts, unknown))
            .collect();
        Ok(swept)
    }
}

impl Sweep {
    fn facet(&self, field: Field, counts: BTreeMap<String, usize>, unknown: usize) -> Facet {
        let wanted: Vec<_> = self
            .selections
            .iter()
            .filter(|selection| selection.field == field)
            .flat_map(|selection| &selection.values)
            .collect();
        let mut counts = counts;
        for wanted in &wanted {
            if let Wanted::Term(term) = wanted {
                counts.entry(term.clone()).or_default();
            }
        }
        let mut values: Vec<FacetValue> = counts
            .into_iter()
            .map(|(value, count)| FacetValue { selected: wanted.iter().any(|wanted| wanted.is(&value)), value, count })
            .filter(|value| value.count > 0 || value.selected)
            // Whole laws have a facet of their own.
            .filter(|value| {
                value.selected || !matches!(field, Field::Article | Field::Cites) || value.value.contains('/')
            })
            .collect();
        values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        let unknown_selected = wanted.iter().any(|wanted| matches!(wanted, Wanted::Unknown));
        Facet { field, values, unknown, unknown_selected }
    }
}

impl SegmentSweep {
    fn id_of(&self, ord: u64) -> String {
        let mut id = String::new();
        if let Some(ids) = &self.ids
            && ids.ord_to_str(ord, &mut id).is_err()
        {
            id.clear();
        }
        id
    }

    fn offer(&mut self, doc: DocId, score: Score) {
        if self.limit == 0 {
            return;
        }
        let key = self.key.of(doc, score);
        let ord = self.ids.as_ref().and_then(|ids| ids.term_ords(doc).next()).unwrap_or(u64::MAX);
        if let Some(after) = &self.after {
            let is_after = match key.cmp(&after.key) {
                std::cmp::Ordering::Less => true,
                std::cmp::Ordering::Greater => false,
                std::cmp::Ordering::Equal => self.id_of(ord) > after.id,
            };
            if !is_after {
                return;
            }
        }
        self.best.push((Reverse(key), ord, doc, score));
        if self.best.len() >= 2 * self.limit + 64 {
            self.keep_best();
        }
    }

    fn keep_best(&mut self) {
        if self.best.len() > self.limit {
            self.best.select_nth_unstable_by_key(self.limit, |(key, ord, ..)| (*key, *ord));
            self.best.truncate(self.limit);
            self.more = true;
        }
    }
}

impl SegmentCollector for SegmentSweep {
    type Fruit = tantivy::Result<SegmentSwept>;

    fn collect(&mut self, doc: DocId, score: Score) {
        let mut failed = None;
        for (at, selection) in self.accepts.iter().enumerate() {
            if !selection.accepts(doc) && failed.replace(at).is_some() {
                return;
            }
        }
        if let Some(failed) = failed {
            if let Some(counter) = self.accepts[failed].facet.and_then(|facet| self.counters.get_mut(facet)) {
                counter.count(doc, &self.dates);
            }
            return;
        }
        self.total += 1;
        self.counters.iter_mut().for_each(|counter| counter.count(doc, &self.dates));
        self.purse.add(self.states.first(doc).unwrap_or_default(), self.fines.first(doc));
        self.offer(doc, score);
    }

    fn harvest(mut self) -> Self::Fruit {
        self.keep_best();
        let best = std::mem::take(&mut self.best);
        let hits = best
            .into_iter()
            .map(|(Reverse(key), ord, doc, score)| Found {
                key,
                id: self.id_of(ord),
                score,
                address: DocAddress::new(self.ordinal, doc),
            })
            .collect();
        let mut counts = Vec::with_capacity(self.counters.len());
        let mut latest = Vec::with_capacity(self.counters.len());
        for counter in self.counters {
            let (mut named, mut days) = (BTreeMap::new(), BTreeMap::new());
            if let Some(column) = &counter.column {
                for (ord, count) in (0_u64..).zip(&counter.counts).filter(|(_, count)| **count > 0) {
                    let mut value = String::new();
                    column.ord_to_str(ord, &mut value)?;
                    if let Some(day) = usize::try_from(ord).ok().and_then(|ord| counter.latest.get(ord)) {
                        days.insert(value.clone(), *day);
                    }
                    named.insert(value, *count as usize);
                }
            }
            counts.push((named, counter.unknown));
            latest.push(days);
        }
        Ok(SegmentSwept { total: self.total, hits, more: self.more, counts, latest, purse: self.purse })
    }
}
