//! What can go wrong between a record and the disk.

use std::io;
use std::path::{Path, PathBuf};

/// Why records could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read, written or locked.
    #[error(transparent)]
    File(#[from] fineprint_durable::Error),
    /// A file is not a record.
    #[error("`{}`: {source}", path.display())]
    Record {
        /// The file.
        path: PathBuf,
        /// Where in it, what was expected and what was found.
        source: fineprint_model::Error,
    },
    /// A line of packed records is not one.
    #[error("line {line}: {source}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// Where in it, what was expected and what was found.
        source: fineprint_model::Error,
    },
    /// Packed records could not be read or written.
    #[error("packed records: could not {action}: {source}")]
    Pack {
        /// What was being done.
        action: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// The folder is no knowledge base.
    #[error("`{}`: expected a knowledge base with a file `{MARKER}`, found {found}", path.display(), MARKER = crate::base::MARKER)]
    NotABase {
        /// The folder.
        path: PathBuf,
        /// What is there instead.
        found: &'static str,
    },
    /// The folder holds something already.
    #[error("`{}`: expected a folder that is missing or empty, found {found}", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
        /// What is there.
        found: &'static str,
    },
    /// A newer version of the program made the knowledge base.
    #[error("`{}`: expected format {supported} or older, found {found}; it was left untouched", path.display())]
    NewerBase {
        /// The folder.
        path: PathBuf,
        /// The newest format this program knows.
        supported: u32,
        /// The format stated.
        found: u32,
    },
    /// A record's place is a symbolic link, which may lead out of the folder.
    #[error("`{}`: expected a file or folder of the knowledge base itself, found a symbolic link", path.display())]
    Linked {
        /// The link.
        path: PathBuf,
    },
    /// No record has that id or alias.
    #[error("expected the id of a case, found `{id}`, which no record has")]
    NoSuchCase {
        /// The id asked for.
        id: fineprint_model::CaseId,
    },
    /// A file of questions is damaged.
    #[error("`{}`: expected questions for review: {message}; it was left untouched", path.display())]
    Review {
        /// The file.
        path: PathBuf,
        /// What the parser says.
        message: String,
    },
    /// There is no question with that id.
    #[error("expected the id of a question for review, found `{id}`, which none has")]
    NoSuchQuestion {
        /// The id asked for.
        id: String,
    },
    /// An answer does not fit its question.
    #[error("question `{id}`: {message}")]
    WrongAnswer {
        /// The question.
        id: String,
        /// What was expected and what was found.
        message: String,
    },
    /// A draft lacks what every case needs.
    #[error("the notice names no known authority, so its case has no place")]
    NoAuthority,
}

impl Error {
    /// For `map_err`: names the path and what was being done.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let named = fineprint_durable::Error::io(action, path);
        move |source| named(source).into()
    }
}

/// Result of reading or writing records.
pub type Result<T, E = Error> = std::result::Result<T, E>;
