//! The canonical text and its blocks, built piece by piece.
//!
//! The one place that decides about white space: collapsed within a block, and between blocks exactly
//! one separator, so that the same bytes always give the same offsets.

use fineprint_model::{Block, BlockKind, Link};

/// Text under construction.
#[derive(Debug, Default)]
pub struct Canonical {
    text: String,
    blocks: Vec<Block>,
    links: Vec<Link>,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    kind: BlockKind,
    start: usize,
    /// White space that is written only when a character follows.
    pending: Option<char>,
}

impl Canonical {
    /// Ends the open block, if any, and lets the next characters begin one of this kind.
    pub fn begin(&mut self, kind: BlockKind) {
        self.end();
        self.open = Some(Open { kind, start: usize::MAX, pending: None });
    }

    /// Ends the open block; one without characters is never recorded.
    pub fn end(&mut self) {
        if let Some(open) = self.open.take()
            && open.start != usize::MAX
        {
            self.blocks.push(Block { kind: open.kind, start: open.start, end: self.text.len() });
        }
    }

    /// Adds text, runs of white space as one space.
    pub fn push(&mut self, text: &str) {
        let mut rest = text;
        while let Some(c) = self.words(&mut rest) {
            if is_space(c) { self.gap(' ') } else { self.character(c) }
        }
    }

    /// Takes the letters and signs that a text begins with, as far as they are of one byte each; gives the character after them.
    fn words(&mut self, rest: &mut &str) -> Option<char> {
        let length = rest.bytes().take_while(u8::is_ascii_graphic).count();
        let (plain, tail) = rest.split_at(length);
        let mut characters = plain.chars();
        if let Some(first) = characters.next() {
            self.character(first);
            self.text.push_str(characters.as_str());
        }
        let mut characters = tail.chars();
        let next = characters.next();
        *rest = characters.as_str();
        next
    }

    /// Adds text whose line breaks mean something.
    pub fn push_preformatted(&mut self, text: &str) {
        let mut rest = text;
        while let Some(c) = self.words(&mut rest) {
            match c {
                '\n' => self.gap('\n'),
                c if is_space(c) => self.gap(' '),
                c => self.character(c),
            }
        }
    }

    /// A line break within the block.
    pub fn line_break(&mut self) {
        self.gap('\n');
    }

    /// Where the next character will stand, for a link's start and end.
    pub fn position(&self) -> usize {
        self.text.len()
    }

    /// Where the open block's first character stands or will stand.
    pub fn begun(&self) -> usize {
        let Some(open) = &self.open else { return self.text.len() };
        if open.start != usize::MAX {
            return open.start;
        }
        self.text.len() + self.blocks.last().map_or(0, |last| separator(last.kind, open.kind).len())
    }

    /// Records a link over words that were written before.
    pub fn link_between(&mut self, start: usize, end: usize, href: String) {
        if start < end && self.text.get(start..end).is_some() {
            self.links.push(Link { start, end, href });
        }
    }

    /// Records a link over what was written since `start`.
    pub fn link(&mut self, start: usize, href: String) {
        let words = self.text.get(start..).unwrap_or_default();
        let lead = words.len() - words.trim_start().len();
        let (start, end) = (start + lead, self.text.len());
        if start < end {
            self.links.push(Link { start, end, href });
        }
    }

    /// Text, blocks and links.
    pub fn finish(mut self) -> (String, Vec<Block>, Vec<Link>) {
        self.end();
        (self.text, self.blocks, self.links)
    }

    /// White space to come; a line break outweighs a space.
    fn gap(&mut self, c: char) {
        if let Some(open) = &mut self.open
            && open.start != usize::MAX
            && open.pending != Some('\n')
        {
            open.pending = Some(c);
        }
    }

    fn character(&mut self, c: char) {
        let open = self.open.get_or_insert(Open { kind: BlockKind::Paragraph, start: usize::MAX, pending: None });
        if open.start == usize::MAX {
            // A no-break space is no beginning.
            if c.is_whitespace() {
                return;
            }
            if let Some(last) = self.blocks.last() {
                self.text.push_str(separator(last.kind, open.kind));
            }
            open.start = self.text.len();
        } else if let Some(space) = open.pending.take() {
            self.text.push(space);
        }
        self.text.push(c);
    }
}

fn separator(before: BlockKind, after: BlockKind) -> &'static str {
    match (before, after) {
        (BlockKind::Cell { table: a, row: r, .. }, BlockKind::Cell { table: b, row: s, .. }) if a == b => {
            if r == s {
                "\t"
            } else {
                "\n"
            }
        }
        _ => "\n\n",
    }
}

/// HTML's white space and control characters. No-break and thin spaces stay: they are part of numbers.
fn is_space(c: char) -> bool {
    c.is_control() || matches!(c, ' ' | '\u{feff}' | '\u{2028}' | '\u{2029}')
}
