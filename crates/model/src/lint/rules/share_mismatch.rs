//! Rule `share-mismatch`.

use crate::case::{Case, ShareOrigin};
use crate::ledger::Basis;
use crate::lint::{Report, quoted};

super::rule! {
/// # What it does
/// reports a computed share of turnover that is not the imposed fine divided by the turnover within 2 %, and any
/// share that is not above 0 and at most 1.
///
/// # Why is this bad
/// one of the three figures was changed without the others; a share of `10` was meant as ten per cent.
///
/// # Example
/// a fine of 1.5 million, a turnover of 16.3 million and `"value": 0.5`
///
/// # Use instead
/// `"value": 0.092`, or leave the share out: it is computed when the record is resolved.
    ShareMismatch, "share-mismatch", Warning, check
}

fn check(case: &Case, report: &mut Report) {
    let Some(share) = case.turnover_share.value() else { return };
    let found = share.share.point();
    if !(found > 0.0 && found <= 1.0) {
        report.add("/turnover_share/share", "a share above 0 and at most 1", quoted(found), "0.1 is ten per cent");
        return;
    }
    let (Some(fine), Some(turnover)) = (case.fine(Basis::Imposed).amount(), case.turnover.value()) else { return };
    if share.origin != ShareOrigin::Computed || turnover.amount.currency != fine.currency {
        return;
    }
    let computed = fine.units() / turnover.amount.units();
    // Small shares are rounded to four digits after the point.
    if (found - computed).abs() > (0.02 * computed).max(0.000_05) {
        let help = "correct the figure that is wrong, or leave the share out";
        report.add("/turnover_share/share", format!("`{computed:.4}`"), quoted(found), help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::TurnoverShare;
    use crate::lint::fixture::assert_reports;
    use crate::money::{Currency, Money};
    use crate::stated::{Estimate, Stated};

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&ShareMismatch, &["/turnover_share/share"], |case| {
            case.ledger[0].amount = Money::from_major(110_000, Currency::EUR).unwrap().into();
        });
        assert_reports(&ShareMismatch, &["/turnover_share/share"], |case| {
            case.turnover_share =
                Stated::Value(TurnoverShare { share: Estimate::Exact { value: 10.0 }, origin: ShareOrigin::Stated });
        });
    }
}
