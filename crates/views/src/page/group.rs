//! Pages of cases that have something in common (an authority, a provision, an organisation, a sector), and the
//! lists of those pages.

use askama::Template;
use fineprint_model::query::MoneySummary;
use fineprint_model::{AuthorityId, Basis, Case, Provision, vocab};

use super::{Alternate, Anchor, Page, Site, render};
use crate::chart::{self, Chart, bar, denominator};
use crate::error::Result;
use crate::figures::{self, EuroFine, Row};
use crate::format::{count, date, money, money_short, number, percent, tidy};
use crate::label;
use crate::line::Line;
use crate::link::{self, Topic};
use crate::machine::json_ld;

/// Cases on one page of a list.
pub const PER_PAGE: usize = 100;

/// What a group's page needs.
#[derive(Debug)]
pub struct GroupContext<'a> {
    /// What the cases have in common.
    pub topic: Topic,
    /// The common value.
    pub key: &'a str,
    /// Its cases, newest first.
    pub cases: &'a [&'a Case],
    /// Which page of the list, from 1.
    pub number: usize,
}

/// A group in a breakdown, with the bar that shows its share.
struct Breakdown {
    id: &'static str,
    title: &'static str,
    heads: [&'static str; 4],
    rows: Vec<BreakdownRow>,
    more: usize,
    all_href: String,
}

struct BreakdownRow {
    label: String,
    href: Option<String>,
    cases: String,
    bar: String,
    sum: String,
    median: String,
}

#[derive(Template)]
#[template(path = "group.html")]
struct Group<'a> {
    page: Page<'a>,
    kind: &'static str,
    heading: String,
    is_name: bool,
    intro: Vec<String>,
    facts: Vec<(&'static str, Vec<Anchor>, String)>,
    figures: Vec<(&'static str, String, String)>,
    charts: Vec<Chart>,
    breakdowns: Vec<Breakdown>,
    below: Vec<(Anchor, String)>,
    lines: Vec<Line>,
    total: String,
    number: usize,
    pages: usize,
    previous: Option<String>,
    next: Option<String>,
    search: Option<String>,
}

/// A page of a group.
///
/// # Errors
/// Where the template does not render.
pub fn group(site: &Site, context: &GroupContext<'_>) -> Result<String> {
    let GroupContext { topic, key, cases, number: at } = *context;
    let heading = match topic {
        Topic::Party => figures::party_label(key, cases),
        Topic::Authority => AuthorityId::new(key).map_or_else(|_| tidy(key), |id| label::authority_name(&id)),
        _ => label::topic(topic, key),
    };
    let base = topic.path(key).unwrap_or_default();
    let path = if at > 1 { format!("{base}page/{at}/") } else { base.clone() };
    let summary = figures::summarise(cases.iter().copied());
    let title = match topic {
        Topic::Law => provision_title(key, &heading),
        Topic::Authority => {
            let short = label::topic(topic, key);
            if short == heading { heading.clone() } else { format!("{short}: {heading}") }
        }
        _ => heading.clone(),
    };
    let description = format!("{} of {}. {}.", count(cases.len(), "case", "cases"), title, sum_sentence(&summary));
    let mut page =
        Page::new(site, &path, if at > 1 { format!("{title}, page {at}") } else { title.clone() }, description);
    page.crumbs = crumbs(topic, key);
    page.noindex = at > 1;
    page.json_ld = Some(json_ld::breadcrumbs(&page));
    for (kind, text, file) in [
        ("application/atom+xml", "Feed", "feed.atom"),
        ("text/csv", "CSV", "cases.csv"),
        ("application/json", "JSON", "cases.json"),
    ] {
        page.alternates.push(Alternate { kind, text, href: format!("{base}{file}") });
    }
    let root = page.root.clone();
    let first = at <= 1;
    let charts = if first {
        let (years, undated) = figures::years(cases.iter().copied());
        let dots = figures::dots(cases.iter().copied(), None);
        [chart::strip(&dots, &summary, &root, None), chart::years(&years, undated, None)]
            .into_iter()
            .flatten()
            .collect()
    } else {
        Vec::new()
    };
    let breakdowns = if first { breakdowns(topic, cases) } else { Vec::new() };
    let pages = cases.len().div_ceil(PER_PAGE).max(1);
    let to = |number: usize| if number == 1 { base.clone() } else { format!("{base}page/{number}/") };
    let view = Group {
        kind: topic.singular(),
        is_name: topic == Topic::Party,
        intro: intro(topic, key, cases),
        facts: facts(topic, key),
        figures: headline_figures(topic, cases, &summary),
        charts,
        breakdowns,
        below: below(topic, key, cases),
        lines: cases.iter().skip((at.max(1) - 1) * PER_PAGE).take(PER_PAGE).map(|case| Line::new(case, None)).collect(),
        total: count(cases.len(), "case", "cases"),
        number: at.max(1),
        pages,
        previous: (at > 1).then(|| to(at - 1)),
        next: (at < pages).then(|| to(at + 1)),
        search: site.served.then(|| link::search(&topic.query(key))),
        heading: title,
        page,
    };
    render(&view, &path)
}

fn provision_title(key: &str, label: &str) -> String {
    let article = Provision::new(key).ok().map(|provision| provision.article());
    match article.and_then(|article| vocab::provisions().get(article.as_str())) {
        Some(entry) if key.contains('/') => format!("{label}: {}", entry.title),
        _ => vocab::instruments().get(key).map_or_else(|| label.to_owned(), |law| format!("{label}: {}", law.title)),
    }
}

fn crumbs(topic: Topic, key: &str) -> Vec<Anchor> {
    let mut crumbs = vec![Anchor::new(topic.plural(), topic.index_path())];
    if matches!(topic, Topic::Law | Topic::Violation) {
        for (at, _) in key.match_indices('/') {
            if let Some(path) = topic.path(&key[..at]) {
                crumbs.push(Anchor::new(label::topic(topic, &key[..at]), path));
            }
        }
    }
    crumbs
}

fn sum_sentence(summary: &MoneySummary) -> String {
    match summary.sum {
        Some(sum) => format!("Standing fines of {} in total ({})", money_short(sum), denominator(summary)),
        None => "No standing fine of known amount".to_owned(),
    }
}

fn intro(topic: Topic, key: &str, cases: &[&Case]) -> Vec<String> {
    let mut text = Vec::new();
    match topic {
        Topic::Law => {
            let article = Provision::new(key).ok().map(|provision| provision.article());
            if let Some(entry) = article.and_then(|article| vocab::provisions().get(article.as_str())) {
                text.extend(entry.summary.clone());
                match entry.tier {
                    Some(1) => text.push(
                        "A fine for it goes up to EUR\u{a0}10\u{a0}M or 2\u{a0}% of worldwide annual turnover, whichever is higher (Article 83(4) GDPR)."
                            .to_owned(),
                    ),
                    Some(2) => text.push(
                        "A fine for it goes up to EUR\u{a0}20\u{a0}M or 4\u{a0}% of worldwide annual turnover, whichever is higher (Article 83(5) GDPR)."
                            .to_owned(),
                    ),
                    _ => {}
                }
            }
        }
        Topic::Violation => text.extend(vocab::violations().get(key).and_then(|entry| entry.definition.clone())),
        Topic::Sector => text.extend(vocab::sectors().get(key).and_then(|entry| entry.definition.clone())),
        Topic::Context => text.extend(vocab::contexts().get(key).and_then(|entry| entry.definition.clone())),
        Topic::Party => {
            let parties = || cases.iter().flat_map(|case| &case.parties).filter(|party| party.id.as_str() == key);
            let groups: std::collections::BTreeSet<String> =
                parties().filter_map(|party| party.group.as_deref()).map(tidy).collect();
            if !groups.is_empty() {
                let groups: Vec<String> = groups.into_iter().collect();
                text.push(format!("Part of {} when the decisions were taken.", crate::format::list(&groups)));
            }
            let names: std::collections::BTreeSet<String> =
                parties().filter_map(|party| party.name.value()).map(|name| tidy(name)).collect();
            if names.len() > 1 {
                let names: Vec<String> = names.into_iter().collect();
                text.push(format!("Decisions name it as {}.", crate::format::list(&names)));
            }
        }
        _ => {}
    }
    text
}

fn facts(topic: Topic, key: &str) -> Vec<(&'static str, Vec<Anchor>, String)> {
    let mut facts = Vec::new();
    match topic {
        Topic::Authority => {
            if let Some(known) = vocab::authorities().get(key) {
                let country = known.country.to_lowercase();
                facts.push((
                    "Country",
                    Topic::Country
                        .path(&country)
                        .map(|path| Anchor::new(label::country(&country), path))
                        .into_iter()
                        .collect(),
                    String::new(),
                ));
                let own: Vec<String> =
                    known.names.iter().filter(|(code, _)| *code != "en").map(|(_, name)| tidy(name)).collect();
                if !own.is_empty() {
                    facts.push(("Own name", Vec::new(), own.join(" · ")));
                }
                let languages: Vec<String> = known.languages.iter().map(|code| label::language(code)).collect();
                facts.push(("Decides in", Vec::new(), crate::format::list(&languages)));
                let mut links = vec![Anchor::new("Home page", &known.homepage)];
                links.extend(known.listing.as_ref().map(|url| Anchor::new("Its list of decisions", url)));
                links.retain(|anchor| link::external(&anchor.href).is_some());
                facts.push(("On the web", links, String::new()));
            }
        }
        Topic::Law => {
            if let Some(known) = Provision::new(key).ok().and_then(|p| vocab::instruments().get(p.instrument())) {
                facts.push(("Law", Vec::new(), known.title.clone()));
                if link::external(&known.url).is_some() {
                    facts.push(("Text", vec![Anchor::new("Official text", &known.url)], String::new()));
                }
            }
        }
        _ => {}
    }
    facts
}

fn headline_figures(topic: Topic, cases: &[&Case], summary: &MoneySummary) -> Vec<(&'static str, String, String)> {
    let mut figures = vec![("Cases", number(cases.len()), newest(cases))];
    if let Some(sum) = summary.sum {
        figures.push(("Standing fines, total", money_short(sum), denominator(summary)));
    }
    if let Some(median) = summary.median.filter(|_| summary.known > 1) {
        figures.push(("Median fine", money_short(median), format!("n = {}", number(summary.known))));
    }
    let largest = cases
        .iter()
        .filter_map(|case| Some((EuroFine::of(case, Basis::Current).amount()?.amount_minor, *case)))
        .max_by_key(|(minor, _)| *minor);
    if let (Some(max), Some((_, case))) = (summary.max, largest.filter(|_| summary.known > 1)) {
        let whose = match topic {
            Topic::Party => format!("by {}", label::authority(&case.authority)),
            _ => label::upper(&crate::title::respondents(case)),
        };
        figures.push(("Largest fine", money_short(max), whose));
    }
    let shares: Vec<f64> =
        cases.iter().filter_map(|case| case.turnover_share.value()).map(|share| share.share.point()).collect();
    if shares.len() > 2 {
        let mut sorted = shares.clone();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted[sorted.len() / 2];
        figures.push((
            "Typical share of turnover",
            percent(middle),
            format!("upper median, n = {}", number(shares.len())),
        ));
    }
    figures
}

fn newest(cases: &[&Case]) -> String {
    cases
        .iter()
        .filter_map(|case| case.dated())
        .max()
        .map_or_else(String::new, |on| format!("the newest of {}", date(on)))
}

fn breakdowns(topic: Topic, cases: &[&Case]) -> Vec<Breakdown> {
    let wanted: &[(Topic, &'static str, &'static str)] = &[
        (Topic::Law, "provisions", "Provisions found violated"),
        (Topic::Violation, "violations", "What went wrong"),
        (Topic::Sector, "sectors", "Sectors"),
        (Topic::Authority, "authorities", "Authorities"),
    ];
    wanted
        .iter()
        .filter(|(other, ..)| *other != topic)
        .filter_map(|(other, id, title)| {
            let rows = figures::breakdown(*other, cases.iter().copied(), |key| match other {
                Topic::Law => figures::is_article(key),
                Topic::Violation => key.contains('/'),
                _ => true,
            });
            (rows.len() > 1).then(|| breakdown_view(*other, id, title, rows, 8))
        })
        .collect()
}

fn breakdown_view(topic: Topic, id: &'static str, title: &'static str, rows: Vec<Row>, most: usize) -> Breakdown {
    let max = rows.iter().map(|row| row.cases).max().unwrap_or_default();
    let more = rows.len().saturating_sub(most);
    Breakdown {
        id,
        title,
        heads: ["", "Cases", "Total", "Median"],
        rows: rows.into_iter().take(most).map(|row| breakdown_row(topic, row, max)).collect(),
        more,
        all_href: topic.index_path(),
    }
}

fn breakdown_row(topic: Topic, row: Row, max: usize) -> BreakdownRow {
    BreakdownRow {
        href: topic.path(&row.key),
        cases: number(row.cases),
        bar: bar(row.cases, max),
        sum: row.money.sum.map_or_else(|| no_sum(&row.money).to_owned(), money_short),
        median: row.money.median.map_or_else(String::new, money_short),
        label: row.label,
    }
}

fn no_sum(money: &MoneySummary) -> &'static str {
    if money.unknown > 0 { "not stated" } else { "none" }
}

/// Narrower provisions or violation types within this one.
fn below(topic: Topic, key: &str, cases: &[&Case]) -> Vec<(Anchor, String)> {
    if !matches!(topic, Topic::Law | Topic::Violation) {
        return Vec::new();
    }
    let prefix = format!("{key}/");
    let mut rows = figures::breakdown(topic, cases.iter().copied(), |other| {
        other.strip_prefix(&prefix).is_some_and(|rest| !rest.contains('/'))
    });
    if topic == Topic::Law && !key.contains('/') {
        rows.sort_by_key(|row| (std::cmp::Reverse(row.cases), row.key.clone()));
    } else {
        rows.sort_by(|a, b| a.key.cmp(&b.key));
    }
    rows.into_iter()
        .filter_map(|row| Some((Anchor::new(row.label, topic.path(&row.key)?), number(row.cases))))
        .collect()
}

/// What the list of a topic's pages needs.
#[derive(Debug)]
pub struct IndexContext<'a> {
    /// The topic.
    pub topic: Topic,
    /// Its groups, most cases first.
    pub rows: &'a [Row],
    /// Cases that stand in none of them.
    pub without: usize,
}

struct IndexRow {
    label: String,
    full: String,
    href: Option<String>,
    cases: String,
    bar: String,
    sum: String,
    sum_exact: String,
    median: String,
    newest: String,
    level: usize,
}

#[derive(Template)]
#[template(path = "index.html")]
struct Index<'a> {
    page: Page<'a>,
    singular: &'static str,
    heading: &'static str,
    lead: String,
    rows: Vec<IndexRow>,
    without: Option<String>,
    is_name: bool,
    csv: String,
}

/// The list of a topic's pages.
///
/// # Errors
/// Where the template does not render.
pub fn index(site: &Site, context: &IndexContext<'_>) -> Result<String> {
    let IndexContext { topic, rows, without } = *context;
    let path = topic.index_path();
    let max = rows.iter().map(|row| row.cases).max().unwrap_or_default();
    let lead = format!(
        "{} with at least one case here, most cases first.",
        count(rows.len(), topic.singular(), plural(topic))
    );
    let mut page = Page::new(site, &path, topic.plural(), format!("{}: {lead}", topic.plural()));
    page.json_ld = Some(json_ld::breadcrumbs(&page));
    page.alternates.push(Alternate { kind: "text/csv", text: "CSV", href: format!("{path}index.csv") });
    let rows = rows
        .iter()
        .map(|row| IndexRow {
            full: match topic {
                Topic::Authority => AuthorityId::new(row.key.as_str())
                    .map(|id| (label::authority_name(&id), label::country(&label::authority_country(&id))))
                    .map(|(name, country)| if name == row.label { country } else { format!("{name}, {country}") })
                    .unwrap_or_default(),
                Topic::Law => provision_title(&row.key, "").trim_start_matches(": ").to_owned(),
                _ => String::new(),
            },
            label: row.label.clone(),
            href: topic.path(&row.key),
            cases: number(row.cases),
            bar: bar(row.cases, max),
            sum: row.money.sum.map_or_else(|| no_sum(&row.money).to_owned(), money_short),
            sum_exact: row.money.sum.map_or_else(String::new, money),
            median: row.money.median.map_or_else(String::new, money_short),
            newest: row.newest.map_or_else(String::new, date),
            level: if topic == Topic::Violation { row.key.matches('/').count() } else { 0 },
        })
        .collect();
    let view = Index {
        singular: topic.singular(),
        heading: topic.plural(),
        lead,
        rows,
        without: (without > 0).then(|| count(without, "case", "cases")),
        is_name: topic == Topic::Party,
        csv: format!("{path}index.csv"),
        page,
    };
    render(&view, &path)
}

fn plural(topic: Topic) -> &'static str {
    match topic {
        Topic::Authority => "authorities",
        Topic::Country => "countries",
        Topic::Law => "provisions",
        Topic::Party => "parties",
        Topic::Sector => "sectors",
        Topic::Context => "contexts",
        Topic::Violation => "violation types",
    }
}
