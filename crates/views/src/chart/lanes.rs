//! Groups beside each other, each with its fines on the same logarithmic scale: small multiples instead of stacked colours.

use super::draw::{Drawing, Hold, wrap};
use super::{Chart, euro_cell, powers, with_head};
use crate::figures::{Dot, quantile};
use crate::format::{amount_tick, number};

/// One group.
#[derive(Debug, Clone, PartialEq)]
pub struct Lane<'a> {
    /// What it is called.
    pub label: String,
    /// Address of its page from the site's root.
    pub href: Option<String>,
    /// Its fines, smallest first.
    pub dots: Vec<Dot<'a>>,
    /// Whether a dot tells which case it is; else only its amount.
    pub named: bool,
}

/// More dots than this in one lane are thinned to the quantiles of their order: the shape stays, the file stays small.
const MOST_DOTS: usize = 120;

impl Lane<'_> {
    /// The exact quantile `num/4` in euro; `None` without fines.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "cents to euro for people")]
    fn quartile(&self, num: usize) -> Option<f64> {
        let cents: Vec<i64> = self.dots.iter().map(|dot| (dot.euro * 100.0).round() as i64).collect();
        quantile(&cents, num, 4).map(|cents| cents as f64 / 100.0)
    }
}

/// Groups as lanes on one scale, in the order given. `None` with fewer than two groups that have a fine. `title` and `note` say
/// what is found and counted.
#[expect(clippy::cast_precision_loss, reason = "positions in a drawing")]
pub fn lanes(
    id: &'static str,
    kind: &'static str,
    title: String,
    note: String,
    lanes: &[Lane<'_>],
    root: &str,
) -> Option<Chart> {
    let with: Vec<&Lane<'_>> = lanes.iter().filter(|lane| !lane.dots.is_empty()).collect();
    if with.len() < 2 {
        return None;
    }
    let all = || with.iter().flat_map(|lane| &lane.dots).map(|dot| dot.euro);
    let (low, high) = powers(all().fold(f64::INFINITY, f64::min), all().fold(0.0, f64::max));
    let (width, left, right, row, head) = (360.0, 124.0, 332.0, 23.0_f64, 14.0);
    let base = row.mul_add(with.len() as f64, head);
    let x = |euro: f64| left + (euro.max(1.0).log10() - low) / (high - low) * (right - left);
    let mut drawing = Drawing::new(width, base + 20.0);
    drawing.text("tick", width, 8.0, Hold::End, "n");
    let mut power = low;
    while power <= high {
        let at = x(10_f64.powf(power));
        drawing.line("grid", (at, head - 2.0), (at, base));
        // Eight powers of ten beside each other leave no room for all their names.
        if high - low < 6.0 || (power - low) % 2.0 == 0.0 {
            drawing.text("tick", at, base + 13.0, Hold::Middle, amount_tick(10_f64.powf(power)));
        }
        power += 1.0;
    }
    for (at, lane) in with.iter().enumerate() {
        let y = row.mul_add(at as f64, head + row / 2.0);
        let label = wrap(&lane.label, 22, 2);
        drawing.named(lane.label.clone(), lane.href.clone(), |drawing| {
            let top = if label.len() > 1 { y - 1.5 } else { y + 3.5 };
            for (line, text) in label.into_iter().enumerate() {
                drawing.text("name", 0.0, 10.0_f64.mul_add(line as f64, top), Hold::Start, text);
            }
        });
        if let (Some(q1), Some(q3)) = (lane.quartile(1), lane.quartile(3))
            && lane.dots.len() > 3
        {
            drawing.rect("band", x(q1), y - 7.0, (x(q3) - x(q1)).max(1.0), 14.0);
        }
        let step = lane.dots.len().div_ceil(MOST_DOTS);
        for dot in lane.dots.iter().step_by(step) {
            let (class, r) = if dot.marked { ("dot marked", 4.0) } else { ("dot", 3.0) };
            let told = if lane.named { dot.title() } else { format!("EUR\u{a0}{}", amount_tick(dot.euro)) };
            drawing.named(told, None, |drawing| drawing.circle(class, x(dot.euro), y, r));
        }
        if let Some(median) = lane.quartile(2) {
            drawing.line("middle", (x(median), y - 8.0), (x(median), y + 8.0));
        }
        drawing.text("tick", width, y + 3.5, Hold::End, number(lane.dots.len()));
    }
    drawing.line("axis", (left, base), (right, base));
    let rows = with.iter().map(|lane| {
        let cell = |num| lane.quartile(num).map_or_else(String::new, euro_cell);
        let largest = lane.dots.last().map_or_else(String::new, |dot| euro_cell(dot.euro));
        vec![lane.label.clone(), number(lane.dots.len()), cell(1), cell(2), cell(3), largest]
    });
    let csv = with.iter().map(|lane| {
        let cell = |num| lane.quartile(num).map_or_else(String::new, |euro| format!("{:.0}", euro * 100.0));
        let largest = lane.dots.last().map_or_else(String::new, |dot| format!("{:.0}", dot.euro * 100.0));
        vec![lane.label.clone(), lane.dots.len().to_string(), cell(1), cell(2), cell(3), largest]
    });
    Some(Chart {
        id,
        svg: drawing.inline(id, &title, &note, root),
        file: drawing.file(&title, &note),
        head: vec![kind, "Fines", "Lower quartile", "Median", "Upper quartile", "Largest"],
        rows: rows.collect(),
        csv: with_head(
            &["group", "fines_known", "q1_eur_minor", "median_eur_minor", "q3_eur_minor", "max_eur_minor"],
            csv,
        ),
        title,
        note,
        stem: None,
    })
}
