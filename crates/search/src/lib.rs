#![doc = include_str!("../README.md")]

mod build;
mod engine;
mod error;
mod money;
mod plan;
mod project;
pub mod query;
mod schema;
mod snippet;
mod sweep;

pub use build::DocumentText;
pub use engine::Engine;
pub use error::{Error, QueryError, Result};
pub use query::{ParseOptions, parse, parse_with, sentence, toggle, write};
pub use schema::FORMAT;
