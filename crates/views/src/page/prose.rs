//! Pages that explain: about, data, sources, changes.

use askama::Template;
use fineprint_model::Case;

use super::home::HappeningView;
use super::{Alternate, Anchor, Page, Site, render};
use crate::error::Result;
use crate::format::{date, number, tidy};
use crate::label;
use crate::link;
use crate::machine::{csv, json_ld};
use crate::title::title;

#[derive(Template)]
#[template(path = "about.html")]
struct About<'a> {
    page: Page<'a>,
    cases: String,
    statuses: Vec<(String, &'static str)>,
}

/// Method, limits, corrections and the policy on names.
///
/// # Errors
/// Where the template does not render.
pub fn about(site: &Site) -> Result<String> {
    let mut page =
        Page::new(site, "about/", "About", "How the collection is made, what it leaves out, how to correct it.");
    page.json_ld = Some(json_ld::breadcrumbs(&page));
    let statuses = fineprint_model::Status::ALL
        .into_iter()
        .map(|status| (label::status(status), label::status_meaning(status)))
        .collect();
    render(&About { cases: number(site.totals.cases), statuses, page }, "about/")
}

#[derive(Template)]
#[template(path = "data.html")]
struct Data<'a> {
    page: Page<'a>,
    cases: String,
    columns: Vec<(&'static str, &'static str)>,
}

/// Downloads and the interface for programs.
///
/// # Errors
/// Where the template does not render.
pub fn data(site: &Site) -> Result<String> {
    let mut page = Page::new(
        site,
        "data/",
        "Data and downloads",
        "The whole collection as CSV, JSON and JSON lines, and the interface for programs.",
    );
    for (kind, text, href) in [
        ("text/csv", "CSV", "data/cases.csv"),
        ("application/json", "JSON", "data/cases.json"),
        ("application/atom+xml", "Feed", "feed.atom"),
    ] {
        page.alternates.push(Alternate { kind, text, href: href.to_owned() });
    }
    page.json_ld = Some(json_ld::dataset(&page));
    render(&Data { cases: number(site.totals.cases), columns: csv::COLUMNS.to_vec(), page }, "data/")
}

struct ChangeRow {
    when: String,
    iso: String,
    kind: String,
    note: String,
    case: Anchor,
}

#[derive(Template)]
#[template(path = "changes.html")]
struct Changes<'a> {
    page: Page<'a>,
    happenings: Vec<HappeningView>,
    rows: Vec<ChangeRow>,
    more: Option<String>,
}

/// Changes on one page; every one is in the records.
const CHANGES: usize = 100;
/// Turns of events on one page.
const HAPPENINGS: usize = 60;

/// What changed in the records, newest first.
///
/// # Errors
/// Where the template does not render.
pub fn changes(site: &Site, cases: &[Case]) -> Result<String> {
    let mut page = Page::new(site, "changes/", "Changes", "What was added, corrected or removed, newest first.");
    page.json_ld = Some(json_ld::breadcrumbs(&page));
    let mut all: Vec<(&Case, &fineprint_model::Change)> =
        cases.iter().flat_map(|case| case.changes.iter().map(move |change| (case, change))).collect();
    all.sort_by(|a, b| b.1.on.cmp(&a.1.on).then_with(|| a.0.id.cmp(&b.0.id)));
    let more = all.len().saturating_sub(CHANGES);
    let rows = all
        .into_iter()
        .take(CHANGES)
        .map(|(case, change)| ChangeRow {
            when: date(change.on),
            iso: change.on.to_string(),
            kind: change_kind(change.kind).to_owned(),
            note: tidy(&change.note),
            case: Anchor::new(title(case).to_string(), link::case(&case.id)),
        })
        .collect();
    let happenings = crate::figures::happenings(cases.iter());
    let happenings = happenings.iter().take(HAPPENINGS).map(HappeningView::new).collect();
    render(&Changes { happenings, rows, more: (more > 0).then(|| number(more)), page }, "changes/")
}

fn change_kind(kind: fineprint_model::ChangeKind) -> &'static str {
    use fineprint_model::ChangeKind;
    match kind {
        ChangeKind::Added => "Added",
        ChangeKind::Corrected => "Corrected",
        ChangeKind::SourceAdded => "Source added",
        ChangeKind::AmountChanged => "Amount changed",
        ChangeKind::Appeal => "Appeal",
        ChangeKind::NameRemoved => "Name removed",
        ChangeKind::Withdrawn => "Withdrawn",
    }
}
