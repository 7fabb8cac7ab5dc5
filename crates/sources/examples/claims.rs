//! Reads notices and prints what each says: `claims [--explain] FILE...`; `--explain` adds what else was seen in the
//! prose, and why it was given its role.
#![expect(clippy::print_stdout, reason = "a program that reports")]

use fineprint_extract::{Context, extract};
use fineprint_model::{Document, SourceId, SourceKind};
use fineprint_sources::{Input, read};

/// Every candidate of the prose with its role, lead and strongest reasons.
fn explain(document: &Document) {
    let Ok(source) = SourceId::new("text") else { return };
    let context =
        Context { source, kind: SourceKind::OfficialPressRelease, authority: None, url: document.url.clone() };
    for c in extract(document, &context).candidates {
        let reasons: Vec<String> = c.reasons.iter().take(6).map(|(name, part)| format!("{name} {part:+.1}")).collect();
        let star = if c.is_claimed { "*" } else { " " };
        println!("  {star} {:?} {} -> {} ({:+.2}) {}", c.kind, c.value, c.role, c.score, reasons.join(", "));
    }
}

fn main() {
    let is_explained = std::env::args().any(|argument| argument == "--explain");
    for path in std::env::args().skip(1).filter(|argument| argument != "--explain") {
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
                if is_explained {
                    explain(&reading.document);
                }
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
