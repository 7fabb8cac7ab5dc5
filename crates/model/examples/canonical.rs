//! Rewrites the case records named on the command line in canonical form and reports those that do not read.

use std::process::ExitCode;
use std::{env, fs};

use fineprint_model::Case;

fn rewrite(path: &str) -> Result<(), String> {
    let before = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let after = Case::from_json(&before).and_then(|case| case.to_json()).map_err(|error| error.to_string())?;
    if after == before { Ok(()) } else { fs::write(path, after).map_err(|error| error.to_string()) }
}

#[expect(clippy::print_stderr, reason = "an example run by hand reports to the terminal")]
fn main() -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for path in env::args().skip(1) {
        if let Err(error) = rewrite(&path) {
            eprintln!("{path}: {error}");
            code = ExitCode::FAILURE;
        }
    }
    code
}
