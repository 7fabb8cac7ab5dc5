//! The French authority: its deliberations as Légifrance prints them and as open data have them, its table of sanctions, and
//! the news on its own site.

use fineprint_document::dates;
use fineprint_model::{
    AuthorityId, Currency, Document, FindingKind, Measure, MeasureKind, Money, Outcome, Party, Provision, SourceKind,
    Statement,
};

use crate::info::SourceInfo;
use crate::labelled;
use crate::pattern::{Pattern, group, pattern};
use crate::registry::{Adapter, Plan};
use crate::rows::{field, field_like, fields, of_tables};
use crate::structured::{
    Cell, Claims, amount, amount_in_words, blocks_without, company, finding, imposed, is_at, organisation,
    usual_spelling,
};

/// How its notices are read.
pub(crate) const ADAPTER: Adapter = Adapter { info: include_str!("source.toml"), recognises, split, plan };

/// The heading of a deliberation, in French and as machines put it into English.
static HEADING: Pattern = pattern!(
    r"(?i)D[ée]lib[ée]ration (?:de la formation restreinte|of (?:the )?(?:restricted|select|limited)[a-z -]{0,30}?) ?(?:n ?[°º]|no\.?|number)? ?(?P<number>SAN[-‑–][0-9]{4}[-‑–][0-9]{3}) (?:du|of|dated) (?P<date>[0-9]{1,2}(?:er)? [\p{L}]+ [0-9]{4}|\p{L}+ [0-9]{1,2}, [0-9]{4})(?:[^\n]{0,40}?(?:concernant|concerning|regarding|against|à l['’]encontre de)(?: the company(?:ies)?| compan(?:y|ies)| la société| les sociétés| l['’]association| la)? (?P<party>[^\n]{2,90}))?"
);
static PUBLISHED: Pattern = pattern!(
    r"(?i)(?:Date de publication sur L[ée]gifrance|Date of publication on L[ée]gifrance) ?: ?(?P<date>[^\n]{6,40})"
);
/// Words by which the heading says what the party is.
static COMPANY: Pattern = pattern!(r"(?i)(?:la société|les sociétés|the compan(?:y|ies)|compan(?:y|ies)) ");
/// The operative part, and the fine in it.
static OPERATIVE: Pattern = pattern!(r"(?m)^\s*(?:PAR CES MOTIFS|FOR THESE REASONS)\b");
static FINE: Pattern = pattern!(
    r"(?i)(?:amende|fine)\b[^;\n]{0,90}?\b(?:de|of) (?P<amount>[0-9][0-9 \u{a0}\u{202f}.,']*)(?:\([^)\n]{0,80}\) ?)?(?:euros?\b|€)"
);
/// A deliberation's number alone, as news items give it.
static NUMBER: Pattern = pattern!(r"\b(?P<number>SAN-[0-9]{4}-[0-9]{3})\b");

fn recognises(document: &Document, _: &SourceInfo) -> bool {
    is_at(document, "cnil.fr")
        || document.site.as_deref() == Some("CNIL")
        || document.meta.get("id").is_some_and(|id| id.starts_with("CNILTEXT"))
        // A saved deliberation has no address; its heading is unmistakable.
        || heading(document).is_some_and(|at| at < 4000)
}

/// What the columns of the table of sanctions are called, as far as they never changed.
const COLUMNS: &[&str] = &["date", "type", "manquements", "décision"];
/// The element that holds the identifier of a text in the open data.
const TEXT_ID: &str = "ID";

/// "Article 32 du RGPD", "articles 5-1-e et 13 du RGPD", "article 82 de la loi Informatique et Libertés".
static CITED: Pattern = pattern!(
    r"(?i)articles? (?P<list>[0-9][0-9a-z .,()–-]*?(?:(?:,| et) [0-9][0-9a-z .()–-]*?)*) (?:du|de la) (?P<law>RGPD|loi\b)"
);
static ARTICLE: Pattern =
    pattern!(r"(?P<article>[0-9]{1,3})(?:[-.(](?P<paragraph>[0-9]{1,2})\)?)?(?:[-.(](?P<point>[a-z])\)?)?(?:\b|$)");

fn split(document: &Document) -> Vec<Document> {
    of_tables(document, COLUMNS, None)
}

/// A text of the open data: its labels beat its prose.
fn open_data(document: &Document, claims: &mut Claims<'_>) -> Option<Plan> {
    let fields = fields(document);
    let id = field(&fields, TEXT_ID).filter(|cell| cell.text.starts_with("CNILTEXT"))?;
    let authority = AuthorityId::new("fr-cnil").ok();
    if let Some(own) = &authority {
        claims.know(Statement::Authority(own.clone()));
    }
    if let Some(cell) = field(&fields, "NUMERO").filter(|cell| cell.text.contains('-')) {
        claims.state(Statement::Reference(cell.text.to_owned()), cell.span(), None);
    }
    for (label, statement) in [
        ("DATE_TEXTE", Statement::DecidedOn as fn(fineprint_model::PartialDate) -> Statement),
        ("DATE_PUBLI", Statement::PublishedOn),
    ] {
        if let Some(cell) = field(&fields, label)
            && let Some(date) = dates::labelled(cell.text)
            // "2999-01-01" stands for a day that nobody entered.
            && date.get_year() < 2900
        {
            claims.state(statement(date), cell.span(), None);
        }
    }
    deliberation(document, claims);
    let nature = field(&fields, "NATURE_DELIB").map(|cell| cell.text.to_lowercase()).unwrap_or_default();
    let is_sanction = ["sanction", "mise en demeure", "avertissement", "rappel", "injonction", "clôture"]
        .iter()
        .any(|word| nature.contains(word))
        || claims
            .list
            .iter()
            .any(|claim| matches!(&claim.statement, Statement::Reference(number) if number.starts_with("SAN")));
    let mut plan = Plan::whole(document, SourceKind::OfficialDecision, authority);
    plan.prose = vec![blocks_without(document, crate::structured::is_cell)];
    plan.lacks = (!is_sanction).then_some("sanction");
    plan.url = Some(format!("https://www.legifrance.gouv.fr/cnil/id/{}", id.text));
    Some(plan)
}

/// A row of the table of sanctions: date, kind of organisation, breaches, decision. It names nobody.
fn row(document: &Document, claims: &mut Claims<'_>) -> Option<Plan> {
    let fields = fields(document);
    let day = field_like(&fields, "date")?;
    let decision = field_like(&fields, "décision")?;
    let date = dates::figures(day.text, true).or_else(|| dates::written(day.text))?;
    field_like(&fields, "type")?;
    let authority = AuthorityId::new("fr-cnil").ok();
    if let Some(own) = &authority {
        claims.know(Statement::Authority(own.clone()));
    }
    claims.state(Statement::DecidedOn(date), day.span(), None);
    let lower = decision.text.to_lowercase();
    let is_penalty = lower.contains("astreinte") && !lower.contains("amende");
    if let Some(amount) = amount_in_words(decision.text, Some(Currency::EUR)) {
        if is_penalty {
            // What was owed for not obeying an order is no fine.
            let measure = Measure { kind: MeasureKind::PeriodicPenalty, party: None, amount: Some(amount), note: None };
            claims.state(Statement::Measure(measure), decision.span(), None);
        } else {
            claims.state(imposed(amount), decision.span(), None);
        }
    }
    for (word, kind) in [
        ("amende", MeasureKind::Fine),
        ("rappel à l'ordre", MeasureKind::Reprimand),
        ("rappel à l’ordre", MeasureKind::Reprimand),
        ("injonction", MeasureKind::BringIntoCompliance),
    ] {
        if lower.contains(word) {
            claims.state(labelled::measure(kind), decision.span(), None);
        }
    }
    if let Some(cell) = field_like(&fields, "manquements") {
        breaches(cell, claims);
    }
    claims.state(Statement::Outcome(Outcome::ViolationFound), decision.span(), Some(0.9));
    Some(Plan::row(SourceKind::OfficialPressRelease, authority, Vec::new()))
}

/// The provisions that the column of breaches cites.
fn breaches(cell: &Cell<'_>, claims: &mut Claims<'_>) {
    for found in CITED.all(cell.text) {
        let (Some(list), Some(law)) = (found.name("list"), found.name("law")) else { continue };
        let instrument = if law.as_str().eq_ignore_ascii_case("rgpd") { "gdpr" } else { "fr-lil" };
        for article in ARTICLE.all(list.as_str()) {
            let Some(whole) = article.get(0) else { continue };
            let part = |name: &str| article.name(name).map_or(String::new(), |part| format!("/{}", part.as_str()));
            let path = format!("{instrument}{}{}{}", part("article"), part("paragraph"), part("point"));
            let Ok(provision) = Provision::new(path) else { continue };
            let start = cell.start + list.start() + whole.start();
            claims.state(finding(provision, FindingKind::Violated), (start, start + whole.as_str().len()), Some(0.9));
        }
    }
}

fn heading(document: &Document) -> Option<usize> {
    HEADING.captures(&document.text)?.get(0).map(|found| found.start())
}

fn plan(document: &Document, claims: &mut Claims<'_>) -> Plan {
    if let Some(plan) = open_data(document, claims).or_else(|| row(document, claims)) {
        return plan;
    }
    let is_decision = is_at(document, "legifrance.gouv.fr") || heading(document).is_some_and(|at| at < 4000);
    let authority = AuthorityId::new("fr-cnil").ok();
    if is_decision {
        deliberation(document, claims);
        if let (Some(id), Some(at)) = (&authority, heading(document)) {
            let end = document.text.get(at..).and_then(|rest| rest.find(' ')).map_or(at, |end| at + end);
            claims.state(Statement::Authority(id.clone()), (at, end), None);
        }
    } else if let Some((number, span)) = NUMBER.captures(&document.text).and_then(|found| group(&found, "number", 0)) {
        claims.state(Statement::Reference(number.to_owned()), span, Some(0.8));
    }
    let kind = if is_decision { SourceKind::OfficialDecision } else { SourceKind::OfficialPressRelease };
    Plan {
        kind,
        authority,
        lacks: None,
        url: None,
        states_no_fine: false,
        is_case: false,
        prose: vec![blocks_without(document, |_| false)],
    }
}

fn named(name: &str, is_company: bool) -> Option<Party> {
    if is_company { company(name) } else { organisation(name) }
}

/// Claims what a deliberation's heading states. Shared with pages that quote or translate the deliberation.
pub(crate) fn deliberation(document: &Document, claims: &mut Claims<'_>) {
    let text = &document.text;
    if let Some(found) = HEADING.captures(text) {
        if let Some((number, span)) = group(&found, "number", 0)
            && !claims.has("reference")
        {
            claims.state(Statement::Reference(number.replace(['‑', '–'], "-")), span, None);
        }
        if let Some((date, span)) = group(&found, "date", 0)
            && let Some(date) = dates::written(date)
            && !claims.has("decided-on")
        {
            claims.state(Statement::DecidedOn(date), span, None);
        }
        if let Some((party, (start, _))) = group(&found, "party", 0) {
            let name = party.trim_end_matches(['.', ' ', ')']).trim_end();
            let name = name.split(" (").next().unwrap_or(name);
            // The heading says that it is a company, so that a bare name is not a person's.
            let names_company = found.get(0).is_some_and(|all| COMPANY.is_match(all.as_str()));
            if let Some(party) = named(&usual_spelling(document, name), names_company)
                && !claims.has("party")
            {
                claims.state(Statement::Party(party), (start, start + name.len()), None);
            }
        }
    }
    if let Some((fine, span)) = operative_fine(text)
        && !claims.has("money")
    {
        claims.state(imposed(fine), span, None);
    }
    if let Some((date, span)) = PUBLISHED.captures(text).and_then(|found| group(&found, "date", 0))
        && let Some(date) = dates::written(date)
        && !claims.has("published-on")
    {
        claims.state(Statement::PublishedOn(date), span, None);
    }
}

/// The one fine that the operative part imposes; `None` where it imposes several, which belong to several parties.
fn operative_fine(text: &str) -> Option<(Money, (usize, usize))> {
    let from = OPERATIVE.captures(text)?.get(0)?.start();
    let mut fines = FINE.all(text.get(from..)?).filter_map(|found| {
        let (digits, span) = group(&found, "amount", from)?;
        let digits = digits.trim_end();
        let (money, _) = amount(digits, Some(Currency::EUR))?;
        Some((money, (span.0, span.0 + digits.len())))
    });
    let first = fines.next()?;
    fines.all(|(other, _)| other == first.0).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operative_part_imposes() {
        let fine =
            |text: &str| operative_fine(text).map(|(money, (from, to))| (money.to_string(), text[from..to].to_owned()));
        assert_eq!(
            fine(
                "amende de 9 euros proposée\nPAR CES MOTIFS\nprononcer une amende administrative d'un montant de 180\u{a0}000 (cent) euros ;"
            ),
            Some(("EUR 180000".into(), "180\u{a0}000".into()))
        );
        assert_eq!(
            fine("FOR THESE REASONS\nto impose a fine of 1,500,000 euros").map(|(money, _)| money),
            Some("EUR 1500000".into())
        );
        assert_eq!(fine("PAR CES MOTIFS\nune amende de 60 000 euros à A et une amende de 40 000 euros à B"), None);
        assert_eq!(fine("une amende de 60 000 euros"), None);
    }

    #[test]
    fn headings_in_both_languages() {
        for (text, number, date, party) in [
            (
                "Délibération de la formation restreinte n° SAN-2030-001 du 1er mars 2030 concernant la société EXEMPLE SANTE",
                "SAN-2030-001",
                "1er mars 2030",
                Some("EXEMPLE SANTE"),
            ),
            (
                "Deliberation of restricted formation n ° SAN-2030-001 of March 1, 2030 concerning the company EXEMPLE",
                "SAN-2030-001",
                "March 1, 2030",
                Some("EXEMPLE"),
            ),
            (
                "Délibération de la formation restreinte n°SAN-2030-002 du 15 avril 2030",
                "SAN-2030-002",
                "15 avril 2030",
                None,
            ),
        ] {
            let found = HEADING.captures(text).unwrap_or_else(|| panic!("{text}"));
            let of = |name: &str| group(&found, name, 0).map(|(text, _)| text);
            assert_eq!((of("number"), of("date"), of("party")), (Some(number), Some(date), party), "{text}");
        }
        assert!(PUBLISHED.is_match("Date de publication sur Légifrance : jeudi 21 mars 2030"));
        assert!(NUMBER.is_match("la délibération SAN-2030-001"));
    }
}
