//! The Italian authority: measures with their number of the documents on the web, and its newsletter.

use crate::registry::Adapter;

/// How its notices are read: by the labelled places of `source.toml`.
pub(crate) const ADAPTER: Adapter = Adapter::labelled(include_str!("source.toml"));
