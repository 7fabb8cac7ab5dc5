#![doc = include_str!("../README.md")]

mod answer;
mod api;
mod app;
mod assets;
#[cfg(feature = "service")]
mod compare;
mod error;
#[cfg(feature = "service")]
mod export;
#[cfg(feature = "service")]
mod http;
mod offline;
#[cfg(feature = "service")]
mod openapi;
mod params;
#[cfg(feature = "service")]
mod picture;
mod resource;
mod search;
#[cfg(feature = "service")]
mod serve;

pub use app::{App, Options, Snapshot};
pub use error::{Error, Result};
#[cfg(feature = "service")]
pub use export::{ExportOptions, ExportReport, SearchEngine, export};
#[cfg(feature = "service")]
pub use http::router;
pub use offline::{MANIFEST, Manifest, Offline, Outcome, Wanted};
#[cfg(feature = "service")]
pub use openapi::{OPENAPI_FILE, text as openapi};
#[cfg(feature = "service")]
pub use resource::resources;
pub use resource::{Rendered, pages, render};
#[cfg(feature = "service")]
pub use serve::serve;
