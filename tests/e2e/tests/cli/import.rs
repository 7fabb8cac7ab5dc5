//! `fineprint import`: tables and exports of others become cases that say so, and what is wrong is told by row.

use serde_json::Value;

use crate::Bench;

const MAP: &str = r#"
[source]
publisher = "Example University"
licence = "CC-BY-4.0"
[every]
authority = "fr-cnil"
currency = "EUR"
law = "gdpr"
[columns]
reference = "No"
decided-on = "Date"
fine = "Fine"
party = "Company"
violated = "Articles"
"#;

const TABLE: &str = "No,Date,Fine,Company,Articles\n\
    SAN-2030-901,2030-04-15,20000,Exemple Banque SA,32\n\
    SAN-2030-902,2030-99-15,500,Exemple Jeux SAS,6\n\
    SAN-2030-903,2030-05-01\n";

fn cases(bench: &Bench) -> Vec<Value> {
    bench.run(["export", "--as", "json", "--kb", "kb"]).expect(0).json().as_array().unwrap().clone()
}

#[test]
fn a_table_becomes_cases_marked_as_imported() {
    let bench = Bench::new();
    bench.write("columns.toml", MAP);
    bench.write("fines.csv", TABLE);
    let run = bench.run(["import", "fines.csv", "--map", "columns.toml", "--kb", "kb"]).expect(3);
    assert!(
        run.stderr
            .contains("`fines.csv`, row 3, column `Date`: expected a date, as in `2022-04-15`, found `2030-99-15`"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("`fines.csv`, row 4: expected 5 cells, found 2"), "{}", run.stderr);
    assert!(run.stderr.contains("2 new"), "{}", run.stderr);
    let cases = cases(&bench);
    assert_eq!(cases.len(), 2);
    let first = cases.iter().find(|case| case["id"] == "fr-cnil-san-2030-901").unwrap();
    assert_eq!(first["sources"][0]["licence"], "CC-BY-4.0");
    assert_eq!(first["sources"][0]["publisher"], "Example University");
    assert!(first["claims"].as_array().unwrap().iter().all(|claim| claim["method"] == "imported"), "{first}");
    assert_eq!(first["ledger"][0]["amount"]["amount_minor"], 2_000_000);
    let again = bench.run(["import", "fines.csv", "--map", "columns.toml", "--kb", "kb"]).expect(3);
    assert!(again.stderr.contains("0 new, 0 merged, 2 unchanged"), "importing again changes nothing: {}", again.stderr);
}

#[test]
fn records_of_our_own_come_back_the_same() {
    let bench = Bench::new();
    bench.write("columns.toml", MAP);
    bench.write("fines.csv", TABLE);
    bench.run(["import", "fines.csv", "--map", "columns.toml", "--kb", "kb"]).expect(3);
    bench.run(["export", "--output", "cases.jsonl", "--kb", "kb"]).expect(0);
    let lines = std::fs::read_to_string(bench.path("cases.jsonl")).unwrap();
    bench.write("damaged.jsonl", format!("{lines}{{\"id\": 1}}\n"));
    let run = bench.run(["import", "damaged.jsonl", "--kb", "other"]).expect(3);
    assert!(run.stderr.contains("`damaged.jsonl`: ") && run.stderr.contains("line 3"), "{}", run.stderr);
    let other = bench.run(["export", "--as", "json", "--kb", "other"]).expect(0).json();
    assert_eq!(other.as_array().unwrap(), &cases(&bench));
}

#[test]
fn what_is_missing_on_the_command_line_is_said() {
    let bench = Bench::new();
    bench.write("fines.csv", TABLE);
    bench.write("wrong.toml", "[source]\npublisher = 'x'\n[columns]\nfien = 'y'");
    let run = bench.run(["import", "fines.csv", "--kb", "kb"]).expect(2);
    assert!(run.stderr.contains("--map columns.toml"), "{}", run.stderr);
    let run = bench.run(["import", "fines.csv", "--map", "wrong.toml", "--kb", "kb"]).expect(2);
    assert!(run.stderr.contains("unknown field `fien`"), "{}", run.stderr);
    let run = bench.run(["import", "nowhere.csv", "--map", "wrong.toml", "--kb", "kb"]).expect(2);
    assert!(run.stderr.contains("wrong.toml"), "{}", run.stderr);
    let run = bench.run(["import", "nowhere.html", "--kb", "kb"]).expect(5);
    assert!(run.stderr.contains("`nowhere.html`: could not read"), "{}", run.stderr);
}

#[test]
fn standard_input_is_imported_in_every_form() {
    let bench = Bench::new();
    bench.write("columns.toml", MAP);
    let table = TABLE.as_bytes();
    let run =
        bench.run_with_input(["import", "-", "--as", "csv", "--map", "columns.toml", "--kb", "kb"], table).expect(3);
    assert!(run.stderr.contains("`standard input`, row 3, column `Date`"), "{}", run.stderr);
    assert!(run.stderr.contains("2 new"), "{}", run.stderr);
    let records = bench.run(["export", "--kb", "kb"]).expect(0).stdout;
    bench.run_with_input(["import", "-", "--as", "jsonl", "--kb", "other"], records.as_bytes()).expect(0);
    assert_eq!(bench.run(["export", "--kb", "other"]).expect(0).stdout, records);
    let unknown = bench.run_with_input(["import", "-", "--kb", "kb"], b"whatever").expect(3);
    assert!(unknown.stderr.contains("`standard input`") && unknown.stderr.contains("--as"), "{}", unknown.stderr);
}

#[test]
fn an_archive_of_a_wikis_pages_is_imported_page_by_page() {
    let bench = Bench::new();
    let example = std::fs::read(crate::repository("crates/sources/src/gdprhub/examples/decision.html")).unwrap();
    let page = [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", example.as_slice()].concat();
    let mut warc = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2031-01-02T03:04:05Z\r\n\
         WARC-Target-URI: https://gdprhub.eu/index.php?title=A.html\r\nContent-Length: {}\r\n\r\n",
        page.len()
    )
    .into_bytes();
    warc.extend([page.as_slice(), b"\r\n\r\n"].concat());
    bench.write("wiki.warc", &warc);
    let run = bench.run(["import", "wiki.warc", "--as", "gdprhub-html", "--kb", "kb"]).expect(0);
    assert!(run.stderr.contains("1 new"), "{}", run.stderr);
    let case = &cases(&bench)[0];
    assert!(case["claims"].as_array().unwrap().iter().any(|claim| claim["method"] == "imported"), "{case}");
    bench.write("cut.warc", &warc[..warc.len() - 100]);
    let run = bench.run(["import", "cut.warc", "--as", "gdprhub-html", "--kb", "kb"]).expect(3);
    assert!(run.stderr.contains("`cut.warc` at byte 0"), "{}", run.stderr);
}
