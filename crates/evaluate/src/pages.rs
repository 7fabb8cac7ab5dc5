//! Measures with pages that carry their own answers: a wiki's table of facts beside the prose it sums up.
//!
//! The table is silver, not gold: it has errors of its own, and states facts that the prose does not tell. So each part
//! of the prose is measured twice, against every fact and against those whose value the reader could see in the text
//! at all. The table itself, the page's title and its address are not given to the reader.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fineprint_extract::{Candidate, CandidateKind, Context, Extraction, extract, extract_unfitted};
use fineprint_model::{Block, BlockKind, Document, Source, SourceId, SourceKind, Statement};
use fineprint_sources::{Input, Parts, parts, read};

use crate::answer::Answer;
use crate::baseline;
use crate::error::{Error, Result};
use crate::fit::{self, Sample};
use crate::gold::{Expected, Problem};
use crate::mark::{Field, mark, number_key};
use crate::measure::prepare;
use crate::report::{Measured, Report};

/// Names of the parts, in the order in which the source gives them.
const PARTS: [&str; 2] = ["summary", "decision"];

/// Measures every HTML page of a folder that has a table of facts. `name` is what the report calls it.
///
/// The time is that of the whole way from a page's bytes to its draft, as `fineprint ingest` takes it.
///
/// # Errors
/// [`Error::Io`] where the folder cannot be read, [`Error::Empty`] where no page of it has a table of facts.
pub fn measure_pages(folder: &Path, name: &str) -> Result<Report> {
    prepare();
    let mut report = Report::new(name, "prose against the table of facts, which the reader does not see");
    let mut measured = Vec::new();
    let mut pages = 0;
    for path in html_files(folder)? {
        let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        match page(&path, &id) {
            Ok(of_page) => {
                pages += usize::from(!of_page.is_empty());
                measured.extend(of_page);
            }
            Err(message) => report.problems.push(Problem { entry: id, message, is_skipped: true }),
        }
    }
    if measured.is_empty() {
        return Err(Error::Empty { path: folder.to_owned(), expected: "HTML pages with a table of facts" });
    }
    report.fill(measured, &["part"]);
    report.documents = pages;
    Ok(report)
}

/// Scores and truth of every page of a folder: of the facts that each part tells, read as that part's kind of source.
pub(crate) fn samples(folder: &Path) -> Result<Vec<Sample>> {
    /// A table's list of parties is seldom the decision's.
    const LEARNT: [Field; 5] = [Field::Authority, Field::Fines, Field::Outcome, Field::DecisionDate, Field::CaseRef];
    let mut samples = Vec::new();
    for path in html_files(folder)? {
        let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let Ok(parts) = parts(&Input { bytes: &bytes, name: &id, ..Input::default() }) else { continue };
        let Ok(source) = SourceId::new("prose") else { continue };
        let facts = facts(&parts, &Source::new(source.clone(), parts.kind.clone()));
        let authority = facts.get(&Field::Authority).and_then(|field| field.values.first().cloned());
        for (part, kind) in parts.prose.iter().zip([SourceKind::Wiki, SourceKind::OfficialDecision]) {
            let document = without_title(part);
            if document.blocks.is_empty() {
                continue;
            }
            let context = Context { source: source.clone(), kind: kind.clone(), authority: None, url: None };
            let extraction = extract_unfitted(&document, &context);
            let mut told = told(&facts, &document, &extraction);
            told.retain(|field, _| LEARNT.contains(field));
            let answer = as_silver(&Answer::of_claims(&Source::new(source.clone(), kind.clone()), &extraction.claims));
            samples.extend(fit::samples(&answer, &told, &kind, &id, authority.as_deref().unwrap_or("none")));
        }
    }
    if samples.is_empty() {
        return Err(Error::Empty { path: folder.to_owned(), expected: "HTML pages with a table of facts" });
    }
    Ok(samples)
}

fn html_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(Error::io(folder))? {
        let path = entry.map_err(Error::io(folder))?.path();
        if path.extension().is_some_and(|ending| ending == "html" || ending == "htm") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// A page's parts, marked; none where it has no table of facts.
fn page(path: &Path, id: &str) -> Result<Vec<Measured>, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("`{}`: could not read: {error}", path.display()))?;
    let input = Input { bytes: &bytes, name: id, ..Input::default() };
    let start = Instant::now();
    let is_without_case = read(&input).map_err(|error| error.to_string())?.drafts.is_empty();
    let time = start.elapsed();
    let parts = parts(&input).map_err(|error| error.to_string())?;
    let Ok(source) = SourceId::new("prose") else { return Ok(Vec::new()) };
    let facts = facts(&parts, &Source::new(source.clone(), parts.kind.clone()));
    if facts.is_empty() {
        return Ok(Vec::new());
    }
    let context = Context { source: source.clone(), kind: parts.kind.clone(), authority: None, url: None };
    let authority = facts.get(&Field::Authority).and_then(|field| field.values.first().cloned()).unwrap_or_default();
    let mut measured = Vec::new();
    for (part, name) in parts.prose.iter().zip(PARTS) {
        let document = without_title(part);
        if document.blocks.is_empty() {
            continue;
        }
        let extraction = extract(&document, &context);
        let answer = Answer::of_claims(&Source::new(source.clone(), parts.kind.clone()), &extraction.claims);
        let told = told(&facts, &document, &extraction);
        for (suffix, expected) in [("", facts.clone()), (", told", told)] {
            let answer = as_silver(&answer);
            measured.push(Measured {
                id: format!("{id} ({name}{suffix})"),
                groups: vec![("part", format!("{name}{suffix}"))],
                authority: authority.clone(),
                is_without_case,
                marks: mark(&answer, &expected),
                expected,
                in_review: BTreeMap::new(),
                bytes: 0,
                time: Duration::ZERO,
            });
        }
    }
    if let Some(first) = measured.first_mut() {
        (first.bytes, first.time) = (bytes.len(), time);
    }
    Ok(measured)
}

/// What the labelled places state, in the terms of the annotations.
fn facts(parts: &Parts, source: &Source) -> BTreeMap<Field, Expected> {
    let mut labelled = parts.labelled.clone();
    // Relevant law is not violated law, whatever the page makes of it.
    labelled.retain(|claim| !matches!(claim.statement, Statement::Finding(_)));
    let answer = as_silver(&Answer::of_claims(source, &labelled));
    let is_stated = |field: Field| match field {
        Field::Fines => !answer.of(field).is_empty() || states_no_fine(&parts.document),
        Field::LegalRefs | Field::LegalRefsFull | Field::Affected | Field::PublicationDate => false,
        _ => !answer.of(field).is_empty(),
    };
    let expected = |field: Field| Expected {
        values: answer.of(field).iter().map(|found| found.value.clone()).collect(),
        ..Expected::default()
    };
    Field::ALL.into_iter().filter(|field| is_stated(*field)).map(|field| (field, expected(field))).collect()
}

/// Whether the table says that there is no fine, where "n/a" would leave it open.
fn states_no_fine(document: &Document) -> bool {
    document.tables().iter().flatten().any(|row| match row.as_slice() {
        [label, cell] => {
            document.block_text(label).trim_end_matches(':') == "Fine"
                && document.block_text(cell).trim().eq_ignore_ascii_case("none")
        }
        _ => false,
    })
}

/// A table says of the outcome only whether there was a violation.
fn as_silver(answer: &Answer) -> Answer {
    answer.with_outcomes(|outcome| match outcome {
        "dismissed" => Some("no_violation"),
        "closed" => None,
        _ => Some("violation"),
    })
}

/// The part without headings of the first level: the page's title holds authority and case number.
fn without_title(part: &Document) -> Document {
    let is_title = |block: &Block| matches!(block.kind, BlockKind::Title | BlockKind::Heading(1));
    let mut text = part.text.clone();
    for block in part.blocks.iter().filter(|block| is_title(block)) {
        let blank = "\n".repeat(block.end.saturating_sub(block.start));
        if text.get(block.start..block.end).is_some() {
            text.replace_range(block.start..block.end, &blank);
        }
    }
    Document {
        text,
        blocks: part.blocks.iter().copied().filter(|block| !is_title(block)).collect(),
        title: None,
        url: None,
        site: None,
        published_on: None,
        meta: BTreeMap::new(),
        links: Vec::new(),
        ..part.clone()
    }
}

/// The facts whose value stands in the text in a form that was recognised as such a value.
fn told(facts: &BTreeMap<Field, Expected>, document: &Document, extraction: &Extraction) -> BTreeMap<Field, Expected> {
    let seen = |kind: CandidateKind, value: &dyn Fn(&Candidate) -> String, wanted: &str| {
        extraction.candidates.iter().any(|candidate| candidate.kind == kind && value(candidate) == wanted)
    };
    let as_is = |candidate: &Candidate| candidate.value.clone();
    let is_told = |field: Field, wanted: &str| match field {
        Field::Authority => seen(CandidateKind::Authority, &as_is, wanted),
        Field::Fines => seen(CandidateKind::Money, &baseline::value, wanted),
        Field::DecisionDate => seen(CandidateKind::Date, &as_is, wanted),
        Field::CaseRef => number_key(&document.text).contains(&number_key(wanted)),
        _ => true,
    };
    let kept = |(field, expected): (&Field, &Expected)| {
        expected.values.iter().all(|wanted| is_told(*field, wanted)).then(|| (*field, expected.clone()))
    };
    facts.iter().filter_map(kept).collect()
}
