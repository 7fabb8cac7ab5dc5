//! `fineprint export`: the cases a query finds, in a file that is whole or absent.

use std::io::Write;
use std::path::Path;

use fineprint_model::Case;
use fineprint_store::pack::{self, Packing};
use fineprint_views::machine::{csv, datapackage};

use crate::args::{ExportArgs, Form, Global};
use crate::base::{self, Base};
use crate::exit::{Failure, Kind, Outcome, Result};
use crate::output::{Output, write_json};

pub fn run(args: &ExportArgs, global: &Global, output: &Output) -> Result {
    let base = Base::open(global)?;
    let found = base.found(&args.query, args.as_of.as_deref())?;
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
        Form::Datapackage => return package(&cases, args.output.as_deref(), output),
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

/// Writes a data package into a folder that is new, empty or an earlier package. Its description is written last: a
/// package that was interrupted does not describe files that are not there.
fn package(cases: &[Case], folder: Option<&Path>, output: &Output) -> Result {
    let Some(folder) = folder else {
        return Err(Failure::new(Kind::Usage, "a data package is a folder of files")
            .help("name the folder: --as datapackage --output DIR"));
    };
    let failed = |message: String| move |error| Failure::from_error(Kind::Io, message, error);
    let created = base::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let head = datapackage::Package { created: &created, homepage: None, sha256: fineprint_store::sha256 };
    let files = datapackage::files(cases.iter(), head)
        .map_err(|error| Failure::from_error(Kind::Invalid, "could not write the tables", error))?;
    std::fs::create_dir_all(folder).map_err(failed(format!("could not make the folder `{}`", folder.display())))?;
    let entries = std::fs::read_dir(folder).map_err(failed(format!("could not list `{}`", folder.display())))?;
    for entry in entries {
        let name = entry.map_err(failed(format!("could not list `{}`", folder.display())))?.file_name();
        if !files.iter().any(|file| *file.name == *name) {
            let found = name.to_string_lossy().into_owned();
            return Err(Failure::new(
                Kind::Io,
                format!("`{}`: expected an empty folder or an earlier package, found `{found}`", folder.display()),
            ));
        }
    }
    for file in files.iter().rev() {
        fineprint_store::write_atomically(&folder.join(&file.name), file.body.as_bytes())
            .map_err(|error| Failure::from_error(Kind::Io, "could not export", error))?;
    }
    output.note(format!("wrote {} cases in {} files to {}", cases.len(), files.len(), folder.display()));
    Ok(Outcome::Done)
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
