//! Ways through a record that several rules take.

use crate::case::{Case, Finding, Measure};
use crate::claim::Statement;
use crate::ledger::MoneyEvent;
use crate::party::Party;

/// Parties of the record and of its claims, each with its pointer.
pub(super) fn parties(case: &Case) -> impl Iterator<Item = (String, &Party)> {
    let own = case.parties.iter().enumerate().map(|(at, party)| (format!("/parties/{at}"), party));
    own.chain(statements(case).filter_map(|(pointer, statement)| match statement {
        Statement::Party(party) => Some((pointer, party)),
        _ => None,
    }))
}

/// Findings of the record and of its claims, each with its pointer.
pub(super) fn findings(case: &Case) -> impl Iterator<Item = (String, &Finding)> {
    let own = case.findings.iter().enumerate().map(|(at, finding)| (format!("/findings/{at}"), finding));
    own.chain(statements(case).filter_map(|(pointer, statement)| match statement {
        Statement::Finding(finding) => Some((pointer, finding)),
        _ => None,
    }))
}

/// Money events of the record and of its claims, each with its pointer.
pub(super) fn money(case: &Case) -> impl Iterator<Item = (String, &MoneyEvent)> {
    let own = case.ledger.iter().enumerate().map(|(at, event)| (format!("/ledger/{at}"), event));
    own.chain(statements(case).filter_map(|(pointer, statement)| match statement {
        Statement::Money(event) => Some((pointer, event)),
        _ => None,
    }))
}

/// Measures of the record and of its claims, each with its pointer.
pub(super) fn measures(case: &Case) -> impl Iterator<Item = (String, &Measure)> {
    let own = case.measures.iter().enumerate().map(|(at, measure)| (format!("/measures/{at}"), measure));
    own.chain(statements(case).filter_map(|(pointer, statement)| match statement {
        Statement::Measure(measure) => Some((pointer, measure)),
        _ => None,
    }))
}

/// What is claimed, each with the pointer of its value.
pub(super) fn statements(case: &Case) -> impl Iterator<Item = (String, &Statement)> {
    case.claims.iter().enumerate().map(|(at, claim)| (format!("/claims/{at}/statement/value"), &claim.statement))
}
