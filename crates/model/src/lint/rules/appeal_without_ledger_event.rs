//! Rule `appeal-without-ledger-event`.

use crate::case::Case;
use crate::lint::{Report, quoted};
use crate::terms::{AppealResult, MoneyEventKind};

super::rule! {
/// # What it does
/// reports an appeal that annulled, reduced or increased the fine while the ledger knows nothing of it.
///
/// # Why is this bad
/// the fine goes on counting in full, though a court took it away.
///
/// # Example
/// `{"result": "annulled"}` in `appeals`, and only `imposed` in `ledger`
///
/// # Use instead
/// add `{"event": "annulled", "on": "..."}` to the ledger.
    AppealWithoutLedgerEvent, "appeal-without-ledger-event", Error, check
}

fn check(case: &Case, report: &mut Report) {
    let has = |kind: MoneyEventKind| case.ledger.iter().any(|event| event.event == kind);
    if !has(MoneyEventKind::Imposed) {
        return;
    }
    // An annulment may itself be undone by the next court; what a later appeal did to it the ledger says.
    let Some((at, appeal)) = case.appeals.iter().enumerate().next_back() else { return };
    let needed = match appeal.result {
        AppealResult::Annulled => MoneyEventKind::Annulled,
        AppealResult::Reduced => MoneyEventKind::Reduced,
        AppealResult::Increased => MoneyEventKind::Increased,
        _ => return,
    };
    if !has(needed.clone()) {
        let expected = format!("an event `{needed}` in `/ledger`");
        report.add(
            format!("/appeals/{at}/result"),
            expected,
            quoted(&appeal.result),
            "add it with the day of the judgment",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&AppealWithoutLedgerEvent, &["/appeals/0/result"], |case| {
            case.appeals.push(crate::Appeal {
                body: "Court".into(),
                reference: None,
                lodged_on: crate::Stated::default(),
                decided_on: crate::Stated::default(),
                result: AppealResult::Annulled,
                source: None,
                note: None,
            });
        });
    }
}
