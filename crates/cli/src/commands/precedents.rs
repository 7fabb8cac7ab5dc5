//! `fineprint precedents`: the cases nearest to the facts of a matter, why, and what they cost.

use std::io::Write;

use fineprint_model::query::{Facts, Field, Figures, PrecedentRow, Precedents, PrecedentsRequest};
use fineprint_model::{Basis, Cap, Money};
use fineprint_search::{Engine, read_people, read_turnover};
use fineprint_views::format;
use serde::Serialize;

use crate::args::{Format, Global, PrecedentsArgs};
use crate::base::{self, Base};
use crate::commands::similar;
use crate::exit::{Failure, Kind, Outcome, Result};
use crate::output::{Output, write_json};

pub fn run(args: &PrecedentsArgs, global: &Global, output: &Output) -> Result {
    let engine = Base::open(global)?.engine_as_of(args.as_of.as_deref())?;
    let within = base::parse_query(&engine, &args.query)?;
    let request = PrecedentsRequest { facts: facts(args, &engine)?, within, limit: args.limit };
    let found = engine.precedents(&request).map_err(base::search_failure)?;
    let rows = similar::rows(&engine, &found.cases, found.basis)?;
    output.note(format!("nearest of: {}", found.sentence));
    if output.format == Format::Json {
        let answer = Answer {
            sentence: &found.sentence,
            as_of: args.as_of.as_deref(),
            basis: found.basis,
            rates: found.rates,
            cases: &rows,
            table: &found.table,
            cap: found.cap,
        };
        write_json(&mut output.stdout(), &answer)?;
    } else {
        similar::print(&rows, output)?;
        table(&found, output)?;
    }
    Ok(if found.cases.is_empty() { Outcome::Nothing } else { Outcome::Done })
}

/// What `--format json` prints.
#[derive(Serialize)]
struct Answer<'a> {
    sentence: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<&'a str>,
    basis: Basis,
    rates: &'a str,
    cases: &'a [similar::Row],
    table: &'a [PrecedentRow],
    cap: Option<Cap>,
}

fn facts(args: &PrecedentsArgs, engine: &Engine) -> Result<Facts> {
    let mut values = Vec::new();
    for (field, texts) in [
        (Field::Article, &args.article),
        (Field::Violation, &args.violation),
        (Field::Role, &args.role),
        (Field::Kind, &args.kind),
        (Field::Sector, &args.sector),
        (Field::Context, &args.context),
        (Field::Data, &args.data),
        (Field::Factor, &args.factor),
    ] {
        for text in texts {
            let value = engine.read_value(field, text).map_err(|error| {
                let failure = Failure::new(Kind::Usage, format!("--{}: {}", field.as_str(), error.message));
                match &error.suggestion {
                    Some(near) => failure.help(format!("did you mean `{near}`?")),
                    None => failure.help("`fineprint search --help` shows the language"),
                }
            })?;
            values.push((field, value));
        }
    }
    let wrong = |option: &str, message: String| Failure::new(Kind::Usage, format!("--{option}: {message}"));
    let affected = args.affected.as_deref().map(read_people).transpose();
    let turnover = args.turnover.as_deref().map(|text| read_turnover(text, base::today())).transpose();
    Ok(Facts {
        values,
        affected: affected.map_err(|message| wrong("affected", message))?,
        turnover: turnover.map_err(|message| wrong("turnover", message))?,
        text: args.text.clone(),
    })
}

/// What the nearest cases cost, below the list; on standard error where the list is read by programs.
fn table(found: &Precedents, output: &Output) -> Result<()> {
    let mut lines = vec!["what they cost".to_owned()];
    for row in &found.table {
        lines.push(line(row));
    }
    if let Some(cap) = &found.cap {
        let of = if cap.tier == 1 { "83(4)" } else { "83(5)" };
        let why = match cap.origin {
            fineprint_model::CapOrigin::Turnover => "by the turnover",
            fineprint_model::CapOrigin::Fixed => "the fixed amount",
            fineprint_model::CapOrigin::Assumed => "the fixed amount; the turnover is not given",
        };
        lines.push(format!("Art. {of} GDPR allows up to {} here ({why})", format::money_short(cap.amount)));
    }
    lines.push(format!("{}, {}", base::basis_words(found.basis), found.rates));
    let text = lines.join("\n");
    if output.is_for_people() {
        writeln!(output.stdout(), "\n{text}")?;
    } else {
        output.note(text);
    }
    Ok(())
}

fn line(row: &PrecedentRow) -> String {
    let Figures { n, unknown, excluded, .. } = &row.figures;
    let value = |name: &str| match row.figures.values.get(name).copied().flatten() {
        None => "-".to_owned(),
        #[expect(clippy::cast_possible_truncation, reason = "fines in euro cents stay far below 2^53")]
        Some(value) if row.unit == "EUR" => {
            format::money_short(Money::from_minor((value * 100.0).round() as i64, fineprint_model::Currency::EUR))
        }
        Some(value) => format!("{value:.2} %"),
    };
    let what = match row.of.as_str() {
        "share" => "share of turnover",
        "cap-share" => "share of the cap",
        other => other,
    };
    format!(
        "  {what:<18} min {}, quartiles {}, {}, {}, max {} (n {n}, unknown {unknown}, without {excluded})",
        value("min"),
        value("p25"),
        value("median"),
        value("p75"),
        value("max")
    )
}
