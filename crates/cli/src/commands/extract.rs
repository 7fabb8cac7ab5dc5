//! `fineprint extract`: what would be read from notices, and with `--explain` why. Stores nothing.

use std::io::Write;
use std::path::Path;

use fineprint_extract::{Candidate, CandidateKind, Context, extract};
use fineprint_model::{Case, Claim, SourceId};
use fineprint_sources::{Input, Reading, parts, read};
use fineprint_views::format;
use serde::Serialize;

use crate::args::{ExtractArgs, Format};
use crate::base;
use crate::commands::ingest::bytes;
use crate::commands::show::{claim_line, statement_value, write_case};
use crate::exit::{Failure, Kind, Outcome, Result};
use crate::output::{self, Column, Output, write_json, write_json_line};
use crate::parallel::in_order;

/// What one notice yielded.
#[derive(Serialize)]
struct Extracted {
    notice: String,
    source: String,
    language: Option<String>,
    /// Why there is no record.
    skipped: Option<String>,
    records: Vec<Case>,
    /// What was read where that makes no record.
    rest: Vec<Claim>,
    /// What was not sure enough to enter a record.
    proposals: Vec<Claim>,
    #[serde(skip_serializing_if = "Option::is_none")]
    candidates: Option<Vec<Explained>>,
}

/// A candidate and why it won or lost.
#[derive(Serialize)]
struct Explained {
    kind: String,
    value: String,
    quote: String,
    start: usize,
    end: usize,
    role: &'static str,
    /// Lead over the next role, as the logarithm of odds.
    score: f64,
    is_claimed: bool,
    why: String,
    features: Vec<(String, f64)>,
}

#[derive(Default)]
struct Tally {
    read: usize,
    invalid: usize,
    unreadable: usize,
}

pub fn run(args: &ExtractArgs, output: &Output) -> Result {
    if args.url.is_some() && args.inputs.len() != 1 {
        return Err(Failure::new(Kind::Usage, "--url: expected exactly one input, because an address names one page"));
    }
    let mut tally = Tally::default();
    let mut all = Vec::new();
    let produce = |give: &mut dyn FnMut(Opened, usize) -> bool| {
        // Nothing more is wanted once one is refused.
        let _ = args.inputs.iter().all(|path| {
            let opened = Opened::open(path);
            let size = opened.bytes.as_ref().map_or(0, Vec::len);
            give(opened, size)
        });
    };
    in_order(
        produce,
        |opened| opened.read(args),
        |found| {
            let Some(extracted) = tally.take(found)? else { return Ok(()) };
            match output.format {
                // Printed as they come: a long batch is readable before it ends.
                Format::Table | Format::Tsv => {
                    write_extracted(&mut output.stdout(), &extracted, args.inputs.len() > 1)?;
                }
                Format::Jsonl => write_json_line(&mut output.stdout(), &extracted)?,
                Format::Json | Format::Csv => all.push(extracted),
            }
            Ok(())
        },
    )?;
    match output.format {
        Format::Json => write_json(&mut output.stdout(), &all)?,
        Format::Csv => print_claims(&all, output)?,
        _ => {}
    }
    Ok(match tally {
        Tally { unreadable: 1.., .. } => Outcome::PartlyUnreadable,
        Tally { invalid: 1.., .. } => Outcome::PartlyInvalid,
        Tally { read: 0, .. } => Outcome::Nothing,
        _ => Outcome::Done,
    })
}

/// An input and what messages call it.
struct Opened {
    name: String,
    bytes: std::io::Result<Vec<u8>>,
}

/// What came of an input.
enum Found {
    Read(Box<Extracted>),
    Invalid(String),
    Unreadable(String),
    Failed(Failure),
}

impl Tally {
    /// Counts what came of an input and tells of what is wrong with it; `None` where it could not be read.
    fn take(&mut self, found: Found) -> Result<Option<Extracted>> {
        match found {
            Found::Read(extracted) => {
                self.read += usize::from(!extracted.records.is_empty());
                return Ok(Some(*extracted));
            }
            Found::Failed(failure) => return Err(failure),
            Found::Invalid(message) => {
                self.invalid += 1;
                output::warn(message);
            }
            Found::Unreadable(message) => {
                self.unreadable += 1;
                output::warn(message);
            }
        }
        Ok(None)
    }
}

impl Opened {
    fn open(path: &Path) -> Self {
        let name = if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() };
        Self { name, bytes: bytes(path) }
    }

    fn read(self, args: &ExtractArgs) -> Found {
        let name = &self.name;
        let bytes = match &self.bytes {
            Ok(bytes) => bytes,
            Err(error) => return Found::Unreadable(format!("fineprint: `{name}`: could not read: {error}")),
        };
        let input = Input {
            bytes,
            name,
            url: args.url.as_deref(),
            retrieved_on: Some(base::today().into()),
            source: args.source.as_deref(),
            ..Input::default()
        };
        let reading = match read(&input) {
            Ok(reading) => reading,
            Err(error @ fineprint_sources::Error::UnknownSource { .. }) => {
                return Found::Failed(Failure::from_error(Kind::Usage, "--source", error));
            }
            Err(error) => return Found::Invalid(format!("fineprint: {error}")),
        };
        extracted(reading, &input, args.explain).map_or_else(Found::Failed, |found| Found::Read(Box::new(found)))
    }
}

/// What one notice yielded.
fn extracted(reading: Reading, input: &Input<'_>, explain: bool) -> Result<Extracted> {
    let mut skipped = reading.skipped.as_ref().map(ToString::to_string);
    let mut records = Vec::new();
    for draft in &reading.drafts {
        match fineprint_store::record_of(draft, base::today().into()) {
            Ok(record) => records.push(record),
            Err(error) => skipped = Some(error.to_string()),
        }
    }
    Ok(Extracted {
        notice: input.name.to_owned(),
        source: reading.source.id.clone(),
        language: reading.document.language.clone(),
        skipped,
        records,
        rest: reading.rest.as_ref().map(|draft| draft.claims.clone()).unwrap_or_default(),
        proposals: reading.drafts.iter().chain(&reading.rest).flat_map(|draft| draft.proposals.clone()).collect(),
        candidates: if explain { Some(explained(input)?) } else { None },
    })
}

/// Every candidate of the notice's prose, in the order of the text.
fn explained(input: &Input<'_>) -> Result<Vec<Explained>> {
    let failed = |error| Failure::from_error(Kind::Invalid, "could not explain", error);
    let parts = parts(input).map_err(failed)?;
    let source =
        SourceId::new("notice").map_err(|error| Failure::from_error(Kind::Invalid, "could not explain", error))?;
    let mut explained = Vec::new();
    for part in &parts.prose {
        let context = Context {
            source: source.clone(),
            kind: parts.kind.clone(),
            authority: parts.authority.clone(),
            url: parts.document.url.clone(),
        };
        let candidates = extract(part, &context).candidates;
        explained.extend(candidates.iter().map(|one| explain(one, &candidates, &part.text)));
    }
    explained.sort_by_key(|one| (one.start, one.end));
    Ok(explained)
}

fn explain(one: &Candidate, all: &[Candidate], text: &str) -> Explained {
    Explained {
        kind: kind(one.kind).to_owned(),
        value: one.value.clone(),
        quote: text.get(one.start..one.end).unwrap_or_default().to_owned(),
        start: one.start,
        end: one.end,
        role: one.role,
        score: one.score,
        is_claimed: one.is_claimed,
        why: why(one, all),
        features: one.reasons.iter().map(|(name, part)| ((*name).to_owned(), *part)).collect(),
    }
}

fn kind(kind: CandidateKind) -> &'static str {
    match kind {
        CandidateKind::Authority => "authority",
        CandidateKind::Reference => "case number",
        CandidateKind::Party => "party",
        CandidateKind::Money => "amount",
        CandidateKind::Share => "share",
        CandidateKind::Provision => "provision",
        CandidateKind::Count => "count",
        CandidateKind::Date => "date",
        CandidateKind::Outcome => "outcome",
        _ => "other",
    }
}

/// Why a candidate became a claim or did not, in a few words.
fn why(one: &Candidate, all: &[Candidate]) -> String {
    if one.is_claimed {
        return "won: it became a claim".to_owned();
    }
    let rivals = || all.iter().filter(|other| other.kind == one.kind && other.is_claimed);
    if let Some(twin) = rivals().find(|other| other.value == one.value && other.role == one.role) {
        return format!("says again what stands at byte {}", twin.start);
    }
    match rivals().find(|other| other.role == one.role) {
        Some(winner) if winner.score >= one.score => {
            format!("lost to {}: {:+.2} against {:+.2}", winner.value, winner.score, one.score)
        }
        Some(winner) => format!("lost to {}, which the rest of the text supports", winner.value),
        None if rivals().next().is_some() => format!("read as {}, which is not asked for", one.role),
        None => format!("read as {}, too weak or not asked for", one.role),
    }
}

fn write_extracted(out: &mut impl Write, extracted: &Extracted, with_name: bool) -> std::io::Result<()> {
    if with_name {
        writeln!(out, "== {} ({})", extracted.notice, extracted.source)?;
    }
    if let Some(reason) = &extracted.skipped {
        writeln!(out, "no case in it: {reason}")?;
    }
    for record in &extracted.records {
        write_case(out, record)?;
    }
    for (at, claim) in extracted.rest.iter().enumerate() {
        if at == 0 {
            writeln!(out, "\nWhat it says all the same")?;
        }
        writeln!(out, "  {}", claim_line(claim))?;
    }
    if !extracted.proposals.is_empty() {
        writeln!(out, "\nNot sure enough, for review")?;
        for proposal in &extracted.proposals {
            writeln!(out, "  {}", claim_line(proposal))?;
        }
    }
    for (at, one) in extracted.candidates.iter().flatten().enumerate() {
        if at == 0 {
            writeln!(out, "\nCandidates (* became a claim)")?;
        }
        let mark = if one.is_claimed { '*' } else { ' ' };
        let quote = format::shortened(&one.quote, 60);
        writeln!(
            out,
            "{mark} {:<11} {} -> {} ({:+.2}) \"{quote}\" at {}..{}",
            one.kind, one.value, one.role, one.score, one.start, one.end
        )?;
        writeln!(out, "    {}", one.why)?;
        let features: Vec<String> = one.features.iter().map(|(name, part)| format!("{name} {part:+.2}")).collect();
        if !features.is_empty() {
            writeln!(out, "    {}", features.join(", "))?;
        }
    }
    out.flush()
}

/// One row for each claim and proposal.
fn print_claims(all: &[Extracted], output: &Output) -> Result<()> {
    #[derive(Serialize)]
    struct Row<'a> {
        notice: &'a str,
        state: &'static str,
        claim: &'a Claim,
    }
    let rows: Vec<Row<'_>> = all
        .iter()
        .flat_map(|one| {
            let claimed = one.records.iter().flat_map(|record| &record.claims).map(|claim| ("claimed", claim));
            let rest = one.rest.iter().map(|claim| ("without-case", claim));
            let proposed = one.proposals.iter().map(|claim| ("proposed", claim));
            claimed.chain(rest).chain(proposed).map(|(state, claim)| Row { notice: &one.notice, state, claim })
        })
        .collect();
    let columns = ["notice", "state", "field", "value", "confidence", "start", "end", "quote"].map(Column::text);
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let evidence = row.claim.evidence.as_ref();
            vec![
                row.notice.to_owned(),
                row.state.to_owned(),
                row.claim.statement.field().to_owned(),
                statement_value(&row.claim.statement),
                row.claim.confidence.map(|confidence| format!("{confidence:.3}")).unwrap_or_default(),
                evidence.map(|evidence| evidence.start.to_string()).unwrap_or_default(),
                evidence.map(|evidence| evidence.end.to_string()).unwrap_or_default(),
                evidence.map(|evidence| evidence.quote.clone()).unwrap_or_default(),
            ]
        })
        .collect();
    output.rows(&columns, &cells, &rows)
}
