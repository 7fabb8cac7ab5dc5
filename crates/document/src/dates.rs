//! Dates where a page labels them, and a date line at the top of a text, in the languages of the authorities.

use fineprint_model::PartialDate;

/// Names of the months and their usual short forms, January first, in the languages in which the authorities date their
/// pages. A short form that is also an ordinary word of one of them is left out.
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "janvier", "janv", "enero", "gennaio", "januar", "januari", "stycznia", "styczeń", "janeiro"],
    &[
        "february",
        "feb",
        "février",
        "fevrier",
        "févr",
        "fevr",
        "febrero",
        "febbraio",
        "februar",
        "februari",
        "lutego",
        "luty",
        "fevereiro",
    ],
    &["march", "mar", "mars", "marzo", "märz", "maart", "mrt", "marts", "marca", "marzec", "março"],
    &["april", "apr", "avril", "avr", "abril", "aprile", "kwietnia", "kwiecień"],
    &["may", "mai", "mayo", "maggio", "maj", "mei", "maja", "maio"],
    &["june", "jun", "juin", "junio", "giugno", "juni", "czerwca", "czerwiec", "junho"],
    &["july", "jul", "juillet", "juil", "julio", "luglio", "juli", "lipca", "lipiec", "julho"],
    &["august", "aug", "août", "aout", "agosto", "augustus", "augusti", "sierpnia", "sierpień"],
    &["september", "sep", "sept", "septembre", "septiembre", "settembre", "września", "wrzesień", "setembro"],
    &["october", "oct", "octobre", "octubre", "ottobre", "oktober", "okt", "października", "październik", "outubro"],
    &["november", "nov", "novembre", "noviembre", "listopada", "listopad", "novembro"],
    &[
        "december",
        "dec",
        "décembre",
        "decembre",
        "déc",
        "diciembre",
        "dicembre",
        "dezember",
        "desember",
        "grudnia",
        "grudzień",
        "dezembro",
    ],
];

/// The date at the beginning of an ISO 8601 text (`2022-04-21T10:00:00+02:00`), a compact one (`20220421`),
/// or a written one.
pub fn labelled(text: &str) -> Option<PartialDate> {
    let text = text.trim();
    let date = text.get(..10).and_then(|day| day.parse().ok());
    date.or_else(|| {
        let compact = text.get(..8).filter(|_| text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()))?;
        PartialDate::day(
            compact.get(..4)?.parse().ok()?,
            compact.get(4..6)?.parse().ok()?,
            compact.get(6..)?.parse().ok()?,
        )
        .ok()
    })
    .or_else(|| text.parse().ok())
    .or_else(|| written(text))
}

/// A line that is a date and little else: "May 4, 2022", "Published: 21 April 2022", "Le 15 avril 2022",
/// "21.04.2022". `None` for a sentence that merely holds one.
pub fn line(text: &str) -> Option<PartialDate> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() > 12 || text.len() > 90 {
        return None;
    }
    let letters: usize = words.iter().filter(|word| word.chars().all(char::is_alphabetic)).count();
    // A number that is no part of a date makes it a heading, as of a numbered decision.
    let is_date_part =
        |word: &str| word.contains(':') || day(word).is_some() || year(word).is_some() || numeric(word).is_some();
    let other_number = words.iter().any(|word| {
        let word = word.to_lowercase();
        let word = word.trim_matches(['.', ',', '(', ')', ';', '|']);
        word.contains(|c: char| c.is_ascii_digit()) && !is_date_part(word)
    });
    if other_number || letters > 7 || text.trim_end().ends_with('.') && words.len() > 6 {
        return None;
    }
    written(text)
}

/// The first written date in a text.
pub fn written(text: &str) -> Option<PartialDate> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | '|' | ';' | '\u{a0}'))
        .map(|word| word.trim_matches(['.', ':', '-', '–', '—']))
        // "15 de abril de 2022", "the 15th of April 2022".
        .filter(|word| !matches!(*word, "" | "de" | "del" | "of"))
        .collect();
    words.iter().enumerate().find_map(|(at, word)| {
        if let Some(month) = month(word) {
            let before = at.checked_sub(1).and_then(|before| words.get(before)).and_then(|word| day(word));
            let after = words.get(at + 1).and_then(|word| day(word));
            let next = words.get(at + 1).and_then(|word| year(word));
            let later = words.get(at + 2).and_then(|word| year(word));
            return match (before, after, next, later) {
                (Some(day), _, Some(year), _) | (_, Some(day), _, Some(year)) => {
                    PartialDate::day(year, month, day).ok()
                }
                (_, _, Some(year), _) => PartialDate::month(year, month).ok(),
                _ => None,
            };
        }
        numeric(word)
    })
}

/// A date in figures, of which it is known whether the day stands first: `04/05/2022`, `4-5-2022`, `2022-05-04`.
pub fn figures(text: &str, day_first: bool) -> Option<PartialDate> {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | '|' | ';'));
    words.map(|word| word.trim_matches(['.', ':'])).find_map(|word| {
        if let Ok(date) = word.parse::<PartialDate>()
            && date.is_exact()
        {
            return Some(date);
        }
        let mut parts = word.split(['.', '/', '-']);
        let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let (first, second) = (first.parse().ok()?, second.parse().ok()?);
        let (day, month) = if day_first { (first, second) } else { (second, first) };
        PartialDate::day(year(third)?, month, day).ok()
    })
}

/// `2022-04-21`, `21.04.2022`, or `21/04/2022` where the day cannot be taken for a month.
fn numeric(word: &str) -> Option<PartialDate> {
    if let Ok(date) = word.parse::<PartialDate>()
        && date.is_exact()
    {
        return Some(date);
    }
    let separator = word.chars().find(|c| matches!(c, '.' | '/'))?;
    let mut parts = word.split(separator);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || third.len() != 4 {
        return None;
    }
    let (first, second) = (day(first)?, day(second)?);
    if separator == '/' && first <= 12 && first != second {
        return None;
    }
    PartialDate::day(year(third)?, second, first).ok()
}

fn month(word: &str) -> Option<u32> {
    let place = MONTHS.iter().position(|names| names.contains(&word))?;
    u32::try_from(place + 1).ok()
}

fn day(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
    let suffix = word.get(digits.len()..)?;
    (matches!(suffix, "" | "st" | "nd" | "rd" | "th" | "er") && digits.len() <= 2)
        .then(|| digits.parse().ok())
        .flatten()
        .filter(|day| (1..=31).contains(day))
}

fn year(word: &str) -> Option<i32> {
    word.parse().ok().filter(|year| word.len() == 4 && (1950..2100).contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_their_usual_forms() {
        for (text, expected) in [
            ("May 4, 2022", Some("2022-05-04")),
            ("Published: 21 April 2022", Some("2022-04-21")),
            ("Le 1er février 2023", Some("2023-02-01")),
            ("15 août 2021", Some("2021-08-15")),
            ("21.04.2022", Some("2022-04-21")),
            ("21/04/2022", Some("2022-04-21")),
            ("04/05/2022", None),
            ("June 2020", Some("2020-06")),
            ("15 de abril de 2022", Some("2022-04-15")),
            ("3. März 2022", Some("2022-03-03")),
            ("12 września 2023", Some("2023-09-12")),
            ("1 mei 2021", Some("2021-05-01")),
            ("9 giugno 2022", Some("2022-06-09")),
            ("2nd March 2020 | Data protection", Some("2020-03-02")),
            ("The market in 2020", None),
            ("31 February 2022", None),
            ("Deliberation SAN-2021-901 of 14 October 2021", None),
            ("Article 28 of the Regulation", None),
        ] {
            assert_eq!(line(text).map(|date| date.to_string()).as_deref(), expected, "{text}");
        }
        assert_eq!(
            line("The restricted committee decided on 15 April 2022 that the company was liable for all of it"),
            None
        );
    }

    #[test]
    fn figures_in_a_known_order() {
        for (text, day_first, expected) in [
            ("04/05/2022", true, Some("2022-05-04")),
            ("04/05/2022", false, Some("2022-04-05")),
            ("4-5-2022", true, Some("2022-05-04")),
            ("Date: 04.05.2022.", true, Some("2022-05-04")),
            ("2022-05-04", false, Some("2022-05-04")),
            ("13/13/2022", true, None),
            ("no date", true, None),
        ] {
            assert_eq!(figures(text, day_first).map(|date| date.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn labelled_dates() {
        for (text, expected) in [
            ("2022-04-21T10:00:00+02:00", "2022-04-21"),
            ("2022-04-21", "2022-04-21"),
            ("20220421", "2022-04-21"),
            ("2022-04", "2022-04"),
            ("21 avril 2022", "2022-04-21"),
        ] {
            assert_eq!(labelled(text).map(|date| date.to_string()).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(labelled("soon"), None);
        assert_eq!(labelled("été 2022 é"), None);
    }
}
