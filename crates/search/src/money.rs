//! What the fines of many cases come to, exactly, with the denominator.

use fineprint_model::money::{Currency, Money};
use fineprint_model::query::MoneySummary;

use crate::columns::FineReading;
use crate::schema::FineState;

/// Fines of a set of cases while they are being collected.
#[derive(Debug, Clone, Default)]
pub(crate) struct Purse {
    unknown: usize,
    annulled: usize,
    without: usize,
    /// Euro cents of each known fine.
    cents: Vec<i64>,
}

impl Purse {
    /// Takes a case's fine in.
    pub(crate) fn add(&mut self, fine: FineReading) {
        match fine {
            FineReading::Cents(cents) => self.cents.push(cents),
            FineReading::Absent(state) if state == FineState::Unknown as i64 => self.unknown += 1,
            FineReading::Absent(state) if state == FineState::Annulled as i64 => self.annulled += 1,
            FineReading::Absent(_) => self.without += 1,
        }
    }

    /// Takes in what another segment gave.
    pub(crate) fn merge(&mut self, other: Self) {
        self.unknown += other.unknown;
        self.annulled += other.annulled;
        self.without += other.without;
        self.cents.extend(other.cents);
    }

    /// Euro cents of each known fine, in no order.
    pub(crate) fn cents(&self) -> &[i64] {
        &self.cents
    }

    /// How many fines are not known.
    pub(crate) fn unknown(&self) -> usize {
        self.unknown
    }

    /// How many cases have no fine, or none any more.
    pub(crate) fn excluded(&self) -> usize {
        self.annulled + self.without
    }

    /// The summary. The median of an even number is the mean of the two middle ones, rounded down to the cent.
    pub(crate) fn summary(mut self) -> MoneySummary {
        let euro = |cents: i64| Money::from_minor(cents, Currency::EUR);
        let known = self.cents.len();
        let sum = self.cents.iter().try_fold(0_i64, |sum, cents| sum.checked_add(*cents));
        let max = self.cents.iter().copied().max();
        let median = (known > 0).then(|| {
            let middle = known / 2;
            let (below, upper, _) = self.cents.select_nth_unstable(middle);
            if known % 2 == 1 { *upper } else { below.iter().copied().max().unwrap_or(*upper).midpoint(*upper) }
        });
        MoneySummary {
            known,
            unknown: self.unknown,
            annulled: self.annulled,
            without: self.without,
            sum: sum.filter(|_| known > 0).map(euro),
            median: median.map(euro),
            max: max.map(euro),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(cents: &[i64]) -> MoneySummary {
        let mut purse = Purse::default();
        cents.iter().for_each(|cents| purse.add(FineReading::Cents(*cents)));
        purse.add(FineReading::Absent(FineState::Unknown as i64));
        purse.summary()
    }

    #[test]
    fn medians_are_exact_and_unknown_is_not_zero() {
        let median = |cents: &[i64]| summary(cents).median.map(|money| money.amount_minor);
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[5]), Some(5));
        assert_eq!(median(&[900, 100, 300]), Some(300));
        assert_eq!(median(&[900, 100, 300, 500]), Some(400));
        assert_eq!(summary(&[]).sum, None);
        assert_eq!((summary(&[1, 2]).known, summary(&[1, 2]).unknown), (2, 1));
    }
}
