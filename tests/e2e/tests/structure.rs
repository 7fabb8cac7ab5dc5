//! The walls of the workspace: which crate may use which, and where each heavy package lives.
//!
//! The arrows are those of ARCHITECTURE.md. A manifest that draws another one fails here.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a helper that fails fails the test that called it

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Crate -> the crates of this workspace it may depend on. Absent: not a crate of this workspace.
const ARROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("durable", &[]),
    ("document", &["model"]),
    ("extract", &["model"]),
    ("sources", &["model", "document", "extract"]),
    ("evaluate", &["model", "extract", "sources"]),
    ("fetch", &["model", "durable", "sources"]),
    ("store", &["model", "durable"]),
    ("search", &["model"]),
    ("views", &["model"]),
    ("web", &["model", "views", "search", "store"]),
    ("browser", &["model", "search", "views", "web"]),
    ("cli", &["model", "document", "extract", "sources", "evaluate", "fetch", "store", "search", "views", "web"]),
    ("testkit", &[]),
];

/// Heavy package -> the only crate that may build on it. Tests of others may use it, as to read a page they made.
const HOMES: &[(&str, &str)] = &[
    ("scraper", "document"),
    ("lopdf", "document"),
    ("reqwest", "fetch"),
    ("tantivy", "search"),
    ("askama", "views"),
    ("axum", "web"),
    ("wasm-bindgen", "browser"),
    ("resvg", "web"),
    ("wasm-bindgen-cli-support", "browser"),
    ("clap", "cli"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What a crate depends on.
#[derive(Default)]
struct Dependencies {
    /// Everything, dev- and build-dependencies included.
    all: BTreeSet<String>,
    /// What it is built with.
    built: BTreeSet<String>,
}

/// Folder -> what it depends on.
fn manifests() -> BTreeMap<String, Dependencies> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(root().join("crates")).unwrap() {
        let folder = entry.unwrap().path();
        let manifest = folder.join("Cargo.toml");
        let text = std::fs::read_to_string(&manifest).unwrap_or_else(|error| panic!("{}: {error}", manifest.display()));
        let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("{}: {error}", manifest.display()));
        let mut dependencies = Dependencies::default();
        collect_dependencies(&table, &mut dependencies);
        found.insert(folder.file_name().unwrap().to_string_lossy().into_owned(), dependencies);
    }
    found
}

fn collect_dependencies(table: &toml::Table, found: &mut Dependencies) {
    for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
        if let Some(toml::Value::Table(dependencies)) = table.get(kind) {
            found.all.extend(dependencies.keys().cloned());
            if kind != "dev-dependencies" {
                found.built.extend(dependencies.keys().cloned());
            }
        }
    }
    if let Some(toml::Value::Table(targets)) = table.get("target") {
        for target in targets.values().filter_map(toml::Value::as_table) {
            collect_dependencies(target, found);
        }
    }
}

/// What is wrong with a set of manifests, one line a finding.
fn violations(manifests: &BTreeMap<String, Dependencies>) -> Vec<String> {
    let mut found = Vec::new();
    for (folder, dependencies) in manifests {
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| name == folder) else {
            found.push(format!("crates/{folder}: expected one of the crates in ARROWS, found a new one"));
            continue;
        };
        for name in &dependencies.all {
            let inner = if name == "fineprint" { Some("cli") } else { name.strip_prefix("fineprint-") };
            let is_for_tests = inner == Some("testkit") && !dependencies.built.contains(name);
            if let Some(inner) = inner
                && !allowed.contains(&inner)
                && !is_for_tests
            {
                found.push(format!("crates/{folder}: expected no arrow to `{inner}`, found a dependency on it"));
            }
        }
        for (package, home) in HOMES {
            if home != folder && dependencies.built.contains(*package) {
                found.push(format!("crates/{folder}: expected `{package}` only in crates/{home}, found it here"));
            }
        }
    }
    found
}

#[test]
fn no_forbidden_arrows() {
    let manifests = manifests();
    assert!(
        manifests.len() >= 9,
        "expected the crates of ARCHITECTURE.md, found {:?}",
        manifests.keys().collect::<Vec<_>>()
    );
    let found = violations(&manifests);
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn a_forbidden_arrow_is_found() {
    let names = |list: &[&str]| {
        let all: BTreeSet<String> = list.iter().map(ToString::to_string).collect();
        Dependencies { built: all.clone(), all }
    };
    let wrong = BTreeMap::from([
        ("views".to_owned(), names(&["fineprint-model", "fineprint-extract"])),
        ("store".to_owned(), names(&["tantivy"])),
        ("helpers".to_owned(), names(&[])),
    ]);
    let found = violations(&wrong);
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn every_crate_introduces_itself() {
    for folder in manifests().keys() {
        let readme = root().join("crates").join(folder).join("README.md");
        assert!(readme.is_file(), "expected {} (what comes in, what goes out, an example)", readme.display());
    }
}

#[test]
fn every_crate_takes_the_workspace_lints() {
    for folder in manifests().keys() {
        let text = std::fs::read_to_string(root().join("crates").join(folder).join("Cargo.toml")).unwrap();
        let table: toml::Table = text.parse().unwrap();
        let inherits = table.get("lints").and_then(|lints| lints.get("workspace")).and_then(toml::Value::as_bool);
        assert_eq!(inherits, Some(true), "crates/{folder}/Cargo.toml: expected `[lints] workspace = true`");
    }
}
