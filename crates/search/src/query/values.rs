//! Which values a field takes, and the nearest one to a wrong one.

use std::collections::HashMap;
use std::sync::LazyLock;

use fineprint_model::query::Field;
use fineprint_model::terms::{FactorDirection, MeasureKind, Outcome, PartyKind, PartyRole, SourceKind, Stage, Term};
use fineprint_model::vocab::{self, Entry, Vocabulary, nearest};
use fineprint_model::{CaseId, Provision, Status};

use super::parse::ParseOptions;
use super::{UNKNOWN, is_facet};

/// Names that `has:` and `missing:` take besides the fields of the query language.
const HAS_ALSO: [&str; 5] = ["appeal", "incident", "reference", "summary", "turnover"];

/// Every name that `has:` and `missing:` take.
pub(crate) const HAS_FIELDS: [&str; 31] = [
    "authority",
    "country",
    "law",
    "article",
    "cites",
    "violation",
    "sector",
    "context",
    "data",
    "party",
    "group",
    "role",
    "kind",
    "outcome",
    "measure",
    "status",
    "stage",
    "fine",
    "share",
    "affected",
    "decided",
    "published",
    "year",
    "language",
    "source",
    "factor",
    HAS_ALSO[0],
    HAS_ALSO[1],
    HAS_ALSO[2],
    HAS_ALSO[3],
    HAS_ALSO[4],
];

/// Why a value is wrong, and a right one.
type Wrong = (String, Option<String>);

/// Reads a value of a field that takes words; gives it in its canonical form.
pub(crate) fn read(field: Field, text: &str, options: &ParseOptions<'_>) -> Result<String, Wrong> {
    let lower = text.to_lowercase();
    if options.known.is_some_and(|known| known(field, &lower)) {
        return Ok(lower);
    }
    if lower == UNKNOWN && is_facet(field) && !matches!(field, Field::Id | Field::Status) {
        return Ok(lower);
    }
    match field {
        Field::Id => CaseId::new(lower).map(|id| id.to_string()).map_err(|error| (error.to_string(), None)),
        Field::Authority => authority(&lower),
        Field::Country => country(&lower),
        Field::Law => law(&lower),
        Field::Article | Field::Cites => provision(field, &lower, options),
        Field::Violation => entry(field, vocab::violations(), &lower),
        Field::Sector => entry(field, vocab::sectors(), &lower),
        Field::Context => entry(field, vocab::contexts(), &lower),
        Field::Data => entry(field, vocab::data_categories(), &lower),
        Field::Role => closed::<PartyRole>(field, &lower),
        Field::Kind => closed::<PartyKind>(field, &lower),
        Field::Outcome => closed::<Outcome>(field, &lower),
        Field::Measure => closed::<MeasureKind>(field, &lower),
        Field::Stage => closed::<Stage>(field, &lower),
        Field::Source => closed::<SourceKind>(field, &lower),
        Field::Factor => factor(&lower),
        Field::Status => one_of(field, &lower, Status::ALL.into_iter().map(Status::as_str)),
        Field::Has | Field::Missing => one_of(field, &lower, HAS_FIELDS.into_iter()),
        Field::Language => {
            if lower.len() == 2 && lower.bytes().all(|b| b.is_ascii_lowercase()) {
                Ok(lower)
            } else {
                Err((format!("expected an ISO 639-1 code such as `fr`, found `{text}`"), None))
            }
        }
        _ if text.chars().any(char::is_alphanumeric) => Ok(text.to_owned()),
        _ => Err((format!("expected a name, found `{text}`"), None)),
    }
}

fn unknown(field: Field, text: &str, near: Option<&str>) -> Wrong {
    (format!("`{text}` is no known value of `{}`", field.as_str()), near.map(str::to_owned))
}

fn one_of<'a>(field: Field, text: &str, terms: impl Iterator<Item = &'a str> + Clone) -> Result<String, Wrong> {
    if terms.clone().any(|term| term == text) {
        Ok(text.to_owned())
    } else {
        Err(unknown(field, text, nearest(text, terms)))
    }
}

fn closed<T: Term>(field: Field, text: &str) -> Result<String, Wrong> {
    one_of(field, text, T::all().iter().map(Term::as_str))
}

fn entry(field: Field, terms: &'static Vocabulary<Entry>, text: &str) -> Result<String, Wrong> {
    if terms.get(text).is_some() {
        return Ok(text.to_owned());
    }
    let by_label = terms.iter().find(|term| term.labels.values().any(|label| label.to_lowercase() == text));
    Err(unknown(field, text, by_label.map(|term| term.id.as_str()).or_else(|| terms.nearest(text))))
}

fn authority(text: &str) -> Result<String, Wrong> {
    let terms = vocab::authorities();
    if terms.get(text).is_some() {
        return Ok(text.to_owned());
    }
    let by_name = terms.iter().find(|term| {
        term.acronym.to_lowercase() == text
            || term.names.values().chain(&term.aliases).any(|name| name.to_lowercase() == text)
    });
    Err(unknown(Field::Authority, text, by_name.map(|term| term.id.as_str()).or_else(|| terms.nearest(text))))
}

fn country(text: &str) -> Result<String, Wrong> {
    let terms = vocab::countries();
    if text.len() == 2 && terms.get(&text.to_uppercase()).is_some() {
        return Ok(text.to_owned());
    }
    let near = match text {
        "uk" => Some("gb".to_owned()),
        "el" => Some("gr".to_owned()),
        _ => {
            let lower = |label: &String| label.to_lowercase();
            let exact = terms.iter().find(|term| term.labels.values().any(|label| lower(label) == text));
            let close = || {
                let labels: Vec<(String, &str)> = terms
                    .iter()
                    .flat_map(|term| term.labels.values().map(|label| (lower(label), term.id.as_str())))
                    .collect();
                let near = nearest(text, labels.iter().map(|(label, _)| label.as_str()))?.to_owned();
                labels.iter().find(|(label, _)| *label == near).map(|(_, id)| (*id).to_owned())
            };
            exact.map(|term| term.id.clone()).or_else(close).map(|id| id.to_lowercase())
        }
    };
    let (message, _) = unknown(Field::Country, text, None);
    Err((message, near))
}

/// The id of a law by its id, a label in any language or another name: `rgpd` gives `gdpr`.
pub(crate) fn instrument_id(name: &str) -> Option<&'static str> {
    static BY_NAME: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
        let mut by_name = HashMap::new();
        for term in vocab::instruments().iter() {
            for label in term.labels.values().chain(&term.aliases) {
                by_name.entry(label.to_lowercase()).or_insert(term.id.as_str());
            }
        }
        by_name
    });
    match vocab::instruments().get(name) {
        Some(term) => Some(&term.id),
        None => BY_NAME.get(name).copied(),
    }
}

/// Short names of a law in any language.
pub(crate) fn instrument_names(id: &str) -> impl Iterator<Item = &'static str> + use<> {
    vocab::instruments()
        .get(id)
        .into_iter()
        .flat_map(|term| term.labels.values().chain(&term.aliases))
        .map(String::as_str)
}

/// A factor's letter, alone or with the direction in which it was weighed.
fn factor(text: &str) -> Result<String, Wrong> {
    let (letter, direction) = text.split_once('/').map_or((text, None), |(letter, rest)| (letter, Some(rest)));
    if vocab::factors().get(letter).is_none() {
        let by_label = vocab::factors()
            .iter()
            .find(|term| term.labels.values().any(|label| label.to_lowercase().split(' ').any(|word| word == letter)));
        let message = format!("expected a point of Art. 83(2) GDPR, `a` to `k`, found `{letter}`");
        let near = by_label.map(|term| direction.map_or(term.id.clone(), |rest| format!("{}/{rest}", term.id)));
        return Err((message, near));
    }
    let Some(direction) = direction else { return Ok(text.to_owned()) };
    closed::<FactorDirection>(Field::Factor, direction)
        .map(|_| text.to_owned())
        .map_err(|(message, near)| (message, near.map(|near| format!("{letter}/{near}"))))
}

fn law(text: &str) -> Result<String, Wrong> {
    instrument_id(text).map(str::to_owned).ok_or_else(|| unknown(Field::Law, text, vocab::instruments().nearest(text)))
}

fn provision(field: Field, text: &str, options: &ParseOptions<'_>) -> Result<String, Wrong> {
    let number = text.trim_start_matches("article").trim_start_matches("art").trim_start_matches(['.', ' ', '-']);
    if number.starts_with(|c: char| c.is_ascii_digit()) {
        let path: String = number
            .chars()
            .map(|c| if matches!(c, '(' | '.' | ' ') { '/' } else { c })
            .filter(|c| c.is_ascii_alphanumeric() || *c == '/')
            .collect();
        let message = format!("expected a law and its provision such as `gdpr/32`, found `{text}`");
        return Err((message, Some(format!("gdpr/{path}"))));
    }
    let (name, rest) = text.split_once('/').map_or((text, None), |(name, rest)| (name, Some(rest)));
    let Some(id) = instrument_id(name) else {
        let message = format!("`{name}` is no known law");
        let near = vocab::instruments().nearest(name);
        return Err((message, near.map(|near| rest.map_or(near.to_owned(), |rest| format!("{near}/{rest}")))));
    };
    let path = rest.map_or(id.to_owned(), |rest| format!("{id}/{rest}"));
    let provision = Provision::new(path.clone()).map_err(|error| (error.to_string(), None))?;
    if options.known.is_some_and(|known| known(field, &path)) {
        return Ok(path);
    }
    let terms = vocab::provisions();
    let article = provision.article();
    let listed = || terms.iter().any(|term| term.id.instrument() == id);
    if provision.parts().next().is_some() && terms.get(article.as_str()).is_none() && listed() {
        return Err((format!("{} has no provision `{}`", id.to_uppercase(), rest.unwrap_or_default()), None));
    }
    Ok(path)
}
