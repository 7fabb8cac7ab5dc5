//! `fineprint serve`: search and pages in the browser.

use std::io::Write;
use std::sync::Arc;

use fineprint_search::Check;
use fineprint_web::{App, Options};

use super::sources;
use crate::args::{Global, ServeArgs};
use crate::base::{self, Base};
use crate::exit::{Failure, Kind, Outcome, Result};
use crate::output::Output;

pub fn run(args: &ServeArgs, global: &Global, _output: &Output) -> Result {
    let base = Base::open(global)?;
    // Whoever answers for long begins with what is whole.
    let (engine, _) = base.engine_with_report(Check::Whole)?;
    let options =
        Options { base_url: args.base_url.clone(), upkeep: sources::upkeep(&base)?, ..Options::new(base::today()) };
    let app = App::with_engine(base.kept().collect(), engine, options).map_err(base::pages_failure)?;
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| Failure::from_error(Kind::Io, "could not start the server's threads", error))?;
    let announce = |address: std::net::SocketAddr| {
        // Even with --quiet: a port of 0 is of no use to anyone who is not told which one it became.
        let _ = writeln!(anstream::stderr().lock(), "fineprint: serving at http://{address}/ (Ctrl-C ends it)");
    };
    runtime.block_on(fineprint_web::serve(Arc::new(app), args.listen, announce)).map_err(|error| {
        Failure::from_error(Kind::Io, format!("could not serve at {}", args.listen), error)
            .help("--listen ADDR:PORT takes another address, and port 0 any free port")
    })?;
    Ok(Outcome::Done)
}
