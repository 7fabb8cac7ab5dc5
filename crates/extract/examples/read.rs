//! Prints what plain text on standard input says: claims with their words, then every candidate.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a tool for a terminal")]

use std::io::Read;

use fineprint_extract::{Context, extract, plain_document};
use fineprint_model::{SourceId, SourceKind};

fn main() {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).unwrap();
    let document = plain_document(&text);
    let context =
        Context { source: SourceId::new("text").unwrap(), kind: SourceKind::Wiki, authority: None, url: None };
    let start = std::time::Instant::now();
    let extraction = extract(&document, &context);
    let time = start.elapsed();
    for claim in &extraction.claims {
        let quote = claim.evidence.as_ref().map_or("", |evidence| evidence.quote.as_str());
        println!("{:.2} {:?}\n     \"{quote}\"", claim.confidence.unwrap_or_default(), claim.statement);
    }
    if std::env::args().any(|argument| argument == "--explain") {
        for c in &extraction.candidates {
            let reasons: Vec<String> =
                c.reasons.iter().take(5).map(|(name, part)| format!("{name} {part:+.1}")).collect();
            let star = if c.is_claimed { "*" } else { " " };
            println!(
                "{star} {:?} {}..{} {} -> {} ({:+.2}) {}",
                c.kind,
                c.start,
                c.end,
                c.value,
                c.role,
                c.score,
                reasons.join(", ")
            );
        }
    }
    println!("{} bytes in {time:?}", text.len());
}
