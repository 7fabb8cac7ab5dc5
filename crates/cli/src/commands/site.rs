//! `fineprint site`: the website as plain files.

use fineprint_web::ExportOptions;

use super::sources;
use crate::args::{Global, SiteArgs};
use crate::base::{self, Base};
use crate::exit::{Failure, Kind, Outcome, Result};
use crate::output::Output;

pub fn run(args: &SiteArgs, global: &Global, output: &Output) -> Result {
    let base = Base::open(global)?;
    let engine = crate::engine::find(&args.search_engine, output)?;
    let how = ExportOptions {
        base_url: args.base_url.clone(),
        engine,
        program: program(),
        whole: args.whole,
        note: None,
        upkeep: sources::upkeep(&base)?,
    };
    let bar = output.progress(0, "cases and groups");
    let report = fineprint_web::export(base.kept().collect(), base::today(), &args.out, &how, |done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    })
    .map_err(|error| match error {
        fineprint_web::Error::BaseUrl { .. } => base::pages_failure(error),
        error => Failure::from_error(Kind::Io, "could not write the site", error),
    })?;
    bar.finish_and_clear();
    if report.withheld > 0 {
        output.note(format!("left out {} cases: a source of theirs states no licence", report.withheld));
    }
    output.note(format!(
        "{} holds {} cases in {} files; wrote {} of them, {} kB",
        args.out.display(),
        report.cases,
        report.files,
        report.written,
        report.bytes / 1000,
    ));
    if report.search_bytes > 0 {
        output.note(format!("searching it fetches {} kB before the first answer", report.search_bytes / 1000));
    }
    Ok(Outcome::Done)
}

/// Names this very program, so that a new one renders everything anew.
fn program() -> String {
    let bytes = std::env::current_exe().and_then(std::fs::read).unwrap_or_default();
    format!("{} {}", env!("CARGO_PKG_VERSION"), fineprint_store::sha256(&bytes))
}
