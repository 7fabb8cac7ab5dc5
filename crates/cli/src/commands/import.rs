//! `fineprint import`: what others wrote down, row by row. A bad row is told with its place and harms no other.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;

use fineprint_fetch::{Reader, is_warc};
use fineprint_sources::{Import, ImportKind, Mapping, import};
use fineprint_store::pack::Packing;

use super::ingest::Batch;
use crate::args::{Global, ImportArgs, ImportForm};
use crate::base;
use crate::exit::{Failure, Kind, Result};
use crate::output::Output;

/// Bytes of a file by which its form is told.
const HEAD: u64 = 64 * 1024;

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
    let is_standard_input = path == Path::new("-");
    let name = if is_standard_input { "standard input".to_owned() } else { path.display().to_string() };
    let opened: std::io::Result<Box<dyn Read>> = if is_standard_input {
        Ok(Box::new(std::io::stdin()))
    } else {
        File::open(path).map(|file| Box::new(file) as _)
    };
    let mut head = Vec::new();
    let mut source = match opened.and_then(|mut source| {
        (&mut source).take(HEAD).read_to_end(&mut head)?;
        Ok(BufReader::with_capacity(64 * 1024, Cursor::new(head.clone()).chain(source)))
    }) {
        Ok(source) => source,
        Err(error) => {
            batch.unreadable(&format!("`{name}`: could not read: {error}"));
            return Ok(());
        }
    };
    if !is_warc(&head) {
        return one(&mut source, &head, &name, args, mapping, batch);
    }
    for page in Reader::over(Path::new(&name), source).pages() {
        match page {
            Ok(page) => {
                let head = page.body.get(..page.body.len().min(HEAD as usize)).unwrap_or_default().to_vec();
                let name = format!("{name}: {}", page.url);
                one(&mut Cursor::new(page.body), &head, &name, args, mapping, batch)?;
            }
            Err(error) => batch.invalid(&error.to_string()),
        }
    }
    Ok(())
}

/// Imports one file, or what stands in an archive as one. `head` is its beginning.
fn one(
    source: &mut dyn BufRead,
    head: &[u8],
    name: &str,
    args: &ImportArgs,
    mapping: Option<&Mapping>,
    batch: &mut Batch<'_>,
) -> Result<()> {
    let packing = Packing::of(Path::new(name));
    let kind = match args.form {
        Some(ImportForm::Jsonl) => None,
        Some(ImportForm::GdprhubHtml) => Some(ImportKind::GdprhubHtml),
        Some(ImportForm::GdprhubWikitext) => Some(ImportKind::GdprhubWikitext),
        Some(ImportForm::TrackerJson) => Some(ImportKind::TrackerJson),
        Some(ImportForm::Csv) => Some(ImportKind::Csv),
        None if packing.is_some() => None,
        None => match ImportKind::of(name, head) {
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
        return batch.records(source, name, packing.unwrap_or(Packing::Plain));
    };
    if kind == ImportKind::Csv && mapping.is_none() {
        return Err(Failure::new(Kind::Usage, format!("`{name}`: a table needs to be told what its columns are"))
            .help("--map columns.toml; `fineprint import --help` shows one"));
    }
    let what = Import { name, kind, mapping, retrieved_on: Some(base::today().into()) };
    let mut stopped = Ok(());
    let result = import(source, &what, &mut |row| {
        stopped = match row {
            Ok(draft) => batch.store(&draft, name),
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
