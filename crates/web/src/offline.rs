//! The answers of the service without a service: the exported site asks the same questions of a packed index, in the
//! reader's own browser.

use chrono::NaiveDate;
use fineprint_model::{Case, CaseId, PartialDate};
use fineprint_search::{Contents, Engine, Fetch, Shelf};
use fineprint_views::page::{EngineFiles, Site, Totals};
use serde::{Deserialize, Serialize};

use crate::answer::{Answer, no_such, questions};
use crate::app::Snapshot;
use crate::error::{Error, Result};
use crate::resource::kind;

/// How often an answer may send on to another address.
const MAX_REDIRECTS: usize = 3;

/// What the export writes beside the chunks of the index, and the first thing that a reader's browser fetches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Address of the engine from the site's root.
    pub engine: String,
    /// The day the site was exported for: names whose term had passed are not in it.
    pub today: PartialDate,
    /// Public address without a final slash; `None` where it is not known.
    pub base_url: Option<String>,
    /// Those rates of exchange that the cases need.
    pub rates: String,
    /// The index.
    pub index: Contents,
}

/// Where the manifest is, from the site's root.
pub const MANIFEST: &str = "search/index.json";

/// A record that an answer needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wanted {
    /// The case.
    pub id: CaseId,
    /// Names its state in the index, so that no older one is taken for it.
    pub state: Option<String>,
}

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The answer.
    Reply {
        /// As of HTTP.
        status: u16,
        /// Media type.
        kind: &'static str,
        /// Address of what is answered, from the site's root: the question in its canonical form.
        address: String,
        /// The content.
        body: String,
        /// Address of the list's next page.
        next: Option<String>,
    },
    /// Records that the answer needs. Ask again when they have been [learnt](Offline::learn).
    Wanting(Vec<Wanted>),
}

/// Answers over a packed index.
pub struct Offline {
    snapshot: Snapshot,
    shelf: Shelf,
}

impl Offline {
    /// Opens a packed index. `today` is the reader's day, to which dates such as `-90d` relate.
    ///
    /// # Errors
    /// Where the index is another version's or cannot be read.
    pub fn open(manifest: Manifest, fetch: Fetch, today: NaiveDate) -> Result<Self> {
        fineprint_model::vocab::provide_rates(&manifest.rates);
        let shelf = Shelf::default();
        let engine = Engine::open_packed(manifest.index, fetch, shelf.clone())?;
        let site = Site {
            served: false,
            base_url: manifest.base_url,
            css: String::new(),
            js: String::new(),
            icon: String::new(),
            fonts: Vec::new(),
            engine: Some(EngineFiles::default()),
            today: today.max(manifest.today.first_day()),
            note: None,
            totals: Totals::default(),
        };
        Ok(Self { snapshot: Snapshot::offline(engine, site, shelf.clone()), shelf })
    }

    /// Takes a record in.
    pub fn learn(&mut self, case: Case) {
        self.shelf.put(case.clone());
        self.snapshot.learn(case);
    }

    /// Answers a question to an address below the site's root, such as `search/` or `api/v1/cases`.
    ///
    /// # Errors
    /// Where the index cannot be read or a page cannot be rendered.
    pub fn ask(&self, path: &str, query: Option<&str>) -> Result<Outcome> {
        let (mut path, mut query) = (path.to_owned(), query.map(str::to_owned));
        for _ in 0..=MAX_REDIRECTS {
            self.shelf.take_missed();
            let answered = questions(&self.snapshot, &path, query.as_deref());
            let missed = self.shelf.take_missed();
            if !missed.is_empty() {
                let state = |id: CaseId| Ok(Wanted { state: self.snapshot.engine.record_state(&id)?, id });
                return Ok(Outcome::Wanting(missed.into_iter().map(state).collect::<Result<_>>()?));
            }
            let address = match &query {
                Some(query) => format!("{path}?{query}"),
                None => path.clone(),
            };
            let is_page = path.ends_with('/');
            let (status, kind, body, next) = match answered?.unwrap_or_else(|| no_such(&path)) {
                Answer::Ok(rendered) => (200, rendered.kind, text(rendered.body), None),
                Answer::Linked { rendered, next } => (200, rendered.kind, text(rendered.body), next),
                Answer::Problem(problem) if is_page => {
                    let root = fineprint_views::link::root_of(&path);
                    (problem.status, kind::HTML, problem.html(&self.snapshot, &root)?, None)
                }
                Answer::Problem(problem) => (problem.status, kind::PROBLEM, problem.json(), None),
                Answer::Redirect { to, .. } => {
                    let to = to.trim_start_matches('/');
                    (path, query) = match to.split_once('?') {
                        Some((path, query)) => (path.to_owned(), Some(query.to_owned())),
                        None => (to.to_owned(), None),
                    };
                    continue;
                }
            };
            return Ok(Outcome::Reply { status, kind, address, body, next });
        }
        Err(Error::Task { message: format!("an answer that sends on and on, last to `{path}`") })
    }
}

/// What answers a question is text; files that are not are no answers to questions.
fn text(body: Vec<u8>) -> String {
    String::from_utf8(body).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
