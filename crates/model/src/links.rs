//! The official addresses that records rest on, and what visits to them found.
//!
//! A record whose decision cannot be read any more is only half as good as one whose can, so visits are kept beside the
//! records, each with its day, and the report says of every address when it was last seen to answer, and of every case
//! without one that it has none.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::case::{Case, json_pointer};
use crate::date::PartialDate;
use crate::error::{Error, Result};
use crate::id::CaseId;

/// What a visit found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// Nothing any more: 404, 410, or the site's front page instead.
    Dead,
    /// No answer that a reader could use: another error, no answer in time, redirects without end.
    Unreachable,
    /// The page, at another address.
    Redirected,
    /// Nothing, since nothing was asked: robots.txt asks not to, or the address is none of the public internet.
    Unchecked,
    /// The page.
    Alive,
}

/// A visit to an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visit {
    /// The day.
    pub on: PartialDate,
    /// What was found.
    pub found: Found,
    /// The last HTTP status. `None` where nothing was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Where redirects ended. `None` where there were none, or no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leads_to: Option<String>,
    /// Why it was not found. `None` where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The last visit to each address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Visits(BTreeMap<String, Visit>);

impl Visits {
    /// Reads what [`Visits::to_json`] wrote.
    ///
    /// # Errors
    /// [`Error::Record`] names the place.
    pub fn from_json(text: &str) -> Result<Self> {
        let mut reader = serde_json::Deserializer::from_str(text);
        serde_path_to_error::deserialize(&mut reader).map_err(|error| Error::Record {
            pointer: json_pointer(error.path()),
            message: error.into_inner().to_string(),
        })
    }

    /// One line an address, in their order, so that a difference shows what changed.
    ///
    /// # Errors
    /// [`Error::Record`]; it does not happen with what the types allow.
    pub fn to_json(&self) -> Result<String> {
        let failed = |error: serde_json::Error| Error::Record { pointer: String::new(), message: error.to_string() };
        let mut lines = Vec::with_capacity(self.0.len());
        for (address, visit) in &self.0 {
            let key = serde_json::to_string(address).map_err(failed)?;
            lines.push(format!("  {key}: {}", serde_json::to_string(visit).map_err(failed)?));
        }
        Ok(if lines.is_empty() { "{}\n".to_owned() } else { format!("{{\n{}\n}}\n", lines.join(",\n")) })
    }

    /// The last visit to an address. `None` where there was none.
    pub fn get(&self, address: &str) -> Option<&Visit> {
        self.0.get(address)
    }

    /// Keeps a visit in place of an earlier one.
    pub fn add(&mut self, address: &str, visit: Visit) {
        self.0.insert(address.to_owned(), visit);
    }
}

/// How an official address stands, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// A case has none.
    Missing,
    /// See [`Found::Dead`].
    Dead,
    /// See [`Found::Unreachable`].
    Unreachable,
    /// It leads to a site's front page, where a reader has to search on.
    FrontPage,
    /// See [`Found::Redirected`].
    Redirected,
    /// Nobody visited it yet, or nobody may.
    Unchecked,
    /// See [`Found::Alive`].
    Alive,
}

impl Standing {
    /// Every one, the worst first.
    pub const ALL: [Self; 7] =
        [Self::Missing, Self::Dead, Self::Unreachable, Self::FrontPage, Self::Redirected, Self::Unchecked, Self::Alive];

    /// As it is written, as in `front-page`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Dead => "dead",
            Self::Unreachable => "unreachable",
            Self::FrontPage => "front-page",
            Self::Redirected => "redirected",
            Self::Unchecked => "unchecked",
            Self::Alive => "alive",
        }
    }
}

/// An official address, the cases that rest on it, and how it stands; or a case without one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Address {
    /// How it stands.
    pub standing: Standing,
    /// The address. `None` where it is missing.
    pub url: Option<String>,
    /// The cases, by id.
    pub cases: Vec<CaseId>,
    /// The last visit. `None` where there was none.
    pub visit: Option<Visit>,
}

/// The official addresses of a set of cases.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LinkReport {
    /// The day of the last visit to any of them. `None` where none was ever visited.
    pub last_visit: Option<PartialDate>,
    /// How many of each standing; those of which there are none are left out.
    pub counts: BTreeMap<Standing, usize>,
    /// Every address, the worst first, then by address.
    pub addresses: Vec<Address>,
}

impl LinkReport {
    /// The report on the active records among the cases.
    pub fn of<'a>(cases: impl IntoIterator<Item = &'a Case>, visits: &Visits) -> Self {
        let mut by_url: BTreeMap<&str, BTreeSet<&CaseId>> = BTreeMap::new();
        let mut addresses = Vec::new();
        for case in cases.into_iter().filter(|case| case.record.is_active()) {
            let mut urls = official(case).peekable();
            if urls.peek().is_none() {
                let cases = vec![case.id.clone()];
                addresses.push(Address { standing: Standing::Missing, url: None, cases, visit: None });
            }
            urls.for_each(|url| {
                by_url.entry(url).or_default().insert(&case.id);
            });
        }
        addresses.extend(by_url.into_iter().map(|(url, cases)| {
            let visit = visits.get(url).cloned();
            let standing = standing(url, visit.as_ref());
            Address { standing, url: Some(url.to_owned()), cases: cases.into_iter().cloned().collect(), visit }
        }));
        addresses.sort_by(|a, b| (a.standing, &a.url, &a.cases).cmp(&(b.standing, &b.url, &b.cases)));
        let mut report = Self::default();
        for address in &addresses {
            *report.counts.entry(address.standing).or_default() += 1;
            report.last_visit = report.last_visit.max(address.visit.as_ref().map(|visit| visit.on));
        }
        Self { addresses, ..report }
    }

    /// How many stand so.
    pub fn count(&self, standing: Standing) -> usize {
        self.counts.get(&standing).copied().unwrap_or_default()
    }

    /// The addresses there are, those longest not visited first.
    pub fn to_visit(&self) -> Vec<String> {
        let mut urls: Vec<(Option<PartialDate>, &String)> = self
            .addresses
            .iter()
            .filter_map(|address| Some((address.visit.as_ref().map(|visit| visit.on), address.url.as_ref()?)))
            .collect();
        urls.sort();
        urls.into_iter().map(|(_, url)| url.clone()).collect()
    }
}

/// The official addresses of a case.
pub(crate) fn official(case: &Case) -> impl Iterator<Item = &str> {
    case.sources.iter().filter(|source| source.kind.is_official()).filter_map(|source| source.url.as_deref())
}

fn standing(url: &str, visit: Option<&Visit>) -> Standing {
    match visit.map(|visit| visit.found) {
        Some(Found::Dead) => Standing::Dead,
        Some(Found::Unreachable) => Standing::Unreachable,
        _ if is_front_page(url) => Standing::FrontPage,
        Some(Found::Redirected) => Standing::Redirected,
        Some(Found::Alive) => Standing::Alive,
        Some(Found::Unchecked) | None => Standing::Unchecked,
    }
}

/// Whether an address leads to a site as a whole and to no page of it.
pub fn is_front_page(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split_once('/').is_none_or(|(_, path)| path.trim_matches('/').is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::good;

    fn visit(on: &str, found: Found) -> Visit {
        Visit { on: on.parse().unwrap(), found, status: None, leads_to: None, reason: None }
    }

    fn case(id: &str, url: Option<&str>) -> Case {
        let mut case = good();
        case.id = CaseId::new(id).unwrap();
        case.sources.retain(|source| source.kind.is_official());
        case.sources.truncate(1);
        case.sources[0].url = url.map(ToOwned::to_owned);
        case
    }

    #[test]
    fn front_pages_are_no_addresses_of_decisions() {
        for url in ["https://x.example", "https://x.example/", "http://x.example//"] {
            assert!(is_front_page(url), "{url}");
        }
        for url in ["https://x.example/a", "https://x.example/?p=1"] {
            assert!(!is_front_page(url), "{url}");
        }
    }

    #[test]
    fn every_address_stands_somewhere_and_a_case_without_one_is_missing_it() {
        let cases = [
            case("a-1", Some("https://x.example/dead")),
            case("a-2", Some("https://x.example/alive")),
            case("a-3", Some("https://x.example/alive")),
            case("a-4", Some("https://x.example/")),
            case("a-5", Some("https://x.example/new")),
            case("a-6", None),
        ];
        let never = LinkReport::of(&cases, &Visits::default());
        assert_eq!(never.last_visit, None);
        assert_eq!(
            (never.count(Standing::Unchecked), never.count(Standing::FrontPage), never.count(Standing::Missing)),
            (3, 1, 1)
        );
        let mut visits = Visits::default();
        visits.add("https://x.example/dead", visit("2031-05-01", Found::Dead));
        visits.add("https://x.example/alive", visit("2031-05-02", Found::Alive));
        visits.add("https://x.example/", visit("2031-04-01", Found::Alive));
        visits.add("https://x.example/of-no-case", visit("2031-09-01", Found::Dead));
        let report = LinkReport::of(&cases, &visits);
        assert_eq!(report.last_visit, Some("2031-05-02".parse().unwrap()));
        let rows: Vec<(&str, usize)> =
            report.addresses.iter().map(|address| (address.standing.as_str(), address.cases.len())).collect();
        assert_eq!(rows, [("missing", 1), ("dead", 1), ("front-page", 1), ("unchecked", 1), ("alive", 2)]);
        assert_eq!(report.counts.values().sum::<usize>(), report.addresses.len());
        assert_eq!(
            report.to_visit(),
            ["https://x.example/new", "https://x.example/", "https://x.example/dead", "https://x.example/alive"]
        );
    }

    #[test]
    fn visits_come_back_and_wrong_ones_are_told_by_place() {
        let mut visits = Visits::default();
        assert_eq!(Visits::from_json(&visits.to_json().unwrap()).unwrap(), visits);
        visits.add("https://x.example/\"a\"", visit("2031-05-01", Found::Dead));
        visits.add("https://x.example/b", Visit { status: Some(404), ..visit("2031-05-02", Found::Dead) });
        let text = visits.to_json().unwrap();
        assert_eq!(text.lines().count(), 4, "{text}");
        assert_eq!(Visits::from_json(&text).unwrap(), visits);
        let error =
            Visits::from_json("{\"https://x.example/b\": {\"on\": \"soon\", \"found\": \"dead\"}}").unwrap_err();
        assert!(error.to_string().contains("soon"), "{error}");
    }
}
