//! What a document may be at most.

use std::time::Duration;

/// Bounds that are checked before a parser sees anything, or while it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Size in bytes as read.
    pub max_bytes: usize,
    /// Size in bytes of what is text: a page, XML, JSON, CSV. It becomes a tree many times its size, a PDF does not.
    pub max_text_bytes: usize,
    /// Elements within elements.
    pub max_depth: usize,
    /// Attributes of one tag.
    pub max_attributes: usize,
    /// Elements of a page or an XML file, values of a JSON file, cells of a table: what becomes a node each.
    pub max_elements: usize,
    /// Pages of a PDF.
    pub max_pages: usize,
    /// Bytes to which one compressed part of a PDF may unpack.
    pub max_stream_bytes: usize,
    /// Bytes of memory of the process that reads a PDF.
    pub max_memory: u64,
    /// Working time of the process that reads a PDF, in whole seconds; it may wait for three times as long.
    pub max_time: Duration,
}

impl Default for Limits {
    /// 64 MB, of text 24 MB, 512 elements deep, 1,024 attributes, 250,000 elements, 2,000 pages: far above every real notice, and
    /// within 256 MB of memory. A PDF is read in 256 MB and 10 s.
    fn default() -> Self {
        Self {
            max_bytes: 64 * 1024 * 1024,
            max_text_bytes: 24 * 1024 * 1024,
            max_depth: 512,
            max_attributes: 1024,
            max_elements: 250_000,
            max_pages: 2000,
            max_stream_bytes: 32 * 1024 * 1024,
            max_memory: 256 * 1024 * 1024,
            max_time: Duration::from_secs(10),
        }
    }
}
