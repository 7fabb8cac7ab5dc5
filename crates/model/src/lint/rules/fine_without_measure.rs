//! Rule `fine-without-measure`.

use crate::case::Case;
use crate::lint::Report;
use crate::terms::{MeasureKind, MoneyEventKind};

super::rule! {
/// # What it does
/// reports an imposed fine of which the measures do not speak.
///
/// # Why is this bad
/// the case is missing from the list of fines, though its amount enters the totals.
///
/// # Example
/// a ledger with `imposed` beside `"measures": [{"kind": "reprimand"}]`
///
/// # Use instead
/// `"measures": [{"kind": "reprimand"}, {"kind": "fine"}]`
    FineWithoutMeasure, "fine-without-measure", Warning, check
}

/// Measures that cost money.
const COSTLY: &[MeasureKind] = &[
    MeasureKind::Fine,
    MeasureKind::PeriodicPenalty,
    MeasureKind::Settlement,
    MeasureKind::CivilPenalty,
    MeasureKind::Disgorgement,
];

fn check(case: &Case, report: &mut Report) {
    let imposed = case.ledger.iter().any(|event| event.event == MoneyEventKind::Imposed);
    if imposed && !case.measures.iter().any(|measure| COSTLY.contains(&measure.kind)) {
        report.add("/measures", "a measure of kind `fine`", "none", "add the measure that the ledger is about");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&FineWithoutMeasure, &["/measures"], |case| case.measures.clear());
    }
}
