//! XML to text: elements that hold one value become labelled rows, elements that hold prose paragraphs.
//!
//! No entity but XML's own five and character references is resolved, a document that declares entities is refused, and
//! nothing outside of the document is ever looked at.

use std::collections::BTreeMap;

use fineprint_model::BlockKind;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

use crate::error::{Error, Result};
use crate::fields::Fields;
use crate::limits::Limits;

/// Elements that part prose as they do in HTML.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "tr",
    "td",
    "th",
    "ul",
    "ol",
    "blockquote",
    "section",
    "pre",
    "center",
    "para",
    "alinea",
    "dl",
    "dt",
    "dd",
];
/// Names under which titles stand, the fuller first.
const TITLES: &[&str] = &["titrefull", "titre", "title", "dc:title", "name"];

/// What an XML file says.
pub struct Read {
    pub fields: Fields,
    /// First title.
    pub title: Option<String>,
    /// ISO 639-1 code of the root's `xml:lang`.
    pub language: Option<String>,
    /// Name of a labelled value in lower case -> the first such value.
    pub meta: BTreeMap<String, String>,
}

/// The tree, in the order of the document. Kept flat: depth costs no stack.
#[derive(Debug)]
enum Node {
    Open { name: String, kind: Kind },
    Text(String),
    Close,
}

/// What stands in an element, known when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Nothing yet.
    Empty,
    /// Text only.
    Value,
    /// Elements only.
    Structure,
    /// Both, or elements that part prose.
    Prose,
}

/// Reads an XML document.
pub fn read(text: &str, limits: &Limits) -> Result<Read> {
    let (nodes, language) = parse(text, limits)?;
    let mut read = Read { fields: Fields::default(), title: None, language, meta: BTreeMap::new() };
    let mut at = 0;
    while let Some(node) = nodes.get(at) {
        at += 1;
        match node {
            Node::Open { name, kind: Kind::Value } => {
                let value = words(&nodes, at);
                read.meta.entry(name.to_lowercase()).or_insert_with(|| value.clone());
                read.fields.field(name, &value);
                at = end(&nodes, at);
            }
            Node::Open { kind: Kind::Prose, .. } => {
                let end = end(&nodes, at);
                prose(&mut read.fields, nodes.get(at..end).unwrap_or_default());
                at = end;
            }
            _ => {}
        }
    }
    read.title = TITLES.iter().find_map(|name| read.meta.get(*name)).cloned();
    Ok(read)
}

/// Whether the text is XML and no page: a declaration or a root, and no root of HTML.
pub fn is_xml(head: &str) -> bool {
    let mut rest = head;
    let mut declared = false;
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix("<?") {
            declared = true;
            rest = after.split_once("?>").map_or("", |(_, rest)| rest);
        } else if let Some(after) = rest.strip_prefix("<!--") {
            rest = after.split_once("-->").map_or("", |(_, rest)| rest);
        } else if rest.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype")) {
            let kind = rest.get(9..).unwrap_or_default().trim_start();
            return !kind.get(..4).is_some_and(|kind| kind.eq_ignore_ascii_case("html"));
        } else {
            let root: String =
                rest.chars().skip(1).take_while(|c| c.is_alphanumeric() || ":_-.".contains(*c)).collect();
            return declared && rest.starts_with('<') && !root.is_empty() && !root.eq_ignore_ascii_case("html");
        }
    }
}

fn parse(text: &str, limits: &Limits) -> Result<(Vec<Node>, Option<String>)> {
    let mut reader = Reader::from_str(text);
    let mut nodes: Vec<Node> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut language = None;
    let mut rooted = false;
    loop {
        let offset = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = reader.read_event().map_err(|error| syntax(text, reader.error_position(), error.to_string()))?;
        if matches!(event, Event::Start(_) | Event::Empty(_)) {
            limits.check_elements(nodes.len() + 1, offset)?;
        }
        match event {
            Event::Start(tag) => {
                limits.check_depth(open.len() + 1, offset)?;
                let name = tag.name().0.to_owned();
                if !std::mem::replace(&mut rooted, true) {
                    language = xml_lang(&tag);
                }
                holds_element(&mut nodes, open.last().copied(), &name);
                open.push(nodes.len());
                nodes.push(Node::Open { name, kind: Kind::Empty });
            }
            Event::Empty(tag) => {
                let name = tag.name().0.to_owned();
                holds_element(&mut nodes, open.last().copied(), &name);
                nodes.push(Node::Open { name, kind: Kind::Empty });
                nodes.push(Node::Close);
            }
            Event::End(_) => {
                open.pop();
                nodes.push(Node::Close);
            }
            Event::Text(words) => {
                holds_text(&mut nodes, open.last().copied(), &words);
            }
            Event::CData(words) => {
                holds_text(&mut nodes, open.last().copied(), &words);
            }
            Event::GeneralRef(entity) => {
                let words = resolved(&entity);
                holds_text(&mut nodes, open.last().copied(), &words);
            }
            Event::DocType(doctype) => {
                if doctype.contains("<!ENTITY") {
                    return Err(Error::Entities { offset });
                }
            }
            Event::Eof if open.is_empty() && rooted => return Ok((nodes, language)),
            Event::Eof => {
                let name = open.last().and_then(|at| match nodes.get(*at) {
                    Some(Node::Open { name, .. }) => Some(format!("the end of `{name}`")),
                    _ => None,
                });
                let reason = format!("expected {}, found the end of the file", name.as_deref().unwrap_or("an element"));
                return Err(syntax(text, u64::try_from(text.len()).unwrap_or(u64::MAX), reason));
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn xml_lang(tag: &quick_xml::events::BytesStart<'_>) -> Option<String> {
    // Without the check for repeated names, whose time grows with the square of their number.
    let found = tag.attributes().with_checks(false).flatten().take(64).find(|one| one.key.0 == "xml:lang")?;
    crate::metadata::language_code(&found.value)
}

/// XML's own entities and characters by number; any other name is kept as it was written, since nothing says what it is.
fn resolved(entity: &BytesRef<'_>) -> String {
    if let Ok(Some(c)) = entity.resolve_char_ref() {
        return c.to_string();
    }
    let name: &str = entity;
    match name {
        "amp" => "&".to_owned(),
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        "nbsp" => "\u{a0}".to_owned(),
        other => format!("&{other};"),
    }
}

fn syntax(text: &str, position: u64, reason: String) -> Error {
    let mut at = usize::try_from(position).unwrap_or(usize::MAX).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let before = text.get(..at).unwrap_or_default();
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(1, |last| last.chars().count() + 1);
    Error::Syntax { format: "XML", line, column, reason }
}

fn holds_element(nodes: &mut [Node], parent: Option<usize>, name: &str) {
    let Some(Node::Open { kind, .. }) = parent.and_then(|at| nodes.get_mut(at)) else { return };
    let parts_prose = BLOCKS.contains(&name.to_lowercase().as_str()) || name.eq_ignore_ascii_case("br");
    *kind = match *kind {
        _ if parts_prose => Kind::Prose,
        Kind::Value | Kind::Prose => Kind::Prose,
        Kind::Empty | Kind::Structure => Kind::Structure,
    };
}

fn holds_text(nodes: &mut Vec<Node>, parent: Option<usize>, words: &str) {
    if let Some(Node::Open { kind, .. }) = parent.and_then(|at| nodes.get_mut(at))
        && !words.trim().is_empty()
    {
        *kind = match *kind {
            Kind::Empty | Kind::Value => Kind::Value,
            Kind::Structure | Kind::Prose => Kind::Prose,
        };
    }
    // An entity parts a text in two: they are one.
    if let Some(Node::Text(text)) = nodes.last_mut() {
        text.push_str(words);
    } else if parent.is_some() {
        nodes.push(Node::Text(words.to_owned()));
    }
}

/// Where the element ends whose inside begins at `from`.
fn end(nodes: &[Node], from: usize) -> usize {
    let mut depth = 1_usize;
    for (at, node) in nodes.iter().enumerate().skip(from) {
        match node {
            Node::Open { .. } => depth += 1,
            Node::Close => depth -= 1,
            Node::Text(_) => {}
        }
        if depth == 0 {
            return at;
        }
    }
    nodes.len()
}

/// The text that stands at the beginning of an element.
fn words(nodes: &[Node], from: usize) -> String {
    match nodes.get(from) {
        Some(Node::Text(text)) => text.trim().to_owned(),
        _ => String::new(),
    }
}

/// Mixed content, with the breaks that HTML's names mean.
fn prose(fields: &mut Fields, nodes: &[Node]) {
    let out = fields.out();
    let mut open: Vec<&str> = Vec::new();
    let mut breaks = 0;
    out.begin(BlockKind::Paragraph);
    for node in nodes {
        match node {
            Node::Open { name, .. } => {
                open.push(name);
                let name = name.to_lowercase();
                if name == "br" {
                    breaks += 1;
                    if breaks >= 2 {
                        out.begin(BlockKind::Paragraph);
                    } else {
                        out.line_break();
                    }
                } else if BLOCKS.contains(&name.as_str()) {
                    breaks = 0;
                    out.begin(kind(&name));
                }
            }
            Node::Text(text) => {
                if !text.trim().is_empty() {
                    breaks = 0;
                }
                out.push(text);
            }
            Node::Close => {
                let name = open.pop().unwrap_or_default().to_lowercase();
                if BLOCKS.contains(&name.as_str()) {
                    out.begin(BlockKind::Paragraph);
                }
            }
        }
    }
    out.end();
}

fn kind(name: &str) -> BlockKind {
    match name {
        "h1" => BlockKind::Heading(1),
        "h2" => BlockKind::Heading(2),
        "h3" => BlockKind::Heading(3),
        "h4" | "h5" | "h6" => BlockKind::Heading(4),
        "li" | "dt" | "dd" => BlockKind::Item,
        "blockquote" => BlockKind::Quote,
        _ => BlockKind::Paragraph,
    }
}
