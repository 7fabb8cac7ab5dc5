//! How well notices of one matter were brought together: the cases of a knowledge base against a list of known links.
//!
//! The list says of pages of two collections which are of one matter, and which of their pages it looked at. It is itself
//! made by hand and by address, and not complete: a pair that it does not have is wrong only where it links one of the two to
//! another page that is here; otherwise nobody knows, since that page may be this one under an older title, and the pair is
//! counted by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use fineprint_model::Case;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// An entry of the list: a page of the one collection, of the other, or of both.
#[derive(Debug, Deserialize)]
struct Entry {
    #[serde(default)]
    gh_direct_url: String,
    #[serde(default)]
    et_direct_url: String,
}

/// How many pairs were brought together, and how many rightly.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct LinksReport {
    /// Cases that were looked at.
    pub cases: usize,
    /// Linked pairs both of whose pages are in the knowledge base.
    pub known: usize,
    /// Of these, those in one case.
    pub right: usize,
    /// Pairs in one case that the list contradicts: it links one of the two to another page here, and not to this one.
    pub wrong: usize,
    /// Pairs in one case of which the list links neither to a page here.
    pub unjudged: usize,
    /// Linked pairs that wait for review.
    pub asked: usize,
    /// Right among right and wrong, 0 to 1; `None` where there is none.
    pub precision: Option<f64>,
    /// Right among known, 0 to 1; `None` where none is known.
    pub recall: Option<f64>,
    /// The pairs that are wrong or missed, as the two addresses.
    pub errors: Vec<LinkError>,
}

/// A pair that is wrong or missed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkError {
    /// Whether it is in one case and should not be; otherwise it should be and is not.
    pub is_wrong: bool,
    /// The two addresses.
    pub pages: [String; 2],
}

/// Measures the cases against a list of links. `asked` are the pairs of cases that wait for review.
///
/// # Errors
/// [`Error::Io`], [`Error::Links`] of the list.
pub fn measure_links(list: &Path, cases: impl Iterator<Item = Case>, asked: &[[String; 2]]) -> Result<LinksReport> {
    let text = std::fs::read_to_string(list).map_err(Error::io(list))?;
    let entries: Vec<Entry> = serde_json::from_str(&text)
        .map_err(|error| Error::Links { path: list.to_owned(), message: error.to_string() })?;
    let links: BTreeSet<(String, String)> = entries
        .iter()
        .map(|entry| (key(&entry.gh_direct_url), key(&entry.et_direct_url)))
        .filter(|(page, row)| !page.is_empty() && !row.is_empty())
        .collect();
    Ok(mark(&links, cases, asked))
}

fn mark(links: &BTreeSet<(String, String)>, cases: impl Iterator<Item = Case>, asked: &[[String; 2]]) -> LinksReport {
    let (mut page_hosts, mut row_hosts) = (BTreeSet::new(), BTreeSet::new());
    for (page, row) in links {
        page_hosts.insert(host(page).to_owned());
        row_hosts.insert(host(row).to_owned());
    }
    let mut report = LinksReport::default();
    // Address -> the case that has it.
    let mut places: BTreeMap<String, String> = BTreeMap::new();
    let cases: Vec<(String, Vec<String>)> = cases
        .map(|case| {
            let addresses = case.sources.iter().filter_map(|source| source.url.as_deref()).map(key).collect();
            (case.id.to_string(), addresses)
        })
        .collect();
    let here: BTreeSet<&str> = cases.iter().flat_map(|(_, addresses)| addresses).map(String::as_str).collect();
    let is_here = |(page, row): &&(String, String)| here.contains(page.as_str()) && here.contains(row.as_str());
    let judged: BTreeSet<&str> =
        links.iter().filter(is_here).flat_map(|(page, row)| [page.as_str(), row.as_str()]).collect();
    for (id, addresses) in &cases {
        report.cases += 1;
        let of =
            |hosts: &BTreeSet<String>| addresses.iter().filter(|url| hosts.contains(host(url))).collect::<Vec<_>>();
        for page in of(&page_hosts) {
            for row in of(&row_hosts) {
                if links.contains(&(page.clone(), row.clone())) {
                    continue;
                }
                if judged.contains(page.as_str()) || judged.contains(row.as_str()) {
                    report.wrong += 1;
                    report.errors.push(LinkError { is_wrong: true, pages: [page.clone(), row.clone()] });
                } else {
                    report.unjudged += 1;
                }
            }
        }
        places.extend(addresses.iter().map(|url| (url.clone(), id.clone())));
    }
    for (page, row) in links {
        let (Some(a), Some(b)) = (places.get(page), places.get(row)) else { continue };
        report.known += 1;
        if a == b {
            report.right += 1;
            continue;
        }
        let is_asked = asked.iter().any(|pair| pair.contains(a) && pair.contains(b));
        report.asked += usize::from(is_asked);
        report.errors.push(LinkError { is_wrong: false, pages: [page.clone(), row.clone()] });
    }
    report.precision = share(report.right, report.right + report.wrong);
    report.recall = share(report.right, report.known);
    report
}

#[expect(clippy::cast_precision_loss, reason = "counts of pages stay far below 2^53")]
fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// An address as both sides write it: without scheme and `www.`, with its escapes undone, and without the country that the
/// wiki has put into the titles of its pages since the list was made: `UODO_(Poland)_-_1` was `UODO_-_1`.
fn key(url: &str) -> String {
    let url = url.split_once("://").map_or(url, |(_, rest)| rest);
    let url = url.strip_prefix("www.").unwrap_or(url).trim_end_matches('/');
    let bytes = url.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escaped =
            url.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| *byte == b'%');
        plain.push(escaped.unwrap_or(*byte));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    let key = String::from_utf8_lossy(&plain).replace(' ', "_");
    let country = key.split_once("_(").and_then(|(before, rest)| Some((before, rest.split_once(")_-_")?)));
    match country {
        Some((before, (inside, after))) if !inside.contains(['(', ')']) => format!("{before}_-_{after}"),
        _ => key,
    }
}

fn host(key: &str) -> &str {
    key.split('/').next().unwrap_or_default()
}

impl fmt::Display for LinksReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figure = |share: Option<f64>| share.map_or_else(|| "-".to_owned(), |share| format!("{share:.3}"));
        writeln!(f, "cases      {}", self.cases)?;
        writeln!(f, "precision  {}  ({} right, {} wrong)", figure(self.precision), self.right, self.wrong)?;
        writeln!(f, "recall     {}  ({} of {} known pairs)", figure(self.recall), self.right, self.known)?;
        writeln!(f, "in review  {} of those missed", self.asked)?;
        writeln!(f, "unjudged   {} pairs of pages that the list links to nothing", self.unjudged)
    }
}

#[cfg(test)]
mod tests {
    use fineprint_model::{AuthorityId, CaseId, Source, SourceId, SourceKind};

    use super::*;

    fn case(id: &str, urls: &[&str]) -> Case {
        let mut case = Case::new(CaseId::new(id).unwrap(), AuthorityId::new("xx-a").unwrap());
        for (at, url) in urls.iter().enumerate() {
            let source = Source::new(SourceId::new(format!("s{at}")).unwrap(), SourceKind::Wiki);
            case.sources.push(Source { url: Some((*url).to_owned()), ..source });
        }
        case
    }

    #[test]
    fn pairs_are_right_wrong_missed_asked_or_unjudged() {
        let wiki = |page: &str| format!("https://wiki.example/{page}");
        let row = |number: u32| format!("https://www.tracker.example/{number}");
        let links = [("a", 1), ("b", 2), ("c", 3), ("d", 4), ("older title of e", 7)]
            .map(|(page, number)| (key(&wiki(page)), key(&row(number))));
        let cases = [
            case("right", &[&wiki("a"), &row(1)]),
            case("wrong", &[&wiki("b"), &row(9)]),
            case("not-here", &[&wiki("e"), &row(7)]),
            case("missed-b", &[&row(2)]),
            case("asked-c", &[&wiki("c")]),
            case("asked-3", &[&row(3)]),
            case("unjudged", &[&wiki("x"), &row(8), "https://other.example/"]),
            case("half", &[&wiki("d")]),
        ];
        let report = mark(&links.into(), cases.into_iter(), &[["asked-3".to_owned(), "asked-c".to_owned()]]);
        let counts = [report.cases, report.known, report.right, report.wrong, report.unjudged, report.asked];
        assert_eq!(counts, [8, 3, 1, 1, 2, 1]);
        assert_eq!((report.precision, report.recall), (Some(0.5), Some(1.0 / 3.0)));
        assert_eq!(report.errors.iter().filter(|error| error.is_wrong).count(), 1);
        assert_eq!(report.errors.len(), 3);
    }

    #[test]
    fn addresses_meet_however_they_are_escaped() {
        assert_eq!(key("https://www.x.example/a%20b/"), key("http://x.example/a_b"));
        assert_eq!(key("https://x.example/n%C2%B0%2"), "x.example/n°%2");
        assert_eq!(key("https://x.example/?title=UODO_(Poland)_-_1"), key("https://x.example/?title=UODO_-_1"));
        assert_eq!(key("https://x.example/a_(b)"), "x.example/a_(b)");
    }
}
