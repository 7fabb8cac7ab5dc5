//! A page's tree to canonical text: our own walk, because the usual ones glue cells together.
//!
//! Nothing here recurses; the tree is walked edge by edge, in time linear in its size.

use std::collections::{HashMap, HashSet};

use ego_tree::iter::Edge;
use ego_tree::{NodeId, NodeRef};
use fineprint_model::BlockKind;
use scraper::node::{Element, Node};
use url::Url;

use crate::boilerplate::{self, Verdict};
use crate::canonical::Canonical;
use crate::metadata::Metadata;

/// Elements that begin a block of their own.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "search",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

/// What the parts of a page's tree weigh and what is left out of it.
struct Survey {
    /// Characters other than white space below a node that are part of the notice.
    weight: HashMap<NodeId, usize>,
    /// Roots of what is left out.
    dropped: HashSet<NodeId>,
    /// Tables that only arrange the page.
    layout: HashSet<NodeId>,
    body: Option<NodeId>,
}

/// Reads a parsed page.
pub fn read(page: &scraper::Html, address: Option<&str>) -> (Canonical, Metadata) {
    let metadata = Metadata::of_page(page, address);
    let survey = Survey::of(page);
    let root = survey.content(page);
    let base = metadata.base.clone();
    let mut walk = Walk::new(&survey, base);
    if let Some(headline) = metadata.headline.as_deref()
        && !root.is_some_and(|root| holds_heading(root, headline))
    {
        walk.out.begin(BlockKind::Title);
        walk.out.push(headline);
        walk.out.end();
    }
    walk.headline = metadata.headline.as_deref().map(ToOwned::to_owned);
    if let Some(root) = root {
        walk.run(root);
    }
    (walk.out, metadata)
}

fn holds_heading(root: NodeRef<'_, Node>, headline: &str) -> bool {
    root.descendants().any(|node| {
        node.value().as_element().is_some_and(|element| matches!(element.name(), "h1" | "h2"))
            && text_of(node).trim() == headline
    })
}

/// The words below a node, white space collapsed.
pub fn text_of(node: NodeRef<'_, Node>) -> String {
    let mut out = Canonical::default();
    for below in node.descendants() {
        match below.value() {
            Node::Text(text) => out.push(text),
            Node::Element(element) if element.name() == "br" => out.push(" "),
            _ => {}
        }
    }
    out.finish().0
}

impl Survey {
    fn of(page: &scraper::Html) -> Self {
        let mut verdicts = HashMap::new();
        let gross = weigh(page, |id, element| {
            let verdict = boilerplate::verdict(element);
            if verdict != Verdict::Keep {
                verdicts.insert(id, verdict);
            }
            verdict == Verdict::Drop
        });
        let body = page.tree.nodes().find(|node| is_element(*node, "body")).map(|node| node.id());
        let total = body.and_then(|body| gross.get(&body)).copied().unwrap_or(0);
        let guarded = guarded(page);
        let mut dropped = HashSet::new();
        let mut layout = HashSet::new();
        let mut tables: Vec<NodeId> = Vec::new();
        for edge in page.tree.root().traverse() {
            match edge {
                Edge::Open(node) => {
                    let Some(element) = node.value().as_element() else { continue };
                    let is_minor = || {
                        let own = gross.get(&node.id()).copied().unwrap_or(0);
                        own * 2 <= total && !guarded.contains(&node.id())
                    };
                    match verdicts.get(&node.id()) {
                        Some(Verdict::Drop) => drop(dropped.insert(node.id())),
                        Some(Verdict::DropIfMinor) if is_minor() => drop(dropped.insert(node.id())),
                        _ => {}
                    }
                    match element.name() {
                        "table" => {
                            layout.extend(tables.last().copied());
                            tables.push(node.id());
                            if matches!(element.attr("role"), Some("presentation" | "none")) {
                                layout.insert(node.id());
                            }
                        }
                        "h1" | "h2" | "article" | "main" => layout.extend(tables.last().copied()),
                        _ => {}
                    }
                }
                Edge::Close(node) if is_element(node, "table") => drop(tables.pop()),
                Edge::Close(_) => {}
            }
        }
        // What is never text was dropped above.
        let weight = weigh(page, |id, _| dropped.contains(&id));
        Self { weight, dropped, layout, body }
    }

    fn weight(&self, id: NodeId) -> usize {
        self.weight.get(&id).copied().unwrap_or(0)
    }

    /// The node that holds the notice: the page's own mark of it where that holds most of the words.
    fn content<'a>(&self, page: &'a scraper::Html) -> Option<NodeRef<'a, Node>> {
        let body = page.tree.get(self.body?)?;
        let total = self.weight(body.id());
        let mut best: Option<(NodeRef<'a, Node>, usize)> = None;
        for node in body.descendants() {
            let Some(element) = node.value().as_element() else { continue };
            let marked = matches!(element.name(), "main" | "article")
                || element.attr("role") == Some("main")
                || element.id() == Some("mw-content-text");
            let weight = self.weight(node.id());
            // Of nested marks of about equal weight the innermost is the closest to the text.
            if marked && weight * 2 >= total && best.is_none_or(|(_, best)| weight * 10 >= best * 9) {
                best = Some((node, weight));
            }
        }
        Some(best.map_or(body, |(node, _)| node))
    }
}

/// Nodes in which the main heading or the page's own mark of its content stands.
fn guarded(page: &scraper::Html) -> HashSet<NodeId> {
    let mut guarded = HashSet::new();
    for node in page.tree.nodes() {
        let Some(element) = node.value().as_element() else { continue };
        let marks = matches!(element.name(), "h1" | "main" | "article")
            || element.attr("role") == Some("main")
            || element.id() == Some("mw-content-text");
        if marks {
            // Stops where another mark has been before: linear in all.
            for above in node.ancestors() {
                if !guarded.insert(above.id()) {
                    break;
                }
            }
        }
    }
    guarded
}

fn is_element(node: NodeRef<'_, Node>, name: &str) -> bool {
    node.value().as_element().is_some_and(|element| element.name() == name)
}

/// Characters other than white space below each element, without what is left out.
fn weigh(page: &scraper::Html, mut is_left_out: impl FnMut(NodeId, &Element) -> bool) -> HashMap<NodeId, usize> {
    let mut weight = HashMap::new();
    // What each open element weighs so far, and whether it is left out.
    let mut open: Vec<(usize, bool)> = Vec::new();
    let mut outside = 0_usize;
    for edge in page.tree.root().traverse() {
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Text(text) if outside == 0 => {
                    if let Some((sum, _)) = open.last_mut() {
                        *sum += letters(text);
                    }
                }
                Node::Element(element) => {
                    let is_out = is_left_out(node.id(), element);
                    open.push((0, is_out));
                    outside += usize::from(is_out);
                }
                _ => {}
            },
            Edge::Close(node) => {
                if node.value().is_element() {
                    let (sum, is_out) = open.pop().unwrap_or_default();
                    outside -= usize::from(is_out);
                    if let Some((parent, _)) = open.last_mut() {
                        *parent += sum;
                    }
                    weight.insert(node.id(), sum);
                }
            }
        }
    }
    weight
}

/// Characters other than white space.
fn letters(text: &str) -> usize {
    if text.is_ascii() {
        return text.bytes().filter(|byte| !matches!(byte, b' ' | b'\t'..=b'\r')).count();
    }
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// The walk that writes the text.
struct Walk<'a> {
    survey: &'a Survey,
    base: Option<Url>,
    out: Canonical,
    headline: Option<String>,
    /// Kind of the text at hand, innermost last.
    kinds: Vec<BlockKind>,
    /// Links being read: where their words begin and where they lead.
    links: Vec<Option<(usize, String)>>,
    tables: u32,
    /// Table, next row and next column, for tables of data only.
    table: Option<(u32, u32, u32)>,
    breaks: u32,
}

impl<'a> Walk<'a> {
    fn new(survey: &'a Survey, base: Option<Url>) -> Self {
        Self {
            survey,
            base,
            out: Canonical::default(),
            headline: None,
            kinds: vec![BlockKind::Paragraph],
            links: Vec::new(),
            tables: 0,
            table: None,
            breaks: 0,
        }
    }

    fn kind(&self) -> BlockKind {
        self.kinds.last().copied().unwrap_or(BlockKind::Paragraph)
    }

    fn run(&mut self, root: NodeRef<'_, Node>) {
        let mut skipping = None;
        self.out.begin(BlockKind::Paragraph);
        for edge in root.traverse() {
            match edge {
                Edge::Open(node) if skipping.is_none() => match node.value() {
                    Node::Text(text) => self.text(text),
                    Node::Element(_) if self.survey.dropped.contains(&node.id()) => {
                        // What was left out may have stood between two words.
                        self.out.push(" ");
                        skipping = Some(node.id());
                    }
                    Node::Element(element) => self.enter(node, element),
                    _ => {}
                },
                Edge::Close(node) if skipping == Some(node.id()) => skipping = None,
                Edge::Close(node) if skipping.is_none() => {
                    if let Some(element) = node.value().as_element() {
                        self.leave(node, element);
                    }
                }
                _ => {}
            }
        }
        self.out.end();
    }

    fn text(&mut self, text: &str) {
        if self.kind() == BlockKind::Preformatted {
            self.preformatted(text);
        } else {
            if !text.trim().is_empty() {
                self.breaks = 0;
            }
            self.out.push(text);
        }
    }

    /// A blank line ends a paragraph of preformatted text, so that a whole decision is not one block.
    fn preformatted(&mut self, text: &str) {
        let mut blank = true;
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                if blank && number > 1 {
                    self.out.begin(BlockKind::Preformatted);
                } else {
                    self.out.line_break();
                }
            }
            blank = line.trim().is_empty();
            self.out.push_preformatted(line);
        }
    }

    fn enter(&mut self, node: NodeRef<'_, Node>, element: &Element) {
        let name = element.name();
        match name {
            "br" => return self.line_break(),
            "a" => {
                let target = element.attr("href").and_then(|href| absolute(self.base.as_ref(), href));
                let start = self.out.position();
                self.links.push(target.map(|href| (start, href)));
                return;
            }
            // An image's description is not the notice's words; a word break is nothing.
            "img" | "wbr" => return,
            _ => {}
        }
        if !BLOCKS.contains(&name) {
            return;
        }
        self.breaks = 0;
        if name == "table" && !self.survey.layout.contains(&node.id()) {
            self.table = Some((self.tables, 0, 0));
            self.tables += 1;
        }
        let inside_cell = matches!(self.kind(), BlockKind::Cell { .. });
        let kind = match (name, self.table) {
            ("td" | "th", Some((table, row, column))) if !inside_cell => {
                self.table = Some((table, row, column + 1));
                BlockKind::Cell { table, row, column }
            }
            // A cell stays one block whatever stands in it.
            _ if inside_cell => {
                self.kinds.push(self.kind());
                self.out.line_break();
                return;
            }
            ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", _) => {
                let level = name.as_bytes().get(1).map_or(6, |digit| digit - b'0');
                if level <= 2 && self.headline.as_deref().is_some_and(|headline| text_of(node) == headline) {
                    self.headline = None;
                    BlockKind::Title
                } else {
                    BlockKind::Heading(level)
                }
            }
            ("pre", _) => BlockKind::Preformatted,
            ("li" | "dd" | "dt", _) => BlockKind::Item,
            ("blockquote", _) => BlockKind::Quote,
            ("p" | "div", _) if matches!(self.kind(), BlockKind::Item | BlockKind::Quote) => self.kind(),
            // A division within a heading or preformatted text goes on being that.
            ("div", _) if self.kind() != BlockKind::Paragraph => self.kind(),
            _ => BlockKind::Paragraph,
        };
        self.kinds.push(kind);
        self.out.begin(kind);
    }

    fn leave(&mut self, node: NodeRef<'_, Node>, element: &Element) {
        let name = element.name();
        if name == "a" {
            if let Some(Some((start, href))) = self.links.pop() {
                self.out.link(start, href);
            }
            return;
        }
        if !BLOCKS.contains(&name) {
            return;
        }
        match (name, self.table) {
            ("tr", Some((table, row, column))) if column > 0 && !matches!(self.kind(), BlockKind::Cell { .. }) => {
                self.table = Some((table, row + 1, 0));
            }
            ("table", Some(_)) if !self.survey.layout.contains(&node.id()) => self.table = None,
            _ => {}
        }
        if self.kinds.len() > 1 {
            self.kinds.pop();
        }
        self.breaks = 0;
        let kind = self.kind();
        if matches!(kind, BlockKind::Cell { .. }) {
            self.out.line_break();
        } else {
            self.out.begin(kind);
        }
    }

    /// One break is a line's end, two are a paragraph's, as older pages write it.
    fn line_break(&mut self) {
        self.breaks += 1;
        match self.kind() {
            BlockKind::Cell { .. } | BlockKind::Title | BlockKind::Heading(_) => self.out.line_break(),
            kind if self.breaks >= 2 => self.out.begin(kind),
            _ => self.out.line_break(),
        }
    }
}

/// The absolute http(s) form of a link; `None` for other schemes and for places on the same page.
pub fn absolute(base: Option<&Url>, href: &str) -> Option<String> {
    let href = href.trim();
    if href.is_empty() || href.starts_with('#') {
        return None;
    }
    let url = match base {
        Some(base) => base.join(href).ok()?,
        None => Url::parse(href).ok()?,
    };
    matches!(url.scheme(), "http" | "https").then(|| url.to_string())
}
