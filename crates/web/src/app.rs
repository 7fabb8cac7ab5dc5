//! What the service answers from: an unchanging picture of the records on one day, swapped as a whole.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use chrono::NaiveDate;
use fineprint_model::upkeep::Upkeep;
use fineprint_model::{Case, CaseId, RecordState};
use fineprint_search::{Engine, Shelf};
use fineprint_views::figures::{self, Row};
use fineprint_views::link::{self, Topic};
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
    /// Indexes over the cases as they stood on earlier days, the last asked for first.
    earlier: Mutex<Vec<(NaiveDate, Engine)>>,
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
        let base_url = options.base_url.as_deref().map(clean_base).transpose()?;
        let mut cases: Vec<Case> = Vec::new();
        let mut moved = BTreeMap::new();
        let mut gone = BTreeMap::new();
        for record in records {
            match &record.record {
                RecordState::Active => {
                    for alias in &record.aliases {
                        moved.insert(alias.to_string(), record.id.clone());
                    }
                    cases.push(record.public_on(options.today));
                }
                RecordState::Superseded { by } => {
                    moved.insert(record.id.to_string(), by.clone());
                }
                // The reason may name whom the record named.
                RecordState::Withdrawn { .. } => {
                    if let RecordState::Withdrawn { reason, .. } = record.public_on(options.today).record {
                        gone.insert(record.id.to_string(), reason);
                    }
                }
            }
        }
        cases.sort_by(|a, b| {
            let day = |case: &Case| case.dated().map(|date| date.first_day());
            day(b).cmp(&day(a)).then_with(|| a.id.cmp(&b.id))
        });
        cases.dedup_by(|a, b| a.id == b.id);
        let engine = match engine {
            Some(engine) => engine,
            None => Engine::in_memory(cases.iter().cloned())?,
        };
        let by_id = cases.iter().enumerate().map(|(at, case)| (case.id.clone(), at)).collect();
        let mut groups: BTreeMap<Topic, BTreeMap<String, Vec<usize>>> = BTreeMap::new();
        let mut rows = BTreeMap::new();
        for topic in Topic::ALL {
            let by_key = groups.entry(topic).or_default();
            for (at, case) in cases.iter().enumerate() {
                for key in figures::keys(topic, case) {
                    if link::is_safe_key(&key) {
                        by_key.entry(key).or_default().push(at);
                    }
                }
            }
            let listed = |key: &str| link::is_safe_key(key) && (topic != Topic::Law || key.matches('/').count() <= 1);
            rows.insert(topic, figures::breakdown(topic, cases.iter(), listed));
        }
        let assets = assets::all();
        let site = Site {
            served,
            base_url,
            css: assets.css.path.clone(),
            js: assets.js.path.clone(),
            icon: assets.icon.path.clone(),
            engine: options.engine.clone(),
            fonts: assets.fonts.iter().take(2).map(|font| font.path.clone()).collect(),
            today: options.today,
            note: options.note.clone(),
            totals: Totals::of(&cases),
        };
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
            earlier: Mutex::default(),
        })
    }

    /// The index over the cases as they stood at the end of a day; `None`, today and later days mean now.
    pub(crate) fn engine_at(&self, day: Option<NaiveDate>) -> Result<Engine> {
        let Some(day) = day.filter(|day| *day < self.site.today) else { return Ok(self.engine.clone()) };
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
