//! The first page: what this is, how much is in it, and ways in.

use askama::Template;
use fineprint_model::{Basis, Case};

use super::{Alternate, Anchor, Page, Site, render};
use crate::chart::{self, Chart};
use crate::error::Result;
use crate::figures::{self, EuroFine};
use crate::format::{date, number};
use crate::line::Line;
use crate::link::{self, Topic};
use crate::machine::json_ld;

/// What the first page needs.
#[derive(Debug)]
pub struct HomeContext<'a> {
    /// Every case, newest first.
    pub cases: &'a [Case],
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    page: Page<'a>,
    lead: String,
    checked: Option<String>,
    examples: Vec<(Anchor, &'static str)>,
    newest: Vec<Line>,
    largest: Vec<Line>,
    charts: Vec<Chart>,
    browse: Vec<(Anchor, Vec<(Anchor, String)>)>,
    unknown_amounts: String,
}

/// The first page.
///
/// # Errors
/// Where the template does not render.
pub fn home(site: &Site, context: &HomeContext<'_>) -> Result<String> {
    let totals = &site.totals;
    let lead = format!(
        "{} decisions by {} authorities in {} countries{}",
        number(totals.cases),
        number(totals.authorities),
        number(totals.countries),
        totals.first_year.map_or_else(String::new, |year| format!(", {year} to today")),
    );
    let mut page = Page::new(
        site,
        "",
        "Decisions and fines of data protection authorities",
        format!(
            "{lead}. Who was fined, by whom, how much, for what, and whether it still stands; each value with its source."
        ),
    );
    page.alternates.push(Alternate { kind: "application/atom+xml", text: "Feed", href: "feed.atom".into() });
    page.json_ld = Some(json_ld::website(site));
    let mut largest: Vec<(i64, &Case)> = context
        .cases
        .iter()
        .filter_map(|case| Some((EuroFine::of(case, Basis::Current).amount()?.amount_minor, case)))
        .collect();
    largest.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
    let (years, undated) = figures::years(context.cases.iter());
    let browse = [Topic::Authority, Topic::Law, Topic::Sector, Topic::Country]
        .into_iter()
        .map(|topic| {
            let rows = figures::breakdown(topic, context.cases.iter(), |key| {
                link::is_safe_key(key) && (topic != Topic::Law || figures::is_article(key))
            });
            let rows = rows
                .into_iter()
                .take(8)
                .filter_map(|row| Some((Anchor::new(row.label, topic.path(&row.key)?), number(row.cases))))
                .collect();
            (Anchor::new(topic.plural(), topic.index_path()), rows)
        })
        .collect();
    let summary = figures::summarise(context.cases.iter());
    let home = Home {
        lead,
        checked: totals.last_checked.map(date),
        examples: vec![
            (
                Anchor::new("article:gdpr/32 role:processor", link::search("article:gdpr/32 role:processor")),
                "security failures of processors",
            ),
            (
                Anchor::new("sector:health fine:>=100k", link::search("sector:health fine:>=100k")),
                "fines in health of EUR 100 000 or more",
            ),
            (
                Anchor::new(
                    "decided:2022.. -status:annulled sort:-fine",
                    link::search("decided:2022.. -status:annulled sort:-fine"),
                ),
                "since 2022, not annulled, largest first",
            ),
        ],
        newest: context.cases.iter().take(6).map(|case| Line::new(case, None)).collect(),
        largest: largest.into_iter().take(6).map(|(_, case)| Line::new(case, None)).collect(),
        charts: [
            chart::years(&years, undated, Some("statistics/years.csv".into())),
            chart::strip(&figures::dots(context.cases.iter(), None), &summary, "", Some("statistics/strip.csv".into())),
        ]
        .into_iter()
        .flatten()
        .collect(),
        browse,
        unknown_amounts: number(summary.unknown),
        page,
    };
    render(&home, "")
}
