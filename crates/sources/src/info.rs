//! What is known about a source before any of its notices is read: its `source.toml`.

use std::collections::BTreeMap;

use fineprint_model::{PartialDate, SourceKind};
use serde::Deserialize;

use crate::labelled::Place;
use crate::listing::{DateOrder, ListingInfo};

/// Facts about a source, one file beside its reader.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SourceInfo {
    /// Folder and id, as in `fr_cnil`.
    pub id: String,
    /// What it is, for people.
    pub title: String,
    /// Who publishes; `None` where that differs from page to page.
    #[serde(default)]
    pub publisher: Option<String>,
    /// What kind of publication it is as a rule; a page may be of another kind.
    pub kind: SourceKind,
    /// The authority whose notices these are; `None` for collections of several.
    #[serde(default)]
    pub authority: Option<String>,
    /// Where its notices are listed.
    #[serde(default)]
    pub landing: Option<String>,
    /// Host names without `www.`.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// ISO 639-1 code of its language; `None` where there are several.
    #[serde(default)]
    pub language: Option<String>,
    /// Terms under which facts taken from it may be passed on; `None` where they are not known.
    #[serde(default)]
    pub licence: Option<String>,
    /// What it covers, in a sentence.
    pub coverage: String,
    /// Expressions by which a document without an address is recognised, in its first 6,000 bytes.
    #[serde(default)]
    pub recognise: Vec<String>,
    /// Expression that only decisions themselves have in their first 6,000 bytes, and no page about one.
    #[serde(default)]
    pub decision: Option<String>,
    /// Whether its titles are the names of those it decides against: one that may be a natural person's is not kept.
    #[serde(default)]
    pub titles_name_parties: bool,
    /// In which order its dates in figures are written.
    #[serde(default)]
    pub date_order: DateOrder,
    /// Its labelled places.
    #[serde(default, rename = "place")]
    pub places: Vec<Place>,
    /// Where its notices are listed, and how such a page is read.
    #[serde(default, rename = "listing")]
    pub listings: Vec<ListingInfo>,
    /// Values known to be wrong in the source, and what they should be.
    #[serde(default, rename = "correction")]
    pub corrections: Vec<Correction>,
    /// What a run over the source is expected to yield.
    #[serde(default)]
    pub expectations: Expectations,
}

impl SourceInfo {
    /// A value of a labelled place as it should stand there, on the page at an address.
    pub(crate) fn corrected<'a>(&'a self, address: Option<&str>, place: &str, found: &'a str) -> &'a str {
        let is_there = |one: &&Correction| match (&one.address, address) {
            (Some(wanted), Some(address)) => address.ends_with(wanted.as_str()),
            (Some(_), None) => false,
            (None, _) => true,
        };
        let known = self.corrections.iter().find(|one| one.place == place && one.found == found && is_there(one));
        known.map_or(found, |one| one.means.as_str())
    }
}

/// A wrong value of a labelled place. Evidence still quotes what the source says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// How the page's address ends; `None` for every page of the source.
    #[serde(default)]
    pub address: Option<String>,
    /// The label, as in `Decided`.
    pub place: String,
    /// What stands there.
    pub found: String,
    /// What it means.
    pub means: String,
    /// How that is known.
    pub because: String,
}

/// Bounds outside of which a run over the source is not to be believed.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Expectations {
    /// Fewest cases; 0 where nothing is known.
    #[serde(default)]
    pub min: u32,
    /// Most cases; 0 where nothing is known.
    #[serde(default)]
    pub max: u32,
    /// Smallest fine in units of the authority's currency; `None` where nothing is known.
    #[serde(default)]
    pub least_fine: Option<f64>,
    /// Largest fine in units of the authority's currency; `None` where nothing is known.
    #[serde(default)]
    pub largest_fine: Option<f64>,
    /// Earliest decision; `None` where nothing is known.
    #[serde(default)]
    pub from: Option<PartialDate>,
    /// Field of a claim -> least share of the cases that state it, 0 to 1.
    #[serde(default)]
    pub fill: BTreeMap<String, f64>,
}

#[cfg(test)]
mod tests {
    use crate::registry::registry;

    #[test]
    fn a_value_known_to_be_wrong_is_put_right_on_its_page_only() {
        let info = registry().iter().find(|info| info.id == "gdprhub").unwrap();
        let page = "https://gdprhub.eu/index.php?title=AEPD_(Spain)_-_PS/00291/2019";
        assert_eq!(info.corrected(Some(page), "Published", "07.01.2019"), "07.01.2020");
        for (address, place) in [
            (Some("https://gdprhub.eu/index.php?title=Other"), "Published"),
            (None, "Published"),
            (Some(page), "Decided"),
        ] {
            assert_eq!(info.corrected(address, place, "07.01.2019"), "07.01.2019", "{address:?} {place}");
        }
    }

    #[test]
    fn corrections_change_something_and_say_why() {
        for info in registry() {
            for one in &info.corrections {
                assert!(one.found != one.means && !one.because.is_empty(), "{}: {one:?}", info.id);
            }
        }
    }
}
