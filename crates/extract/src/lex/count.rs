//! Numbers that count people, records or organisations, and percentages.

use fineprint_model::Estimate;

use super::number::Number;
use crate::lang::{Cue, Unit};
use crate::lexicon::Sense;
use crate::reading::Reading;

/// A counted thing where it stands: number and unit.
#[derive(Debug, Clone)]
pub(crate) struct Count {
    pub start: usize,
    pub end: usize,
    pub value: Estimate<u64>,
    pub unit: Unit,
    /// Not a round number: 491,840 rather than 500,000.
    pub is_precise: bool,
}

/// A percentage where it stands, as a share of 1.
#[derive(Debug, Clone)]
pub(crate) struct Percentage {
    pub start: usize,
    pub end: usize,
    pub share: Estimate<f64>,
}

/// How many bytes may stand between a number and what it counts.
const REACH: usize = 45;

fn quantifier(reading: &Reading<'_>, start: usize) -> (usize, Option<Cue>) {
    let head = reading.skip_blanks_back(start, 2);
    let found = reading.ending(head, |sense| match sense {
        Sense::Cue(cue @ (Cue::About | Cue::AtLeast | Cue::AtMost)) => Some(*cue),
        _ => None,
    });
    found.map_or((start, None), |(at, cue)| (at, Some(cue)))
}

fn estimate<T>(value: T, cue: Option<Cue>) -> Estimate<T> {
    match cue {
        Some(Cue::About) => Estimate::About { value },
        Some(Cue::AtLeast) => Estimate::AtLeast { value },
        Some(Cue::AtMost) => Estimate::AtMost { value },
        _ => Estimate::Exact { value },
    }
}

/// Every number with something countable after it. `taken` are spans that belong to other values.
pub(crate) fn counts(reading: &Reading<'_>, numbers: &[Number], used: &[bool], taken: &[(usize, usize)]) -> Vec<Count> {
    let bytes = reading.view.text.as_bytes();
    let mut out = Vec::new();
    for (at, number) in numbers.iter().enumerate() {
        let Some(value) = number.whole() else { continue };
        let is_year = (1900..2100).contains(&value) && !number.is_grouped && number.scale == 0;
        if used.get(at) == Some(&true) || value == 0 || is_year || is_within(taken, number.start) {
            continue;
        }
        // A postcode: nobody writes a count with a leading zero.
        if bytes.get(number.start) == Some(&b'0') {
            continue;
        }
        let is_glued = !number.is_words && bytes.get(number.end).is_some_and(u8::is_ascii_alphabetic);
        if is_glued
            || matches!(bytes.get(number.end), Some(b'%' | b'/' | b'-' | b'('))
            || before_is_code(bytes, number.start)
        {
            continue;
        }
        // "between 13 and 17 and at what those users": what goes on with "and" has ended.
        let after = reading.skip_blanks(number.end, 2);
        if reading.at(after, |sense| (*sense == Sense::And).then_some(())).is_some() {
            continue;
        }
        let next = numbers.get(at + 1).map_or(bytes.len(), |other| other.start);
        let limit = (number.end + REACH).min(next);
        let stop = bytes[number.end..limit]
            .iter()
            .position(|b| matches!(b, b'.' | b',' | b';' | b':' | b'(' | b')' | b'\n' | b'"'))
            .map_or(limit, |i| number.end + i);
        let unit = reading.marks_in(number.end, stop).iter().find_map(|mark| match mark.sense {
            Sense::Unit(unit) => Some((mark.end, *unit)),
            _ => None,
        });
        let (start, cue) = quantifier(reading, number.start);
        let Some((end, unit)) = unit.or_else(|| unit_before(reading, start).map(|unit| (number.end, unit))) else {
            continue;
        };
        let mut digits = number.mantissa;
        let mut zeros = 0;
        while digits != 0 && digits % 10 == 0 {
            digits /= 10;
            zeros += 1;
        }
        let significant = digits.checked_ilog10().unwrap_or(0) + 1;
        let is_precise = significant >= 3 || (zeros == 0 && number.scale == 0);
        out.push(Count { start, end, value: estimate(value, cue), unit, is_precise });
    }
    out
}

/// What a number counts that stands behind it: "the number of persons affected was 500", "data subjects concerned (at
/// least 500)".
fn unit_before(reading: &Reading<'_>, start: usize) -> Option<Unit> {
    const NUMBER_OF_WITHIN: usize = 30;
    let (from, _) = reading.view.sentence(start);
    let from = from.max(start.saturating_sub(2 * REACH));
    let before = reading.marks_in(from, start);
    let (end, begin, unit) = before.iter().rev().find_map(|mark| match mark.sense {
        Sense::Unit(unit) if mark.end <= start => Some((mark.end, mark.start, *unit)),
        _ => None,
    })?;
    let gap = reading.view.text.get(end..start)?;
    if gap.len() > REACH || gap.contains(|c: char| c.is_ascii_digit() || matches!(c, ';' | '.' | ')')) {
        return None;
    }
    let is_bracketed = gap.trim_end().ends_with('(') && gap.len() <= REACH / 2;
    let is_numbered = before.iter().any(|mark| {
        *mark.sense == Sense::Cue(Cue::NumberOf) && mark.end <= begin && begin - mark.end <= NUMBER_OF_WITHIN
    });
    (is_bracketed || (is_numbered && !gap.contains('('))).then_some(unit)
}

/// Digits that follow a hyphen, slash or number sign belong to a code.
fn before_is_code(bytes: &[u8], start: usize) -> bool {
    start > 0 && matches!(bytes[start - 1], b'-' | b'/' | b'#' | b'_' | b'.')
}

pub(crate) fn is_within(spans: &[(usize, usize)], at: usize) -> bool {
    let next = spans.partition_point(|(start, _)| *start <= at);
    next.checked_sub(1).and_then(|i| spans.get(i)).is_some_and(|(_, end)| at < *end)
}

/// Every percentage.
pub(crate) fn percentages(reading: &Reading<'_>, numbers: &[Number], used: &mut [bool]) -> Vec<Percentage> {
    let lower = &reading.view.lower;
    let mut out = Vec::new();
    for (at, number) in numbers.iter().enumerate() {
        let from = reading.skip_blanks(number.end, 1);
        let rest = lower.get(from..).unwrap_or_default();
        const SIGNS: [&str; 9] =
            ["%", "percent", "per cent", "pour cent", "prozent", "por ciento", "per cento", "procent", "v.h."];
        let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) else { continue };
        used[at] = true;
        let (start, cue) = quantifier(reading, number.start);
        out.push(Percentage { start, end: from + sign.len(), share: estimate(number.value() / 100.0, cue) });
    }
    out
}
