//! What a user gets from a notice, in the terms of the annotations.
//!
//! The draft's claims are resolved to a record by the program's own policy, and the record is read: what is measured
//! is what would stand in the knowledge base, not what some stage on the way knew.

use std::collections::BTreeMap;

use fineprint_model::resolve::{self, LEAST_CONFIDENCE};
use fineprint_model::{
    AuthorityId, Basis, Case, CaseId, Claim, Draft, FindingKind, MeasureKind, Money, MoneyEventKind, Outcome, Source,
    Stage, Statement,
};

use crate::mark::Field;
use crate::text;

/// A value with its confidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The value in the report's spelling.
    pub value: String,
    /// 0 to 1; `None` where a labelled place states it.
    pub confidence: Option<f64>,
    /// Other spellings, of names.
    pub aliases: Vec<String>,
}

/// Values by field.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    by_field: BTreeMap<Field, Vec<Found>>,
}

impl Answer {
    /// The values of a field; empty where none was found.
    pub fn of(&self, field: Field) -> &[Found] {
        self.by_field.get(&field).map(Vec::as_slice).unwrap_or_default()
    }

    fn add(&mut self, field: Field, value: String, confidence: Option<f64>) {
        self.add_named(field, Found { value, confidence, aliases: Vec::new() });
    }

    fn add_named(&mut self, field: Field, found: Found) {
        let list = self.by_field.entry(field).or_default();
        if !list.iter().any(|known| known.value == found.value) {
            list.push(found);
        }
    }

    /// What the drafts of a notice say. The first is the notice's own matter: of the others only lists are taken.
    pub(crate) fn of_drafts(drafts: &[Draft]) -> Self {
        let mut answer = Self::default();
        for (at, draft) in drafts.iter().enumerate() {
            let Some(case) = record(&draft.source, &draft.claims) else { continue };
            answer.read(&case, at == 0);
        }
        answer
    }

    /// What claims say that need not name an authority, as those of a part of a page.
    pub(crate) fn of_claims(source: &Source, claims: &[Claim]) -> Self {
        let mut answer = Self::default();
        if let Some(case) = record(source, claims) {
            answer.read(&case, true);
        }
        answer
    }

    /// The same with other words for outcomes; one for which there is no word goes.
    pub(crate) fn with_outcomes(&self, word: impl Fn(&str) -> Option<&'static str>) -> Self {
        let mut answer = self.clone();
        if let Some(outcomes) = answer.by_field.get_mut(&Field::Outcome) {
            outcomes.retain_mut(|found| {
                let Some(word) = word(&found.value) else { return false };
                found.value = word.to_owned();
                true
            });
        }
        answer
    }

    fn read(&mut self, case: &Case, is_first: bool) {
        for party in case.respondents() {
            let Some(name) = party.name.value() else { continue };
            let confidence = surest(case, |statement| matches!(statement, Statement::Party(p) if p.id == party.id));
            self.add_named(Field::Parties, Found { value: name.clone(), confidence, aliases: party.aliases.clone() });
        }
        for provision in case.provisions(FindingKind::Violated) {
            let confidence = surest(case, |statement| {
                matches!(statement, Statement::Finding(f)
                    if f.finding == FindingKind::Violated && f.provision == *provision)
            });
            self.add(Field::LegalRefs, provision.article().to_string(), confidence);
            self.add(Field::LegalRefsFull, provision.to_string(), confidence);
        }
        if !is_first {
            return;
        }
        if case.claims.iter().any(|claim| claim.statement.field() == "authority") {
            let confidence = surest(case, |statement| matches!(statement, Statement::Authority(_)));
            self.add(Field::Authority, case.authority.to_string(), confidence);
        }
        if let Some(amount) = fine(case) {
            let confidence = surest(
                case,
                |statement| matches!(statement, Statement::Money(event) if event.amount.value() == Some(&amount)),
            )
            .or_else(|| surest(case, |statement| matches!(statement, Statement::Money(_))));
            self.add(Field::Fines, text::money(amount), confidence);
        }
        if let Some((label, confidence)) = outcome(case) {
            self.add(Field::Outcome, label.to_owned(), confidence);
        }
        let people = case.affected_people.value().map(|number| (number.point(), "affected-people"));
        let records = case.affected_records.value().map(|number| (number.point(), "affected-records"));
        if let Some((number, field)) = people.or(records) {
            let confidence = surest(case, |statement| statement.field() == field);
            self.add(Field::Affected, number.to_string(), confidence);
        }
        for (field, date, name) in [
            (Field::DecisionDate, &case.decided_on, "decided-on"),
            (Field::PublicationDate, &case.published_on, "published-on"),
        ] {
            if let Some(date) = date.value() {
                self.add(field, date.to_string(), surest(case, |statement| statement.field() == name));
            }
        }
        if let Some(reference) = case.reference.value() {
            let confidence = surest(case, |statement| matches!(statement, Statement::Reference(_)));
            self.add(Field::CaseRef, reference.clone(), confidence);
        }
    }
}

/// The record that claims make by themselves; `None` only where an id of ours is none.
fn record(source: &Source, claims: &[Claim]) -> Option<Case> {
    let authority = claims.iter().find_map(|claim| match &claim.statement {
        Statement::Authority(id) => Some(id.clone()),
        _ => None,
    });
    // A stand-in where no authority is claimed: the field is then not read.
    let authority = authority.or_else(|| AuthorityId::new("xx-unknown").ok())?;
    let mut case = Case::new(CaseId::new("measured").ok()?, authority);
    case.sources = vec![source.clone()];
    case.claims = claims
        .iter()
        .filter(|claim| claim.confidence.is_none_or(|confidence| confidence >= LEAST_CONFIDENCE))
        .map(|claim| Claim { source: source.id.clone(), ..claim.clone() })
        .collect();
    resolve::resolve(&mut case);
    Some(case)
}

/// The highest confidence of the claims that say so.
fn surest(case: &Case, says: impl Fn(&Statement) -> bool) -> Option<f64> {
    let mut sure = None;
    for claim in case.claims.iter().filter(|claim| says(&claim.statement)) {
        // What a labelled place states has no confidence and is not to be calibrated.
        let confidence = claim.confidence?;
        sure = Some(sure.map_or(confidence, |known: f64| known.max(confidence)));
    }
    sure
}

/// The final amount of this decision: after reductions of its own, before what courts did later; where nothing is
/// imposed yet, what is proposed.
fn fine(case: &Case) -> Option<Money> {
    let mut ledger = case.clone();
    ledger.ledger.retain(|event| !matches!(event.event, MoneyEventKind::Annulled | MoneyEventKind::Paid));
    ledger.fine(Basis::Current).amount().or_else(|| {
        let proposed = case.ledger.iter().find(|event| event.event == MoneyEventKind::Proposed);
        proposed.and_then(|event| event.amount.value().copied())
    })
}

/// The outcome in the one word of the annotations, where the record has axes of its own.
fn outcome(case: &Case) -> Option<(&'static str, Option<f64>)> {
    let measure = |kinds: &[MeasureKind]| {
        case.measures
            .iter()
            .any(|measure| kinds.contains(&measure.kind))
            .then(|| surest(case, |statement| matches!(statement, Statement::Measure(m) if kinds.contains(&m.kind))))
    };
    let found = |outcomes: &[Outcome]| {
        case.outcome
            .value()
            .is_some_and(|outcome| outcomes.contains(outcome))
            .then(|| surest(case, |statement| matches!(statement, Statement::Outcome(_))))
    };
    let proposed = (case.stage.value() == Some(&Stage::Proposed))
        .then(|| surest(case, |statement| matches!(statement, Statement::Stage(_))));
    [
        ("proposed_fine", proposed),
        ("settlement", measure(&[MeasureKind::Settlement]).or_else(|| found(&[Outcome::Settled]))),
        ("fine", measure(&[MeasureKind::Fine, MeasureKind::CivilPenalty])),
        ("reprimand", measure(&[MeasureKind::Reprimand, MeasureKind::Warning])),
        (
            "order",
            measure(&[
                MeasureKind::BringIntoCompliance,
                MeasureKind::ComplyWithRequest,
                MeasureKind::LimitOrBan,
                MeasureKind::RectifyOrErase,
                MeasureKind::CommunicateBreach,
                MeasureKind::SuspendTransfers,
                MeasureKind::FormalNotice,
                MeasureKind::Injunction,
            ]),
        ),
        ("dismissed", found(&[Outcome::NoViolation, Outcome::RejectedComplaint, Outcome::Inadmissible])),
        ("closed", found(&[Outcome::Discontinued])),
        ("violation_no_fine", found(&[Outcome::ViolationFound, Outcome::Partly])),
    ]
    .into_iter()
    .find_map(|(label, confidence)| Some((label, confidence?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fineprint_model::{Currency, Finding, Measure, Method, MoneyEvent, SourceId, SourceKind, Stated};

    fn claim(statement: Statement, confidence: f64) -> Claim {
        Claim {
            statement,
            source: SourceId::new("x").unwrap(),
            method: Method::Prose,
            confidence: Some(confidence),
            evidence: None,
        }
    }

    fn money(event: MoneyEventKind, units: i64) -> Statement {
        Statement::Money(MoneyEvent {
            event,
            on: Stated::default(),
            amount: Stated::Value(Money::from_major(units, Currency::EUR).unwrap()),
            party: None,
            source: None,
            note: None,
        })
    }

    fn measure(kind: MeasureKind) -> Statement {
        Statement::Measure(Measure { kind, party: None, amount: None, note: None })
    }

    fn answer(claims: &[Claim]) -> Answer {
        Answer::of_claims(&Source::new(SourceId::new("x").unwrap(), SourceKind::News), claims)
    }

    fn values(answer: &Answer, field: Field) -> Vec<&str> {
        answer.of(field).iter().map(|found| found.value.as_str()).collect()
    }

    #[test]
    fn the_final_amount_of_the_decision_is_read_with_its_confidence() {
        let claims = [
            claim(money(MoneyEventKind::Imposed, 100), 0.9),
            claim(money(MoneyEventKind::Reduced, 60), 0.8),
            claim(measure(MeasureKind::Fine), 0.7),
        ];
        let answer = answer(&claims);
        assert_eq!(values(&answer, Field::Fines), ["EUR 60"]);
        assert_eq!(answer.of(Field::Fines)[0].confidence, Some(0.8));
        assert_eq!(values(&answer, Field::Outcome), ["fine"]);
        assert!(answer.of(Field::Authority).is_empty(), "none is claimed");
    }

    #[test]
    fn what_is_below_the_threshold_is_not_given() {
        let answer = answer(&[claim(money(MoneyEventKind::Imposed, 100), 0.49)]);
        assert_eq!(answer.of(Field::Fines), []);
    }

    #[test]
    fn provisions_are_read_at_both_depths() {
        let finding = |path: &str, finding| {
            let provision = path.parse().unwrap();
            Statement::Finding(Finding { provision, finding, violations: Vec::new(), party: None, note: None })
        };
        let answer = answer(&[
            claim(finding("gdpr/5/1/a", FindingKind::Violated), 0.9),
            claim(finding("gdpr/5/1/f", FindingKind::Violated), 0.9),
            claim(finding("gdpr/83", FindingKind::Procedural), 0.9),
        ]);
        assert_eq!(values(&answer, Field::LegalRefs), ["gdpr/5"]);
        assert_eq!(values(&answer, Field::LegalRefsFull), ["gdpr/5/1/a", "gdpr/5/1/f"]);
    }

    #[test]
    fn a_proposal_is_no_fine_yet() {
        let claims = [claim(money(MoneyEventKind::Proposed, 100), 0.9), claim(Statement::Stage(Stage::Proposed), 0.9)];
        let answer = answer(&claims);
        assert_eq!(values(&answer, Field::Outcome), ["proposed_fine"]);
        assert_eq!(values(&answer, Field::Fines), ["EUR 100"]);
    }
}
