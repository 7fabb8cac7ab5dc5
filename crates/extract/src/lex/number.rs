//! Numbers in digits with any usual separators, and the scale word after them.

use crate::lexicon::Sense;
use crate::reading::Reading;

/// A number as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Number {
    pub start: usize,
    pub end: usize,
    /// All digits without separators.
    pub mantissa: u64,
    /// How many of them stand after the decimal mark.
    pub decimals: u32,
    /// Power of ten of the scale word.
    pub scale: u32,
    /// Could also be read with another decimal mark ("1.500").
    pub is_ambiguous: bool,
    /// Written in words.
    pub is_words: bool,
    /// Had thousands separators.
    pub is_grouped: bool,
}

impl Number {
    /// The value in units of `10^-digits`; `None` where it is not whole in them or does not fit.
    pub fn scaled(&self, digits: u32) -> Option<i64> {
        let shift = i64::from(self.scale) + i64::from(digits) - i64::from(self.decimals);
        let mantissa = i128::from(self.mantissa);
        let value = if shift >= 0 {
            mantissa.checked_mul(10_i128.checked_pow(u32::try_from(shift).ok()?)?)?
        } else {
            let divisor = 10_i128.checked_pow(u32::try_from(-shift).ok()?)?;
            (mantissa % divisor == 0).then_some(mantissa / divisor)?
        };
        i64::try_from(value).ok()
    }

    /// The value as a whole number.
    pub fn whole(&self) -> Option<u64> {
        self.scaled(0).and_then(|value| u64::try_from(value).ok())
    }

    /// The value as it is.
    #[expect(clippy::cast_precision_loss, reason = "shares of turnover have few digits")]
    pub fn value(&self) -> f64 {
        self.mantissa as f64 * 10_f64.powi(self.scale.cast_signed() - self.decimals.cast_signed())
    }
}

/// Every number of the text, in order.
pub(crate) fn numbers(reading: &Reading<'_>) -> Vec<Number> {
    let bytes = reading.view.text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        if at > 0 && (bytes[at - 1].is_ascii_alphabetic() && !is_after_currency(reading, at)) {
            at += run(bytes, at);
            continue;
        }
        match digits(bytes, at) {
            Some(mut number) => {
                with_scale(reading, &mut number);
                at = number.end;
                out.push(number);
            }
            None => at += run(bytes, at),
        }
    }
    words(reading, &mut out);
    out.sort_by_key(|number| (number.start, std::cmp::Reverse(number.end)));
    let mut end = 0;
    out.retain(|number| {
        let is_free = number.start >= end;
        end = end.max(number.end);
        is_free
    });
    out
}

/// Numbers in words: "three", "fifty-two thousand", "one million two hundred and five thousand".
fn words(reading: &Reading<'_>, out: &mut Vec<Number>) {
    let mut free_from = 0;
    for mark in &reading.marks {
        let Sense::Number(value) = mark.sense else { continue };
        if mark.start < free_from {
            continue;
        }
        let (end, value) = spelt(reading, mark.end, *value);
        free_from = end;
        let mut number = Number {
            start: mark.start,
            end,
            mantissa: value,
            decimals: 0,
            scale: 0,
            is_ambiguous: false,
            is_words: true,
            is_grouped: false,
        };
        // "two million" keeps its scale apart, as "2 million" does.
        while number.mantissa > 0 && number.mantissa.is_multiple_of(1000) {
            number.mantissa /= 1000;
            number.scale += 3;
        }
        out.push(number);
    }
}

/// Most words that make one number.
const MOST_WORDS: usize = 16;

/// Goes on from a first number word; gives where the number ends and what it comes to.
fn spelt(reading: &Reading<'_>, first_end: usize, first: u64) -> (usize, u64) {
    /// Powers of ten that close a group: hundreds multiply within it.
    const GROUP: u32 = 3;
    let bytes = reading.view.text.as_bytes();
    let part = |at: usize| {
        reading.at(at, |sense| match sense {
            Sense::Number(value) => Some((false, *value, 0)),
            Sense::Scale(power) => Some((true, 0, *power)),
            _ => None,
        })
    };
    let (mut end, mut total, mut group, mut last) = (first_end, 0_u64, first, first);
    let mut lowest = u32::MAX;
    for _ in 0..MOST_WORDS {
        let mut at = reading.skip_blanks(end, 1);
        if bytes.get(at) == Some(&b'-') {
            at += 1;
        }
        if at == end {
            break;
        }
        let linked = reading.at(at, |sense| (*sense == Sense::And).then_some(())).filter(|_| last >= 100);
        let at = linked.map_or(at, |(to, ())| reading.skip_blanks(to, 1));
        let Some((to, (is_scale, value, power))) = part(at) else { break };
        // A letter alone ("m", "k") is a sign, and signs follow digits.
        if to - at < 2 {
            break;
        }
        if is_scale {
            if linked.is_some() {
                break;
            }
            let Some(factor) = 10_u64.checked_pow(power) else { break };
            if power < GROUP {
                let Some(more) = group.max(1).checked_mul(factor) else { break };
                group = more;
                last = factor;
            } else {
                // "dos mil millones": a greater scale multiplies all that came before it.
                let base = if power >= lowest { total.checked_add(group) } else { Some(group.max(1)) };
                let Some(more) = base.and_then(|base| base.checked_mul(factor)) else { break };
                total = if power >= lowest { more } else { total.saturating_add(more) };
                (group, lowest, last) = (0, power, factor);
            }
        } else {
            // Tens take units, hundreds both: "twenty one", "soixante-douze", and not "one two".
            if value >= last || !(last >= 100 || (last >= 20 && value < 20)) {
                break;
            }
            group += value;
            last = value;
        }
        end = to;
    }
    (end, total.saturating_add(group))
}

fn is_after_currency(reading: &Reading<'_>, at: usize) -> bool {
    reading.ending(at, |sense| matches!(sense, Sense::Currency(_)).then_some(())).is_some()
}

fn run(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count().max(1)
}

/// Reads digits and separators from `at`, where a digit stands.
fn digits(bytes: &[u8], at: usize) -> Option<Number> {
    let first = run(bytes, at);
    let mut groups: Vec<(u8, usize, usize)> = vec![(0, at, first)];
    let mut end = at + first;
    while let (Some(&separator), Some(next)) = (bytes.get(end), bytes.get(end + 1)) {
        if !matches!(separator, b'.' | b',' | b' ' | b'\'') || !next.is_ascii_digit() {
            break;
        }
        let length = run(bytes, end + 1);
        let can_group = length == 3 && first <= 3;
        if matches!(separator, b' ' | b'\'') && !(can_group && groups.iter().skip(1).all(|(s, _, _)| *s == separator)) {
            break;
        }
        groups.push((separator, end + 1, length));
        end += 1 + length;
        if groups.len() > 8 {
            return None;
        }
    }
    let separators: Vec<u8> = groups.iter().skip(1).map(|group| group.0).collect();
    let mut is_ambiguous = false;
    let decimals_from = match separators.as_slice() {
        [] => groups.len(),
        [only] => {
            let length = groups[1].2;
            let is_group = length == 3 && first <= 3 && bytes[at] != b'0';
            is_ambiguous = is_group && matches!(only, b'.' | b',');
            if is_group { groups.len() } else { 1 }
        }
        [head @ .., last] => {
            let is_uniform = head.iter().all(|s| s == &head[0]);
            let are_grouped = groups[1..groups.len() - 1].iter().all(|group| group.2 == 3);
            if !is_uniform || !are_grouped || first > 3 {
                // "15.04.2022", "1.2.3": a date or a number of something.
                return None;
            }
            if *last != head[0] {
                groups.len() - 1
            } else if groups[groups.len() - 1].2 == 3 {
                groups.len()
            } else {
                return None;
            }
        }
    };
    let is_grouped = !separators.is_empty() && decimals_from > 1;
    let mut mantissa: u64 = 0;
    let mut decimals = 0;
    for (index, (_, start, length)) in groups.iter().enumerate() {
        for digit in bytes.get(*start..start + length)? {
            mantissa = mantissa.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
        }
        if index >= decimals_from {
            decimals = u32::try_from(*length).ok()?;
        }
    }
    // "7.500,--" and "7.500,-" end in a mark that stands for no cents.
    for tail in [&b",--"[..], b",-", b".-"] {
        if bytes.get(end..).is_some_and(|rest| rest.starts_with(tail)) {
            end += tail.len();
            break;
        }
    }
    Some(Number { start: at, end, mantissa, decimals, scale: 0, is_ambiguous, is_words: false, is_grouped })
}

/// Takes in the scale word after a number, and settles "1.500 million".
fn with_scale(reading: &Reading<'_>, number: &mut Number) {
    let scale_at = |at: usize| {
        reading.at(at, |sense| match sense {
            Sense::Scale(power) => Some(*power),
            _ => None,
        })
    };
    let bytes = reading.view.text.as_bytes();
    let mut at = reading.skip_blanks(number.end, 1);
    if number.is_words && bytes.get(at) == Some(&b'-') {
        at += 1;
    }
    let Some((end, power)) = scale_at(at) else { return };
    let is_letter = end - at == 1;
    // "5 m" may be metres, "5m" beside a currency is money: single letters must touch, or
    // stand before a sign ("2,5 M€").
    if is_letter && at != number.end && bytes.get(end).is_none_or(u8::is_ascii) {
        return;
    }
    number.end = end;
    number.scale = power;
    // "mil millones", "thousand million".
    if let Some((end, more)) = scale_at(reading.skip_blanks(end, 1)) {
        number.end = end;
        number.scale += more;
    }
    if number.is_ambiguous && power >= 6 && number.mantissa >= 1000 {
        number.decimals = 3;
        number.is_ambiguous = false;
    }
    if bytes.get(number.end) == Some(&b'.')
        && reading.view.lower.get(at..number.end).is_some_and(|w| matches!(w, "mio" | "mrd" | "mill"))
    {
        number.end += 1;
    }
}

/// Whether no letter or digit touches a span.
pub(crate) fn is_free_standing(text: &str, start: usize, end: usize) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !is_letter(text.get(..start).and_then(|head| head.chars().next_back()))
        && !is_letter(text.get(end..).and_then(|tail| tail.chars().next()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_of_all_countries() {
        let value = |text: &str| digits(text.as_bytes(), 0).map(|n| (n.mantissa, n.decimals, n.end));
        for (text, expected) in [
            ("1500000", Some((1_500_000, 0, 7))),
            ("1,500,000", Some((1_500_000, 0, 9))),
            ("1.500.000", Some((1_500_000, 0, 9))),
            ("1 500 000", Some((1_500_000, 0, 9))),
            ("1'500'000", Some((1_500_000, 0, 9))),
            ("1.500.000,50", Some((150_000_050, 2, 12))),
            ("675,000.00", Some((67_500_000, 2, 10))),
            ("7.500,--", Some((7500, 0, 8))),
            ("14,5", Some((145, 1, 4))),
            ("24,870.5", Some((248_705, 1, 8))),
            ("2 385 276 and", Some((2_385_276, 0, 9))),
            ("32 2021", Some((32, 0, 2))),
            ("15.04.2022", None),
            ("99999999999999999999999", None),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
    }

    #[test]
    fn numbers_in_words() {
        for (text, expected) in [
            ("fifty-two thousand", vec![52_000]),
            ("one hundred and twenty-three thousand four hundred and six", vec![123_406]),
            ("two million three hundred thousand people", vec![2_300_000]),
            ("three, four and twenty", vec![3, 4, 20]),
            ("one two", vec![1, 2]),
            ("two hundred and a half", vec![200]),
            ("twenty two and three hundred", vec![22, 300]),
        ] {
            let document = crate::plain_document(text);
            let reading = Reading::new(&document);
            let found: Vec<u64> = numbers(&reading).iter().filter_map(Number::whole).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
