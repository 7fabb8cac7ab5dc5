//! A knowledge base on disk, read.
//!
//! ```text
//! fineprint.json                  says what the folder is, and in which format
//! cases/<authority>/<id>.json     the records
//! documents/<sha256>.json         the text of each notice, so that quotes stay checkable
//! links.json                      the last visit to each official address; there once one was visited
//! review/                         questions for a person, and their answers
//! index/                          derived; the search crate's
//! lock                            held by the one writer
//! ```

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use chrono::NaiveDate;
use fineprint_model::links::Visits;
use fineprint_model::{AuthorityId, Case, CaseId, Document};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::writer::Writer;

/// The file that makes a folder a knowledge base.
pub(crate) const MARKER: &str = "fineprint.json";

/// The file of visits to official addresses.
pub(crate) const VISITS: &str = "links.json";

/// Two changes within this time may get the same time stamp: file systems' clocks are coarse.
const UNSETTLED: Duration = Duration::from_secs(2);

/// The layout this program writes.
const FORMAT: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Marker {
    format: u32,
}

/// A knowledge base. Reading needs no lock and no write permission.
#[derive(Debug, Clone)]
pub struct KnowledgeBase {
    root: PathBuf,
}

/// A record and where it stands.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Its file.
    pub path: PathBuf,
    /// The record.
    pub case: Case,
    /// SHA-256 of the file, 64 lower-case hex digits.
    pub hash: String,
}

impl KnowledgeBase {
    /// Starts a knowledge base in a folder that is missing or empty.
    ///
    /// # Errors
    /// [`Error::NotEmpty`] where the folder holds anything; [`Error::File`].
    pub fn init(root: &Path) -> Result<Self> {
        fs::create_dir_all(root).map_err(Error::io("create the folder", root))?;
        let mut entries = fs::read_dir(root).map_err(Error::io("read the folder", root))?;
        if entries.next().is_some() {
            let found = if root.join(MARKER).exists() { "a knowledge base" } else { "other files" };
            return Err(Error::NotEmpty { path: root.to_owned(), found });
        }
        let marker = format!("{{\n  \"format\": {FORMAT}\n}}\n");
        fs::create_dir_all(root.join("cases")).map_err(Error::io("create the folder", root))?;
        fineprint_durable::write(&root.join(MARKER), marker.as_bytes())?;
        Self::open(root)
    }

    /// Opens a knowledge base for reading.
    ///
    /// # Errors
    /// [`Error::NotABase`], [`Error::NewerBase`], [`Error::File`].
    pub fn open(root: &Path) -> Result<Self> {
        if !root.is_dir() {
            let found = if root.exists() { "a file" } else { "nothing" };
            return Err(Error::NotABase { path: root.to_owned(), found });
        }
        let path = root.join(MARKER);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(Error::NotABase { path: root.to_owned(), found: "a folder without it" });
            }
            Err(error) => return Err(Error::io("read", &path)(error)),
        };
        match serde_json::from_str(&text) {
            Ok(Marker { format: found }) if found > FORMAT => {
                Err(Error::NewerBase { path: root.to_owned(), supported: FORMAT, found })
            }
            Ok(_) => Ok(Self { root: root.to_owned() }),
            Err(_) => Err(Error::NotABase { path: root.to_owned(), found: "one that is damaged" }),
        }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where the search index of this base belongs.
    pub fn index_dir(&self) -> PathBuf {
        self.root.join("index")
    }

    /// Takes the lock and becomes the one writer. `today` dates the entries of the records' logs.
    ///
    /// # Errors
    /// [`Error::File`]; it names the process that holds the lock, where one does.
    pub fn writer(&self, today: NaiveDate) -> Result<Writer> {
        Writer::open(self.clone(), today)
    }

    /// Every record, sorted by id. One that cannot be read is an error in its place; the rest go on.
    pub fn cases(&self) -> impl Iterator<Item = Result<Stored>> + use<> {
        record_files(&self.root.join("cases")).into_iter().map(|path| read_record(&path))
    }

    /// The text of every record, sorted by id, for whoever needs less than the whole record.
    pub fn texts(&self) -> impl Iterator<Item = Result<(PathBuf, String)>> + use<> {
        record_files(&self.root.join("cases")).into_iter().map(|path| {
            let text = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
            Ok((path, text))
        })
    }

    /// Names the state of the record files by their names, sizes and times of the last change, without reading them. `None`
    /// where one of them changed so lately that a further change might not show, or cannot be looked at.
    pub fn state(&self) -> Option<String> {
        let lately = SystemTime::now().checked_sub(UNSETTLED)?;
        let mut hasher = DefaultHasher::new();
        for path in record_files(&self.root.join("cases")) {
            let metadata = fs::symlink_metadata(&path).ok()?;
            let modified = metadata.modified().ok().filter(|modified| *modified < lately)?;
            path.strip_prefix(&self.root).ok()?.hash(&mut hasher);
            metadata.len().hash(&mut hasher);
            modified.duration_since(SystemTime::UNIX_EPOCH).ok()?.hash(&mut hasher);
        }
        Some(format!("{:016x}", hasher.finish()))
    }

    /// The record of an id or of an alias; `None` where there is none.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Record`] where the file exists but cannot be read.
    pub fn case(&self, id: &CaseId) -> Result<Option<Case>> {
        if let Some(path) = self.find(id) {
            return read_record(&path).map(|stored| Some(stored.case));
        }
        // An alias stands in a record as it is written here, so that only such records need to be taken apart.
        let named = format!("\"{id}\"");
        let texts = self.texts().flatten().filter(|(_, text)| text.contains(&named));
        let cases = texts.filter_map(|(_, text)| Case::from_json(&text).ok());
        Ok(cases.into_iter().find(|case| case.aliases.contains(id)))
    }

    /// The record of an id, if a file is named after it: aliases are left to whoever has an index of them.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Record`] where the file exists but cannot be read.
    pub fn case_of_file(&self, id: &CaseId) -> Result<Option<Case>> {
        self.find(id).map(|path| read_record(&path).map(|stored| stored.case)).transpose()
    }

    /// The file of a record. An id begins with its authority as a rule, and then no folder needs to be searched.
    fn find(&self, id: &CaseId) -> Option<PathBuf> {
        let cases = self.root.join("cases");
        let name = format!("{id}.json");
        // Links are not followed here either: they may lead anywhere.
        let is =
            |path: &Path, kind: fn(&fs::Metadata) -> bool| fs::symlink_metadata(path).is_ok_and(|found| kind(&found));
        let is_record =
            |folder: &Path| is(folder, fs::Metadata::is_dir) && is(&folder.join(&name), fs::Metadata::is_file);
        let prefixes = id.as_str().match_indices('-').filter_map(|(at, _)| id.as_str().get(..at));
        let likely = prefixes.map(|authority| cases.join(authority)).find(|folder| is_record(folder));
        let folder = likely.or_else(|| {
            let folders = fs::read_dir(&cases).into_iter().flatten().flatten();
            folders.map(|folder| folder.path()).find(|folder| is_record(folder))
        });
        folder.map(|folder| folder.join(&name))
    }

    /// The text of a notice by the hash of its bytes; `None` where it is not kept here.
    ///
    /// # Errors
    /// [`Error::File`] where the file exists but cannot be read as a document.
    pub fn document(&self, sha256: &str) -> Result<Option<Document>> {
        let Some(path) = self.document_path(sha256) else { return Ok(None) };
        match fs::read(&path) {
            Ok(bytes) => {
                serde_json::from_slice(&bytes).map(Some).map_err(|error| Error::io("read", &path)(error.into()))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io("read", &path)(error)),
        }
    }

    /// The last visits to official addresses; none where nobody visited any.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Record`] where the file is not what [`Visits`] writes.
    pub fn visits(&self) -> Result<Visits> {
        let path = self.root.join(VISITS);
        match fs::read_to_string(&path) {
            Ok(text) => Visits::from_json(&text).map_err(|source| Error::Record { path, source }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Visits::default()),
            Err(error) => Err(Error::io("read", &path)(error)),
        }
    }

    /// The place of a document; `None` where the text is no SHA-256, so that no name leads out of the folder.
    pub(crate) fn document_path(&self, sha256: &str) -> Option<PathBuf> {
        let is_hash = sha256.len() == 64 && sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        is_hash.then(|| self.root.join("documents").join(format!("{sha256}.json")))
    }

    /// The place of a record. Ids are checked slugs, so it is below the folder.
    pub(crate) fn case_path(&self, case: &Case) -> PathBuf {
        self.place(&case.id, &case.authority)
    }

    /// The place of a record by its id and its authority.
    pub(crate) fn place(&self, id: &CaseId, authority: &AuthorityId) -> PathBuf {
        self.root.join("cases").join(authority.as_str()).join(format!("{id}.json"))
    }
}

/// Files with records below a folder, sorted by name. Links are not followed: they may lead anywhere.
pub(crate) fn record_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .filter(|path| {
            path.extension().is_some_and(|extension| extension == "json")
                && !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
        })
        .collect();
    files.sort_by(|a, b| a.file_stem().cmp(&b.file_stem()).then_with(|| a.cmp(b)));
    files
}

/// Reads one file as a record.
///
/// # Errors
/// [`Error::File`], [`Error::Record`].
pub fn read_record(path: &Path) -> Result<Stored> {
    let text = fs::read_to_string(path).map_err(Error::io("read", path))?;
    let case = Case::from_json(&text).map_err(|source| Error::Record { path: path.to_owned(), source })?;
    Ok(Stored { path: path.to_owned(), case, hash: sha256(text.as_bytes()) })
}

/// SHA-256 as 64 lower-case hex digits.
pub fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
