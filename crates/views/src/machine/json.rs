//! JSON: the record itself, and lists of cases with the values that are derived from it.

use fineprint_model::query::{Facet, MoneySummary};
use fineprint_model::{Basis, Case, FindingKind, Fine, Term};
use serde_json::{Value, json};

use super::json_ld::case_url;
use crate::error::{Error, Result};
use crate::figures::EuroFine;
use crate::format::tidy;
use crate::page::Site;
use crate::{label, link, title};

fn wrong(error: impl std::fmt::Display) -> Error {
    Error::Write { format: "JSON", message: error.to_string() }
}

/// The record in its canonical form.
///
/// # Errors
/// [`Error::Write`] where a number cannot be written.
pub fn case(case: &Case) -> Result<String> {
    case.to_json().map_err(wrong)
}

/// Records, one a line.
///
/// # Errors
/// [`Error::Write`] where a number cannot be written.
pub fn lines<'a>(cases: impl Iterator<Item = &'a Case>) -> Result<String> {
    let mut out = String::new();
    for case in cases {
        out.push_str(&case.to_json_line().map_err(wrong)?);
        out.push('\n');
    }
    Ok(out)
}

/// A case of a list: what people see, and the values behind it.
pub fn summary(site: &Site, case: &Case) -> Value {
    let fine = case.fine(Basis::Current);
    let state = match fine {
        Fine::None => "none",
        Fine::Unknown => "unknown",
        Fine::Annulled => "annulled",
        Fine::Amount(_) => "amount",
    };
    json!({
        "id": case.id,
        "url": case_url(site, case),
        "title": title::title(case).to_string(),
        "status": case.status().as_str(),
        "authority": case.authority,
        "authority_name": label::authority_name(&case.authority),
        "country": label::authority_country(&case.authority).to_uppercase(),
        "reference": case.reference.value(),
        "parties": case.respondents().map(|party| json!({
            "id": party.id,
            "name": party.name.value(),
            "role": party.role.value().map(Term::as_str),
            "kind": party.kind.value().map(Term::as_str),
            "sectors": party.sectors,
        })).collect::<Vec<_>>(),
        "decided_on": case.decided_on.value(),
        "published_on": case.published_on.value(),
        "fine": {
            "state": state,
            "current": fine.amount(),
            "current_eur": EuroFine::of(case, Basis::Current).amount(),
            "imposed": case.fine(Basis::Imposed).amount(),
        },
        "turnover_share": case.turnover_share.value(),
        "affected_people": case.affected_people.value(),
        "provisions_violated": case.provisions(FindingKind::Violated).collect::<Vec<_>>(),
        "summary": case.summary.as_deref().map(tidy),
    })
}

/// What a list of cases says of itself.
#[derive(Debug, Clone, Default)]
pub struct ListHead<'a> {
    /// The query in its canonical form; `None` for a list that no query made.
    pub query: Option<&'a str>,
    /// How it was understood.
    pub sentence: Option<&'a str>,
    /// Cases of all pages together.
    pub total: usize,
    /// Where the next page starts.
    pub next: Option<&'a str>,
    /// What the fines come to.
    pub money: Option<&'a MoneySummary>,
    /// Facet counts: with each value the query that toggles it.
    pub facets: Option<&'a [(Facet, Vec<String>)]>,
    /// A query with the nearest words that some case has; `None` where every word is there.
    pub did_you_mean: Option<&'a str>,
    /// The earlier day that the list is of; `None` for now.
    pub as_of: Option<&'a str>,
}

/// A list of cases.
///
/// # Errors
/// [`Error::Write`] where a value cannot be written.
pub fn list<'a>(site: &Site, head: &ListHead<'_>, cases: impl Iterator<Item = &'a Case>) -> Result<String> {
    let items: Vec<String> = cases.map(|case| item(site, case)).collect::<Result<_>>()?;
    list_of(head, items.iter().map(String::as_str))
}

/// A case of a list as it stands there.
///
/// # Errors
/// [`Error::Write`] where a value cannot be written.
pub fn item(site: &Site, case: &Case) -> Result<String> {
    let text = serde_json::to_string_pretty(&summary(site, case)).map_err(wrong)?;
    Ok(text.replace('\n', "\n    "))
}

/// Stands in the head of a list where its cases go.
const CASES: &str = "\"cases\": []";

/// A list of cases that are written already.
///
/// # Errors
/// [`Error::Write`] where a value cannot be written.
pub fn list_of<'a>(head: &ListHead<'_>, items: impl Iterator<Item = &'a str>) -> Result<String> {
    let mut list = serde_json::Map::new();
    if let Some(query) = head.query {
        list.insert("query".into(), json!(query));
    }
    if let Some(sentence) = head.sentence {
        list.insert("sentence".into(), json!(sentence));
    }
    if let Some(near) = head.did_you_mean {
        list.insert("did_you_mean".into(), json!(near));
    }
    if let Some(day) = head.as_of {
        list.insert("as_of".into(), json!(day));
    }
    list.insert("total".into(), json!(head.total));
    list.insert("exact".into(), json!(true));
    if head.query.is_some() {
        list.insert("next".into(), json!(head.next));
    }
    if let Some(money) = head.money {
        list.insert("money".into(), serde_json::to_value(money).map_err(wrong)?);
    }
    list.insert("cases".into(), Value::Array(Vec::new()));
    if let Some(facets) = head.facets {
        let facets: Vec<Value> = facets
            .iter()
            .map(|(facet, toggles)| {
                let values: Vec<Value> = facet
                    .values
                    .iter()
                    .zip(toggles)
                    .map(|(value, toggle)| {
                        json!({
                            "value": value.value,
                            "label": label::value(facet.field, &value.value),
                            "count": value.count,
                            "selected": value.selected,
                            "toggle": toggle,
                        })
                    })
                    .collect();
                json!({"field": facet.field, "values": values, "unknown": facet.unknown, "unknown_selected": facet.unknown_selected})
            })
            .collect();
        list.insert("facets".into(), Value::Array(facets));
    }
    let head = serde_json::to_string_pretty(&Value::Object(list)).map_err(wrong)?;
    // No text of others can hold the place: a quote within a string is written with a backslash.
    let (before, after) = head.split_once(CASES).unwrap_or((head.as_str(), ""));
    let mut text = String::from(before);
    text.push_str("\"cases\": [");
    let mut any = false;
    for item in items {
        text.push_str(if any { ",\n    " } else { "\n    " });
        text.push_str(item);
        any = true;
    }
    text.push_str(if any { "\n  ]" } else { "]" });
    text.push_str(after);
    text.push('\n');
    Ok(text)
}

/// The compact list that the exported search page filters: address, line and words of each case.
///
/// # Errors
/// [`Error::Write`] where a value cannot be written.
pub fn filter_list<'a>(cases: impl Iterator<Item = &'a Case>) -> Result<String> {
    let rows: Vec<Value> = cases
        .map(|case| {
            let line = crate::line::Line::new(case, None);
            let words = [
                label::authority_name(&case.authority),
                label::country(&label::authority_country(&case.authority)),
                case.reference.value().map(|text| tidy(text)).unwrap_or_default(),
                case.parties
                    .iter()
                    .flat_map(|party| &party.sectors)
                    .map(|id| label::sector(id))
                    .collect::<Vec<_>>()
                    .join(" "),
                case.summary.as_deref().map(tidy).unwrap_or_default(),
            ];
            json!([
                link::case(&case.id),
                line.party,
                line.amount,
                line.badge.label(),
                line.badge.slug(),
                line.authority,
                line.date,
                line.provisions,
                words.join(" "),
            ])
        })
        .collect();
    serde_json::to_string(&rows).map_err(wrong)
}
