//! Amounts: a number with a currency before or after it.

use fineprint_model::{Currency, Money};

use super::number::Number;
use crate::lexicon::Sense;
use crate::reading::Reading;

/// An amount where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Amount {
    pub start: usize,
    pub end: usize,
    pub money: Money,
    /// Other currencies the word may mean ("kr").
    pub currencies: &'static [Currency],
    /// The number's separator may be read otherwise.
    pub is_ambiguous: bool,
}

fn currency(sense: &'static Sense) -> Option<&'static [Currency]> {
    match sense {
        Sense::Currency(list) if !list.is_empty() => Some(list),
        _ => None,
    }
}

/// The currency that a word at an offset means: of "kroner" in a Danish text the Danish one, where a language says so.
fn currency_at(reading: &Reading<'_>, at: usize) -> Option<(usize, &'static [Currency])> {
    let marks = reading.marks_in(at, at + 1).iter();
    marks
        .filter_map(|mark| currency(mark.sense).map(|list| (mark.end, list)))
        .min_by_key(|(end, list)| (std::cmp::Reverse(*end), list.len()))
}

/// Every amount of the text, in order. `used` tells for each number whether it was taken.
pub(crate) fn amounts(reading: &Reading<'_>, numbers: &[Number], used: &mut [bool]) -> Vec<Amount> {
    let mut out: Vec<Amount> = Vec::new();
    for (at, number) in numbers.iter().enumerate() {
        let Some((start, end, currencies)) = with_currency(reading, number) else { continue };
        let previous = at.checked_sub(1).and_then(|before| numbers.get(before));
        // "€5 100": the currency belongs to the number before.
        if previous.is_some_and(|other| other.end > start) {
            continue;
        }
        let Some(amount) = amount(start, end, number, number.scale, currencies) else { continue };
        // "150 and 60 million euros": the first shares scale and currency.
        if let (Some(other), Some(before)) = (previous, at.checked_sub(1))
            && !used[before]
            && start == number.start
            && (other.scale == 0 && other.whole().is_some_and(|value| value < 1000 || other.is_grouped))
            && is_and(reading, other.end, number.start)
            && let Some(shared) = self::amount(other.start, other.end, other, number.scale, currencies)
        {
            used[before] = true;
            out.push(shared);
        }
        used[at] = true;
        out.push(amount);
    }
    out
}

fn amount(start: usize, end: usize, number: &Number, scale: u32, currencies: &'static [Currency]) -> Option<Amount> {
    let first = *currencies.first()?;
    let minor = Number { scale, ..*number }.scaled(first.digits())?;
    (minor > 0).then(|| Amount {
        start,
        end,
        money: Money::from_minor(minor, first),
        currencies,
        is_ambiguous: number.is_ambiguous,
    })
}

fn is_and(reading: &Reading<'_>, from: usize, to: usize) -> bool {
    let at = reading.skip_blanks(from, 2);
    reading
        .at(at, |sense| (*sense == Sense::And).then_some(()))
        .is_some_and(|(end, ())| reading.skip_blanks(end, 2) == to)
}

/// Longest amount in words, in bytes.
const LONGEST_WORDS: usize = 90;

/// The currency before or after a number and the span of both.
fn with_currency(reading: &Reading<'_>, number: &Number) -> Option<(usize, usize, &'static [Currency])> {
    let text = &reading.view.text;
    // After: "1.5 million euros", "150 millions d'euros", "€"; the sign must not begin the next amount ("5 €10").
    let mut at = reading.skip_blanks(number.end, 2);
    // "75 000 (seventy-five thousand) euros": the amount in words stands between.
    let bytes = text.as_bytes();
    if bytes.get(at) == Some(&b'(')
        && let Some(close) = bytes[at..].iter().take(LONGEST_WORDS).position(|b| *b == b')')
        && reading.marks_in(at, at + close).iter().any(|m| matches!(m.sense, Sense::Number(_) | Sense::Scale(_)))
    {
        at = reading.skip_blanks(at + close + 1, 2);
    }
    let tails = [currency_at(reading, at), {
        let linked = reading.at(at, |sense| (*sense == Sense::Of).then_some(())).map(|(end, ())| end);
        at = reading.skip_blanks(linked.unwrap_or(at), 1);
        currency_at(reading, at).filter(|_| linked.is_some())
    }];
    let after = tails.into_iter().flatten().next();
    // Before: "EUR 1.5 million", "€1,5", "a fine of £ 400".
    let head = reading.skip_blanks_back(number.start, 1);
    let before = reading.ending(head, currency).filter(|(start, _)| {
        // "100 € 200": a sign after a number belongs to it, unless that number has its own before it.
        let left = reading.skip_blanks_back(*start, 1);
        !(left < *start
            && text.as_bytes().get(left.wrapping_sub(1)).is_some_and(u8::is_ascii_digit)
            && head < number.start)
    });
    match (before, after) {
        (Some((start, list)), None) => Some((start, number.end, list)),
        (None, Some((end, list))) => Some((number.start, end, list)),
        (Some((start, list)), Some((end, other))) => {
            // "€ 15,000 EUR" is one amount; "$5 € 7" gives the nearer.
            let is_one = list.iter().any(|c| other.contains(c));
            Some((
                start,
                if is_one { end } else { number.end },
                if other.len() < list.len() && is_one { other } else { list },
            ))
        }
        (None, None) => None,
    }
}
