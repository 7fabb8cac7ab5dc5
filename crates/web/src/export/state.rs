//! What each bundle of files of an export was made from, so that the next export makes only what would come out differently;
//! and what each file holds, so that it writes only what did.
//!
//! A case's files depend on its record and on the cases that its page shows as similar; a group's on the records of its cases, those
//! of authorities and countries also on the amounts of all others, with which they are compared; the rest on all records, and
//! the pages about the collection's upkeep on that too.
//! Everything depends on the program, the day, and the public address.
//!
//! Which cases are similar is asked again for a case that changed, for those that show one that changed, and for those that
//! a changed one is most like. Rarity shifts a little for all others too; when a fiftieth of the cases has changed, it is asked
//! again for all.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::{self, Write as _};
use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use fineprint_model::query::Similar;
use fineprint_model::{Basis, CaseId};
use fineprint_views::figures::EuroFine;
use fineprint_views::link::Topic;

use super::io;
use crate::app::Snapshot;
use crate::error::Result;
use crate::resource::{Bundle, SIMILAR};

/// Marks a folder as an export, and holds its [`State`].
pub(super) const MARK: &str = ".fineprint-site";

/// How many cases may change before similar ones are looked for anew everywhere: one in so many.
const DRIFT: usize = 50;
/// How many of the cases that a changed one is most like are looked at again.
const REACH: usize = 48;

/// Names what something was made from, or what a file holds.
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

    /// Names bytes, eight at a time: an export holds hundreds of millions. It guards nothing, so it need not be a
    /// cryptographic one; two texts of which one part differs never have the same name.
    pub(super) fn of_bytes(bytes: &[u8]) -> Self {
        let (words, rest) = bytes.as_chunks::<8>();
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        let words = words.iter().chain(std::iter::once(&last)).map(|word| u64::from_le_bytes(*word));
        let mix = |hash: u64, word: u64| (hash.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let hash = words.fold(bytes.len() as u64, mix);
        Self(hash ^ (hash >> 32))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// A bundle of files: what it was made from, and the content of each.
type Bundled = (Key, Vec<(String, Key)>);

/// The files of an export.
#[derive(Debug, Default)]
pub(super) struct State {
    bundles: BTreeMap<String, Bundled>,
    files: HashMap<String, Key>,
    /// State of each record, and the cases that its page shows.
    pub(super) similar: BTreeMap<CaseId, (String, Vec<CaseId>)>,
}

impl State {
    /// That of an earlier export; empty where there is none, or none that can be read.
    pub(super) fn read(out: &Path) -> Self {
        let text = fs::read_to_string(out.join(MARK)).unwrap_or_default();
        Self::parse(&text).unwrap_or_default()
    }

    fn parse(text: &str) -> Option<Self> {
        let mut state = Self::default();
        let mut bundle: Option<(&str, Bundled)> = None;
        for line in text.lines().skip(1) {
            if let Some(case) = line.strip_prefix("~ ") {
                let mut words = case.split(' ');
                let (id, hash) = (CaseId::new(words.next()?).ok()?, words.next()?);
                let others = words.filter_map(|other| CaseId::new(other).ok()).collect();
                state.similar.insert(id, (hash.to_owned(), others));
                continue;
            }
            let (is_bundle, line) = line.strip_prefix("= ").map_or((false, line), |rest| (true, rest));
            let (key, name) = line.split_once(' ')?;
            let key = Key(u64::from_str_radix(key, 16).ok()?);
            if is_bundle {
                if let Some((name, (key, files))) = bundle.replace((name, (key, Vec::new()))) {
                    state.insert(name.to_owned(), key, files);
                }
            } else {
                bundle.as_mut()?.1.1.push((name.to_owned(), key));
            }
        }
        if let Some((name, (key, files))) = bundle {
            state.insert(name.to_owned(), key, files);
        }
        Some(state)
    }

    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let mut text = format!("fineprint {}\n", env!("CARGO_PKG_VERSION"));
        for (name, (key, files)) in &self.bundles {
            let _ = writeln!(text, "= {key} {name}");
            for (path, key) in files {
                let _ = writeln!(text, "{key} {path}");
            }
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

    /// The files of a bundle that was made from the same.
    pub(super) fn bundle(&self, name: &str, key: Key) -> Option<&[(String, Key)]> {
        let (made_from, files) = self.bundles.get(name)?;
        (*made_from == key).then_some(files.as_slice())
    }

    pub(super) fn insert(&mut self, name: String, key: Key, files: Vec<(String, Key)>) {
        self.files.extend(files.iter().cloned());
        self.bundles.insert(name, (key, files));
    }

    /// Files of the earlier export that this one does not have.
    pub(super) fn gone_since<'a>(&'a self, earlier: &'a Self) -> impl Iterator<Item = &'a str> {
        earlier.files.keys().filter(|path| !self.files.contains_key(*path)).map(String::as_str)
    }
}

/// Says of each bundle what it depends on.
pub(super) struct Keys<'a> {
    snapshot: &'a Snapshot,
    hashes: &'a BTreeMap<CaseId, String>,
    site: String,
    all: Key,
    upkeep: Key,
    /// All amounts: what a group is compared with.
    fines: String,
    earlier: &'a State,
    /// Cases whose similar ones are to be asked for.
    stale: Option<HashSet<CaseId>>,
    cases: Mutex<BTreeMap<CaseId, Vec<CaseId>>>,
}

impl<'a> Keys<'a> {
    pub(super) fn new(
        snapshot: &'a Snapshot,
        hashes: &'a BTreeMap<CaseId, String>,
        site: Key,
        earlier: &'a State,
    ) -> Self {
        let site = site.to_string();
        let all = Key::of(
            std::iter::once(site.as_str()).chain(hashes.iter().flat_map(|(id, hash)| [id.as_str(), hash.as_str()])),
        );
        // Serialising what has string keys only does not fail; if it did, the pages would be made anew each time.
        let told = serde_json::to_string(&snapshot.upkeep).unwrap_or_else(|error| error.to_string());
        let upkeep = Key::of([all.to_string().as_str(), told.as_str()]);
        let mut fines = Vec::new();
        for case in &snapshot.cases {
            if let Some(fine) = EuroFine::of(case, Basis::Current).amount() {
                fines.push(fine.amount_minor);
            }
        }
        fines.sort_unstable();
        let fines: Vec<u8> = fines.into_iter().flat_map(i64::to_le_bytes).collect();
        let fines = Key::of_bytes(&fines).to_string();
        let stale = stale(snapshot, hashes, earlier);
        Self { snapshot, hashes, site, all, upkeep, fines, earlier, stale, cases: Mutex::default() }
    }

    fn hash(&self, id: &CaseId) -> &str {
        self.hashes.get(id).map(String::as_str).unwrap_or_default()
    }

    /// What a bundle depends on; with the cases like a case, where they had to be asked for.
    pub(super) fn of(&self, bundle: &Bundle) -> Result<(Key, Option<Vec<Similar>>)> {
        match bundle {
            // Its name tells its content.
            Bundle::Page(path) if path.starts_with("assets/") => Ok((Key::default(), None)),
            Bundle::Page(path) if path.starts_with("report/") || path.starts_with("sources/") => {
                Ok((self.upkeep, None))
            }
            Bundle::Page(_) | Bundle::Statistics => Ok((self.all, None)),
            Bundle::Case(id) => self.of_case(id),
            Bundle::Group(topic, key) => {
                let cases = self.snapshot.group(*topic, key).unwrap_or_default();
                let cases = cases.iter().flat_map(|case| [case.id.as_str(), self.hash(&case.id)]);
                // Authorities and countries are compared with all others.
                let compared = matches!(topic, Topic::Authority | Topic::Country).then_some(self.fines.as_str());
                Ok((Key::of(std::iter::once(self.site.as_str()).chain(compared).chain(cases)), None))
            }
        }
    }

    fn of_case(&self, id: &CaseId) -> Result<(Key, Option<Vec<Similar>>)> {
        let known = self.earlier.similar.get(id).map(|(_, others)| others.clone());
        let is_stale = self.stale.as_ref().is_none_or(|stale| stale.contains(id));
        let (others, similar) = match known {
            Some(others) if !is_stale => (others, None),
            _ => {
                let similar = self.snapshot.engine.similar(id, SIMILAR)?;
                (similar.iter().map(|similar| similar.id.clone()).collect(), Some(similar))
            }
        };
        let parts = others.iter().flat_map(|other| [other.as_str(), self.hash(other)]);
        let key = Key::of([self.site.as_str(), self.hash(id)].into_iter().chain(parts));
        self.cases.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), others);
        Ok((key, similar))
    }

    /// State and similar cases of each case, for the next export.
    pub(super) fn into_similar(self) -> BTreeMap<CaseId, (String, Vec<CaseId>)> {
        let cases = self.cases.into_inner().unwrap_or_else(PoisonError::into_inner);
        let hash = |id: &CaseId| self.hashes.get(id).cloned().unwrap_or_default();
        cases.into_iter().map(|(id, others)| (id.clone(), (hash(&id), others))).collect()
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
