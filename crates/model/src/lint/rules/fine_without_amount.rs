//! Rule `fine-without-amount`.

use crate::case::Case;
use crate::lint::Report;
use crate::terms::MoneyEventKind;

super::rule! {
/// # What it does
/// reports a fine whose amount is simply left out.
///
/// # Why is this bad
/// readers cannot tell an amount that was withheld from one that nobody looked for.
///
/// # Example
/// `{"event": "imposed"}`
///
/// # Use instead
/// `{"event": "imposed", "amount": {"missing": "not-published"}}`
    FineWithoutAmount, "fine-without-amount", Error, check
}

fn check(case: &Case, report: &mut Report) {
    for (at, event) in case.ledger.iter().enumerate() {
        if event.event != MoneyEventKind::Annulled && event.amount.is_not_extracted() {
            let help = "write `{\"missing\": \"unknown\"}` or `{\"missing\": \"not-published\"}`";
            report.add(format!("/ledger/{at}/amount"), "an amount or why there is none", "nothing", help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::{assert_reports, check as check_rule, good as good_case};
    use crate::stated::{Missing, Stated};

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&FineWithoutAmount, &["/ledger/0/amount"], |case| case.ledger[0].amount = Stated::default());
        let mut withheld = good_case();
        withheld.ledger[0].amount = Stated::Missing(Missing::NotPublished);
        assert_eq!(check_rule(&FineWithoutAmount, &withheld), []);
    }
}
