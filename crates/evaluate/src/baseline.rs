//! What a program would get that does not ask what an amount is: the figures to be better than.

use fineprint_extract::{Candidate, CandidateKind};
use serde::{Deserialize, Serialize};

/// A rule that takes one amount of a text for the fine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Baseline {
    /// The first amount.
    First,
    /// The largest number, whatever its currency.
    Largest,
    /// The first amount with a word for a fine before it in its sentence.
    FirstAfterCue,
}

impl Baseline {
    /// Every rule.
    pub const ALL: [Self; 3] = [Self::First, Self::Largest, Self::FirstAfterCue];

    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::First => "first amount",
            Self::Largest => "largest amount",
            Self::FirstAfterCue => "first after a cue",
        }
    }

    /// The amount it takes among what was seen in a text, in the order of the text.
    pub(crate) fn pick(self, candidates: &[Candidate]) -> Option<String> {
        let mut amounts = candidates.iter().filter(|candidate| candidate.kind == CandidateKind::Money);
        let picked = match self {
            Self::First => amounts.next(),
            Self::Largest => amounts.max_by(|a, b| units(a).total_cmp(&units(b))),
            Self::FirstAfterCue => amounts.find(|amount| {
                amount.reasons.iter().any(|(name, part)| {
                    *part > 0.0 && matches!(*name, "fine.before" | "fined.before" | "imposes.before")
                })
            }),
        };
        picked.map(value)
    }
}

/// In the report's spelling.
pub(crate) fn value(amount: &Candidate) -> String {
    let currency = amount.value.split(' ').next().unwrap_or_default();
    crate::text::amount_text(currency, units(amount))
}

fn units(amount: &Candidate) -> f64 {
    amount.value.split(' ').nth(1).and_then(|number| number.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_takes_its_amount() {
        let amount = |value: &str, reason: &'static str| Candidate {
            kind: CandidateKind::Money,
            start: 0,
            end: 1,
            value: value.to_owned(),
            role: "other",
            score: 0.0,
            reasons: vec![(reason, 1.0)],
            features: Vec::new(),
            is_claimed: false,
        };
        let seen = [
            amount("EUR 5", "turnover.before"),
            amount("EUR 7.5", "fined.before"),
            amount("EUR 900", "turnover.before"),
        ];
        let picked = Baseline::ALL.map(|rule| rule.pick(&seen).unwrap());
        assert_eq!(picked, ["EUR 5", "EUR 900", "EUR 7.50"]);
        assert_eq!(Baseline::First.pick(&[]), None);
    }
}
