//! Rule `outcome-contradicts-findings`.

use crate::case::Case;
use crate::lint::{Report, quoted};
use crate::terms::{FindingKind, MoneyEventKind, Outcome};

super::rule! {
/// # What it does
/// reports an outcome without a violation beside a violated provision or an imposed fine.
///
/// # Why is this bad
/// the same case counts as a sanction in one list and as none in another.
///
/// # Example
/// `"outcome": "no-violation"` beside `{"event": "imposed", ...}`
///
/// # Use instead
/// `"outcome": "violation-found"` or `"partly"`; what a court did later belongs to `appeals` and `ledger`.
    OutcomeContradictsFindings, "outcome-contradicts-findings", Error, check
}

fn check(case: &Case, report: &mut Report) {
    let Some(outcome) = case.outcome.value() else { return };
    if !matches!(outcome, Outcome::NoViolation | Outcome::RejectedComplaint | Outcome::Inadmissible) {
        return;
    }
    let help = "the outcome is what the authority found; what a court did later stands in `appeals` and `ledger`";
    let violated = case.findings.iter().position(|finding| finding.finding == FindingKind::Violated);
    let imposed = case.ledger.iter().position(|event| event.event == MoneyEventKind::Imposed);
    for pointer in
        violated.map(|at| format!("/findings/{at}")).into_iter().chain(imposed.map(|at| format!("/ledger/{at}")))
    {
        report.add("/outcome", format!("an outcome that fits `{pointer}`"), quoted(outcome), help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;
    use crate::stated::Stated;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&OutcomeContradictsFindings, &["/outcome", "/outcome"], |case| {
            case.outcome = Stated::Value(Outcome::NoViolation);
        });
    }
}
