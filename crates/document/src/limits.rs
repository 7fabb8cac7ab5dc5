//! What a document may be at most.

use std::time::Duration;

use crate::error::{Error, Result};

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

impl Limits {
    /// Refuses elements, values or cells beyond the limit. `offset` is the byte at which the last of them begins.
    pub(crate) fn check_elements(&self, found: usize, offset: usize) -> Result<()> {
        let limit = self.max_elements;
        if found > limit { Err(Error::TooManyElements { limit, offset }) } else { Ok(()) }
    }

    /// Refuses nesting beyond the limit.
    pub(crate) fn check_depth(&self, found: usize, offset: usize) -> Result<()> {
        let limit = self.max_depth;
        if found > limit { Err(Error::TooDeep { limit, offset }) } else { Ok(()) }
    }

    /// Refuses attributes of a tag beyond the limit.
    pub(crate) fn check_attributes(&self, found: usize, offset: usize) -> Result<()> {
        let limit = self.max_attributes;
        if found > limit { Err(Error::TooManyAttributes { limit, offset }) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_the_most_that_is_allowed() {
        let limits = Limits { max_depth: 3, max_elements: 4, max_attributes: 5, ..Limits::default() };
        assert_eq!(limits.check_depth(3, 7), Ok(()));
        assert_eq!(limits.check_depth(4, 7), Err(Error::TooDeep { limit: 3, offset: 7 }));
        assert_eq!(limits.check_elements(4, 7), Ok(()));
        assert_eq!(limits.check_elements(5, 7), Err(Error::TooManyElements { limit: 4, offset: 7 }));
        assert_eq!(limits.check_attributes(5, 7), Ok(()));
        assert_eq!(limits.check_attributes(6, 7), Err(Error::TooManyAttributes { limit: 5, offset: 7 }));
    }
}
