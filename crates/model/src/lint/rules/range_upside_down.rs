//! Rule `range-upside-down`.

use crate::case::Case;
use crate::lint::{Report, quoted};
use crate::stated::{Estimate, Stated};

super::rule! {
/// # What it does
/// reports a range whose lower end is above its upper end.
///
/// # Why is this bad
/// no number lies in it, so no filter finds the case.
///
/// # Example
/// `{"precision": "range", "min": 200, "max": 100}`
///
/// # Use instead
/// `{"precision": "range", "min": 100, "max": 200}`
    RangeUpsideDown, "range-upside-down", Error, check
}

fn check(case: &Case, report: &mut Report) {
    range(report, "/affected_people", &case.affected_people);
    range(report, "/affected_records", &case.affected_records);
    range(report, "/affected_organisations", &case.affected_organisations);
    if let Some(share) = case.turnover_share.value() {
        range(report, "/turnover_share/share", &Stated::Value(share.share));
    }
}

fn range<T: PartialOrd + Copy + std::fmt::Display>(report: &mut Report, pointer: &str, value: &Stated<Estimate<T>>) {
    if let Some(Estimate::Range { min, max }) = value.value()
        && min > max
    {
        let found = quoted(format_args!("{min}..{max}"));
        report.add(pointer, "a range from the lower to the higher number", found, "swap the two");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&RangeUpsideDown, &["/affected_people"], |case| {
            case.affected_people = Stated::Value(Estimate::Range { min: 2, max: 1 });
        });
    }
}
