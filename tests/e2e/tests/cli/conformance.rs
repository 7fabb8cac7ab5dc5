//! The conformance suite of `tests/conformance` through the command line: the same answers as everywhere.

use fineprint_testkit::queries::{QueryCheck, query_checks};

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

fn difference(bench: &Bench, check: &QueryCheck) -> Option<String> {
    if let Some(refusal) = check.refusal() {
        let run = run(bench, &check.today, &["search", "--", &check.query]);
        let suggestion = refusal.suggestion.unwrap_or_default();
        let is_named = run.stderr.contains(&suggestion);
        return check
            .wrong("exit code", &run.code.into(), &2.into())
            .or_else(|| check.wrong(&format!("`{suggestion}` in {}", run.stderr), &is_named.into(), &true.into()));
    }
    let (by, facets) = (check.by(), check.facets());
    let mut args = match &by {
        Some(_) => vec!["stats", "--format", "json"],
        None => vec!["search", "--all", "--ok-if-empty", "--format", "json"],
    };
    for (option, value) in [("--by", by.as_deref().unwrap_or_default()), ("--facets", &facets)] {
        if !value.is_empty() {
            args.extend([option, value]);
        }
    }
    args.extend(["--", &check.query]);
    check.difference(&run(bench, &check.today, &args).expect(0).json())
}

#[test]
fn every_query_gives_what_is_expected() {
    let bench = Bench::new();
    let records = repository("tests/conformance/cases.jsonl");
    bench.run(["ingest".as_ref(), records.as_os_str(), "--kb".as_ref(), "kb".as_ref()]).expect(0);
    let checks = query_checks();
    let failures: Vec<String> = checks.iter().filter_map(|check| difference(&bench, check)).collect();
    assert!(checks.len() > 150, "only {} checks were found", checks.len());
    assert!(failures.is_empty(), "{} of {} failed\n{}", failures.len(), checks.len(), failures.join("\n"));
}
