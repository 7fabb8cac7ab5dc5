//! Rule `mixed-currencies`.

use crate::case::Case;
use crate::lint::{Report, quoted};

super::rule! {
/// # What it does
/// reports a ledger whose amounts are in more than one currency.
///
/// # Why is this bad
/// the fine cannot be added up and counts as unknown.
///
/// # Example
/// `imposed` in `GBP` and `reduced` in `EUR`
///
/// # Use instead
/// both in the currency of the decision; conversions are worked out when they are shown.
    MixedCurrencies, "mixed-currencies", Warning, check
}

fn check(case: &Case, report: &mut Report) {
    let mut first = None;
    for (at, event) in case.ledger.iter().enumerate() {
        let Some(amount) = event.amount.value() else { continue };
        let expected = *first.get_or_insert(amount.currency);
        if amount.currency != expected {
            let help = "state every amount in the currency of the decision";
            report.add(format!("/ledger/{at}/amount/currency"), quoted(expected), quoted(amount.currency), help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;
    use crate::money::Money;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&MixedCurrencies, &["/ledger/1/amount/currency"], |case| {
            let mut other = case.ledger[0].clone();
            other.amount = Money::from_minor(5, "GBP".parse().unwrap()).into();
            case.ledger.push(other);
        });
    }
}
