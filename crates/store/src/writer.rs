//! The one writer of a knowledge base.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use fineprint_durable::{Group, Lock};
use fineprint_model::links::Visits;
use fineprint_model::{
    AuthorityId, Case, CaseId, Change, ChangeKind, Document, Draft, PartialDate, RecordState, Statement,
};

use crate::base::{KnowledgeBase, VISITS};
use crate::error::{Error, Result};
use crate::ingest::{Ingested, Keys, Lookup};

/// Files after which a group is committed.
const MOST_FILES: usize = 192;
/// Bytes after which a group is committed.
const MOST_BYTES: usize = 32 << 20;

/// Holds the lock of a knowledge base and changes its records. The lock goes with the process, however that ends.
#[derive(Debug)]
pub struct Writer {
    base: KnowledgeBase,
    today: PartialDate,
    /// Known identities of the cases, read on the first ingest.
    keys: Option<Keys>,
    /// What is written and not yet in its place.
    group: Group,
    /// Whether several changes are written together.
    is_grouped: bool,
    _lock: Lock,
}

impl Writer {
    pub(crate) fn open(base: KnowledgeBase, today: NaiveDate) -> Result<Self> {
        let lock = Lock::take(&base.root().join("lock"))?;
        fineprint_durable::sweep(base.root())?;
        Ok(Self { base, today: today.into(), keys: None, group: Group::default(), is_grouped: false, _lock: lock })
    }

    /// From now on [`Writer::put`] and [`Writer::ingest`] may return before what they wrote is on disk: many changes are
    /// made durable together, which takes a fraction of the time. [`Writer::commit`] does it at the latest; what was not
    /// committed when the writer goes was never written.
    pub fn in_groups(&mut self) {
        self.is_grouped = true;
    }

    /// Puts everything that was written into its place. Durable when it returns.
    ///
    /// # Errors
    /// [`Error::File`]; what was written since the last commit is then partly in its place, each file whole or not at all.
    pub fn commit(&mut self) -> Result<()> {
        Ok(self.group.commit()?)
    }

    /// After a change: makes it durable, unless more are to be gathered first.
    fn changed(&mut self) -> Result<()> {
        let is_full = self.group.len() >= MOST_FILES || self.group.size_bytes() >= MOST_BYTES;
        if self.is_grouped && !is_full { Ok(()) } else { self.commit() }
    }

    /// Before a file is read: puts it into its place, if it is written and not there yet.
    pub(crate) fn settle(&mut self, path: &Path) -> Result<()> {
        if self.group.holds(path) { self.commit() } else { Ok(()) }
    }

    /// What is written and not yet in its place.
    pub(crate) fn group(&mut self) -> &mut Group {
        &mut self.group
    }

    /// The day that entries of the records' logs are dated with.
    pub(crate) fn today(&self) -> PartialDate {
        self.today
    }

    /// Takes away the file of a case that another one has taken over, which is stored already.
    pub(crate) fn remove(&mut self, case: &Case) -> Result<()> {
        self.commit()?;
        // Identities are read anew: those of the case that went must not find it any more.
        self.keys = None;
        let path = self.base.case_path(case);
        fs::remove_file(&path).map_err(Error::io("remove", &path))?;
        Ok(path.parent().map_or(Ok(()), fineprint_durable::sync_folder)?)
    }

    /// The base it writes to.
    pub fn base(&self) -> &KnowledgeBase {
        &self.base
    }

    /// Stores a record as it is, in place of an earlier one with its id. Durable when it returns, unless
    /// [`Writer::in_groups`].
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Record`] where the record cannot be written as JSON, or where what stands in its place
    /// cannot be read (a newer version's record, a damaged one): that is left untouched. [`Error::Linked`] where the
    /// place is a symbolic link.
    pub fn put(&mut self, case: &Case) -> Result<PathBuf> {
        let path = self.stage(case)?;
        self.changed()?;
        Ok(path)
    }

    /// Writes a record aside.
    fn stage(&mut self, case: &Case) -> Result<PathBuf> {
        let path = self.base.case_path(case);
        self.settle(&path)?;
        self.check_place(&path)?;
        let json = case.to_json().map_err(|source| Error::Record { path: path.clone(), source })?;
        self.group.write(&path, json.as_bytes())?;
        let known = self.keys.as_ref().and_then(|keys| keys.authority(&case.id));
        // A new case, or one of the same authority as before, has no other place.
        if self.keys.is_none() || known.is_some_and(|known| *known != case.authority) {
            self.remove_elsewhere(case, &path)?;
        }
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

    /// The record of an id or of an alias, as the next change finds it; `None` where there is none. The first call reads
    /// the identities of all cases, so that the others need to search no folder.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Record`] where the file exists but cannot be read.
    pub fn case(&mut self, id: &CaseId) -> Result<Option<Case>> {
        let keys = self.keys.get_or_insert_with(|| Keys::read(&self.base));
        let place = keys.id(id).and_then(|id| Some((id.clone(), keys.authority(id)?.clone())));
        match place {
            Some((id, authority)) => Stored { writer: self }.case(&id, &authority),
            None => Ok(None),
        }
    }

    /// Takes a record back because it was wrong. It stays as a stub that says when and why, and keeps its id.
    ///
    /// # Errors
    /// [`Error::NoSuchCase`]; those of [`Writer::put`].
    pub fn withdraw(&mut self, id: &CaseId, reason: &str) -> Result<Case> {
        self.commit()?;
        let Some(mut case) = self.base.case(id)? else { return Err(Error::NoSuchCase { id: id.clone() }) };
        case.record = RecordState::Withdrawn { on: self.today, reason: reason.to_owned() };
        case.changes.push(Change { on: self.today, kind: ChangeKind::Withdrawn, note: reason.to_owned() });
        self.put(&case)?;
        Ok(case)
    }

    /// A case whose authority was corrected moves to another folder; its old file goes after the new one is there.
    fn remove_elsewhere(&mut self, case: &Case, kept: &Path) -> Result<()> {
        let name = format!("{}.json", case.id);
        let folders = fs::read_dir(self.base.root().join("cases")).into_iter().flatten().flatten();
        let places = folders.map(|folder| folder.path().join(&name));
        let others: Vec<PathBuf> = places.filter(|old| old != kept && old.is_file()).collect();
        if !others.is_empty() {
            self.commit()?;
        }
        for old in others {
            fs::remove_file(&old).map_err(Error::io("remove", &old))?;
            if let Some(folder) = old.parent() {
                fineprint_durable::sync_folder(folder)?;
            }
        }
        Ok(())
    }

    /// Keeps the text of a notice, so that quotes from it can be checked.
    fn stage_document(&mut self, document: &Document) -> Result<()> {
        let Some(path) = self.base.document_path(&document.sha256) else {
            let source = std::io::Error::other("its hash is no SHA-256");
            return Err(Error::io("keep a document in", &self.base.root().join("documents"))(source));
        };
        let json = serde_json::to_vec(document).map_err(|error| Error::io("write", &path)(error.into()))?;
        self.settle(&path)?;
        if fs::read(&path).is_ok_and(|kept| kept == json) {
            return Ok(());
        }
        Ok(self.group.write(&path, &json)?)
    }

    /// Keeps visits to official addresses in place of what was kept of them.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Record`] where they cannot be written as JSON.
    pub fn put_visits(&mut self, visits: &Visits) -> Result<()> {
        let path = self.base.root().join(VISITS);
        let json = visits.to_json().map_err(|source| Error::Record { path: path.clone(), source })?;
        Ok(fineprint_durable::write(&path, json.as_bytes())?)
    }

    /// Merges what a notice says into the case it is about, or makes a new one, and puts what it says too unsurely to
    /// enter the record among the questions for review. Reading the same notice again changes nothing. Durable when it
    /// returns, unless [`Writer::in_groups`].
    ///
    /// # Errors
    /// [`Error::NoAuthority`]; [`Error::File`], [`Error::Record`] of the case concerned; [`Error::Review`] where the
    /// questions about the notice cannot be read.
    pub fn ingest(&mut self, draft: &Draft) -> Result<Ingested> {
        let mut keys = match self.keys.take() {
            Some(keys) => keys,
            None => Keys::read(&self.base),
        };
        let today = self.today;
        let merged = crate::ingest::merge(&mut Stored { writer: self }, &mut keys, draft, today);
        self.keys = Some(keys);
        let merged = merged?;
        self.stage_document(&draft.document)?;
        if merged.ingested.effect.is_change() {
            self.stage(&merged.case)?;
        }
        for (other, likeness) in merged.doubts {
            self.stage_pair(&merged.case.id, &other, likeness.score, likeness.reasons)?;
        }
        let asked = self.ask(&merged.case, draft)?;
        self.changed()?;
        Ok(Ingested { asked, ..merged.ingested })
    }
}

/// What the base has, and what is on its way there.
struct Stored<'a> {
    writer: &'a mut Writer,
}

impl Lookup for Stored<'_> {
    fn case(&mut self, id: &CaseId, authority: &AuthorityId) -> Result<Option<Case>> {
        let path = self.writer.base.place(id, authority);
        self.writer.settle(&path)?;
        if fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file()) {
            return crate::base::read_record(&path).map(|stored| Some(stored.case));
        }
        // Somebody put it into another folder by hand.
        self.writer.base.case(id)
    }

    fn rejected(&mut self, document: &str) -> Result<Vec<(CaseId, Statement)>> {
        if let Some(path) = self.writer.base.sheet_path(document) {
            self.writer.settle(&path)?;
        }
        self.writer.base.rejected(document)
    }
}
