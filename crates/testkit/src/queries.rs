//! The checks of `tests/conformance/*.json`, and how the JSON that the command line or the interface for programs answers
//! with is held against one.

use serde_json::{Map, Value, json};

use crate::json_files;

/// A query and what must come out.
pub struct QueryCheck {
    /// The day that relative dates count back from.
    pub today: String,
    /// The query.
    pub query: String,
    /// Where it stands, for messages.
    name: String,
    expected: Value,
}

/// How a wrong query must be refused.
pub struct Refusal {
    /// Where it is wrong: first byte and end.
    pub at: (u64, u64),
    /// What is proposed instead; `None` where nothing is near.
    pub suggestion: Option<String>,
}

/// Every check, in the order of the files.
///
/// # Panics
/// Where a file cannot be read: the test that called it has then failed.
#[must_use]
pub fn query_checks() -> Vec<QueryCheck> {
    let mut checks = Vec::new();
    for (stem, file) in json_files("tests/conformance") {
        for check in file["checks"].as_array().into_iter().flatten() {
            let query = check["query"].as_str().unwrap_or_default().to_owned();
            checks.push(QueryCheck {
                name: format!("{stem}: `{query}`"),
                today: file["today"].as_str().unwrap_or_default().to_owned(),
                query,
                expected: check.clone(),
            });
        }
    }
    checks
}

impl QueryCheck {
    /// The refusal that must come; `None` where the query is to be understood.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        let error = self.expected["error"].as_object()?;
        let at = |nth: usize| error["at"][nth].as_u64().unwrap_or_default();
        Some(Refusal { at: (at(0), at(1)), suggestion: error["suggestion"].as_str().map(str::to_owned) })
    }

    /// For statistics, the facets to group by, separated by commas; `None` for a list of hits.
    #[must_use]
    pub fn by(&self) -> Option<String> {
        let by = self.expected["by"].as_array()?;
        Some(by.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","))
    }

    /// The facets to count, separated by commas.
    #[must_use]
    pub fn facets(&self) -> String {
        let facets = self.expected["facets"].as_object();
        facets.map(|facets| facets.keys().cloned().collect::<Vec<_>>().join(",")).unwrap_or_default()
    }

    /// What something else than an answer differs in, with the name of the check.
    #[must_use]
    pub fn wrong(&self, what: &str, found: &Value, expected: &Value) -> Option<String> {
        (found != expected).then(|| format!("{}: {what}: found {found}, expected {expected}", self.name))
    }

    /// How an answer differs from the expected one; `None` where it does not.
    #[must_use]
    pub fn difference(&self, found: &Value) -> Option<String> {
        if self.expected["by"].is_array() { self.table(found) } else { self.list(found) }
    }

    fn table(&self, found: &Value) -> Option<String> {
        let texts = |rows: &Value, sums: fn(&Value) -> Value| -> Vec<String> {
            let row = |row: &Value| json!([row["key"], row["cases"], sums(row)]).to_string();
            let mut rows: Vec<String> = rows.as_array().into_iter().flatten().map(row).collect();
            if self.expected["ordered"] != true {
                rows.sort();
            }
            rows
        };
        let answered = texts(&found["rows"], |row| sums(&row["money"]));
        self.wrong("rows", &answered.into(), &texts(&self.expected["rows"], stated).into())
    }

    fn list(&self, found: &Value) -> Option<String> {
        let hits = ["hits", "cases"].into_iter().find_map(|name| found[name].as_array());
        let mut ids: Vec<&str> = hits.into_iter().flatten().filter_map(|hit| hit["id"].as_str()).collect();
        if self.expected["ordered"] != true {
            ids.sort_unstable();
        }
        let facets = || {
            found["facets"].as_array().into_iter().flatten().find_map(|facet| {
                let field = facet["field"].as_str().unwrap_or_default();
                self.wrong(field, &counts(facet), &self.expected["facets"][field])
            })
        };
        self.wrong("ids", &ids.into(), &self.expected["ids"])
            .or_else(|| self.wrong("money", &sums(&found["money"]), &stated(&self.expected["money"])))
            .or_else(facets)
    }
}

fn counts(facet: &Value) -> Value {
    let values: Map<String, Value> = facet["values"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|value| (value["value"].as_str().unwrap_or_default().to_owned(), value["count"].clone()))
        .collect();
    json!({ "values": values, "unknown": facet["unknown"] })
}

/// The parts of a sum of money that a check states, from an answer: the amounts in cents.
fn sums(money: &Value) -> Value {
    let cents = |name: &str| money[name]["amount_minor"].clone();
    json!({
        "known": money["known"], "unknown": money["unknown"], "annulled": money["annulled"], "without": money["without"],
        "sum": cents("sum"), "median": cents("median"), "max": cents("max"),
    })
}

/// The same from a check, with what it leaves out filled in.
fn stated(money: &Value) -> Value {
    let part = |name: &str| money[name].clone();
    json!({
        "known": part("known"), "unknown": part("unknown"), "annulled": part("annulled"), "without": part("without"),
        "sum": part("sum"), "median": part("median"), "max": part("max"),
    })
}
