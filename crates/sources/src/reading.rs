//! One notice from bytes to draft: document, source, labelled places, prose.

use std::fmt;
use std::thread;

use fineprint_document::Hints;
use fineprint_extract::{Context, extract};
use fineprint_model::{
    AuthorityId, Block, Claim, Document, Draft, Finding, FindingKind, MeasureKind, Method, MoneyEventKind, PartialDate,
    Party, PartyId, PartyRole, Source, SourceId, SourceKind, Stated, Statement, vocab,
};

use crate::consistent;
use crate::error::{Error, Result};
use crate::info::SourceInfo;
use crate::registry::{Adapter, Plan, choose, unknown_source};
use crate::structured::{Claims, authority_of_host, host, organisation};

/// A notice to be read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Input<'a> {
    /// Its bytes as fetched.
    pub bytes: &'a [u8],
    /// What messages call it: a path or an address.
    pub name: &'a str,
    /// Where it was found.
    pub url: Option<&'a str>,
    /// As the transport stated it.
    pub media_type: Option<&'a str>,
    /// The day it was fetched.
    pub retrieved_on: Option<PartialDate>,
    /// The source it is of; `None` has it recognised.
    pub source: Option<&'a str>,
    /// What kind of publication it is, where the caller knows; `None` has it told by source, address and wording. Not
    /// asked of a source that knows it by its own labelled places.
    pub kind: Option<&'a SourceKind>,
}

/// A notice taken apart and not yet put together: for whoever explains or measures the reading of prose by itself.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The source it was recognised as.
    pub source: &'static SourceInfo,
    /// The document as it was read.
    pub document: Document,
    /// What kind of publication it is.
    pub kind: SourceKind,
    /// What its labelled places say.
    pub labelled: Vec<Claim>,
    /// The authority that its labelled places or its address name.
    pub authority: Option<AuthorityId>,
    /// The parts to be read as prose, the more trusted first: the document with everything else blank, so that every
    /// offset is one of the whole document's text. A part that the page lacks has no blocks.
    pub prose: Vec<Document>,
}

/// What a notice yielded.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The matters it tells of; empty where `skipped` says why.
    pub drafts: Vec<Draft>,
    /// What was read of a notice that makes no case: values without an authority, or without anything decided. Never
    /// to be stored; for whoever wants to see how far the reading came.
    pub rest: Option<Draft>,
    /// The document as it was read.
    pub document: Document,
    /// The source it was read as.
    pub source: &'static SourceInfo,
    /// Why there is no draft.
    pub skipped: Option<SkipReason>,
    /// How many rows or records the document was read as; 0 for a document of one matter.
    pub rows: usize,
    /// Rows or records that yielded no draft, counted from 1, and why.
    pub skipped_rows: Vec<(usize, SkipReason)>,
}

/// How sure a single value must be to be taken from a part of the text that is trusted less than another.
const LATER_PART_FROM: f64 = 0.85;

/// What was looked for in a notice and not found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkipReason {
    missing: Vec<&'static str>,
}

impl SkipReason {
    /// The things that were not found, as in `["authority", "fine"]`.
    pub fn missing(&self) -> &[&'static str] {
        &self.missing
    }
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.missing.split_last() {
            Some((last, [])) => write!(f, "no {last} found"),
            Some((last, rest)) => write!(f, "no {} or {last} found", rest.join(", ")),
            None => f.write_str("nothing found"),
        }
    }
}

/// Reads a notice.
///
/// # Errors
/// [`Error::Document`] where the bytes are no document, [`Error::UnknownSource`] where `input.source` is none of
/// [`crate::registry`].
pub fn read(input: &Input<'_>) -> Result<Reading> {
    let document = document(input)?;
    let (info, adapter) = choose(&document, input.source)?;
    let rows = (adapter.split)(&document);
    let mut reading = Reading {
        drafts: Vec::new(),
        rest: None,
        document,
        source: info,
        skipped: None,
        rows: rows.len(),
        skipped_rows: Vec::new(),
    };
    if rows.is_empty() {
        let (draft, skipped) = draft(&reading.document, info, adapter, input)?;
        match skipped {
            None => reading.drafts.push(draft),
            Some(_) => reading.rest = Some(draft),
        }
        reading.skipped = skipped;
        return Ok(reading);
    }
    let read = |row: &Document| draft(row, info, adapter, input);
    for (read, number) in on_all_cores(&rows, read).into_iter().zip(1..) {
        match read? {
            (draft, None) => reading.drafts.push(draft),
            (_, Some(reason)) => reading.skipped_rows.push((number, reason)),
        }
    }
    if reading.drafts.is_empty() {
        reading.skipped = reading.skipped_rows.first().map(|(_, reason)| reason.clone());
    }
    Ok(reading)
}

/// Does the same to every row, in the order of the rows. Files of thousands of rows are shared out among the cores.
fn on_all_cores<R: Send>(rows: &[Document], work: impl Fn(&Document) -> R + Sync) -> Vec<R> {
    /// Rows that are worth a thread.
    const FEW: usize = 64;
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let share = rows.len().div_ceil(cores).max(FEW);
    let work = |rows: &[Document]| rows.iter().map(&work).collect::<Vec<R>>();
    let work = &work;
    thread::scope(|scope| {
        let mut shares = rows.chunks(share);
        let own = shares.next().unwrap_or_default();
        let others: Vec<_> = shares
            // Where the system gives no more threads, this one does the work.
            .map(|rows| (rows, thread::Builder::new().spawn_scoped(scope, move || work(rows))))
            .collect();
        let mut results = work(own);
        for (rows, other) in others {
            results.extend(match other {
                Ok(other) => other.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload)),
                Err(_) => work(rows),
            });
        }
        results
    })
}

fn document(input: &Input<'_>) -> Result<Document> {
    let hints = Hints {
        media_type: input.media_type.map(ToOwned::to_owned),
        url: input.url.map(ToOwned::to_owned),
        name: Some(input.name.to_owned()),
        ..Hints::default()
    };
    fineprint_document::read(input.bytes, &hints)
        .map_err(|source| Error::Document { name: input.name.to_owned(), source })
}

/// Whether the date at the head of a page, which a reader of pages takes for the day it was published, is the day of the
/// decision by its own words.
fn is_day_of_decision(claims: &[Claim], day: PartialDate) -> bool {
    const HEAD: usize = 600;
    claims.iter().any(|claim| {
        claim.statement == Statement::DecidedOn(day) && claim.evidence.as_ref().is_some_and(|words| words.start < HEAD)
    })
}

/// What a document, or a row of one, tells; and why that is no case, where it is none.
fn draft(
    document: &Document,
    info: &'static SourceInfo,
    adapter: &Adapter,
    input: &Input<'_>,
) -> Result<(Draft, Option<SkipReason>)> {
    let Opened { plan, labelled: mut structured, id } = open(document, info, adapter, input)?;
    if let Some(date) = document.published_on
        && plan.kind == SourceKind::OfficialPressRelease
        && !structured.iter().any(|claim| claim.statement.field() == "published-on")
    {
        // The page's own mark has no words in the text to point at.
        let (statement, source) = (Statement::PublishedOn(date), id.clone());
        structured.push(Claim { statement, source, method: Method::Structured, confidence: Some(0.9), evidence: None });
    }
    let (mut claims, proposals) = assemble(document, &plan, structured, &id);
    if let Some(day) = document.published_on
        && is_day_of_decision(&claims, day)
    {
        claims.retain(|claim| claim.statement != Statement::PublishedOn(day) || claim.evidence.is_some());
    }
    // An authority's page was published when its case was; a wiki's page or an article has a date of its own.
    let published_on = claims.iter().find_map(|claim| match &claim.statement {
        Statement::PublishedOn(date) if plan.kind.is_official() && claim.method == Method::Structured => Some(*date),
        _ => None,
    });
    let missing = plan.lacks.map_or_else(|| missing(&claims, plan.is_case), |lacks| vec![lacks]);
    let source = Source {
        id,
        kind: plan.kind,
        url: document.url.clone().or(plan.url),
        title: title(info, document),
        publisher: publisher(info, document),
        language: document.language.clone(),
        published_on: published_on.or(document.published_on),
        retrieved_on: input.retrieved_on,
        sha256: Some(document.sha256.clone()),
        licence: info.licence.clone(),
        cites: Vec::new(),
    };
    let draft = Draft { source, document: document.clone(), claims, proposals };
    Ok((draft, (!missing.is_empty()).then_some(SkipReason { missing })))
}

/// Takes a notice apart: what its labelled places say, and which parts of it are prose.
///
/// # Errors
/// As [`read`].
pub fn parts(input: &Input<'_>) -> Result<Parts> {
    let document = document(input)?;
    let (info, adapter) = choose(&document, input.source)?;
    let Opened { plan, labelled, .. } = open(&document, info, adapter, input)?;
    let prose = plan.prose.iter().map(|blocks| only(&document, blocks)).collect();
    Ok(Parts { source: info, kind: plan.kind, labelled, authority: plan.authority, prose, document })
}

/// A notice whose labelled places have been read.
struct Opened {
    plan: Plan,
    labelled: Vec<Claim>,
    id: SourceId,
}

fn open(document: &Document, info: &'static SourceInfo, adapter: &Adapter, input: &Input<'_>) -> Result<Opened> {
    let mut claims = Claims::new(document, source_id(info, &info.kind)?, info);
    let mut plan = (adapter.plan)(document, &mut claims);
    let labelled = claims.list;
    if let Some(kind) = input.kind.filter(|_| info.id == "general") {
        plan.kind = kind.clone();
    }
    let id = source_id(info, &plan.kind)?;
    Ok(Opened { plan, labelled, id })
}

/// The source's name within a case.
fn source_id(info: &SourceInfo, kind: &SourceKind) -> Result<SourceId> {
    let id = match kind {
        _ if info.id != "general" => info.id.replace('_', "-"),
        SourceKind::OfficialDecision => "decision".to_owned(),
        SourceKind::OfficialPressRelease => "press-release".to_owned(),
        _ => "news".to_owned(),
    };
    SourceId::new(id).map_err(|_| unknown_source(&info.id))
}

/// The title, unless it may be a natural person's name.
fn title(info: &SourceInfo, document: &Document) -> Option<String> {
    document.title.clone().filter(|title| !info.titles_name_parties || organisation(title).is_some())
}

fn publisher(info: &SourceInfo, document: &Document) -> Option<String> {
    info.publisher
        .clone()
        .or_else(|| document.site.clone())
        .or_else(|| host(document).and_then(|host| authority_of_host(&host)).map(|authority| authority.acronym.clone()))
        .or_else(|| host(document))
}

/// Labelled places first, then the prose, part by part. Of lists a later part adds members only where
/// the earlier ones left the list open, and never a fine: one told twice would become two.
///
/// Beside the claims stand the proposals: what the prose may mean but does not say surely enough.
fn assemble(document: &Document, plan: &Plan, structured: Vec<Claim>, id: &SourceId) -> (Vec<Claim>, Vec<Claim>) {
    let mut proposals = Vec::new();
    let (doubtful, mut claims): (Vec<Claim>, Vec<Claim>) = structured.into_iter().partition(is_doubtful_finding);
    let mut role = None;
    for (part, blocks) in plan.prose.iter().enumerate() {
        if blocks.is_empty() {
            continue;
        }
        let text = only(document, blocks);
        let context = Context {
            source: id.clone(),
            kind: plan.kind.clone(),
            authority: plan.authority.clone(),
            url: document.url.clone(),
        };
        let before = claims.clone();
        let is_denied = |claim: &Claim| plan.states_no_fine && (is_imposed(claim) || is_fine(claim));
        let is_new = |claim: &Claim| adds(&before, claim, part > 0) && !is_denied(claim);
        let extraction = extract(&text, &context);
        role = role.or(extraction.role);
        claims.extend(extraction.claims.into_iter().filter(is_new));
        // A later part is read for what is sure in it; its doubts are about other matters more often than not.
        if part == 0 {
            proposals = extraction.proposals;
            proposals.retain(|claim| !(plan.states_no_fine && is_imposed(claim)));
        }
    }
    claims.extend(below_prose(doubtful, &claims));
    for claim in &mut claims {
        claim.source = id.clone();
        if let Statement::Party(party) = &mut claim.statement {
            take_known_name(party);
        }
    }
    if let Some(role) = role {
        give_role(&mut claims, &role);
    }
    consistent::settle(&mut claims);
    // Stable: within a field labelled places stay before prose, and the surer prose before the less sure.
    claims.sort_by_key(|claim| claim.statement.field());
    let proposals = open_questions(proposals, &claims, id);
    (claims, proposals)
}

/// The proposals that the claims leave open: a single value that nothing claims, a member of a list that is not claimed.
fn open_questions(proposals: Vec<Claim>, claims: &[Claim], id: &SourceId) -> Vec<Claim> {
    let is_open = |proposal: &Claim| {
        let mut known = claims.iter().filter(|claim| claim.statement.field() == proposal.statement.field());
        match &proposal.statement {
            Statement::Money(event) => {
                !known.any(|claim| matches!(&claim.statement, Statement::Money(other) if other.event == event.event))
            }
            Statement::Finding(finding) => !known.any(|claim| {
                matches!(&claim.statement, Statement::Finding(other) if other.provision.is_within(&finding.provision)
                    || finding.provision.is_within(&other.provision))
            }),
            Statement::Party(party) => {
                !known.any(|claim| matches!(&claim.statement, Statement::Party(other) if other.id == party.id))
            }
            Statement::Measure(measure) => {
                !known.any(|claim| matches!(&claim.statement, Statement::Measure(other) if other.kind == measure.kind))
            }
            _ => known.next().is_none(),
        }
    };
    let mut open: Vec<Claim> = proposals.into_iter().filter(is_open).collect();
    for proposal in &mut open {
        proposal.source = id.clone();
        if let Statement::Party(party) = &mut proposal.statement {
            take_known_name(party);
        }
    }
    open
}

/// A party named in a labelled place answers in the part that the prose gives it, where there is no other it could mean.
fn give_role(claims: &mut [Claim], role: &PartyRole) {
    let mut parties: Vec<&mut Party> = claims
        .iter_mut()
        .filter_map(|claim| match &mut claim.statement {
            Statement::Party(party) => Some(party),
            _ => None,
        })
        .collect();
    let Some(first) = parties.first().map(|party| party.id.clone()) else { return };
    if parties.iter().all(|party| party.id == first) {
        for party in &mut parties {
            party.role = Stated::Value(role.clone());
        }
    }
}

/// A party under a recorded spelling gets the organisation's own name and id; what the notice calls it stays as an alias.
fn take_known_name(party: &mut Party) {
    let Some(name) = party.name.value() else { return };
    let Some(organisation) = vocab::organisation(name) else { return };
    let Ok(id) = PartyId::new(organisation.id.as_str()) else { return };
    if *name != organisation.name && !party.aliases.contains(name) {
        party.aliases.push(name.clone());
    }
    party.aliases.retain(|alias| *alias != organisation.name);
    party.name = Stated::Value(organisation.name.clone());
    party.id = id;
    party.country.get_or_insert_with(|| organisation.country.clone());
}

/// The document with nothing to read but these blocks: what lies outside is blank, so that every offset stays true.
fn only(document: &Document, blocks: &[Block]) -> Document {
    let mut text = String::with_capacity(document.text.len());
    let blank = |text: &mut String, to: usize| text.extend(std::iter::repeat_n('\n', to.saturating_sub(text.len())));
    for block in blocks {
        blank(&mut text, block.start);
        text.push_str(document.block_text(block));
    }
    blank(&mut text, document.text.len());
    Document { text, blocks: blocks.to_vec(), ..document.clone() }
}

fn is_imposed(claim: &Claim) -> bool {
    matches!(&claim.statement, Statement::Money(event) if event.event == MoneyEventKind::Imposed)
}

/// Whether a labelled place names a provision without saying surely what was found of it.
fn is_doubtful_finding(claim: &Claim) -> bool {
    matches!(claim.statement, Statement::Finding(_)) && claim.confidence.is_some_and(|sure| sure < 0.65)
}

/// Doubtful findings as far as the prose leaves them standing: what it found violated is not repeated, and what it
/// does not name among the violated provisions was discussed only.
fn below_prose(doubtful: Vec<Claim>, claims: &[Claim]) -> Vec<Claim> {
    let told: Vec<&Finding> = claims.iter().filter_map(finding).collect();
    let prose_decides = told.iter().any(|finding| finding.finding == FindingKind::Violated);
    doubtful
        .into_iter()
        .filter_map(|mut claim| {
            if let Statement::Finding(finding) = &mut claim.statement {
                let overlaps = |other: &&Finding| {
                    other.provision.is_within(&finding.provision) || finding.provision.is_within(&other.provision)
                };
                if told.iter().copied().any(|other| overlaps(&other)) {
                    return None;
                }
                if prose_decides && finding.finding == FindingKind::Violated {
                    finding.finding = FindingKind::Discussed;
                    claim.confidence = Some(0.5);
                }
            }
            Some(claim)
        })
        .collect()
}

fn finding(claim: &Claim) -> Option<&Finding> {
    match &claim.statement {
        Statement::Finding(finding) => Some(finding),
        _ => None,
    }
}

fn violated(claims: &[Claim]) -> impl Iterator<Item = &Finding> {
    claims.iter().filter_map(finding).filter(|finding| finding.finding == FindingKind::Violated)
}

fn is_fine(claim: &Claim) -> bool {
    matches!(&claim.statement, Statement::Measure(measure) if measure.kind == MeasureKind::Fine)
}

/// Whether a claim from prose adds to what was claimed before it.
fn adds(before: &[Claim], claim: &Claim, is_later_part: bool) -> bool {
    // A whole decision counts and dates much that is not the case's own: the law's ceilings, the respondent's customers.
    let is_weak = claim.confidence.is_none_or(|sure| sure < LATER_PART_FROM);
    if is_later_part && is_weak && (!claim.statement.is_member() || matches!(claim.statement, Statement::Party(_))) {
        return false;
    }
    // Where the summary tells who was affected, other numbers of the decision are parts of that, or of something else.
    let counts = |claim: &Claim| claim.statement.field().starts_with("affected-");
    if is_later_part && counts(claim) && before.iter().any(counts) {
        return false;
    }
    let same_field = || before.iter().filter(|other| other.statement.field() == claim.statement.field());
    match &claim.statement {
        Statement::Money(_) if is_later_part => false,
        Statement::Money(_) if is_imposed(claim) => !same_field().any(is_imposed),
        Statement::Finding(finding) => {
            let is_same = |other: &&Claim| {
                matches!(&other.statement, Statement::Finding(other)
                if other.provision == finding.provision && other.finding == finding.finding)
            };
            let is_told = is_later_part && violated(before).next().is_some();
            !is_told && !same_field().any(|other| is_same(&other))
        }
        // A label names the parties; prose adds what it calls the same ones. A whole decision names many others.
        Statement::Party(party) => {
            let known = || {
                party.kind.value().is_some()
                    || party.name.value().is_some_and(|name| vocab::organisation(name).is_some())
            };
            let is_same = |other: &Claim| matches!(&other.statement, Statement::Party(other) if other.id == party.id);
            let mut labelled = same_field().filter(|other| other.method == Method::Structured).peekable();
            if labelled.peek().is_some() {
                labelled.any(is_same)
            } else {
                !is_later_part || (same_field().next().is_none() && known())
            }
        }
        Statement::TurnoverShare(_) if is_later_part => false,
        Statement::Outcome(_) | Statement::Stage(_) if is_later_part => same_field().next().is_none(),
        Statement::Money(_) => true,
        // A whole decision speaks of fines that were not imposed: without a sum it says too little.
        Statement::Measure(measure)
            if is_later_part && measure.kind == MeasureKind::Fine && !before.iter().any(is_imposed) =>
        {
            false
        }
        Statement::Measure(_) => !same_field().any(|other| other.statement == claim.statement),
        // Another claim of the same source about a single value stays: it is what a conflict is seen by. Said in the
        // same prose way twice, it says nothing more.
        _ => !same_field().any(|other| other.method == Method::Prose && other.statement == claim.statement),
    }
}

/// What a draft needs and these claims lack; empty where they suffice.
///
/// A case is an authority, and a fine, a provision found violated, a number with a party, or a number or an outcome
/// in a place labelled as such; `is_case` says that the place itself leaves no doubt, as a row of a register of cases does.
fn missing(claims: &[Claim], is_case: bool) -> Vec<&'static str> {
    let has = |field: &str| claims.iter().any(|claim| claim.statement.field() == field);
    let labelled = claims.iter().any(|claim| {
        matches!(claim.statement, Statement::Reference(_) | Statement::Outcome(_)) && claim.method == Method::Structured
    });
    let found = violated(claims).next().is_some();
    let tells = has("money") || found || (has("reference") && has("party")) || labelled;
    if has("authority") && (tells || is_case) {
        return Vec::new();
    }
    let mut missing = Vec::new();
    for (name, is_there) in [
        ("authority", has("authority")),
        ("fine", has("money")),
        ("violated provision", found),
        ("case number", has("reference")),
        ("party", has("party")),
    ] {
        if !is_there && (name == "authority" || !tells) {
            missing.push(name);
        }
    }
    missing
}
