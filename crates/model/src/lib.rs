#![doc = include_str!("../README.md")]

mod as_of;
pub mod cap;
pub mod case;
pub mod claim;
pub mod date;
pub mod document;
pub mod draft;
mod error;
pub mod id;
pub mod ledger;
pub mod links;
pub mod lint;
pub mod money;
pub mod party;
pub mod provision;
pub mod query;
pub mod report;
pub mod resolve;
pub mod schema;
pub mod second_reading;
pub mod source;
pub mod stated;
pub mod status;
pub mod terms;
pub mod upkeep;
pub mod vocab;

pub use cap::{Cap, CapOrigin};
pub use case::{
    Appeal, Case, Change, ChangeKind, Factor, Finality, Finding, Measure, RecordState, SCHEMA_VERSION, ShareOrigin,
    Turnover, TurnoverOf, TurnoverShare,
};
pub use claim::{Claim, Evidence, Statement};
pub use date::PartialDate;
pub use document::{Block, BlockKind, Document, Link};
pub use draft::Draft;
pub use error::{Error, Result};
pub use id::{AuthorityId, CaseId, PartyId, SourceId, slugify};
pub use ledger::{Basis, Fine, MoneyEvent};
pub use money::{Currency, Money};
pub use party::Party;
pub use provision::Provision;
pub use source::Source;
pub use stated::{Estimate, Missing, Stated};
pub use status::Status;
pub use terms::{
    AppealResult, CrossBorderRole, FactorDirection, FindingKind, MeasureKind, Method, MoneyEventKind, Outcome,
    PartyKind, PartyRole, SourceKind, Stage, Term, Trigger,
};
