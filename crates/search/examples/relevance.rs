//! How well the shipped cases are ranked for the judged questions of `tests/relevance`: nDCG@10 for each and on average,
//! gains and losses since the recorded scores, and which of the first ten nobody has judged.
//!
//! `cargo run -p fineprint-search --example relevance` measures, `-- --record` writes the scores down, `-- --unjudged`
//! prints the cases to judge with their summaries.

#![expect(clippy::print_stdout, reason = "this is what the example is for")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;

use fineprint_model::query::Request;
use fineprint_model::{Case, CaseId};
use fineprint_search::Engine;
use fineprint_testkit::relevance::{DEPTH, needs};
use fineprint_testkit::repository;

/// A change of less is chance.
const NOTABLE: f64 = 0.005;

fn main() -> Result<(), Box<dyn Error>> {
    let options: Vec<String> = std::env::args().skip(1).collect();
    let has = |option: &str| options.iter().any(|other| other == option);
    let engine = Engine::in_memory(shipped()?)?;
    let path = repository("tests/relevance/scores.json");
    let recorded: BTreeMap<String, f64> =
        fs::read_to_string(&path).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let mut scores = BTreeMap::new();
    let (mut sum, mut strict, mut unjudged) = (0.0, 0.0, 0);
    let needs = needs();
    for need in &needs {
        let query = engine.parse(&need.query, chrono::NaiveDate::MIN)?;
        let request = Request { query, limit: 4 * DEPTH, cursor: None, facets: Vec::new(), snippets: false };
        let ranking: Vec<String> = engine.search(&request)?.hits.iter().map(|hit| hit.id.to_string()).collect();
        let score = need.score(&ranking);
        let before = recorded.get(&need.query).copied();
        let change = match before.map(|before| score.ndcg - before) {
            Some(change) if change < -NOTABLE => format!("  LOSS {change:+.3}"),
            Some(change) if change > NOTABLE => format!("  gain {change:+.3}"),
            Some(_) => String::new(),
            None => "  new".to_owned(),
        };
        println!("{:.3}  {}{change}", score.ndcg, need.query);
        if has("--unjudged") {
            for id in &score.unjudged {
                let summary = engine.case(&CaseId::new(id.as_str())?)?.and_then(|case| case.summary);
                println!("         {id}: {}", summary.unwrap_or_default());
            }
        }
        sum += score.ndcg;
        strict += score.strict;
        unjudged += score.unjudged.len();
        scores.insert(need.query.clone(), (score.ndcg * 1000.0).round() / 1000.0);
    }
    #[expect(clippy::cast_precision_loss, reason = "a few dozen")]
    let count = needs.len() as f64;
    println!("nDCG@10 over {} questions: {:.3}", needs.len(), sum / count);
    println!("with unjudged cases taken for wrong: {:.3} ({unjudged} among the first ten)", strict / count);
    if has("--record") {
        fs::write(&path, format!("{}\n", serde_json::to_string_pretty(&scores)?))?;
    }
    Ok(())
}

fn shipped() -> Result<Vec<Case>, Box<dyn Error>> {
    let mut cases = Vec::new();
    for folder in fs::read_dir(repository("data/cases"))? {
        let Ok(records) = fs::read_dir(folder?.path()) else { continue };
        for record in records {
            cases.push(Case::from_json(&fs::read_to_string(record?.path())?)?);
        }
    }
    Ok(cases)
}
