//! `fineprint report`: how complete the records are, and what they do not say.

mod links;

use fineprint_model::links::LinkReport;
use fineprint_model::report::{self, Card, Fill, ReportCard, Year};
use fineprint_model::vocab;
use fineprint_views::format;
use serde::Serialize;

use crate::args::{Format, Global, ReportArgs, ReportBy};
use crate::base::Base;
use crate::exit::{Failure, Kind, Outcome, Result};
use crate::output::{Column, Output, write_json};

pub fn run(args: &ReportArgs, global: &Global, output: &Output) -> Result {
    let fields = fields(&args.fields)?;
    let base = Base::open(global)?;
    let cases = base.found(&args.query, None)?;
    let report = ReportCard::of(&cases);
    let visits = links::visits(args, &base, &cases, output)?;
    let links = LinkReport::of(&cases, &visits);
    let default = if args.check_links { ReportBy::Link } else { ReportBy::Field };
    if output.format == Format::Json {
        write_json(&mut output.stdout(), &Whole { report: &report, links: &links })?;
    } else {
        match args.by.unwrap_or(default) {
            ReportBy::Field => print_fields(&report.all, &fields, output)?,
            ReportBy::Authority => print_authorities(&report, &authority_fields(args, &fields, output), output)?,
            ReportBy::Year => print_years(&report.years, output)?,
            ReportBy::Link => links::print(&links, output)?,
        }
        if output.is_for_people() {
            tell(&report, output);
        }
        if output.is_for_people() || args.check_links {
            links::tell(&links, output);
        }
    }
    if let Some(percent) = args.strict {
        check(&report.all, &fields, percent)?;
    }
    Ok(if report.all.cases == 0 { Outcome::Nothing } else { Outcome::Done })
}

/// The whole report as JSON.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    report: &'a ReportCard,
    links: &'a LinkReport,
}

/// The fields to report on: those named, else all.
fn fields(names: &[String]) -> Result<Vec<&'static str>> {
    if names.is_empty() {
        return Ok(report::FIELDS.iter().map(|field| field.name).collect());
    }
    names
        .iter()
        .map(|name| {
            report::field(name).map(|field| field.name).ok_or_else(|| {
                let known = report::FIELDS.iter().map(|field| field.name);
                let help = match vocab::nearest(name, known.clone()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("fields: {}", known.collect::<Vec<_>>().join(", ")),
                };
                Failure::new(Kind::Usage, format!("--fields: expected a field of the report, found `{name}`"))
                    .help(help)
            })
        })
        .collect()
}

/// The fields that fit a terminal beside each authority; programs get all, and so does who asks for them.
fn authority_fields(args: &ReportArgs, fields: &[&'static str], output: &Output) -> Vec<&'static str> {
    const TELLING: [&str; 6] = ["party", "decided_on", "published_on", "fine", "affected_people", "turnover"];
    if output.is_for_people() && args.fields.is_empty() { TELLING.to_vec() } else { fields.to_vec() }
}

#[derive(Serialize)]
struct FieldRow {
    field: &'static str,
    #[serde(flatten)]
    fill: Fill,
}

fn print_fields(card: &Card, fields: &[&'static str], output: &Output) -> Result<()> {
    let columns: Vec<Column> = std::iter::once(Column::text("field"))
        .chain(
            ["filled", "unknown", "not_extracted", "not_published", "not_applicable", "filled_percent"]
                .map(Column::number),
        )
        .collect();
    let records: Vec<FieldRow> =
        fields.iter().filter_map(|field| card.fill(field).map(|fill| FieldRow { field, fill })).collect();
    let cells: Vec<Vec<String>> = records
        .iter()
        .map(|FieldRow { field, fill }| {
            let counts = [fill.filled, fill.unknown, fill.not_extracted, fill.not_published, fill.not_applicable];
            std::iter::once((*field).to_owned())
                .chain(counts.map(|n| n.to_string()))
                .chain([percent(fill.filled_share())])
                .collect()
        })
        .collect();
    output.rows(&columns, &cells, &records)
}

/// One row an authority; a field's cell is the share of its applicable cases that have it.
fn print_authorities(report: &ReportCard, fields: &[&'static str], output: &Output) -> Result<()> {
    let fixed = ["cases", "second_source", "lag_days", "lint"];
    let heading = |field| if output.is_for_people() { format!("{field}_%") } else { format!("{field}_percent") };
    let columns: Vec<Column> = std::iter::once(Column::text("authority"))
        .chain(fixed.map(Column::number))
        .chain(fields.iter().map(|field| Column::number(heading(field))))
        .collect();
    let cells: Vec<Vec<String>> = report
        .authorities
        .iter()
        .map(|row| {
            let card = &row.card;
            let fills = fields.iter().map(|field| percent(card.fill(field).and_then(Fill::filled_share)));
            [
                row.authority.to_string(),
                card.cases.to_string(),
                card.links.second_source.to_string(),
                card.lag.median_days.map_or_else(String::new, |days| days.to_string()),
                (row.lint.errors + row.lint.warnings).to_string(),
            ]
            .into_iter()
            .chain(fills)
            .collect()
        })
        .collect();
    output.rows(&columns, &cells, &report.authorities)
}

fn print_years(years: &[Year], output: &Output) -> Result<()> {
    let columns: Vec<Column> = ["year", "cases", "fined", "amount_unknown"].into_iter().map(Column::number).collect();
    let cells: Vec<Vec<String>> = years
        .iter()
        .map(|row| {
            let year = row.year.map_or_else(String::new, |year| year.to_string());
            std::iter::once(year).chain([row.cases, row.fined, row.amount_unknown].map(|n| n.to_string())).collect()
        })
        .collect();
    output.rows(&columns, &cells, years)
}

/// What a table of fields does not show.
fn tell(report: &ReportCard, output: &Output) {
    let card = &report.all;
    let links = &card.links;
    output.note(format!(
        "{}: {} with a second publisher, {} without an official address, {} whose official address is only a front page",
        format::count(card.cases, "case", "cases"),
        links.second_source,
        links.without_official,
        links.portal_only
    ));
    if let Some(days) = card.lag.median_days {
        output.note(format!(
            "from decision to publication: {days} days in the median of {}",
            format::count(card.lag.cases, "case", "cases")
        ));
    }
    output.note(format!("lint: {} errors, {} warnings", report.lint.errors, report.lint.warnings));
}

/// A whole percentage, rounded down: 100 means all. Empty where the field applies to no case.
#[expect(clippy::cast_possible_truncation, reason = "a share is between 0 and 1")]
fn percent(share: Option<f64>) -> String {
    share.map_or_else(String::new, |share| ((share * 100.0 + 1e-9).floor() as i64).to_string())
}

/// Fails where more of a field is unknown than a script can accept.
fn check(card: &Card, fields: &[&'static str], limit: u8) -> Result<()> {
    let over: Vec<String> = fields
        .iter()
        .filter_map(|field| {
            let share = card.fill(field).and_then(Fill::unknown_share)?;
            (share * 100.0 > f64::from(limit)).then(|| format!("{field} {:.1} %", share * 100.0))
        })
        .collect();
    if over.is_empty() {
        return Ok(());
    }
    Err(Failure::new(Kind::Invalid, format!("--strict {limit}: more is unknown of {}", over.join(", ")))
        .help("`--fields` names the fields that matter to you"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_all_is_a_hundred() {
        assert_eq!(percent(Some(0.999)), "99");
        assert_eq!(percent(Some(1.0)), "100");
        assert_eq!(percent(Some(0.29)), "29");
        assert_eq!(percent(None), "");
    }

    #[test]
    fn a_misspelt_field_is_answered_with_the_right_one() {
        let wrong = fields(&["decided".to_owned()]).unwrap_err();
        assert!(wrong.to_string().contains("did you mean `decided_on`?"), "{wrong}");
        assert_eq!(fields(&[]).unwrap().len(), report::FIELDS.len());
    }
}
