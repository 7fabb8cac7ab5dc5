//! Rule `dates-out-of-order`.

use crate::case::Case;
use crate::date::PartialDate;
use crate::lint::{Report, quoted};

super::rule! {
/// # What it does
/// reports dates that cannot follow each other: incident or opening, decided, published; an appeal lodged after it was decided.
///
/// # Why is this bad
/// one of the two is wrong, mostly by a swapped day and month or a publication taken for the decision.
///
/// # Example
/// `"decided_on": "2022-04-15", "published_on": "2022-04-12"`
///
/// # Use instead
/// the dates of the official decision, as coarse as needed to be true.
    DatesOutOfOrder, "dates-out-of-order", Error, check
}

fn check(case: &Case, report: &mut Report) {
    let dates = [
        ("incident_on", &case.incident_on),
        ("opened_on", &case.opened_on),
        ("decided_on", &case.decided_on),
        ("published_on", &case.published_on),
    ];
    let known: Vec<(&str, PartialDate)> =
        dates.iter().filter_map(|(name, date)| date.value().map(|date| (*name, *date))).collect();
    for (at, (name, date)) in known.iter().enumerate() {
        // An inspection may be opened before the conduct that is found wrong began, so these two have no order.
        let has_order = |before: &str| !(before == "incident_on" && *name == "opened_on");
        let late =
            |(before, earlier): &&(&str, PartialDate)| has_order(before) && earlier.first_day() > date.last_day();
        if let Some((before, earlier)) = known[..at].iter().find(late) {
            out_of_order(report, &format!("/{name}"), &format!("`{before}`"), *earlier, *date);
        }
    }
    for (at, appeal) in case.appeals.iter().enumerate() {
        if let (Some(lodged), Some(decided)) = (appeal.lodged_on.value(), appeal.decided_on.value())
            && lodged.first_day() > decided.last_day()
        {
            out_of_order(report, &format!("/appeals/{at}/decided_on"), "`lodged_on`", *lodged, *decided);
        }
    }
}

fn out_of_order(report: &mut Report, pointer: &str, other: &str, earlier: PartialDate, found: PartialDate) {
    let expected = format!("a date not before {other}, {earlier}");
    report.add(pointer, expected, quoted(found), "compare both with the decision");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;
    use crate::stated::Stated;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&DatesOutOfOrder, &["/published_on"], |case| {
            case.published_on = Stated::Value("2030-01".parse().unwrap());
        });
    }
}
