//! What a document may be at most.

/// Bounds that are checked before a parser sees anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Size in bytes as read.
    pub max_bytes: usize,
    /// Elements within elements.
    pub max_depth: usize,
    /// Attributes of one tag.
    pub max_attributes: usize,
}

impl Default for Limits {
    /// 64 MB, 512 elements deep, 1,024 attributes: far above every real notice.
    fn default() -> Self {
        Self { max_bytes: 64 * 1024 * 1024, max_depth: 512, max_attributes: 1024 }
    }
}
