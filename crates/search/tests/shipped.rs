//! The cases that ship with the program, as people ask for them.

#![expect(clippy::unwrap_used, reason = "what cannot be set up has failed the test")]

use std::fs;
use std::path::Path;

use fineprint_model::query::{Field, Request, Response};
use fineprint_model::{Basis, Case};
use fineprint_search::{Check, Engine, Loaded, Record, parse};

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/cases");
    let mut cases = Vec::new();
    for authority in fs::read_dir(folder).unwrap() {
        let Ok(records) = fs::read_dir(authority.unwrap().path()) else { continue };
        for record in records {
            let path = record.unwrap().path();
            if path.extension().is_some_and(|end| end == "json") {
                let json = fs::read_to_string(&path).unwrap();
                cases.push(Case::from_json(&json).unwrap_or_else(|error| panic!("{}: {error}", path.display())));
            }
        }
    }
    cases
}

fn ask(engine: &Engine, text: &str) -> Response {
    let query = parse(text).unwrap_or_else(|error| panic!("`{text}`: {error}"));
    let facets = vec![Field::Authority, Field::Year, Field::Status, Field::Sector];
    engine.search(&Request { query, limit: 1000, cursor: None, facets, snippets: true }).unwrap()
}

fn ids(response: &Response) -> Vec<&str> {
    response.hits.iter().map(|hit| hit.id.as_str()).collect()
}

#[test]
fn the_questions_of_the_first_page_have_answers() {
    let cases = cases();
    let active = cases.iter().filter(|case| case.record.is_active()).count();
    let dir = tempfile::tempdir().unwrap();
    let records = cases.iter().map(|case| Record {
        id: case.id.clone(),
        hash: case.to_json_line().unwrap(),
        load: Box::new(|| Ok(Loaded::from(case.clone()))),
    });
    let (engine, report) = Engine::open_or_build(dir.path(), Check::Stat, records).unwrap();
    assert_eq!((report.added, report.failed), (cases.len(), Vec::new()));
    assert_eq!(engine.len(), active);

    let everything = ask(&engine, "");
    assert_eq!(everything.total, active);
    for facet in &everything.facets {
        let counted: usize = facet.values.iter().map(|value| value.count).sum();
        let single = matches!(facet.field, Field::Authority | Field::Year | Field::Status);
        assert!(counted + facet.unknown >= active, "{:?}", facet.field);
        assert!(!single || counted + facet.unknown == active, "{:?}", facet.field);
    }
    for text in ["", "basis:imposed", "basis:final", "article:gdpr/32", "patients"] {
        let answer = ask(&engine, text);
        let money = &answer.money;
        assert_eq!(money.known + money.unknown + money.annulled + money.without, answer.total, "`{text}`");
        let cents = |money: Option<fineprint_model::Money>| money.map(|money| money.amount_minor);
        assert!(cents(money.median) <= cents(money.max), "`{text}`");
    }

    let dedalus = "fr-cnil-san-2022-009";
    for text in [
        "Dedalus",
        "article:gdpr/32 authority:fr-cnil fine:>=1M",
        "article:gdpr/28 role:processor sector:health",
        "share:>=5",
        "affected:400k..500k decided:2022-04",
        "laboratories patients",
        "SAN-2022-009",
    ] {
        assert!(ids(&ask(&engine, text)).contains(&dedalus), "`{text}`");
    }
    assert!(!ids(&ask(&engine, "article:gdpr/83")).contains(&dedalus), "procedural provisions are not violated");
    assert!(ids(&ask(&engine, "cites:gdpr/83")).contains(&dedalus));
    assert_eq!(ids(&ask(&engine, "Dedalus"))[0], dedalus);
}

#[test]
fn every_case_is_found_by_its_own_facts() {
    let cases = cases();
    let engine = Engine::in_memory(cases.iter().cloned()).unwrap();
    let mut largest: Vec<(i64, &str)> = Vec::new();
    for case in cases.iter().filter(|case| case.record.is_active()) {
        let id = case.id.as_str();
        let mut questions = vec![format!("id:{id}"), format!("authority:{} status:{}", case.authority, case.status())];
        questions.extend(
            case.parties.iter().filter(|party| party.is_mergeable()).map(|party| format!("party:{}", party.id)),
        );
        questions.extend(case.provisions(fineprint_model::FindingKind::Violated).map(|one| format!("article:{one}")));
        questions
            .extend(case.reference.value().map(|reference| format!("\"{}\"", reference.replace(['"', '\\'], " "))));
        questions.extend(case.decided_on.value().map(|date| format!("decided:{date}")));
        for question in questions {
            // What the vocabularies do not know the data does.
            let query = engine.parse(&question, chrono::NaiveDate::MIN).unwrap_or_else(|error| panic!("{id}: {error}"));
            let request = Request { query, limit: 1000, cursor: None, facets: Vec::new(), snippets: false };
            let answer = engine.search(&request).unwrap();
            assert!(ids(&answer).contains(&id), "{id} is not found by `{question}`");
        }
        if let Some(money) = case.fine(Basis::Current).amount().filter(|money| money.currency.code() == "EUR") {
            largest.push((money.amount_minor, id));
        }
    }
    largest.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let sorted = ask(&engine, "sort:-fine");
    let euro: Vec<&str> = ids(&sorted).into_iter().filter(|id| largest.iter().any(|(_, other)| other == id)).collect();
    assert_eq!(euro, largest.iter().map(|(_, id)| *id).collect::<Vec<_>>());
}
