//! Reads every annotated document as a user's notice would be read, and marks what came of it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use fineprint_extract::{CandidateKind, Context, extract};
use fineprint_model::{Claim, Draft, SourceId, SourceKind};
use fineprint_sources::{Input, parts, read};

use crate::answer::Answer;
use crate::baseline::Baseline;
use crate::gold::{Entry, Gold, Problem};
use crate::mark::{Field, Mark, mark};
use crate::report::{Measured, Report, Speed};
use crate::tally::Tally;

/// What is given to the reader beside the text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Give the text alone, without its address and kind of source.
    pub text_only: bool,
}

/// A short notice, read before the clock starts: words and patterns are prepared once in a process.
const WARM_UP: &str = "The authority fined Example Ltd EUR 20,000 for a breach of Article 32 GDPR.";

/// Measures a set. `name` is what the report calls it.
///
/// Every text goes through [`fineprint_sources::read`], the way of `fineprint ingest FILE --url URL`: the same
/// recognition of its source, the same claims, resolved to a record by the same policy. Of a text that makes no case
/// (no authority named, nothing decided) that is measured which was read of it, as `fineprint extract` shows it; the
/// report counts such texts.
pub fn measure_gold(gold: &Gold, name: &str, options: Options) -> Report {
    prepare();
    let mut report = Report::new(name, path(options));
    report.problems.clone_from(&gold.problems);
    let mut baselines: BTreeMap<Baseline, Tally> = BTreeMap::new();
    let mut measured = Vec::new();
    for entry in &gold.entries {
        let (one, problem) = measure(entry, options);
        report.problems.extend(problem);
        if let Some(expected) = entry.expected.get(&Field::Fines) {
            let candidates = candidates(entry, options);
            for rule in Baseline::ALL {
                let picked = rule.pick(&candidates);
                let is_right = picked.as_ref().is_some_and(|value| expected.values.contains(value));
                *baselines.entry(rule).or_default() += Tally {
                    right: usize::from(is_right),
                    wrong: usize::from(picked.is_some() && !is_right),
                    missed: expected.values.len().saturating_sub(usize::from(is_right)),
                };
            }
        }
        measured.push(one);
    }
    report.fill(measured, &["all", "kind", "language", "verbatim"]);
    report.cross_validated = crate::fit::cross_validated(gold);
    report.baselines = baselines.into_iter().map(|(rule, tally)| (rule.as_str().to_owned(), tally)).collect();
    report
}

fn path(options: Options) -> &'static str {
    if options.text_only {
        "as `fineprint ingest`, from the text alone"
    } else {
        "as `fineprint ingest`, with the text's own address and kind of source"
    }
}

/// Has words and patterns prepared.
pub(crate) fn prepare() {
    // Whatever it yields: only the preparing counts.
    let _ = read(&Input { bytes: WARM_UP.as_bytes(), name: "warm-up", ..Input::default() });
}

fn measure(entry: &Entry, options: Options) -> (Measured, Option<Problem>) {
    let kind = entry.source_kind();
    let input = input(entry, kind.as_ref(), options);
    let start = Instant::now();
    let reading = read(&input);
    let time = start.elapsed();
    let mut proposed = Answer::default();
    let (answer, is_without_case, problem) = match reading {
        Ok(reading) => {
            let is_without_case = reading.drafts.is_empty();
            let drafts: Vec<Draft> = reading.drafts.into_iter().chain(reading.rest).collect();
            if let Some(draft) = drafts.first() {
                let accepted: Vec<Claim> =
                    draft.proposals.iter().map(|claim| Claim { confidence: Some(1.0), ..claim.clone() }).collect();
                proposed = Answer::of_claims(&draft.source, &accepted);
            }
            (Answer::of_drafts(&drafts), is_without_case, None)
        }
        Err(error) => {
            let problem = Problem { entry: entry.id.clone(), message: error.to_string(), is_skipped: false };
            (Answer::default(), true, Some(problem))
        }
    };
    let marks = mark(&answer, &entry.expected);
    let in_review = in_review(&proposed, entry, &marks);
    let measured = Measured {
        id: entry.id.clone(),
        groups: vec![
            ("kind", entry.kind.clone()),
            ("language", entry.language.clone()),
            ("verbatim", entry.verbatim.map_or("unknown", |verbatim| if verbatim { "yes" } else { "no" }).to_owned()),
        ],
        authority: entry.authority.clone(),
        is_without_case,
        expected: entry.expected.clone(),
        marks,
        in_review,
        bytes: entry.text.len(),
        time,
    };
    (measured, problem)
}

pub(crate) fn input<'a>(entry: &'a Entry, kind: Option<&'a SourceKind>, options: Options) -> Input<'a> {
    Input {
        bytes: entry.text.as_bytes(),
        name: &entry.id,
        url: entry.own_url().filter(|_| !options.text_only),
        media_type: Some("text/plain; charset=utf-8"),
        kind: kind.filter(|_| !options.text_only),
        ..Input::default()
    }
}

/// How many of the values that were missed a person would be asked about.
fn in_review(proposed: &Answer, entry: &Entry, marks: &BTreeMap<Field, Mark>) -> BTreeMap<Field, usize> {
    let of_proposals = mark(proposed, &entry.expected);
    marks
        .iter()
        .filter_map(|(field, mark)| {
            let found = of_proposals.get(field)?;
            let missed = mark.missed.iter().filter(|value| !found.missed.contains(value)).count();
            (missed > 0).then_some((*field, missed))
        })
        .collect()
}

/// All amounts and what else is seen in a text.
fn candidates(entry: &Entry, options: Options) -> Vec<fineprint_extract::Candidate> {
    let kind = entry.source_kind();
    let (Ok(parts), Ok(source)) = (parts(&input(entry, kind.as_ref(), options)), SourceId::new("text")) else {
        return Vec::new();
    };
    let context = Context { source, kind: parts.kind, authority: parts.authority, url: parts.document.url.clone() };
    let mut candidates: Vec<_> = parts.prose.iter().flat_map(|part| extract(part, &context).candidates).collect();
    candidates.retain(|candidate| candidate.kind == CandidateKind::Money);
    candidates.sort_by_key(|candidate| candidate.start);
    candidates
}

/// Bytes and time of a run.
pub(crate) fn speed(measured: &[Measured]) -> Speed {
    let mut times: Vec<Duration> = measured.iter().map(|one| one.time).collect();
    times.sort_unstable();
    let seconds = times.iter().sum::<Duration>().as_secs_f64();
    let bytes: usize = measured.iter().map(|one| one.bytes).sum();
    let slowest = measured.iter().max_by_key(|one| one.time);
    let millis = |time: Option<&Duration>| time.map_or(0.0, |time| (time.as_secs_f64() * 1e6).round() / 1e3);
    #[expect(clippy::cast_precision_loss, reason = "bytes of a set of documents")]
    let megabytes = bytes as f64 / 1e6;
    Speed {
        bytes,
        seconds: (seconds * 1e6).round() / 1e6,
        megabytes_per_second: if seconds > 0.0 { (megabytes / seconds * 100.0).round() / 100.0 } else { 0.0 },
        median_ms: millis(times.get(times.len() / 2)),
        slowest_ms: millis(times.last()),
        slowest: slowest.map(|one| one.id.clone()).unwrap_or_default(),
    }
}
