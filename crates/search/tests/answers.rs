//! The checks of `tests/conformance/answers` through the library.

#![expect(clippy::unwrap_used, reason = "what cannot be set up has failed the test")]

use std::fs;

use chrono::NaiveDate;
use fineprint_model::Case;
use fineprint_model::query::{
    FacetOptions, FacetOrder, Facts, Field, Measured, Metric, PrecedentsRequest, Query, Request, StatsRequest,
};
use fineprint_search::{Engine, ParseOptions, parse_with, read_people, read_turnover};
use fineprint_testkit::answers::{Check, checks};
use fineprint_testkit::repository;
use serde_json::{Value, json};

fn engine() -> Engine {
    let lines = fs::read_to_string(repository("tests/conformance/cases.jsonl")).unwrap();
    Engine::in_memory(lines.lines().map(|line| Case::from_json(line).unwrap())).unwrap()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').filter(|word| !word.is_empty())
}

fn field(name: &str) -> Field {
    Field::from_name(name).unwrap()
}

fn query(check: &Check) -> Query {
    let today: NaiveDate = check.today.parse().unwrap();
    parse_with(check.param("q"), &ParseOptions { today, known: None }).unwrap()
}

fn answer(engine: &Engine, check: &Check) -> Value {
    let earlier = check.param("as_of").parse::<fineprint_model::PartialDate>();
    let engine = &earlier.map_or_else(|_| engine.clone(), |date| engine.as_of(date.last_day()).unwrap());
    let query = query(check);
    let limit = check.param("limit").parse().unwrap_or(1_000);
    match check.ask.as_str() {
        "cases" => {
            let request = Request { query, limit, cursor: None, facets: Vec::new(), snippets: false };
            serde_json::to_value(engine.search(&request).unwrap()).unwrap()
        }
        "stats" => {
            let of = Measured::ALL.into_iter().find(|of| of.as_str() == check.param("of")).unwrap_or_default();
            let request = StatsRequest {
                query,
                by: words(check.param("by")).map(field).collect(),
                of,
                metrics: words(check.param("metric")).map(|name| Metric::from_name(name).unwrap()).collect(),
                single_finding: check.param("single_finding") == "1",
            };
            serde_json::to_value(engine.stats(&request).unwrap()).unwrap()
        }
        "facet" => {
            let order = FacetOrder::ALL.into_iter().find(|order| order.as_str() == check.param("order"));
            let options = FacetOptions {
                field: field(&check.field),
                order: order.unwrap_or_default(),
                find: Some(check.param("find").to_owned()).filter(|text| !text.is_empty()),
                limit,
            };
            serde_json::to_value(engine.facet_values(&query, &options).unwrap()).unwrap()
        }
        "histogram" => {
            let found = engine.histogram(&query, field(&check.field)).unwrap();
            let counted: usize = found.buckets.iter().map(|bucket| bucket.count).sum();
            let root_is_other = !check.param("q").contains(check.field.as_str());
            for bucket in found.buckets.iter().filter(|_| root_is_other) {
                // A bucket's condition finds what was counted in it.
                let text = format!("{} {}", bucket.query, check.param("q"));
                let query =
                    parse_with(&text, &ParseOptions { today: check.today.parse().unwrap(), known: None }).unwrap();
                let request = Request { query, limit: 0, cursor: None, facets: Vec::new(), snippets: false };
                // A date that may lie in several buckets is in none of them, but is found by each.
                let total = engine.search(&request).unwrap().total;
                let exact = total == bucket.count || (text.starts_with("decided:") && total > bucket.count);
                assert!(exact, "{text}: {total} instead of {}", bucket.count);
            }
            let request = Request { query, limit: 0, cursor: None, facets: Vec::new(), snippets: false };
            let total = engine.search(&request).unwrap().total;
            assert!(!root_is_other || counted + found.unknown == total, "{}: {counted} of {total}", check.name);
            serde_json::to_value(found).unwrap()
        }
        "precedents" => {
            let facts = [Field::Article, Field::Role, Field::Sector, Field::Context];
            let of = |field: Field| words(check.param(field.as_str())).map(move |word| (field, word.to_owned()));
            let people = check.param("affected");
            let turnover = check.param("turnover");
            let facts = Facts {
                values: facts.into_iter().flat_map(of).collect(),
                affected: (!people.is_empty()).then(|| read_people(people).unwrap()),
                turnover: (!turnover.is_empty())
                    .then(|| read_turnover(turnover, check.today.parse().unwrap()).unwrap()),
                text: None,
            };
            let found = engine.precedents(&PrecedentsRequest { facts, within: query, limit }).unwrap();
            serde_json::to_value(found).unwrap()
        }
        other => json!({ "unknown question": other }),
    }
}

#[test]
fn every_answer_is_the_expected_one() {
    let engine = engine();
    let checks = checks();
    assert!(checks.len() > 70, "only {} checks were found", checks.len());
    let failures: Vec<String> = checks.iter().filter_map(|check| check.difference(&answer(&engine, check))).collect();
    assert!(failures.is_empty(), "{} of {} failed\n\n{}", failures.len(), checks.len(), failures.join("\n\n"));
}
