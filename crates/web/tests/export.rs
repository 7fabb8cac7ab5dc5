//! The exported site: whole, the same twice, and nowhere but in its folder.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up should fail")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use fineprint_model::Case;
use fineprint_web::{App, Error, Options, export};
use scraper::{Html, Selector};

const INVENTED: &str = include_str!("../../views/tests/fixtures/invented.json");

fn changed(change: impl FnOnce(&mut serde_json::Value)) -> Case {
    let mut value: serde_json::Value = serde_json::from_str(INVENTED).unwrap();
    change(&mut value);
    Case::from_json(&value.to_string()).unwrap()
}

fn app() -> App {
    // Enough for a second page of a list.
    app_with(110)
}

fn app_with(more: usize) -> App {
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
    App::new(records, Options::new("2033-01-02".parse().unwrap())).unwrap()
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
    let report = export(&app(), &out, None, |_, _| {}).unwrap();
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
                assert!(!target.contains(':') && !target.starts_with('/'), "{}: {href}", path.display());
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
    let app = app_with(6);
    let base = Some("https://fines.example/");
    export(&app, &one, base, |_, _| {}).unwrap();
    fs::write(one.join("stale.html"), "left over").unwrap();
    export(&app, &one, base, |_, _| {}).unwrap();
    export(&app, &two, base, |_, _| {}).unwrap();
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
    let error = export(&app(), &out, None, |_, _| {}).unwrap_err();
    assert!(matches!(error, Error::Occupied { .. }), "{error}");
    assert_eq!(files(folder.path()).len(), 1);
    for base in ["javascript:alert(1)", "fines.example", "https://x/?a=b"] {
        let error = export(&app(), &folder.path().join("new"), Some(base), |_, _| {}).unwrap_err();
        assert!(matches!(error, Error::BaseUrl { .. }), "{base}: {error}");
    }
}
