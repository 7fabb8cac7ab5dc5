//! One pass over the matching cases: the best hits, the facets' counts and the fines.
//!
//! A facet's counts leave its own selection out. Selections are therefore not part of the index query: the
//! collector sees every case that the rest of the query matches and looks each selection up in the column. A case
//! that fails none is a hit; a case that fails exactly one still counts in that one's facet.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use fineprint_model::Basis;
use fineprint_model::query::{Facet, FacetValue, Field, MoneySummary, SortBy};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

use crate::columns::{Columns, DateColumn, FacetColumn, FineColumn, IdColumn, PriorColumn};
use crate::money::Purse;
use crate::plan::{Selection, Wanted};
use crate::schema::{AFFECTED, SHARE};
use crate::weights::{RECENT, RECENT_YEARS};

/// By what hits are ordered, after relevance without text has become date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    /// What is unpacked of the index's columns.
    pub columns: Arc<Columns>,
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
    /// The fines.
    pub money: MoneySummary,
}

/// What one segment gives.
#[derive(Default)]
pub(crate) struct SegmentSwept {
    total: usize,
    hits: Vec<Found>,
    more: bool,
    counts: Vec<Counts>,
    latest: Vec<BTreeMap<String, i64>>,
    purse: Purse,
}

/// The counts of a facet.
#[derive(Default, Clone)]
struct Counts {
    /// Values in their order, each once.
    known: Vec<(String, usize)>,
    unknown: usize,
}

impl Counts {
    /// Takes in what another segment gave.
    fn merge(&mut self, other: Self) {
        self.unknown += other.unknown;
        if self.known.is_empty() {
            self.known = other.known;
            return;
        }
        let mut all: BTreeMap<String, usize> = std::mem::take(&mut self.known).into_iter().collect();
        for (value, count) in other.known {
            *all.entry(value).or_default() += count;
        }
        self.known = all.into_iter().collect();
    }
}

/// How many cases are looked at together, one column after the other.
const BLOCK: usize = 1024;

/// A column of facet values with the counts so far.
struct Counter {
    field: Field,
    column: FacetColumn,
    /// A count for each value, and one for no value.
    counts: Vec<u32>,
    /// The day of each value's newest case; empty where it was not asked for.
    latest: Vec<i64>,
    /// How many cases were counted.
    cases: u64,
}

impl Counter {
    fn open(sweep: &Sweep, ordinal: SegmentOrdinal, reader: &SegmentReader, field: Field) -> tantivy::Result<Self> {
        let column = sweep.columns.facet(ordinal, reader, field)?;
        let values = column.len();
        let latest = vec![i64::MIN; if sweep.latest { values } else { 0 }];
        Ok(Self { field, column, counts: vec![0; values + 1], latest, cases: 0 })
    }

    fn count(&mut self, docs: &[DocId], dates: &DateColumn) {
        self.cases += docs.len() as u64;
        self.column.count(docs, &mut self.counts);
        if self.latest.is_empty() {
            return;
        }
        for doc in docs {
            let day = dates.first(*doc).unwrap_or(i64::MIN);
            self.column.each(*doc, |ord| {
                if let Some(latest) = self.latest.get_mut(ord) {
                    *latest = day.max(*latest);
                }
            });
        }
    }
}

/// Which values of a column a selection accepts.
struct Accepts {
    column: FacetColumn,
    field: Field,
    ords: Vec<bool>,
    /// Whether cases without any value are accepted.
    unknown: bool,
    /// The facet whose counts leave this selection out.
    facet: Option<usize>,
    /// How many cases were looked at.
    cases: u64,
}

impl Accepts {
    fn open(
        sweep: &Sweep,
        ordinal: SegmentOrdinal,
        reader: &SegmentReader,
        selection: &Selection,
    ) -> tantivy::Result<Self> {
        let column = sweep.columns.facet(ordinal, reader, selection.field)?;
        let mut ords = Vec::new();
        if let Some(column) = column.values() {
            ords.resize(column.num_terms(), false);
            let is_range = |wanted: &Wanted| matches!(wanted, Wanted::Years(..));
            if selection.values.iter().any(is_range) {
                let mut terms = column.dictionary().stream()?;
                for accepted in &mut ords {
                    let Some((term, ())) = terms.next() else { break };
                    let term = std::str::from_utf8(term).unwrap_or_default();
                    *accepted = selection.values.iter().any(|wanted| wanted.is(term));
                }
            }
            for wanted in &selection.values {
                let Wanted::Term(term) = wanted else { continue };
                let ord = column.dictionary().term_ord(term)?.and_then(|ord| usize::try_from(ord).ok());
                if let Some(accepted) = ord.and_then(|ord| ords.get_mut(ord)) {
                    *accepted = true;
                }
            }
        }
        let facet = sweep.facets.iter().position(|field| *field == selection.field);
        let unknown = selection.values.iter().any(|wanted| matches!(wanted, Wanted::Unknown));
        Ok(Self { column, field: selection.field, ords, unknown, facet, cases: 0 })
    }

    fn accepts(&self, doc: DocId) -> bool {
        let (mut any, mut accepted) = (false, false);
        self.column.each(doc, |ord| {
            any = true;
            accepted |= self.ords.get(ord).is_some_and(|yes| *yes);
        });
        accepted || (self.unknown && !any)
    }
}

/// The value that hits are ordered by: larger comes first, 0 where the case has none.
pub(crate) enum Key {
    /// The score, raised by what is official, large and recent.
    Score {
        prior: PriorColumn,
        dates: DateColumn,
        /// The newest day of the collection.
        newest: i64,
    },
    Fine(FineColumn, bool),
    Date(DateColumn, bool),
    Whole(Column<i64>, bool),
    Ratio(Column<f64>, bool),
}

impl Key {
    /// The columns of an order. `newest` is the newest day of the collection.
    pub(crate) fn open(
        columns: &Columns,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
        order: Order,
        basis: Basis,
        newest: i64,
    ) -> tantivy::Result<Self> {
        let ascending = order.ascending;
        let dates = columns.dates(segment, reader)?;
        Ok(match order.by {
            SortBy::Relevance => Self::Score { prior: columns.priors(segment, reader)?, dates, newest },
            SortBy::Fine => Self::Fine(columns.fines(segment, reader, basis)?, ascending),
            SortBy::Share => Self::Ratio(columns.ratio(segment, reader, SHARE)?, ascending),
            SortBy::Affected => Self::Whole(columns.whole(segment, reader, AFFECTED)?, ascending),
            SortBy::Date => Self::Date(dates, ascending),
        })
    }

    pub(crate) fn of(&self, doc: DocId, score: Score) -> u64 {
        let ordered = |value: Option<u64>, ascending: bool| {
            value.map_or(0, |value| if ascending { !value } else { value }.max(1))
        };
        let whole = |value: i64| value.cast_unsigned() ^ (1 << 63);
        match self {
            // Scores are never negative, so their bits order like their values.
            Self::Score { prior, dates, newest } => {
                #[expect(clippy::cast_precision_loss, reason = "an approximate weight")]
                let raised = {
                    let years = dates.first(doc).map_or(RECENT_YEARS, |day| (newest - day) as f32 / 365.25);
                    let recent = RECENT * (1.0 - years / RECENT_YEARS).clamp(0.0, 1.0);
                    score.max(0.0) * (1.0 + prior.of(doc) + recent)
                };
                u64::from(raised.to_bits()) + 1
            }
            Self::Fine(column, ascending) => ordered(column.cents(doc).map(whole), *ascending),
            Self::Date(column, ascending) => ordered(column.first(doc).map(whole), *ascending),
            Self::Whole(column, ascending) => ordered(column.first(doc).map(whole), *ascending),
            Self::Ratio(column, ascending) => {
                ordered(column.first(doc).map(|value| value.max(0.0).to_bits()), *ascending)
            }
        }
    }
}

pub(crate) struct SegmentSweep {
    ordinal: SegmentOrdinal,
    /// Where to say what was read.
    columns: Arc<Columns>,
    basis: Basis,
    counters: Vec<Counter>,
    accepts: Vec<Accepts>,
    key: Key,
    dates: DateColumn,
    ids: IdColumn,
    fines: FineColumn,
    limit: usize,
    after: Option<After>,
    /// Cases that match and are not looked at yet, with their scores where there are any.
    waiting: Vec<DocId>,
    scores: Vec<Score>,
    /// For each selection, cases that fail it and no other one.
    nearly: Vec<Vec<DocId>>,
    /// Best candidates so far: key, then the id's ordinal (in the order of the ids), document, score.
    best: Vec<(Reverse<u64>, u64, DocId, Score)>,
    /// Candidates below this key are not among the best.
    floor: u64,
    more: bool,
    total: usize,
    purse: Purse,
}

impl Collector for Sweep {
    type Fruit = Swept;
    type Child = SegmentSweep;

    fn for_segment(&self, ordinal: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentSweep> {
        let columns = &self.columns;
        Ok(SegmentSweep {
            ordinal,
            columns: Arc::clone(columns),
            basis: self.basis,
            counters: self
                .facets
                .iter()
                .map(|field| Counter::open(self, ordinal, reader, *field))
                .collect::<Result<_, _>>()?,
            accepts: self
                .selections
                .iter()
                .map(|selection| Accepts::open(self, ordinal, reader, selection))
                .collect::<Result<_, _>>()?,
            key: Key::open(columns, ordinal, reader, self.order, self.basis, self.newest)?,
            dates: columns.dates(ordinal, reader)?,
            ids: columns.ids(ordinal, reader)?,
            fines: columns.fines(ordinal, reader, self.basis)?,
            limit: self.limit,
            after: self.after.clone(),
            waiting: Vec::with_capacity(BLOCK),
            scores: Vec::with_capacity(if self.requires_scoring() { BLOCK } else { 0 }),
            nearly: vec![Vec::new(); self.selections.len()],
            best: Vec::new(),
            floor: 0,
            more: false,
            total: 0,
            purse: Purse::default(),
        })
    }

    fn requires_scoring(&self) -> bool {
        self.order.by == SortBy::Relevance
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<SegmentSwept>>) -> tantivy::Result<Swept> {
        let mut purse = Purse::default();
        let mut swept = Swept::default();
        let mut counts = vec![Counts::default(); self.facets.len()];
        for segment in segments {
            let segment = segment?;
            swept.total += segment.total;
            swept.more |= segment.more;
            swept.hits.extend(segment.hits);
            purse.merge(segment.purse);
            swept.latest.resize_with(self.facets.len(), BTreeMap::new);
            for (all, more) in swept.latest.iter_mut().zip(segment.latest) {
                for (value, day) in more {
                    all.entry(value).and_modify(|latest| *latest = day.max(*latest)).or_insert(day);
                }
            }
            for (all, more) in counts.iter_mut().zip(segment.counts) {
                all.merge(more);
            }
        }
        swept.hits.sort_by(|a, b| b.key.cmp(&a.key).then_with(|| a.id.cmp(&b.id)));
        swept.more |= swept.hits.len() > self.limit;
        swept.hits.truncate(self.limit);
        swept.money = purse.summary();
        swept.facets = self.facets.iter().zip(counts).map(|(field, counts)| self.facet(*field, counts)).collect();
        Ok(swept)
    }
}

impl Sweep {
    fn facet(&self, field: Field, counts: Counts) -> Facet {
        let wanted: Vec<_> = self
            .selections
            .iter()
            .filter(|selection| selection.field == field)
            .flat_map(|selection| &selection.values)
            .collect();
        let Counts { mut known, unknown } = counts;
        for wanted in &wanted {
            if let Wanted::Term(term) = wanted
                && let Err(at) = known.binary_search_by(|(value, _)| value.cmp(term))
            {
                known.insert(at, (term.clone(), 0));
            }
        }
        let mut values: Vec<FacetValue> = known
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
    fn say_what_was_read(&self) {
        for counter in &self.counters {
            self.columns.facet_was_read(self.ordinal, counter.field, counter.cases);
        }
        for selection in &self.accepts {
            self.columns.facet_was_read(self.ordinal, selection.field, selection.cases);
        }
        let cases = self.total as u64;
        self.columns.fines_were_read(self.ordinal, self.basis, cases);
        if self.limit > 0 {
            self.columns.order_was_read(self.ordinal, matches!(self.key, Key::Score { .. }), cases);
        }
    }

    fn offer(&mut self, doc: DocId, score: Score) {
        let key = self.key.of(doc, score);
        if key < self.floor {
            return;
        }
        let ord = self.ids.ord(doc);
        if let Some(after) = &self.after {
            let is_after = match key.cmp(&after.key) {
                std::cmp::Ordering::Less => true,
                std::cmp::Ordering::Greater => false,
                std::cmp::Ordering::Equal => self.ids.name(ord) > after.id,
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
            self.floor = self.best.iter().map(|(Reverse(key), ..)| *key).min().unwrap_or_default();
        }
    }

    /// Looks at the cases that are waiting.
    fn work(&mut self) {
        let (mut docs, mut scores) = (std::mem::take(&mut self.waiting), std::mem::take(&mut self.scores));
        if !self.accepts.is_empty() {
            self.select(&mut docs, &mut scores);
        }
        self.total += docs.len();
        for counter in &mut self.counters {
            counter.count(&docs, &self.dates);
        }
        for doc in &docs {
            self.purse.add(self.fines.of(*doc));
        }
        if self.limit > 0 {
            for (at, doc) in docs.iter().enumerate() {
                self.offer(*doc, scores.get(at).copied().unwrap_or_default());
            }
        }
        docs.clear();
        scores.clear();
        (self.waiting, self.scores) = (docs, scores);
    }

    /// Keeps of some cases those that fail no selection; those that fail one count for its facet alone.
    fn select(&mut self, docs: &mut Vec<DocId>, scores: &mut Vec<Score>) {
        let mut kept = 0;
        for at in 0..docs.len() {
            let doc = docs[at];
            let mut failing = self.accepts.iter().enumerate().filter(|(_, selection)| !selection.accepts(doc));
            match (failing.next(), failing.next()) {
                (None, _) => {
                    docs[kept] = doc;
                    if let Some(score) = scores.get(at).copied() {
                        scores[kept] = score;
                    }
                    kept += 1;
                }
                (Some((failed, _)), None) => self.nearly[failed].push(doc),
                _ => {}
            }
        }
        for selection in &mut self.accepts {
            selection.cases += docs.len() as u64;
        }
        docs.truncate(kept);
        scores.truncate(kept);
        for (selection, nearly) in self.accepts.iter().zip(&mut self.nearly) {
            if let Some(counter) = selection.facet.and_then(|facet| self.counters.get_mut(facet)) {
                counter.count(nearly, &self.dates);
            }
            nearly.clear();
        }
    }
}

impl SegmentCollector for SegmentSweep {
    type Fruit = tantivy::Result<SegmentSwept>;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.waiting.push(doc);
        self.scores.push(score);
        if self.waiting.len() >= BLOCK {
            self.work();
        }
    }

    fn collect_block(&mut self, docs: &[DocId]) {
        self.waiting.extend_from_slice(docs);
        if self.waiting.len() >= BLOCK {
            self.work();
        }
    }

    fn harvest(mut self) -> Self::Fruit {
        self.work();
        self.keep_best();
        self.say_what_was_read();
        let best = std::mem::take(&mut self.best);
        self.columns.ids_were_read(self.ordinal, best.len() as u64);
        let hits = best
            .into_iter()
            .map(|(Reverse(key), ord, doc, score)| Found {
                key,
                id: self.ids.name(ord),
                score,
                address: DocAddress::new(self.ordinal, doc),
            })
            .collect();
        let mut counts = Vec::with_capacity(self.counters.len());
        let mut latest = Vec::with_capacity(self.counters.len());
        for counter in self.counters {
            let unknown = counter.counts.last().copied().unwrap_or_default() as usize;
            let found =
                || counter.counts.iter().take(counter.column.len()).enumerate().filter(|(_, count)| **count > 0);
            let names = counter.column.names(found().map(|(ord, _)| ord))?;
            latest.push(
                names
                    .iter()
                    .zip(found())
                    .filter_map(|(name, (ord, _))| counter.latest.get(ord).map(|day| (name.clone(), *day)))
                    .collect(),
            );
            let known = names.into_iter().zip(found()).map(|(name, (_, count))| (name, *count as usize)).collect();
            counts.push(Counts { known, unknown });
        }
        Ok(SegmentSwept { total: self.total, hits, more: self.more, counts, latest, purse: self.purse })
    }
}
