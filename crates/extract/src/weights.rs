//! Roles by scoring: every candidate gets, for each role it could have, the sum of weights of what speaks for it. All
//! weights stand in `weights.toml`, to be read and changed by hand.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::error::{Error, Result};
use crate::reading::Features;

/// role -> feature -> weight.
type Roles = BTreeMap<String, BTreeMap<String, f64>>;

static WEIGHTS: LazyLock<BTreeMap<String, Roles>> =
    LazyLock::new(|| parse(include_str!("weights.toml")).unwrap_or_default());

fn parse(text: &str) -> Result<BTreeMap<String, Roles>> {
    toml::from_str(text).map_err(|error| Error::Data { file: "weights.toml".into(), message: error.to_string() })
}

/// How a candidate was judged.
#[derive(Debug, Clone)]
pub(crate) struct Verdict {
    /// The role that won.
    pub role: &'static str,
    /// Score of every role.
    pub scores: BTreeMap<&'static str, f64>,
    /// What counted for the winner, strongest first.
    pub reasons: Vec<(String, f64)>,
    /// Everything that was looked at, with its strength.
    pub features: Features,
}

impl Verdict {
    /// A role that was given without a choice among several.
    pub fn of(role: &'static str, score: f64) -> Self {
        Self { role, scores: [(role, score)].into(), reasons: Vec::new(), features: Features::default() }
    }

    /// By how much a role leads over, or trails, the best of the others.
    pub fn margin(&self, role: &str) -> f64 {
        let own = self.scores.get(role).copied().unwrap_or(f64::NEG_INFINITY);
        let rival = self.scores.iter().filter(|(name, _)| **name != role).map(|(_, score)| *score);
        own - rival.fold(f64::NEG_INFINITY, f64::max)
    }
}

/// Scores a candidate of a family (`money`, `provision`, ...) for all roles of the family.
pub(crate) fn judge(family: &str, features: &Features) -> Verdict {
    let mut verdict =
        Verdict { role: "other", scores: BTreeMap::new(), reasons: Vec::new(), features: features.clone() };
    let mut best = f64::NEG_INFINITY;
    for (role, weights) in WEIGHTS.get(family).into_iter().flatten() {
        let bias = weights.get("bias").copied().unwrap_or_default();
        let mut reasons: Vec<(String, f64)> = features
            .0
            .iter()
            .filter_map(|(name, strength)| weights.get(name).map(|weight| (name.clone(), weight * strength)))
            .collect();
        let score = bias + reasons.iter().map(|(_, part)| part).sum::<f64>();
        verdict.scores.insert(role, score);
        if score > best {
            best = score;
            reasons.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
            verdict.role = role;
            verdict.reasons = reasons;
        }
    }
    verdict
}

/// A single weight, for what belongs to a whole document; 0 where the file has none.
pub(crate) fn weight(family: &str, role: &str, feature: &str) -> f64 {
    WEIGHTS.get(family).and_then(|roles| roles.get(role)).and_then(|w| w.get(feature)).copied().unwrap_or_default()
}

/// Odds to a confidence, held below certainty: a weight set by hand is no probability.
pub(crate) fn confidence(log_odds: f64) -> f64 {
    const MOST: f64 = 0.97;
    let share = 1.0 / (1.0 + (-log_odds).exp());
    (share.min(MOST) * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_parses_and_names_the_families() {
        let weights = parse(include_str!("weights.toml")).unwrap();
        for family in ["money", "provision", "count", "outcome", "party", "date"] {
            assert!(weights.contains_key(family), "{family}");
        }
    }

    #[test]
    fn the_stronger_evidence_wins() {
        let mut features = Features::default();
        features.set("fine.before", 1.0);
        assert_eq!(judge("money", &features).role, "imposed");
        features.set("maximum.before", 1.0);
        assert_eq!(judge("money", &features).role, "maximum");
        assert!(confidence(40.0) < 1.0);
    }
}
