//! A whole measuring on documents of our own, odd ones among them, and on the real set where it is at hand.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a helper that fails fails the test that called it

use std::path::{Path, PathBuf};

use fineprint_evaluate::{Field, Gold, Options, Report, changes, measure_gold, measure_pages};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/gold")
}

fn report() -> Report {
    measure_gold(&Gold::read(&fixtures()).unwrap(), "fixtures", Options::default())
}

#[test]
fn what_can_be_read_is_measured_and_the_rest_is_reported() {
    let report = report();
    assert_eq!(report.documents, 3);
    assert_eq!(report.without_case, 1, "eggs and flour");
    let left_out: Vec<&str> =
        report.problems.iter().filter(|one| one.is_skipped).map(|one| one.entry.as_str()).collect();
    assert_eq!(left_out, ["no-document", "line 5", "line 6", "line 7", "line 8"]);
    let odd: Vec<&str> = report.problems.iter().filter(|one| !one.is_skipped).map(|one| one.message.as_str()).collect();
    assert_eq!(odd.len(), 3, "{odd:?}");
    for part in ["ZZ/NOBODY", "\"sum\":3", "ZZ-LAW:7"] {
        assert!(odd.iter().any(|message| message.contains(part)), "{part}: {odd:?}");
    }
}

#[test]
fn figures_say_what_is_right_wrong_and_missed() {
    let report = report();
    let tally = |field| {
        let figure = report.figure("all", "all", field).unwrap();
        (figure.tally.right, figure.tally.wrong, figure.tally.missed)
    };
    assert_eq!(tally(Field::Fines), (2, 0, 0), "the reduced amount of the second");
    assert_eq!(tally(Field::Authority), (2, 0, 1), "nobody knows the third");
    assert_eq!(tally(Field::LegalRefsFull), (2, 0, 1));
    assert_eq!(tally(Field::Affected), (1, 0, 0));
    assert_eq!(tally(Field::Outcome), (2, 0, 0));
    assert_eq!(report.figure("kind", "news", Field::Fines).unwrap().documents, 1);
    assert_eq!(report.figure("verbatim", "unknown", Field::Fines).unwrap().documents, 1);
    let dates = report.figure("all", "all", Field::DecisionDate).unwrap();
    assert_eq!(dates.documents, 1, "a missing key is not measured");
    let largest = report.baselines["largest amount"];
    assert_eq!((largest.right, largest.wrong), (0, 2), "the maximum and the initial amount");
    assert!(report.calibration.values > 6, "{:?}", report.calibration);
    assert!(report.to_string().contains("simple rules for fines"), "{report}");
}

#[test]
fn a_report_shows_what_changed_since_another() {
    let now = report();
    assert_eq!(changes(&now, &now), []);
    let mut before = now.clone();
    let item = before.items.iter_mut().find(|item| item.id == "press-fr").unwrap();
    let fines = item.fields.get_mut(&Field::Fines).unwrap();
    fines.wrong = vec![("EUR 20000000".to_owned(), Some(0.9))];
    fines.missed = vec!["EUR 20000".to_owned()];
    let told: Vec<String> = changes(&before, &now).into_iter().map(|change| change.what).collect();
    assert_eq!(told, ["found EUR 20000", "no longer says EUR 20000000"]);
}

#[test]
fn a_page_is_held_against_its_table_which_the_reader_does_not_see() {
    let folder = tempfile::tempdir().unwrap();
    let page = |fine: &str, prose: &str| {
        format!(
            "<html><body><h1>CNIL (France) - SAN-2020-999</h1><table>\
             <tr><td>Authority:</td><td>CNIL (France)</td></tr><tr><td>Jurisdiction:</td><td>France</td></tr>\
             <tr><td>Relevant Law:</td><td>Article 32 GDPR</td></tr><tr><td>Outcome:</td><td>Violation Found</td></tr>\
             <tr><td>Fine:</td><td>{fine}</td></tr></table><h2>English Summary</h2><p>{prose}</p></body></html>"
        )
    };
    let prose = "The French DPA (CNIL) fined a hospital €20,000 for violating Article 32 GDPR.";
    std::fs::write(folder.path().join("a.html"), page("20000 EUR", prose)).unwrap();
    std::fs::write(folder.path().join("b.html"), page("90000 EUR", prose)).unwrap();
    std::fs::write(folder.path().join("c.html"), page("None", "The French DPA (CNIL) reprimanded a hospital."))
        .unwrap();
    std::fs::write(folder.path().join("other.html"), "<html><body><p>No table here at all.</p></body></html>").unwrap();
    let report = measure_pages(folder.path(), "pages").unwrap();
    assert_eq!(report.documents, 3);
    let fines = report.figure("part", "summary", Field::Fines).unwrap();
    assert_eq!((fines.documents, fines.tally.right, fines.tally.wrong, fines.tally.missed), (3, 1, 1, 1));
    let told = report.figure("part", "summary, told", Field::Fines).unwrap();
    assert_eq!((told.tally.right, told.tally.missed), (1, 0), "of the second the prose tells another amount");
    assert_eq!(report.figure("part", "summary", Field::CaseRef), None, "the title is no fact");
    assert!(measure_pages(&fixtures(), "pages").is_err(), "no page at all is no measuring");
}

#[test]
fn the_real_set_is_read_whole() {
    let Some(folder) = fineprint_testkit::shared("gold") else { return };
    let gold = Gold::read(&folder).unwrap();
    let lines = std::fs::read_to_string(folder.join("gold.jsonl")).unwrap();
    assert_eq!(gold.entries.len(), lines.lines().count());
    assert!(gold.problems.iter().all(|problem| !problem.is_skipped), "{:?}", gold.problems);
}
