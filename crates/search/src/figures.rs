//! Exact figures over the known values of a group, with what is not known and what does not apply counted beside them.

use std::collections::BTreeMap;

use fineprint_model::query::{Figures, Measured, Metric};

use crate::money::Purse;
use crate::schema::FineState;

/// How other currencies became euro; said wherever there are figures in euro.
pub(crate) const RATES: &str =
    "euro at the European Central Bank's reference rate of the day of the decision, or the last one before it";

/// What one case gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Reading {
    /// A value: euro cents, a ratio, or people.
    Known(f64),
    /// There must be one, but nobody knows it.
    Unknown,
    /// The question does not apply.
    Excluded,
}

/// What a case says of everything that can be measured, as the columns have it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Readings {
    pub state: i64,
    pub fine: Option<i64>,
    pub share: Option<f64>,
    pub cap: Option<i64>,
    pub affected: Option<i64>,
}

impl Readings {
    /// The reading of what is measured.
    #[expect(clippy::cast_precision_loss, reason = "cents and people stay below 2^53")]
    pub(crate) fn of(&self, measured: Measured) -> Reading {
        let known = |value: Option<f64>| value.map_or(Reading::Unknown, Reading::Known);
        let fine = match self.fine {
            Some(cents) => Reading::Known(cents as f64),
            None if self.state == FineState::Unknown as i64 => Reading::Unknown,
            None => Reading::Excluded,
        };
        let whole = |value: Option<i64>| value.map(|value| value as f64);
        match (measured, fine) {
            (Measured::Fine, fine) => fine,
            (Measured::Affected, _) => known(whole(self.affected)),
            (_, Reading::Excluded) => Reading::Excluded,
            (Measured::Share, _) => known(self.share),
            (_, Reading::Unknown) => Reading::Unknown,
            (Measured::CapShare, Reading::Known(cents)) => {
                known(whole(self.cap).filter(|cap| *cap > 0.0).map(|cap| cents / cap))
            }
            (Measured::PerPerson, Reading::Known(cents)) => {
                known(whole(self.affected).filter(|people| *people > 0.0).map(|people| cents / people))
            }
        }
    }
}

/// The values of a group while they are being collected.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sample {
    values: Vec<f64>,
    unknown: usize,
    excluded: usize,
    converted: usize,
    assumed: usize,
}

impl Sample {
    /// Takes a case in.
    pub(crate) fn add(&mut self, reading: Reading, converted: bool, assumed: bool) {
        match reading {
            Reading::Known(value) => {
                self.values.push(value);
                self.converted += usize::from(converted);
                self.assumed += usize::from(assumed);
            }
            Reading::Unknown => self.unknown += 1,
            Reading::Excluded => self.excluded += 1,
        }
    }

    /// The fines of a purse, in euro cents, of which so many were converted.
    #[expect(clippy::cast_precision_loss, reason = "cents stay below 2^53")]
    pub(crate) fn of_fines(purse: &Purse, converted: usize) -> Self {
        Self {
            values: purse.cents().iter().map(|cents| *cents as f64).collect(),
            unknown: purse.unknown(),
            excluded: purse.excluded(),
            converted,
            assumed: 0,
        }
    }

    /// Takes in what another segment gave.
    pub(crate) fn merge(&mut self, other: Self) {
        self.values.extend(other.values);
        self.unknown += other.unknown;
        self.excluded += other.excluded;
        self.converted += other.converted;
        self.assumed += other.assumed;
    }

    /// The figures, in the measured unit.
    pub(crate) fn figures(mut self, measured: Measured, metrics: &[Metric]) -> Figures {
        let percentiles = metrics.iter().filter(|metric| matches!(metric, Metric::Percentile(_))).count();
        // Whole numbers below 2^53 add up the same in any order, others only in one.
        let is_whole = matches!(measured, Measured::Fine | Measured::Affected);
        let is_sorted = !is_whole || percentiles > MOST_SELECTED;
        if is_sorted {
            self.values.sort_unstable_by(f64::total_cmp);
        }
        let values: BTreeMap<String, Option<f64>> = metrics
            .iter()
            .map(|metric| {
                let figure = match metric {
                    Metric::Percentile(percent) if !is_sorted => select_percentile(&mut self.values, *percent),
                    metric => figure(&self.values, *metric),
                };
                (metric.name(), figure.map(|value| in_unit(measured, *metric, value)))
            })
            .collect();
        Figures {
            n: self.values.len(),
            unknown: self.unknown,
            excluded: self.excluded,
            converted: self.converted,
            assumed: self.assumed,
            values,
        }
    }
}

/// Up to so many percentiles are selected one by one; sorting all values is quicker for more.
const MOST_SELECTED: usize = 4;

/// A figure; `None` over no values, except their number. For percentiles the values are sorted; for sums of other than
/// whole numbers too, so that they come out the same each time.
#[expect(clippy::cast_precision_loss, reason = "far fewer than 2^53 cases")]
fn figure(sorted: &[f64], metric: Metric) -> Option<f64> {
    let sum = || sorted.iter().sum::<f64>();
    if metric == Metric::N {
        return Some(sorted.len() as f64);
    }
    sorted.first()?;
    Some(match metric {
        Metric::N => sorted.len() as f64,
        Metric::Sum => sum(),
        Metric::Mean => sum() / sorted.len() as f64,
        Metric::Min => sorted.iter().copied().fold(f64::INFINITY, f64::min),
        Metric::Max => sorted.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        Metric::Percentile(percent) => percentile(sorted, percent)?,
    })
}

/// The value at a percentage of the way from the first to the last: between two neighbours in proportion, so that the
/// 50th is the median (Hyndman and Fan, 1996, definition 7).
fn percentile(sorted: &[f64], percent: u8) -> Option<f64> {
    let hundredths = sorted.len().checked_sub(1)? * usize::from(percent);
    let (below, part) = (hundredths / 100, hundredths % 100);
    let lower = *sorted.get(below)?;
    let upper = sorted.get(below + 1).copied().unwrap_or(lower);
    #[expect(clippy::cast_precision_loss, reason = "below 100")]
    let part = part as f64 / 100.0;
    Some(if part == 0.0 { lower } else { lower + (upper - lower) * part })
}

/// As [`percentile`], over values in any order, which it leaves in another one.
fn select_percentile(values: &mut [f64], percent: u8) -> Option<f64> {
    let hundredths = values.len().checked_sub(1)? * usize::from(percent);
    let (below, part) = (hundredths / 100, hundredths % 100);
    let (_, lower, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let lower = *lower;
    if part == 0 {
        return Some(lower);
    }
    let upper = above.iter().copied().min_by(f64::total_cmp).unwrap_or(lower);
    #[expect(clippy::cast_precision_loss, reason = "below 100")]
    let part = part as f64 / 100.0;
    Some(lower + (upper - lower) * part)
}

/// From the column's unit to the one that is shown: euro to the cent, per cent, people.
fn in_unit(measured: Measured, metric: Metric, value: f64) -> f64 {
    if metric == Metric::N {
        return value;
    }
    match measured {
        Measured::Fine => value.round() / 100.0,
        Measured::PerPerson => value / 100.0,
        Measured::Share | Measured::CapShare => value * 100.0,
        Measured::Affected => value,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn over(values: &[f64], metric: Metric) -> Option<f64> {
        figure(values, metric)
    }

    #[test]
    fn percentiles_are_exact() {
        let ten: Vec<f64> = (1..=10).map(f64::from).collect();
        assert_eq!(over(&ten, Metric::MEDIAN), Some(5.5));
        assert_eq!(over(&ten, Metric::Percentile(90)), Some(9.1));
        assert_eq!(over(&ten, Metric::Percentile(25)), Some(3.25));
        assert_eq!((over(&ten, Metric::Percentile(0)), over(&ten, Metric::Percentile(100))), (Some(1.0), Some(10.0)));
        assert_eq!(over(&[7.0], Metric::Percentile(90)), Some(7.0));
        assert_eq!((over(&[], Metric::MEDIAN), over(&[], Metric::N)), (None, Some(0.0)));
        assert_eq!((over(&ten, Metric::Mean), over(&ten, Metric::Sum)), (Some(5.5), Some(55.0)));
    }

    #[test]
    fn what_does_not_apply_is_not_unknown() {
        let fined = Readings { state: FineState::Known as i64, fine: Some(500), ..Readings::default() };
        assert_eq!(fined.of(Measured::Fine), Reading::Known(500.0));
        assert_eq!(fined.of(Measured::CapShare), Reading::Unknown);
        let silent = Readings { state: FineState::Unknown as i64, ..Readings::default() };
        assert_eq!(silent.of(Measured::PerPerson), Reading::Unknown);
        let none = Readings { affected: Some(5), cap: Some(10), share: Some(0.1), ..Readings::default() };
        assert_eq!(none.of(Measured::Share), Reading::Excluded);
        assert_eq!(none.of(Measured::CapShare), Reading::Excluded);
        assert_eq!(none.of(Measured::Affected), Reading::Known(5.0));
        let all = Readings { affected: Some(50), cap: Some(1_000), ..fined };
        assert_eq!(
            (all.of(Measured::CapShare), all.of(Measured::PerPerson)),
            (Reading::Known(0.5), Reading::Known(10.0))
        );
    }

    proptest! {
        #[test]
        fn selected_percentiles_are_those_of_sorted_values(mut values in prop::collection::vec(0.0..1e12, 0..60), percent in 0_u8..=100) {
            let selected = select_percentile(&mut values.clone(), percent);
            values.sort_unstable_by(f64::total_cmp);
            prop_assert_eq!(selected, percentile(&values, percent));
        }

        #[test]
        fn percentiles_rise_and_stay_within(mut values in prop::collection::vec(0.0..1e12, 1..60), a in 0_u8..=100, b in 0_u8..=100) {
            values.sort_unstable_by(f64::total_cmp);
            let (low, high) = (a.min(b), a.max(b));
            let at = |percent| percentile(&values, percent).unwrap();
            prop_assert!(values[0] <= at(low) && at(low) <= at(high) && at(high) <= values[values.len() - 1]);
        }
    }
}
