//! The one writer of a knowledge base.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use fineprint_model::{Case, CaseId, Change, ChangeKind, Document, Draft, PartialDate, RecordState};

use crate::atomic;
use crate::base::KnowledgeBase;
use crate::error::{Error, Result};
use crate::ingest::{Ingested, Keys};

/// Holds the lock of a knowledge base and changes its records. The lock goes with the process, however that ends.
#[derive(Debug)]
pub struct Writer {
    base: KnowledgeBase,
    today: PartialDate,
    /// Known identities of the cases, read on the first ingest.
    keys: Option<Keys>,
    _lock: File,
}

impl Writer {
    pub(crate) fn open(base: KnowledgeBase, today: NaiveDate) -> Result<Self> {
        let lock = lock(&base.root().join("lock"))?;
        atomic::sweep(base.root())?;
        Ok(Self { base, today: today.into(), keys: None, _lock: lock })
    }

    /// The day that entries of the records' logs are dated with.
    pub(crate) fn today(&self) -> PartialDate {
        self.today
    }

    /// Takes away the file of a case that another one has taken over, which is stored already.
    pub(crate) fn remove(&mut self, case: &Case) -> Result<()> {
        // Identities are read anew: those of the case that went must not find it any more.
        self.keys = None;
        let path = self.base.case_path(case);
        fs::remove_file(&path).map_err(Error::io("remove", &path))?;
        path.parent().map_or(Ok(()), atomic::sync_folder)
    }

    /// The base it writes to.
    pub fn base(&self) -> &KnowledgeBase {
        &self.base
    }

    /// Stores a record as it is, in place of an earlier one with its id. Durable when it returns.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Record`] where the record cannot be written as JSON, or where what stands in its place
    /// cannot be read (a newer version's record, a damaged one): that is left untouched. [`Error::Linked`] where the
    /// place is a symbolic link.
    pub fn put(&mut self, case: &Case) -> Result<PathBuf> {
        let path = self.base.case_path(case);
        self.check_place(&path)?;
        let json = case.to_json().map_err(|source| Error::Record { path: path.clone(), source })?;
        atomic::write(&path, json.as_bytes())?;
        self.remove_elsewhere(case, &path)?;
        if let Some(keys) = &mut self.keys {
            keys.add(case);
        }
        Ok(path)
    }

    /// Refuses to replace what cannot be read, and to follow a link out of the folder.
    fn check_place(&self, path: &Path) -> Result<()> {
        for place in [path.parent(), Some(path)].into_iter().flatten() {
            if fs::symlink_metadata(place).is_ok_and(|metadata| metadata.is_symlink()) {
                return Err(Error::Linked { path: place.to_owned() });
            }
        }
        if path.exists() { crate::base::read_record(path).map(|_| ()) } else { Ok(()) }
    }

    /// Takes a record back because it was wrong. It stays as a stub that says when and why, and keeps its id.
    ///
    /// # Errors
    /// [`Error::NoSuchCase`]; those of [`Writer::put`].
    pub fn withdraw(&mut self, id: &CaseId, reason: &str) -> Result<Case> {
        let Some(mut case) = self.base.case(id)? else { return Err(Error::NoSuchCase { id: id.clone() }) };
        case.record = RecordState::Withdrawn { on: self.today, reason: reason.to_owned() };
        case.changes.push(Change { on: self.today, kind: ChangeKind::Withdrawn, note: reason.to_owned() });
        self.put(&case)?;
        Ok(case)
    }

    /// A case whose authority was corrected moves to another folder; its old file goes after the new one is there.
    fn remove_elsewhere(&self, case: &Case, kept: &Path) -> Result<()> {
        let name = format!("{}.json", case.id);
        let folders = fs::read_dir(self.base.root().join("cases")).into_iter().flatten().flatten();
        for old in folders.map(|folder| folder.path().join(&name)).filter(|old| old != kept && old.is_file()) {
            fs::remove_file(&old).map_err(Error::io("remove", &old))?;
            if let Some(folder) = old.parent() {
                atomic::sync_folder(folder)?;
            }
        }
        Ok(())
    }

    /// Keeps the text of a notice, so that quotes from it can be checked.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn put_document(&mut self, document: &Document) -> Result<()> {
        let Some(path) = self.base.document_path(&document.sha256) else {
            let source = std::io::Error::other("its hash is no SHA-256");
            return Err(Error::Io { path: self.base.root().join("documents"), action: "keep a document in", source });
        };
        let json = serde_json::to_vec(document).map_err(|error| Error::Io {
            path: path.clone(),
            action: "write",
            source: error.into(),
        })?;
        if fs::read(&path).is_ok_and(|kept| kept == json) {
            return Ok(());
        }
        atomic::write(&path, &json)
    }

    /// Merges what a notice says into the case it is about, or makes a new one, and puts what it says too unsurely to
    /// enter the record among the questions for review. Reading the same notice again changes nothing.
    ///
    /// # Errors
    /// [`Error::NoAuthority`]; [`Error::Io`], [`Error::Record`] of the case concerned; [`Error::Review`] where the
    /// questions about the notice cannot be read.
    pub fn ingest(&mut self, draft: &Draft) -> Result<Ingested> {
        let mut keys = match self.keys.take() {
            Some(keys) => keys,
            None => Keys::read(&self.base),
        };
        let merged = crate::ingest::merge(&self.base, &mut keys, draft, self.today);
        self.keys = Some(keys);
        let merged = merged?;
        self.put_document(&draft.document)?;
        if merged.ingested.effect.is_change() {
            self.put(&merged.case)?;
        }
        for (other, likeness) in merged.doubts {
            self.ask_same_matter(&merged.case.id, &other, likeness.score, likeness.reasons)?;
        }
        // After the case, so that no question stands about a case that is not there.
        let asked = self.ask(&merged.case, draft)?;
        Ok(Ingested { asked, ..merged.ingested })
    }
}

fn lock(path: &Path) -> Result<File> {
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(Error::io("open the lock", path))?;
    match file.try_lock() {
        Ok(()) => {
            file.set_len(0)
                .and_then(|()| file.seek(SeekFrom::Start(0)))
                .and_then(|_| writeln!(file, "{}", std::process::id()))
                .map_err(Error::io("write the lock", path))?;
            Ok(file)
        }
        Err(TryLockError::WouldBlock) => {
            let mut pid = String::new();
            // The holder may be about to write its number; an empty one is said as such.
            let _ = file.read_to_string(&mut pid);
            let holder = match pid.trim() {
                "" => "its process id is not known".to_owned(),
                pid => format!("process {pid}"),
            };
            Err(Error::Locked { path: path.to_owned(), holder })
        }
        Err(TryLockError::Error(source)) => Err(Error::Io { path: path.to_owned(), action: "lock", source }),
    }
}
