//! Where a case is published.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::PartialDate;
use crate::id::SourceId;
use crate::terms::SourceKind;

/// One publication that the record rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Name within the case; claims and money events refer to it.
    pub id: SourceId,
    /// What kind of publication it is; decides whose value wins.
    pub kind: SourceKind,
    /// Absolute http(s) address; `None` for a file that came without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its title as published; never the name of a natural person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Who published it, as in `CNIL` or `GDPRhub`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// ISO 639-1 code of its language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// When it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_on: Option<PartialDate>,
    /// When it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retrieved_on: Option<PartialDate>,
    /// SHA-256 of the bytes that were read, 64 lower-case hex digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Under which terms the facts may be passed on: an SPDX id or a short note. A record with a
    /// source that lacks this is not exported publicly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Addresses of the authority's own pages about the matter that this publication names: what two publications meet by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cites: Vec<String>,
}

impl Source {
    /// A source of which nothing but its kind is known yet.
    pub fn new(id: SourceId, kind: SourceKind) -> Self {
        Self {
            id,
            kind,
            url: None,
            title: None,
            publisher: None,
            language: None,
            published_on: None,
            retrieved_on: None,
            sha256: None,
            licence: None,
            cites: Vec::new(),
        }
    }
}
