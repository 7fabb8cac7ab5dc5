//! Real documents outside the tree: what they say, and that every quote stands where its evidence points.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

use fineprint_extract::{Context, Extraction, extract, plain_document};
use fineprint_model::{Document, Estimate, FindingKind, MoneyEventKind, ShareOrigin, SourceId, SourceKind, Statement};
use fineprint_testkit::{on_all_cores, shared};

fn read(document: &Document, kind: SourceKind) -> Extraction {
    let context = Context { source: SourceId::new("text").unwrap(), kind, authority: None, url: None };
    extract(document, &context)
}

fn statements(extraction: &Extraction) -> Vec<&Statement> {
    extraction.claims.iter().map(|claim| &claim.statement).collect()
}

fn violated(extraction: &Extraction) -> Vec<String> {
    let mut found: Vec<String> = statements(extraction)
        .into_iter()
        .filter_map(|statement| match statement {
            Statement::Finding(finding) if finding.finding == FindingKind::Violated => {
                Some(finding.provision.to_string())
            }
            _ => None,
        })
        .collect();
    found.sort();
    found
}

fn fines(extraction: &Extraction) -> Vec<(MoneyEventKind, String)> {
    statements(extraction)
        .into_iter()
        .filter_map(|statement| match statement {
            Statement::Money(event) => Some((event.event.clone(), event.amount.value()?.to_string())),
            _ => None,
        })
        .collect()
}

#[test]
fn a_press_article_is_read_exactly() {
    let Some(path) = shared("data/notices/dedalus-press-article.txt") else { return };
    let document = plain_document(&std::fs::read_to_string(path).unwrap());
    let extraction = read(&document, SourceKind::News);
    let all = statements(&extraction);
    assert!(all.iter().any(|s| matches!(s, Statement::Authority(id) if id.as_str() == "fr-cnil")));
    let parties: Vec<_> = all.iter().filter_map(|s| if let Statement::Party(p) = s { Some(p) } else { None }).collect();
    assert_eq!(parties.len(), 1, "{parties:?}");
    assert_eq!(parties[0].name.value().unwrap(), "Dedalus Biology");
    assert_eq!(violated(&extraction), ["gdpr/28", "gdpr/29", "gdpr/32"]);
    assert_eq!(fines(&extraction), [(MoneyEventKind::Imposed, "EUR 1500000".to_owned())]);
    let share = all.iter().find_map(|s| if let Statement::TurnoverShare(t) = s { Some(*t) } else { None }).unwrap();
    assert_eq!(share.origin, ShareOrigin::Stated);
    assert!(matches!(share.share, Estimate::About { value } if (value - 0.1).abs() < 1e-9), "{share:?}");
    let people = all.iter().find_map(|s| if let Statement::AffectedPeople(n) = s { Some(*n) } else { None });
    assert_eq!(people, Some(Estimate::AtLeast { value: 490_000 }));
    let organisations =
        all.iter().find_map(|s| if let Statement::AffectedOrganisations(n) = s { Some(*n) } else { None });
    assert_eq!(organisations, Some(Estimate::Exact { value: 28 }));
    assert!(!all.iter().any(|s| matches!(s, Statement::AffectedRecords(_) | Statement::Turnover(_))));
}

/// Reads a text and counts its claims and proposals, all of whose quotes must equal the text at their span.
fn checked(text: &str, place: &str) -> usize {
    let document = plain_document(text);
    let extraction = read(&document, SourceKind::News);
    for claim in extraction.claims.iter().chain(&extraction.proposals) {
        if let Some(evidence) = &claim.evidence {
            assert!(document.supports(evidence), "{place}: {evidence:?}");
        }
    }
    for candidate in &extraction.candidates {
        assert!(document.text.get(candidate.start..candidate.end).is_some(), "{place}: {candidate:?}");
    }
    extraction.claims.len() + extraction.proposals.len()
}

/// Texts within JSON, however deep.
fn texts<'a>(value: &'a serde_json::Value, out: &mut Vec<&'a str>) {
    const SHORTEST: usize = 80;
    match value {
        serde_json::Value::String(text) if text.len() >= SHORTEST => out.push(text),
        serde_json::Value::Array(list) => list.iter().for_each(|value| texts(value, out)),
        serde_json::Value::Object(map) => map.values().for_each(|value| texts(value, out)),
        _ => {}
    }
}

#[test]
fn every_quote_stands_where_its_evidence_points() {
    let Some(folder) = shared("gold/docs") else { return };
    let mut claims = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let record: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        claims += checked(record["text"].as_str().unwrap(), &path.display().to_string());
    }
    assert!(claims > 500, "only {claims} claims and proposals");
}

/// Every document of the shared data; each page of HTML stands here as its bytes in order, mark-up and all, which asks
/// more of the offsets than clean text does. An optimised build reads all (`just evidence`), another one in so many.
#[test]
fn every_quote_of_all_data_stands_where_its_evidence_points() {
    const ONE_IN: usize = 40;
    let Some(data) = shared("data") else { return };
    let step = if cfg!(debug_assertions) { ONE_IN } else { 1 };
    let mut claims = 0;
    for file in ["sec/litigation-releases.json", "enforcementtracker/export-2024-02.json"] {
        let json: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(data.join(file)).unwrap()).unwrap();
        let mut found = Vec::new();
        texts(&json, &mut found);
        let found: Vec<&str> = found.into_iter().step_by(step).collect();
        claims += on_all_cores(&found, |text| checked(text, file));
    }
    let mut pages: Vec<_> = std::fs::read_dir(data.join("gdprhub/pages")).unwrap().map(|e| e.unwrap().path()).collect();
    pages.sort();
    let pages: Vec<_> = pages.into_iter().step_by(step).collect();
    claims += on_all_cores(&pages, |path| {
        let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
        checked(&text, &path.display().to_string())
    });
    for name in ["breach_report_2009-2020.csv", "breach_report_2024.csv"] {
        let text = std::fs::read_to_string(data.join("hhs").join(name)).unwrap();
        let lines: Vec<&str> = text.lines().step_by(step).collect();
        claims += on_all_cores(&lines, |line| checked(line, name));
    }
    assert!(claims > 300, "only {claims} claims and proposals");
}
