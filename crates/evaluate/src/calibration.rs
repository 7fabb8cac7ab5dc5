//! Whether a confidence is worth its number: of values given with 0.8, are 80 of 100 right?

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::mark::{Field, Mark};

/// A confidence from which a reader may rely on a value without looking.
pub(crate) const SURE: f64 = 0.9;
/// Bands of a tenth each.
const BANDS: usize = 10;

/// Values whose confidence lies in one range.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// Lower end, included.
    pub from: f64,
    /// Upper end, excluded; 1 is included in the last.
    pub to: f64,
    /// How many values.
    pub values: usize,
    /// How many of them are right.
    pub right: usize,
    /// Their mean confidence.
    pub mean_confidence: f64,
}

/// How many sure values there are and how many of them are right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sure {
    /// Values given with 0.9 or more.
    pub values: usize,
    /// How many of them are right.
    pub right: usize,
}

impl Sure {
    /// The share that is right, 0 to 1; `None` where there are no such values.
    pub fn share(self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "counts of values")]
        (self.values > 0).then(|| self.right as f64 / self.values as f64)
    }
}

/// Confidence held against truth.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Values with a confidence, right or wrong.
    pub values: usize,
    /// The reliability table; bands without values are left out.
    pub bands: Vec<Band>,
    /// Mean squared difference of confidence and truth (Brier 1950): 0 is perfect, 0.25 is what 0.5 everywhere gets.
    pub brier: f64,
    /// Mean difference of confidence and share right over the bands, weighted by their values (expected calibration error).
    pub ece: f64,
    /// Values given with 0.9 or more.
    pub sure: Sure,
    /// The same by field.
    pub sure_by_field: BTreeMap<Field, Sure>,
}

/// A value's confidence and whether it is right.
pub(crate) type Point = (f64, bool);

/// Brier score and expected calibration error of a set of values.
pub(crate) fn scores(points: &[Point]) -> (f64, f64) {
    #[expect(clippy::cast_precision_loss, reason = "counts of values")]
    let count = points.len().max(1) as f64;
    let brier = points.iter().map(|(sure, right)| (sure - f64::from(u8::from(*right))).powi(2)).sum::<f64>() / count;
    #[expect(clippy::cast_precision_loss, reason = "counts of values")]
    let gap = |band: &Band| (band.mean_confidence * band.values as f64 - band.right as f64).abs();
    (brier, bands(points).iter().map(gap).sum::<f64>() / count)
}

fn bands(points: &[Point]) -> Vec<Band> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1 by definition")]
    let band_of = |confidence: f64| ((confidence * BANDS as f64) as usize).min(BANDS - 1);
    #[expect(clippy::cast_precision_loss, reason = "at most ten")]
    let edge = |band: usize| band as f64 / BANDS as f64;
    (0..BANDS)
        .filter_map(|band| {
            let within: Vec<&Point> = points.iter().filter(|(confidence, _)| band_of(*confidence) == band).collect();
            #[expect(clippy::cast_precision_loss, reason = "counts of values")]
            let mean = within.iter().map(|(confidence, _)| confidence).sum::<f64>() / within.len().max(1) as f64;
            (!within.is_empty()).then(|| Band {
                from: edge(band),
                to: edge(band + 1),
                values: within.len(),
                right: within.iter().filter(|(_, right)| *right).count(),
                mean_confidence: (mean * 1e4).round() / 1e4,
            })
        })
        .collect()
}

impl Calibration {
    /// Of marked values. Provisions count once, at full depth.
    pub(crate) fn of<'a>(marks: impl Iterator<Item = (Field, &'a Mark)>) -> Self {
        let mut points = Vec::new();
        let mut sure_by_field: BTreeMap<Field, Sure> = BTreeMap::new();
        for (field, mark) in marks.filter(|(field, _)| *field != Field::LegalRefs) {
            for (found, is_right) in
                mark.right.iter().map(|found| (found, true)).chain(mark.wrong.iter().map(|found| (found, false)))
            {
                let Some(confidence) = found.confidence else { continue };
                points.push((confidence, is_right));
                if confidence >= SURE {
                    let sure = sure_by_field.entry(field).or_default();
                    sure.values += 1;
                    sure.right += usize::from(is_right);
                }
            }
        }
        let (brier, ece) = scores(&points);
        let mut sure = Sure::default();
        for one in sure_by_field.values() {
            sure.values += one.values;
            sure.right += one.right;
        }
        Self { values: points.len(), bands: bands(&points), brier, ece, sure, sure_by_field }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confidence_that_keeps_its_word_has_no_error() {
        let fair: Vec<Point> = (0..10).map(|at| (0.8, at < 8)).collect();
        let (brier, ece) = scores(&fair);
        assert!(ece < 1e-9, "{ece}");
        assert!((brier - 0.16).abs() < 1e-9, "{brier}");
        let boastful: Vec<Point> = (0..10).map(|at| (0.95, at < 5)).collect();
        assert!((scores(&boastful).1 - 0.45).abs() < 1e-9);
        assert_eq!(scores(&[]), (0.0, 0.0));
    }

    #[test]
    fn bands_hold_their_lower_end_and_the_last_holds_one() {
        let bands = bands(&[(0.9, true), (0.899, false), (1.0, true), (0.0, false)]);
        let shown: Vec<(f64, usize, usize)> = bands.iter().map(|band| (band.from, band.values, band.right)).collect();
        assert_eq!(shown, [(0.0, 1, 0), (0.8, 1, 0), (0.9, 2, 2)]);
    }
}
