//! The report card: how complete the records are, field by field and authority by authority.
//!
//! A number without its gaps misleads, so every rate here carries what it is a rate of. What a field lacks is told in
//! the record's own words ([`Missing`]): silent sources, a question that does not arise, a value withheld, nobody looked.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::case::Case;
use crate::id::AuthorityId;
use crate::ledger::{Basis, Fine};
use crate::links::{is_front_page, official};
use crate::lint::{self, Severity};
use crate::stated::{Missing, Stated};
use crate::terms::{MeasureKind, PartyKind};

/// A field whose completeness is reported.
pub struct Field {
    /// Its name, as in `decided_on`.
    pub name: &'static str,
    /// What it says, for people.
    pub label: &'static str,
    /// Why a record lacks it; `None` where it has it.
    missing: fn(&Case) -> Option<Missing>,
}

/// Every field that is reported, in the order of reports.
pub const FIELDS: [Field; 18] = [
    Field { name: "official_link", label: "Official address", missing: official_link },
    Field { name: "reference", label: "The authority's number", missing: |case| case.reference.missing() },
    Field { name: "summary", label: "Summary", missing: |case| absent(case.summary.is_none()) },
    Field { name: "party", label: "Respondent's name", missing: party },
    Field { name: "role", label: "Respondent's role", missing: |case| main_party(case, |party| party.role.missing()) },
    Field {
        name: "sector",
        label: "Sector",
        missing: |case| main_party(case, |party| absent(party.sectors.is_empty())),
    },
    Field { name: "opened_on", label: "Opened", missing: |case| case.opened_on.missing() },
    Field { name: "decided_on", label: "Decided", missing: |case| case.decided_on.missing() },
    Field { name: "published_on", label: "Published", missing: |case| case.published_on.missing() },
    Field { name: "trigger", label: "What set it off", missing: |case| case.trigger.missing() },
    Field { name: "outcome", label: "Outcome", missing: |case| case.outcome.missing() },
    Field { name: "fine", label: "Amount of the fine", missing: fine },
    Field { name: "findings", label: "Provisions examined", missing: |case| absent(case.findings.is_empty()) },
    Field { name: "measures", label: "Measures", missing: measures },
    Field { name: "affected_people", label: "People affected", missing: |case| case.affected_people.missing() },
    Field { name: "data_categories", label: "Kinds of data", missing: |case| absent(case.data_categories.is_empty()) },
    Field { name: "turnover", label: "Turnover", missing: turnover },
    Field { name: "factors", label: "Factors of the fine", missing: factors },
];

/// The field of that name.
pub fn field(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.name == name)
}

/// A list that a record can lack only because nobody looked.
fn absent(is_empty: bool) -> Option<Missing> {
    is_empty.then_some(Missing::NotExtracted)
}

fn main_party(case: &Case, missing: fn(&crate::Party) -> Option<Missing>) -> Option<Missing> {
    case.respondents().next().map_or(Some(Missing::NotExtracted), missing)
}

/// A person has no name here by policy, and a party that the authority made anonymous has none to give.
fn party(case: &Case) -> Option<Missing> {
    main_party(case, |party| match (party.name.missing(), party.kind.value()) {
        (None, _) => None,
        (Some(_), Some(PartyKind::NaturalPerson)) => Some(Missing::NotApplicable),
        (Some(_), Some(PartyKind::Anonymised)) => Some(Missing::NotPublished),
        (missing, _) => missing,
    })
}

fn is_fined(case: &Case) -> bool {
    !case.ledger.is_empty() || case.measures.iter().any(|measure| measure.kind == MeasureKind::Fine)
}

fn fine(case: &Case) -> Option<Missing> {
    if !is_fined(case) {
        return Some(Missing::NotApplicable);
    }
    let stated = case.ledger.iter().map(|event| &event.amount);
    if case.fine(Basis::Imposed) == Fine::Unknown || case.ledger.is_empty() {
        return Some(stated.filter_map(Stated::missing).next().unwrap_or_default());
    }
    None
}

/// The turnover matters where a fine was set; a public body has none.
fn turnover(case: &Case) -> Option<Missing> {
    let is_public = case.respondents().next().is_some_and(|party| party.kind.value() == Some(&PartyKind::PublicBody));
    if case.turnover.value().is_none() && (is_public || !is_fined(case)) {
        return Some(Missing::NotApplicable);
    }
    case.turnover.missing()
}

fn factors(case: &Case) -> Option<Missing> {
    match (case.factors.is_empty(), is_fined(case)) {
        (false, _) => None,
        (true, true) => Some(Missing::NotExtracted),
        (true, false) => Some(Missing::NotApplicable),
    }
}

/// A case that ended without a finding against anybody has nothing to measure.
fn measures(case: &Case) -> Option<Missing> {
    use crate::terms::Outcome;
    let has_none = matches!(
        case.outcome.value(),
        Some(Outcome::NoViolation | Outcome::RejectedComplaint | Outcome::Inadmissible | Outcome::Discontinued)
    );
    match (case.measures.is_empty(), has_none) {
        (false, _) => None,
        (true, true) => Some(Missing::NotApplicable),
        (true, false) => Some(Missing::NotExtracted),
    }
}

fn official_link(case: &Case) -> Option<Missing> {
    official(case).next().is_none().then_some(Missing::Unknown)
}

/// How often a field has a value, and why not where it has none. The five add up to the number of cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Fill {
    /// Has a value.
    pub filled: usize,
    /// The sources are silent.
    pub unknown: usize,
    /// The authority withheld it.
    pub not_published: usize,
    /// The question does not arise.
    pub not_applicable: usize,
    /// Nobody has looked yet.
    pub not_extracted: usize,
}

impl Fill {
    fn add(&mut self, missing: Option<Missing>) {
        *match missing {
            None => &mut self.filled,
            Some(Missing::Unknown) => &mut self.unknown,
            Some(Missing::NotPublished) => &mut self.not_published,
            Some(Missing::NotApplicable) => &mut self.not_applicable,
            Some(Missing::NotExtracted) => &mut self.not_extracted,
        } += 1;
    }

    /// Cases in which the field could have a value.
    pub fn applicable(self) -> usize {
        self.filled + self.unknown + self.not_published + self.not_extracted
    }

    /// The share, 0 to 1, of the applicable cases in which the field has a value; `None` where it applies to none.
    pub fn filled_share(self) -> Option<f64> {
        share(self.filled, self.applicable())
    }

    /// The share, 0 to 1, of the applicable cases in which we do not know the value: silent sources and those not looked
    /// at. What an authority withheld is known not to be had. `None` where the field applies to no case.
    pub fn unknown_share(self) -> Option<f64> {
        share(self.unknown + self.not_extracted, self.applicable())
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of cases stay far below 2^52")]
fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// A field and how often it is filled.
#[derive(Debug, Clone, Serialize)]
pub struct FieldReport {
    /// The field, one of [`FIELDS`].
    pub field: &'static str,
    /// How often it has a value.
    #[serde(flatten)]
    pub fill: Fill,
}

/// What a set of cases rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Links {
    /// Without any official address.
    pub without_official: usize,
    /// Whose official addresses all lead to a site's front page, where a reader has to search on.
    pub portal_only: usize,
    /// With publications of at least two publishers.
    pub second_source: usize,
}

/// Days from decision to publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Lag {
    /// Cases in which both days are known exactly.
    pub cases: usize,
    /// The middle one, rounded down between two; `None` without cases.
    pub median_days: Option<i64>,
    /// The longest; `None` without cases.
    pub longest_days: Option<i64>,
}

/// Cases of a year and how many were fined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Year {
    /// The year of decision, else of publication; `None` for cases without either.
    pub year: Option<i32>,
    /// Cases.
    pub cases: usize,
    /// Of these, with a fine imposed or proposed.
    pub fined: usize,
    /// Of these, with an amount that is not known.
    pub amount_unknown: usize,
}

/// What lint has to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Lint {
    /// Findings that must be mended.
    pub errors: usize,
    /// Findings that a person should look at.
    pub warnings: usize,
}

/// The report card of a set of cases.
#[derive(Debug, Clone, Serialize)]
pub struct Card {
    /// How many cases.
    pub cases: usize,
    /// Every field of [`FIELDS`], in that order.
    pub fields: Vec<FieldReport>,
    /// What they rest on.
    pub links: Links,
    /// Decision to publication.
    pub lag: Lag,
}

impl Card {
    /// The card of a set of cases.
    pub fn of<'a>(cases: impl IntoIterator<Item = &'a Case>) -> Self {
        let mut fills = [Fill::default(); FIELDS.len()];
        let mut card = Self { cases: 0, fields: Vec::new(), links: Links::default(), lag: Lag::default() };
        let mut lags = Vec::new();
        for case in cases {
            card.cases += 1;
            for (fill, field) in fills.iter_mut().zip(&FIELDS) {
                fill.add((field.missing)(case));
            }
            card.links.add(case);
            lags.extend(lag(case));
        }
        card.fields = FIELDS.iter().zip(fills).map(|(field, fill)| FieldReport { field: field.name, fill }).collect();
        card.lag = Lag::of(lags);
        card
    }

    /// How often a field is filled; `None` for a name that is not in [`FIELDS`].
    pub fn fill(&self, field: &str) -> Option<Fill> {
        self.fields.iter().find(|report| report.field == field).map(|report| report.fill)
    }
}

impl Links {
    fn add(&mut self, case: &Case) {
        let official: Vec<&str> = official(case).collect();
        self.without_official += usize::from(official.is_empty());
        self.portal_only += usize::from(!official.is_empty() && official.iter().all(|url| is_front_page(url)));
        let publishers: BTreeSet<&str> = case.sources.iter().filter_map(|source| source.publisher.as_deref()).collect();
        self.second_source += usize::from(publishers.len() > 1);
    }
}

/// Days from decision to publication, where both are known to the day and in that order.
fn lag(case: &Case) -> Option<i64> {
    let decided = case.decided_on.value().filter(|date| date.is_exact())?;
    let published = case.published_on.value().filter(|date| date.is_exact())?;
    let days = (published.first_day() - decided.first_day()).num_days();
    (days >= 0).then_some(days)
}

impl Lag {
    fn of(mut days: Vec<i64>) -> Self {
        days.sort_unstable();
        let middle = days.len() / 2;
        let median_days = match days.len() {
            0 => None,
            n if n % 2 == 1 => days.get(middle).copied(),
            _ => days.get(middle - 1..=middle).map(|pair| pair.iter().sum::<i64>() / 2),
        };
        Self { cases: days.len(), median_days, longest_days: days.last().copied() }
    }
}

impl Lint {
    fn add(&mut self, other: Self) {
        self.errors += other.errors;
        self.warnings += other.warnings;
    }

    fn of(case: &Case) -> Self {
        let mut counts = Self::default();
        for finding in lint::lint(case) {
            match finding.severity {
                Severity::Error => counts.errors += 1,
                Severity::Warning => counts.warnings += 1,
            }
        }
        counts
    }
}

/// The card of an authority.
#[derive(Debug, Clone, Serialize)]
pub struct AuthorityCard {
    /// The authority.
    pub authority: AuthorityId,
    /// Its cases' card.
    #[serde(flatten)]
    pub card: Card,
    /// What lint says of its records.
    pub lint: Lint,
}

/// The report on a set of cases: the whole, each authority, each year.
#[derive(Debug, Clone, Serialize)]
pub struct ReportCard {
    /// All cases together.
    pub all: Card,
    /// What lint says of all records.
    pub lint: Lint,
    /// Each authority, by id.
    pub authorities: Vec<AuthorityCard>,
    /// Each year, oldest first, cases without a year last.
    pub years: Vec<Year>,
}

impl ReportCard {
    /// The report on the active records among the cases.
    pub fn of<'a>(cases: impl IntoIterator<Item = &'a Case>) -> Self {
        let cases: Vec<&Case> = cases.into_iter().filter(|case| case.record.is_active()).collect();
        let mut by_authority: BTreeMap<&AuthorityId, Vec<&Case>> = BTreeMap::new();
        let mut by_year: BTreeMap<(bool, Option<i32>), Year> = BTreeMap::new();
        for case in &cases {
            by_authority.entry(&case.authority).or_default().push(case);
            let year = case.dated().map(crate::PartialDate::get_year);
            let row =
                by_year.entry((year.is_none(), year)).or_insert(Year { year, cases: 0, fined: 0, amount_unknown: 0 });
            row.cases += 1;
            row.fined += usize::from(is_fined(case));
            row.amount_unknown += usize::from(is_fined(case) && fine(case).is_some());
        }
        let authorities: Vec<AuthorityCard> = by_authority
            .into_iter()
            .map(|(authority, cases)| {
                let mut lint = Lint::default();
                cases.iter().for_each(|case| lint.add(Lint::of(case)));
                AuthorityCard { authority: authority.clone(), card: Card::of(cases), lint }
            })
            .collect();
        let mut lint = Lint::default();
        authorities.iter().for_each(|row| lint.add(row.lint));
        Self { all: Card::of(cases.iter().copied()), lint, authorities, years: by_year.into_values().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::good;

    fn fill(case: &Case, name: &str) -> Fill {
        Card::of([case]).fill(name).unwrap()
    }

    #[test]
    fn a_full_record_lacks_nothing() {
        let card = Card::of([&good()]);
        for FieldReport { field, fill } in &card.fields {
            // The fixture states neither a trigger nor kinds of data.
            let expected = usize::from(!matches!(*field, "trigger" | "data_categories"));
            assert_eq!(fill.filled, expected, "{field}");
        }
        assert_eq!(ReportCard::of([&good()]).lint, Lint::default());
    }

    #[test]
    fn the_five_states_add_up_and_stay_apart() {
        let mut reprimand = good();
        reprimand.ledger.clear();
        reprimand.measures.clear();
        reprimand.factors.clear();
        reprimand.turnover = Stated::default();
        let card = Card::of([&reprimand, &good()]);
        for report in &card.fields {
            assert_eq!(report.fill.applicable() + report.fill.not_applicable, 2, "{}", report.field);
        }
        assert_eq!(card.fill("fine").unwrap(), Fill { filled: 1, not_applicable: 1, ..Fill::default() });
        assert_eq!(card.fill("turnover").unwrap().applicable(), 1);
        assert_eq!(card.fill("measures").unwrap().not_extracted, 1);
    }

    #[test]
    fn an_amount_that_is_withheld_is_not_one_that_nobody_knows() {
        let mut case = good();
        case.ledger[0].amount = Stated::Missing(Missing::NotPublished);
        assert_eq!(fill(&case, "fine").not_published, 1);
        assert_eq!(fill(&case, "fine").unknown_share(), Some(0.0));
        case.ledger.clear();
        assert_eq!(fill(&case, "fine").not_extracted, 1, "a fine without a ledger");
        assert_eq!(fill(&case, "fine").unknown_share(), Some(1.0));
    }

    #[test]
    fn nobody_expects_the_name_of_a_person() {
        let mut case = good();
        case.parties[0].name = Stated::default();
        assert_eq!(fill(&case, "party").not_extracted, 1);
        case.parties[0].kind = Stated::Value(PartyKind::NaturalPerson);
        assert_eq!(fill(&case, "party").not_applicable, 1);
        case.parties[0].kind = Stated::Value(PartyKind::Anonymised);
        assert_eq!(fill(&case, "party").not_published, 1);
    }

    #[test]
    fn medians_fall_between_two() {
        assert_eq!(Lag::of(vec![]), Lag::default());
        assert_eq!(Lag::of(vec![9, 1, 4]).median_days, Some(4));
        assert_eq!(Lag::of(vec![10, 1, 4, 5]), Lag { cases: 4, median_days: Some(4), longest_days: Some(10) });
    }

    #[test]
    fn years_without_a_date_come_last_and_withdrawn_records_not_at_all() {
        let mut undated = good();
        (undated.decided_on, undated.published_on) = (Stated::default(), Stated::default());
        let mut withdrawn = good();
        withdrawn.record =
            crate::RecordState::Withdrawn { on: "2031".parse().unwrap(), reason: "entered twice".into() };
        let report = ReportCard::of([&undated, &good(), &withdrawn]);
        assert_eq!(report.all.cases, 2);
        assert_eq!(report.years.iter().map(|row| row.year).collect::<Vec<_>>(), [Some(2030), None]);
        assert_eq!(report.authorities.len(), 1);
    }
}
