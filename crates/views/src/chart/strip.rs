//! Every fine of a set on one logarithmic scale.

use std::collections::BTreeMap;

use fineprint_model::query::MoneySummary;

use super::draw::{Drawing, Hold};
use super::{Chart, denominator, euro_cell, powers, with_head};
use crate::figures::{Dot, quantile};
use crate::format::amount_tick;

/// More dots than this are drawn as columns of their number: single ones could not be told apart.
const MOST_DOTS: usize = 600;
/// Links only while a finger can tell the dots apart.
const MOST_LINKS: usize = 400;
/// Rows of the table in the page; the CSV has all.
const MOST_ROWS: usize = 100;

/// Fines as dots on a logarithmic scale, with median and quartiles. `None` with fewer than two.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "positions in a drawing")]
pub fn strip(dots: &[Dot<'_>], summary: &MoneySummary, root: &str) -> Option<Chart> {
    let (first, last) = (dots.first()?, dots.last()?);
    if dots.len() < 2 {
        return None;
    }
    let (low, high) = powers(first.euro, last.euro);
    let (width, left, right, base) = (360.0, 12.0, 348.0, 92.0);
    let x = |euro: f64| left + (euro.log10() - low) / (high - low) * (right - left);
    let mut sorted: Vec<i64> = dots.iter().map(|dot| (dot.euro * 100.0).round() as i64).collect();
    sorted.sort_unstable();
    let quartile = |num| quantile(&sorted, num, 4).map(|minor| minor as f64 / 100.0);
    let (q1, median, q3) = (quartile(1)?, quartile(2)?, quartile(3)?);
    let euro = |units: f64| format!("EUR\u{a0}{}", amount_tick(units));
    let title = format!("Half of the fines are at or below {}", euro(median));
    let drawn = if dots.len() > MOST_DOTS { "The columns count standing fines" } else { "Each dot is a standing fine" };
    let note = format!(
        "{drawn} on a logarithmic scale; the middle half lies between {} and {}. {}.",
        euro(q1),
        euro(q3),
        denominator(summary)
    );
    let mut drawing = Drawing::new(width, 116.0);
    drawing.rect("band", x(q1), 20.0, (x(q3) - x(q1)).max(1.0), base - 20.0);
    drawing.line("median", (x(median), 14.0), (x(median), base));
    let label = format!("median {}", amount_tick(median));
    drawing.text("value", x(median), 10.0, Hold::within(x(median), 60.0, width), label);
    // Dots that would cover each other are stacked from the axis up; a full stack is squeezed, never cut.
    let radius = 3.5;
    let slot = |dot: &Dot<'_>| (x(dot.euro) / (radius * 2.0)).round() as i64;
    let mut heights: BTreeMap<i64, usize> = BTreeMap::new();
    for dot in dots {
        *heights.entry(slot(dot)).or_default() += 1;
    }
    let tallest = heights.values().copied().max().unwrap_or(1) as f64;
    if dots.len() > MOST_DOTS {
        for (slot, height) in &heights {
            let tall = *height as f64 / tallest * (base - 28.0);
            drawing.rect("bar", *slot as f64 * radius * 2.0 - radius + 0.5, base - tall, radius * 2.0 - 1.0, tall);
        }
    } else {
        let rise = ((base - 28.0) / tallest).min(radius * 2.0);
        let mut placed: BTreeMap<i64, usize> = BTreeMap::new();
        for dot in dots {
            let level = placed.entry(slot(dot)).or_default();
            let y = rise.mul_add(-(*level as f64), base - radius - 1.0);
            *level += 1;
            let href = (dots.len() <= MOST_LINKS).then(|| crate::link::case(&dot.case.id));
            let (class, r) = if dot.marked { ("dot marked", 5.0) } else { ("dot", radius) };
            drawing.named(dot.title(), href, |drawing| drawing.circle(class, x(dot.euro), y, r));
        }
    }
    drawing.line("axis", (left, base), (right, base));
    let mut power = low;
    while power <= high {
        let at = x(10_f64.powf(power));
        drawing.line("axis", (at, base), (at, base + 4.0));
        drawing.text("tick", at, base + 17.0, Hold::within(at, 20.0, width), amount_tick(10_f64.powf(power)));
        power += 1.0;
    }
    let largest_first = || dots.iter().rev();
    Some(Chart {
        id: "strip",
        svg: drawing.inline("strip", &title, &note, root),
        file: drawing.file(&title, &note),
        title,
        note,
        head: vec!["Case", "Fine in euro"],
        rows: largest_first().take(MOST_ROWS).map(|dot| vec![dot.title(), euro_cell(dot.euro)]).collect(),
        csv: with_head(
            &["id", "title", "fine_eur_minor"],
            largest_first().map(|dot| vec![dot.case.id.to_string(), dot.title(), format!("{:.0}", dot.euro * 100.0)]),
        ),
        stem: None,
    })
}
