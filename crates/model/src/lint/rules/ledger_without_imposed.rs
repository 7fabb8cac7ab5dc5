//! Rule `ledger-without-imposed`.

use crate::case::Case;
use crate::lint::{Report, quoted};
use crate::terms::MoneyEventKind;

super::rule! {
/// # What it does
/// reports a fine that is reduced, increased, annulled or paid before it was imposed.
///
/// # Why is this bad
/// nothing can be said of what the decision itself ordered, and the sum on the basis `imposed` is none.
///
/// # Example
/// `"ledger": [{"event": "reduced", ...}]`
///
/// # Use instead
/// `"ledger": [{"event": "imposed", ...}, {"event": "reduced", ...}]`, in the order in which they happened.
    LedgerWithoutImposed, "ledger-without-imposed", Error, check
}

fn check(case: &Case, report: &mut Report) {
    for (at, event) in case.ledger.iter().enumerate() {
        use MoneyEventKind::{Annulled, Imposed, Increased, Paid, Reduced};
        if !matches!(event.event, Reduced | Increased | Annulled | Paid) {
            continue;
        }
        let earlier = case.ledger[..at].iter().filter(|earlier| earlier.event == Imposed);
        let concerns = |party: &Option<_>| party.is_none() || event.party.is_none() || *party == event.party;
        if !earlier.into_iter().any(|earlier| concerns(&earlier.party)) {
            let help = "add the `imposed` event before it, without an amount where that is not known";
            report.add(format!("/ledger/{at}"), "an `imposed` event before it", quoted(&event.event), help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&LedgerWithoutImposed, &["/ledger/0"], |case| case.ledger[0].event = MoneyEventKind::Reduced);
    }
}
