//! The report card of the collection: how much of each field is filled, and what is missing and why.

use askama::Template;
use fineprint_model::links::{Address, LinkReport, Standing, Visit, Visits};
use fineprint_model::report::{self, Card, Fill, ReportCard};
use fineprint_model::{Case, CaseId};

use super::{Alternate, Anchor, Page, Site, render};
use crate::error::Result;
use crate::format::{count, date, number, percent};
use crate::label;
use crate::link::{self, Topic};
use crate::machine::json_ld;
use crate::title::title;

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
    /// How official addresses stand, in a sentence.
    visited: String,
    addresses: Vec<AddressRow>,
    /// Addresses of that kind that are in the file only.
    more: Option<String>,
}

struct AddressRow {
    standing: &'static str,
    url: Option<String>,
    cases: Vec<Anchor>,
    visited: String,
    because: String,
}

/// Addresses shown on the page; the file has all.
const ADDRESSES: usize = 200;

/// The fields beside each authority: those that differ between authorities and that people ask for.
const COLUMNS: [&str; 6] = ["party", "decided_on", "published_on", "fine", "affected_people", "turnover"];

/// How complete the records are, by field, authority and year.
///
/// # Errors
/// Where the template does not render.
pub fn report(site: &Site, cases: &[Case], visits: &Visits) -> Result<String> {
    let mut page = Page::new(
        site,
        "report/",
        "Report card",
        "How much of each field is filled, what is missing and why, by authority and year.",
    );
    page.json_ld = Some(json_ld::breadcrumbs(&page));
    page.alternates.push(Alternate { kind: "text/csv", text: "CSV", href: "report/authorities.csv".to_owned() });
    let card = ReportCard::of(cases);
    let links = LinkReport::of(cases, visits);
    // An address that nobody visited is nothing to look at; the sentence counts them.
    let troubled =
        || links.addresses.iter().filter(|address| !matches!(address.standing, Standing::Alive | Standing::Unchecked));
    let more = troubled().count().saturating_sub(ADDRESSES);
    let view = Report {
        visited: visited(&links),
        addresses: troubled().take(ADDRESSES).map(|address| address_row(address, cases)).collect(),
        more: (more > 0).then(|| number(more)),
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

/// When addresses were last visited, and what was found.
fn visited(links: &LinkReport) -> String {
    let addresses = links.addresses.iter().filter(|address| address.url.is_some()).count();
    let all = count(addresses, "official address", "official addresses");
    let Some(day) = links.last_visit else { return format!("Whether the {all} still answer was never checked.") };
    let counts: Vec<String> = Standing::ALL
        .into_iter()
        .filter(|standing| *standing != Standing::Missing && links.count(*standing) > 0)
        .map(|standing| format!("{} {}", number(links.count(standing)), label_of(standing)))
        .collect();
    format!("The {all} were last checked on {}: {}.", date(day), counts.join(", "))
}

fn label_of(standing: Standing) -> &'static str {
    match standing {
        Standing::Missing => "no official address",
        Standing::Dead => "dead",
        Standing::Unreachable => "out of reach",
        Standing::FrontPage => "front page only",
        Standing::Redirected => "moved",
        Standing::Unchecked => "not checked",
        Standing::Alive => "answer",
    }
}

fn address_row(address: &Address, cases: &[Case]) -> AddressRow {
    let anchor = |id: &CaseId| {
        let case = cases.iter().find(|case| case.id == *id);
        Anchor::new(case.map_or_else(|| id.to_string(), |case| title(case).to_string()), link::case(id))
    };
    let visit = address.visit.as_ref();
    let leads_to = |visit: &Visit| visit.leads_to.as_ref().map(|to| format!("leads to {to}"));
    AddressRow {
        standing: label_of(address.standing),
        url: address.url.as_deref().and_then(link::external).map(ToOwned::to_owned),
        cases: address.cases.iter().map(anchor).collect(),
        visited: visit.map_or_else(String::new, |visit| date(visit.on)),
        because: visit.and_then(|visit| visit.reason.clone().or_else(|| leads_to(visit))).unwrap_or_default(),
    }
}

/// Every official address, and every case without one, as rows with a heading.
pub fn link_rows(cases: &[Case], visits: &Visits) -> Vec<Vec<String>> {
    let head = ["standing", "url", "cases", "visited", "status", "leads_to", "reason"].map(str::to_owned).to_vec();
    let rows = LinkReport::of(cases, visits).addresses.into_iter().map(|address| {
        let ids: Vec<&str> = address.cases.iter().map(CaseId::as_str).collect();
        let visit = |show: fn(&Visit) -> Option<String>| address.visit.as_ref().and_then(show).unwrap_or_default();
        vec![
            address.standing.as_str().to_owned(),
            address.url.clone().unwrap_or_default(),
            ids.join(" "),
            visit(|visit| Some(visit.on.to_string())),
            visit(|visit| visit.status.map(|status| status.to_string())),
            visit(|visit| visit.leads_to.clone()),
            visit(|visit| visit.reason.clone()),
        ]
    });
    std::iter::once(head).chain(rows).collect()
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
