//! Whatever no other source takes: the press, and authorities without a reader of their own.

use fineprint_model::{Document, SourceKind};

use crate::pattern::{Pattern, pattern};
use crate::registry::{Adapter, Plan, undivided};
use crate::structured::{Claims, authority_id, authority_of_host, blocks_without, host};

/// How its notices are read.
pub(crate) const ADAPTER: Adapter =
    Adapter { info: include_str!("source.toml"), recognises: |_, _| true, split: undivided, plan };

/// Formulas that stand in decisions and nowhere else, at the start of a line.
static OPERATIVE: Pattern = pattern!(
    r"(?m)^\s*(?:PAR CES MOTIFS|FOR THESE REASONS|FOR THOSE REASONS|THE COMMISSION DECIDES|POR TODO ELLO|TUTTO CIÒ PREMESSO|MONETARY PENALTY NOTICE|RESUELVE\b|HEEFT BESLOTEN|OM DEZE REDENEN|AUS DIESEN GRÜNDEN)"
);

fn plan(document: &Document, _claims: &mut Claims<'_>) -> Plan {
    let own = host(document).and_then(|host| authority_of_host(&host));
    let kind = if OPERATIVE.is_match(&document.text) {
        SourceKind::OfficialDecision
    } else if own.is_some() {
        SourceKind::OfficialPressRelease
    } else {
        SourceKind::News
    };
    Plan {
        kind,
        authority: own.and_then(authority_id),
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
    fn a_decision_is_told_by_its_formula() {
        assert!(OPERATIVE.is_match("…\nPAR CES MOTIFS\nLa formation restreinte décide"));
        assert!(!OPERATIVE.is_match("The company complained that for these reasons it could not comply."));
    }
}
