//! Counts of right, wrong and missed values, and the figures made of them.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use crate::random::Random;

/// Resamplings behind an interval.
const RESAMPLES: usize = 1000;

/// How many values were right, wrong and missed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Found and expected.
    pub right: usize,
    /// Found and neither expected nor tolerated.
    pub wrong: usize,
    /// Expected and not found.
    pub missed: usize,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.missed += other.missed;
    }
}

/// `a` of `a + b`; `None` where both are 0.
fn share(a: usize, b: usize) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "counts of documents and values")]
    (a + b > 0).then(|| a as f64 / (a + b) as f64)
}

impl Tally {
    /// Of what was found, the share that is right, 0 to 1; `None` where nothing was found.
    pub fn precision(self) -> Option<f64> {
        share(self.right, self.wrong)
    }

    /// Of what was expected, the share that was found, 0 to 1; `None` where nothing was expected.
    pub fn recall(self) -> Option<f64> {
        share(self.right, self.missed)
    }

    /// The harmonic mean of precision and recall, 0 to 1; `None` where nothing was found and nothing expected.
    pub fn f1(self) -> Option<f64> {
        share(2 * self.right, self.wrong + self.missed)
    }

    /// Whether it counts anything.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// The range in which 95 of 100 resamplings of the documents lie.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The 2.5th percentile.
    pub low: f64,
    /// The 97.5th percentile.
    pub high: f64,
}

/// The interval of F1 over documents, by the percentile bootstrap: documents, not values, are drawn, because the
/// values of one document are right or wrong together. `None` for fewer than two documents that count anything.
pub(crate) fn interval(by_document: &[Tally]) -> Option<Interval> {
    let counted: Vec<Tally> = by_document.iter().copied().filter(|tally| !tally.is_empty()).collect();
    if counted.len() < 2 {
        return None;
    }
    let mut random = Random::new(counted.len() as u64);
    let mut figures: Vec<f64> = (0..RESAMPLES)
        .filter_map(|_| {
            let mut sum = Tally::default();
            for _ in 0..counted.len() {
                sum += counted.get(random.below(counted.len())).copied().unwrap_or_default();
            }
            sum.f1()
        })
        .collect();
    figures.sort_by(f64::total_cmp);
    let at = |thousandth: usize| figures.get((figures.len() * thousandth / 1000).min(figures.len() - 1)).copied();
    Some(Interval { low: at(25)?, high: at(975)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_follow_from_counts() {
        let tally = Tally { right: 6, wrong: 2, missed: 4 };
        assert_eq!(tally.precision(), Some(0.75));
        assert_eq!(tally.recall(), Some(0.6));
        assert!((tally.f1().unwrap() - 2.0 * 0.75 * 0.6 / 1.35).abs() < 1e-12);
        assert_eq!(Tally::default().f1(), None);
        assert_eq!(Tally { wrong: 1, ..Tally::default() }.f1(), Some(0.0));
    }

    #[test]
    fn the_interval_holds_the_figure_and_narrows_with_documents() {
        let documents = |n: usize| {
            let tally = |at: usize| Tally {
                right: usize::from(!at.is_multiple_of(4)),
                wrong: usize::from(at.is_multiple_of(4)),
                missed: 0,
            };
            (0..n).map(tally).collect::<Vec<_>>()
        };
        let few = interval(&documents(12)).unwrap();
        let many = interval(&documents(1200)).unwrap();
        let figure = 2.0 * 0.75 / 1.75;
        for range in [few, many] {
            assert!(range.low <= figure + 0.05 && figure - 0.05 <= range.high, "{range:?}");
        }
        assert!(many.high - many.low < few.high - few.low, "{few:?} {many:?}");
        assert_eq!(interval(&documents(1)), None);
    }
}
