//! From what the sources claim to what the record says, by one policy.
//!
//! The better kind of source wins ([`crate::terms::SourceKind::rank`]: curator, official decision, official press release, data
//! set or wiki, news); within a kind the higher confidence; then the newer source; then what was claimed
//! first. Before all of that stands what a person entered, or confirmed on review. Nothing is thrown away: every claim
//! stays in the record, and [`conflicts`] shows where they disagree.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::case::{Case, Finding, ShareOrigin, TurnoverShare};
use crate::claim::{Claim, Statement};
use crate::id::{PartyId, SourceId, slugify};
use crate::ledger::{Basis, MoneyEvent};
use crate::party::Party;
use crate::stated::{Estimate, Stated};
use crate::terms::{FindingKind, Method, MoneyEventKind, PartyKind, Term};

/// Claims below this confidence do not enter the record.
pub const LEAST_CONFIDENCE: f64 = 0.5;

/// A field about which sources disagree.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// The field, as [`Statement::field`] names it.
    pub field: &'static str,
    /// The source whose value the record holds; `None` where a curator's value stands without a claim.
    pub winner: Option<SourceId>,
    /// Indices into the case's claims: the best of each source, the winner first.
    pub claims: Vec<usize>,
    /// Whether the values can all be true, one being less precise: "over 490,000" and 491,840.
    pub compatible: bool,
}

/// Place of a claim in the order of trust; smaller is better.
type Trust = (usize, usize, Reverse<u64>, Reverse<i32>, Option<String>, usize);

/// How far a claim is to be trusted within its case.
fn trust(case: &Case, at: usize, claim: &Claim) -> Trust {
    let source = case.source(&claim.source);
    let rank = source.map_or(usize::MAX, |source| source.kind.rank());
    // Confidence in millionths, so that it can be ordered; what a person or a label states is certain.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1 by definition")]
    let confidence = (claim.confidence.unwrap_or(1.0).clamp(0.0, 1.0) * 1e6) as u64;
    let newest = source.and_then(|source| source.published_on.or(source.retrieved_on));
    let day = newest.map_or(i32::MIN, |date| chrono::Datelike::num_days_from_ce(&date.first_day()));
    // What a person entered goes first, whichever source they read it in.
    let class = if matches!(claim.method, Method::Curated | Method::Reviewed) { 0 } else { rank };
    // The hash of the bytes settles what is left, so that the order in which sources came does not.
    let bytes = source.and_then(|source| source.sha256.clone());
    (class, rank, Reverse(confidence), Reverse(day), bytes, at)
}

/// Claims that may enter the record, by field, the most trusted first.
fn ranked(case: &Case) -> BTreeMap<&'static str, Vec<usize>> {
    let mut fields: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
    for (at, claim) in case.claims.iter().enumerate() {
        if claim.confidence.is_none_or(|confidence| confidence >= LEAST_CONFIDENCE) {
            fields.entry(claim.statement.field()).or_default().push(at);
        }
    }
    for claims in fields.values_mut() {
        claims.sort_by_cached_key(|at| trust(case, *at, &case.claims[*at]));
    }
    fields
}

/// Fills the record's fields from its claims. A field that no claim is about keeps its value: it is a curator's.
pub fn resolve(case: &mut Case) {
    let fields = ranked(case);
    let claims = std::mem::take(&mut case.claims);
    for ranked in fields.values() {
        // A reviewed member of a list is one answer, not a list: it is laid over what the others make of the list.
        let (reviewed, others): (Vec<usize>, Vec<usize>) = ranked
            .iter()
            .copied()
            .partition(|at| claims[*at].method == Method::Reviewed && claims[*at].statement.is_member());
        if let Some(best) = others.first().map(|at| &claims[*at]) {
            take(case, &claims, &others, best);
        }
        // The most trusted last, so that it stands.
        for at in reviewed.iter().rev() {
            lay_over(case, &claims[*at].statement);
        }
    }
    mend_parties(case, &claims);
    case.claims = claims;
    let share_is_claimed = fields.contains_key("turnover-share");
    if !share_is_claimed && let Some(share) = computed_share(case) {
        case.turnover_share = Stated::Value(share);
    }
}

/// Fills one field from its claims, the most trusted first.
fn take(case: &mut Case, claims: &[Claim], ordered: &[usize], best: &Claim) {
    if best.method == Method::Curated && best.statement.is_member() {
        take_curated(case, claims, ordered, best);
        return;
    }
    match &best.statement {
        Statement::Authority(id) => case.authority.clone_from(id),
        Statement::Reference(text) => case.reference = Stated::Value(text.clone()),
        Statement::Ecli(text) => case.ecli = Some(text.clone()),
        Statement::IncidentOn(date) => case.incident_on = Stated::Value(*date),
        Statement::OpenedOn(date) => case.opened_on = Stated::Value(*date),
        Statement::DecidedOn(date) => case.decided_on = Stated::Value(*date),
        Statement::PublishedOn(date) => case.published_on = Stated::Value(*date),
        Statement::Outcome(term) => case.outcome = Stated::Value(term.clone()),
        Statement::Stage(term) => case.stage = Stated::Value(term.clone()),
        Statement::Trigger(term) => case.trigger = Stated::Value(term.clone()),
        Statement::Turnover(turnover) => case.turnover = Stated::Value(turnover.clone()),
        Statement::TurnoverShare(share) => case.turnover_share = Stated::Value(*share),
        Statement::AffectedPeople(estimate) => case.affected_people = Stated::Value(*estimate),
        Statement::AffectedRecords(estimate) => case.affected_records = Stated::Value(*estimate),
        Statement::AffectedOrganisations(estimate) => case.affected_organisations = Stated::Value(*estimate),
        Statement::Party(_) => case.parties = parties(claims, ordered),
        Statement::Finding(_) => case.findings = findings(claims, ordered),
        Statement::Money(_) => case.ledger = ledger(claims, ordered, &best.source),
        Statement::Measure(_) => {
            let mut measures = Vec::new();
            for claim in of_source(claims, ordered, &best.source) {
                if let Statement::Measure(measure) = &claim.statement
                    && !measures.iter().any(|kept: &crate::case::Measure| kept.kind == measure.kind)
                {
                    measures.push(measure.clone());
                }
            }
            case.measures = measures;
        }
    }
}

/// Puts a member that a person confirmed or corrected into its list, in place of what is there of it.
fn lay_over(case: &mut Case, statement: &Statement) {
    match statement {
        Statement::Party(party) => {
            let same = |known: &Party| {
                known.id == party.id
                    || known.name.value().zip(party.name.value()).is_some_and(|(a, b)| is_same_party(a, b))
            };
            match case.parties.iter_mut().find(|known| same(known)) {
                Some(known) => {
                    let before = std::mem::replace(known, party.clone());
                    complete(known, &before);
                }
                None => case.parties.push(party.clone()),
            }
        }
        Statement::Finding(finding) => {
            // Of a provision and its finer parts the finest stays, as everywhere.
            let gives_way = |known: &Finding| {
                known.party == finding.party
                    && (known.provision == finding.provision
                        || (known.finding == finding.finding && finding.provision.refines(&known.provision)))
            };
            case.findings.retain(|known| !gives_way(known));
            case.findings.push(finding.clone());
        }
        Statement::Money(event) => {
            case.ledger.retain(|known| known.event != event.event || known.party != event.party);
            case.ledger.push(event.clone());
            let order = |event: &MoneyEvent| MoneyEventKind::all().iter().position(|kind| *kind == event.event);
            case.ledger.sort_by_key(|event| (order(event), event.party.clone()));
        }
        Statement::Measure(measure) => {
            case.measures.retain(|known| known.kind != measure.kind);
            case.measures.push(measure.clone());
        }
        // Single values go the way of all claims.
        _ => {}
    }
}

/// Takes a list that a person entered as it is: they have merged and ordered it already.
fn take_curated(case: &mut Case, claims: &[Claim], ordered: &[usize], best: &Claim) {
    let mut own: Vec<usize> = ordered
        .iter()
        .copied()
        .filter(|at| claims[*at].method == Method::Curated && claims[*at].source == best.source)
        .collect();
    own.sort_unstable();
    let members = || own.iter().map(|at| &claims[*at].statement);
    match &best.statement {
        Statement::Party(_) => {
            case.parties = members()
                .filter_map(|member| if let Statement::Party(party) = member { Some(party.clone()) } else { None })
                .collect();
        }
        Statement::Finding(_) => {
            case.findings = members()
                .filter_map(
                    |member| if let Statement::Finding(finding) = member { Some(finding.clone()) } else { None },
                )
                .collect();
        }
        Statement::Money(_) => {
            case.ledger = members()
                .filter_map(|member| if let Statement::Money(event) = member { Some(event.clone()) } else { None })
                .collect();
        }
        Statement::Measure(_) => {
            case.measures = members()
                .filter_map(
                    |member| if let Statement::Measure(measure) = member { Some(measure.clone()) } else { None },
                )
                .collect();
        }
        _ => {}
    }
}

/// Findings, money and measures may come from another source than the parties, which calls a party by another id:
/// they follow it by its name, and lose a party that the record does not have.
fn mend_parties(case: &mut Case, claims: &[Claim]) {
    let parties = &case.parties;
    let mend = |id: &mut Option<PartyId>| {
        let Some(found) = id.take() else { return };
        if parties.iter().any(|party| party.id == found) {
            *id = Some(found);
            return;
        }
        let name = claims.iter().find_map(|claim| match &claim.statement {
            Statement::Party(party) if party.id == found => party.name.value(),
            _ => None,
        });
        let same = |party: &&Party| name.zip(party.name.value()).is_some_and(|(a, b)| is_same_party(a, b));
        *id = parties.iter().find(same).map(|party| party.id.clone());
    };
    case.findings.iter_mut().for_each(|finding| mend(&mut finding.party));
    case.ledger.iter_mut().for_each(|event| mend(&mut event.party));
    case.measures.iter_mut().for_each(|measure| mend(&mut measure.party));
}

/// Turns values that a person wrote into the record without a claim into that person's claims on the best of the
/// record's sources. Done before a notice joins a curated record, so that its values win by the policy and not by accident.
/// A field that recognised claims are about is left alone: its value is theirs.
pub fn state_curated(case: &mut Case) {
    let Some(source) = case.sources.iter().min_by_key(|source| source.kind.rank()).map(|source| source.id.clone())
    else {
        return;
    };
    let mut resolved = case.clone();
    resolve(&mut resolved);
    let is_recognised = |field: &str| {
        case.claims.iter().any(|claim| {
            claim.statement.field() == field
                && !matches!(claim.method, Method::Curated | Method::Reviewed | Method::Imported)
        })
    };
    let is_claimed = |field: &str| case.claims.iter().any(|claim| claim.statement.field() == field);
    let mut curated: BTreeMap<&'static str, Vec<Statement>> = BTreeMap::new();
    macro_rules! single {
        ($($field:ident: $variant:ident),+ $(,)?) => {$(
            if let Some(value) = case.$field.value() {
                let statement = Statement::$variant(value.clone());
                let field = statement.field();
                if !is_recognised(field) && (!is_claimed(field) || case.$field != resolved.$field) {
                    curated.insert(field, vec![statement]);
                }
            }
        )+};
    }
    single!(
        reference: Reference, incident_on: IncidentOn, opened_on: OpenedOn, decided_on: DecidedOn,
        published_on: PublishedOn, outcome: Outcome, stage: Stage, trigger: Trigger, turnover: Turnover,
        affected_people: AffectedPeople, affected_records: AffectedRecords,
        affected_organisations: AffectedOrganisations,
    );
    if let Some(share) = case.turnover_share.value().filter(|share| share.origin == ShareOrigin::Stated)
        && !is_recognised("turnover-share")
    {
        curated.insert("turnover-share", vec![Statement::TurnoverShare(*share)]);
    }
    if let Some(ecli) = case.ecli.clone().filter(|_| !is_recognised("ecli")) {
        curated.insert("ecli", vec![Statement::Ecli(ecli)]);
    }
    macro_rules! list {
        ($($field:ident: $variant:ident),+ $(,)?) => {$(
            let members: Vec<Statement> = case.$field.iter().cloned().map(Statement::$variant).collect();
            if let Some(field) = members.first().map(Statement::field)
                && !is_recognised(field)
                && (!is_claimed(field) || case.$field != resolved.$field)
            {
                curated.insert(field, members);
            }
        )+};
    }
    list!(parties: Party, findings: Finding, ledger: Money, measures: Measure);
    for (field, statements) in curated {
        case.claims.retain(|claim| claim.statement.field() != field || claim.method != Method::Curated);
        case.claims.extend(statements.into_iter().map(|statement| Claim {
            statement,
            source: source.clone(),
            method: Method::Curated,
            confidence: None,
            evidence: None,
        }));
    }
}

/// The fine as a share of the turnover stated, where both are known in one currency and no source states a share itself.
pub fn computed_share(case: &Case) -> Option<TurnoverShare> {
    if matches!(case.turnover_share.value(), Some(TurnoverShare { origin: ShareOrigin::Stated, .. })) {
        return None;
    }
    let turnover = case.turnover.value()?.amount;
    let fine = case.fine(Basis::Imposed).amount()?;
    (turnover.currency == fine.currency && turnover.amount_minor > 0).then(|| {
        // Four digits say all that two amounts of business prose can bear.
        let share = (fine.units() / turnover.units() * 1e4).round() / 1e4;
        TurnoverShare { share: Estimate::About { value: share }, origin: ShareOrigin::Computed }
    })
}

fn of_source<'a>(claims: &'a [Claim], ordered: &'a [usize], source: &'a SourceId) -> impl Iterator<Item = &'a Claim> {
    ordered.iter().map(|at| &claims[*at]).filter(move |claim| claim.source == *source)
}

/// Legal forms as slugs, without the stops and strokes of `S.p.A.` and `A/S`, and the article that some names begin with.
const LEGAL_FORMS: &str = "ab ag as asa bv co company corp corporation doo eood gmbh inc incorporated kft kg limited \
    llc llp ltd ltda nv oy oyj plc sa sarl sas sasu se sl slu spa sprl srl the uab ug zrt";

/// A party's name without its legal form, as a slug: what two spellings of one name share.
pub fn party_key(name: &str) -> String {
    let slug = slugify(&name.replace(['.', '/'], "")).unwrap_or_default();
    // The one form of several words: spółka z ograniczoną odpowiedzialnością.
    let slug = slug.trim_end_matches("-sp-z-oo");
    let is_form = |word: &str| LEGAL_FORMS.split_ascii_whitespace().any(|form| form == word);
    let kept: Vec<&str> = slug.split('-').filter(|word| !is_form(word)).collect();
    if kept.is_empty() { slug.to_owned() } else { kept.join("-") }
}

/// Whether two names are two spellings of one: equal without legal form, or long and nearly equal.
pub fn is_same_party(a: &str, b: &str) -> bool {
    let (a, b) = (party_key(a), party_key(b));
    a == b || (a.len().min(b.len()) >= 8 && strsim::normalized_damerau_levenshtein(&a, &b) >= 0.85)
}

/// The parties of the best source, with what others add about the same ones.
fn parties(claims: &[Claim], ordered: &[usize]) -> Vec<Party> {
    let mut kept: Vec<Party> = Vec::new();
    let Some(best) = ordered.first().map(|at| &claims[*at].source) else { return kept };
    for claim in ordered.iter().map(|at| &claims[*at]) {
        let Statement::Party(party) = &claim.statement else { continue };
        let same = kept.iter_mut().find(|known| {
            known.id == party.id || known.name.value().zip(party.name.value()).is_some_and(|(a, b)| is_same_party(a, b))
        });
        match same {
            Some(known) => complete(known, party),
            None if claim.source == *best => kept.push(party.clone()),
            None => {}
        }
    }
    kept
}

/// Takes over what `known` lacks.
fn complete(known: &mut Party, other: &Party) {
    if let (Some(name), Some(spelling)) = (known.name.value(), other.name.value()) {
        if spelling != name && !known.aliases.contains(spelling) {
            known.aliases.push(spelling.clone());
        }
    } else if known.name.value().is_none()
        && !matches!(known.kind.value(), Some(PartyKind::Anonymised | PartyKind::NaturalPerson))
    {
        // A name that the better source withholds is not brought back by another.
        known.name.clone_from(&other.name);
    }
    if known.role.value().is_none() {
        known.role.clone_from(&other.role);
    }
    if known.kind.value().is_none() {
        known.kind.clone_from(&other.kind);
    }
    known.country = known.country.take().or_else(|| other.country.clone());
    known.nace = known.nace.take().or_else(|| other.nace.clone());
    known.group = known.group.take().or_else(|| other.group.clone());
    known.names_until = known.names_until.or(other.names_until);
    if known.sectors.is_empty() {
        known.sectors.clone_from(&other.sectors);
    }
}

/// The findings of the best source: one for each provision and party, the finest granularity it states.
fn findings(claims: &[Claim], ordered: &[usize]) -> Vec<Finding> {
    let Some(best) = ordered.first().map(|at| &claims[*at].source) else { return Vec::new() };
    // Whoever names a violation has read more of the decision than whoever lists what it is about.
    let decisive = ordered.iter().map(|at| &claims[*at]).find(
        |claim| matches!(&claim.statement, Statement::Finding(finding) if finding.finding == FindingKind::Violated),
    );
    let source = decisive.map_or(best, |claim| &claim.source);
    let mut kept: BTreeMap<(&crate::Provision, Option<&PartyId>), &Finding> = BTreeMap::new();
    for claim in of_source(claims, ordered, source) {
        if let Statement::Finding(finding) = &claim.statement {
            kept.entry((&finding.provision, finding.party.as_ref())).or_insert(finding);
        }
    }
    let is_refined = |finding: &Finding| {
        kept.values().any(|other| {
            other.finding == finding.finding
                && other.party == finding.party
                && other.provision.refines(&finding.provision)
        })
    };
    kept.values().filter(|finding| !is_refined(finding)).map(|finding| (*finding).clone()).collect()
}

/// The money events of the best source: one of each kind for each party, in the order in which they happen.
fn ledger(claims: &[Claim], ordered: &[usize], source: &SourceId) -> Vec<MoneyEvent> {
    let mut kept: Vec<MoneyEvent> = Vec::new();
    for claim in of_source(claims, ordered, source) {
        let Statement::Money(event) = &claim.statement else { continue };
        let same = |known: &&mut MoneyEvent| known.event == event.event && known.party == event.party;
        match kept.iter_mut().find(same) {
            // The same sum read twice: once with a day, once without.
            Some(known) if known.amount == event.amount && known.on.value().is_none() => known.on = event.on,
            Some(_) => {}
            None => kept.push(MoneyEvent { source: Some(source.clone()), ..event.clone() }),
        }
    }
    let order = |event: &MoneyEvent| MoneyEventKind::all().iter().position(|kind| *kind == event.event);
    kept.sort_by_key(|event| (order(event), event.party.clone()));
    kept
}

/// Fields about which at least two sources say different things.
pub fn conflicts(case: &Case) -> Vec<Conflict> {
    ranked(case).into_values().filter_map(|ordered| conflict(case, &ordered)).collect()
}

fn conflict(case: &Case, ordered: &[usize]) -> Option<Conflict> {
    let first = &case.claims.get(*ordered.first()?)?.statement;
    let mut sources: BTreeMap<&SourceId, Vec<usize>> = BTreeMap::new();
    for at in ordered {
        sources.entry(&case.claims[*at].source).or_default().push(*at);
    }
    if sources.len() < 2 {
        return None;
    }
    let winner = case.claims[*ordered.first()?].source.clone();
    let claims: Vec<usize> = match first {
        Statement::Finding(_) | Statement::Party(_) => members_not_shared(case, &sources, ordered),
        // Of money and single values the best of each source stands for it.
        _ => ordered.iter().copied().filter(|at| sources[&case.claims[*at].source].first() == Some(at)).collect(),
    };
    let values: Vec<&Statement> = claims.iter().map(|at| &case.claims[*at].statement).collect();
    let differ = match first {
        Statement::Finding(_) | Statement::Party(_) => !claims.is_empty(),
        Statement::Money(_) => values.windows(2).any(|pair| amount(pair[0]) != amount(pair[1])),
        Statement::Measure(_) => false,
        _ => values.windows(2).any(|pair| pair[0] != pair[1]),
    };
    let is_set = matches!(first, Statement::Finding(_) | Statement::Party(_));
    let compatible = !is_set
        && values.split_first().is_some_and(|(best, rest)| rest.iter().all(|other| are_compatible(best, other)));
    differ.then_some(Conflict { field: first.field(), winner: Some(winner), claims, compatible })
}

fn amount(statement: &Statement) -> Option<(&MoneyEventKind, &Stated<crate::Money>)> {
    match statement {
        Statement::Money(event) => Some((&event.event, &event.amount)),
        _ => None,
    }
}

/// Members that some sources state and others do not, compared as people would: provisions by article, parties by name.
fn members_not_shared(case: &Case, sources: &BTreeMap<&SourceId, Vec<usize>>, ordered: &[usize]) -> Vec<usize> {
    let key = |at: usize| match &case.claims[at].statement {
        Statement::Finding(finding) if finding.finding == FindingKind::Violated => {
            Some(finding.provision.article().to_string())
        }
        // Near spellings of one name are one party: the first of them stands for all.
        Statement::Party(party) => party.name.value().map(|name| {
            let spellings = ordered.iter().filter_map(|at| match &case.claims[*at].statement {
                Statement::Party(party) => party.name.value(),
                _ => None,
            });
            spellings.into_iter().find(|other| is_same_party(other, name)).unwrap_or(name).clone()
        }),
        _ => None,
    };
    let sets: Vec<BTreeSet<String>> =
        sources.values().map(|claims| claims.iter().filter_map(|at| key(*at)).collect()).collect();
    ordered
        .iter()
        .copied()
        .filter(|at| key(*at).is_some_and(|key| sets.iter().any(|set| !set.is_empty() && !set.contains(&key))))
        .collect()
}

fn are_compatible(a: &Statement, b: &Statement) -> bool {
    use Statement as S;
    match (a, b) {
        (S::DecidedOn(a), S::DecidedOn(b))
        | (S::PublishedOn(a), S::PublishedOn(b))
        | (S::OpenedOn(a), S::OpenedOn(b))
        | (S::IncidentOn(a), S::IncidentOn(b)) => a.is_compatible_with(*b),
        (S::AffectedPeople(a), S::AffectedPeople(b))
        | (S::AffectedRecords(a), S::AffectedRecords(b))
        | (S::AffectedOrganisations(a), S::AffectedOrganisations(b)) => overlap(a.map_f64(), b.map_f64()),
        (S::TurnoverShare(a), S::TurnoverShare(b)) => overlap(a.share, b.share),
        _ => a == b,
    }
}

impl Estimate<u64> {
    /// The same with a floating number, exact up to 2^53.
    #[expect(clippy::cast_precision_loss, reason = "people and records stay far below 2^53")]
    fn map_f64(self) -> Estimate<f64> {
        match self {
            Self::Exact { value } => Estimate::Exact { value: value as f64 },
            Self::About { value } => Estimate::About { value: value as f64 },
            Self::AtLeast { value } => Estimate::AtLeast { value: value as f64 },
            Self::AtMost { value } => Estimate::AtMost { value: value as f64 },
            Self::Range { min, max } => Estimate::Range { min: min as f64, max: max as f64 },
        }
    }
}

/// Whether two estimates can mean the same number; "about" is taken as within a tenth.
fn overlap(a: Estimate<f64>, b: Estimate<f64>) -> bool {
    let span = |estimate| match estimate {
        Estimate::Exact { value } => (value, value),
        Estimate::About { value } => (value * 0.9, value * 1.1),
        Estimate::AtLeast { value } => (value, f64::INFINITY),
        Estimate::AtMost { value } => (0.0, value),
        Estimate::Range { min, max } => (min, max),
    };
    let (a, b) = (span(a), span(b));
    a.0 <= b.1 && b.0 <= a.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{AuthorityId, CaseId};
    use crate::money::{Currency, Money};
    use crate::source::Source;
    use crate::terms::{Method, PartyRole, SourceKind};

    fn source(id: &str, kind: SourceKind) -> Source {
        Source::new(SourceId::new(id).unwrap(), kind)
    }

    fn claim(source: &str, confidence: f64, statement: Statement) -> Claim {
        Claim {
            statement,
            source: SourceId::new(source).unwrap(),
            method: Method::Prose,
            confidence: Some(confidence),
            evidence: None,
        }
    }

    fn finding(path: &str) -> Statement {
        Statement::Finding(Finding {
            provision: path.parse().unwrap(),
            finding: FindingKind::Violated,
            violations: Vec::new(),
            party: None,
            note: None,
        })
    }

    fn imposed(units: i64) -> Statement {
        Statement::Money(MoneyEvent {
            event: MoneyEventKind::Imposed,
            on: Stated::default(),
            amount: Money::from_major(units, Currency::EUR).unwrap().into(),
            party: None,
            source: None,
            note: None,
        })
    }

    fn party(name: &str, role: Option<PartyRole>) -> Statement {
        let mut party = Party::named(PartyId::new(slugify(name).unwrap()).unwrap(), name);
        party.role = role.map_or_else(Stated::default, Stated::Value);
        Statement::Party(party)
    }

    /// The case of the press article and the decision, with the claims in either order.
    fn dedalus(decision_first: bool) -> Case {
        let mut case = Case::new(CaseId::new("fr-cnil-1").unwrap(), AuthorityId::new("fr-cnil").unwrap());
        let press = vec![
            claim("press", 0.99, Statement::AffectedPeople(Estimate::AtLeast { value: 490_000 })),
            claim("press", 0.9, finding("gdpr/28")),
            claim("press", 0.9, finding("gdpr/32")),
            claim("press", 0.9, imposed(1_500_000)),
            claim("press", 0.9, party("Dedalus Biologie", Some(PartyRole::Processor))),
            claim("press", 0.4, Statement::AffectedRecords(Estimate::Exact { value: 3 })),
        ];
        let decision = vec![
            claim("decision", 0.6, Statement::AffectedPeople(Estimate::Exact { value: 491_840 })),
            claim("decision", 0.7, finding("gdpr/28/3")),
            claim("decision", 0.6, finding("gdpr/28")),
            claim("decision", 0.7, finding("gdpr/32")),
            claim("decision", 0.7, finding("gdpr/29")),
            claim("decision", 0.7, imposed(1_500_000)),
            claim("decision", 0.7, party("DEDALUS BIOLOGIE SAS", None)),
        ];
        let (press_source, decision_source) =
            (source("press", SourceKind::News), source("decision", SourceKind::OfficialDecision));
        if decision_first {
            case.sources = vec![decision_source, press_source];
            case.claims = decision.into_iter().chain(press).collect();
        } else {
            case.sources = vec![press_source, decision_source];
            case.claims = press.into_iter().chain(decision).collect();
        }
        resolve(&mut case);
        case
    }

    #[test]
    fn the_official_value_wins_in_either_order() {
        for case in [dedalus(true), dedalus(false)] {
            assert_eq!(case.affected_people.value(), Some(&Estimate::Exact { value: 491_840 }));
            assert_eq!(case.affected_records.value(), None, "too unsure to enter the record");
            let violated: Vec<&str> = case.provisions(FindingKind::Violated).map(crate::Provision::as_str).collect();
            assert_eq!(violated, ["gdpr/28/3", "gdpr/29", "gdpr/32"]);
            assert_eq!(case.fine(Basis::Current).amount(), Money::from_major(1_500_000, Currency::EUR));
            assert_eq!(case.parties.len(), 1);
            assert_eq!(case.parties[0].role.value(), Some(&PartyRole::Processor), "the press adds the role");
            assert_eq!(case.parties[0].aliases, ["Dedalus Biologie"]);
        }
    }

    #[test]
    fn disagreement_is_kept_and_shown() {
        let case = dedalus(false);
        let conflicts = conflicts(&case);
        let people = conflicts.iter().find(|conflict| conflict.field == "affected-people").unwrap();
        assert_eq!(people.winner.as_ref().unwrap().as_str(), "decision");
        assert_eq!(people.claims.len(), 2);
        assert!(people.compatible, "over 490,000 and 491,840 can both be true");
        let findings = conflicts.iter().find(|conflict| conflict.field == "finding").unwrap();
        assert!(!findings.compatible);
        assert!(conflicts.iter().all(|conflict| conflict.field != "money"), "both say the same amount");
        assert!(conflicts.iter().all(|conflict| conflict.field != "party"), "only the spelling differs");
    }

    #[test]
    fn the_surer_and_the_newer_win_within_a_kind() {
        let mut case = Case::new(CaseId::new("xx-a-1").unwrap(), AuthorityId::new("xx-a").unwrap());
        case.sources = vec![source("a", SourceKind::News), source("b", SourceKind::News)];
        case.claims = vec![claim("a", 0.7, imposed(10)), claim("b", 0.8, imposed(20))];
        resolve(&mut case);
        assert_eq!(case.fine(Basis::Current).amount(), Money::from_major(20, Currency::EUR));
        case.claims[1].confidence = Some(0.7);
        case.sources[0].published_on = Some("2022".parse().unwrap());
        resolve(&mut case);
        assert_eq!(case.fine(Basis::Current).amount(), Money::from_major(10, Currency::EUR));
    }

    #[test]
    fn a_reviewed_member_joins_its_list_and_wins_there() {
        let mut case = dedalus(true);
        let reviewed =
            |statement| Claim { method: Method::Reviewed, confidence: None, ..claim("press", 0.0, statement) };
        case.claims.push(reviewed(finding("gdpr/33")));
        case.claims.push(reviewed(finding("gdpr/32/1/a")));
        case.claims.push(reviewed(imposed(1_400_000)));
        case.claims.push(reviewed(Statement::AffectedPeople(Estimate::Exact { value: 5 })));
        case.claims.push(reviewed(party("Other Company", Some(PartyRole::Controller))));
        resolve(&mut case);
        let violated: Vec<&str> = case.provisions(FindingKind::Violated).map(crate::Provision::as_str).collect();
        assert_eq!(violated, ["gdpr/28/3", "gdpr/29", "gdpr/32/1/a", "gdpr/33"], "the rest of the list stays");
        assert_eq!(case.fine(Basis::Current).amount(), Money::from_major(1_400_000, Currency::EUR));
        assert_eq!(case.affected_people.value(), Some(&Estimate::Exact { value: 5 }), "over the official decision");
        assert_eq!(case.parties.len(), 2);
        let before = case.clone();
        state_curated(&mut case);
        resolve(&mut case);
        assert_eq!(case, before, "resolving again changes nothing");
    }

    #[test]
    fn what_a_person_entered_wins_over_what_was_recognised() {
        let mut case = dedalus(true);
        // A curated record: values without claims, and a finding list with notes and a refinement.
        case.claims.clear();
        case.sources.truncate(1);
        case.affected_people = Stated::Value(Estimate::Exact { value: 7 });
        case.findings[0].note = Some("ours".into());
        let before = case.clone();
        state_curated(&mut case);
        resolve(&mut case);
        assert_eq!(Case { claims: Vec::new(), ..case.clone() }, before, "stating changes no value");
        case.sources.push(source("press", SourceKind::News));
        case.claims.push(claim("press", 0.99, Statement::AffectedPeople(Estimate::Exact { value: 8 })));
        case.claims.push(claim("press", 0.99, finding("gdpr/6")));
        case.claims.push(claim("press", 0.99, imposed(9)));
        let stated = case.claims.len();
        state_curated(&mut case);
        assert_eq!(case.claims.len(), stated, "stated once");
        resolve(&mut case);
        assert_eq!((&case.findings, &case.ledger), (&before.findings, &before.ledger));
        assert_eq!(case.affected_people, before.affected_people);
        assert!(conflicts(&case).iter().any(|conflict| conflict.field == "affected-people"));
    }

    #[test]
    fn members_follow_a_party_that_another_source_calls_otherwise() {
        let mut case = dedalus(false);
        let named = |statement: Statement, id: &str| match statement {
            Statement::Finding(finding) => {
                Statement::Finding(Finding { party: Some(PartyId::new(id).unwrap()), ..finding })
            }
            other => other,
        };
        case.claims.retain(|claim| claim.statement.field() != "finding");
        case.claims.push(claim("press", 0.9, named(finding("gdpr/32"), "dedalus-biologie")));
        case.claims.push(claim("press", 0.9, named(finding("gdpr/33"), "nobody")));
        resolve(&mut case);
        assert_eq!(case.findings[0].party.as_ref(), Some(&case.parties[0].id));
        assert_eq!(case.findings[1].party, None);
    }

    #[test]
    fn a_share_is_worked_out_where_none_is_stated() {
        let mut case = Case::new(CaseId::new("xx-a-1").unwrap(), AuthorityId::new("xx-a").unwrap());
        case.sources = vec![source("a", SourceKind::News)];
        let turnover = crate::case::Turnover {
            amount: Money::from_major(16_300_000, Currency::EUR).unwrap(),
            year: Some(2020),
            of: None,
        };
        case.claims = vec![claim("a", 0.9, imposed(1_500_000)), claim("a", 0.9, Statement::Turnover(turnover))];
        resolve(&mut case);
        let share = case.turnover_share.value().unwrap();
        assert_eq!((share.share.point(), share.origin), (0.092, ShareOrigin::Computed));
    }

    #[test]
    fn names_meet_without_legal_form_and_near_spelling() {
        for (a, b, same) in [
            ("Dedalus Biologie", "DEDALUS BIOLOGIE S.A.S.", true),
            ("Dedalus Biology", "Dedalus Biologie", true),
            ("H&M Hennes & Mauritz Online Shop A.B.", "H&M Hennes & Mauritz Online Shop AB", true),
            ("Virgin Mobile Polska Sp. z o.o.", "Virgin Mobile Polska", true),
            ("Danske Bank A/S", "Danske Bank", true),
            ("Vodafone España", "Vodafone Italia", false),
            ("Meta", "Beta", false),
        ] {
            assert_eq!(is_same_party(a, b), same, "{a} / {b}");
        }
    }
}
