//! The European board: news about national decisions, and the register of final decisions under Article 60, whose rows name
//! the lead authority.

use fineprint_model::{
    AuthorityId, Document, FindingKind, MeasureKind, Outcome, Provision, SourceKind, Statement, vocab,
};

use crate::info::SourceInfo;
use crate::labelled::{self, date, measure};
use crate::listing::DateOrder;
use crate::pattern::{Pattern, group, pattern};
use crate::registry::{Adapter, Plan};
use crate::rows::between;
use crate::structured::{Claims, authority_id, finding};

/// How its notices are read.
pub(crate) const ADAPTER: Adapter = Adapter { info: include_str!("source.toml"), recognises, split, plan };

/// The register's own number: country of the lead authority, kind, year, counter.
static NUMBER: Pattern = pattern!(r"\b(?P<number>EDPBI:(?P<country>[A-Z]{2}):OSS:D:20[0-9]{2}:[0-9]{1,5})\b");
static ACRONYM: Pattern = pattern!(r"\((?P<acronym>[A-Z][\p{L}/ -]{1,24})\)");
static DATE: Pattern = pattern!(r"(?i)date of (?:final )?decision[ \t]*:?[ \t\n]+(?P<date>[^\n]{8,40})");
static LAW: Pattern = pattern!(r"(?i)(?:main )?legal reference(?:\(?s\)?)?[ \t]*:?[ \t\n]+(?P<law>[^\n]{4,300})");
static ARTICLE: Pattern = pattern!(r"Article (?P<article>[0-9]{1,2})\b(?P<parts>(?:\([0-9a-z]{1,2}\))*)");
static OUTCOME: Pattern =
    pattern!(r"(?im)^\s*(?:type of )?(?:decision|outcome)[ \t]*:[ \t\n]*(?P<outcome>[^\n]{4,160})");

fn recognises(document: &Document, info: &SourceInfo) -> bool {
    labelled::recognises(document, info) || NUMBER.is_match(document.text.get(..2000).unwrap_or(&document.text))
}

fn split(document: &Document) -> Vec<Document> {
    if NUMBER.all(&document.text).count() < 2 {
        return Vec::new();
    }
    between(document, |block| NUMBER.is_match(document.block_text(block)))
}

/// The data protection authority of the country; the federal one where there are several.
fn lead(country: &str) -> Option<AuthorityId> {
    let mut own = vocab::authorities().iter().filter(|one| one.country == country && one.field == "data-protection");
    match country {
        "DE" => AuthorityId::new("de-bfdi").ok(),
        "ES" => AuthorityId::new("es-aepd").ok(),
        _ => own.next().and_then(authority_id),
    }
}

/// The national authority that news tells of: the first whose acronym stands in brackets.
fn national(text: &str) -> Option<(AuthorityId, (usize, usize))> {
    ACRONYM.all(text).find_map(|found| {
        let (acronym, span) = group(&found, "acronym", 0)?;
        let own = vocab::authorities()
            .iter()
            .find(|one| one.acronym == acronym && one.field == "data-protection" && one.id != "eu-edpb")?;
        Some((authority_id(own)?, span))
    })
}

fn plan(document: &Document, claims: &mut Claims<'_>) -> Plan {
    let text = &document.text;
    let Some(found) = NUMBER.captures(text) else {
        let mut plan = labelled::plan(document, claims);
        if !claims.has("reference")
            && let Some((id, span)) = national(text)
        {
            claims.state(Statement::Authority(id.clone()), span, Some(0.9));
            plan.authority = Some(id);
        }
        return plan;
    };
    let authority = found.name("country").and_then(|country| lead(country.as_str()));
    if let Some((number, span)) = group(&found, "number", 0) {
        claims.state(Statement::Reference(number.to_owned()), span, None);
        if let Some(id) = &authority {
            // Of a country with several authorities the number does not say which.
            let sure = if number.contains(":DE:") { Some(0.4) } else { None };
            claims.state(Statement::Authority(id.clone()), span, sure);
        }
    }
    if let Some((words, span)) = DATE.captures(text).and_then(|found| group(&found, "date", 0))
        && let Some(date) = date(words, DateOrder::DayFirst)
    {
        claims.state(Statement::DecidedOn(date), span, None);
    }
    let outcome = OUTCOME.captures(text).and_then(|found| group(&found, "outcome", 0));
    let mut violated = false;
    if let Some((words, span)) = outcome {
        let lower = words.to_lowercase();
        for (word, kind) in [
            ("administrative fine", MeasureKind::Fine),
            ("reprimand", MeasureKind::Reprimand),
            ("compliance order", MeasureKind::BringIntoCompliance),
        ] {
            if lower.contains(word) {
                violated = true;
                claims.state(measure(kind), span, None);
            }
        }
        if lower.contains("no violation") || lower.contains("no infringement") {
            claims.state(Statement::Outcome(Outcome::NoViolation), span, None);
        } else if violated || lower.contains("violation") {
            violated = true;
            claims.state(Statement::Outcome(Outcome::ViolationFound), span, Some(0.9));
        }
    }
    if let Some((laws, (start, _))) = LAW.captures(text).and_then(|found| group(&found, "law", 0)) {
        for found in ARTICLE.all(laws) {
            let Some(whole) = found.get(0) else { continue };
            let parts =
                found.name("parts").map_or("", |parts| parts.as_str()).replace(['(', ')'], "/").replace("//", "/");
            let article = found.name("article").map_or("", |article| article.as_str());
            let path = format!("gdpr/{article}{}", parts.trim_end_matches('/'));
            let Ok(provision) = Provision::new(path) else { continue };
            let kind = if violated { FindingKind::Violated } else { FindingKind::Discussed };
            claims.state(finding(provision, kind), (start + whole.start(), start + whole.end()), Some(0.7));
        }
    }
    Plan::row(SourceKind::OfficialPressRelease, authority, Vec::new())
}
