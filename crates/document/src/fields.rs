//! Data to text: labels and values become the rows of a two-column table, long values paragraphs under their label.
//!
//! So a row of a CSV file, an object of a JSON file and the head of an XML file all arrive as what a page's table of
//! facts arrives as, and one reader of labelled places serves them all.

use fineprint_model::BlockKind;

use crate::canonical::Canonical;

/// A value longer than this, in bytes, is prose and not a cell.
const CELL_MAX: usize = 240;

/// Writes labelled values.
#[derive(Debug, Default)]
pub struct Fields {
    out: Canonical,
    table: u32,
    row: u32,
}

impl Fields {
    /// A label and its value. An empty value is left out: it says nothing.
    pub fn field(&mut self, label: &str, value: &str) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        if value.len() > CELL_MAX || value.contains("\n\n") {
            self.heading(label);
            self.paragraphs(value);
            return;
        }
        let cell = |row, column, table| BlockKind::Cell { table, row, column };
        self.out.begin(cell(self.row, 0, self.table));
        self.out.push(label);
        self.out.begin(cell(self.row, 1, self.table));
        self.out.push(value);
        self.out.end();
        self.row += 1;
    }

    /// A label and an address, as a link.
    pub fn link(&mut self, label: &str, href: &str) {
        self.field(label, href);
        let end = self.out.position();
        if let Some(start) = end.checked_sub(href.len()) {
            self.out.link_between(start, end, href.to_owned());
        }
    }

    /// A heading over what follows.
    pub fn heading(&mut self, label: &str) {
        self.break_table();
        self.out.begin(BlockKind::Heading(3));
        self.out.push(label);
        self.out.end();
    }

    /// Prose: a blank line parts paragraphs, a line end is one.
    pub fn paragraphs(&mut self, text: &str) {
        self.break_table();
        let mut blank = true;
        for line in text.lines() {
            if line.trim().is_empty() {
                blank = true;
                continue;
            }
            if std::mem::take(&mut blank) {
                self.out.begin(BlockKind::Paragraph);
            } else {
                self.out.line_break();
            }
            self.out.push(line);
        }
        self.out.end();
    }

    /// A new record: its rows are a table of their own.
    pub fn record(&mut self) {
        self.break_table();
    }

    /// The text so far, to write into where labels do not do.
    pub fn out(&mut self) -> &mut Canonical {
        self.break_table();
        &mut self.out
    }

    /// What was written.
    pub fn finish(self) -> Canonical {
        self.out
    }

    fn break_table(&mut self) {
        if self.row > 0 {
            self.table += 1;
            self.row = 0;
        }
    }
}
