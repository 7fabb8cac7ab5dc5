//! What researchers already hold: pages and exports of a wiki, a tracker's file, spreadsheets.
//!
//! An import reads what others wrote down. Its claims say so by their method, and each keeps the licence of where it came
//! from; a row that cannot be read is told with its place, and the rest goes on.

mod mapping;
mod table;
mod wikitext;

use std::io::BufRead;

use fineprint_model::{Draft, Method, PartialDate};

use crate::error::{Error, Result};
use crate::reading::{Input, Reading, read};

pub use mapping::{Mapping, MappingError};

/// What kind of file is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImportKind {
    /// A page of GDPRhub as served.
    GdprhubHtml,
    /// An export of GDPRhub's pages (`Special:Export`), or the wikitext of one page.
    GdprhubWikitext,
    /// The file behind the enforcement tracker's table.
    TrackerJson,
    /// Separated values with a mapping of their columns.
    Csv,
}

impl ImportKind {
    /// What a file is by its name and first bytes; `None` where they do not tell.
    pub fn of(name: &str, head: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(head);
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
        if text.contains("<mediawiki") || text.contains("{{DPAdecisionBOX") || text.contains("{{COURTdecisionBOX") {
            Some(Self::GdprhubWikitext)
        } else if ending == "json" || text.contains("\"ETid-") {
            Some(Self::TrackerJson)
        } else if matches!(ending.as_str(), "csv" | "tsv") {
            Some(Self::Csv)
        } else if matches!(ending.as_str(), "html" | "htm") {
            Some(Self::GdprhubHtml)
        } else {
            None
        }
    }
}

/// A file to import.
#[derive(Debug, Clone, Copy)]
pub struct Import<'a> {
    /// What messages call it.
    pub name: &'a str,
    /// What it is.
    pub kind: ImportKind,
    /// The columns of a table; needed for [`ImportKind::Csv`].
    pub mapping: Option<&'a Mapping>,
    /// The day it is imported.
    pub retrieved_on: Option<PartialDate>,
}

/// A row or page of an imported file that was not read, or a value of it that was left out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{file}`, row {row}{}: expected {expected}, found {found}", column.as_ref().map(|name| format!(", column `{name}`")).unwrap_or_default())]
pub struct RowError {
    /// The file.
    pub file: String,
    /// The row, page or record, from 1; in a table the head is row 1.
    pub row: usize,
    /// The column; `None` where the row as a whole is meant.
    pub column: Option<String>,
    /// What should stand there.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

/// What is handed out for each row: a draft, or what is wrong with the row or one of its values.
pub type Row = std::result::Result<Draft, RowError>;

/// Reads a file row by row and hands out what it holds. A row may yield a draft and errors about single values. An answer of
/// `false` ends the reading.
///
/// # Errors
/// [`Error::Import`] where the file as a whole is not what it should be; [`Error::Document`] as [`read`].
pub fn import(source: &mut dyn BufRead, import: &Import<'_>, each: &mut dyn FnMut(Row) -> bool) -> Result<()> {
    match import.kind {
        ImportKind::GdprhubWikitext => wikitext::import(source, import, each),
        ImportKind::Csv => table::import(&whole(source, import)?, import, each),
        ImportKind::GdprhubHtml => one(&whole(source, import)?, import, "gdprhub", each),
        ImportKind::TrackerJson => one(&whole(source, import)?, import, "enforcementtracker", each),
    }
}

/// Most bytes of a file that is read whole.
const MAX_BYTES: u64 = 256 << 20;

fn whole(source: &mut dyn BufRead, import: &Import<'_>) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = std::io::Read::read_to_end(&mut std::io::Read::take(source, MAX_BYTES + 1), &mut bytes);
    read.map_err(|error| refused(import, error.to_string()))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX_BYTES) {
        return Err(refused(import, format!("expected at most {MAX_BYTES} bytes, found more")));
    }
    Ok(bytes)
}

fn refused(import: &Import<'_>, reason: String) -> Error {
    Error::Import { name: import.name.to_owned(), reason }
}

/// A file that a source's own reader takes whole.
fn one(bytes: &[u8], import: &Import<'_>, source: &str, each: &mut dyn FnMut(Row) -> bool) -> Result<()> {
    let input =
        Input { bytes, name: import.name, source: Some(source), retrieved_on: import.retrieved_on, ..Input::default() };
    hand_out(read(&input)?, import, None, each);
    Ok(())
}

/// Hands out a reading's drafts, marked as imported, and what yielded none; `row` is the page's number where the file holds
/// several.
fn hand_out(reading: Reading, import: &Import<'_>, row: Option<usize>, each: &mut dyn FnMut(Row) -> bool) -> bool {
    let lacks = |row: usize, reason: &crate::SkipReason| RowError {
        file: import.name.to_owned(),
        row,
        column: None,
        expected: format!("a case with its {}", reason.missing().join(", ")),
        found: reason.to_string(),
    };
    let mut errors: Vec<RowError> = reading.skipped_rows.iter().map(|(part, reason)| lacks(*part, reason)).collect();
    if reading.rows == 0 {
        errors.extend(reading.skipped.as_ref().map(|reason| lacks(row.unwrap_or(1), reason)));
    }
    let drafts = reading.drafts.into_iter().map(|draft| Ok(imported(draft)));
    drafts.chain(errors.into_iter().map(Err)).all(each)
}

/// A draft whose labelled places were filled in by others.
fn imported(mut draft: Draft) -> Draft {
    for claim in draft.claims.iter_mut().filter(|claim| claim.method == Method::Structured) {
        claim.method = Method::Imported;
    }
    draft
}
