//! Which case a notice is about, and what it adds to it.

use std::collections::{BTreeSet, HashMap};

use chrono::Datelike;

use fineprint_model::resolve::{self, LEAST_CONFIDENCE, party_key};
use fineprint_model::{
    AuthorityId, Case, CaseId, Change, ChangeKind, Claim, Draft, Method, Money, PartialDate, Source, SourceId,
    SourceKind, Statement, slugify,
};

use crate::base::KnowledgeBase;
use crate::error::{Error, Result};
use crate::matter::{self, ASK, Likeness, MERGE, Matter, address_key};

/// What ingesting a notice did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ingested {
    /// The case it belongs to.
    pub id: CaseId,
    /// What happened to it.
    pub effect: Effect,
    /// Why the notice was taken to be about this case; `None` for a new one.
    pub because: Option<Match>,
    /// Fields about which its sources now disagree.
    pub conflicts: Vec<&'static str>,
    /// Values of the notice that wait for review.
    pub asked: usize,
    /// Cases that it may be one with; each pair waits for review.
    pub doubts: usize,
}

/// What happened to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It is new.
    Created,
    /// It has one more source.
    Merged,
    /// A source that it had says something else now.
    Reread,
    /// Nothing: the notice had been read before.
    Unchanged,
}

impl Effect {
    pub(crate) fn is_change(self) -> bool {
        self != Self::Unchanged
    }
}

/// Why two notices are about one case, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// The very same bytes were read before.
    Document,
    /// Same authority, same reference.
    Reference,
    /// Same official address.
    Address,
    /// Same authority and party, and an amount or date that fits.
    Party,
}

/// Identities of the cases in a base, so that a notice finds its case without reading them all.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    /// Every id and alias, and the case it is of.
    ids: HashMap<CaseId, CaseId>,
    /// What each case is known by.
    matters: HashMap<CaseId, Matter>,
    by_reference: HashMap<(AuthorityId, String), Vec<CaseId>>,
    by_address: HashMap<String, Vec<CaseId>>,
    by_document: HashMap<String, Vec<CaseId>>,
    /// Authority and the first letters of a party's key -> cases with such a party.
    by_party: HashMap<(AuthorityId, String), Vec<CaseId>>,
    /// Authority, fine and month -> cases.
    by_fine: HashMap<(AuthorityId, Money, i32, u32), Vec<CaseId>>,
}

/// Letters of a party's key that near spellings share; an edit among them is not forgiven.
const PARTY_PREFIX: usize = 4;

fn party_bucket(key: &str) -> String {
    key.chars().take(PARTY_PREFIX).collect()
}

impl Keys {
    /// Reads the identities of every case; unreadable records have none.
    pub(crate) fn read(base: &KnowledgeBase) -> Self {
        let mut keys = Self::default();
        for stored in base.cases().flatten() {
            keys.add(&stored.case);
        }
        keys
    }

    /// The case of an id or alias.
    pub(crate) fn id(&self, id: &CaseId) -> Option<&CaseId> {
        self.ids.get(id)
    }

    /// The authority of a case, whose folder it is in.
    pub(crate) fn authority(&self, id: &CaseId) -> Option<&AuthorityId> {
        self.matters.get(id).map(|matter| &matter.authority)
    }

    pub(crate) fn add(&mut self, case: &Case) {
        let id = &case.id;
        self.ids.insert(id.clone(), id.clone());
        self.ids.extend(case.aliases.iter().map(|alias| (alias.clone(), id.clone())));
        for sha256 in case.sources.iter().filter_map(|source| source.sha256.as_ref()) {
            push(self.by_document.entry(sha256.clone()).or_default(), id);
        }
        let matter = Matter::of_case(case);
        let authority = || case.authority.clone();
        if let Some(reference) = &matter.reference {
            push(self.by_reference.entry((authority(), reference.clone())).or_default(), id);
        }
        for address in &matter.addresses {
            push(self.by_address.entry(address.clone()).or_default(), id);
        }
        for name in &matter.parties {
            push(self.by_party.entry((authority(), party_bucket(&party_key(name)))).or_default(), id);
        }
        for key in fine_keys(&matter) {
            push(self.by_fine.entry(key).or_default(), id);
        }
        self.matters.insert(id.clone(), matter);
    }

    /// Cases that share an identity with a matter, each once.
    fn candidates(&self, matter: &Matter) -> BTreeSet<CaseId> {
        let authority = || matter.authority.clone();
        let reference = matter.reference.as_ref().and_then(|key| self.by_reference.get(&(authority(), key.clone())));
        let addresses = matter.addresses.iter().filter(|address| !self.is_common(address));
        let parties = matter.parties.iter().map(|name| (authority(), party_bucket(&party_key(name))));
        reference
            .into_iter()
            .chain(addresses.filter_map(|address| self.by_address.get(address)))
            .chain(parties.filter_map(|key| self.by_party.get(&key)))
            .chain(fine_keys(matter).filter_map(|key| self.by_fine.get(&key)))
            .flatten()
            .cloned()
            .collect()
    }

    fn is_common(&self, address: &str) -> bool {
        self.by_address.get(address).is_some_and(|cases| cases.len() >= COMMON)
    }
}

/// What a matter without a party is found by.
fn fine_keys(matter: &Matter) -> impl Iterator<Item = (AuthorityId, Money, i32, u32)> {
    let key = |fine: Money, date: PartialDate| {
        let day = date.first_day();
        (matter.authority.clone(), fine, day.year(), day.month())
    };
    matter.fine.into_iter().flat_map(move |fine| matter.dates.iter().map(move |date| key(fine, *date)))
}

fn push(ids: &mut Vec<CaseId>, id: &CaseId) {
    if !ids.contains(id) {
        ids.push(id.clone());
    }
}

/// A case with a notice in it, not yet written.
pub(crate) struct Merged {
    pub(crate) case: Case,
    /// Cases that it may be one with.
    pub(crate) doubts: Vec<(CaseId, Likeness)>,
    pub(crate) ingested: Ingested,
}

/// The record that a draft would become in an empty knowledge base. Stores nothing.
///
/// # Errors
/// [`Error::NoAuthority`].
pub fn record_of(draft: &Draft, today: PartialDate) -> Result<Case> {
    merge(&mut Nothing, &mut Keys::default(), draft, today).map(|merged| merged.case)
}

/// What merging looks up of what is stored.
pub(crate) trait Lookup {
    /// A record by its id and its authority.
    fn case(&mut self, id: &CaseId, authority: &AuthorityId) -> Result<Option<Case>>;
    /// The values of a notice that a person rejected, by case.
    fn rejected(&mut self, document: &str) -> Result<Vec<(CaseId, Statement)>>;
}

/// Where nothing is stored.
struct Nothing;

impl Lookup for Nothing {
    fn case(&mut self, _: &CaseId, _: &AuthorityId) -> Result<Option<Case>> {
        Ok(None)
    }

    fn rejected(&mut self, _: &str) -> Result<Vec<(CaseId, Statement)>> {
        Ok(Vec::new())
    }
}

/// Finds or makes the case of a draft and adds the draft to it.
pub(crate) fn merge(stored: &mut impl Lookup, keys: &mut Keys, draft: &Draft, today: PartialDate) -> Result<Merged> {
    let authority = draft.authority().ok_or(Error::NoAuthority)?.clone();
    let matter = Matter::of_draft(draft, &authority);
    let Found { case: found, doubts } = find(stored, keys, draft, &matter)?;
    let because = found.as_ref().map(|(_, because)| *because);
    let cites = matter::cited(&draft.document, &authority);
    let (mut case, is_new) = match found {
        Some((case, _)) => (case, false),
        None => (Case::new(new_id(keys, draft, &matter, today), authority), true),
    };
    let before = case.clone();
    let known = known_source(&case, draft);
    if !is_new {
        resolve::state_curated(&mut case);
    }
    let source = match known {
        Some(at) => Source { id: case.sources[at].id.clone(), cites, ..draft.source.clone() },
        None => Source { id: source_id(&case, &draft.source.kind), cites, ..draft.source.clone() },
    };
    let rejected = stored.rejected(&draft.document.sha256)?;
    let claims: Vec<Claim> = draft
        .claims
        .iter()
        .filter(|claim| claim.confidence.is_none_or(|confidence| confidence >= LEAST_CONFIDENCE))
        .filter(|claim| !rejected.iter().any(|(id, statement)| is_of(&case, id) && *statement == claim.statement))
        .map(|claim| Claim { source: source.id.clone(), ..claim.clone() })
        .collect();
    let source_id = source.id.clone();
    let is_persons = |claim: &Claim| matches!(claim.method, Method::Curated | Method::Reviewed);
    let title = source.publisher.clone().or_else(|| source.url.clone()).unwrap_or_else(|| source.kind.to_string());
    match known {
        Some(at) => {
            // The day a document was first read stays: reading it again is no news.
            let retrieved_on = case.sources[at].retrieved_on.or(source.retrieved_on);
            let old = &case.sources[at];
            let source = Source {
                retrieved_on,
                title: source.title.or_else(|| old.title.clone()),
                publisher: source.publisher.or_else(|| old.publisher.clone()),
                licence: source.licence.or_else(|| old.licence.clone()),
                url: old.url.clone().or(source.url),
                published_on: source.published_on.or(old.published_on),
                ..source
            };
            case.sources[at] = source;
            case.claims.retain(|claim| claim.source != source_id || is_persons(claim));
        }
        None => case.sources.push(source),
    }
    case.claims.extend(claims);
    order_claims(&mut case);
    resolve::resolve(&mut case);
    if case.language.is_none() {
        let official = case.sources.iter().find(|source| source.kind.is_official());
        case.language = official.and_then(|source| source.language.clone());
    }
    add_reference_alias(&mut case);

    let effect = match (is_new, known) {
        (true, _) => Effect::Created,
        (false, None) => Effect::Merged,
        (false, Some(_)) if case == before => Effect::Unchanged,
        (false, Some(_)) => Effect::Reread,
    };
    let entry = match effect {
        Effect::Created => Some((ChangeKind::Added, format!("Read from {title}."))),
        Effect::Merged => Some((ChangeKind::SourceAdded, format!("Source `{source_id}` added: {title}."))),
        Effect::Reread => Some((ChangeKind::Corrected, format!("Source `{source_id}` read again: {title}."))),
        Effect::Unchanged => None,
    };
    case.changes.extend(entry.map(|(kind, note)| Change { on: today, kind, note }));
    let mut conflicts: Vec<&'static str> = resolve::conflicts(&case)
        .iter()
        .filter(|conflict| !conflict.compatible)
        .map(|conflict| conflict.field)
        .collect();
    conflicts.dedup();
    Ok(Merged {
        ingested: Ingested { id: case.id.clone(), effect, because, conflicts, asked: 0, doubts: doubts.len() },
        case,
        doubts,
    })
}

/// Whether an id is the case's, or was before it took another case over.
fn is_of(case: &Case, id: &CaseId) -> bool {
    case.id == *id || case.aliases.contains(id)
}

/// Sources by trust, claims in the order of their sources and a person's first within each, so that reading a notice
/// again finds the record as it left it.
pub(crate) fn order_claims(case: &mut Case) {
    case.sources.sort_by_key(|source| source.kind.rank());
    let places: HashMap<SourceId, usize> =
        case.sources.iter().enumerate().map(|(at, source)| (source.id.clone(), at)).collect();
    case.claims.sort_by_key(|claim| {
        let is_recognised = !matches!(claim.method, Method::Curated | Method::Reviewed);
        (places.get(&claim.source).copied(), is_recognised)
    });
}

/// Adds to a case what another record of the same matter has: its sources and claims, its ids as aliases, and what
/// only it states. The case's own curated values stay.
pub(crate) fn take_over(kept: &mut Case, mut gone: Case) {
    resolve::state_curated(kept);
    resolve::state_curated(&mut gone);
    let mut names: HashMap<SourceId, SourceId> = HashMap::new();
    for source in std::mem::take(&mut gone.sources) {
        let is_same = |known: &&Source| match (&known.sha256, &source.sha256) {
            (Some(a), Some(b)) => a == b,
            _ => known.url.is_some() && known.url.as_deref().map(address_key) == source.url.as_deref().map(address_key),
        };
        let id = match kept.sources.iter().find(is_same) {
            Some(known) => known.id.clone(),
            None => {
                let is_free = kept.sources.iter().all(|known| known.id != source.id);
                let id = if is_free { source.id.clone() } else { source_id(kept, &source.kind) };
                kept.sources.push(Source { id: id.clone(), ..source.clone() });
                id
            }
        };
        names.insert(source.id, id);
    }
    let renamed = |id: SourceId| names.get(&id).cloned().unwrap_or(id);
    for claim in std::mem::take(&mut gone.claims) {
        let mut claim = Claim { source: renamed(claim.source), ..claim };
        if let Statement::Money(event) = &mut claim.statement {
            event.source = event.source.take().map(renamed);
        }
        if !kept.claims.contains(&claim) {
            kept.claims.push(claim);
        }
    }
    for id in std::iter::once(gone.id).chain(gone.aliases) {
        if id != kept.id && !kept.aliases.contains(&id) {
            kept.aliases.push(id);
        }
    }
    kept.summary = kept.summary.take().or(gone.summary);
    kept.language = kept.language.take().or(gone.language);
    kept.finality = kept.finality.take().or(gone.finality);
    if kept.cross_border.value().is_none() {
        kept.cross_border = gone.cross_border;
    }
    if kept.appeals.is_empty() {
        kept.appeals = gone.appeals;
        for appeal in &mut kept.appeals {
            appeal.source = appeal.source.take().map(renamed);
        }
    }
    macro_rules! fill {
        ($($list:ident),+) => {$( if kept.$list.is_empty() { kept.$list = gone.$list; } )+};
    }
    fill!(contexts, data_categories, factors);
    kept.noindex |= gone.noindex;
    order_claims(kept);
    resolve::resolve(kept);
    kept.changes.extend(gone.changes);
    kept.changes.sort_by_key(|change| change.on.first_day());
}

/// Where the draft's document stands among the case's sources: the same bytes, or an entry with the same address that
/// nobody has read the bytes of yet, as curated records have them.
fn known_source(case: &Case, draft: &Draft) -> Option<usize> {
    let same_bytes = |source: &Source| source.sha256.as_deref() == Some(&draft.document.sha256);
    let address = draft.source.url.as_deref().map(address_key);
    let same_place = |source: &Source| {
        source.sha256.is_none() && address.is_some() && source.url.as_deref().map(address_key) == address
    };
    case.sources.iter().position(same_bytes).or_else(|| case.sources.iter().position(same_place))
}

/// A case that got its id before its reference was known answers to both.
fn add_reference_alias(case: &mut Case) {
    let by_reference = case.reference.value().and_then(|reference| reference_id(&case.authority, reference));
    if let Some(alias) = by_reference
        && alias != case.id
        && !case.aliases.contains(&alias)
    {
        case.aliases.push(alias);
    }
}

fn reference_id(authority: &AuthorityId, reference: &str) -> Option<CaseId> {
    CaseId::new(format!("{authority}-{}", slugify(reference)?)).ok()
}

/// Authority and reference; authority, year and the next free number where there is no reference.
fn new_id(keys: &Keys, draft: &Draft, matter: &Matter, today: PartialDate) -> CaseId {
    let authority = &matter.authority;
    let by_reference = draft.reference().and_then(|reference| reference_id(authority, reference));
    if let Some(id) = by_reference.filter(|id| !keys.ids.contains_key(id)) {
        return id;
    }
    let year = matter.dates.first().copied().or(draft.source.published_on).unwrap_or(today).get_year();
    let numbered = (1..).map(|n| format!("{authority}-{year}-{n:03}")).filter_map(|id| CaseId::new(id).ok());
    let free = numbered.into_iter().find(|id| !keys.ids.contains_key(id));
    // Ids are at most 80 bytes and authorities far shorter: there is always a next number.
    free.unwrap_or_else(|| CaseId::new("unnumbered").unwrap_or_else(|_| unreachable!("a valid slug")))
}

/// `decision`, `press`, `wiki` ..., with a number from the second on.
fn source_id(case: &Case, kind: &SourceKind) -> SourceId {
    let stem = match kind {
        SourceKind::Curator => "curator",
        SourceKind::OfficialDecision => "decision",
        SourceKind::CourtDecision => "court",
        SourceKind::OfficialPressRelease => "authority",
        SourceKind::Dataset => "dataset",
        SourceKind::Wiki => "wiki",
        SourceKind::LawFirm => "lawyers",
        SourceKind::News => "press",
        _ => "source",
    };
    let is_free = |id: &SourceId| case.sources.iter().all(|source| source.id != *id);
    let candidates = std::iter::once(stem.to_owned()).chain((2..).map(|n| format!("{stem}-{n}")));
    let free = candidates.filter_map(|id| SourceId::new(id).ok()).find(is_free);
    free.unwrap_or_else(|| unreachable!("there is always a next number"))
}

/// What is known of where a draft belongs.
#[derive(Default)]
struct Found {
    /// The case it is about, and why.
    case: Option<(Case, Match)>,
    /// Cases that it may be about: a person decides.
    doubts: Vec<(CaseId, Likeness)>,
}

/// Scores that differ by less do not tell two cases apart.
const TELLS_APART: f64 = 0.02;

/// Matters that name an address, from which on it is nobody's: a list, a portal.
const COMMON: usize = 4;

/// Finds the case a draft is about, among those that share an identity with it: never all of them.
fn find(stored: &mut impl Lookup, keys: &Keys, draft: &Draft, matter: &Matter) -> Result<Found> {
    if let Some(ids) = keys.by_document.get(&draft.document.sha256) {
        for id in ids {
            let is_it = keys
                .matters
                .get(id)
                .is_some_and(|known| known.authority == matter.authority && !known.contradicts(matter));
            if is_it && let Some(case) = stored.case(id, &matter.authority)? {
                return Ok(Found { case: Some((case, Match::Document)), doubts: Vec::new() });
            }
        }
    }
    let mut likely: Vec<(CaseId, Likeness)> = keys
        .candidates(matter)
        .into_iter()
        .filter_map(|id| {
            let known = keys.matters.get(&id)?;
            let likeness = known.compare(matter, |address| keys.is_common(address));
            (known.authority == matter.authority && likeness.score >= ASK).then_some((id, likeness))
        })
        .collect();
    likely.sort_by(|(a, x), (b, y)| y.score.total_cmp(&x.score).then_with(|| a.cmp(b)));
    let Some((best, likeness)) = likely.first().cloned() else { return Ok(Found::default()) };
    let is_unclear = likely.get(1).is_some_and(|(_, second)| {
        second.score >= MERGE && likeness.because == Match::Party && likeness.score - second.score < TELLS_APART
    });
    if likeness.score < MERGE || is_unclear {
        return Ok(Found { case: None, doubts: likely });
    }
    let because = likeness.because;
    Ok(Found { case: stored.case(&best, &matter.authority)?.map(|case| (case, because)), doubts: Vec::new() })
}
