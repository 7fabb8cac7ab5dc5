//! The exported site: whole, the same twice, and nowhere but in its folder.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up should fail")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use fineprint_model::Case;
use fineprint_web::{Error, ExportOptions, MANIFEST, Manifest, Offline, Outcome, SearchEngine, export};
use scraper::{Html, Selector};

const INVENTED: &str = include_str!("../../views/tests/fixtures/invented.json");

fn changed(change: impl FnOnce(&mut serde_json::Value)) -> Case {
    let mut value: serde_json::Value = serde_json::from_str(INVENTED).unwrap();
    change(&mut value);
    Case::from_json(&value.to_string()).unwrap()
}

fn records(more: usize) -> Vec<Case> {
    let payload = "</title><script>alert(1)</script>";
    let mut records = vec![
        changed(|case| case["aliases"] = serde_json::json!(["fr-cnil-old"])),
        changed(|case| {
            case["id"] = "fr-cnil-san-2031-002".into();
            case["summary"] = payload.into();
            case["parties"][0]["name"] = payload.into();
            case["contexts"] = serde_json::json!(["../../../outside", "cookies"]);
            case["parties"][0]["sectors"] = serde_json::json!(["/etc", "health"]);
        }),
        changed(|case| {
            case["id"] = "fr-cnil-san-2031-003".into();
            case["record"] = serde_json::json!({"state": "withdrawn", "on": "2032", "reason": "entered twice"});
        }),
        // No licence note: not passed on.
        changed(|case| {
            case["id"] = "fr-cnil-san-2031-004".into();
            case["parties"][0]["name"] = "Ohne Lizenz".into();
            case["sources"][0].as_object_mut().unwrap().remove("licence");
        }),
    ];
    for number in 0..more {
        records.push(changed(|case| case["id"] = format!("fr-cnil-2030-{number:03}").into()));
    }
    records
}

fn today() -> NaiveDate {
    "2033-01-02".parse().unwrap()
}

fn many() -> Vec<Case> {
    // Enough for a second page of a list.
    records(110)
}

/// With an engine that nobody runs here: what it would read is read by its native twin.
fn how() -> ExportOptions {
    let engine = SearchEngine { script: "let wasm_bindgen;".to_owned(), module: b"\x1f\x8b not really".to_vec() };
    ExportOptions { engine: Some(engine), ..ExportOptions::default() }
}

fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                all.insert(path.strip_prefix(root).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    all
}

#[test]
fn every_link_leads_somewhere_and_nothing_runs() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("site");
    let report = export(many(), today(), &out, &how(), |_, _| {}).unwrap();
    assert_eq!((report.cases, report.withheld), (112, 1));
    let files = files(&out);
    assert_eq!(report.files, files.len());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing beside the folder");
    let selectors: Vec<(Selector, &str)> =
        [("a[href]", "href"), ("link[href]", "href"), ("script[src]", "src"), ("form[action]", "action")]
            .map(|(selector, attribute)| (Selector::parse(selector).unwrap(), attribute))
            .into();
    let scripts = Selector::parse("script:not([src]):not([type='application/ld+json'])").unwrap();
    let mut links = 0;
    for (path, body) in files.iter().filter(|(path, _)| path.extension().is_some_and(|end| end == "html")) {
        let text = std::str::from_utf8(body).unwrap();
        let page = Html::parse_document(text);
        assert_eq!(page.select(&scripts).count(), 0, "{}", path.display());
        assert!(!text.contains("Ohne Lizenz"), "{}", path.display());
        if !path.starts_with("case/fr-cnil-old") {
            assert!(text.contains("http-equiv=\"Content-Security-Policy\""), "{}", path.display());
        }
        for (selector, attribute) in &selectors {
            for element in page.select(selector) {
                let href = element.value().attr(attribute).unwrap();
                let (target, anchor) = href.split_once('#').unwrap_or((href, ""));
                if target.starts_with("https://") || target.starts_with("http://") {
                    continue;
                }
                let file = target.split('?').next().unwrap();
                assert!(!file.contains(':') && !target.starts_with('/'), "{}: {href}", path.display());
                links += 1;
                let mut place: Vec<&str> =
                    path.parent().unwrap().to_str().unwrap().split('/').filter(|part| !part.is_empty()).collect();
                if target.is_empty() {
                    place = path.to_str().unwrap().split('/').collect();
                }
                for part in target.split('?').next().unwrap().split('/') {
                    match part {
                        "" | "." => {}
                        ".." => assert!(place.pop().is_some(), "{}: {href} leaves the site", path.display()),
                        name => place.push(name),
                    }
                }
                let file: PathBuf = place.iter().collect();
                let found = files.get(&file).or_else(|| files.get(&file.join("index.html")));
                let Some(found) = found else { panic!("{}: `{href}` leads nowhere", path.display()) };
                if !anchor.is_empty() {
                    let id = format!("id=\"{anchor}\"");
                    assert!(
                        std::str::from_utf8(found).unwrap().contains(&id),
                        "{}: `{href}` has no such anchor",
                        path.display()
                    );
                }
            }
        }
    }
    assert!(links > 1_000, "{links}");
}

#[test]
fn the_same_records_give_the_same_bytes_and_replace_an_earlier_export() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let how = ExportOptions { base_url: Some("https://fines.example/".to_owned()), ..how() };
    export(records(6), today(), &one, &how, |_, _| {}).unwrap();
    fs::write(one.join("stale.html"), "left over").unwrap();
    export(records(6), today(), &one, &ExportOptions { whole: true, ..how.clone() }, |_, _| {}).unwrap();
    export(records(6), today(), &two, &how, |_, _| {}).unwrap();
    let (one, two) = (files(&one), files(&two));
    assert!(!one.contains_key(Path::new("stale.html")), "replaced as a whole");
    assert!(one == two);
    let map = String::from_utf8(one[Path::new("sitemap.xml")].clone()).unwrap();
    assert!(map.contains("<loc>https://fines.example/case/fr-cnil-san-2031-001/</loc>"));
}

#[test]
fn a_folder_with_something_else_in_it_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("mine");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("thesis.txt"), "irreplaceable").unwrap();
    let error = export(many(), today(), &out, &how(), |_, _| {}).unwrap_err();
    assert!(matches!(error, Error::Occupied { .. }), "{error}");
    assert_eq!(files(folder.path()).len(), 1);
    for base in ["javascript:alert(1)", "fines.example", "https://x/?a=b"] {
        let how = ExportOptions { base_url: Some(base.to_owned()), ..how() };
        let error = export(many(), today(), &folder.path().join("new"), &how, |_, _| {}).unwrap_err();
        assert!(matches!(error, Error::BaseUrl { .. }), "{base}: {error}");
    }
}

#[test]
fn without_an_engine_the_search_page_filters_by_words() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("site");
    export(records(3), today(), &out, &ExportOptions::default(), |_, _| {}).unwrap();
    let page = fs::read_to_string(out.join("search/index.html")).unwrap();
    assert!(page.contains("data-filter") && !page.contains("data-worker"));
    assert!(!out.join("assets/index").exists());
}

#[test]
fn the_exported_index_answers_like_the_service() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("site");
    export(records(30), today(), &out, &how(), |_, _| {}).unwrap();
    let manifest: Manifest = serde_json::from_str(&fs::read_to_string(out.join(MANIFEST)).unwrap()).unwrap();
    let chunks = out.join("assets/index");
    let fetch = move |name: &str| {
        let sent = fs::read(chunks.join(format!("{name}.bin")))?;
        fineprint_search::decompress(&sent).ok_or_else(|| std::io::Error::other("damaged"))
    };
    let mut offline = Offline::open(manifest, Box::new(fetch), "2033-01-02".parse().unwrap()).unwrap();
    let mut ask = |path: &str, query: &str| loop {
        match offline.ask(path, Some(query)).unwrap() {
            Outcome::Reply { status, body, address, .. } => return (status, body, address),
            Outcome::Wanting(wanted) => {
                assert!(!wanted.is_empty());
                for one in wanted {
                    assert!(one.state.is_some());
                    let record = fs::read_to_string(out.join(format!("case/{}.json", one.id))).unwrap();
                    offline.learn(Case::from_json(&record).unwrap());
                }
            }
        }
    };
    let (status, page, address) = ask("search/", "q=authority:fr-cnil&sort=-fine");
    assert_eq!((status, address.as_str()), (200, "search/?q=authority:fr-cnil+sort:-fine"));
    let page = Html::parse_document(&page);
    let lines = Selector::parse(".results .line").unwrap();
    assert_eq!(page.select(&lines).count(), 25);
    let (status, body, _) = ask("api/v1/cases", "q=id:fr-cnil-san-2031-001&facets=authority");
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &body["total"]), (200, &serde_json::json!(1)));
    let (status, table, _) = ask("search.csv", "q=id:fr-cnil-san-2031-001");
    assert_eq!((status, table.lines().count()), (200, 2));
    let (status, page, _) = ask("search/", "q=autority:fr-cnil");
    assert!(status == 400 && page.contains("authority:fr-cnil"), "{page}");
    assert_eq!(ask("about/", "").0, 404);
}

#[test]
fn an_export_after_a_change_writes_what_it_concerns_and_comes_to_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (out, fresh) = (folder.path().join("site"), folder.path().join("fresh"));
    let whole = export(records(60), today(), &out, &how(), |_, _| {}).unwrap();
    assert_eq!(whole.written, whole.files - 1, "all but the list of states");
    let nothing = export(records(60), today(), &out, &how(), |_, _| {}).unwrap();
    assert_eq!((nothing.written, nothing.files), (0, whole.files));
    let mut records = records(60);
    records[20].summary = Some("Something else altogether.".to_owned());
    records.remove(40);
    let some = export(records.clone(), today(), &out, &how(), |_, _| {}).unwrap();
    assert!(some.written > 0 && some.written < whole.files / 2, "{} of {}", some.written, whole.files);
    export(records, today(), &fresh, &how(), |_, _| {}).unwrap();
    let (out, fresh) = (files(&out), files(&fresh));
    assert_eq!(out.keys().collect::<Vec<_>>(), fresh.keys().collect::<Vec<_>>());
    let differing: Vec<_> = out.iter().filter(|(path, body)| fresh[*path] != **body).map(|(path, _)| path).collect();
    assert!(differing.is_empty(), "{differing:?}");
}

#[test]
fn what_was_killed_on_the_way_is_completed_or_swept_away() {
    let folder = tempfile::tempdir().unwrap();
    let (out, aside) = (folder.path().join("site"), folder.path().join(".site.new"));
    export(records(6), today(), &out, &how(), |_, _| {}).unwrap();
    let before = files(&out);
    // Killed while it wrote: nothing of it counts.
    fs::create_dir_all(aside.join("case")).unwrap();
    fs::write(aside.join("case/half.html"), "<p>hal").unwrap();
    export(records(6), today(), &out, &how(), |_, _| {}).unwrap();
    assert!(files(&out) == before && !aside.exists());
    // Killed while it moved files into place: the rest follows, and what was to go goes.
    fs::create_dir_all(aside.join("case")).unwrap();
    fs::write(aside.join("case/new.html"), "new").unwrap();
    fs::write(aside.join(".fineprint-site"), fs::read(out.join(".fineprint-site")).unwrap()).unwrap();
    fs::write(aside.join(".fineprint-commit"), "case/fr-cnil-2030-001.bib\n").unwrap();
    let missing = ExportOptions { whole: false, ..how() };
    export(records(6), today(), &out, &missing, |_, _| {}).unwrap();
    assert!(!aside.exists() && out.join("case/new.html").is_file());
    assert!(!out.join("case/fr-cnil-2030-001.bib").exists());
    // A list that names something outside moves nothing there.
    fs::create_dir_all(&aside).unwrap();
    fs::write(folder.path().join("thesis.txt"), "irreplaceable").unwrap();
    fs::write(aside.join(".fineprint-site"), "x").unwrap();
    fs::write(aside.join(".fineprint-commit"), "../thesis.txt\n").unwrap();
    let error = export(records(6), today(), &out, &how(), |_, _| {}).unwrap_err();
    assert!(matches!(error, Error::Outside { .. }), "{error}");
    assert!(folder.path().join("thesis.txt").is_file());
}
