//! The walls of the workspace: which crate may use which, and where each heavy package lives.
//!
//! The arrows are those of ARCHITECTURE.md. A manifest that draws another one fails here.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a helper that fails fails the test that called it

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Crate -> the crates of this workspace it may depend on. Absent: not a crate of this workspace.
const ARROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("document", &["model"]),
    ("extract", &["model"]),
    ("sources", &["model", "document", "extract"]),
    ("store", &["model"]),
    ("search", &["model"]),
    ("views", &["model"]),
    ("web", &["model", "views", "search", "store"]),
    ("cli", &["model", "document", "extract", "sources", "store", "search", "views", "web"]),
];

/// Heavy package -> the only crate that may name it.
const HOMES: &[(&str, &str)] = &[
    ("scraper", "document"),
    ("regex", "extract"),
    ("aho-corasick", "extract"),
    ("reqwest", "sources"),
    ("tantivy", "search"),
    ("askama", "views"),
    ("axum", "web"),
    ("clap", "cli"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Folder -> names of everything it depends on, dev- and build-dependencies included.
fn manifests() -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(root().join("crates")).unwrap() {
        let folder = entry.unwrap().path();
        let manifest = folder.join("Cargo.toml");
        let text = std::fs::read_to_string(&manifest).unwrap_or_else(|error| panic!("{}: {error}", manifest.display()));
        let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("{}: {error}", manifest.display()));
        let mut names = BTreeSet::new();
        collect_dependencies(&table, &mut names);
        found.insert(folder.file_name().unwrap().to_string_lossy().into_owned(), names);
    }
    found
}

fn collect_dependencies(table: &toml::Table, names: &mut BTreeSet<String>) {
    for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
        if let Some(toml::Value::Table(dependencies)) = table.get(kind) {
            names.extend(dependencies.keys().cloned());
        }
    }
    if let Some(toml::Value::Table(targets)) = table.get("target") {
        for target in targets.values().filter_map(toml::Value::as_table) {
            collect_dependencies(target, names);
        }
    }
}

/// What is wrong with a set of manifests, one line a finding.
fn violations(manifests: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut found = Vec::new();
    for (folder, names) in manifests {
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| name == folder) else {
            found.push(format!("crates/{folder}: expected one of the crates in ARROWS, found a new one"));
            continue;
        };
        for name in names {
            let inner = if name == "fineprint" { Some("cli") } else { name.strip_prefix("fineprint-") };
            if let Some(inner) = inner
                && !allowed.contains(&inner)
            {
                found.push(format!("crates/{folder}: expected no arrow to `{inner}`, found a dependency on it"));
            }
            if let Some((package, home)) = HOMES.iter().find(|(package, _)| package == name)
                && home != folder
            {
                found.push(format!("crates/{folder}: expected `{package}` only in crates/{home}, found it here"));
            }
        }
    }
    found
}

#[test]
fn no_forbidden_arrows() {
    let manifests = manifests();
    assert!(manifests.len() >= 9, "expected the crates of ARCHITECTURE.md, found {:?}", manifests.keys());
    let found = violations(&manifests);
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn a_forbidden_arrow_is_found() {
    let names = |list: &[&str]| list.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
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
