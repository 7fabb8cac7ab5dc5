//! Rule `amount-not-positive`.

use crate::case::Case;
use crate::lint::{Report, fields, quoted};
use crate::money::Money;

super::rule! {
/// # What it does
/// reports amounts of zero or less, in the ledger, the measures, turnover and claims.
///
/// # Why is this bad
/// zero is how a missing amount slips into totals and averages.
///
/// # Example
/// `"amount": {"amount_minor": 0, "currency": "EUR"}`
///
/// # Use instead
/// `"amount": {"missing": "not-applicable"}`, or no event at all where nothing was imposed.
    AmountNotPositive, "amount-not-positive", Error, check
}

fn check(case: &Case, report: &mut Report) {
    let mut amount = |pointer: String, money: &Money| {
        if money.amount_minor <= 0 {
            report.add(pointer, "an amount above zero", quoted(money), "say why there is none: `{\"missing\": ...}`");
        }
    };
    for (pointer, event) in fields::money(case) {
        if let Some(money) = event.amount.value() {
            amount(format!("{pointer}/amount"), money);
        }
    }
    for (pointer, measure) in fields::measures(case) {
        if let Some(money) = &measure.amount {
            amount(format!("{pointer}/amount"), money);
        }
    }
    if let Some(turnover) = case.turnover.value() {
        amount("/turnover/amount".to_owned(), &turnover.amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;
    use crate::money::Currency;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&AmountNotPositive, &["/ledger/0/amount"], |case| {
            case.ledger[0].amount = Money::from_minor(0, Currency::EUR).into();
        });
    }
}
