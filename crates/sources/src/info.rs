//! What is known about a source before any of its notices is read: its `source.toml`.

use fineprint_model::SourceKind;
use serde::Deserialize;

/// Facts about a source, one file beside its reader.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
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
    /// How many cases its listing is expected to yield.
    #[serde(default)]
    pub expectations: Expectations,
}

/// Bounds outside of which a run over the source is not to be believed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectations {
    /// Fewest cases; 0 where nothing is known.
    #[serde(default)]
    pub min: u32,
    /// Most cases; 0 where nothing is known.
    #[serde(default)]
    pub max: u32,
}
