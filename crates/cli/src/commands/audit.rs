//! `fineprint audit`: a second reading against the records, field by field.

use std::collections::BTreeMap;
use std::path::Path;

use fineprint_model::second_reading::{self, Agreement, Comparison, Rate, SecondReading};
use fineprint_model::{Case, CaseId};

use crate::args::{AuditArgs, Global};
use crate::base::Base;
use crate::exit::{Failure, Kind, Outcome, Result};
use crate::output::{Column, Output, warn};

pub fn run(args: &AuditArgs, global: &Global, output: &Output) -> Result {
    let base = Base::open(global)?;
    let cases: BTreeMap<CaseId, Case> = base.kept().map(|case| (case.id.clone(), case)).collect();
    match (&args.readings, args.sample) {
        (Some(path), _) => audit(path, &cases, args.differences, output),
        (None, Some(size)) => {
            let ids = second_reading::sample(cases.values(), size);
            let cells: Vec<Vec<String>> = ids.iter().map(|id| vec![id.to_string()]).collect();
            output.rows(&[Column::text("case")], &cells, &ids)?;
            Ok(if ids.is_empty() { Outcome::Nothing } else { Outcome::Done })
        }
        (None, None) => Err(Failure::new(Kind::Usage, "expected a file of readings, or --sample N")
            .help("`fineprint audit --help` shows examples")),
    }
}

fn audit(path: &Path, cases: &BTreeMap<CaseId, Case>, only_differences: bool, output: &Output) -> Result {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::from_error(Kind::Io, format!("could not read `{}`", path.display()), error))?;
    let mut comparisons = Vec::new();
    let (mut read, mut invalid) = (0, 0);
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let compared = SecondReading::from_json(line).map_err(|error| error.to_string()).and_then(|reading| {
            let case = cases.get(&reading.case).ok_or_else(|| format!("there is no case `{}`", reading.case))?;
            Ok(second_reading::compare(case, &reading))
        });
        match compared {
            Ok(compared) => {
                read += 1;
                comparisons.extend(compared);
            }
            Err(message) => {
                invalid += 1;
                warn(format!("fineprint: `{}`, line {}: {message}", path.display(), at + 1));
            }
        }
    }
    if only_differences {
        comparisons.retain(|found| !matches!(found.agreement, Agreement::Same | Agreement::Finer));
        print_differences(&comparisons, output)?;
    } else {
        print_rates(&second_reading::rates(&comparisons), output)?;
        output.note(format!("{read} readings compared"));
    }
    Ok(match (invalid, read) {
        (0, 0) => Outcome::Nothing,
        (0, _) => Outcome::Done,
        _ => Outcome::PartlyInvalid,
    })
}

fn print_rates(rates: &[Rate], output: &Output) -> Result<()> {
    let names = ["compared", "same", "finer", "record_only", "reading_only", "different"];
    let columns: Vec<Column> = std::iter::once(Column::text("field")).chain(names.map(Column::number)).collect();
    let cells: Vec<Vec<String>> = rates
        .iter()
        .map(|rate| {
            let counts = [rate.compared, rate.same, rate.finer, rate.record_only, rate.reading_only, rate.different];
            std::iter::once(rate.field.to_owned()).chain(counts.map(|n| n.to_string())).collect()
        })
        .collect();
    output.rows(&columns, &cells, rates)
}

fn print_differences(comparisons: &[Comparison], output: &Output) -> Result<()> {
    let columns = ["case", "field", "record", "reading"].map(Column::text);
    let cells: Vec<Vec<String>> = comparisons
        .iter()
        .map(|found| vec![found.case.to_string(), found.field.to_owned(), found.record.clone(), found.reading.clone()])
        .collect();
    output.rows(&columns, &cells, comparisons)
}
