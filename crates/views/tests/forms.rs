//! What people and programs see of one invented case.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up should fail")]

use fineprint_model::upkeep::Upkeep;
use fineprint_model::{Case, FindingKind};
use fineprint_views::format::day;
use fineprint_views::line::Line;
use fineprint_views::machine::csv::{self, Dialect};
use fineprint_views::machine::feed::{self, Feed};
use fineprint_views::machine::{cite, json, sitemap};
use fineprint_views::page::{self, CaseContext, ErrorContext, Site, Totals};
use fineprint_views::{label, title};

fn invented() -> Case {
    Case::from_json(include_str!("fixtures/invented.json")).unwrap()
}

fn changed(change: impl FnOnce(&mut serde_json::Value)) -> Case {
    let mut value: serde_json::Value = serde_json::from_str(include_str!("fixtures/invented.json")).unwrap();
    change(&mut value);
    Case::from_json(&value.to_string()).unwrap()
}

fn site(base_url: Option<&str>) -> Site {
    Site {
        served: true,
        base_url: base_url.map(str::to_owned),
        css: "assets/site.css".into(),
        js: "assets/site.js".into(),
        icon: "assets/icon.svg".into(),
        engine: None,
        fonts: vec!["assets/font.woff2".into()],
        today: "2033-01-02".parse().unwrap(),
        note: None,
        totals: Totals::of(&[invented()]),
    }
}

/// Narrow and unbreakable spaces are there to be seen by people, not by readers of a snapshot.
fn plain(text: &str) -> String {
    text.replace(['\u{202f}', '\u{a0}'], " ")
}

#[test]
fn titles_say_who_did_what_and_whether_it_stands() {
    let event = |kind: &str, cents: i64| serde_json::json!({"event": kind, "amount": {"amount_minor": cents, "currency": "EUR"}});
    let titles: Vec<String> = [
        invented(),
        // Still under appeal.
        changed(|case| case["appeals"] = serde_json::json!([{"body": "court", "result": "pending"}])),
        // Annulled: what was imposed, and that it is gone.
        changed(|case| {
            case["ledger"] = serde_json::json!([event("imposed", 150_000_000), {"event": "annulled"}]);
            case["appeals"] = serde_json::json!([]);
        }),
        // Proposed only.
        changed(|case| {
            case["ledger"] = serde_json::json!([event("proposed", 1_000_000_000)]);
            case["stage"] = "proposed".into();
            case["appeals"] = serde_json::json!([]);
        }),
        // No fine.
        changed(|case| {
            case["ledger"] = serde_json::json!([]);
            case["measures"] = serde_json::json!([{"kind": "reprimand"}]);
            case["stage"] = "decided".into();
            case["appeals"] = serde_json::json!([]);
        }),
        // An amount that nobody published, a party without a name.
        changed(|case| {
            case["ledger"] = serde_json::json!([{"event": "imposed"}]);
            case["parties"][0]["name"] = serde_json::json!({"missing": "not-published"});
            case["stage"] = "decided".into();
            case["appeals"] = serde_json::json!([]);
        }),
        // Found not to have violated anything.
        changed(|case| {
            case["ledger"] = serde_json::json!([]);
            case["outcome"] = "no-violation".into();
            case["findings"] = serde_json::json!([]);
            case["stage"] = "final".into();
            case["appeals"] = serde_json::json!([]);
        }),
    ]
    .iter()
    .map(|case| plain(&title::title(case).to_string()))
    .collect();
    let expected = [
        "CNIL fined Exempla Labo EUR 1.5 M for Articles 28, 29 and 32 GDPR, reduced from EUR 2 M",
        "CNIL fined Exempla Labo EUR 1.5 M for Articles 28, 29 and 32 GDPR, under appeal",
        "CNIL fined Exempla Labo EUR 1.5 M for Articles 28, 29 and 32 GDPR, since annulled",
        "CNIL proposed to fine Exempla Labo EUR 10 M for Articles 28, 29 and 32 GDPR",
        "CNIL reprimanded Exempla Labo over Articles 28, 29 and 32 GDPR",
        "CNIL fined an unnamed processor an amount not stated for Articles 28, 29 and 32 GDPR",
        "CNIL found no violation by Exempla Labo",
    ];
    assert_eq!(titles, expected);
}

#[test]
fn a_line_shows_the_amount_with_what_became_of_it() {
    let line = Line::new(&invented(), None);
    assert_eq!(plain(&line.amount), "EUR 1.5 M");
    assert_eq!(line.amount_note.as_deref().map(plain).as_deref(), Some("was EUR 2 M"));
    assert_eq!(line.badge.slug(), "reduced");
    assert_eq!((line.date.as_str(), line.provisions.as_str()), ("15 April 2031", "Articles 28, 29 and 32 GDPR"));
    let foreign = changed(|case| {
        case["decided_on"] = "2022-04-15".into();
        case["ledger"] =
            serde_json::json!([{"event": "imposed", "amount": {"amount_minor": 2_000_000_000, "currency": "GBP"}}]);
    });
    let line = Line::new(&foreign, None);
    assert_eq!(plain(&line.amount), "GBP 20 M");
    assert!(line.amount_note.unwrap().starts_with("about EUR"), "with its euro beside it");
    assert_eq!(label::provisions(foreign.provisions(FindingKind::Violated), 9), "Articles 28, 29 and 32 GDPR");
}

#[test]
fn citations() {
    let site = site(Some("https://fines.example"));
    let case = invented();
    let all = [
        cite::text(&site, &case),
        cite::bib(&site, &case),
        cite::ris(&site, &case).replace("\r\n", "\n"),
        cite::csl_json(&site, &case).unwrap(),
    ];
    insta::assert_snapshot!("citations", plain(&all.join("\n")));
}

#[test]
fn csv_for_programs_and_for_spreadsheets() {
    let case = changed(|case| case["parties"][0]["name"] = "=Exempla, \"Labo\"".into());
    let text = csv::cases(std::iter::once(&case), Dialect::Plain).unwrap();
    assert!(text.contains("\r\n") && !text.starts_with('\u{feff}'));
    insta::assert_snapshot!("csv", plain(&text.replace("\r\n", "\n")));
    let sheet = csv::cases(std::iter::once(&case), Dialect::Spreadsheet).unwrap();
    assert!(sheet.starts_with("\u{feff}id;title;"));
    assert!(sheet.contains("'=Exempla"), "a formula is text");
}

#[test]
fn the_feed_is_whole_and_its_ids_do_not_depend_on_the_host() {
    let case = invented();
    let feed = Feed { title: "all <decisions>", path: "feed.atom", page: "" };
    let atom = feed::atom(&site(Some("https://fines.example")), &feed, std::iter::once(&case));
    insta::assert_snapshot!("atom", plain(&atom));
    let elsewhere = feed::atom(&site(None), &feed, std::iter::once(&case));
    let ids = |text: &str| text.lines().filter(|line| line.contains("<id>")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(ids(&atom), ids(&elsewhere));
    let hidden = changed(|case| case["noindex"] = true.into());
    assert!(!feed::atom(&site(None), &feed, std::iter::once(&hidden)).contains("<entry>"), "noindex holds in feeds");
}

#[test]
fn a_list_says_how_many_and_keeps_unknown_apart_from_nothing() {
    let case = changed(|case| {
        case["ledger"] = serde_json::json!([{"event": "imposed"}]);
        case["appeals"] = serde_json::json!([]);
    });
    let head = json::ListHead { total: 1, ..json::ListHead::default() };
    let list: serde_json::Value =
        serde_json::from_str(&json::list(&site(None), &head, std::iter::once(&case)).unwrap()).unwrap();
    assert_eq!(list["total"], 1);
    assert_eq!(list["cases"][0]["fine"]["state"], "unknown");
    assert_eq!(list["cases"][0]["fine"]["current"], serde_json::Value::Null);
}

#[test]
fn the_case_page_opens_evidence_and_shows_where_sources_disagree() {
    let case = invented();
    let html = page::case(&site(None), &CaseContext { case: &case, similar: &[] }).unwrap();
    for expected in [
        "Where sources disagree",
        "over 490,000 patients",
        "at least 490",
        "confidence 80",
        "491\u{202f}840",
        "28 organisations",
        "EUR\u{a0}1\u{202f}500\u{202f}000",
    ] {
        assert!(html.contains(expected), "{expected}");
    }
    assert!(!html.contains("href=\"javascript:"), "only web addresses are linked");
    assert!(html.contains("rel=\"noopener noreferrer nofollow\""));
    assert!(!html.contains(" style="), "the policy forbids inline style");
}

#[test]
fn hostile_text_stays_text() {
    let payload = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\" onclick='x' \u{202e}";
    let case = changed(|case| {
        for place in [
            "/reference",
            "/summary",
            "/parties/0/name",
            "/parties/0/group",
            "/findings/0/note",
            "/ledger/1/note",
            "/appeals/0/body",
            "/factors/0/note",
            "/sources/0/title",
            "/sources/0/publisher",
            "/sources/0/licence",
            "/claims/0/evidence/quote",
            "/changes/0/note",
        ] {
            *case.pointer_mut(place).unwrap() = payload.into();
        }
    });
    let site = site(Some("https://fines.example"));
    let html = page::case(&site, &CaseContext { case: &case, similar: &[] }).unwrap();
    let error = ErrorContext {
        status: 400,
        heading: "x",
        detail: payload,
        query: payload,
        span: Some((2, 5)),
        ways: &[],
        root: "/",
    };
    for page in [
        html,
        page::error_page(&site, &error).unwrap(),
        page::sources(&site, std::slice::from_ref(&case), &Upkeep::default()).unwrap(),
        page::changes(&site, std::slice::from_ref(&case)).unwrap(),
    ] {
        // Linked data is text of its own kind: what it must not contain is the end of its element.
        let (before, data) = page.split_once("<script type=\"application/ld+json\">").unwrap_or((&page, "</script>"));
        let (data, after) = data.split_once("</script>").unwrap();
        assert!(!data.contains('<'), "{data}");
        let page = format!("{before}{after}");
        assert!(!page.contains("<script>") && !page.contains("<img") && !page.contains("onclick='"), "{page}");
        assert!(!page.contains('\u{202e}'), "no mark turns the writing direction");
    }
    let atom = feed::atom(&site, &Feed { title: payload, path: "feed.atom", page: "" }, std::iter::once(&case));
    assert!(!atom.contains("<script>"));
}

#[test]
fn a_site_map_needs_an_address() {
    let pages = [("about/".to_owned(), Some("2031-05".parse().unwrap()))];
    assert_eq!(sitemap::sitemap(&site(None), &pages), None);
    let map = sitemap::sitemap(&site(Some("https://fines.example")), &pages).unwrap();
    assert!(map.contains("<loc>https://fines.example/about/</loc><lastmod>2031-05</lastmod>"));
    assert_eq!(day(site(None).today), "2 January 2033");
}
