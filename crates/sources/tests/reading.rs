//! What every reading keeps to, whatever the source.

use fineprint_model::{Estimate, FindingKind, SourceKind, Statement};
use fineprint_sources::{Error, Input, Reading, read};
use fineprint_testkit::shared;

fn values(reading: &Reading) -> Vec<String> {
    let mut values: Vec<String> = reading.drafts[0]
        .statements()
        .filter_map(|statement| match statement {
            Statement::Authority(id) => Some(format!("authority {id}")),
            Statement::Party(party) => Some(format!("party {}", party.id)),
            Statement::Finding(finding) => Some(format!("{} {}", finding.finding, finding.provision)),
            Statement::Money(event) => Some(format!("{} {}", event.event, event.amount.value()?)),
            Statement::AffectedPeople(people) => Some(format!("people {} {}", people.precision(), people.point())),
            Statement::AffectedOrganisations(bodies) => Some(format!("organisations {}", bodies.point())),
            Statement::TurnoverShare(share) => match share.share {
                Estimate::About { value } => Some(format!("share about {value}")),
                other => Some(format!("share {other:?}")),
            },
            _ => None,
        })
        .collect();
    values.sort();
    values
}

#[test]
fn the_press_article_alone_works() {
    let Some(path) = shared("data/notices/dedalus-press-article.txt") else { return };
    let bytes = std::fs::read(path).unwrap();
    let reading = read(&Input { bytes: &bytes, name: "article", ..Input::default() }).unwrap();
    let mut expected = [
        "authority fr-cnil",
        "imposed EUR 1500000",
        "organisations 28",
        "party dedalus-biologie",
        "people at-least 490000",
        "share about 0.1",
        "violated gdpr/28",
        "violated gdpr/29",
        "violated gdpr/32",
    ];
    expected.sort_unstable();
    assert_eq!(values(&reading), expected);
    assert_eq!(reading.drafts[0].source.kind, SourceKind::News);
}

#[test]
fn the_wiki_page_of_the_same_decision_adds_to_it() {
    let Some(path) = shared("data/gdprhub/pages/CNIL_France_-_SAN-2022-009.html") else { return };
    let bytes = std::fs::read(path).unwrap();
    let reading = read(&Input { bytes: &bytes, name: "page", ..Input::default() }).unwrap();
    let draft = &reading.drafts[0];
    assert_eq!(reading.source.id, "gdprhub");
    assert_eq!(draft.reference(), Some("SAN-2022-009"));
    let first = |field: &str| draft.claims.iter().find(|claim| claim.statement.field() == field).unwrap();
    let of = |field: &str| serde_json::to_value(&first(field).statement).unwrap()["value"].clone();
    assert_eq!(of("decided-on"), "2022-04-15");
    assert_eq!(of("published-on"), "2022-04-21");
    assert_eq!(of("affected-people")["value"], 491_840);
    assert_eq!(of("party")["name"], "Dedalus Biologie");
    let mut found: Vec<String> = draft
        .statements()
        .filter_map(|statement| match statement {
            Statement::Finding(finding) if finding.finding == FindingKind::Violated => {
                Some(finding.provision.article().to_string())
            }
            _ => None,
        })
        .collect();
    found.sort();
    found.dedup();
    assert_eq!(found, ["gdpr/28", "gdpr/29", "gdpr/32"]);
    let fines = draft.statements().filter(|statement| matches!(statement, Statement::Money(_))).count();
    assert_eq!(fines, 1, "one fine told in several places is one");
}

#[test]
fn bad_input_is_named() {
    let of = |bytes: &[u8]| read(&Input { bytes, name: "notices/x.html", ..Input::default() }).unwrap_err().to_string();
    assert_eq!(of(b""), "`notices/x.html`: expected a document, found no text at all");
    assert_eq!(of(b"\x89PNG\r\n"), "`notices/x.html`: expected a page, text, PDF, XML, JSON or CSV, found a PNG image");
    assert!(
        of(b"%PDF-1.4").starts_with("`notices/x.html`: expected a PDF that can be read, found one that is damaged")
    );
    let forced = read(&Input { bytes: b"x", name: "x", source: Some("fr_cnli"), ..Input::default() });
    let Err(error @ Error::UnknownSource { .. }) = forced else { panic!("{forced:?}") };
    assert!(error.to_string().ends_with("found `fr_cnli`; did you mean `fr_cnil`?"), "{error}");
}

#[test]
fn a_source_can_be_forced() {
    let input = Input { bytes: b"Deliberation SAN-2021-901", name: "x", source: Some("fr-cnil"), ..Input::default() };
    let reading = read(&input).unwrap();
    assert_eq!(reading.source.id, "fr_cnil");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn any_notice_is_read_or_refused(parts in proptest::collection::vec(proptest::sample::select(vec![
        "<table><tr><td>Authority:</td><td>CNIL (France)</td></tr>", "<tr><td>Relevant Law:</td><td>Article 5 GDPR", "<br>é(", "</table>",
        "<tr><td>Jurisdiction:</td><td>x</td></tr>", "<tr><td>Fine:</td><td>1.500.00 €,1", "<tr><td>Decided:</td><td>99.99.2022",
        "<h2>Comment</h2>", "Délibération de la formation restreinte n° SAN-2022-009 du 31 février 2022 concernant la société ",
        "MONETARY PENALTY NOTICE\n\nTo: ", "Information Commissioner\n", "[...]", "\u{a0}", "Dated: x", "IN-21-1-1", "10 000 €", " ",
        "<tr><td>Parties:</td><td>(", "fined", "<pre>", "</pre>",
    ]), 0..30)) {
        let text = parts.concat();
        if let Ok(reading) = read(&Input { bytes: text.as_bytes(), name: "x", ..Input::default() }) {
            proptest::prop_assert_eq!(reading.drafts.is_empty(), reading.skipped.is_some());
            for draft in &reading.drafts {
                for evidence in draft.claims.iter().filter_map(|claim| claim.evidence.as_ref()) {
                    proptest::prop_assert!(draft.document.supports(evidence));
                }
            }
        }
    }
}
