//! `fineprint fetch`: what sources list, downloaded politely into an archive.

use std::path::PathBuf;
use std::time::Duration;

use fineprint_fetch::{Archive, Event, Run, Scope, Settings};
use fineprint_sources::registry;
use serde::Serialize;

use crate::args::{FetchArgs, FetchOptions, Global, Manners};
use crate::base::{self, Base};
use crate::exit::{Failure, Kind, Outcome, Result};
use crate::output::{self, Column, Output};

/// Shortest pause between two requests to a site, in seconds. A stand-in on this machine needs none.
const LEAST_DELAY: f64 = 0.5;

/// Waits shorter than this are not worth a line.
const TOLD_FROM: Duration = Duration::from_secs(5);

pub fn run(args: &FetchArgs, global: &Global, output: &Output) -> Result {
    let mut archive = open_archive(&args.options, global, output)?;
    let runs = fetch(&mut archive, &args.options, output)?;
    let columns = [
        Column::text("source"),
        Column::number("listed"),
        Column::number("new"),
        Column::number("unchanged"),
        Column::number("failed"),
        Column::number("bytes"),
        Column::text("result"),
    ];
    let rows: Vec<Row<'_>> = runs.iter().map(|(source, run)| Row { source, result: result(run), run }).collect();
    let cells: Vec<Vec<String>> = rows.iter().map(Row::cells).collect();
    output.rows(&columns, &cells, &rows)?;
    Ok(outcome(&runs))
}

/// A run as it is printed.
#[derive(Serialize)]
struct Row<'a> {
    source: &'a str,
    result: String,
    #[serde(flatten)]
    run: &'a Run,
}

impl Row<'_> {
    fn cells(&self) -> Vec<String> {
        let run = self.run;
        let counts = [run.listed.len(), run.new, run.unchanged, run.failed.len()].map(|count| count.to_string());
        let mut cells = vec![self.source.to_owned()];
        cells.extend(counts);
        cells.extend([run.bytes.to_string(), self.result.clone()]);
        cells
    }
}

/// What became of a run, in a few words.
fn result(run: &Run) -> String {
    match (&run.refused, run.finished.is_some()) {
        (None, _) => "complete".to_owned(),
        (Some(why), true) => format!("not to be believed: {why}"),
        (Some(why), false) => why.clone(),
    }
}

fn outcome(runs: &[(String, Run)]) -> Outcome {
    let unfinished = |run: &Run| run.finished.is_none() || !run.failed.is_empty();
    if runs.iter().any(|(_, run)| run.refused.is_some() && run.finished.is_some()) {
        Outcome::PartlyInvalid
    } else if runs.iter().any(|(_, run)| unfinished(run)) {
        Outcome::PartlyUnreadable
    } else {
        Outcome::Done
    }
}

/// The archive that is named, else the one beside the knowledge base.
pub fn open_archive(options: &FetchOptions, global: &Global, output: &Output) -> Result<Archive> {
    let root: PathBuf = match &options.archive {
        Some(root) => root.clone(),
        None if global.kb.is_some() => Base::open_or_init(global, output)?.root().join("archive"),
        None => {
            return Err(Failure::new(Kind::Usage, "there is no place for what is fetched")
                .help("name a folder: --archive DIR, or a knowledge base: --kb DIR"));
        }
    };
    Archive::open(&root).map_err(|error| Failure::from_error(Kind::Io, "could not open the archive", error))
}

/// How the user wants sites to be asked, as politely as they must be.
pub fn settings(manners: &Manners) -> Result<Settings> {
    if manners.delay < LEAST_DELAY && manners.stand_in.is_none() {
        let found = manners.delay;
        return Err(Failure::new(Kind::Usage, format!("--delay: expected at least {LEAST_DELAY} s, found {found}")));
    }
    if manners.stand_in.is_some_and(|address| !address.ip().is_loopback()) {
        return Err(Failure::new(Kind::Usage, "--stand-in: expected an address of this machine, as in 127.0.0.1:8080"));
    }
    Ok(Settings {
        contact: manners.contact.clone(),
        delay: Duration::from_secs_f64(manners.delay),
        timeout: Duration::from_secs(manners.timeout.into()),
        max_bytes: u64::from(manners.max_size) << 20,
        stand_in: manners.stand_in,
        now: base::now,
        ..Settings::default()
    })
}

/// Fetches, shows progress, and tells what failed.
pub fn fetch(archive: &mut Archive, options: &FetchOptions, output: &Output) -> Result<Vec<(String, Run)>> {
    let settings = settings(&options.manners)?;
    let scope = Scope { since: options.since, limit: options.limit, refresh: options.refresh };
    let bar = output.progress(0, "notices");
    let told = |event: Event| match event {
        Event::ToFetch { notices, .. } => bar.inc_length(notices as u64),
        Event::Fetched { .. } => bar.inc(1),
        Event::Waiting { host, wait, because, .. } if wait >= TOLD_FROM => {
            bar.suspend(|| output.note(format!("{host}: waiting {} s: {because}", wait.as_secs())));
        }
        Event::Listed { source, notices } => bar.set_message(format!("{source}: {notices} listed")),
        _ => {}
    };
    let runs = fineprint_fetch::fetch(archive, &sources(&options.sources), scope, &settings, &told);
    bar.finish_and_clear();
    let runs = runs.map_err(|error| match error {
        fineprint_fetch::Error::UnknownSource(_) | fineprint_fetch::Error::NoListing { .. } => {
            Failure::from_error(Kind::Usage, "SOURCE", error)
        }
        error => Failure::from_error(Kind::Io, "could not fetch", error),
    })?;
    for (source, run) in &runs {
        for failure in run.misread.iter().chain(&run.failed) {
            output::warn(format!("fineprint: `{}`: {}", failure.url, failure.reason));
        }
        for remark in &run.remarks {
            output.note(format!("{source}: {remark}"));
        }
    }
    Ok(runs)
}

/// The sources named, each once; `all` is every one that has a list.
fn sources(named: &[String]) -> Vec<String> {
    let mut sources: Vec<String> = Vec::new();
    for name in named {
        let listed = registry().iter().filter(|info| !info.listings.is_empty()).map(|info| info.id.clone());
        let all: Vec<String> = if name == "all" { listed.collect() } else { vec![name.replace('-', "_")] };
        sources.extend(all);
    }
    let mut seen = std::collections::HashSet::new();
    sources.retain(|source| seen.insert(source.clone()));
    sources
}
