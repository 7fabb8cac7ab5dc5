//! Queries over a fixed set of cases, with the ids, counts, sums and messages that must come out.
//!
//! The expectations in `tests/conformance` were worked out from the records by other code than the engine's. The same
//! files can be run against anything that answers queries.

#![expect(clippy::unwrap_used, reason = "what cannot be set up has failed the test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use chrono::NaiveDate;
use fineprint_model::query::{Facet, Field, MoneySummary, Query, Request, StatsRequest};
use fineprint_model::{Case, CaseId};
use fineprint_search::{
    Engine, Packed, ParseOptions, Shelf, compress, decompress, parse_with, sentence, toggle, write,
};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Suite {
    /// The day that relative dates count back from.
    today: String,
    checks: Vec<Check>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    query: String,
    /// Ids that must be found; in this order where `ordered`.
    ids: Option<Vec<String>>,
    #[serde(default)]
    ordered: bool,
    sentence: Option<String>,
    money: Option<Sums>,
    #[serde(default)]
    facets: BTreeMap<String, Counts>,
    /// For statistics: the facets to group by, and the rows.
    by: Option<Vec<String>>,
    #[serde(default)]
    rows: Vec<Row>,
    total: Option<Row>,
    error: Option<Refusal>,
}

/// Euro cents; what is absent must be absent.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Sums {
    known: usize,
    unknown: usize,
    annulled: usize,
    without: usize,
    sum: Option<i64>,
    median: Option<i64>,
    max: Option<i64>,
}

impl From<&MoneySummary> for Sums {
    fn from(money: &MoneySummary) -> Self {
        Self {
            known: money.known,
            unknown: money.unknown,
            annulled: money.annulled,
            without: money.without,
            sum: money.sum.map(|money| money.amount_minor),
            median: money.median.map(|money| money.amount_minor),
            max: money.max.map(|money| money.amount_minor),
        }
    }
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Counts {
    values: BTreeMap<String, usize>,
    unknown: usize,
}

impl From<&Facet> for Counts {
    fn from(facet: &Facet) -> Self {
        let values = facet.values.iter().map(|value| (value.value.clone(), value.count)).collect();
        Self { values, unknown: facet.unknown }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Row {
    #[serde(default)]
    key: Vec<Option<String>>,
    cases: usize,
    #[serde(flatten)]
    money: Sums,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Refusal {
    at: (usize, usize),
    suggestion: Option<String>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance")
}

fn cases() -> Vec<Case> {
    let lines = fs::read_to_string(folder().join("cases.jsonl")).unwrap();
    lines.lines().map(|line| Case::from_json(line).unwrap()).collect()
}

fn suites() -> Vec<(String, Suite)> {
    let mut suites: Vec<(String, Suite)> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).unwrap();
            (name, serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
        })
        .collect();
    suites.sort_by(|a, b| a.0.cmp(&b.0));
    suites
}

fn request(query: &Query) -> Request {
    Request { query: query.clone(), limit: 1000, cursor: None, facets: Vec::new(), snippets: true }
}

fn ids(engine: &Engine, request: &Request) -> Vec<String> {
    engine.search(request).unwrap().hits.into_iter().map(|hit| hit.id.to_string()).collect()
}

fn field(name: &str) -> Field {
    Field::from_name(name).unwrap()
}

fn run(engine: &Engine, today: NaiveDate, check: &Check) -> Result<(), String> {
    fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: T, expected: T) -> Result<(), String> {
        if found == expected { Ok(()) } else { Err(format!("{what}\n   found {found:?}\nexpected {expected:?}")) }
    }
    let options = ParseOptions { today, known: None };
    let parsed = parse_with(&check.query, &options);
    if let Some(expected) = &check.error {
        let error = parsed.err().ok_or("was understood")?;
        return same(
            "error",
            Refusal { at: error.span, suggestion: error.suggestion },
            Refusal { at: expected.at, suggestion: expected.suggestion.clone() },
        );
    }
    let query = parsed.map_err(|error| error.to_string())?;
    let written = write(&query);
    same("written and read again", parse_with(&written, &options).as_ref(), Ok(&query))?;
    if let Some(by) = &check.by {
        let by = by.iter().map(|name| field(name)).collect();
        let stats = engine.stats(&StatsRequest { query, by, ..StatsRequest::default() }).unwrap();
        let row = |row: &fineprint_model::query::StatsRow| Row {
            key: row.key.clone(),
            cases: row.cases,
            money: (&row.money).into(),
        };
        let (mut found, mut expected) = (stats.rows.iter().map(row).collect::<Vec<_>>(), check.rows.clone());
        if !check.ordered {
            found.sort_by(|a, b| a.key.cmp(&b.key));
            expected.sort_by(|a, b| a.key.cmp(&b.key));
        }
        same("rows", found, expected)?;
        return same("total", Some(row(&stats.total)), check.total.clone());
    }
    let facets = check.facets.keys().map(|name| field(name)).collect();
    let response = engine.search(&Request { facets, ..request(&query) }).unwrap();
    let mut found: Vec<String> = response.hits.iter().map(|hit| hit.id.to_string()).collect();
    if !check.ordered {
        found.sort();
    }
    same("total", response.total, found.len())?;
    same("ids", Some(&found), check.ids.as_ref())?;
    same("money", Some(Sums::from(&response.money)), check.money.clone())?;
    for (facet, (name, expected)) in response.facets.iter().zip(&check.facets) {
        same(name, &Counts::from(facet), expected)?;
        // Each count is what one gets by choosing that value alone.
        for value in &facet.values {
            let cleared = facet.values.iter().filter(|other| other.selected && other.value != value.value);
            let with = cleared.fold(query.clone(), |query, other| toggle(&query, facet.field, &other.value));
            let with = if value.selected { with } else { toggle(&with, facet.field, &value.value) };
            // A range of years is no set of values that links could take away one by one.
            if check.query.contains("..") && facet.field == Field::Year {
                continue;
            }
            same(&format!("{name}:{} counted", value.value), ids(engine, &request(&with)).len(), value.count)?;
        }
    }
    if let Some(expected) = &check.sentence {
        same("sentence", &sentence(&query), expected)?;
    }
    Ok(())
}

/// The same index as the exported site has it, read chunk by chunk.
fn packed() -> Engine {
    let cases = cases();
    let packed = Packed::build(&cases, None).unwrap();
    let sent: BTreeMap<String, Vec<u8>> =
        packed.chunks.into_iter().map(|(name, chunk)| (name, compress(&chunk))).collect();
    let fetch = move |name: &str| {
        let chunk = sent.get(name).and_then(|sent| decompress(sent));
        chunk.ok_or_else(|| std::io::Error::other(format!("expected chunk `{name}`")))
    };
    let shelf = Shelf::default();
    cases.into_iter().for_each(|case| shelf.put(case));
    Engine::open_packed(packed.contents, Box::new(fetch), shelf).unwrap()
}

#[test]
fn every_query_gives_what_is_expected() {
    check_all(&Engine::in_memory(cases()).unwrap());
}

#[test]
fn a_packed_index_answers_the_same() {
    check_all(&packed());
}

fn check_all(engine: &Engine) {
    let mut failures = Vec::new();
    let mut count = 0;
    for (name, suite) in suites() {
        for check in &suite.checks {
            count += 1;
            if let Err(difference) = run(engine, suite.today.parse().unwrap(), check) {
                failures.push(format!("{name}: `{}`: {difference}", check.query));
            }
        }
    }
    assert!(count > 150, "only {count} checks were found");
    assert!(failures.is_empty(), "{} of {count} failed\n\n{}", failures.len(), failures.join("\n\n"));
}

#[test]
fn pages_put_together_are_the_whole_list() {
    let engine = Engine::in_memory(cases()).unwrap();
    for text in ["", "patients OR consent", "sort:-fine", "sort:fine", "sort:-share", "sort:affected", "sort:date"] {
        let whole = request(&fineprint_search::parse(text).unwrap());
        let expected = ids(&engine, &whole);
        for size in [1, 2, 7, 25] {
            let mut page = Request { limit: size, ..whole.clone() };
            let mut found = Vec::new();
            loop {
                let response = engine.search(&page).unwrap();
                assert_eq!(response.total, expected.len());
                found.extend(response.hits.iter().map(|hit| hit.id.to_string()));
                match response.next {
                    Some(next) => page.cursor = Some(next),
                    None => break,
                }
                assert!(found.len() <= expected.len(), "`{text}` in pages of {size} does not end");
            }
            assert_eq!(found, expected, "`{text}` in pages of {size}");
        }
    }
}

/// Records come and go between two pages, which shifts every score: what follows the last hit still follows it.
#[test]
fn a_cursor_survives_new_records() {
    let before = Engine::in_memory(cases()).unwrap();
    let mut more = cases();
    more.retain(|case| case.id.as_str() != "gb-ico-t-003");
    for (nth, text) in ["patients", "consent and patients", "something else", "patients again"].into_iter().enumerate()
    {
        let mut case = cases()[nth].clone();
        case.id = CaseId::new(format!("xx-new-{nth}")).unwrap();
        case.aliases.clear();
        case.summary = Some(text.repeat(nth + 1));
        more.push(case);
    }
    let after = Engine::in_memory(more).unwrap();
    for text in ["patients OR consent OR data", "sort:-fine", "sort:date", "sort:-affected"] {
        let query = fineprint_search::parse(text).unwrap();
        let whole = ids(&after, &request(&query));
        let first = before.search(&Request { limit: 3, ..request(&query) }).unwrap();
        let last = first.hits.last().unwrap().id.to_string();
        let at = whole.iter().position(|id| *id == last).unwrap();
        let rest = ids(&after, &Request { cursor: first.next.clone(), ..request(&query) });
        assert_eq!(rest, whole[at + 1..], "`{text}`");
    }
    // The last hit itself is gone: the list goes on from its place.
    let query = fineprint_search::parse("sort:-fine").unwrap();
    let page = before.search(&Request { limit: 3, ..request(&query) }).unwrap();
    let gone = page.hits.last().unwrap().id.clone();
    let left = Engine::in_memory(cases().into_iter().filter(|case| case.id != gone)).unwrap();
    let rest = ids(&left, &Request { cursor: page.next, ..request(&query) });
    assert_eq!(rest, ids(&before, &request(&query))[3..]);
}

#[test]
fn a_cursor_of_another_order_is_refused() {
    let engine = Engine::in_memory(cases()).unwrap();
    let query = fineprint_search::parse("sort:-fine").unwrap();
    for cursor in ["", "f", "d0.x", "f12", "fzz.fr-cnil-t-001", "f1.NOT AN ID", "\u{0}"] {
        let request = Request { cursor: Some(cursor.to_owned()), ..request(&query) };
        assert!(engine.search(&request).is_err(), "{cursor:?}");
    }
    let request = Request { facets: vec![Field::Fine], ..request(&query) };
    assert!(engine.search(&request).unwrap_err().to_string().starts_with("facets: expected a facet such as"));
}

#[test]
fn records_answer_to_their_ids_whatever_became_of_them() {
    let engine = Engine::in_memory(cases()).unwrap();
    let case = |id: &str| engine.case(&CaseId::new(id).unwrap()).unwrap();
    assert_eq!(case("fr-cnil-t-001").unwrap(), cases()[0]);
    assert_eq!(case("fr-cnil-t-901").unwrap().id.as_str(), "fr-cnil-t-001");
    assert!(!case("fr-cnil-t-999").unwrap().record.is_active());
    assert_eq!(case("fr-cnil-t-777"), None);
    assert_eq!((engine.len(), engine.cases().count()), (25, 25));
    assert_eq!(engine.fingerprint(), Engine::in_memory(cases().into_iter().rev()).unwrap().fingerprint());
    assert_ne!(engine.fingerprint(), Engine::in_memory(cases().into_iter().skip(1)).unwrap().fingerprint());
}

#[test]
fn similar_cases_come_with_readable_reasons() {
    let engine = Engine::in_memory(cases()).unwrap();
    let similar = |id: &str| engine.similar(&CaseId::new(id).unwrap(), 5).unwrap();
    let of_chatterbox = similar("ie-dpc-t-002");
    assert_eq!(of_chatterbox[0].id.as_str(), "ie-dpc-t-001");
    assert_eq!(of_chatterbox[0].reasons[0], "both against Chatterbox Ireland");
    let of_labsoft = similar("fr-cnil-t-001");
    assert_eq!(of_labsoft[0].id.as_str(), "pl-uodo-t-001");
    assert!(of_labsoft[0].reasons.contains(&"both against a processor".to_owned()), "{of_labsoft:?}");
    assert!(of_labsoft.iter().all(|one| one.id.as_str() != "fr-cnil-t-001" && one.id.as_str() != "fr-cnil-t-999"));
    assert!(of_labsoft.iter().all(|one| !one.reasons.is_empty()), "{of_labsoft:?}");
    assert_eq!(similar("xx-unknown"), []);
}

#[test]
fn terms_in_another_language_are_marked_where_they_matched() {
    let engine = Engine::in_memory(cases()).unwrap();
    let query = fineprint_search::parse("wachtwoord").unwrap();
    let found = engine.search(&request(&query)).unwrap();
    // Some match by a label alone, of which there is no passage to show.
    let snippet = found.hits.iter().find_map(|hit| hit.snippet.clone()).unwrap();
    let (from, to) = snippet.marks[0];
    assert_eq!(&snippet.text[from..to], "Passwords");
}

/// Between matches that are equally good, what is official, large and recent comes first; a better match still wins.
#[test]
fn the_preference_is_gentle() {
    let case = |id: &str, summary: &str, official: bool, cents: i64| {
        let mut case = Case::new(CaseId::new(id).unwrap(), fineprint_model::AuthorityId::new("xx-test").unwrap());
        case.summary = Some(summary.to_owned());
        let kind = if official { "official-decision" } else { "news" };
        let line = serde_json::json!({
            "sources": [{"id": "s1", "kind": kind}],
            "ledger": [{"event": "imposed", "amount": {"amount_minor": cents, "currency": "EUR"}}],
        });
        let mut whole: serde_json::Value = serde_json::from_str(&case.to_json_line().unwrap()).unwrap();
        whole["sources"] = line["sources"].clone();
        whole["ledger"] = line["ledger"].clone();
        Case::from_json(&whole.to_string()).unwrap()
    };
    let engine = Engine::in_memory([
        case("xx-1", "A lost notebook of a school", false, 1_000),
        case("xx-2", "A lost notebook of a clinic", true, 1_000),
        case("xx-3", "A lost notebook of a museum", true, 10_000_000_000),
        case("xx-4", "Notebook, notebook: a lost notebook", false, 1_000),
    ])
    .unwrap();
    let order = ids(&engine, &request(&fineprint_search::parse("notebook").unwrap()));
    assert_eq!(order, ["xx-4", "xx-3", "xx-2", "xx-1"]);
}

#[test]
fn completions_offer_what_the_data_has() {
    let engine = Engine::in_memory(cases()).unwrap();
    let queries =
        |typed: &str| -> Vec<String> { engine.suggest(typed, 3).unwrap().into_iter().map(|one| one.query).collect() };
    assert_eq!(queries("lab")[0], "party:labsoft");
    assert_eq!(queries("commission nat")[0], "authority:fr-cnil");
    assert_eq!(queries("art 32")[0], "article:gdpr/32");
    assert_eq!(queries("fr-cnil-t-00")[0], "id:fr-cnil-t-001");
    assert_eq!(queries("leaked commission nat")[0], "leaked authority:fr-cnil");
    assert_eq!(queries("sector:hea")[0], "sector:health");
    assert!(queries("authority:").len() == 3 && queries("id:se-imy")[0] == "id:se-imy-t-001");
    let near = |text: &str| engine.did_you_mean(&fineprint_search::parse(text).unwrap());
    assert_eq!(near("labratory patiens").as_deref(), Some("laboratory patients"));
    assert_eq!(near("encyrption -nonsens authority:fr-cnil").as_deref(), Some("encryption -nonsens authority:fr-cnil"));
    assert_eq!((near("laboratory"), near("zzzzzzz"), near("datalek"), near("")), (None, None, None, None));
    assert_eq!(queries(""), [""; 0]);
    assert_eq!(queries("!?"), [""; 0]);
}
