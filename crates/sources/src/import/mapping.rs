//! Which column of a table is which field: a small TOML file that its owner writes.

use std::collections::BTreeMap;

use fineprint_model::{Currency, SourceKind};
use serde::Deserialize;

use crate::listing::DateOrder;

/// What the columns of a table mean, and where the table comes from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mapping {
    /// Where the table comes from.
    pub source: MappedSource,
    /// What holds for every row.
    #[serde(default)]
    pub every: Every,
    /// Field -> name of its column.
    pub columns: Columns,
    /// Field -> the table's word -> ours, for fields with closed terms.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
}

/// Where a table comes from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MappedSource {
    /// Who publishes it.
    pub publisher: String,
    /// What it is called.
    #[serde(default)]
    pub title: Option<String>,
    /// Its address, for rows without one of their own.
    #[serde(default)]
    pub url: Option<String>,
    /// Under which terms facts taken from it may be passed on; without it the records are not for publication.
    #[serde(default)]
    pub licence: Option<String>,
    /// Its language, ISO 639-1.
    #[serde(default)]
    pub language: Option<String>,
    /// What kind of publication it is.
    #[serde(default = "dataset")]
    pub kind: SourceKind,
}

fn dataset() -> SourceKind {
    SourceKind::Dataset
}

/// What holds for every row that does not say otherwise.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Every {
    /// The authority's id or name.
    #[serde(default)]
    pub authority: Option<String>,
    /// The currency of amounts without one.
    #[serde(default)]
    pub currency: Option<Currency>,
    /// In which order dates in figures are written.
    #[serde(default)]
    pub date_order: DateOrder,
    /// The law that bare articles are of, as in `gdpr`.
    #[serde(default)]
    pub law: Option<String>,
}

/// The names of the columns.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Columns {
    /// The authority's id, name or acronym.
    #[serde(default)]
    pub authority: Option<String>,
    /// The authority's reference.
    #[serde(default)]
    pub reference: Option<String>,
    /// European Case Law Identifier.
    #[serde(default)]
    pub ecli: Option<String>,
    /// The party; only what is surely an organisation is taken.
    #[serde(default)]
    pub party: Option<String>,
    /// When proceedings were opened.
    #[serde(default)]
    pub opened_on: Option<String>,
    /// When the authority decided.
    #[serde(default)]
    pub decided_on: Option<String>,
    /// When that was published.
    #[serde(default)]
    pub published_on: Option<String>,
    /// The fine imposed.
    #[serde(default)]
    pub fine: Option<String>,
    /// The fine's currency, ISO 4217.
    #[serde(default)]
    pub currency: Option<String>,
    /// Provisions found violated.
    #[serde(default)]
    pub violated: Option<String>,
    /// The outcome.
    #[serde(default)]
    pub outcome: Option<String>,
    /// A measure.
    #[serde(default)]
    pub measure: Option<String>,
    /// The stage.
    #[serde(default)]
    pub stage: Option<String>,
    /// How many people were affected.
    #[serde(default)]
    pub affected_people: Option<String>,
    /// The address of the notice or of the row.
    #[serde(default)]
    pub url: Option<String>,
}

impl Columns {
    /// Every column that is named, as field and name.
    pub(super) fn named(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("authority", &self.authority),
            ("reference", &self.reference),
            ("ecli", &self.ecli),
            ("party", &self.party),
            ("opened-on", &self.opened_on),
            ("decided-on", &self.decided_on),
            ("published-on", &self.published_on),
            ("fine", &self.fine),
            ("currency", &self.currency),
            ("violated", &self.violated),
            ("outcome", &self.outcome),
            ("measure", &self.measure),
            ("stage", &self.stage),
            ("affected-people", &self.affected_people),
            ("url", &self.url),
        ];
        all.into_iter().filter_map(|(field, name)| Some((field, name.as_deref()?)))
    }
}

/// A mapping that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MappingError(String);

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// Where the text is no TOML, has an unknown key, or says of no row which authority it is of.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        let mapping: Self = toml::from_str(text).map_err(|error| MappingError(error.to_string().trim().to_owned()))?;
        if mapping.columns.authority.is_none() && mapping.every.authority.is_none() {
            return Err(MappingError(
                "expected `authority` among `[columns]` or under `[every]`, found neither".to_owned(),
            ));
        }
        if let Some(field) =
            mapping.values.keys().find(|field| !matches!(field.as_str(), "outcome" | "measure" | "stage" | "authority"))
        {
            return Err(MappingError(format!(
                "`[values.{field}]`: expected one of `outcome`, `measure`, `stage`, `authority`, found `{field}`"
            )));
        }
        Ok(mapping)
    }
}
