//! `fineprint site`: the website as plain files.

use fineprint_web::{App, Options};

use crate::args::{Global, SiteArgs};
use crate::base::{self, Base};
use crate::exit::{Failure, Kind, Outcome, Result};
use crate::output::Output;

pub fn run(args: &SiteArgs, global: &Global, output: &Output) -> Result {
    let base = Base::open(global)?;
    let options = Options { base_url: args.base_url.clone(), ..Options::new(base::today()) };
    let app = App::new(base.kept().collect(), options).map_err(base::pages_failure)?;
    let bar = output.progress(0, "files");
    let report = fineprint_web::export(&app, &args.out, args.base_url.as_deref(), |done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    })
    .map_err(|error| Failure::from_error(Kind::Io, "could not write the site", error))?;
    bar.finish_and_clear();
    if report.withheld > 0 {
        output.note(format!("left out {} cases: a source of theirs states no licence", report.withheld));
    }
    output.note(format!(
        "wrote {} cases as {} files, {} kB, to {}",
        report.cases,
        report.files,
        report.bytes / 1000,
        args.out.display()
    ));
    Ok(Outcome::Done)
}
