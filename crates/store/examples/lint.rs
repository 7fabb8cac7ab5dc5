//! Checks the records in the folders named on the command line and prints every finding.

use std::path::Path;
use std::process::ExitCode;

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "an example run by hand reports to the terminal")]
fn main() -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for path in std::env::args().skip(1) {
        match fineprint_store::lint_tree(Path::new(&path)) {
            Ok(linted) => {
                linted.findings.iter().for_each(|finding| println!("{finding}"));
                println!("{path}: {} records, {} findings", linted.records, linted.findings.len());
            }
            Err(error) => {
                eprintln!("{error}");
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}
