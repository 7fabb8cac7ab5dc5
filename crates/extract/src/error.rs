//! What can go wrong when a language or weight file is read. Extraction itself never fails.

/// The error of this crate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A data file does not have the form that is expected of it.
    #[error("{file}: {message}")]
    Data {
        /// The file's name, as in `lang/en.toml`.
        file: String,
        /// What is wrong and where, as the reader said it.
        message: String,
    },
}

/// The result type of this crate.
pub type Result<T> = std::result::Result<T, Error>;
