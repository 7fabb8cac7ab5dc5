#![doc = include_str!("../README.md")]

mod assemble;
mod authority;
mod calibration;
mod error;
mod lang;
mod lex;
mod lexicon;
mod reading;
mod trie;
mod view;
mod weights;

use fineprint_model::{AuthorityId, Block, BlockKind, Claim, Document, PartyRole, SourceId, SourceKind};

pub use error::{Error, Result};

/// What is known about a document before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The name under which the claims refer to the document.
    pub source: SourceId,
    /// What kind of publication it is.
    pub kind: SourceKind,
    /// The authority, where the source already knows; `None` has it read from the text.
    pub authority: Option<AuthorityId>,
    /// Where the document comes from; its host can name the authority.
    pub url: Option<String>,
}

/// From this confidence on a value is claimed; below it, it is proposed.
pub const CLAIM_FROM: f64 = fineprint_model::resolve::LEAST_CONFIDENCE;
/// From this confidence on a value is proposed; below it, it is only a candidate.
pub const PROPOSE_FROM: f64 = 0.2;

/// What a document says.
#[derive(Debug, Clone, PartialEq)]
pub struct Extraction {
    /// Values sure enough to be given ([`CLAIM_FROM`] or more), the surest first within each field.
    pub claims: Vec<Claim>,
    /// Values that may be meant but are not sure enough to be given, [`PROPOSE_FROM`] or more: runners-up and lone
    /// weak readings, for a person to accept, correct or reject. Never the same statement as a claim; the surest
    /// first within each field.
    pub proposals: Vec<Claim>,
    /// Everything that was seen, with the role it was given and why, in the order of the text.
    pub candidates: Vec<Candidate>,
    /// Whether the respondent answers as controller or as processor; `None` where the text does not tell. The parties
    /// among the claims have it already: it is for whoever knows the party from elsewhere.
    pub role: Option<PartyRole>,
    /// ISO 639-1 code of the language the text was read in; `None` where its words are of no language we know.
    pub language: Option<&'static str>,
}

/// What kind of value a candidate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CandidateKind {
    /// An authority's name.
    Authority,
    /// A case number.
    Reference,
    /// An organisation's name.
    Party,
    /// An amount of money.
    Money,
    /// A share in per cent.
    Share,
    /// A provision of a law.
    Provision,
    /// A number of people, records or organisations.
    Count,
    /// A date.
    Date,
    /// What the decision comes to.
    Outcome,
}

/// A value seen in the text, whether or not it became a claim.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// What it is.
    pub kind: CandidateKind,
    /// First byte in the document's text.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The value in its machine form, as in `EUR 1500000`.
    pub value: String,
    /// The role it was given, as in `maximum`.
    pub role: &'static str,
    /// The role's lead over the best other role, as the logarithm of odds.
    pub score: f64,
    /// What counted for that role, strongest first: feature of the weight file and its part of the score.
    pub reasons: Vec<(&'static str, f64)>,
    /// Everything that was looked at in giving the role, with its strength, for whoever fits the weights; the weights
    /// stand in `weights.toml`.
    pub features: Vec<(&'static str, f64)>,
    /// Whether a claim was made of it.
    pub is_claimed: bool,
}

/// Reads what a document says about an enforcement case. Never fails: a text that says nothing yields no claims.
pub fn extract(document: &Document, context: &Context) -> Extraction {
    let mut extraction = assemble::extract(document, context);
    calibration::apply(&mut extraction, &context.kind);
    extraction
}

/// The same with scores in place of probabilities: what the curves of `calibration.toml` are fitted on.
pub fn extract_unfitted(document: &Document, context: &Context) -> Extraction {
    assemble::extract(document, context)
}

/// A document of plain text: blocks end at empty lines, lines that begin with `#` are headings, with `*` or `-` items.
///
/// For texts that come without structure; HTML is read by the `document` crate.
pub fn plain_document(text: &str) -> Document {
    let mut blocks = Vec::new();
    let mut add = |start: usize, end: usize| {
        let Some(slice) = text.get(start..end) else { return };
        let trimmed = slice.trim();
        if trimmed.is_empty() {
            return;
        }
        let from = start + (slice.len() - slice.trim_start().len());
        let hashes = trimmed.bytes().take_while(|b| *b == b'#').count();
        let kind = match (hashes, trimmed.as_bytes()) {
            (1..=6, _) => BlockKind::Heading(u8::try_from(hashes).unwrap_or(6)),
            (_, [b'*' | b'-', b' ', ..]) => BlockKind::Item,
            _ if blocks.is_empty() && trimmed.len() < 250 && !trimmed.ends_with('.') => BlockKind::Title,
            _ => BlockKind::Paragraph,
        };
        blocks.push(Block { kind, start: from, end: from + trimmed.len() });
    };
    let mut block_start = 0;
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let line_end = line_start + line.len();
        let begins = line.trim_start();
        if begins.is_empty() || begins.starts_with(['#', '*']) || begins.starts_with("- ") {
            add(block_start, line_start);
            block_start = line_start;
        }
        if begins.starts_with('#') {
            add(line_start, line_end);
            block_start = line_end;
        }
        line_start = line_end;
    }
    add(block_start, text.len());
    let title = blocks.first().filter(|b| b.kind == BlockKind::Title).and_then(|b| text.get(b.start..b.end));
    Document {
        sha256: "0".repeat(64),
        title: title.map(str::to_owned),
        text: text.to_owned(),
        blocks,
        language: None,
        published_on: None,
        url: None,
        site: None,
        meta: std::collections::BTreeMap::new(),
        links: Vec::new(),
    }
}
