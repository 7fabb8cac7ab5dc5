//! What can go wrong in the service and in the export.

use std::path::PathBuf;

use thiserror::Error;

/// An error of this crate.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// A page could not be rendered.
    #[error(transparent)]
    View(#[from] fineprint_views::Error),
    /// The index could not be built or asked.
    #[error(transparent)]
    Search(#[from] fineprint_search::Error),
    /// An exported search was asked about an earlier day, for which an index would have to be built in the browser.
    #[error(
        "an exported site is searched as of today; for an earlier day use `fineprint search --as-of` or a served site"
    )]
    Earlier,
    /// The service could not listen at an address.
    #[error("`{addr}`: expected an address to listen at, found {source}")]
    Listen {
        /// The address.
        addr: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file of the export could not be written.
    #[error("`{path}`: {action}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
    /// A record could not be written as JSON.
    #[error("record `{id}`: {message}")]
    Record {
        /// The case.
        id: String,
        /// What was wrong with it.
        message: String,
    },
    /// A file would have been written outside the export's folder.
    #[error("`{path}`: expected a path within the export's folder")]
    Outside {
        /// The path.
        path: String,
    },
    /// The export's folder holds something else.
    #[error("`{path}`: expected a new or empty folder, or an earlier export, found {found}")]
    Occupied {
        /// The folder.
        path: PathBuf,
        /// What is in it.
        found: String,
    },
    /// The public address is none.
    #[error("base address: expected `https://host/path`, found `{found}`")]
    BaseUrl {
        /// What was given.
        found: String,
    },
    /// A picture could not be drawn.
    #[error("picture: expected SVG that can be drawn, found: {message}")]
    Picture {
        /// What the renderer says.
        message: String,
    },
    /// The service's work was cut off.
    #[error("service: expected a finished task, found {message}")]
    Task {
        /// What happened.
        message: String,
    },
}

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;
