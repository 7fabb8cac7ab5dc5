//! `fineprint review`: what is too unsure to be recorded, listed with its words and answered.

use serde_json::{Value, json};

use crate::Bench;

const NOTICE: &str = "CNIL fines Exemple Santé SAS\n\nThe CNIL fined Exemple Santé SAS 20,000 euros for violating Article 32 of \
    the GDPR.";
const CASE: &str = "fr-cnil-san-2022-900";

/// A knowledge base with one case and two open questions about it, and a pair.
fn base(bench: &Bench) {
    bench.write("notice.txt", NOTICE);
    bench.run(["ingest", "notice.txt", "--kb", "kb"]).expect(0);
    let case = bench.run(["export", "--as", "json", "--kb", "kb"]).expect(0).json()[0].clone();
    let hash = case["sources"][0]["sha256"].as_str().unwrap().to_owned();
    let item = |id: &str, field: &str, value: Value, confidence: f64| {
        json!({"id": id, "asked_on": "2026-11-24", "question": {"kind": "value", "case": case["id"], "claim": {
            "statement": {"field": field, "value": value}, "source": case["sources"][0]["id"], "method": "prose",
            "confidence": confidence,
            "evidence": {"document_sha256": hash, "start": 0, "end": 4, "quote": "CNIL"}}}})
    };
    let items = json!({"items": [
        item("aaaaaaaaaaaa", "decided-on", json!("2022-05-04"), 0.4),
        item("abbbbbbbbbbb", "finding", json!({"provision": "gdpr/33", "finding": "violated"}), 0.3),
    ]});
    bench.write(&format!("kb/review/{hash}.json"), items.to_string());
    let pair = json!({"items": [{"id": "cccccccccccc", "asked_on": "2026-11-24",
        "question": {"kind": "same-matter", "cases": [case["id"], CASE], "score": 0.7, "reasons": ["same fine"]}}]});
    bench.write("kb/review/pair-cccccccccccc.json", pair.to_string());
}

fn case(bench: &Bench) -> Value {
    bench.run(["export", "--as", "json", "--kb", "kb"]).expect(0).json()[0].clone()
}

#[test]
fn questions_are_listed_with_their_words_and_filtered() {
    let bench = Bench::new();
    base(&bench);
    let run = bench.run(["review", "--kb", "kb"]).expect(0);
    assert_eq!(run.ids(), ["aaaaaaaaaaaa", "abbbbbbbbbbb", "cccccccccccc"]);
    assert!(run.stdout.lines().nth(1).unwrap().ends_with("\tCNIL"), "the words: {}", run.stdout);
    for (filter, ids) in [
        (["--field", "finding"], ["abbbbbbbbbbb"]),
        (["--kind", "same-matter"], ["cccccccccccc"]),
        (["--case", CASE], ["cccccccccccc"]),
        (["--at-least", "0.5"], ["cccccccccccc"]),
    ] {
        let run = bench.run(["review", "--kb", "kb"].into_iter().chain(filter)).expect(0);
        assert_eq!(run.ids(), ids, "{filter:?}");
    }
    let json = bench.run(["review", "--kb", "kb", "--format", "json"]).expect(0).json();
    assert_eq!(json[0]["question"]["claim"]["evidence"]["quote"], "CNIL");
    bench.run(["review", "--kb", "kb", "--answered"]).expect(1);
    bench.run(["review"]).expect(2);
}

#[test]
fn answers_change_the_record_and_are_kept() {
    let bench = Bench::new();
    base(&bench);
    let run = bench.run(["review", "correct", "aa", "2022-05-03", "--note", "page 1", "--kb", "kb"]).expect(0);
    assert!(run.stdout.contains("corrected: "), "{}", run.stdout);
    bench.run(["review", "reject", "ab", "--kb", "kb"]).expect(0);
    assert_eq!(case(&bench)["decided_on"], "2022-05-03");
    assert_eq!(case(&bench)["findings"].as_array().unwrap().len(), 1);
    // A person may think again.
    bench.run(["review", "accept", "ab", "--kb", "kb"]).expect(0);
    assert_eq!(case(&bench)["findings"].as_array().unwrap().len(), 2);
    let before = case(&bench);
    bench.run(["ingest", "notice.txt", "--kb", "kb"]).expect(0);
    assert_eq!(case(&bench), before, "reading again asks nothing and loses nothing");
    assert_eq!(bench.run(["review", "--kb", "kb", "--answered"]).expect(0).ids(), ["aaaaaaaaaaaa", "abbbbbbbbbbb"]);
    bench.run(["lint", "--kb", "kb", "--errors-only"]).expect(0);
}

#[test]
fn a_wrong_answer_is_said_and_harms_no_other() {
    let bench = Bench::new();
    base(&bench);
    let run = bench.run(["review", "accept", "a", "--kb", "kb"]).expect(2);
    assert!(run.stderr.contains("several"), "{}", run.stderr);
    bench.run(["review", "accept", "ffff", "--kb", "kb"]).expect(4);
    let run = bench.run(["review", "correct", "aa", "4 May", "--kb", "kb"]).expect(2);
    assert!(run.stderr.contains("`4 May`"), "{}", run.stderr);
    bench.run(["review", "correct", "cc", "2022", "--kb", "kb"]).expect(2);
    let run = bench.run(["review", "accept", "ffff", "aa", "--kb", "kb"]).expect(4);
    assert!(run.stdout.contains("aaaaaaaaaaaa") && run.stderr.contains("ffff"), "{run:?}");
    assert_eq!(case(&bench)["decided_on"], "2022-05-04");
    // The other case of the pair is not there.
    bench.run(["review", "accept", "cc", "--kb", "kb"]).expect(4);
}
