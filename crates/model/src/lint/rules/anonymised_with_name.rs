//! Rule `anonymised-with-name`.

use crate::case::Case;
use crate::lint::{Report, fields};
use crate::terms::PartyKind;

super::rule! {
/// # What it does
/// reports a party marked as anonymised that has a name other than a placeholder.
///
/// # Why is this bad
/// either it is named after all, or a name that the authority removed has come back by another door.
///
/// # Example
/// `{"kind": "anonymised", "name": "Example Holding"}`
///
/// # Use instead
/// `{"kind": "anonymised", "name": {"missing": "not-published"}}`, or the right kind.
    AnonymisedWithName, "anonymised-with-name", Error, check
}

fn check(case: &Case, report: &mut Report) {
    for (pointer, party) in fields::parties(case) {
        if party.kind.value() == Some(&PartyKind::Anonymised)
            && party.name.value().is_some_and(|name| !is_placeholder(name))
        {
            let help = "write `{\"missing\": \"not-published\"}`, or say which kind of party it is";
            report.add(format!("{pointer}/name"), "no name, or the authority's placeholder", "a name", help);
        }
    }
}

/// What authorities put in place of a name: "A.A.A.", "Société X", "[...]", "X".
fn is_placeholder(name: &str) -> bool {
    let last = name.split_whitespace().last().unwrap_or_default();
    let letters = last.chars().filter(|c| c.is_alphabetic()).collect::<Vec<_>>();
    let one_letter = letters.windows(2).all(|pair| pair[0] == pair[1]);
    name.contains(['[', '…', '*']) || name.contains("...") || (one_letter && letters.iter().all(|c| c.is_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;
    use crate::stated::Stated;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&AnonymisedWithName, &["/parties/0/name"], |case| {
            case.parties[0].kind = Stated::Value(PartyKind::Anonymised);
        });
        for (name, placeholder) in
            [("A.A.A.", true), ("Société X", true), ("[...]", true), ("XXX", true), ("Shop", false), ("IKEA", false)]
        {
            assert_eq!(is_placeholder(name), placeholder, "{name}");
        }
    }
}
