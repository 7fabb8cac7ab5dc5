#![doc = include_str!("../README.md")]

pub mod answers;
pub mod relevance;
mod site;

pub use site::{Asked, Page, Site};

use std::io::Write;
use std::path::{Path, PathBuf};

/// A file or folder of the repository.
pub fn repository(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(relative)
}

/// A file or folder of real documents that are not part of the repository: below `$FINEPRINT_SHARED`, else beside the
/// checkout. `None` where it is absent, as in a user's clone; the caller then has nothing to test.
pub fn shared(relative: &str) -> Option<PathBuf> {
    let root = std::env::var_os("FINEPRINT_SHARED").map_or_else(|| repository("../shared"), PathBuf::from);
    let path = root.join(relative);
    if path.exists() {
        return Some(path);
    }
    // Written past the test runner's capture, which would hide it from everybody.
    let _ = writeln!(
        std::io::stderr(),
        "skipped: `{relative}` of the shared data is absent; set FINEPRINT_SHARED to the folder that has it"
    );
    None
}
