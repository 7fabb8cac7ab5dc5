//! A part of a document as a document of its own: a row of a table of cases, a record of a data file.
//!
//! Its hash is that of its own text, so that a row that did not change is the same document however much its table grew.

use fineprint_model::{Block, BlockKind, Document, Link};

use crate::canonical::Canonical;

/// A row of a table: each cell becomes a row of label and value. Links come along.
pub fn row(document: &Document, labels: &[&str], cells: &[&Block]) -> Document {
    let mut out = Canonical::default();
    let mut row = 0;
    for (at, cell) in cells.iter().enumerate() {
        let text = document.block_text(cell);
        if text.trim().is_empty() {
            continue;
        }
        let column = match cell.kind {
            BlockKind::Cell { column, .. } => usize::try_from(column).unwrap_or(at),
            _ => at,
        };
        let number = (column + 1).to_string();
        let label = labels.get(column).copied().filter(|label| !label.is_empty()).unwrap_or(&number);
        out.begin(BlockKind::Cell { table: 0, row, column: 0 });
        out.push(label);
        out.begin(BlockKind::Cell { table: 0, row, column: 1 });
        let before = out.begun();
        out.push_preformatted(text);
        let start = before.min(out.position());
        for link in document.links.iter().filter(|link| link.start >= cell.start && link.end <= cell.end) {
            out.link_between(start + link.start - cell.start, start + link.end - cell.start, link.href.clone());
        }
        out.end();
        row += 1;
    }
    let (text, blocks, links) = out.finish();
    of(document, text, blocks, links)
}

/// A record of labels and values; long values become prose under their label.
pub fn record(values: &[(&str, &str)]) -> Document {
    let mut fields = crate::fields::Fields::default();
    for (label, value) in values {
        fields.field(label, value);
    }
    let (text, blocks, links) = fields.finish().finish();
    Document {
        sha256: crate::sha256(text.as_bytes()),
        text,
        blocks,
        title: None,
        language: None,
        published_on: None,
        url: None,
        site: None,
        meta: std::collections::BTreeMap::new(),
        links,
    }
}

/// The blocks from one to another.
pub fn blocks(document: &Document, blocks: &[Block]) -> Document {
    let (Some(first), Some(last)) = (blocks.first(), blocks.last()) else {
        return of(document, String::new(), Vec::new(), Vec::new());
    };
    let (start, end) = (first.start, last.end);
    let text = document.text.get(start..end).unwrap_or_default().to_owned();
    let moved = |block: &Block| Block { kind: block.kind, start: block.start - start, end: block.end - start };
    let links = document.links.iter().filter(|link| link.start >= start && link.end <= end);
    let links =
        links.map(|link| Link { start: link.start - start, end: link.end - start, href: link.href.clone() }).collect();
    of(document, text, blocks.iter().map(moved).collect(), links)
}

fn of(document: &Document, text: String, blocks: Vec<Block>, links: Vec<Link>) -> Document {
    Document {
        sha256: crate::sha256(text.as_bytes()),
        language: document.language.clone(),
        title: None,
        published_on: None,
        url: document.url.clone(),
        site: document.site.clone(),
        meta: document.meta.clone(),
        text,
        blocks,
        links,
    }
}
