//! A private tracker of fines: the file that feeds its table, thirteen columns by position.
//!
//! Its rows are facts to check others against. Its texts are not taken, and as no licence lets anybody pass its collection on,
//! a record that rests on it alone is not for publication.

use fineprint_model::{AuthorityId, Currency, Document, FindingKind, MeasureKind, Money, SourceKind, Statement, vocab};

use crate::info::SourceInfo;
use crate::labelled::measure;
use crate::pattern::{Pattern, group, pattern};
use crate::registry::{Adapter, Plan};
use crate::rows::{field, fields, of_records};
use crate::structured::{Claims, amount, authority_id, authority_of_label, finding, imposed, organisation};

/// How its file is read.
pub(crate) const ADAPTER: Adapter = Adapter { info: include_str!("source.toml"), recognises, split, plan };

/// Places of the columns; the first is always empty.
const NUMBER: &str = "1";
const COUNTRY: &str = "2";
const AUTHORITY: &str = "3";
const DATE: &str = "4";
const FINE: &str = "5";
const PARTY: &str = "6";
const ARTICLES: &str = "8";

static FIRST: Pattern = pattern!(r"\A1\tETid-[0-9]+\n");
static ACRONYM: Pattern = pattern!(r"\((?P<acronym>[^()]{2,40})\)\s*$");
/// "Art. 5 (1) a) GDPR", "Art. 6 (1) GDPR", "Art. 32 GDPR".
static ARTICLE: Pattern = pattern!(
    r"Art\. ?(?P<article>[0-9]{1,2})(?: ?\((?P<paragraph>[0-9]{1,2})\))?(?: ?(?P<point>[a-z])\))?[^,;]{0,30}?GDPR"
);

fn recognises(document: &Document, info: &SourceInfo) -> bool {
    FIRST.is_match(&document.text) || info.hosts.iter().any(|host| crate::structured::is_at(document, host))
}

fn split(document: &Document) -> Vec<Document> {
    let mut records = of_records(document, NUMBER);
    for record in &mut records {
        let number = field(&fields(record), NUMBER).map(|cell| cell.text.to_owned());
        record.url = number.map(|number| format!("https://www.enforcementtracker.com/{number}"));
        record.language = Some("en".to_owned());
    }
    records
}

fn plan(document: &Document, claims: &mut Claims<'_>) -> Plan {
    let fields = fields(document);
    let cell = |name: &str| field(&fields, name);
    // A text that was found on its site and is none of its rows is prose like any other.
    if cell(NUMBER).is_none() {
        return Plan::whole(document, SourceKind::LawFirm, None);
    }
    let country = cell(COUNTRY).map(|cell| cell.text.trim().to_owned()).unwrap_or_default();
    let mut authority: Option<AuthorityId> = None;
    if let Some(cell) = cell(AUTHORITY) {
        let acronym = ACRONYM.captures(cell.text).and_then(|found| group(&found, "acronym", 0)).map(|(text, _)| text);
        let labels =
            [acronym.map(|acronym| format!("{acronym} ({country})")), Some(format!("{} ({country})", cell.text))];
        let found = labels.iter().flatten().find_map(|label| authority_of_label(label));
        authority = found.or_else(|| authority_of_label(cell.text)).and_then(authority_id);
        if let Some(id) = &authority {
            claims.state(Statement::Authority(id.clone()), cell.span(), Some(0.9));
        }
    }
    if let Some(cell) = cell(DATE)
        && let Ok(date) = claims.corrected("date", cell.text).parse()
    {
        claims.state(Statement::DecidedOn(date), cell.span(), Some(0.9));
    }
    // All amounts are in euros, converted where the authority has another currency.
    let own = authority.as_ref().and_then(|id| vocab::authorities().get(id.as_str())).map(|one| one.currency);
    if let Some(cell) = cell(FINE)
        && let Some((fine, _)) = amount(cell.text, Some(Currency::EUR)).filter(|(fine, _)| is_plain(*fine, cell.text))
    {
        let sure = if own == Some(Currency::EUR) { 0.9 } else { 0.6 };
        claims.state(imposed(fine), cell.span(), Some(sure));
        claims.state(measure(MeasureKind::Fine), cell.span(), None);
    }
    if let Some(cell) = cell(PARTY)
        && let Some(party) = organisation(cell.text)
    {
        claims.state(Statement::Party(party), cell.span(), Some(0.9));
    }
    if let Some(cell) = cell(ARTICLES) {
        for found in ARTICLE.all(cell.text) {
            let Some(whole) = found.get(0) else { continue };
            let part = |name: &str| found.name(name).map_or(String::new(), |part| format!("/{}", part.as_str()));
            let path = format!("gdpr{}{}{}", part("article"), part("paragraph"), part("point"));
            let Ok(provision) = fineprint_model::Provision::new(path) else { continue };
            let article = provision.article();
            let is_procedural = vocab::provisions().get(article.as_str()).is_some_and(|entry| entry.procedural);
            let kind = if is_procedural { FindingKind::Procedural } else { FindingKind::Violated };
            let span = (cell.start + whole.start(), cell.start + whole.end());
            claims.state(finding(provision, kind), span, Some(0.8));
        }
    }
    Plan::row(SourceKind::Dataset, authority, Vec::new())
}

/// Whether the cell is an amount and nothing else: "Only intention to issue fine" and the like have none.
fn is_plain(fine: Money, text: &str) -> bool {
    fine.amount_minor > 0 && text.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | ' '))
}
