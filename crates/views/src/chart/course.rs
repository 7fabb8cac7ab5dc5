//! The course of one case: what happened when, and what was owed meanwhile.

use chrono::{Datelike, NaiveDate};
use fineprint_model::{Money, PartialDate};

use super::draw::{Drawing, Hold};
use crate::format::{amount_tick, date, money_short};

/// A point of a case's course: the number it has in the list beside the drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Its number in the list, from 1.
    pub number: usize,
    /// When.
    pub on: PartialDate,
    /// What happened.
    pub what: String,
    /// Whether something was decided then, by the authority or a court.
    pub decides: bool,
    /// What is owed from then on; `None` where the event says nothing of money, `Some(None)` where nothing is owed.
    pub owed: Option<Option<Money>>,
}

/// The drawing of a course.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// The drawing.
    pub svg: String,
    /// Whether it shows what was owed.
    pub owed: bool,
}

/// The points on a line of time, numbered as in the list, and above it what was owed. `None` with fewer than two different days.
#[expect(clippy::cast_precision_loss, reason = "positions in a drawing")]
pub fn course(points: &[Point]) -> Option<Course> {
    let days = || points.iter().map(|point| point.on.first_day());
    let (first, last) = (days().min()?, days().max()?);
    if first == last {
        return None;
    }
    // What was owed is drawn where it moved: a single step says no more than its amount.
    let moves: std::collections::BTreeSet<NaiveDate> =
        points.iter().filter(|point| point.owed.is_some()).map(|point| point.on.first_day()).collect();
    let top = points.iter().filter_map(|point| point.owed.flatten()).map(Money::units).fold(0.0, f64::max);
    let top = if moves.len() > 1 { top } else { 0.0 };
    let (width, left, right) = (360.0, 12.0, 348.0);
    let line = if top > 0.0 { 84.0 } else { 10.0 };
    let span = (last - first).num_days().max(1) as f64;
    // Where the last event moves the amount, its step needs room to be seen.
    let room = if top > 0.0 { right - left - 34.0 } else { right - left };
    let x = |day: NaiveDate| left + (day - first).num_days() as f64 / span * room;
    // Points of nearly the same day stand below each other.
    let mut taken: Vec<(f64, usize)> = Vec::new();
    for point in points {
        let at = x(point.on.first_day());
        let level =
            (0..3).find(|level| taken.iter().all(|(other, on)| on != level || (other - at).abs() > 15.0)).unwrap_or(2);
        taken.push((at, level));
    }
    let depth = taken.iter().map(|(_, level)| *level).max().unwrap_or(0);
    let foot = 16.0_f64.mul_add(depth as f64, line + 20.0);
    let mut drawing = Drawing::new(width, foot + 4.0);
    if top > 0.0 {
        owed(&mut drawing, points, top, &x, (line - 14.0, right));
    }
    drawing.line("axis", (left, line), (right, line));
    for (point, (at, level)) in points.iter().zip(&taken) {
        let (at, level) = (*at, *level);
        let y = line + 16.0 * level as f64;
        let told = format!("{}: {}", date(point.on), point.what);
        drawing.named(told, None, |drawing| {
            let (class, text) = if point.decides { ("pin full", "pin-text on") } else { ("pin", "pin-text") };
            drawing.circle(class, at, y, 7.0);
            drawing.text(text, at, y + 3.4, Hold::Middle, point.number.to_string());
        });
    }
    for (day, hold, at) in [(first, Hold::Start, 0.0), (last, Hold::Middle, x(last).min(width - 14.0))] {
        drawing.text("tick", at, foot, hold, day.year().to_string());
    }
    let desc = points
        .iter()
        .map(|point| format!("{}: {}, {}", point.number, date(point.on), point.what))
        .collect::<Vec<_>>()
        .join("; ");
    Some(Course { svg: drawing.inline("course", "The course of the case", &desc, ""), owed: top > 0.0 })
}

/// What is owed as steps; its height is the amount, from zero.
fn owed(drawing: &mut Drawing, points: &[Point], top: f64, x: &impl Fn(NaiveDate) -> f64, (base, right): (f64, f64)) {
    let y = |units: f64| base - units / top * (base - 16.0);
    let mut steps: Vec<(f64, f64, String)> = Vec::new();
    for point in points {
        let Some(amount) = point.owed else { continue };
        let units = amount.map_or(0.0, Money::units);
        let told = amount.map_or_else(|| "nothing owed".to_owned(), money_short);
        steps.push((x(point.on.first_day()), units, told));
    }
    let Some((from, ..)) = steps.first().cloned() else { return };
    let mut path = vec![(from, base)];
    for (at, (start, units, _)) in steps.iter().enumerate() {
        let end = steps.get(at + 1).map_or(right, |(next, ..)| *next);
        drawing.rect("fill", *start, y(*units), end - start, base - y(*units));
        path.push((*start, y(*units)));
        path.push((end, y(*units)));
    }
    drawing.path("step", path);
    let mut free = f64::NEG_INFINITY;
    for (at, (start, units, told)) in steps.iter().enumerate() {
        let end = steps.get(at + 1).map_or(right, |(next, ..)| *next);
        if *start < free {
            continue;
        }
        // A label longer than its step is held at the right end of the drawing.
        let short = if *units > 0.0 { amount_tick(*units) } else { told.clone() };
        let (label, long) = if end - start > 70.0 { (told.clone(), 70.0) } else { (short, 40.0) };
        let hold = if start + long > 348.0 { Hold::End } else { Hold::Start };
        let place = if hold == Hold::End { right } else { *start };
        drawing.text("value", place, y(*units) - 4.0, hold, label);
        free = start + long;
    }
}
