//! Money, dates and numbers as people read them. Nothing else in the project does this.

use std::fmt::Display;

use chrono::{Datelike, NaiveDate};
use fineprint_model::{Estimate, Missing, Money, PartialDate, Stated};

/// What stands where sources say nothing.
pub const NOT_STATED: &str = "not stated";

/// Between groups of three digits: a narrow space that does not break a line.
const THIN: char = '\u{202f}';
/// Between a currency and its number.
const NBSP: char = '\u{a0}';

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A whole number in groups of three: `491 840`.
pub fn number(value: impl Display) -> String {
    let text = value.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("−", rest));
    let mut out = String::from(sign);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(THIN);
        }
        out.push(digit);
    }
    out
}

/// A number and what it counts: `1 case`, `3 cases`.
pub fn count(value: usize, one: &str, many: &str) -> String {
    format!("{}{NBSP}{}", number(value), if value == 1 { one } else { many })
}

/// The amount to the last cent: `EUR 1 500 000`, `EUR 1 500.50`.
pub fn money(value: Money) -> String {
    let scale = 10_i64.pow(value.currency.digits());
    let (whole, rest) = (value.amount_minor / scale, (value.amount_minor % scale).abs());
    let mut text = format!("{}{NBSP}{}", value.currency, number(whole));
    if rest != 0 {
        text.push_str(&format!(".{rest:0width$}", width = value.currency.digits() as usize));
    }
    text
}

/// The amount for lists and titles: `EUR 1.5 M`, `EUR 1.2 bn`, exact below a million.
pub fn money_short(value: Money) -> String {
    match shorten(value.units()) {
        Some(short) => format!("{}{NBSP}{short}", value.currency),
        None if value.amount_minor % 10_i64.pow(value.currency.digits()) == 0 => money(value),
        None => format!("{}{NBSP}{}", value.currency, number(format!("{:.0}", value.units().round()))),
    }
}

/// A tick of an axis or the end of a bar: `1.5 M`, `100 k`, `50`.
pub fn amount_tick(units: f64) -> String {
    shorten(units).unwrap_or_else(|| {
        if units >= 1_000.0 { format!("{}{NBSP}k", trimmed(units / 1_000.0)) } else { format!("{units:.0}") }
    })
}

fn shorten(units: f64) -> Option<String> {
    // What would round up to the next unit is written in that unit.
    if units.abs() >= 999_500_000.0 {
        Some(format!("{}{NBSP}bn", trimmed(units / 1e9)))
    } else if units.abs() >= 1_000_000.0 {
        Some(format!("{}{NBSP}M", trimmed(units / 1e6)))
    } else {
        None
    }
}

/// Three significant digits at most, no trailing zeros.
fn trimmed(value: f64) -> String {
    let decimals = if value.abs() >= 99.95 {
        0
    } else if value.abs() >= 9.995 {
        1
    } else {
        2
    };
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A date as precisely as it is known: `15 April 2022`, `April 2022`, `2022`.
pub fn date(value: PartialDate) -> String {
    let month = value.get_month().and_then(|month| MONTHS.get(month as usize - 1));
    match (month, value.get_day()) {
        (Some(month), Some(day)) => format!("{day} {month} {}", value.get_year()),
        (Some(month), None) => format!("{month} {}", value.get_year()),
        _ => value.get_year().to_string(),
    }
}

/// A day: `15 April 2022`.
pub fn day(value: NaiveDate) -> String {
    let month = MONTHS.get(value.month0() as usize).copied().unwrap_or_default();
    format!("{} {month} {}", value.day(), value.year())
}

/// A date, or why there is none.
pub fn stated_date(value: &Stated<PartialDate>) -> String {
    stated(value, |date_| date(*date_))
}

/// A value, or why there is none.
pub fn stated<T>(value: &Stated<T>, write: impl FnOnce(&T) -> String) -> String {
    match value {
        Stated::Value(value) => write(value),
        Stated::Missing(why) => missing(*why).to_owned(),
    }
}

/// Why a value is missing, in words.
pub fn missing(why: Missing) -> &'static str {
    match why {
        Missing::NotApplicable => "does not apply",
        Missing::NotPublished => "not published",
        _ => NOT_STATED,
    }
}

/// A count with its precision: `491 840`, `about 500 000`, `at least 490 000`. "At least" stands for
/// "over" too, since the record does not tell them apart and only the former is true of both.
pub fn estimate(value: &Estimate<u64>) -> String {
    with_precision(value, number)
}

/// A share with its precision: `about 9.2 %`. Ratios, so that 0.1 is ten per cent.
pub fn share(value: &Estimate<f64>) -> String {
    with_precision(value, percent)
}

/// A ratio in per cent: `9.2 %`; two significant digits below one per cent.
pub fn percent(ratio: f64) -> String {
    let value = ratio * 100.0;
    let decimals = if value != 0.0 && value.abs() < 0.1 {
        3
    } else if value.abs() < 1.0 {
        2
    } else {
        1
    };
    let text = format!("{value:.decimals$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text}{NBSP}%")
}

fn with_precision<T: Copy>(value: &Estimate<T>, write: impl Fn(T) -> String) -> String {
    match *value {
        Estimate::Exact { value } => write(value),
        Estimate::About { value } => format!("about {}", write(value)),
        Estimate::AtLeast { value } => format!("at least {}", write(value)),
        Estimate::AtMost { value } => format!("at most {}", write(value)),
        Estimate::Range { min, max } => format!("{} to {}", write(min), write(max)),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub fn list<S: AsRef<str>>(items: &[S]) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [most @ .., last] => {
            let most: Vec<&str> = most.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", most.join(", "), last.as_ref())
        }
    }
}

/// Text of others made safe to show: control characters, marks that turn the writing direction and
/// characters of no width are left out (the record keeps them), white space is one space.
pub fn tidy(text: &str) -> String {
    let kept: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| {
            !c.is_control()
                && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{61c}' | '\u{ad}')
        })
        .collect();
    kept.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The first sentence, or as many words as fit into `most` characters, with an ellipsis.
pub fn first_sentence(text: &str, most: usize) -> String {
    let text = tidy(text);
    let end = text.match_indices(". ").map(|(at, _)| at + 1).find(|at| text[..*at].chars().count() >= 60);
    let sentence = end.map_or(text.as_str(), |end| &text[..end]);
    shortened(sentence, most)
}

/// Cut at a word so that at most `most` characters are left.
pub fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most).collect();
    let cut = cut.rfind(' ').map_or(cut.as_str(), |at| &cut[..at]);
    format!("{}…", cut.trim_end_matches([',', ';', ':', '.']))
}

/// Escapes text for HTML and XML, in content and in quoted attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Not allowed in XML at all.
            '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use fineprint_model::Currency;

    use super::*;

    fn plain(text: &str) -> String {
        text.replace(['\u{202f}', '\u{a0}'], " ")
    }

    #[test]
    fn money_is_short_in_lists_and_exact_in_the_case() {
        // (cents, in lists, in the case)
        let table = [
            (150_000_000, "EUR 1.5 M", "EUR 1 500 000"),
            (0, "EUR 0", "EUR 0"),
            (99_999_900, "EUR 999 999", "EUR 999 999"),
            (100_000_000, "EUR 1 M", "EUR 1 000 000"),
            (123_456_789, "EUR 1.23 M", "EUR 1 234 567.89"),
            (1_234_567_800, "EUR 12.3 M", "EUR 12 345 678"),
            (9_999_999_900, "EUR 100 M", "EUR 99 999 999"),
            (120_000_000_000, "EUR 1.2 bn", "EUR 1 200 000 000"),
            (99_996_000_000, "EUR 1 bn", "EUR 999 960 000"),
            (150_050, "EUR 1 501", "EUR 1 500.50"),
        ];
        for (cents, short, exact) in table {
            let amount = Money::from_minor(cents, Currency::EUR);
            assert_eq!(plain(&money_short(amount)), short, "{cents}");
            assert_eq!(plain(&money(amount)), exact, "{cents}");
        }
        let krona = Money::from_minor(7_500_000, "ISK".parse().unwrap());
        assert_eq!(plain(&money(krona)), "ISK 7 500 000", "no minor unit");
    }

    #[test]
    fn dates_keep_their_precision() {
        for (iso, text) in [("2022-04-15", "15 April 2022"), ("2022-04", "April 2022"), ("2022", "2022")] {
            assert_eq!(date(iso.parse().unwrap()), text);
        }
        assert_eq!(stated_date(&Stated::Missing(Missing::Unknown)), "not stated");
        assert_eq!(stated_date(&Stated::Missing(Missing::NotPublished)), "not published");
    }

    #[test]
    fn numbers_say_how_exact_they_are() {
        assert_eq!(plain(&estimate(&Estimate::Exact { value: 491_840 })), "491 840");
        assert_eq!(plain(&estimate(&Estimate::AtLeast { value: 490_000 })), "at least 490 000");
        assert_eq!(plain(&estimate(&Estimate::Range { min: 100, max: 2_000 })), "100 to 2 000");
        assert_eq!(plain(&share(&Estimate::About { value: 0.092 })), "about 9.2 %");
        for (ratio, text) in [(0.1, "10 %"), (0.000_4, "0.04 %"), (0.003_8, "0.38 %"), (1.0, "100 %"), (0.0, "0 %")] {
            assert_eq!(plain(&percent(ratio)), text);
        }
    }

    #[test]
    fn ticks_are_short() {
        for (units, text) in [(50.0, "50"), (100_000.0, "100 k"), (1_500.0, "1.5 k"), (2e6, "2 M"), (1.2e9, "1.2 bn")] {
            assert_eq!(plain(&amount_tick(units)), text);
        }
    }

    #[test]
    fn lists_read_as_sentences() {
        assert_eq!(list::<&str>(&[]), "");
        assert_eq!(list(&["28"]), "28");
        assert_eq!(list(&["28", "29", "32"]), "28, 29 and 32");
    }

    #[test]
    fn shown_text_cannot_turn_direction_or_hide_characters() {
        assert_eq!(tidy("Ac\u{202e}me\u{200b}\u{7}  Ltd\n"), "Acme Ltd");
        assert_eq!(escape("<a href='x'>&\"\u{1}"), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
    }

    #[test]
    fn sentences_are_cut_at_words() {
        assert_eq!(shortened("one two three", 8), "one two…");
        assert_eq!(first_sentence("Short.", 10), "Short.");
        let long = "The publisher of a program was fined after the data of many people was put online. More.";
        assert!(first_sentence(long, 200).ends_with("online."));
    }
}
