//! `fineprint search`: hits as rows, notes about them on standard error.

use std::io::Write;

use fineprint_model::query::{Facet, Field, MAX_LIMIT, Request, Response};
use fineprint_model::{Basis, Case, Currency, FindingKind, Money};
use fineprint_search::Engine;
use fineprint_views::{format, label, title};
use serde::Serialize;

use crate::args::{Format, Global, SearchArgs};
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
    let engine = Base::open(global)?.engine()?;
    let query = base::parse_query(&engine, &args.query)?;
    let basis = query.basis;
    let limit = if args.all { MAX_LIMIT } else { args.limit.min(MAX_LIMIT) };
    let snippets = output.is_for_people();
    let mut request = Request { query, limit, cursor: None, facets, snippets };
    let mut response = engine.search(&request).map_err(base::search_failure)?;
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
    }
    print(&rows, &response, output)?;
    if rows.len() < response.total {
        output.note(format!("{} of {} cases; --limit N or --all shows more", rows.len(), response.total));
    } else if output.is_for_people() {
        output.note(format::count(response.total, "case", "cases"));
    }
    if response.total == 0 && !args.ok_if_empty {
        output.note(format!("nothing found: {}", response.sentence));
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

fn print(rows: &[Row], response: &Response, output: &Output) -> Result<()> {
    match output.format {
        Format::Json => {
            #[derive(Serialize)]
            struct Answer<'a> {
                sentence: &'a str,
                total: usize,
                money: &'a fineprint_model::query::MoneySummary,
                facets: &'a [Facet],
                hits: &'a [Row],
            }
            let answer = Answer {
                sentence: &response.sentence,
                total: response.total,
                money: &response.money,
                facets: &response.facets,
                hits: rows,
            };
            write_json(&mut output.stdout(), &answer)
        }
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
            print_facets(&response.facets, output)
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
