//! Texts no one should write: whatever they hold, reading ends, in time that grows with the length and no faster.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::{Duration, Instant};

use fineprint_extract::{CLAIM_FROM, Context, Extraction, PROPOSE_FROM, extract, plain_document};
use fineprint_model::{SourceId, SourceKind};
use proptest::prelude::*;

fn read(text: &str) -> Extraction {
    let context =
        Context { source: SourceId::new("text").unwrap(), kind: SourceKind::News, authority: None, url: None };
    let document = plain_document(text);
    let extraction = extract(&document, &context);
    for claim in &extraction.claims {
        assert!(claim.evidence.as_ref().is_none_or(|evidence| document.supports(evidence)), "{claim:?}");
        assert!(claim.confidence.is_some_and(|confidence| (0.5..1.0).contains(&confidence)), "{claim:?}");
    }
    for proposal in &extraction.proposals {
        assert!(proposal.evidence.as_ref().is_none_or(|evidence| document.supports(evidence)), "{proposal:?}");
        assert!(proposal.confidence.is_some_and(|c| (PROPOSE_FROM..CLAIM_FROM).contains(&c)), "{proposal:?}");
        assert!(!extraction.claims.iter().any(|claim| claim.statement == proposal.statement), "{proposal:?}");
    }
    extraction
}

#[test]
fn a_text_without_a_case_claims_nothing() {
    for text in ["", " ", "\n\n", "Hello world.", "The weather was fine; 3 people came.", "\u{200b}\u{ad}"] {
        assert!(read(text).claims.is_empty(), "{text:?}: {:?}", read(text).claims);
    }
}

#[test]
fn time_grows_with_the_length_of_one_line() {
    let sentence =
        "the DPA fined Example Ltd EUR 1,500,000 under Articles 5(1)(a), 28 to 32 GDPR for 490,000 patients ";
    let time = |repeats: usize| -> Duration {
        let text = sentence.repeat(repeats);
        let start = Instant::now();
        read(&text);
        start.elapsed()
    };
    time(10);
    let (short, long) = (time(400), time(4000));
    assert!(long < short * 30 + Duration::from_millis(200), "{short:?} for 40 kB, {long:?} for 400 kB");
}

#[test]
fn unknown_languages_still_yield_digits_and_signs() {
    let extraction = read("Xyzzy plugh € 1.500.000 grault 32 GDPR, Art. 32 GDPR waldo.");
    assert!(extraction.candidates.iter().any(|candidate| candidate.value == "EUR 1500000"));
    assert!(extraction.candidates.iter().any(|candidate| candidate.value == "gdpr/32"));
}

proptest! {
    #[test]
    fn nothing_panics_and_every_quote_is_there(text in "\\PC{0,200}") {
        read(&text);
    }

    #[test]
    fn words_of_notices_in_any_order(words in prop::collection::vec(prop::sample::select(vec![
        "fine", "fined", "€", "EUR", "1.5", "million", "Article", "Articles", "5(1)(f)", "(1)", "and", "to", "32", "GDPR",
        "RGPD", "§§", "lit.", "b)", "of the", "the", "CNIL", "French", "DPA", "15", "April", "2022", "490,000", "patients",
        "Ltd", "Example", "no violation", "violated", ",", ".", "\n\n", "«", "\u{a0}", "’", "-", "per day", "up to", "%",
        "l’article", "d’euros", "mille", "two", "thousand", "(", ")", "?", "ß", "İ", "K",
    ]), 0..60), glue in prop::sample::select(vec!["", " "])) {
        read(&words.join(glue));
    }
}
