//! What the peers are given of a case: its words, and the values of the facets and columns that the race asks for, worked out
//! from the record without the search crate.

use std::collections::BTreeSet;

use chrono::Datelike;
use fineprint_model::vocab::{self, to_euro};
use fineprint_model::{Basis, Case, Currency, FindingKind, Fine, PartialDate};
use serde::{Deserialize, Serialize};

/// A case as the peers see it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Row {
    /// Permanent id.
    pub id: String,
    /// Pieces of text in words of our own; no phrase runs from one into the next.
    pub text: Vec<String>,
    /// The authority's id.
    pub authority: String,
    /// The authority's country.
    pub country: String,
    /// Year of the decision, else of the publication.
    pub year: Option<String>,
    /// The badge.
    pub status: String,
    /// Provisions found violated, with all above them but the instrument itself.
    pub article: BTreeSet<String>,
    /// Violation types, with all above them.
    pub violation: BTreeSet<String>,
    /// Sectors of the respondents.
    pub sector: BTreeSet<String>,
    /// The current fine in euro cents.
    pub fine: Option<i64>,
    /// First day that the decision's date can mean, in days of the common era.
    pub first_day: Option<i32>,
    /// Last day likewise.
    pub last_day: Option<i32>,
}

fn paths(values: &mut BTreeSet<String>, path: &str) {
    values.insert(path.to_owned());
    for (at, _) in path.match_indices('/') {
        values.insert(path[..at].to_owned());
    }
}

fn cents(case: &Case) -> Option<i64> {
    let Fine::Amount(money) = case.fine(Basis::Current) else { return None };
    if money.currency == Currency::EUR {
        return Some(money.amount_minor);
    }
    to_euro(money, case.dated().map(PartialDate::first_day)?).map(|(euro, _)| euro.amount_minor)
}

impl Row {
    /// The row of a case.
    pub fn of(case: &Case) -> Self {
        let mut row = Self {
            id: case.id.to_string(),
            text: Vec::new(),
            authority: case.authority.to_string(),
            country: vocab::authorities()
                .get(case.authority.as_str())
                .map_or_else(|| case.authority.as_str()[..2].to_owned(), |term| term.country.to_lowercase()),
            year: case.dated().map(|date| date.get_year().to_string()),
            status: case.status().to_string(),
            article: BTreeSet::new(),
            violation: BTreeSet::new(),
            sector: case.respondents().flat_map(|party| party.sectors.iter().cloned()).collect(),
            fine: cents(case),
            first_day: case.decided_on.value().map(|date| date.first_day().num_days_from_ce()),
            last_day: case.decided_on.value().map(|date| date.last_day().num_days_from_ce()),
        };
        for finding in case.findings.iter().filter(|finding| finding.finding == FindingKind::Violated) {
            paths(&mut row.article, finding.provision.as_str());
            finding.violations.iter().for_each(|violation| paths(&mut row.violation, violation));
        }
        row.article.retain(|path| path.contains('/'));
        let notes = case.findings.iter().filter_map(|finding| finding.note.as_ref());
        let notes = notes.chain(case.measures.iter().filter_map(|measure| measure.note.as_ref()));
        let notes = notes.chain(case.appeals.iter().filter_map(|appeal| appeal.note.as_ref()));
        let notes = notes.chain(case.factors.iter().filter_map(|factor| factor.note.as_ref()));
        let notes = notes.chain(case.ledger.iter().filter_map(|event| event.note.as_ref()));
        let names = case.parties.iter().flat_map(|party| party.name.value().into_iter().chain(&party.group));
        row.text = case.summary.iter().chain(notes).chain(names).cloned().collect();
        row
    }
}
