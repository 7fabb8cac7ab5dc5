//! Rule `duplicate-member`.

use std::collections::BTreeSet;

use crate::case::Case;
use crate::lint::{Report, quoted};

super::rule! {
/// # What it does
/// reports a member of a list that is there twice: a source or party id, an alias, a finding of one provision for
/// one party, a measure, a money event.
///
/// # Why is this bad
/// it is counted twice, and of two ids that are the same one is never reached.
///
/// # Example
/// two findings `{"provision": "gdpr/32", "finding": "violated"}`
///
/// # Use instead
/// one, with the violation types of both.
    DuplicateMember, "duplicate-member", Error, check
}

fn check(case: &Case, report: &mut Report) {
    let mut list = |name: &str, keys: &mut dyn Iterator<Item = String>| {
        let mut seen = BTreeSet::new();
        for (at, key) in keys.enumerate() {
            if !seen.insert(key.clone()) {
                report.add(format!("/{name}/{at}"), "each member once", quoted(key), "merge the two");
            }
        }
    };
    // The id itself counts as taken among the aliases.
    let ids = std::iter::once(&case.id).chain(&case.aliases);
    list("aliases", &mut ids.map(ToString::to_string));
    list("parties", &mut case.parties.iter().map(|party| party.id.to_string()));
    list("sources", &mut case.sources.iter().map(|source| source.id.to_string()));
    list("contexts", &mut case.contexts.iter().cloned());
    list("data_categories", &mut case.data_categories.iter().cloned());
    list(
        "findings",
        &mut case.findings.iter().map(|finding| {
            let party = finding.party.as_ref().map(|party| format!(" for {party}")).unwrap_or_default();
            format!("{} {}{party}", finding.finding, finding.provision)
        }),
    );
    list("measures", &mut case.measures.iter().map(|measure| format!("{measure:?}")));
    list("ledger", &mut case.ledger.iter().map(|event| format!("{event:?}")));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&DuplicateMember, &["/aliases/1", "/sources/1", "/findings/2"], |case| {
            case.aliases.push(case.id.clone());
            case.sources.push(case.sources[0].clone());
            case.findings.push(case.findings[0].clone());
        });
    }
}
