//! Rule `dangling-reference`.

use crate::case::Case;
use crate::id::{PartyId, SourceId};
use crate::lint::{Report, quoted};
use crate::vocab::nearest;

super::rule! {
/// # What it does
/// reports a claim, money event, finding, measure or appeal that names a source or party which the record does not have.
///
/// # Why is this bad
/// the value cannot be traced to where it comes from, or counts for nobody.
///
/// # Example
/// `"source": "press-2"` in a record whose only source is `decision`
///
/// # Use instead
/// the id of a source or party of this record.
    DanglingReference, "dangling-reference", Error, check
}

fn check(case: &Case, report: &mut Report) {
    let mut source = |pointer: String, id: Option<&SourceId>| {
        if let Some(id) = id.filter(|id| case.source(id).is_none()) {
            let known = nearest(id.as_str(), case.sources.iter().map(|source| source.id.as_str()));
            report.add(pointer, "the id of a source of this record", quoted(id), hint(known));
        }
    };
    for (at, claim) in case.claims.iter().enumerate() {
        source(format!("/claims/{at}/source"), Some(&claim.source));
    }
    for (at, event) in case.ledger.iter().enumerate() {
        source(format!("/ledger/{at}/source"), event.source.as_ref());
    }
    for (at, appeal) in case.appeals.iter().enumerate() {
        source(format!("/appeals/{at}/source"), appeal.source.as_ref());
    }
    let mut party = |pointer: String, id: Option<&PartyId>| {
        if let Some(id) = id.filter(|id| !case.parties.iter().any(|party| party.id == **id)) {
            let known = nearest(id.as_str(), case.parties.iter().map(|party| party.id.as_str()));
            report.add(pointer, "the id of a party of this record", quoted(id), hint(known));
        }
    };
    for (at, finding) in case.findings.iter().enumerate() {
        party(format!("/findings/{at}/party"), finding.party.as_ref());
    }
    for (at, event) in case.ledger.iter().enumerate() {
        party(format!("/ledger/{at}/party"), event.party.as_ref());
    }
    for (at, measure) in case.measures.iter().enumerate() {
        party(format!("/measures/{at}/party"), measure.party.as_ref());
    }
}

fn hint(known: Option<&str>) -> String {
    known.map_or_else(|| "add it, or name one that is there".to_owned(), |known| format!("did you mean `{known}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&DanglingReference, &["/ledger/0/source", "/findings/0/party"], |case| {
            case.ledger[0].source = Some(SourceId::new("decison").unwrap());
            case.findings[0].party = Some(PartyId::new("shopp").unwrap());
        });
    }
}
