//! A query as a plain English sentence, so that people see how they were understood.

use fineprint_model::money::{Currency, Money};
use fineprint_model::query::{Field, Node, Query, SortBy, Text, Value};
use fineprint_model::vocab::{self, Entry, Vocabulary, label};
use fineprint_model::{Basis, Provision};

use super::write::same_field;
use crate::plan::is_unknown;

/// The query as a sentence: `Cases that mention "leaked", where Article 32 GDPR was violated, in health,
/// fined at least EUR 1 M`.
pub fn sentence(query: &Query) -> String {
    let mut text = match &query.root {
        None => "All cases".to_owned(),
        Some(Node::And(nodes)) => {
            let clauses: Vec<String> = nodes.iter().map(clause).collect();
            format!("Cases {}", clauses.join(", "))
        }
        Some(node) => format!("Cases {}", clause(node)),
    };
    match query.basis {
        Basis::Imposed => text.push_str(", fines as first imposed"),
        Basis::Final => text.push_str(", final fines only"),
        Basis::Current => {}
    }
    let (first, last) = match query.sort.by {
        SortBy::Relevance => return text,
        SortBy::Fine => ("lowest fine first", "highest fine first"),
        SortBy::Share => ("lowest share of turnover first", "highest share of turnover first"),
        SortBy::Affected => ("fewest people affected first", "most people affected first"),
        SortBy::Date => ("oldest first", "newest first"),
    };
    text.push_str(", ");
    text.push_str(if query.sort.ascending { first } else { last });
    text
}

fn clause(node: &Node) -> String {
    match node {
        Node::And(nodes) => format!("({})", nodes.iter().map(clause).collect::<Vec<_>>().join(" and ")),
        Node::Or(nodes) => match same_field(nodes) {
            Some(field) => {
                let values: Vec<String> = nodes
                    .iter()
                    .filter_map(|node| if let Node::Value(_, value) = node { Some(name(field, value)) } else { None })
                    .collect();
                around(field, &values.join(" or "))
            }
            None => nodes.iter().map(clause).collect::<Vec<_>>().join(" or "),
        },
        Node::Not(inner) => without(inner),
        Node::Text(text) => format!("that mention {}", mention(text)),
        Node::Value(field, Value::Term(term)) if is_unknown(*field, term) => {
            format!("without a known {}", field.as_str())
        }
        Node::Value(field, value) => around(*field, &name(*field, value)),
    }
}

/// The condition turned round, as people say it.
fn without(node: &Node) -> String {
    if let Node::Value(field, Value::Term(term)) = node
        && is_unknown(*field, term)
    {
        return format!("with a known {}", field.as_str());
    }
    let positive = clause(node);
    let field = match node {
        Node::Text(_) => return positive.replacen("that mention", "that do not mention", 1),
        Node::Value(field, _) => *field,
        Node::Or(nodes) => match same_field(nodes) {
            Some(field) => field,
            None => return format!("not ({positive})"),
        },
        Node::And(_) | Node::Not(_) => return format!("not ({positive})"),
    };
    match field {
        Field::Law | Field::Article => positive
            .strip_suffix("was violated")
            .map_or_else(|| format!("not {positive}"), |rest| format!("{rest}was not violated")),
        Field::Cites => positive.replacen("that cite", "that do not cite", 1),
        Field::Status => positive.replacen("that are", "that are not", 1),
        Field::Missing => positive.replacen("without", "with", 1),
        Field::Affected => format!("not {positive}"),
        _ if positive.starts_with("with ") => positive.replacen("with ", "without ", 1),
        _ => format!("not {positive}"),
    }
}

fn mention(text: &Text) -> String {
    match text {
        Text::Word(word) => format!("\"{word}\""),
        Text::Fuzzy(word) => format!("a word like \"{word}\""),
        Text::Prefix(word) => format!("a word that begins with \"{word}\""),
        Text::Phrase { words, prefix } => {
            format!("the phrase \"{}{}\"", words.join(" "), if *prefix { "…" } else { "" })
        }
    }
}

/// The value within the words that say what it is.
fn around(field: Field, value: &str) -> String {
    match field {
        Field::Id => format!("with the id {value}"),
        Field::Authority => format!("decided by {value}"),
        Field::Country => format!("of authorities in {value}"),
        Field::Law | Field::Article => format!("where {value} was violated"),
        Field::Cites => format!("that cite {value}"),
        Field::Violation => format!("about {value}"),
        Field::Sector => format!("in {value}"),
        Field::Context => format!("in the context of {value}"),
        Field::Data => format!("concerning {value}"),
        Field::Party => format!("with the party {value}"),
        Field::Group => format!("with a party of the group {value}"),
        Field::Role => format!("with a party in the role of {value}"),
        Field::Kind => format!("with a party that is a {value}"),
        Field::Outcome => format!("with the outcome {value}"),
        Field::Measure => format!("with the measure {value}"),
        Field::Status => format!("that are {value}"),
        Field::Stage => format!("at the stage {value}"),
        Field::Fine => format!("fined {value}"),
        Field::Share => format!("fined {value} of turnover"),
        Field::Affected => format!("with {value} people affected"),
        Field::Decided => format!("decided {value}"),
        Field::Published => format!("published {value}"),
        Field::Year => format!("dated {value}"),
        Field::Language => format!("written in {value}"),
        Field::Source => format!("with a source of the kind {value}"),
        Field::Factor => format!("weighing {value}"),
        Field::Has => format!("with a known {value}"),
        Field::Missing => format!("without a known {value}"),
        other => format!("with {} {value}", other.as_str()),
    }
}

/// A label within a sentence: its first letter small, unless the word is an abbreviation.
fn in_sentence(label: &str) -> String {
    let mut chars = label.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(std::iter::once(second)).chain(chars).collect()
        }
        _ => label.to_owned(),
    }
}

fn entry_label(terms: &'static Vocabulary<Entry>, id: &str) -> String {
    terms.get(id).map_or_else(|| id.to_owned(), |term| in_sentence(label(&term.labels, "en", id)))
}

/// The value as people call it.
fn name(field: Field, value: &Value) -> String {
    match value {
        Value::Term(term) => term_name(field, term),
        Value::Number { from, to } => numbers(field, *from, *to),
        Value::Date { from, to } => match (from, to) {
            (Some(from), Some(to)) if from == to && from.is_exact() => format!("on {from}"),
            (Some(from), Some(to)) if from == to => format!("in {from}"),
            (Some(from), Some(to)) => format!("from {from} to {to}"),
            (Some(from), None) => format!("since {from}"),
            (None, Some(to)) => format!("until {to}"),
            (None, None) => "at any time".to_owned(),
        },
    }
}

/// A term as people call it, in English.
pub(crate) fn term_name(field: Field, term: &str) -> String {
    let of = |terms| entry_label(terms, term);
    let closed = |vocabulary: &str| {
        vocab::labels()
            .get(&format!("{vocabulary}/{term}"))
            .map_or_else(|| term.replace('-', " "), |entry| in_sentence(label(&entry.labels, "en", term)))
    };
    match field {
        Field::Authority => vocab::authorities().get(term).map_or_else(|| term.to_owned(), |term| term.acronym.clone()),
        Field::Country => {
            let code = term.to_uppercase();
            vocab::countries()
                .get(&code)
                .map_or_else(|| term.to_owned(), |country| label(&country.labels, "en", term).to_owned())
        }
        Field::Law | Field::Article | Field::Cites => {
            Provision::new(term).map_or_else(|_| term.to_owned(), |provision| provision.label())
        }
        Field::Violation => of(vocab::violations()),
        Field::Sector => of(vocab::sectors()),
        Field::Context => of(vocab::contexts()),
        Field::Data => of(vocab::data_categories()),
        Field::Role => closed("role"),
        Field::Kind => closed("kind"),
        Field::Outcome => closed("outcome"),
        Field::Measure => closed("measure"),
        Field::Status => closed("status"),
        Field::Stage => closed("stage"),
        Field::Source => closed("source-kind"),
        Field::Factor => {
            let (letter, direction) = term.split_once('/').map_or((term, None), |(letter, rest)| (letter, Some(rest)));
            let factor = entry_label(vocab::factors(), letter);
            direction.map_or(factor.clone(), |direction| format!("{factor} as {direction}"))
        }
        Field::Party | Field::Group => format!("\"{term}\""),
        _ => term.to_owned(),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "euro cents and counts are bounded by 2^53")]
fn numbers(field: Field, from: Option<f64>, to: Option<f64>) -> String {
    let one = |number: f64| match field {
        Field::Fine => amount(number as i64),
        Field::Share => format!("{} %", (number * 1e8).round() / 1e6),
        Field::Year => format!("{number:.0}"),
        _ => grouped(number as i64),
    };
    match (field, from, to) {
        (_, Some(from), Some(to)) if from == to => one(from),
        (Field::Year, Some(from), Some(to)) => format!("{} to {}", one(from), one(to)),
        (Field::Year, Some(from), None) => format!("{} or later", one(from)),
        (Field::Year, None, Some(to)) => format!("{} or earlier", one(to)),
        (_, Some(from), Some(to)) => format!("between {} and {}", one(from), one(to)),
        (_, Some(from), None) => format!("at least {}", one(from)),
        (_, None, Some(to)) => format!("at most {}", one(to)),
        (_, None, None) => "any amount".to_owned(),
    }
}

/// `EUR 1.5 M`, `EUR 250,000`, `EUR 99.50`.
pub(crate) fn amount(cents: i64) -> String {
    for (name, factor) in [("bn", 100_000_000_000), ("M", 100_000_000)] {
        // Three digits of the larger unit, where that loses nothing.
        let step = factor / 1_000;
        if cents >= factor && cents % step == 0 {
            let thousandths = cents / step;
            let decimals = format!("{:03}", thousandths % 1_000);
            let decimals = decimals.trim_end_matches('0');
            let point = if decimals.is_empty() { "" } else { "." };
            return format!("EUR {}{point}{decimals} {name}", grouped(thousandths / 1_000));
        }
    }
    if cents % 100 == 0 {
        return format!("EUR {}", grouped(cents / 100));
    }
    Money::from_minor(cents, Currency::EUR).to_string()
}

pub(crate) fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
