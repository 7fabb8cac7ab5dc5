//! The British conduct authority: its table of the fines of a year, and final notices.

use fineprint_model::{AuthorityId, Currency, Document, MeasureKind, MoneyEventKind, SourceKind, Statement};

use crate::info::SourceInfo;
use crate::labelled::{self, date, measure, money};
use crate::listing::DateOrder;
use crate::registry::{Adapter, Plan};
use crate::rows::{field_like, fields, of_tables};
use crate::structured::{Claims, amount_in_words, organisation};

/// How its notices are read.
pub(crate) const ADAPTER: Adapter = Adapter { info: include_str!("source.toml"), recognises, split, plan };

/// What the columns of the table are called, as far as they never changed.
const COLUMNS: &[&str] = &["fined", "date", "amount", "reason"];

fn recognises(document: &Document, info: &SourceInfo) -> bool {
    labelled::recognises(document, info)
}

fn split(document: &Document) -> Vec<Document> {
    of_tables(document, COLUMNS, Some("fined"))
}

fn plan(document: &Document, claims: &mut Claims<'_>) -> Plan {
    let fields = fields(document);
    let (Some(amount), Some(_)) = (field_like(&fields, "amount"), field_like(&fields, "reason")) else {
        return labelled::plan(document, claims);
    };
    let authority = AuthorityId::new("gb-fca").ok();
    // The column holds firms and people; of people the row says nothing here.
    if let Some(name) = field_like(&fields, "fined")
        && let Some(party) = organisation(name.text)
    {
        claims.state(Statement::Party(party), name.span(), None);
    }
    if let Some(cell) = field_like(&fields, "date")
        && let Some(date) = date(cell.text, DateOrder::DayFirst)
    {
        claims.state(Statement::DecidedOn(date), cell.span(), Some(0.9));
    }
    if let Some(fine) = amount_in_words(amount.text, "GBP".parse::<Currency>().ok()) {
        claims.state(money(MoneyEventKind::Imposed, fine), amount.span(), None);
        claims.state(measure(MeasureKind::Fine), amount.span(), None);
    }
    if let Some(id) = &authority {
        claims.know(Statement::Authority(id.clone()));
    }
    Plan::row(SourceKind::OfficialPressRelease, authority, Vec::new())
}
