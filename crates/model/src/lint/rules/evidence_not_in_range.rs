//! Rule `evidence-not-in-range`.

use crate::case::Case;
use crate::lint::{Report, quoted};

super::rule! {
/// # What it does
/// reports evidence whose quote is not as long as its span, in bytes of UTF-8.
///
/// # Why is this bad
/// the quote cannot be what stands there, so the value cannot be checked.
///
/// # Example
/// `{"start": 10, "end": 12, "quote": "1,500,000"}`
///
/// # Use instead
/// `{"start": 10, "end": 19, "quote": "1,500,000"}`
    EvidenceNotInRange, "evidence-not-in-range", Error, check
}

fn check(case: &Case, report: &mut Report) {
    for (at, claim) in case.claims.iter().enumerate() {
        let Some(evidence) = &claim.evidence else { continue };
        if evidence.end.checked_sub(evidence.start) != Some(evidence.quote.len()) {
            let expected = format!("a span of {} bytes, as long as the quote", evidence.quote.len());
            let found = quoted(format_args!("{}..{}", evidence.start, evidence.end));
            report.add(format!("/claims/{at}/evidence"), expected, found, "read the source again");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&EvidenceNotInRange, &["/claims/0/evidence"], |case| {
            case.claims[0].evidence.as_mut().unwrap().end = 3;
        });
    }
}
