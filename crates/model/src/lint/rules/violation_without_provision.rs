//! Rule `violation-without-provision`.

use crate::case::Case;
use crate::lint::Report;
use crate::terms::{FindingKind, Outcome};

super::rule! {
/// # What it does
/// reports a case whose outcome is a violation and whose findings name no violated provision.
///
/// # Why is this bad
/// the case is not found under any law, and nothing says what was violated.
///
/// # Example
/// `"outcome": "violation-found"` without findings
///
/// # Use instead
/// `"findings": [{"provision": "gdpr/32", "finding": "violated"}]`
    ViolationWithoutProvision, "violation-without-provision", Warning, check
}

fn check(case: &Case, report: &mut Report) {
    if matches!(case.outcome.value(), Some(Outcome::ViolationFound | Outcome::Partly))
        && case.provisions(FindingKind::Violated).next().is_none()
    {
        report.add("/findings", "a violated provision", "none", "name what the decision found violated");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&ViolationWithoutProvision, &["/findings"], |case| case.findings.clear());
    }
}
