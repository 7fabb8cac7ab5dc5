#![doc = include_str!("../README.md")]

mod base;
mod diff;
mod error;
mod ingest;
mod lint;
mod matter;
pub mod pack;
mod review;
mod writer;

pub use base::{KnowledgeBase, Stored, read_record, sha256};
pub use diff::{FieldChange, diff};
pub use error::{Error, Result};
pub use ingest::{Effect, Ingested, Match, record_of};
pub use lint::{FileRule, Linted, explain, file_rules, lint_tree, rewrite_canonical};
pub use matter::{ASK, Likeness, MERGE};
pub use review::{Answer, Decision, Question, ReviewItem};
pub use writer::Writer;

/// Writes a file as records are written: aside, synced, renamed, the folder synced. For exports that must be whole or absent.
///
/// # Errors
/// [`Error::File`].
pub fn write_atomically(path: &std::path::Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder
        && !folder.is_dir()
    {
        let source = std::io::Error::from(std::io::ErrorKind::NotFound);
        return Err(Error::io("open the folder", folder)(source));
    }
    let path = if folder.is_none() { std::path::Path::new(".").join(path) } else { path.to_owned() };
    Ok(fineprint_durable::write(&path, bytes)?)
}
