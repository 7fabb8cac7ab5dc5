//! Which case a notice is about, and what it adds to it.

use std::collections::{HashMap, HashSet};

use fineprint_model::resolve::{self, LEAST_CONFIDENCE, is_same_party, party_key};
use fineprint_model::{
    AuthorityId, Basis, Case, CaseId, Change, ChangeKind, Claim, Draft, Method, MoneyEventKind, PartialDate, Source,
    SourceId, SourceKind, Statement, slugify,
};

use crate::base::KnowledgeBase;
use crate::error::{Error, Result};

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
    ids: HashSet<CaseId>,
    by_reference: HashMap<(AuthorityId, String), CaseId>,
    by_address: HashMap<String, CaseId>,
    by_document: HashMap<String, Vec<CaseId>>,
    /// Authority and the first letters of a party's key -> cases with such a party.
    by_party: HashMap<(AuthorityId, String), Vec<CaseId>>,
}

/// Letters of a party's key that near spellings share; an edit among them is not forgiven.
const PARTY_PREFIX: usize = 4;

fn party_bucket(key: &str) -> String {
    key.chars().take(PARTY_PREFIX).collect()
}

/// A reference as authorities vary it: case, spaces, dashes and slashes, "n°" in front.
fn reference_key(reference: &str) -> String {
    let slug = slugify(reference).unwrap_or_default();
    ["no-", "nr-", "n-"].iter().find_map(|prefix| slug.strip_prefix(prefix)).unwrap_or(&slug).replace('-', "")
}

/// An address without what does not change the page. A fragment directive (`#:~:text=`) stays: it says which row of a page that
/// tells of many cases is meant.
fn address_key(url: &str) -> String {
    let (page, fragment) = url.split_once('#').unwrap_or((url, ""));
    let page = page.strip_prefix("https://").or_else(|| page.strip_prefix("http://")).unwrap_or(page);
    let page = page.strip_prefix("www.").unwrap_or(page).trim_end_matches('/');
    match fragment.find(":~:") {
        Some(at) => format!("{page}#{}", fragment.get(at..).unwrap_or_default()),
        None => page.to_owned(),
    }
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

    pub(crate) fn add(&mut self, case: &Case) {
        let id = &case.id;
        self.ids.insert(id.clone());
        self.ids.extend(case.aliases.iter().cloned());
        if let Some(reference) = case.reference.value() {
            self.by_reference.insert((case.authority.clone(), reference_key(reference)), id.clone());
        }
        for source in &case.sources {
            if let Some(url) = source.url.as_deref().filter(|_| source.kind.is_official()) {
                self.by_address.insert(address_key(url), id.clone());
            }
            if let Some(sha256) = &source.sha256 {
                push(self.by_document.entry(sha256.clone()).or_default(), id);
            }
        }
        for party in case.parties.iter().filter(|party| party.is_mergeable()) {
            for name in party.name.value().into_iter().chain(&party.aliases) {
                let key = (case.authority.clone(), party_bucket(&party_key(name)));
                push(self.by_party.entry(key).or_default(), id);
            }
        }
    }
}

fn push(ids: &mut Vec<CaseId>, id: &CaseId) {
    if !ids.contains(id) {
        ids.push(id.clone());
    }
}

/// A case with a notice in it, not yet written.
pub(crate) struct Merged {
    pub(crate) case: Case,
    pub(crate) ingested: Ingested,
}

/// The record that a draft would become in an empty knowledge base. Stores nothing.
///
/// # Errors
/// [`Error::NoAuthority`].
pub fn record_of(draft: &Draft, today: PartialDate) -> Result<Case> {
    // Without known cases there is nothing to look up, and the base's folder is never asked for.
    let nowhere = KnowledgeBase::nowhere();
    merge(&nowhere, &mut Keys::default(), draft, today).map(|merged| merged.case)
}

/// Finds or makes the case of a draft and adds the draft to it.
pub(crate) fn merge(base: &KnowledgeBase, keys: &mut Keys, draft: &Draft, today: PartialDate) -> Result<Merged> {
    let authority = draft.authority().ok_or(Error::NoAuthority)?.clone();
    let found = find(base, keys, draft, &authority)?;
    let because = found.as_ref().map(|(_, because)| *because);
    let (mut case, is_new) = match found {
        Some((case, _)) => (case, false),
        None => (Case::new(new_id(keys, draft, &authority, today), authority), true),
    };
    let before = case.clone();
    let known = known_source(&case, draft);
    if !is_new {
        resolve::state_curated(&mut case);
    }
    let source = match known {
        Some(at) => Source { id: case.sources[at].id.clone(), ..draft.source.clone() },
        None => Source { id: source_id(&case, &draft.source.kind), ..draft.source.clone() },
    };
    let rejected = base.rejected(&draft.document.sha256)?;
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
    Ok(Merged { ingested: Ingested { id: case.id.clone(), effect, because, conflicts, asked: 0 }, case })
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
fn new_id(keys: &Keys, draft: &Draft, authority: &AuthorityId, today: PartialDate) -> CaseId {
    let by_reference = draft.reference().and_then(|reference| reference_id(authority, reference));
    if let Some(id) = by_reference.filter(|id| !keys.ids.contains(id)) {
        return id;
    }
    let year = Facts::of_draft(draft).dates.first().copied().or(draft.source.published_on).unwrap_or(today).get_year();
    let numbered = (1..).map(|n| format!("{authority}-{year}-{n:03}")).filter_map(|id| CaseId::new(id).ok());
    let free = numbered.into_iter().find(|id| !keys.ids.contains(id));
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

/// What decides whether two tellings are of one matter.
struct Facts {
    reference: Option<String>,
    parties: Vec<String>,
    /// Units of a currency imposed, where known.
    fine: Option<(f64, fineprint_model::Currency)>,
    /// Decided and published.
    dates: Vec<PartialDate>,
}

impl Facts {
    fn of_draft(draft: &Draft) -> Self {
        let mut facts = Self {
            reference: draft.reference().map(reference_key),
            parties: Vec::new(),
            fine: None,
            dates: Vec::new(),
        };
        for statement in draft.statements() {
            match statement {
                Statement::Party(party) if party.is_mergeable() => facts.parties.extend(party.name.value().cloned()),
                Statement::Money(event) if event.event == MoneyEventKind::Imposed && facts.fine.is_none() => {
                    facts.fine = event.amount.value().map(|amount| (amount.units(), amount.currency));
                }
                Statement::DecidedOn(date) => facts.dates.insert(0, *date),
                Statement::PublishedOn(date) => facts.dates.push(*date),
                _ => {}
            }
        }
        if facts.dates.is_empty() {
            facts.dates.extend(draft.source.published_on);
        }
        facts
    }

    fn of_case(case: &Case) -> Self {
        let published = case.sources.iter().filter_map(|source| source.published_on);
        Self {
            reference: case.reference.value().map(|reference| reference_key(reference)),
            parties: case
                .parties
                .iter()
                .filter(|party| party.is_mergeable())
                .flat_map(|party| party.name.value().into_iter().chain(&party.aliases))
                .cloned()
                .collect(),
            fine: case.fine(Basis::Imposed).amount().map(|amount| (amount.units(), amount.currency)),
            dates: case
                .decided_on
                .value()
                .into_iter()
                .chain(case.published_on.value())
                .copied()
                .chain(published)
                .collect(),
        }
    }

    /// Whether both name a reference, or failing that parties, and these differ: then they are two matters, however
    /// much else they share. One document may tell of several cases, and one page may publish several decisions.
    fn contradicts(&self, other: &Self) -> bool {
        match (&self.reference, &other.reference) {
            (Some(a), Some(b)) => a != b,
            _ => {
                !self.parties.is_empty()
                    && !other.parties.is_empty()
                    && !self.parties.iter().any(|a| other.parties.iter().any(|b| is_same_party(a, b)))
            }
        }
    }

    /// Same party, no contradicting reference, and an amount within a tenth (the press rounds) or, where one
    /// side names none, dates within a year.
    fn tells_of_same(&self, other: &Self) -> bool {
        if let (Some(a), Some(b)) = (&self.reference, &other.reference)
            && a != b
        {
            return false;
        }
        let share_party = self.parties.iter().any(|a| other.parties.iter().any(|b| is_same_party(a, b)));
        let days = |a: PartialDate, b: PartialDate| (a.first_day() - b.first_day()).num_days().abs();
        let near = self.dates.iter().any(|a| other.dates.iter().any(|b| days(*a, *b) <= 366));
        let dates_unknown = self.dates.is_empty() || other.dates.is_empty();
        share_party
            && match (self.fine, other.fine) {
                (Some((a, x)), Some((b, y))) => x == y && (a - b).abs() <= a.max(b) / 10.0 && (near || dates_unknown),
                _ => near,
            }
    }
}

/// The case a draft is about, and why.
fn find(base: &KnowledgeBase, keys: &Keys, draft: &Draft, authority: &AuthorityId) -> Result<Option<(Case, Match)>> {
    let load = |id: &CaseId| base.case(id);
    let facts = Facts::of_draft(draft);
    if let Some(ids) = keys.by_document.get(&draft.document.sha256) {
        for id in ids {
            if let Some(case) = load(id)?.filter(|case| case.authority == *authority)
                && !Facts::of_case(&case).contradicts(&facts)
            {
                return Ok(Some((case, Match::Document)));
            }
        }
    }
    if let Some(reference) = &facts.reference
        && let Some(id) = keys.by_reference.get(&(authority.clone(), reference.clone()))
        && let Some(case) = load(id)?
    {
        return Ok(Some((case, Match::Reference)));
    }
    if let Some(url) = draft.source.url.as_deref().filter(|_| draft.source.kind.is_official())
        && let Some(id) = keys.by_address.get(&address_key(url))
        && let Some(case) = load(id)?
        && !Facts::of_case(&case).contradicts(&facts)
    {
        return Ok(Some((case, Match::Address)));
    }
    let mut tried = HashSet::new();
    for name in &facts.parties {
        let bucket = (authority.clone(), party_bucket(&party_key(name)));
        for id in keys.by_party.get(&bucket).into_iter().flatten().filter(|id| tried.insert((*id).clone())) {
            if let Some(case) = load(id)?.filter(|case| Facts::of_case(case).tells_of_same(&facts)) {
                return Ok(Some((case, Match::Party)));
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_meet_however_they_are_written() {
        for spelling in ["SAN-2022-009", "san 2022 009", "n° SAN-2022-009", "SAN/2022/009"] {
            assert_eq!(reference_key(spelling), "san2022009", "{spelling}");
        }
    }

    #[test]
    fn addresses_meet_without_scheme_www_and_fragment() {
        let key = address_key("https://www.cnil.fr/fr/decision/");
        let row = "https://www.cnil.fr/fr/decision/#:~:text=14%2F03%2F2030";
        assert_ne!(key, address_key(row), "a row is not the page");
        assert_eq!(address_key(row), address_key("http://cnil.fr/fr/decision#top:~:text=14%2F03%2F2030"));
        assert_eq!(key, address_key("http://cnil.fr/fr/decision#top"));
        assert_ne!(key, address_key("https://cnil.fr/fr/decision?page=2"));
    }
}
