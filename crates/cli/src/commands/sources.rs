//! `fineprint sources`: what each source yields, and how its last run went.

use std::path::Path;

use fineprint_fetch::{Ledger, Run};
use fineprint_model::Case;
use fineprint_model::report::FIELDS;
use fineprint_model::upkeep::{SourceCard, SourceProfile, SourceRun, Upkeep};
use fineprint_sources::registry;

use crate::args::{Global, SourcesArgs};
use crate::base::Base;
use crate::exit::{Failure, Kind, Outcome, Result};
use crate::output::{Column, Output};

/// Fields shown as columns of their own where people read; the other forms have all.
const SHOWN: &[&str] = &["party", "decided_on", "fine", "findings", "outcome"];

pub fn run(args: &SourcesArgs, global: &Global, output: &Output) -> Result {
    let base = Base::open(global)?;
    let cases: Vec<Case> = base.cases().collect();
    let rows = SourceCard::of(&profiles(&base, args.archive.as_deref())?, &cases);
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
    let cells: Vec<Vec<String>> = rows.iter().map(|row| cells(row, &fields)).collect();
    output.rows(&columns, &cells, &rows)?;
    Ok(Outcome::Done)
}

/// What the pages tell of how the cases are kept.
pub fn upkeep(base: &Base) -> Result<Upkeep> {
    Ok(Upkeep { sources: profiles(base, None)?, visits: base.visits()? })
}

/// Every source, with its last run by the archive of that folder, else by the one in the knowledge base.
fn profiles(base: &Base, archive: Option<&Path>) -> Result<Vec<SourceProfile>> {
    let beside = match base {
        Base::Shipped => None,
        Base::Own(kb) => Some(kb.root().join("archive")),
    };
    let archive = archive.or(beside.as_deref());
    let profile = |info: &fineprint_sources::SourceInfo| {
        let ledger = match archive {
            Some(archive) => Ledger::open(archive, &info.id)
                .map_err(|error| Failure::from_error(Kind::Io, "could not read the archive", error))?,
            None => Ledger::default(),
        };
        Ok(SourceProfile {
            id: info.id.clone(),
            title: info.title.clone(),
            landing: info.landing.clone(),
            licence: info.licence.clone(),
            publisher: info.publisher.clone(),
            hosts: info.hosts.clone(),
            last_run: ledger.unfinished.as_ref().or(ledger.last.as_ref()).map(source_run),
        })
    };
    registry().iter().map(profile).collect()
}

fn source_run(run: &Run) -> SourceRun {
    SourceRun {
        on: run.finished.as_ref().unwrap_or(&run.started).clone(),
        listed: run.listed.len(),
        new: run.new,
        failures: run.failed.len() + run.misread.len(),
        refused: run.refused.clone(),
    }
}

fn cells(card: &SourceCard, fields: &[&str]) -> Vec<String> {
    let run = |show: fn(&SourceRun) -> String| card.last_run.as_ref().map_or_else(String::new, show);
    let mut cells = vec![
        card.source.clone(),
        card.records.to_string(),
        run(|run| run.day().to_owned()),
        run(|run| run.listed.to_string()),
        run(|run| run.new.to_string()),
        run(|run| run.failures.to_string()),
        run(|run| run.refused.as_ref().map_or_else(|| "complete".to_owned(), |why| format!("refused: {why}"))),
    ];
    let percent = |share: &f64| format!("{:.0}%", share * 100.0);
    cells.extend(fields.iter().map(|field| card.filled.get(field).map_or_else(String::new, percent)));
    cells.push(card.licence.clone().unwrap_or_else(|| "not stated".to_owned()));
    cells
}
