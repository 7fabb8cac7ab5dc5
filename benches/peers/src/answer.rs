//! Questions on standard input, one JSON object a line; answers with the time they took on standard output.

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::io::{BufRead as _, Write as _};
use std::path::Path;
use std::time::Instant;

use fineprint_model::query::{Field, Measured, Metric, Request, StatsRequest};
use fineprint_search::{Check, Engine};
use serde::{Deserialize, Serialize};

/// The facets that the race counts.
const FACETS: [&str; 7] = ["authority", "country", "year", "status", "article", "violation", "sector"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    query: String,
    #[serde(default)]
    facets: bool,
    #[serde(default)]
    limit: usize,
    #[serde(default)]
    snippets: bool,
    /// Statistics by this facet instead of hits.
    #[serde(default)]
    by: Option<String>,
    #[serde(default)]
    median: bool,
    /// How often to ask; the time is the mean.
    #[serde(default)]
    repeat: Option<u32>,
}

#[derive(Serialize, Default)]
struct Answer {
    ns: u128,
    total: usize,
    ids: Vec<String>,
    snippets: usize,
    facets: BTreeMap<String, BTreeMap<String, usize>>,
    rows: BTreeMap<String, (usize, Option<f64>, Option<f64>)>,
}

fn field(name: &str) -> Result<Field, String> {
    Field::ALL.into_iter().find(|field| field.as_str() == name).ok_or_else(|| format!("no facet `{name}`"))
}

fn ask(engine: &Engine, question: &Question) -> Result<Answer, Box<dyn Error>> {
    let times = question.repeat.unwrap_or(1).max(1);
    let today = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default();
    let mut answer = Answer::default();
    if let Some(by) = &question.by {
        let metrics = if question.median { vec![Metric::Sum, Metric::MEDIAN] } else { vec![Metric::Sum] };
        let by = vec![field(by)?];
        let start = Instant::now();
        let mut stats = None;
        for _ in 0..times {
            let request = StatsRequest {
                query: engine.parse(&question.query, today)?,
                by: by.clone(),
                of: Measured::Fine,
                metrics: metrics.clone(),
                single_finding: false,
            };
            stats = Some(black_box(engine.stats(&request)?));
        }
        answer.ns = start.elapsed().as_nanos() / u128::from(times);
        for row in stats.into_iter().flat_map(|stats| stats.rows) {
            let key = row.key.into_iter().next().flatten().unwrap_or_default();
            let figure = |name: &str| row.figures.values.get(name).copied().flatten();
            answer.rows.insert(key, (row.figures.n, figure("sum"), figure("median")));
        }
        return Ok(answer);
    }
    let facets = if question.facets { FACETS.into_iter().map(field).collect::<Result<_, _>>()? } else { Vec::new() };
    let start = Instant::now();
    let mut response = None;
    for _ in 0..times {
        let request = Request {
            query: engine.parse(&question.query, today)?,
            limit: question.limit,
            cursor: None,
            facets: facets.clone(),
            snippets: question.snippets,
        };
        response = Some(black_box(engine.search(&request)?));
    }
    answer.ns = start.elapsed().as_nanos() / u128::from(times);
    let Some(response) = response else { return Ok(answer) };
    answer.total = response.total;
    answer.snippets = response.hits.iter().filter(|hit| hit.snippet.is_some()).count();
    answer.ids = response.hits.into_iter().map(|hit| hit.id.to_string()).collect();
    for facet in response.facets {
        let values = facet.values.into_iter().filter(|value| value.count > 0);
        let values = values.map(|value| (value.value, value.count)).collect();
        answer.facets.insert(facet.field.as_str().to_owned(), values);
    }
    Ok(answer)
}

/// How many cases a query finds, with the first ten of them looked up.
///
/// # Errors
/// Where there is no index, or the query is wrong.
pub fn once(index: &Path, query: &str) -> Result<usize, Box<dyn Error>> {
    let engine = Engine::open_read_only(index, Check::Stat)?;
    let query = engine.parse(query, chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default())?;
    let request = Request { query, limit: 10, cursor: None, facets: Vec::new(), snippets: false };
    let response = engine.search(&request)?;
    for hit in &response.hits {
        black_box(engine.case(&hit.id)?);
    }
    Ok(response.total)
}

/// Answers until the input ends.
///
/// # Errors
/// Where there is no index, or a question or its answer is wrong.
pub fn run(index: &Path) -> Result<(), Box<dyn Error>> {
    let engine = Engine::open_read_only(index, Check::Stat)?;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let question: Question = serde_json::from_str(&line?)?;
        serde_json::to_writer(&mut out, &ask(&engine, &question)?)?;
        writeln!(out)?;
        out.flush()?;
    }
    Ok(())
}
