//! What is known beside the records of how they are kept: the sources they are read from, how the last run over each
//! went, and the last visit to each official address.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::case::Case;
use crate::links::Visits;
use crate::report::Card;
use crate::source::Source;

/// What is known of how a collection is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Upkeep {
    /// The sources that can be read, in the order in which a notice is offered to them; the last takes what no other knows.
    pub sources: Vec<SourceProfile>,
    /// Visits to official addresses.
    pub visits: Visits,
}

/// A source, as whoever knows its reader describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SourceProfile {
    /// Its id, as in `fr_cnil`.
    pub id: String,
    /// What it is, for people.
    pub title: String,
    /// Where its notices are listed. `None` where they are listed nowhere.
    pub landing: Option<String>,
    /// Terms under which facts taken from it may be passed on; `None` where they are not known.
    pub licence: Option<String>,
    /// Who publishes it; `None` where that differs.
    pub publisher: Option<String>,
    /// Hosts of its pages, without `www.`.
    pub hosts: Vec<String>,
    /// How the last run over it went. `None` where none is known.
    pub last_run: Option<SourceRun>,
}

/// How a run over a source went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceRun {
    /// When it ended, else when it began, as in `2031-01-02T03:04:05Z`.
    pub on: String,
    /// Notices that its lists named.
    pub listed: usize,
    /// Of these, those not met before.
    pub new: usize,
    /// Addresses that could not be fetched or read.
    pub failures: usize,
    /// Why the run was not believed. `None` where it was.
    pub refused: Option<String>,
}

impl SourceRun {
    /// The day, as in `2031-01-02`.
    pub fn day(&self) -> &str {
        self.on.get(..10).unwrap_or(&self.on)
    }
}

/// What a source yields, and how its last run went.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceCard {
    /// The source.
    pub source: String,
    /// What it is, for people.
    pub title: String,
    /// Where its notices are listed.
    pub landing: Option<String>,
    /// Cases that rest on it, a case on two sources counted with both.
    pub records: usize,
    /// Field -> share, 0 to 1, of those cases in which it has a value; left out where it applies to none.
    pub filled: BTreeMap<&'static str, f64>,
    /// How the last run over it went. `None` where none is known.
    pub last_run: Option<SourceRun>,
    /// Terms under which facts taken from it may be passed on; `None` where they are not known.
    pub licence: Option<String>,
}

impl SourceCard {
    /// A card for each source, in their order.
    pub fn of(sources: &[SourceProfile], cases: &[Case]) -> Vec<Self> {
        let mut by_source: Vec<Vec<&Case>> = vec![Vec::new(); sources.len()];
        for case in cases {
            let mut at: Vec<usize> = case.sources.iter().filter_map(|source| read_by(sources, source)).collect();
            at.sort_unstable();
            at.dedup();
            at.into_iter().for_each(|at| by_source[at].push(case));
        }
        sources.iter().zip(by_source).map(|(profile, cases)| Self::one(profile, &cases)).collect()
    }

    fn one(profile: &SourceProfile, cases: &[&Case]) -> Self {
        let card = Card::of(cases.iter().copied());
        let filled =
            card.fields.iter().filter_map(|report| Some((report.field, report.fill.filled_share()?))).collect();
        Self {
            source: profile.id.clone(),
            title: profile.title.clone(),
            landing: profile.landing.clone(),
            records: cases.len(),
            filled,
            last_run: profile.last_run.clone(),
            licence: profile.licence.clone(),
        }
    }
}

/// Which of the sources a case's source is: by the address of its page, else by who publishes, else the last.
fn read_by(sources: &[SourceProfile], source: &Source) -> Option<usize> {
    let host = source.url.as_deref().and_then(host);
    let is_below =
        |host: &str, known: &str| host.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let is_at =
        |one: &SourceProfile| host.as_deref().is_some_and(|host| one.hosts.iter().any(|known| is_below(host, known)));
    let is_by = |one: &SourceProfile| one.publisher.is_some() && one.publisher == source.publisher;
    let found = sources.iter().position(is_at).or_else(|| sources.iter().position(is_by));
    found.or_else(|| sources.len().checked_sub(1))
}

/// The host of an address, in lower case, without user name and port.
fn host(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    (!host.is_empty()).then(|| host.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::good;

    fn profile(id: &str, host: &str, publisher: Option<&str>) -> SourceProfile {
        SourceProfile {
            id: id.to_owned(),
            hosts: vec![host.to_owned()],
            publisher: publisher.map(ToOwned::to_owned),
            ..SourceProfile::default()
        }
    }

    #[test]
    fn hosts_are_read_out_of_addresses() {
        for (url, expected) in [
            ("https://www.ICO.org.uk/a?b#c", Some("www.ico.org.uk")),
            ("http://user@a.example:8080/x", Some("a.example")),
            ("https://a.example", Some("a.example")),
            ("a.example/x", None),
            ("https:///x", None),
        ] {
            assert_eq!(host(url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn a_case_counts_with_each_source_it_rests_on_and_once_with_each() {
        let sources = [
            profile("by_host", "ico.org.uk", None),
            profile("by_publisher", "nowhere.example", Some("A Tracker")),
            profile("general", "", None),
        ];
        let mut case = good();
        let first = case.sources[0].clone();
        let at = |url: &str, publisher: &str| Source {
            url: Some(url.to_owned()),
            publisher: Some(publisher.to_owned()),
            ..first.clone()
        };
        case.sources = vec![
            at("https://www.ico.org.uk/1", "x"),
            at("https://ico.org.uk/2", "x"),
            at("https://notico.org.uk/2", "A Tracker"),
        ];
        let cards = SourceCard::of(&sources, &[case.clone()]);
        assert_eq!(cards.iter().map(|card| card.records).collect::<Vec<_>>(), [1, 1, 0]);
        assert_eq!(cards[0].filled.get("decided_on"), Some(&1.0));
        assert!(cards[2].filled.is_empty());
        case.sources = vec![at("https://elsewhere.example/1", "x")];
        let cards = SourceCard::of(&sources, &[case]);
        assert_eq!(cards.iter().map(|card| card.records).collect::<Vec<_>>(), [0, 0, 1]);
    }
}
