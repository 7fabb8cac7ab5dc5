//! WARC 1.1 (ISO 28500:2017), as much of it as an archive of fetched pages needs: `warcinfo`, `response` and `revisit`
//! records, each a gzip member of its own, so that a record is read by its place without what stands before it.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::page::Page;

/// The revisit profile of a body that is in the archive already.
pub(crate) const SAME_PAYLOAD: &str = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest";
/// The revisit profile of an answer 304.
pub(crate) const NOT_MODIFIED: &str = "http://netpreserve.org/warc/1.1/revisit/server-not-modified";

/// Longest record that is read, decompressed, in bytes: a guard against a damaged or hostile file.
const MAX_RECORD: u64 = 1 << 30;

/// Longest head of a record or of an HTTP answer, in bytes.
const MAX_HEAD: u64 = 1 << 20;

/// A record: its named fields in order, and its block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    fields: Vec<(String, String)>,
    /// For a response the whole HTTP answer, head and body, as received.
    pub block: Vec<u8>,
}

impl Record {
    /// A record of a type, with its date and block; identity and digests are worked out from them.
    pub(crate) fn new(kind: &str, date: &str, block: Vec<u8>) -> Self {
        let fields = vec![("WARC-Type".to_owned(), kind.to_owned()), ("WARC-Date".to_owned(), date.to_owned())];
        Self { fields, block }
    }

    /// The first value of a field; names are compared without case.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Adds a field. Line feeds, which would begin another field, become spaces.
    pub(crate) fn with(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.fields.push((name.to_owned(), value.as_ref().replace(['\r', '\n'], " ")));
        self
    }

    /// The record as a gzip member. Its identity follows from what it says and where it stands (`place`), so that the same
    /// answers fetched again make the same bytes.
    pub(crate) fn to_member(&self, place: &str) -> Vec<u8> {
        let digest = sha256(&self.block);
        let mut seed = Sha256::new();
        seed.update(place);
        for (name, value) in &self.fields {
            seed.update(format!("\n{name}: {value}"));
        }
        seed.update(&digest);
        let mut head = String::from("WARC/1.1\r\n");
        for (name, value) in self.fields.iter().chain(&[
            ("WARC-Record-ID".to_owned(), format!("<urn:uuid:{}>", uuid(&seed.finalize()))),
            ("WARC-Block-Digest".to_owned(), format!("sha256:{digest}")),
            ("Content-Length".to_owned(), self.block.len().to_string()),
        ]) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        // Writing to memory does not fail.
        let _ = encoder.write_all(head.as_bytes());
        let _ = encoder.write_all(&self.block);
        let _ = encoder.write_all(b"\r\n\r\n");
        encoder.finish().unwrap_or_default()
    }

    /// Status, header fields and body of the HTTP answer in the block; `None` where it holds none.
    pub(crate) fn answer(&self) -> Option<Answer<'_>> {
        let end = self.block.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&self.block[..end]).into_owned();
        let mut lines = head.lines();
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let fields = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
        Some(Answer { status, fields: fields.collect(), body: &self.block[end + 4..] })
    }
}

/// An HTTP answer within a record.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    fields: Vec<(String, String)>,
    pub(crate) body: &'a [u8],
}

impl Answer<'_> {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// SHA-256 as 64 lower-case hex digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A UUID of version 8 (RFC 9562: of the maker's own making) from the first bytes of a hash.
fn uuid(hash: &[u8]) -> String {
    let mut bytes: Vec<u8> = hash.iter().copied().take(16).collect();
    bytes.resize(16, 0);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let text = hex(&bytes);
    format!("{}-{}-{}-{}-{}", &text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..])
}

/// Whether a file is a WARC file, by its first bytes, of which 512 are enough; packed or not.
pub fn is_warc(head: &[u8]) -> bool {
    let mut unpacked = [0; 7];
    let is_packed = head.starts_with(b"\x1f\x8b") && GzDecoder::new(head).read_exact(&mut unpacked).is_ok();
    head.starts_with(b"WARC/1.") || (is_packed && unpacked == *b"WARC/1.")
}

/// The records of a WARC file from a place on, each with its place and length in bytes.
pub struct Reader<R = BufReader<File>> {
    path: std::path::PathBuf,
    input: Counted<R>,
    is_done: bool,
}

/// What is read, and how far.
struct Counted<R> {
    input: R,
    at: u64,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let ready = self.fill_buf()?;
        let length = ready.len().min(into.len());
        into[..length].copy_from_slice(&ready[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, length: usize) {
        self.at += length as u64;
        self.input.consume(length);
    }
}

impl Reader {
    /// Opens a file at a place where a record begins.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn open(path: &Path, at: u64) -> Result<Self> {
        let mut file = File::open(path).map_err(Error::io("open", path))?;
        file.seek(SeekFrom::Start(at)).map_err(Error::io("read", path))?;
        Ok(Self { path: path.to_owned(), input: Counted { input: BufReader::new(file), at }, is_done: false })
    }
}

impl<R: BufRead> Reader<R> {
    /// Reads what does not come from a file, from its beginning. `name` is what messages call it.
    pub fn over(name: &Path, input: R) -> Self {
        Self { path: name.to_owned(), input: Counted { input, at: 0 }, is_done: false }
    }

    /// The pages among the records: answers with status 200, their bodies decoded. One whose body does not decode is an
    /// error in its place; damage of the file ends it.
    pub fn pages(self) -> impl Iterator<Item = Result<Page>> {
        let path = self.path.clone();
        self.filter_map(move |record| match record {
            Ok((at, _, record)) => page(&record)
                .map(|page| page.map_err(|found| Error::Damaged { path: path.clone(), at, expected: BODY, found })),
            Err(error) => Some(Err(error)),
        })
    }

    fn read(&mut self) -> Result<Option<(u64, u64, Record)>> {
        let (path, at) = (self.path.clone(), self.input.at);
        if self.input.fill_buf().map_err(Error::io("read", &path))?.is_empty() {
            return Ok(None);
        }
        let record =
            read_record(&mut self.input).map_err(|(expected, found)| Error::Damaged { path, at, expected, found })?;
        Ok(Some((at, self.input.at - at, record)))
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    /// Place, length, record. After an error nothing more comes: where the next record begins is not known.
    type Item = Result<(u64, u64, Record)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        let next = self.read().transpose();
        self.is_done = !matches!(next, Some(Ok(_)));
        next
    }
}

/// What a page's record must have.
const BODY: &str = "a body that decodes";

/// Longest page that is handed out, decoded, in bytes.
const MAX_PAGE: u64 = 512 << 20;

/// The page in a record; `None` where it holds none.
fn page(record: &Record) -> Option<std::result::Result<Page, String>> {
    let is_response = record.field("WARC-Type") == Some("response");
    let answer = record.answer().filter(|answer| is_response && answer.status == 200)?;
    // WARC 1.0 writes addresses in angle brackets, as some of its makers still do.
    let url = record.field("WARC-Target-URI")?.trim_matches(['<', '>']).to_owned();
    let at = record.field("WARC-Date").unwrap_or_default().to_owned();
    let in_pieces = answer.field("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked"));
    let body = if in_pieces { joined(answer.body) } else { Ok(answer.body.to_vec()) };
    let media_type = answer.field("content-type").map(ToOwned::to_owned);
    let encoding = answer.field("content-encoding");
    let body = body.and_then(|body| decoded(&body, encoding, MAX_PAGE).map_err(|error| error.to_string()));
    Some(body.map(|body| Page { url, at, media_type, body }))
}

/// A body that was sent in pieces, as other archives keep it (RFC 9112, 7.1).
fn joined(mut sent: &[u8]) -> std::result::Result<Vec<u8>, String> {
    let mut body = Vec::new();
    loop {
        let end = sent.windows(2).position(|pair| pair == b"\r\n").ok_or("a piece without a length")?;
        let head = String::from_utf8_lossy(&sent[..end]);
        let digits = head.split(';').next().unwrap_or_default().trim();
        let length = usize::from_str_radix(digits, 16).map_err(|_| format!("a piece of length `{digits}`"))?;
        sent = &sent[end + 2..];
        if length == 0 {
            return Ok(body);
        }
        let piece = sent.get(..length).ok_or("a piece that is cut off")?;
        body.extend_from_slice(piece);
        sent = sent.get(length + 2..).ok_or("a piece that is cut off")?;
    }
}

type Unexpected = (&'static str, String);

fn failed(expected: &'static str) -> impl Fn(std::io::Error) -> Unexpected {
    move |error| (expected, error.to_string())
}

/// Reads one record: a gzip member, or as it is.
fn read_record(input: &mut impl BufRead) -> Result<Record, Unexpected> {
    let is_packed = input.fill_buf().map_err(failed("a record"))?.starts_with(b"\x1f\x8b");
    if !is_packed {
        return read_plain(input);
    }
    let mut member = BufReader::new(GzDecoder::new(input));
    let record = read_plain(&mut member)?;
    // To the end of the member, whose checksum is verified there.
    let mut rest = Vec::new();
    (&mut member).take(1).read_to_end(&mut rest).map_err(failed("the end of a gzip member"))?;
    if rest.is_empty() { Ok(record) } else { Err(("the end of a gzip member", "more bytes".to_owned())) }
}

fn read_plain(input: &mut impl BufRead) -> Result<Record, Unexpected> {
    let mut head = String::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = input.take(MAX_HEAD).read_until(b'\n', &mut line).map_err(failed("a gzip member"))?;
        if read == 0 || head.len() as u64 > MAX_HEAD {
            return Err(("the end of a record's head", "none".to_owned()));
        }
        if line == b"\r\n" || line == b"\n" {
            break;
        }
        head.push_str(&String::from_utf8_lossy(&line));
    }
    let mut lines = head.lines();
    let version = lines.next().unwrap_or_default();
    if !version.starts_with("WARC/1.") {
        let shown: String = version.chars().take(40).collect();
        return Err(("`WARC/1.0` or `WARC/1.1`", format!("`{shown}`")));
    }
    let fields: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let record = Record { fields, block: Vec::new() };
    let length: u64 = record.field("Content-Length").and_then(|value| value.parse().ok()).unwrap_or(u64::MAX);
    if length > MAX_RECORD {
        return Err((
            "a `Content-Length` of at most 1 GiB",
            record.field("Content-Length").unwrap_or("none").to_owned(),
        ));
    }
    let mut block = Vec::new();
    input.take(length).read_to_end(&mut block).map_err(failed("a whole block"))?;
    if block.len() as u64 != length {
        return Err(("a whole block", format!("{} of {length} bytes", block.len())));
    }
    let mut rest = Vec::new();
    input.take(4).read_to_end(&mut rest).map_err(failed("the end of a record"))?;
    if rest != b"\r\n\r\n" {
        return Err(("two line feeds after the block", format!("{} other bytes", rest.len())));
    }
    Ok(Record { block, ..record })
}

/// A body as it was before the transport encoded it (`gzip`, `deflate` are undone), at most `limit` bytes.
pub(crate) fn decoded(body: &[u8], encoding: Option<&str>, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut decoded = Vec::new();
    match encoding.map(str::to_ascii_lowercase).as_deref() {
        None | Some("" | "identity") => return Ok(body.to_vec()),
        Some("gzip" | "x-gzip") => flate2::read::MultiGzDecoder::new(body).take(limit + 1).read_to_end(&mut decoded)?,
        Some("deflate") => flate2::read::ZlibDecoder::new(body).take(limit + 1).read_to_end(&mut decoded)?,
        Some(other) => return Err(std::io::Error::other(format!("expected gzip or no encoding, found `{other}`"))),
    };
    if decoded.len() as u64 > limit {
        return Err(std::io::Error::other(format!("expected at most {limit} bytes, found more")));
    }
    Ok(decoded)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn response(url: &str, body: &[u8]) -> Record {
        let block = [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", body].concat();
        Record::new("response", "2031-01-02T03:04:05Z", block).with("WARC-Target-URI", url)
    }

    #[test]
    fn records_come_back_one_by_one_and_by_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.warc.gz");
        let records = [response("https://a.example/1", b"one"), response("https://a.example/2", b"\r\n\r\ntwo\0")];
        let members: Vec<Vec<u8>> = records.iter().map(|record| record.to_member("a")).collect();
        std::fs::write(&path, members.concat()).unwrap();
        let read: Vec<(u64, u64, Record)> = Reader::open(&path, 0).unwrap().map(Result::unwrap).collect();
        assert_eq!(read.len(), 2);
        assert_eq!((read[0].0, read[0].1), (0, members[0].len() as u64));
        assert_eq!(read[1].2.block, records[1].block);
        let (_, _, second) = Reader::open(&path, read[1].0).unwrap().next().unwrap().unwrap();
        assert_eq!(second.field("warc-target-uri"), Some("https://a.example/2"));
        let answer = second.answer().unwrap();
        assert_eq!(
            (answer.status, answer.field("content-type"), answer.body),
            (200, Some("text/html"), &b"\r\n\r\ntwo\0"[..])
        );
    }

    #[test]
    fn pages_are_read_out_of_archives_of_ours_and_of_others() {
        let in_pieces =
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n4;x=y\r\n two\r\n0\r\n\r\n".to_vec();
        let cut = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\none".to_vec();
        let missing = b"HTTP/1.1 404 Not Found\r\n\r\nno".to_vec();
        let with = |kind: &str, url: &str, block: Vec<u8>| {
            Record::new(kind, "2031-01-02T03:04:05Z", block).with("WARC-Target-URI", url)
        };
        let records = [
            with("warcinfo", "x", b"software: x".to_vec()),
            response("https://a.example/1", b"one"),
            with("response", "<https://a.example/2>", in_pieces),
            with("response", "https://a.example/3", cut),
            with("response", "https://a.example/4", missing),
            with("request", "https://a.example/5", b"GET / HTTP/1.1\r\n\r\n".to_vec()),
        ];
        let packed: Vec<u8> = records.iter().flat_map(|record| record.to_member("a")).collect();
        let mut plain = Vec::new();
        flate2::read::MultiGzDecoder::new(&packed[..]).read_to_end(&mut plain).unwrap();
        for bytes in [packed, plain] {
            assert!(is_warc(&bytes[..bytes.len().min(512)]));
            let pages: Vec<Result<Page>> = Reader::over(Path::new("a.warc"), &bytes[..]).pages().collect();
            assert_eq!(pages.len(), 3, "{pages:?}");
            let page = pages[0].as_ref().unwrap();
            assert_eq!((page.url.as_str(), page.body.as_slice()), ("https://a.example/1", &b"one"[..]));
            assert_eq!((page.media_type.as_deref(), page.at.as_str()), (Some("text/html"), "2031-01-02T03:04:05Z"));
            let page = pages[1].as_ref().unwrap();
            assert_eq!((page.url.as_str(), page.body.as_slice()), ("https://a.example/2", &b"one two"[..]));
            assert!(pages[2].as_ref().unwrap_err().to_string().contains("cut off"), "{:?}", pages[2]);
        }
        for other in [&b"<html>"[..], b"", b"\x1f\x8b", b"WARC/2", b"PK\x03\x04"] {
            assert!(!is_warc(other));
        }
    }

    #[test]
    fn damage_is_an_error_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.warc.gz");
        let member = response("https://a.example/1", b"one").to_member("a");
        for (what, bytes) in [
            ("cut", [member.clone(), member[..member.len() - 5].to_vec()].concat()),
            (
                "flipped",
                [
                    member.clone(),
                    member.iter().enumerate().map(|(at, byte)| if at == 40 { byte ^ 8 } else { *byte }).collect(),
                ]
                .concat(),
            ),
            ("foreign", [member.clone(), b"hello".to_vec()].concat()),
        ] {
            std::fs::write(&path, bytes).unwrap();
            let read: Vec<_> = Reader::open(&path, 0).unwrap().collect();
            assert_eq!(read.len(), 2, "{what}");
            let Err(Error::Damaged { at, .. }) = &read[1] else { panic!("{what}: {:?}", read[1]) };
            assert_eq!(*at, member.len() as u64, "{what}");
        }
    }

    #[test]
    fn a_field_is_a_line() {
        let member = response("https://a.example/\r\nWARC-Type: metadata", b"x").to_member("a");
        let record = read_record(&mut &member[..]).unwrap();
        assert_eq!(record.field("WARC-Type"), Some("response"));
        assert_eq!(record.field("WARC-Target-URI"), Some("https://a.example/  WARC-Type: metadata"));
    }

    #[test]
    fn encoded_bodies_are_decoded_within_bounds() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&vec![b'x'; 100_000]).unwrap();
        let bomb = encoder.finish().unwrap();
        assert_eq!(decoded(&bomb, Some("gzip"), 100_000).unwrap().len(), 100_000);
        assert!(decoded(&bomb, Some("gzip"), 99_999).is_err());
        assert!(decoded(b"x", Some("br"), 10).is_err());
        assert_eq!(decoded(b"x", None, 10).unwrap(), b"x");
    }

    proptest! {
        #[test]
        fn any_block_comes_back(block: Vec<u8>, name in "[A-Za-z-]{1,12}", value in "[ -~]{0,40}") {
            let record = Record::new("resource", "2031-01-02T03:04:05Z", block.clone()).with(&name, &value);
            let read = read_record(&mut &record.to_member("p")[..]).unwrap();
            prop_assert_eq!(&read.block, &block);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(&bytes).unwrap();
            let _ = read_record(&mut &encoder.finish().unwrap()[..]);
            let _ = read_record(&mut &bytes[..]);
            let _ = joined(&bytes);
            // Whatever comes is read to an end.
            prop_assert!(Reader::over(Path::new("p"), &bytes[..]).pages().count() <= bytes.len());
        }
    }
}
