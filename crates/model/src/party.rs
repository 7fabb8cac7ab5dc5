//! Who the case is about.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::PartialDate;
use crate::id::PartyId;
use crate::stated::Stated;
use crate::terms::{PartyKind, PartyRole};

/// A party to the proceedings, usually the one that was fined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Stable slug; the same for one organisation in every case (see [`PartyId`]).
    pub id: PartyId,
    /// The name as published. Never a natural person's: for those it is `{"missing": "not-published"}`
    /// or `not-applicable`.
    #[serde(default, skip_serializing_if = "Stated::is_not_extracted")]
    pub name: Stated<String>,
    /// Role towards the data or in the proceedings.
    #[serde(default, skip_serializing_if = "Stated::is_not_extracted")]
    pub role: Stated<PartyRole>,
    /// What the party is.
    #[serde(default, skip_serializing_if = "Stated::is_not_extracted")]
    pub kind: Stated<PartyKind>,
    /// ISO 3166-1 alpha-2 code of its seat, upper case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Friendly sector groups (vocabulary `sectors`), the primary one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sectors: Vec<String>,
    /// NACE Rev. 2 division or section, as in `62` or `Q`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nace: Option<String>,
    /// The group it belonged to when the decision was taken, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// From this day on the name is shown nowhere (the authority's publication term).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names_until: Option<PartialDate>,
    /// Other spellings under which the same decision names it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
}

impl Party {
    /// A party of which nothing is known yet.
    pub fn new(id: PartyId) -> Self {
        Self {
            id,
            name: Stated::default(),
            role: Stated::default(),
            kind: Stated::default(),
            country: None,
            sectors: Vec::new(),
            nace: None,
            group: None,
            names_until: None,
            aliases: Vec::new(),
        }
    }

    /// A party of which the name is known.
    pub fn named(id: PartyId, name: impl Into<String>) -> Self {
        Self { name: Stated::Value(name.into()), ..Self::new(id) }
    }

    /// Whether cases with this party's id are about the same organisation.
    pub fn is_mergeable(&self) -> bool {
        self.name.value().is_some()
            && !matches!(self.kind.value(), Some(PartyKind::Anonymised | PartyKind::NaturalPerson))
    }

    /// Whether there is a name that may not be shown on `today`: a natural person's, or one whose term has passed.
    pub fn is_withheld_on(&self, today: NaiveDate) -> bool {
        let is_person = self.kind.value() == Some(&PartyKind::NaturalPerson);
        (is_person && self.name.value().is_some()) || self.names_until.is_some_and(|until| until.first_day() <= today)
    }

    /// Whether the party answers for the infringement, rather than having complained of it.
    pub fn is_respondent(&self) -> bool {
        !matches!(self.role.value(), Some(PartyRole::Complainant))
    }
}
