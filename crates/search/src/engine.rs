//! The read side: an opened index that answers. Needs neither threads nor a file system.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use fineprint_model::query::{Facet, Field, Hit, MAX_LIMIT, Request, Response, Snippet, SortBy, Stats};
use fineprint_model::{Basis, Case, CaseId};
use sha2::{Digest, Sha256};
use tantivy::query::{EnableScoring, Query as IndexQuery, Scorer as _};
use tantivy::schema::document::Value as _;
use tantivy::schema::{Field as Handle, IndexRecordOption, Schema};
use tantivy::{DocAddress, DocSet as _, Index, ReloadPolicy, Searcher, TERMINATED, TantivyDocument, Term};

use crate::build::DocumentText;
use crate::columns::Columns;
use crate::error::{Error, QueryError, Result};
use crate::packed::Shelf;
use crate::plan::{Plan, Planner, marks};
use crate::query::{ParseOptions, parse_with, read_value, sentence};
use crate::schema::{DATED, Fields, facet_name};
use crate::snippet::{self, Matcher};
use crate::stats::Asked;
use crate::sweep::{After, Key, Order, Sweep, Swept};

/// An index opened for reading. Cheap to clone; clones answer from the same state of the data.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub searcher: Searcher,
    pub schema: Schema,
    pub fields: Fields,
    /// The text fields that some case has: a base without documents has no terms in most.
    filled: Vec<Handle>,
    has_inactive: bool,
    /// Where records are, if not in the index itself.
    shelf: Option<Shelf>,
    ids: OnceLock<Vec<(String, String, DocAddress)>>,
    /// The newest day among the decisions; 0 where there is none.
    pub newest: i64,
    /// Which state of a folder's index this is; `None` where it is not from a folder.
    #[cfg_attr(not(feature = "disk"), expect(dead_code, reason = "what is on disk is kept in step"))]
    pub generation: Option<String>,
    pub columns: Arc<Columns>,
    everything: Mutex<Everything>,
}

/// How many hits of everything are kept for each order.
const MOST_KEPT: usize = 200;
/// Facets with more values than this are not kept.
const MOST_VALUES_KEPT: usize = 20_000;

/// Tables with more rows than this are not kept, and no more tables than this many.
const MOST_ROWS_KEPT: usize = 2_000;
const MOST_TABLES_KEPT: usize = 32;

/// What the question without conditions comes to.
#[derive(Default)]
struct Everything {
    pages: HashMap<(Basis, Order), Swept>,
    facets: HashMap<Field, Facet>,
    /// The oldest first.
    stats: VecDeque<(Asked, Stats)>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("cases", &self.len()).finish_non_exhaustive()
    }
}

impl Engine {
    /// Reads an index with the tokenizers already set.
    pub(crate) fn of(index: &Index) -> Result<Self> {
        Self::over(index, None, None)
    }

    /// The same, out of a folder.
    #[cfg(feature = "disk")]
    pub(crate) fn of_generation(index: &Index, generation: &str) -> Result<Self> {
        Self::over(index, None, Some(generation.to_owned()))
    }

    /// The same, with the records elsewhere.
    pub(crate) fn over_shelf(index: &Index, shelf: Shelf) -> Result<Self> {
        Self::over(index, Some(shelf), None)
    }

    fn over(index: &Index, shelf: Option<Shelf>, generation: Option<String>) -> Result<Self> {
        let schema = index.schema();
        let fields = Fields::of(&schema)
            .ok_or_else(|| Error::Index { action: "open", message: "the schema is another version's".to_owned() })?;
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(64)
            .try_into()
            .map_err(Error::index("open"))?;
        let searcher = tantivy::IndexReader::searcher(&reader);
        let term = Term::from_field_text(fields.inactive, "yes");
        let has_inactive = searcher.doc_freq(&term).map_err(Error::index("open"))? > 0;
        let mut filled = Vec::new();
        for handle in fields.of_text() {
            for segment in searcher.segment_readers() {
                let inverted = segment.inverted_index(handle).map_err(Error::index("open"))?;
                if inverted.total_num_tokens() > 0 && !filled.contains(&handle) {
                    filled.push(handle);
                }
            }
        }
        let columns = Arc::<Columns>::default();
        let newest = (0..)
            .zip(searcher.segment_readers())
            .map(|(ordinal, segment)| columns.whole(ordinal, segment, DATED).map(|dates| dates.max_value()))
            .try_fold(0, |newest, day| day.map(|day| newest.max(day)))
            .map_err(Error::index("open"))?;
        Ok(Self {
            inner: Arc::new(Inner {
                searcher,
                schema,
                fields,
                filled,
                has_inactive,
                shelf,
                ids: OnceLock::new(),
                newest,
                generation,
                columns,
                everything: Mutex::default(),
            }),
        })
    }

    fn planner(&self, basis: Basis) -> Planner<'_> {
        let Inner { searcher, schema, fields, filled, has_inactive, .. } = &*self.inner;
        Planner { schema, fields, filled, searcher, basis, has_inactive: *has_inactive, scored: true }
    }

    pub(crate) fn planner_for(&self) -> Planner<'_> {
        self.planner(Basis::default())
    }

    /// Plans a query whose matches are only counted.
    pub(crate) fn plan(&self, query: &fineprint_model::query::Query, counted: &[Field]) -> Plan {
        Planner { scored: false, ..self.planner(query.basis) }.plan(query, counted)
    }

    /// Reads a query, accepting besides the vocabularies' values those that the data has.
    ///
    /// # Errors
    /// As [`crate::parse`].
    pub fn parse(&self, text: &str, today: chrono::NaiveDate) -> Result<fineprint_model::query::Query, QueryError> {
        let planner = self.planner(Basis::default());
        // Names of parties keep the reader's own spelling.
        let known = |field: Field, value: &str| {
            !matches!(field, Field::Party | Field::Group) && planner.has_value(field, value)
        };
        parse_with(text, &ParseOptions { today, known: Some(&known) })
    }

    /// Reads the value of a facet as the query language would: `gdpr/32` of `article`, `health` of `sector`.
    ///
    /// # Errors
    /// Where it is none, with the nearest right one; the span is that of the value.
    pub fn read_value(&self, field: Field, text: &str) -> Result<String, QueryError> {
        let planner = self.planner_for();
        let known = |field: Field, value: &str| {
            !matches!(field, Field::Party | Field::Group) && planner.has_value(field, value)
        };
        // The day plays no part in words.
        let options = ParseOptions { today: chrono::NaiveDate::MIN, known: Some(&known) };
        read_value(field, text.trim(), &options).map_err(|(message, suggestion)| QueryError {
            span: (0, text.len()),
            message,
            suggestion,
        })
    }

    /// Answers a search.
    ///
    /// # Errors
    /// [`Error::Cursor`] for a cursor of another order, [`Error::Request`] for a facet that cannot be counted or
    /// a limit over [`MAX_LIMIT`], [`Error::Index`] where the index fails.
    pub fn search(&self, request: &Request) -> Result<Response> {
        if request.limit > MAX_LIMIT {
            return Err(Error::Request { place: "limit", expected: "at most 1000", found: request.limit.to_string() });
        }
        check_facets("facets", &request.facets)?;
        let sort = request.query.sort;
        let scored = sort.by == SortBy::Relevance;
        let plan = Planner { scored, ..self.planner(request.query.basis) }.plan(&request.query, &request.facets);
        let order = if scored && !plan.has_text {
            Order { by: SortBy::Date, ascending: false }
        } else {
            Order { by: sort.by, ascending: sort.ascending }
        };
        let mut after = request.cursor.as_deref().map(|cursor| read_cursor(cursor, order)).transpose()?;
        if let Some(after) = after.as_mut().filter(|_| order.by == SortBy::Relevance) {
            self.catch_up(&plan.query, order, after)?;
        }
        let swept = if plan.is_everything && plan.selections.is_empty() && after.is_none() {
            self.everything(&plan.query, &request.facets, request.query.basis, order, request.limit)?
        } else {
            let sweep = Sweep {
                facets: request.facets.clone(),
                selections: plan.selections,
                basis: request.query.basis,
                order,
                limit: request.limit,
                after,
                newest: self.inner.newest,
                latest: false,
                columns: Arc::clone(&self.inner.columns),
            };
            self.inner.searcher.search(&plan.query, &sweep).map_err(Error::index("search"))?
        };
        let next = swept.hits.last().filter(|_| swept.more).map(|last| write_cursor(order, last.key, &last.id));
        let wanted = if request.snippets && plan.has_text { marks(&request.query) } else { Vec::new() };
        let mut matcher = (!wanted.is_empty()).then(|| Matcher::new(&wanted));
        let mut hits = Vec::with_capacity(swept.hits.len());
        for found in swept.hits {
            let snippet = match &mut matcher {
                Some(matcher) => self.snippet(matcher, found.address)?,
                None => None,
            };
            let id = CaseId::new(found.id.as_str())
                .map_err(|error| Error::Record { id: found.id, message: error.to_string() })?;
            hits.push(Hit { id, score: found.score, snippet });
        }
        Ok(Response {
            sentence: sentence(&request.query),
            total: swept.total,
            hits,
            next,
            facets: swept.facets,
            money: swept.money,
        })
    }

    /// The first page of everything, counted once and kept: the cases of an open index do not change.
    fn everything(
        &self,
        query: &dyn IndexQuery,
        facets: &[Field],
        basis: Basis,
        order: Order,
        limit: usize,
    ) -> Result<Swept> {
        let mut kept = self.inner.everything.lock().unwrap_or_else(PoisonError::into_inner);
        let missing: Vec<Field> = facets.iter().copied().filter(|field| !kept.facets.contains_key(field)).collect();
        let known = kept.pages.get(&(basis, order)).filter(|page| page.hits.len() >= limit || !page.more);
        if known.is_none() || !missing.is_empty() {
            let sweep = Sweep {
                facets: missing,
                selections: Vec::new(),
                basis,
                order,
                limit: limit.max(MOST_KEPT),
                after: None,
                newest: self.inner.newest,
                latest: false,
                columns: Arc::clone(&self.inner.columns),
            };
            let mut swept = self.inner.searcher.search(query, &sweep).map_err(Error::index("search"))?;
            for facet in std::mem::take(&mut swept.facets) {
                kept.facets.insert(facet.field, facet);
            }
            kept.pages.insert((basis, order), swept);
        }
        let page = kept.pages.get(&(basis, order));
        let failed = || Error::Index { action: "count", message: "nothing was counted".to_owned() };
        let page = page.ok_or_else(failed)?;
        let answer = Swept {
            total: page.total,
            hits: page.hits.iter().take(limit).cloned().collect(),
            more: page.more || page.hits.len() > limit,
            facets: facets.iter().filter_map(|field| kept.facets.get(field).cloned()).collect(),
            latest: Vec::new(),
            money: page.money.clone(),
        };
        // Names of parties are as many as cases: they are counted again rather than kept.
        kept.facets.retain(|_, facet| facet.values.len() <= MOST_VALUES_KEPT);
        Ok(answer)
    }

    pub(crate) fn kept_stats(&self, asked: &Asked) -> Option<Stats> {
        let kept = self.inner.everything.lock().unwrap_or_else(PoisonError::into_inner);
        kept.stats.iter().find(|(other, _)| other == asked).map(|(_, stats)| stats.clone())
    }

    pub(crate) fn keep_stats(&self, asked: Asked, stats: &Stats) {
        if stats.rows.len() > MOST_ROWS_KEPT {
            return;
        }
        let mut kept = self.inner.everything.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.stats.len() >= MOST_TABLES_KEPT {
            kept.stats.pop_front();
        }
        kept.stats.push_back((asked, stats.clone()));
    }

    /// Puts the cursor where its case stands by the present scores: they shift with every record that is added. A case that
    /// is gone, or is found no more, keeps the place it had.
    fn catch_up(&self, query: &dyn IndexQuery, order: Order, after: &mut After) -> Result<()> {
        let Some(address) = self.find(self.inner.fields.id, &after.id)? else { return Ok(()) };
        let searcher = &self.inner.searcher;
        let key = || -> tantivy::Result<Option<u64>> {
            let weight = query.weight(EnableScoring::enabled_from_searcher(searcher))?;
            let reader = searcher.segment_reader(address.segment_ord);
            let mut scorer = weight.scorer(reader, 1.0)?;
            if scorer.doc() < address.doc_id {
                scorer.seek(address.doc_id);
            }
            if scorer.doc() != address.doc_id {
                return Ok(None);
            }
            let score = scorer.score();
            let key = Key::open(
                &self.inner.columns,
                address.segment_ord,
                reader,
                order,
                Basis::default(),
                self.inner.newest,
            )?;
            Ok(Some(key.of(address.doc_id, score)))
        };
        if let Some(key) = key().map_err(Error::index("find the page"))? {
            after.key = key;
        }
        Ok(())
    }

    /// One facet of a query, by itself.
    ///
    /// # Errors
    /// As [`Engine::search`].
    pub fn facet(&self, query: &fineprint_model::query::Query, field: Field) -> Result<Facet> {
        let request = Request { query: query.clone(), limit: 0, cursor: None, facets: vec![field], snippets: false };
        let mut response = self.search(&request)?;
        response.facets.pop().ok_or_else(|| Error::Index { action: "count", message: "no facet".to_owned() })
    }

    /// The record of an id or of an id that was merged into another; `None` where there is none. Withdrawn and superseded
    /// records answer too.
    ///
    /// # Errors
    /// [`Error::Record`] where the record cannot be read back, [`Error::Index`] where the index fails.
    pub fn case(&self, id: &CaseId) -> Result<Option<Case>> {
        let fields = &self.inner.fields;
        for handle in [fields.id, fields.alias] {
            if let Some(address) = self.find(handle, id.as_str())? {
                return self.load(address).map(Some);
            }
        }
        Ok(None)
    }

    pub(crate) fn find(&self, handle: Handle, value: &str) -> Result<Option<DocAddress>> {
        let term = Term::from_field_text(handle, value);
        for (ordinal, segment) in (0..).zip(self.inner.searcher.segment_readers()) {
            let inverted = segment.inverted_index(handle).map_err(Error::index("look up"))?;
            let postings = inverted.read_postings(&term, IndexRecordOption::Basic).map_err(Error::index("look up"))?;
            let Some(mut postings) = postings else { continue };
            let mut doc = postings.doc();
            while doc != TERMINATED {
                if segment.alive_bitset().is_none_or(|alive| alive.is_alive(doc)) {
                    return Ok(Some(DocAddress::new(ordinal, doc)));
                }
                doc = postings.advance();
            }
        }
        Ok(None)
    }

    pub(crate) fn document(&self, address: DocAddress) -> Result<TantivyDocument> {
        self.inner.searcher.doc(address).map_err(Error::index("read a record"))
    }

    /// The passage of a case that shows best why it was found; `None` also where its record is not at hand.
    fn snippet(&self, matcher: &mut Matcher<'_>, address: DocAddress) -> Result<Option<Snippet>> {
        if self.inner.shelf.is_some() {
            return match self.load(address) {
                Ok(case) => Ok(snippet::cut(matcher, &case, std::iter::empty())),
                Err(Error::Absent { .. }) => Ok(None),
                Err(error) => Err(error),
            };
        }
        let document = self.document(address)?;
        let case = self.case_of(&document)?;
        Ok(snippet::cut(matcher, &case, self.texts(&document)))
    }

    /// The id of the record at an address, out of its column.
    fn id_at(&self, address: DocAddress) -> Result<CaseId> {
        let failed = || Error::Index { action: "read a record", message: "it has no id".to_owned() };
        let segment = self.inner.searcher.segment_reader(address.segment_ord);
        let column = segment.fast_fields().str("id").map_err(Error::index("read a record"))?.ok_or_else(failed)?;
        let mut id = String::new();
        let ord = column.term_ords(address.doc_id).next().ok_or_else(failed)?;
        column.ord_to_str(ord, &mut id).map_err(Error::index("read a record"))?;
        CaseId::new(id.as_str()).map_err(|error| Error::Record { id, message: error.to_string() })
    }

    pub(crate) fn load(&self, address: DocAddress) -> Result<Case> {
        if let Some(shelf) = &self.inner.shelf {
            let id = self.id_at(address)?;
            return shelf.get(&id).ok_or_else(|| Error::Absent { id: id.to_string() });
        }
        self.case_of(&self.document(address)?)
    }

    pub(crate) fn case_of(&self, document: &TantivyDocument) -> Result<Case> {
        let json = document.get_first(self.inner.fields.record).and_then(|value| value.as_str()).unwrap_or_default();
        Case::from_json(json)
            .map_err(|error| Error::Record { id: "in the index".to_owned(), message: error.to_string() })
    }

    fn texts<'a>(&self, document: &'a TantivyDocument) -> impl Iterator<Item = &'a str> + use<'a> {
        document.get_all(self.inner.fields.text).filter_map(|value| value.as_str())
    }

    /// The texts of a case's documents as they were indexed.
    pub(crate) fn texts_with_language(&self, document: &TantivyDocument) -> Vec<DocumentText> {
        let languages = document.get_all(self.inner.fields.text_language).filter_map(|value| value.as_str());
        let language = languages.map(|language| (!language.is_empty()).then(|| language.to_owned()));
        self.texts(document)
            .zip(language)
            .map(|(text, language)| DocumentText { language, text: text.to_owned() })
            .collect()
    }

    /// Id, hash and place of every record, in the order of the ids. Withdrawn and superseded ones included.
    pub(crate) fn ids(&self) -> Result<&[(String, String, DocAddress)]> {
        if let Some(ids) = self.inner.ids.get() {
            return Ok(ids);
        }
        let failed = Error::index::<tantivy::TantivyError>;
        let mut all = Vec::new();
        for (ordinal, segment) in (0..).zip(self.inner.searcher.segment_readers()) {
            let column = |name: &str| segment.fast_fields().str(name).map_err(failed("list the records"));
            let (Some(ids), Some(hashes)) = (column("id")?, column("hash")?) else { continue };
            for doc in segment.doc_ids_alive() {
                let read = |column: &tantivy::columnar::StrColumn| -> Result<String> {
                    let mut value = String::new();
                    if let Some(ord) = column.term_ords(doc).next() {
                        column.ord_to_str(ord, &mut value).map_err(Error::index("list the records"))?;
                    }
                    Ok(value)
                };
                all.push((read(&ids)?, read(&hashes)?, DocAddress::new(ordinal, doc)));
            }
        }
        all.sort_unstable();
        Ok(self.inner.ids.get_or_init(|| all))
    }

    /// Every case in use, in the order of the ids.
    ///
    /// Each item is an error where its record cannot be read back.
    pub fn cases(&self) -> impl Iterator<Item = Result<Case>> + '_ {
        let (ids, failed) = match self.ids() {
            Ok(ids) => (ids, None),
            Err(error) => (&[][..], Some(Err(error))),
        };
        let active = |case: &Result<Case>| case.as_ref().map_or(true, |case| case.record.is_active());
        failed.into_iter().chain(ids.iter().map(|(.., address)| self.load(*address)).filter(active))
    }

    /// The id of every case in use, in order.
    ///
    /// # Errors
    /// [`Error::Index`] where the index fails.
    pub fn case_ids(&self) -> Result<Vec<String>> {
        let inactive = Term::from_field_text(self.inner.fields.inactive, "yes");
        let mut left_out = BTreeSet::new();
        for (ordinal, segment) in (0..).zip(self.inner.searcher.segment_readers()) {
            let inverted =
                segment.inverted_index(self.inner.fields.inactive).map_err(Error::index("list the cases"))?;
            let postings = inverted.read_postings(&inactive, IndexRecordOption::Basic);
            let Some(mut postings) = postings.map_err(Error::index("list the cases"))? else { continue };
            while postings.doc() != TERMINATED {
                left_out.insert(DocAddress::new(ordinal, postings.doc()));
                postings.advance();
            }
        }
        Ok(self.ids()?.iter().filter(|(.., at)| !left_out.contains(at)).map(|(id, ..)| id.clone()).collect())
    }

    /// How many cases are in use.
    pub fn len(&self) -> usize {
        let all = self.inner.searcher.segment_readers().iter().map(|segment| segment.num_docs() as usize).sum();
        if !self.inner.has_inactive {
            return all;
        }
        let query = self.plan(&fineprint_model::query::Query::default(), &[]).query;
        self.inner.searcher.search(&query, &tantivy::collector::Count).unwrap_or(all)
    }

    /// Whether there is no case.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Names the state of the data: the same for the same records, another one for any change. 16 hex digits.
    pub fn fingerprint(&self) -> String {
        let mut hasher = Sha256::new();
        for (id, hash, _) in self.ids().unwrap_or_default() {
            hasher.update(id.as_bytes());
            hasher.update([0]);
            hasher.update(hash.as_bytes());
            hasher.update([0]);
        }
        hex(&hasher.finalize()[..8])
    }
}

/// Bytes as lower-case hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Refuses fields that have no values to count.
pub(crate) fn check_facets(place: &'static str, fields: &[Field]) -> Result<()> {
    match fields.iter().find(|field| facet_name(**field).is_none()) {
        Some(field) => Err(Error::Request {
            place,
            expected: "a facet such as `authority`, `article`, `sector`, `status` or `year`",
            found: field.as_str().to_owned(),
        }),
        None => Ok(()),
    }
}

/// Letter of an order in a cursor, so that a cursor of another order is refused.
fn order_letter(order: Order) -> char {
    let letter = match order.by {
        SortBy::Relevance => 'r',
        SortBy::Fine => 'f',
        SortBy::Share => 's',
        SortBy::Affected => 'a',
        SortBy::Date => 'd',
    };
    if order.ascending { letter.to_ascii_uppercase() } else { letter }
}

fn write_cursor(order: Order, key: u64, id: &str) -> String {
    format!("{}{key:x}.{id}", order_letter(order))
}

fn read_cursor(cursor: &str, order: Order) -> Result<After> {
    let read = || {
        let (key, id) = cursor.strip_prefix(order_letter(order))?.split_once('.')?;
        let id = CaseId::new(id).ok()?;
        Some(After { key: u64::from_str_radix(key, 16).ok()?, id: id.to_string() })
    };
    read().ok_or_else(|| Error::Cursor { found: cursor.chars().take(100).collect() })
}
