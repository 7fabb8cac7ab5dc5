//! Fines set one by one whose sum is not stated: "EUR 50,000 for the breach of Article 5 and EUR 30,000 for that of
//! Article 32".

use fineprint_model::Money;

use crate::lang::Cue;
use crate::lexicon::Sense;
use crate::reading::Reading;

/// A mention of an amount that reads as a fine of this decision.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub money: Money,
    pub span: (usize, usize),
    pub odds: f64,
}

/// The sum of fines that were set one after the other, with the span from the first to the last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sum {
    pub money: Money,
    pub span: (usize, usize),
    pub odds: f64,
}

/// Furthest that one part may stand from the next, in bytes.
const GAP: usize = 600;
/// Most fines that are added up.
const MOST_PARTS: usize = 100;
/// How far after an amount what it is for may be named, in bytes.
const FOR_WITHIN: usize = 160;

/// The sum that the amount picked is a part of; `None` where it stands alone, where a total is stated, or where the
/// parts may be of different parties.
pub(super) fn sum_of_parts(reading: &Reading<'_>, parts: &[Part], picked: Money) -> Option<Sum> {
    let own: Vec<Part> = parts.iter().copied().filter(|part| part.money.currency == picked.currency).collect();
    let mut found: Option<(usize, usize)> = None;
    let mut from = 0;
    while from < own.len() {
        let mut to = from + 1;
        while to < own.len() && to - from < MOST_PARTS && goes_on(reading, &own[from..to], &own[to]) {
            to += 1;
        }
        if to - from > 1 && own[from..to].iter().any(|part| part.money == picked) {
            found = Some((from, to));
            break;
        }
        from = to;
    }
    let (from, to) = found?;
    let run = &own[from..to];
    let total = run.iter().try_fold(0_i64, |sum, part| sum.checked_add(part.money.amount_minor))?;
    // Another amount told as the fine contradicts the sum, unless it is one of the parts told elsewhere.
    let is_contradicted = own.iter().enumerate().any(|(at, part)| {
        let is_repeated = run.iter().any(|member| member.money == part.money);
        !(from..to).contains(&at) && !is_repeated
    });
    if is_contradicted {
        return None;
    }
    let (first, last) = (run.first()?, run.last()?);
    let odds = run.iter().map(|part| part.odds).fold(f64::INFINITY, f64::min);
    Some(Sum { money: Money::from_minor(total, picked.currency), span: (first.span.0, last.span.1), odds })
}

/// Whether an amount is a further fine beside those of a run: each for something of its own, none for another party.
fn goes_on(reading: &Reading<'_>, run: &[Part], next: &Part) -> bool {
    let Some(last) = run.last() else { return false };
    let (end, start) = (last.span.1, next.span.0);
    if start < end || start - end > GAP || names_someone(reading, end, start) {
        return false;
    }
    let between = reading.marks_in(end, start);
    let is_told_again = run.iter().any(|part| part.money == next.money);
    let is_further = between.iter().any(|mark| *mark.sense == Sense::Cue(Cue::Further) && mark.end + 40 >= start);
    let is_blocked = between.iter().any(|mark| {
        matches!(mark.sense, Sense::Cue(Cue::Total | Cue::Maximum | Cue::Reduced | Cue::Initial | Cue::Earlier))
    });
    if is_blocked || (is_told_again && !is_further) {
        return false;
    }
    is_further
        || (super::penalties::is_listed(reading, end, start) && is_several(reading, run))
        || is_for_another_breach(reading, end, start)
        || (is_for_a_breach(reading, last.span.1, start) && is_for_a_breach(reading, next.span.1, usize::MAX))
}

/// "and the breach of the other law with a fine of": whether what the second is for stands between two sums.
fn is_for_another_breach(reading: &Reading<'_>, end: usize, start: usize) -> bool {
    let between = reading.marks_in(end, start);
    let has = |cue: Cue| between.iter().any(|mark| *mark.sense == Sense::Cue(cue));
    reading.view.sentence(end) == reading.view.sentence(start)
        && between.first().is_some_and(|mark| *mark.sense == Sense::And)
        && has(Cue::Violated)
        && has(Cue::Fine)
        && !has(Cue::Controller)
        && !has(Cue::Processor)
        && !has(Cue::PartyIs)
}

/// "fines of 10,000 and 5,000": whether a run begins after the word for fines, with nothing between. Sums that the verb
/// governs may be of one party each.
fn is_several(reading: &Reading<'_>, run: &[Part]) -> bool {
    const GAP: usize = 4;
    let Some(start) = run.first().map(|part| part.span.0) else { return false };
    if is_dealt_out(reading, start) {
        return false;
    }
    let before = reading.marks_in(start.saturating_sub(60), start);
    before.iter().any(|mark| {
        *mark.sense == Sense::Cue(Cue::Fine)
            && mark.end <= start
            && start - mark.end <= GAP
            && !before.iter().any(|other| *other.sense == Sense::Cue(Cue::Maximum))
    })
}

/// Whether the sentence around an amount deals its sums out to several: "on A and B, respectively".
pub(super) fn is_dealt_out(reading: &Reading<'_>, at: usize) -> bool {
    let (from, to) = reading.view.sentence(at);
    reading.marks_in(from, to).iter().any(|mark| *mark.sense == Sense::Cue(Cue::Respectively))
}

/// Whether a sentence that begins in the span begins with a word we do not know: a name, as the capital alone cannot tell.
pub(super) fn begins_with_name(reading: &Reading<'_>, from: usize, to: usize) -> bool {
    let first = reading.view.sentences.partition_point(|(start, _)| *start <= from);
    let begins = reading.view.sentences[first..].iter().take_while(|(start, _)| *start < to);
    begins.into_iter().any(|(start, _)| {
        let start = reading.skip_blanks(*start, 8);
        start < to
            && reading.view.text.get(start..).and_then(|rest| rest.chars().next()).is_some_and(char::is_uppercase)
            && reading.at(start, Some).is_none()
    })
}

/// Whether a provision or a breach is named right after an amount.
fn is_for_a_breach(reading: &Reading<'_>, from: usize, limit: usize) -> bool {
    let (_, sentence_end) = reading.view.sentence(from.saturating_sub(1));
    let to = limit.min(from + FOR_WITHIN).min(sentence_end.max(from));
    reading.marks_in(from, to).iter().any(|mark| matches!(mark.sense, Sense::Article | Sense::Cue(Cue::Violated)))
}

/// Whether a name stands in the span: a capital within a sentence that belongs to no word we know.
pub(super) fn names_someone(reading: &Reading<'_>, from: usize, to: usize) -> bool {
    let text = &reading.view.text;
    let Some(span) = text.get(from..to) else { return true };
    let mut at = from;
    for word in span.split([' ', '\n', '(', ')', '"', '\'', '/', ',', ';', ':']) {
        let start = at;
        at += word.len() + 1;
        let begins_name = word.chars().next().is_some_and(char::is_uppercase) && word.chars().count() > 1;
        if !begins_name || reading.view.sentence(start).0 + 2 >= start {
            continue;
        }
        let is_known = reading.marks_in(start.saturating_sub(60), start + 1).iter().any(|mark| {
            mark.start <= start
                && mark.end >= start + word.trim_end_matches('.').len().min(3)
                && !matches!(mark.sense, Sense::LegalForm | Sense::NameHead | Sense::NameLink)
        });
        if !is_known {
            return true;
        }
    }
    false
}
