//! The judged questions of `tests/relevance`, and how well a ranking answers them.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::repository;

/// How far down a ranking is looked at.
pub const DEPTH: usize = 10;

/// What somebody wants to know, how they ask, and how well each case answers.
pub struct Need {
    /// In words.
    pub need: String,
    /// In the query language.
    pub query: String,
    /// Grades by case: 3 answers the question, 2 belongs to the answer, 1 touches it, 0 does not.
    pub judged: BTreeMap<String, u32>,
}

/// How well a ranking answers.
pub struct Score {
    /// Normalised discounted cumulative gain of the first ten, cases without a judgement left out.
    pub ndcg: f64,
    /// The same with such cases taken for wrong.
    pub strict: f64,
    /// Cases among the first ten that nobody has judged.
    pub unjudged: Vec<String>,
}

/// Every need of `tests/relevance/needs.jsonl`.
///
/// # Panics
/// Where the file cannot be read: the test that called it has then failed.
#[must_use]
pub fn needs() -> Vec<Need> {
    let path = repository("tests/relevance/needs.jsonl");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let need = |(at, line): (usize, &str)| {
        let value: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{}:{}: {error}", path.display(), at + 1));
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let grade = |value: &Value| value.as_u64().and_then(|grade| u32::try_from(grade).ok()).unwrap_or_default();
        let judged = value["judged"].as_object().into_iter().flatten();
        Need {
            need: text("need"),
            query: text("query"),
            judged: judged.map(|(id, value)| (id.clone(), grade(value))).collect(),
        }
    };
    text.lines().enumerate().map(need).collect()
}

impl Need {
    /// Scores a ranking, best case first.
    #[must_use]
    pub fn score(&self, ranking: &[String]) -> Score {
        let first = &ranking[..ranking.len().min(DEPTH)];
        let unjudged: Vec<String> = first.iter().filter(|id| !self.judged.contains_key(*id)).cloned().collect();
        let known: Vec<u32> = ranking.iter().filter_map(|id| self.judged.get(id).copied()).take(DEPTH).collect();
        let all: Vec<u32> = first.iter().map(|id| self.judged.get(id).copied().unwrap_or_default()).collect();
        let mut best: Vec<u32> = self.judged.values().copied().collect();
        best.sort_unstable_by(|a, b| b.cmp(a));
        best.truncate(DEPTH);
        let ideal = gain(&best);
        Score { ndcg: gain(&known) / ideal, strict: gain(&all) / ideal, unjudged }
    }
}

/// Discounted cumulative gain: two to the grade less one, by the logarithm of the rank.
fn gain(grades: &[u32]) -> f64 {
    (2_u32..).zip(grades).map(|(rank, grade)| (f64::from(*grade).exp2() - 1.0) / f64::from(rank).log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ideal_order_scores_one_and_strangers_are_named() {
        let judged = [("a", 3), ("b", 1), ("c", 0)].map(|(id, grade)| (id.to_owned(), grade)).into();
        let need = Need { need: String::new(), query: String::new(), judged };
        let score = |ids: &[&str]| need.score(&ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>());
        assert!((score(&["a", "b", "c"]).ndcg - 1.0).abs() < 1e-9);
        assert!(score(&["c", "b", "a"]).ndcg < 0.7);
        let stranger = score(&["x", "a", "b"]);
        assert!((stranger.ndcg - 1.0).abs() < 1e-9 && stranger.strict < 0.7);
        assert_eq!(stranger.unjudged, ["x"]);
        assert!(score(&[]).ndcg.abs() < 1e-9);
    }
}
