#![doc = include_str!("../README.md")]

pub mod chart;
mod error;
pub mod figures;
pub mod format;
pub mod label;
pub mod line;
pub mod link;
pub mod machine;
pub mod page;
pub mod title;

pub use error::{Error, Result};
