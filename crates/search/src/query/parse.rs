//! Text to tree, by recursive descent with bounds on length, terms and nesting.
//!
//! ```text
//! any    = all { "OR" all }
//! all    = one { ["AND"] one }
//! one    = ("-" | "NOT") one | "(" any ")" | phrase | field ":" value { "," value } | word
//! ```
//! Values of one facet field that stand side by side are any of them; a written `AND` keeps them apart.

use chrono::{NaiveDate, Utc};
use fineprint_model::Basis;
use fineprint_model::query::{Field, MAX_QUERY_BYTES, MAX_QUERY_DEPTH, MAX_QUERY_TERMS, MAX_QUERY_WILDCARDS};
use fineprint_model::query::{Node, Query, Sort, SortBy, Text, Value};
use fineprint_model::vocab::nearest;

use super::{is_facet, numbers, values};
use crate::error::QueryError;

/// Words longer than this many bytes are in no index.
const MAX_WORD_BYTES: usize = 80;

/// Says whether the data has a value of a field.
pub type KnownValues<'a> = dyn Fn(Field, &str) -> bool + 'a;

/// What reading a query depends on besides its text.
#[derive(Clone, Copy)]
pub struct ParseOptions<'a> {
    /// The day that `decided:-90d` counts back from.
    pub today: NaiveDate,
    /// Says whether the data has a value that the vocabularies may not know; `None` trusts the vocabularies alone.
    pub known: Option<&'a KnownValues<'a>>,
}

impl Default for ParseOptions<'_> {
    /// Today in UTC, and the vocabularies alone.
    fn default() -> Self {
        Self { today: Utc::now().date_naive(), known: None }
    }
}

/// Reads a query, relative to today, with the values of the vocabularies.
///
/// # Errors
/// Where the text is no query: the place, what was expected, and a correction where one is near.
pub fn parse(text: &str) -> Result<Query, QueryError> {
    parse_with(text, &ParseOptions::default())
}

/// Reads a query.
///
/// # Errors
/// As [`parse`].
pub fn parse_with(text: &str, options: &ParseOptions<'_>) -> Result<Query, QueryError> {
    if text.len() > MAX_QUERY_BYTES {
        let message = format!("expected at most {MAX_QUERY_BYTES} bytes, found {}", text.len());
        return Err(QueryError::new((0, text.len()), message));
    }
    let mut parser =
        Parser { text, at: 0, options, terms: 0, wildcards: 0, depth: 0, sort: None, basis: None, pure: true };
    let root = parser.any()?;
    if parser.peek() == Some(')') {
        return Err(QueryError::new((parser.at, parser.at + 1), "this `)` closes nothing"));
    }
    Ok(Query { root, sort: parser.sort.unwrap_or_default(), basis: parser.basis.unwrap_or_default() })
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    options: &'a ParseOptions<'a>,
    terms: usize,
    wildcards: usize,
    depth: usize,
    sort: Option<Sort>,
    basis: Option<Basis>,
    /// Whether we stand where `sort:` and `basis:` may: outside groups, negations and alternatives.
    pure: bool,
}

/// A condition and how it was written, which decides whether it joins its neighbours.
struct Part {
    node: Node,
    /// Bare values of this field: may be joined with others of it.
    bare: Option<Field>,
    /// An `AND` stands before or after it.
    apart: bool,
}

/// What one step of a conjunction gave.
enum Step {
    Part(Part),
    /// `sort:` or `basis:`, which are no conditions.
    Setting,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&mut self) -> Option<char> {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(is_space).len();
        self.rest().chars().next()
    }

    /// Takes a keyword that stands alone.
    fn keyword(&mut self, word: &str) -> Option<(usize, usize)> {
        self.peek()?;
        let rest = self.rest().strip_prefix(word)?;
        if rest.starts_with(|c| !ends_word(c)) {
            return None;
        }
        let start = self.at;
        self.at += word.len();
        Some((start, self.at))
    }

    fn any(&mut self) -> Result<Option<Node>, QueryError> {
        let pure = self.pure;
        let mut settings_at = self.at;
        let mut alternatives = Vec::new();
        loop {
            let start = self.at;
            let had_settings = (self.sort, self.basis);
            let node = self.all()?;
            if (self.sort, self.basis) != had_settings {
                settings_at = start;
            }
            let operator = self.keyword("OR");
            match (node, operator, alternatives.is_empty()) {
                (Some(node), operator, _) => {
                    alternatives.push(node);
                    if operator.is_none() {
                        break;
                    }
                    // `a sort:fine OR b` would hide that the order holds for both.
                    if self.sort.is_some() || self.basis.is_some() {
                        let message = "`sort:` and `basis:` belong at the end of the whole query";
                        return Err(QueryError::new((settings_at, self.at), message));
                    }
                }
                (None, Some(span), _) => return Err(QueryError::new(span, "expected a condition before `OR`")),
                (None, None, true) => break,
                (None, None, false) => {
                    return Err(QueryError::new((self.at, self.at), "expected a condition after `OR`"));
                }
            }
        }
        self.pure = pure;
        Ok(flat(alternatives, Node::Or, |node| match node {
            Node::Or(nodes) => Ok(nodes),
            other => Err(other),
        }))
    }

    fn all(&mut self) -> Result<Option<Node>, QueryError> {
        let mut parts: Vec<Part> = Vec::new();
        let mut and: Option<(usize, usize)> = None;
        loop {
            if let Some(span) = self.keyword("AND") {
                if and.is_some() || parts.is_empty() {
                    return Err(QueryError::new(span, "expected a condition before `AND`"));
                }
                and = Some(span);
                continue;
            }
            let ends = matches!(self.peek(), None | Some(')')) || {
                let at = self.at;
                let or = self.keyword("OR").is_some();
                self.at = at;
                or
            };
            if ends {
                break;
            }
            if let Step::Part(mut part) = self.one()? {
                if and.take().is_some() {
                    part.apart = true;
                    if let Some(before) = parts.last_mut() {
                        before.apart = true;
                    }
                }
                parts.push(part);
            }
        }
        if let Some(span) = and {
            return Err(QueryError::new(span, "expected a condition after `AND`"));
        }
        Ok(flat(join(parts), Node::And, |node| match node {
            Node::And(nodes) => Ok(nodes),
            other => Err(other),
        }))
    }

    fn enter(&mut self, start: usize) -> Result<(), QueryError> {
        self.depth += 1;
        if self.depth > MAX_QUERY_DEPTH {
            let message = format!("expected at most {MAX_QUERY_DEPTH} levels of groups and negations");
            return Err(QueryError::new((start, self.at), message));
        }
        Ok(())
    }

    fn one(&mut self) -> Result<Step, QueryError> {
        let first = self.peek();
        let start = self.at;
        let negated = if first == Some('-') {
            self.at += 1;
            true
        } else {
            self.keyword("NOT").is_some()
        };
        if negated {
            self.enter(start)?;
            let glued = !self.rest().starts_with(|c: char| is_space(c));
            let next = self.peek();
            let keyword = ["AND", "OR"].iter().any(|word| {
                let at = self.at;
                let found = self.keyword(word).is_some();
                self.at = at;
                found
            });
            if (first == Some('-') && !glued) || matches!(next, None | Some(')')) || keyword {
                let message = "expected the condition to leave out right after `-` or `NOT`";
                return Err(QueryError::new((start, self.at.max(start + 1)), message));
            }
            let pure = std::mem::replace(&mut self.pure, false);
            let step = self.one()?;
            self.pure = pure;
            self.depth -= 1;
            return Ok(match step {
                Step::Part(part) => Step::Part(Part { node: Node::Not(Box::new(part.node)), bare: None, apart: false }),
                Step::Setting => Step::Setting,
            });
        }
        match first {
            Some('(') => {
                self.at += 1;
                self.enter(start)?;
                let pure = std::mem::replace(&mut self.pure, false);
                let node = self.any()?;
                self.pure = pure;
                if self.peek() != Some(')') {
                    return Err(QueryError::new((start, start + 1), "this `(` is never closed"));
                }
                self.at += 1;
                self.depth -= 1;
                let node = node.ok_or_else(|| QueryError::new((start, self.at), "expected a condition in `()`"))?;
                Ok(Step::Part(Part { node, bare: None, apart: false }))
            }
            Some('"') => {
                let phrase = self.quoted()?;
                self.count(start)?;
                let text = read_phrase(&phrase, (start, self.at))?;
                self.text(start, text)
            }
            _ => self.word_or_value(start),
        }
    }

    fn count(&mut self, start: usize) -> Result<(), QueryError> {
        self.terms += 1;
        if self.terms > MAX_QUERY_TERMS {
            let message = format!("expected at most {MAX_QUERY_TERMS} words, phrases and values");
            return Err(QueryError::new((start, self.at), message));
        }
        Ok(())
    }

    /// A text in quotation marks; `\"` and `\\` stand for the characters themselves.
    fn quoted(&mut self) -> Result<String, QueryError> {
        let start = self.at;
        let mut text = String::new();
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.at = start + at + 1;
                    return Ok(text);
                }
                '\\' => match chars.next() {
                    Some((_, escaped @ ('"' | '\\'))) => text.push(escaped),
                    Some((_, other)) => {
                        text.push('\\');
                        text.push(other);
                    }
                    None => break,
                },
                c => text.push(c),
            }
        }
        Err(QueryError::new((start, self.text.len()), "this `\"` is never closed"))
    }

    fn bare(&mut self, also_ends: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| ends_word(c) || also_ends(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn word_or_value(&mut self, start: usize) -> Result<Step, QueryError> {
        let word = self.bare(|_| false);
        if let Some((name, _)) = word.split_once(':')
            && !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_' || b == b'-')
        {
            self.at = start + name.len() + 1;
            return self.field(start, name, word);
        }
        self.count(start)?;
        let text = read_word(word, (start, self.at))?;
        self.text(start, text)
    }

    fn text(&mut self, start: usize, text: Text) -> Result<Step, QueryError> {
        self.wildcards +=
            usize::from(matches!(text, Text::Prefix(_) | Text::Fuzzy(_) | Text::Phrase { prefix: true, .. }));
        if self.wildcards > MAX_QUERY_WILDCARDS {
            let message = format!("expected at most {MAX_QUERY_WILDCARDS} words and phrases with `*` or `~`");
            return Err(QueryError::new((start, self.at), message));
        }
        Ok(Step::Part(Part { node: Node::Text(text), bare: None, apart: false }))
    }

    fn field(&mut self, start: usize, name: &str, word: &str) -> Result<Step, QueryError> {
        let lower = name.to_lowercase();
        let Some(field) = Field::from_name(&lower) else {
            return match lower.as_str() {
                "sort" | "basis" => self.setting(start, &lower),
                _ => Err(unknown_field(start, &lower, word)),
            };
        };
        let mut nodes = Vec::new();
        loop {
            let value_at = self.at;
            let text = if self.rest().starts_with('"') { self.quoted()? } else { self.bare(|c| c == ',').to_owned() };
            let span = (value_at, self.at);
            if text.trim().is_empty() {
                return Err(QueryError::new(span, format!("expected a value after `{lower}:`")));
            }
            self.count(value_at)?;
            nodes.push(Node::Value(field, self.value(field, &text, span)?));
            if !self.rest().starts_with(',') {
                break;
            }
            self.at += 1;
        }
        dedup(&mut nodes);
        let node = if nodes.len() == 1 { nodes.remove(0) } else { Node::Or(nodes) };
        Ok(Step::Part(Part { node, bare: Some(field), apart: false }))
    }

    fn value(&self, field: Field, text: &str, span: (usize, usize)) -> Result<Value, QueryError> {
        let numeric = matches!(
            field,
            Field::Fine | Field::Share | Field::Affected | Field::Decided | Field::Published | Field::Year
        );
        let read = if numeric {
            numbers::read(field, text, self.options.today)
        } else if text == "*" {
            let message = format!("`*` completes words; `has:` asks whether `{}` has a value", field.as_str());
            Err((message, None))
        } else {
            values::read(field, text.trim(), self.options).map(Value::Term)
        };
        read.map_err(|(message, suggestion)| QueryError::new(span, message).suggest(suggestion))
    }

    fn setting(&mut self, start: usize, name: &str) -> Result<Step, QueryError> {
        let value_at = self.at;
        let value = self.bare(|_| false).to_lowercase();
        let span = (value_at, self.at);
        if !self.pure {
            let message = format!("`{name}:` belongs at the end of the whole query, not in a group or after `-`");
            return Err(QueryError::new((start, self.at), message));
        }
        let twice = || QueryError::new((start, span.1), format!("`{name}:` is given twice"));
        if name == "sort" {
            let (key, ascending) = value.strip_prefix('-').map_or((value.as_str(), true), |key| (key, false));
            let Some((_, by)) = SORTS.into_iter().find(|(sort, _)| *sort == key) else {
                let near = nearest(key, SORTS.into_iter().map(|(sort, _)| sort))
                    .map(|near| format!("{}{near}", if ascending { "" } else { "-" }));
                let message = format!("expected `relevance`, `fine`, `share`, `affected` or `date`, found `{value}`");
                return Err(QueryError::new(span, message).suggest(near));
            };
            let sort = Sort { by, ascending: ascending && by != SortBy::Relevance };
            if self.sort.replace(sort).is_some() {
                return Err(twice());
            }
        } else {
            let all = [Basis::Imposed, Basis::Current, Basis::Final];
            let Some(basis) = all.into_iter().find(|basis| basis.as_str() == value) else {
                let near = nearest(&value, all.into_iter().map(Basis::as_str));
                let message = format!("expected `imposed`, `current` or `final`, found `{value}`");
                return Err(QueryError::new(span, message).suggest(near));
            };
            if self.basis.replace(basis).is_some() {
                return Err(twice());
            }
        }
        Ok(Step::Setting)
    }
}

/// The words after `sort:`.
pub(super) const SORTS: [(&str, SortBy); 5] = [
    ("relevance", SortBy::Relevance),
    ("fine", SortBy::Fine),
    ("share", SortBy::Share),
    ("affected", SortBy::Affected),
    ("date", SortBy::Date),
];

fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

fn ends_word(c: char) -> bool {
    is_space(c) || matches!(c, '(' | ')' | '"')
}

fn unknown_field(start: usize, name: &str, word: &str) -> QueryError {
    let (_, value) = word.split_once(':').unwrap_or_default();
    let names = Field::ALL.into_iter().map(Field::as_str).chain(["sort", "basis"]);
    let end = start + name.len() + 1;
    let error = QueryError::new((start, end), format!("unknown field `{name}:`"));
    if let Some(law) = values::instrument_id(name) {
        let whole = QueryError::new((start, start + word.len()), error.message);
        return whole.suggest(Some(format!("article:{law}/{value}")));
    }
    if value.starts_with('/') || value.is_empty() && names.clone().all(|known| known != name) {
        let near = nearest(name, names).map(|near| format!("{near}:"));
        let whole = QueryError::new((start, start + word.len()), error.message);
        return whole.suggest(near.or_else(|| Some(format!("\"{word}\""))));
    }
    let near = match name {
        "art" | "articles" | "provision" => Some("article:".to_owned()),
        "amount" | "penalty" | "sanction" => Some("fine:".to_owned()),
        "date" => Some("decided:".to_owned()),
        "company" | "controller" | "name" => Some("party:".to_owned()),
        "dpa" | "regulator" | "agency" => Some("authority:".to_owned()),
        "lang" => Some("language:".to_owned()),
        "industry" => Some("sector:".to_owned()),
        _ => nearest(name, names).map(|near| format!("{near}:")),
    };
    error.suggest(near)
}

fn read_word(word: &str, span: (usize, usize)) -> Result<Text, QueryError> {
    let (stem, make): (&str, fn(String) -> Text) = if let Some(stem) = word.strip_suffix('*') {
        (stem, Text::Prefix)
    } else if let Some(stem) = word.strip_suffix('~') {
        (stem, Text::Fuzzy)
    } else {
        (word, Text::Word)
    };
    check_words(stem, span)?;
    if stem.contains(['*', '~']) {
        return Err(QueryError::new(span, format!("expected `*` or `~` once, at the end of a word, found `{word}`")));
    }
    Ok(make(stem.to_owned()))
}

fn read_phrase(text: &str, span: (usize, usize)) -> Result<Text, QueryError> {
    let (text, prefix) = text.trim_end().strip_suffix('*').map_or((text, false), |text| (text, true));
    check_words(text, span)?;
    let words: Vec<String> = text.split(is_space).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let prefix = prefix && words.last().is_some_and(|word| word.ends_with(char::is_alphanumeric));
    Ok(Text::Phrase { words, prefix })
}

fn check_words(text: &str, span: (usize, usize)) -> Result<(), QueryError> {
    if !text.contains(char::is_alphanumeric) {
        return Err(QueryError::new(span, "expected a word of letters or digits"));
    }
    if text.split(|c: char| !c.is_alphanumeric()).any(|word| word.len() > MAX_WORD_BYTES) {
        return Err(QueryError::new(span, format!("expected words of at most {MAX_WORD_BYTES} bytes")));
    }
    Ok(())
}

/// Joins bare values of one facet into alternatives, at the place of the first.
fn join(parts: Vec<Part>) -> Vec<Node> {
    let mut joined: Vec<(Node, Option<Field>)> = Vec::new();
    for part in parts {
        let key = part.bare.filter(|field| is_facet(*field) && !part.apart);
        let earlier = key.and_then(|key| joined.iter_mut().find(|(_, field)| *field == Some(key)));
        let Some((node, _)) = earlier else {
            joined.push((part.node, key));
            continue;
        };
        let first = std::mem::replace(node, Node::Or(Vec::new()));
        let mut nodes = alternatives(first);
        nodes.extend(alternatives(part.node));
        dedup(&mut nodes);
        *node = if nodes.len() == 1 { nodes.remove(0) } else { Node::Or(nodes) };
    }
    joined.into_iter().map(|(node, _)| node).collect()
}

fn alternatives(node: Node) -> Vec<Node> {
    match node {
        Node::Or(nodes) => nodes,
        other => vec![other],
    }
}

fn dedup(nodes: &mut Vec<Node>) {
    let mut seen: Vec<Node> = Vec::with_capacity(nodes.len());
    for node in nodes.drain(..) {
        if !seen.contains(&node) {
            seen.push(node);
        }
    }
    *nodes = seen;
}

/// One node of many: nested ones of the same kind opened up, a single one by itself.
pub(super) fn flat(
    nodes: Vec<Node>,
    make: fn(Vec<Node>) -> Node,
    open: impl Fn(Node) -> Result<Vec<Node>, Node>,
) -> Option<Node> {
    let mut all = Vec::with_capacity(nodes.len());
    for node in nodes {
        match open(node) {
            Ok(inner) => all.extend(inner),
            Err(node) => all.push(node),
        }
    }
    // The same alternative twice is one.
    if matches!(make(Vec::new()), Node::Or(_)) {
        dedup(&mut all);
    }
    if all.len() > 1 { Some(make(all)) } else { all.pop() }
}
