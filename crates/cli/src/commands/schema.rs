//! `fineprint schema`: the JSON Schema of a case record.

use std::fs;
use std::io::Write;

use crate::args::SchemaArgs;
use crate::exit::{Failure, Kind, Outcome, Result};
use crate::output::Output;

pub fn run(args: &SchemaArgs, output: &Output) -> Result {
    let text = fineprint_model::schema::json_schema_text();
    match &args.write {
        Some(path) => {
            fs::write(path, text)
                .map_err(|error| Failure::from_error(Kind::Io, format!("`{}`", path.display()), error))?;
            output.note(format!("wrote {}", path.display()));
        }
        None => output.stdout().write_all(text.as_bytes())?,
    }
    Ok(Outcome::Done)
}
