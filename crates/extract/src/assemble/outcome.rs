//! What the decision comes to.

use fineprint_model::{Measure, MeasureKind, Outcome, Stage, Statement};

use super::money::Fines;
use super::{Draft, cue_counts};
use crate::CandidateKind;
use crate::lang::Cue;
use crate::lexicon::Sense;
use crate::reading::{Features, cue_name};
use crate::weights::{confidence, judge};

/// The outcome in one word, as the weights name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Fine,
    Proposed,
    Settlement,
    Reprimand,
    Order,
    Dismissed,
    Closed,
    Violation,
}

/// Judges the outcome and claims it with its measure and stage.
pub(super) fn claim_outcome(draft: &mut Draft<'_>, fines: &Fines, violated: usize) -> Kind {
    let reading = draft.reading;
    let counts = cue_counts(reading);
    if counts.is_empty() {
        return Kind::Violation;
    }
    let mut features = Features::default();
    for (cue, (all, lead)) in &counts {
        features.set(cue_name(*cue), (1.0 + all).ln().min(2.5));
        if *lead > 0.0 {
            features.set(&format!("{}-lead", cue_name(*cue)), (1.0 + lead).ln().min(1.6));
        }
    }
    let operative = reading.marks.iter().rposition(|mark| *mark.sense == Sense::Cue(Cue::Operative));
    for mark in operative.and_then(|at| reading.marks.get(at..)).unwrap_or_default() {
        if let Sense::Cue(cue) = mark.sense {
            features.set(&format!("{}-operative", cue_name(*cue)), 1.0);
        }
    }
    let share = |odds: f64| 1.0 / (1.0 + (-odds).exp());
    for (name, picked) in [
        ("amount", &fines.imposed),
        ("amount-initial", &fines.initial),
        ("amount-proposed", &fines.proposed),
        ("amount-withdrawn", &fines.withdrawn),
    ] {
        if let Some(picked) = picked {
            features.set(name, share(picked.odds));
        }
    }
    // Proceedings that end because a reduced fine was paid end with a fine.
    if let (Some(initial), Some(imposed)) = (&fines.initial, &fines.imposed)
        && initial.money.currency == imposed.money.currency
        && imposed.money.amount_minor < initial.money.amount_minor
    {
        features.set("reduction", share(initial.odds) * share(imposed.odds));
    }
    if violated > 0 {
        features.set("finding", 1.0);
    }
    let verdict = judge("outcome", &features);
    let kind = match verdict.role {
        "fine" => Kind::Fine,
        "proposed" => Kind::Proposed,
        "settlement" => Kind::Settlement,
        "reprimand" => Kind::Reprimand,
        "order" => Kind::Order,
        "dismissed" => Kind::Dismissed,
        "closed" => Kind::Closed,
        _ => Kind::Violation,
    };
    let cues: &[Cue] = match kind {
        Kind::Fine => &[Cue::Fined, Cue::Fine],
        Kind::Proposed => &[Cue::Proposed],
        Kind::Settlement => &[Cue::Settlement],
        Kind::Reprimand => &[Cue::Reprimand],
        Kind::Order => &[Cue::Order],
        Kind::Dismissed => &[Cue::Dismissed, Cue::NotViolated],
        Kind::Closed => &[Cue::Closed],
        Kind::Violation => &[Cue::Violated],
    };
    let span = cues.iter().find_map(|cue| {
        reading.marks.iter().find(|mark| *mark.sense == Sense::Cue(*cue)).map(|mark| (mark.start, mark.end))
    });
    let amount = fines.imposed.as_ref().or(fines.proposed.as_ref()).map(|picked| picked.span);
    let Some(span) = span.or(amount) else { return kind };
    let odds = verdict.margin(verdict.role);
    let place = draft.see(CandidateKind::Outcome, span, verdict.role.to_owned(), &verdict);
    let sure = confidence(odds);
    let measure = |kind| Statement::Measure(Measure { kind, party: None, amount: None, note: None });
    let statements = match kind {
        Kind::Fine => vec![
            Statement::Outcome(Outcome::ViolationFound),
            Statement::Stage(Stage::Decided),
            measure(MeasureKind::Fine),
        ],
        Kind::Proposed => vec![Statement::Stage(Stage::Proposed)],
        Kind::Settlement => vec![
            Statement::Outcome(Outcome::Settled),
            Statement::Stage(Stage::Decided),
            measure(MeasureKind::Settlement),
        ],
        Kind::Reprimand => vec![
            Statement::Outcome(Outcome::ViolationFound),
            Statement::Stage(Stage::Decided),
            measure(MeasureKind::Reprimand),
        ],
        Kind::Order => vec![
            Statement::Outcome(Outcome::ViolationFound),
            Statement::Stage(Stage::Decided),
            measure(MeasureKind::BringIntoCompliance),
        ],
        Kind::Dismissed => vec![Statement::Outcome(Outcome::NoViolation), Statement::Stage(Stage::Decided)],
        Kind::Closed => vec![Statement::Outcome(Outcome::Discontinued), Statement::Stage(Stage::Decided)],
        Kind::Violation => vec![Statement::Outcome(Outcome::ViolationFound), Statement::Stage(Stage::Decided)],
    };
    // A page that speaks of no decision at all has an outcome only by the bias of the weights.
    let speaks_of_decision = fines.imposed.is_some()
        || fines.proposed.is_some()
        || violated > 0
        || (!matches!(kind, Kind::Fine | Kind::Violation) && odds > 0.3)
        || counts.contains_key(&Cue::Fined);
    if speaks_of_decision {
        for statement in statements {
            if draft.claim(statement, Some(span), sure) {
                draft.accept(place);
            }
        }
    }
    kind
}
