//! The conformance suite of `tests/conformance` through the interface for programs.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up should fail")]

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use fineprint_model::Case;
use fineprint_testkit::answers::checks;
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
    let mut failures = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(repository("tests/conformance")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let suite: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let service = service(suite["today"].as_str().unwrap());
        for check in suite["checks"].as_array().unwrap() {
            count += 1;
            if let Some(difference) = difference(&service, check).await {
                failures.push(format!("{}: `{}`: {difference}", path.display(), check["query"]));
            }
        }
    }
    assert!(count > 150, "only {count} checks were found");
    assert!(failures.is_empty(), "{} of {count} failed\n{}", failures.len(), failures.join("\n"));
}

fn sums(money: &Value) -> Value {
    let minor = |name: &str| money[name]["amount_minor"].clone();
    json!({
        "known": money["known"], "unknown": money["unknown"], "annulled": money["annulled"],
        "without": money["without"], "sum": minor("sum"), "median": minor("median"), "max": minor("max"),
    })
}

fn stated(money: &Value) -> Value {
    let part = |name: &str| money[name].clone();
    json!({
        "known": part("known"), "unknown": part("unknown"), "annulled": part("annulled"),
        "without": part("without"), "sum": part("sum"), "median": part("median"), "max": part("max"),
    })
}

async fn difference(service: &Router, check: &Value) -> Option<String> {
    let query = check["query"].as_str().unwrap();
    let differ = |what: &str, found: &Value, expected: &Value| {
        (found != expected).then(|| format!("{what}: found {found}, expected {expected}"))
    };
    let mut params = vec![("q".to_owned(), query.to_owned())];
    if let Some(by) = check["by"].as_array() {
        let by: Vec<&str> = by.iter().map(|field| field.as_str().unwrap()).collect();
        params.push(("by".to_owned(), by.join(",")));
        let (_, found) = get(service, &address("stats", &params)).await;
        let row = |row: &Value| json!([row["key"], row["cases"], sums(&row["money"])]).to_string();
        let expected_row = |row: &Value| json!([row["key"], row["cases"], stated(row)]).to_string();
        let mut rows: Vec<String> = found["rows"].as_array().unwrap().iter().map(row).collect();
        let mut expected: Vec<String> = check["rows"].as_array().unwrap().iter().map(expected_row).collect();
        if check["ordered"] != true {
            rows.sort();
            expected.sort();
        }
        return differ("rows", &rows.into(), &expected.into());
    }
    let facets = check["facets"].as_object().map(|facets| facets.keys().cloned().collect::<Vec<_>>().join(","));
    params.push(("limit".to_owned(), "1000".to_owned()));
    params.push(("facets".to_owned(), facets.unwrap_or_default()));
    let (status, found) = get(service, &address("cases", &params)).await;
    if check["error"].is_object() {
        let at = json!({"start": check["error"]["at"][0], "end": check["error"]["at"][1]});
        return differ("status", &status.as_u16().into(), &400.into())
            .or_else(|| differ("place", &found["position"], &at))
            .or_else(|| differ("suggestion", &found["suggestion"], &check["error"]["suggestion"]));
    }
    let mut ids: Vec<&str> = found["cases"].as_array()?.iter().map(|hit| hit["id"].as_str().unwrap()).collect();
    if check["ordered"] != true {
        ids.sort_unstable();
    }
    let counted = || {
        found["facets"].as_array().into_iter().flatten().find_map(|facet| {
            let expected = &check["facets"][facet["field"].as_str().unwrap()];
            let values: serde_json::Map<String, Value> = facet["values"]
                .as_array()
                .unwrap()
                .iter()
                .map(|value| (value["value"].as_str().unwrap().to_owned(), value["count"].clone()))
                .collect();
            differ("facet", &json!({ "values": values, "unknown": facet["unknown"] }), expected)
        })
    };
    differ("ids", &ids.into(), &check["ids"])
        .or_else(|| differ("money", &sums(&found["money"]), &stated(&check["money"])))
        .or_else(counted)
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
