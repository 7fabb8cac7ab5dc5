//! `fineprint sources`: what each source yields, and how its last run went.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fineprint_fetch::{Ledger, Run};
use fineprint_model::report::{Card, FIELDS};
use fineprint_model::{Case, Source};
use fineprint_sources::{SourceInfo, registry};
use serde::Serialize;
use url::Url;

use crate::args::{Global, SourcesArgs};
use crate::base::Base;
use crate::exit::{Failure, Kind, Outcome, Result};
use crate::output::{Column, Output};

/// Fields shown as columns of their own where people read; the other forms have all.
const SHOWN: &[&str] = &["party", "decided_on", "fine", "findings", "outcome"];

pub fn run(args: &SourcesArgs, global: &Global, output: &Output) -> Result {
    let base = Base::open(global)?;
    let archive = args.archive.clone().or_else(|| beside(&base));
    let rows = rows(&base, archive.as_deref())?;
    let is_shown = |field: &str| !output.is_for_people() || SHOWN.contains(&field);
    let fields: Vec<&str> = FIELDS.iter().map(|field| field.name).filter(|field| is_shown(field)).collect();
    let mut columns = vec![
        Column::text("source"),
        Column::number("records"),
        Column::text("last_run"),
        Column::number("listed"),
        Column::number("new"),
        Column::number("failures"),
        Column::text("result"),
    ];
    columns.extend(fields.iter().map(|field| Column::number(*field)));
    columns.push(Column::text("licence"));
    let cells: Vec<Vec<String>> = rows.iter().map(|row| row.cells(&fields)).collect();
    output.rows(&columns, &cells, &rows)?;
    Ok(Outcome::Done)
}

/// The archive in a knowledge base of the user's.
fn beside(base: &Base) -> Option<PathBuf> {
    match base {
        Base::Shipped => None,
        Base::Own(kb) => Some(kb.root().join("archive")),
    }
}

/// A source as it is printed.
#[derive(Serialize)]
struct Row {
    source: &'static str,
    title: &'static str,
    landing: Option<&'static str>,
    /// Cases that rest on it.
    records: usize,
    /// Field -> share, 0 to 1, of those cases in which it has a value; left out where it applies to none.
    filled: BTreeMap<&'static str, f64>,
    last_run: Option<LastRun>,
    /// Terms under which facts taken from it may be passed on; `None` where they are not known.
    licence: Option<&'static str>,
}

/// How the last run over a source went.
#[derive(Serialize)]
struct LastRun {
    on: String,
    listed: usize,
    new: usize,
    failures: usize,
    /// Why it was not believed.
    refused: Option<String>,
}

impl LastRun {
    fn of(run: &Run) -> Self {
        Self {
            on: run.finished.as_ref().unwrap_or(&run.started).clone(),
            listed: run.listed.len(),
            new: run.new,
            failures: run.failed.len() + run.misread.len(),
            refused: run.refused.clone(),
        }
    }
}

impl Row {
    fn cells(&self, fields: &[&str]) -> Vec<String> {
        let run = |show: fn(&LastRun) -> String| self.last_run.as_ref().map_or_else(String::new, show);
        let mut cells = vec![
            self.source.to_owned(),
            self.records.to_string(),
            run(|run| run.on.get(..10).unwrap_or(&run.on).to_owned()),
            run(|run| run.listed.to_string()),
            run(|run| run.new.to_string()),
            run(|run| run.failures.to_string()),
            run(|run| run.refused.as_ref().map_or_else(|| "complete".to_owned(), |why| format!("refused: {why}"))),
        ];
        let percent = |share: &f64| format!("{:.0}%", share * 100.0);
        cells.extend(fields.iter().map(|field| self.filled.get(field).map_or_else(String::new, percent)));
        cells.push(self.licence.unwrap_or("not stated").to_owned());
        cells
    }
}

fn rows(base: &Base, archive: Option<&Path>) -> Result<Vec<Row>> {
    let mut of_source: BTreeMap<&str, Vec<Case>> = BTreeMap::new();
    for case in base.cases() {
        let mut sources: Vec<&str> = case.sources.iter().map(|source| read_by(source).id.as_str()).collect();
        sources.sort_unstable();
        sources.dedup();
        for source in sources {
            of_source.entry(source).or_default().push(case.clone());
        }
    }
    let mut rows = Vec::new();
    for info in registry() {
        let ledger = match archive {
            Some(archive) => Ledger::open(archive, &info.id)
                .map_err(|error| Failure::from_error(Kind::Io, "could not read the archive", error))?,
            None => Ledger::default(),
        };
        let cases = of_source.remove(info.id.as_str()).unwrap_or_default();
        let card = Card::of(&cases);
        let filled =
            card.fields.iter().filter_map(|report| Some((report.field, report.fill.filled_share()?))).collect();
        rows.push(Row {
            source: &info.id,
            title: &info.title,
            landing: info.landing.as_deref(),
            records: cases.len(),
            filled,
            last_run: ledger.unfinished.as_ref().or(ledger.last.as_ref()).map(LastRun::of),
            licence: info.licence.as_deref(),
        });
    }
    Ok(rows)
}

/// Which of our sources a case's source is: by the address of its page, else by who publishes, else any other page.
fn read_by(source: &Source) -> &'static SourceInfo {
    let host = source.url.as_deref().and_then(|url| Some(Url::parse(url).ok()?.host_str()?.to_owned()));
    let is_at = |info: &&SourceInfo| {
        let is_below = |host: &str, known: &String| {
            host.strip_suffix(known.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        host.as_deref().is_some_and(|host| info.hosts.iter().any(|known| is_below(host, known)))
    };
    let is_by = |info: &&SourceInfo| info.publisher.is_some() && info.publisher == source.publisher;
    let found = registry().iter().find(is_at).or_else(|| registry().iter().find(is_by));
    // The last source takes whatever no other knows.
    found.or_else(|| registry().last()).unwrap_or_else(|| unreachable!("there are sources"))
}
