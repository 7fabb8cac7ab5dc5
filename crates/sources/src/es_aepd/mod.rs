//! The Spanish authority: resolutions of sanctioning proceedings, most of them PDF.

use crate::registry::Adapter;

/// How its notices are read: by the labelled places of `source.toml`.
pub(crate) const ADAPTER: Adapter = Adapter::labelled(include_str!("source.toml"));
