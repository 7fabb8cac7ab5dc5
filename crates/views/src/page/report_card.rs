//! What can be known of an authority's decisions: how complete the records are, and how long publication takes. Of data, not of
//! virtue.

use fineprint_model::Case;
use fineprint_model::report::{self, Card};

use crate::format::{count, number, percent};

/// A line of the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) label: &'static str,
    pub(crate) value: String,
    pub(crate) note: String,
}

/// The fields on an authority's card; the report on the whole collection has them all.
const FIELDS: [&str; 8] =
    ["official_link", "party", "fine", "decided_on", "published_on", "findings", "affected_people", "turnover"];

/// The card of an authority's cases.
pub(crate) fn marks(cases: &[&Case]) -> Vec<Mark> {
    let card = Card::of(cases.iter().copied());
    let mut marks: Vec<Mark> = FIELDS
        .iter()
        .filter_map(|name| {
            let fill = card.fill(name)?;
            Some(Mark {
                label: report::field(name)?.label,
                value: fill.filled_share().map_or_else(|| "does not apply".to_owned(), percent),
                note: format!("{} of {}", number(fill.filled), number(fill.applicable())),
            })
        })
        .collect();
    let appealed = cases.iter().filter(|case| !case.appeals.is_empty()).count();
    marks.push(Mark {
        label: "Known to have been appealed",
        value: number(appealed),
        note: format!("of {}", number(cases.len())),
    });
    marks.extend(card.lag.median_days.and_then(|days| {
        Some(Mark {
            label: "From decision to publication, median",
            value: count(usize::try_from(days).ok()?, "day", "days"),
            note: format!("{} with both days known", count(card.lag.cases, "case", "cases")),
        })
    }));
    marks
}
