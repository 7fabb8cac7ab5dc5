//! Fines by year, one panel a group, all on the same scales.

use super::draw::{Drawing, Hold};
use super::{Chart, powers, with_head};
use crate::figures::{Dot, Row};
use crate::format::{amount_tick, count, money, number, shortened};

/// A group's fines with the year of each.
pub type Panel<'a> = (Row, Vec<(i32, Dot<'a>)>);

/// Small panels, two beside each other: years across, fines up on a logarithmic scale. `None` where nothing is dated.
#[expect(clippy::cast_precision_loss, reason = "positions in a drawing")]
pub fn panels(
    title: String,
    note: String,
    panels: &[Panel<'_>],
    paths: impl Fn(&str) -> Option<String>,
    root: &str,
) -> Option<Chart> {
    let all = || panels.iter().flat_map(|(_, dots)| dots);
    let (first, last) = (all().map(|(year, _)| *year).min()?, all().map(|(year, _)| *year).max()?);
    let (low, high) = powers(
        all().map(|(_, dot)| dot.euro).fold(f64::INFINITY, f64::min),
        all().map(|(_, dot)| dot.euro).fold(0.0, f64::max),
    );
    let (width, tall, gap, columns) = (360.0, 104.0, 20.0, 2.0);
    let wide = (width - gap * (columns - 1.0)) / columns;
    let rows = (panels.len() as f64 / columns).ceil();
    let mut drawing = Drawing::new(width, rows * tall);
    for (at, (row, dots)) in panels.iter().enumerate() {
        let (left, top) = ((wide + gap) * (at % 2) as f64, tall * (at / 2) as f64);
        let (inner_left, inner_right, inner_top, base) = (left + 26.0, left + wide, top + 18.0, top + tall - 22.0);
        let span = f64::from((last - first).max(1));
        let x = |year: i32| inner_left + 6.0 + f64::from(year - first) / span * (inner_right - inner_left - 12.0);
        let y = |euro: f64| base - (euro.max(1.0).log10() - low) / (high - low) * (base - inner_top);
        let label = shortened(&row.label, 22);
        drawing.named(row.label.clone(), paths(&row.key), |drawing| {
            drawing.text("name", left, top + 9.0, Hold::Start, label);
        });
        drawing.text("tick", inner_right, top + 9.0, Hold::End, format!("n\u{a0}=\u{a0}{}", number(dots.len())));
        let mut power = low + (low as i64).rem_euclid(2) as f64;
        while power <= high {
            let at = y(10_f64.powf(power));
            drawing.line("grid", (inner_left, at), (inner_right, at));
            drawing.text(
                "tick",
                inner_left - 4.0,
                at + 3.0,
                Hold::End,
                amount_tick(10_f64.powf(power)).replace('\u{a0}', ""),
            );
            power += 2.0;
        }
        drawing.line("axis", (inner_left, base), (inner_right, base));
        drawing.text("tick", x(first), base + 12.0, Hold::Middle, first.to_string());
        drawing.text("tick", x(last), base + 12.0, Hold::Middle, last.to_string());
        for (year, dot) in dots.iter().step_by(dots.len().div_ceil(150).max(1)) {
            drawing.named(dot.title(), None, |drawing| drawing.circle("dot", x(*year), y(dot.euro), 2.75));
        }
    }
    let years = |dots: &[(i32, Dot<'_>)]| {
        let (first, last) = (dots.iter().map(|(year, _)| *year).min(), dots.iter().map(|(year, _)| *year).max());
        match (first, last) {
            (Some(first), Some(last)) if first != last => format!("{first} to {last}"),
            (Some(first), _) => first.to_string(),
            _ => String::new(),
        }
    };
    let table = panels.iter().map(|(row, dots)| {
        vec![
            row.label.clone(),
            number(row.cases),
            number(dots.len()),
            years(dots),
            row.money.sum.map_or_else(String::new, money),
            row.money.median.map_or_else(String::new, money),
        ]
    });
    let csv = panels.iter().flat_map(|(row, dots)| {
        dots.iter().map(|(year, dot)| {
            vec![row.key.clone(), year.to_string(), dot.case.id.to_string(), format!("{:.0}", dot.euro * 100.0)]
        })
    });
    let desc = format!("{}, {first} to {last}. {note}", count(panels.len(), "panel", "panels"));
    Some(Chart {
        id: "panels",
        svg: drawing.inline("panels", &title, &desc, root),
        file: drawing.file(&title, &note),
        head: vec!["Country", "Cases", "Dated fines", "Years", "Total", "Median"],
        rows: table.collect(),
        csv: with_head(&["country", "year", "id", "fine_eur_minor"], csv),
        title,
        note,
        stem: None,
    })
}
