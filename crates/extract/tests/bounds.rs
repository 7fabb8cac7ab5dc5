//! Texts no one should write: whatever they hold, reading ends, in time that grows with the length and no faster.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use fineprint_extract::{CLAIM_FROM, Context, Extraction, PROPOSE_FROM, extract, plain_document};
use fineprint_model::{SourceId, SourceKind, Statement};
use fineprint_testkit::busy;
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
    }
    // In a long text each is not compared with each.
    let claimed = extraction.claims.iter().take(100);
    for (claim, proposal) in claimed.flat_map(|claim| extraction.proposals.iter().take(100).map(move |p| (claim, p))) {
        assert!(claim.statement != proposal.statement, "{proposal:?}");
    }
    extraction
}

#[test]
fn a_text_without_a_case_claims_nothing() {
    for text in ["", " ", "\n\n", "Hello world.", "The weather was fine; 3 people came.", "\u{200b}\u{ad}"] {
        assert!(read(text).claims.is_empty(), "{text:?}: {:?}", read(text).claims);
    }
}

/// The member of a list that a hostile text consists of.
type Member = fn(usize) -> String;

/// What texts without end consist of: each shape asks something else of the reader.
const SHAPES: &[(&str, Member)] = &[
    ("sentences", |_| {
        "the DPA fined Example Ltd EUR 1,500,000 under Articles 5(1)(a), 28 to 32 GDPR for 490,000 patients ".into()
    }),
    ("amounts", |at| format!("EUR {},{:03} ", at / 1000 + 1, at % 1000)),
    ("fines", |at| format!("a fine of EUR {at} for the breach of Article {} GDPR, ", at % 99 + 1)),
    ("further fines", |at| format!("The CNIL imposed another fine of EUR {at},000 for the breach of Article 32. ")),
    ("conversions", |at| format!("\u{20ac}{} (NOK {}) ", at + 1, at * 10 + 10)),
    ("provisions", |at| {
        format!("violated Article {}({})({}) GDPR, ", at % 99 + 1, at % 9 + 1, char::from(b'a' + (at % 26) as u8))
    }),
    ("distinct provisions", |at| format!("violated Article {at}({})(a) of Regulation (EU) 2016/679, ", at % 999)),
    ("rules", |at| format!("Rule {}b-{} thereunder ", at % 20 + 1, at % 9 + 1)),
    ("laws", |_| "potential HIPAA violations and Section 5 of the FTC Act ".into()),
    ("dates", |at| format!("Paris, {} May {} ", at % 28 + 1, 1990 + at % 60)),
    ("names", |at| format!("Example {at} Ltd and Other {at} SA fined ")),
    ("distinct names", |at| format!("Examplo{at} Holding GmbH ")),
    ("counts", |at| format!("{} patients were affected ", at + 10)),
    ("numbers of cases", |at| format!("PS/{:05}/2020 SAN-2020-{:03} ", at % 100_000, at % 1000)),
    ("authorities", |_| "the French data protection authority CNIL and the Spanish DPA ".into()),
    ("scripts", |_| {
        "\u{3b5}\u{3c0}\u{3b9}\u{3b2}\u{3bb}\u{3ae}\u{3b8}\u{3b7}\u{3ba}\u{3b5} 5.000 \u{20ac} \u{448}\u{442}\u{440}\u{430}\u{444} \u{7f70}\u{91d1} \u{63a}\u{631}\u{627}\u{645}\u{629} ".into()
    }),
    ("one word", |_| "abcdefgh".into()),
    ("digits", |_| "1234567890".into()),
    ("groups", |_| "1.".into()),
    ("capitals", |_| "A B C ".into()),
    ("stops", |_| ".".into()),
    ("brackets", |_| "( \" ".into()),
    ("broken words", |_| "a-\n".into()),
    ("blank lines", |_| " \n".into()),
    ("headings", |at| format!("# Violation of Article {}\n\n", at % 99 + 1)),
];

fn of_length(member: Member, bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 200);
    for at in 0.. {
        if text.len() >= bytes {
            break;
        }
        text.push_str(&member(at));
    }
    text
}

/// How many times the work of a text a longer one is; the better of two readings, since caches and neighbours count too.
fn growth(member: Member, short: usize, long: usize) -> f64 {
    let (short, long) = (of_length(member, short), of_length(member, long));
    let work = |text: &str| {
        let reading = || busy(|| drop(read(text)));
        reading().min(reading()).as_secs_f64()
    };
    work(&long) / work(&short).max(1e-4)
}

/// Words and patterns are prepared once in a process.
fn prepare() {
    read("The CNIL fined Example SAS 20,000 euros under decision SAN-2020-001.");
}

#[test]
fn work_grows_with_the_length_and_no_faster() {
    prepare();
    let (short, times) = (12_000, 8);
    for (name, member) in SHAPES {
        let growth = growth(*member, short, short * times);
        // What grows with the square would be at 64.
        assert!(growth < 3.0 * times as f64, "{name}: {growth:.1} times the work for {times} times the text");
    }
}

/// Ten megabytes of every shape, and a hundred of prose: `just bounds`.
#[test]
#[ignore = "long: `just bounds`"]
fn work_grows_with_the_length_of_the_longest() {
    prepare();
    for (name, member) in SHAPES {
        let growth = growth(*member, 1_000_000, 10_000_000);
        println!("{name}: {growth:.1} times the work for 10 times the text");
        assert!(growth < 20.0, "{name}: {growth:.1}");
    }
    let growth = growth(SHAPES[0].1, 10_000_000, 100_000_000);
    println!("{}: {growth:.1} times the work for 10 times the text, 100 MB", SHAPES[0].0);
    assert!(growth < 20.0, "{growth:.1}");
}

#[test]
fn unknown_languages_still_yield_digits_and_signs() {
    let extraction = read("Xyzzy plugh € 1.500.000 grault 32 GDPR, Art. 32 GDPR waldo.");
    assert_eq!(extraction.language, None, "its words are of no language we know");
    assert!(extraction.candidates.iter().any(|candidate| candidate.value == "EUR 1500000"));
    assert!(extraction.candidates.iter().any(|candidate| candidate.value == "gdpr/32"));
    assert!(!extraction.claims.iter().any(|claim| claim.confidence > Some(0.9)), "{:?}", extraction.claims);
}

#[test]
fn letters_that_look_alike_read_as_what_they_look_like() {
    let plain = read("The CNIL fined Example SAS EUR 20,000 for violating Article 32 of the GDPR.");
    // A Cyrillic Es, Ie and o, a Greek Rho.
    let disguised = read(
        "The \u{421}NIL fin\u{435}d Example SAS EU\u{52} 20,000 f\u{43e}r violating Article 32 of the GD\u{3a1}R.",
    );
    let of = |extraction: &Extraction| -> Vec<Statement> {
        extraction.claims.iter().map(|claim| claim.statement.clone()).collect()
    };
    assert_eq!(of(&disguised), of(&plain));
}

#[test]
fn contradictory_figures_are_never_sure() {
    let text = "The CNIL fined Example SAS EUR 20,000. The CNIL fined Example SAS EUR 30,000. The CNIL fined Example SAS EUR 45,000.";
    let extraction = read(text);
    let fines = |claims: &[fineprint_model::Claim]| -> Vec<f64> {
        claims.iter().filter(|claim| claim.statement.field() == "money").filter_map(|claim| claim.confidence).collect()
    };
    assert!(fines(&extraction.claims).iter().all(|sure| *sure < 0.9), "{:?}", extraction.claims);
    assert!(!fines(&extraction.proposals).is_empty(), "the others are asked about");
}

proptest! {
    #[test]
    fn nothing_panics_and_every_quote_is_there(text in "\\PC{0,200}") {
        read(&text);
    }

    #[test]
    fn scripts_in_any_mixture(text in "([a-zA-Z]{1,6}|[а-яЄ]{1,6}|[α-ωΑ-Ω]{1,6}|[漢字罰金]{1,3}|[ءغرامة]{1,4}|[0-9.,]{1,9}|[€$£%§()\"'’ \u{a0}\u{202e}\u{200b}\n-]{1,3}){0,60}") {
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
