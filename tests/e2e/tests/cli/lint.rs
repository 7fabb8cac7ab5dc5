//! `fineprint lint`.

use crate::{Bench, repository};

#[test]
fn the_shipped_data_are_clean() {
    let bench = Bench::new();
    let run = bench.run([std::ffi::OsStr::new("lint"), repository("data").as_os_str()]).expect(0);
    assert!(run.stderr.contains("no findings"), "{}", run.stderr);
}

#[test]
fn all_findings_of_a_run_are_printed_with_place_and_help() {
    let bench = Bench::new();
    let record = r#"{"schema":1,"id":"fr-cnil-san-2022-001","authority":"fr-cnli","outcome":"violation-fuond"}"#;
    bench.write("data/cases/fr-cnil/fr-cnil-san-2022-001.json", record);
    let run = bench.run(["lint", "data"]).expect(1);
    for part in ["/authority", "fr-cnil", "/outcome", "violation-found", "fr-cnil-san-2022-001.json", "unknown-term"] {
        assert!(run.stdout.contains(part), "{part}: {}", run.stdout);
    }
    let json = bench.run(["lint", "data", "--format", "json"]).expect(1).json();
    assert!(json.as_array().unwrap().len() >= 2, "{json}");
}

#[test]
fn a_record_out_of_form_can_be_rewritten() {
    let bench = Bench::new();
    let text = std::fs::read_to_string(repository("data/cases/gb-ico/gb-ico-2020-001.json")).unwrap();
    let squeezed: String = text.lines().map(str::trim).collect();
    let file = bench.write("data/cases/gb-ico/gb-ico-2020-001.json", squeezed);
    bench.run(["lint", "data"]).expect(1);
    bench.run(["lint", "data", "--fix-format"]).expect(0);
    assert_eq!(std::fs::read_to_string(file).unwrap(), text);
}

#[test]
fn rules_explain_themselves() {
    let bench = Bench::new();
    let list = bench.run(["lint", "--explain"]).expect(0).stdout;
    assert!(list.contains("unknown-term"), "{list}");
    let text = bench.run(["lint", "--explain", "unknown-term"]).expect(0).stdout;
    assert!(text.len() > 200, "{text}");
    let wrong = bench.run(["lint", "--explain", "unknown-tern"]).expect(2);
    assert!(wrong.stderr.contains("unknown-term"), "{}", wrong.stderr);
}
