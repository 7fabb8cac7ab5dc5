//! What the service answers from: an unchanging picture of the records on one day, swapped as a whole.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use chrono::NaiveDate;
use fineprint_model::upkeep::Upkeep;
use fineprint_model::{Case, CaseId, RecordState};
use fineprint_search::{Engine, Shelf};
use fineprint_views::figures::{self, Row};
use fineprint_views::link::{self, Topic};
use fineprint_views::machine::{csv, feed, json};
use fineprint_views::page::{EngineFiles, Site, Totals};

use crate::assets;
use crate::error::{Error, Result};

/// What a site is rendered with.
#[derive(Debug, Clone)]
pub struct Options {
    /// The day the records are shown as of: names whose term has passed are gone.
    pub today: NaiveDate,
    /// Public address, as in `https://example.org/fines`; `None` where it is not known.
    pub base_url: Option<String>,
    /// What the collection is, in a sentence for the footer.
    pub note: Option<String>,
    /// Addresses of the exported site's search engine.
    pub engine: Option<EngineFiles>,
    /// How the collection is kept: its sources and their last runs, visits to official addresses.
    pub upkeep: Upkeep,
}

impl Options {
    /// The defaults for a day.
    pub fn new(today: NaiveDate) -> Self {
        Self { today, base_url: None, note: None, engine: None, upkeep: Upkeep::default() }
    }
}

/// The records as they may be shown on one day, with their index and their groups.
pub struct Snapshot {
    /// Index over `cases`.
    pub engine: Engine,
    /// Cases in use, newest first.
    pub cases: Vec<Case>,
    /// What all pages share.
    pub site: Site,
    /// How the collection is kept.
    pub upkeep: Upkeep,
    by_id: HashMap<CaseId, usize>,
    moved: BTreeMap<String, CaseId>,
    gone: BTreeMap<String, String>,
    groups: BTreeMap<Topic, BTreeMap<String, Vec<usize>>>,
    rows: BTreeMap<Topic, Vec<Row>>,
    /// Where records come from that are not here yet.
    shelf: Option<Shelf>,
    /// Each case as it stands in lists, where it is worth remembering.
    pieces: Option<Vec<Pieces>>,
    /// Indexes over the cases as they stood on earlier days, the last asked for first.
    earlier: Mutex<Vec<(NaiveDate, Engine)>>,
}

/// Records as they may be shown on a day.
pub(crate) struct Public {
    /// Those in use, newest first, each id once.
    pub(crate) cases: Vec<Case>,
    moved: BTreeMap<String, CaseId>,
    gone: BTreeMap<String, String>,
}

impl Public {
    pub(crate) fn of(records: impl Iterator<Item = Case>, today: NaiveDate) -> Self {
        let mut cases: Vec<Case> = Vec::new();
        let mut moved = BTreeMap::new();
        let mut gone = BTreeMap::new();
        for record in records {
            let record = record.public_on(today);
            match &record.record {
                RecordState::Active => {
                    for alias in &record.aliases {
                        moved.insert(alias.to_string(), record.id.clone());
                    }
                    cases.push(record);
                }
                RecordState::Superseded { by } => {
                    moved.insert(record.id.to_string(), by.clone());
                }
                // The reason may name whom the record named.
                RecordState::Withdrawn { reason, .. } => {
                    gone.insert(record.id.to_string(), reason.clone());
                }
            }
        }
        cases
            .sort_by_cached_key(|case| (std::cmp::Reverse(case.dated().map(|date| date.first_day())), case.id.clone()));
        cases.dedup_by(|a, b| a.id == b.id);
        Self { cases, moved, gone }
    }
}

/// Cases by what they have in common.
pub(crate) struct Groups {
    groups: BTreeMap<Topic, BTreeMap<String, Vec<usize>>>,
    rows: BTreeMap<Topic, Vec<Row>>,
}

impl Groups {
    pub(crate) fn of(cases: &[Case]) -> Self {
        let mut groups = BTreeMap::new();
        let mut rows = BTreeMap::new();
        for topic in Topic::ALL {
            let mut by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
            for (at, case) in cases.iter().enumerate() {
                for key in figures::keys(topic, case).into_iter().filter(|key| link::is_safe_key(key)) {
                    by_key.entry(key).or_default().push(at);
                }
            }
            let listed = by_key.iter().filter(|(key, _)| topic != Topic::Law || key.matches('/').count() <= 1);
            let listed = listed.map(|(key, at)| {
                let cases: Vec<&Case> = at.iter().filter_map(|at| cases.get(*at)).collect();
                figures::Group { label: figures::topic_label(topic, key, &cases), key: key.clone(), cases }
            });
            rows.insert(topic, figures::in_order(listed.collect()).into_iter().map(figures::Group::row).collect());
            groups.insert(topic, by_key);
        }
        Self { groups, rows }
    }
}

/// A case as it stands in the lists of all its groups: an export writes each list once, and each case into twenty.
#[derive(Debug, Default)]
struct Pieces {
    csv: OnceLock<String>,
    json: OnceLock<String>,
    entry: OnceLock<String>,
}

/// Most earlier days that are kept at hand.
const EARLIER: usize = 8;

impl Snapshot {
    /// A picture whose records are brought as they are asked for.
    pub(crate) fn offline(engine: Engine, site: Site, shelf: Shelf) -> Self {
        Self {
            engine,
            cases: Vec::new(),
            site,
            upkeep: Upkeep::default(),
            by_id: HashMap::new(),
            moved: BTreeMap::new(),
            gone: BTreeMap::new(),
            groups: BTreeMap::new(),
            rows: BTreeMap::new(),
            shelf: Some(shelf),
            pieces: None,
            earlier: Mutex::default(),
        }
    }

    /// Takes in a record that was asked for.
    pub(crate) fn learn(&mut self, case: Case) {
        if !self.by_id.contains_key(&case.id) {
            self.by_id.insert(case.id.clone(), self.cases.len());
            self.cases.push(case);
        }
    }

    /// Builds the picture. An engine that is given must hold the records as they may be shown on that day.
    pub(crate) fn build(records: &[Case], engine: Option<Engine>, options: &Options, served: bool) -> Result<Self> {
        let public = Public::of(records.iter().cloned(), options.today);
        let engine = match engine {
            Some(engine) => engine,
            None => Engine::in_memory(public.cases.iter().cloned())?,
        };
        let groups = Groups::of(&public.cases);
        Self::assemble(public, groups, engine, options, served)
    }

    /// Puts together what was made of the same records.
    pub(crate) fn assemble(
        public: Public,
        groups: Groups,
        engine: Engine,
        options: &Options,
        served: bool,
    ) -> Result<Self> {
        let Public { cases, moved, gone } = public;
        let by_id = cases.iter().enumerate().map(|(at, case)| (case.id.clone(), at)).collect();
        let assets = assets::all();
        let site = Site {
            served,
            base_url: options.base_url.as_deref().map(clean_base).transpose()?,
            css: assets.css.path.clone(),
            js: assets.js.path.clone(),
            icon: assets.icon.path.clone(),
            engine: options.engine.clone(),
            fonts: assets.fonts.iter().take(2).map(|font| font.path.clone()).collect(),
            today: options.today,
            note: options.note.clone(),
            totals: Totals::of(&cases),
        };
        let Groups { groups, rows } = groups;
        Ok(Self {
            engine,
            cases,
            site,
            upkeep: options.upkeep.clone(),
            by_id,
            moved,
            gone,
            groups,
            rows,
            shelf: None,
            pieces: None,
            earlier: Mutex::default(),
        })
    }

    /// Remembers from now on how each case stands in lists.
    #[cfg(feature = "service")]
    pub(crate) fn with_pieces(mut self) -> Self {
        self.pieces = Some(self.cases.iter().map(|_| Pieces::default()).collect());
        self
    }

    fn piece<'a>(
        &'a self,
        case: &Case,
        which: impl Fn(&'a Pieces) -> &'a OnceLock<String>,
        make: impl FnOnce() -> Result<String>,
    ) -> Result<Cow<'a, str>> {
        let pieces = self.pieces.as_ref().and_then(|pieces| pieces.get(*self.by_id.get(&case.id)?)).map(which);
        let Some(piece) = pieces else { return make().map(Cow::Owned) };
        if let Some(known) = piece.get() {
            return Ok(Cow::Borrowed(known));
        }
        let made = make()?;
        Ok(Cow::Borrowed(piece.get_or_init(|| made)))
    }

    /// A case's line in CSV.
    pub(crate) fn csv_line(&self, case: &Case) -> Result<Cow<'_, str>> {
        self.piece(case, |pieces| &pieces.csv, || Ok(csv::line(case)?))
    }

    /// A case's item in a list in JSON.
    pub(crate) fn json_item(&self, case: &Case) -> Result<Cow<'_, str>> {
        self.piece(case, |pieces| &pieces.json, || Ok(json::item(&self.site, case)?))
    }

    /// A case's entry in a feed.
    pub(crate) fn feed_entry(&self, case: &Case) -> Cow<'_, str> {
        let entry = self.piece(case, |pieces| &pieces.entry, || Ok(feed::entry(&self.site, case)));
        entry.unwrap_or_default()
    }

    /// The index over the cases as they stood at the end of a day; `None`, today and later days mean now.
    pub(crate) fn engine_at(&self, day: Option<NaiveDate>) -> Result<Engine> {
        let Some(day) = day.filter(|day| *day < self.site.today) else { return Ok(self.engine.clone()) };
        if self.shelf.is_some() {
            return Err(Error::Earlier);
        }
        let mut earlier = self.earlier.lock().unwrap_or_else(PoisonError::into_inner);
        let engine = match earlier.iter().position(|(other, _)| *other == day) {
            Some(at) => earlier.remove(at).1,
            None => self.engine.as_of(day)?,
        };
        earlier.insert(0, (day, engine.clone()));
        earlier.truncate(EARLIER);
        Ok(engine)
    }

    /// The case in use with that id.
    pub fn case(&self, id: &CaseId) -> Option<&Case> {
        let found = self.by_id.get(id).and_then(|at| self.cases.get(*at));
        if let (None, Some(shelf)) = (found, &self.shelf) {
            shelf.miss(id);
        }
        found
    }

    /// Where a merged or superseded id leads.
    pub fn moved(&self, id: &str) -> Option<&CaseId> {
        self.moved.get(id)
    }

    /// Why a record was withdrawn.
    pub fn gone(&self, id: &str) -> Option<&str> {
        self.gone.get(id).map(String::as_str)
    }

    /// Every id that leads elsewhere.
    #[cfg(feature = "service")]
    pub(crate) fn all_moved(&self) -> impl Iterator<Item = (&String, &CaseId)> {
        self.moved.iter()
    }

    /// Every withdrawn id.
    #[cfg(feature = "service")]
    pub(crate) fn all_gone(&self) -> impl Iterator<Item = &String> {
        self.gone.keys()
    }

    /// The cases of a group, newest first; `None` where there is no such group.
    pub fn group(&self, topic: Topic, key: &str) -> Option<Vec<&Case>> {
        let at = self.groups.get(&topic)?.get(key)?;
        Some(at.iter().filter_map(|at| self.cases.get(*at)).collect())
    }

    /// The keys of a topic with the number of their cases.
    pub fn keys(&self, topic: Topic) -> impl Iterator<Item = (&str, usize)> {
        self.groups.get(&topic).into_iter().flatten().map(|(key, cases)| (key.as_str(), cases.len()))
    }

    /// A topic's groups as its list shows them, most cases first.
    pub fn rows(&self, topic: Topic) -> &[Row] {
        self.rows.get(&topic).map(Vec::as_slice).unwrap_or_default()
    }
}

/// An absolute http(s) address without a final slash.
fn clean_base(base: &str) -> Result<String> {
    let base = base.trim_end_matches('/');
    match link::external(base) {
        Some(url) if !url.contains(['?', '#', '\'', '`', '&']) => Ok(url.to_owned()),
        _ => Err(Error::BaseUrl { found: base.to_owned() }),
    }
}

/// The records and the current picture of them.
pub struct App {
    records: Vec<Case>,
    options: Options,
    current: RwLock<Arc<Snapshot>>,
}

impl App {
    /// Builds everything in memory from records, in any order.
    ///
    /// # Errors
    /// Where the index cannot be built or the public address is none.
    pub fn new(records: Vec<Case>, options: Options) -> Result<Self> {
        let snapshot = Snapshot::build(&records, None, &options, true)?;
        Ok(Self { records, options, current: RwLock::new(Arc::new(snapshot)) })
    }

    /// The same with an index that exists already. It must have been built from the records as they may be shown on
    /// the options' day ([`Case::public_on`]).
    ///
    /// # Errors
    /// Where the public address is none.
    pub fn with_engine(records: Vec<Case>, engine: Engine, options: Options) -> Result<Self> {
        let snapshot = Snapshot::build(&records, Some(engine), &options, true)?;
        Ok(Self { records, options, current: RwLock::new(Arc::new(snapshot)) })
    }

    /// The current picture.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The records as they were given.
    pub fn records(&self) -> &[Case] {
        &self.records
    }

    /// What the site is rendered with.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Moves on to another day: names whose term has passed by then are gone from every answer.
    ///
    /// # Errors
    /// Where the index cannot be built; the old picture then stays.
    pub fn move_to(&self, today: NaiveDate) -> Result<()> {
        let options = Options { today, ..self.options.clone() };
        let current = self.snapshot();
        let from = current.site.today;
        // Most days no name goes, and the index stays as it is.
        let changes = self.records.iter().any(|case| {
            let mut terms = case.parties.iter().filter_map(|party| party.names_until);
            terms.any(|until| (until.first_day() <= from) != (until.first_day() <= today))
        });
        let engine = (!changes).then(|| current.engine.clone());
        let snapshot = Snapshot::build(&self.records, engine, &options, true)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
        Ok(())
    }
}
