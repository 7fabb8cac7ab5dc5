//! The archive of what was fetched.
//!
//! ```text
//! warc/<source>-00001.warc.gz   the answers, one gzip member each, appended only
//! index.jsonl                   one line an answer: address, time, hash, place; derived from the files beside it
//! runs/<source>.json            what the last runs over a source listed and fetched
//! lock                          held by the one process that fetches
//! ```
//!
//! An answer is written and synced before its line in the index is, and the line before the answer counts as fetched. What
//! a killed process left behind the last line is cut off at the next start, so that the same run goes on to the same files.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use fineprint_durable::{Lock, sync_folder};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::warc::{self, Record};

/// Size from which a WARC file is closed and the next one begun, in bytes.
const FILE_SIZE: u64 = 1 << 30;

/// Longest body that is handed out decoded, in bytes.
const MAX_PAYLOAD: u64 = 512 << 20;

/// What an answer turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A body that the archive did not have.
    Response,
    /// A body that it had; the record names the earlier one.
    SamePayload,
    /// The site said that the body fetched before still stands (304).
    NotModified,
}

/// A line of the index: an answer and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The address asked for.
    pub url: String,
    /// When, as in `2031-01-02T03:04:05Z`.
    pub at: String,
    /// HTTP status; of [`Kind::NotModified`] that of the answer that still stands.
    pub status: u16,
    /// SHA-256 of the body as sent, 64 lower-case hex digits.
    pub sha256: String,
    /// Length of the body as sent, in bytes; 0 of [`Kind::NotModified`], with which none was.
    pub size: u64,
    /// What it is.
    pub kind: Kind,
    /// Media type as stated. `None` where nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Where a redirect leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The answer's entity tag, to ask whether it still stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// When the answer was last changed, in the site's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    /// The source for which it was fetched.
    pub source: String,
    /// The number of the run, from 1, counted for each source.
    pub run: u32,
    /// The file below `warc/`.
    pub file: String,
    /// Where in it the record begins, in bytes.
    pub offset: u64,
    /// Its length in bytes.
    pub length: u64,
}

/// An HTTP answer that is to be archived.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    pub(crate) url: String,
    pub(crate) at: String,
    pub(crate) status: u16,
    /// The reason phrase, as in `OK`.
    pub(crate) reason: String,
    /// In the order received.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// The address of the machine that answered.
    pub(crate) peer: Option<String>,
}

impl Exchange {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The answer as bytes. The client has put a body sent in pieces together again, so it may not say it is in pieces.
    fn block(&self, with_body: bool) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, self.reason);
        for (name, value) in &self.headers {
            let prefix = if name.eq_ignore_ascii_case("transfer-encoding") { "X-Archive-Orig-" } else { "" };
            head.push_str(&format!("{prefix}{name}: {}\r\n", value.replace(['\r', '\n'], " ")));
        }
        head.push_str("\r\n");
        let mut block = head.into_bytes();
        if with_body {
            block.extend_from_slice(&self.body);
        }
        block
    }
}

/// The archive, opened for fetching or reading.
#[derive(Debug)]
pub struct Archive {
    root: PathBuf,
    entries: Vec<Entry>,
    by_url: HashMap<String, Vec<usize>>,
    /// Hash of a body -> the entry that has its bytes.
    by_payload: HashMap<String, usize>,
    index: File,
    _lock: Lock,
}

impl Archive {
    /// Opens an archive, or begins one in a folder that is missing or empty; cuts off what a killed process left unfinished.
    ///
    /// # Errors
    /// [`Error::File`], also where another process has it; [`Error::Damaged`].
    pub fn open(root: &Path) -> Result<Self> {
        for folder in [root, &root.join("warc"), &root.join("runs")] {
            fs::create_dir_all(folder).map_err(Error::io("create the folder", folder))?;
        }
        let lock = Lock::take(&root.join("lock"))?;
        let path = root.join("index.jsonl");
        if !path.exists() {
            rebuild(root, &path)?;
        }
        let mut index = OpenOptions::new().read(true).append(true).open(&path).map_err(Error::io("open", &path))?;
        let mut text = Vec::new();
        index.read_to_end(&mut text).map_err(Error::io("read", &path))?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        if whole < text.len() {
            index.set_len(whole as u64).and_then(|()| index.sync_all()).map_err(Error::io("mend", &path))?;
        }
        let mut archive = Self {
            root: root.to_owned(),
            entries: Vec::new(),
            by_url: HashMap::new(),
            by_payload: HashMap::new(),
            index,
            _lock: lock,
        };
        let mut at = 0;
        for line in text[..whole].split_inclusive(|byte| *byte == b'\n') {
            let entry = serde_json::from_slice(line).map_err(|error| Error::Damaged {
                path: path.clone(),
                at,
                expected: "a line of the index (remove the file to have it made anew)",
                found: error.to_string(),
            })?;
            archive.remember(entry);
            at += line.len() as u64;
        }
        archive.cut_unfinished()?;
        Ok(archive)
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Every answer in the order fetched.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The newest answer with status 200 of an address, or of where it redirects to. `None` where there is none.
    pub fn latest(&self, url: &str) -> Option<&Entry> {
        self.at_end(url, |entry| entry.status == 200)
    }

    /// The newest such answer with this body.
    pub fn body(&self, url: &str, sha256: &str) -> Option<&Entry> {
        self.at_end(url, |entry| entry.status == 200 && entry.sha256 == sha256)
    }

    fn at_end(&self, url: &str, is_wanted: impl Fn(&Entry) -> bool) -> Option<&Entry> {
        let mut url = url::Url::parse(url).ok()?;
        // As many hops as anybody follows, so that a circle ends.
        for _ in 0..20 {
            url.set_fragment(None);
            if let Some(entry) = self.answers(url.as_str()).rev().find(|entry| is_wanted(entry)) {
                return Some(entry);
            }
            let location = self.answers(url.as_str()).rev().find_map(|entry| entry.location.as_deref())?;
            url = url.join(location).ok()?;
        }
        None
    }

    /// What an address answered in a run of a source. `None` where it was not asked.
    pub(crate) fn in_run(&self, url: &str, source: &str, run: u32) -> Option<&Entry> {
        self.answers(url).rev().find(|entry| entry.source == source && entry.run == run)
    }

    /// Every answer of an address, the oldest first.
    pub(crate) fn answers(&self, url: &str) -> impl DoubleEndedIterator<Item = &Entry> {
        self.by_url.get(url).into_iter().flatten().map(|at| &self.entries[*at])
    }

    /// The body of an answer, decoded.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Damaged`] where the record is not there or its body is another.
    pub fn payload(&self, entry: &Entry) -> Result<Vec<u8>> {
        let holder = self.by_payload.get(&entry.sha256).map_or(entry, |at| &self.entries[*at]);
        let path = self.warc(&holder.file);
        let damaged =
            |expected, found: String| Error::Damaged { path: path.clone(), at: holder.offset, expected, found };
        let next = warc::Reader::open(&path, holder.offset)?.next();
        let (_, _, record) = next.ok_or_else(|| damaged("a record", "the end of the file".to_owned()))??;
        let answer = record.answer().ok_or_else(|| damaged("an HTTP answer", "none".to_owned()))?;
        let found = warc::sha256(answer.body);
        if found != entry.sha256 {
            return Err(damaged("the body of that hash", format!("`{found}`")));
        }
        warc::decoded(answer.body, answer.field("content-encoding"), MAX_PAYLOAD)
            .map_err(|error| damaged("a body that decodes", error.to_string()))
    }

    /// Appends an answer; durable when it returns. `earlier` is the entry that an answer 304 confirms.
    pub(crate) fn add(
        &mut self,
        exchange: &Exchange,
        earlier: Option<&Entry>,
        source: &str,
        run: u32,
    ) -> Result<Entry> {
        let mut entry = Entry {
            url: exchange.url.clone(),
            at: exchange.at.clone(),
            status: exchange.status,
            sha256: warc::sha256(&exchange.body),
            size: exchange.body.len() as u64,
            kind: Kind::Response,
            media_type: exchange.header("content-type").map(ToOwned::to_owned),
            location: exchange.header("location").map(ToOwned::to_owned),
            etag: exchange.header("etag").map(ToOwned::to_owned),
            last_modified: exchange.header("last-modified").map(ToOwned::to_owned),
            source: source.to_owned(),
            run,
            file: String::new(),
            offset: 0,
            length: 0,
        };
        if let Some(earlier) = earlier {
            entry.kind = Kind::NotModified;
            entry.status = earlier.status;
            entry.sha256.clone_from(&earlier.sha256);
            entry.media_type.clone_from(&earlier.media_type);
            entry.etag = entry.etag.or_else(|| earlier.etag.clone());
            entry.last_modified = entry.last_modified.or_else(|| earlier.last_modified.clone());
        } else if self.by_payload.contains_key(&entry.sha256) && !exchange.body.is_empty() {
            entry.kind = Kind::SamePayload;
        }
        let record = self.record(exchange, &entry);
        (entry.file, entry.offset) = self.place(source)?;
        let member = record.to_member(&format!("{}@{}", entry.file, entry.offset));
        entry.length = member.len() as u64;
        let path = self.warc(&entry.file);
        let mut file = OpenOptions::new().append(true).create(true).open(&path).map_err(Error::io("open", &path))?;
        if let Err(error) = file.write_all(&member).and_then(|()| file.sync_data()) {
            // Half a record in the middle of a file would hide what comes after it from other tools.
            let _ = file.set_len(entry.offset);
            return Err(Error::io("write", &path)(error));
        }
        let mut line = serde_json::to_vec(&entry).map_err(|error| Error::io("write", &path)(error.into()))?;
        line.push(b'\n');
        let path = self.root.join("index.jsonl");
        self.index.write_all(&line).and_then(|()| self.index.sync_data()).map_err(Error::io("write", &path))?;
        self.remember(entry.clone());
        Ok(entry)
    }

    fn record(&self, exchange: &Exchange, entry: &Entry) -> Record {
        let kind = if entry.kind == Kind::Response { "response" } else { "revisit" };
        let mut record = Record::new(kind, &entry.at, exchange.block(entry.kind == Kind::Response))
            .with("WARC-Target-URI", &entry.url)
            .with("Content-Type", "application/http;msgtype=response")
            .with("WARC-Payload-Digest", format!("sha256:{}", entry.sha256));
        if let Some(peer) = &exchange.peer {
            record = record.with("WARC-IP-Address", peer);
        }
        if entry.kind != Kind::Response {
            let profile = if entry.kind == Kind::NotModified { warc::NOT_MODIFIED } else { warc::SAME_PAYLOAD };
            record = record.with("WARC-Profile", profile);
            if let Some(first) = self.by_payload.get(&entry.sha256).map(|at| &self.entries[*at]) {
                record = record.with("WARC-Refers-To-Target-URI", &first.url).with("WARC-Refers-To-Date", &first.at);
            }
        }
        // Fields of our own: what the index could not be made anew without. Other tools pass over them.
        record.with("Fineprint-Source", &entry.source).with("Fineprint-Run", entry.run.to_string())
    }

    /// The file of a source that is being written, and its length; begins one where there is none or the last is full.
    fn place(&self, source: &str) -> Result<(String, u64)> {
        let name = |number: u32| format!("{source}-{number:05}.warc.gz");
        let mut number = 1;
        while self.warc(&name(number + 1)).exists() {
            number += 1;
        }
        let length = |path: &Path| fs::metadata(path).map(|metadata| metadata.len());
        match length(&self.warc(&name(number))) {
            Ok(length) if length < FILE_SIZE => return Ok((name(number), length)),
            Ok(_) => number += 1,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(Error::io("read", &self.warc(&name(number)))(error)),
        }
        let path = self.warc(&name(number));
        let member = info(source).to_member(&name(number));
        let mut file = File::create(&path).map_err(Error::io("create", &path))?;
        file.write_all(&member).and_then(|()| file.sync_all()).map_err(Error::io("write", &path))?;
        sync_folder(&self.root.join("warc"))?;
        Ok((name(number), member.len() as u64))
    }

    fn warc(&self, file: &str) -> PathBuf {
        self.root.join("warc").join(file)
    }

    fn remember(&mut self, entry: Entry) {
        let at = self.entries.len();
        if entry.kind == Kind::Response {
            self.by_payload.entry(entry.sha256.clone()).or_insert(at);
        }
        self.by_url.entry(entry.url.clone()).or_default().push(at);
        self.entries.push(entry);
    }

    /// Cuts every file off behind its last record that the index knows; a file of which it knows none begins anew. A killed
    /// process leaves one record at most there: more than one is an index that lost lines, and nothing is cut.
    fn cut_unfinished(&self) -> Result<()> {
        let mut ends: HashMap<&str, u64> = HashMap::new();
        for entry in &self.entries {
            let end = ends.entry(entry.file.as_str()).or_default();
            *end = (*end).max(entry.offset + entry.length);
        }
        for path in warc_files(&self.root)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let length = fs::metadata(&path).map_err(Error::io("read", &path))?.len();
            match ends.get(name.as_str()) {
                Some(end) if length < *end => {
                    return Err(Error::Damaged {
                        path,
                        at: length,
                        expected: "as many bytes as the index says",
                        found: format!("an end {} bytes earlier", end - length),
                    });
                }
                Some(end) if length > *end => {
                    self.check_is_remainder(&path, *end)?;
                    let file = OpenOptions::new().write(true).open(&path).map_err(Error::io("open", &path))?;
                    file.set_len(*end).and_then(|()| file.sync_all()).map_err(Error::io("mend", &path))?;
                }
                Some(_) => {}
                None => {
                    self.check_is_remainder(&path, 0)?;
                    fs::remove_file(&path).map_err(Error::io("remove", &path))?;
                }
            }
        }
        Ok(())
    }

    fn check_is_remainder(&self, path: &Path, at: u64) -> Result<()> {
        let answers = warc::Reader::open(path, at)?
            .map_while(Result::ok)
            .filter(|(.., record)| record.field("WARC-Type") != Some("warcinfo"))
            .take(2)
            .count();
        if answers < 2 {
            return Ok(());
        }
        Err(Error::Damaged {
            path: path.to_owned(),
            at,
            expected: "at most one record that `index.jsonl` does not know",
            found: "more (remove the index to have it made anew)".to_owned(),
        })
    }
}

/// The record that begins a file: who made it, and by which rules.
fn info(source: &str) -> Record {
    let block = format!(
        "software: fineprint/{}\r\nformat: WARC file version 1.1\r\nisPartOf: {source}\r\nrobots: classic\r\n",
        env!("CARGO_PKG_VERSION")
    );
    // The day of the format: a file's beginning says nothing about the day of its records.
    Record::new("warcinfo", "2017-08-01T00:00:00Z", block.into_bytes()).with("Content-Type", "application/warc-fields")
}

fn warc_files(root: &Path) -> Result<Vec<PathBuf>> {
    let folder = root.join("warc");
    let entries = fs::read_dir(&folder).map_err(Error::io("read the folder", &folder))?;
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".warc.gz"))
        .collect();
    files.sort();
    Ok(files)
}

/// Makes the index from the files. What is damaged at the end of one is what a killed process left.
fn rebuild(root: &Path, path: &Path) -> Result<()> {
    let mut entries: Vec<Entry> = Vec::new();
    for file in warc_files(root)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for (offset, length, record) in warc::Reader::open(&file, 0)?.map_while(Result::ok) {
            entries.extend(entry_of(&record, &entries, &name, offset, length));
        }
    }
    entries.sort_by(|a, b| a.at.cmp(&b.at));
    let mut text = Vec::new();
    for entry in &entries {
        serde_json::to_writer(&mut text, entry).map_err(|error| Error::io("write", path)(error.into()))?;
        text.push(b'\n');
    }
    Ok(fineprint_durable::write(path, &text)?)
}

/// A record as a line of the index; `None` for one that is not an answer that we fetched.
fn entry_of(record: &Record, earlier: &[Entry], file: &str, offset: u64, length: u64) -> Option<Entry> {
    let answer = record.answer()?;
    let url = record.field("WARC-Target-URI")?.to_owned();
    let sha256 = record.field("WARC-Payload-Digest")?.strip_prefix("sha256:")?.to_owned();
    let kind = match (record.field("WARC-Type")?, record.field("WARC-Profile")) {
        ("response", _) => Kind::Response,
        ("revisit", Some(warc::NOT_MODIFIED)) => Kind::NotModified,
        ("revisit", _) => Kind::SamePayload,
        _ => return None,
    };
    let own = |name: &str| answer.field(name).map(ToOwned::to_owned);
    let first = earlier.iter().find(|entry| entry.sha256 == sha256);
    let size = match kind {
        Kind::Response => answer.body.len() as u64,
        Kind::SamePayload => first.map_or(0, |entry| entry.size),
        Kind::NotModified => 0,
    };
    let confirmed =
        earlier.iter().rev().find(|entry| kind == Kind::NotModified && entry.url == url && entry.sha256 == sha256);
    Some(Entry {
        at: record.field("WARC-Date")?.to_owned(),
        status: confirmed.map_or(answer.status, |entry| entry.status),
        kind,
        media_type: confirmed.map_or_else(|| own("content-type"), |entry| entry.media_type.clone()),
        location: own("location"),
        etag: own("etag").or_else(|| confirmed?.etag.clone()),
        last_modified: own("last-modified").or_else(|| confirmed?.last_modified.clone()),
        source: record.field("Fineprint-Source")?.to_owned(),
        run: record.field("Fineprint-Run")?.parse().ok()?,
        file: file.to_owned(),
        url,
        sha256,
        size,
        offset,
        length,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(url: &str, body: &str) -> Exchange {
        Exchange {
            url: url.to_owned(),
            at: "2031-01-02T03:04:05Z".to_owned(),
            status: 200,
            reason: "OK".to_owned(),
            headers: vec![("Content-Type".into(), "text/html".into()), ("ETag".into(), format!("\"{}\"", body.len()))],
            body: body.into(),
            peer: Some("192.0.2.1".to_owned()),
        }
    }

    fn files(root: &Path) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = warc_files(root).unwrap();
        files.push(root.join("index.jsonl"));
        files.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
    }

    #[test]
    fn a_body_is_kept_once_and_found_from_each_answer() {
        let folder = tempfile::tempdir().unwrap();
        let mut archive = Archive::open(folder.path()).unwrap();
        let first = archive.add(&exchange("https://a.example/1", "one"), None, "xx", 1).unwrap();
        let same = archive.add(&exchange("https://a.example/2", "one"), None, "xx", 1).unwrap();
        let unchanged =
            Exchange { status: 304, headers: Vec::new(), body: Vec::new(), ..exchange("https://a.example/1", "") };
        let confirmed = archive.add(&unchanged, Some(&first), "xx", 2).unwrap();
        assert_eq!([first.kind, same.kind, confirmed.kind], [Kind::Response, Kind::SamePayload, Kind::NotModified]);
        assert_eq!((confirmed.status, confirmed.etag.as_deref()), (200, Some("\"3\"")));
        for entry in [&first, &same, &confirmed] {
            assert_eq!(archive.payload(entry).unwrap(), b"one");
        }
        assert_eq!(archive.latest("https://a.example/1"), Some(&confirmed));
        assert_eq!(archive.in_run("https://a.example/1", "xx", 1), Some(&first));
        assert_eq!(archive.in_run("https://a.example/2", "xx", 2), None);
    }

    #[test]
    fn the_index_comes_back_the_same_from_the_files() {
        let folder = tempfile::tempdir().unwrap();
        let mut archive = Archive::open(folder.path()).unwrap();
        let first = archive.add(&exchange("https://a.example/1", "one"), None, "xx", 1).unwrap();
        archive.add(&exchange("https://a.example/2", "one"), None, "xx", 1).unwrap();
        let unchanged =
            Exchange { status: 304, headers: Vec::new(), body: Vec::new(), ..exchange("https://a.example/1", "") };
        archive.add(&unchanged, Some(&first), "xx", 2).unwrap();
        drop(archive);
        let before = files(folder.path());
        fs::remove_file(folder.path().join("index.jsonl")).unwrap();
        drop(Archive::open(folder.path()).unwrap());
        assert_eq!(files(folder.path()), before);
    }

    #[test]
    fn what_was_not_acknowledged_is_cut_off_wherever_the_kill_came() {
        let folder = tempfile::tempdir().unwrap();
        let mut archive = Archive::open(folder.path()).unwrap();
        archive.add(&exchange("https://a.example/1", "one"), None, "xx", 1).unwrap();
        drop(archive);
        let whole = files(folder.path());
        let mut archive = Archive::open(folder.path()).unwrap();
        archive.add(&exchange("https://a.example/2", "two"), None, "xx", 1).unwrap();
        drop(archive);
        let both = files(folder.path());
        // The second record half or wholly written, its line missing or half written.
        for (warc, line) in [(1, 0), (20, 0), (usize::MAX, 0), (usize::MAX, 10)] {
            for ((path, one), (_, two)) in whole.iter().zip(&both) {
                let extra = if path.ends_with("index.jsonl") { line } else { warc };
                fs::write(path, &two[..one.len() + extra.min(two.len() - one.len())]).unwrap();
            }
            let mut archive = Archive::open(folder.path()).unwrap();
            assert_eq!(archive.entries().len(), 1);
            archive.add(&exchange("https://a.example/2", "two"), None, "xx", 1).unwrap();
            drop(archive);
            assert_eq!(files(folder.path()), both, "{warc} {line}");
        }
        // An index that lost lines is not believed.
        fs::write(folder.path().join("index.jsonl"), "").unwrap();
        assert!(matches!(Archive::open(folder.path()), Err(Error::Damaged { .. })));
        // Killed before the first line: nothing was acknowledged.
        fs::write(&whole[0].0, &whole[0].1).unwrap();
        let mut archive = Archive::open(folder.path()).unwrap();
        archive.add(&exchange("https://a.example/1", "one"), None, "xx", 1).unwrap();
        archive.add(&exchange("https://a.example/2", "two"), None, "xx", 1).unwrap();
        assert_eq!(files(folder.path()), both);
    }

    #[test]
    fn lost_bytes_and_changed_bodies_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        let mut archive = Archive::open(folder.path()).unwrap();
        let entry = archive.add(&exchange("https://a.example/1", "one"), None, "xx", 1).unwrap();
        let wrong = Entry { sha256: "0".repeat(64), ..entry };
        assert!(matches!(archive.payload(&wrong), Err(Error::Damaged { .. })));
        drop(archive);
        let path = warc_files(folder.path()).unwrap().remove(0);
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
        assert!(matches!(Archive::open(folder.path()), Err(Error::Damaged { .. })));
    }

    #[test]
    fn one_process_fetches_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let _held = Archive::open(folder.path()).unwrap();
        let error = Archive::open(folder.path()).unwrap_err();
        assert!(error.to_string().contains(&format!("process {}", std::process::id())), "{error}");
    }
}
