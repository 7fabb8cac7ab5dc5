//! `fineprint stats`: figures that carry their denominator.

use fineprint_model::query::{Figures, Measured, Metric, StatsRequest, StatsRow};
use fineprint_model::vocab::nearest;
use fineprint_model::{Currency, Money};
use fineprint_views::format;
use serde::Serialize;

use crate::args::{Format, Global, Of, StatsArgs};
use crate::base::{self, Base};
use crate::commands::search::fields;
use crate::exit::{Failure, Kind, Outcome, Result};
use crate::output::{Column, Output, write_json};

/// Most fields to group by.
const MOST_GROUPS: usize = 3;

pub fn run(args: &StatsArgs, global: &Global, output: &Output) -> Result {
    let by = fields(&args.by, "--by")?;
    if by.len() > MOST_GROUPS {
        let found = by.len();
        return Err(Failure::new(Kind::Usage, format!("--by: expected at most {MOST_GROUPS} fields, found {found}")));
    }
    let metrics = args.metric.iter().map(|name| metric(name)).collect::<Result<Vec<_>>>()?;
    let engine = Base::open(global)?.engine_as_of(args.as_of.as_deref())?;
    let query = base::parse_query(&engine, &args.query)?;
    let request = StatsRequest { query, by, of: measured(args.of), metrics, single_finding: args.single_finding };
    let stats = engine.stats(&request).map_err(base::search_failure)?;
    let single = if stats.single_finding { ", only cases with a single article violated" } else { "" };
    let as_of = args.as_of.as_ref().map(|day| format!(", as of {day}")).unwrap_or_default();
    output.note(format!("{}{as_of}; {}{single}; {}", stats.sentence, base::basis_words(stats.basis), stats.rates));

    if output.format == Format::Json {
        #[derive(Serialize)]
        struct Answer<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            as_of: Option<&'a str>,
            #[serde(flatten)]
            stats: &'a fineprint_model::query::Stats,
        }
        write_json(&mut output.stdout(), &Answer { as_of: args.as_of.as_deref(), stats: &stats })?;
    } else {
        let suffix = suffix(stats.of);
        let metrics: Vec<&str> = stats.metrics.iter().map(String::as_str).filter(|name| *name != "n").collect();
        let columns: Vec<Column> = stats
            .by
            .iter()
            .map(|field| Column::text(field.as_str()))
            .chain(["cases", "n", "unknown", "excluded"].map(Column::number))
            .chain(metrics.iter().map(|name| Column::number(format!("{name}{suffix}"))))
            .collect();
        let cells: Vec<Vec<String>> =
            stats.rows.iter().map(|row| cells(row, stats.of, &metrics, output.is_for_people())).collect();
        let records: Vec<&StatsRow> = stats.rows.iter().collect();
        output.rows(&columns, &cells, &records)?;
        if !stats.by.is_empty() {
            let Figures { n, unknown, excluded, converted, assumed, values } = &stats.total.figures;
            let mut parts = vec![
                format::count(stats.total.cases, "case", "cases"),
                format!("{n} measured, {unknown} unknown, {excluded} excluded"),
            ];
            if *converted > 0 {
                parts.push(format!("{converted} converted to euro"));
            }
            if *assumed > 0 {
                parts.push(format!("{assumed} against the fixed amount because the turnover is not known"));
            }
            for name in &metrics {
                if let Some(value) = values.get(*name).copied().flatten() {
                    parts.push(format!("{name} {}", shown(stats.of, value)));
                }
            }
            output.note(format!("all together: {}", parts.join(", ")));
        }
    }
    if let Some(percent) = args.strict {
        check(&stats.total.figures, percent)?;
    }
    Ok(if stats.total.cases == 0 { Outcome::Nothing } else { Outcome::Done })
}

fn metric(name: &str) -> Result<Metric> {
    Metric::from_name(name).ok_or_else(|| {
        let known = ["n", "sum", "mean", "median", "min", "max", "p90"];
        let message = format!("--metric: expected n, sum, mean, median, min, max or p0 to p100, found `{name}`");
        let failure = Failure::new(Kind::Usage, message);
        match nearest(name, known.into_iter()) {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => failure,
        }
    })
}

fn measured(of: Of) -> Measured {
    match of {
        Of::Fine => Measured::Fine,
        Of::Share => Measured::Share,
        Of::CapShare => Measured::CapShare,
        Of::PerPerson => Measured::PerPerson,
        Of::Affected => Measured::Affected,
    }
}

/// What a column's name ends with: its unit.
fn suffix(of: Measured) -> &'static str {
    match of {
        Measured::Fine => "_eur",
        Measured::Share | Measured::CapShare => "_percent",
        Measured::PerPerson => "_eur_per_person",
        Measured::Affected => "_people",
    }
}

/// A figure as people read it.
fn shown(of: Measured, value: f64) -> String {
    match of {
        #[expect(clippy::cast_possible_truncation, reason = "fines in euro cents stay far below 2^53")]
        Measured::Fine => format::money(Money::from_minor((value * 100.0).round() as i64, Currency::EUR)),
        Measured::Share | Measured::CapShare => format!("{value:.2} %"),
        Measured::PerPerson => format!("EUR {value:.2}"),
        Measured::Affected => format!("{value:.0}"),
    }
}

/// A script that adds up fines must not take silence for zero.
fn check(figures: &Figures, percent: u8) -> Result<()> {
    let all = figures.n + figures.unknown;
    if figures.unknown * 100 > all * usize::from(percent) {
        return Err(Failure::new(
            Kind::Invalid,
            format!("--strict {percent}: {} of {all} cases have no known value", figures.unknown),
        ));
    }
    Ok(())
}

fn cells(row: &StatsRow, of: Measured, metrics: &[&str], for_people: bool) -> Vec<String> {
    let unknown = if for_people { "not known" } else { "" };
    let figures = &row.figures;
    let figure = |name: &&str| match figures.values.get(*name).copied().flatten() {
        None => String::new(),
        Some(value) if for_people => shown(of, value),
        Some(value) => value.to_string(),
    };
    row.key
        .iter()
        .map(|key| key.clone().unwrap_or_else(|| unknown.to_owned()))
        .chain([row.cases, figures.n, figures.unknown, figures.excluded].map(|n| n.to_string()))
        .chain(metrics.iter().map(figure))
        .collect()
}
