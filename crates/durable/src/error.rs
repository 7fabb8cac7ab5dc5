//! What can go wrong between a file and the disk.

use std::io;
use std::path::{Path, PathBuf};

/// Why a file or folder could not be read, written or locked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("`{}`: could not {action}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was being done, as in `read`.
        action: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// Another process holds the lock.
    #[error("`{}`: another process is writing here: {holder}", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// Its process id, where it could be read.
        holder: String,
    },
}

impl Error {
    /// For `map_err`: names the path and what was being done.
    pub fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, action, source }
    }
}

/// Result of working with files.
pub type Result<T, E = Error> = std::result::Result<T, E>;
