//! Countries as tiles of equal size, roughly where they lie: what a map would show, without the weight of empty land.

use super::draw::{Drawing, Hold};
use super::{Chart, summary_cells, with_head};
use crate::figures::Row;
use crate::format::{count, money, money_short, number};
use crate::link::Topic;

/// Column and row of each country, ISO 3166-1 alpha-2 in lower case.
const PLACES: [(&str, u8, u8); 33] = [
    ("is", 0, 0),
    ("no", 4, 0),
    ("se", 5, 0),
    ("fi", 6, 0),
    ("dk", 4, 1),
    ("ee", 6, 1),
    ("lv", 7, 1),
    ("ie", 0, 2),
    ("gb", 1, 2),
    ("nl", 3, 2),
    ("de", 4, 2),
    ("pl", 5, 2),
    ("lt", 6, 2),
    ("be", 2, 3),
    ("lu", 3, 3),
    ("cz", 4, 3),
    ("sk", 5, 3),
    ("hu", 6, 3),
    ("ro", 7, 3),
    ("pt", 0, 4),
    ("es", 1, 4),
    ("fr", 2, 4),
    ("ch", 3, 4),
    ("at", 4, 4),
    ("si", 5, 4),
    ("hr", 6, 4),
    ("bg", 7, 4),
    ("li", 0, 3),
    ("it", 3, 5),
    ("mt", 4, 5),
    ("gr", 6, 5),
    ("cy", 7, 5),
    ("al", 5, 5),
];

/// Shade of a count, 0 to 4; 0 is none.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "four shades")]
fn shade(cases: usize, max: usize) -> usize {
    if cases == 0 || max == 0 {
        return 0;
    }
    let share = (cases as f64).ln_1p() / (max as f64).ln_1p();
    ((share * 4.0).ceil() as usize).clamp(1, 4)
}

/// Decisions by country as a grid of tiles, each with its number and a link. `None` with fewer than three countries.
#[expect(clippy::cast_precision_loss, reason = "positions in a drawing")]
pub fn tiles(rows: &[Row], total: usize, root: &str) -> Option<Chart> {
    let top = rows.first()?;
    if rows.len() < 3 {
        return None;
    }
    let title = format!(
        "{} of {} decisions come from {}, the most of {} countries",
        number(top.cases),
        number(total),
        top.label,
        number(rows.len())
    );
    let note = format!(
        "Decisions in the collection by the authority's country, n\u{a0}=\u{a0}{}; the stronger the shade, the more. The number follows what is published and entered here, not how strict a country is.",
        number(total)
    );
    let known = |key: &str| PLACES.iter().any(|(code, ..)| *code == key);
    let elsewhere: Vec<&Row> = rows.iter().filter(|row| !known(&row.key)).collect();
    let (side, gap) = (41.0, 4.5);
    let lines = 6 + elsewhere.len().div_ceil(8);
    let mut drawing = Drawing::new(360.0, (side + gap) * lines as f64 + if elsewhere.is_empty() { 0.0 } else { 8.0 });
    let mut one = |code: &str, row: Option<&Row>, x: f64, y: f64| {
        let cases = row.map_or(0, |row| row.cases);
        let level = shade(cases, top.cases);
        let class = ["tile-0", "tile-1", "tile-2", "tile-3", "tile-4"][level];
        let text = if level == 4 {
            "tile-text on"
        } else if level == 0 {
            "tick"
        } else {
            "tile-text"
        };
        let name = row.map_or_else(
            || format!("{}: none here", crate::label::country(code)),
            |row| {
                let sum =
                    row.money.sum.map_or_else(String::new, |sum| format!(", standing fines of {}", money_short(sum)));
                format!("{}: {}{sum}", row.label, count(cases, "decision", "decisions"))
            },
        );
        let href = row.and_then(|row| Topic::Country.path(&row.key));
        drawing.named(name, href, |drawing| {
            drawing.tile(class, x, y, side);
            drawing.text(text, x + side / 2.0, y + 17.0, Hold::Middle, code.to_uppercase());
            if cases > 0 {
                drawing.text(text, x + side / 2.0, y + 31.0, Hold::Middle, number(cases));
            }
        });
    };
    for (code, column, line) in PLACES {
        let row = rows.iter().find(|row| row.key == code);
        // Small neighbours outside the Union are drawn only where something is known of them.
        if row.is_none() && matches!(code, "li" | "al" | "ch") {
            continue;
        }
        one(code, row, f64::from(column) * (side + gap), f64::from(line) * (side + gap));
    }
    for (at, row) in elsewhere.iter().enumerate() {
        one(&row.key, Some(row), (at % 8) as f64 * (side + gap), (6 + at / 8) as f64 * (side + gap) + 8.0);
    }
    let table = rows.iter().map(|row| {
        vec![
            row.label.clone(),
            number(row.cases),
            number(row.money.known),
            row.money.sum.map_or_else(String::new, money),
            row.money.median.map_or_else(String::new, money),
        ]
    });
    Some(Chart {
        id: "countries",
        svg: drawing.inline("countries", &title, &note, root),
        file: drawing.file(&title, &note),
        head: vec!["Country", "Decisions", "Known fines", "Total", "Median"],
        rows: table.collect(),
        csv: with_head(
            &["country", "cases", "fines_known", "fines_unknown", "sum_eur_minor", "median_eur_minor"],
            rows.iter().map(|row| summary_cells(row.key.clone(), row.cases, &row.money)),
        ),
        title,
        note,
        stem: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_countries_share_a_tile() {
        let mut places: Vec<(u8, u8)> = PLACES.iter().map(|(_, column, line)| (*column, *line)).collect();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), PLACES.len());
    }

    #[test]
    fn one_case_is_never_drawn_as_none() {
        assert_eq!((shade(0, 9), shade(1, 1_000), shade(1_000, 1_000)), (0, 1, 4));
    }
}
