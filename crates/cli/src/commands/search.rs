//! `fineprint search`: hits as rows, notes about them on standard error.

use std::io::Write;

use fineprint_model::query::{self, Facet, FacetOptions, Field, Histogram, MAX_LIMIT, Request, Response};
use fineprint_model::{Basis, Case, Currency, FindingKind, Money};
use fineprint_search::{Engine, explain};
use fineprint_views::{format, label, title};
use serde::Serialize;

use crate::args::{FacetOrder, Format, Global, SearchArgs};
use crate::base::{self, Base};
use crate::exit::{Failure, Kind, Outcome, Result};
use crate::output::{Column, Output, write_json, write_json_line};

/// A hit as scripts see it: flat, with the values people filter by.
#[derive(Debug, Serialize)]
struct Row {
    id: String,
    authority: String,
    reference: Option<String>,
    decided_on: Option<String>,
    published_on: Option<String>,
    status: &'static str,
    /// Names of the respondents as far as they may be named.
    parties: Vec<String>,
    /// The respondents in words, the unnamed ones too; for people.
    #[serde(skip)]
    respondents: String,
    fine: Option<Money>,
    /// Euro at the rate of the decision's day.
    fine_eur: Option<f64>,
    violated: Vec<String>,
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<String>,
}

pub fn run(args: &SearchArgs, global: &Global, output: &Output) -> Result {
    let facets = fields(&args.facets, "--facets")?;
    let histograms = fields(&args.histogram, "--histogram")?;
    let engine = Base::open(global)?.engine_as_of(args.as_of.as_deref())?;
    let query = base::parse_query(&engine, &args.query)?;
    let basis = query.basis;
    let limit = if args.all { MAX_LIMIT } else { args.limit.min(MAX_LIMIT) };
    let snippets = output.is_for_people();
    let mut request = Request { query, limit, cursor: None, facets, snippets };
    let mut response = engine.search(&request).map_err(base::search_failure)?;
    let order = match args.facet_order {
        FacetOrder::Count => query::FacetOrder::Count,
        FacetOrder::Name => query::FacetOrder::Name,
        FacetOrder::Time => query::FacetOrder::Time,
    };
    if order != query::FacetOrder::Count || args.facet_find.is_some() {
        for facet in &mut response.facets {
            let options = FacetOptions { field: facet.field, order, find: args.facet_find.clone(), limit: MAX_LIMIT };
            *facet = engine.facet_values(&request.query, &options).map_err(base::search_failure)?;
        }
    }
    let histograms = histograms
        .into_iter()
        .map(|field| engine.histogram(&request.query, field).map_err(base::search_failure))
        .collect::<Result<Vec<_>>>()?;
    let mut rows = rows(&engine, &response, basis)?;
    // "All" and a limit above the most of one answer are read page by page.
    let wanted = if args.all { usize::MAX } else { args.limit };
    while rows.len() < wanted && response.next.is_some() {
        request.cursor.clone_from(&response.next);
        request.facets.clear();
        request.limit = (wanted - rows.len()).min(MAX_LIMIT);
        let page = engine.search(&request).map_err(base::search_failure)?;
        rows.extend(self::rows(&engine, &page, basis)?);
        response.next = page.next;
    }

    if args.explain {
        output.note(&response.sentence);
        output.note(explain(&request.query));
    }
    let answer = Answer {
        sentence: &response.sentence,
        as_of: args.as_of.as_deref(),
        explanation: args.explain.then(|| explain(&request.query)),
        total: response.total,
        money: &response.money,
        facets: &response.facets,
        histograms: &histograms,
        hits: &rows,
    };
    print(&answer, output)?;
    if rows.len() < response.total {
        output.note(format!("{} of {} cases; --limit N or --all shows more", rows.len(), response.total));
    } else if output.is_for_people() {
        output.note(format::count(response.total, "case", "cases"));
    }
    if response.total == 0 && !args.ok_if_empty {
        output.note(format!("nothing found: {}", response.sentence));
        if let Some(near) = engine.did_you_mean(&request.query) {
            output.note(format!("did you mean `{near}`?"));
        }
        return Ok(Outcome::Nothing);
    }
    Ok(Outcome::Done)
}

/// Names of facets as fields, with the nearest right name where one is wrong.
pub fn fields(names: &[String], option: &str) -> Result<Vec<Field>> {
    names
        .iter()
        .map(|name| {
            Field::from_name(name).ok_or_else(|| {
                let known = Field::ALL.iter().map(|field| field.as_str());
                let failure = Failure::new(
                    Kind::Usage,
                    format!("{option}: expected a field of the query language, found `{name}`"),
                );
                match fineprint_model::vocab::nearest(name, known) {
                    Some(near) => failure.help(format!("did you mean `{near}`?")),
                    None => failure.help("`fineprint search --help` lists them"),
                }
            })
        })
        .collect()
}

fn rows(engine: &Engine, response: &Response, basis: Basis) -> Result<Vec<Row>> {
    response
        .hits
        .iter()
        .map(|hit| {
            let case = base::indexed_case(engine, &hit.id)?;
            Ok(row(&case, basis, hit.snippet.as_ref().map(|snippet| snippet.text.clone())))
        })
        .collect()
}

fn row(case: &Case, basis: Basis, snippet: Option<String>) -> Row {
    let fine = case.fine(basis).amount();
    let official = case.sources.iter().find(|source| source.kind.is_official() && source.url.is_some());
    Row {
        id: case.id.to_string(),
        authority: case.authority.to_string(),
        reference: case.reference.value().cloned(),
        decided_on: case.decided_on.value().map(ToString::to_string),
        published_on: case.published_on.value().map(ToString::to_string),
        status: case.status().as_str(),
        parties: case.respondents().filter_map(|party| party.name.value().cloned()).collect(),
        respondents: title::respondents(case),
        fine,
        fine_eur: fine.and_then(|fine| euro(case, fine)).map(Money::units),
        violated: case.provisions(FindingKind::Violated).map(ToString::to_string).collect(),
        url: official.or(case.sources.first()).and_then(|source| source.url.clone()),
        snippet,
    }
}

/// A fine in euro at the rate of the decision's day.
fn euro(case: &Case, fine: Money) -> Option<Money> {
    if fine.currency == Currency::EUR {
        return Some(fine);
    }
    fineprint_model::vocab::to_euro(fine, case.dated()?.first_day()).map(|(euro, _)| euro)
}

/// What `--format json` prints.
#[derive(Serialize)]
struct Answer<'a> {
    sentence: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<String>,
    total: usize,
    money: &'a query::MoneySummary,
    facets: &'a [Facet],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    histograms: &'a [Histogram],
    hits: &'a [Row],
}

fn print(answer: &Answer<'_>, output: &Output) -> Result<()> {
    let rows = answer.hits;
    match output.format {
        Format::Json => write_json(&mut output.stdout(), answer),
        Format::Jsonl => {
            let mut out = output.stdout();
            rows.iter().try_for_each(|row| write_json_line(&mut out, row))?;
            out.flush()?;
            Ok(())
        }
        Format::Table => {
            let columns = [
                Column::text("case"),
                Column::text("date"),
                Column::number("fine"),
                Column::text("status"),
                Column::text("party"),
                Column::text("violated"),
            ];
            let cells: Vec<Vec<String>> = rows.iter().map(people_cells).collect();
            output.rows::<()>(&columns, &cells, &[])?;
            print_facets(answer.facets, output)?;
            print_histograms(answer.histograms, output)
        }
        Format::Tsv | Format::Csv => {
            let columns =
                ["id", "authority", "reference", "decided_on", "published_on", "status", "parties"].map(Column::text);
            let columns: Vec<Column> = columns
                .into_iter()
                .chain([Column::number("fine"), Column::text("currency"), Column::number("fine_eur")])
                .chain(["violated", "url"].map(Column::text))
                .collect();
            let cells: Vec<Vec<String>> = rows.iter().map(script_cells).collect();
            output.rows::<()>(&columns, &cells, &[])
        }
    }
}

fn people_cells(row: &Row) -> Vec<String> {
    let date = row.decided_on.as_ref().or(row.published_on.as_ref());
    let violated: Vec<fineprint_model::Provision> = row.violated.iter().filter_map(|text| text.parse().ok()).collect();
    vec![
        row.id.clone(),
        date.cloned().unwrap_or_else(|| "not stated".into()),
        row.fine.map_or_else(|| "none".into(), format::money_short),
        row.status.to_owned(),
        row.respondents.clone(),
        label::provisions(violated.iter(), 4),
    ]
}

fn script_cells(row: &Row) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    vec![
        row.id.clone(),
        row.authority.clone(),
        text(&row.reference),
        text(&row.decided_on),
        text(&row.published_on),
        row.status.to_owned(),
        row.parties.join("; "),
        row.fine.map(|fine| fine.units().to_string()).unwrap_or_default(),
        row.fine.map(|fine| fine.currency.to_string()).unwrap_or_default(),
        row.fine_eur.map(|euro| euro.to_string()).unwrap_or_default(),
        row.violated.join("; "),
        text(&row.url),
    ]
}

fn print_facets(facets: &[Facet], output: &Output) -> Result<()> {
    let mut out = output.stdout();
    for facet in facets {
        writeln!(out, "\n{}", facet.field.as_str())?;
        for value in &facet.values {
            let mark = if value.selected { "*" } else { " " };
            writeln!(out, "{:>7} {mark} {}", value.count, value.value)?;
        }
        if facet.unknown > 0 {
            writeln!(out, "{:>7}   not known", facet.unknown)?;
        }
    }
    Ok(())
}

/// A bar for each bucket, the longest one this wide.
const BAR: usize = 40;

fn print_histograms(histograms: &[Histogram], output: &Output) -> Result<()> {
    let mut out = output.stdout();
    for histogram in histograms {
        writeln!(out, "\n{}", histogram.field.as_str())?;
        let most = histogram.buckets.iter().map(|bucket| bucket.count).max().unwrap_or_default().max(1);
        for bucket in &histogram.buckets {
            let mark = if bucket.selected { "*" } else { " " };
            let ends = match &bucket.to {
                Some(to) if *to != bucket.from => format!("{} to {to}", bucket.from),
                _ => bucket.from.clone(),
            };
            let bar = "#".repeat((bucket.count * BAR).div_ceil(most));
            writeln!(out, "{:>7} {mark} {ends:<16} {bar}", bucket.count)?;
        }
        if histogram.unknown > 0 {
            writeln!(out, "{:>7}   not known", histogram.unknown)?;
        }
    }
    Ok(())
}
