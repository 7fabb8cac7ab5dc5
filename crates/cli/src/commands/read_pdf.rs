//! `fineprint read-pdf`: the process in which the program reads a PDF, so that a file that would end it ends nothing else.

use std::process::ExitCode;

use fineprint_document::Limits;
use fineprint_document::pdf::{self, Helper};

use crate::output;

/// Has every PDF read by a process of its own. Where the program does not know its own path a PDF is read here.
pub fn set_up() {
    if let Ok(program) = std::env::current_exe() {
        pdf::read_in_child_processes(Helper { program, arguments: vec!["read-pdf".into()] });
    }
}

/// Reads a PDF from standard input within the bounds.
pub fn run() -> ExitCode {
    match pdf::serve(&Limits::default()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::warn(format!("fineprint: could not read a PDF for another process: {error}"));
            ExitCode::from(5)
        }
    }
}
