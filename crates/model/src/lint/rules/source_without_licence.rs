//! Rule `source-without-licence`.

use crate::case::Case;
use crate::lint::Report;

super::rule! {
/// # What it does
/// reports a source that does not say under which terms its facts may be passed on.
///
/// # Why is this bad
/// the case is left out of every public export until it does.
///
/// # Example
/// `{"id": "decision", "kind": "official-decision", "url": "https://..."}`
///
/// # Use instead
/// the same with `"licence": "etalab-2.0"`: an SPDX id or a short note.
    SourceWithoutLicence, "source-without-licence", Warning, check
}

fn check(case: &Case, report: &mut Report) {
    for (at, source) in case.sources.iter().enumerate() {
        if source.licence.as_deref().is_none_or(|licence| licence.trim().is_empty()) {
            let help = "look for the publisher's terms of re-use; \"facts only\" where there are none";
            report.add(format!("/sources/{at}/licence"), "a licence or a note on terms", "nothing", help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&SourceWithoutLicence, &["/sources/0/licence"], |case| case.sources[0].licence = None);
    }
}
