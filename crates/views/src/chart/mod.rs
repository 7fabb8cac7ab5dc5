//! Charts as SVG, drawn here so that they need no script and obey a policy without inline style. Each comes with
//! its title, description, table and what is missing from it, and as a file of its own.

mod course;
pub(crate) mod draw;
mod lanes;
mod panels;
mod strip;
mod tiles;
mod timeline;
mod years;

use std::fmt::Write as _;

use fineprint_model::query::MoneySummary;

use crate::figures::Row;
use crate::format::{count, number};

pub use course::{Course, Point, course};
pub use lanes::{Lane, lanes};
pub use panels::panels;
pub use strip::strip;
pub use tiles::tiles;
pub use timeline::timeline;
pub use years::years;

/// A chart and everything that must stand with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Anchor on the page and name of its files.
    pub id: &'static str,
    /// What it shows, as a finding where there is one.
    pub title: String,
    /// What is counted, n and what is unknown.
    pub note: String,
    /// The drawing as it stands in a page.
    pub svg: String,
    /// The drawing as a file: title, note and colours in it.
    pub file: String,
    /// Heads of the table's columns.
    pub head: Vec<&'static str>,
    /// The table; the first cell of a row names it.
    pub rows: Vec<Vec<String>>,
    /// The same for programs: plain numbers and codes.
    pub csv: Vec<Vec<String>>,
    /// Address of its files from the site's root without the ending; `None` where there are none.
    pub stem: Option<String>,
}

impl Chart {
    /// The same with files: `<folder><id>.csv`, `.svg` and `.png`.
    #[must_use]
    pub fn with_files(mut self, folder: &str) -> Self {
        self.stem = Some(format!("{folder}{}", self.id));
        self
    }

    /// What an article embeds: the picture with a link to where it comes from. `None` without files.
    pub fn embed(&self, base: &str, page: &str) -> Option<String> {
        let stem = self.stem.as_ref()?;
        let title = crate::format::escape(&self.title);
        Some(format!(
            "<a href=\"{base}/{page}#{}\"><img src=\"{base}/{stem}.svg\" alt=\"{title}\" width=\"640\" loading=\"lazy\"></a>",
            self.id
        ))
    }
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

/// Whole powers of ten around amounts, at least two apart and none below 1.
fn powers(low: f64, high: f64) -> (f64, f64) {
    let (mut low, mut high) = (low.max(1.0).log10().floor(), high.max(1.0).log10().ceil());
    while high - low < 2.0 {
        low -= 1.0;
        high += 1.0;
    }
    (low.max(0.0), high)
}

/// An amount in euro as a table cell.
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
