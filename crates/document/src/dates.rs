//! Dates where a page labels them, and a date line at the top of a text, in English and French.

use fineprint_model::PartialDate;

/// Months by the first letters of their names; enough to tell all twelve apart in both languages.
const MONTHS: &[(&str, u32)] = &[
    ("janv", 1),
    ("jan", 1),
    ("févr", 2),
    ("fevr", 2),
    ("feb", 2),
    ("mar", 3),
    ("apr", 4),
    ("avr", 4),
    ("may", 5),
    ("mai", 5),
    ("juin", 6),
    ("jun", 6),
    ("juil", 7),
    ("jul", 7),
    ("aug", 8),
    ("août", 8),
    ("aout", 8),
    ("sep", 9),
    ("oct", 10),
    ("nov", 11),
    ("dec", 12),
    ("déc", 12),
];

/// Names of months and their usual short forms, to tell `mar` from `market`.
const NAMES: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
    "janvier",
    "février",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
    "decembre",
    "janv",
    "févr",
    "fevr",
    "avr",
    "juil",
    "déc",
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
        .filter(|word| !word.is_empty())
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
    NAMES.contains(&word).then_some(())?;
    MONTHS.iter().find(|(start, _)| word.starts_with(start)).map(|(_, month)| *month)
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
