//! The interface for programs: what stands below `/api/v1/`.
//!
//! [`ENDPOINTS`] says which address takes which parameters; the handlers refuse every other name, and the OpenAPI
//! description is made from the same list.

use fineprint_model::query::{
    Facet, FacetOptions, FacetOrder, Facts, Field, Figures, MAX_LIMIT, Measured, Metric, PrecedentsRequest, Request,
    Similar, StatsRequest,
};
use fineprint_model::vocab::nearest;
use fineprint_model::{Case, CaseId, SCHEMA_VERSION};
use fineprint_search::{Engine, read_people, read_turnover, toggle, write};
use fineprint_views::format::{shortened, tidy};
use fineprint_views::machine::json::{self, ListHead};
use fineprint_views::{label, link};
use serde_json::{Value, json};

use crate::answer::{Answer, Problem};
use crate::app::Snapshot;
use crate::error::Result;
use crate::params::{self, Params, Wrong};
use crate::resource::{Rendered, kind};
use crate::search::{ask, pretty, read, refused, sentence};

/// A resource of the interface.
#[cfg_attr(not(feature = "service"), allow(dead_code, reason = "only the service describes its interface"))]
pub(crate) struct Endpoint {
    /// Its address below `/api/v1/`.
    pub(crate) path: &'static str,
    /// Its name, as programs that are made from the description call it.
    pub(crate) operation: &'static str,
    /// What it answers.
    pub(crate) summary: &'static str,
    /// Parameters besides the query's.
    pub(crate) params: &'static [&'static str],
    /// Whether it takes the query, as text and as the search form's fields.
    pub(crate) query: bool,
    /// The component of the description that its answer is like.
    pub(crate) answer: &'static str,
}

/// Facets that facts are stated in.
const FACTS: [Field; 8] = [
    Field::Article,
    Field::Violation,
    Field::Role,
    Field::Kind,
    Field::Sector,
    Field::Context,
    Field::Data,
    Field::Factor,
];

const CASES: Endpoint = Endpoint {
    path: "cases",
    operation: "list_cases",
    summary: "Cases that a query finds, page by page, with facets and what their fines come to.",
    params: &["limit", "cursor", "facets", "as_of"],
    query: true,
    answer: "CaseList",
};
const CASE: Endpoint = Endpoint {
    path: "cases/{id}",
    operation: "get_case",
    summary: "A case's record.",
    params: &["as_of"],
    query: false,
    answer: "Case",
};
const SIMILAR: Endpoint = Endpoint {
    path: "cases/{id}/similar",
    operation: "list_similar_cases",
    summary: "The cases most like one, with what they share.",
    params: &["limit", "as_of"],
    query: false,
    answer: "SimilarCases",
};
const PRECEDENTS: Endpoint = Endpoint {
    path: "precedents",
    operation: "list_precedents",
    summary: "The cases nearest to the facts of a matter, why they are near, and what they cost.",
    params: &[
        "q",
        "article",
        "violation",
        "role",
        "kind",
        "sector",
        "context",
        "data",
        "factor",
        "affected",
        "turnover",
        "text",
        "limit",
        "as_of",
    ],
    query: false,
    answer: "Precedents",
};
const STATS: Endpoint = Endpoint {
    path: "stats",
    operation: "get_stats",
    summary: "Figures over the cases that a query finds, grouped by up to three facets.",
    params: &["by", "of", "metric", "single_finding", "strict", "as_of"],
    query: true,
    answer: "Stats",
};
const FACET: Endpoint = Endpoint {
    path: "facets/{field}",
    operation: "get_facet",
    summary: "The values of one facet, in the order asked for, or those with words that begin so.",
    params: &["order", "find", "limit", "as_of"],
    query: true,
    answer: "Facet",
};
const HISTOGRAM: Endpoint = Endpoint {
    path: "histograms/{field}",
    operation: "get_histogram",
    summary: "How fines, shares, people affected or dates are spread.",
    params: &["as_of"],
    query: true,
    answer: "Histogram",
};
const SUGGEST: Endpoint = Endpoint {
    path: "suggest",
    operation: "list_suggestions",
    summary: "Completions of what somebody has begun to type, and the nearest words for those that no case has.",
    params: &["q", "limit"],
    query: false,
    answer: "Suggestions",
};
const META: Endpoint = Endpoint {
    path: "meta",
    operation: "get_meta",
    summary: "What the collection holds, as of when, and what may be asked.",
    params: &[],
    query: false,
    answer: "Meta",
};

/// Every resource.
pub(crate) const ENDPOINTS: [Endpoint; 9] = [CASES, CASE, SIMILAR, PRECEDENTS, STATS, FACET, HISTOGRAM, SUGGEST, META];

impl Endpoint {
    /// The parameters it takes.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        let mut names = if self.query { params::query_names() } else { Vec::new() };
        names.extend(self.params);
        names
    }

    fn read(&self, query_string: Option<&str>) -> std::result::Result<Params, Wrong> {
        Params::read(query_string, &self.names())
    }
}

/// Answers an address below `/api/v1/`.
pub(crate) fn api(snapshot: &Snapshot, path: &str, query_string: Option<&str>) -> Result<Answer> {
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    match parts.as_slice() {
        ["cases"] => cases(snapshot, query_string),
        ["cases", id] => one_case(snapshot, id, query_string),
        ["cases", id, "similar"] => similar(snapshot, id, query_string),
        ["precedents"] => precedents(snapshot, query_string),
        ["stats"] => stats(snapshot, query_string),
        ["facets", name] => facet(snapshot, name, query_string),
        ["histograms", name] => histogram(snapshot, name, query_string),
        ["suggest"] => suggest(snapshot, query_string),
        ["meta"] => {
            read!(META.read(query_string));
            answer(&meta(snapshot))
        }
        #[cfg(feature = "service")]
        ["openapi.json"] => {
            read!(Params::read(query_string, &[]));
            Ok(Answer::Ok(Rendered::new(kind::JSON, crate::openapi::text())))
        }
        _ => {
            let known: Vec<String> = ENDPOINTS.iter().map(|endpoint| format!("`{}`", endpoint.path)).collect();
            let detail = format!("Expected one of {} below `/api/v1/`.", known.join(", "));
            Ok(Answer::Problem(Problem::new(404, "There is no such resource", detail)))
        }
    }
}

fn answer(body: &Value) -> Result<Answer> {
    Ok(Answer::Ok(Rendered::new(kind::JSON, pretty(body))))
}

fn shown(text: &str) -> String {
    shortened(&tidy(text), 40)
}

fn field(word: &str, name: &str) -> std::result::Result<Field, Wrong> {
    Field::from_name(word).ok_or_else(|| {
        let near = nearest(word, Field::ALL.iter().map(|field| field.as_str()));
        let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        let word = shown(word);
        let known: Vec<String> = Field::ALL.iter().map(|field| format!("`{}`", field.as_str())).collect();
        let known = known.join(", ");
        Wrong::Parameter(format!("parameter `{name}`: expected one of {known}, found `{word}`{near}"))
    })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty())
}

fn fields(text: &str, name: &str) -> std::result::Result<Vec<Field>, Wrong> {
    let mut fields = Vec::new();
    for word in words(text) {
        let field = field(word, name)?;
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    Ok(fields)
}

/// One of a closed list of words.
fn one_of<T: Copy>(
    params: &Params,
    name: &str,
    all: &[(&'static str, T)],
    default: T,
) -> std::result::Result<T, Wrong> {
    let Some(text) = params.one(name)?.filter(|text| !text.is_empty()) else { return Ok(default) };
    all.iter().find(|(word, _)| *word == text).map(|(_, value)| *value).ok_or_else(|| {
        let words: Vec<String> = all.iter().map(|(word, _)| format!("`{word}`")).collect();
        let near = nearest(text, all.iter().map(|(word, _)| *word));
        let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        Wrong::Parameter(format!(
            "parameter `{name}`: expected one of {}, found `{}`{near}",
            words.join(", "),
            shown(text)
        ))
    })
}

fn flag(params: &Params, name: &str) -> std::result::Result<bool, Wrong> {
    one_of(params, name, &[("0", false), ("1", true), ("false", false), ("true", true)], false)
}

/// The records of hits, as the engine has them.
fn records<'a>(engine: &Engine, ids: impl Iterator<Item = &'a CaseId>) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    let mut absent = None;
    for id in ids {
        match engine.case(id) {
            Ok(case) => cases.extend(case),
            // Where records are brought as they are asked for, all of these are wanted at once.
            Err(error @ fineprint_search::Error::Absent { .. }) => absent = Some(error),
            Err(error) => return Err(error.into()),
        }
    }
    match absent {
        Some(error) => Err(error.into()),
        None => Ok(cases),
    }
}

fn cases(snapshot: &Snapshot, query_string: Option<&str>) -> Result<Answer> {
    let params = read!(CASES.read(query_string));
    let day = read!(params::as_of(&params));
    let engine = snapshot.engine_at(day)?;
    let (query, _) = read!(params::query(&params, &engine, snapshot.site.today));
    let limit = read!(params.number("limit", 20, MAX_LIMIT));
    let wanted = read!(fields(read!(params.one("facets")).unwrap_or_default(), "facets"));
    let request = Request {
        query: query.clone(),
        limit,
        cursor: read!(params.one("cursor")).map(str::to_owned),
        facets: wanted,
        snippets: false,
    };
    let response = ask!(engine.search(&request));
    let facets: Vec<(Facet, Vec<String>)> = response
        .facets
        .iter()
        .map(|facet| {
            let toggles = facet.values.iter().map(|value| write(&toggle(&query, facet.field, &value.value))).collect();
            (facet.clone(), toggles)
        })
        .collect();
    let text = write(&query);
    let near = if response.total == 0 { engine.did_you_mean(&query) } else { None };
    let day = day.map(|day| day.to_string());
    let head = ListHead {
        query: Some(&text),
        sentence: Some(&response.sentence),
        total: response.total,
        next: response.next.as_deref(),
        money: Some(&response.money),
        facets: (!facets.is_empty()).then_some(facets.as_slice()),
        did_you_mean: near.as_deref(),
        as_of: day.as_deref(),
    };
    let found = records(&engine, response.hits.iter().map(|hit| &hit.id))?;
    let body = json::list(&snapshot.site, &head, found.iter())?;
    let next = response.next.as_ref().map(|next| {
        let as_of = day.as_ref().map(|day| format!("&as_of={day}")).unwrap_or_default();
        format!(
            "/api/v1/cases?q={}&limit={limit}{as_of}&cursor={}",
            link::encode(&text),
            link::encode(next).replace('/', "%2F")
        )
    });
    Ok(Answer::Linked { rendered: Rendered::new(kind::JSON, body), next })
}

/// The case of an id, or what became of it.
fn found<'a>(snapshot: &'a Snapshot, id: &str, below: &str) -> std::result::Result<&'a Case, Box<Answer>> {
    if let Some(case) = CaseId::new(id).ok().and_then(|id| snapshot.case(&id)) {
        return Ok(case);
    }
    if let Some(to) = snapshot.moved(id) {
        return Err(Box::new(Answer::Redirect { status: 308, to: format!("/api/v1/cases/{to}{below}") }));
    }
    if let Some(reason) = snapshot.gone(id) {
        return Err(Box::new(Answer::Problem(Problem::new(410, "The record was withdrawn", sentence(reason)))));
    }
    Err(Box::new(Answer::Problem(no_case(snapshot, id))))
}

fn one_case(snapshot: &Snapshot, id: &str, query_string: Option<&str>) -> Result<Answer> {
    let params = read!(CASE.read(query_string));
    let day = read!(params::as_of(&params));
    let case = match found(snapshot, id, "") {
        Ok(case) => case,
        Err(other) => return Ok(*other),
    };
    let earlier = match day {
        Some(day) if day < snapshot.site.today => case.as_of(day),
        _ => Some(case.clone()),
    };
    let Some(case) = earlier else {
        let detail = format!("On that day there was no case with the id `{id}` yet.");
        return Ok(Answer::Problem(Problem::new(404, "There was no such case", detail)));
    };
    let rendered = Rendered::new(kind::JSON, json::case(&case)?);
    Ok(Answer::Ok(Rendered { noindex: case.noindex, ..rendered }))
}

/// There is no such case; the nearest id is offered.
pub(crate) fn no_case(snapshot: &Snapshot, id: &str) -> Problem {
    let near = nearest(id, snapshot.cases.iter().map(|case| case.id.as_str()));
    let shown = shortened(&tidy(id), 80);
    let mut problem = Problem::new(404, "There is no such case", format!("No case has the id `{shown}`."));
    problem.suggestion = near.map(str::to_owned);
    if let Some(near) = near.and_then(|near| CaseId::new(near).ok())
        && let Some(case) = snapshot.case(&near)
    {
        problem.ways.push((format!("Did you mean {near}? {}", crate::resource::case_title(case)), link::case(&near)));
    }
    problem
}

/// Cases with their reasons, and what a list says of each.
fn with_reasons(snapshot: &Snapshot, engine: &Engine, similar: &[Similar]) -> Result<Vec<Value>> {
    let mut list = Vec::new();
    for one in similar {
        let Some(case) = engine.case(&one.id)? else { continue };
        let score = (f64::from(one.score) * 1000.0).round() / 1000.0;
        list.push(json!({"score": score, "reasons": one.reasons, "case": json::summary(&snapshot.site, &case)}));
    }
    Ok(list)
}

fn similar(snapshot: &Snapshot, id: &str, query_string: Option<&str>) -> Result<Answer> {
    let params = read!(SIMILAR.read(query_string));
    let day = read!(params::as_of(&params));
    let limit = read!(params.number("limit", 10, MAX_LIMIT));
    let case = match found(snapshot, id, "/similar") {
        Ok(case) => case,
        Err(other) => return Ok(*other),
    };
    let engine = snapshot.engine_at(day)?;
    let similar = ask!(engine.similar(&case.id, limit));
    answer(&json!({
        "id": case.id,
        "as_of": day.map(|day| day.to_string()),
        "similar": with_reasons(snapshot, &engine, &similar)?,
    }))
}

fn precedents(snapshot: &Snapshot, query_string: Option<&str>) -> Result<Answer> {
    let params = read!(PRECEDENTS.read(query_string));
    let day = read!(params::as_of(&params));
    let engine = snapshot.engine_at(day)?;
    let today = snapshot.site.today;
    let text = read!(params.one("q")).unwrap_or_default().to_owned();
    let within = read!(engine.parse(&text, today).map_err(|error| Wrong::Query { text, error }));
    let mut values = Vec::new();
    for field in FACTS {
        for word in params.all(field.as_str()).flat_map(words) {
            values.push((field, read!(engine.read_value(field, word).map_err(|error| value_wrong(field, &error)))));
        }
    }
    let wrong = |name: &str, message: String| Wrong::Parameter(format!("parameter `{name}`: {}", tidy(&message)));
    let affected = read!(params.one("affected")).filter(|text| !text.is_empty()).map(read_people).transpose();
    let turnover = read!(params.one("turnover"))
        .filter(|text| !text.is_empty())
        .map(|text| read_turnover(text, today))
        .transpose();
    let facts = Facts {
        values,
        affected: read!(affected.map_err(|message| wrong("affected", message))),
        turnover: read!(turnover.map_err(|message| wrong("turnover", message))),
        text: read!(params.one("text")).map(str::to_owned),
    };
    let limit = read!(params.number("limit", 20, MAX_LIMIT));
    let found = ask!(engine.precedents(&PrecedentsRequest { facts, within: within.clone(), limit }));
    answer(&json!({
        "query": write(&within),
        "sentence": found.sentence,
        "as_of": day.map(|day| day.to_string()),
        "basis": found.basis,
        "rates": found.rates,
        "precedents": with_reasons(snapshot, &engine, &found.cases)?,
        "table": found.table,
        "cap": found.cap,
    }))
}

fn value_wrong(field: Field, error: &fineprint_search::QueryError) -> Wrong {
    let near = error.suggestion.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Wrong::Parameter(format!("parameter `{}`: {}{near}", field.as_str(), tidy(&error.message)))
}

fn stats(snapshot: &Snapshot, query_string: Option<&str>) -> Result<Answer> {
    let params = read!(STATS.read(query_string));
    let day = read!(params::as_of(&params));
    let engine = snapshot.engine_at(day)?;
    let (query, _) = read!(params::query(&params, &engine, snapshot.site.today));
    let by = read!(fields(read!(params.one("by")).unwrap_or_default(), "by"));
    let of = read!(one_of(&params, "of", &Measured::ALL.map(|of| (of.as_str(), of)), Measured::Fine));
    let mut metrics = Vec::new();
    for name in params.all("metric").flat_map(words) {
        metrics.push(read!(Metric::from_name(name).ok_or_else(|| Wrong::Parameter(format!(
            "parameter `metric`: expected `n`, `sum`, `mean`, `median`, `min`, `max` or `p0` to `p100`, found `{}`",
            shown(name)
        )))));
    }
    let single_finding = read!(flag(&params, "single_finding"));
    let strict = match read!(params.one("strict")) {
        None => None,
        Some(_) => Some(read!(params.number("strict", 100, 100))),
    };
    let text = write(&query);
    let stats = ask!(engine.stats(&StatsRequest { query, by, of, metrics, single_finding }));
    if let Some(percent) = strict {
        let Figures { n, unknown, .. } = stats.total.figures;
        if unknown * 100 > (n + unknown) * percent {
            let detail =
                format!("{unknown} of {} cases have no known value, more than {percent} per cent.", n + unknown);
            return Ok(Answer::Problem(Problem::new(422, "Too much is unknown", detail)));
        }
    }
    let rows: Vec<Value> = stats
        .rows
        .iter()
        .map(|row| {
            let labels: Vec<Option<String>> = row
                .key
                .iter()
                .zip(&stats.by)
                .map(|(value, field)| value.as_deref().map(|value| label::value(*field, value)))
                .collect();
            json!({"key": row.key, "labels": labels, "cases": row.cases, "figures": row.figures, "money": row.money})
        })
        .collect();
    let total = &stats.total;
    answer(&json!({
        "query": text,
        "sentence": stats.sentence,
        "as_of": day.map(|day| day.to_string()),
        "basis": stats.basis,
        "by": stats.by,
        "of": stats.of,
        "unit": stats.unit,
        "rates": stats.rates,
        "metrics": stats.metrics,
        "single_finding": stats.single_finding,
        "rows": rows,
        "total": {"cases": total.cases, "figures": total.figures, "money": total.money},
    }))
}

fn facet(snapshot: &Snapshot, name: &str, query_string: Option<&str>) -> Result<Answer> {
    let params = read!(FACET.read(query_string));
    let day = read!(params::as_of(&params));
    let engine = snapshot.engine_at(day)?;
    let (query, _) = read!(params::query(&params, &engine, snapshot.site.today));
    let options = FacetOptions {
        field: read!(field(name, "field")),
        order: read!(one_of(&params, "order", &FacetOrder::ALL.map(|one| (one.as_str(), one)), FacetOrder::Count)),
        find: read!(params.one("find")).filter(|text| !text.is_empty()).map(str::to_owned),
        limit: read!(params.number("limit", 100, MAX_LIMIT)),
    };
    let facet = ask!(engine.facet_values(&query, &options));
    let values: Vec<Value> = facet
        .values
        .iter()
        .map(|value| {
            json!({
                "value": value.value,
                "label": label::value(facet.field, &value.value),
                "count": value.count,
                "selected": value.selected,
                "toggle": write(&toggle(&query, facet.field, &value.value)),
            })
        })
        .collect();
    answer(&json!({
        "query": write(&query),
        "as_of": day.map(|day| day.to_string()),
        "field": facet.field,
        "values": values,
        "unknown": facet.unknown,
        "unknown_selected": facet.unknown_selected,
    }))
}

fn histogram(snapshot: &Snapshot, name: &str, query_string: Option<&str>) -> Result<Answer> {
    let params = read!(HISTOGRAM.read(query_string));
    let day = read!(params::as_of(&params));
    let engine = snapshot.engine_at(day)?;
    let (query, _) = read!(params::query(&params, &engine, snapshot.site.today));
    let found = ask!(engine.histogram(&query, read!(field(name, "field"))));
    answer(&json!({
        "query": write(&query),
        "as_of": day.map(|day| day.to_string()),
        "basis": query.basis,
        "field": found.field,
        "buckets": found.buckets,
        "unknown": found.unknown,
    }))
}

fn suggest(snapshot: &Snapshot, query_string: Option<&str>) -> Result<Answer> {
    let params = read!(SUGGEST.read(query_string));
    let typed = read!(params.one("q")).unwrap_or_default();
    let limit = read!(params.number("limit", 8, 50));
    if typed.len() > fineprint_model::query::MAX_QUERY_BYTES {
        let most = fineprint_model::query::MAX_QUERY_BYTES;
        return Ok(Wrong::Parameter(format!("parameter `q`: expected at most {most} bytes")).into());
    }
    let suggestions = ask!(snapshot.engine.suggest(typed, limit));
    let near = snapshot.engine.parse(typed, snapshot.site.today).ok();
    let near = near.and_then(|query| snapshot.engine.did_you_mean(&query));
    answer(&json!({"q": typed, "suggestions": suggestions, "did_you_mean": near}))
}

fn meta(snapshot: &Snapshot) -> Value {
    let totals = &snapshot.site.totals;
    json!({
        "name": "fineprint",
        "version": env!("CARGO_PKG_VERSION"),
        "schema": SCHEMA_VERSION,
        "as_of": snapshot.site.today.to_string(),
        "cases": totals.cases,
        "authorities": totals.authorities,
        "countries": totals.countries,
        "first_year": totals.first_year,
        "last_checked": totals.last_checked,
        "fingerprint": snapshot.engine.fingerprint(),
        "note": snapshot.site.note,
        "fields": Field::ALL.map(Field::as_str),
        "sorts": ["relevance", "date", "fine", "share", "affected"],
        "resources": ENDPOINTS.map(|endpoint| endpoint.path),
        "licence": "Facts are free; each record names the terms of each of its sources.",
    })
}
