//! The shipped cases as pages: each one renders, and each link of each page leads to another.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up should fail")]

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use fineprint_model::Case;
use fineprint_web::{App, Options, addresses, render};

fn shipped() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/cases");
    let mut records = Vec::new();
    for authority in fs::read_dir(root).unwrap() {
        let folder = authority.unwrap().path();
        if folder.is_dir() {
            for file in fs::read_dir(folder).unwrap() {
                records.push(Case::from_json(&fs::read_to_string(file.unwrap().path()).unwrap()).unwrap());
            }
        }
    }
    records
}

/// Where a relative link on a page leads, from the site's root.
fn resolve(page: &str, href: &str) -> String {
    let target = href.split(['#', '?']).next().unwrap();
    let mut place: Vec<&str> = page.split('/').collect();
    if target.is_empty() {
        return page.to_owned();
    }
    place.pop();
    let mut parts = target.split('/').peekable();
    while let Some(part) = parts.next() {
        match part {
            "." | "" => {}
            ".." => {
                place.pop();
            }
            name => place.push(name),
        }
        if parts.peek().is_none() && matches!(part, "" | "." | "..") && !place.is_empty() {
            place.push("");
        }
    }
    place.join("/")
}

#[test]
fn every_page_of_the_shipped_cases_renders_and_its_links_resolve() {
    let records = shipped();
    assert!(records.len() >= 30, "{}", records.len());
    let app = App::new(records, Options::new("2026-11-24".parse().unwrap())).unwrap();
    let snapshot = app.snapshot();
    let addresses = addresses(&snapshot);
    let known: HashSet<&str> = addresses.iter().map(String::as_str).collect();
    assert_eq!(known.len(), addresses.len(), "no address twice");
    let mut pictures = 0;
    for path in &addresses {
        // Pictures take a while each; what is true of a few is true of all.
        if path.ends_with(".png") {
            pictures += 1;
            if pictures > 4 {
                continue;
            }
        }
        let rendered = render(&snapshot, path).unwrap().unwrap_or_else(|| panic!("`{path}` has no content"));
        if !rendered.kind.starts_with("text/html") {
            continue;
        }
        assert!(!rendered.text().contains(" style="), "{path}: inline style");
        for attribute in ["href=\"", "action=\""] {
            for rest in rendered.text().split(attribute).skip(1) {
                let href = rest.split('"').next().unwrap();
                if href.starts_with("http://") || href.starts_with("https://") {
                    continue;
                }
                let target = resolve(path, href);
                assert!(
                    known.contains(target.as_str()) || target.starts_with("search."),
                    "{path}: `{href}` leads nowhere"
                );
            }
        }
    }
}
