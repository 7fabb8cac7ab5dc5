//! Six questions with their answers, each with its chart, table, n and what is missing.

use askama::Template;
use fineprint_model::{Basis, Case, Fine, Status};

use super::{Anchor, Page, Site, render};
use crate::chart::{self, Chart, bar, breakdown_csv, denominator};
use crate::error::Result;
use crate::figures::{self, Row};
use crate::format::{count, money_short, number, percent};
use crate::label;
use crate::link::{self, Topic};
use crate::machine::json_ld;

struct Question {
    question: &'static str,
    id: &'static str,
    finding: String,
    note: String,
    chart: Option<Chart>,
    head: Vec<&'static str>,
    rows: Vec<QuestionRow>,
    csv_href: String,
    change: Option<String>,
}

impl Question {
    /// Of the cases of a search: it has no files, and is changed together with that search.
    fn of_search(&mut self, query: &str) {
        if let Some(chart) = &mut self.chart {
            chart.stem = None;
        }
        self.csv_href.clear();
        self.change = self.change.take().map(|_| link::search(query));
    }
}

struct QuestionRow {
    anchor: Anchor,
    linked: bool,
    bar: String,
    cells: Vec<String>,
}

/// The search whose cases the statistics are about.
#[derive(Debug, Clone, Copy)]
pub struct Within<'a> {
    /// The query in its canonical form.
    pub query: &'a str,
    /// How it was understood.
    pub sentence: &'a str,
}

#[derive(Template)]
#[template(path = "statistics.html")]
struct Statistics<'a> {
    page: Page<'a>,
    /// How the search was understood, and its address.
    within: Option<(String, String)>,
    questions: Vec<Question>,
    total: String,
    money_note: String,
}

/// The statistics page, of all cases or of those that a search finds.
///
/// # Errors
/// Where the template does not render.
pub fn statistics(site: &Site, cases: &[Case], within: Option<Within<'_>>) -> Result<String> {
    let path = "statistics/";
    let mut page = Page::new(
        site,
        path,
        "Statistics",
        format!("Six questions about {} decisions, with n and what is missing.", number(cases.len())),
    );
    page.json_ld = Some(json_ld::breadcrumbs(&page));
    if let Some(Within { query, sentence }) = within {
        page.title = format!("Statistics: {sentence}");
        page.noindex = true;
        query.clone_into(&mut page.query);
    }
    let root = page.root.clone();
    let summary = figures::summarise(cases.iter());
    let (years, undated) = figures::years(cases.iter());
    let mut questions = Vec::new();
    if let Some(chart) = chart::years(&years, undated) {
        questions.push(charted("How much was fined, and when?", chart, site, "sort:-date"));
    }
    let dots = figures::dots(cases.iter(), None);
    if let Some(chart) = chart::strip(&dots, &summary, &root) {
        questions.push(charted("How large is a usual fine?", chart, site, "has:fine sort:-fine"));
    }
    questions.extend(standing(site, cases));
    questions.extend(by_topic(site, cases, Topic::Law, "Which provisions are violated most often?", "provisions"));
    for (topic, question, id) in COMPARED {
        if let Some(chart) = compared(cases, topic, id, &root) {
            questions.push(charted(question, chart, site, "has:fine sort:-fine"));
        }
    }
    if let Some(Within { query, .. }) = within {
        for question in &mut questions {
            question.of_search(query);
        }
    }
    let view = Statistics {
        questions,
        within: within.map(|within| (within.sentence.to_owned(), link::search(within.query))),
        total: count(cases.len(), "decision", "decisions"),
        money_note: denominator(&summary),
        page,
    };
    render(&view, path)
}

const COMPARED: [(Topic, &str, &str); 2] = [
    (Topic::Authority, "How do authorities differ?", "authorities"),
    (Topic::Sector, "Which sectors pay most?", "sectors"),
];

/// Groups of a topic on one scale.
const LANES: usize = 14;

fn compared(cases: &[Case], topic: Topic, id: &'static str, root: &str) -> Option<Chart> {
    let lanes = figures::lanes(topic, cases.iter(), LANES);
    let median = |lane: &chart::Lane<'_>| figures::median(&lane.dots).unwrap_or_default();
    let known = || lanes.iter().filter(|lane| lane.dots.len() > 2);
    let (top, low) = (
        known().max_by(|a, b| median(a).total_cmp(&median(b)))?,
        known().min_by(|a, b| median(a).total_cmp(&median(b)))?,
    );
    let euro = |lane| format!("EUR\u{a0}{}", crate::format::amount_tick(median(lane)));
    let title = format!("The median fine is {} for {} and {} for {}", euro(top), top.label, euro(low), low.label);
    let with_key = cases.iter().filter(|case| !figures::keys(topic, case).is_empty()).count();
    let note = format!(
        "Standing fines on a logarithmic scale; the line is the median, the band the middle half. The {} with most decisions, n\u{a0}=\u{a0}{} fines of the whole; {} of {} decisions are without a known {}. Medians of fewer than three fines are not compared.",
        count(lanes.len(), topic.singular(), &topic.plural().to_lowercase()),
        number(figures::summarise(cases.iter()).known),
        number(cases.len() - with_key),
        number(cases.len()),
        topic.singular()
    );
    chart::lanes(id, topic.singular(), title, note, &lanes, root)
}

fn topic_rows(topic: Topic, cases: &[Case]) -> Vec<Row> {
    figures::breakdown(topic, cases.iter(), |key| topic != Topic::Law || figures::is_article(key))
}

fn charted(question: &'static str, chart: Chart, site: &Site, query: &str) -> Question {
    Question {
        question,
        id: chart.id,
        finding: chart.title.clone(),
        note: chart.note.clone(),
        csv_href: String::new(),
        chart: Some(chart.with_files("statistics/")),
        head: Vec::new(),
        rows: Vec::new(),
        change: site.searches().then(|| link::search(query)),
    }
}

fn by_topic(site: &Site, cases: &[Case], topic: Topic, question: &'static str, id: &'static str) -> Option<Question> {
    let rows = topic_rows(topic, cases);
    let top = rows.first()?;
    let total = cases.len();
    let with_key = cases.iter().filter(|case| !figures::keys(topic, case).is_empty()).count();
    let finding = match topic {
        Topic::Law => format!(
            "{} is found violated most often: in {} of {} decisions",
            top.label,
            number(top.cases),
            number(total)
        ),
        Topic::Authority => {
            let largest = rows.iter().max_by_key(|row| row.money.sum.map_or(0, |sum| sum.amount_minor))?;
            match largest.money.sum {
                Some(sum) => format!("{} accounts for the largest total here: {}", largest.label, money_short(sum)),
                None => format!("{} has the most decisions here: {}", top.label, number(top.cases)),
            }
        }
        _ => format!("{} appears most often here: in {} of {} decisions", top.label, number(top.cases), number(total)),
    };
    let max = top.cases;
    let more = rows.len().saturating_sub(12);
    let mut note = format!(
        "n = {} decisions; {} without a known {}. A decision with several counts once in each. Totals are standing fines in euro.",
        number(total),
        number(total - with_key),
        topic.singular()
    );
    if more > 0 {
        note.push_str(&format!(" {more} more are in the CSV."));
    }
    Some(Question {
        question,
        id,
        finding,
        note,
        chart: None,
        head: vec![topic.singular(), "Decisions", "Known fines", "Total", "Median"],
        rows: rows
            .into_iter()
            .take(12)
            .map(|row| QuestionRow {
                linked: topic.path(&row.key).is_some(),
                anchor: Anchor::new(row.label, topic.path(&row.key).unwrap_or_default()),
                bar: bar(row.cases, max),
                cells: vec![
                    number(row.cases),
                    number(row.money.known),
                    row.money.sum.map_or_else(String::new, money_short),
                    row.money.median.map_or_else(String::new, money_short),
                ],
            })
            .collect(),
        csv_href: format!("statistics/{id}.csv"),
        change: site.searches().then(|| link::search("sort:-fine")),
    })
}

fn status_rows(cases: &[Case]) -> Vec<(Status, usize)> {
    Status::ALL
        .into_iter()
        .map(|status| (status, cases.iter().filter(|case| case.status() == status).count()))
        .filter(|(_, count)| *count > 0)
        .collect()
}

fn standing(site: &Site, cases: &[Case]) -> Option<Question> {
    let rows = status_rows(cases);
    let fined: Vec<&Case> = cases.iter().filter(|case| case.fine(Basis::Imposed) != Fine::None).collect();
    if fined.is_empty() {
        return None;
    }
    let moved = fined
        .iter()
        .filter(|case| {
            matches!(case.status(), Status::Reduced | Status::Increased | Status::Annulled | Status::Withdrawn)
        })
        .count();
    let max = rows.iter().map(|(_, count)| *count).max()?;
    let total = cases.len();
    Some(Question {
        question: "Do fines stand?",
        id: "standing",
        finding: format!("{} of {} fines no longer stand as imposed", number(moved), number(fined.len())),
        note: format!(
            "n = {} decisions, {} of them with a fine. \"Decided\" means that nothing is known of an appeal, not that there was none.",
            number(total),
            number(fined.len())
        ),
        chart: None,
        head: vec!["Status", "Decisions", "Share"],
        rows: rows
            .into_iter()
            .map(|(status, count)| QuestionRow {
                anchor: Anchor::new(label::status(status), link::search(&format!("status:{status}"))),
                linked: site.searches(),
                bar: bar(count, max),
                cells: vec![number(count), ratio(count, total)],
            })
            .collect(),
        csv_href: "statistics/standing.csv".into(),
        change: site.searches().then(|| link::search("status:annulled")),
    })
}

#[expect(clippy::cast_precision_loss, reason = "a share for people")]
fn ratio(part: usize, whole: usize) -> String {
    percent(part as f64 / whole.max(1) as f64)
}

/// The charts of the first page and of the statistics page, whose files stand below `statistics/`.
pub fn charts(cases: &[Case]) -> Vec<Chart> {
    let summary = figures::summarise(cases.iter());
    let (years, undated) = figures::years(cases.iter());
    let countries = figures::breakdown(Topic::Country, cases.iter(), link::is_safe_key);
    let drawn = [
        chart::years(&years, undated),
        chart::strip(&figures::dots(cases.iter(), None), &summary, ""),
        super::home::country_panels(cases, ""),
        chart::tiles(&countries, cases.len(), ""),
    ];
    let compared = COMPARED.into_iter().map(|(topic, _, id)| compared(cases, topic, id, ""));
    drawn.into_iter().chain(compared).flatten().map(|chart| chart.with_files("statistics/")).collect()
}

/// The tables of the statistics page that have no drawing: name and rows, the first of which names the columns.
pub fn tables(cases: &[Case]) -> [(&'static str, Vec<Vec<String>>); 2] {
    let mut standing = vec![vec!["status".to_owned(), "cases".to_owned()]];
    standing.extend(status_rows(cases).into_iter().map(|(status, count)| vec![status.to_string(), count.to_string()]));
    [("standing", standing), ("provisions", breakdown_csv(&topic_rows(Topic::Law, cases)))]
}
