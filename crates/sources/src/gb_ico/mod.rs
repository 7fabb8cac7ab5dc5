//! The British authority: penalty notices with their head of labels, and pages about them.

use fineprint_document::dates;
use fineprint_model::{AuthorityId, Document, Measure, MeasureKind, SourceKind, Statement};

use crate::info::SourceInfo;
use crate::pattern::{Pattern, group, pattern};
use crate::registry::{Adapter, Plan, undivided};
use crate::structured::{Claims, blocks_without, is_at, organisation};

/// How its notices are read.
pub(crate) const ADAPTER: Adapter = Adapter { info: include_str!("source.toml"), recognises, split: undivided, plan };

static NOTICE: Pattern = pattern!(r"(?i)\A[\s\S]{0,1500}?\b(?P<title>(?:monetary )?penalty notice)\b");
static COMMISSIONER: Pattern = pattern!(r"(?P<name>Information Commissioner(?:['’]s Office)?|\bICO\b)");
/// "To:" at a line's start, the addressee of a notice.
static TO: Pattern = pattern!(r"(?m)^\s*To:?[ \t\n]+(?P<name>[^\n]{2,90})$");
static DATED: Pattern = pattern!(
    r"(?mi)^\s*(?:dated|date|date of (?:issue|notice|penalty))(?: the)?[ \t]*:?[ \t\n]+(?P<date>[^\n]{8,40})$"
);
static TYPE: Pattern =
    pattern!(r"(?mi)^\s*type[ \t]*:?[ \t\n]+(?P<type>monetary penalt(?:y|ies)|enforcement notices?|reprimands?)$");

/// "1 February 2023, Reprimand, Local government": the line under the name on a page about one enforcement action.
static ACTION: Pattern = pattern!(
    r"(?m)^\s*(?P<date>[0-9]{1,2} [A-Z][a-z]+ [0-9]{4}),? (?P<type>(?i:monetary penalt(?:y|ies)|enforcement notices?|reprimands?)),? [^\n]{2,60}$"
);

fn recognises(document: &Document, _: &SourceInfo) -> bool {
    is_at(document, "ico.org.uk") || NOTICE.is_match(&document.text) && COMMISSIONER.is_match(&document.text)
}

fn plan(document: &Document, claims: &mut Claims<'_>) -> Plan {
    let text = &document.text;
    let authority = AuthorityId::new("gb-ico").ok();
    // Only the notice names its addressee; a page about it has the same words in its title.
    let addressee = TO.captures(text).and_then(|found| group(&found, "name", 0));
    let is_notice = addressee.is_some() && NOTICE.is_match(text);
    if is_notice && let Some((name, span)) = addressee {
        if let Some(party) = organisation(name) {
            claims.state(Statement::Party(party), span, None);
        }
        if let Some(id) = &authority
            && let Some((_, span)) = COMMISSIONER.captures(text).and_then(|found| group(&found, "name", 0))
        {
            claims.state(Statement::Authority(id.clone()), span, None);
        }
    }
    if let Some((date, span)) = DATED.captures(text).and_then(|found| group(&found, "date", 0))
        && let Some(date) = dates::written(date)
    {
        // A notice is dated when it is issued; a page about it when the page appeared.
        let statement = if is_notice { Statement::DecidedOn(date) } else { Statement::PublishedOn(date) };
        claims.state(statement, span, None);
    }
    if let Some(found) = ACTION.captures(text)
        && let Some((date, span)) = group(&found, "date", 0)
        && let Some(date) = dates::written(date)
        && !claims.has("decided-on")
    {
        claims.state(Statement::DecidedOn(date), span, None);
    }
    if let Some((kind, span)) = TYPE.captures(text).and_then(|found| group(&found, "type", 0)) {
        let kind = match kind.to_lowercase() {
            kind if kind.starts_with("monetary") => MeasureKind::Fine,
            kind if kind.starts_with("reprimand") => MeasureKind::Reprimand,
            _ => MeasureKind::BringIntoCompliance,
        };
        let measure = Measure { kind, party: None, amount: None, note: None };
        claims.state(Statement::Measure(measure), span, None);
    }
    let kind = if is_notice { SourceKind::OfficialDecision } else { SourceKind::OfficialPressRelease };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_a_notice() {
        let text = "MONETARY PENALTY NOTICE\n\nTo: Example Calls Ltd\n\nOf: 1 Example Street\n\nDated: 3 June 2030";
        assert!(NOTICE.is_match(text));
        assert_eq!(TO.captures(text).and_then(|found| group(&found, "name", 0)).unwrap().0, "Example Calls Ltd");
        assert_eq!(DATED.captures(text).and_then(|found| group(&found, "date", 0)).unwrap().0, "3 June 2030");
        assert!(TYPE.is_match("Type\n\nMonetary penalties"));
        let line = "3 June 2030, Reprimand, Local government";
        assert_eq!(ACTION.captures(line).and_then(|found| group(&found, "date", 0)).unwrap().0, "3 June 2030");
        assert!(COMMISSIONER.is_match("the Information Commissioner"));
    }
}
