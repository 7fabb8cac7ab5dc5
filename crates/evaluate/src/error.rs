//! What can go wrong before anything is measured.

use std::path::{Path, PathBuf};

/// Why nothing could be measured. What is wrong with single entries is no error but a [`crate::Problem`] of the report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read.
    #[error("`{}`: could not read: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// There is nothing to measure with.
    #[error("`{}`: expected {expected}, found none that can be read", path.display())]
    Empty {
        /// The file or folder.
        path: PathBuf,
        /// What was looked for.
        expected: &'static str,
    },
    /// A list of links is none.
    #[error("`{}`: expected a list of entries with `gh_direct_url` and `et_direct_url`: {message}", path.display())]
    Links {
        /// The file.
        path: PathBuf,
        /// What the parser says.
        message: String,
    },
    /// A file of weights is none.
    #[error("`{}`: expected weights by family, role and feature: {message}", path.display())]
    Weights {
        /// The file.
        path: PathBuf,
        /// What the parser says.
        message: String,
    },
    /// An earlier report is none.
    #[error("`{}`: expected a report as `fineprint evaluate --format json` prints it: {message}", path.display())]
    Report {
        /// The file.
        path: PathBuf,
        /// What the parser says.
        message: String,
    },
}

impl Error {
    /// For `map_err`: names the path.
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }
}

/// Result of measuring.
pub type Result<T, E = Error> = std::result::Result<T, E>;
