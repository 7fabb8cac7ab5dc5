//! Tree to canonical text, and the text of a query with one facet value more or less.

use fineprint_model::Basis;
use fineprint_model::query::{Field, Node, Query, Sort, Text, Value};

use super::parse::{SORTS, flat};
use super::{is_facet, numbers};

/// The canonical text of a query. Reading it gives the same query again.
pub fn write(query: &Query) -> String {
    let mut parts = Vec::new();
    if let Some(root) = &query.root {
        parts.push(any(root));
    }
    if query.basis != Basis::default() {
        parts.push(format!("basis:{}", query.basis.as_str()));
    }
    if let Some(name) = sort_name(query.sort) {
        parts.push(format!("sort:{name}"));
    }
    // Settings follow a whole query only, so alternatives at the top become a group.
    if let (Some(root @ Node::Or(nodes)), true) = (&query.root, parts.len() > 1)
        && same_field(nodes).is_none()
    {
        parts[0] = format!("({})", any(root));
    }
    parts.join(" ")
}

/// What follows `sort:`; `None` for the default.
pub(super) fn sort_name(sort: Sort) -> Option<String> {
    let (name, _) = SORTS.into_iter().find(|(_, by)| sort != Sort::default() && *by == sort.by)?;
    Some(format!("{}{name}", if sort.ascending { "" } else { "-" }))
}

/// The field that all of the values are of.
pub(crate) fn same_field(nodes: &[Node]) -> Option<Field> {
    let field_of = |node: &Node| match node {
        Node::Value(field, _) => Some(*field),
        _ => None,
    };
    let first = field_of(nodes.first()?)?;
    nodes.iter().all(|node| field_of(node) == Some(first)).then_some(first)
}

fn any(node: &Node) -> String {
    match node {
        Node::Or(nodes) if same_field(nodes).is_none() => nodes.iter().map(all).collect::<Vec<_>>().join(" OR "),
        other => all(other),
    }
}

fn all(node: &Node) -> String {
    let Node::And(nodes) = node else { return one(node) };
    let facet = |node: &Node| {
        let field = match node {
            Node::Value(field, _) => Some(*field),
            Node::Or(nodes) => same_field(nodes),
            _ => None,
        };
        field.filter(|field| is_facet(*field))
    };
    // Values of one facet that must all hold are kept apart by `AND`.
    let fields: Vec<Option<Field>> = nodes.iter().map(facet).collect();
    let apart =
        |at: usize| fields[at].is_some_and(|field| fields.iter().filter(|other| **other == Some(field)).count() > 1);
    let mut text = String::new();
    for (at, node) in nodes.iter().enumerate() {
        if at > 0 {
            text.push_str(if apart(at) || apart(at - 1) { " AND " } else { " " });
        }
        text.push_str(&one(node));
    }
    text
}

fn one(node: &Node) -> String {
    match node {
        Node::And(_) => format!("({})", all(node)),
        Node::Or(nodes) => match same_field(nodes) {
            Some(field) => {
                let values: Vec<String> = nodes
                    .iter()
                    .filter_map(
                        |node| if let Node::Value(_, value) = node { Some(one_value(field, value)) } else { None },
                    )
                    .collect();
                format!("{}:{}", field.as_str(), values.join(","))
            }
            None => format!("({})", any(node)),
        },
        Node::Not(inner) => format!("-{}", one(inner)),
        Node::Text(text) => one_text(text),
        Node::Value(field, value) => format!("{}:{}", field.as_str(), one_value(*field, value)),
    }
}

fn one_text(text: &Text) -> String {
    match text {
        Text::Word(word) => word.clone(),
        Text::Fuzzy(word) => format!("{word}~"),
        Text::Prefix(word) => format!("{word}*"),
        Text::Phrase { words, prefix } => {
            format!("\"{}{}\"", escape(&words.join(" ")), if *prefix { "*" } else { "" })
        }
    }
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

fn one_value(field: Field, value: &Value) -> String {
    let text = numbers::write(field, value);
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '/' | '.' | '_' | '<' | '>' | '=' | '&' | '\'');
    if text.chars().all(plain) { text } else { format!("\"{}\"", escape(&text)) }
}

/// The query with a facet value added, or taken away where it was selected: what a facet's link leads to.
///
/// Values of the same facet become alternatives; nothing else of the query changes.
pub fn toggle(query: &Query, field: Field, value: &str) -> Query {
    let value = match (field, value.parse::<f64>()) {
        (Field::Year, Ok(year)) => Value::Number { from: Some(year), to: Some(year) },
        _ => Value::Term(value.to_owned()),
    };
    let node = Node::Value(field, value);
    let mut nodes = match query.root.clone() {
        None => Vec::new(),
        Some(Node::And(nodes)) => nodes,
        Some(other) => vec![other],
    };
    let of_field = |node: &Node| match node {
        Node::Value(other, _) => *other == field,
        Node::Or(nodes) => same_field(nodes) == Some(field),
        _ => false,
    };
    if let Some(at) = nodes.iter().position(of_field) {
        let mut values = match std::mem::replace(&mut nodes[at], Node::Or(Vec::new())) {
            Node::Or(values) => values,
            other => vec![other],
        };
        match values.iter().position(|other| *other == node) {
            Some(selected) => {
                values.remove(selected);
            }
            None => values.push(node),
        }
        match flat(values, Node::Or, Err) {
            Some(left) => nodes[at] = left,
            None => {
                nodes.remove(at);
            }
        }
    } else {
        nodes.push(node);
    }
    Query { root: flat(nodes, Node::And, Err), ..query.clone() }
}
