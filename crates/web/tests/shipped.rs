//! The shipped cases as pages: each one renders, and each link of each page leads to another.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up should fail")]

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use fineprint_model::Case;
use fineprint_web::{App, Options, render, resources};

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
    let resources = resources(&snapshot).unwrap();
    let known: HashSet<&str> = resources.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(known.len(), resources.len(), "no address twice");
    for (at, (path, body)) in resources.iter().enumerate() {
        let Some(body) = body else { continue };
        // What is rendered together is what each address gives by itself; what is true of some is true of all.
        if at % 97 == 0 {
            let alone = render(&snapshot, path).unwrap().unwrap_or_else(|| panic!("`{path}` has no content"));
            assert!(alone.body == *body, "{path}");
        }
        if !path.is_empty() && !path.ends_with('/') {
            continue;
        }
        let text = std::str::from_utf8(body).unwrap();
        assert!(!text.contains(" style="), "{path}: inline style");
        for attribute in ["href=\"", "action=\""] {
            for rest in text.split(attribute).skip(1) {
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
