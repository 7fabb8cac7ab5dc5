//! Bytes to characters: what the transport says, else the byte order mark, else the page's own
//! declaration, else a guess from the bytes.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::error::{Error, Result};

/// Bytes of the beginning in which a declaration is looked for.
const HEAD_BYTES: usize = 4096;

/// Formats that a name or a server often gives out as text, by their first bytes.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"PK\x03\x04", "a ZIP archive (or an office document, which is one)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
];

/// The text of the bytes.
///
/// # Errors
/// [`Error::Empty`], [`Error::Format`] or [`Error::Binary`] where there is no text to be had.
pub fn decode<'a>(bytes: &'a [u8], charset: Option<&str>, host: Option<&str>) -> Result<Cow<'a, str>> {
    if bytes.is_empty() {
        return Err(Error::Empty);
    }
    if let Some((_, found)) = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)) {
        return Err(Error::Format { found });
    }
    let mark = Encoding::for_bom(bytes);
    let transport = charset.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    let is_wide = |encoding| encoding == UTF_16LE || encoding == UTF_16BE;
    if !transport.is_some_and(is_wide)
        && !mark.is_some_and(|(encoding, _)| is_wide(encoding))
        && let Some(offset) = bytes.iter().position(|b| *b == 0)
    {
        return Err(Error::Binary { offset });
    }
    let body = mark.map_or(bytes, |(_, length)| bytes.get(length..).unwrap_or_default());
    let encoding = transport.or(mark.map(|(encoding, _)| encoding)).or_else(|| declared(bytes));
    if let Some(encoding) = encoding {
        let (text, wrong) = encoding.decode_without_bom_handling(body);
        // A page that calls itself UTF-8 and is not was saved by a tool that kept the declaration.
        if !(wrong && encoding == UTF_8) {
            return Ok(text);
        }
        let share = text.matches('\u{fffd}').count() * 200;
        if share < text.len() {
            return Ok(text);
        }
    }
    if let Ok(text) = std::str::from_utf8(body) {
        return Ok(Cow::Borrowed(text));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(body, true);
    let tld = host.and_then(|host| host.rsplit('.').next()).filter(|tld| tld.bytes().all(|b| b.is_ascii_lowercase()));
    let (text, _) = detector.guess(tld.map(str::as_bytes), Utf8Detection::Deny).decode_without_bom_handling(body);
    Ok(text)
}

/// The encoding that the page's `meta` or XML declaration names.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(HEAD_BYTES))?;
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let mut at = 0;
    while let Some(open) = head.get(at..).and_then(|rest| rest.find('<')).map(|found| at + found) {
        let tag_end = head.get(open..).and_then(|rest| rest.find('>')).map_or(head.len(), |end| open + end);
        let tag = head.get(open..tag_end).unwrap_or_default();
        let label = if tag.starts_with("<meta") {
            after(tag, "charset")
        } else if tag.starts_with("<?xml") {
            after(tag, "encoding")
        } else {
            None
        };
        if let Some(encoding) = label.and_then(|label| Encoding::for_label(label.as_bytes())) {
            // ASCII could be read, so the declaration cannot be true; the standard says UTF-8 then.
            return Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding });
        }
        at = tag_end.max(open + 1);
    }
    None
}

/// The word after `key=`, with or without quotes.
fn after<'a>(tag: &'a str, key: &str) -> Option<&'a str> {
    let rest = tag.get(tag.find(key)? + key.len()..)?.trim_start().strip_prefix('=')?;
    let rest = rest.trim_start().trim_start_matches(['"', '\'']);
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.:".contains(c))).unwrap_or(rest.len());
    rest.get(..end).filter(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_source_of_the_encoding_counts_in_its_order() {
        let euro_15 = b"<meta charset=iso-8859-15><p>10 \xa4</p>";
        assert!(decode(euro_15, None, None).unwrap().contains("10 €"), "the page's own word");
        assert!(decode(euro_15, Some("windows-1252"), None).unwrap().contains("10 ¤"), "transport before page");
        let old = b"<META http-equiv='Content-Type' content='text/html; charset=ISO-8859-15'> \xa4";
        assert!(decode(old, None, None).unwrap().ends_with('€'));
        let xml = b"<?xml version='1.0' encoding='iso-8859-15'?><p>\xa4</p>";
        assert!(decode(xml, None, None).unwrap().contains('€'));
        assert_eq!(decode(b"\xef\xbb\xbf<meta charset=latin1>\xc3\xa9", None, None).unwrap(), "<meta charset=latin1>é");
        assert_eq!(decode(b"\xff\xfeh\0\xe9\0", None, None).unwrap(), "hé");
        assert_eq!(decode(b"\xfe\xff\0h\0\xe9", None, None).unwrap(), "hé");
        assert_eq!(decode("déjà".as_bytes(), None, None).unwrap(), "déjà");
        assert_eq!(decode("<meta charset=utf-16>é".as_bytes(), None, None).unwrap(), "<meta charset=utf-16>é");
    }

    #[test]
    fn nothing_said_is_guessed_and_a_false_utf8_is_seen_through() {
        let french = b"La soci\xe9t\xe9 a \xe9t\xe9 condamn\xe9e \xe0 une amende de 10 000 euros.";
        assert!(decode(french, None, Some("cnil.fr")).unwrap().contains("société a été condamnée à"));
        let mut lying = b"<meta charset=utf-8>".to_vec();
        lying.extend_from_slice(french);
        assert!(decode(&lying, None, None).unwrap().contains("société"));
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_name() {
        assert_eq!(decode(b"", None, None), Err(Error::Empty));
        assert!(matches!(decode(b"PK\x03\x04..", None, None), Err(Error::Format { .. })));
        assert_eq!(decode(b"ab\0c", None, None), Err(Error::Binary { offset: 2 }));
        let message = decode(b"\x89PNG\r\n", None, None).unwrap_err().to_string();
        assert_eq!(message, "expected a page, text, PDF, XML, JSON or CSV, found a PNG image");
    }
}
