//! Which knowledge base a command works on: a folder of the user's, or the cases built into the program.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::path::PathBuf;

use chrono::NaiveDate;
use fineprint_model::links::Visits;
use fineprint_model::query::{MAX_LIMIT, Query, Request};
use fineprint_model::{Case, CaseId, PartialDate};
use fineprint_search::{Check, DocumentText, Engine, Loaded, Record, SyncReport};
use fineprint_store::KnowledgeBase;
use fineprint_views::page::{Site, Totals};
use serde::Deserialize;

use crate::args::Global;
use crate::exit::{Failure, Kind, Result};
use crate::output::{self, Output};

/// The records of `data/cases`, one a line, packed by the build script.
const SHIPPED: &str = include_str!(concat!(env!("OUT_DIR"), "/shipped.jsonl"));

/// The last visits to the official addresses of those records.
const SHIPPED_VISITS: &str = include_str!("../../../data/links.json");

/// Where cases come from.
pub enum Base {
    /// Built into the program.
    Shipped,
    /// A folder of the user's.
    Own(KnowledgeBase),
}

/// The moment, which `SOURCE_DATE_EPOCH` (seconds since 1970, reproducible-builds.org) sets, so that an export can be
/// made again byte for byte.
pub fn now() -> chrono::DateTime<chrono::Utc> {
    let set = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    set.and_then(|seconds| chrono::DateTime::from_timestamp(seconds, 0)).unwrap_or_else(chrono::Utc::now)
}

/// Today by that clock, on which names may have to go.
pub fn today() -> NaiveDate {
    now().date_naive()
}

impl Base {
    /// The base that `--kb` names, else the built-in one.
    pub fn open(global: &Global) -> Result<Self> {
        match &global.kb {
            None => Ok(Self::Shipped),
            Some(dir) => KnowledgeBase::open(dir).map(Self::Own).map_err(|error| {
                Failure::from_error(Kind::Io, "no knowledge base", error)
                    .help(format!("`fineprint init {}` starts one", dir.display()))
            }),
        }
    }

    /// The base that `--kb` names, for a command that changes it; a missing or empty folder becomes one.
    pub fn open_or_init(global: &Global, output: &Output) -> Result<KnowledgeBase> {
        let Some(dir) = &global.kb else {
            return Err(Failure::new(Kind::Usage, "the built-in cases cannot be changed")
                .help("name a folder of your own: --kb DIR, or FINEPRINT_KB"));
        };
        let is_empty = match std::fs::read_dir(dir) {
            Ok(mut entries) => entries.next().is_none(),
            Err(error) => error.kind() == std::io::ErrorKind::NotFound,
        };
        if is_empty {
            output.note(format!("starting a knowledge base in {}", dir.display()));
            return KnowledgeBase::init(dir)
                .map_err(|error| Failure::from_error(Kind::Io, "could not start a knowledge base", error));
        }
        match Self::open(global)? {
            Self::Own(base) => Ok(base),
            Self::Shipped => Err(Failure::new(Kind::Usage, "the built-in cases cannot be changed")),
        }
    }

    /// The last visits to official addresses.
    pub fn visits(&self) -> Result<Visits> {
        match self {
            Self::Shipped => Visits::from_json(SHIPPED_VISITS)
                .map_err(|error| Failure::from_error(Kind::Invalid, "the built-in `links.json`", error)),
            Self::Own(base) => base
                .visits()
                .map_err(|error| Failure::from_error(Kind::Invalid, "could not read the visits to addresses", error)),
        }
    }

    /// Every record as it is kept, sorted by id. One that cannot be read is reported and left out.
    pub fn kept(&self) -> Box<dyn Iterator<Item = Case> + '_> {
        match self {
            Self::Shipped => Box::new(shipped()),
            Self::Own(base) => Box::new(base.cases().filter_map(|stored| match stored {
                Ok(stored) => Some(stored.case),
                Err(error) => {
                    output::warn(format!("fineprint: {error}"));
                    None
                }
            })),
        }
    }

    /// Every case as it may be shown today, sorted by id.
    pub fn cases(&self) -> impl Iterator<Item = Case> + '_ {
        let today = today();
        self.kept().map(move |case| case.public_on(today))
    }

    /// The words of a case's notices, for full-text search. None of a case that must not be named any more:
    /// the notices name it.
    fn texts(&self, case: &Case) -> Vec<DocumentText> {
        let Self::Own(base) = self else { return Vec::new() };
        let today = today();
        if case.parties.iter().any(|party| party.is_withheld_on(today)) {
            return Vec::new();
        }
        let hashes = case.sources.iter().filter_map(|source| source.sha256.as_deref());
        hashes
            .filter_map(|hash| base.document(hash).ok().flatten())
            .map(|document| DocumentText { language: document.language, text: document.text })
            .collect()
    }

    /// The index over the cases as they stood at the end of a day; `None` for now. A month or year stands for its last day.
    pub fn engine_as_of(&self, day: Option<&str>) -> Result<Engine> {
        let day = day.map(|text| {
            text.parse::<PartialDate>().map_err(|error| {
                Failure::new(Kind::Usage, format!("--as-of: {error}"))
                    .help("a date such as `2022-04-15`, `2022-04` or `2022`")
            })
        });
        let engine = self.engine()?;
        match day.transpose()? {
            Some(day) => engine.as_of(day.last_day()).map_err(search_failure),
            None => Ok(engine),
        }
    }

    /// The index over the cases, brought up to date if a record file was touched since it was last compared with them.
    pub fn engine(&self) -> Result<Engine> {
        let current = match self.index_dir() {
            Some(dir) => Engine::open_if_current(&dir, |kept| self.is_state(kept)).unwrap_or(None),
            None => None,
        };
        match current {
            Some(engine) => Ok(engine),
            None => self.engine_with_report(Check::Stat).map(|(engine, _)| engine),
        }
    }

    /// The index over the cases, compared with every one of them and brought up to date, and what that took; `None` where
    /// the index cannot be kept on disk and was built in memory.
    pub fn engine_with_report(&self, check: Check) -> Result<(Engine, Option<SyncReport>)> {
        if let Some(dir) = self.index_dir() {
            // Taken before anything is read, so that what changes meanwhile is noticed next time.
            let state = self.state();
            let seen = Seen::default();
            match Engine::open_or_build(&dir, check, self.records(&seen)) {
                Ok((engine, report)) => {
                    for (id, message) in &report.failed {
                        output::warn(format!("fineprint: `{id}` is not in the index: {message}"));
                    }
                    // What could not be read is to be said each time.
                    if let Some(state) = state.filter(|_| report.failed.is_empty() && seen.unreadable.get() == 0) {
                        // Where it cannot be written, the records are looked at again.
                        let _ = engine.keep_state(&dir, &seen.span().name(&state));
                    }
                    return Ok((engine, Some(report)));
                }
                // A folder that cannot be written to is no reason not to answer.
                Err(fineprint_search::Error::Io { .. }) => {}
                Err(error) => return Err(search_failure(error)),
            }
        }
        let cases = self.cases().map(|case| {
            let texts = self.texts(&case);
            (case, texts)
        });
        Ok((Engine::in_memory_with_texts(cases).map_err(search_failure)?, None))
    }

    /// Every case that the words of a query find, in the query's order; all of them, by id, where there are no words. As they
    /// stood at the end of a day; `None` for now.
    pub fn found(&self, words: &[String], day: Option<&str>) -> Result<Vec<Case>> {
        if words.is_empty() && day.is_none() {
            return Ok(self.cases().collect());
        }
        let engine = self.engine_as_of(day)?;
        if words.is_empty() {
            return engine.cases().collect::<std::result::Result<_, _>>().map_err(search_failure);
        }
        let query = parse_query(&engine, words)?;
        let mut request = Request { query, limit: MAX_LIMIT, cursor: None, facets: Vec::new(), snippets: false };
        let mut cases = Vec::new();
        loop {
            let page = engine.search(&request).map_err(search_failure)?;
            for hit in &page.hits {
                cases.push(indexed_case(&engine, &hit.id)?);
            }
            match page.next {
                Some(next) => request.cursor = Some(next),
                None => return Ok(cases),
            }
        }
    }

    /// Where the index is kept: with the user's own records, or in the user's cache. `None` where there is no such place.
    fn index_dir(&self) -> Option<PathBuf> {
        match self {
            Self::Shipped => dirs::cache_dir().map(|dir| dir.join("fineprint").join("index")),
            Self::Own(base) => Some(base.index_dir()),
        }
    }

    /// Throws the index away; it is derived, and comes back the same.
    pub fn forget_index(&self) -> Result<()> {
        let Some(dir) = self.index_dir() else { return Ok(()) };
        match std::fs::remove_dir_all(&dir) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Failure::from_error(Kind::Io, format!("could not remove `{}`", dir.display()), error))
            }
            _ => Ok(()),
        }
    }

    /// Names the state of the records without reading them; `None` where that cannot be told now.
    fn state(&self) -> Option<String> {
        match self {
            Self::Shipped => Some(env!("FINEPRINT_SHIPPED_STATE").to_owned()),
            Self::Own(base) => base.state(),
        }
    }

    /// Whether the records are in a state that was kept with the index, and no name has gone or come back since.
    fn is_state(&self, kept: &str) -> bool {
        let Some((span, state)) = Span::read(kept) else { return false };
        span.holds(today()) && self.state().is_some_and(|now| now == state)
    }

    /// Every record with its hash, read in full only where the index asks for it.
    fn records<'a>(&'a self, seen: &'a Seen) -> Box<dyn Iterator<Item = Record<'a>> + 'a> {
        match self {
            Self::Shipped => {
                Box::new(SHIPPED.lines().filter_map(|line| self.record(line, seen, move || Ok(line.into()))))
            }
            Self::Own(base) => Box::new(base.texts().filter_map(|text| {
                let (path, text) = match text {
                    Ok(read) => read,
                    Err(error) => {
                        seen.warn(&error);
                        return None;
                    }
                };
                // Read again where it is wanted: a million records are not kept in memory.
                let reread = path.clone();
                let record = self.record(&text, seen, move || Ok(std::fs::read_to_string(reread)?.into()));
                if record.is_none()
                    // The reader of whole records says what is wrong with it.
                    && let Err(error) = fineprint_store::read_record(&path)
                {
                    seen.warn(&error);
                }
                record
            })),
        }
    }

    /// A record by its text; `None` where the text is none. The hash covers whether names have gone from it.
    fn record<'a>(
        &'a self,
        text: &str,
        seen: &Seen,
        read: impl FnOnce() -> std::io::Result<Cow<'static, str>> + Send + 'a,
    ) -> Option<Record<'a>> {
        let head: Head = serde_json::from_str(text).ok()?;
        let today = today();
        let mut names = "shown";
        for day in head.parties.iter().filter_map(|party| party.names_until).map(PartialDate::first_day) {
            seen.note(day);
            if day <= today {
                names = "expired";
            }
        }
        let hash = fineprint_store::sha256(format!("{names}\n{text}").as_bytes());
        let load = move || {
            let case = Case::from_json(&read()?)?.public_on(today);
            let texts = self.texts(&case);
            Ok(Loaded { case, texts })
        };
        Some(Record { id: head.id, hash, load: Box::new(load) })
    }

    /// The case of an id or alias, as it may be shown today.
    pub fn case(&self, id: &str) -> Result<Case> {
        let wanted = CaseId::new(id).ok();
        if let (Some(wanted), Self::Own(base)) = (&wanted, self) {
            let found = base.case_of_file(wanted);
            let found = found.map_err(|error| Failure::from_error(Kind::Invalid, "could not read the case", error))?;
            if let Some(case) = found {
                return Ok(case.public_on(today()));
            }
        }
        // The index knows aliases, and every id there is.
        let engine = self.engine()?;
        let found = wanted.map(|wanted| engine.case(&wanted)).transpose().map_err(search_failure)?;
        found.flatten().ok_or_else(|| {
            let failure = Failure::new(Kind::NoSuchCase, format!("no case has the id `{id}`"));
            let ids: Vec<String> = engine.case_ids().unwrap_or_default();
            match fineprint_model::vocab::nearest(id, ids.iter().map(String::as_str)) {
                Some(near) => failure.help(format!("did you mean `{near}`?")),
                None => failure.help("`fineprint search` lists ids"),
            }
        })
    }
}

/// What was met while the records were read.
#[derive(Default)]
struct Seen {
    unreadable: Cell<usize>,
    /// Days on which names go.
    days: RefCell<BTreeSet<NaiveDate>>,
}

impl Seen {
    fn warn(&self, error: &fineprint_store::Error) {
        output::warn(format!("fineprint: {error}"));
        self.unreadable.set(self.unreadable.get() + 1);
    }

    fn note(&self, day: NaiveDate) {
        self.days.borrow_mut().insert(day);
    }

    /// The days around today between which the same names are shown.
    fn span(&self) -> Span {
        let (today, days) = (today(), self.days.borrow());
        Span {
            from: days.iter().rev().find(|day| **day <= today).copied(),
            until: days.iter().find(|day| **day > today).copied(),
        }
    }
}

/// From one day on which a name goes to before the next one; `None` where there is none.
#[derive(Debug, PartialEq)]
struct Span {
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
}

impl Span {
    fn holds(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }

    /// A state of the records together with the days on which it says everything.
    fn name(&self, state: &str) -> String {
        let day = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
        format!("{}..{} {state}", day(self.from), day(self.until))
    }

    fn read(kept: &str) -> Option<(Self, &str)> {
        let (span, state) = kept.split_once(' ')?;
        let (from, until) = span.split_once("..")?;
        let day = |text: &str| if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) };
        Some((Self { from: day(from)?, until: day(until)? }, state))
    }
}

/// Reads the words of the command line as one query.
pub fn parse_query(engine: &Engine, words: &[String]) -> Result<Query> {
    let text = words.join(" ");
    engine.parse(&text, today()).map_err(|error| {
        let message = format!("the query is wrong: {}{}", error.message, pointer(&text, error.span));
        let failure = Failure::new(Kind::Usage, message);
        match error.corrected(&text) {
            Some(better) => failure.help(format!("did you mean `{better}`?")),
            None => failure.help("`fineprint search --help` shows the language"),
        }
    })
}

/// Longest query that is shown again with its wrong part marked, in characters: about a line.
const SHOWN_QUERY: usize = 160;

/// The query on a line of its own and marks under the part that is wrong; nothing where that would fill the screen.
fn pointer(text: &str, (start, end): (usize, usize)) -> String {
    let (Some(before), Some(wrong)) = (text.get(..start), text.get(start..end)) else { return String::new() };
    if text.chars().count() > SHOWN_QUERY || text.contains(char::is_control) {
        return String::new();
    }
    let marks = "^".repeat(wrong.chars().count().max(1));
    format!("\n  {text}\n  {}{marks}", " ".repeat(before.chars().count()))
}

/// Which amounts of the fines were counted.
pub fn basis_words(basis: fineprint_model::Basis) -> &'static str {
    match basis {
        fineprint_model::Basis::Imposed => "fines as first imposed",
        fineprint_model::Basis::Current => "fines after every change so far",
        fineprint_model::Basis::Final => "fines of decisions that became final",
    }
}

/// A failed search as a failure of the command.
pub fn search_failure(error: fineprint_search::Error) -> Failure {
    let kind = match error {
        fineprint_search::Error::Query(_)
        | fineprint_search::Error::Cursor { .. }
        | fineprint_search::Error::Request { .. } => Kind::Usage,
        _ => Kind::Io,
    };
    Failure::from_error(kind, "could not search", error)
}

/// Pages that could not be prepared as a failure of the command.
pub fn pages_failure(error: fineprint_web::Error) -> Failure {
    let kind = match error {
        fineprint_web::Error::BaseUrl { .. } => Kind::Usage,
        _ => Kind::Invalid,
    };
    Failure::from_error(kind, "could not prepare the pages", error)
}

/// What citations need to know of a site that does not exist: the day.
pub fn citing_site() -> Site {
    Site {
        served: false,
        base_url: None,
        css: String::new(),
        js: String::new(),
        icon: String::new(),
        engine: None,
        fonts: Vec::new(),
        today: today(),
        note: None,
        totals: Totals::default(),
    }
}

/// A case that the index knows.
pub fn indexed_case(engine: &Engine, id: &CaseId) -> Result<Case> {
    let found = engine.case(id).map_err(search_failure)?;
    found.ok_or_else(|| Failure::new(Kind::Io, format!("the index names `{id}`, but has no such case")))
}

/// As much of a record as decides whether the index has it already.
#[derive(Deserialize)]
struct Head {
    id: CaseId,
    #[serde(default)]
    parties: Vec<HeadParty>,
}

#[derive(Deserialize)]
struct HeadParty {
    #[serde(default)]
    names_until: Option<PartialDate>,
}

/// The built-in cases.
pub fn shipped() -> impl Iterator<Item = Case> {
    SHIPPED.lines().filter_map(|line| Case::from_json(line).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_visits_read() {
        Base::Shipped.visits().unwrap();
    }

    #[test]
    fn a_state_holds_until_the_next_name_goes() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (from, until) in [(None, None), (Some("2024-01-01"), None), (Some("2024-01-01"), Some("2024-03-01"))] {
            let span = Span { from: from.map(day), until: until.map(day) };
            assert_eq!(Span::read(&span.name("abc def")), Some((span, "abc def")));
        }
        let span = Span { from: Some(day("2024-01-01")), until: Some(day("2024-03-01")) };
        let holds = ["2023-12-31", "2024-01-01", "2024-02-29", "2024-03-01"].map(|text| span.holds(day(text)));
        assert_eq!(holds, [false, true, true, false]);
        assert_eq!(Span::read("2024-01-01.. "), Some((Span { from: Some(day("2024-01-01")), until: None }, "")));
        assert!(Span::read("yesterday.. x").is_none() && Span::read("x").is_none());
    }

    #[test]
    fn every_built_in_record_reads() {
        assert!(!SHIPPED.is_empty());
        for line in SHIPPED.lines() {
            let case = Case::from_json(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            assert!(case.is_exportable(), "{}: a source lacks its licence", case.id);
        }
    }
}
