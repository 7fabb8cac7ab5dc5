//! Rule `measure-without-ledger`.

use crate::case::Case;
use crate::lint::{Report, quoted};
use crate::terms::MeasureKind;

super::rule! {
/// # What it does
/// reports a measure `fine` or `civil-penalty` without any event in the ledger.
///
/// # Why is this bad
/// the fine counts as none at all, not as one of unknown amount.
///
/// # Example
/// `"measures": [{"kind": "fine"}]` without a ledger
///
/// # Use instead
/// `"ledger": [{"event": "imposed", "amount": {"missing": "not-published"}}]`
    MeasureWithoutLedger, "measure-without-ledger", Error, check
}

fn check(case: &Case, report: &mut Report) {
    if !case.ledger.is_empty() {
        return;
    }
    for (at, measure) in case.measures.iter().enumerate() {
        if matches!(measure.kind, MeasureKind::Fine | MeasureKind::CivilPenalty) {
            let help = "add an `imposed` event, with the kind of absence where the amount is not known";
            report.add(format!("/measures/{at}"), "an event in `/ledger`", quoted(&measure.kind), help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&MeasureWithoutLedger, &["/measures/0"], |case| case.ledger.clear());
    }
}
