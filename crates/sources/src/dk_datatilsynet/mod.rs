//! The Danish authority: decisions, and proposals of fines to the police.

use crate::registry::Adapter;

/// How its notices are read: by the labelled places of `source.toml`.
pub(crate) const ADAPTER: Adapter = Adapter::labelled(include_str!("source.toml"));
