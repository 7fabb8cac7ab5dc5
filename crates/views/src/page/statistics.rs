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

struct QuestionRow {
    anchor: Anchor,
    linked: bool,
    bar: String,
    cells: Vec<String>,
}

#[derive(Template)]
#[template(path = "statistics.html")]
struct Statistics<'a> {
    page: Page<'a>,
    questions: Vec<Question>,
    total: String,
    money_note: String,
}

/// The statistics page.
///
/// # Errors
/// Where the template does not render.
pub fn statistics(site: &Site, cases: &[Case]) -> Result<String> {
    let path = "statistics/";
    let mut page = Page::new(
        site,
        path,
        "Statistics",
        format!("Six questions about {} decisions, with n and what is missing.", number(cases.len())),
    );
    page.json_ld = Some(json_ld::breadcrumbs(&page));
    let root = page.root.clone();
    let summary = figures::summarise(cases.iter());
    let (years, undated) = figures::years(cases.iter());
    let mut questions = Vec::new();
    if let Some(chart) = chart::years(&years, undated, Some("statistics/years.csv".into())) {
        questions.push(charted("How much was fined, and when?", chart, site, "sort:-date"));
    }
    let dots = figures::dots(cases.iter(), None);
    if let Some(chart) = chart::strip(&dots, &summary, &root, Some("statistics/strip.csv".into())) {
        questions.push(charted("How large is a usual fine?", chart, site, "has:fine sort:-fine"));
    }
    questions.extend(standing(site, cases));
    for (topic, question, id) in TOPICS {
        questions.extend(by_topic(site, cases, topic, question, id));
    }
    let view = Statistics {
        questions,
        total: count(cases.len(), "decision", "decisions"),
        money_note: denominator(&summary),
        page,
    };
    render(&view, path)
}

const TOPICS: [(Topic, &str, &str); 3] = [
    (Topic::Law, "Which provisions are violated most often?", "provisions"),
    (Topic::Authority, "Which authorities decide, and how much do they fine?", "authorities"),
    (Topic::Sector, "Which sectors are fined?", "sectors"),
];

fn topic_rows(topic: Topic, cases: &[Case]) -> Vec<Row> {
    figures::breakdown(topic, cases.iter(), |key| topic != Topic::Law || figures::is_article(key))
}

fn charted(question: &'static str, chart: Chart, site: &Site, query: &str) -> Question {
    Question {
        question,
        id: chart.id,
        finding: chart.title.clone(),
        note: chart.note.clone(),
        csv_href: chart.csv_href.clone().unwrap_or_default(),
        chart: Some(chart),
        head: Vec::new(),
        rows: Vec::new(),
        change: site.served.then(|| link::search(query)),
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
        change: site.served.then(|| link::search("sort:-fine")),
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
                linked: site.served,
                bar: bar(count, max),
                cells: vec![number(count), ratio(count, total)],
            })
            .collect(),
        csv_href: "statistics/standing.csv".into(),
        change: site.served.then(|| link::search("status:annulled")),
    })
}

#[expect(clippy::cast_precision_loss, reason = "a share for people")]
fn ratio(part: usize, whole: usize) -> String {
    percent(part as f64 / whole.max(1) as f64)
}

/// The tables of the statistics page for programs: name and rows, the first of which names the columns.
pub fn charts(cases: &[Case]) -> Vec<(String, Vec<Vec<String>>)> {
    let summary = figures::summarise(cases.iter());
    let (years, undated) = figures::years(cases.iter());
    let mut files: Vec<(String, Vec<Vec<String>>)> = Vec::new();
    let drawn =
        [chart::years(&years, undated, None), chart::strip(&figures::dots(cases.iter(), None), &summary, "", None)];
    for chart in drawn.into_iter().flatten() {
        files.push((chart.id.to_owned(), chart.csv));
    }
    let mut standing = vec![vec!["status".to_owned(), "cases".to_owned()]];
    standing.extend(status_rows(cases).into_iter().map(|(status, count)| vec![status.to_string(), count.to_string()]));
    files.push(("standing".into(), standing));
    for (topic, _, id) in TOPICS {
        files.push((id.to_owned(), breakdown_csv(&topic_rows(topic, cases))));
    }
    files
}
