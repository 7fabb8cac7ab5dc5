//! What was found against what was expected, field by field.

use std::collections::{BTreeMap, BTreeSet};

use fineprint_model::resolve::party_key;
use serde::{Deserialize, Serialize};

use crate::answer::{Answer, Found};
use crate::gold::Expected;
use crate::tally::Tally;

/// A field that is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Who decided.
    Authority,
    /// Whom it concerns.
    Parties,
    /// The total fine: amount and currency.
    Fines,
    /// What the decision comes to, as one word.
    Outcome,
    /// Provisions found violated, as far as the article.
    LegalRefs,
    /// Provisions found violated, to the last letter.
    LegalRefsFull,
    /// People or records affected.
    Affected,
    /// When the authority decided.
    DecisionDate,
    /// When it was published.
    PublicationDate,
    /// The authority's number.
    CaseRef,
}

impl Field {
    /// Every field, in the order of reports.
    pub const ALL: [Self; 10] = [
        Self::Authority,
        Self::Parties,
        Self::Fines,
        Self::Outcome,
        Self::LegalRefs,
        Self::LegalRefsFull,
        Self::Affected,
        Self::DecisionDate,
        Self::PublicationDate,
        Self::CaseRef,
    ];

    /// The name in reports, as the annotations spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authority => "authority",
            Self::Parties => "parties",
            Self::Fines => "fines",
            Self::Outcome => "outcome",
            Self::LegalRefs => "legal_refs",
            Self::LegalRefsFull => "legal_refs_full",
            Self::Affected => "affected",
            Self::DecisionDate => "decision_date",
            Self::PublicationDate => "publication_date",
            Self::CaseRef => "case_ref",
        }
    }
}

/// One field of one document, marked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mark {
    /// Found and expected, with their confidence.
    pub right: Vec<Found>,
    /// Found and neither expected nor tolerated.
    pub wrong: Vec<Found>,
    /// Expected and not found.
    pub missed: Vec<String>,
}

impl Mark {
    /// The counts.
    pub fn tally(&self) -> Tally {
        Tally { right: self.right.len(), wrong: self.wrong.len(), missed: self.missed.len() }
    }
}

/// Marks every field that is annotated.
pub(crate) fn mark(answer: &Answer, expected: &BTreeMap<Field, Expected>) -> BTreeMap<Field, Mark> {
    let mark_field = |(field, expected): (&Field, &Expected)| {
        let found = answer.of(*field);
        let mark = match field {
            Field::Parties => against(found, expected, is_same_name),
            Field::CaseRef => against(found, expected, |found, wanted| number_key(&found.value) == number_key(wanted)),
            _ => against(found, expected, |found, wanted| found.value == wanted),
        };
        (*field, mark)
    };
    expected.iter().map(mark_field).collect()
}

/// Each expected value is found once at most; what is found and tolerated counts neither way.
fn against(found: &[Found], expected: &Expected, is_same: impl Fn(&Found, &str) -> bool) -> Mark {
    let mut mark = Mark::default();
    let mut open: BTreeSet<&String> = expected.values.iter().collect();
    for one in found {
        if let Some(hit) = expected.values.iter().find(|wanted| is_same(one, wanted)) {
            // The same value in two spellings is right once and wrong never.
            if open.remove(hit) {
                mark.right.push(one.clone());
            }
        } else if let Some(instead) = expected.instead.iter().find(|other| is_same(one, other))
            && let Some(hit) = expected.values.first()
        {
            // As good as the expected one, and stands for it.
            if open.remove(hit) {
                mark.right.push(Found { value: instead.clone(), ..one.clone() });
            }
        } else if !expected.tolerated.iter().any(|other| is_same(one, other)) {
            mark.wrong.push(one.clone());
        }
    }
    mark.missed = open.into_iter().cloned().collect();
    mark
}

/// Same name without legal form, or one contained in the other word by word.
fn is_same_name(found: &Found, wanted: &str) -> bool {
    let wanted = format!("-{}-", party_key(wanted));
    std::iter::once(&found.value).chain(&found.aliases).any(|name| {
        let name = format!("-{}-", party_key(name));
        name.len() > 3 && wanted.len() > 3 && (name.contains(&wanted) || wanted.contains(&name))
    })
}

/// A case number without what writers vary: case, spaces, strokes.
pub(crate) fn number_key(number: &str) -> String {
    number.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What kind of error a mark shows, in a few words; `None` where it shows none.
pub(crate) fn class(field: Field, mark: &Mark, expected: &Expected) -> Option<&'static str> {
    let wrong = mark.wrong.first();
    Some(match (wrong, mark.missed.first()) {
        (None, None) => return None,
        (None, Some(_)) if mark.right.is_empty() => "not found",
        (None, Some(_)) => "part not found",
        (Some(wrong), _) if expected.mentioned.contains(&wrong.value) => "another figure of the text",
        (Some(_), None) if expected.values.is_empty() => "none expected",
        (Some(_), None) => "one too many",
        (Some(wrong), Some(missed)) => match field {
            Field::Fines if unit(&wrong.value) != unit(missed) => "another currency",
            Field::LegalRefsFull if is_within(&wrong.value, missed) => "too fine",
            Field::LegalRefsFull if is_within(missed, &wrong.value) => "too coarse",
            Field::DecisionDate | Field::PublicationDate if missed.starts_with(wrong.value.as_str()) => "too coarse",
            _ => "another value",
        },
    })
}

fn unit(amount: &str) -> &str {
    amount.split(' ').next().unwrap_or_default()
}

fn is_within(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(value: &str) -> Found {
        Found { value: value.to_owned(), confidence: Some(0.8), aliases: Vec::new() }
    }

    fn expected(values: &[&str]) -> Expected {
        Expected { values: values.iter().map(ToString::to_string).collect(), ..Expected::default() }
    }

    fn counts(mark: &Mark) -> (usize, usize, usize) {
        (mark.right.len(), mark.wrong.len(), mark.missed.len())
    }

    #[test]
    fn names_meet_without_form_and_as_part_of_a_longer_one() {
        for (name, wanted, is_same) in [
            ("Example Bank", "Example Bank S.A.", true),
            ("Example", "Example Retail Group Ltd", true),
            ("EXAMPLE GmbH", "Example", true),
            ("Example Nord", "Example Süd", false),
            ("A", "B A", false), // too short to say anything
        ] {
            assert_eq!(is_same_name(&found(name), wanted), is_same, "{name} / {wanted}");
        }
        let also = Found { aliases: vec!["Beispiel AG".into()], ..found("Example Holding") };
        assert!(is_same_name(&also, "Beispiel"), "what the notice calls it");
    }

    #[test]
    fn tolerated_values_count_neither_way_and_instead_counts_as_right() {
        let both = Expected { tolerated: ["gdpr/13".to_owned()].into(), ..expected(&["gdpr/5", "gdpr/6"]) };
        let same = |found: &Found, wanted: &str| found.value == wanted;
        let list = [found("gdpr/5"), found("gdpr/13"), found("gdpr/32")];
        assert_eq!(counts(&against(&list, &both, same)), (1, 1, 1));
        let order = Expected { instead: ["order".to_owned()].into(), ..expected(&["fine"]) };
        assert_eq!(counts(&against(&[found("order")], &order, same)), (1, 0, 0));
        assert_eq!(counts(&against(&[found("closed")], &order, same)), (0, 1, 1));
        assert_eq!(counts(&against(&[], &Expected::default(), same)), (0, 0, 0));
    }

    #[test]
    fn case_numbers_meet_however_they_are_written() {
        assert_eq!(number_key("PS/00065/2021"), number_key("ps-00065-2021"));
        assert_ne!(number_key("PS/00065/2021"), number_key("PS/00066/2021"));
    }

    #[test]
    fn errors_have_a_class() {
        let mark = |wrong: &[&str], missed: &[&str]| Mark {
            right: Vec::new(),
            wrong: wrong.iter().map(|value| found(value)).collect(),
            missed: missed.iter().map(ToString::to_string).collect(),
        };
        let plain = expected(&["EUR 5"]);
        let with_parts = Expected { mentioned: ["EUR 3".to_owned()].into(), ..plain.clone() };
        for (field, mark, expected, class_) in [
            (Field::Fines, mark(&[], &["EUR 5"]), &plain, Some("not found")),
            (Field::Fines, mark(&["EUR 3"], &["EUR 5"]), &with_parts, Some("another figure of the text")),
            (Field::Fines, mark(&["USD 5"], &["EUR 5"]), &plain, Some("another currency")),
            (Field::Fines, mark(&["EUR 9"], &[]), &Expected::default(), Some("none expected")),
            (Field::LegalRefsFull, mark(&["gdpr/5/1"], &["gdpr/5"]), &plain, Some("too fine")),
            (Field::LegalRefsFull, mark(&["gdpr/5"], &["gdpr/5/1"]), &plain, Some("too coarse")),
            (Field::Outcome, mark(&[], &[]), &plain, None),
        ] {
            assert_eq!(class(field, &mark, expected), class_, "{field:?} {mark:?}");
        }
    }
}
