//! The checks of `tests/conformance/answers` through the command line, and what precedents look like.

use fineprint_testkit::answers::{Check, checks};
use serde_json::Value;

use crate::{Bench, repository};

/// The command that asks the same, with `--format json`.
fn arguments(check: &Check) -> Vec<String> {
    let mut args: Vec<String> = match check.ask.as_str() {
        "cases" => vec!["search".into(), "--ok-if-empty".into()],
        "facet" => vec!["search".into(), "--ok-if-empty".into(), "--facets".into(), check.field.clone()],
        "histogram" => vec!["search".into(), "--ok-if-empty".into(), "--histogram".into(), check.field.clone()],
        other => vec![other.into()],
    };
    args.extend(["--format".into(), "json".into()]);
    for (name, value) in &check.params {
        match (name.as_str(), check.ask.as_str()) {
            ("q", _) => {}
            ("single_finding", _) => args.push("--single-finding".into()),
            ("order", _) => args.extend(["--facet-order".into(), value.clone()]),
            ("find", _) => args.extend(["--facet-find".into(), value.clone()]),
            ("limit", "facet") => {}
            (name, _) => args.extend([format!("--{}", name.replace('_', "-")), value.clone()]),
        }
    }
    args.extend(["--".into(), check.param("q").into()]);
    args
}

#[test]
fn every_answer_is_the_expected_one() {
    let bench = Bench::new();
    let records = repository("tests/conformance/cases.jsonl");
    bench.run(["ingest".as_ref(), records.as_os_str(), "--kb".as_ref(), "kb".as_ref()]).expect(0);
    let mut failures = Vec::new();
    let mut count = 0;
    for check in checks() {
        let clock = check.today.parse::<chrono::NaiveDate>().unwrap().and_hms_opt(12, 0, 0).unwrap().and_utc();
        let mut command = bench.command(arguments(&check));
        command.env("FINEPRINT_KB", "kb").env("SOURCE_DATE_EPOCH", clock.timestamp().to_string());
        let run = crate::finish(command.spawn().unwrap());
        if run.code > 1 {
            failures.push(format!("{}: {}", check.name, run.stderr));
            continue;
        }
        let mut found = run.json();
        match check.ask.as_str() {
            "facet" => {
                found = found["facets"][0].clone();
                // The command line lists every value.
                if let (Ok(most), Some(values)) = (check.param("limit").parse(), found["values"].as_array_mut()) {
                    values.truncate(most);
                }
            }
            "histogram" => found = found["histograms"][0].clone(),
            _ => {}
        }
        count += 1;
        failures.extend(check.difference(&found));
    }
    assert!(count > 70, "only {count} checks were run");
    assert!(failures.is_empty(), "{} of {count} failed\n\n{}", failures.len(), failures.join("\n\n"));
}

#[test]
fn precedents_say_why_and_what_they_cost() {
    let bench = Bench::new();
    let facts = ["--article", "gdpr/32", "--role", "processor", "--sector", "health", "--affected", "500000"];
    let args = ["precedents", "--turnover", "16M", "--limit", "5"];
    let table = bench.run(args.iter().chain(&facts).chain(&["--format", "table"])).expect(0).stdout;
    assert!(table.contains("fr-cnil-san-2022-009"), "{table}");
    assert!(table.contains("both violated Article 32 GDPR"), "{table}");
    assert!(table.contains("what they cost") && table.contains("quartiles"), "{table}");
    assert!(table.contains("Art. 83(4) GDPR allows up to EUR\u{a0}10\u{a0}M"), "{table}");
    let json = bench.run(args.iter().chain(&facts).chain(&["--format", "json"])).expect(0).json();
    assert_eq!(json["cases"][0]["id"], "fr-cnil-san-2022-009");
    assert!(json["table"].as_array().unwrap().iter().all(|row| row["figures"]["values"].get("p25").is_some()));

    let wrong = bench.run(["precedents", "--article", "32"]).expect(2).stderr;
    assert!(wrong.contains("gdpr/32"), "{wrong}");
    let nothing = bench.run(["precedents"]).expect(2).stderr;
    assert!(nothing.contains("at least one fact"), "{nothing}");
}

#[test]
fn similar_cases_come_with_reasons() {
    let bench = Bench::new();
    let rows: Value = bench.run(["similar", "fr-cnil-san-2022-009", "--format", "json"]).expect(0).json();
    assert_eq!(rows.as_array().unwrap().len(), 10);
    assert!(rows.as_array().unwrap().iter().all(|row| !row["reasons"].as_array().unwrap().is_empty()), "{rows}");
    bench.run(["similar", "fr-cnil-san-2022-09"]).expect(4);
}

#[test]
fn questions_about_an_earlier_day_and_their_tree() {
    let bench = Bench::new();
    let total = |day: &str| {
        bench.run(["search", "--as-of", day, "--format", "json", "--limit", "0"]).expect(0).json()["total"]
            .as_u64()
            .unwrap()
    };
    assert!(total("2019") < total("2022"));
    let run = bench.run(["search", "--explain", "leaked", "article:gdpr/32", "--limit", "1"]);
    assert!(run.stderr.contains("word `leaked`, in any inflected form"), "{}", run.stderr);
    let wrong = bench.run(["search", "--as-of", "soon"]).expect(2).stderr;
    assert!(wrong.contains("--as-of"), "{wrong}");
}
