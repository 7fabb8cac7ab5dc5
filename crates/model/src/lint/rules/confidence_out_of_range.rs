//! Rule `confidence-out-of-range`.

use crate::case::Case;
use crate::lint::{Report, quoted};

super::rule! {
/// # What it does
/// reports a confidence below 0 or above 1.
///
/// # Why is this bad
/// claims are weighed against each other by it.
///
/// # Example
/// `"confidence": 95`
///
/// # Use instead
/// `"confidence": 0.95`
    ConfidenceOutOfRange, "confidence-out-of-range", Error, check
}

fn check(case: &Case, report: &mut Report) {
    for (at, claim) in case.claims.iter().enumerate() {
        if let Some(confidence) = claim.confidence.filter(|confidence| !(0.0..=1.0).contains(confidence)) {
            let help = "divide a percentage by a hundred";
            report.add(format!("/claims/{at}/confidence"), "a number from 0 to 1", quoted(confidence), help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&ConfidenceOutOfRange, &["/claims/0/confidence"], |case| case.claims[0].confidence = Some(95.0));
    }
}
