//! A document as the rest of the program sees it: canonical text with stable offsets.
//!
//! The type lives here because both the reader that makes it and the recognisers that read it need
//! it, and neither knows the other. It does no reading itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::claim::Evidence;
use crate::date::PartialDate;

/// A document after decoding and cleaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// SHA-256 of the bytes as they were read, 64 lower-case hex digits.
    pub sha256: String,
    /// The canonical text. Every offset anywhere counts UTF-8 bytes of this.
    pub text: String,
    /// What the text consists of, in order, without overlap; between two blocks stands white space.
    pub blocks: Vec<Block>,
    /// The page's title, without the site's name where that can be told.
    pub title: Option<String>,
    /// ISO 639-1 code: what the document states, else what its words suggest; `None` where neither is sure.
    pub language: Option<String>,
    /// When the page says it was published.
    pub published_on: Option<PartialDate>,
    /// Canonical address, from the page or the caller.
    pub url: Option<String>,
    /// The site's name as the page states it.
    pub site: Option<String>,
    /// `meta` name or property in lower case -> content.
    pub meta: BTreeMap<String, String>,
    /// Links within the canonical text.
    pub links: Vec<Link>,
}

/// A run of text with one role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// First byte in the canonical text.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// The role of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BlockKind {
    /// The document's title, where the body repeats it.
    Title,
    /// A heading and its level, 1 to 6.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// An item of a list.
    Item,
    /// A cell: table of the document, row and column, all from 0.
    Cell {
        /// Which table.
        table: u32,
        /// Which row.
        row: u32,
        /// Which cell of the row.
        column: u32,
    },
    /// A quotation.
    Quote,
    /// Preformatted text, as of a whole decision.
    Preformatted,
}

/// A link within the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// First byte of the linked words.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Where it leads, absolute where a base address is known.
    pub href: String,
}

impl Document {
    /// The text of a block.
    pub fn block_text(&self, block: &Block) -> &str {
        self.text.get(block.start..block.end).unwrap_or_default()
    }

    /// Evidence for a span; `None` where the span does not lie on character boundaries within the text.
    pub fn evidence(&self, start: usize, end: usize) -> Option<Evidence> {
        let quote = self.text.get(start..end)?;
        Some(Evidence { document_sha256: self.sha256.clone(), start, end, quote: quote.to_owned() })
    }

    /// Whether the words of the evidence stand where it says.
    pub fn supports(&self, evidence: &Evidence) -> bool {
        evidence.document_sha256 == self.sha256
            && self.text.get(evidence.start..evidence.end) == Some(evidence.quote.as_str())
    }

    /// Rows of each table: for each row its cells in order.
    pub fn tables(&self) -> Vec<Vec<Vec<&Block>>> {
        let mut tables: Vec<Vec<Vec<&Block>>> = Vec::new();
        let mut last = None;
        for block in &self.blocks {
            if let BlockKind::Cell { table, row, .. } = block.kind {
                match last {
                    Some((t, r)) if (t, r) == (table, row) => {}
                    Some((t, _)) if t == table => {
                        if let Some(rows) = tables.last_mut() {
                            rows.push(Vec::new());
                        }
                    }
                    _ => tables.push(vec![Vec::new()]),
                }
                last = Some((table, row));
                if let Some(cells) = tables.last_mut().and_then(|rows| rows.last_mut()) {
                    cells.push(block);
                }
            }
        }
        tables
    }
}
