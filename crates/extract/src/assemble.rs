//! From candidates to a document's statements: who decided what about whom, and with which fine.

mod money;
mod outcome;
mod parties;
mod parts;
mod penalties;
mod provisions;

use std::collections::{BTreeMap, HashSet};

use fineprint_model::vocab::{self, Authority};
use fineprint_model::{
    AuthorityId, BlockKind, Claim, Document, Estimate, FindingKind, Method, PartialDate, Provision, ShareOrigin,
    SourceKind, Statement, TurnoverShare,
};

use crate::lang::{Cue, Unit};
use crate::lex::{count, date, money as amounts, number, provision, reference};
use crate::lexicon::Sense;
use crate::reading::{HALF, Reading};
use crate::weights::{Verdict, confidence, judge, weight};
use crate::{CLAIM_FROM, Candidate, CandidateKind, Context, Extraction, PROPOSE_FROM, authority};

/// Longest line that can be a decision's title, in bytes.
const TITLE_LINE: usize = 160;
/// The head of a document, in bytes: authority, number, date.
const HEAD: usize = 1200;
/// The foot of a document, in bytes: place and date, signatures.
const FOOT: usize = 700;
/// Bytes of words beside a date on a line of its own that says what it is the date of: "Date of decision:".
const LONGEST_LABEL: usize = 20;
/// Bytes of words beside any other date on a line of its own: "Published:".
const LONGEST_PREFIX: usize = 14;
/// The foot of a whole decision with what it says of appeals, in bytes.
const FOOT_OF_DECISION: usize = 2500;
/// The most confidence a proposal can have: just short of a claim.
const MOST_PROPOSED: f64 = CLAIM_FROM - 0.001;

/// How much less likely, as a logarithm of odds, a value is for another of the same field having been preferred.
pub(super) const RUNNER_UP: f64 = 1.5;
/// Most values of a field that are proposed beside the one preferred.
pub(super) const MOST_PROPOSALS: usize = 4;

/// The work in progress: claims and candidates of one document.
pub(super) struct Draft<'a> {
    pub reading: &'a Reading<'a>,
    context: &'a Context,
    claims: Vec<(f64, Claim)>,
    proposals: Vec<(f64, Claim)>,
    pub candidates: Vec<Candidate>,
}

impl Draft<'_> {
    /// Notes a candidate; gives its place.
    pub fn see(&mut self, kind: CandidateKind, span: (usize, usize), value: String, verdict: &Verdict) -> usize {
        let (start, end) = self.reading.view.original(self.reading.document, span.0, span.1);
        let score = verdict.margin(verdict.role);
        self.candidates.push(Candidate {
            kind,
            start,
            end,
            value,
            role: verdict.role,
            score: if score.is_finite() { score } else { 0.0 },
            reasons: verdict.reasons.clone(),
            features: verdict.features.iter().collect(),
            is_claimed: false,
        });
        self.candidates.len() - 1
    }

    /// Makes a claim, with the words at the span as evidence, where it is sure enough; else a proposal. Tells whether it
    /// was claimed.
    pub fn claim(&mut self, statement: Statement, span: Option<(usize, usize)>, confidence: f64) -> bool {
        if confidence < CLAIM_FROM {
            self.propose(statement, span, confidence);
            return false;
        }
        let claim = self.stated(statement, span, confidence);
        self.claims.push((confidence, claim));
        true
    }

    /// Keeps a reading that another one beat, or that is too weak to be claimed.
    pub fn propose(&mut self, statement: Statement, span: Option<(usize, usize)>, confidence: f64) {
        if confidence >= PROPOSE_FROM {
            let confidence = confidence.min(MOST_PROPOSED);
            let claim = self.stated(statement, span, confidence);
            self.proposals.push((confidence, claim));
        }
    }

    fn stated(&self, statement: Statement, span: Option<(usize, usize)>, confidence: f64) -> Claim {
        let document = self.reading.document;
        let evidence = span.and_then(|(start, end)| {
            let (start, end) = self.reading.view.original(document, start, end);
            document.evidence(start, end)
        });
        Claim {
            statement,
            source: self.context.source.clone(),
            method: Method::Prose,
            confidence: Some(confidence),
            evidence,
        }
    }

    /// The provisions claimed to be violated.
    pub fn violated(&self) -> Vec<&Provision> {
        self.claims
            .iter()
            .filter_map(|entry| match &entry.1.statement {
                Statement::Finding(finding) if finding.finding == FindingKind::Violated => Some(&finding.provision),
                _ => None,
            })
            .collect()
    }

    /// Whether a provision was claimed to be examined and not violated.
    pub fn cleared(&self) -> bool {
        self.claims.iter().any(|(_, claim)| {
            matches!(&claim.statement, Statement::Finding(finding) if finding.finding == FindingKind::NotViolated)
        })
    }

    pub fn accept(&mut self, candidate: usize) {
        if let Some(candidate) = self.candidates.get_mut(candidate) {
            candidate.is_claimed = true;
        }
    }
}

pub(crate) fn extract(document: &Document, context: &Context) -> Extraction {
    let reading = Reading::new(document);
    let mut draft =
        Draft { reading: &reading, context, claims: Vec::new(), proposals: Vec::new(), candidates: Vec::new() };

    let numbers = number::numbers(&reading);
    let mut used = vec![false; numbers.len()];
    let dates = date::dates(&reading);
    let citations = provision::citations(&reading);
    let references = reference::references(&reading);
    let percentages = count::percentages(&reading, &numbers, &mut used);
    let mut taken: Vec<(usize, usize)> = dates.iter().map(|date| (date.start, date.end)).collect();
    taken.extend(citations.iter().map(|citation| (citation.start, citation.end)));
    taken.extend(references.iter().map(|reference| (reference.start, reference.end)));
    taken.sort_unstable();
    for (at, number) in numbers.iter().enumerate() {
        used[at] |= count::is_within(&taken, number.start);
    }
    let free: Vec<number::Number> = numbers.iter().zip(&used).filter(|(_, used)| !**used).map(|(n, _)| *n).collect();
    let mut used = vec![false; free.len()];
    let amounts = amounts::amounts(&reading, &free, &mut used);
    let counts = count::counts(&reading, &free, &used, &taken);

    let decided_by = authorities(&mut draft, &references);
    claim_references(&mut draft, &references, decided_by);
    claim_dates(&mut draft, &dates, &references);
    claim_counts(&mut draft, &counts);
    let fines = money::judge_all(&mut draft, &amounts, decided_by);
    claim_shares(&mut draft, &percentages, fines.imposed.as_ref().map(|picked| picked.span));
    let violated = provisions::claim_findings(&mut draft, &citations, &fines.mentions);
    let outcome = outcome::claim_outcome(&mut draft, &fines, violated, decided_by.is_some());
    money::claim_events(&mut draft, &fines, outcome);
    let role = parties::role_of(&reading, &citations, &draft.violated());
    parties::claim_parties(&mut draft, role.as_ref());

    let by_field =
        |a: &(f64, Claim), b: &(f64, Claim)| a.1.statement.field().cmp(b.1.statement.field()).then(b.0.total_cmp(&a.0));
    let mut claims = draft.claims;
    claims.sort_by(by_field);
    let mut proposals = draft.proposals;
    proposals.sort_by(by_field);
    // As text, so that a text that names thousands of provisions does not have each compared with each.
    let as_text = |claim: &Claim| serde_json::to_string(&claim.statement).unwrap_or_default();
    let mut known: HashSet<String> = HashSet::new();
    if !proposals.is_empty() {
        known.extend(claims.iter().map(|(_, claim)| as_text(claim)));
    }
    proposals.retain(|(_, proposal)| known.insert(as_text(proposal)));
    let mut candidates = draft.candidates;
    candidates.sort_by_key(|candidate| (candidate.start, candidate.end));
    Extraction {
        claims: claims.into_iter().map(|(_, claim)| claim).collect(),
        proposals: proposals.into_iter().map(|(_, claim)| claim).collect(),
        candidates,
        role,
        language: reading.language,
    }
}

/// Scores the authorities mentioned and claims the one that decided.
fn authorities(draft: &mut Draft<'_>, references: &[reference::Reference]) -> Option<&'static Authority> {
    const FAMILY: &str = "authority-document";
    let mentions = authority::mentions(draft.reading);
    #[derive(Default)]
    struct Seen {
        score: f64,
        mentions: usize,
        span: Option<(usize, usize)>,
    }
    let mut by_authority: BTreeMap<usize, Seen> = BTreeMap::new();
    for mention in &mentions {
        let seen = by_authority.entry(mention.authority).or_default();
        if seen.span.is_none() || mention.score > seen.score {
            (seen.score, seen.span) = (mention.score, Some((mention.start, mention.end)));
        }
        seen.mentions += 1;
    }
    let host = draft.context.url.as_deref().or(draft.reading.document.url.as_deref()).and_then(host_of);
    for (at, authority) in vocab::authorities().iter().enumerate() {
        let is_host =
            host.is_some_and(|host| authority.hosts.iter().any(|h| host == h || host.ends_with(&format!(".{h}"))));
        if is_host {
            by_authority.entry(at).or_default().score += weight(FAMILY, "decided", "host");
        }
    }
    for reference in references.iter().filter(|reference| reference.authorities.len() == 1) {
        if let Some(seen) = reference.authorities.first().and_then(|(at, _)| by_authority.get_mut(at)) {
            seen.score += weight(FAMILY, "decided", "reference");
            break;
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a count of mentions")]
    let total = |seen: &Seen| {
        seen.score
            + weight(FAMILY, "decided", "repeat") * (1.0 + seen.mentions as f64).ln()
            + weight(FAMILY, "decided", "bias")
    };
    let mut ranked: Vec<_> = by_authority.iter().map(|(at, seen)| (*at, total(seen), seen.span)).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let given = draft.context.authority.clone();
    let best = match &given {
        Some(id) => {
            let at = vocab::authorities().iter().position(|authority| authority.id == id.as_str());
            let span = at.and_then(|at| ranked.iter().find(|(other, _, _)| *other == at)).and_then(|entry| entry.2);
            draft.claim(Statement::Authority(id.clone()), span, 0.97);
            at
        }
        None => ranked.first().and_then(|(at, score, span)| {
            let lead = score - ranked.get(1).map_or(0.0, |other| other.1.max(0.0));
            let odds = score.min(lead * 2.0 + weight(FAMILY, "decided", "margin"));
            let id = AuthorityId::new(vocab::authorities().iter().nth(*at)?.id.clone()).ok()?;
            draft.claim(Statement::Authority(id), *span, confidence(odds)).then_some(*at)
        }),
    };
    let best = best.or_else(|| {
        let (at, span, mentions) = authority::by_country(draft.reading)?;
        let id = AuthorityId::new(vocab::authorities().iter().nth(at)?.id.clone()).ok()?;
        let odds = weight(FAMILY, "decided", if mentions > 1 { "only-country" } else { "only-country-once" });
        draft.claim(Statement::Authority(id), Some(span), confidence(odds)).then_some(at)
    });
    if given.is_none() {
        for (at, score, span) in ranked.iter().filter(|entry| Some(entry.0) != best).take(MOST_PROPOSALS) {
            let Some(id) = vocab::authorities().iter().nth(*at).and_then(|a| AuthorityId::new(a.id.clone()).ok())
            else {
                continue;
            };
            draft.propose(Statement::Authority(id), *span, confidence(score - RUNNER_UP));
        }
    }
    for mention in mentions {
        let id = vocab::authorities().iter().nth(mention.authority).map_or_else(String::new, |a| a.id.clone());
        let verdict = Verdict { reasons: mention.reasons, ..Verdict::of("decided", mention.score) };
        let place = draft.see(CandidateKind::Authority, (mention.start, mention.end), id, &verdict);
        if let Some(candidate) = draft.candidates.get_mut(place) {
            candidate.score = mention.score;
            candidate.is_claimed = best == Some(mention.authority);
        }
    }
    best.and_then(|at| vocab::authorities().iter().nth(at))
}

fn host_of(url: &str) -> Option<&str> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next()?;
    Some(host.strip_prefix("www.").unwrap_or(host))
}

/// Bytes of text beyond which it is hardly a summary of a decision.
const LONGEST_SUMMARY: usize = 8_000;

fn claim_references(draft: &mut Draft<'_>, references: &[reference::Reference], decided_by: Option<&Authority>) {
    /// Bytes before a number in which a word can say what it is the number of.
    const LABEL: usize = 28;
    struct Own {
        score: f64,
        span: (usize, usize),
        mentions: f64,
        is_ecli: bool,
    }
    let of = |feature: &str| weight("reference", "own", feature);
    let own = decided_by.and_then(|a| vocab::authorities().iter().position(|other| other.id == a.id));
    // The place of a form among those of the authority that decided.
    let rank_of = |reference: &reference::Reference| {
        reference.authorities.iter().filter(|(at, _)| Some(*at) == own).map(|(_, rank)| *rank).min()
    };
    // Who tells of a decision in short names the numbers of others as well, and more often than its own; a longer text
    // may be the decision itself, whoever publishes it.
    let is_summary = !draft.context.kind.is_official() && draft.reading.view.text.len() < LONGEST_SUMMARY;
    let head = draft.reading.view.blocks.first().map_or(0, |block| block.start) + HEAD;
    let first = references
        .iter()
        .find(|reference| !reference.is_ecli && (own.is_none() || rank_of(reference).is_some()))
        .filter(|reference| !is_summary && (reference.start < head || reference.start < draft.reading.lead_end))
        .map(|reference| reference.value.clone());
    let mut found: BTreeMap<String, Own> = BTreeMap::new();
    for reference in references {
        let text = reference.value.clone();
        let features = draft.reading.features(reference.start, reference.end, &[], HALF);
        let is_cited = ["basis.before", "earlier.before"].iter().any(|name| features.of(name) > 0.5);
        // "Guidelines 04/2022", "the opinion 5/2019".
        let is_guidance = features.of("step.before") > 0.8;
        let (from, _) = draft.reading.view.sentence(reference.start);
        let label = draft.reading.marks_in(from.max(reference.start.saturating_sub(LABEL)), reference.start);
        let is_labelled = label.iter().any(|mark| *mark.sense == Sense::Cue(Cue::CaseNumber));
        let mut score = match rank_of(reference) {
            // An authority's decision is known by its first form, the file's number by the later ones.
            #[expect(clippy::cast_precision_loss, reason = "a handful of forms")]
            Some(rank) => of("own-form") + of("later-form") * rank.min(4) as f64,
            None => of("other-form"),
        };
        for (feature, holds) in [
            ("lead", reference.start < draft.reading.lead_end),
            ("head-first", first.as_ref() == Some(&text) && reference.start < head.max(draft.reading.lead_end)),
            ("labelled", is_labelled),
            ("cited", is_cited),
            ("guidance", is_guidance && !is_labelled),
            ("retold", is_summary),
        ] {
            score += if holds { of(feature) } else { 0.0 };
        }
        let verdict = Verdict::of("reference", score);
        draft.see(CandidateKind::Reference, (reference.start, reference.end), text.clone(), &verdict);
        let span = (reference.start, reference.end);
        let entry = found.entry(text).or_insert(Own { score, span, mentions: 0.0, is_ecli: reference.is_ecli });
        entry.score = entry.score.max(score);
        entry.mentions += 1.0;
    }
    for wants_ecli in [false, true] {
        let total = |own: &Own| own.score + of("repeat") * own.mentions.ln();
        let mut ranked: Vec<_> = found.iter().filter(|(_, own)| own.is_ecli == wants_ecli).collect();
        ranked.sort_by(|a, b| total(b.1).total_cmp(&total(a.1)).then(a.1.span.cmp(&b.1.span)));
        for (rank, (text, own)) in ranked.into_iter().take(1 + MOST_PROPOSALS).enumerate() {
            let statement = if wants_ecli { Statement::Ecli(text.clone()) } else { Statement::Reference(text.clone()) };
            if rank == 0 {
                draft.claim(statement, Some(own.span), confidence(total(own)));
            } else {
                draft.propose(statement, Some(own.span), confidence(total(own) - RUNNER_UP));
            }
        }
    }
}

fn claim_dates(draft: &mut Draft<'_>, dates: &[date::Date], references: &[reference::Reference]) {
    let is_official = draft.context.kind.is_official();
    let spans: Vec<(usize, usize)> = dates.iter().map(|date| (date.start, date.end)).collect();
    type Best = (f64, PartialDate, (usize, usize), usize);
    let mut best: BTreeMap<&str, Best> = BTreeMap::new();
    type Seen = (f64, (usize, usize));
    let mut beaten: BTreeMap<(&str, PartialDate), Seen> = BTreeMap::new();
    let mut is_own_date = false;
    let latest = dates.iter().map(|date| date.date).filter(|date| date.is_exact()).max();
    let ends = Ends::of(draft, dates, references);
    let own_number = references.iter().find(|reference| !reference.is_ecli).map(|reference| reference.end);
    let own_number = own_number.filter(|end| ends.as_ref().is_some_and(|ends| *end < ends.head));
    for date in dates {
        let span = (date.start, date.end);
        let mut features = draft.reading.features(date.start, date.end, &spans, HALF * 0.75);
        let block = draft.reading.view.block_at(date.start);
        let line = block.filter(|at| *at < 6).and_then(|at| draft.reading.view.blocks.get(at));
        if let Some(line) = line.filter(|line| line.end - line.start <= date.end - date.start + LONGEST_LABEL) {
            let says = |cue: Cue| {
                draft.reading.marks_in(line.start, date.start).iter().any(|mark| *mark.sense == Sense::Cue(cue))
            };
            // A page's own date is the day it was published, a decision's own the day it was made.
            let is_decision = says(Cue::Decision) || (ends.is_some() && !says(Cue::Publication));
            let is_short = line.end - line.start <= date.end - date.start + LONGEST_PREFIX;
            if is_decision {
                features.set("decision-alone", 1.0);
            } else if is_short {
                features.set("standing-alone", 1.0);
            }
        }
        // A long decision names many dates: its own stands at its head or foot, and few are later.
        if date.start >= draft.reading.lead_end && date.start + FOOT < draft.reading.view.text.len() {
            features.set("within", 1.0);
        }
        // "Deliberation SAN-2021-001 of 7 January 2021" as a line of its own is a decision's title.
        let is_line = block.and_then(|at| draft.reading.view.blocks.get(at)).is_some_and(|block| {
            block.end - block.start <= TITLE_LINE
                && date.start - block.start <= TITLE_LINE / 2
                && draft
                    .reading
                    .marks_in(block.start, block.start + 2)
                    .iter()
                    .any(|mark| matches!(mark.sense, Sense::Cue(Cue::Decision)))
        });
        if is_line {
            features.set("title-line", 1.0);
        }
        if let Some(ends) = &ends {
            // A summary may leave the day out, the decision itself has one.
            features.set("whole-decision", 1.0);
            if ends.first == Some(date.date) && date.start < ends.head {
                features.set("head-first", 1.0);
            }
            if ends.both.contains(&date.date) {
                features.set("both-ends", 1.0);
            }
            if is_after_place(draft.reading, date.start) && (date.start < ends.head || date.start >= ends.foot) {
                features.set("place-date", 1.0);
            }
        }
        // "GZ: 2022-0.332.606 of 8 June 2022": the day behind the number at the head.
        if own_number.is_some_and(|end| is_right_behind(draft.reading, end, date.start)) {
            features.set("behind-number", 1.0);
        }
        if is_dated_decision(draft.reading, date) {
            features.set("decision-dated", 1.0);
        }
        if latest == Some(date.date) {
            features.set("latest", 1.0);
        }
        // "On 2 July 2024 the authority fined ...": the date a sentence opens with is of what the sentence tells.
        let (opens, closes) = draft.reading.view.sentence(date.start);
        let tells =
            |mark: &crate::lexicon::Mark| matches!(mark.sense, Sense::Cue(Cue::Fined | Cue::Imposes | Cue::Decision));
        if date.start - opens < 12 && draft.reading.marks_in(date.end, closes.min(date.end + 300)).iter().any(tells) {
            features.set("opening", 1.0);
        }
        let stands_alone = features.has("standing-alone");
        let verdict = judge("date", features);
        let place = draft.see(CandidateKind::Date, span, date.date.to_string(), &verdict);
        for role in ["decided", "published"] {
            let odds = verdict.margin(role);
            let other = beaten.entry((role, date.date)).or_insert((odds, span));
            if odds > other.0 {
                *other = (odds, span);
            }
            if best.get(role).is_none_or(|entry| odds > entry.0) {
                if role == "published" {
                    is_own_date = stands_alone;
                }
                best.insert(role, (odds, date.date, span, place));
            }
        }
    }
    for (role, (odds, date, span, place)) in best {
        // A newspaper's date is its own, not the decision's.
        let statement = match role {
            "decided" => Statement::DecidedOn(date),
            _ if (is_official || !is_own_date) && date.is_exact() => Statement::PublishedOn(date),
            _ => continue,
        };
        if draft.claim(statement, Some(span), confidence(odds)) {
            draft.accept(place);
        }
    }
    let mut beaten: Vec<_> = beaten.into_iter().filter(|((role, _), _)| *role == "decided").collect();
    beaten.sort_by(|a, b| b.1.0.total_cmp(&a.1.0));
    for ((_, date), (odds, span)) in beaten.into_iter().take(1 + MOST_PROPOSALS) {
        draft.propose(Statement::DecidedOn(date), Some(span), confidence(odds - RUNNER_UP));
    }
}

/// The two ends of a whole decision, where its own date stands.
struct Ends {
    head: usize,
    foot: usize,
    /// The first full date of the head.
    first: Option<PartialDate>,
    /// Dates that stand at the head and at the foot.
    both: Vec<PartialDate>,
}

impl Ends {
    /// `None` for texts that are no whole decision: short ones, and texts with headings of their own that do not begin
    /// with a case number.
    fn of(draft: &Draft<'_>, dates: &[date::Date], references: &[reference::Reference]) -> Option<Self> {
        const SHORTEST: usize = 4000;
        let blocks = &draft.reading.view.blocks;
        let (start, end) = (blocks.first()?.start, blocks.last()?.end);
        let headings = blocks.iter().filter(|block| matches!(block.kind, BlockKind::Heading(2..))).count();
        let is_numbered = references.first().is_some_and(|reference| reference.start < start + 2 * HEAD);
        let is_decision = draft.context.kind == SourceKind::OfficialDecision
            || headings <= 1
            || (draft.context.kind.is_official() && is_numbered);
        if end - start < SHORTEST || !is_decision {
            return None;
        }
        let (head, foot) = (start + HEAD, end - FOOT_OF_DECISION.min(end - start));
        let is_full = |date: &&date::Date| date.date.is_exact();
        let at_head: Vec<PartialDate> =
            dates.iter().filter(is_full).take_while(|date| date.start < head).map(|date| date.date).collect();
        let both = dates
            .iter()
            .filter(is_full)
            .filter(|date| date.start >= foot && at_head.contains(&date.date))
            .map(|date| date.date)
            .collect();
        Some(Self { head, foot, first: at_head.first().copied(), both })
    }
}

/// Whether a date follows with nothing but a few letters in between.
fn is_right_behind(reading: &Reading<'_>, end: usize, start: usize) -> bool {
    const GAP: usize = 12;
    end <= start
        && start - end <= GAP
        && reading.view.text.get(end..start).is_some_and(|gap| !gap.contains(|c: char| c.is_ascii_digit() || c == '.'))
}

/// "Budapest, 13 December 2024": a place before a date, at the beginning of a line.
fn is_after_place(reading: &Reading<'_>, start: usize) -> bool {
    const LONGEST_PLACE: usize = 24;
    /// Bytes in which a line begins that has hardly more than a place in it; on a longer one no date is looked for here.
    const LONGEST_LINE: usize = 256;
    let mut from = start.saturating_sub(LONGEST_LINE);
    while !reading.view.text.is_char_boundary(from) {
        from -= 1;
    }
    let head = reading.view.text.get(from..start).unwrap_or_default();
    let line = match head.rsplit_once('\n') {
        Some((_, line)) => line,
        None if from == 0 => head,
        None => return false,
    };
    let place = line.trim();
    (2..=LONGEST_PLACE).contains(&place.len())
        && place.ends_with([',', ':'])
        && place.chars().next().is_some_and(char::is_uppercase)
        && !place.contains(|c: char| c.is_ascii_digit())
}

/// "The decision, which was adopted on 1 September": the day of what the sentence named, and no draft of it.
fn is_dated_decision(reading: &Reading<'_>, date: &date::Date) -> bool {
    const REACH: usize = 4;
    const NAMED_WITHIN: usize = 60;
    let head = date.start.saturating_sub(REACH);
    let (from, _) = reading.view.sentence(date.start);
    let before = reading.marks_in(from.max(date.start.saturating_sub(NAMED_WITHIN + 20)), date.start);
    let Some(dated) = before
        .iter()
        .rev()
        .find(|mark| *mark.sense == Sense::Cue(Cue::Dated) && (head..=date.start).contains(&mark.end))
    else {
        return false;
    };
    let named = before.iter().rev().find(|mark| {
        mark.end <= dated.start
            && matches!(
                mark.sense,
                Sense::Cue(Cue::Decision | Cue::Proposed | Cue::Step) | Sense::Law | Sense::Instrument(_)
            )
    });
    named.is_some_and(|mark| {
        *mark.sense == Sense::Cue(Cue::Decision)
            && dated.start - mark.end <= NAMED_WITHIN
            && !before.iter().any(|other| {
                *other.sense == Sense::Cue(Cue::Proposed) && other.start <= mark.start && mark.end <= other.end
            })
    })
}

fn claim_counts(draft: &mut Draft<'_>, counts: &[count::Count]) {
    struct Group {
        score: f64,
        odds: f64,
        value: Estimate<u64>,
        span: (usize, usize),
        place: usize,
        mentions: f64,
    }
    let spans: Vec<(usize, usize)> = counts.iter().map(|count| (count.start, count.end)).collect();
    // "491,840" beside "nearly 500,000" is the same number told exactly.
    let is_told_roughly = |count: &count::Count| {
        let (low, high) = (count.value.point() / 100 * 88, count.value.point() / 100 * 112);
        counts
            .iter()
            .any(|other| other.unit == count.unit && !other.is_precise && (low..=high).contains(&other.value.point()))
    };
    let mut groups: BTreeMap<(Unit, u64), Group> = BTreeMap::new();
    for count in counts {
        let point = count.value.point();
        let mut features = draft.reading.features(count.start, count.end, &spans, HALF);
        match count.unit {
            Unit::People => features.set("people", 1.0),
            Unit::Records => features.set("records", 1.0),
            Unit::Organisations => features.set("organisations", 1.0),
            Unit::Other => continue,
        }
        if !matches!(count.value, Estimate::Exact { .. }) {
            features.set("quantified", 1.0);
        }
        if point < 10 {
            features.set("small", 1.0);
        } else if point >= 1000 {
            features.set("large", 1.0);
        }
        let verdict = judge("count", features);
        let unit = match count.unit {
            Unit::People => "people",
            Unit::Records => "records",
            _ => "organisations",
        };
        let value = format!("{point} {unit} ({})", count.value.precision());
        let place = draft.see(CandidateKind::Count, (count.start, count.end), value, &verdict);
        let odds = verdict.margin("affected");
        let precise = if is_told_roughly(count) { "precise-of-rough" } else { "precise" };
        let score = odds + if count.is_precise { weight("count-document", "affected", precise) } else { 0.0 };
        let span = (count.start, count.end);
        let group = groups.entry((count.unit, point)).or_insert(Group {
            score,
            odds,
            value: count.value,
            span,
            place,
            mentions: 0.0,
        });
        group.mentions += 1.0;
        if score > group.score {
            *group = Group { score, odds, value: count.value, span, place, mentions: group.mentions };
        }
    }
    let repeat = weight("count-document", "affected", "repeat");
    for unit in [Unit::People, Unit::Records, Unit::Organisations] {
        let total = |g: &Group| g.score + repeat * g.mentions.ln();
        let mut ranked: Vec<&Group> =
            groups.iter().filter(|((other, _), _)| *other == unit).map(|(_, group)| group).collect();
        ranked.sort_by(|a, b| total(b).total_cmp(&total(a)).then(a.span.cmp(&b.span)));
        for (rank, group) in ranked.into_iter().take(1 + MOST_PROPOSALS).enumerate() {
            let statement = match unit {
                Unit::People => Statement::AffectedPeople(group.value),
                Unit::Records => Statement::AffectedRecords(group.value),
                _ => Statement::AffectedOrganisations(group.value),
            };
            let odds = group.odds + repeat * group.mentions.ln();
            if rank > 0 {
                draft.propose(statement, Some(group.span), confidence(odds - RUNNER_UP));
            } else if draft.claim(statement, Some(group.span), confidence(odds)) {
                draft.accept(group.place);
            }
        }
    }
}

/// The fine as a share of turnover, where a sentence says so of the fine and not of the law's maximum.
fn claim_shares(draft: &mut Draft<'_>, percentages: &[count::Percentage], fine_span: Option<(usize, usize)>) {
    const NEAR: f64 = 0.3;
    const BESIDE: f64 = 0.7;
    /// What laws allow at most, and notices cite far more often than a fine comes to it.
    const CEILINGS: [f64; 2] = [0.02, 0.04];
    /// Hardly any law allows more.
    const LARGEST_SHARE: f64 = 0.2;
    for percentage in percentages {
        let features = draft.reading.features(percentage.start, percentage.end, &[], HALF);
        let strength = |name: &str| features.of(name);
        let turnover = strength("turnover.after").max(strength("turnover.before") * 0.7);
        let fine = ["fine.before", "fined.before", "fine.after"].map(strength).into_iter().fold(0.0, f64::max);
        let is_maximum =
            strength("maximum.before") > 0.1 || strength("maximum.after") > NEAR || strength("at-most.before") > NEAR;
        let reasons = vec![("turnover", turnover), ("fine", fine)];
        let is_ceiling = matches!(percentage.share, Estimate::AtMost { .. })
            || CEILINGS.iter().any(|ceiling| (percentage.share.point() - ceiling).abs() < 1e-9);
        // A share of turnover in a sentence without the fine itself is mostly the law's.
        let (from, to) = draft.reading.view.sentence(percentage.start);
        let is_beside = fine_span.is_some_and(|(start, end)| start >= from && end <= to);
        let odds = if is_maximum || turnover < NEAR || (is_ceiling && !is_beside) {
            -3.0
        } else if strength("share.before") > BESIDE && percentage.share.point() <= LARGEST_SHARE {
            // "the turnover, of which it represents about 5 %": what represents a part of it is the fine.
            4.0 * turnover + 4.0 * fine.max(0.4) - 2.6
        } else {
            4.0 * turnover + 4.0 * fine - if is_beside { 2.6 } else { 6.0 }
        };
        let role = if odds > 0.0 { "share-of-turnover" } else { "other" };
        let verdict = Verdict { reasons, ..Verdict::of(role, odds.abs()) };
        let span = (percentage.start, percentage.end);
        let value = format!("{} ({})", percentage.share.point(), percentage.share.precision());
        let place = draft.see(CandidateKind::Share, span, value, &verdict);
        let share = TurnoverShare { share: percentage.share, origin: ShareOrigin::Stated };
        if odds > 0.0 && draft.claim(Statement::TurnoverShare(share), Some(span), confidence(odds)) {
            draft.accept(place);
        }
    }
}

/// Whether a sentence speaks of a fine or of money.
fn imposes_money(reading: &Reading<'_>, at: usize) -> bool {
    const REACH: usize = 160;
    let (from, to) = reading.view.sentence(at);
    let to = to.min(at + REACH);
    reading
        .marks_in(from.max(at.saturating_sub(REACH)), to)
        .iter()
        .any(|mark| matches!(mark.sense, Sense::Cue(Cue::Fine) | Sense::Currency(_)))
}

/// How often each cue occurs, in all and in the lead.
pub(super) fn cue_counts(reading: &Reading<'_>) -> BTreeMap<Cue, (f64, f64)> {
    let mut out: BTreeMap<Cue, (f64, f64)> = BTreeMap::new();
    for mark in &reading.marks {
        if let Sense::Cue(cue) = mark.sense {
            // What is imposed is a fine where the sentence says so, and a ban or a warning elsewhere.
            let cue = match cue {
                Cue::Imposes if imposes_money(reading, mark.start) => &Cue::Fined,
                Cue::Imposes => continue,
                cue => cue,
            };
            let entry = out.entry(*cue).or_default();
            entry.0 += 1.0;
            if mark.start < reading.lead_end {
                entry.1 += 1.0;
            }
        }
    }
    out
}
