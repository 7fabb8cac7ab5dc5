//! The decisions against a party or a group, country by country, on one line of time.

use chrono::{Datelike, NaiveDate};
use fineprint_model::{Basis, Case, Fine};

use super::draw::{Drawing, Hold};
use super::{Chart, with_head};
use crate::figures::EuroFine;
use crate::format::{amount_tick, count, date, money_short, number, shortened};
use crate::link::{self, Topic};
use crate::{label, title};

/// Decisions as points in time, one lane a country. `None` with fewer than two dated ones.
#[expect(clippy::cast_precision_loss, reason = "positions in a drawing")]
pub fn timeline(cases: &[&Case], root: &str) -> Option<Chart> {
    let mut dated: Vec<(NaiveDate, &Case)> =
        cases.iter().filter_map(|case| Some((case.dated()?.first_day(), *case))).collect();
    dated.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.id.cmp(&b.1.id)));
    let (first, last) = (dated.first()?.0, dated.last()?.0);
    if dated.len() < 2 {
        return None;
    }
    let mut lanes: Vec<(String, Vec<(NaiveDate, &Case)>)> = Vec::new();
    for (day, case) in &dated {
        let country = label::authority_country(&case.authority);
        match lanes.iter_mut().find(|(known, _)| *known == country) {
            Some((_, lane)) => lane.push((*day, *case)),
            None => lanes.push((country, vec![(*day, *case)])),
        }
    }
    let fined = dated.iter().filter(|(_, case)| matches!(case.fine(Basis::Current), Fine::Amount(_))).count();
    let title = format!(
        "{} in {}, {}",
        count(dated.len(), "decision", "decisions"),
        count(lanes.len(), "country", "countries"),
        if first.year() == last.year() {
            first.year().to_string()
        } else {
            format!("{} to {}", first.year(), last.year())
        }
    );
    let undated = cases.len() - dated.len();
    let mut note = format!(
        "Full dots are standing fines ({}), rings are decisions without one now. Partial dates stand at the beginning of what is known.",
        number(fined)
    );
    if undated > 0 {
        note.push_str(&format!(" {} without a date.", count(undated, "decision", "decisions")));
    }
    let (width, left, right, row, head) = (360.0, 92.0, 340.0, 34.0_f64, 8.0);
    let base = row * lanes.len() as f64 + head;
    let from = NaiveDate::from_ymd_opt(first.year(), 1, 1).unwrap_or(first);
    let to = NaiveDate::from_ymd_opt(last.year() + 1, 1, 1).unwrap_or(last);
    let span = (to - from).num_days().max(1) as f64;
    let x = |day: NaiveDate| left + (day - from).num_days() as f64 / span * (right - left);
    let mut drawing = Drawing::new(width, base + 18.0);
    let years = last.year() - first.year() + 1;
    let every = (years / 7 + 1).max(1);
    for year in (first.year()..=last.year() + 1).step_by(usize::try_from(every).unwrap_or(1)) {
        if let Some(day) = NaiveDate::from_ymd_opt(year, 1, 1) {
            drawing.line("grid", (x(day), head), (x(day), base));
            drawing.text("tick", x(day), base + 13.0, Hold::Middle, year.to_string());
        }
    }
    for (at, (country, lane)) in lanes.iter().enumerate() {
        let y = row.mul_add(at as f64, head + row * 0.62);
        let name = label::country(country);
        drawing.named(name.clone(), Topic::Country.path(country), |drawing| {
            drawing.text("name", 0.0, y + 3.5, Hold::Start, shortened(&name, 17));
        });
        drawing.line("axis", (left, y), (right, y));
        let mut free = f64::NEG_INFINITY;
        for (day, case) in lane {
            let amount = EuroFine::of(case, Basis::Current).amount();
            let class = if amount.is_some() { "pin full" } else { "pin" };
            let told = format!("{}: {}", case.dated().map(date).unwrap_or_default(), title::title(case));
            drawing.named(told, Some(link::case(&case.id)), |drawing| drawing.circle(class, x(*day), y, 4.5));
            // An amount is written where it does not run into the one before.
            if let Some(amount) = amount
                && x(*day) - free > 30.0
            {
                drawing.text(
                    "value",
                    x(*day),
                    y - 9.0,
                    Hold::within(x(*day), 20.0, width),
                    amount_tick(amount.units()).replace('\u{a0}', ""),
                );
                free = x(*day);
            }
        }
    }
    let line = |case: &Case| {
        let fine = EuroFine::of(case, Basis::Current).amount();
        vec![
            case.dated().map(date).unwrap_or_default(),
            label::authority(&case.authority),
            fine.map_or_else(|| "no standing fine".to_owned(), money_short),
            label::status(case.status()),
        ]
    };
    let csv = |case: &Case| {
        let fine = EuroFine::of(case, Basis::Current).amount();
        vec![
            case.id.to_string(),
            case.dated().map(|date| date.to_string()).unwrap_or_default(),
            case.authority.to_string(),
            fine.map_or_else(String::new, |fine| fine.amount_minor.to_string()),
            case.status().to_string(),
        ]
    };
    Some(Chart {
        id: "timeline",
        svg: drawing.inline("timeline", &title, &note, root),
        file: drawing.file(&title, &note),
        title,
        note,
        head: vec!["Date", "Authority", "Standing fine in euro", "Status"],
        rows: dated.iter().rev().map(|(_, case)| line(case)).collect(),
        csv: with_head(
            &["id", "date", "authority", "fine_eur_minor", "status"],
            dated.iter().map(|(_, case)| csv(case)),
        ),
        stem: None,
    })
}
