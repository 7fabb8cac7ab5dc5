//! Columns as plain arrays, for whoever keeps asking.
//!
//! The index packs its columns bit by bit: small on the disk, but each value costs several calls. A column is unpacked as soon
//! as an open index has read as many values from it as it has cases. One question therefore never pays more than twice what it
//! reads, a command that asks once unpacks nothing, and a server soon counts from plain arrays.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use fineprint_model::Basis;
use fineprint_model::query::Field;
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentOrdinal, SegmentReader, TantivyError};

use crate::schema::{CONVERTED, DATED, FineState, PRIOR, fine_column, state_column};

/// The columns of every segment of an open index: opened once, and unpacked where that pays.
#[derive(Default)]
pub(crate) struct Columns {
    texts: Opened<Option<StrColumn>>,
    wholes: Opened<Column<i64>>,
    ratios: Opened<Column<f64>>,
    ids: Kept<(), Names>,
    facets: Kept<Field, Facet>,
    fines: Kept<Basis, Vec<i64>>,
    dates: Kept<(), Vec<i32>>,
    priors: Kept<(), Vec<f32>>,
    converted: Kept<(), Vec<bool>>,
}

/// Columns as they stand in the index, by segment and name: to find one there costs more than to read a few values.
struct Opened<T> {
    columns: Mutex<HashMap<(SegmentOrdinal, &'static str), T>>,
}

impl<T> Default for Opened<T> {
    fn default() -> Self {
        Self { columns: Mutex::new(HashMap::new()) }
    }
}

impl<T: Clone> Opened<T> {
    fn get(
        &self,
        segment: SegmentOrdinal,
        name: &'static str,
        open: impl FnOnce() -> tantivy::Result<T>,
    ) -> tantivy::Result<T> {
        let mut columns = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(column) = columns.get(&(segment, name)) {
            return Ok(column.clone());
        }
        let column = open()?;
        columns.insert((segment, name), column.clone());
        Ok(column)
    }
}

/// Unpacked columns by segment and name, with how many values were read from those that are not unpacked yet.
struct Kept<K, T> {
    columns: Mutex<HashMap<(SegmentOrdinal, K), Slot<T>>>,
}

enum Slot<T> {
    Read(u64),
    Unpacked(Arc<T>),
}

impl<K, T> Default for Kept<K, T> {
    fn default() -> Self {
        Self { columns: Mutex::new(HashMap::new()) }
    }
}

impl<K: Eq + Hash + Copy, T> Kept<K, T> {
    /// The unpacked column, if enough has been read from it; unpacks it then.
    fn get(
        &self,
        segment: SegmentOrdinal,
        key: K,
        cases: u32,
        unpack: impl FnOnce() -> tantivy::Result<Option<T>>,
    ) -> tantivy::Result<Option<Arc<T>>> {
        // Held while unpacking, so that two questions do not do it both.
        let mut columns = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        match columns.get(&(segment, key)) {
            Some(Slot::Unpacked(column)) => return Ok(Some(Arc::clone(column))),
            Some(Slot::Read(values)) if *values >= u64::from(cases) => {}
            _ => return Ok(None),
        }
        let Some(column) = unpack()? else { return Ok(None) };
        let column = Arc::new(column);
        columns.insert((segment, key), Slot::Unpacked(Arc::clone(&column)));
        Ok(Some(column))
    }

    fn was_read(&self, segment: SegmentOrdinal, key: K, values: u64) {
        let mut columns = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Slot::Read(read) = columns.entry((segment, key)).or_insert(Slot::Read(0)) {
            *read += values;
        }
    }
}

/// Values of a facet as ordinals, whichever way they are at hand.
#[derive(Clone)]
pub(crate) enum FacetColumn {
    /// No case of the segment has a value.
    Empty,
    Packed(StrColumn),
    Plain(Arc<Facet>, StrColumn),
}

/// An unpacked facet: the values of each case, and what they are called.
pub(crate) struct Facet {
    ords: Ords,
    names: Vec<Box<str>>,
}

impl Facet {
    fn unpack(column: &StrColumn, cases: u32) -> tantivy::Result<Self> {
        let mut names = Vec::with_capacity(column.num_terms());
        let mut terms = column.dictionary().stream()?;
        while let Some((term, ())) = terms.next() {
            names.push(String::from_utf8_lossy(term).into());
        }
        Ok(Self { ords: Ords::unpack(column, cases), names })
    }
}

/// Texts one after the other.
pub(crate) struct Names {
    text: String,
    /// Where each of them ends.
    ends: Vec<usize>,
}

impl Names {
    fn unpack(column: &StrColumn) -> tantivy::Result<Self> {
        let mut names = Self { text: String::new(), ends: Vec::with_capacity(column.num_terms()) };
        let mut terms = column.dictionary().stream()?;
        while let Some((term, ())) = terms.next() {
            names.text.push_str(&String::from_utf8_lossy(term));
            names.ends.push(names.text.len());
        }
        Ok(names)
    }

    fn get(&self, at: usize) -> Option<&str> {
        let start = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.text.get(start..*self.ends.get(at)?)
    }
}

/// The ids of the cases.
#[derive(Clone)]
pub(crate) enum IdColumn {
    Empty,
    Packed(StrColumn),
    Plain(Arc<Names>, StrColumn),
}

/// Finding an id in the packed column costs as much as unpacking this many of them.
const IDS_AT_ONCE: u64 = 32;

impl IdColumn {
    /// The place of a case's id in the order of the ids; after all others where it has none.
    pub(crate) fn ord(&self, doc: DocId) -> u64 {
        match self {
            Self::Empty => u64::MAX,
            Self::Packed(column) | Self::Plain(_, column) => column.ords().first(doc).unwrap_or(u64::MAX),
        }
    }

    /// The id at a place; empty where there is none.
    pub(crate) fn name(&self, ord: u64) -> String {
        let mut id = String::new();
        match self {
            Self::Empty => {}
            Self::Packed(column) => {
                if column.ord_to_str(ord, &mut id).is_err() {
                    id.clear();
                }
            }
            Self::Plain(names, _) => {
                id.push_str(usize::try_from(ord).ok().and_then(|ord| names.get(ord)).unwrap_or_default());
            }
        }
        id
    }
}

impl FacetColumn {
    /// The dictionary; `None` where there are no values.
    pub(crate) fn values(&self) -> Option<&StrColumn> {
        match self {
            Self::Empty => None,
            Self::Packed(column) | Self::Plain(_, column) => Some(column),
        }
    }

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        self.values().map_or(0, |column| column.num_terms())
    }

    /// What some values are called, given in their order.
    pub(crate) fn names(&self, ords: impl Iterator<Item = usize>) -> tantivy::Result<Vec<String>> {
        match self {
            Self::Empty => Ok(Vec::new()),
            Self::Plain(facet, _) => {
                Ok(ords.map(|ord| facet.names.get(ord).map_or("", |name| name).to_owned()).collect())
            }
            Self::Packed(column) => {
                let ords: Vec<u64> = ords.map(|ord| ord as u64).collect();
                let mut names = Vec::with_capacity(ords.len());
                let found = column
                    .dictionary()
                    .sorted_ords_to_term_cb(&ords, |name| names.push(String::from_utf8_lossy(name).into_owned()))?;
                if !found {
                    return Err(TantivyError::InternalError("a column has a value without a name".to_owned()));
                }
                Ok(names)
            }
        }
    }

    /// Adds each case's values to their counters, and to the last counter those without any.
    pub(crate) fn count(&self, docs: &[DocId], counts: &mut [u32]) {
        let Some((unknown, known)) = counts.split_last_mut() else { return };
        match self {
            Self::Empty => *unknown += u32::try_from(docs.len()).unwrap_or(u32::MAX),
            Self::Plain(facet, _) => facet.ords.count(docs, counts),
            Self::Packed(column) => {
                for doc in docs {
                    let mut any = false;
                    for ord in column.term_ords(*doc) {
                        any = true;
                        if let Some(count) = usize::try_from(ord).ok().and_then(|ord| known.get_mut(ord)) {
                            *count += 1;
                        }
                    }
                    *unknown += u32::from(!any);
                }
            }
        }
    }

    /// Calls with each of a case's values.
    pub(crate) fn each(&self, doc: DocId, mut call: impl FnMut(usize)) {
        match self {
            Self::Empty => {}
            Self::Plain(facet, _) => facet.ords.each(doc, call),
            Self::Packed(column) => {
                column.term_ords(doc).filter_map(|ord| usize::try_from(ord).ok()).for_each(&mut call);
            }
        }
    }
}

/// Ordinals of the values of each case, as narrow as they fit.
pub(crate) enum Ords {
    Bytes(Lists<u8>),
    Shorts(Lists<u16>),
    Words(Lists<u32>),
}

/// A list of values for each case.
pub(crate) struct Lists<T> {
    /// Where each case's values begin, and an end; `None` where each case has exactly one, if only `none`.
    starts: Option<Vec<u32>>,
    values: Vec<T>,
    /// Stands for no value; the number of different values.
    none: usize,
}

impl<T: Copy + Default + TryFrom<u64>> Lists<T> {
    fn unpack(column: &StrColumn, cases: u32) -> Self {
        let none = column.num_terms();
        let narrow = |ord: u64| T::try_from(ord).unwrap_or_default();
        let ords = column.ords();
        if !ords.get_cardinality().is_multivalue() {
            let missing = narrow(none as u64);
            let values = (0..cases).map(|doc| ords.first(doc).map_or(missing, narrow)).collect();
            return Self { starts: None, values, none };
        }
        let mut starts = Vec::with_capacity(cases as usize + 1);
        let mut values = Vec::new();
        for doc in 0..cases {
            starts.push(u32::try_from(values.len()).unwrap_or(u32::MAX));
            values.extend(ords.values_for_doc(doc).map(narrow));
        }
        starts.push(u32::try_from(values.len()).unwrap_or(u32::MAX));
        values.shrink_to_fit();
        Self { starts: Some(starts), values, none }
    }
}

impl<T: Copy> Lists<T>
where
    usize: TryFrom<T>,
{
    fn of(&self, doc: DocId) -> &[T] {
        let doc = doc as usize;
        let range = match &self.starts {
            None => doc..doc + 1,
            Some(starts) => match (starts.get(doc), starts.get(doc + 1)) {
                (Some(start), Some(end)) => *start as usize..*end as usize,
                _ => 0..0,
            },
        };
        self.values.get(range).unwrap_or_default()
    }

    fn count(&self, docs: &[DocId], counts: &mut [u32]) {
        let mut add = |value: T| {
            if let Some(count) = usize::try_from(value).ok().and_then(|value| counts.get_mut(value)) {
                *count += 1;
            }
        };
        if self.starts.is_none() {
            docs.iter().filter_map(|doc| self.values.get(*doc as usize)).for_each(|value| add(*value));
            return;
        }
        let mut without = 0;
        for doc in docs {
            let values = self.of(*doc);
            without += u32::from(values.is_empty());
            values.iter().for_each(|value| add(*value));
        }
        if let Some(unknown) = counts.get_mut(self.none) {
            *unknown += without;
        }
    }

    fn each(&self, doc: DocId, call: impl FnMut(usize)) {
        let values = self.of(doc).iter().filter_map(|value| usize::try_from(*value).ok());
        values.filter(|value| *value != self.none).for_each(call);
    }
}

impl Ords {
    fn unpack(column: &StrColumn, cases: u32) -> Self {
        // One more than there are values, for none at all.
        match column.num_terms() {
            0..=0xff => Self::Bytes(Lists::unpack(column, cases)),
            0x100..=0xffff => Self::Shorts(Lists::unpack(column, cases)),
            _ => Self::Words(Lists::unpack(column, cases)),
        }
    }

    fn count(&self, docs: &[DocId], counts: &mut [u32]) {
        match self {
            Self::Bytes(lists) => lists.count(docs, counts),
            Self::Shorts(lists) => lists.count(docs, counts),
            Self::Words(lists) => lists.count(docs, counts),
        }
    }

    fn each(&self, doc: DocId, call: impl FnMut(usize)) {
        match self {
            Self::Bytes(lists) => lists.each(doc, call),
            Self::Shorts(lists) => lists.each(doc, call),
            Self::Words(lists) => lists.each(doc, call),
        }
    }
}

/// The fines on a basis.
#[derive(Clone)]
pub(crate) enum FineColumn {
    Packed { fines: Column<i64>, states: Column<i64> },
    Plain(Arc<Vec<i64>>),
}

/// A case's fine in euro cents, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FineReading {
    Cents(i64),
    Absent(i64),
}

impl FineColumn {
    pub(crate) fn of(&self, doc: DocId) -> FineReading {
        match self {
            Self::Plain(plain) => match plain.get(doc as usize).copied() {
                Some(cents) if cents >= 0 => FineReading::Cents(cents),
                Some(negative) => FineReading::Absent(-1 - negative),
                None => FineReading::Absent(FineState::None as i64),
            },
            Self::Packed { fines, states } => match fines.first(doc) {
                Some(cents) => FineReading::Cents(cents),
                None => FineReading::Absent(states.first(doc).unwrap_or_default()),
            },
        }
    }

    pub(crate) fn cents(&self, doc: DocId) -> Option<i64> {
        match self.of(doc) {
            FineReading::Cents(cents) => Some(cents),
            FineReading::Absent(_) => None,
        }
    }
}

/// The days of the decisions.
#[derive(Clone)]
pub(crate) enum DateColumn {
    Packed(Column<i64>),
    Plain(Arc<Vec<i32>>),
}

/// Stands for no day.
const NO_DAY: i32 = i32::MIN;

impl DateColumn {
    pub(crate) fn first(&self, doc: DocId) -> Option<i64> {
        match self {
            Self::Packed(column) => column.first(doc),
            Self::Plain(days) => days.get(doc as usize).filter(|day| **day != NO_DAY).map(|day| i64::from(*day)),
        }
    }
}

/// What text matches are raised by.
#[derive(Clone)]
pub(crate) enum PriorColumn {
    Packed(Column<f64>),
    Plain(Arc<Vec<f32>>),
}

impl PriorColumn {
    #[expect(clippy::cast_possible_truncation, reason = "an approximate weight, computed in this precision")]
    pub(crate) fn of(&self, doc: DocId) -> f32 {
        match self {
            Self::Packed(column) => column.first(doc).unwrap_or_default() as f32,
            Self::Plain(priors) => priors.get(doc as usize).copied().unwrap_or_default(),
        }
    }
}

/// Yes or no of each case.
#[derive(Clone)]
pub(crate) enum FlagColumn {
    Packed(Column<i64>),
    Plain(Arc<Vec<bool>>),
}

impl FlagColumn {
    pub(crate) fn is_set(&self, doc: DocId) -> bool {
        match self {
            Self::Packed(column) => column.first(doc) == Some(1),
            Self::Plain(flags) => flags.get(doc as usize).is_some_and(|flag| *flag),
        }
    }
}

impl Columns {
    /// A column of texts; `None` where no case has one.
    pub(crate) fn text(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
        name: &'static str,
    ) -> tantivy::Result<Option<StrColumn>> {
        self.texts.get(segment, name, || reader.fast_fields().str(name))
    }

    /// A column of whole numbers.
    pub(crate) fn whole(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
        name: &'static str,
    ) -> tantivy::Result<Column<i64>> {
        self.wholes.get(segment, name, || reader.fast_fields().i64(name))
    }

    /// A column of ratios.
    pub(crate) fn ratio(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
        name: &'static str,
    ) -> tantivy::Result<Column<f64>> {
        self.ratios.get(segment, name, || reader.fast_fields().f64(name))
    }

    pub(crate) fn converted(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<FlagColumn> {
        let packed = self.whole(segment, reader, CONVERTED)?;
        let cases = reader.max_doc();
        let unpack = || Ok(Some((0..cases).map(|doc| packed.first(doc) == Some(1)).collect()));
        Ok(match self.converted.get(segment, (), cases, unpack)? {
            Some(plain) => FlagColumn::Plain(plain),
            None => FlagColumn::Packed(packed),
        })
    }

    /// Remembers that it was looked up for so many cases whether the fine was converted.
    pub(crate) fn converted_was_read(&self, segment: SegmentOrdinal, cases: u64) {
        self.converted.was_read(segment, (), cases);
    }

    /// The ids of the cases.
    pub(crate) fn ids(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<IdColumn> {
        let Some(column) = self.text(segment, reader, "id")? else { return Ok(IdColumn::Empty) };
        let unpack = || Names::unpack(&column).map(Some);
        Ok(match self.ids.get(segment, (), reader.max_doc(), unpack)? {
            Some(names) => IdColumn::Plain(names, column),
            None => IdColumn::Packed(column),
        })
    }

    /// Remembers that so many ids were looked up.
    pub(crate) fn ids_were_read(&self, segment: SegmentOrdinal, ids: u64) {
        self.ids.was_read(segment, (), ids * IDS_AT_ONCE);
    }

    pub(crate) fn facet(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
        field: Field,
    ) -> tantivy::Result<FacetColumn> {
        let Some(column) = self.text(segment, reader, field.as_str())? else { return Ok(FacetColumn::Empty) };
        let cases = reader.max_doc();
        let unpack = || Facet::unpack(&column, cases).map(Some);
        Ok(match self.facets.get(segment, field, cases, unpack)? {
            Some(facet) => FacetColumn::Plain(facet, column),
            None => FacetColumn::Packed(column),
        })
    }

    /// Remembers that so many cases' values of a facet were read.
    pub(crate) fn facet_was_read(&self, segment: SegmentOrdinal, field: Field, cases: u64) {
        self.facets.was_read(segment, field, cases);
    }

    pub(crate) fn fines(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
        basis: Basis,
    ) -> tantivy::Result<FineColumn> {
        let fines = self.whole(segment, reader, fine_column(basis))?;
        let states = self.whole(segment, reader, state_column(basis))?;
        let cases = reader.max_doc();
        let unpack = || {
            // A fine below nothing would be taken for a state.
            let is_whole = fines.min_value() >= 0;
            let plain = |doc| fines.first(doc).unwrap_or_else(|| -1 - states.first(doc).unwrap_or_default());
            Ok(is_whole.then(|| (0..cases).map(plain).collect()))
        };
        Ok(match self.fines.get(segment, basis, cases, unpack)? {
            Some(plain) => FineColumn::Plain(plain),
            None => FineColumn::Packed { fines, states },
        })
    }

    /// Remembers that so many cases' fines were read.
    pub(crate) fn fines_were_read(&self, segment: SegmentOrdinal, basis: Basis, cases: u64) {
        self.fines.was_read(segment, basis, cases);
    }

    pub(crate) fn dates(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<DateColumn> {
        let dates = self.whole(segment, reader, DATED)?;
        let cases = reader.max_doc();
        let day = |doc| dates.first(doc).and_then(|day| i32::try_from(day).ok()).unwrap_or(NO_DAY);
        let unpack = || Ok(Some((0..cases).map(day).collect()));
        Ok(match self.dates.get(segment, (), cases, unpack)? {
            Some(plain) => DateColumn::Plain(plain),
            None => DateColumn::Packed(dates),
        })
    }

    pub(crate) fn priors(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<PriorColumn> {
        let packed = self.ratio(segment, reader, PRIOR)?;
        let cases = reader.max_doc();
        #[expect(clippy::cast_possible_truncation, reason = "an approximate weight, computed in this precision")]
        let prior = |doc| packed.first(doc).unwrap_or_default() as f32;
        let unpack = || Ok(Some((0..cases).map(prior).collect()));
        Ok(match self.priors.get(segment, (), cases, unpack)? {
            Some(plain) => PriorColumn::Plain(plain),
            None => PriorColumn::Packed(packed),
        })
    }

    /// Remembers that so many cases were put in the order of relevance or of date.
    pub(crate) fn order_was_read(&self, segment: SegmentOrdinal, is_score: bool, cases: u64) {
        self.dates.was_read(segment, (), cases);
        if is_score {
            self.priors.was_read(segment, (), cases);
        }
    }
}
