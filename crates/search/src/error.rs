//! What can go wrong between a question and its answer.

use std::fmt;
use std::path::PathBuf;

/// Why a query was refused: where, what was expected, and the nearest right thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// Byte range of the query's text that is wrong; empty and at the end where something is missing.
    pub span: (usize, usize),
    /// What was expected and found, in lower case, without a full stop.
    pub message: String,
    /// Text that would be right in place of the span; `None` where nothing is near.
    pub suggestion: Option<String>,
}

impl QueryError {
    pub(crate) fn new(span: (usize, usize), message: impl Into<String>) -> Self {
        Self { span, message: message.into(), suggestion: None }
    }

    pub(crate) fn suggest(mut self, suggestion: Option<impl Into<String>>) -> Self {
        self.suggestion = suggestion.map(Into::into);
        self
    }

    /// The query with the suggestion put in place of the wrong part; `None` where there is none.
    pub fn corrected(&self, text: &str) -> Option<String> {
        let (before, after) = (text.get(..self.span.0)?, text.get(self.span.1..)?);
        Some(format!("{before}{}{after}", self.suggestion.as_deref()?))
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}..{} of the query: {}", self.span.0, self.span.1, self.message)?;
        if let Some(suggestion) = &self.suggestion {
            write!(f, "; did you mean `{suggestion}`?")?;
        }
        Ok(())
    }
}

impl std::error::Error for QueryError {}

/// Why the index could not be built, opened or asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The query's text is not one.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// A page's cursor was not made by this index's answers, or for another order.
    #[error("cursor: expected the `next` of an answer to the same query, found `{found}`")]
    Cursor {
        /// What was given.
        found: String,
    },
    /// A request asks for something that cannot be counted or grouped by.
    #[error("{place}: expected {expected}, found `{found}`")]
    Request {
        /// The request's field.
        place: &'static str,
        /// What would have been accepted.
        expected: &'static str,
        /// What stood there.
        found: String,
    },
    /// A record could not be written to the index or read back from it.
    #[error("record `{id}`: {message}")]
    Record {
        /// The case.
        id: String,
        /// What was wrong with it.
        message: String,
    },
    /// A file or folder of the index could not be read or written.
    #[error("`{}`: {action}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was being done.
        action: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
    /// The folder holds no index that this version can read; building it anew helps.
    #[error("`{}`: expected an index of this version, found {found}", path.display())]
    Unusable {
        /// The folder.
        path: PathBuf,
        /// What was found instead.
        found: String,
    },
    /// The packed index is another version's.
    #[error("packed index: expected one written by `{expected}`, found one by `{found}`")]
    Unpackable {
        /// What this program reads.
        expected: String,
        /// What wrote it.
        found: String,
    },
    /// A record that a packed index names is not at hand yet.
    #[error("record `{id}`: expected it at hand, found that it is still to be fetched")]
    Absent {
        /// The case.
        id: String,
    },
    /// The index engine failed.
    #[error("index: {action}: {message}")]
    Index {
        /// What was being done.
        action: &'static str,
        /// What the engine says.
        message: String,
    },
}

impl Error {
    /// Turns the engine's error into ours, so that its types stay out of the public interface.
    pub(crate) fn index<E: fmt::Display>(action: &'static str) -> impl FnOnce(E) -> Self {
        move |error| Self::Index { action, message: error.to_string() }
    }
}

/// Result of building or asking the index.
pub type Result<T, E = Error> = std::result::Result<T, E>;
