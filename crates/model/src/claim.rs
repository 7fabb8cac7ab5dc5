//! What each source says about a field, with the words it says it in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::case::{Finding, Measure, Turnover, TurnoverShare};
use crate::date::PartialDate;
use crate::id::{AuthorityId, SourceId};
use crate::ledger::MoneyEvent;
use crate::party::Party;
use crate::stated::Estimate;
use crate::terms::{Method, Outcome, Stage, Trigger};

/// One field and a value for it. The fields `party`, `finding`, `money` and `measure` are lists:
/// each claim states one member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "field", content = "value", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Statement {
    /// Who decided.
    Authority(AuthorityId),
    /// The authority's own reference.
    Reference(String),
    /// European Case Law Identifier.
    Ecli(String),
    /// A party.
    Party(Party),
    /// When the events took place.
    IncidentOn(PartialDate),
    /// When proceedings were opened.
    OpenedOn(PartialDate),
    /// When the authority decided.
    DecidedOn(PartialDate),
    /// When the decision was published.
    PublishedOn(PartialDate),
    /// What was found.
    Outcome(Outcome),
    /// How far it has come.
    Stage(Stage),
    /// What set it off.
    Trigger(Trigger),
    /// A provision and what was found of it.
    Finding(Finding),
    /// Something that happened to the fine.
    Money(MoneyEvent),
    /// Something the authority did.
    Measure(Measure),
    /// Turnover of the party or its group.
    Turnover(Turnover),
    /// The fine as a share of turnover.
    TurnoverShare(TurnoverShare),
    /// People affected.
    AffectedPeople(Estimate<u64>),
    /// Records affected.
    AffectedRecords(Estimate<u64>),
    /// Organisations affected.
    AffectedOrganisations(Estimate<u64>),
}

impl Statement {
    /// The field's name as in the record and in JSON.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Authority(_) => "authority",
            Self::Reference(_) => "reference",
            Self::Ecli(_) => "ecli",
            Self::Party(_) => "party",
            Self::IncidentOn(_) => "incident-on",
            Self::OpenedOn(_) => "opened-on",
            Self::DecidedOn(_) => "decided-on",
            Self::PublishedOn(_) => "published-on",
            Self::Outcome(_) => "outcome",
            Self::Stage(_) => "stage",
            Self::Trigger(_) => "trigger",
            Self::Finding(_) => "finding",
            Self::Money(_) => "money",
            Self::Measure(_) => "measure",
            Self::Turnover(_) => "turnover",
            Self::TurnoverShare(_) => "turnover-share",
            Self::AffectedPeople(_) => "affected-people",
            Self::AffectedRecords(_) => "affected-records",
            Self::AffectedOrganisations(_) => "affected-organisations",
        }
    }

    /// Whether the field is a list of which each claim states one member.
    pub fn is_member(&self) -> bool {
        matches!(self, Self::Party(_) | Self::Finding(_) | Self::Money(_) | Self::Measure(_))
    }
}

/// The words behind a value: a span of the document's canonical text, and that text itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// SHA-256 of the document's bytes as they were read, 64 lower-case hex digits.
    pub document_sha256: String,
    /// First byte of the span in the canonical text (UTF-8).
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// `text[start..end]`, checked when the claim is made.
    pub quote: String,
}

/// A source's statement about one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The field and the value claimed for it.
    pub statement: Statement,
    /// Which of the case's sources claims it.
    pub source: SourceId,
    /// How it was read.
    pub method: Method,
    /// 0 to 1; `None` where a person or a labelled place states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// The words; `None` where the source is not at hand as text (shipped records hold facts and links only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}
