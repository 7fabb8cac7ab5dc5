//! The first page: what this is, how much is in it, and ways in.

use askama::Template;
use fineprint_model::{Basis, Case};

use super::{Alternate, Anchor, Page, Site, render};
use crate::chart::{self, Chart};
use crate::error::Result;
use crate::figures::Happening;
use crate::figures::{self, EuroFine};
use crate::format::{count, date, number};
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
    happenings: Vec<HappeningView>,
    unknown_amounts: String,
}

/// Something that became of a decision.
pub(super) struct HappeningView {
    pub(super) when: String,
    pub(super) iso: String,
    pub(super) kind: &'static str,
    pub(super) slug: &'static str,
    pub(super) party: String,
    pub(super) href: String,
    pub(super) authority: String,
    pub(super) text: String,
}

impl HappeningView {
    pub(super) fn new(happening: &Happening<'_>) -> Self {
        Self {
            when: date(happening.on),
            iso: happening.on.to_string(),
            kind: happening.kind,
            slug: happening.slug,
            party: crate::label::upper(&crate::title::respondents(happening.case)),
            href: link::case(&happening.case.id),
            authority: crate::label::authority(&happening.case.authority),
            text: happening.text.clone(),
        }
    }
}

/// Countries with a panel of their own.
const PANELS: usize = 6;

/// A country's name within a sentence.
fn with_article(name: &str) -> String {
    if name.starts_with("United ") || name.starts_with("Netherlands") || name.starts_with("Czech Republic") {
        format!("the {name}")
    } else {
        name.to_owned()
    }
}

/// Fines by country and year, for the countries with most cases.
pub(super) fn country_panels(cases: &[Case], root: &str) -> Option<Chart> {
    let groups = figures::grouped(Topic::Country, cases.iter(), link::is_safe_key);
    let total = groups.len();
    let panels: Vec<(figures::Row, Vec<(i32, figures::Dot<'_>)>)> = groups
        .into_iter()
        .take(PANELS)
        .map(|group| {
            let dated = group.cases.iter().filter_map(|case| {
                let year = case.dated()?.get_year();
                figures::dots(std::iter::once(*case), None).pop().map(|dot| (year, dot))
            });
            let dated = dated.collect();
            (group.row(), dated)
        })
        .collect();
    let widest = panels.iter().max_by(|a, b| {
        let spread = |dots: &[(i32, figures::Dot<'_>)]| {
            let euros = || dots.iter().map(|(_, dot)| dot.euro);
            euros().fold(1.0, f64::max) / euros().fold(f64::INFINITY, f64::min)
        };
        spread(&a.1).total_cmp(&spread(&b.1))
    })?;
    let euros = || widest.1.iter().map(|(_, dot)| dot.euro);
    let (low, high) = (euros().fold(f64::INFINITY, f64::min), euros().fold(0.0, f64::max));
    if !low.is_finite() || high <= 0.0 {
        return None;
    }
    let tick = |euro| format!("EUR\u{a0}{}", crate::format::amount_tick(euro));
    let title = format!("In {} fines range from {} to {}", with_article(&widest.0.label), tick(low), tick(high));
    let drawn: usize = panels.iter().map(|(_, dots)| dots.len()).sum();
    let note = format!(
        "Standing fines by year of the decision on a logarithmic scale, n\u{a0}=\u{a0}{}; the {} with most decisions here, of {}.",
        number(drawn),
        count(panels.len(), "country", "countries"),
        number(total)
    );
    chart::panels(title, note, &panels, |key| Topic::Country.path(key), root)
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
    let browse = [Topic::Authority, Topic::Law, Topic::Sector, Topic::Party]
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
            country_panels(context.cases, ""),
            chart::tiles(
                &figures::breakdown(Topic::Country, context.cases.iter(), link::is_safe_key),
                context.cases.len(),
                "",
            ),
        ]
        .into_iter()
        .flatten()
        .map(|chart| chart.with_files("statistics/"))
        .collect(),
        happenings: figures::happenings(context.cases.iter()).iter().take(7).map(HappeningView::new).collect(),
        browse,
        unknown_amounts: number(summary.unknown),
        page,
    };
    render(&home, "")
}
