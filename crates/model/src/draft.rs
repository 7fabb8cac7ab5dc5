//! What reading one notice yields, before it is merged into the knowledge base.

use crate::claim::{Claim, Statement};
use crate::document::Document;
use crate::id::AuthorityId;
use crate::source::Source;

/// One matter as one document tells it. A document may yield several, or none.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The document as a source; its id is made unique when it joins a case.
    pub source: Source,
    /// The text that the evidence points into.
    pub document: Document,
    /// What it says, the surest first within each field; all claims name `source`.
    pub claims: Vec<Claim>,
    /// What it may say, too unsure to be claimed and claimed by nothing else in it: questions for a person, the surest
    /// first within each field.
    pub proposals: Vec<Claim>,
}

impl Draft {
    /// Statements of this draft in order.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.claims.iter().map(|claim| &claim.statement)
    }

    /// The authority claimed first.
    pub fn authority(&self) -> Option<&AuthorityId> {
        self.statements().find_map(|statement| match statement {
            Statement::Authority(id) => Some(id),
            _ => None,
        })
    }

    /// The reference claimed first.
    pub fn reference(&self) -> Option<&str> {
        self.statements().find_map(|statement| match statement {
            Statement::Reference(text) => Some(text.as_str()),
            _ => None,
        })
    }
}
