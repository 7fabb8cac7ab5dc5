//! The search engine and its index as files of the site.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use fineprint_model::{Case, Currency};
use fineprint_search::{Contents, Packed, compress, decompress};

use crate::app::Options;
use crate::assets::hash;
use crate::error::{Error, Result};
use crate::offline::{MANIFEST, Manifest};

/// The script of the pages.
const SCRIPT: &str = include_str!("../../../../site/assets/search.js");
/// The worker, without what calls the engine.
const WORKER: &str = include_str!("../../../../site/assets/search-worker.js");

/// The engine as `fineprint-pack` makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchEngine {
    /// `engine.js`: what calls it.
    pub script: String,
    /// `engine.bin`: itself, compressed.
    pub module: Vec<u8>,
}

/// The files that a site ships, each with its address.
pub(super) struct Files {
    pub(super) script: (String, Vec<u8>),
    pub(super) worker: (String, Vec<u8>),
    module: (String, Vec<u8>),
}

impl SearchEngine {
    pub(super) fn files(&self) -> Files {
        let named =
            |name: &str, ending: &str, body: Vec<u8>| (format!("assets/{name}-{:016x}.{ending}", hash(&body)), body);
        let worker = format!("\"use strict\";\n{}\n{WORKER}", self.script.trim());
        Files {
            script: named("search", "js", SCRIPT.into()),
            worker: named("search-worker", "js", worker.into_bytes()),
            module: named("engine", "bin", self.module.clone()),
        }
    }
}

impl Files {
    pub(super) fn bytes(&self) -> u64 {
        [&self.script, &self.worker, &self.module].iter().map(|(_, body)| body.len() as u64).sum()
    }
}

pub(super) fn records_of(files: Files) -> [(String, Vec<u8>); 3] {
    [files.script, files.worker, files.module]
}

/// The folder of the index's chunks.
pub(super) const CHUNKS: &str = "assets/index/";

/// Address of a chunk of the index.
pub(super) fn chunk_path(name: &str) -> String {
    format!("{CHUNKS}{name}.bin")
}

/// The list of the index's files in an earlier export.
pub(super) fn contents_in(out: &Path) -> Option<Contents> {
    let text = fs::read_to_string(out.join(MANIFEST)).ok()?;
    let contents = serde_json::from_str::<Manifest>(&text).ok()?.index;
    // What the list names must be there.
    let whole = contents.chunks().all(|name| out.join(chunk_path(name)).is_file());
    whole.then_some(contents)
}

/// A chunk of an earlier export.
pub(super) fn chunk_in(out: &Path, name: &str) -> io::Result<Vec<u8>> {
    let sent = fs::read(out.join(chunk_path(name)))?;
    decompress(&sent).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, format!("`{name}` is damaged")))
}

/// New chunks as they are sent.
pub(super) fn compressed(packed: &Packed) -> BTreeMap<String, Vec<u8>> {
    let all: Vec<(&String, &Vec<u8>)> = packed.chunks.iter().collect();
    let half = all.len() / 2;
    let squeeze = |part: &[(&String, &Vec<u8>)]| -> Vec<(String, Vec<u8>)> {
        part.iter().map(|(name, chunk)| ((*name).clone(), compress(chunk))).collect()
    };
    std::thread::scope(|scope| {
        let (first, second) = all.split_at(half);
        let other = scope.spawn(|| squeeze(first));
        let mut made: BTreeMap<_, _> = squeeze(second).into_iter().collect();
        made.extend(other.join().unwrap_or_default());
        made
    })
}

/// Bytes of the chunks that a reader's browser fetches before the first answer.
pub(super) fn hot_bytes(contents: &Contents, fresh: &BTreeMap<String, Vec<u8>>, out: &Path) -> u64 {
    let files = contents.shards.iter().flat_map(|shard| shard.files.values());
    let names: BTreeSet<&String> = files.filter(|file| file.hot).flat_map(|file| &file.chunks).collect();
    let size = |name: &String| match fresh.get(name) {
        Some(sent) => sent.len() as u64,
        None => fs::metadata(out.join(chunk_path(name))).map_or(0, |meta| meta.len()),
    };
    names.into_iter().map(size).sum()
}

/// What a reader's browser fetches first.
pub(super) fn manifest(files: &Files, contents: &Contents, cases: &[Case], options: &Options) -> Result<Vec<u8>> {
    let foreign = |case: &&Case| {
        case.ledger.iter().filter_map(|event| event.amount.value()).any(|amount| amount.currency != Currency::EUR)
    };
    let days: BTreeSet<_> =
        cases.iter().filter(foreign).filter_map(|case| case.dated()).map(|date| date.first_day()).collect();
    let manifest = Manifest {
        engine: files.module.0.clone(),
        today: options.today.into(),
        base_url: options.base_url.clone(),
        rates: fineprint_model::vocab::rates_of(&days, options.today),
        index: contents.clone(),
    };
    serde_json::to_vec(&manifest).map_err(|error| Error::Record { id: MANIFEST.to_owned(), message: error.to_string() })
}
