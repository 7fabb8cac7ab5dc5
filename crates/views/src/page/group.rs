//! Pages of cases that have something in common (an authority, a provision, an organisation, a sector), and the
//! lists of those pages.

use std::collections::HashSet;

use askama::Template;
use fineprint_model::query::MoneySummary;
use fineprint_model::{AuthorityId, Basis, Case, CaseId, Provision, vocab};

use super::report_card::{self, Mark};
use super::{Alternate, Anchor, Page, Site, render};
use crate::chart::{self, Chart, Lane, bar, denominator};
use crate::error::Result;
use crate::figures::{self, EuroFine, Row};
use crate::format::{self, count, date, money, money_short, number, percent, tidy};
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
    /// Its charts, from [`group_charts`]; only the first page shows them.
    pub charts: &'a [Chart],
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
    /// A case to look at, for what went wrong.
    example: Option<Anchor>,
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
    charts: &'a [Chart],
    breakdowns: Vec<Breakdown>,
    below: Vec<(Anchor, String)>,
    marks: Vec<Mark>,
    leading: Vec<Line>,
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
    let GroupContext { topic, key, cases, charts, number: at } = *context;
    let heading = match topic {
        Topic::Authority => AuthorityId::new(key).map_or_else(|_| tidy(key), |id| label::authority_name(&id)),
        _ => figures::topic_label(topic, key, cases),
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
    let first = at <= 1;
    let charts = if first { charts } else { &[] };
    let breakdowns = if first { breakdowns(topic, cases) } else { Vec::new() };
    let pages = cases.len().div_ceil(PER_PAGE).max(1);
    let to = |number: usize| if number == 1 { base.clone() } else { format!("{base}page/{number}/") };
    let view = Group {
        kind: topic.singular(),
        is_name: matches!(topic, Topic::Party | Topic::Group),
        intro: intro(topic, key, cases),
        facts: facts(topic, key, cases),
        figures: headline_figures(topic, cases, &summary),
        marks: if first && topic == Topic::Authority { report_card::marks(cases) } else { Vec::new() },
        leading: if first && cases.len() > LEADING_FROM && topic != Topic::Party { leading(cases) } else { Vec::new() },
        charts,
        breakdowns,
        below: below(topic, key, cases),
        lines: cases
            .iter()
            .skip((at.max(1) - 1) * PER_PAGE)
            .take(PER_PAGE)
            .map(|case| if cases.len() > LEADING_FROM { Line::brief(case) } else { Line::new(case, None) })
            .collect(),
        total: count(cases.len(), "case", "cases"),
        number: at.max(1),
        pages,
        previous: (at > 1).then(|| to(at - 1)),
        next: (at < pages).then(|| to(at + 1)),
        search: site.searches().then(|| link::search(&topic.query(key))),
        heading: title,
        page,
    };
    render(&view, &path)
}

/// From so many cases on, the leading ones stand by themselves and the list has no summaries.
const LEADING_FROM: usize = 12;
/// Leading cases of a group.
const LEADING: usize = 5;
/// From so many cases on, a group's charts have files; of fewer, the table in the page is all there is to show.
const FILES_FROM: usize = 10;
/// Lanes of a chart that compares groups.
const LANES: usize = 8;

/// The cases with the largest standing fines.
fn leading(cases: &[&Case]) -> Vec<Line> {
    let mut fined: Vec<(i64, &Case)> = cases
        .iter()
        .filter_map(|case| Some((EuroFine::of(case, Basis::Current).amount()?.amount_minor, *case)))
        .collect();
    fined.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
    fined.into_iter().take(LEADING).map(|(_, case)| Line::new(case, None)).collect()
}

/// The charts that a group's page can have.
fn chart_ids(topic: Topic) -> &'static [&'static str] {
    match topic {
        Topic::Party | Topic::Group => &["timeline"],
        Topic::Authority | Topic::Country => &["strip", "years", "against"],
        Topic::Law => &["strip", "years", "sectors"],
        _ => &["strip", "years", "authorities"],
    }
}

/// The charts of a group's first page, with the addresses of their files. `all` is the whole collection, to compare with.
pub fn group_charts(topic: Topic, key: &str, cases: &[&Case], all: &[Case]) -> Vec<Chart> {
    let root = topic.path(key).map(|path| link::root_of(&path)).unwrap_or_default();
    chart_ids(topic).iter().filter_map(|id| draw_chart(topic, key, cases, all, &root, id)).collect()
}

/// One chart of a group's page; `None` where the group has no such chart.
pub fn group_chart(topic: Topic, key: &str, cases: &[&Case], all: &[Case], id: &str) -> Option<Chart> {
    draw_chart(topic, key, cases, all, &topic.path(key).map(|path| link::root_of(&path)).unwrap_or_default(), id)
}

fn draw_chart(topic: Topic, key: &str, cases: &[&Case], all: &[Case], root: &str, id: &str) -> Option<Chart> {
    let folder = topic.path(key).filter(|_| cases.len() > 1 && chart_ids(topic).contains(&id))?;
    let each = || cases.iter().copied();
    let chart = match id {
        "timeline" => chart::timeline(cases, root),
        "strip" => chart::strip(&figures::dots(each(), None), &figures::summarise(each()), root),
        "years" => {
            let (years, undated) = figures::years(each());
            chart::years(&years, undated)
        }
        "against" => against(topic, key, cases, all, root),
        "sectors" => compared(Topic::Sector, cases, root),
        _ => compared(Topic::Authority, cases, root),
    }?;
    Some(if cases.len() >= FILES_FROM { chart.with_files(&folder) } else { chart })
}

/// A group's fines beside those of all others, of which nothing but the amounts is told: so the chart depends on nothing else
/// of them.
fn against(topic: Topic, key: &str, cases: &[&Case], all: &[Case], root: &str) -> Option<Chart> {
    let own = figures::dots(cases.iter().copied(), None);
    let ids: HashSet<&CaseId> = cases.iter().map(|case| &case.id).collect();
    let others = figures::dots(all.iter().filter(|case| !ids.contains(&case.id)), None);
    let name = label::topic(topic, key);
    let median =
        |dots: &[figures::Dot<'_>]| figures::median(dots).map(|euro| format!("EUR\u{a0}{}", format::amount_tick(euro)));
    let title = format!("The median fine of {name} is {}, of all others {}", median(&own)?, median(&others)?);
    let note = format!(
        "Standing fines on a logarithmic scale; the line is the median, the band the middle half. n\u{a0}=\u{a0}{} and {}; other laws and other practices of publication make them comparable only in part.",
        number(own.len()),
        number(others.len())
    );
    let lane = |label: &str, dots, named| Lane { label: label.to_owned(), href: None, dots, named };
    let lanes = [lane(&name, own, true), lane("All others", others, false)];
    chart::lanes("against", topic.singular(), title, note, &lanes, root)
}

/// A group's fines by another topic, those with most cases first.
fn compared(by: Topic, cases: &[&Case], root: &str) -> Option<Chart> {
    let lanes: Vec<Lane<'_>> = figures::lanes(by, cases.iter().copied(), LANES);
    let top = lanes.iter().filter(|lane| lane.dots.len() > 2).max_by(|a, b| {
        let median = |lane: &Lane<'_>| figures::median(&lane.dots).unwrap_or_default();
        median(a).total_cmp(&median(b))
    })?;
    let median = figures::median(&top.dots)?;
    let fined = cases.iter().filter(|case| figures::is_fined(case)).count();
    let title =
        format!("The highest median by {} is EUR\u{a0}{}: {}", by.singular(), format::amount_tick(median), top.label);
    let note = format!(
        "Standing fines on a logarithmic scale, {} with most cases first, n\u{a0}=\u{a0}{}; {} of {} cases have no known standing fine. The line is the median, the band the middle half; medians of fewer than three fines are not compared.",
        plural(by),
        number(fined),
        number(cases.len() - fined),
        number(cases.len())
    );
    let id = if by == Topic::Sector { "sectors" } else { "authorities" };
    chart::lanes(id, by.singular(), title, note, &lanes, root)
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
        Topic::Party => text.extend(party_intro(key, cases)),
        Topic::Group => text.push(group_intro(key, cases)),
        _ => {}
    }
    text
}

/// The names a party was fined under.
fn party_intro(key: &str, cases: &[&Case]) -> Option<String> {
    let parties = cases.iter().flat_map(|case| &case.parties).filter(|party| party.id.as_str() == key);
    let names: std::collections::BTreeSet<String> =
        parties.filter_map(|party| party.name.value()).map(|name| tidy(name)).collect();
    let names: Vec<String> = names.into_iter().collect();
    (names.len() > 1).then(|| format!("Decisions name it as {}.", format::list(&names)))
}

/// The parties of a group, as far as decisions here name them.
fn group_intro(key: &str, cases: &[&Case]) -> String {
    let parties: std::collections::BTreeSet<String> = cases
        .iter()
        .flat_map(|case| case.respondents())
        .filter(|party| party.group.as_deref().and_then(fineprint_model::slugify).as_deref() == Some(key))
        .filter_map(|party| party.name.value())
        .map(|name| tidy(name))
        .collect();
    let parties: Vec<String> = parties.into_iter().collect();
    let named = if parties.is_empty() { String::new() } else { format!(": {}", format::list(&parties)) };
    format!(
        "Decisions against companies that belonged to it when the decisions were taken{named}. Who belongs to it today is not recorded."
    )
}

fn facts(topic: Topic, key: &str, cases: &[&Case]) -> Vec<(&'static str, Vec<Anchor>, String)> {
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
        Topic::Party => {
            let parties = || cases.iter().flat_map(|case| &case.parties).filter(|party| party.id.as_str() == key);
            let groups: std::collections::BTreeMap<String, String> = parties()
                .filter_map(|party| party.group.as_deref())
                .filter_map(|group| Some((fineprint_model::slugify(group)?, tidy(group))))
                .collect();
            let links: Vec<Anchor> = groups
                .into_iter()
                .filter_map(|(key, name)| Some(Anchor::new(name, Topic::Group.path(&key)?)))
                .collect();
            if !links.is_empty() {
                facts.push(("Group at the time", links, String::new()));
            }
            let seats: std::collections::BTreeSet<String> =
                parties().filter_map(|party| party.country.as_deref()).map(label::country).collect();
            if !seats.is_empty() {
                facts.push(("Seat", Vec::new(), format::list(&seats.into_iter().collect::<Vec<_>>())));
            }
        }
        _ => {}
    }
    facts
}

fn headline_figures(topic: Topic, cases: &[&Case], summary: &MoneySummary) -> Vec<(&'static str, String, String)> {
    let mut figures = vec![("Cases", number(cases.len()), newest(cases))];
    if matches!(topic, Topic::Party | Topic::Group) {
        let on = |basis| figures::summarise_on(cases.iter().copied(), basis);
        for (label, summary) in [("Imposed at first", on(Basis::Imposed)), ("Final", on(Basis::Final))] {
            if let Some(sum) = summary.sum {
                figures.push((
                    label,
                    money_short(sum),
                    count(summary.known, "fine of known amount", "fines of known amount"),
                ));
            }
        }
    }
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
    let mut shares: Vec<f64> =
        cases.iter().filter_map(|case| case.turnover_share.value()).map(|share| share.share.point()).collect();
    if shares.len() > 2 {
        shares.sort_by(f64::total_cmp);
        let (low, high) = (shares[(shares.len() - 1) / 2], shares[shares.len() / 2]);
        figures.push((
            "Median share of turnover",
            percent(f64::midpoint(low, high)),
            format!("n\u{a0}=\u{a0}{}", number(shares.len())),
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
            let groups = figures::grouped(*other, cases.iter().copied(), |key| match other {
                Topic::Law => figures::is_article(key),
                Topic::Violation => key.contains('/'),
                _ => true,
            });
            // With a party, the example would be the party itself.
            let exemplified = *other == Topic::Violation && topic != Topic::Party;
            (groups.len() > 1).then(|| breakdown_view(*other, id, title, groups, exemplified))
        })
        .collect()
}

/// Rows of a breakdown; the topic's own list has all.
const BREAKDOWN_ROWS: usize = 8;

fn breakdown_view(
    topic: Topic,
    id: &'static str,
    title: &'static str,
    groups: Vec<figures::Group<'_>>,
    exemplified: bool,
) -> Breakdown {
    let max = groups.iter().map(|group| group.cases.len()).max().unwrap_or_default();
    let more = groups.len().saturating_sub(BREAKDOWN_ROWS);
    let rows = groups.into_iter().take(BREAKDOWN_ROWS);
    Breakdown {
        id,
        title,
        heads: ["", "Cases", "Total", "Median"],
        rows: rows
            .map(|group| {
                let example = exemplified.then(|| example(&group.cases)).flatten();
                breakdown_row(topic, group.row(), max, example)
            })
            .collect(),
        more,
        all_href: topic.index_path(),
    }
}

fn breakdown_row(topic: Topic, row: Row, max: usize, example: Option<Anchor>) -> BreakdownRow {
    BreakdownRow {
        example,
        href: topic.path(&row.key),
        cases: number(row.cases),
        bar: bar(row.cases, max),
        sum: row.money.sum.map_or_else(|| no_sum(&row.money).to_owned(), money_short),
        median: row.money.median.map_or_else(String::new, money_short),
        label: row.label,
    }
}

/// The case with the largest standing fine, in a few words.
fn example(cases: &[&Case]) -> Option<Anchor> {
    let fine = |case: &Case| EuroFine::of(case, Basis::Current).amount().map_or(0, |fine| fine.amount_minor);
    let case = cases.iter().max_by_key(|case| fine(case))?;
    let party = label::upper(&crate::title::respondents(case));
    Some(Anchor::new(format::shortened(&party, 44), link::case(&case.id)))
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
        is_name: matches!(topic, Topic::Party | Topic::Group),
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
        Topic::Group => "groups of companies",
    }
}
