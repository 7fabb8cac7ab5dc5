//! Which sources a test walks.

use fineprint_sources::{SourceInfo, registry};

/// Every source, or the one that `FINEPRINT_SOURCE` names (`just test-source fr-cnil`).
pub fn sources() -> Vec<&'static SourceInfo> {
    let Ok(wanted) = std::env::var("FINEPRINT_SOURCE") else { return registry().iter().collect() };
    let id = wanted.replace('-', "_");
    let found: Vec<_> = registry().iter().filter(|info| info.id == id).collect();
    assert!(!found.is_empty(), "FINEPRINT_SOURCE: expected the id of a source, found `{wanted}`");
    found
}
