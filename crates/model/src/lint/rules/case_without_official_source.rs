//! Rule `case-without-official-source`.

use crate::case::Case;
use crate::lint::Report;

super::rule! {
/// # What it does
/// reports a case that rests on no publication of the authority or a court.
///
/// # Why is this bad
/// readers cannot check it against the decision, and second-hand figures are often rounded.
///
/// # Example
/// `"sources": [{"kind": "news", ...}]` alone
///
/// # Use instead
/// add the decision or the authority's press release, of kind `official-decision` or `official-press-release`.
    CaseWithoutOfficialSource, "case-without-official-source", Warning, check
}

fn check(case: &Case, report: &mut Report) {
    if !case.sources.iter().any(|source| source.kind.is_official()) {
        let found = if case.sources.is_empty() { "no source" } else { "other sources only" };
        report.add("/sources", "an official source", found, "link the decision or the authority's notice about it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;
    use crate::terms::SourceKind;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&CaseWithoutOfficialSource, &["/sources"], |case| case.sources[0].kind = SourceKind::News);
    }
}
