//! PDF to text, in a process of its own where the program has set one up.
//!
//! A PDF is a tree of objects that a parser walks by recursion, behind compressed streams; a small file can exhaust the
//! stack or the memory of whoever reads it, and both end a process without a word. So the program reads a PDF in a
//! child process of its own, with bounds on memory and time, and a lost child is one refused file.

mod child;
mod layout;
mod page;

use serde::{Deserialize, Serialize};

pub use child::{Helper, read_in_child_processes, serve};

use crate::error::{Error, Result};
use crate::limits::Limits;

/// Letters a page has on average at least, where its text can be read: fewer is a picture with a stamp on it.
const LETTERS_PER_PAGE: usize = 40;

/// What a PDF says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PdfText {
    /// Its text: paragraphs parted by blank lines, their broken lines joined.
    pub text: String,
    /// The title its properties state.
    pub title: Option<String>,
    /// ISO 639-1 code of the language its catalogue states.
    pub language: Option<String>,
    /// How many pages.
    pub pages: usize,
}

/// Why a PDF was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PdfError {
    /// It cannot be parsed.
    #[error("expected a PDF that can be read, found one that is damaged: {0}")]
    Damaged(String),
    /// Its text is behind a password.
    #[error("expected a PDF without a password, found an encrypted one")]
    Encrypted,
    /// It has no page.
    #[error("expected a PDF with pages, found none")]
    NoPages,
    /// It has more pages than the limit.
    #[error("expected a PDF of at most {limit} pages, found {found}")]
    TooManyPages {
        /// [`Limits::max_pages`].
        limit: usize,
        /// Its pages.
        found: usize,
    },
    /// Its pages are pictures.
    #[error("needs OCR: expected pages with text, found {pages} that are pictures")]
    NeedsOcr {
        /// Its pages.
        pages: usize,
    },
    /// It needs more memory, time or depth than it may have.
    #[error("expected a PDF that is read within its bounds: {0}")]
    OutOfBounds(String),
}

/// Reads a PDF: in a child process where one is set up by [`read_in_child_processes`], else here.
///
/// # Errors
/// [`Error::Pdf`].
pub fn read(bytes: &[u8], limits: &Limits) -> Result<PdfText> {
    match child::helper() {
        Some(helper) => helper.read(bytes, limits),
        None => read_here(bytes, limits),
    }
    .map_err(Error::Pdf)
}

/// Reads a PDF in this process. A file made to do harm can end the process.
///
/// # Errors
/// [`PdfError`].
pub fn read_here(bytes: &[u8], limits: &Limits) -> std::result::Result<PdfText, PdfError> {
    let damaged = |error: lopdf::Error| match error {
        lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { limit }) => {
            PdfError::OutOfBounds(format!("a compressed part unpacks to more than {limit} bytes"))
        }
        lopdf::Error::Decryption(_) | lopdf::Error::InvalidPassword => PdfError::Encrypted,
        other => PdfError::Damaged(other.to_string()),
    };
    let options = lopdf::LoadOptions { max_decompressed_size: Some(limits.max_stream_bytes), ..Default::default() };
    let document = lopdf::Document::load_mem_with_options(bytes, options).map_err(damaged)?;
    if document.is_encrypted() {
        return Err(PdfError::Encrypted);
    }
    let pages: Vec<lopdf::ObjectId> = document.page_iter().take(limits.max_pages + 1).collect();
    if pages.is_empty() {
        return Err(PdfError::NoPages);
    }
    if pages.len() > limits.max_pages {
        return Err(PdfError::TooManyPages { limit: limits.max_pages, found: pages.len() });
    }
    let mut layout = layout::Layout::default();
    let mut failed = None;
    let mut budget = limits.max_bytes;
    for id in &pages {
        match page::lines(&document, *id, limits.max_stream_bytes) {
            Ok(lines) => {
                let size: usize = lines.iter().map(|line| line.text.len()).sum();
                budget = budget.checked_sub(size).ok_or_else(|| {
                    PdfError::OutOfBounds(format!("its text is longer than {} bytes", limits.max_bytes))
                })?;
                layout.page(lines);
            }
            // A page that cannot be read loses that page; a file of which none can be read is refused.
            Err(error) => failed = Some(error),
        }
    }
    let text = layout.finish();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    if letters < LETTERS_PER_PAGE * pages.len() {
        return Err(match failed {
            Some(error) if letters == 0 => damaged(error),
            _ => PdfError::NeedsOcr { pages: pages.len() },
        });
    }
    Ok(PdfText { text, title: title(&document), language: language(&document), pages: pages.len() })
}

fn title(document: &lopdf::Document) -> Option<String> {
    let info = document.trailer.get(b"Info").and_then(|info| document.dereference(info)).ok()?.1.as_dict().ok()?;
    let title = lopdf::decode_text_string(document.dereference(info.get(b"Title").ok()?).ok()?.1).ok()?;
    let title = title.trim();
    // What programs put there by themselves is no title.
    let is_file =
        [".doc", ".docx", ".pdf", ".odt", ".rtf", ".indd"].iter().any(|end| title.to_lowercase().ends_with(end));
    let is_default = title.to_lowercase().starts_with("microsoft word") || title.eq_ignore_ascii_case("untitled");
    (title.len() >= 6 && title.contains(' ') && !is_file && !is_default).then(|| title.to_owned())
}

fn language(document: &lopdf::Document) -> Option<String> {
    let stated = document.catalog().ok()?.get(b"Lang").ok()?;
    let stated = lopdf::decode_text_string(document.dereference(stated).ok()?.1).ok()?;
    crate::metadata::language_code(&stated)
}
