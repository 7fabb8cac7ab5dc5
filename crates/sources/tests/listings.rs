//! Every list of a source has a page of our own in the shape of the authority's, with the notices expected of it beside it.

mod common;

use std::path::{Path, PathBuf};

use fineprint_sources::{Input, ListError, ListPage, ListingInfo, SourceInfo, list, read, registry};
use serde_json::{Value, json};

fn example(info: &SourceInfo, listing: &ListingInfo) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(&info.id).join("examples");
    folder.join(format!("list-{}.html", listing.name))
}

fn with_items() -> impl Iterator<Item = (&'static SourceInfo, &'static ListingInfo)> {
    common::sources().into_iter().flat_map(|info| {
        info.listings.iter().filter(|listing| listing.item.is_some()).map(move |listing| (info, listing))
    })
}

fn view(info: &SourceInfo, listing: &ListingInfo, bytes: &[u8]) -> Value {
    let url = listing.pages.first().map(String::as_str).unwrap_or_default();
    let page = ListPage { bytes, url, media_type: None };
    let found = list(&info.id, Some(&listing.name), &page).unwrap_or_else(|error| panic!("{error}"));
    let notices: Vec<Value> = found
        .notices
        .iter()
        .map(|one| json!({ "url": one.url, "date": one.date, "title": one.title, "reference": one.reference }))
        .collect();
    json!({ "notices": notices, "next": found.next, "is a notice": found.is_notice })
}

#[test]
fn every_list_is_read() {
    let mut lists = 0;
    for (info, listing) in with_items() {
        let path = example(info, listing);
        let bytes = std::fs::read(&path).unwrap_or_else(|error| {
            panic!("source `{}` has no example of its list `{}`: {}: {error}", info.id, listing.name, path.display())
        });
        let view = view(info, listing, &bytes);
        let notices = view["notices"].as_array().map_or(0, Vec::len);
        assert!(notices > 0, "{}: the example names no notice", path.display());
        assert!(listing.next.is_none() || !view["next"].is_null(), "{}: the example has no next page", path.display());
        assert_eq!(
            listing.date.is_some(),
            view["notices"].as_array().is_some_and(|all| all.iter().any(|one| !one["date"].is_null()))
        );
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(path.parent().unwrap_or(&path));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let name = format!("list-{}.html.notices", listing.name);
        settings.bind(|| insta::assert_json_snapshot!(name.as_str(), view));
        println!("{}: list `{}`: {notices} notices", info.id, listing.name);
        lists += 1;
    }
    let declared = common::sources().iter().flat_map(|info| &info.listings).filter(|one| one.item.is_some()).count();
    assert_eq!(lists, declared);
}

#[test]
fn changed_markup_is_an_error_that_names_the_place() {
    for (info, listing) in with_items() {
        let url = listing.pages.first().map(String::as_str).unwrap_or_default();
        let page = ListPage { bytes: b"<!doctype html><main><p>Under construction</p></main>", url, media_type: None };
        let error = list(&info.id, Some(&listing.name), &page).expect_err(&info.id);
        let Some(selector) = &listing.item else { continue };
        let message = error.to_string();
        for part in [info.id.as_str(), url, selector] {
            assert!(message.contains(part), "`{part}` is missing in: {message}");
        }
        assert!(matches!(error, ListError::NoMatch { what: "item", .. }), "{message}");
    }
}

#[test]
fn items_without_their_parts_are_an_error() {
    // The rows are there, but what is in them is not.
    let page = |bytes| ListPage { bytes, url: "https://ico.org.uk/action-weve-taken/enforcement/", media_type: None };
    let no_link = list(
        "gb_ico",
        None,
        &page(b"<div class=resultlist><div class=itemlink><p class=text-small>1 May 2030</p></div></div>"),
    );
    assert!(matches!(no_link, Err(ListError::NoMatch { what: "link", .. })), "{no_link:?}");
    let no_date =
        list("gb_ico", None, &page(b"<div class=resultlist><div class=itemlink><a href=/x/>Example</a></div></div>"));
    assert!(matches!(no_date, Err(ListError::NoMatch { what: "date", .. })), "{no_date:?}");
}

#[test]
fn what_does_not_exist_is_named() {
    let page = ListPage { bytes: b"x", url: "https://example.com/", media_type: None };
    let error = list("gb_ioc", None, &page).unwrap_err().to_string();
    assert!(error.ends_with("did you mean `gb_ico`?"), "{error}");
    let error = list("gb-ico", Some("letters"), &page).unwrap_err().to_string();
    assert!(error.starts_with("source `gb_ico`: expected a listing among `"), "{error}");
}

#[test]
fn a_page_that_cannot_be_read_is_refused_with_its_address() {
    let page =
        ListPage { bytes: b"%PDF-1.7", url: "https://ico.org.uk/action-weve-taken/enforcement/", media_type: None };
    let error = list("gb_ico", None, &page).unwrap_err();
    assert!(error.to_string().contains("https://ico.org.uk/action-weve-taken/enforcement/"), "{error}");
    assert!(matches!(error, ListError::Page { .. }));
}

#[test]
fn every_selector_and_expression_reads() {
    for (info, listing) in with_items() {
        // Whatever stands on the page, a wrong selector is told first.
        let url = listing.pages.first().unwrap_or_else(|| panic!("{}: `{}` has no page", info.id, listing.name));
        assert!(url.starts_with("https://"), "{}: {url}", info.id);
        let found = list(&info.id, Some(&listing.name), &ListPage { bytes: b"<p>x", url, media_type: None });
        assert!(!matches!(found, Err(ListError::Selector { .. })), "{found:?}");
    }
    for info in registry() {
        for listing in &info.listings {
            assert!(listing.item.is_some() || listing.is_notice, "{}: `{}` lists nothing", info.id, listing.name);
        }
    }
}

/// Shapes in which the authorities publish that everybody counts on: source and an example in that shape.
const SHAPES: &[(&str, &str)] = &[
    ("fr_cnil", "list-sanctions.html"),
    ("fr_cnil", "list-deliberations.html"),
    ("fr_cnil", "deliberation.html"),
    ("fr_cnil", "cniltext.xml"),
    ("gb_ico", "list-enforcement.html"),
    ("es_aepd", "list-resolutions.html"),
    ("it_garante", "list-injunctions.html"),
    ("ie_dpc", "list-decisions.html"),
    ("nl_ap", "list-fines.html"),
    ("be_apd", "list-decisions.html"),
    ("de_bfdi", "list-press.html"),
    ("de_be", "list-press.html"),
    ("dk_datatilsynet", "list-decisions.html"),
    ("no_datatilsynet", "list-decisions.html"),
    ("se_imy", "list-supervision.html"),
    ("pl_uodo", "list-decisions.html"),
    ("eu_edpb", "list-news.html"),
    ("eu_edpb", "list-article-60.html"),
    ("us_ftc", "list-cases.html"),
    ("us_hhs_ocr", "list-agreements.html"),
    ("us_hhs_ocr", "agreement.html"),
    ("us_hhs_ocr", "breaches.csv"),
    ("us_sec", "list-releases.html"),
    ("us_sec", "release.html"),
    ("gb_fca", "list-fines.html"),
    ("gdprhub", "decision.html"),
    ("enforcementtracker", "export.json"),
    ("general", "authority-page.html"),
];

#[test]
fn every_shape_has_an_example_that_is_read_without_being_told_whose_it_is() {
    for (source, file) in SHAPES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(source).join("examples").join(file);
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        if file.starts_with("list-") {
            let name = file.trim_start_matches("list-").trim_end_matches(".html");
            let info =
                registry().iter().find(|info| info.id == *source).unwrap_or_else(|| panic!("no source `{source}`"));
            assert!(info.listings.iter().any(|listing| listing.name == name), "{source} has no list `{name}`");
            continue;
        }
        let reading =
            read(&Input { bytes: &bytes, name: file, ..Input::default() }).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(reading.source.id, *source, "{file} is taken for another's");
        assert!(!reading.drafts.is_empty(), "{source}/{file}: no case is read");
    }
}
