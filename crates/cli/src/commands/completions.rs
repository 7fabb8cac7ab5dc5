//! `fineprint completions`: a completion script made from the definitions in `args`.

use std::io::Write;

use clap::CommandFactory;

use crate::args::{Cli, CompletionsArgs};
use crate::exit::{Outcome, Result};
use crate::output::Output;

pub fn run(args: &CompletionsArgs, output: &Output) -> Result {
    // Generated into memory first: the generator panics where writing fails, as into a closed pipe.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "fineprint", &mut script);
    output.stdout().write_all(&script)?;
    Ok(Outcome::Done)
}
