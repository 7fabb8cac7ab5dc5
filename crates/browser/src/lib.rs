#![doc = include_str!("../README.md")]

#[cfg(target_family = "wasm")]
mod bridge;

use chrono::NaiveDate;
use fineprint_model::Case;
use fineprint_search::Fetch;
use fineprint_web::{Manifest, Offline};

/// Opens the index that a manifest describes.
///
/// # Errors
/// In a sentence: where the manifest cannot be read or is another version's, or a chunk cannot be had.
pub fn open(manifest: &str, today: &str, fetch: Fetch) -> Result<Offline, String> {
    let manifest: Manifest = serde_json::from_str(manifest)
        .map_err(|error| format!("the list of the index's files: expected one of this version, found {error}"))?;
    let today: NaiveDate = today.parse().map_err(|_| format!("day: expected `2026-01-31`, found `{today}`"))?;
    Offline::open(manifest, fetch, today).map_err(|error| error.to_string())
}

/// Takes in a record as the site has it.
///
/// # Errors
/// In a sentence: where it is no record.
pub fn learn(offline: &mut Offline, json: &str) -> Result<(), String> {
    offline.learn(Case::from_json(json).map_err(|error| error.to_string())?);
    Ok(())
}

/// Answers a question, as JSON: `{"reply": {...}}` or `{"wanting": [ids]}`.
///
/// # Errors
/// In a sentence: where the index cannot be read.
pub fn ask(offline: &Offline, path: &str, query: &str) -> Result<String, String> {
    let query = (!query.is_empty()).then_some(query);
    let outcome = offline.ask(path, query).map_err(|error| error.to_string())?;
    serde_json::to_string(&outcome).map_err(|error| error.to_string())
}
