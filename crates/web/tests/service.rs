//! The service, asked in process: status, headers and what is on the page.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up should fail")]

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use fineprint_model::Case;
use fineprint_web::{App, Options, router};
use scraper::{Html, Selector};
use tower::ServiceExt;

const INVENTED: &str = include_str!("../../views/tests/fixtures/invented.json");

fn changed(change: impl FnOnce(&mut serde_json::Value)) -> Case {
    let mut value: serde_json::Value = serde_json::from_str(INVENTED).unwrap();
    change(&mut value);
    Case::from_json(&value.to_string()).unwrap()
}

fn records() -> Vec<Case> {
    let simple = |id: &str, cents: i64, article: &str| {
        changed(|case| {
            case["id"] = id.into();
            case["reference"] = id.into();
            case["parties"] = serde_json::json!([{"id": "beispiel-ag", "name": "Beispiel AG", "kind": "company", "role": "controller", "sectors": ["health"]}]);
            case["ledger"] =
                serde_json::json!([{"event": "imposed", "amount": {"amount_minor": cents, "currency": "EUR"}}]);
            case["findings"] = serde_json::json!([{"provision": article, "finding": "violated"}]);
            case["stage"] = "decided".into();
            case["appeals"] = serde_json::json!([]);
            case["claims"] = serde_json::json!([]);
        })
    };
    vec![
        changed(|case| case["aliases"] = serde_json::json!(["fr-cnil-old"])),
        simple("fr-cnil-san-2031-002", 5_000_000, "gdpr/5/1/f"),
        simple("fr-cnil-san-2031-003", 900_000_000, "gdpr/32/1"),
        changed(|case| {
            case["id"] = "fr-cnil-san-2031-004".into();
            case["record"] = serde_json::json!({"state": "withdrawn", "on": "2032", "reason": "entered twice"});
        }),
        changed(|case| {
            case["id"] = "fr-cnil-san-2031-005".into();
            case["parties"][0]["id"] = "verschwunden".into();
            case["parties"][0]["name"] = "Verschwunden GmbH".into();
            case["parties"][0]["names_until"] = "2032-06-01".into();
            case["summary"] = "Verschwunden GmbH was fined.".into();
        }),
    ]
}

struct Got {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
    fn select(&self, selector: &str) -> Vec<String> {
        let page = Html::parse_document(&self.body);
        let selector = Selector::parse(selector).unwrap();
        let found = page.select(&selector);
        found
            .map(|element| element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    }
}

async fn ask_with(method: Method, address: &str, header: Option<(&str, &str)>) -> Got {
    let app = App::new(records(), Options::new("2033-01-02".parse().unwrap())).unwrap();
    let mut request = Request::builder().method(method).uri(address);
    if let Some((name, value)) = header {
        request = request.header(name, value);
    }
    let response = router(Arc::new(app)).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Got { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
}

async fn get(address: &str) -> Got {
    ask_with(Method::GET, address, None).await
}

#[tokio::test]
async fn every_kind_of_page_answers() {
    for address in [
        "/",
        "/search/",
        "/case/fr-cnil-san-2031-001/",
        "/authority/",
        "/authority/fr-cnil/",
        "/country/fr/",
        "/law/",
        "/law/gdpr/",
        "/law/gdpr/32/",
        "/law/gdpr/5/1/f/",
        "/party/beispiel-ag/",
        "/sector/health/",
        "/context/breach/",
        "/violation/security/encryption/",
        "/group/exempla-group/",
        "/compare/",
        "/compare/?id=fr-cnil-san-2031-001&id=fr-cnil-san-2031-003",
        "/statistics/",
        "/data/",
        "/sources/",
        "/report/",
        "/about/",
        "/changes/",
    ] {
        let got = get(address).await;
        assert_eq!(got.status, 200, "{address}");
        assert!(got.header("content-type").starts_with("text/html"), "{address}");
        assert_eq!(got.select("h1").len(), 1, "{address}");
        assert_eq!(got.select("main").len(), 1, "{address}");
        assert!(!got.body.contains(" style="), "{address}");
    }
    for (address, kind) in [
        ("/case/fr-cnil-san-2031-001.json", "application/json"),
        ("/case/fr-cnil-san-2031-001.bib", "application/x-bibtex"),
        ("/data/cases.csv", "text/csv"),
        ("/feed.atom", "application/atom+xml"),
        ("/authority/fr-cnil/feed.atom", "application/atom+xml"),
        ("/law/gdpr/32/cases.json", "application/json"),
        ("/statistics/strip.csv", "text/csv"),
        ("/statistics/strip.svg", "image/svg+xml"),
        ("/statistics/strip.png", "image/png"),
        ("/case/fr-cnil-san-2031-001.png", "image/png"),
        ("/compare.csv?id=fr-cnil-san-2031-001&id=fr-cnil-san-2031-003", "text/csv"),
        ("/search.csv?q=article:gdpr/32", "text/csv"),
        ("/search.atom?q=article:gdpr/32", "application/atom+xml"),
        ("/robots.txt", "text/plain"),
        ("/healthz", "application/json"),
        ("/api/v1/meta", "application/json"),
    ] {
        let got = get(address).await;
        assert_eq!(got.status, 200, "{address}");
        assert!(got.header("content-type").starts_with(kind), "{address}: {}", got.header("content-type"));
    }
}

#[tokio::test]
async fn the_search_page_shows_question_answer_and_filters() {
    let got = get("/search/?q=article:gdpr/32").await;
    assert_eq!(got.select(".results .line-party"), ["Exempla Labo", "Beispiel AG", "An unnamed processor"]);
    assert!(got.select("[role=status]")[0].starts_with("3 decisions"), "{:?}", got.select("[role=status]"));
    assert!(got.select("h1")[0].contains("Article 32 GDPR"));
    let page = Html::parse_document(&got.body);
    let checked = Selector::parse("fieldset input[name=article][value='gdpr/32'][checked]").unwrap();
    assert_eq!(page.select(&checked).count(), 1, "the selected value is ticked");
    let hidden = Selector::parse("form.facets input[type=hidden][name=q]").unwrap();
    assert_eq!(page.select(&hidden).next().unwrap().value().attr("value"), Some(""), "and not stated twice");
}

#[tokio::test]
async fn the_filter_form_leads_to_one_address() {
    let got = get("/search/?q=&article=gdpr%2F32&fine_min=1M&fine_max=&from=&to=&sort=-fine").await;
    assert_eq!(
        (got.status, got.header("location")),
        (StatusCode::SEE_OTHER, "/search/?q=fine:%3E%3D1M+article:gdpr/32+sort:-fine")
    );
    let got = get(got.header("location")).await;
    assert_eq!(got.select(".results .line-party"), ["Beispiel AG", "Exempla Labo", "An unnamed processor"]);
}

#[tokio::test]
async fn an_empty_answer_offers_wider_questions() {
    let got = get("/search/?q=article:gdpr/32+fine:%3E%3D500M").await;
    assert_eq!(got.status, 200);
    assert_eq!(got.select(".empty li"), ["without fine:>=500M: 3 decisions"]);
}

#[tokio::test]
async fn a_wrong_query_says_where_and_what_is_near() {
    let page = get("/search/?q=autority:fr-cnil").await;
    assert_eq!(page.status, 400);
    assert_eq!(page.select(".wrong-query mark"), ["autority:"]);
    assert!(page.select("main li a").iter().any(|link| link.contains("authority:fr-cnil")));
    let api = get("/api/v1/cases?q=autority:fr-cnil").await;
    assert_eq!((api.status, api.header("content-type")), (StatusCode::BAD_REQUEST, "application/problem+json"));
    assert_eq!(api.json()["position"], serde_json::json!({"start": 0, "end": 9}));
    assert_eq!(api.json()["corrected"], "authority:fr-cnil");
}

#[tokio::test]
async fn unknown_parameters_are_refused_with_the_known_ones() {
    for address in
        ["/api/v1/cases?authorities=fr-cnil", "/search.csv?page=2", "/api/v1/stats?group=year", "/search/?Q=x"]
    {
        let got = get(address).await;
        assert_eq!(got.status, 400, "{address}");
        assert!(got.body.contains("expected one of"), "{address}: {}", got.body);
    }
    for address in [
        "/api/v1/cases?limit=5000",
        "/api/v1/cases?limit=x",
        "/api/v1/cases?q=a&q=b",
        "/api/v1/cases?facets=colour",
        "/api/v1/cases?cursor=zzz",
        "/about/?x=1",
        "/search/?authority=xx-none",
    ] {
        assert_eq!(get(address).await.status, 400, "{address}");
    }
}

#[tokio::test]
async fn programs_get_pages_facets_and_totals() {
    let first = get("/api/v1/cases?q=sort:-fine&limit=2&facets=authority,article").await;
    let list = first.json();
    assert_eq!((list["total"].as_u64(), list["cases"].as_array().unwrap().len()), (Some(4), 2));
    assert_eq!(list["cases"][0]["id"], "fr-cnil-san-2031-003");
    assert_eq!(list["facets"][0]["values"][0]["value"], "fr-cnil");
    assert!(list["facets"][0]["values"][0]["toggle"].as_str().unwrap().contains("authority:fr-cnil"));
    assert_eq!(first.header("access-control-allow-origin"), "*");
    let link = first.header("link").to_owned();
    let next = link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap();
    let second = get(next).await.json();
    assert_eq!(second["cases"].as_array().unwrap().len(), 2);
    assert_ne!(second["cases"][0]["id"], list["cases"][1]["id"]);
    let stats = get("/api/v1/stats?by=article").await.json();
    assert_eq!(stats["total"]["cases"], 4);
    assert_eq!(get("/api/v1/cases/fr-cnil-san-2031-001").await.json()["id"], "fr-cnil-san-2031-001");
}

#[tokio::test]
async fn ids_move_and_records_are_withdrawn_without_dead_ends() {
    let moved = get("/case/fr-cnil-old/").await;
    assert_eq!(
        (moved.status, moved.header("location")),
        (StatusCode::PERMANENT_REDIRECT, "/case/fr-cnil-san-2031-001/")
    );
    let slash = get("/case/fr-cnil-san-2031-001").await;
    assert_eq!(
        (slash.status, slash.header("location")),
        (StatusCode::PERMANENT_REDIRECT, "/case/fr-cnil-san-2031-001/")
    );
    let gone = get("/case/fr-cnil-san-2031-004/").await;
    assert_eq!(gone.status, StatusCode::GONE);
    assert!(gone.body.contains("entered twice"));
    let near = get("/case/fr-cnil-san-2031-01/").await;
    assert_eq!(near.status, StatusCode::NOT_FOUND);
    assert!(near.select("main li a")[0].contains("Did you mean"));
    for address in [
        "/nothing",
        "/law/xx/",
        "/law/gdpr/32/page/2/",
        "/authority/../about/",
        "/assets/other.css",
        "/api/v1/x",
        "/case/%2e%2e/",
    ] {
        assert_eq!(get(address).await.status, StatusCode::NOT_FOUND, "{address}");
    }
}

#[tokio::test]
async fn a_name_whose_term_has_passed_is_nowhere() {
    for address in [
        "/",
        "/search/?q=",
        "/case/fr-cnil-san-2031-005/",
        "/api/v1/cases",
        "/data/cases.jsonl",
        "/data/cases.csv",
        "/feed.atom",
        "/party/",
        "/data/filter.json",
        "/api/v1/cases?facets=party",
    ] {
        let got = get(address).await;
        assert!(!got.body.to_lowercase().contains("verschwunden"), "{address}");
    }
    assert_eq!(get("/party/verschwunden/").await.status, 404);
    assert_eq!(get("/api/v1/cases?q=Verschwunden").await.json()["total"], 0, "nor can it be searched for");
}

#[test]
fn a_name_goes_on_its_day_while_the_service_runs() {
    let app = App::new(records(), Options::new("2032-05-31".parse().unwrap())).unwrap();
    let page = |app: &App| {
        fineprint_web::render(&app.snapshot(), "case/fr-cnil-san-2031-005/").unwrap().unwrap().text().to_owned()
    };
    assert!(page(&app).contains("Verschwunden"), "shown on the last day of its term");
    app.move_to("2032-06-01".parse().unwrap()).unwrap();
    assert!(!page(&app).contains("Verschwunden"));
    let snapshot = app.snapshot();
    let named = snapshot.engine.parse("Verschwunden", snapshot.site.today).unwrap();
    let request =
        fineprint_model::query::Request { query: named, limit: 5, cursor: None, facets: Vec::new(), snippets: true };
    assert_eq!(snapshot.engine.search(&request).unwrap().total, 0);
}

#[tokio::test]
async fn every_answer_carries_the_policy() {
    for (method, address) in [
        (Method::GET, "/"),
        (Method::GET, "/nothing"),
        (Method::GET, "/api/v1/cases?x=1"),
        (Method::POST, "/search/"),
        (Method::OPTIONS, "/api/v1/cases"),
        (Method::GET, "/case/fr-cnil-old/"),
    ] {
        let got = ask_with(method.clone(), address, None).await;
        let policy = got.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{method} {address}"
        );
        assert!(!policy.contains("unsafe"), "{method} {address}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(got.header(name), value, "{method} {address}");
        }
    }
    assert_eq!(ask_with(Method::POST, "/search/", None).await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn unchanged_pages_are_not_sent_again_and_pages_are_compressed() {
    let first = get("/about/").await;
    let again = ask_with(Method::GET, "/about/", Some(("if-none-match", first.header("etag")))).await;
    assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    assert_eq!(
        ask_with(Method::GET, "/about/", Some(("accept-encoding", "gzip"))).await.header("content-encoding"),
        "gzip"
    );
    let head = ask_with(Method::HEAD, "/about/", None).await;
    assert_eq!((head.status, head.header("etag")), (StatusCode::OK, first.header("etag")));
    let page = Html::parse_document(&first.body);
    let style = page.select(&Selector::parse("link[rel=stylesheet]").unwrap()).next().unwrap();
    let style = style.value().attr("href").unwrap().replace("../", "/");
    assert!(get(&style).await.header("cache-control").contains("immutable"));
}

#[tokio::test]
async fn hostile_queries_are_text() {
    let got = get("/search/?q=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E").await;
    assert!(!got.body.contains("<script>"), "{}", got.body);
    for query in ["(".repeat(900), "%00%01%02".to_owned(), "a+".repeat(600), "\u{202e}".to_owned()] {
        let encoded: String =
            query.chars().map(|c| if c.is_ascii() { c.to_string() } else { "%E2%80%AE".to_owned() }).collect();
        let got = get(&format!("/search/?q={encoded}")).await;
        assert!(got.status == 200 || got.status == 400, "{}", got.status);
    }
}

#[tokio::test]
async fn cases_are_compared_and_what_differs_is_marked() {
    let got = get("/compare/?id=fr-cnil-san-2031-001&id=fr-cnil-san-2031-003").await;
    assert_eq!(got.select("thead a bdi"), ["Exempla Labo", "Beispiel AG"]);
    let page = Html::parse_document(&got.body);
    let same = Selector::parse("tr.same th").unwrap();
    let same: Vec<String> = page.select(&same).map(|row| row.text().collect()).collect();
    assert!(same.contains(&"Authority".to_owned()) && !same.contains(&"Fine".to_owned()), "{same:?}");
    assert!(got.header("x-robots-tag").contains("noindex"));
    let moved = get("/compare/?id=fr-cnil-old&id=fr-cnil-san-2031-003").await;
    assert_eq!(moved.status, 200, "a merged id leads to its case");
    for address in [
        "/compare/?id=fr-cnil-san-2031-01&id=fr-cnil-san-2031-003",
        "/compare/?id=%3Cscript%3E",
        "/compare/?ids=a,b",
        "/compare.csv?id=none",
    ] {
        let got = get(address).await;
        assert_eq!(got.status, 400, "{address}");
        assert!(!got.body.contains("<script>alert"), "{address}");
    }
    assert!(get("/compare/?id=fr-cnil-san-2031-01").await.body.contains("Did you mean"));
}

#[tokio::test]
async fn histograms_leave_their_own_selection_out_and_lead_on() {
    let count = |got: &Got| -> Vec<String> {
        got.select(".histogram .hidden").into_iter().filter(|text| !text.ends_with(": 0 decisions")).collect()
    };
    let all = get("/search/?q=article:gdpr/32").await;
    let narrowed = get("/search/?q=article:gdpr/32+fine:%3E%3D1M").await;
    let fines = |got: &Got| count(got).into_iter().filter(|text| text.starts_with("EUR")).collect::<Vec<_>>();
    assert!(!fines(&all).is_empty());
    assert_eq!(fines(&all), fines(&narrowed), "the columns of fines do not count their own range");
    let page = Html::parse_document(&narrowed.body);
    let column = Selector::parse(".histogram .within a").unwrap();
    let href = page.select(&column).next().unwrap().value().attr("href").unwrap().trim_start_matches("..");
    assert_eq!(get(href).await.status, 200, "{href}");
}

#[tokio::test]
async fn charts_are_files_that_others_may_show() {
    let svg = get("/statistics/strip.svg").await;
    assert!(svg.body.contains("Half of the fines") && !svg.body.contains("style=") && !svg.body.contains("<style"));
    assert_eq!(svg.header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(get("/statistics/none.svg").await.status, 404);
    assert_eq!(get("/law/gdpr/32/strip.gif").await.status, 404);
}
