//! `fineprint stats`: counts and sums that carry their denominator.

use fineprint_model::query::{MoneySummary, StatsRequest, StatsRow};
use fineprint_model::{Basis, Money};
use fineprint_views::format;

use crate::args::{Format, Global, StatsArgs};
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
    let engine = Base::open(global)?.engine()?;
    let query = base::parse_query(&engine, &args.query)?;
    let stats = engine.stats(&StatsRequest { query, by }).map_err(base::search_failure)?;
    output.note(format!("{}; amounts in euro, {}", stats.sentence, basis_words(stats.basis)));

    if output.format == Format::Json {
        write_json(&mut output.stdout(), &stats)?;
    } else {
        let columns: Vec<Column> = stats
            .by
            .iter()
            .map(|field| Column::text(field.as_str()))
            .chain(
                [
                    "cases",
                    "fines_known",
                    "fines_unknown",
                    "annulled",
                    "without_fine",
                    "sum_eur",
                    "median_eur",
                    "max_eur",
                ]
                .map(Column::number),
            )
            .collect();
        let rows =
            || stats.rows.iter().chain(stats.by.is_empty().then_some(&stats.total).filter(|_| stats.rows.is_empty()));
        let cells: Vec<Vec<String>> = rows().map(|row| cells(row, output.is_for_people())).collect();
        let records: Vec<&StatsRow> = rows().collect();
        output.rows(&columns, &cells, &records)?;
        if output.is_for_people() && !stats.by.is_empty() {
            output.note(format!(
                "all together: {}, {}",
                format::count(stats.total.cases, "case", "cases"),
                stats.total.money.sum.map_or_else(|| "no fine of known amount".into(), format::money)
            ));
        }
    }
    if let Some(percent) = args.strict {
        check(&stats.total.money, percent)?;
    }
    Ok(if stats.total.cases == 0 { Outcome::Nothing } else { Outcome::Done })
}

fn basis_words(basis: Basis) -> &'static str {
    match basis {
        Basis::Imposed => "as first imposed",
        Basis::Current => "after every change so far",
        Basis::Final => "of decisions that became final",
    }
}

/// A script that adds up fines must not take silence for zero.
fn check(money: &MoneySummary, percent: u8) -> Result<()> {
    let fines = money.known + money.unknown;
    if money.unknown * 100 > fines * usize::from(percent) {
        return Err(Failure::new(
            Kind::Invalid,
            format!("--strict {percent}: {} of {fines} fines have no known amount", money.unknown),
        ));
    }
    Ok(())
}

fn cells(row: &StatsRow, for_people: bool) -> Vec<String> {
    let money = |amount: Option<Money>| match (amount, for_people) {
        (None, _) => String::new(),
        (Some(amount), true) => format::money(amount),
        (Some(amount), false) => amount.units().to_string(),
    };
    let unknown = if for_people { "not known" } else { "" };
    row.key
        .iter()
        .map(|key| key.clone().unwrap_or_else(|| unknown.to_owned()))
        .chain(
            [row.cases, row.money.known, row.money.unknown, row.money.annulled, row.money.without]
                .map(|n| n.to_string()),
        )
        .chain([row.money.sum, row.money.median, row.money.max].map(money))
        .collect()
}
