#![doc = include_str!("../README.md")]

mod boilerplate;
mod canonical;
pub mod dates;
mod decode;
mod error;
mod html;
mod language;
mod limits;
pub mod markup;
mod metadata;
mod nesting;
mod text;

use std::fmt::Write;

use fineprint_model::{Document, Link};
use sha2::{Digest, Sha256};
use url::Url;

pub use error::{Error, Result};
pub use limits::Limits;

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
}

/// What the bytes hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// HTML of any version.
    Html,
    /// Plain text.
    Text,
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
    let decoded = decode::decode(bytes, charset.as_deref(), host)?;
    if decoded.trim().is_empty() {
        return Err(Error::Empty);
    }
    if is_json(&decoded) {
        return Err(Error::Format { found: "JSON data" });
    }
    let (out, metadata) = match sniff(&decoded, media.as_deref()) {
        Format::Html => {
            nesting::check(&decoded, limits)?;
            html::read(&scraper::Html::parse_document(&decoded), hints.url.as_deref())
        }
        Format::Text => {
            let (out, facts) = text::read(&decoded);
            let url = address.filter(|url| url.scheme().starts_with("http")).map(|url| url.to_string());
            let (title, published_on) = (facts.title, facts.published_on);
            (out, metadata::Metadata { title, published_on, url, ..Default::default() })
        }
    };
    let (mut text, blocks, links) = out.finish();
    let blocks = text::without_tail(&text, blocks);
    text.truncate(blocks.last().map_or(0, |block| block.end));
    if text.is_empty() {
        return Err(Error::Empty);
    }
    let links: Vec<Link> =
        links.into_iter().filter(|link| blocks.binary_search_by(|block| block_order(block, link)).is_ok()).collect();
    let stated = metadata.language.or_else(|| hints.language.clone());
    let published_on = metadata.published_on.or_else(|| date_line(&text, &blocks));
    Ok(Document {
        sha256: hex(&Sha256::digest(bytes)),
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

/// Whether the text is an object or array of JSON: data, not a notice, however much its strings read like one.
fn is_json(text: &str) -> bool {
    let text = text.trim();
    let in_pair = |open: char, close: char| text.starts_with(open) && text.ends_with(close);
    let begins_data = text.get(1..).is_some_and(|rest| rest.trim_start().starts_with(['"', '{', '[']));
    begins_data && (in_pair('{', '}') || in_pair('[', ']'))
}

/// Tells HTML from plain text by what the transport says and the first tags.
pub fn sniff(text: &str, media_type: Option<&str>) -> Format {
    let mut end = text.len().min(4096);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head =
        text.get(..end).unwrap_or(text).trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).to_ascii_lowercase();
    let begins = ["<!doctype html", "<html", "<head", "<body", "<?xml"].iter().any(|tag| head.starts_with(tag));
    if begins || media_type.is_some_and(|media| media.contains("html")) {
        return Format::Html;
    }
    if media_type.is_some_and(|media| media.starts_with("text/plain")) {
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

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
