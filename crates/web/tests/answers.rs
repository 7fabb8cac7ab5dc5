//! The conformance suite of `tests/conformance` through the interface for programs.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up should fail")]

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use fineprint_model::Case;
use fineprint_testkit::answers::checks;
use fineprint_testkit::queries::{QueryCheck, query_checks};
use fineprint_testkit::repository;
use fineprint_web::{App, Options, router};
use serde_json::{Value, json};
use tower::ServiceExt;

fn service(today: &str) -> Router {
    let lines = std::fs::read_to_string(repository("tests/conformance/cases.jsonl")).unwrap();
    let records = lines.lines().map(|line| Case::from_json(line).unwrap()).collect();
    router(Arc::new(App::new(records, Options::new(today.parse().unwrap())).unwrap()))
}

async fn get(service: &Router, address: &str) -> (StatusCode, Value) {
    let request = Request::builder().uri(address).body(Body::empty()).unwrap();
    let response = service.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

fn address(path: &str, params: &[(String, String)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
    format!("/api/v1/{path}?{query}")
}

#[tokio::test]
async fn every_answer_is_the_expected_one() {
    let checks = checks();
    let service = service(&checks[0].today);
    let mut failures = Vec::new();
    for check in &checks {
        let path = match check.ask.as_str() {
            "facet" => format!("facets/{}", check.field),
            "histogram" => format!("histograms/{}", check.field),
            other => other.to_owned(),
        };
        let (status, found) = get(&service, &address(&path, &check.params)).await;
        if status != StatusCode::OK {
            failures.push(format!("{}: {status} {found}", check.name));
        }
        failures.extend(check.difference(&found));
    }
    assert!(checks.len() > 70, "only {} checks were found", checks.len());
    assert!(failures.is_empty(), "{} of {} failed\n\n{}", failures.len(), checks.len(), failures.join("\n\n"));
}

/// The checks of queries: ids, facets, sums, tables, refusals.
#[tokio::test]
async fn every_query_gives_what_is_expected() {
    let checks = query_checks();
    let mut services: BTreeMap<&str, Router> = BTreeMap::new();
    let mut failures = Vec::new();
    for check in &checks {
        let service = services.entry(&check.today).or_insert_with(|| service(&check.today));
        failures.extend(difference(service, check).await);
    }
    assert!(checks.len() > 150, "only {} checks were found", checks.len());
    assert!(failures.is_empty(), "{} of {} failed\n{}", failures.len(), checks.len(), failures.join("\n"));
}

async fn difference(service: &Router, check: &QueryCheck) -> Option<String> {
    let mut params = vec![("q".to_owned(), check.query.clone())];
    if let Some(by) = check.by() {
        params.push(("by".to_owned(), by));
        return check.difference(&get(service, &address("stats", &params)).await.1);
    }
    params.push(("limit".to_owned(), "1000".to_owned()));
    params.push(("facets".to_owned(), check.facets()));
    let (status, found) = get(service, &address("cases", &params)).await;
    if let Some(refusal) = check.refusal() {
        let at = json!({"start": refusal.at.0, "end": refusal.at.1});
        return check
            .wrong("status", &status.as_u16().into(), &400.into())
            .or_else(|| check.wrong("place", &found["position"], &at))
            .or_else(|| check.wrong("suggestion", &found["suggestion"], &json!(refusal.suggestion)));
    }
    check.difference(&found)
}

#[tokio::test]
async fn what_is_not_understood_is_refused_with_the_nearest_right_thing() {
    let service = service("2024-07-01");
    for (address, hint) in [
        ("/api/v1/cases?autority=fr-cnil", "`authority`"),
        ("/api/v1/cases?facets=autority", "`authority`"),
        ("/api/v1/cases?facets=fine", "a facet such as"),
        ("/api/v1/cases?sort=-fines", "`relevance`, `fine`"),
        ("/api/v1/cases?cursor=%00%ff", "the `next` of an answer"),
        ("/api/v1/cases?cursor=d99.x&sort=-fine", "the `next` of an answer"),
        ("/api/v1/cases?as_of=yesterday", "`2022-04`"),
        ("/api/v1/stats?by=fine", "a facet such as"),
        ("/api/v1/stats?metric=average", "`mean`"),
        ("/api/v1/stats?metric=p101", "`p0` to `p100`"),
        ("/api/v1/stats?of=fines", "`fine`"),
        ("/api/v1/stats?by=year,authority,country,law", "at most three"),
        ("/api/v1/facets/autority", "`authority`"),
        ("/api/v1/facets/fine", "a facet such as"),
        ("/api/v1/facets/year?order=size", "`count`, `name`, `time`"),
        ("/api/v1/histograms/authority", "`affected`"),
        ("/api/v1/precedents", "at least one fact"),
        ("/api/v1/precedents?article=32", "`gdpr/32`"),
        ("/api/v1/precedents?sector=healht", "`health`"),
        ("/api/v1/precedents?article=gdpr/32&affected=many", "`500k`"),
        ("/api/v1/precedents?article=gdpr/32&turnover=big", "`16M`"),
        ("/api/v1/suggest?text=lab", "`q`"),
        ("/api/v1/cases/fr-cnil-t-001/similar?limit=1001", "0 to 1000"),
        ("/api/v1/cases/fr-cnil-t-001?q=x", "`as_of`"),
    ] {
        let (status, problem) = get(&service, address).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{address}: {problem}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(hint), "{address}: {detail}");
    }
    assert_eq!(get(&service, "/api/v1/stats?strict=0").await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(get(&service, "/api/v1/stats?strict=50").await.0, StatusCode::OK);
    assert_eq!(get(&service, "/api/v1/cases/fr-cnil-t-001?as_of=2020").await.0, StatusCode::NOT_FOUND);
}

/// Thousands of wrong names, orders, cursors, figures and days: each is refused with the right ones.
#[tokio::test]
async fn hostile_parameters_are_refused_with_the_right_ones() {
    const PIECES: [&str; 20] = [
        "autority",
        "fines",
        "..",
        "\0",
        "\r\nX: 1",
        "\u{202e}",
        "é",
        "%",
        "'",
        "\"",
        "<b>",
        "{{",
        "$(x)",
        "-",
        "p101",
        "gdpr",
        "year",
        "99999999999999999999",
        " ",
        "\u{1f469}",
    ];
    let service = service("2024-07-01");
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut next = |below: usize| {
        // xorshift: the same texts every time.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    let places = [
        ("cases", "facets", "`authority`"),
        ("cases", "sort", ""),
        ("cases", "cursor", "the `next` of an answer"),
        ("cases", "as_of", "`2022-04`"),
        ("cases", "limit", "0 to 1000"),
        ("cases", "authority", ""),
        ("stats", "by", "`authority`"),
        ("stats", "metric", "`median`"),
        ("stats", "of", "`fine`"),
        ("facets/year", "order", "`count`"),
        ("facets/", "", "`authority`"),
        ("histograms/", "", "`affected`"),
    ];
    let mut refused = [0_usize; 12];
    for number in 0..3_600 {
        let nth = number % places.len();
        let (path, name, hint) = places[nth];
        let length = [1, 2, 3, 30][next(4)];
        let mut text: String = (0..length).map(|_| PIECES[next(PIECES.len())]).collect();
        // Never by chance one of the right ones.
        text.push('\u{7f}');
        let address = if name.is_empty() {
            let segment: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
            format!("/api/v1/{path}{segment}")
        } else {
            address(path, &[(name.to_owned(), text.clone())])
        };
        let (status, problem) = get(&service, &address).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{address}: {problem}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.len() < 3_000 && !detail.contains(char::is_control), "{address}: {detail:?}");
        refused[nth] += usize::from(detail.contains(hint));
    }
    // What is read as part of a query may already be wrong in itself, and is then refused for that.
    for ((path, name, hint), count) in places.iter().zip(refused) {
        assert_eq!(count, 300, "{path} {name}: {hint}");
    }
    let (status, _) = get(&service, "/api/v1/cases").await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn similar_cases_suggestions_and_corrections() {
    let service = service("2024-07-01");
    let (_, similar) = get(&service, "/api/v1/cases/fr-cnil-t-001/similar?limit=3").await;
    assert_eq!(similar["similar"][0]["case"]["id"], "pl-uodo-t-001");
    assert!(similar["similar"][0]["reasons"].to_string().contains("both against a processor"), "{similar}");
    assert_eq!(get(&service, "/api/v1/cases/fr-cnil-t-901/similar").await.0, StatusCode::PERMANENT_REDIRECT);
    let (_, suggested) = get(&service, "/api/v1/suggest?q=leaked+labs").await;
    assert_eq!(suggested["suggestions"][0]["query"], "leaked party:labsoft");
    let (_, found) = get(&service, "/api/v1/cases?q=labratory").await;
    assert_eq!((&found["total"], &found["did_you_mean"]), (&json!(0), &json!("laboratory")), "{found}");
    let (_, described) = get(&service, "/api/v1/openapi.json").await;
    let mut answered = 0;
    for (path, methods) in described["paths"].as_object().unwrap() {
        let names = methods["get"]["parameters"].as_array().unwrap();
        let required = if path.ends_with("precedents") { "?article=gdpr/32" } else { "" };
        let field = if path.contains("histograms") { "fine" } else { "authority" };
        let address = path.replace("{id}", "fr-cnil-t-001").replace("{field}", field);
        assert_eq!(get(&service, &format!("{address}{required}")).await.0, StatusCode::OK, "{address}");
        assert_eq!(get(&service, &format!("{address}?nothing=1")).await.0, StatusCode::BAD_REQUEST, "{address}");
        answered += names.len();
    }
    assert!(answered > 60, "{answered}");
}
