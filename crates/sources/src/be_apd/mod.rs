//! The Belgian authority: decisions of its Litigation Chamber, in French and in Dutch.

use crate::registry::Adapter;

/// How its notices are read: by the labelled places of `source.toml`.
pub(crate) const ADAPTER: Adapter = Adapter::labelled(include_str!("source.toml"));
