//! Two to five cases beside each other.

use std::collections::BTreeSet;

use askama::Template;
use fineprint_model::{Basis, Case, FactorDirection, FindingKind, Money};

use super::case::cap_share;
use super::{Alternate, Page, Site, render};
use crate::error::Result;
use crate::figures::{self, EuroFine};
use crate::format::{self, date, money, percent, share, tidy};
use crate::line::{Badge, exact_amount};
use crate::link::{self, Topic};
use crate::machine::json_ld;
use crate::{label, title};

/// Cases on one page: more columns cannot be read beside each other.
pub const MOST: usize = 5;

/// A value of one case: its parts, each with whether every other case has it too.
struct Cell {
    parts: Vec<(String, bool)>,
}

struct Row {
    label: &'static str,
    cells: Vec<Cell>,
    /// Whether all cases agree.
    same: bool,
}

struct Column {
    party: String,
    href: String,
    badge: Badge,
    without: Option<String>,
}

#[derive(Template)]
#[template(path = "compare.html")]
struct Compare<'a> {
    page: Page<'a>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    csv: Option<String>,
    problem: Option<&'a str>,
    most: usize,
}

/// The comparison. With fewer than two cases it says how to choose them; `problem` is what was wrong with the address.
///
/// # Errors
/// Where the template does not render.
pub fn compare(site: &Site, cases: &[&Case], problem: Option<&str>) -> Result<String> {
    let names: Vec<String> = cases.iter().map(|case| title::respondents(case)).collect();
    let heading =
        if names.is_empty() { "Compare cases".to_owned() } else { format!("Compared: {}", format::list(&names)) };
    let mut page = Page::new(site, "compare/", heading, "Two to five decisions side by side, differences marked.");
    page.noindex = !cases.is_empty();
    page.json_ld = Some(json_ld::breadcrumbs(&page));
    let ids = |skip: Option<usize>| -> String {
        let kept: Vec<String> = cases
            .iter()
            .enumerate()
            .filter(|(at, _)| Some(*at) != skip)
            .map(|(_, case)| format!("id={}", case.id))
            .collect();
        kept.join("&")
    };
    let csv = (site.served && cases.len() > 1).then(|| format!("compare.csv?{}", ids(None)));
    if let Some(href) = &csv {
        page.alternates.push(Alternate { kind: "text/csv", text: "CSV", href: href.clone() });
    }
    let columns = cases
        .iter()
        .zip(names)
        .enumerate()
        .map(|(at, (case, party))| Column {
            party: label::upper(&party),
            href: link::case(&case.id),
            badge: Badge(case.status()),
            without: (cases.len() > 2).then(|| format!("compare/?{}", ids(Some(at)))),
        })
        .collect();
    let view = Compare { columns, rows: rows(cases), csv, problem, most: MOST, page };
    render(&view, "compare/")
}

/// The comparison for programs: the first row names the cases.
pub fn compare_rows(cases: &[&Case]) -> Vec<Vec<String>> {
    let head = std::iter::once("field".to_owned()).chain(cases.iter().map(|case| case.id.to_string())).collect();
    let rows = rows(cases).into_iter().map(|row| {
        let cells = row.cells.into_iter().map(|cell| {
            cell.parts
                .into_iter()
                .map(|(text, _)| text.replace(['\u{a0}', '\u{202f}'], " "))
                .collect::<Vec<_>>()
                .join("; ")
        });
        std::iter::once(row.label.to_owned()).chain(cells).collect()
    });
    std::iter::once(head).chain(rows).collect()
}

fn rows(cases: &[&Case]) -> Vec<Row> {
    let value =
        |label, of: &dyn Fn(&Case) -> String| row(label, cases.iter().map(|case| vec![of(case)]).collect(), false);
    let many = |label, of: &dyn Fn(&Case) -> Vec<String>| row(label, cases.iter().map(|case| of(case)).collect(), true);
    let euro = |money: Option<Money>| money.map_or_else(|| format::NOT_STATED.to_owned(), money_text);
    let factors = |case: &Case, direction: FactorDirection| -> Vec<String> {
        case.factors
            .iter()
            .filter(|factor| factor.direction == direction)
            .map(|factor| label::factor(&factor.factor))
            .collect()
    };
    vec![
        value("Authority", &|case| label::authority(&case.authority)),
        value("Decided", &|case| format::stated_date(&case.decided_on)),
        value("Fine", &exact_amount),
        value("Standing fine in euro", &|case| euro(EuroFine::of(case, Basis::Current).amount())),
        value("Imposed at first, in euro", &|case| euro(EuroFine::of(case, Basis::Imposed).amount())),
        value("Status", &|case| label::status(case.status())),
        value("Share of turnover", &|case| format::stated(&case.turnover_share, |stated| share(&stated.share))),
        value("Share of the legal maximum", &|case| {
            cap_share(case).map_or_else(|| format::NOT_STATED.to_owned(), |cap| percent(cap.share))
        }),
        value("People affected", &|case| format::stated(&case.affected_people, format::estimate)),
        many("Role of the party", &|case| {
            case.respondents().filter_map(|party| party.role.value()).map(label::term).collect()
        }),
        many("Sector", &|case| topic(Topic::Sector, case, |_| true)),
        many("Provisions violated", &|case| {
            case.provisions(FindingKind::Violated).map(fineprint_model::Provision::label).collect()
        }),
        many("What went wrong", &|case| topic(Topic::Violation, case, |key| key.contains('/'))),
        many("Context", &|case| topic(Topic::Context, case, |_| true)),
        many("Kinds of data", &|case| case.data_categories.iter().map(|id| label::data_category(id)).collect()),
        many("Measures", &|case| case.measures.iter().map(|measure| label::term(&measure.kind)).collect()),
        many("Raised the fine", &|case| factors(case, FactorDirection::Aggravating)),
        many("Lowered the fine", &|case| factors(case, FactorDirection::Mitigating)),
        many("Appeal", &|case| {
            let step = |appeal: &fineprint_model::Appeal| {
                let when = appeal.decided_on.value().or(appeal.lodged_on.value()).map(|on| format!(", {}", date(*on)));
                format!(
                    "{}: {}{}",
                    tidy(&appeal.body),
                    label::lower(&label::term(&appeal.result)),
                    when.unwrap_or_default()
                )
            };
            case.appeals.iter().map(step).collect()
        }),
        value("In short", &|case| {
            case.summary
                .as_deref()
                .map_or_else(|| format::NOT_STATED.to_owned(), |text| format::first_sentence(text, 300))
        }),
    ]
}

fn money_text(value: Money) -> String {
    money(value)
}

fn topic(topic: Topic, case: &Case, keep: impl Fn(&str) -> bool) -> Vec<String> {
    figures::keys(topic, case).iter().filter(|key| keep(key)).map(|key| label::topic(topic, key)).collect()
}

/// `marked`: whether the parts that not all cases have are set off; a single value differs as a whole.
fn row(label: &'static str, values: Vec<Vec<String>>, marked: bool) -> Row {
    let values: Vec<Vec<String>> = values
        .into_iter()
        .map(|parts| {
            let mut seen = BTreeSet::new();
            let parts: Vec<String> = parts.into_iter().filter(|part| seen.insert(part.clone())).collect();
            if parts.is_empty() { vec![format::NOT_STATED.to_owned()] } else { parts }
        })
        .collect();
    let sets: Vec<BTreeSet<&String>> = values.iter().map(|parts| parts.iter().collect()).collect();
    let same = sets.windows(2).all(|pair| pair[0] == pair[1]);
    let cells = values
        .iter()
        .map(|parts| Cell {
            parts: parts
                .iter()
                .map(|part| (part.clone(), !marked || sets.iter().all(|set| set.contains(part))))
                .collect(),
        })
        .collect();
    Row { label, cells, same }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_have_is_told_from_what_only_some_have() {
        let text = |parts: &[&str]| parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>();
        let row = row("x", vec![text(&["a", "b", "a"]), text(&["a"]), text(&["c", "a"])], true);
        assert!(!row.same);
        assert_eq!(row.cells[0].parts, [("a".to_owned(), true), ("b".to_owned(), false)]);
        let empty = super::row("x", vec![Vec::new(), Vec::new()], true);
        assert!(empty.same && empty.cells[0].parts[0].0 == format::NOT_STATED);
    }
}
