//! JSON to text: each object a table of its labels and values, each record of an array a table of its own.

use serde_json::Value;

use crate::canonical::Canonical;
use crate::error::{Error, Result};
use crate::fields::Fields;
use crate::limits::Limits;
use crate::nesting;

/// Longest string that is read as markup, in bytes; a longer one is taken as it stands.
const MARKUP_MAX: usize = 256 * 1024;

/// Reads JSON. Of a string that is markup its words are taken, and where its links lead.
pub fn read(text: &str, limits: &Limits) -> Result<Canonical> {
    count(text, limits)?;
    let value: Value = serde_json::from_str(text).map_err(|error| Error::Syntax {
        format: "JSON",
        line: error.line(),
        column: error.column(),
        reason: reason(&error),
    })?;
    let mut fields = Fields::default();
    // Depth is bounded by the parser, which refuses more than 128 levels.
    write(&mut fields, "", &value);
    Ok(fields.finish())
}

/// Whether the text is an object or array of JSON: data, however much its strings read like a notice.
pub fn is_json(text: &str) -> bool {
    let text = text.trim();
    let in_pair = |open: char, close: char| text.starts_with(open) && text.ends_with(close);
    let begins_data = text.get(1..).is_some_and(|rest| rest.trim_start().starts_with(['"', '{', '[']));
    begins_data && (in_pair('{', '}') || in_pair('[', ']'))
}

/// The parser's message without the place, which stands in front of it.
fn reason(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.split(" at line ").next().unwrap_or(&message).to_owned()
}

/// Counts values before the parser makes each of them a node of a tree.
fn count(text: &str, limits: &Limits) -> Result<()> {
    let (mut values, mut quoted, mut escaped) = (0_usize, false, false);
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' | b'[' | b'{' if !quoted => values += 1,
            _ => {}
        }
        limits.check_elements(values, offset)?;
    }
    Ok(())
}

fn is_markup(text: &str) -> bool {
    let names = ["<a ", "<br", "<img ", "<p>", "<p ", "<b>", "<i>", "<span", "<div", "<strong>"];
    text.len() <= MARKUP_MAX && text.contains('>') && names.iter().any(|name| text.contains(name))
}

/// The words of a string of markup, and after them each address it links to under the same label with `.link`.
fn markup(fields: &mut Fields, label: &str, text: &str) {
    let small = Limits { max_depth: 64, ..Limits::default() };
    if nesting::check(text, &small).is_err() {
        fields.field(label, text);
        return;
    }
    let page = scraper::Html::parse_fragment(text);
    let mut words = String::new();
    let mut links: Vec<&str> = Vec::new();
    for node in page.tree.root().descendants() {
        match node.value() {
            scraper::Node::Text(text) => words.push_str(text),
            scraper::Node::Element(element) if element.name() == "br" || element.name() == "p" => words.push('\n'),
            scraper::Node::Element(element) if element.name() == "a" => links.extend(element.attr("href")),
            _ => {}
        }
    }
    fields.field(label, words.trim());
    for link in links.iter().filter(|link| link.starts_with("http")) {
        fields.link(&format!("{label}.link"), link);
    }
}

fn write(fields: &mut Fields, label: &str, value: &Value) {
    match value {
        Value::Null => {}
        Value::Bool(truth) => fields.field(label, if *truth { "true" } else { "false" }),
        Value::Number(number) => fields.field(label, &number.to_string()),
        Value::String(text) if is_markup(text) => markup(fields, label, text),
        Value::String(text) => fields.field(label, text),
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                if item.is_object() || item.is_array() {
                    fields.record();
                }
                match item {
                    // A row by position: the place is all the label there is.
                    Value::Array(cells) => {
                        for (column, cell) in cells.iter().enumerate() {
                            write(fields, &column.to_string(), cell);
                        }
                    }
                    _ if label.is_empty() && !item.is_object() => write(fields, &at.to_string(), item),
                    _ => write(fields, label, item),
                }
            }
        }
        Value::Object(object) => {
            for (key, item) in object {
                let path = if label.is_empty() { key.clone() } else { format!("{label}.{key}") };
                write(fields, &path, item);
            }
        }
    }
}
