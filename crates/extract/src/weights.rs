//! Roles by scoring: every candidate gets, for each role it could have, the sum of weights of what speaks for it. All
//! weights stand in `weights.toml`, to be read and changed by hand.

use std::collections::{BTreeMap, HashMap};
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

/// The weights of a family by feature, so that a candidate is judged for all roles in one pass over its features.
struct Family {
    roles: Vec<&'static str>,
    bias: Vec<f64>,
    /// Feature to its weight in each role that has one.
    features: HashMap<&'static str, Vec<(usize, f64)>>,
}

static FAMILIES: LazyLock<HashMap<&'static str, Family>> = LazyLock::new(|| {
    let family = |roles: &'static Roles| {
        let mut out = Family { roles: Vec::new(), bias: Vec::new(), features: HashMap::new() };
        for (at, (role, weights)) in roles.iter().enumerate() {
            out.roles.push(role);
            out.bias.push(weights.get("bias").copied().unwrap_or_default());
            for (feature, weight) in weights {
                out.features.entry(feature).or_default().push((at, *weight));
            }
        }
        out
    };
    WEIGHTS.iter().map(|(name, roles)| (name.as_str(), family(roles))).collect()
});

/// How a candidate was judged.
#[derive(Debug, Clone)]
pub(crate) struct Verdict {
    /// The role that won.
    pub role: &'static str,
    /// Score of every role.
    pub scores: Vec<(&'static str, f64)>,
    /// What counted for the winner, strongest first.
    pub reasons: Vec<(&'static str, f64)>,
    /// Everything that was looked at, with its strength.
    pub features: Features,
}

impl Verdict {
    /// A role that was given without a choice among several.
    pub fn of(role: &'static str, score: f64) -> Self {
        Self { role, scores: vec![(role, score)], reasons: Vec::new(), features: Features::default() }
    }

    /// By how much a role leads over, or trails, the best of the others.
    pub fn margin(&self, role: &str) -> f64 {
        self.lead(role, &[role])
    }

    /// By how much a role leads over the best of those that are not its allies.
    pub fn lead(&self, role: &str, allies: &[&str]) -> f64 {
        let (mut own, mut rival) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for (name, score) in &self.scores {
            if *name == role {
                own = *score;
            }
            if !allies.contains(name) {
                rival = rival.max(*score);
            }
        }
        own - rival
    }
}

/// Scores a candidate of a family (`money`, `provision`, ...) for all roles of the family.
pub(crate) fn judge(family: &str, features: Features) -> Verdict {
    let Some(family) = FAMILIES.get(family) else { return Verdict::of("other", 0.0) };
    let mut scores = family.bias.clone();
    for (name, strength) in features.iter() {
        for (role, weight) in family.features.get(name).into_iter().flatten() {
            scores[*role] += weight * strength;
        }
    }
    let mut best = 0;
    for (at, score) in scores.iter().enumerate() {
        if *score > scores[best] {
            best = at;
        }
    }
    let part = |(name, strength): (&'static str, f64)| {
        let (_, weight) = family.features.get(name)?.iter().find(|(role, _)| *role == best)?;
        Some((name, weight * strength))
    };
    let mut reasons: Vec<_> = features.iter().filter_map(part).collect();
    reasons.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(b.0)));
    let role = family.roles.get(best).copied().unwrap_or("other");
    let scores = family.roles.iter().copied().zip(scores).collect();
    Verdict { role, scores, reasons, features }
}

/// A single weight, for what belongs to a whole document; 0 where the file has none.
pub(crate) fn weight(family: &str, role: &str, feature: &str) -> f64 {
    WEIGHTS.get(family).and_then(|roles| roles.get(role)).and_then(|w| w.get(feature)).copied().unwrap_or_default()
}

/// Odds to a score from 0 to 1, held below certainty. A weight set by hand is no probability: [`crate::calibration`]
/// makes one of the score, and needs it fine enough to tell the sure from the surer.
pub(crate) fn confidence(log_odds: f64) -> f64 {
    const MOST: f64 = 0.999_999;
    let share = 1.0 / (1.0 + (-log_odds).exp());
    (share.min(MOST) * 1e7).round() / 1e7
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
        assert_eq!(judge("money", features.clone()).role, "imposed");
        features.set("maximum.before", 1.0);
        assert_eq!(judge("money", features).role, "maximum");
        assert!(confidence(40.0) < 1.0);
    }
}
