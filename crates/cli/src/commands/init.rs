//! `fineprint init`: an empty knowledge base, or one that starts from the built-in cases.

use fineprint_store::KnowledgeBase;

use crate::args::InitArgs;
use crate::base;
use crate::exit::{Failure, Kind, Outcome, Result};
use crate::output::Output;

pub fn run(args: &InitArgs, output: &Output) -> Result {
    let failed = |error| Failure::from_error(Kind::Io, "could not start a knowledge base", error);
    let base = KnowledgeBase::init(&args.dir).map_err(failed)?;
    let mut count = 0;
    if args.with_shipped {
        let mut writer = base.writer(base::today()).map_err(failed)?;
        writer.in_groups();
        for case in base::shipped() {
            writer.put(&case).map_err(failed)?;
            count += 1;
        }
        writer.commit().map_err(failed)?;
    }
    output.note(format!("started a knowledge base with {count} cases in {}", args.dir.display()));
    output.note(format!("next: fineprint ingest NOTICE... --kb {}", args.dir.display()));
    Ok(Outcome::Done)
}
