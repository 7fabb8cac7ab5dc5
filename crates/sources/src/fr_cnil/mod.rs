//! The French authority: its deliberations as Légifrance prints them, and the news on its own site.

use fineprint_document::dates;
use fineprint_model::{AuthorityId, Currency, Document, Money, Party, SourceKind, Statement};

use crate::pattern::{Pattern, group, pattern};
use crate::registry::Plan;
use crate::structured::{Claims, amount, blocks_without, company, imposed, is_at, organisation, usual_spelling};

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

pub(crate) fn recognises(document: &Document) -> bool {
    is_at(document, "cnil.fr")
        || document.site.as_deref() == Some("CNIL")
        // A saved deliberation has no address; its heading is unmistakable.
        || heading(document).is_some_and(|at| at < 4000)
}

fn heading(document: &Document) -> Option<usize> {
    HEADING.captures(&document.text)?.get(0).map(|found| found.start())
}

pub(crate) fn plan(document: &Document, claims: &mut Claims<'_>) -> Plan {
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
    Plan { kind, authority, states_no_fine: false, prose: vec![blocks_without(document, |_| false)] }
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
