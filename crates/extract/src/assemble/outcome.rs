//! What the decision comes to.

use fineprint_model::{BlockKind, Measure, MeasureKind, Outcome, Stage, Statement};

use super::money::Fines;
use super::{Draft, cue_counts};
use crate::CandidateKind;
use crate::lang::Cue;
use crate::lexicon::Sense;
use crate::reading::{Features, Place, Reading, feature_name};
use crate::weights::{confidence, judge};

/// What of a proposed amount still counts where a lower one was imposed.
const OVERTAKEN: f64 = 0.2;

/// What an authority's finding or measure is told with.
const DECIDES: [Cue; 8] = [
    Cue::Violated,
    Cue::NotViolated,
    Cue::Reprimand,
    Cue::Order,
    Cue::Dismissed,
    Cue::Closed,
    Cue::Settlement,
    Cue::Fine,
];

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

impl Kind {
    fn of(role: &str) -> Self {
        match role {
            "fine" => Self::Fine,
            "proposed" => Self::Proposed,
            "settlement" => Self::Settlement,
            "reprimand" => Self::Reprimand,
            "order" => Self::Order,
            "dismissed" => Self::Dismissed,
            "closed" => Self::Closed,
            _ => Self::Violation,
        }
    }
}

/// Judges the outcome and claims it with its measure and stage.
pub(super) fn claim_outcome(draft: &mut Draft<'_>, fines: &Fines, violated: usize, has_authority: bool) -> Kind {
    let reading = draft.reading;
    let counts = cue_counts(reading);
    if counts.is_empty() {
        return Kind::Violation;
    }
    let mut features = Features::default();
    for (cue, (all, lead)) in &counts {
        features.set(feature_name(*cue, Place::Anywhere), (1.0 + all).ln().min(2.5));
        if *lead > 0.0 {
            features.set(feature_name(*cue, Place::Lead), (1.0 + lead).ln().min(1.6));
        }
    }
    let (first, last, end) = ends(reading);
    for mark in &reading.marks {
        if let Sense::Cue(cue) = mark.sense {
            if mark.start < first {
                features.set(feature_name(*cue, Place::First), 1.0);
            }
            if mark.start >= last && mark.start < end {
                features.set(feature_name(*cue, Place::End), 1.0);
            }
        }
    }
    let operative = reading.marks.iter().rposition(|mark| *mark.sense == Sense::Cue(Cue::Operative));
    for mark in operative.and_then(|at| reading.marks.get(at..)).unwrap_or_default() {
        if let Sense::Cue(cue) = mark.sense {
            features.set(feature_name(*cue, Place::Operative), 1.0);
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
    // What was proposed first and then set lower is no proposal any more.
    if let (Some(proposed), Some(imposed)) = (&fines.proposed, &fines.imposed)
        && imposed.odds > proposed.odds
        && proposed.money.currency == imposed.money.currency
        && imposed.money.amount_minor < proposed.money.amount_minor
    {
        features.set("amount-proposed", OVERTAKEN * share(proposed.odds));
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
    let mut verdict = judge("outcome", features);
    let amount = fines.imposed.as_ref().or(fines.proposed.as_ref()).map(|picked| picked.span);
    // What no word of the text speaks of is not what it comes to, however the weights lean.
    let evidence = |role: &str| {
        let of_cue = cues_of(Kind::of(role)).iter().find_map(|cue| {
            reading.marks.iter().find(|mark| *mark.sense == Sense::Cue(*cue)).map(|mark| (mark.start, mark.end))
        });
        of_cue.or(amount.filter(|_| matches!(Kind::of(role), Kind::Fine | Kind::Proposed | Kind::Settlement)))
    };
    let mut ranked = verdict.scores.clone();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let Some((role, span)) = ranked.iter().find_map(|(role, _)| Some((*role, evidence(role)?))) else {
        return Kind::of(verdict.role);
    };
    verdict.scores.retain(|(other, _)| evidence(other).is_some());
    verdict.role = role;
    let kind = Kind::of(role);
    let odds = verdict.margin(verdict.role);
    let place = draft.see(CandidateKind::Outcome, span, verdict.role.to_owned(), &verdict);
    let sure = confidence(odds);
    let found = match draft.cleared() {
        true if violated > 0 => Outcome::Partly,
        _ => Outcome::ViolationFound,
    };
    // A page that speaks of no decision at all has an outcome only by the bias of the weights.
    let speaks_of_decision = fines.imposed.is_some()
        || fines.proposed.is_some()
        || violated > 0
        || (!matches!(kind, Kind::Fine | Kind::Violation) && odds > 0.3)
        || counts.contains_key(&Cue::Fined)
        || (has_authority && DECIDES.iter().any(|cue| counts.contains_key(cue)));
    // A noun alone says of no fine that it was imposed: "the complaint seeks penalties".
    let is_fine_of_nobody = kind == Kind::Fine && fines.imposed.is_none() && !counts.contains_key(&Cue::Fined);
    let speaks_of_decision = speaks_of_decision && !is_fine_of_nobody;
    if speaks_of_decision {
        let statements = statements(kind, &found);
        for statement in statements.clone() {
            if draft.claim(statement, Some(span), sure) {
                draft.accept(place);
            }
        }
        for role in verdict.scores.iter().map(|(role, _)| *role).filter(|role| *role != verdict.role) {
            let odds = verdict.margin(role);
            for statement in self::statements(Kind::of(role), &found).into_iter().filter(|s| !statements.contains(s)) {
                draft.propose(statement, Some(span), confidence(odds));
            }
        }
        if matches!(kind, Kind::Fine | Kind::Reprimand) {
            for (kind, span) in further_measures(reading, kind) {
                draft.claim(measure(kind), Some(span), FURTHER);
            }
        }
    }
    kind
}

/// The words that an outcome is told with, those first that say it best.
fn cues_of(kind: Kind) -> &'static [Cue] {
    match kind {
        Kind::Fine => &[Cue::Fined, Cue::Fine],
        Kind::Proposed => &[Cue::Proposed],
        Kind::Settlement => &[Cue::Settlement],
        Kind::Reprimand => &[Cue::Reprimand],
        Kind::Order => &[Cue::Order],
        Kind::Dismissed => &[Cue::Dismissed, Cue::NotViolated],
        Kind::Closed => &[Cue::Closed],
        Kind::Violation => &[Cue::Violated],
    }
}

/// What an outcome says of the record's separate fields.
fn statements(kind: Kind, found: &Outcome) -> Vec<Statement> {
    let (outcome, kind) = match kind {
        Kind::Fine => (found.clone(), Some(MeasureKind::Fine)),
        Kind::Proposed => return vec![Statement::Stage(Stage::Proposed)],
        Kind::Settlement => (Outcome::Settled, Some(MeasureKind::Settlement)),
        Kind::Reprimand => (found.clone(), Some(MeasureKind::Reprimand)),
        Kind::Order => (found.clone(), Some(MeasureKind::BringIntoCompliance)),
        Kind::Dismissed => (Outcome::NoViolation, None),
        Kind::Closed => (Outcome::Discontinued, None),
        Kind::Violation => (found.clone(), None),
    };
    let mut out = vec![Statement::Outcome(outcome), Statement::Stage(Stage::Decided)];
    out.extend(kind.map(measure));
    out
}

fn measure(kind: MeasureKind) -> Statement {
    Statement::Measure(Measure { kind, party: None, amount: None, note: None })
}

/// Where the first sentence of the prose ends, where the last ones begin and end: what was decided mostly stands in one
/// or the other.
fn ends(reading: &Reading<'_>) -> (usize, usize, usize) {
    /// How much of the end counts, in bytes.
    const END: usize = 450;
    const SHORTEST: usize = 60;
    let is_prose = |block: &&crate::view::ViewBlock| !matches!(block.kind, BlockKind::Title | BlockKind::Heading(_));
    let first = reading
        .view
        .blocks
        .iter()
        .filter(is_prose)
        .find(|block| block.end - block.start >= SHORTEST)
        .map_or(0, |block| reading.view.sentence(block.start).1);
    let end = reading.aside_start.max(first);
    (first, end.saturating_sub(END).max(first), end)
}

/// How sure a measure is that is told beside the main one.
const FURTHER: f64 = 0.7;

/// Reprimands and orders to comply that the sentence of the decision, or its list, has beside the main measure.
fn further_measures(reading: &Reading<'_>, main: Kind) -> Vec<(MeasureKind, (usize, usize))> {
    let mut out: Vec<(MeasureKind, (usize, usize))> = Vec::new();
    // A list under "The decision imposes:" shares its verb.
    let (mut in_list, mut list_decides) = (false, false);
    for block in &reading.view.blocks {
        let is_item = block.kind == BlockKind::Item;
        in_list = is_item && (in_list || list_decides);
        let text = reading.view.text.get(block.start..block.end).unwrap_or_default().trim_end();
        let first = reading.view.sentences.partition_point(|(start, _)| *start < block.start);
        let sentences = reading.view.sentences[first..].iter().take_while(|(start, _)| *start < block.end);
        let mut decides = false;
        for (from, to) in sentences {
            let marks = reading.marks_in(*from, *to);
            let find = |wanted: Cue| {
                marks.iter().find(|mark| *mark.sense == Sense::Cue(wanted)).map(|mark| (mark.start, mark.end))
            };
            decides = [Cue::Fined, Cue::Imposes, Cue::Operative].into_iter().any(|cue| find(cue).is_some());
            let is_open = [Cue::Asked, Cue::Proposed, Cue::Maximum, Cue::Earlier, Cue::Alleged]
                .iter()
                .any(|cue| find(*cue).is_some());
            if is_open || !(decides || in_list || find(Cue::Decision).is_some()) {
                continue;
            }
            if main == Kind::Fine
                && let Some(span) = find(Cue::Reprimand)
            {
                out.push((MeasureKind::Reprimand, span));
            }
            if let (Some(span), Some(_)) = (find(Cue::Order), find(Cue::IntoCompliance)) {
                out.push((MeasureKind::BringIntoCompliance, span));
            }
        }
        if !is_item {
            list_decides = decides && text.ends_with(':');
        }
    }
    let mut seen: Vec<MeasureKind> = Vec::new();
    out.retain(|(kind, _)| {
        let is_new = !seen.contains(kind);
        if is_new {
            seen.push(kind.clone());
        }
        is_new
    });
    out
}
