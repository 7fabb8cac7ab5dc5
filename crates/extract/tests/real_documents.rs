//! Real documents outside the tree: what they say, and that every quote stands where its evidence points.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

use fineprint_extract::{Context, Extraction, extract, plain_document};
use fineprint_model::{Document, Estimate, FindingKind, MoneyEventKind, ShareOrigin, SourceId, SourceKind, Statement};
use fineprint_testkit::shared;

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

#[test]
fn every_quote_stands_where_its_evidence_points() {
    let Some(folder) = shared("gold/docs") else { return };
    let mut claims = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let record: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(entry.unwrap().path()).unwrap()).unwrap();
        let document = plain_document(record["text"].as_str().unwrap());
        let extraction = read(&document, SourceKind::News);
        for claim in &extraction.claims {
            if let Some(evidence) = &claim.evidence {
                assert!(document.supports(evidence), "{evidence:?}");
                claims += 1;
            }
        }
        for candidate in &extraction.candidates {
            assert!(document.text.get(candidate.start..candidate.end).is_some(), "{candidate:?}");
        }
    }
    assert!(claims > 100, "only {claims} claims");
}
