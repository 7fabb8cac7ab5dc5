//! Amounts, counts, shares and dates as people type them in a range.

use chrono::{Days, Months, NaiveDate};
use fineprint_model::PartialDate;
use fineprint_model::money::{Currency, Money};
use fineprint_model::query::{Field, Value};
use fineprint_model::vocab::to_euro;

/// Larger numbers are refused: whole numbers are exact in `f64` up to here.
const MAX_NUMBER: f64 = 9_007_199_254_740_992.0;
/// A fine in another currency is converted at the last rate published within this many days.
const MAX_RATE_AGE_DAYS: u64 = 1_500;

/// What a numeric field's values look like, for messages.
fn expected(field: Field) -> &'static str {
    match field {
        Field::Fine => "an amount such as `1M`, `>=100k`, `100k..2M` or `500kGBP`",
        Field::Share => "a percentage such as `2`, `>=0.5` or `1..4`",
        Field::Year => "a year such as `2022`, `2020..2022` or `>=2021`",
        Field::Decided | Field::Published => "a date such as `2022`, `2020..2022-06`, `>=2021` or `-90d`",
        _ => "a number such as `1000`, `>=100k` or `1k..2M`",
    }
}

/// A range as typed: ends with whether they are included.
struct Ends<'a> {
    from: Option<(&'a str, bool)>,
    to: Option<(&'a str, bool)>,
}

fn ends(text: &str) -> Ends<'_> {
    if let Some(rest) = text.strip_prefix(">=") {
        return Ends { from: Some((rest, true)), to: None };
    }
    if let Some(rest) = text.strip_prefix('>') {
        return Ends { from: Some((rest, false)), to: None };
    }
    if let Some(rest) = text.strip_prefix("<=") {
        return Ends { from: None, to: Some((rest, true)) };
    }
    if let Some(rest) = text.strip_prefix('<') {
        return Ends { from: None, to: Some((rest, false)) };
    }
    if let Some((from, to)) = text.split_once("..") {
        let end = |text| (!str::is_empty(text)).then_some((text, true));
        return Ends { from: end(from), to: end(to) };
    }
    let text = text.strip_prefix('=').unwrap_or(text);
    Ends { from: Some((text, true)), to: Some((text, true)) }
}

/// Reads the value of a numeric or date field.
///
/// The error is what was expected, and a correction where there is an obvious one.
pub(super) fn read(field: Field, text: &str, today: NaiveDate) -> Result<Value, (String, Option<String>)> {
    let wrong = || (format!("expected {}, found `{text}`", expected(field)), None);
    let Ends { from, to } = ends(text);
    if from.is_none() && to.is_none() {
        return Err(wrong());
    }
    let backwards = || {
        let swapped = text.split_once("..").map(|(from, to)| format!("{to}..{from}"));
        (format!("the range `{text}` ends before it begins"), swapped)
    };
    if matches!(field, Field::Decided | Field::Published) {
        let from = from.map(|(text, included)| date(text, included, true, today)).transpose().map_err(|()| wrong())?;
        let to = match (ends(text).to, text.starts_with('-')) {
            // `-90d` alone means from that day on.
            (Some(_), true) if !text.contains("..") => None,
            (to, _) => {
                to.map(|(text, included)| date(text, included, false, today)).transpose().map_err(|()| wrong())?
            }
        };
        if let (Some(from), Some(to)) = (from, to)
            && from.first_day() > to.last_day()
        {
            return Err(backwards());
        }
        return Ok(Value::Date { from, to });
    }
    let read = |end: Option<(&str, bool)>, lower: bool| -> Result<Option<f64>, ()> {
        let Some((text, included)) = end else { return Ok(None) };
        let number = match field {
            Field::Fine => amount(text, today),
            Field::Share => share(text),
            Field::Year => whole(text).filter(|year| (1800.0..2200.0).contains(year)),
            _ => whole(text),
        }
        .ok_or(())?;
        let next = match (included, field, lower) {
            (true, ..) => number,
            (false, Field::Share, true) => number.next_up(),
            (false, Field::Share, false) => number.next_down(),
            (false, _, true) => number + 1.0,
            (false, _, false) => number - 1.0,
        };
        Ok(Some(next))
    };
    let (from, to) = (read(from, true).map_err(|()| wrong())?, read(to, false).map_err(|()| wrong())?);
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        return Err(backwards());
    }
    if to.is_some_and(|to| to < 0.0) {
        return Err(wrong());
    }
    Ok(Value::Number { from, to })
}

/// People affected as typed: `500k`.
///
/// # Errors
/// What was expected.
pub fn read_people(text: &str) -> Result<u64, String> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "bounded by MAX_NUMBER, never negative"
    )]
    let people = whole(text.trim()).map(|number| number as u64);
    people.ok_or_else(|| format!("expected a number of people such as `1000` or `500k`, found `{text}`"))
}

/// A turnover as typed, in euro: `16M`, `20MGBP` at the last rate published before `today`.
///
/// # Errors
/// What was expected.
pub fn read_turnover(text: &str, today: NaiveDate) -> Result<Money, String> {
    #[expect(clippy::cast_possible_truncation, reason = "bounded by MAX_NUMBER")]
    let euro = amount(text.trim(), today).map(|cents| Money::from_minor(cents as i64, Currency::EUR));
    euro.ok_or_else(|| format!("expected an amount such as `16M` or `20MGBP`, found `{text}`"))
}

/// Digits with an optional point, times a power of ten, without rounding twice.
fn decimal(text: &str, exponent: i32) -> Option<f64> {
    let text = text.replace('_', "");
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.bytes().any(|b| b.is_ascii_digit());
    if !plain || text.len() > 40 {
        return None;
    }
    format!("{text}e{exponent}").parse().ok().filter(|number| (0.0..=MAX_NUMBER).contains(number))
}

/// `1.5M` with what stands behind the number.
fn scaled(text: &str) -> (&str, i32, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_').unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    for (suffix, exponent) in [("bn", 9), ("b", 9), ("B", 9), ("k", 3), ("K", 3), ("m", 6), ("M", 6)] {
        if let Some(rest) = rest.strip_prefix(suffix) {
            return (number, exponent, rest);
        }
    }
    (number, 0, rest)
}

fn whole(text: &str) -> Option<f64> {
    let (number, exponent, rest) = scaled(text);
    decimal(number, exponent).filter(|number| rest.is_empty() && number.fract() == 0.0)
}

/// A percentage as a ratio.
fn share(text: &str) -> Option<f64> {
    decimal(text.strip_suffix('%').unwrap_or(text), -2)
}

/// An amount in euro cents.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "bounded by MAX_NUMBER")]
fn amount(text: &str, today: NaiveDate) -> Option<f64> {
    let (sign, text) = match text.chars().next()? {
        '€' => (Some("EUR"), &text['€'.len_utf8()..]),
        '£' => (Some("GBP"), &text['£'.len_utf8()..]),
        _ => (None, text),
    };
    let (number, exponent, code) = scaled(text);
    let code = match (sign, code) {
        (Some(sign), "") => sign.to_owned(),
        (None, "") => "EUR".to_owned(),
        (None, code) => code.to_uppercase(),
        (Some(_), _) => return None,
    };
    let currency: Currency = code.parse().ok()?;
    let minor = decimal(number, exponent + currency.digits().cast_signed())?.round();
    if currency == Currency::EUR {
        return Some(minor);
    }
    let money = Money::from_minor(minor as i64, currency);
    let euro = (0..MAX_RATE_AGE_DAYS)
        .filter_map(|back| today.checked_sub_days(Days::new(back)))
        .find_map(|day| to_euro(money, day))?;
    Some(euro.0.amount_minor as f64)
}

/// A date, or a number of days, weeks, months or years before today.
fn date(text: &str, included: bool, lower: bool, today: NaiveDate) -> Result<PartialDate, ()> {
    if let Some(back) = text.strip_prefix('-') {
        let unit = back.chars().last().ok_or(())?;
        let count: u32 = back[..back.len() - unit.len_utf8()].parse().map_err(|_| ())?;
        let months = |each: u32| count.checked_mul(each).map(Months::new).and_then(|m| today.checked_sub_months(m));
        let days =
            |each: u64| u64::from(count).checked_mul(each).map(Days::new).and_then(|d| today.checked_sub_days(d));
        let day = match unit {
            'd' => days(1),
            'w' => days(7),
            'm' => months(1),
            'y' => months(12),
            _ => None,
        };
        return day.and_then(in_range).ok_or(());
    }
    let date: PartialDate = text.parse().map_err(|_| ())?;
    if included {
        return Ok(date);
    }
    let next = if lower { date.last_day().succ_opt() } else { date.first_day().pred_opt() };
    next.and_then(in_range).ok_or(())
}

/// A day as a date of the record, which knows the years 1800 to 2199.
fn in_range(day: NaiveDate) -> Option<PartialDate> {
    let date = PartialDate::from(day);
    date.to_string().parse().ok()
}

/// The canonical text of a range.
pub(crate) fn write(field: Field, value: &Value) -> String {
    let (from, to) = match value {
        Value::Number { from, to } => {
            let one = |number: &f64| match field {
                Field::Share => shift_right_two(*number),
                Field::Fine => fine(*number),
                Field::Year => format!("{number:.0}"),
                _ => short(*number),
            };
            (from.as_ref().map(one), to.as_ref().map(one))
        }
        Value::Date { from, to } => (from.map(|date| date.to_string()), to.map(|date| date.to_string())),
        Value::Term(term) => return term.clone(),
    };
    match (from, to) {
        (Some(from), Some(to)) if from == to => from,
        (Some(from), Some(to)) => format!("{from}..{to}"),
        (Some(from), None) => format!(">={from}"),
        (None, Some(to)) => format!("<={to}"),
        (None, None) => "..".to_owned(),
    }
}

/// A whole number with the largest suffix that loses nothing.
fn short(number: f64) -> String {
    for (suffix, factor) in [("bn", 1e9), ("M", 1e6), ("k", 1e3)] {
        if number >= factor && number % factor == 0.0 {
            return format!("{:.0}{suffix}", number / factor);
        }
    }
    format!("{number:.0}")
}

fn fine(cents: f64) -> String {
    if cents % 100.0 == 0.0 { short(cents / 100.0) } else { shift_left_two(cents) }
}

/// Cents as units with two decimals; the number is whole.
fn shift_left_two(cents: f64) -> String {
    let digits = format!("{:0>3}", format!("{cents:.0}"));
    let (units, rest) = digits.split_at(digits.len() - 2);
    format!("{units}.{rest}")
}

/// A ratio as a percentage, moving the point in the decimal text so that no digit changes.
fn shift_right_two(ratio: f64) -> String {
    let text = format!("{ratio}");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let rest = format!("{rest:0<2}");
    let (moved, rest) = rest.split_at(2);
    let whole = format!("{whole}{moved}");
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    if rest.is_empty() { whole.to_owned() } else { format!("{whole}.{rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 3, 31).unwrap()
    }

    fn number(field: Field, text: &str) -> (Option<f64>, Option<f64>) {
        match read(field, text, today()) {
            Ok(Value::Number { from, to }) => (from, to),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn amounts_counts_and_shares() {
        assert_eq!(number(Field::Fine, ">=1M"), (Some(100_000_000.0), None));
        assert_eq!(number(Field::Fine, "100k..2M"), (Some(10_000_000.0), Some(200_000_000.0)));
        assert_eq!(number(Field::Fine, "<1.5k"), (None, Some(149_999.0)));
        assert_eq!(number(Field::Fine, "€20"), (Some(2_000.0), Some(2_000.0)));
        let (from, _) = number(Field::Fine, ">=500kGBP");
        assert!(from.is_some_and(|cents| (55_000_000.0..61_000_000.0).contains(&cents)), "{from:?}");
        assert_eq!(number(Field::Share, ">=2.5%"), (Some(0.025), None));
        assert_eq!(number(Field::Affected, "..10k"), (None, Some(10_000.0)));
        for bad in ["", "..", "abc", "1M2", "-5", "5..1", "1.2.3", "99999999999999999999", "<0", "1XYZ"] {
            assert!(read(Field::Fine, bad, today()).is_err(), "{bad}");
        }
        assert_eq!(read(Field::Fine, "2M..1M", today()).unwrap_err().1.as_deref(), Some("1M..2M"));
    }

    #[test]
    fn dates_keep_their_precision_and_may_be_relative() {
        let date = |text: &str| match read(Field::Decided, text, today()) {
            Ok(value @ Value::Date { .. }) => write(Field::Decided, &value),
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(date("2020..2022-06"), "2020..2022-06");
        assert_eq!(date(">2021"), ">=2022-01-01");
        assert_eq!(date("<2021"), "<=2020-12-31");
        assert_eq!(date("-90d"), ">=2024-01-01");
        assert_eq!(date("-1m"), ">=2024-02-29");
        assert_eq!(date("-1y..-1w"), "2023-03-31..2024-03-24");
        for bad in ["-90", "-x", "2022-13", "-99999999y", "2023..2022", ">2199"] {
            assert!(read(Field::Decided, bad, today()).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for (field, text) in [
            (Field::Fine, ">=1234.56"),
            (Field::Fine, "0.01..7bn"),
            (Field::Share, ">2"),
            (Field::Share, "0.07..12.345"),
            (Field::Share, "100"),
            (Field::Affected, "1001..25M"),
            (Field::Year, "2019.."),
        ] {
            let value = read(field, text, today()).unwrap();
            assert_eq!(read(field, &write(field, &value), today()).unwrap(), value, "{text}");
        }
    }
}
