//! Rule `id-not-from-authority`.

use crate::case::Case;
use crate::id::{MAX_ID_BYTES, slugify};
use crate::lint::{Report, quoted};

super::rule! {
/// # What it does
/// reports an id that does not begin with the authority, or that neither itself nor by an alias is the
/// authority and its reference.
///
/// # Why is this bad
/// the id is the address of the case; whoever knows the reference must be able to guess it.
///
/// # Example
/// `"id": "cnil-dedalus", "authority": "fr-cnil", "reference": "SAN-2022-009"`
///
/// # Use instead
/// `"id": "fr-cnil-san-2022-009"`; where the id is in use already, keep it and add this one to `aliases`.
    IdNotFromAuthority, "id-not-from-authority", Error, check
}

/// A leading word of a reference that is at least this long is a word, not the name of a series.
const MIN_WORD_BYTES: usize = 6;

fn check(case: &Case, report: &mut Report) {
    let prefix = format!("{}-", case.authority);
    if !case.id.as_str().starts_with(&prefix) {
        let help = "ids are the authority and its reference, else its year and a counter";
        report.add("/id", format!("an id that begins with `{prefix}`"), quoted(&case.id), help);
        return;
    }
    let Some(reference) = case.reference.value().and_then(|reference| slugify(reference)) else { return };
    let mut expected = format!("{prefix}{reference}");
    expected.truncate(MAX_ID_BYTES);
    let expected = expected.trim_end_matches('-');
    // "Deliberação 2021/1569" and "2021/1569" are one reference, so a leading word may be left out; a series as
    // in "SAN-2022-009" may not.
    let word = expected[prefix.len()..].split_once('-').filter(|(word, _)| word.len() >= MIN_WORD_BYTES);
    let is_tail = word.is_some_and(|(word, rest)| {
        word.bytes().all(|b| b.is_ascii_lowercase()) && case.id.as_str().strip_prefix(&prefix) == Some(rest)
    });
    if case.id.as_str() != expected && !is_tail && !case.aliases.iter().any(|alias| alias.as_str() == expected) {
        let help = format!("never re-key a published id: add `{expected}` to `aliases`");
        report.add("/id", quoted(expected), quoted(&case.id), help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::CaseId;
    use crate::lint::fixture::{assert_reports, check as check_rule, good as good_case};

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&IdNotFromAuthority, &["/id"], |case| case.id = CaseId::new("gb-ico-1").unwrap());
        assert_reports(&IdNotFromAuthority, &["/id"], |case| case.id = CaseId::new("fr-cnil-2030-001").unwrap());
        let mut aliased = good_case();
        aliased.aliases = vec![aliased.id.clone()];
        aliased.id = CaseId::new("fr-cnil-2030-001").unwrap();
        assert_eq!(check_rule(&IdNotFromAuthority, &aliased), []);
    }
}
