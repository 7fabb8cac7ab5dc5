//! The Norwegian authority: infringement fines, and notices that one is intended.

use crate::registry::Adapter;

/// How its notices are read: by the labelled places of `source.toml`.
pub(crate) const ADAPTER: Adapter = Adapter::labelled(include_str!("source.toml"));
