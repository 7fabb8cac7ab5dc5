//! Answers to questions: the search page, its downloads and feed.

use fineprint_model::Case;
use fineprint_model::query::{Facet, Field, MAX_LIMIT, Node, Query, Request, Response, Value};
use fineprint_search::{Engine, toggle, write};
use fineprint_views::format::tidy;
use fineprint_views::link;
use fineprint_views::machine::csv::{self, Dialect};
use fineprint_views::machine::feed::{self, Feed};
use fineprint_views::machine::json::{self, ListHead};
use fineprint_views::page::{self, Bar, FACETS, Histogram, SearchContext};

use crate::answer::{Answer, Problem};
use crate::app::Snapshot;
use crate::error::{Error, Result};
use crate::params::{self, Params, Wrong};
use crate::resource::{Rendered, kind};

/// Hits on one page of the search.
const PER_PAGE: usize = 25;
/// Wider queries that an empty answer offers.
const WIDER: usize = 4;
/// Values of a facet that are sent to the page; a longer list nobody reads.
const FACET_VALUES: usize = 60;

impl From<Wrong> for Answer {
    fn from(wrong: Wrong) -> Self {
        match wrong {
            Wrong::Parameter(detail) => Self::Problem(Problem::new(400, "A parameter is not understood", detail)),
            Wrong::Query { text, error } => {
                let corrected = error.corrected(&text);
                let mut problem = Problem::new(400, "The query is not understood", sentence(&tidy(&error.message)));
                problem.suggestion = error.suggestion.clone();
                problem.corrected = corrected;
                problem.span = Some(error.span);
                problem.query = text;
                Self::Problem(problem)
            }
        }
    }
}

/// An error's message as a sentence for people.
pub(crate) fn sentence(message: &str) -> String {
    let mut chars = message.chars();
    let first = chars.next().map(char::to_uppercase);
    first.map_or_else(String::new, |first| format!("{}{}.", first, chars.as_str()))
}

/// What the engine refuses is the asker's doing where it names a part of the request.
pub(crate) fn refused(error: fineprint_search::Error) -> Result<Answer> {
    match error {
        fineprint_search::Error::Cursor { .. } | fineprint_search::Error::Request { .. } => {
            Ok(Answer::Problem(Problem::new(400, "The request is not understood", sentence(&tidy(&error.to_string())))))
        }
        other => Err(Error::Search(other)),
    }
}

macro_rules! ask {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(error) => return refused(error),
        }
    };
}

macro_rules! read {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(wrong) => return Ok(wrong.into()),
        }
    };
}

pub(crate) use {ask, read};

fn cases_of<'a>(snapshot: &'a Snapshot, response: &mut Response) -> Vec<&'a Case> {
    // The index and the picture hold the same cases; should one be missing all the same, it is left out of both.
    response.hits.retain(|hit| snapshot.case(&hit.id).is_some());
    response.hits.iter().filter_map(|hit| snapshot.case(&hit.id)).collect()
}

/// The search page.
pub(crate) fn page(snapshot: &Snapshot, query_string: Option<&str>) -> Result<Answer> {
    let mut known = params::query_names();
    known.push("cursor");
    let params = read!(Params::read(query_string, &known));
    let (query, from_form) = read!(params::query(&params, &snapshot.engine, snapshot.site.today));
    let text = write(&query);
    if from_form {
        // One address for one question, however it was asked.
        return Ok(Answer::Redirect { status: 303, to: format!("/{}", link::search(&text)) });
    }
    let request = Request {
        query: query.clone(),
        limit: PER_PAGE,
        cursor: read!(params.one("cursor")).map(str::to_owned),
        facets: FACETS.to_vec(),
        snippets: true,
    };
    let mut response = ask!(snapshot.engine.search(&request));
    let cases = cases_of(snapshot, &mut response);
    for facet in &mut response.facets {
        keep_useful(facet);
    }
    let form = params::form(&query);
    let wider = if response.total == 0 { wider(snapshot, &query)? } else { Vec::new() };
    let chips = chips(&query);
    let fines = fine_histogram(snapshot, &query)?;
    let years = year_histogram(snapshot, &query)?;
    let context = SearchContext {
        query: &text,
        rest: &form.rest,
        response: &response,
        cases: &cases,
        chips: &chips,
        wider: &wider,
        fine: form.fine,
        decided: form.decided,
        sort: &form.sort,
        fines: &fines,
        years: &years,
    };
    let body = page::search(&snapshot.site, &context)?;
    // All decisions are a page of their own; what narrows them down is one of endlessly many.
    Ok(Answer::Ok(Rendered { noindex: !text.is_empty(), ..Rendered::new(kind::HTML, body) }))
}

/// The query without its conditions on a field, and the last of those.
fn apart(query: &Query, field: Field) -> (Query, Option<Value>) {
    let mut own = None;
    let rest = params::conditions(query)
        .iter()
        .filter(|node| match node {
            Node::Value(of, value) if *of == field => {
                own = Some(value.clone());
                false
            }
            _ => true,
        })
        .cloned()
        .collect();
    (params::with_conditions(query, rest), own)
}

/// The query with one more condition.
fn with(query: &Query, node: Node) -> Query {
    let mut nodes = params::conditions(query).to_vec();
    nodes.push(node);
    params::with_conditions(query, nodes)
}

/// Cases by the size of the fine, on a logarithmic scale.
fn fine_histogram(snapshot: &Snapshot, query: &Query) -> Result<Histogram> {
    let (rest, _) = apart(query, Field::Fine);
    let spread = snapshot.engine.histogram(query, Field::Fine)?;
    let bars = spread.buckets.into_iter().map(|bucket| {
        let narrowed = snapshot.engine.parse(&bucket.query, snapshot.site.today).ok().and_then(|query| query.root);
        Bar {
            query: write(&narrowed.map_or_else(|| rest.clone(), |node| with(&rest, node))),
            from: bucket.from,
            to: bucket.to.unwrap_or_default(),
            count: bucket.count,
            selected: bucket.selected,
        }
    });
    Ok(Histogram { bars: bars.collect(), unknown: spread.unknown })
}

/// Cases by the year of the decision, without gaps.
fn year_histogram(snapshot: &Snapshot, query: &Query) -> Result<Histogram> {
    let (rest, own) = apart(query, Field::Decided);
    let (low, high) = match own {
        Some(Value::Date { from, to }) => {
            (from.map_or(i32::MIN, |date| date.get_year()), to.map_or(i32::MAX, |date| date.get_year()))
        }
        _ => (i32::MIN, i32::MAX),
    };
    let facet = snapshot.engine.facet(&rest, Field::Year)?;
    let counts: std::collections::BTreeMap<i32, usize> =
        facet.values.iter().filter_map(|value| Some((value.value.parse().ok()?, value.count))).collect();
    let (Some(first), Some(last)) = (counts.keys().next().copied(), counts.keys().next_back().copied()) else {
        return Ok(Histogram { bars: Vec::new(), unknown: facet.unknown });
    };
    let bars = (first.max(last - 40)..=last).map(|year| {
        let day = fineprint_model::PartialDate::year(year).ok();
        Bar {
            from: year.to_string(),
            to: year.to_string(),
            count: counts.get(&year).copied().unwrap_or_default(),
            selected: year >= low && year <= high,
            query: write(&with(&rest, Node::Value(Field::Decided, Value::Date { from: day, to: day }))),
        }
    });
    Ok(Histogram { bars: bars.collect(), unknown: facet.unknown })
}

/// Broad values first: whole laws say little where all cases share one; the rest is cut to what can be read.
fn keep_useful(facet: &mut Facet) {
    if facet.field == Field::Article {
        facet.values.retain(|value| value.selected || value.value.contains('/'));
    }
    let mut left = FACET_VALUES;
    facet.values.retain(|value| {
        left = left.saturating_sub(1);
        value.selected || left > 0
    });
}

/// Each condition that can be dropped by itself, with the query that is left.
fn chips(query: &Query) -> Vec<(Field, String, String)> {
    let mut chips = Vec::new();
    let nodes = params::conditions(query);
    for (at, node) in nodes.iter().enumerate() {
        let Some((field, values)) = params::values(node) else { continue };
        for value in &values {
            let (text, left) = match params::box_value(value) {
                Some(text) if values.len() > 1 || matches!(value, Value::Term(_)) => {
                    let left = toggle(query, field, &text);
                    (text, left)
                }
                _ => {
                    let alone = Query { root: Some(node.clone()), ..Query::default() };
                    let text = write(&alone);
                    let text = text.split_once(':').map_or(text.clone(), |(_, value)| value.to_owned());
                    (text, without(query, at))
                }
            };
            chips.push((field, text, write(&left)));
        }
    }
    chips
}

fn without(query: &Query, at: usize) -> Query {
    let mut nodes = params::conditions(query).to_vec();
    nodes.remove(at);
    params::with_conditions(query, nodes)
}

/// Queries with one condition less that find something, those with most cases first.
fn wider(snapshot: &Snapshot, query: &Query) -> Result<Vec<(String, String)>> {
    let nodes = params::conditions(query);
    let mut found = Vec::new();
    if nodes.len() > 1 {
        for at in 0..nodes.len().min(16) {
            let left = without(query, at);
            let request = Request { query: left.clone(), limit: 0, cursor: None, facets: Vec::new(), snippets: false };
            let total = snapshot.engine.search(&request)?.total;
            if total > 0 {
                let dropped = write(&Query { root: nodes.get(at).cloned(), ..Query::default() });
                found.push((total, dropped, left));
            }
        }
    }
    found.sort_by_key(|(total, ..)| std::cmp::Reverse(*total));
    Ok(found
        .into_iter()
        .take(WIDER)
        .map(|(total, dropped, left)| {
            let count = fineprint_views::format::count(total, "decision", "decisions");
            (format!("without {dropped}: {count}"), write(&left))
        })
        .collect())
}

/// Every hit of a query, page by page.
fn all_hits(engine: &Engine, query: &Query) -> std::result::Result<Vec<Case>, fineprint_search::Error> {
    let mut all = Vec::new();
    let mut absent = None;
    let mut cursor = None;
    loop {
        let request = Request { query: query.clone(), limit: MAX_LIMIT, cursor, facets: Vec::new(), snippets: false };
        let response = engine.search(&request)?;
        for hit in &response.hits {
            // All that are not at hand are missed before this fails, so that they are brought at once.
            match engine.case(&hit.id) {
                Err(error @ fineprint_search::Error::Absent { .. }) => absent = Some(error),
                found => all.extend(found?),
            }
        }
        match response.next {
            Some(next) => cursor = Some(next),
            None => return absent.map_or(Ok(all), Err),
        }
    }
}

/// The whole result in a form for programs: `search.csv`, `.json`, `.jsonl`, `.atom`.
pub(crate) fn download(snapshot: &Snapshot, ending: &str, query_string: Option<&str>) -> Result<Answer> {
    let mut known = params::query_names();
    known.push("as_of");
    if ending == "csv" {
        known.push("excel");
    }
    let params = read!(Params::read(query_string, &known));
    let day = read!(params::as_of(&params));
    let engine = snapshot.engine_at(day)?;
    let (query, _) = read!(params::query(&params, &engine, snapshot.site.today));
    let text = write(&query);
    let excel = match read!(params.one("excel")) {
        None | Some("0") => Dialect::Plain,
        Some("1") => Dialect::Spreadsheet,
        Some(_) => {
            let detail = "parameter `excel`: expected `0` or `1`".to_owned();
            return Ok(Wrong::Parameter(detail).into());
        }
    };
    let cases = ask!(all_hits(&engine, &query));
    let each = || cases.iter();
    let site = &snapshot.site;
    let understood = fineprint_search::sentence(&query);
    let rendered = match ending {
        "csv" => Rendered::new(kind::CSV, csv::cases(each(), excel)?),
        "jsonl" => Rendered::new(kind::JSONL, json::lines(each())?),
        "json" => {
            let day = day.map(|day| day.to_string());
            let head = ListHead {
                query: Some(&text),
                sentence: Some(&understood),
                total: cases.len(),
                as_of: day.as_deref(),
                ..ListHead::default()
            };
            Rendered::new(kind::JSON, json::list(site, &head, each())?)
        }
        _ => {
            let day = day.map(|day| format!("&as_of={day}")).unwrap_or_default();
            let path = format!("search.atom?q={}{day}", link::encode(&text));
            let page = link::search(&text);
            Rendered::new(kind::ATOM, feed::atom(site, &Feed { title: &understood, path: &path, page: &page }, each()))
        }
    };
    Ok(Answer::Ok(Rendered { noindex: true, ..rendered }))
}

/// The statistics page of what a search finds.
pub(crate) fn statistics(snapshot: &Snapshot, query_string: Option<&str>) -> Result<Answer> {
    let params = read!(Params::read(query_string, &["q"]));
    let (query, _) = read!(params::query(&params, &snapshot.engine, snapshot.site.today));
    let cases = ask!(all_hits(&snapshot.engine, &query));
    if cases.is_empty() {
        let mut problem = Problem::new(404, "Nothing was found", "The search finds no decision to count.".to_owned());
        problem.ways.push(("The search".to_owned(), link::search(&write(&query))));
        return Ok(Answer::Problem(problem));
    }
    let (text, sentence) = (write(&query), fineprint_search::sentence(&query));
    let within = (!text.is_empty()).then_some(page::Within { query: &text, sentence: &sentence });
    let body = page::statistics(&snapshot.site, &cases, within)?;
    Ok(Answer::Ok(Rendered { noindex: true, ..Rendered::new(kind::HTML, body) }))
}

pub(crate) fn pretty(value: &serde_json::Value) -> String {
    let mut text = format!("{value:#}");
    text.push('\n');
    text
}
