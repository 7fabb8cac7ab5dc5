//! The report card of the collection: how much of each field is filled, and what is missing and why.

use askama::Template;
use fineprint_model::Case;
use fineprint_model::report::{self, Card, Fill, ReportCard};

use super::{Alternate, Anchor, Page, Site, render};
use crate::error::Result;
use crate::format::{count, number, percent};
use crate::label;
use crate::link::Topic;
use crate::machine::json_ld;

struct FieldRow {
    label: &'static str,
    share: String,
    /// Filled, unknown, not looked at, not published, does not apply.
    counts: [String; 5],
}

struct AuthorityRow {
    authority: Anchor,
    cases: String,
    shares: Vec<String>,
    second_source: String,
    lag: String,
}

struct YearRow {
    year: String,
    cases: String,
    fined: String,
    amount_unknown: String,
}

#[derive(Template)]
#[template(path = "report.html")]
struct Report<'a> {
    page: Page<'a>,
    cases: String,
    fields: Vec<FieldRow>,
    columns: Vec<&'static str>,
    authorities: Vec<AuthorityRow>,
    years: Vec<YearRow>,
    /// Sentences on addresses, second sources, delay and lint.
    notes: Vec<String>,
}

/// The fields beside each authority: those that differ between authorities and that people ask for.
const COLUMNS: [&str; 6] = ["party", "decided_on", "published_on", "fine", "affected_people", "turnover"];

/// How complete the records are, by field, authority and year.
///
/// # Errors
/// Where the template does not render.
pub fn report(site: &Site, cases: &[Case]) -> Result<String> {
    let mut page = Page::new(
        site,
        "report/",
        "Report card",
        "How much of each field is filled, what is missing and why, by authority and year.",
    );
    page.json_ld = Some(json_ld::breadcrumbs(&page));
    page.alternates.push(Alternate { kind: "text/csv", text: "CSV", href: "report/authorities.csv".to_owned() });
    let card = ReportCard::of(cases);
    let view = Report {
        cases: count(card.all.cases, "case", "cases"),
        fields: card.all.fields.iter().filter_map(|row| field_row(row.field, row.fill)).collect(),
        columns: COLUMNS.iter().filter_map(|name| report::field(name)).map(|field| field.label).collect(),
        authorities: card.authorities.iter().map(authority_row).collect(),
        years: card
            .years
            .iter()
            .map(|row| YearRow {
                year: row.year.map_or_else(|| "not dated".to_owned(), |year| year.to_string()),
                cases: number(row.cases),
                fined: number(row.fined),
                amount_unknown: number(row.amount_unknown),
            })
            .collect(),
        notes: notes(&card),
        page,
    };
    render(&view, "report/")
}

fn field_row(name: &str, fill: Fill) -> Option<FieldRow> {
    let label = report::field(name)?.label;
    let counts = [fill.filled, fill.unknown, fill.not_extracted, fill.not_published, fill.not_applicable].map(number);
    Some(FieldRow { label, share: share(fill), counts })
}

fn share(fill: Fill) -> String {
    fill.filled_share().map_or_else(|| "does not apply".to_owned(), percent)
}

fn authority_row(row: &report::AuthorityCard) -> AuthorityRow {
    AuthorityRow {
        authority: Anchor::new(
            label::authority(&row.authority),
            Topic::Authority.path(row.authority.as_str()).unwrap_or_default(),
        ),
        cases: number(row.card.cases),
        shares: COLUMNS.iter().filter_map(|name| row.card.fill(name)).map(share).collect(),
        second_source: number(row.card.links.second_source),
        lag: lag(&row.card),
    }
}

fn lag(card: &Card) -> String {
    let days = card.lag.median_days.and_then(|days| usize::try_from(days).ok());
    days.map_or_else(|| "not known".to_owned(), |days| count(days, "day", "days"))
}

fn notes(card: &ReportCard) -> Vec<String> {
    let (all, links) = (&card.all, &card.all.links);
    let mut notes = vec![
        format!(
            "{} of {} rest on publications of at least two publishers.",
            number(links.second_source),
            count(all.cases, "case", "cases")
        ),
        format!(
            "{} without an official address; of {} the official address leads only to an authority's front page.",
            count(links.without_official, "case is", "cases are"),
            number(links.portal_only)
        ),
    ];
    if all.lag.cases > 0 {
        notes.push(format!(
            "From decision to publication it took {} in the median of {} in which both days are known.",
            lag(all),
            count(all.lag.cases, "case", "cases")
        ));
    }
    notes.push(match (card.lint.errors, card.lint.warnings) {
        (0, 0) => "The rules that check each record have nothing to say.".to_owned(),
        (errors, warnings) => format!(
            "The rules that check each record report {} and {}.",
            count(errors, "error", "errors"),
            count(warnings, "warning", "warnings")
        ),
    });
    notes
}

/// The same by authority, every field, as rows with a heading. Shares are between 0 and 1; an empty cell where a field
/// applies to none of an authority's cases.
pub fn report_rows(cases: &[Case]) -> Vec<Vec<String>> {
    let fixed = ["authority", "cases", "second_source", "median_days_to_publication", "lint_errors", "lint_warnings"];
    let head = fixed
        .into_iter()
        .map(str::to_owned)
        .chain(report::FIELDS.iter().map(|field| format!("{}_filled", field.name)))
        .collect();
    let rows = ReportCard::of(cases).authorities.into_iter().map(|row| {
        [
            row.authority.to_string(),
            row.card.cases.to_string(),
            row.card.links.second_source.to_string(),
            row.card.lag.median_days.map_or_else(String::new, |days| days.to_string()),
            row.lint.errors.to_string(),
            row.lint.warnings.to_string(),
        ]
        .into_iter()
        .chain(
            row.card
                .fields
                .iter()
                .map(|field| field.fill.filled_share().map_or_else(String::new, |share| format!("{share:.3}"))),
        )
        .collect()
    });
    std::iter::once(head).chain(rows).collect()
}
