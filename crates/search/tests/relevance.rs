//! The judged questions of `tests/relevance` over the shipped cases: the order of the hits stays a good one.

#![expect(clippy::unwrap_used, reason = "what cannot be set up has failed the test")]

use std::collections::BTreeMap;
use std::fs;

use fineprint_model::query::Request;
use fineprint_model::{Case, CaseId};
use fineprint_search::Engine;
use fineprint_testkit::relevance::{DEPTH, needs};
use fineprint_testkit::repository;

/// The least average that is good enough.
const LEAST: f64 = 0.85;

fn shipped() -> Vec<Case> {
    let folders = fs::read_dir(repository("data/cases")).unwrap().map(|entry| entry.unwrap().path());
    let files = folders.filter(|path| path.is_dir()).flat_map(|folder| fs::read_dir(folder).unwrap());
    files.map(|file| Case::from_json(&fs::read_to_string(file.unwrap().path()).unwrap()).unwrap()).collect()
}

#[test]
fn judged_questions_are_answered_in_a_good_order() {
    let engine = Engine::in_memory(shipped()).unwrap();
    let needs = needs();
    assert!(needs.len() >= 60, "only {} needs", needs.len());
    let mut scores: BTreeMap<String, f64> = BTreeMap::new();
    for need in &needs {
        assert!(need.judged.values().any(|grade| *grade == 3), "`{}`: nothing answers it", need.need);
        for id in need.judged.keys() {
            let known = engine.case(&CaseId::new(id.as_str()).unwrap()).unwrap();
            assert!(known.is_some(), "`{}`: no case has the id `{id}`", need.need);
        }
        let query = engine.parse(&need.query, chrono::NaiveDate::MIN).unwrap();
        let request = Request { query, limit: 4 * DEPTH, cursor: None, facets: Vec::new(), snippets: false };
        let ranking: Vec<String> = engine.search(&request).unwrap().hits.iter().map(|hit| hit.id.to_string()).collect();
        scores.insert(need.query.clone(), need.score(&ranking).ndcg);
    }
    #[expect(clippy::cast_precision_loss, reason = "a few dozen")]
    let mean = scores.values().sum::<f64>() / scores.len() as f64;
    let recorded: BTreeMap<String, f64> =
        serde_json::from_str(&fs::read_to_string(repository("tests/relevance/scores.json")).unwrap()).unwrap();
    let losses: Vec<String> = scores
        .iter()
        .filter_map(|(query, score)| {
            let before = recorded.get(query)?;
            (score + 0.005 < *before).then(|| format!("{before:.3} -> {score:.3}  {query}"))
        })
        .collect();
    assert!(mean >= LEAST, "nDCG@10 is {mean:.3}, less than {LEAST}; lost since recorded:\n{}", losses.join("\n"));
}
