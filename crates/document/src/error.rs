//! Why a document was refused.

/// A document that is not read. Every variant says what stood there instead of a notice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A PDF that is not read.
    #[error(transparent)]
    Pdf(crate::pdf::PdfError),
    /// Data that break the rules of their format.
    #[error("line {line}, column {column}: expected {format} that can be read, found an error: {reason}")]
    Syntax {
        /// The format, as in `XML`.
        format: &'static str,
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
        /// What its parser says.
        reason: String,
    },
    /// An XML file that declares entities, by which a small file becomes a huge one or reads another.
    #[error("at byte {offset}: expected XML without entities of its own, found a declaration of some")]
    Entities {
        /// The byte of the decoded text at which they are declared.
        offset: usize,
    },
    /// More elements, values or cells than any notice has a reason for.
    #[error("at byte {offset}: expected at most {limit} elements or values, found more")]
    TooManyElements {
        /// [`crate::Limits::max_elements`].
        limit: usize,
        /// The byte of the decoded text at which the limit is passed.
        offset: usize,
    },
    /// There are no bytes, or nothing but white space.
    #[error("expected a document, found no text at all")]
    Empty,
    /// The bytes are those of another format.
    #[error("expected a page, text, PDF, XML, JSON or CSV, found {found}")]
    Format {
        /// What the first bytes are those of, as in `a PNG image`.
        found: &'static str,
    },
    /// A zero byte stands in what should be text.
    #[error("at byte {offset}: expected text, found a zero byte; the file is binary")]
    Binary {
        /// The first zero byte, from 0.
        offset: usize,
    },
    /// More bytes than the limit allows.
    #[error("expected at most {limit} bytes, found {found}")]
    TooLarge {
        /// [`crate::Limits::max_bytes`].
        limit: usize,
        /// The document's size in bytes.
        found: usize,
    },
    /// Elements within elements, beyond what any page has a reason for.
    #[error("at byte {offset}: expected elements nested at most {limit} deep, found more")]
    TooDeep {
        /// [`crate::Limits::max_depth`].
        limit: usize,
        /// The byte of the decoded text at which the limit is passed.
        offset: usize,
    },
    /// One tag with more attributes than any page has a reason for.
    #[error("at byte {offset}: expected at most {limit} attributes in a tag, found more")]
    TooManyAttributes {
        /// [`crate::Limits::max_attributes`].
        limit: usize,
        /// The byte of the decoded text at which the limit is passed.
        offset: usize,
    },
    /// Formatting tags left open, which a parser must repeat in every later block: a small file
    /// that becomes a huge tree.
    #[error("at byte {offset}: expected formatting tags to be closed, found so many open that the page would explode")]
    Misnested {
        /// The byte of the decoded text at which the limit is passed.
        offset: usize,
    },
}

/// Result of reading a document.
pub type Result<T, E = Error> = std::result::Result<T, E>;
