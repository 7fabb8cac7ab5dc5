//! `fineprint export`: the cases a query finds, in a file that is whole or absent.

use std::io::Write;
use std::path::Path;

use fineprint_model::Case;
use fineprint_model::query::{MAX_LIMIT, Request};
use fineprint_search::Engine;
use fineprint_store::pack::{self, Packing};
use fineprint_views::machine::csv;

use crate::args::{ExportArgs, Form, Global};
use crate::base::{self, Base};
use crate::exit::{Failure, Kind, Outcome, Result};
use crate::output::{Output, write_json};

pub fn run(args: &ExportArgs, global: &Global, output: &Output) -> Result {
    let base = Base::open(global)?;
    let found = if args.query.is_empty() {
        base.cases().collect()
    } else {
        let engine = base.engine()?;
        let query = base::parse_query(&engine, &args.query)?;
        all(&engine, query)?
    };
    let cases: Vec<Case> = found.into_iter().filter(|case| case.record.is_active()).collect();
    let unlicensed = cases.iter().filter(|case| !case.is_exportable()).count();
    if unlicensed > 0 {
        output.note(format!(
            "{unlicensed} of these rest on a source that states no licence: not for publication as they are"
        ));
    }
    if cases.is_empty() {
        output.note("nothing to export");
        return Ok(Outcome::Nothing);
    }
    let form = args.form.or_else(|| args.output.as_deref().and_then(by_name)).unwrap_or(Form::Jsonl);
    let mut bytes = Vec::new();
    let invalid = |error| Failure::from_error(Kind::Invalid, "could not write the records", error);
    match form {
        Form::Jsonl => {
            pack::write(&mut bytes, Packing::Plain, &cases).map_err(invalid)?;
        }
        Form::JsonlZst => {
            pack::write(&mut bytes, Packing::Zstd, &cases).map_err(invalid)?;
        }
        Form::Json => write_json(&mut bytes, &cases)?,
        Form::Csv => {
            let dialect = if args.excel { csv::Dialect::Spreadsheet } else { csv::Dialect::Plain };
            bytes = csv::cases(cases.iter(), dialect)
                .map_err(|error| Failure::from_error(Kind::Invalid, "could not write the rows", error))?
                .into_bytes();
        }
    }
    match &args.output {
        Some(path) => {
            fineprint_store::write_atomically(path, &bytes)
                .map_err(|error| Failure::from_error(Kind::Io, "could not export", error))?;
            output.note(format!("wrote {} cases to {}", cases.len(), path.display()));
        }
        None => output.stdout().write_all(&bytes)?,
    }
    Ok(Outcome::Done)
}

/// Every case a query finds, in its order.
fn all(engine: &Engine, query: fineprint_model::query::Query) -> Result<Vec<Case>> {
    let mut request = Request { query, limit: MAX_LIMIT, cursor: None, facets: Vec::new(), snippets: false };
    let mut cases = Vec::new();
    loop {
        let page = engine.search(&request).map_err(base::search_failure)?;
        for hit in &page.hits {
            cases.push(base::indexed_case(engine, &hit.id)?);
        }
        match page.next {
            Some(next) => request.cursor = Some(next),
            None => return Ok(cases),
        }
    }
}

fn by_name(path: &Path) -> Option<Form> {
    match Packing::of(path) {
        Some(Packing::Plain) => Some(Form::Jsonl),
        Some(Packing::Zstd) => Some(Form::JsonlZst),
        None => match path.extension()?.to_str()? {
            "json" => Some(Form::Json),
            "csv" => Some(Form::Csv),
            _ => None,
        },
    }
}
