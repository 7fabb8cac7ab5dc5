//! `fineprint show` of a built-in case.

use crate::Bench;

#[test]
fn shows_what_was_decided_and_where_it_stands() {
    let run = Bench::new().run(["show", "gb-ico-2020-001"]).expect(0);
    for word in ["ICO", "GDPR", "GBP", "https://"] {
        assert!(run.stdout.contains(word), "{word}: {}", run.stdout);
    }
}

#[test]
fn json_is_the_record_itself() {
    let bench = Bench::new();
    let record = bench.run(["show", "gb-ico-2020-001", "--format", "json"]).expect(0).json();
    assert_eq!(record["id"], "gb-ico-2020-001");
    assert_eq!(record["schema"], 1);
}

#[test]
fn cites_in_four_styles() {
    let bench = Bench::new();
    let cite = |style: &str| bench.run(["show", "gb-ico-2020-001", "--cite", style]).expect(0).stdout;
    assert!(cite("text").contains("2020"));
    assert!(cite("bibtex").starts_with('@'));
    assert!(cite("ris").starts_with("TY  - "));
    assert!(serde_json::from_str::<serde_json::Value>(&cite("csl-json")).is_ok());
}
