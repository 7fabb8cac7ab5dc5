//! What can be known of an authority's decisions: how complete the records are, and how long publication takes. Of data, not of
//! virtue.

use fineprint_model::{Basis, Case, FindingKind, Fine, PartialDate};

use crate::format::{count, number, percent};

/// A line of the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) label: &'static str,
    pub(crate) value: String,
    pub(crate) note: String,
}

/// The card of an authority's cases.
pub(crate) fn marks(cases: &[&Case]) -> Vec<Mark> {
    let all = cases.len();
    let share = |label, of: usize, with: usize| Mark {
        label,
        value: if of == 0 { "none".to_owned() } else { ratio(with, of) },
        note: format!("{} of {}", number(with), number(of)),
    };
    let counted = |wanted: &dyn Fn(&Case) -> bool| cases.iter().filter(|case| wanted(case)).count();
    let fined = counted(&|case| case.fine(Basis::Imposed) != Fine::None);
    let respondents: Vec<_> = cases.iter().flat_map(|case| case.respondents()).collect();
    let named = respondents.iter().filter(|party| party.name.value().is_some()).count();
    let exact = |date: &fineprint_model::Stated<PartialDate>| date.value().is_some_and(|date| date.is_exact());
    let mut marks = vec![
        share(
            "With an official publication",
            all,
            counted(&|case| case.sources.iter().any(|source| source.kind.is_official())),
        ),
        share("Respondents named", respondents.len(), named),
        share("Amount of the fine known", fined, counted(&|case| matches!(case.fine(Basis::Imposed), Fine::Amount(_)))),
        share("Day of the decision known", all, counted(&|case| exact(&case.decided_on))),
        share("Provisions known", all, counted(&|case| case.provisions(FindingKind::Violated).next().is_some())),
        share("Number of people affected known", all, counted(&|case| case.affected_people.value().is_some())),
        share(
            "Turnover or its share known",
            all,
            counted(&|case| case.turnover.value().is_some() || case.turnover_share.value().is_some()),
        ),
        share("Known to have been appealed", all, counted(&|case| !case.appeals.is_empty())),
    ];
    marks.extend(lag(cases));
    marks
}

/// Days from decision to publication, where both are known to the day.
fn lag(cases: &[&Case]) -> Option<Mark> {
    let mut days: Vec<i64> = cases
        .iter()
        .filter_map(|case| {
            let (decided, published) = (case.decided_on.value()?, case.published_on.value()?);
            (decided.is_exact() && published.is_exact())
                .then(|| (published.first_day() - decided.first_day()).num_days())
        })
        .filter(|days| *days >= 0)
        .collect();
    days.sort_unstable();
    let median = *days.get(days.len().checked_sub(1)? / 2)?;
    Some(Mark {
        label: "From decision to publication, median",
        value: count(usize::try_from(median).ok()?, "day", "days"),
        note: format!("{} with both days known; the lower of two middle ones", count(days.len(), "case", "cases")),
    })
}

#[expect(clippy::cast_precision_loss, reason = "a share for people")]
fn ratio(part: usize, whole: usize) -> String {
    percent(part as f64 / whole.max(1) as f64)
}
