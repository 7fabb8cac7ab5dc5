//! The index on disk: kept in step with the records, checked before use, replaced and never changed in place.
//!
//! A folder holds one *generation* of index files and `current.json`, which names it with the size and hash of each of its
//! files. An update makes a new generation beside it (unchanged files are linked, not copied), writes it out, and only
//! then puts its name into `current.json` by a rename. Whoever reads goes on with the files it has open; whoever is
//! killed leaves an unnamed folder, which a later update sweeps away.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fineprint_model::{Case, CaseId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tantivy::directory::error::OpenReadError;
use tantivy::directory::{Advice, Directory as _, FileHandle, MmapDirectory};
use tantivy::merge_policy::NoMergePolicy;
use tantivy::{Index, IndexWriter, Term};

use crate::build::{BUDGET, DocumentText};
use crate::engine::{Engine, hex};
use crate::error::{Error, Result};
use crate::packed::format;
use crate::prepare::{Prepared, prepare};
use crate::read_only::{Files, ReadOnly};
use crate::schema::{fields, schema, tokenizers};

const MANIFEST: &str = "current.json";
/// Memory that building anew may fill before it writes a part out, in bytes; the parts become one in the end.
const BUILD_BUDGET: usize = 400_000_000;
/// Unnamed generations older than this were left by somebody who was killed.
const ABANDONED: Duration = Duration::from_secs(3600);
/// A reader that finds its generation just replaced looks again so often.
const ATTEMPTS: usize = 3;

/// A record to be indexed, read only if the index does not have it in this state.
pub struct Record<'a> {
    /// The case.
    pub id: CaseId,
    /// Names the state of everything that is indexed of it: the record's bytes and its documents' texts. Any text.
    pub hash: String,
    /// Reads it, with names whose publication term has passed taken out.
    pub load: Load<'a>,
}

/// Reads a record; called on any thread.
pub type Load<'a> = Box<dyn FnOnce() -> Result<Loaded, Box<dyn std::error::Error + Send + Sync>> + Send + 'a>;

/// How closely the files of an index are looked at before it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Size and time of the last change must be as they were written; a file with another time is read and compared.
    Stat,
    /// Every byte of every file.
    Whole,
}

/// What is indexed of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The record.
    pub case: Case,
    /// The texts of its documents, where the knowledge base keeps them.
    pub texts: Vec<DocumentText>,
}

impl From<Case> for Loaded {
    fn from(case: Case) -> Self {
        Self { case, texts: Vec::new() }
    }
}

/// What bringing the index up to date came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SyncReport {
    /// Cases that were new.
    pub added: usize,
    /// Cases that had changed.
    pub updated: usize,
    /// Cases that are gone.
    pub removed: usize,
    /// Why everything was built anew; `None` where the index was used as it stood or caught up.
    pub rebuilt: Option<String>,
    /// Records that could not be read, with the reason. The others are searchable.
    pub failed: Vec<(CaseId, String)>,
}

/// `current.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Manifest {
    format: String,
    generation: String,
    /// What the caller calls the state of the records that this was found to be in step with; `None` where nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    files: BTreeMap<String, Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    bytes: u64,
    sha256: String,
    /// Time of the last change in nanoseconds since 1970; `None` where the system does not say.
    #[serde(default)]
    modified: Option<u64>,
}

impl Engine {
    /// Opens the index of a folder after bringing it up to date with the records: what is new, changed or gone is
    /// found by comparing hashes. A missing, damaged or older index is built anew beside the old one and swapped in.
    ///
    /// # Errors
    /// [`Error::Io`] where the folder cannot be written, [`Error::Index`] where the index fails.
    pub fn open_or_build<'a>(
        dir: &Path,
        check: Check,
        records: impl IntoIterator<Item = Record<'a>>,
    ) -> Result<(Self, SyncReport)> {
        fs::create_dir_all(dir).map_err(io_error(dir, "create the folder"))?;
        let mut report = SyncReport::default();
        let mut wanted: BTreeMap<CaseId, Record<'a>> = BTreeMap::new();
        for record in records {
            if let Some(earlier) = wanted.insert(record.id.clone(), record) {
                report.failed.push((earlier.id, "there are two records of this id; the last one is used".to_owned()));
            }
        }
        let old = match open(dir, check) {
            Ok((engine, manifest)) => Some((engine, manifest)),
            Err(Error::Unusable { found, .. }) => {
                report.rebuilt = Some(found);
                None
            }
            Err(error) => return Err(error),
        };
        let Some((engine, manifest)) = old else {
            let all = wanted.len() + report.failed.len();
            build(dir, wanted.into_values(), None, &mut report)?;
            report.added = all - report.failed.len();
            return Ok((open(dir, Check::Stat)?.0, report));
        };
        let mut gone = Vec::new();
        let mut known = BTreeSet::new();
        for (id, hash, _) in engine.ids()? {
            match CaseId::new(id.as_str()).ok().and_then(|id| wanted.get(&id)) {
                None => gone.push(id.clone()),
                Some(record) if record.hash == *hash => {
                    wanted.remove(&record.id.clone());
                }
                Some(record) => {
                    known.insert(record.id.clone());
                }
            }
        }
        // Read before anything is written, so that a record that cannot be read costs no new generation each time.
        let mut ready = Vec::with_capacity(wanted.len());
        for (id, record) in wanted {
            match (record.load)() {
                Ok(loaded) => {
                    if known.contains(&id) {
                        report.updated += 1;
                    } else {
                        report.added += 1;
                    }
                    ready.push(Record { id, hash: record.hash, load: Box::new(move || Ok(loaded)) });
                }
                Err(error) => report.failed.push((id, error.to_string())),
            }
        }
        report.removed = gone.len();
        if gone.is_empty() && ready.is_empty() {
            return Ok((engine, report));
        }
        build(dir, ready.into_iter(), Some((&manifest, &gone)), &mut report)?;
        Ok((open(dir, Check::Stat)?.0, report))
    }

    /// Opens the index of a folder as it stands, writing nothing: works on a read-only medium.
    ///
    /// # Errors
    /// [`Error::Unusable`] where there is no index, a damaged one, or one of another version.
    pub fn open_read_only(dir: &Path, check: Check) -> Result<Self> {
        open(dir, check).map(|(engine, _)| engine)
    }

    /// Opens the index of a folder as it stands if the records are still in the state that [`Engine::keep_state`] was told;
    /// `None` where they are not, nobody said, or there is no usable index.
    ///
    /// # Errors
    /// [`Error::Io`] where a file cannot be read.
    pub fn open_if_current(dir: &Path, is_current: impl FnOnce(&str) -> bool) -> Result<Option<Self>> {
        let state = match read_manifest(dir) {
            Ok(manifest) => manifest.state,
            Err(Error::Unusable { .. }) => None,
            Err(error) => return Err(error),
        };
        if !state.is_some_and(|state| is_current(&state)) {
            return Ok(None);
        }
        match open(dir, Check::Stat) {
            Ok((engine, _)) => Ok(Some(engine)),
            Err(Error::Unusable { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Remembers what the caller calls the state of the records that the index of a folder is in step with, so that it need
    /// not look at them again while they are in that state. Does nothing where somebody has replaced the index meanwhile.
    ///
    /// # Errors
    /// [`Error::Io`] where the folder cannot be written, [`Error::Unusable`] where there is no usable index.
    pub fn keep_state(&self, dir: &Path, state: &str) -> Result<()> {
        let mut manifest = read_manifest(dir)?;
        if self.inner.generation.as_ref() != Some(&manifest.generation) || manifest.state.as_deref() == Some(state) {
            return Ok(());
        }
        manifest.state = Some(state.to_owned());
        write_manifest(dir, &manifest)
    }
}

fn io_error(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Io { path, action, source }
}

fn unusable(dir: &Path, found: impl Into<String>) -> Error {
    Error::Unusable { path: dir.to_owned(), found: found.into() }
}

/// Opens the current generation after checking every file of it.
fn open(dir: &Path, how: Check) -> Result<(Engine, Manifest)> {
    let mut attempt = 1;
    loop {
        let manifest = read_manifest(dir)?;
        let opened = check(dir, &manifest, how).and_then(|()| {
            let path = dir.join(&manifest.generation);
            // What is not asked for is not read ahead: a cold question touches little of a large index.
            let directory = MmapDirectory::open_with_madvice(&path, Advice::Random)
                .map_err(|error| unusable(dir, error.to_string()))?;
            let mut index =
                Index::open(ReadOnly(directory)).map_err(|error| unusable(dir, format!("a damaged one: {error}")))?;
            index.set_tokenizers(tokenizers());
            Engine::of_generation(&index, &manifest.generation)
                .map_err(|error| unusable(dir, format!("a damaged one: {error}")))
        });
        match opened {
            Ok(engine) => return Ok((engine, manifest)),
            // Somebody else swapped a new generation in and removed this one meanwhile.
            Err(_) if attempt < ATTEMPTS && read_manifest(dir).is_ok_and(|now| now != manifest) => attempt += 1,
            Err(error) => return Err(error),
        }
    }
}

fn read_manifest(dir: &Path) -> Result<Manifest> {
    let path = dir.join(MANIFEST);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Err(unusable(dir, "none"));
        }
        Err(error) => return Err(io_error(&path, "read")(error)),
    };
    let manifest: Manifest =
        serde_json::from_slice(&bytes).map_err(|_| unusable(dir, format!("a damaged `{MANIFEST}`")))?;
    if manifest.format != format() {
        return Err(unusable(dir, format!("one of the format `{}`", manifest.format)));
    }
    if !is_generation(&manifest.generation) || manifest.files.keys().any(|name| name.contains(['/', '\\'])) {
        return Err(unusable(dir, format!("a damaged `{MANIFEST}`")));
    }
    Ok(manifest)
}

fn is_generation(name: &str) -> bool {
    name.strip_prefix("gen-").is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Compares every file with the manifest: the engine itself would only notice damage when it reads it.
fn check(dir: &Path, manifest: &Manifest, how: Check) -> Result<()> {
    for (name, entry) in &manifest.files {
        let path = dir.join(&manifest.generation).join(name);
        let metadata = match fs::metadata(&path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(unusable(dir, format!("one that lacks `{name}`")));
            }
            Err(error) => return Err(io_error(&path, "read")(error)),
        };
        let damaged = || unusable(dir, format!("one whose `{name}` is damaged"));
        if metadata.len() != entry.bytes {
            return Err(damaged());
        }
        let is_untouched = entry.modified.is_some() && entry.modified == modified(&metadata);
        if (how == Check::Whole || !is_untouched) && hash_file(&path)? != entry.sha256 {
            return Err(damaged());
        }
    }
    Ok(())
}

/// Time of the last change in nanoseconds since 1970.
fn modified(metadata: &fs::Metadata) -> Option<u64> {
    let since = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    u64::try_from(since.as_nanos()).ok()
}

fn hash_file(path: &Path) -> Result<String> {
    let mut file = File::open(path).map_err(io_error(path, "read"))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = io::Read::read(&mut file, &mut buffer).map_err(io_error(path, "read"))?;
        if read == 0 {
            return Ok(hex(&hasher.finalize()));
        }
        hasher.update(&buffer[..read]);
    }
}

/// Makes a new generation and swaps it in: from nothing, or from another one less what is gone.
fn build<'a>(
    dir: &Path,
    records: impl Iterator<Item = Record<'a>> + Send,
    from: Option<(&Manifest, &[String])>,
    report: &mut SyncReport,
) -> Result<()> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let generation = format!("gen-{:x}{:08x}", since, std::process::id());
    let path = dir.join(&generation);
    fs::create_dir(&path).map_err(io_error(&path, "create the folder"))?;
    let result = fill(dir, &path, records, from, report).and_then(|()| {
        let files = manifest_files(&path)?;
        write_manifest(dir, &Manifest { format: format(), generation: generation.clone(), state: None, files })
    });
    if result.is_err() {
        // What was begun is of no use; that it stays is no second error.
        let _ = fs::remove_dir_all(&path);
    } else {
        sweep(dir, &generation, from.map(|(manifest, _)| manifest.generation.as_str()));
    }
    result
}

fn fill<'a>(
    dir: &Path,
    path: &Path,
    records: impl Iterator<Item = Record<'a>> + Send,
    from: Option<(&Manifest, &[String])>,
    report: &mut SyncReport,
) -> Result<()> {
    if let Some((manifest, _)) = from {
        for name in manifest.files.keys() {
            let (old, new) = (dir.join(&manifest.generation).join(name), path.join(name));
            // Index files are written once and replaced by renaming, so both generations can share them.
            if fs::hard_link(&old, &new).is_err() {
                fs::copy(&old, &new).map_err(io_error(&new, "copy"))?;
            }
        }
    }
    let directory = MmapDirectory::open(path).map_err(Error::index("open"))?;
    let mut failed = |id, message| report.failed.push((id, message));
    match from {
        None => fill_new(directory, records, &mut failed),
        Some((_, gone)) => fill_further(directory, records, gone, &mut failed),
    }
}

/// Writes every record into an index that ends up in one piece. Records are read and cut up on other threads than the one
/// that writes, which takes as long.
fn fill_new<'a>(
    directory: MmapDirectory,
    records: impl Iterator<Item = Record<'a>> + Send,
    failed: &mut dyn FnMut(CaseId, String),
) -> Result<()> {
    let index = Index::builder()
        .schema(schema())
        .tokenizers(tokenizers())
        .open_or_create(directory)
        .map_err(Error::index("build"))?;
    let mut writer: IndexWriter = index.writer_with_num_threads(1, BUILD_BUDGET).map_err(Error::index("build"))?;
    writer.set_merge_policy(Box::new(NoMergePolicy));
    prepare(&index.schema(), records, |prepared| {
        match prepared? {
            Prepared::Document(_, document) => {
                writer.add_document(document).map_err(Error::index("build"))?;
            }
            Prepared::Failed(id, message) => failed(id, message),
        }
        Ok(())
    })?;
    writer.commit().map_err(Error::index("build"))?;
    let parts = index.searchable_segment_ids().map_err(Error::index("build"))?;
    if parts.len() > 1 {
        writer.merge(&parts).wait().map_err(Error::index("build"))?;
        writer.garbage_collect_files().wait().map_err(Error::index("build"))?;
    }
    writer.wait_merging_threads().map_err(Error::index("build"))
}

/// Writes what is new or changed into an index that is there, and takes out what is gone.
fn fill_further<'a>(
    directory: MmapDirectory,
    records: impl Iterator<Item = Record<'a>> + Send,
    gone: &[String],
    failed: &mut dyn FnMut(CaseId, String),
) -> Result<()> {
    let mut index = Index::open(directory).map_err(Error::index("open"))?;
    index.set_tokenizers(tokenizers());
    let fields = fields(&index.schema())?;
    let mut writer: IndexWriter = index.writer_with_num_threads(1, BUDGET).map_err(Error::index("update"))?;
    for id in gone {
        writer.delete_term(Term::from_field_text(fields.id, id));
    }
    prepare(&index.schema(), records, |prepared| {
        match prepared? {
            Prepared::Document(id, document) => {
                writer.delete_term(Term::from_field_text(fields.id, id.as_str()));
                writer.add_document(document).map_err(Error::index("update"))?;
            }
            Prepared::Failed(id, message) => failed(id, message),
        }
        Ok(())
    })?;
    writer.commit().map_err(Error::index("update"))?;
    writer.wait_merging_threads().map_err(Error::index("update"))
}

/// Sizes and hashes of the index's files, which are on the disk when this returns.
fn manifest_files(path: &Path) -> Result<BTreeMap<String, Entry>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(path).map_err(io_error(path, "read the folder"))? {
        let entry = entry.map_err(io_error(path, "read the folder"))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // Locks and unfinished files are no part of the index.
        let unfinished = name.starts_with(".tmp") || Path::new(&name).extension().is_some_and(|end| end == "lock");
        if unfinished {
            let _ = fs::remove_file(entry.path());
            continue;
        }
        let file = File::open(entry.path()).map_err(io_error(&entry.path(), "read"))?;
        file.sync_all().map_err(io_error(&entry.path(), "sync"))?;
        let metadata = file.metadata().map_err(io_error(&entry.path(), "read"))?;
        let sha256 = hash_file(&entry.path())?;
        files.insert(name, Entry { bytes: metadata.len(), sha256, modified: modified(&metadata) });
    }
    sync_folder(path)?;
    Ok(files)
}

fn write_manifest(dir: &Path, manifest: &Manifest) -> Result<()> {
    let new = dir.join(format!("{MANIFEST}.{}", manifest.generation));
    let json = serde_json::to_vec_pretty(manifest)
        .map_err(|error| Error::Index { action: "write the manifest", message: error.to_string() })?;
    let written = File::create(&new).and_then(|mut file| {
        file.write_all(&json)?;
        file.sync_all()
    });
    written.map_err(io_error(&new, "write"))?;
    let path = dir.join(MANIFEST);
    fs::rename(&new, &path).map_err(io_error(&path, "replace"))?;
    sync_folder(dir)
}

fn sync_folder(path: &Path) -> Result<()> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(io_error(path, "sync the folder"))
}

/// Removes the generation that was replaced and those that were abandoned. What cannot be removed stays until next time.
fn sweep(dir: &Path, current: &str, replaced: Option<&str>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let abandoned = || {
            let modified = entry.metadata().and_then(|metadata| metadata.modified());
            modified.ok().and_then(|time| time.elapsed().ok()).is_some_and(|age| age > ABANDONED)
        };
        if name == current || !(is_generation(&name) || name.starts_with("current.json.")) {
            continue;
        }
        if replaced == Some(name.as_str()) || abandoned() {
            let _ =
                if entry.path().is_dir() { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) };
        }
    }
}

impl Files for MmapDirectory {
    fn open(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.get_file_handle(path)
    }
    fn has(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.exists(path)
    }
    fn read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.atomic_read(path)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use fineprint_model::AuthorityId;
    use fineprint_model::query::{Query, Request};

    use super::*;

    /// Cases by number and state, with how many were read.
    fn records<'a>(cases: &'a [(u32, &'a str)], loads: &'a AtomicUsize) -> impl Iterator<Item = Record<'a>> {
        cases.iter().map(move |(number, summary)| {
            let id = CaseId::new(format!("xx-test-{number}")).unwrap();
            let case = Case {
                summary: Some((*summary).to_owned()),
                ..Case::new(id.clone(), AuthorityId::new("xx-test").unwrap())
            };
            let load = move || {
                loads.fetch_add(1, Ordering::Relaxed);
                if case.summary.as_deref() == Some("broken") { Err("no case".into()) } else { Ok(case.into()) }
            };
            Record { id, hash: (*summary).to_owned(), load: Box::new(load) }
        })
    }

    fn found(engine: &Engine, text: &str) -> Vec<String> {
        let query = if text.is_empty() { Query::default() } else { crate::parse(text).unwrap() };
        let request = Request { query, limit: 100, cursor: None, facets: Vec::new(), snippets: false };
        engine.search(&request).unwrap().hits.into_iter().map(|hit| hit.id.to_string()).collect()
    }

    fn entries(dir: &Path) -> Vec<String> {
        let names = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    #[test]
    fn the_index_catches_up_by_difference() {
        let dir = tempfile::tempdir().unwrap();
        let loads = AtomicUsize::new(0);
        let open = |cases: &[(u32, &str)]| {
            loads.store(0, Ordering::Relaxed);
            let (engine, report) = Engine::open_or_build(dir.path(), Check::Stat, records(cases, &loads)).unwrap();
            (engine, report, loads.load(Ordering::Relaxed))
        };
        let (first, report, read) = open(&[(1, "alpha"), (2, "beta"), (3, "gamma")]);
        assert_eq!((report.added, report.rebuilt.as_deref(), read), (3, Some("none"), 3));

        let (_, report, read) = open(&[(1, "alpha"), (2, "beta"), (3, "gamma")]);
        assert_eq!((report, read), (SyncReport::default(), 0));

        let (second, report, read) = open(&[(1, "alpha"), (2, "delta"), (4, "epsilon")]);
        assert_eq!((report.added, report.updated, report.removed, read), (1, 1, 1, 2));
        assert_eq!(report.rebuilt, None);
        assert_eq!(found(&second, "beta OR gamma"), Vec::<String>::new());
        assert_eq!(found(&second, "delta OR epsilon"), ["xx-test-2", "xx-test-4"]);
        assert_eq!(second.len(), 3);
        assert_ne!(first.fingerprint(), second.fingerprint());
        // Who had opened the replaced generation goes on reading it.
        assert_eq!(found(&first, "gamma"), ["xx-test-3"]);
        assert_eq!(entries(dir.path()).len(), 2, "{:?}", entries(dir.path()));

        let fresh = tempfile::tempdir().unwrap();
        let cases = [(1, "alpha"), (2, "delta"), (4, "epsilon")];
        let (built, _) = Engine::open_or_build(fresh.path(), Check::Stat, records(&cases, &loads)).unwrap();
        assert_eq!(built.fingerprint(), second.fingerprint());
    }

    #[test]
    fn one_bad_record_leaves_the_others_searchable() {
        let dir = tempfile::tempdir().unwrap();
        let loads = AtomicUsize::new(0);
        let cases = [(1, "alpha"), (2, "broken"), (3, "gamma")];
        let (engine, report) = Engine::open_or_build(dir.path(), Check::Stat, records(&cases, &loads)).unwrap();
        assert_eq!(report.failed, [(CaseId::new("xx-test-2").unwrap(), "no case".to_owned())]);
        assert_eq!((found(&engine, "").len(), report.added), (2, 2));
        let before = entries(dir.path());
        let (_, report) = Engine::open_or_build(dir.path(), Check::Stat, records(&cases, &loads)).unwrap();
        assert_eq!((report.failed.len(), report.added, report.rebuilt), (1, 0, None));
        assert_eq!(entries(dir.path()), before, "nothing was written for it");
    }

    #[test]
    fn damage_of_any_kind_is_noticed_and_mended() {
        let loads = AtomicUsize::new(0);
        let cases = [(1, "alpha"), (2, "beta")];
        let build = |dir: &Path| Engine::open_or_build(dir, Check::Stat, records(&cases, &loads)).unwrap();
        let dir = tempfile::tempdir().unwrap();
        build(dir.path());
        let files: Vec<String> = read_manifest(dir.path()).unwrap().files.into_keys().collect();
        assert!(files.len() > 5, "{files:?}");
        for name in &files {
            type Harm = fn(&Path);
            let harms: [Harm; 3] = [
                |path| fs::remove_file(path).unwrap(),
                |path| fs::write(path, b"").unwrap(),
                |path| {
                    let mut bytes = fs::read(path).unwrap();
                    let middle = bytes.len() / 2;
                    bytes[middle] ^= 1;
                    fs::write(path, bytes).unwrap();
                },
            ];
            for harm in harms {
                harm(&dir.path().join(read_manifest(dir.path()).unwrap().generation).join(kind(dir.path(), name)));
                assert!(
                    matches!(Engine::open_read_only(dir.path(), Check::Stat), Err(Error::Unusable { .. })),
                    "{name}"
                );
                let (engine, report) = build(dir.path());
                assert!(report.rebuilt.is_some_and(|why| why.contains("one ")), "{name}");
                assert_eq!(found(&engine, "alpha"), ["xx-test-1"]);
            }
        }
        for manifest in ["", "{}", "null", r#"{"format":"0","generation":"gen-1","files":{}}"#] {
            fs::write(dir.path().join(MANIFEST), manifest).unwrap();
            assert!(Engine::open_read_only(dir.path(), Check::Stat).is_err());
            assert!(build(dir.path()).1.rebuilt.is_some());
        }
    }

    /// The file of the current generation that has the same ending: segments have other names each time.
    fn kind(dir: &Path, name: &str) -> String {
        let end = name.rsplit('.').next().unwrap_or(name);
        read_manifest(dir).unwrap().files.into_keys().find(|other| other.ends_with(end)).unwrap()
    }

    #[test]
    fn reading_only_writes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        assert!(
            matches!(Engine::open_read_only(dir.path(), Check::Stat), Err(Error::Unusable { found, .. }) if found == "none")
        );
        let loads = AtomicUsize::new(0);
        Engine::open_or_build(dir.path(), Check::Stat, records(&[(1, "alpha")], &loads)).unwrap();
        let generation = dir.path().join(read_manifest(dir.path()).unwrap().generation);
        let before = (entries(dir.path()), entries(&generation));
        let engine = Engine::open_read_only(dir.path(), Check::Stat).unwrap();
        assert_eq!(found(&engine, "alpha"), ["xx-test-1"]);
        assert_eq!((entries(dir.path()), entries(&generation)), before);
    }
}
