//! Reads a folder of annotated documents: `gold.jsonl`, one object a line, and `docs/<id>.json` beside it.
//!
//! Read leniently: a key that is missing means that the field was not annotated and is not measured, `null` or an
//! empty list that the text says nothing; keys nobody knows are passed over. What cannot be read is reported with its
//! place and harms no other entry.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fineprint_model::SourceKind;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::mark::Field;
use crate::{names, text};

/// What is expected of one field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// The values, each to be found.
    pub values: BTreeSet<String>,
    /// Values as good as the expected one (`outcome_alt`).
    pub instead: BTreeSet<String>,
    /// Values that are defensible, and neither right nor wrong (`legal_refs_optional`).
    pub tolerated: BTreeSet<String>,
    /// Other figures that the text mentions: wrong, but an error of its own class (`fines_alt` and its like).
    pub mentioned: BTreeSet<String>,
}

/// An annotated document.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// The text to read.
    pub text: String,
    /// Where the text is from.
    pub url: Option<String>,
    /// The annotators' word for the kind of source: `official`, `wiki`, `news`, `lawfirm`; `unknown` where not stated.
    pub kind: String,
    /// The language stated, ISO 639-1; `unknown` where not stated.
    pub language: String,
    /// Whether the wording is the source's own; `None` where not stated.
    pub verbatim: Option<bool>,
    /// The annotated authority, in our spelling where we know it; `none` where there is none.
    pub authority: String,
    /// What is expected, by annotated field.
    pub expected: BTreeMap<Field, Expected>,
}

/// Something about the annotations that could not be read or is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The entry, or `line 12` where it has no id.
    pub entry: String,
    /// What was expected and what was found.
    pub message: String,
    /// Whether the whole entry is left out of the figures.
    pub is_skipped: bool,
}

/// Annotated documents, and what was wrong with others.
#[derive(Debug, Clone, Default)]
pub struct Gold {
    /// What can be measured, in the order of the file.
    pub entries: Vec<Entry>,
    /// What was odd.
    pub problems: Vec<Problem>,
}

impl Gold {
    /// Reads a folder.
    ///
    /// # Errors
    /// [`Error::Io`] where `gold.jsonl` cannot be read, [`Error::Empty`] where no entry of it can be measured.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join("gold.jsonl");
        let lines = std::fs::read_to_string(&path).map_err(Error::io(&path))?;
        let mut gold = Self::default();
        let mut seen = BTreeSet::new();
        for (at, line) in lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let place = format!("line {}", at + 1);
            let value = match serde_json::from_str(line) {
                Ok(Value::Object(value)) => value,
                Ok(_) => {
                    gold.skip(place, "expected an object, found another JSON value");
                    continue;
                }
                Err(error) => {
                    gold.skip(place, &format!("expected JSON: {error}"));
                    continue;
                }
            };
            let Some(id) = value.get("id").and_then(Value::as_str).filter(|id| is_file_name(id)) else {
                gold.skip(place, "expected an `id` that can be a file's name");
                continue;
            };
            if !seen.insert(id.to_owned()) {
                gold.skip(place, &format!("expected an id once, found `{id}` again"));
                continue;
            }
            match document(&folder.join("docs").join(format!("{id}.json"))) {
                Ok(document) => gold.add(id, &value, &document),
                Err(message) => gold.skip(id.to_owned(), &message),
            }
        }
        if gold.entries.is_empty() {
            return Err(Error::Empty { path, expected: "annotated documents" });
        }
        Ok(gold)
    }

    /// Keeps only these documents.
    ///
    /// # Errors
    /// The first id that is none of the set's.
    pub fn keep(&mut self, ids: &[String]) -> Result<(), String> {
        if let Some(unknown) = ids.iter().find(|id| !self.entries.iter().any(|entry| entry.id == **id)) {
            return Err(unknown.clone());
        }
        self.entries.retain(|entry| ids.contains(&entry.id));
        self.problems.retain(|problem| ids.contains(&problem.entry));
        Ok(())
    }

    fn skip(&mut self, entry: String, message: &str) {
        self.problems.push(Problem { entry, message: message.to_owned(), is_skipped: true });
    }

    fn add(&mut self, id: &str, value: &Map<String, Value>, document: &Map<String, Value>) {
        let mut odd = Vec::new();
        let expected = expected(value, &mut odd);
        // The annotations repeat what the document says of itself; either will do.
        let word = |key: &str| {
            let own = [document, value].into_iter().find_map(|map| map.get(key).and_then(Value::as_str));
            own.map_or_else(|| "unknown".to_owned(), str::to_lowercase)
        };
        let authority = expected.get(&Field::Authority).and_then(|field| field.values.first().cloned());
        self.entries.push(Entry {
            id: id.to_owned(),
            text: document.get("text").and_then(Value::as_str).unwrap_or_default().to_owned(),
            url: document.get("url").and_then(Value::as_str).map(str::to_owned),
            kind: word("source_kind"),
            language: word("lang"),
            verbatim: [value, document].into_iter().find_map(|map| map.get("verbatim").and_then(Value::as_bool)),
            authority: authority.unwrap_or_else(|| "none".to_owned()),
            expected,
        });
        self.problems.extend(odd.into_iter().map(|message| Problem {
            entry: id.to_owned(),
            message,
            is_skipped: false,
        }));
    }
}

impl Entry {
    /// The kind of source as the program knows it; `None` for words it does not know.
    pub fn source_kind(&self) -> Option<SourceKind> {
        Some(match self.kind.as_str() {
            "official" => SourceKind::OfficialPressRelease,
            "wiki" => SourceKind::Wiki,
            "lawfirm" | "law-firm" | "law_firm" => SourceKind::LawFirm,
            "news" => SourceKind::News,
            _ => return None,
        })
    }

    /// The address, where it is the notice's own: an official text that was taken from a wiki's copy is not the wiki's.
    pub fn own_url(&self) -> Option<&str> {
        let url = self.url.as_deref()?;
        (self.kind == "wiki" || !url.contains("gdprhub.eu")).then_some(url)
    }
}

/// No path leads out of the folder.
fn is_file_name(id: &str) -> bool {
    !id.is_empty() && !id.starts_with('.') && !id.contains(['/', '\\', '\0'])
}

fn document(path: &Path) -> Result<Map<String, Value>, String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| format!("`{shown}`: could not read: {error}"))?;
    match serde_json::from_str(&text) {
        Ok(Value::Object(document)) => match document.get("text") {
            Some(Value::String(text)) if !text.trim().is_empty() => Ok(document),
            Some(Value::String(_)) => Err(format!("`{shown}` at `/text`: expected a text, found an empty one")),
            _ => Err(format!("`{shown}` at `/text`: expected a text, found none")),
        },
        Ok(_) => Err(format!("`{shown}`: expected an object, found another JSON value")),
        Err(error) => Err(format!("`{shown}`: expected JSON: {error}")),
    }
}

/// Reads the annotations of one document; what is odd is described.
fn expected(value: &Map<String, Value>, odd: &mut Vec<String>) -> BTreeMap<Field, Expected> {
    let mut expected = BTreeMap::new();
    let mut add = |field: Field, key: &str, read: &mut dyn FnMut(&Value) -> Expected| {
        if let Some(annotated) = value.get(key) {
            expected.insert(field, read(annotated));
        }
    };
    let mut note = |message: String| {
        if !odd.contains(&message) {
            odd.push(message);
        }
    };
    let none = Value::Null;
    let other = |key: &str| value.get(key).unwrap_or(&none);

    add(Field::Authority, "authority", &mut |annotated| {
        let mut one = |text: String| match names::authority(&text) {
            Some(id) => id.to_owned(),
            None => {
                note(format!("`/authority`: expected an authority of the vocabulary, found `{text}`"));
                text
            }
        };
        plain(strings(annotated).into_iter().map(&mut one).collect())
    });
    add(Field::Parties, "parties", &mut |annotated| Expected {
        values: strings(annotated).into_iter().collect(),
        tolerated: strings(other("parties_alt")).into_iter().collect(),
        ..Expected::default()
    });
    add(Field::Fines, "fines", &mut |annotated| {
        let (values, wrong) = amounts(annotated);
        wrong.into_iter().for_each(|found| {
            note(format!("`/fines`: expected an amount and a currency, found `{found}`"));
        });
        let others =
            ["fines_alt", "fine_initial", "fine_after_appeal", "fine_payable", "fine_withdrawn", "party_fines"];
        let mentioned = others.iter().flat_map(|key| each_amount(other(key)).0).collect();
        Expected { values, mentioned, ..Expected::default() }
    });
    add(Field::Outcome, "outcome", &mut |annotated| Expected {
        values: strings(annotated).into_iter().collect(),
        instead: strings(other("outcome_alt")).into_iter().collect(),
        ..Expected::default()
    });
    let mut provisions = |annotated: &Value, key: &str| -> BTreeSet<String> {
        let read = strings(annotated).into_iter().map(|text| (names::provision(&text), text));
        read.map(|((path, is_known), text)| {
            if !is_known {
                odd.push(format!("`/{key}`: expected a law of the vocabulary, found `{text}`"));
            }
            path
        })
        .collect()
    };
    if let Some(annotated) = value.get("legal_refs") {
        let values = provisions(annotated, "legal_refs");
        let tolerated = provisions(other("legal_refs_optional"), "legal_refs_optional");
        let articles = |paths: &BTreeSet<String>| paths.iter().map(|path| names::article(path)).collect();
        let article = Expected { values: articles(&values), tolerated: articles(&tolerated), ..Expected::default() };
        expected.insert(Field::LegalRefs, article);
        expected.insert(Field::LegalRefsFull, Expected { values, tolerated, ..Expected::default() });
    }
    // Another number of the same case is as good as the expected one; another day or count is of something else.
    let mut single = |field: Field, key: &str, alternatives: &str| {
        if let Some(annotated) = value.get(key) {
            let values = strings(annotated).into_iter().collect();
            let others: BTreeSet<String> = strings(other(alternatives)).into_iter().collect();
            expected.insert(
                field,
                match field {
                    Field::CaseRef => {
                        Expected { values, instead: others.clone(), tolerated: others, ..Expected::default() }
                    }
                    _ => Expected { values, mentioned: others, ..Expected::default() },
                },
            );
        }
    };
    single(Field::Affected, "affected", "affected_alt");
    single(Field::DecisionDate, "decision_date", "decision_date_alt");
    single(Field::PublicationDate, "publication_date", "publication_date_alt");
    single(Field::CaseRef, "case_ref", "case_ref_alt");
    expected
}

fn plain(values: BTreeSet<String>) -> Expected {
    Expected { values, ..Expected::default() }
}

/// A text, a number, or a list of them, as texts. Objects have none.
fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => vec![text.trim().to_owned()],
        Value::Number(number) => vec![number.as_f64().map_or_else(|| number.to_string(), whole)],
        Value::Array(list) => list.iter().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

/// A number without decimals where it has none.
fn whole(number: f64) -> String {
    let text = format!("{number:.2}");
    text.strip_suffix(".00").unwrap_or(&text).to_owned()
}

/// Every amount, and what is none.
fn each_amount(value: &Value) -> (Vec<String>, Vec<String>) {
    let list = match value {
        Value::Null => Vec::new(),
        Value::Array(list) => list.iter().collect(),
        one => vec![one],
    };
    let mut read = (Vec::new(), Vec::new());
    for one in list {
        match money(one) {
            Some((currency, units)) => read.0.push(text::amount_text(&currency, units)),
            None => read.1.push(one.to_string()),
        }
    }
    read
}

/// The totals, one for each currency.
fn amounts(value: &Value) -> (BTreeSet<String>, Vec<String>) {
    let list: Vec<&Value> = match value {
        Value::Array(list) => list.iter().collect(),
        Value::Null => Vec::new(),
        one => vec![one],
    };
    let mut totals: BTreeMap<String, f64> = BTreeMap::new();
    let mut wrong = Vec::new();
    for one in list {
        match money(one) {
            Some((currency, units)) => *totals.entry(currency).or_default() += units,
            None => wrong.push(one.to_string()),
        }
    }
    (totals.iter().map(|(currency, units)| text::amount_text(currency, *units)).collect(), wrong)
}

fn money(value: &Value) -> Option<(String, f64)> {
    let currency = value.get("currency")?.as_str()?.trim().to_uppercase();
    let units = match value.get("amount")? {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.replace([',', ' '], "").parse().ok()?,
        _ => return None,
    };
    (!currency.is_empty()).then_some((currency, units))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> (BTreeMap<Field, Expected>, Vec<String>) {
        let Ok(Value::Object(value)) = serde_json::from_str(json) else { panic!("{json}") };
        let mut odd = Vec::new();
        (expected(&value, &mut odd), odd)
    }

    fn values(expected: &BTreeMap<Field, Expected>, field: Field) -> Vec<&str> {
        expected[&field].values.iter().map(String::as_str).collect()
    }

    #[test]
    fn null_is_nothing_and_a_missing_key_is_not_measured() {
        let (expected, odd) = read(r#"{"authority": null, "fines": [], "affected": null}"#);
        assert_eq!(expected.keys().copied().collect::<Vec<_>>(), [Field::Authority, Field::Fines, Field::Affected]);
        assert!(expected.values().all(|field| *field == Expected::default()));
        assert_eq!(odd, [] as [&str; 0]);
    }

    #[test]
    fn odd_values_are_read_as_far_as_they_go() {
        let (expected, odd) = read(
            r#"{"authority": "ZZ/NEW", "parties": "One Ltd", "fines": {"amount": "1,500", "currency": "eur"},
                "outcome": ["fine"], "outcome_alt": "order", "affected": 12.0, "legal_refs": ["NEW-LAW:3(1)", 4],
                "legal_refs_optional": null, "decision_date": "2021-05", "future_field": {"a": [1]}}"#,
        );
        assert_eq!(values(&expected, Field::Authority), ["ZZ/NEW"]);
        assert_eq!(values(&expected, Field::Fines), ["EUR 1500"]);
        assert_eq!(values(&expected, Field::Affected), ["12"]);
        assert_eq!(values(&expected, Field::LegalRefsFull), ["4", "new-law/3/1"]);
        assert!(expected[&Field::Outcome].instead.contains("order"));
        assert_eq!(odd.len(), 3, "{odd:?}");
    }

    #[test]
    fn parties_who_answer_alike_are_fined_their_sum() {
        let (expected, _) = read(
            r#"{"fines": [{"amount": 100, "currency": "EUR"}, {"amount": 50.5, "currency": "EUR"}],
                "party_fines": [{"party": "a", "amount": 100, "currency": "EUR"}]}"#,
        );
        assert_eq!(values(&expected, Field::Fines), ["EUR 150.50"]);
        assert!(expected[&Field::Fines].mentioned.contains("EUR 100"));
    }
}
