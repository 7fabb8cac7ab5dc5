//! The description of the interface for programs that are made from one: OpenAPI 3.1, from the list of resources that
//! the handlers work by and the schemas of the types they answer with.

use serde_json::{Map, Value, json};

use crate::api::{ENDPOINTS, Endpoint};

/// Where the checked-in copy stands, relative to the workspace root.
pub const OPENAPI_FILE: &str = "docs/openapi.json";

/// The description as the checked-in file holds it: two spaces, a final line feed.
pub fn text() -> String {
    format!("{:#}\n", description())
}

/// What every name stands for, and its schema.
fn parameter(name: &str) -> (Value, &'static str) {
    let text = || json!({"type": "string"});
    let list = || json!({"type": "array", "items": {"type": "string"}});
    let number = |most: usize| json!({"type": "integer", "minimum": 0, "maximum": most});
    match name {
        "q" => (text(), "The query, in the query language."),
        "sort" => (text(), "Order of the hits, as in `-fine`: relevance, date, fine, share, affected."),
        "basis" => (
            json!({"type": "string", "enum": ["imposed", "current", "final"]}),
            "Which amount of a fine counts; `current` where nothing is said.",
        ),
        "fine_min" => (text(), "Lowest fine, as in `100k`; euro unless a currency is named."),
        "fine_max" => (text(), "Highest fine."),
        "from" => (text(), "First day of the decision, as in `2021` or `-90d`."),
        "to" => (text(), "Last day of the decision."),
        "limit" => (number(1_000), "How many at most."),
        "cursor" => (text(), "Where to go on: the `next` of the previous answer. It survives new records."),
        "facets" => (list(), "Fields whose values are counted."),
        "as_of" => (text(), "Cases, fines and appeals as they stood at the end of this day, month or year."),
        "by" => (list(), "Fields to group by, at most three."),
        "of" => (
            json!({"type": "string", "enum": ["fine", "share", "cap-share", "per-person", "affected"]}),
            "What is measured.",
        ),
        "metric" => (list(), "Figures: n, sum, mean, median, min, max, p0 to p100."),
        "single_finding" => (json!({"type": "boolean"}), "Measure only cases in which a single article was violated."),
        "strict" => (number(100), "Answer with 422 where more than this per cent is unknown."),
        "order" => (json!({"type": "string", "enum": ["count", "name", "time"]}), "Order of the values."),
        "find" => (text(), "Only values with words that begin so."),
        "affected" => (text(), "People affected, as in `500k`."),
        "turnover" => (text(), "Turnover of the undertaking, as in `16M`; euro unless a currency is named."),
        "text" => (text(), "What happened, in words."),
        // The facets by their own names.
        _ => (list(), "Values of this field; repeated or separated by commas."),
    }
}

fn operation(endpoint: &Endpoint) -> Value {
    let mut parameters: Vec<Value> = Vec::new();
    for (name, about) in [("id", "The case."), ("field", "A field of the query language.")] {
        if endpoint.path.contains(&format!("{{{name}}}")) {
            parameters.push(json!({
                "name": name, "in": "path", "required": true, "schema": {"type": "string"}, "description": about
            }));
        }
    }
    for name in endpoint.names() {
        let (schema, about) = parameter(name);
        let mut described = json!({"name": name, "in": "query", "schema": schema, "description": about});
        if described["schema"]["type"] == "array" {
            described["style"] = json!("form");
            described["explode"] = json!(false);
        }
        parameters.push(described);
    }
    let problem = |about: &str| {
        json!({
            "description": about,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        })
    };
    let mut responses = Map::new();
    responses.insert(
        "200".into(),
        json!({
            "description": "The answer.",
            "content": {
                "application/json": {"schema": {"$ref": format!("#/components/schemas/{}", endpoint.answer)}}
            }
        }),
    );
    responses.insert(
        "400".into(),
        problem("A parameter or the query is not understood: which, what was expected, and the nearest right one."),
    );
    if endpoint.path.contains("{id}") {
        responses.insert("308".into(), json!({"description": "The record was merged into another one."}));
        responses.insert("404".into(), problem("There is no such case; the nearest id is offered."));
        responses.insert("410".into(), problem("The record was withdrawn, and why."));
    }
    if endpoint.params.contains(&"strict") {
        responses.insert("422".into(), problem("More is unknown than `strict` allows."));
    }
    json!({
        "get": {
            "operationId": endpoint.operation,
            "summary": endpoint.summary,
            "parameters": parameters,
            "responses": responses,
        }
    })
}

/// The description.
fn description() -> Value {
    let paths: Map<String, Value> =
        ENDPOINTS.iter().map(|endpoint| (format!("/api/v1/{}", endpoint.path), operation(endpoint))).collect();
    let mut schemas = fineprint_model::schema::answer_schemas();
    for (name, schema) in answers() {
        schemas.insert(name.to_owned(), schema);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "fineprint",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Regulatory enforcement cases: search, figures, precedents.",
            "description": "Within /api/v1 fields and parameters are added, never renamed or removed. An unknown \
                parameter is refused. Amounts keep their currency in minor units; figures in euro say how they were \
                converted, and every figure carries how many values are known, unknown and excluded.",
        },
        "servers": [{"url": "/"}],
        "security": [{}],
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

/// What the handlers put around the types of the model.
fn answers() -> [(&'static str, Value); 8] {
    let refers = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let list = |items: Value| json!({"type": "array", "items": items});
    let text = || json!({"type": "string"});
    let maybe = || json!({"type": ["string", "null"]});
    let count = || json!({"type": "integer", "minimum": 0});
    let object = |properties: Value| json!({"type": "object", "properties": properties});
    let near = || {
        object(json!({
            "score": {"type": "number"}, "reasons": list(text()), "case": refers("CaseSummary")
        }))
    };
    [
        (
            "Problem",
            object(json!({
                "type": text(), "title": text(), "status": count(), "detail": text(), "suggestion": text(),
                "corrected": text(), "query": text(),
                "position": object(json!({"start": count(), "end": count()})),
            })),
        ),
        (
            "CaseSummary",
            object(json!({
                "id": text(), "url": text(), "title": text(), "status": text(), "authority": text(),
                "authority_name": text(), "country": text(), "reference": maybe(), "parties": list(json!({"type": "object"})),
                "decided_on": maybe(), "published_on": maybe(), "fine": {"type": "object"},
                "turnover_share": {"type": ["object", "null"]}, "affected_people": {"type": ["object", "null"]},
                "provisions_violated": list(text()), "summary": maybe(),
            })),
        ),
        (
            "CaseList",
            object(json!({
                "query": text(), "sentence": text(), "total": count(), "exact": {"type": "boolean"}, "next": maybe(),
                "money": refers("MoneySummary"), "cases": list(refers("CaseSummary")),
                "facets": list(json!({"type": "object"})), "did_you_mean": text(), "as_of": text(),
            })),
        ),
        ("SimilarCases", object(json!({"id": text(), "as_of": maybe(), "similar": list(near())}))),
        (
            "Precedents",
            object(json!({
                "query": text(), "sentence": text(), "as_of": maybe(), "basis": refers("Basis"), "rates": text(),
                "precedents": list(near()), "table": list(refers("PrecedentRow")),
                "cap": {"anyOf": [refers("Cap"), {"type": "null"}]},
            })),
        ),
        (
            "Suggestions",
            object(json!({
                "q": text(), "did_you_mean": maybe(),
                "suggestions": list(object(json!({"query": text(), "label": text(), "cases": count()}))),
            })),
        ),
        (
            "Facet",
            object(json!({
                "query": text(), "as_of": maybe(), "field": text(), "unknown": count(),
                "unknown_selected": {"type": "boolean"},
                "values": list(object(json!({
                    "value": text(), "label": text(), "count": count(), "selected": {"type": "boolean"}, "toggle": text()
                }))),
            })),
        ),
        ("Meta", json!({"type": "object"})),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checked_in_description_is_fresh() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(OPENAPI_FILE);
        if std::env::var_os("FINEPRINT_UPDATE").is_some() {
            std::fs::write(&path, text()).unwrap();
        }
        let stored = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            stored == text(),
            "`{OPENAPI_FILE}` is stale: run `FINEPRINT_UPDATE=1 cargo test -p fineprint-web openapi`"
        );
    }

    #[test]
    fn every_reference_leads_somewhere_and_operations_have_names_of_their_own() {
        let whole = description();
        let text = whole.to_string();
        for part in text.split("\"$ref\":\"#").skip(1) {
            let pointer = part.split('"').next().unwrap();
            assert!(whole.pointer(pointer).is_some(), "{pointer}");
        }
        let mut names: Vec<&str> = ENDPOINTS.iter().map(|endpoint| endpoint.operation).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ENDPOINTS.len());
    }
}
