#![doc = include_str!("../README.md")]

mod app;
mod assets;
mod error;
mod export;
mod http;
mod params;
mod resource;
mod search;
mod serve;

pub use app::{App, Options, Snapshot};
pub use error::{Error, Result};
pub use export::{ExportReport, export};
pub use http::router;
pub use resource::{Rendered, addresses, pages, render};
pub use serve::serve;
