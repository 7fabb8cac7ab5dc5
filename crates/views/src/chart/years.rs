//! Total fines by year.

use std::fmt::Write as _;

use super::draw::{Drawing, Hold};
use super::{Chart, summary_cells, with_head};
use crate::figures::Year;
use crate::format::{amount_tick, count, money, money_short, number};

/// Total fines by year as bars on a zero baseline. `None` with fewer than two years or no amount.
#[expect(clippy::cast_precision_loss, reason = "positions in a drawing")]
pub fn years(years: &[Year], undated: usize) -> Option<Chart> {
    let sums: Vec<f64> = years.iter().map(|year| year.money.sum.map_or(0.0, |sum| sum.units())).collect();
    let max = sums.iter().copied().fold(0.0, f64::max);
    if years.len() < 2 || max <= 0.0 {
        return None;
    }
    let (at, _) = sums.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
    let top = &years[at];
    let title = format!(
        "{} saw the highest total: {} in {}",
        top.year,
        top.money.sum.map(money_short).unwrap_or_default(),
        count(top.money.known, "fine", "fines")
    );
    let sum = |of: fn(&Year) -> usize| years.iter().map(of).sum::<usize>();
    let mut note = format!(
        "Standing fines in euro by year of the decision, n\u{a0}=\u{a0}{}; {} of unknown amount and {} annulled are not counted.",
        number(sum(|year| year.money.known)),
        number(sum(|year| year.money.unknown)),
        number(sum(|year| year.money.annulled))
    );
    if undated > 0 {
        let _ = write!(note, " {} without a date.", count(undated, "case", "cases"));
    }
    let (width, base, head) = (360.0, 164.0, 22.0);
    let step = width / years.len() as f64;
    let bar = (step * 0.72).min(44.0);
    let mut drawing = Drawing::new(width, 190.0);
    let every = years.len().div_ceil(9);
    for (at, (year, sum)) in years.iter().zip(&sums).enumerate() {
        let middle = step.mul_add(at as f64, step / 2.0);
        let tall = if *sum > 0.0 { (sum / max * (base - head)).max(1.0) } else { 0.0 };
        let name = format!(
            "{}: {} from {}",
            year.year,
            year.money.sum.map_or_else(|| "no amount".to_owned(), money_short),
            count(year.money.known, "fine", "fines")
        );
        drawing.named(name, None, |drawing| drawing.rect("bar", middle - bar / 2.0, base - tall, bar, tall));
        if *sum > 0.0 && years.len() <= 12 {
            drawing.text("value", middle, base - tall - 4.0, Hold::Middle, amount_tick(*sum).replace('\u{a0}', ""));
        }
        if at % every == 0 {
            drawing.text("tick", middle, base + 15.0, Hold::Middle, year.year.to_string());
        }
    }
    drawing.line("axis", (0.0, base), (width, base));
    let row = |year: &Year| {
        vec![
            year.year.to_string(),
            number(year.cases),
            number(year.money.known),
            number(year.money.unknown),
            year.money.sum.map_or_else(String::new, money),
            year.money.median.map_or_else(String::new, money),
        ]
    };
    let desc = format!("Bars from {} to {}. {note}", years[0].year, years[years.len() - 1].year);
    Some(Chart {
        id: "years",
        svg: drawing.inline("years", &title, &desc, ""),
        file: drawing.file(&title, &note),
        title,
        note,
        head: vec!["Year", "Cases", "Known fines", "Unknown amounts", "Total", "Median"],
        rows: years.iter().map(row).collect(),
        csv: with_head(
            &["year", "cases", "fines_known", "fines_unknown", "sum_eur_minor", "median_eur_minor"],
            years.iter().map(|year| summary_cells(year.year.to_string(), year.cases, &year.money)),
        ),
        stem: None,
    })
}
