//! Every source, in the order in which a notice is offered to them.

use std::sync::LazyLock;

use fineprint_model::vocab::nearest;
use fineprint_model::{AuthorityId, Block, Document, SourceKind};

use crate::error::{Error, Result};
use crate::info::SourceInfo;
use crate::structured::Claims;
use crate::{
    be_apd, de_be, de_bfdi, dk_datatilsynet, enforcementtracker, es_aepd, eu_edpb, fr_cnil, gb_fca, gb_ico, gdprhub,
    general, ie_dpc, it_garante, labelled, nl_ap, no_datatilsynet, pl_uodo, se_imy, us_ftc, us_hhs_ocr, us_sec,
};

/// How one source's notices are told from others and read.
pub(crate) struct Adapter {
    /// Its `source.toml`.
    pub info: &'static str,
    /// Whether a document is one of its notices, by address or markup.
    pub recognises: fn(&Document, &SourceInfo) -> bool,
    /// The rows or records of a document that tells of several matters; nothing for one that tells of one.
    pub split: fn(&Document) -> Vec<Document>,
    /// What the labelled places of a document, or of one of its parts, say.
    pub plan: fn(&Document, &mut Claims<'_>) -> Plan,
}

impl Adapter {
    /// For a source whose labelled places are data, and whose documents tell of one matter each.
    pub const fn labelled(info: &'static str) -> Self {
        Self { info, recognises: labelled::recognises, split: undivided, plan: labelled::plan }
    }
}

/// For sources whose documents tell of one matter each.
pub(crate) fn undivided(_: &Document) -> Vec<Document> {
    Vec::new()
}

/// How a document is to be read on, after its labelled places.
pub(crate) struct Plan {
    /// What kind of publication this page is.
    pub kind: SourceKind,
    /// The deciding authority, where the source knows it.
    pub authority: Option<AuthorityId>,
    /// What a case would have and this lacks whatever else it says, as an opinion lacks a sanction.
    pub lacks: Option<&'static str>,
    /// The official address, where the document's labels tell it and its own address is not known.
    pub url: Option<String>,
    /// Whether a labelled place says that there is no fine.
    pub states_no_fine: bool,
    /// Whether what was read is a case whatever else it tells: a row of a register of cases.
    pub is_case: bool,
    /// Parts to be read as prose, the more trusted first; a later part adds only what earlier ones leave open.
    pub prose: Vec<Vec<Block>>,
}

impl Plan {
    /// Everything is read as prose.
    pub fn whole(document: &Document, kind: SourceKind, authority: Option<AuthorityId>) -> Self {
        Self {
            kind,
            authority,
            lacks: None,
            url: None,
            states_no_fine: false,
            is_case: false,
            prose: vec![document.blocks.clone()],
        }
    }

    /// The labelled places of a register's row, and no prose but these blocks.
    pub fn row(kind: SourceKind, authority: Option<AuthorityId>, prose: Vec<Block>) -> Self {
        Self { kind, authority, lacks: None, url: None, states_no_fine: false, is_case: true, prose: vec![prose] }
    }
}

/// Ordered: a wiki's page about an authority's decision is the wiki's; `general` takes whatever is left.
const ADAPTERS: &[Adapter] = &[
    gdprhub::ADAPTER,
    enforcementtracker::ADAPTER,
    fr_cnil::ADAPTER,
    gb_ico::ADAPTER,
    gb_fca::ADAPTER,
    ie_dpc::ADAPTER,
    es_aepd::ADAPTER,
    it_garante::ADAPTER,
    nl_ap::ADAPTER,
    be_apd::ADAPTER,
    de_bfdi::ADAPTER,
    de_be::ADAPTER,
    dk_datatilsynet::ADAPTER,
    no_datatilsynet::ADAPTER,
    se_imy::ADAPTER,
    pl_uodo::ADAPTER,
    eu_edpb::ADAPTER,
    us_ftc::ADAPTER,
    us_hhs_ocr::ADAPTER,
    us_sec::ADAPTER,
    general::ADAPTER,
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
        return entries.find(|(info, adapter)| (adapter.recognises)(document, info)).ok_or_else(unknown);
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
                toml::from_str(adapter.info).unwrap_or_else(|error| panic!("{error}\nin {}", adapter.info));
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
