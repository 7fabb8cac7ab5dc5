//! Visits to addresses on a site on this machine, and single pages fetched from it.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a helper that fails fails the test that called it

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use fineprint_fetch::{GetError, Pages, Settings, visit};
use fineprint_model::links::{Found, Visit};
use fineprint_testkit::{Page, Site};

fn settings(site: &Site) -> Settings {
    Settings {
        delay: Duration::ZERO,
        timeout: Duration::from_secs(1),
        stand_in: Some(site.address()),
        now: || "2031-06-01T12:00:00Z".parse().unwrap(),
        retries: 1,
        ..Settings::default()
    }
}

fn visits(site: &Site, addresses: &[&str]) -> BTreeMap<String, Visit> {
    let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    let found = RefCell::new(BTreeMap::new());
    visit(&addresses, &settings(site), &|address, visit| {
        found.borrow_mut().insert(address.to_owned(), visit);
    })
    .unwrap();
    let found = found.into_inner();
    assert_eq!(found.len(), addresses.len(), "each is told: {found:?}");
    found
}

#[test]
fn every_way_in_which_an_address_fares_is_told_apart() {
    let site = Site::start().unwrap();
    site.put("a.example/ok", Page::html("<p>Here.</p>"));
    site.put("a.example/moved", Page::redirect("https://b.example/new"));
    site.put("b.example/new", Page::html("<p>Here now.</p>"));
    site.put("a.example/lost", Page::redirect("/"));
    site.put("a.example/", Page::html("<p>Welcome.</p>"));
    site.put("a.example/gone", Page::status(410));
    site.put("a.example/broken", Page::status(500));
    site.put("a.example/shut", Page::status(403));
    site.put("a.example/slow", Page::html("x").after(Duration::from_secs(3)));
    site.put("a.example/round", Page::redirect("/round"));
    site.put("a.example/house", Page::redirect("http://127.0.0.1:1/"));
    site.put("c.example/robots.txt", Page::of("text/plain", b"User-agent: *\nDisallow: /kept\n".to_vec()));
    site.put("c.example/kept", Page::html("<p>Not for us.</p>"));
    site.put("d.example/robots.txt", Page::status(500));
    let cases = [
        ("https://a.example/ok", Found::Alive, Some(200), ""),
        ("https://a.example/ok#page=2", Found::Alive, Some(200), ""),
        ("https://a.example/moved", Found::Redirected, Some(200), ""),
        ("https://a.example/lost", Found::Dead, Some(200), "leads to the front page"),
        ("https://a.example/", Found::Alive, Some(200), ""),
        ("https://a.example/never", Found::Dead, Some(404), "expected status 200, found 404"),
        ("https://a.example/gone", Found::Dead, Some(410), "expected status 200, found 410"),
        ("https://a.example/broken", Found::Unreachable, Some(500), "expected status 200, found 500 after 2 tries"),
        ("https://a.example/shut", Found::Unreachable, Some(403), "expected status 200, found 403"),
        ("https://a.example/slow", Found::Unreachable, None, "expected an answer within 1 s"),
        ("https://a.example/round", Found::Unreachable, Some(302), "redirects lead in a circle"),
        ("https://a.example/house", Found::Unchecked, None, "of the public internet"),
        ("http://10.0.0.1/x", Found::Unchecked, None, "of the public internet"),
        ("ftp://a.example/x", Found::Unchecked, None, "expected an http or https address"),
        ("nowhere", Found::Unchecked, None, "expected an http or https address"),
        ("https://c.example/kept", Found::Unchecked, None, "robots.txt of `c.example` asks not to fetch"),
        ("https://d.example/x", Found::Unreachable, None, "robots.txt of `d.example` could not be read"),
    ];
    let found = visits(&site, &cases.map(|(address, ..)| address));
    for (address, expected, status, reason) in cases {
        let visit = &found[address];
        assert_eq!((visit.found, visit.status), (expected, status), "{address}: {visit:?}");
        let told = visit.reason.as_deref().unwrap_or_default();
        assert_eq!(told.is_empty(), reason.is_empty(), "{address}: {told}");
        assert!(told.contains(reason), "{address}: {told}");
        assert_eq!(visit.on, "2031-06-01".parse().unwrap());
    }
    assert_eq!(found["https://a.example/moved"].leads_to.as_deref(), Some("https://b.example/new"));
    assert_eq!(site.count("c.example/kept"), 0);
    let asked = site.asked();
    assert!(asked.iter().all(|asked| !asked.address.starts_with("d.example")), "{asked:?}");
    let ways: Vec<&str> =
        asked.iter().filter(|asked| asked.address == "a.example/never").map(|asked| asked.method.as_str()).collect();
    assert_eq!(ways, ["HEAD", "GET"]);
    assert_eq!(asked.iter().filter(|asked| asked.address == "a.example/new").count(), 0);
}

#[test]
fn a_site_that_does_not_answer_head_is_asked_as_a_reader_asks_and_not_to_the_end() {
    let site = Site::start().unwrap();
    site.put("a.example/405", Page::html("x").refusing_head(405));
    site.put("a.example/404", Page::html("x").refusing_head(404));
    site.put("a.example/500", Page::html("x").with_more(200 << 20).refusing_head(500));
    let addresses = ["https://a.example/405", "https://a.example/404", "https://a.example/500"];
    for (address, visit) in visits(&site, &addresses) {
        assert_eq!((visit.found, visit.status), (Found::Alive, Some(200)), "{address}");
    }
}

#[test]
fn visits_to_a_host_come_one_after_the_other_with_its_pause() {
    let site = Site::start().unwrap();
    for at in 0..3 {
        site.put(&format!("a.example/{at}"), Page::html("x"));
    }
    let settings = Settings { delay: Duration::from_millis(150), ..settings(&site) };
    let addresses: Vec<String> = (0..3).map(|at| format!("https://a.example/{at}")).collect();
    visit(&addresses, &settings, &|_, _| {}).unwrap();
    let asked = site.asked();
    assert_eq!(asked.len(), 3, "{asked:?}");
    for pair in asked.windows(2) {
        assert!(pair[1].at - pair[0].at >= Duration::from_millis(120));
    }
}

#[test]
fn a_page_is_fetched_over_its_redirects_or_refused_with_a_reason() {
    let site = Site::start().unwrap();
    site.put("a.example/1", Page::redirect("https://b.example/2"));
    site.put("b.example/2", Page::of("application/pdf", b"%PDF-".to_vec()));
    site.put("c.example/robots.txt", Page::of("text/plain", b"User-agent: *\nDisallow: /\n".to_vec()));
    site.put("a.example/house", Page::redirect("http://[::1]/"));
    let pages = Pages::new(&Settings { max_bytes: 1_000, ..settings(&site) }).unwrap();
    let page = pages.get("https://a.example/1").unwrap();
    assert_eq!((page.url.as_str(), page.body.as_slice()), ("https://b.example/2", &b"%PDF-"[..]));
    assert_eq!((page.media_type.as_deref(), page.at.as_str()), (Some("application/pdf"), "2031-06-01T12:00:00Z"));
    site.put("a.example/long", Page::html("x".repeat(1_001)));
    let refused = |address: &str| pages.get(address).unwrap_err();
    assert!(matches!(refused("https://a.example/none"), GetError::Status { status: 404, .. }));
    assert!(matches!(refused("https://a.example/long"), GetError::TooLarge { limit: 1_000 }));
    assert!(matches!(refused("https://c.example/x"), GetError::Robots { .. }));
    assert!(matches!(refused("https://a.example/house"), GetError::NotPublic { .. }));
    assert!(matches!(refused("nowhere"), GetError::Address { .. }));
    assert_eq!(site.count("a.example/robots.txt"), 1, "the rules are read once");
}
