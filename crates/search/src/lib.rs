#![doc = include_str!("../README.md")]

mod bm25f;
mod build;
mod columns;
#[cfg(feature = "disk")]
mod disk;
mod engine;
mod error;
mod facet;
mod figures;
mod histogram;
mod money;
mod packed;
mod plan;
#[cfg(feature = "disk")]
mod prepare;
mod project;
pub mod query;
mod read_only;
mod schema;
mod similar;
mod snippet;
mod spelling;
mod stats;
mod suggest;
mod sweep;
mod synonyms;
mod tokens;
mod weights;

pub use build::DocumentText;
#[cfg(feature = "disk")]
pub use disk::{Check, Loaded, Record, SyncReport};
pub use engine::Engine;
pub use error::{Error, QueryError, Result};
pub use packed::{Contents, Fetch, Packed, PackedFile, Shard, Shelf, compress, decompress, record_hash};
pub use query::{ParseOptions, explain, parse, parse_with, read_people, read_turnover, sentence, toggle, write};
pub use schema::FORMAT;
pub use suggest::Suggestion;
