//! Prints the canonical text of files, as extraction sees it: `text FILE...`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that reports")]

use std::process::ExitCode;

use fineprint_document::{Hints, read};

fn main() -> ExitCode {
    let mut failed = false;
    for path in std::env::args().skip(1) {
        let hints = Hints { name: Some(path.clone()), ..Hints::default() };
        match std::fs::read(&path)
            .map_err(|error| error.to_string())
            .and_then(|bytes| read(&bytes, &hints).map_err(|error| error.to_string()))
        {
            Ok(document) => {
                println!("# {path}: {:?}, {:?}, {:?}", document.title, document.language, document.published_on);
                println!("{}", document.text);
            }
            Err(error) => {
                eprintln!("{path}: {error}");
                failed = true;
            }
        }
    }
    ExitCode::from(u8::from(failed))
}
