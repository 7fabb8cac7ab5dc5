//! Rule `summary-too-long`.

use crate::case::Case;
use crate::lint::Report;

super::rule! {
/// # What it does
/// reports a summary of fewer than 40 or more than 900 characters, or of more than five sentences.
///
/// # Why is this bad
/// a line says too little; a page is not read and soon no longer one's own words.
///
/// # Example
/// the decision's operative part, copied
///
/// # Use instead
/// two to four sentences: who did what, and what followed.
    SummaryTooLong, "summary-too-long", Warning, check
}

/// Characters that lists and previews have room for.
const LENGTH: std::ops::RangeInclusive<usize> = 40..=900;
/// One above what is asked for, as sentences are counted by their full stops.
const MOST_SENTENCES: usize = 5;

fn check(case: &Case, report: &mut Report) {
    let Some(summary) = case.summary.as_deref().map(str::trim).filter(|summary| !summary.is_empty()) else { return };
    let length = summary.chars().count();
    let help = "two to four sentences: who did what, and what followed";
    if !LENGTH.contains(&length) {
        report.add("/summary", "40 to 900 characters", format!("{length}"), help);
    }
    let sentences = sentences(summary);
    if sentences > MOST_SENTENCES {
        report.add("/summary", "two to four sentences", format!("{sentences}"), help);
    }
}

/// Counts what ends in a full stop after a word of at least three letters and goes on with a capital.
fn sentences(text: &str) -> usize {
    let words: Vec<&str> = text.split_whitespace().collect();
    let ends = |pair: &&[&str]| {
        let word = pair[0].trim_end_matches(['"', ')', '”']);
        word.ends_with(['.', '!', '?'])
            && word.chars().filter(|c| c.is_alphanumeric()).count() > 2
            && pair[1].starts_with(|c: char| c.is_uppercase())
    };
    words.windows(2).filter(ends).count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&SummaryTooLong, &["/summary"], |case| case.summary = Some("Fined.".into()));
        assert_reports(&SummaryTooLong, &["/summary"], |case| case.summary = Some("It was fined again. ".repeat(6)));
        assert_eq!(sentences("Fined under Art. 5 by X. S.A. Lost. Won on appeal."), 2, "short words end no sentence");
    }
}
