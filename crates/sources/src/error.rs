//! Why a notice could not be read at all. A notice that holds no case is no error: see [`crate::SkipReason`].

/// A notice that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are not a document that we read.
    #[error("`{name}`: {source}")]
    Document {
        /// What the caller calls the notice.
        name: String,
        /// Why it was refused.
        source: fineprint_document::Error,
    },
    /// A file to import is not what it should be.
    #[error("`{name}`: {reason}")]
    Import {
        /// What the caller calls the file.
        name: String,
        /// What was expected and what was found.
        reason: String,
    },
    /// The source that was asked for does not exist.
    #[error("expected a source among {known}, found `{found}`{hint}")]
    UnknownSource {
        /// What was asked for.
        found: String,
        /// The ids that exist.
        known: String,
        /// The nearest one, as a sentence; empty where none is near.
        hint: String,
    },
}

/// Result of reading a notice.
pub type Result<T, E = Error> = std::result::Result<T, E>;
