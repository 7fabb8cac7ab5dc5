//! `fineprint import`: what others wrote down, row by row. A bad row is told with its place and harms no other.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use fineprint_sources::{Import, ImportKind, Mapping, import};

use super::ingest::Batch;
use crate::args::{Global, ImportArgs, ImportForm};
use crate::base;
use crate::exit::{Failure, Kind, Result};
use crate::output::Output;

pub fn run(args: &ImportArgs, global: &Global, output: &Output) -> Result {
    let mapping = args.map.as_deref().map(mapping).transpose()?;
    let mut batch = Batch::start(args.dry_run, global, output)?;
    let ended = args.inputs.iter().try_for_each(|path| file(path, args, mapping.as_ref(), &mut batch));
    batch.finish(ended)
}

fn mapping(path: &Path) -> Result<Mapping> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::from_error(Kind::Io, format!("--map: could not read `{}`", path.display()), error))?;
    Mapping::parse(&text)
        .map_err(|error| Failure::from_error(Kind::Usage, format!("--map: `{}`", path.display()), error))
}

fn file(path: &Path, args: &ImportArgs, mapping: Option<&Mapping>, batch: &mut Batch<'_>) -> Result<()> {
    let name = path.display().to_string();
    let mut reader = match File::open(path) {
        Ok(file) => BufReader::with_capacity(64 * 1024, file),
        Err(error) => {
            batch.unreadable(&format!("`{name}`: could not read: {error}"));
            return Ok(());
        }
    };
    let kind = match args.form {
        Some(ImportForm::Jsonl) => None,
        Some(ImportForm::GdprhubHtml) => Some(ImportKind::GdprhubHtml),
        Some(ImportForm::GdprhubWikitext) => Some(ImportKind::GdprhubWikitext),
        Some(ImportForm::TrackerJson) => Some(ImportKind::TrackerJson),
        Some(ImportForm::Csv) => Some(ImportKind::Csv),
        None if fineprint_store::pack::Packing::of(path).is_some() => None,
        None => match reader.fill_buf().ok().and_then(|head| ImportKind::of(&name, head)) {
            Some(kind) => Some(kind),
            None => {
                batch.invalid(&format!(
                    "`{name}`: expected a form that its name or beginning tells, found neither; name it with --as"
                ));
                return Ok(());
            }
        },
    };
    let Some(kind) = kind else {
        let packing = fineprint_store::pack::Packing::of(path).unwrap_or(fineprint_store::pack::Packing::Plain);
        return batch.unpack(path, &name, packing);
    };
    if kind == ImportKind::Csv && mapping.is_none() {
        return Err(Failure::new(Kind::Usage, format!("`{name}`: a table needs to be told what its columns are"))
            .help("--map columns.toml; `fineprint import --help` shows one"));
    }
    let what = Import { name: &name, kind, mapping, retrieved_on: Some(base::today().into()) };
    let mut stopped = Ok(());
    let result = import(&mut reader, &what, &mut |row| {
        stopped = match row {
            Ok(draft) => batch.store(&draft, &name),
            Err(error) => {
                batch.invalid(&error.to_string());
                Ok(())
            }
        };
        stopped.is_ok()
    });
    stopped?;
    if let Err(error) = result {
        batch.invalid(&error.to_string());
    }
    Ok(())
}
