//! The US securities regulator: litigation releases as pages, and as records of a data file.

use fineprint_model::{AuthorityId, Document, SourceKind, Statement};

use crate::info::SourceInfo;
use crate::labelled::{self, date};
use crate::listing::DateOrder;
use crate::registry::{Adapter, Plan};
use crate::rows::{field, fields, of_records};
use crate::structured::{Claims, organisation};

/// How its notices are read.
pub(crate) const ADAPTER: Adapter = Adapter { info: include_str!("source.toml"), recognises, split, plan };

/// The label with which a record of the file begins, and the one that holds the release.
const FIRST: &str = "case_id";
const TEXT: &str = "complaint_text";

fn recognises(document: &Document, info: &SourceInfo) -> bool {
    labelled::recognises(document, info) || is_file(document)
}

fn is_file(document: &Document) -> bool {
    document.text.starts_with("case_id\tLR-")
}

fn split(document: &Document) -> Vec<Document> {
    if !is_file(document) {
        return Vec::new();
    }
    let mut records = of_records(document, FIRST);
    for record in &mut records {
        let address = field(&fields(record), "metadata.case_url").map(|cell| cell.text.to_owned());
        record.url = address.filter(|address| address.starts_with("https://"));
        record.language = Some("en".to_owned());
    }
    records
}

fn plan(document: &Document, claims: &mut Claims<'_>) -> Plan {
    let fields = fields(document);
    let Some(number) = field(&fields, FIRST) else {
        let mut plan = labelled::plan(document, claims);
        plan.kind = SourceKind::OfficialPressRelease;
        return plan;
    };
    let authority = AuthorityId::new("us-sec").ok();
    if let Some(id) = &authority {
        claims.know(Statement::Authority(id.clone()));
    }
    claims.state(Statement::Reference(number.text.to_owned()), number.span(), None);
    if let Some(cell) = field(&fields, "metadata.release_date")
        && let Some(date) = date(cell.text, DateOrder::MonthFirst)
    {
        claims.state(Statement::PublishedOn(date), cell.span(), None);
    }
    // Most defendants are people; only firms are taken.
    if let Some(cell) = field(&fields, "metadata.title")
        && let Some(party) = organisation(cell.text)
    {
        claims.state(Statement::Party(party), cell.span(), Some(0.9));
    }
    // What others read out of the release stands in the same record; only the release itself is read.
    let mut under_release = false;
    let release = document.blocks.iter().copied().filter(|block| {
        match block.kind {
            fineprint_model::BlockKind::Heading(_) => under_release = document.block_text(block) == TEXT,
            fineprint_model::BlockKind::Cell { .. } => under_release = false,
            _ => return under_release,
        }
        false
    });
    Plan::row(SourceKind::OfficialPressRelease, authority, release.collect())
}
