//! The checked-in JSON Schema says of the shipped records what the program says of them.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a helper that fails fails the test that called it

use std::path::{Path, PathBuf};

use serde_json::Value;

fn repository(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(relative)
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn schema() -> jsonschema::Validator {
    jsonschema::validator_for(&read(&repository("data/schema/case.schema.json"))).unwrap()
}

/// Every shipped record.
fn records() -> Vec<PathBuf> {
    let mut records = Vec::new();
    for authority in std::fs::read_dir(repository("data/cases")).unwrap() {
        for record in std::fs::read_dir(authority.unwrap().path()).unwrap() {
            records.push(record.unwrap().path());
        }
    }
    records
}

#[test]
fn every_shipped_record_is_valid() {
    let schema = schema();
    let records = records();
    assert!(records.len() >= 30, "{} records", records.len());
    for path in records {
        let record = read(&path);
        let wrong: Vec<String> =
            schema.iter_errors(&record).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(wrong.is_empty(), "{}:\n{}", path.display(), wrong.join("\n"));
    }
}

#[test]
fn what_the_program_refuses_the_schema_refuses() {
    let schema = schema();
    let good = read(&records()[0]);
    assert!(schema.is_valid(&good));
    let spoils: [(&str, Value); 6] = [
        ("/nmae", "an unknown key".into()),
        ("/id", "Not A Slug".into()),
        ("/outcome", "violation-fuond".into()),
        ("/outcome", serde_json::json!({ "missing": "gone" })),
        ("/decided_on", "15.04.2022".into()),
        ("/ledger", serde_json::json!([{ "event": "imposed", "amount": { "amount_minor": "1", "currency": "EUR" } }])),
    ];
    for (pointer, value) in spoils {
        let mut bad = good.clone();
        bad.as_object_mut().unwrap().insert(pointer[1..].to_owned(), value.clone());
        assert!(!schema.is_valid(&bad), "{pointer}: {value} passes");
    }
}
