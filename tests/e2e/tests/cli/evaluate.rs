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

/// A set of annotated documents of our own: every second one names a law beside the one that was violated.
fn annotated(bench: &Bench, folder: &str, documents: usize) {
    let mut lines = String::new();
    for at in 0..documents {
        let (fine, people) = (10_000 + 500 * at, 200 + 10 * at);
        let aside = if at % 2 == 0 { " The firm argued that Article 6 GDPR had been complied with." } else { "" };
        let text = format!(
            "French regulator fines Exemple {at} SAS\\n\\nOn 3 March 2022 the CNIL fined Exemple {at} SAS {fine} euros for \
             violating Article 32 GDPR, as the data of {people} customers had been exposed.{aside}"
        );
        bench.write(
            &format!("{folder}/docs/own-{at}.json"),
            format!(r#"{{"url": "https://news.example/{at}", "source_kind": "news", "lang": "en", "text": "{text}"}}"#),
        );
        lines.push_str(&format!(
            r#"{{"id": "own-{at}", "source_kind": "news", "lang": "en", "authority": "FR/CNIL", "parties": ["Exemple {at}"], "outcome": "fine", "fines": [{{"amount": {fine}, "currency": "EUR"}}], "affected": {people}, "legal_refs": ["GDPR:32"], "decision_date": "2022-03-03"}}"#
        ));
        lines.push('\n');
    }
    bench.write(&format!("{folder}/gold.jsonl"), lines);
}

#[test]
fn curves_are_fitted_and_written_as_the_file_that_extraction_reads() {
    let bench = Bench::new();
    annotated(&bench, "one", 16);
    annotated(&bench, "two", 16);
    let run = bench.run(["evaluate", "--gold", "one", "--gold", "two", "--fit", "curves.toml"]).expect(0);
    for part in ["cross-validated", "other authority", "fines any 32/32", "legal_refs_full any"] {
        assert!(run.stdout.contains(part), "{part}: {}", run.stdout);
    }
    assert!(run.stderr.contains("curves.toml"), "{}", run.stderr);
    let curves = std::fs::read_to_string(bench.path("curves.toml")).unwrap();
    let of = |field: &str| curves.split("[[curve]]").find(|curve| curve.contains(&format!("field = \"{field}\"")));
    let points = of("money").unwrap().split_once("points = ").unwrap().1.lines().next().unwrap();
    let points: Vec<[f64; 2]> = serde_json::from_str(points).unwrap();
    let probabilities: Vec<f64> = points.iter().map(|point| point[1]).collect();
    assert!(probabilities.windows(2).all(|pair| pair[0] <= pair[1]), "{probabilities:?}");
    assert!(probabilities.last().is_some_and(|most| (0.9..1.0).contains(most)), "all were right: {probabilities:?}");
    assert!(of("published-on").is_none(), "nothing was annotated");
}

#[test]
fn weights_are_fitted_in_their_file_and_nothing_else_changes() {
    let bench = Bench::new();
    annotated(&bench, "one", 24);
    let before = std::fs::read_to_string(repository("crates/extract/src/weights.toml")).unwrap();
    bench.write("weights.toml", &before);
    let run = bench.run(["evaluate", "--gold", "one", "--fit-weights", "weights.toml"]).expect(0);
    for part in ["provision", "count", "date", "cross-validated"] {
        assert!(run.stdout.contains(part), "{part}: {}", run.stdout);
    }
    let after = std::fs::read_to_string(bench.path("weights.toml")).unwrap();
    let shape = |text: &str| -> Vec<String> {
        text.lines().map(|line| line.split_once(" = ").map_or(line, |(key, _)| key).to_owned()).collect()
    };
    assert_eq!(shape(&after), shape(&before));
    bench.write("none.toml", "[money.imposed]\nbias = 1.0\n");
    let run = bench.run(["evaluate", "--gold", "one", "--fit-weights", "none.toml"]).expect(3);
    assert!(run.stderr.contains("none.toml") && run.stderr.contains("`provision`"), "{}", run.stderr);
}

#[test]
fn a_fit_needs_values_and_a_place() {
    let bench = Bench::new();
    annotated(&bench, "few", 2);
    let run = bench.run(["evaluate", "--gold", "few", "--fit", "curves.toml"]).expect(3);
    assert!(run.stderr.contains("twenty values"), "{}", run.stderr);
    assert!(!bench.path("curves.toml").exists());
    bench.run(["evaluate", "--gold", "few", "--fit", "curves.toml", "--errors"]).expect(2);
    bench.run(["evaluate", "--gold", "few", "--gold", "few"]).expect(2);
}

#[test]
fn a_set_that_can_be_parted_has_cross_validated_figures_beside_its_own() {
    let bench = Bench::new();
    annotated(&bench, "own", 24);
    let run = bench.run(["evaluate", "--gold", "own"]).expect(0);
    assert!(run.stdout.contains("cross-validated F1"), "{}", run.stdout);
    let report = bench.run(["evaluate", "--gold", "own", "--format", "json"]).expect(0).json();
    assert_eq!(report["cross_validated"]["fines"]["right"], 24);
    assert_eq!(report["cross_validated"]["fines"]["f1"], 1.0);
    assert!(!evaluate(&bench, &[]).expect(3).stdout.contains("cross-validated"), "three documents are too few");
}
