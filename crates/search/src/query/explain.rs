//! A query's tree as indented lines: what each word and value was taken for.

use fineprint_model::query::{Field, Node, Query, Text, Value};

use super::write::{self, same_field};
use super::{is_facet, name as term_name};
use crate::synonyms;

/// The tree, one condition a line, two spaces a level; the sentence of [`crate::sentence`] says the same in prose.
///
/// ```
/// let query = fineprint_search::parse("leaked article:gdpr/32 -status:annulled sort:-fine")?;
/// assert_eq!(fineprint_search::explain(&query), "\
/// all of
///   word `leaked`, in any inflected form
///   article `gdpr/32` (Article 32 GDPR) and everything below it
///   not
///     status `annulled` (annulled)
/// basis `current`, sort `-fine`");
/// # Ok::<(), fineprint_search::QueryError>(())
/// ```
pub fn explain(query: &Query) -> String {
    let mut lines = Vec::new();
    match &query.root {
        None => lines.push("every case".to_owned()),
        Some(root) => tree(root, 0, &mut lines),
    }
    let sort = write::sort_name(query.sort).unwrap_or_else(|| "relevance".to_owned());
    lines.push(format!("basis `{}`, sort `{sort}`", query.basis.as_str()));
    lines.join("\n")
}

fn tree(node: &Node, level: usize, lines: &mut Vec<String>) {
    let mut line = |text: String| lines.push(format!("{}{text}", "  ".repeat(level)));
    match node {
        Node::And(nodes) => {
            line("all of".to_owned());
            nodes.iter().for_each(|node| tree(node, level + 1, lines));
            let nodes: Vec<&Node> = nodes.iter().collect();
            for (at, length) in synonyms::runs(&nodes) {
                let words = synonyms::joined(&nodes[at..at + length]);
                let others = synonyms::of(&words).join("`, `");
                lines.push(format!("{}`{words}` also as `{others}`", "  ".repeat(level + 1)));
            }
        }
        Node::Or(nodes) => {
            let one_field = same_field(nodes).map(|field| format!(" of {}", field.as_str())).unwrap_or_default();
            line(format!("any{}", if one_field.is_empty() { " of" } else { &one_field }));
            nodes.iter().for_each(|node| tree(node, level + 1, lines));
        }
        Node::Not(inner) => {
            line("not".to_owned());
            tree(inner, level + 1, lines);
        }
        Node::Text(text) => line(words(text)),
        Node::Value(field, value) => line(self::value(*field, value)),
    }
}

fn words(text: &Text) -> String {
    let also = |words: &str| match synonyms::of(words) {
        [] => String::new(),
        others => format!(", also as `{}`", others.join("`, `")),
    };
    match text {
        Text::Word(word) => format!("word `{word}`, in any inflected form{}", also(word)),
        Text::Fuzzy(word) => format!("word `{word}` or one within one edit"),
        Text::Prefix(word) => format!("words that begin with `{word}`"),
        Text::Phrase { words, prefix } => {
            let words = words.join(" ");
            let more = if *prefix { ", the last one a beginning" } else { "" };
            format!("phrase `{words}`{more}{}", if *prefix { String::new() } else { also(&words) })
        }
    }
}

fn value(field: Field, value: &Value) -> String {
    let text = super::numbers::write(field, value);
    let name = field.as_str();
    match value {
        Value::Term(term) if crate::plan::is_unknown(field, term) => format!("{name} not known"),
        Value::Term(term) => {
            let below = if matches!(field, Field::Article | Field::Cites | Field::Violation | Field::Law) {
                " and everything below it"
            } else {
                ""
            };
            let label = if is_facet(field) && field != Field::Id {
                format!(" ({})", term_name(field, term))
            } else {
                String::new()
            };
            format!("{name} `{text}`{label}{below}")
        }
        Value::Number { .. } | Value::Date { .. } => format!("{name} in `{text}`"),
    }
}
