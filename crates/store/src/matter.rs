//! Whether two tellings are of one matter: what counts for it, how much, and why.
//!
//! Same authority is a condition; then the authority's own number, an official address that both name, and failing these the
//! party with the amount and the date. The scores are judgements in an order, not probabilities: [`MERGE`] and more becomes
//! one case, [`ASK`] and more is asked about, the rest stays apart.

use std::collections::BTreeSet;

use fineprint_model::resolve::is_same_party;
use fineprint_model::{
    AuthorityId, Basis, Case, Document, Draft, Estimate, Money, MoneyEventKind, Outcome, PartialDate, Source,
    SourceKind, Statement, slugify, vocab,
};

use crate::ingest::Match;

/// From this score on two tellings become one case.
pub const MERGE: f64 = 0.8;
/// From this score on a person is asked.
pub const ASK: f64 = 0.55;

/// Days between two dates that are one date told twice: decided and published, or a page's own day.
const NEAR: i64 = 60;
/// Days after which two decisions about one party are two.
const YEAR: i64 = 366;
/// Share by which two amounts may differ and be the same: the press rounds, trackers convert.
const SAME_AMOUNT: f64 = 0.1;
/// What is left of a Spanish fine after one or both reductions for paying early (Ley 39/2015, art. 85).
const REDUCED: [f64; 2] = [0.8, 0.6];
/// Most official addresses that a telling is known by: a whole decision links to many other pages.
const MOST_CITED: usize = 3;

/// How far two tellings are of one matter.
#[derive(Debug, Clone, PartialEq)]
pub struct Likeness {
    /// 0 to 1.
    pub score: f64,
    /// What speaks for and against it, the weightiest first, a few words each.
    pub reasons: Vec<String>,
    /// What it rests on.
    pub because: Match,
}

/// What decides whether two tellings are of one matter.
#[derive(Debug, Clone)]
pub(crate) struct Matter {
    pub(crate) authority: AuthorityId,
    /// The authority's number, as [`reference_key`] writes it.
    pub(crate) reference: Option<String>,
    pub(crate) parties: Vec<String>,
    /// Imposed.
    pub(crate) fine: Option<Money>,
    /// People affected, where they were counted and not estimated.
    people: Option<u64>,
    /// Decided and published.
    pub(crate) dates: Vec<PartialDate>,
    /// Official addresses of the decision, as [`address_key`] writes them: the telling's own, and those it names.
    pub(crate) addresses: BTreeSet<String>,
    /// Trackers and wikis that list it, by publisher.
    collections: BTreeSet<String>,
    /// Whether nothing but such collections tells of it.
    is_listed_only: bool,
    /// Whether a violation was found; `None` where nothing sure is said.
    violation: Option<bool>,
}

/// A reference as authorities vary it: case, spaces, dashes and slashes, "n°" in front.
pub(crate) fn reference_key(reference: &str) -> String {
    let slug = slugify(reference).unwrap_or_default();
    ["no-", "nr-", "n-"].iter().find_map(|prefix| slug.strip_prefix(prefix)).unwrap_or(&slug).replace('-', "")
}

/// An address without what does not change the page. A fragment directive (`#:~:text=`) stays: it says which row of a page that
/// tells of many cases is meant.
pub(crate) fn address_key(url: &str) -> String {
    let (page, fragment) = url.split_once('#').unwrap_or((url, ""));
    let page = page.strip_prefix("https://").or_else(|| page.strip_prefix("http://")).unwrap_or(page);
    let page = page.strip_prefix("www.").unwrap_or(page).trim_end_matches('/');
    match fragment.find(":~:") {
        Some(at) => format!("{page}#{}", fragment.get(at..).unwrap_or_default()),
        None => page.to_owned(),
    }
}

/// Host and number of an address that ends in the number of its page, as in `ps-00030-2021.pdf`; `None` for others. Letters
/// that stand around the number stay: they say what kind of number it is.
fn numbered(address: &str) -> Option<(&str, String)> {
    let (host, path) = address.split_once('/')?;
    let name = path.split(['?', '#']).next()?.rsplit('/').next()?;
    let stem = name.rsplit_once('.').filter(|(_, ending)| ending.len() <= 4).map_or(name, |(stem, _)| stem);
    let key: String = stem.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    // The Spanish authority's older files end so.
    let key = key.strip_suffix("ori").map_or(key.as_str(), |key| key).to_owned();
    (key.bytes().filter(u8::is_ascii_digit).count() >= 3).then_some((host, key))
}

/// A number with its digits taken out: what kind of number it is.
fn shape(number: &str) -> String {
    number.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect()
}

/// Leaves out the addresses of other decisions: where one address has the telling's own number, others of its kind have another's.
fn without_others(addresses: &mut BTreeSet<String>, reference: Option<&str>) {
    let Some(reference) = reference else { return };
    let own: Vec<(String, String)> = addresses
        .iter()
        .filter_map(|address| numbered(address))
        .filter(|(_, number)| number.contains(reference))
        .map(|(host, number)| (host.to_owned(), shape(&number)))
        .collect();
    addresses.retain(|address| {
        numbered(address).is_none_or(|(host, number)| {
            let is_of_kind = own.iter().any(|(known, kind)| known == host && *kind == shape(&number));
            number.contains(reference) || !is_of_kind
        })
    });
}

/// The official addresses that a document names, of the authority's own hosts; front pages say nothing.
pub(crate) fn cited(document: &Document, authority: &AuthorityId) -> Vec<String> {
    let hosts = vocab::authorities().get(authority.as_str()).map(|one| one.hosts.as_slice()).unwrap_or_default();
    let mut found: Vec<String> = Vec::new();
    let linked = document.links.iter().map(|link| link.href.as_str());
    for url in linked.chain(addresses(&document.text)) {
        let Some((_, rest)) = url.split_once("://") else { continue };
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = host.trim_start_matches("www.");
        let is_own = hosts
            .iter()
            .any(|known| host.strip_suffix(known.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
        let is_new = || found.iter().all(|known| address_key(known) != address_key(url));
        if is_own && path.len() > 3 && document.url.as_deref() != Some(url) && is_new() {
            found.push(url.to_owned());
        }
        if found.len() == MOST_CITED {
            break;
        }
    }
    found
}

/// Addresses written out in a text, as data files have them.
fn addresses(text: &str) -> impl Iterator<Item = &str> {
    let ends = |c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '<' | '>' | ')' | ']');
    text.match_indices("http").filter_map(move |(at, _)| {
        let rest = text.get(at..)?;
        let url = &rest[..rest.find(ends).unwrap_or(rest.len())];
        let is_address = url.starts_with("http://") || url.starts_with("https://");
        is_address.then(|| url.trim_end_matches(['.', ',', ';']))
    })
}

impl Matter {
    pub(crate) fn of_draft(draft: &Draft, authority: &AuthorityId) -> Self {
        let mut matter = Self {
            authority: authority.clone(),
            reference: draft.reference().map(reference_key),
            parties: Vec::new(),
            fine: None,
            people: None,
            dates: Vec::new(),
            addresses: cited(&draft.document, authority).iter().map(|url| address_key(url)).collect(),
            collections: collection(&draft.source).into_iter().collect(),
            is_listed_only: collection(&draft.source).is_some(),
            violation: None,
        };
        matter.addresses.extend(own_address(&draft.source));
        for claim in &draft.claims {
            match &claim.statement {
                Statement::Party(party) if party.is_mergeable() => matter.parties.extend(party.name.value().cloned()),
                Statement::Money(event) if event.event == MoneyEventKind::Imposed && matter.fine.is_none() => {
                    matter.fine = event.amount.value().copied();
                }
                Statement::AffectedPeople(count) => matter.people = matter.people.or_else(|| counted(count)),
                Statement::DecidedOn(date) => matter.dates.insert(0, *date),
                Statement::PublishedOn(date) => matter.dates.push(*date),
                Statement::Outcome(outcome) if claim.confidence.is_none_or(|sure| sure >= SURE) => {
                    matter.violation = matter.violation.or_else(|| violation(outcome));
                }
                _ => {}
            }
        }
        if matter.dates.is_empty() {
            matter.dates.extend(draft.source.published_on);
        }
        without_others(&mut matter.addresses, matter.reference.as_deref());
        matter
    }

    pub(crate) fn of_case(case: &Case) -> Self {
        let published = case.sources.iter().filter_map(|source| source.published_on);
        let cited = case.sources.iter().flat_map(|source| &source.cites).map(|url| address_key(url));
        let mut matter = Self {
            authority: case.authority.clone(),
            reference: case.reference.value().map(|reference| reference_key(reference)),
            parties: case
                .parties
                .iter()
                .filter(|party| party.is_mergeable())
                .flat_map(|party| party.name.value().into_iter().chain(&party.aliases))
                .cloned()
                .collect(),
            fine: case.fine(Basis::Imposed).amount(),
            people: case.affected_people.value().and_then(counted),
            dates: case
                .decided_on
                .value()
                .into_iter()
                .chain(case.published_on.value())
                .copied()
                .chain(published)
                .collect(),
            addresses: case.sources.iter().filter_map(own_address).chain(cited).collect(),
            collections: case.sources.iter().filter_map(collection).collect(),
            is_listed_only: !case.sources.is_empty() && case.sources.iter().all(|source| collection(source).is_some()),
            violation: case.outcome.value().and_then(violation),
        };
        without_others(&mut matter.addresses, matter.reference.as_deref());
        matter
    }

    /// Whether both name a reference, or failing that parties, and these differ: then they are two matters, however
    /// much else they share. One document may tell of several cases, and one page may publish several decisions.
    pub(crate) fn contradicts(&self, other: &Self) -> bool {
        match (&self.reference, &other.reference) {
            (Some(a), Some(b)) => a != b,
            _ => self.shares_party(other) == Some(false),
        }
    }

    /// Whether they name the same party; `None` where one of them names none.
    fn shares_party(&self, other: &Self) -> Option<bool> {
        let both_name = !self.parties.is_empty() && !other.parties.is_empty();
        both_name.then(|| self.parties.iter().any(|a| other.parties.iter().any(|b| is_same_party(a, b))))
    }

    /// Days between the nearest two of their dates; `None` where one has none.
    fn days(&self, other: &Self) -> Option<i64> {
        let between = |a: PartialDate, b: PartialDate| {
            if a.is_compatible_with(b) { 0 } else { (a.first_day() - b.first_day()).num_days().abs() }
        };
        self.dates.iter().flat_map(|a| other.dates.iter().map(|b| between(*a, *b))).min()
    }

    /// The smaller fine as a share of the larger, in one currency; `None` where one of them is not known.
    fn ratio(&self, other: &Self) -> Option<f64> {
        let (a, b) = (self.fine?, other.fine?);
        let units = |matter: &Self, money: Money| {
            if a.currency == b.currency {
                return Some(money.units());
            }
            let day = matter.dates.first().or(other.dates.first())?.first_day();
            vocab::to_euro(money, day).map(|(euro, _)| euro.units())
        };
        let (a, b) = (units(self, a)?, units(other, b)?);
        (a > 0.0 && b > 0.0).then(|| a.min(b) / a.max(b))
    }

    /// Whether both name pages of one kind by the authority that differ in their numbers: those of two decisions.
    fn is_elsewhere(&self, other: &Self) -> bool {
        let numbers = |matter: &Self| -> Vec<(String, String)> {
            let numbers = matter.addresses.iter().filter_map(|address| numbered(address));
            numbers.map(|(host, number)| (host.to_owned(), number)).collect()
        };
        let (own, others) = (numbers(self), numbers(other));
        let is_one = own.iter().any(|(_, number)| others.iter().any(|(_, known)| number == known));
        let is_kind = |(a, x): &(String, String), (b, y): &(String, String)| a == b && shape(x) == shape(y);
        !is_one && own.iter().any(|one| others.iter().any(|another| is_kind(one, another)))
    }

    /// Whether one says that a violation was found and the other that none was.
    fn is_opposite(&self, other: &Self) -> bool {
        self.violation.zip(other.violation).is_some_and(|(a, b)| a != b)
    }

    /// How far two tellings are of one matter. `is_common` says of an address that it is many matters', which makes it
    /// nobody's.
    pub(crate) fn compare(&self, other: &Self, is_common: impl Fn(&str) -> bool) -> Likeness {
        let mut reasons: Vec<String> = Vec::new();
        let mut says = |reason: &str| reasons.push(reason.to_owned());
        let party = self.shares_party(other);
        let days = self.days(other);
        let ratio = self.ratio(other);
        let is_same_amount = ratio.map(|ratio| ratio >= 1.0 - SAME_AMOUNT);
        let is_reduced = ratio.is_some_and(|ratio| REDUCED.iter().any(|left| (ratio - left).abs() < 0.005));
        let within = |most: i64| days.map(|days| days <= most);
        let references = self.reference.as_ref().zip(other.reference.as_ref()).map(|(a, b)| a == b);
        let shares_address = self.addresses.intersection(&other.addresses).any(|address| !is_common(address));
        let because = match references {
            Some(true) => Match::Reference,
            _ if shares_address => Match::Address,
            _ => Match::Party,
        };
        // A collection has an entry for each matter: two of its entries are two.
        let is_one_list = !self.collections.is_disjoint(&other.collections);
        let are_lists = self.is_listed_only && other.is_listed_only;
        if is_one_list {
            says("two entries of one collection");
        }
        match references {
            Some(true) => says("same reference"),
            Some(false) => says("other reference"),
            None => {}
        }
        if shares_address {
            says("same official address");
        }
        match party {
            Some(true) => says("same party"),
            Some(false) => says("other party"),
            None => says("party not named in both"),
        }
        match is_same_amount {
            Some(true) => says("same amount"),
            Some(false) if is_reduced => says("amount reduced for paying early"),
            Some(false) => says("other amount"),
            None => {}
        }
        let is_same_count = self.people.zip(other.people).map(|(a, b)| a == b);
        match is_same_count {
            Some(true) => says("same number of people"),
            Some(false) => says("other number of people"),
            None => {}
        }
        if let Some(days) = days {
            says(&format!("{days} days between"));
        }
        let mut score = match (references, because) {
            (Some(true), _) => 0.99,
            // An authority may number a matter twice, and a page may publish two.
            (Some(false), Match::Address) if party != Some(false) => 0.6,
            (Some(false), _) => 0.0,
            (None, Match::Address) => match (party, is_same_amount) {
                (Some(false), Some(false)) if !is_reduced => 0.6,
                // Collections call one party by names of their own, in English or its language.
                (Some(false), Some(_)) if self.is_listed_only || other.is_listed_only => 0.85,
                // One page of the authority may tell of two that were fined alike.
                (Some(false), _) => 0.75,
                (_, Some(false)) if !is_reduced && within(YEAR) == Some(false) => 0.7,
                _ => 0.96,
            },
            (None, _) => match (party, is_same_amount) {
                (Some(true), Some(true)) => match (within(NEAR), within(YEAR)) {
                    (Some(true), _) => 0.95,
                    // Some are fined alike several times a year: between lists that is no evidence.
                    (_, Some(true)) if are_lists => 0.7,
                    (None, _) | (_, Some(true)) => 0.85,
                    _ => 0.5,
                },
                // One party may have two breaches in a year, or be told twice of one: party and date alone do not say.
                (Some(true), None) => match (within(NEAR), within(YEAR), is_same_count) {
                    (Some(true), _, Some(true)) => 0.88,
                    (_, Some(true), Some(false)) => 0.5,
                    (Some(true), _, _) => 0.75,
                    (_, Some(true), _) if are_lists => 0.5,
                    (_, Some(true), _) => 0.65,
                    (None, ..) => 0.6,
                    _ => 0.3,
                },
                (Some(true), Some(false)) if is_reduced && within(NEAR) == Some(true) => 0.75,
                (Some(true), Some(false)) if within(3) == Some(true) => 0.6,
                (None, Some(true)) if within(3) == Some(true) && ratio == Some(1.0) => 0.6,
                _ => 0.1,
            },
        };
        if is_one_list && references != Some(true) {
            score = f64::min(score, 0.5);
        }
        if because == Match::Party && self.is_elsewhere(other) {
            says("official addresses of two decisions");
            score = f64::min(score, 0.7);
        }
        if self.is_opposite(other) {
            says("one says that a violation was found, the other that none was");
            // Never in silence: at best a question.
            score = f64::min(score, 0.7);
        }
        Likeness { score, reasons, because }
    }
}

/// Fewest people whose number tells one breach from another: small numbers agree by chance.
const TELLING: u64 = 100;

fn counted(people: &Estimate<u64>) -> Option<u64> {
    match people {
        Estimate::Exact { value } if *value >= TELLING => Some(*value),
        _ => None,
    }
}

/// How sure an outcome must be to speak against a merge.
const SURE: f64 = 0.8;

fn violation(outcome: &Outcome) -> Option<bool> {
    match outcome {
        Outcome::ViolationFound => Some(true),
        Outcome::NoViolation | Outcome::RejectedComplaint => Some(false),
        _ => None,
    }
}

/// The tracker, data set or wiki that a source is an entry of; `None` for a publication about the matter itself.
fn collection(source: &Source) -> Option<String> {
    let is_list = matches!(source.kind, SourceKind::Dataset | SourceKind::Wiki);
    is_list.then(|| source.publisher.clone()).flatten()
}

fn own_address(source: &Source) -> Option<String> {
    source.url.as_deref().filter(|_| source.kind.is_official()).map(address_key)
}

#[cfg(test)]
mod tests {
    use fineprint_model::Currency;

    use super::*;

    fn matter(party: &str, fine: i64, day: &str) -> Matter {
        Matter {
            authority: AuthorityId::new("es-aepd").unwrap(),
            reference: None,
            parties: if party.is_empty() { Vec::new() } else { vec![party.to_owned()] },
            fine: Money::from_major(fine, Currency::EUR).filter(|_| fine > 0),
            people: None,
            dates: if day.is_empty() { Vec::new() } else { vec![day.parse().unwrap()] },
            addresses: BTreeSet::new(),
            collections: BTreeSet::new(),
            is_listed_only: false,
            violation: None,
        }
    }

    fn at(address: &str, matter: Matter) -> Matter {
        Matter { addresses: [address.to_owned()].into(), ..matter }
    }

    fn numbered(reference: &str, matter: Matter) -> Matter {
        Matter { reference: Some(reference.to_owned()), ..matter }
    }

    #[test]
    fn what_is_one_matter_what_is_asked_and_what_stays_apart() {
        let own = matter("Example Telecom", 50_000, "2030-05-02");
        for (what, other, expected) in [
            ("told again", own.clone(), "merge"),
            ("rounded, a month later", matter("EXAMPLE TELECOM S.A.", 48_000, "2030-06"), "merge"),
            ("without amount", matter("Example Telecom", 0, "2030-05-20"), "ask"),
            ("without amount, on the same day", matter("Example Telecom", 0, "2030-05-02"), "ask"),
            ("without amount, half a year later", matter("Example Telecom", 0, "2030-11-01"), "ask"),
            ("half a year later", matter("Example Telecom", 50_000, "2030-11-01"), "merge"),
            ("two years later", matter("Example Telecom", 50_000, "2032-05-02"), "apart"),
            ("another fine", matter("Example Telecom", 9_000, "2030-07-02"), "apart"),
            ("another fine on the same day", matter("Example Telecom", 9_000, "2030-05-02"), "ask"),
            ("reduced for paying early", matter("Example Telecom", 30_000, "2030-05-20"), "ask"),
            ("no name, same day and amount", matter("", 50_000, "2030-05-02"), "ask"),
            ("no name, another day", matter("", 50_000, "2030-06-02"), "apart"),
            ("another name, same day and amount", matter("Unlike Energy", 50_000, "2030-05-02"), "apart"),
        ] {
            let likeness = own.compare(&other, |_| false);
            let found = match likeness.score {
                score if score >= MERGE => "merge",
                score if score >= ASK => "ask",
                _ => "apart",
            };
            assert_eq!(found, expected, "{what}: {likeness:?}");
            let back = other.compare(&own, |_| false).score;
            assert!((back - likeness.score).abs() < 1e-9, "{what}: {back} the other way");
        }
    }

    #[test]
    fn two_breaches_of_one_party_in_a_year_are_told_apart_by_how_many_they_concerned() {
        let breach = |people, day: &str| Matter { people, ..matter("Example Hospital", 0, day) };
        let score = |a: &Matter, b: &Matter| a.compare(b, |_| false).score;
        let first = breach(Some(5_310), "2030-05-02");
        assert!(score(&first, &breach(Some(5_310), "2030-05-20")) >= MERGE);
        for day in ["2030-05-02", "2030-06-20", "2030-11-01"] {
            assert!(score(&first, &breach(Some(812), day)) < ASK, "{day}");
            assert!((ASK..MERGE).contains(&score(&first, &breach(None, day))), "{day}");
        }
        let numbered = numbered("01-23", first.clone());
        assert!(score(&numbered, &Matter { people: Some(812), ..numbered.clone() }) >= MERGE, "counts are corrected");
    }

    #[test]
    fn references_and_addresses_weigh_more_than_names() {
        let own = matter("Example Telecom", 50_000, "2030-05-02");
        let score = |a: &Matter, b: &Matter| a.compare(b, |address| address == "common").score;
        assert!(score(&numbered("ps12030", own.clone()), &numbered("ps12030", matter("", 0, ""))) >= MERGE);
        assert!(score(&numbered("ps12030", own.clone()), &numbered("ps22030", own.clone())) < ASK);
        assert!(score(&at("x/1", own.clone()), &at("x/1", matter("", 30_000, "2030-09"))) >= MERGE);
        assert!(score(&at("common", own.clone()), &at("common", matter("", 30_000, "2030-09"))) < ASK);
        for fine in [9_000, 50_000] {
            let other = score(&at("x/1", own.clone()), &at("x/1", matter("Unlike Energy", fine, "2030-05-02")));
            assert!((ASK..MERGE).contains(&other), "{other}");
        }
        let renumbered = score(&at("x/1", numbered("ps12030", own.clone())), &at("x/1", numbered("exp1", own.clone())));
        assert!((ASK..MERGE).contains(&renumbered), "{renumbered}");
    }

    #[test]
    fn addresses_with_numbers_of_two_decisions_are_never_one_matter_in_silence() {
        let own = matter("Example Telecom", 50_000, "2030-05-02");
        let score = |a: &Matter, b: &Matter| a.compare(b, |_| false).score;
        let first = at("aepd.es/es/documento/ps-00030-2030.pdf", own.clone());
        let second = at("aepd.es/es/documento/ps-00085-2030.pdf", own.clone());
        assert!((ASK..MERGE).contains(&score(&first, &second)));
        for same in ["aepd.es/resoluciones/PS-00030-2030_ORI.pdf", "aepd.es/en/news/telecom", "aepd.es/nota/123456"] {
            assert!(score(&first, &at(same, own.clone())) >= MERGE, "{same}");
        }
    }

    #[test]
    fn a_telling_that_knows_its_number_is_not_found_at_another_decision_that_it_names() {
        let named = |reference: Option<&str>| {
            let mut addresses: BTreeSet<String> =
                ["aepd.es/d/ps-00430-2030.pdf", "aepd.es/d/ps-00186-2030.pdf", "aepd.es/news/1"]
                    .map(str::to_owned)
                    .into();
            without_others(&mut addresses, reference);
            addresses.into_iter().collect::<Vec<_>>()
        };
        assert_eq!(named(Some("ps004302030")), ["aepd.es/d/ps-00430-2030.pdf", "aepd.es/news/1"]);
        assert_eq!(named(Some("exp202200001")).len(), 3, "which of them it is, is not known");
        assert_eq!(named(None).len(), 3);
    }

    #[test]
    fn two_entries_of_one_collection_are_two_matters_unless_their_number_is_one() {
        let own = matter("Example Telecom", 50_000, "2030-05-02");
        let listed = |name: &str, matter: Matter| Matter {
            collections: [name.to_owned()].into(),
            is_listed_only: true,
            ..at("x/1", matter)
        };
        let score = |a: &Matter, b: &Matter| a.compare(b, |_| false).score;
        assert!(score(&listed("tracker", own.clone()), &listed("tracker", own.clone())) < ASK);
        assert!(score(&listed("tracker", own.clone()), &listed("wiki", own.clone())) >= MERGE);
        let translated = matter("Telecom de Ejemplo", 50_000, "2030-05-02");
        assert!(score(&listed("tracker", own.clone()), &listed("wiki", translated)) >= MERGE);
        let number = |matter| numbered("ps12030", listed("wiki", matter));
        assert!(score(&number(own.clone()), &number(own)) >= MERGE);
    }

    #[test]
    fn opposite_outcomes_of_one_reference_are_never_merged_in_silence() {
        let found =
            |violation| Matter { violation: Some(violation), ..numbered("ps12030", matter("Example", 0, "2030")) };
        let likeness = found(true).compare(&found(false), |_| false);
        assert!((ASK..MERGE).contains(&likeness.score), "{likeness:?}");
        assert!(likeness.reasons.iter().any(|reason| reason.contains("violation")));
        assert!(found(true).compare(&found(true), |_| false).score >= MERGE);
    }

    #[test]
    fn addresses_are_found_in_text() {
        let text = "see <a href='https://www.aepd.es/es/documento/ps-1.pdf'>link</a>, http://x.example/y. https";
        let found: Vec<&str> = addresses(text).collect();
        assert_eq!(found, ["https://www.aepd.es/es/documento/ps-1.pdf", "http://x.example/y"]);
    }

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
