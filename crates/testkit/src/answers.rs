//! The checks of `tests/conformance/answers`, and how an answer is held against one, whoever gave it.

use serde_json::{Value, json};

use crate::json_files;

/// A question and what must come out.
pub struct Check {
    /// Where it stands, for messages.
    pub name: String,
    /// The day that relative dates count back from.
    pub today: String,
    /// What is asked: `cases`, `stats`, `facet`, `histogram` or `precedents`.
    pub ask: String,
    /// For a facet or histogram, of which field.
    pub field: String,
    /// Parameters by the names of the interface for programs.
    pub params: Vec<(String, String)>,
    expected: Value,
}

/// Every check, in the order of the files.
///
/// # Panics
/// Where a file cannot be read: the test that called it has then failed.
#[must_use]
pub fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    for (stem, file) in json_files("tests/conformance/answers") {
        for check in file["checks"].as_array().into_iter().flatten() {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let params = check["params"].as_object().into_iter().flatten();
            checks.push(Check {
                name: format!("{stem}: {} {}", text(&check["ask"]), check["params"]),
                today: text(&file["today"]),
                ask: text(&check["ask"]),
                field: text(&check["field"]),
                params: params.map(|(name, value)| (name.clone(), text(value))).collect(),
                expected: check.clone(),
            });
        }
    }
    checks
}

impl Check {
    /// A parameter's value; empty where it is not given.
    #[must_use]
    pub fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value.as_str())
    }

    /// How an answer differs from the expected one; `None` where it does not. The answer is the JSON of the interface
    /// for programs, of the command line or of the library's types: what they have in common is compared.
    #[must_use]
    pub fn difference(&self, answer: &Value) -> Option<String> {
        let found = canonical(&self.ask, answer);
        let mut wanted = self.expected.clone();
        if let Some(fields) = wanted.as_object_mut() {
            fields.retain(|name, _| !matches!(name.as_str(), "ask" | "params" | "field"));
        }
        if let Some(rows) = wanted.get_mut("rows").and_then(Value::as_array_mut) {
            rows.sort_by_key(|row| row["key"].to_string());
        }
        // A check need not say everything.
        let said: Value = match (&wanted, &found) {
            (Value::Object(wanted), Value::Object(found)) => found
                .iter()
                .filter(|(name, _)| wanted.contains_key(*name))
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect(),
            _ => found.clone(),
        };
        differ("", &wanted, &said).map(|difference| format!("{}\n    {difference}", self.name))
    }
}

fn ids(list: &Value) -> Value {
    let id = |one: &Value| one["id"].as_str().or(one["case"]["id"].as_str()).unwrap_or_default().to_owned();
    let mut ids: Vec<String> = list.as_array().into_iter().flatten().map(id).collect();
    ids.sort();
    json!(ids)
}

fn canonical(ask: &str, answer: &Value) -> Value {
    let list = |names: [&str; 3]| names.into_iter().map(|name| &answer[name]).find(|list| list.is_array());
    match ask {
        "cases" => {
            let money = &answer["money"];
            json!({
                "ids": list(["hits", "cases", "precedents"]).map_or(Value::Null, ids),
                "total": answer["total"],
                "money": {
                    "known": money["known"], "unknown": money["unknown"], "annulled": money["annulled"],
                    "without": money["without"], "sum": money["sum"]["amount_minor"],
                },
            })
        }
        "stats" => {
            let row = |row: &Value| json!({"key": row["key"], "cases": row["cases"], "figures": row["figures"]});
            let mut rows: Vec<Value> = answer["rows"].as_array().into_iter().flatten().map(row).collect();
            rows.sort_by_key(|row| row["key"].to_string());
            let total = &answer["total"];
            json!({"rows": rows, "total": {"cases": total["cases"], "figures": total["figures"]}})
        }
        "facet" => {
            let values = answer["values"].as_array().into_iter().flatten();
            let values: Vec<Value> = values.map(|value| json!([value["value"], value["count"]])).collect();
            json!({"values": values, "unknown": answer["unknown"]})
        }
        "histogram" => {
            let buckets = answer["buckets"].as_array().into_iter().flatten();
            let counts: Vec<&Value> = buckets.clone().map(|bucket| &bucket["count"]).collect();
            let lowest = buckets.clone().next().map(|bucket| lowest(bucket["from"].as_str().unwrap_or_default()));
            json!({"buckets": counts, "lowest": lowest, "unknown": answer["unknown"]})
        }
        _ => {
            let table: serde_json::Map<String, Value> = answer["table"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|row| (row["of"].as_str().unwrap_or_default().to_owned(), row["figures"].clone()))
                .collect();
            json!({"ids": list(["precedents", "cases", "hits"]).map_or(Value::Null, ids), "table": table})
        }
    }
}

/// The lower end of a bucket as a number, or as it stands where it is a year or month.
fn lowest(text: &str) -> Value {
    if text.len() == 7 || (text.len() == 4 && text.starts_with("20") && text.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return json!(text);
    }
    let scale = [("bn", 1e9), ("M", 1e6), ("k", 1e3)].into_iter().find_map(|(end, factor)| {
        text.strip_suffix(end).and_then(|number| number.parse::<f64>().ok()).map(|number| number * factor)
    });
    json!(scale.or_else(|| text.parse().ok()))
}

/// Where two values differ, numbers beyond a millionth.
fn differ(at: &str, wanted: &Value, found: &Value) -> Option<String> {
    let report = || Some(format!("at `{at}`: found {found}, expected {wanted}"));
    match (wanted, found) {
        (Value::Object(a), Value::Object(b)) => {
            if a.keys().ne(b.keys()) {
                return report();
            }
            a.iter().find_map(|(name, value)| differ(&format!("{at}/{name}"), value, &b[name]))
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().find_map(|(nth, (a, b))| differ(&format!("{at}/{nth}"), a, b))
        }
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap_or(f64::NAN), b.as_f64().unwrap_or(f64::NAN));
            if (a - b).abs() <= 1e-6 * a.abs().max(1.0) { None } else { report() }
        }
        (a, b) if a == b => None,
        _ => report(),
    }
}
