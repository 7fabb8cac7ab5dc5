//! Rule `unknown-term`.

use crate::case::{Case, Finding, Measure};
use crate::claim::Statement;
use crate::ledger::MoneyEvent;
use crate::lint::{Report, fields, quoted};
use crate::party::Party;
use crate::stated::Stated;
use crate::terms::Term;
use crate::vocab::{self, Vocabulary, nearest};

super::rule! {
/// # What it does
/// reports a term that no vocabulary knows, with the nearest one that it does know.
///
/// # Why is this bad
/// the case is missing from every list, count and search that uses the term.
///
/// # Example
/// `"outcome": "violation-fuond"`
///
/// # Use instead
/// `"outcome": "violation-found"`, or add the term to `data/vocab` if it is really new.
    UnknownTerm, "unknown-term", Error, check
}

fn check(case: &Case, report: &mut Report) {
    listed(report, "/authority", "authorities", vocab::authorities(), case.authority.as_str());
    stated(report, "/trigger", &case.trigger);
    stated(report, "/cross_border", &case.cross_border);
    stated(report, "/outcome", &case.outcome);
    stated(report, "/stage", &case.stage);
    language(report, "/language", case.language.as_deref());
    for (pointer, found) in fields::parties(case) {
        party(report, &pointer, found);
    }
    for (pointer, found) in fields::findings(case) {
        finding(report, &pointer, found);
    }
    for (pointer, found) in fields::money(case) {
        event(report, &pointer, found);
    }
    for (pointer, found) in fields::measures(case) {
        measure(report, &pointer, found);
    }
    for (pointer, statement) in fields::statements(case) {
        match statement {
            Statement::Authority(id) => listed(report, &pointer, "authorities", vocab::authorities(), id.as_str()),
            Statement::Outcome(outcome) => term(report, &pointer, outcome),
            Statement::Stage(stage) => term(report, &pointer, stage),
            Statement::Trigger(trigger) => term(report, &pointer, trigger),
            _ => {}
        }
    }
    for (at, appeal) in case.appeals.iter().enumerate() {
        term(report, &format!("/appeals/{at}/result"), &appeal.result);
    }
    for (at, id) in case.contexts.iter().enumerate() {
        listed(report, &format!("/contexts/{at}"), "contexts", vocab::contexts(), id);
    }
    for (at, id) in case.data_categories.iter().enumerate() {
        listed(report, &format!("/data_categories/{at}"), "data-categories", vocab::data_categories(), id);
    }
    for (at, factor) in case.factors.iter().enumerate() {
        listed(report, &format!("/factors/{at}/factor"), "factors", vocab::factors(), &factor.factor);
        term(report, &format!("/factors/{at}/direction"), &factor.direction);
    }
    for (at, source) in case.sources.iter().enumerate() {
        term(report, &format!("/sources/{at}/kind"), &source.kind);
        language(report, &format!("/sources/{at}/language"), source.language.as_deref());
    }
    for (at, claim) in case.claims.iter().enumerate() {
        term(report, &format!("/claims/{at}/method"), &claim.method);
    }
}

fn party(report: &mut Report, pointer: &str, party: &Party) {
    stated(report, &format!("{pointer}/role"), &party.role);
    stated(report, &format!("{pointer}/kind"), &party.kind);
    if let Some(country) = &party.country {
        listed(report, &format!("{pointer}/country"), "countries", vocab::countries(), country);
    }
    for (at, id) in party.sectors.iter().enumerate() {
        listed(report, &format!("{pointer}/sectors/{at}"), "sectors", vocab::sectors(), id);
    }
    if let Some(nace) = party.nace.as_deref().filter(|nace| !is_nace(nace)) {
        let help = "write the section's letter or the division's two digits";
        report.add(format!("{pointer}/nace"), "a NACE section or division such as `Q` or `62`", quoted(nace), help);
    }
}

fn finding(report: &mut Report, pointer: &str, finding: &Finding) {
    term(report, &format!("{pointer}/finding"), &finding.finding);
    for (at, id) in finding.violations.iter().enumerate() {
        listed(report, &format!("{pointer}/violations/{at}"), "violations", vocab::violations(), id);
    }
}

fn event(report: &mut Report, pointer: &str, event: &MoneyEvent) {
    term(report, &format!("{pointer}/event"), &event.event);
}

fn measure(report: &mut Report, pointer: &str, measure: &Measure) {
    term(report, &format!("{pointer}/kind"), &measure.kind);
}

fn term<T: Term>(report: &mut Report, pointer: &str, term: &T) {
    if !term.is_known() {
        let near = nearest(term.as_str(), T::all().iter().map(Term::as_str));
        unknown(report, pointer, T::VOCABULARY, term.as_str(), near);
    }
}

fn stated<T: Term>(report: &mut Report, pointer: &str, value: &Stated<T>) {
    if let Some(value) = value.value() {
        term(report, pointer, value);
    }
}

fn listed<T>(report: &mut Report, pointer: &str, name: &str, vocabulary: &Vocabulary<T>, id: &str) {
    if vocabulary.get(id).is_none() {
        unknown(report, pointer, name, id, vocabulary.nearest(id));
    }
}

fn unknown(report: &mut Report, pointer: &str, vocabulary: &str, found: &str, near: Option<&str>) {
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "the known terms stand in `data/vocab`".to_owned(),
    };
    report.add(pointer, format!("a term of `{vocabulary}`"), quoted(found), help);
}

fn language(report: &mut Report, pointer: &str, code: Option<&str>) {
    if let Some(code) = code.filter(|code| code.len() != 2 || !code.bytes().all(|b| b.is_ascii_lowercase())) {
        report.add(pointer, "an ISO 639-1 code such as `fr`", quoted(code), "write the two letters of the language");
    }
}

fn is_nace(code: &str) -> bool {
    let bytes = code.as_bytes();
    match bytes {
        [b'A'..=b'U'] => true,
        [a, b, rest @ ..] => {
            a.is_ascii_digit()
                && b.is_ascii_digit()
                && (rest.is_empty()
                    || (rest[0] == b'.' && matches!(rest.len(), 2 | 3) && rest[1..].iter().all(u8::is_ascii_digit)))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;
    use crate::{AuthorityId, Outcome};

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(
            &UnknownTerm,
            &[
                "/authority",
                "/outcome",
                "/parties/0/country",
                "/parties/0/sectors/0",
                "/parties/0/nace",
                "/findings/0/violations/0",
                "/factors/0/factor",
            ],
            |case| {
                case.authority = AuthorityId::new("fr-cnul").unwrap();
                case.outcome = Stated::Value(Outcome::from_slug("violation-fuond"));
                case.parties[0].country = Some("fr".into());
                case.parties[0].sectors = vec!["helth".into()];
                case.parties[0].nace = Some("6".into());
                case.findings[0].violations = vec!["securety".into()];
                case.factors[0].factor = "z".into();
            },
        );
    }
}
