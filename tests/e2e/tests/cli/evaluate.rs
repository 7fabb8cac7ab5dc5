//! `fineprint evaluate`: figures, problems, comparison with an earlier report.

use std::path::Path;

use crate::{Bench, Run, repository};

fn evaluate(bench: &Bench, args: &[&str]) -> Run {
    let folder = repository("crates/evaluate/tests/fixtures/gold");
    let mut line = vec!["evaluate".to_owned(), "--gold".to_owned(), folder.display().to_string()];
    line.extend(args.iter().map(ToString::to_string));
    bench.run(line)
}

#[test]
fn figures_are_printed_and_problems_reported() {
    let run = evaluate(&Bench::new(), &["--errors"]).expect(3);
    for part in ["fines", "legal_refs_full", "95 % interval", "simple rules for fines", "Brier score", "MB/s", "errors"]
    {
        assert!(run.stdout.contains(part), "{part}: {}", run.stdout);
    }
    for part in ["`no-document`: left out", "`line 6`: left out: expected JSON", "ZZ/NOBODY"] {
        assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
    }
}

#[test]
fn a_report_is_held_against_an_earlier_one() {
    let bench = Bench::new();
    let before = evaluate(&bench, &["--format", "json"]).expect(3);
    let report = before.json();
    assert_eq!(report["documents"], 3);
    assert!(report["figures"].as_array().unwrap().iter().any(|one| one["field"] == "fines" && one["f1"] == 1.0));
    bench.write("same.json", &before.stdout);
    let run = evaluate(&bench, &["--against", "same.json"]).expect(3);
    assert!(run.stdout.contains("0 gains and 0 losses"), "{}", run.stdout);
    bench.write("none.json", "{}");
    let run = evaluate(&bench, &["--against", "none.json"]).expect(3);
    assert!(run.stderr.contains("none.json") && run.stderr.contains("--format json"), "{}", run.stderr);
}

#[test]
fn one_document_can_be_asked_for() {
    let bench = Bench::new();
    let run = evaluate(&bench, &["--id", "press-fr", "--format", "json"]).expect(0).json();
    assert_eq!(run["documents"], 1);
    let run = evaluate(&bench, &["--id", "pres-fr"]).expect(2);
    assert!(run.stderr.contains("did you mean `press-fr`?"), "{}", run.stderr);
}

#[test]
fn what_cannot_be_measured_is_said() {
    let bench = Bench::new();
    bench.run(["evaluate"]).expect(2);
    bench.run(["evaluate", "--gold", "a", "--pages", "b"]).expect(2);
    let run = bench.run(["evaluate", "--gold", "nowhere"]).expect(5);
    assert!(run.stderr.contains(&Path::new("nowhere").join("gold.jsonl").display().to_string()), "{}", run.stderr);
    bench.write("empty/gold.jsonl", "");
    bench.run(["evaluate", "--gold", "empty"]).expect(3);
    bench.run(["evaluate", "--pages", "empty"]).expect(3);
}

#[test]
fn known_links_are_held_against_the_cases_they_ended_in() {
    let bench = Bench::new();
    let page = |name: &str| format!("https://wiki.example/{name}");
    let row = |number: u32| format!("https://tracker.example/{number}");
    // One case has both pages of a link, one has a page and another page's row, two have a page and its row apart.
    let cases = [vec![page("a"), row(1)], vec![page("b"), row(2)], vec![page("c")], vec![row(3)], vec![row(9)]];
    let lines: Vec<String> = cases
        .iter()
        .enumerate()
        .map(|(at, urls)| {
            let sources: Vec<serde_json::Value> = urls
                .iter()
                .enumerate()
                .map(|(at, url)| serde_json::json!({"id": format!("s-{at}"), "kind": "dataset", "url": url, "licence": "x"}))
                .collect();
            let id = format!("fr-cnil-2031-00{at}");
            serde_json::json!({"schema": 1, "id": id, "authority": "fr-cnil", "sources": sources}).to_string()
        })
        .collect();
    bench.write("cases.jsonl", lines.join("\n"));
    bench.run(["import", "cases.jsonl", "--kb", "kb"]).expect(0);
    let link = |page: String, row: String| serde_json::json!({"gh_direct_url": page, "et_direct_url": row});
    let list =
        [link(page("a"), row(1)), link(page("b"), row(9)), link(page("c"), row(3)), link(page("d"), String::new())];
    bench.write("links.json", serde_json::Value::from(list.to_vec()).to_string());
    let report = bench.run(["evaluate", "--links", "links.json", "--kb", "kb", "--format", "json"]).expect(0).json();
    for (field, expected) in [("cases", 5), ("known", 3), ("right", 1), ("wrong", 1), ("unjudged", 0), ("asked", 0)] {
        assert_eq!(report[field], expected, "{field}: {report}");
    }
    assert_eq!((&report["precision"], &report["recall"]), (&0.5.into(), &(1.0 / 3.0).into()));
    let told = bench.run(["evaluate", "--links", "links.json", "--kb", "kb", "--errors"]).expect(0).stdout;
    assert!(told.contains("wrong\t") && told.contains("missed\t"), "{told}");
    bench.write("other.json", "[]");
    bench.run(["evaluate", "--links", "other.json", "--kb", "kb"]).expect(1);
    bench.write("damaged.json", "{");
    let run = bench.run(["evaluate", "--links", "damaged.json", "--kb", "kb"]).expect(3);
    assert!(run.stderr.contains("damaged.json"), "{}", run.stderr);
    bench.run(["evaluate", "--links", "nowhere.json", "--kb", "kb"]).expect(5);
}
