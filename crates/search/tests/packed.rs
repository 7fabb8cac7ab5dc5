//! The index as the exported site has it: the same bytes for the same cases, little to fetch, nothing but its own.

#![expect(clippy::unwrap_used, reason = "what cannot be set up has failed the test")]

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};

use fineprint_model::query::Request;
use fineprint_model::{Case, CaseId};
use fineprint_search::{Contents, Engine, Error, Packed, Shelf, compress, decompress, parse};

fn cases() -> Vec<Case> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance/cases.jsonl");
    std::fs::read_to_string(path).unwrap().lines().map(|line| Case::from_json(line).unwrap()).collect()
}

fn open(packed: &Packed, shelf: Shelf) -> (Result<Engine, Error>, Arc<Mutex<Vec<String>>>) {
    let (chunks, fetched) = (packed.chunks.clone(), Arc::new(Mutex::new(Vec::new())));
    let log = Arc::clone(&fetched);
    let fetch = move |name: &str| {
        log.lock().unwrap().push(name.to_owned());
        chunks.get(name).cloned().ok_or_else(|| io::Error::other(format!("no chunk `{name}`")))
    };
    (Engine::open_packed(packed.contents.clone(), Box::new(fetch), shelf), fetched)
}

#[test]
fn the_same_cases_give_the_same_bytes() {
    let (one, two) = (Packed::build(&cases(), None).unwrap(), Packed::build(&cases(), None).unwrap());
    assert_eq!(one.contents, two.contents);
    assert_eq!(one.chunks, two.chunks);
    let other = Packed::build(&cases()[1..], None).unwrap();
    assert_ne!(one.contents.shards[0].key, other.contents.shards[0].key);
    let mut backwards = cases();
    backwards.reverse();
    assert_eq!(Packed::build(&backwards, None).unwrap().chunks, one.chunks);
}

#[test]
fn a_changed_case_changes_one_part() {
    let number = |number: usize| {
        let mut case = cases().remove(0);
        case.id = CaseId::new(format!("fr-cnil-n-{number}").as_str()).unwrap();
        case.aliases.clear();
        case
    };
    let mut many: Vec<Case> = (0..40).map(number).collect();
    let before = Packed::build_in_parts(&many, None, 30).unwrap();
    assert_eq!(before.contents.shards.len(), 2);
    many[7].summary = Some("Something else altogether.".to_owned());
    let after = Packed::build_in_parts(&many, Some(&before.contents), 30).unwrap();
    let same = before.contents.shards.iter().zip(&after.contents.shards).filter(|(a, b)| a == b).count();
    assert_eq!(same, 1);
    assert!(after.chunks.len() < before.chunks.len());
    let fresh = Packed::build_in_parts(&many, None, 30).unwrap();
    assert_eq!(fresh.contents, after.contents, "nothing tells that it was made in two steps");
    let mut all = before.clone();
    all.chunks.extend(after.chunks);
    all.contents = after.contents;
    let engine = open(&all, Shelf::default()).0.unwrap();
    let total = |text: &str| {
        let request =
            Request { query: parse(text).unwrap(), limit: 0, cursor: None, facets: Vec::new(), snippets: false };
        engine.search(&request).unwrap().total
    };
    assert_eq!((total(""), total("altogether"), total("id:fr-cnil-n-7")), (40, 1, 1));
}

#[test]
fn every_chunk_comes_back_as_it_was() {
    for chunk in Packed::build(&cases(), None).unwrap().chunks.values() {
        let sent = compress(chunk);
        assert_eq!(decompress(&sent).as_ref(), Some(chunk));
        assert_eq!(decompress(&sent[..sent.len() - 1]), None, "a chunk that was cut off");
    }
    assert_eq!(decompress(b"<!doctype html>"), None);
}

#[test]
fn the_list_survives_being_written() {
    let contents = Packed::build(&cases(), None).unwrap().contents;
    let json = serde_json::to_string(&contents).unwrap();
    assert_eq!(serde_json::from_str::<Contents>(&json).unwrap(), contents);
}

#[test]
fn an_index_of_another_version_is_refused() {
    let mut packed = Packed::build(&cases(), None).unwrap();
    packed.contents.format = "0-0.0.1-x".to_owned();
    let Err(error) = open(&packed, Shelf::default()).0 else { panic!("it was opened") };
    assert!(error.to_string().ends_with("found one by `0-0.0.1-x`"), "{error}");
}

#[test]
fn a_missing_or_wrong_chunk_is_an_error_and_no_wrong_answer() {
    let whole = Packed::build(&cases(), None).unwrap();
    for name in whole.chunks.keys() {
        for spoilt in [None, Some(Vec::new()), Some(b"x".to_vec())] {
            let mut packed = whole.clone();
            match spoilt {
                Some(bytes) => packed.chunks.insert(name.clone(), bytes),
                None => packed.chunks.remove(name),
            };
            let Ok(engine) = open(&packed, Shelf::default()).0 else { continue };
            let query = parse("patients sort:-fine").unwrap();
            let request = Request { query, limit: 25, cursor: None, facets: Vec::new(), snippets: false };
            match engine.search(&request) {
                Ok(answer) => assert_eq!(answer.total, 4, "without `{name}`"),
                Err(error) => assert!(matches!(error, Error::Index { .. }), "{error}"),
            }
        }
    }
}

#[test]
fn records_are_asked_for_once_and_then_used() {
    let packed = Packed::build(&cases(), None).unwrap();
    let shelf = Shelf::default();
    let engine = open(&packed, shelf.clone()).0.unwrap();
    let request =
        Request { query: parse("patients").unwrap(), limit: 25, cursor: None, facets: Vec::new(), snippets: true };
    let bare = engine.search(&request).unwrap();
    assert!(bare.hits.iter().all(|hit| hit.snippet.is_none()));
    let missed = shelf.take_missed();
    assert_eq!(missed.len(), bare.hits.len());
    let records: BTreeMap<CaseId, Case> = cases().into_iter().map(|case| (case.id.clone(), case)).collect();
    missed.iter().for_each(|id| shelf.put(records[id].clone()));
    let full = engine.search(&request).unwrap();
    assert_eq!(shelf.take_missed(), []);
    let stored = Engine::in_memory(cases()).unwrap().search(&request).unwrap();
    assert_eq!(full, stored, "snippets, scores and sums included");
    let (id, other) = (&bare.hits[0].id, CaseId::new("fr-cnil-t-777").unwrap());
    assert_eq!(engine.case(id).unwrap().as_ref(), records.get(id));
    assert_eq!(engine.case(&other).unwrap(), None);
}
