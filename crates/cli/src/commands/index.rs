//! `fineprint index`: the search index, brought up to date or built anew.

use fineprint_search::Check;

use crate::args::{Global, IndexArgs};
use crate::base::Base;
use crate::exit::{Outcome, Result};
use crate::output::Output;

pub fn run(args: &IndexArgs, global: &Global, output: &Output) -> Result {
    let base = Base::open(global)?;
    if args.rebuild {
        base.forget_index()?;
    }
    let (engine, report) = base.engine_with_report(Check::Whole)?;
    output.note(match report {
        Some(report) => format!(
            "{} cases: {} added, {} updated, {} removed{}",
            engine.len(),
            report.added,
            report.updated,
            report.removed,
            report.rebuilt.map(|why| format!("; built anew: {why}")).unwrap_or_default()
        ),
        None => format!("{} cases, indexed in memory: the folder cannot be written to", engine.len()),
    });
    Ok(Outcome::Done)
}
