//! Every source, in the order in which a notice is offered to them.

use std::sync::LazyLock;

use fineprint_model::vocab::nearest;
use fineprint_model::{AuthorityId, Block, Document, SourceKind};

use crate::error::{Error, Result};
use crate::info::SourceInfo;
use crate::structured::Claims;
use crate::{fr_cnil, gb_ico, gdprhub, general, ie_dpc};

/// How one source's notices are told from others and read.
pub(crate) struct Adapter {
    /// Its `source.toml`.
    info: &'static str,
    /// Whether a document is one of its notices, by address or markup.
    pub recognises: fn(&Document) -> bool,
    /// What its labelled places say.
    pub plan: fn(&Document, &mut Claims<'_>) -> Plan,
}

/// How a document is to be read on, after its labelled places.
pub(crate) struct Plan {
    /// What kind of publication this page is.
    pub kind: SourceKind,
    /// The deciding authority, where the source knows it.
    pub authority: Option<AuthorityId>,
    /// Whether a labelled place says that there is no fine.
    pub states_no_fine: bool,
    /// Parts to be read as prose, the more trusted first; a later part adds only what earlier ones leave open.
    pub prose: Vec<Vec<Block>>,
}

/// Ordered: a wiki's page about an authority's decision is the wiki's; `general` takes whatever is left.
const ADAPTERS: &[Adapter] = &[
    Adapter { info: include_str!("gdprhub/source.toml"), recognises: gdprhub::recognises, plan: gdprhub::plan },
    Adapter { info: include_str!("fr_cnil/source.toml"), recognises: fr_cnil::recognises, plan: fr_cnil::plan },
    Adapter { info: include_str!("gb_ico/source.toml"), recognises: gb_ico::recognises, plan: gb_ico::plan },
    Adapter { info: include_str!("ie_dpc/source.toml"), recognises: ie_dpc::recognises, plan: ie_dpc::plan },
    Adapter { info: include_str!("general/source.toml"), recognises: |_| true, plan: general::plan },
];

/// Sources and their readers; a `source.toml` that does not parse is a defect of the build, caught by a test.
static LOADED: LazyLock<(Vec<SourceInfo>, Vec<&'static Adapter>)> =
    LazyLock::new(|| ADAPTERS.iter().filter_map(|adapter| Some((toml::from_str(adapter.info).ok()?, adapter))).unzip());

/// Every source.
pub fn registry() -> &'static [SourceInfo] {
    &LOADED.0
}

/// The source of a document: the one asked for, else the first that recognises it.
pub(crate) fn choose(document: &Document, forced: Option<&str>) -> Result<(&'static SourceInfo, &'static Adapter)> {
    let mut entries = LOADED.0.iter().zip(LOADED.1.iter().copied());
    let Some(wanted) = forced else {
        let unknown = || unknown_source("general");
        return entries.find(|(_, adapter)| (adapter.recognises)(document)).ok_or_else(unknown);
    };
    let id = wanted.replace('-', "_");
    entries.find(|(info, _)| info.id == id).ok_or_else(|| unknown_source(wanted))
}

pub(crate) fn unknown_source(found: &str) -> Error {
    let ids = || registry().iter().map(|info| info.id.as_str());
    let hint = nearest(found, ids()).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    let known = ids().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
    Error::UnknownSource { found: found.to_owned(), known, hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_file_parses() {
        for adapter in ADAPTERS {
            let info: SourceInfo =
                toml::from_str(adapter.info).unwrap_or_else(|error| panic!("{}: {error}", adapter.info));
            assert!(info.expectations.max == 0 || info.expectations.min <= info.expectations.max, "{}", info.id);
            if let Some(authority) = &info.authority {
                assert!(
                    fineprint_model::vocab::authorities().get(authority).is_some(),
                    "{authority} is not in the vocabulary"
                );
            }
        }
        assert_eq!(registry().len(), ADAPTERS.len());
    }
}
