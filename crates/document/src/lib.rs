#![doc = include_str!("../README.md")]

mod boilerplate;
pub mod bundle;
mod canonical;
pub mod dates;
mod decode;
mod error;
mod fields;
mod html;
mod json;
mod language;
mod limits;
pub mod markup;
mod metadata;
mod nesting;
pub mod part;
pub mod pdf;
mod table;
mod text;
mod xml;

use std::fmt::Write;

use fineprint_model::{Document, Link};
use sha2::{Digest, Sha256};
use url::Url;

pub use error::{Error, Result};
pub use limits::Limits;
pub use table::separator;

/// What the caller knows about the bytes. All of it may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// As the transport stated it: `text/html; charset=iso-8859-15`.
    pub media_type: Option<String>,
    /// The encoding's label, where it is known apart from the media type.
    pub charset: Option<String>,
    /// Where the document was found; makes relative links absolute.
    pub url: Option<String>,
    /// ISO 639-1 code, used where the document states no language.
    pub language: Option<String>,
    /// A file's name, whose ending tells what is in it where the bytes do not.
    pub name: Option<String>,
}

/// What the bytes hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// HTML of any version.
    Html,
    /// Plain text.
    Text,
    /// PDF.
    Pdf,
    /// XML other than a page.
    Xml,
    /// JSON.
    Json,
    /// Separated values.
    Csv,
}

/// Reads a document within the default [`Limits`].
///
/// # Errors
/// [`Error`], where the bytes are no text, too large, or a page that would take a parser too long.
pub fn read(bytes: &[u8], hints: &Hints) -> Result<Document> {
    read_within(bytes, hints, &Limits::default())
}

/// Reads a document within given limits.
///
/// # Errors
/// As [`read`].
pub fn read_within(bytes: &[u8], hints: &Hints, limits: &Limits) -> Result<Document> {
    if bytes.len() > limits.max_bytes {
        return Err(Error::TooLarge { limit: limits.max_bytes, found: bytes.len() });
    }
    let address = hints.url.as_deref().and_then(|url| Url::parse(url).ok());
    let host = address.as_ref().and_then(Url::host_str);
    let media = hints.media_type.as_deref().map(str::to_ascii_lowercase);
    let charset = hints.charset.clone().or_else(|| media.as_deref().and_then(charset_of));
    let (out, metadata) = if is_pdf(bytes) {
        of_pdf(pdf::read(bytes, limits)?, address.as_ref())
    } else if bytes.len() > limits.max_text_bytes {
        return Err(Error::TooLarge { limit: limits.max_text_bytes, found: bytes.len() });
    } else {
        let decoded = decode::decode(bytes, charset.as_deref(), host)?;
        if decoded.trim().is_empty() {
            return Err(Error::Empty);
        }
        of_text(&decoded, hints, media.as_deref(), address.as_ref(), limits)?
    };
    let (mut text, blocks, links) = out.finish();
    // Data have no tail of standing sentences, and their last row is as good as their first.
    let is_data =
        blocks.iter().any(|block| matches!(block.kind, fineprint_model::BlockKind::Cell { .. })) && metadata.is_data;
    let blocks = if is_data { blocks } else { text::without_tail(&text, blocks) };
    text.truncate(blocks.last().map_or(0, |block| block.end));
    if text.is_empty() {
        return Err(Error::Empty);
    }
    let links: Vec<Link> =
        links.into_iter().filter(|link| blocks.binary_search_by(|block| block_order(block, link)).is_ok()).collect();
    let stated = metadata.language.or_else(|| hints.language.clone());
    let published_on = metadata.published_on.or_else(|| date_line(&text, &blocks));
    Ok(Document {
        sha256: sha256(bytes),
        language: language::of(&text, stated),
        title: metadata.title,
        published_on,
        url: metadata.url,
        site: metadata.site,
        meta: metadata.meta,
        text,
        blocks,
        links,
    })
}

/// The bytes as text, whatever its encoding, and without looking at what it says.
///
/// # Errors
/// [`Error`], where the bytes are no text or more than the limit.
pub fn text_of<'a>(bytes: &'a [u8], hints: &Hints) -> Result<std::borrow::Cow<'a, str>> {
    let media = hints.media_type.as_deref().map(str::to_ascii_lowercase);
    let charset = hints.charset.clone().or_else(|| media.as_deref().and_then(charset_of));
    decode::decode(bytes, charset.as_deref(), None)
}

/// Whether the bytes are a PDF: its mark may stand behind a few stray bytes.
fn is_pdf(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
    let Some(at) = head.windows(5).position(|window| window == b"%PDF-") else { return false };
    // A text that speaks of the mark has words before it.
    !head.get(..at).unwrap_or_default().iter().any(u8::is_ascii_alphabetic)
}

fn of_pdf(read: pdf::PdfText, address: Option<&Url>) -> (canonical::Canonical, metadata::Metadata) {
    let (out, facts) = text::read(&read.text);
    let metadata = metadata::Metadata {
        title: facts.title.or(read.title),
        published_on: facts.published_on,
        language: read.language,
        url: web_address(address),
        ..Default::default()
    };
    (out, metadata)
}

/// Decoded text of any format.
fn of_text(
    decoded: &str,
    hints: &Hints,
    media: Option<&str>,
    address: Option<&Url>,
    limits: &Limits,
) -> Result<(canonical::Canonical, metadata::Metadata)> {
    let data = |out| (out, metadata::Metadata { url: web_address(address), is_data: true, ..Default::default() });
    Ok(match sniff(decoded, media, hints.name.as_deref()) {
        Format::Html => {
            nesting::check(decoded, limits)?;
            html::read(&scraper::Html::parse_document(decoded), hints.url.as_deref())
        }
        Format::Xml => {
            let read = xml::read(decoded, limits)?;
            let metadata = metadata::Metadata {
                title: read.title,
                language: read.language,
                meta: read.meta,
                url: web_address(address),
                is_data: true,
                ..Default::default()
            };
            (read.fields.finish(), metadata)
        }
        Format::Json => data(json::read(decoded, limits)?),
        Format::Csv => data(table::read(decoded, limits)?),
        Format::Text | Format::Pdf => {
            let (out, facts) = text::read(decoded);
            let (title, published_on, url) = (facts.title, facts.published_on, web_address(address));
            (out, metadata::Metadata { title, published_on, url, ..Default::default() })
        }
    })
}

fn web_address(address: Option<&Url>) -> Option<String> {
    address.filter(|url| url.scheme().starts_with("http")).map(Url::to_string)
}

/// Tells the formats of text apart by what the transport says, the file's name and the first characters.
pub fn sniff(text: &str, media_type: Option<&str>, name: Option<&str>) -> Format {
    let mut end = text.len().min(4096);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let start = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let head =
        text.get(..end).unwrap_or(text).trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).to_ascii_lowercase();
    let says = |wanted: &str| media_type.is_some_and(|media| media.contains(wanted));
    let is_called = |ending: &str| {
        name.and_then(|name| name.rsplit_once('.')).is_some_and(|(_, own)| own.eq_ignore_ascii_case(ending))
    };
    if json::is_json(text) {
        return Format::Json;
    }
    if xml::is_xml(start) {
        return Format::Xml;
    }
    let begins = ["<!doctype html", "<html", "<head", "<body", "<?xml"].iter().any(|tag| head.starts_with(tag));
    if begins || says("html") {
        return Format::Html;
    }
    if says("csv") || is_called("csv") || is_called("tsv") {
        return Format::Csv;
    }
    if says("text/plain") {
        return Format::Text;
    }
    let tags = [
        "<p>", "<p ", "<div", "<table", "<h1", "<h2", "<title>", "<article", "<main", "<meta ", "<br>", "<br/>",
        "<br />",
    ];
    let is_page = tags.iter().any(|tag| head.contains(tag));
    if is_page && (head.starts_with('<') || head.contains("</")) { Format::Html } else { Format::Text }
}

fn block_order(block: &fineprint_model::Block, link: &Link) -> std::cmp::Ordering {
    if block.end < link.end {
        std::cmp::Ordering::Less
    } else if block.start > link.start {
        std::cmp::Ordering::Greater
    } else {
        std::cmp::Ordering::Equal
    }
}

/// A block near the top that is a date and little else.
fn date_line(text: &str, blocks: &[fineprint_model::Block]) -> Option<fineprint_model::PartialDate> {
    let top = blocks.iter().take(6).filter(|block| !matches!(block.kind, fineprint_model::BlockKind::Cell { .. }));
    top.filter_map(|block| text.get(block.start..block.end)).find_map(dates::line)
}

fn charset_of(media: &str) -> Option<String> {
    let label = media.split_once("charset=")?.1.trim_matches(['"', '\'', ' ']);
    label.split([';', '"', ' ']).next().map(ToOwned::to_owned)
}

/// SHA-256 in hexadecimal digits.
fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
