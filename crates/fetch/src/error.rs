//! What can go wrong: with the archive ([`Error`]), and with a single address ([`GetError`]).

use std::io;
use std::path::{Path, PathBuf};

/// Why a run could not go on at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read, written or locked.
    #[error(transparent)]
    File(#[from] fineprint_durable::Error),
    /// A file of the archive is not what it should be.
    #[error("`{}` at byte {at}: expected {expected}, found {found}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where, in bytes from its start.
        at: u64,
        /// What should stand there.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// The source is not one that is known.
    #[error(transparent)]
    UnknownSource(#[from] fineprint_sources::Error),
    /// The source has no list to fetch from.
    #[error("source `{source_id}`: expected a source with a listing, found none; sources that have one: {known}")]
    NoListing {
        /// The source.
        source_id: String,
        /// Those that have one.
        known: String,
    },
    /// The HTTP client could not be set up.
    #[error("could not set up the HTTP client: {reason}")]
    Client {
        /// What the client says.
        reason: String,
    },
}

impl Error {
    /// For `map_err`: names the path and what was being done.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let named = fineprint_durable::Error::io(action, path);
        move |source| named(source).into()
    }
}

/// Result of working with an archive.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an address was not fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GetError {
    /// No http(s) address.
    #[error("expected an http or https address without user name, found `{found}`")]
    Address {
        /// What was given.
        found: String,
    },
    /// The address, or the name's answer, is not one of the public internet.
    #[error("expected an address of the public internet, found {found}; nothing was connected to")]
    NotPublic {
        /// The address, or the name and what it leads to.
        found: String,
    },
    /// The site's robots.txt asks to stay away.
    #[error("robots.txt of `{host}` asks not to fetch this address")]
    Robots {
        /// The site.
        host: String,
    },
    /// The site's robots.txt could not be had, so that nothing may be fetched (RFC 9309, 2.3.1.4).
    #[error("robots.txt of `{host}` could not be read, so nothing there is fetched: {reason}")]
    NoRobots {
        /// The site.
        host: String,
        /// Why.
        reason: String,
    },
    /// The body is longer than allowed.
    #[error("expected at most {limit} bytes, found more")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The answer took too long.
    #[error("expected an answer within {seconds} s, found none")]
    Timeout {
        /// The limit.
        seconds: u64,
    },
    /// Redirects without end.
    #[error("expected at most {limit} redirects, found more, the last to `{last}`")]
    Redirects {
        /// The limit.
        limit: usize,
        /// Where the last one leads.
        last: String,
    },
    /// A redirect to an address already visited on the way.
    #[error("redirects lead in a circle, back to `{back}`")]
    RedirectLoop {
        /// The address met twice.
        back: String,
    },
    /// A status that is no success, after all retries.
    #[error("expected status 200, found {status}{}", if *tries > 1 { format!(" after {tries} tries") } else { String::new() })]
    Status {
        /// The status.
        status: u16,
        /// How often it was asked for.
        tries: u32,
    },
    /// The site asks to come back later than a run waits.
    #[error("`{host}` asks to come back in {seconds} s, which is longer than a run waits")]
    ComeBack {
        /// The site.
        host: String,
        /// How long it asks to wait.
        seconds: u64,
    },
    /// The connection failed.
    #[error("could not connect or read: {reason}")]
    Transport {
        /// What the client says.
        reason: String,
    },
}

impl GetError {
    /// Whether asking again soon may help.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Timeout { .. } | Self::Transport { .. } => true,
            Self::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504),
            _ => false,
        }
    }
}
