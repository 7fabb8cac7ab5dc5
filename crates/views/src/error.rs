//! What can go wrong while something is rendered.

use thiserror::Error;

/// An error of this crate.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// A template did not render.
    #[error("page `{page}`: expected a rendered template, found: {message}")]
    Template {
        /// The page's path below the site's root.
        page: String,
        /// What the template engine says.
        message: String,
    },
    /// A value could not be written in a machine format.
    #[error("{format}: expected a value that can be written, found: {message}")]
    Write {
        /// The format, as in `CSV`.
        format: &'static str,
        /// What the writer says.
        message: String,
    },
}

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;
