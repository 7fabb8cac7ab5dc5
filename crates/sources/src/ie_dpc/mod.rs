//! The Irish authority: announcements of its decisions, and the decisions themselves.

use fineprint_model::{AuthorityId, Document, SourceKind, Statement};

use crate::info::SourceInfo;
use crate::pattern::{Pattern, group, pattern};
use crate::registry::{Adapter, Plan, undivided};
use crate::structured::{Claims, blocks_without, is_at};

/// How its notices are read.
pub(crate) const ADAPTER: Adapter = Adapter { info: include_str!("source.toml"), recognises, split: undivided, plan };

/// An inquiry's number.
static NUMBER: Pattern = pattern!(r"\b(?P<number>IN-[0-9]{2}-[0-9]{1,2}-[0-9]{1,2})\b");
static ANNOUNCEMENT: Pattern = pattern!(
    r"\A[\s\S]{0,400}?(?:Irish )?Data Protection Commission (?:announces|fines|has (?:fined|announced)|today announced)"
);
static DECISION: Pattern = pattern!(
    r"(?i)\A[\s\S]{0,800}?\b(?:final )?decision of the data protection commission(?:er)?\b[\s\S]{0,400}?\bsection 1[0-9]{2}\b"
);

fn recognises(document: &Document, _: &SourceInfo) -> bool {
    is_at(document, "dataprotection.ie") || ANNOUNCEMENT.is_match(&document.text) || DECISION.is_match(&document.text)
}

fn plan(document: &Document, claims: &mut Claims<'_>) -> Plan {
    if let Some((number, span)) = NUMBER.captures(&document.text).and_then(|found| group(&found, "number", 0)) {
        claims.state(Statement::Reference(number.to_owned()), span, Some(0.9));
    }
    let is_decision = DECISION.is_match(&document.text);
    let kind = if is_decision { SourceKind::OfficialDecision } else { SourceKind::OfficialPressRelease };
    Plan {
        kind,
        authority: AuthorityId::new("ie-dpc").ok(),
        lacks: None,
        url: None,
        states_no_fine: false,
        is_case: false,
        prose: vec![blocks_without(document, |_| false)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn announcements_and_decisions() {
        assert!(ANNOUNCEMENT.is_match("Data Protection Commission announces decision in inquiry into Example Social"));
        assert!(DECISION.is_match("Decision of the Data Protection Commission under section 111 of the Act"));
        assert!(!ANNOUNCEMENT.is_match("The Data Protection Commission was mentioned"));
        assert!(NUMBER.is_match("DPC Inquiry Reference: IN-30-4-2"));
    }
}
