//! `fineprint similar`: the cases most like one, and why.

use fineprint_model::query::Similar;
use fineprint_model::{Basis, CaseId};
use fineprint_search::Engine;
use fineprint_views::{format, title};
use serde::Serialize;

use crate::args::{Global, SimilarArgs};
use crate::base::{self, Base};
use crate::exit::{Outcome, Result};
use crate::output::{Column, Output};

/// A case that is like another, as scripts see it.
#[derive(Debug, Serialize)]
pub struct Row {
    id: String,
    score: f32,
    decided_on: Option<String>,
    /// The fine on the query's basis, in the currency of the decision.
    fine: Option<fineprint_model::Money>,
    reasons: Vec<String>,
    #[serde(skip)]
    title: String,
}

pub fn run(args: &SimilarArgs, global: &Global, output: &Output) -> Result {
    let base = Base::open(global)?;
    let case = base.case(&args.id)?;
    let engine = base.engine_as_of(args.as_of.as_deref())?;
    let similar = engine.similar(&case.id, args.limit).map_err(base::search_failure)?;
    output.note(format!("cases like {}, {}", case.id, title::title(&case)));
    print(&rows(&engine, &similar, Basis::default())?, output)?;
    Ok(if similar.is_empty() { Outcome::Nothing } else { Outcome::Done })
}

/// Rows of cases with their reasons.
pub fn rows(engine: &Engine, similar: &[Similar], basis: Basis) -> Result<Vec<Row>> {
    let row = |one: &Similar| {
        let id: &CaseId = &one.id;
        let case = base::indexed_case(engine, id)?;
        Ok(Row {
            id: id.to_string(),
            score: (one.score * 100.0).round() / 100.0,
            decided_on: case.dated().map(|date| date.to_string()),
            fine: case.fine(basis).amount(),
            reasons: one.reasons.clone(),
            title: title::title(&case).to_string(),
        })
    };
    similar.iter().map(row).collect()
}

/// Prints the rows in the form asked for.
pub fn print(rows: &[Row], output: &Output) -> Result<()> {
    let columns = ["case", "date", "title"].map(Column::text);
    let columns: Vec<Column> =
        columns.into_iter().chain([Column::number("fine"), Column::number("score"), Column::text("reasons")]).collect();
    let cells = |row: &Row| {
        vec![
            row.id.clone(),
            row.decided_on.clone().unwrap_or_default(),
            row.title.clone(),
            row.fine.map(if output.is_for_people() { format::money_short } else { format::money }).unwrap_or_default(),
            format!("{:.2}", row.score),
            row.reasons.join("; "),
        ]
    };
    output.rows(&columns, &rows.iter().map(cells).collect::<Vec<_>>(), rows)
}
