//! Every source has documents of our own in the shape of its pages, each with the draft expected of it beside it.

mod common;

use std::path::{Path, PathBuf};

use fineprint_model::Method;
use fineprint_sources::{Input, SourceInfo, read};
use serde_json::{Value, json};

/// Endings of what is no example but what is expected of one, or where an example was found.
const BESIDE: &[&str] = &["snap", "url"];

/// Example notices of a source. A list is one of them only where it tells of cases itself.
fn examples(info: &SourceInfo) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(&info.id).join("examples");
    let names_only = |path: &Path| {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.strip_prefix("list-"));
        stem.is_some_and(|name| info.listings.iter().any(|listing| listing.name == name && !listing.is_notice))
    };
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|ending| !BESIDE.iter().any(|beside| ending == *beside)))
        .filter(|path| !names_only(path))
        .collect();
    files.sort();
    files
}

/// What a reader of the snapshot wants to check: values, how they were read, and the words they rest on.
fn view(name: &str, bytes: &[u8]) -> Value {
    let reading = read(&Input { bytes, name, ..Input::default() }).unwrap_or_else(|error| panic!("{error}"));
    let drafts: Vec<Value> = reading
        .drafts
        .iter()
        .map(|draft| {
            let claims: Vec<Value> = draft
                .claims
                .iter()
                .map(|claim| {
                    let quote = claim.evidence.as_ref().map(|evidence| evidence.quote.as_str());
                    assert!(claim.evidence.as_ref().is_none_or(|evidence| draft.document.supports(evidence)));
                    assert_eq!(claim.source, draft.source.id);
                    // How sure prose is, and which of several mentions it quotes, changes with its weights, which have
                    // tests of their own.
                    let labelled = claim.method == Method::Structured;
                    json!({
                        "statement": claim.statement,
                        "method": claim.method,
                        "confidence": claim.confidence.filter(|_| labelled),
                        "quote": quote.filter(|_| labelled),
                    })
                })
                .collect();
            let source = &draft.source;
            json!({
                "source": { "id": source.id, "kind": source.kind, "url": source.url, "title": source.title,
                    "publisher": source.publisher, "language": source.language, "published_on": source.published_on,
                    "licence": source.licence },
                "claims": claims,
            })
        })
        .collect();
    let mut view = json!({
        "read as": reading.source.id,
        "skipped": reading.skipped.map(|reason| reason.to_string()),
        "drafts": drafts,
    });
    if reading.rows > 0 {
        let skipped = reading.skipped_rows.iter().map(|(row, reason)| format!("row {row}: {reason}"));
        view["rows"] = json!({ "read": reading.rows, "skipped": skipped.collect::<Vec<_>>() });
    }
    view
}

#[test]
fn every_source_reads_its_examples() {
    for info in common::sources() {
        let files = examples(info);
        assert!(!files.is_empty(), "source `{}` has no example document", info.id);
        for path in files {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let view = view(&name, &bytes);
            assert_eq!(view["read as"], info.id.as_str(), "{}", path.display());
            println!("{}: {name}: {} drafts", info.id, view["drafts"].as_array().map_or(0, Vec::len));
            let mut settings = insta::Settings::clone_current();
            settings.set_snapshot_path(path.parent().unwrap_or(&path));
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            settings.bind(|| insta::assert_json_snapshot!(name.as_str(), view));
        }
    }
}
