//! Claims of one reading that cannot be true together: the weaker one goes, so that no record contradicts itself.

use fineprint_model::{
    Claim, FindingKind, MeasureKind, Method, Money, MoneyEvent, MoneyEventKind, Outcome, PartialDate, Provision, Stage,
    Stated, Statement, vocab,
};

/// Leaves out what contradicts surer claims.
pub(crate) fn settle(claims: &mut Vec<Claim>) {
    existing_provisions(claims);
    outcome_and_findings(claims);
    reductions(claims);
    proposals(claims);
    fines_and_measures(claims);
    dates_in_order(claims);
}

fn sureness(claim: &Claim) -> f64 {
    claim.confidence.unwrap_or(1.0)
}

fn is_violated(claim: &Claim) -> bool {
    matches!(&claim.statement, Statement::Finding(finding) if finding.finding == FindingKind::Violated)
}

fn event(claim: &Claim) -> Option<&MoneyEvent> {
    match &claim.statement {
        Statement::Money(event) => Some(event),
        _ => None,
    }
}

fn imposed_amount(claim: &Claim) -> Option<Money> {
    event(claim).filter(|event| event.event == MoneyEventKind::Imposed)?.amount.value().copied()
}

/// Cuts a provision to the part of it that exists: "Article 5(6)" is some misprint of Article 5.
fn existing_provisions(claims: &mut Vec<Claim>) {
    for claim in claims.iter_mut() {
        if let Statement::Finding(finding) = &mut claim.statement
            && let Some(whole) = existing(&finding.provision)
        {
            finding.provision = whole;
        }
    }
    let mut seen: Vec<(Provision, FindingKind)> = Vec::new();
    claims.retain(|claim| {
        let Statement::Finding(finding) = &claim.statement else { return true };
        let key = (finding.provision.clone(), finding.finding.clone());
        let is_new = !seen.contains(&key);
        if is_new {
            seen.push(key);
        }
        is_new
    });
}

/// The deepest ancestor that exists; `None` where the provision itself does, or nothing is known of its parts.
fn existing(provision: &Provision) -> Option<Provision> {
    let article = provision.article();
    let entry = vocab::provisions().get(article.as_str())?;
    let path = provision.as_str().strip_prefix(article.as_str())?.trim_start_matches('/');
    if path.is_empty() || entry.parts.is_empty() || entry.parts.iter().any(|part| part == path) {
        return None;
    }
    let exists = |path: &&str| {
        path.strip_prefix(article.as_str())
            .is_some_and(|rest| rest.is_empty() || entry.parts.iter().any(|part| part == rest.trim_start_matches('/')))
    };
    provision.with_ancestors().skip(1).find(exists).and_then(|path| Provision::new(path).ok())
}

/// An outcome without a violation beside violated provisions or a fine: what is surer stays, and a labelled place is.
fn outcome_and_findings(claims: &mut Vec<Claim>) {
    let finds_nothing = |claim: &Claim| {
        matches!(
            claim.statement,
            Statement::Outcome(Outcome::NoViolation | Outcome::RejectedComplaint | Outcome::Inadmissible)
        )
    };
    let is_against = |claim: &Claim| is_violated(claim) || imposed_amount(claim).is_some();
    let Some(outcome) = claims.iter().find(|claim| matches!(claim.statement, Statement::Outcome(_))) else { return };
    if !finds_nothing(outcome) {
        if claims.iter().any(is_against) {
            claims.retain(|claim| !(finds_nothing(claim) && claim.method == Method::Prose));
        }
        return;
    }
    let rank = |claim: &Claim| sureness(claim) + if claim.method == Method::Structured { 1.0 } else { 0.0 };
    let own = rank(outcome);
    let surest = claims.iter().filter(|claim| is_against(claim)).max_by(|a, b| rank(a).total_cmp(&rank(b))).cloned();
    if let Some(surest) = surest.filter(|claim| rank(claim) > own) {
        claims.retain(|claim| !finds_nothing(claim));
        // What was found is then the outcome, as sure as that there is one at all.
        if !claims.iter().any(|claim| matches!(claim.statement, Statement::Outcome(_))) {
            let statement = Statement::Outcome(Outcome::ViolationFound);
            claims.push(Claim { statement, method: Method::Prose, confidence: Some(FOUND_AFTER_ALL), ..surest });
        }
    } else {
        claims.retain(|claim| !is_against(claim));
    }
}

/// How sure a violation is that speaks against an outcome told in other words.
const FOUND_AFTER_ALL: f64 = 0.6;
/// From which confidence on prose that tells of a fine without its sum is believed.
const FINE_WITHOUT_SUM: f64 = 0.6;

/// A reduction leads from a larger fine to a smaller one, and a proposal is not the fine again.
fn reductions(claims: &mut Vec<Claim>) {
    let imposed = claims.iter().find_map(imposed_amount);
    claims.retain(|claim| {
        let Some(event) = event(claim) else { return true };
        let Some(amount) = event.amount.value() else { return true };
        match (&event.event, imposed) {
            (MoneyEventKind::Reduced, Some(imposed)) => {
                imposed.currency == amount.currency && amount.amount_minor < imposed.amount_minor
            }
            (MoneyEventKind::Reduced, None) => false,
            (MoneyEventKind::Proposed, Some(imposed)) => *amount != imposed,
            _ => true,
        }
    });
}

/// What a label says is proposed only is not decided yet, whatever the prose speaks of.
fn proposals(claims: &mut Vec<Claim>) {
    let is_label = |claim: &Claim| claim.method == Method::Structured;
    let is_proposal = |claim: &Claim| {
        matches!(claim.statement, Statement::Stage(Stage::Proposed))
            || event(claim).is_some_and(|event| event.event == MoneyEventKind::Proposed)
    };
    let is_decision =
        |claim: &Claim| imposed_amount(claim).is_some() || matches!(claim.statement, Statement::Outcome(_));
    if claims.iter().any(|claim| is_label(claim) && is_proposal(claim))
        && !claims.iter().any(|claim| is_label(claim) && is_decision(claim))
    {
        let speaks_of_decision = |claim: &Claim| {
            is_decision(claim)
                || matches!(&claim.statement, Statement::Measure(measure) if measure.kind == MeasureKind::Fine)
                || matches!(claim.statement, Statement::Stage(Stage::Decided))
        };
        claims.retain(|claim| is_label(claim) || !speaks_of_decision(claim));
    }
}

/// A fine is a measure and an event: what a label or sure prose tells of without a sum is a fine of an amount not known;
/// prose that is less sure says too little without one.
fn fines_and_measures(claims: &mut Vec<Claim>) {
    if claims.iter().any(|claim| event(claim).is_some()) {
        return;
    }
    let is_fine = |claim: &Claim| {
        matches!(&claim.statement, Statement::Measure(measure)
            if matches!(measure.kind, MeasureKind::Fine | MeasureKind::CivilPenalty))
    };
    claims.retain(|claim| !(is_fine(claim) && claim.method == Method::Prose && sureness(claim) < FINE_WITHOUT_SUM));
    if let Some(label) = claims.iter().find(|claim| is_fine(claim)).cloned() {
        let statement = Statement::Money(MoneyEvent {
            event: MoneyEventKind::Imposed,
            on: Stated::default(),
            amount: Stated::default(),
            party: None,
            source: None,
            note: None,
        });
        claims.push(Claim { statement, ..label });
    }
}

/// Opened, decided, published: of two days in the wrong order the one from prose goes, else the one that is not the
/// decision's.
fn dates_in_order(claims: &mut Vec<Claim>) {
    let place = |claim: &Claim| match claim.statement {
        Statement::OpenedOn(date) => Some((0, date)),
        Statement::DecidedOn(date) => Some((1, date)),
        Statement::PublishedOn(date) => Some((2, date)),
        _ => None,
    };
    let is_late = |a: &(i32, PartialDate), b: &(i32, PartialDate)| a.0 < b.0 && a.1.first_day() > b.1.last_day();
    let mut dates: Vec<(usize, (i32, PartialDate))> =
        claims.iter().enumerate().filter_map(|(at, claim)| Some((at, place(claim)?))).collect();
    let trust = |at: usize| {
        claims.get(at).map(|claim| {
            let is_decision = matches!(claim.statement, Statement::DecidedOn(_));
            (claim.method == Method::Structured, is_decision, (sureness(claim) * 1000.0).round() as i64)
        })
    };
    dates.sort_by_key(|(at, _)| std::cmp::Reverse(trust(*at)));
    let mut kept: Vec<(i32, PartialDate)> = Vec::new();
    let mut gone: Vec<usize> = Vec::new();
    for (at, date) in dates {
        if kept.iter().any(|other| is_late(other, &date) || is_late(&date, other)) {
            gone.push(at);
        } else {
            kept.push(date);
        }
    }
    let mut at = 0;
    claims.retain(|_| {
        at += 1;
        !gone.contains(&(at - 1))
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use fineprint_model::{Currency, Finding, Measure, SourceId};

    fn claim(statement: Statement, method: Method, confidence: f64) -> Claim {
        let source = SourceId::new("page").unwrap();
        Claim { statement, source, method, confidence: Some(confidence), evidence: None }
    }

    fn violated(path: &str, method: Method, confidence: f64) -> Claim {
        let statement = Statement::Finding(Finding {
            provision: Provision::new(path).unwrap(),
            finding: FindingKind::Violated,
            violations: Vec::new(),
            party: None,
            note: None,
        });
        claim(statement, method, confidence)
    }

    fn money(kind: MoneyEventKind, amount: i64) -> Claim {
        let amount = Stated::Value(Money::from_minor(amount, Currency::EUR));
        let event = MoneyEvent { event: kind, on: Stated::default(), amount, party: None, source: None, note: None };
        claim(Statement::Money(event), Method::Prose, 0.9)
    }

    fn fine(method: Method) -> Claim {
        let measure = Measure { kind: MeasureKind::Fine, party: None, amount: None, note: None };
        claim(Statement::Measure(measure), method, 0.8)
    }

    fn settled(mut claims: Vec<Claim>) -> Vec<String> {
        settle(&mut claims);
        claims
            .iter()
            .map(|claim| match &claim.statement {
                Statement::Finding(finding) => finding.provision.to_string(),
                Statement::Money(event) => format!("{:?}", event.event).to_lowercase(),
                other => other.field().to_owned(),
            })
            .collect()
    }

    #[test]
    fn provisions_that_do_not_exist_are_cut() {
        let claims = vec![
            violated("gdpr/5/6", Method::Structured, 0.6),
            violated("gdpr/5/1/b/c", Method::Structured, 0.6),
            violated("gdpr/32/1/b", Method::Structured, 0.6),
            violated("gdpr/5", Method::Prose, 0.6),
        ];
        assert_eq!(settled(claims), ["gdpr/5", "gdpr/5/1/b", "gdpr/32/1/b"]);
    }

    #[test]
    fn the_surer_of_outcome_and_findings_stays() {
        let outcome = |method, sure| claim(Statement::Outcome(Outcome::NoViolation), method, sure);
        let label = vec![outcome(Method::Structured, 1.0), violated("gdpr/32", Method::Prose, 0.97)];
        assert_eq!(settled(label), ["outcome"]);
        let prose = vec![outcome(Method::Prose, 0.6), violated("gdpr/32", Method::Prose, 0.9)];
        assert_eq!(settled(prose), ["gdpr/32", "outcome"], "what was found is the outcome then");
    }

    #[test]
    fn a_reduction_needs_a_larger_fine() {
        use MoneyEventKind::{Imposed, Proposed, Reduced};
        assert_eq!(settled(vec![money(Imposed, 500), money(Reduced, 300)]), ["imposed", "reduced"]);
        assert_eq!(settled(vec![money(Imposed, 300), money(Reduced, 300)]), ["imposed"]);
        assert_eq!(settled(vec![money(Imposed, 300), money(Proposed, 300)]), ["imposed"]);
        assert!(settled(vec![money(Reduced, 300)]).is_empty());
    }

    #[test]
    fn a_fine_without_a_sum_needs_a_label_or_sure_prose() {
        let unsure = Claim { confidence: Some(0.55), ..fine(Method::Prose) };
        assert!(settled(vec![unsure]).is_empty());
        assert_eq!(settled(vec![fine(Method::Prose)]), ["measure", "imposed"]);
        assert_eq!(settled(vec![fine(Method::Structured)]), ["measure", "imposed"]);
        assert_eq!(settled(vec![fine(Method::Prose), money(MoneyEventKind::Imposed, 5)]), ["measure", "imposed"]);
    }

    #[test]
    fn what_a_label_calls_proposed_is_not_decided() {
        let proposed = Claim { method: Method::Structured, ..money(MoneyEventKind::Proposed, 500) };
        let outcome = claim(Statement::Outcome(Outcome::ViolationFound), Method::Prose, 0.9);
        let stage = claim(Statement::Stage(Stage::Decided), Method::Prose, 0.9);
        assert_eq!(settled(vec![proposed.clone(), fine(Method::Prose), outcome.clone(), stage]), ["proposed"]);
        let label = Claim { method: Method::Structured, ..outcome };
        assert_eq!(settled(vec![proposed, label]), ["proposed", "outcome"]);
    }

    #[test]
    fn days_in_the_wrong_order_lose_the_one_from_prose() {
        let day = |month| PartialDate::day(2030, month, 1).unwrap();
        let claims = vec![
            claim(Statement::DecidedOn(day(5)), Method::Prose, 0.9),
            claim(Statement::PublishedOn(day(4)), Method::Structured, 0.9),
        ];
        assert_eq!(settled(claims), ["published-on"]);
        let claims = vec![
            claim(Statement::OpenedOn(day(6)), Method::Structured, 1.0),
            claim(Statement::DecidedOn(day(5)), Method::Structured, 1.0),
            claim(Statement::PublishedOn(day(4)), Method::Structured, 1.0),
        ];
        assert_eq!(settled(claims), ["decided-on"]);
    }
}
