//! Charts as SVG, drawn here so that they need no script and obey a policy without inline style. Each comes with
//! its title, description, table and what is missing from it.

use std::fmt::Write as _;

use fineprint_model::query::MoneySummary;

use crate::figures::{Dot, Row, Year};
use crate::format::{amount_tick, count, escape, money, money_short, number};

/// A chart and everything that must stand with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Anchor on the page and name of its CSV.
    pub id: &'static str,
    /// What it shows, as a finding where there is one.
    pub title: String,
    /// What is counted, n and what is unknown.
    pub note: String,
    /// The drawing.
    pub svg: String,
    /// Heads of the table's columns.
    pub head: Vec<&'static str>,
    /// The table; the first cell of a row names it.
    pub rows: Vec<Vec<String>>,
    /// The same for programs: plain numbers and codes.
    pub csv: Vec<Vec<String>>,
    /// Where the CSV is, from the site's root; `None` where only the table is offered.
    pub csv_href: Option<String>,
}

/// What a sum counts and leaves out: "12 fines of known amount; 1 amount not known, 1 annulled".
pub fn denominator(money: &MoneySummary) -> String {
    let mut text = count(money.known, "fine of known amount", "fines of known amount");
    let mut left = Vec::new();
    if money.unknown > 0 {
        left.push(format!("{} of unknown amount", number(money.unknown)));
    }
    if money.annulled > 0 {
        left.push(format!("{} annulled", number(money.annulled)));
    }
    if money.without > 0 {
        left.push(count(money.without, "case without a fine", "cases without a fine"));
    }
    if !left.is_empty() {
        let _ = write!(text, "; not counted: {}", left.join(", "));
    }
    text
}

fn open(id: &str, width: f64, height: f64, title: &str, desc: &str) -> String {
    format!(
        "<svg class=\"chart\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\" xmlns=\"http://www.w3.org/2000/svg\">\
         <title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>",
        escape(title),
        escape(desc)
    )
}

fn text(svg: &mut String, x: f64, y: f64, anchor: &str, class: &str, content: &str) {
    let _ = write!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" class=\"{class}\">{}</text>",
        escape(content)
    );
}

/// Total fines by year as bars on a zero baseline. `None` with fewer than two years or no amount.
#[expect(clippy::cast_precision_loss, reason = "positions in a drawing")]
pub fn years(years: &[Year], undated: usize, csv_href: Option<String>) -> Option<Chart> {
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
    let known: usize = years.iter().map(|year| year.money.known).sum();
    let unknown: usize = years.iter().map(|year| year.money.unknown).sum();
    let annulled: usize = years.iter().map(|year| year.money.annulled).sum();
    let mut note = format!(
        "Standing fines in euro by year of the decision, n = {}; {} of unknown amount and {} annulled are not counted.",
        number(known),
        number(unknown),
        number(annulled)
    );
    if undated > 0 {
        let _ = write!(note, " {} without a date.", count(undated, "case", "cases"));
    }
    let (width, height, base, head) = (360.0, 190.0, 164.0, 22.0);
    let step = width / years.len() as f64;
    let bar = (step * 0.72).min(44.0);
    let desc = format!("Bars from {} to {}. {note}", years[0].year, years[years.len() - 1].year);
    let mut svg = open("years", width, height, &title, &desc);
    let every = years.len().div_ceil(9);
    for (at, (year, sum)) in years.iter().zip(&sums).enumerate() {
        let middle = step.mul_add(at as f64, step / 2.0);
        let tall = if *sum > 0.0 { (sum / max * (base - head)).max(1.0) } else { 0.0 };
        let _ = write!(
            svg,
            "<g><title>{}: {} from {}</title><rect class=\"bar\" x=\"{:.1}\" y=\"{:.1}\" width=\"{bar:.1}\" height=\"{tall:.1}\"/></g>",
            year.year,
            escape(&year.money.sum.map_or_else(|| "no amount".to_owned(), money_short)),
            escape(&count(year.money.known, "fine", "fines")),
            middle - bar / 2.0,
            base - tall
        );
        if *sum > 0.0 && years.len() <= 12 {
            text(&mut svg, middle, base - tall - 4.0, "middle", "value", &amount_tick(*sum).replace('\u{a0}', ""));
        }
        if at % every == 0 || at + 1 == years.len() && every == 1 {
            text(&mut svg, middle, base + 15.0, "middle", "tick", &year.year.to_string());
        }
    }
    let _ = write!(svg, "<line class=\"axis\" x1=\"0\" x2=\"{width}\" y1=\"{base}\" y2=\"{base}\"/></svg>");
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
    Some(Chart {
        id: "years",
        title,
        note,
        svg,
        head: vec!["Year", "Cases", "Known fines", "Unknown amounts", "Total", "Median"],
        rows: years.iter().map(row).collect(),
        csv: with_head(
            &["year", "cases", "fines_known", "fines_unknown", "sum_eur_minor", "median_eur_minor"],
            years.iter().map(|year| summary_cells(year.year.to_string(), year.cases, &year.money)),
        ),
        csv_href,
    })
}

fn summary_cells(key: String, cases: usize, money: &MoneySummary) -> Vec<String> {
    let minor = |value: Option<fineprint_model::Money>| value.map_or_else(String::new, |m| m.amount_minor.to_string());
    vec![
        key,
        cases.to_string(),
        money.known.to_string(),
        money.unknown.to_string(),
        minor(money.sum),
        minor(money.median),
    ]
}

fn with_head(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Vec<Vec<String>> {
    std::iter::once(head.iter().map(|cell| (*cell).to_owned()).collect()).chain(rows).collect()
}

/// Fines as dots on a logarithmic scale, with median and quartiles. `None` with fewer than two.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "positions in a drawing")]
pub fn strip(dots: &[Dot], summary: &MoneySummary, root: &str, csv_href: Option<String>) -> Option<Chart> {
    let (first, last) = (dots.first()?, dots.last()?);
    if dots.len() < 2 {
        return None;
    }
    let mut low = first.euro.log10().floor();
    let mut high = last.euro.log10().ceil();
    while high - low < 2.0 {
        low -= 1.0;
        high += 1.0;
    }
    low = low.max(0.0);
    let (width, left, right, base) = (360.0, 12.0, 348.0, 92.0);
    let x = |euro: f64| left + (euro.log10() - low) / (high - low) * (right - left);
    let mut sorted: Vec<i64> = dots.iter().map(|dot| (dot.euro * 100.0).round() as i64).collect();
    sorted.sort_unstable();
    let quartile = |num| crate::figures::quantile(&sorted, num, 4).map(|minor| minor as f64 / 100.0);
    let (q1, median, q3) = (quartile(1)?, quartile(2)?, quartile(3)?);
    let euro = |units: f64| format!("EUR\u{a0}{}", amount_tick(units));
    let title = format!("Half of the fines are at or below {}", euro(median));
    let note = format!(
        "Each dot is a standing fine on a logarithmic scale; the middle half lies between {} and {}. {}.",
        euro(q1),
        euro(q3),
        denominator(summary)
    );
    let mut svg = open("strip", width, 122.0, &title, &note);
    // Links only while a finger can tell them apart. A drawing with links in it is a group, not an image: what is
    // inside an image cannot be reached by assistive technology.
    let linked = dots.len() <= 400;
    if linked {
        svg = svg.replace("role=\"img\"", "role=\"group\"");
    }
    let _ = write!(
        svg,
        "<rect class=\"band\" x=\"{:.1}\" y=\"20\" width=\"{:.1}\" height=\"{:.1}\"/><line class=\"median\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"14\" y2=\"{base}\"/>",
        x(q1),
        (x(q3) - x(q1)).max(1.0),
        base - 20.0,
        x(median),
        x(median)
    );
    let middle = x(median);
    let anchor = if middle < 60.0 {
        "start"
    } else if middle > width - 60.0 {
        "end"
    } else {
        "middle"
    };
    text(&mut svg, middle, 10.0, anchor, "value", &format!("median {}", amount_tick(median)));
    // Dots that would cover each other are stacked from the axis up; a full stack is squeezed, never cut.
    let radius = 3.5;
    let slot = |dot: &Dot| (x(dot.euro) / (radius * 2.0)).round() as i64;
    let mut heights: std::collections::BTreeMap<i64, usize> = std::collections::BTreeMap::new();
    for dot in dots {
        *heights.entry(slot(dot)).or_default() += 1;
    }
    let tallest = heights.values().copied().max().unwrap_or(1) as f64;
    let rise = ((base - 28.0) / tallest).min(radius * 2.0);
    let mut placed: std::collections::BTreeMap<i64, usize> = std::collections::BTreeMap::new();
    for dot in dots {
        let level = placed.entry(slot(dot)).or_default();
        let y = rise.mul_add(-(*level as f64), base - radius - 1.0);
        *level += 1;
        let class = if dot.marked { "dot marked" } else { "dot" };
        let circle = format!(
            "<circle class=\"{class}\" cx=\"{:.1}\" cy=\"{y:.1}\" r=\"{}\"><title>{}</title></circle>",
            x(dot.euro),
            if dot.marked { 5.0 } else { radius },
            escape(&dot.title)
        );
        if linked {
            let _ = write!(svg, "<a href=\"{root}{}\" tabindex=\"-1\">{circle}</a>", crate::link::case(&dot.id));
        } else {
            svg.push_str(&circle);
        }
    }
    let _ = write!(svg, "<line class=\"axis\" x1=\"{left}\" x2=\"{right}\" y1=\"{base}\" y2=\"{base}\"/>");
    let mut power = low;
    while power <= high {
        let at = x(10_f64.powf(power));
        let _ = write!(svg, "<line class=\"axis\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{base}\" y2=\"96\"/>");
        let anchor = if at < 20.0 {
            "start"
        } else if at > width - 20.0 {
            "end"
        } else {
            "middle"
        };
        text(&mut svg, at, 110.0, anchor, "tick", &amount_tick(10_f64.powf(power)));
        power += 1.0;
    }
    svg.push_str("</svg>");
    let largest_first = || dots.iter().rev();
    Some(Chart {
        id: "strip",
        title,
        note,
        svg,
        head: vec!["Case", "Fine in euro"],
        rows: largest_first().take(200).map(|dot| vec![dot.title.clone(), euro_cell(dot.euro)]).collect(),
        csv: with_head(
            &["id", "title", "fine_eur_minor"],
            largest_first().map(|dot| vec![dot.id.to_string(), dot.title.clone(), format!("{:.0}", dot.euro * 100.0)]),
        ),
        csv_href,
    })
}

fn euro_cell(units: f64) -> String {
    format!("EUR\u{a0}{}", number(format!("{units:.0}")))
}

/// A bar of a table row, as wide as its share of the largest: text stays text, at any width of screen.
#[expect(clippy::cast_precision_loss, reason = "lengths in a drawing")]
pub fn bar(value: usize, max: usize) -> String {
    let share = if max == 0 { 0.0 } else { value as f64 / max as f64 * 100.0 };
    format!(
        "<svg class=\"hbar\" width=\"100%\" height=\"12\" aria-hidden=\"true\" focusable=\"false\"><rect class=\"bar\" width=\"{share:.1}%\" height=\"12\"/></svg>"
    )
}

/// The rows of a breakdown for programs.
pub fn breakdown_csv(rows: &[Row]) -> Vec<Vec<String>> {
    with_head(
        &["key", "cases", "fines_known", "fines_unknown", "sum_eur_minor", "median_eur_minor"],
        rows.iter().map(|row| summary_cells(row.key.clone(), row.cases, &row.money)),
    )
}
