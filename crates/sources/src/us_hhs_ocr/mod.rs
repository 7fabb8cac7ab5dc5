//! The US health department's civil rights office: resolution agreements with their amounts, and the file of breaches that
//! touched 500 people or more.

use fineprint_model::{AuthorityId, Document, Estimate, SourceKind, Stage, Statement, Trigger};

use crate::info::SourceInfo;
use crate::labelled::{self, date};
use crate::listing::DateOrder;
use crate::registry::{Adapter, Plan};
use crate::rows::{field, fields, of_tables, prose};
use crate::structured::{Claims, organisation};

/// How its notices are read.
pub(crate) const ADAPTER: Adapter = Adapter { info: include_str!("source.toml"), recognises, split, plan };

/// Columns that the breach portal's file has had in all years.
const COLUMNS: &[&str] = &["name of covered entity", "individuals affected", "breach submission date"];

fn recognises(document: &Document, info: &SourceInfo) -> bool {
    let is_file = || {
        document
            .text
            .get(..400.min(document.text.len()))
            .is_some_and(|head| head.starts_with("Name of Covered Entity\t"))
    };
    labelled::recognises(document, info) || is_file()
}

fn split(document: &Document) -> Vec<Document> {
    let mut rows = of_tables(document, COLUMNS, Some("name of covered entity"));
    for row in &mut rows {
        // The file has no address of its own; it is what the portal's button gives.
        let page = "https://ocrportal.hhs.gov/ocr/breach/breach_report.jsf";
        row.url = Some(crate::rows::address_on(page, row));
    }
    rows
}

fn plan(document: &Document, claims: &mut Claims<'_>) -> Plan {
    let fields = fields(document);
    let Some(submitted) = field(&fields, "Breach Submission Date") else { return labelled::plan(document, claims) };
    let authority = AuthorityId::new("us-hhs-ocr").ok();
    if let Some(id) = &authority {
        claims.know(Statement::Authority(id.clone()));
    }
    // Practices are often called after the doctor; those stay without a name.
    if let Some(name) = field(&fields, "Name of Covered Entity")
        && let Some(party) = organisation(name.text)
    {
        claims.state(Statement::Party(party), name.span(), None);
    }
    if let Some(cell) = field(&fields, "Individuals Affected")
        && let Ok(people) = cell.text.replace(',', "").parse()
    {
        claims.state(Statement::AffectedPeople(Estimate::Exact { value: people }), cell.span(), None);
    }
    if let Some(date) = date(submitted.text, DateOrder::MonthFirst) {
        // The office looks into every breach of this size from the day it is reported.
        claims.state(Statement::OpenedOn(date), submitted.span(), Some(0.8));
        claims.state(Statement::Trigger(Trigger::BreachNotification), submitted.span(), None);
    }
    let narrative = prose(document);
    if narrative.is_empty() && field(&fields, "Web Description").is_none() {
        // A narrative is written when the office closes its review.
        claims.state(Statement::Stage(Stage::Investigation), submitted.span(), Some(0.7));
    }
    // Read as prose a narrative would yield counts and dates of everything that it tells; the row has the ones that count.
    Plan::row(SourceKind::OfficialPressRelease, authority, Vec::new())
}
