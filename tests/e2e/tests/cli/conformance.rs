//! The conformance suite of `tests/conformance` through the command line: the same answers as everywhere.

use serde_json::Value;

use crate::{Bench, Run, repository};

/// Seconds since 1970 at noon of a day, for the program's clock.
fn clock(day: &str) -> String {
    let day: chrono::NaiveDate = day.parse().unwrap();
    day.and_hms_opt(12, 0, 0).unwrap().and_utc().timestamp().to_string()
}

fn run(bench: &Bench, today: &str, args: &[&str]) -> Run {
    let child = bench.command(args).env("FINEPRINT_KB", "kb").env("SOURCE_DATE_EPOCH", clock(today)).spawn().unwrap();
    crate::finish(child)
}

/// The parts of a sum of money that a check states, from the program's answer.
fn sums(money: &Value) -> Value {
    let minor = |name: &str| money[name]["amount_minor"].clone();
    serde_json::json!({
        "known": money["known"], "unknown": money["unknown"], "annulled": money["annulled"], "without": money["without"],
        "sum": minor("sum"), "median": minor("median"), "max": minor("max"),
    })
}

/// The same with what a check leaves out filled in.
fn stated(money: &Value) -> Value {
    let part = |name: &str| money[name].clone();
    serde_json::json!({
        "known": part("known"), "unknown": part("unknown"), "annulled": part("annulled"), "without": part("without"),
        "sum": part("sum"), "median": part("median"), "max": part("max"),
    })
}

fn difference(bench: &Bench, today: &str, check: &Value) -> Option<String> {
    let query = check["query"].as_str().unwrap();
    let differ = |what: &str, found: &Value, expected: &Value| {
        (found != expected).then(|| format!("{what}: found {found}, expected {expected}"))
    };
    if check["error"].is_object() {
        let run = run(bench, today, &["search", "--", query]);
        let suggestion = check["error"]["suggestion"].as_str().unwrap_or_default();
        return match run.code {
            2 if run.stderr.contains(suggestion) => None,
            code => Some(format!("expected code 2 and `{suggestion}`, found {code}: {}", run.stderr)),
        };
    }
    if let Some(by) = check["by"].as_array() {
        let by: Vec<&str> = by.iter().map(|field| field.as_str().unwrap()).collect();
        let by = by.join(",");
        let mut args = vec!["stats", "--format", "json"];
        if !by.is_empty() {
            args.extend(["--by", &by]);
        }
        args.extend(["--", query]);
        let found = run(bench, today, &args).json();
        let row = |row: &Value| serde_json::json!([row["key"], row["cases"], sums(&row["money"])]);
        let expected_row = |row: &Value| serde_json::json!([row["key"], row["cases"], stated(row)]);
        let mut rows: Vec<String> = found["rows"].as_array().unwrap().iter().map(|r| row(r).to_string()).collect();
        let mut expected: Vec<String> =
            check["rows"].as_array().unwrap().iter().map(|r| expected_row(r).to_string()).collect();
        if check["ordered"] != true {
            rows.sort();
            expected.sort();
        }
        return differ("rows", &rows.into(), &expected.into());
    }
    let facets = check["facets"].as_object().map(|facets| facets.keys().cloned().collect::<Vec<_>>().join(","));
    let mut args = vec!["search", "--all", "--ok-if-empty", "--format", "json"];
    if let Some(facets) = facets.as_deref().filter(|facets| !facets.is_empty()) {
        args.extend(["--facets", facets]);
    }
    args.extend(["--", query]);
    let found = run(bench, today, &args).expect(0).json();
    let mut ids: Vec<&str> = found["hits"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap()).collect();
    if check["ordered"] != true {
        ids.sort_unstable();
    }
    let counted = || {
        found["facets"].as_array().into_iter().flatten().find_map(|facet| {
            let expected = &check["facets"][facet["field"].as_str().unwrap()];
            let values: serde_json::Map<String, Value> = facet["values"]
                .as_array()
                .unwrap()
                .iter()
                .map(|value| (value["value"].as_str().unwrap().to_owned(), value["count"].clone()))
                .collect();
            let found = serde_json::json!({ "values": values, "unknown": facet["unknown"] });
            differ("facet", &found, expected)
        })
    };
    differ("ids", &ids.into(), &check["ids"])
        .or_else(|| differ("money", &sums(&found["money"]), &stated(&check["money"])))
        .or_else(counted)
}

#[test]
fn every_query_gives_what_is_expected() {
    let bench = Bench::new();
    let records = repository("tests/conformance/cases.jsonl");
    bench.run(["ingest".as_ref(), records.as_os_str(), "--kb".as_ref(), "kb".as_ref()]).expect(0);
    let mut failures = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(repository("tests/conformance")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let suite: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for check in suite["checks"].as_array().unwrap() {
            count += 1;
            if let Some(difference) = difference(&bench, suite["today"].as_str().unwrap(), check) {
                failures.push(format!("{}: `{}`: {difference}", path.display(), check["query"]));
            }
        }
    }
    assert!(count > 150, "only {count} checks were found");
    assert!(failures.is_empty(), "{} of {count} failed\n{}", failures.len(), failures.join("\n"));
}
