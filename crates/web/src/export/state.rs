//! What each file of an export was made from, so that the next export makes only what would come out differently.
//!
//! A case's page depends on its record and on the cases that it shows as similar; a group's on the records of its cases, but
//! for authorities and countries, which are compared with all others; the rest on all of them, and the pages about the
//! collection's upkeep on that too. Everything depends on the program, the day, and the public address.
//!
//! Which cases are similar is asked again for a case that changed, for those that show one that changed, and for those that
//! a changed one is most like. Rarity shifts a little for all others too; when a fiftieth of the cases has changed, it is asked
//! again for all.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::{self, Write as _};
use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use fineprint_model::CaseId;
use fineprint_views::link::Topic;

use super::io;
use crate::app::Snapshot;
use crate::assets::hash;
use crate::error::Result;
use crate::resource::SIMILAR;

/// Marks a folder as an export, and holds its [`State`].
pub(super) const MARK: &str = ".fineprint-site";

/// How many cases may change before similar ones are looked for anew everywhere: one in so many.
const DRIFT: usize = 50;
/// How many of the cases that a changed one is most like are looked at again.
const REACH: usize = 48;

/// Names what a file was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Key(u64);

impl Key {
    pub(super) fn of<'a>(parts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut text = String::new();
        for part in parts {
            text.push_str(part);
            text.push('\n');
        }
        Self::of_bytes(text.as_bytes())
    }

    pub(super) fn of_bytes(bytes: &[u8]) -> Self {
        Self(hash(bytes))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The files of an export.
#[derive(Debug, Default)]
pub(super) struct State {
    files: HashMap<String, Key>,
    /// State of each record, and the cases that its page shows.
    pub(super) similar: BTreeMap<CaseId, (String, Vec<CaseId>)>,
}

impl State {
    /// That of an earlier export; empty where there is none, or none that can be read.
    pub(super) fn read(out: &Path) -> Self {
        let text = fs::read_to_string(out.join(MARK)).unwrap_or_default();
        let mut state = Self::default();
        for line in text.lines() {
            if let Some(case) = line.strip_prefix("~ ") {
                let mut words = case.split(' ');
                let (Some(id), Some(hash)) = (words.next().and_then(|id| CaseId::new(id).ok()), words.next()) else {
                    return Self::default();
                };
                let others = words.filter_map(|other| CaseId::new(other).ok()).collect();
                state.similar.insert(id, (hash.to_owned(), others));
            } else if let Some((key, path)) = line.split_once(' ')
                && let Ok(key) = u64::from_str_radix(key, 16)
            {
                state.files.insert(path.to_owned(), Key(key));
            }
        }
        state
    }

    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let mut text = format!("fineprint {}\n", env!("CARGO_PKG_VERSION"));
        let mut files: Vec<(&String, &Key)> = self.files.iter().collect();
        files.sort_unstable_by_key(|(path, _)| *path);
        for (path, key) in files {
            let _ = writeln!(text, "{key} {path}");
        }
        for (id, (hash, others)) in &self.similar {
            let _ = write!(text, "~ {id} {hash}");
            for other in others {
                let _ = write!(text, " {other}");
            }
            text.push('\n');
        }
        let path = folder.join(MARK);
        fs::write(&path, text).map_err(io(&path, "write"))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    pub(super) fn is(&self, path: &str, key: Key) -> bool {
        self.files.get(path) == Some(&key)
    }

    pub(super) fn insert(&mut self, path: String, key: Key) {
        self.files.insert(path, key);
    }

    /// Files of the earlier export that this one does not have.
    pub(super) fn gone_since<'a>(&'a self, earlier: &'a Self) -> impl Iterator<Item = &'a str> {
        earlier.files.keys().filter(|path| !self.files.contains_key(*path)).map(String::as_str)
    }
}

/// Says of each address what its content depends on.
pub(super) struct Keys<'a> {
    snapshot: &'a Snapshot,
    hashes: &'a BTreeMap<CaseId, String>,
    site: Key,
    all: Key,
    upkeep: Key,
    groups: HashMap<(Topic, &'a str), Key>,
    earlier: &'a State,
    /// Cases whose similar ones are to be asked for.
    stale: Option<HashSet<CaseId>>,
    cases: Mutex<BTreeMap<CaseId, (Key, Vec<CaseId>)>>,
}

impl<'a> Keys<'a> {
    pub(super) fn new(
        snapshot: &'a Snapshot,
        hashes: &'a BTreeMap<CaseId, String>,
        site: Key,
        earlier: &'a State,
    ) -> Self {
        let site_text = site.to_string();
        let all = Key::of(
            std::iter::once(site_text.as_str())
                .chain(hashes.iter().flat_map(|(id, hash)| [id.as_str(), hash.as_str()])),
        );
        // Serialising what has string keys only does not fail; if it did, the pages would be made anew each time.
        let told = serde_json::to_string(&snapshot.upkeep).unwrap_or_else(|error| error.to_string());
        let upkeep = Key::of([all.to_string().as_str(), told.as_str()]);
        let mut groups = HashMap::new();
        for topic in Topic::ALL {
            for (key, _) in snapshot.keys(topic) {
                let cases = snapshot.group(topic, key).unwrap_or_default();
                let parts = cases
                    .iter()
                    .flat_map(|case| [case.id.as_str(), hashes.get(&case.id).map(String::as_str).unwrap_or_default()]);
                groups.insert((topic, key), Key::of(std::iter::once(site_text.as_str()).chain(parts)));
            }
        }
        let stale = stale(snapshot, hashes, earlier);
        Self { snapshot, hashes, site, all, upkeep, groups, earlier, stale, cases: Mutex::default() }
    }

    /// What the content at an address depends on.
    pub(super) fn of(&self, path: &str) -> Result<Key> {
        let Some((first, rest)) = path.split_once('/') else { return Ok(self.all) };
        if first == "assets" {
            // Its name tells its content.
            return Ok(Key::default());
        }
        if first == "report" || first == "sources" {
            return Ok(self.upkeep);
        }
        if first == "case" {
            let id = rest.split(['/', '.']).next().unwrap_or_default();
            return match CaseId::new(id) {
                Ok(id) => self.of_case(&id, rest.ends_with('/')),
                Err(_) => Ok(self.all),
            };
        }
        if let Some(topic) = Topic::from_slug(first)
            && let Some((key, _)) = rest.rsplit_once('/')
        {
            // Authorities and countries are compared with all others.
            let is_list = [".csv", ".json", ".atom"].iter().any(|ending| rest.ends_with(ending));
            if matches!(topic, Topic::Authority | Topic::Country) && !is_list {
                return Ok(self.all);
            }
            // A further page of a list: `<key>/page/<n>/`.
            let key = key.rsplit_once("/page/").map_or(key, |(key, _)| key);
            return Ok(self.groups.get(&(topic, key)).copied().unwrap_or(self.all));
        }
        Ok(self.all)
    }

    fn of_case(&self, id: &CaseId, is_page: bool) -> Result<Key> {
        let hash = |id: &CaseId| self.hashes.get(id).map(String::as_str).unwrap_or_default();
        let site = self.site.to_string();
        if !is_page {
            return Ok(Key::of([site.as_str(), hash(id)]));
        }
        let known = self.earlier.similar.get(id).map(|(_, others)| others.clone());
        let is_stale = self.stale.as_ref().is_none_or(|stale| stale.contains(id));
        let others = match known {
            Some(others) if !is_stale => others,
            _ => self.snapshot.engine.similar(id, SIMILAR)?.into_iter().map(|similar| similar.id).collect(),
        };
        let parts = others.iter().flat_map(|other| [other.as_str(), hash(other)]);
        let key = Key::of([site.as_str(), hash(id)].into_iter().chain(parts));
        self.cases.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), (key, others));
        Ok(key)
    }

    /// State and similar cases of each case, for the next export.
    pub(super) fn into_similar(self) -> BTreeMap<CaseId, (String, Vec<CaseId>)> {
        let cases = self.cases.into_inner().unwrap_or_else(PoisonError::into_inner);
        let hash = |id: &CaseId| self.hashes.get(id).cloned().unwrap_or_default();
        cases.into_iter().map(|(id, (_, others))| (id.clone(), (hash(&id), others))).collect()
    }
}

/// The cases whose similar ones may have changed; `None` for all.
fn stale(snapshot: &Snapshot, hashes: &BTreeMap<CaseId, String>, earlier: &State) -> Option<HashSet<CaseId>> {
    if earlier.similar.is_empty() {
        return None;
    }
    let before = |id: &CaseId| earlier.similar.get(id).map(|(hash, _)| hash);
    let mut changed: BTreeSet<&CaseId> =
        hashes.iter().filter(|(id, hash)| before(id) != Some(*hash)).map(|(id, _)| id).collect();
    changed.extend(earlier.similar.keys().filter(|id| !hashes.contains_key(*id)));
    if changed.len() * DRIFT > hashes.len().max(DRIFT) {
        return None;
    }
    let mut stale: HashSet<CaseId> = changed.iter().map(|id| (*id).clone()).collect();
    for (id, (_, others)) in &earlier.similar {
        if others.iter().any(|other| changed.contains(other)) {
            stale.insert(id.clone());
        }
    }
    for id in changed {
        let near = snapshot.engine.similar(id, REACH).unwrap_or_default();
        stale.extend(near.into_iter().map(|similar| similar.id));
    }
    Some(stale)
}
