#![doc = include_str!("../README.md")]

mod build;
#[cfg(feature = "disk")]
mod disk;
mod engine;
mod error;
mod money;
mod packed;
mod plan;
mod project;
pub mod query;
mod schema;
mod similar;
mod snippet;
mod stats;
mod suggest;
mod sweep;

pub use build::DocumentText;
#[cfg(feature = "disk")]
pub use disk::{Loaded, Record, SyncReport};
pub use engine::Engine;
pub use error::{Error, QueryError, Result};
pub use packed::{Contents, Fetch, Packed, PackedFile, Shelf, compress, decompress, record_hash};
pub use query::{ParseOptions, parse, parse_with, sentence, toggle, write};
pub use schema::FORMAT;
pub use suggest::Suggestion;
