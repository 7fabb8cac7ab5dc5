//! Rule `fine-above-cap`.

use crate::case::{Case, TurnoverOf};
use crate::ledger::Basis;
use crate::lint::{Report, quoted};
use crate::money::Currency;
use crate::terms::FindingKind;

super::rule! {
/// # What it does
/// reports a fine in euro under the GDPR that is above what Article 83 allows: EUR 20 million or 4 % of the
/// group's turnover; where no turnover is recorded, EUR 2 billion, more than was ever imposed.
///
/// # Why is this bad
/// it is mostly a misread amount (minor units, a thousands separator), else the turnover is missing.
///
/// # Example
/// `"amount_minor": 15000000000` for a fine of 1.5 million
///
/// # Use instead
/// `"amount_minor": 150000000`, or record the group's turnover.
    FineAboveCap, "fine-above-cap", Warning, check
}

/// Art. 83(5) GDPR, in euro.
const CAP: f64 = 20e6;

/// Above the largest fine so far (EUR 1.2 billion, Irish DPC, May 2023), in euro.
const IMPLAUSIBLE: f64 = 2e9;

fn check(case: &Case, report: &mut Report) {
    let is_gdpr = case.provisions(FindingKind::Violated).any(|provision| provision.instrument() == "gdpr");
    let Some(fine) = case.fine(Basis::Imposed).amount().filter(|fine| is_gdpr && fine.currency == Currency::EUR) else {
        return;
    };
    let turnover = case.turnover.value().filter(|turnover| turnover.amount.currency == Currency::EUR);
    let cap = match turnover {
        // A party's own turnover says nothing about its group's, which counts.
        Some(turnover) if turnover.of != Some(TurnoverOf::Group) => return,
        Some(turnover) => CAP.max(0.04 * turnover.amount.units()),
        None => IMPLAUSIBLE,
    };
    if fine.units() > cap {
        let help = "check the amount; where it is right, record the group's turnover";
        report.add("/ledger", format!("at most EUR {cap:.0}"), quoted(fine), help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::{assert_reports, check as check_rule, good as good_case};
    use crate::money::Money;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&FineAboveCap, &["/ledger"], |case| {
            case.ledger[0].amount = Money::from_major(21_000_000, Currency::EUR).unwrap().into();
        });
        let mut no_turnover = good_case();
        no_turnover.turnover = crate::Stated::default();
        no_turnover.ledger[0].amount = Money::from_major(1_200_000_000, Currency::EUR).unwrap().into();
        assert_eq!(check_rule(&FineAboveCap, &no_turnover), []);
    }
}
