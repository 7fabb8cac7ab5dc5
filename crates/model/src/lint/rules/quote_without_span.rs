//! Rule `quote-without-span`.

use crate::case::Case;
use crate::lint::{Report, quoted};

super::rule! {
/// # What it does
/// reports evidence with an empty quote or span, or of a document that none of the record's sources is.
///
/// # Why is this bad
/// every value must be traceable to words in a text that can be looked up.
///
/// # Example
/// `{"document_sha256": "...", "start": 0, "end": 0, "quote": ""}`
///
/// # Use instead
/// the words themselves and where they stand, or no evidence at all.
    QuoteWithoutSpan, "quote-without-span", Error, check
}

fn check(case: &Case, report: &mut Report) {
    for (at, claim) in case.claims.iter().enumerate() {
        let Some(evidence) = &claim.evidence else { continue };
        let pointer = format!("/claims/{at}/evidence");
        if evidence.quote.trim().is_empty() || evidence.start >= evidence.end {
            let found = quoted(format_args!("{}..{}", evidence.start, evidence.end));
            report.add(&pointer, "words and the span where they stand", found, "remove the evidence or complete it");
        }
        let source = case.source(&claim.source);
        if source.is_some_and(|source| source.sha256.as_deref() != Some(evidence.document_sha256.as_str())) {
            let help = "read the source again; the words may have moved since";
            let found = quoted(&evidence.document_sha256);
            report.add(format!("{pointer}/document_sha256"), "the hash of the claim's source", found, help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&QuoteWithoutSpan, &["/claims/0/evidence", "/claims/0/evidence/document_sha256"], |case| {
            let evidence = case.claims[0].evidence.as_mut().unwrap();
            evidence.quote.clear();
            evidence.document_sha256 = "b".repeat(64);
        });
    }
}
