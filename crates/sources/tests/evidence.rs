//! Every value of every real document, read as a user's file is read, points at words that stand where it says.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

use std::path::{Path, PathBuf};

use fineprint_sources::{Input, Reading, read};
use fineprint_testkit::{on_all_cores, shared};

/// In a build that is not optimised one document in so many is read; `just evidence` reads all.
const ONE_IN: usize = if cfg!(debug_assertions) { 50 } else { 1 };

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Counts the values of a reading; each with evidence must have its words in the document that the evidence names.
fn checked(reading: &Reading, place: &str) -> usize {
    let mut values = 0;
    for draft in reading.drafts.iter().chain(&reading.rest) {
        for claim in draft.claims.iter().chain(&draft.proposals) {
            let supported = claim.evidence.as_ref().is_none_or(|evidence| {
                evidence.document_sha256 == draft.document.sha256 && draft.document.supports(evidence)
            });
            assert!(supported, "{place}: {claim:?}");
            values += 1;
        }
    }
    values
}

#[test]
fn every_quote_stands_in_its_document() {
    let Some(data) = shared("data") else { return };
    let mut paths: Vec<PathBuf> = files(&data.join("gdprhub/pages")).into_iter().step_by(ONE_IN).collect();
    let pages = paths.len();
    // Files of many cases are read whole, a row at a time, and take longest: they go first.
    if ONE_IN == 1 {
        let many = ["enforcementtracker/export-2024-02.json", "sec/litigation-releases.json"];
        paths.extend(many.iter().map(|file| data.join(file)));
        paths.extend(files(&data.join("hhs")));
        paths.extend(files(&data.join("notices")));
        paths.reverse();
    }
    let values = on_all_cores(&paths, |path| {
        let name = path.display().to_string();
        let bytes = std::fs::read(path).unwrap();
        read(&Input { bytes: &bytes, name: &name, ..Input::default() }).map_or(0, |reading| checked(&reading, &name))
    });
    assert!(values > pages * 5, "only {values} values of {pages} pages");
}
