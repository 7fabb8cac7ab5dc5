//! Rule `natural-person-named`.

use crate::case::Case;
use crate::lint::{Report, fields};
use crate::terms::PartyKind;

super::rule! {
/// # What it does
/// reports a party that is a human being and has a name.
///
/// # Why is this bad
/// natural persons are never named here, whatever the source does.
///
/// # Example
/// `{"id": "party-1", "kind": "natural-person", "name": "..."}`
///
/// # Use instead
/// `{"id": "party-1", "kind": "natural-person", "name": {"missing": "not-published"}}`
    NaturalPersonNamed, "natural-person-named", Error, check
}

fn check(case: &Case, report: &mut Report) {
    for (pointer, party) in fields::parties(case) {
        if party.kind.value() != Some(&PartyKind::NaturalPerson) {
            continue;
        }
        // The name itself is not repeated: findings end up in logs.
        let mut named = |field: &str| {
            let help = "remove the name and write `{\"missing\": \"not-published\"}`";
            report.add(format!("{pointer}/{field}"), "no name for a natural person", "a name", help);
        };
        if party.name.value().is_some() {
            named("name");
        }
        if !party.aliases.is_empty() {
            named("aliases");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;
    use crate::stated::Stated;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&NaturalPersonNamed, &["/parties/0/name"], |case| {
            case.parties[0].kind = Stated::Value(PartyKind::NaturalPerson);
        });
    }
}
