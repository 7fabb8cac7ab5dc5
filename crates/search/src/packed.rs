//! The index as files of a web site: cut into chunks that are named after their content, so that a browser may keep them
//! for ever, a changed index costs only what changed, and a reader fetches what its question needs from any host, with
//! no help from it but plain files.
//!
//! Records are not in it. The site has each of them as a file already; whoever reads an answer brings them ([`Shelf`]).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fineprint_model::{Case, CaseId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use tantivy::directory::error::OpenReadError;
use tantivy::directory::{Directory as _, FileHandle, OwnedBytes, RamDirectory};
use tantivy::{HasLen, Index, IndexSettings, TantivyDocument};

use crate::build::BUDGET;
use crate::engine::{Engine, hex};
use crate::error::{Error, Result};
use crate::project::document;
use crate::read_only::{Files, ReadOnly};
use crate::schema::{FORMAT, fields, schema, tokenizers};

/// Size of the chunks that are fetched before the first question, in bytes: few requests.
const HOT_CHUNK: usize = 256 * 1024;
/// Size of the chunks that are fetched when a question needs them, in bytes: little that is not needed.
const COLD_CHUNK: usize = 16 * 1024;
/// Postings and positions of up to so many bytes are fetched beforehand all the same: those of a small index.
const HOT_POSTINGS: usize = 256 * 1024;
/// How hard chunks are compressed, of 10.
const EFFORT: u8 = 7;
/// About how many cases are in one part: what is made anew, and fetched again, when one of them changes.
const SHARD: usize = 2500;

/// The index engine's list of segments.
const META: &str = "meta.json";

/// What an index must have been written by to be read by this program.
pub(crate) fn format() -> String {
    let schema = serde_json::to_string(&schema()).unwrap_or_default();
    let schema = &hex(&Sha256::digest(schema.as_bytes()))[..16];
    format!("{FORMAT}-{}-{schema}-{}", env!("CARGO_PKG_VERSION"), fineprint_model::vocab::fingerprint())
}

/// The list of a packed index's files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contents {
    /// What wrote it: a reader of another version refuses it.
    pub format: String,
    /// Its parts. Which case is in which depends on the case's id and on how many cases there are, so that a changed
    /// case changes one part.
    pub shards: Vec<Shard>,
}

/// A part of a packed index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shard {
    /// Names the state of its cases.
    pub key: String,
    /// How many cases are in it.
    pub cases: u32,
    /// Its files by their ending.
    pub files: BTreeMap<String, PackedFile>,
}

/// One file, in chunks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackedFile {
    /// Bytes, uncompressed.
    pub size: usize,
    /// Bytes of every chunk but the last, uncompressed.
    pub chunk: usize,
    /// Whether every question needs it, so that it is fetched as a whole beforehand.
    pub hot: bool,
    /// Names of its chunks in their order.
    pub chunks: Vec<String>,
}

impl Contents {
    /// Names of all chunks.
    pub fn chunks(&self) -> impl Iterator<Item = &str> {
        let files = self.shards.iter().flat_map(|shard| shard.files.values());
        files.flat_map(|file| &file.chunks).map(String::as_str)
    }

    /// How many cases are in the index.
    pub fn cases(&self) -> usize {
        self.shards.iter().map(|shard| shard.cases as usize).sum()
    }

    fn file(&self, name: &str) -> Option<&PackedFile> {
        let (segment, ending) = name.split_once('.')?;
        self.shards.get(usize::from_str_radix(segment, 16).ok()?)?.files.get(ending)
    }

    /// The list of segments as the index engine keeps it.
    fn meta(&self) -> String {
        let segments = (0..).zip(&self.shards).filter(|(_, shard)| shard.cases > 0).map(|(number, shard): (usize, _)| {
            json!({"segment_id": with_dashes(&segment_name(number)), "max_doc": shard.cases, "deletes": null})
        });
        json!({
            "index_settings": IndexSettings::default(),
            "segments": segments.collect::<Vec<_>>(),
            "schema": schema(),
            "opstamp": 0,
        })
        .to_string()
    }
}

/// A packed index: the list of its files and those chunks that were not there before, not yet compressed.
#[derive(Debug, Clone)]
pub struct Packed {
    /// The list.
    pub contents: Contents,
    /// Name and bytes of each chunk, each once.
    pub chunks: BTreeMap<String, Vec<u8>>,
    /// Names the state of each case: see [`record_hash`].
    pub states: BTreeMap<CaseId, String>,
}

impl Packed {
    /// Packs an index over cases. The same cases give the same bytes, whatever their order.
    ///
    /// Names whose publication term has passed must be gone from the cases already. Parts that `earlier` has in the same
    /// state are taken over; their chunks are not made again.
    ///
    /// # Errors
    /// [`Error::Record`] for a case that cannot be written as JSON, [`Error::Index`] where the index fails.
    pub fn build(cases: &[Case], earlier: Option<&Contents>) -> Result<Self> {
        Self::build_in_parts(cases, earlier, SHARD)
    }

    /// As [`Packed::build`], with about so many cases in a part.
    ///
    /// # Errors
    /// As [`Packed::build`].
    pub fn build_in_parts(cases: &[Case], earlier: Option<&Contents>, shard: usize) -> Result<Self> {
        let format = format();
        let earlier = earlier.filter(|earlier| earlier.format == format);
        let count = cases.len().div_ceil(shard.max(1)).next_power_of_two();
        let mut parts: Vec<Vec<&Case>> = vec![Vec::new(); count];
        for case in cases {
            if let Some(part) = parts.get_mut(spread(case.id.as_str()) % count) {
                part.push(case);
            }
        }
        let made: Vec<Result<(Shard, Chunks, States)>> = std::thread::scope(|scope| {
            let threads: Vec<_> = parts
                .into_iter()
                .enumerate()
                .map(|(number, part)| {
                    let known = earlier.and_then(|earlier| earlier.shards.get(number));
                    scope.spawn(move || pack_part(part, known))
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(failed("a thread ended")))).collect()
        });
        let contents = Contents { format, shards: Vec::new() };
        let mut packed = Self { contents, chunks: BTreeMap::new(), states: BTreeMap::new() };
        for made in made {
            let (shard, chunks, states) = made?;
            packed.contents.shards.push(shard);
            packed.chunks.extend(chunks);
            packed.states.extend(states);
        }
        Ok(packed)
    }
}

type Chunks = BTreeMap<String, Vec<u8>>;
type States = Vec<(CaseId, String)>;

fn failed(message: &str) -> Error {
    Error::Index { action: "pack", message: message.to_owned() }
}

/// FNV-1a over an id: which part it is in.
fn spread(id: &str) -> usize {
    let hash = id
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash >> 32) as usize
}

fn segment_name(number: usize) -> String {
    format!("{number:032x}")
}

fn pack_part(mut part: Vec<&Case>, known: Option<&Shard>) -> Result<(Shard, Chunks, States)> {
    part.sort_by(|a, b| a.id.cmp(&b.id));
    part.dedup_by(|a, b| a.id == b.id);
    let hashed = part.into_iter().map(|case| {
        let json = case.to_json_line();
        let json = json.map_err(|error| Error::Record { id: case.id.to_string(), message: error.to_string() })?;
        Ok((case, record_hash(&json)))
    });
    let part: Vec<(&Case, String)> = hashed.collect::<Result<_>>()?;
    let states = || part.iter().map(|(case, hash)| (case.id.clone(), hash.clone())).collect();
    let mut state = Sha256::new();
    for (case, hash) in &part {
        state.update(case.id.as_str().as_bytes());
        state.update(hash.as_bytes());
    }
    let key = hex(&state.finalize()[..10]);
    if let Some(known) = known.filter(|known| known.key == key) {
        return Ok((known.clone(), Chunks::new(), states()));
    }
    let cases = u32::try_from(part.len()).map_err(|_| failed("too many cases"))?;
    let mut shard = Shard { key, cases, files: BTreeMap::new() };
    let mut chunks = Chunks::new();
    if cases > 0 {
        for (ending, bytes) in index_files(&part)? {
            let file = cut(&ending, &bytes, &mut chunks);
            shard.files.insert(ending, file);
        }
    }
    Ok((shard, chunks, states()))
}

/// The files of an index over cases in one segment, by their ending.
fn index_files(part: &[(&Case, String)]) -> Result<BTreeMap<String, Vec<u8>>> {
    let schema = schema();
    let fields = fields(&schema)?;
    let directory = RamDirectory::create();
    let builder = Index::builder().schema(schema.clone()).settings(IndexSettings::default()).tokenizers(tokenizers());
    let mut writer = builder.single_segment_index_writer(directory.clone(), BUDGET).map_err(Error::index("pack"))?;
    for (case, hash) in part {
        let whole = document(&schema, &fields, case, hash, &[])?;
        let mut kept = TantivyDocument::default();
        for (field, value) in whole.field_values().filter(|(field, _)| *field != fields.record) {
            kept.add_field_value(field, value);
        }
        writer.add_document(kept).map_err(Error::index("pack"))?;
    }
    let index = writer.finalize().map_err(Error::index("pack"))?;
    let mut files = BTreeMap::new();
    for path in index.load_metas().map_err(Error::index("pack"))?.list_segment_files() {
        let Some(ending) = path.extension().map(|ending| ending.to_string_lossy().into_owned()) else { continue };
        if !directory.exists(&path).map_err(Error::index("pack"))? {
            continue;
        }
        let bytes = directory.open_read(&path).map_err(Error::index("pack"))?;
        let bytes = bytes.read_bytes().map_err(Error::index("pack"))?;
        files.insert(ending, bytes.as_slice().to_vec());
    }
    Ok(files)
}

/// Cuts a file into chunks named after their content.
fn cut(ending: &str, bytes: &[u8], chunks: &mut Chunks) -> PackedFile {
    let is_postings = ending == "idx" || ending == "pos";
    let hot = ending != "store" && (!is_postings || bytes.len() <= HOT_POSTINGS);
    let chunk = if hot { HOT_CHUNK } else { COLD_CHUNK };
    let mut names = Vec::new();
    for part in bytes.chunks(chunk) {
        let name = hex(&Sha256::digest(part)[..10]);
        chunks.entry(name.clone()).or_insert_with(|| part.to_vec());
        names.push(name);
    }
    PackedFile { size: bytes.len(), chunk, hot, chunks: names }
}

/// Names the state of a record, as far as whoever fetches it needs to tell it from an older one.
pub fn record_hash(json_line: &str) -> String {
    hex(&Sha256::digest(json_line.as_bytes())[..6])
}

fn with_dashes(id: &str) -> String {
    let part = |range: Range<usize>| id.get(range).unwrap_or_default();
    [part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)].join("-")
}

/// A chunk as it is sent.
pub fn compress(chunk: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec_zlib(chunk, EFFORT)
}

/// A chunk as it was; `None` for anything else.
pub fn decompress(sent: &[u8]) -> Option<Vec<u8>> {
    miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(sent, HOT_CHUNK).ok()
}

/// Gets the bytes of a chunk by its name, uncompressed.
pub type Fetch = Box<dyn Fn(&str) -> io::Result<Vec<u8>> + Send + Sync>;

/// The records that a reader of a packed index has at hand.
///
/// An answer that needs another one fails with [`Error::Absent`], or goes without it where it can; what was missed is
/// remembered, so that it can be brought and the question asked again.
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    inner: Arc<Mutex<Shelved>>,
}

#[derive(Debug, Default)]
struct Shelved {
    known: HashMap<CaseId, Case>,
    missed: BTreeSet<CaseId>,
}

impl Shelf {
    fn lock(&self) -> MutexGuard<'_, Shelved> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a record at hand.
    pub fn put(&self, case: Case) {
        self.lock().known.insert(case.id.clone(), case);
    }

    /// A record; one that is not at hand is remembered as missed.
    pub fn get(&self, id: &CaseId) -> Option<Case> {
        let mut shelved = self.lock();
        let found = shelved.known.get(id).cloned();
        if found.is_none() {
            shelved.missed.insert(id.clone());
        }
        found
    }

    /// Remembers that a record was missed.
    pub fn miss(&self, id: &CaseId) {
        self.lock().missed.insert(id.clone());
    }

    /// What was missed since this was last asked, in the order of the ids.
    pub fn take_missed(&self) -> Vec<CaseId> {
        std::mem::take(&mut self.lock().missed).into_iter().collect()
    }
}

impl Engine {
    /// Names the state of a record in the index; `None` where there is no such record. See [`record_hash`].
    ///
    /// # Errors
    /// [`Error::Index`] where the index fails.
    pub fn record_state(&self, id: &CaseId) -> Result<Option<String>> {
        let Some(address) = self.find(self.inner.fields.id, id.as_str())? else { return Ok(None) };
        let segment = self.inner.searcher.segment_reader(address.segment_ord);
        let Some(column) = segment.fast_fields().str("hash").map_err(Error::index("look up"))? else { return Ok(None) };
        let Some(ord) = column.term_ords(address.doc_id).next() else { return Ok(None) };
        let mut hash = String::new();
        column.ord_to_str(ord, &mut hash).map_err(Error::index("look up"))?;
        Ok(Some(hash))
    }

    /// An engine over a packed index.
    ///
    /// # Errors
    /// [`Error::Unpackable`] for an index of another version, [`Error::Index`] where a file cannot be fetched or read.
    pub fn open_packed(contents: Contents, fetch: Fetch, shelf: Shelf) -> Result<Self> {
        let format = format();
        if contents.format != format {
            return Err(Error::Unpackable { expected: format, found: contents.format });
        }
        let files = PackedFiles { pack: Arc::new(Pack { contents, fetch, whole: Mutex::default() }) };
        let mut index = Index::open(ReadOnly(files)).map_err(Error::index("open"))?;
        index.set_tokenizers(tokenizers());
        Self::over_shelf(&index, shelf)
    }
}

struct Pack {
    contents: Contents,
    fetch: Fetch,
    /// Files that are at hand as a whole, and chunks of those that are not.
    whole: Mutex<HashMap<String, OwnedBytes>>,
}

impl Pack {
    fn whole(&self) -> MutexGuard<'_, HashMap<String, OwnedBytes>> {
        self.whole.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn chunk(&self, name: &str) -> io::Result<OwnedBytes> {
        if let Some(bytes) = self.whole().get(name) {
            return Ok(bytes.clone());
        }
        let bytes = OwnedBytes::new((self.fetch)(name)?);
        self.whole().insert(name.to_owned(), bytes.clone());
        Ok(bytes)
    }

    fn read(&self, name: &str, range: Range<usize>) -> io::Result<OwnedBytes> {
        let wrong = |message: &str| io::Error::new(io::ErrorKind::InvalidData, format!("`{name}`: {message}"));
        let file = self.contents.file(name).ok_or_else(|| wrong("expected a file of the index, found none"))?;
        if range.start > range.end || range.end > file.size || file.chunk == 0 {
            return Err(wrong("expected a range within the file"));
        }
        if range.is_empty() {
            return Ok(OwnedBytes::empty());
        }
        if file.hot {
            let known = self.whole().get(name).cloned();
            let bytes = match known {
                Some(bytes) => bytes,
                None => {
                    let mut all = Vec::with_capacity(file.size);
                    for chunk in &file.chunks {
                        all.extend_from_slice(&(self.fetch)(chunk)?);
                    }
                    let bytes = OwnedBytes::new(all);
                    self.whole().insert(name.to_owned(), bytes.clone());
                    bytes
                }
            };
            if bytes.len() != file.size {
                return Err(wrong("expected the bytes that the list states, found others"));
            }
            return Ok(bytes.slice(range));
        }
        let (first, last) = (range.start / file.chunk, (range.end - 1) / file.chunk);
        let mut all = Vec::with_capacity(range.len());
        for (at, chunk) in file.chunks.iter().enumerate().take(last + 1).skip(first) {
            let bytes = self.chunk(chunk)?;
            let start = range.start.saturating_sub(at * file.chunk);
            let end = (range.end - at * file.chunk).min(file.chunk);
            if first == last {
                return if end <= bytes.len() {
                    Ok(bytes.slice(start..end))
                } else {
                    Err(wrong("a chunk is too short"))
                };
            }
            all.extend_from_slice(bytes.get(start..end).ok_or_else(|| wrong("a chunk is too short"))?);
        }
        if all.len() != range.len() {
            return Err(wrong("a chunk is missing"));
        }
        Ok(OwnedBytes::new(all))
    }
}

struct PackedHandle {
    pack: Arc<Pack>,
    name: String,
    size: usize,
}

impl fmt::Debug for PackedHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PackedHandle").field("name", &self.name).field("size", &self.size).finish_non_exhaustive()
    }
}

impl HasLen for PackedHandle {
    fn len(&self) -> usize {
        self.size
    }
}

impl FileHandle for PackedHandle {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        self.pack.read(&self.name, range)
    }
}

#[derive(Clone)]
struct PackedFiles {
    pack: Arc<Pack>,
}

impl fmt::Debug for PackedFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PackedFiles").field("shards", &self.pack.contents.shards.len()).finish_non_exhaustive()
    }
}

impl Files for PackedFiles {
    fn open(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let name = path.to_string_lossy().into_owned();
        let file = self.pack.contents.file(&name);
        let size = file.ok_or_else(|| OpenReadError::FileDoesNotExist(path.to_owned()))?.size;
        Ok(Arc::new(PackedHandle { pack: Arc::clone(&self.pack), name, size }))
    }
    fn has(&self, path: &Path) -> Result<bool, OpenReadError> {
        let name = path.to_string_lossy();
        Ok(name == META || self.pack.contents.file(&name).is_some())
    }
    fn read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        if path.as_os_str() == META {
            return Ok(self.pack.contents.meta().into_bytes());
        }
        Err(OpenReadError::FileDoesNotExist(path.to_owned()))
    }
}
