//! From scores to probabilities, by curves that were fitted on documents whose answers are known.
//!
//! A weight set by hand is no probability, and neither is a score made of such weights. `calibration.toml` says for a
//! field, and for a kind of source where there was enough to learn from, how many of 100 values with a score were
//! right. `fineprint evaluate --fit` writes it; what it has no curve for keeps its score, held below certainty.

use std::sync::LazyLock;

use fineprint_model::{Claim, SourceKind, Term};
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::{CLAIM_FROM, Extraction, PROPOSE_FROM};

/// The most that is given without a curve: nobody has counted how many of such values are right.
const UNFITTED_MOST: f64 = 0.89;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Curves {
    #[serde(default)]
    curve: Vec<Curve>,
}

/// How probability follows from the logarithm of odds: straight lines between the points, level outside them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Curve {
    field: String,
    /// `any` for all kinds that have no curve of their own.
    kind: String,
    points: Vec<(f64, f64)>,
}

static CURVES: LazyLock<Curves> = LazyLock::new(|| parse(include_str!("calibration.toml")).unwrap_or_default());

fn parse(text: &str) -> Result<Curves> {
    toml::from_str(text).map_err(|error| Error::Data { file: "calibration.toml".into(), message: error.to_string() })
}

/// Gives every claim and proposal its probability; a claim that turns out less likely than not becomes a proposal.
pub(crate) fn apply(extraction: &mut Extraction, kind: &SourceKind) {
    let calibrated = |claim: &mut Claim| {
        if let Some(score) = claim.confidence {
            claim.confidence = Some(probability(&CURVES, claim.statement.field(), kind.as_str(), score));
        }
    };
    extraction.claims.iter_mut().for_each(calibrated);
    // What was not chosen stays below what is: a curve says how often the chosen are right.
    for proposal in &mut extraction.proposals {
        proposal.confidence = proposal.confidence.map(|score| score.min(CLAIM_FROM - 0.001));
    }
    let (sure, unsure): (Vec<Claim>, Vec<Claim>) = std::mem::take(&mut extraction.claims)
        .into_iter()
        .partition(|claim| claim.confidence.is_none_or(|confidence| confidence >= CLAIM_FROM));
    extraction.claims = sure;
    extraction.proposals.extend(unsure.into_iter().filter(|claim| claim.confidence >= Some(PROPOSE_FROM)));
    for list in [&mut extraction.claims, &mut extraction.proposals] {
        list.sort_by(|a, b| {
            let by_confidence = b.confidence.unwrap_or(1.0).total_cmp(&a.confidence.unwrap_or(1.0));
            a.statement.field().cmp(b.statement.field()).then(by_confidence)
        });
    }
}

fn probability(curves: &Curves, field: &str, kind: &str, score: f64) -> f64 {
    let of = |kind: &str| curves.curve.iter().find(|curve| curve.field == field && curve.kind == kind);
    let Some(curve) = of(kind).or_else(|| of("any")) else {
        return (score.min(UNFITTED_MOST) * 1000.0).round() / 1000.0;
    };
    let share = score.clamp(1e-6, 1.0 - 1e-6);
    let at = (share / (1.0 - share)).ln();
    let probability = match curve.points.iter().position(|(x, _)| *x > at) {
        None => curve.points.last().map_or(score, |(_, y)| *y),
        Some(0) => curve.points.first().map_or(score, |(_, y)| *y),
        Some(next) => {
            let ((x0, y0), (x1, y1)) = (curve.points[next - 1], curve.points[next]);
            y0 + (y1 - y0) * (at - x0) / (x1 - x0)
        }
    };
    (probability * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_parses_and_every_curve_rises() {
        for curve in parse(include_str!("calibration.toml")).unwrap().curve {
            assert!(curve.points.len() > 1, "{} {}", curve.field, curve.kind);
            for pair in curve.points.windows(2) {
                assert!(pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1, "{} {}: {pair:?}", curve.field, curve.kind);
            }
            assert!(curve.points.iter().all(|(_, y)| (0.0..1.0).contains(y)), "never certain: {}", curve.field);
        }
    }

    #[test]
    fn a_curve_is_straight_between_points_and_level_outside() {
        let curves = parse("[[curve]]\nfield = \"money\"\nkind = \"any\"\npoints = [[0.0, 0.4], [2.0, 0.8]]").unwrap();
        let at = |odds: f64| probability(&curves, "money", "news", 1.0 / (1.0 + (-odds).exp()));
        assert_eq!((at(-3.0), at(1.0), at(9.0)), (0.4, 0.6, 0.8));
        assert_eq!(probability(&curves, "party", "news", 0.999), UNFITTED_MOST, "no curve, no certainty");
    }
}
