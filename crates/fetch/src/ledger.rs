//! What the runs over a source listed and fetched, and whether a run is to be believed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use fineprint_model::PartialDate;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The share of what a run had that the next may lose, and still be believed: less than a fifth.
const MOST_LOST: f64 = 0.2;

/// What was asked of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Only notices dated on this day or later; `None` for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<PartialDate>,
    /// At most so many new notices; `None` for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// Whether notices that are in the archive are asked for again.
    #[serde(default)]
    pub refresh: bool,
}

impl Scope {
    /// Whether it covers everything that a source lists.
    pub fn is_whole(&self) -> bool {
        self.since.is_none() && self.limit.is_none()
    }
}

/// A notice that a list named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Its address.
    pub url: String,
    /// The date that the list gives. `None` where it gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
    /// SHA-256 of its body. `None` where it has not been fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// An address that could not be fetched, or a page that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The address.
    pub url: String,
    /// Why, as a sentence.
    pub reason: String,
}

/// A run over a source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its number, from 1, counted for each source.
    pub number: u32,
    /// When it began, as in `2031-01-02T03:04:05Z`.
    pub started: String,
    /// When it ended. `None` where it was killed or put off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<String>,
    /// What was asked of it.
    pub scope: Scope,
    /// Pages of lists that were read.
    pub pages: usize,
    /// Notices that the lists name and the scope covers, each once.
    pub listed: Vec<Notice>,
    /// Notices whose body the archive did not have.
    pub new: usize,
    /// Notices asked for again whose body is the same.
    pub unchanged: usize,
    /// What could not be fetched.
    pub failed: Vec<Failure>,
    /// Pages of lists that could not be read as such.
    pub misread: Vec<Failure>,
    /// Bytes of bodies received.
    pub bytes: u64,
    /// Why the run is not to be believed and nothing of it may be published. `None` where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// What is odd about it without making it unbelievable.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

/// What is kept of the runs over a source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// A run that began and has not ended; the next one over the same scope goes on with it.
    #[serde(default)]
    pub unfinished: Option<Run>,
    /// The last one that ended.
    #[serde(default)]
    pub last: Option<Run>,
    /// The last over everything that was believed: what a later one is held against.
    #[serde(default)]
    pub believed: Option<Run>,
    /// Notices of believed runs that were read into a knowledge base: hash of the body -> number of cases that it told of.
    #[serde(default)]
    pub read: BTreeMap<String, usize>,
    /// Cases that the listed notices told of when they were last read as a whole. `None` where they never were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cases: Option<usize>,
}

impl Ledger {
    /// The ledger of a source in an archive; an empty one where there is none.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Damaged`] where it cannot be read.
    pub fn open(archive: &Path, source: &str) -> Result<Self> {
        let path = archive.join("runs").join(format!("{source}.json"));
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| Error::Damaged {
                path,
                at: 0,
                expected: "a ledger of runs",
                found: error.to_string(),
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(Error::io("read", &path)(error)),
        }
    }

    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn save(&self, archive: &Path, source: &str) -> Result<()> {
        let path = archive.join("runs").join(format!("{source}.json"));
        let mut json = serde_json::to_vec_pretty(self).map_err(|error| Error::io("write", &path)(error.into()))?;
        json.push(b'\n');
        Ok(fineprint_durable::write(&path, &json)?)
    }

    /// The number of the next run.
    pub(crate) fn next_number(&self) -> u32 {
        self.last.as_ref().map_or(0, |run| run.number).max(self.unfinished.as_ref().map_or(0, |run| run.number)) + 1
    }
}

impl Run {
    /// Why the run is not to be believed, held against the last that was; `None` where it is.
    pub(crate) fn judge(&self, believed: Option<&Self>) -> Option<String> {
        if let Some(first) = self.misread.first() {
            return Some(first.reason.clone());
        }
        if self.listed.is_empty() {
            return Some("it brought nothing: no list names a notice".to_owned());
        }
        let listed = self.listed.len();
        if let Some(before) = believed.map(|run| run.listed.len()).filter(|_| self.scope.is_whole())
            && loses_too_much(before, listed)
        {
            return Some(format!("it lost a fifth or more: {listed} notices are listed, {before} were before"));
        }
        // A notice that is gone for good fails in every run, and is no sign of anything as long as most are there.
        let failed = self.failed.len();
        let wanted = if self.scope.limit.is_some() { failed + self.new + self.unchanged } else { listed };
        if failed > 0 && failed >= wanted {
            return Some(format!(
                "it brought nothing: none of {wanted} notices could be fetched; {}",
                self.failed[0].reason
            ));
        }
        if loses_too_much(wanted, wanted - failed) {
            return Some(format!("it lost a fifth or more: {failed} of {wanted} notices could not be fetched"));
        }
        None
    }
}

/// Whether so few of so many are left that what came between is to be looked at by a person first.
pub fn loses_too_much(before: usize, now: usize) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "counts of notices stay far below 2^53")]
    let lost = before.saturating_sub(now) as f64 / before.max(1) as f64;
    // A list of three that names two has lost a third, and is no sign of anything.
    before.saturating_sub(now) > 1 && lost >= MOST_LOST
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(listed: usize, new: usize, failed: usize) -> Run {
        let notice = |at| Notice { url: format!("https://a.example/{at}"), date: None, sha256: None };
        let failure = Failure { url: "https://a.example/".into(), reason: "expected status 200, found 500".into() };
        Run { listed: (0..listed).map(notice).collect(), new, failed: vec![failure; failed], ..Run::default() }
    }

    #[test]
    fn a_run_is_refused_where_it_brings_nothing_or_loses_a_fifth() {
        let before = run(100, 100, 0);
        for (what, run, believed, expected) in [
            ("all well", run(100, 3, 0), Some(&before), None),
            ("nothing new", run(100, 0, 0), Some(&before), None),
            ("a little less", run(81, 3, 0), Some(&before), None),
            ("a fifth less", run(80, 3, 0), Some(&before), Some("80 notices are listed, 100 were before")),
            ("the first of all", run(80, 80, 0), None, None),
            ("nothing", run(0, 0, 0), None, Some("no list names a notice")),
            ("no notice", run(5, 0, 5), None, Some("none of 5 notices")),
            ("some fail", run(100, 81, 19), None, None),
            ("a fifth fails", run(100, 80, 20), None, Some("20 of 100 notices")),
            ("one of three fails", run(3, 2, 1), None, None),
            ("gone for good", run(100, 0, 2), Some(&before), None),
        ] {
            let refused = run.judge(believed);
            assert_eq!(refused.is_some(), expected.is_some(), "{what}: {refused:?}");
            assert!(refused.unwrap_or_default().contains(expected.unwrap_or_default()), "{what}");
        }
        let part = Run { scope: Scope { limit: Some(5), ..Scope::default() }, ..run(5, 5, 0) };
        assert_eq!(part.judge(Some(&before)), None, "a part is not held against the whole");
        let misread = Run { misread: run(0, 0, 1).failed, ..run(100, 1, 0) };
        assert_eq!(misread.judge(None).as_deref(), Some("expected status 200, found 500"));
    }

    #[test]
    fn what_is_saved_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("runs")).unwrap();
        assert_eq!(Ledger::open(folder.path(), "xx").unwrap(), Ledger::default());
        let ledger = Ledger { last: Some(Run { number: 3, ..run(2, 1, 1) }), ..Ledger::default() };
        ledger.save(folder.path(), "xx").unwrap();
        assert_eq!(Ledger::open(folder.path(), "xx").unwrap(), ledger);
        assert_eq!(ledger.next_number(), 4);
        fs::write(folder.path().join("runs/xx.json"), "{").unwrap();
        assert!(matches!(Ledger::open(folder.path(), "xx"), Err(Error::Damaged { .. })));
    }
}
