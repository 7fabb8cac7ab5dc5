//! The civil penalties of an action against several: "ordered A and B to each pay a civil penalty of $50,000, and C to
//! pay disgorgement of $90,000 and a civil penalty of $20,000".
//!
//! Beside a penalty such a judgment orders to give back profits, with interest, and tells what other courts imposed.
//! A penalty is what the word for it governs, however large the sum beside it is.

use fineprint_model::Money;

use super::parts::Sum;
use crate::lang::Cue;
use crate::lexicon::{Mark, Sense};
use crate::reading::Reading;

/// An amount where it stands, and whether its context leaves it open that it is a penalty of this matter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    pub money: Money,
    pub span: (usize, usize),
    /// It reads as the law's maximum, as asked for, as imposed earlier or as taken back.
    pub is_other: bool,
    pub odds: f64,
}

/// Furthest that the word for a penalty may stand before its amount, in bytes.
const BEFORE: usize = 70;
/// Furthest that it may stand after it.
const AFTER: usize = 44;
/// Furthest that an amount may stand from the one whose word it shares.
const SHARED: usize = 130;
/// Furthest that "each" may stand before the amount it multiplies.
const EACH_BEFORE: usize = 90;
/// Furthest that it may stand after it.
const EACH_AFTER: usize = 4;
/// Furthest that "each of" may stand after it.
const EACH_OF: usize = 50;
/// How sure an amount is that the word for it governs.
const GOVERNED: f64 = 2.2;
/// Longest name in a list of parties, in bytes.
const LONGEST_MEMBER: usize = 60;
/// Most parties that share a sum.
const MOST_MEMBERS: usize = 12;

/// The sum of the penalties that a text tells of; `None` where no amount is governed by the word for one.
pub(super) fn sum(reading: &Reading<'_>, told: &[Told]) -> Option<Sum> {
    let mut governed = vec![false; told.len()];
    for at in 0..told.len() {
        governed[at] = is_governed(reading, told, at) || (at > 0 && governed[at - 1] && shares(reading, told, at));
    }
    // "25 million, 100,000 and 200,000, respectively, in civil penalties": the word after the last is of all.
    for at in (0..told.len().saturating_sub(1)).rev() {
        governed[at] |= governed[at + 1] && is_listed(reading, told[at].span.1, told[at + 1].span.0);
    }
    // "nearly $1 million" in the headline is the $923,740 of the judgment.
    let is_exact = |one: &Told| !is_rounded(reading, one.span.0);
    let has_exact = told.iter().zip(&governed).any(|(one, governed)| *governed && !one.is_other && is_exact(one));
    let mut parts: Vec<(Told, i64)> = Vec::new();
    let counts = |at: usize, one: &Told| governed[at] && !one.is_other && (is_exact(one) || !has_exact);
    for (at, one) in told.iter().enumerate().filter(|(at, one)| counts(*at, one)) {
        let times = multiplicity(reading, told, at);
        let is_told_again = parts.iter().any(|(other, other_times)| {
            other.money == one.money && (*other_times).max(times) > 0 && !is_of_another(reading, other, one)
        });
        if !is_told_again {
            parts.push((*one, times));
        }
    }
    let total = |parts: &[(Told, i64)]| {
        parts.iter().try_fold(0_i64, |sum, (part, times)| sum.checked_add(part.money.amount_minor.checked_mul(*times)?))
    };
    let first = parts.first()?.0;
    if parts.iter().any(|(part, _)| part.money.currency != first.money.currency) {
        return None;
    }
    // A penalty that is the sum of the others is their total.
    let all = total(&parts)?;
    if let Some((whole, _)) = parts
        .iter()
        .find(|(part, times)| parts.len() > 2 && *times == 1 && part.money.amount_minor.checked_mul(2) == Some(all))
    {
        return Some(Sum { money: whole.money, span: whole.span, odds: whole.odds.max(GOVERNED) });
    }
    let odds = parts.iter().map(|(part, _)| part.odds.max(GOVERNED)).fold(f64::INFINITY, f64::min);
    let end = parts.last()?.0.span.1;
    Some(Sum { money: Money::from_minor(all, first.money.currency), span: (first.span.0, end), odds })
}

fn is(mark: &Mark, cue: Cue) -> bool {
    *mark.sense == Sense::Cue(cue)
}

/// Whether the word for a penalty stands beside an amount, with nothing between that it could belong to.
fn is_governed(reading: &Reading<'_>, told: &[Told], at: usize) -> bool {
    let (start, end) = told[at].span;
    let (from, to) = reading.view.sentence(start);
    let left = at.checked_sub(1).map_or(0, |before| told[before].span.1);
    let from = from.max(start.saturating_sub(BEFORE)).max(left);
    let before = reading.marks_in(from.min(start), start);
    let word = before.iter().rposition(|mark| is_word(reading, mark) && mark.end <= start);
    let is_before = word.is_some_and(|word| {
        let between = &before[word + 1..];
        let gap = reading.view.text.get(before[word].end..start).unwrap_or(";");
        // "a $50,000 penalty in the sale of $100 million": the word belongs to the amount before it.
        let is_taken = left > 0 && before[word].start == reading.skip_blanks(left, 1);
        !is_taken
            && !gap.contains(';')
            && !between.iter().any(|mark| mark.start >= before[word].end && is_other_money(mark))
    });
    let to = to.min(end + AFTER).min(told.get(at + 1).map_or(usize::MAX, |next| next.span.0));
    is_before || {
        let after = reading.marks_in(end, to.max(end));
        let word = after.iter().find(|mark| is_word(reading, mark));
        word.is_some_and(|word| {
            let gap = reading.view.text.get(end..word.start).unwrap_or(";").trim();
            let gap =
                ["civil", "monetary", "money"].iter().fold(gap, |gap, kind| gap.trim_end_matches(kind).trim_end());
            matches!(gap, "" | "each" | "in" | "each in" | "each as" | "as a" | "in total" | ", respectively, in")
        })
    }
}

/// "civil penalty", and not the fine of a criminal court.
fn is_word(reading: &Reading<'_>, mark: &Mark) -> bool {
    is(mark, Cue::Fine) && reading.view.lower.get(mark.start..mark.end).is_some_and(|word| word.contains("penalt"))
}

/// "nearly", "more than" right before an amount.
fn is_rounded(reading: &Reading<'_>, start: usize) -> bool {
    let before = reading.marks_in(start.saturating_sub(20), start);
    before.iter().any(|mark| (is(mark, Cue::About) || is(mark, Cue::AtLeast)) && mark.end + 1 >= start)
}

fn is_other_money(mark: &Mark) -> bool {
    matches!(mark.sense, Sense::Cue(Cue::Damages | Cue::Total | Cue::Turnover | Cue::Maximum))
}

/// "penalties of 750,000 against one and 98,000 each against the others": the second amount shares the word of the first.
fn shares(reading: &Reading<'_>, told: &[Told], at: usize) -> bool {
    let (from, to) = (told[at - 1].span.1, told[at].span.0);
    let between = reading.marks_in(from, to);
    to >= from
        && to - from <= SHARED
        && reading.view.sentence(from.saturating_sub(1)) == reading.view.sentence(to)
        && (between.iter().any(|mark| *mark.sense == Sense::And)
            || reading.view.text.get(from..to).is_some_and(|gap| gap.ends_with(", ")))
        && !between.iter().any(|mark| is_other_money(mark) || is(mark, Cue::Settlement) || is(mark, Cue::Order))
        && !reading.view.text.get(from..to).is_some_and(|gap| gap.contains(';'))
}

/// Whether two amounts are members of one list: only commas and "and" between.
pub(super) fn is_listed(reading: &Reading<'_>, from: usize, to: usize) -> bool {
    reading.view.text.get(from..to).is_some_and(|gap| matches!(gap.trim(), "," | ", and" | "and" | ", &" | "&"))
}

/// Whether the same sum again is of another party: in the same paragraph, after a sentence of its own or another sum.
fn is_of_another(reading: &Reading<'_>, first: &Told, second: &Told) -> bool {
    let (from, to) = (first.span.1, second.span.0);
    if to > from && are_lines_of_two(reading, first.span.0, second.span.0) {
        return true;
    }
    to > from
        && reading.view.block_at(first.span.0) == reading.view.block_at(second.span.0)
        && (super::parts::names_someone(reading, from, to) || super::parts::begins_with_name(reading, from, to))
}

/// Whether two places are in lines one after the other that each begin with a name of its own: a list of who is to pay.
fn are_lines_of_two(reading: &Reading<'_>, first: usize, second: usize) -> bool {
    let blocks = (reading.view.block_at(first), reading.view.block_at(second));
    let (Some(one), Some(other)) = blocks else { return false };
    let name = |block: usize| {
        let block = reading.view.blocks.get(block)?;
        let start = reading.skip_blanks(block.start, 8);
        let word = reading.view.text.get(start..block.end)?.split([' ', ',', '\'']).next()?;
        (word.starts_with(char::is_uppercase) && reading.at(start, Some).is_none()).then_some(word)
    };
    one + 1 == other && matches!((name(one), name(other)), (Some(one), Some(other)) if one != other)
}

/// By how many an amount is to be multiplied: how many parties are to pay it each. 1 where it does not say "each".
pub(super) fn multiplicity(reading: &Reading<'_>, told: &[Told], at: usize) -> i64 {
    let (start, end) = told[at].span;
    // "each consented to pay 25 million and 100,000, respectively": not each of all.
    if super::parts::is_dealt_out(reading, start) {
        return 1;
    }
    let (from, to) = reading.view.sentence(start);
    let floor = from.max(at.checked_sub(1).map_or(0, |before| told[before].span.1));
    let each = |from: usize, to: usize| {
        reading
            .marks_in(from, to.max(from))
            .iter()
            .rfind(|mark| is(mark, Cue::Each) && !counts_days(reading, mark))
            .cloned()
    };
    let counted = if let Some(each) = each(end, (end + EACH_AFTER).min(to)) {
        let rest = reading.view.text.get(each.end..to).unwrap_or_default();
        let is_linked = reading
            .marks_in(each.end, (each.end + 3).min(to))
            .iter()
            .any(|mark| is(mark, Cue::PartyLink) && mark.start <= each.end + 1);
        let after = if is_linked { members_after(rest) } else { 0 };
        // Without a list after it, it is those who were to pay.
        if after > 1 { after } else { members_before(reading, floor, start) }
    } else if let Some(each) = each(floor.max(start.saturating_sub(EACH_BEFORE)), start) {
        members_before(reading, floor, each.start)
    } else if let Some(each) = each(end, (end + EACH_OF).min(to))
        && reading.view.lower.get(each.end..).is_some_and(|rest| rest.starts_with(" of "))
    {
        // "a penalty of 36,000 against each of A and B".
        members_after(reading.view.text.get(each.end..to).unwrap_or_default())
    } else {
        return 1;
    };
    i64::try_from(counted.clamp(1, MOST_MEMBERS)).unwrap_or(1)
}

/// "each day" counts no parties.
fn counts_days(reading: &Reading<'_>, each: &Mark) -> bool {
    reading
        .marks_in(each.start.saturating_sub(8), each.start + 1)
        .iter()
        .any(|mark| is(mark, Cue::Periodic) && mark.end > each.end)
}

/// How many names the last list of a span joins: "A, B and C to" are three. 1 where there is none.
fn members_before(reading: &Reading<'_>, from: usize, to: usize) -> usize {
    let marks = reading.marks_in(from, to);
    // "the three defendants each": counted already.
    let number = marks.iter().rev().find_map(|mark| match mark.sense {
        Sense::Number(count @ 2..=12) if to - mark.end <= LONGEST_MEMBER => usize::try_from(*count).ok(),
        _ => None,
    });
    let is_list_end = |mark: &&Mark| {
        *mark.sense == Sense::And
            && mark.end <= to
            && reading.view.text.get(mark.end..to).is_some_and(|member| {
                let member = member.trim_start();
                member.len() <= LONGEST_MEMBER + 30
                    && (member.starts_with(char::is_uppercase) || is_pronoun(member))
                    && !member.contains(';')
            })
    };
    let Some(and) = marks.iter().rev().find(is_list_end) else { return number.unwrap_or(1) };
    let head = reading.view.text.get(from..and.start).unwrap_or_default();
    let mut members = 1;
    for member in head.trim_end().trim_end_matches(',').rsplit(", ") {
        let mut words = member.split(' ').rev();
        if !words.next().is_some_and(begins_name) {
            break;
        }
        members += 1;
        // "ordered A, B and C": the list begins after the verb.
        if !words.all(begins_name) {
            break;
        }
    }
    members
}

/// How many names a text begins with: ": A and B", "against A, B, and C".
fn members_after(rest: &str) -> usize {
    let rest = rest.trim_start();
    let rest = rest.split_once(' ').map_or("", |(_, list)| list);
    let end = rest.find([';', '.', '$', '(']).unwrap_or(rest.len());
    let list = rest.get(..end).unwrap_or_default().replace(", and ", ", ").replace(" and ", ", ");
    list.split(", ")
        .take_while(|member| member.len() <= LONGEST_MEMBER && member.starts_with(char::is_uppercase))
        .count()
}

fn begins_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_uppercase() || c == '"')
}

/// "his firm", "its founder": a member of a list that is no name.
fn is_pronoun(member: &str) -> bool {
    ["his ", "her ", "its ", "their ", "the "].iter().any(|word| member.starts_with(word))
}
