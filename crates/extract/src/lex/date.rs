//! Dates, as precisely as they are written.

use std::sync::LazyLock;

use fineprint_model::PartialDate;
use regex::Regex;

use crate::lexicon::Sense;
use crate::reading::Reading;

/// A date where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Date {
    pub start: usize,
    pub end: usize,
    pub date: PartialDate,
}

/// `[0-9]`, since `\d` also means other scripts' digits.
#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by the tests")]
static NUMERIC: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?P<y>[12][0-9]{3})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})|(?P<d2>[0-9]{1,2})(?P<s1> ?[./-]) ?(?P<m2>[0-9]{1,2})(?P<s2> ?[./-]) ?(?P<y2>[12][0-9]{3})",
    )
    .unwrap()
});

/// Every date of the text, in order, without overlap.
pub(crate) fn dates(reading: &Reading<'_>) -> Vec<Date> {
    let mut out = Vec::new();
    for mark in &reading.marks {
        if let Sense::Month(month) = mark.sense
            && let Some(date) = around_month(reading, mark.start, mark.end, *month)
        {
            out.push(date);
        }
    }
    let text = &reading.view.text;
    for found in NUMERIC.captures_iter(text) {
        let Some(whole) = found.get(0) else { continue };
        let number = |name: &str| found.name(name).and_then(|part| part.as_str().parse::<u32>().ok());
        let sign = |name: &str| found.name(name).map(|part| part.as_str().trim());
        if sign("s1") != sign("s2") {
            continue;
        }
        let (year, month, day) = match (number("y"), number("m"), number("d")) {
            (Some(year), Some(month), Some(day)) => (year, month, day),
            _ => match (number("y2"), number("m2"), number("d2")) {
                // 04/15/2022 can only be the American order.
                (Some(year), Some(day @ 13..), Some(month @ 1..=12)) => (year, month, day),
                (Some(year), Some(month), Some(day)) => (year, month, day),
                _ => continue,
            },
        };
        if !super::number::is_free_standing(text, whole.start(), whole.end()) {
            continue;
        }
        if let Ok(date) = PartialDate::day(year.cast_signed(), month, day) {
            out.push(Date { start: whole.start(), end: whole.end(), date });
        }
    }
    out.sort_by_key(|date| (date.start, std::cmp::Reverse(date.end)));
    let mut end = 0;
    out.retain(|date| {
        let is_free = date.start >= end;
        end = end.max(date.end);
        is_free
    });
    out
}

/// Digits that end at `at`, of one or two places.
fn day_before(bytes: &[u8], at: usize) -> Option<(usize, u32)> {
    let digits = bytes[..at].iter().rev().take(3).take_while(|b| b.is_ascii_digit()).count();
    (1..=2).contains(&digits).then_some(())?;
    let start = at - digits;
    if start > 0 && matches!(bytes[start - 1], b'.' | b',' | b'-' | b'/' | b'0'..=b'9') {
        return None;
    }
    let day = bytes[start..at].iter().fold(0, |value, b| value * 10 + u32::from(b - b'0'));
    (1..=31).contains(&day).then_some((start, day))
}

fn year_after(bytes: &[u8], at: usize) -> Option<(usize, i32)> {
    let digits = bytes.get(at..at + 4)?;
    let is_year = digits.iter().all(u8::is_ascii_digit) && bytes.get(at + 4).is_none_or(|b| !b.is_ascii_digit());
    let year = digits.iter().fold(0, |value, b| value * 10 + i32::from(b.wrapping_sub(b'0')));
    (is_year && (1900..2100).contains(&year)).then_some((at + 4, year))
}

/// A year that ends at `at`, with or without a full stop.
fn year_before(bytes: &[u8], at: usize) -> Option<(usize, i32)> {
    let end = if bytes[..at].ends_with(b".") { at - 1 } else { at };
    let start = end.checked_sub(4)?;
    let is_free = start == 0 || !matches!(bytes[start - 1], b'0'..=b'9' | b'.' | b',' | b'/' | b'-');
    year_after(bytes, start).filter(|(to, _)| is_free && *to == end).map(|(_, year)| (start, year))
}

fn around_month(reading: &Reading<'_>, start: usize, end: usize, month: u32) -> Option<Date> {
    let bytes = reading.view.text.as_bytes();
    let link = |at: usize| {
        let at = reading.skip_blanks(at, 2);
        let after = reading.at(at, |sense| (*sense == Sense::Of).then_some(())).map_or(at, |(end, ())| end);
        reading.skip_blanks(after, 1)
    };
    // "15 April", "15. April", "1er avril", "15th of April", "15 de abril".
    let mut head = reading.skip_blanks_back(start, 2);
    if let Some((at, ())) = reading.ending(head, |sense| (*sense == Sense::Of).then_some(())) {
        head = reading.skip_blanks_back(at, 1);
    }
    for tail in [&b"st"[..], b"nd", b"rd", b"th", b"er", b".", "º".as_bytes()] {
        if bytes[..head].ends_with(tail) && head > tail.len() && bytes[head - tail.len() - 1].is_ascii_digit() {
            head -= tail.len();
            break;
        }
    }
    let before = day_before(bytes, head);
    let mut tail = end;
    if bytes.get(tail) == Some(&b'.') {
        tail += 1;
    }
    if let Some((from, day)) = before {
        let after = if bytes.get(tail) == Some(&b',') { tail + 1 } else { tail };
        if let Some((to, year)) = year_after(bytes, link(after)) {
            return PartialDate::day(year, month, day).ok().map(|date| Date { start: from, end: to, date });
        }
        return None;
    }
    // "April 15, 2022".
    let from = reading.skip_blanks(tail, 2);
    let digits = bytes.get(from..).map_or(0, |rest| rest.iter().take(3).take_while(|b| b.is_ascii_digit()).count());
    if (1..=2).contains(&digits) {
        let day = bytes[from..from + digits].iter().fold(0, |value, b| value * 10 + u32::from(b - b'0'));
        let mut at = from + digits;
        for suffix in [&b"st"[..], b"nd", b"rd", b"th"] {
            if bytes[at..].starts_with(suffix) {
                at += 2;
                break;
            }
        }
        if bytes.get(at) == Some(&b',') {
            at += 1;
        }
        if let Some((to, year)) = year_after(bytes, reading.skip_blanks(at, 2)) {
            return PartialDate::day(year, month, day).ok().map(|date| Date { start, end: to, date });
        }
        // "2021. March 24.": the Hungarian order, as translation machines leave it.
        let (first, year) = year_before(bytes, reading.skip_blanks_back(start, 2))?;
        return PartialDate::day(year, month, day).ok().map(|date| Date { start: first, end: from + digits, date });
    }
    // "April 2022", "April of 2022".
    let (to, year) = year_after(bytes, link(tail))?;
    PartialDate::month(year, month).ok().map(|date| Date { start, end: to, date })
}
