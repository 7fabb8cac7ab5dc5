//! Rule `summary-missing`.

use crate::case::Case;
use crate::lint::Report;

super::rule! {
/// # What it does
/// reports a case without a summary.
///
/// # Why is this bad
/// the summary is what lists, feeds and previews show, and often all that people read.
///
/// # Example
/// a record without `summary`
///
/// # Use instead
/// two to four sentences in English, in your own words: who did what, and what followed.
    SummaryMissing, "summary-missing", Warning, check
}

fn check(case: &Case, report: &mut Report) {
    if case.record.is_active() && case.summary.as_deref().is_none_or(|summary| summary.trim().is_empty()) {
        report.add("/summary", "two to four sentences", "nothing", "write them in your own words, in English");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&SummaryMissing, &["/summary"], |case| case.summary = None);
    }
}
