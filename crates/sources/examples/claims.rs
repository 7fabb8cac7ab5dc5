//! Reads notices and prints what each says: `claims FILE...`
#![expect(clippy::print_stdout, reason = "a program that reports")]

use fineprint_sources::{Input, read};

fn main() {
    for path in std::env::args().skip(1) {
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                println!("{path}: {error}");
                continue;
            }
        };
        match read(&Input { bytes: &bytes, name: &path, ..Input::default() }) {
            Err(error) => println!("{error}"),
            Ok(reading) => {
                println!("{path}: {}", reading.source.id);
                if let Some(reason) = &reading.skipped {
                    println!("  skipped: {reason}");
                }
                for claim in reading.drafts.iter().flat_map(|draft| &draft.claims) {
                    let value = serde_json::to_string(&claim.statement).unwrap_or_default();
                    let quote = claim.evidence.as_ref().map(|evidence| evidence.quote.as_str()).unwrap_or_default();
                    println!("  {} {:?} {value} {quote:?}", claim.method, claim.confidence);
                }
            }
        }
    }
}
