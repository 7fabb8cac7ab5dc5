//! `fineprint evaluate`: how well notices are read, on documents whose answers are known.

use std::io::Write;
use std::path::Path;

use fineprint_evaluate::{
    Change, Error, Gold, Options, Report, changes, fit, fit_weights, measure_gold, measure_links, measure_pages,
};
use fineprint_model::vocab;
use fineprint_store::Question;
use serde::Serialize;

use crate::args::{EvaluateArgs, Format, Global};
use crate::base::Base;
use crate::exit::{Failure, Kind, Outcome, Result};
use crate::output::{self, Column, Output, write_json, write_json_line};

/// A report, and what changed since an earlier one.
#[derive(Serialize)]
struct Printed<'a> {
    #[serde(flatten)]
    report: &'a Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<&'a [Change]>,
}

pub fn run(args: &EvaluateArgs, global: &Global, output: &Output) -> Result {
    if let Some(list) = &args.links {
        return links(list, args.errors, global, output);
    }
    if let Some(path) = &args.fit {
        return fit_curves(path, args, output);
    }
    if let Some(path) = &args.fit_weights {
        return fit_roles(path, args, output);
    }
    if args.gold.len() + usize::from(args.pages.is_some()) > 1 {
        return Err(Failure::new(
            Kind::Usage,
            "--gold and --pages: expected one of them and once, as each is a measuring of its own",
        )
        .help("several at once are for --fit"));
    }
    let before = args.against.as_deref().map(Report::read).transpose().map_err(failure)?;
    let report = measure(args)?;
    let changes = before.map(|before| changes(&before, &report));
    for problem in &report.problems {
        let left_out = if problem.is_skipped { "left out: " } else { "" };
        output::warn(format!("fineprint: `{}`: {left_out}{}", problem.entry, problem.message));
    }
    print(&report, changes.as_deref(), args.errors, output)?;
    let is_partial = report.problems.iter().any(|problem| problem.is_skipped);
    Ok(if is_partial { Outcome::PartlyInvalid } else { Outcome::Done })
}

/// Fits curves, writes them and prints what they are worth.
fn fit_curves(path: &Path, args: &EvaluateArgs, output: &Output) -> Result {
    let gold = annotated(args)?;
    let fitted = fit(&gold, args.pages.as_deref()).map_err(failure)?;
    fineprint_store::write_atomically(path, fitted.to_toml().as_bytes())
        .map_err(|error| Failure::from_error(Kind::Io, "could not write the curves", error))?;
    let mut out = output.stdout();
    write!(out, "{fitted}")?;
    out.flush()?;
    output.note(format!("wrote {}; build the program anew to use it", path.display()));
    Ok(Outcome::Done)
}

/// Fits the weights of roles, writes them and prints what each family gained.
fn fit_roles(path: &Path, args: &EvaluateArgs, output: &Output) -> Result {
    let gold = annotated(args)?;
    let (text, told) = fit_weights(&gold, path).map_err(failure)?;
    fineprint_store::write_atomically(path, text.as_bytes())
        .map_err(|error| Failure::from_error(Kind::Io, "could not write the weights", error))?;
    let mut out = output.stdout();
    for family in told {
        writeln!(out, "{family}")?;
    }
    out.flush()?;
    output.note(format!("wrote {}; build the program anew to use it, and fit the curves after that", path.display()));
    Ok(Outcome::Done)
}

/// Every set of annotated documents that was named.
fn annotated(args: &EvaluateArgs) -> Result<Vec<Gold>> {
    args.gold.iter().map(|folder| Gold::read(folder).map_err(failure)).collect()
}

/// The cases of a knowledge base against a list of known links.
fn links(list: &Path, with_errors: bool, global: &Global, output: &Output) -> Result {
    let base = Base::open(global)?;
    let asked: Vec<[String; 2]> = match &base {
        Base::Shipped => Vec::new(),
        Base::Own(kb) => kb
            .review_items()
            .flatten()
            .filter_map(|item| match item.question {
                Question::SameMatter { cases, .. } => Some(cases.map(|id| id.to_string())),
                _ => None,
            })
            .collect(),
    };
    let report = measure_links(list, base.kept(), &asked).map_err(failure)?;
    let mut out = output.stdout();
    match output.format {
        Format::Json => write_json(&mut out, &report)?,
        Format::Jsonl => write_json_line(&mut out, &report)?,
        _ => {
            write!(out, "{report}")?;
            for error in report.errors.iter().filter(|_| with_errors) {
                let what = if error.is_wrong { "wrong" } else { "missed" };
                writeln!(out, "{what}\t{}\t{}", error.pages[0], error.pages[1])?;
            }
        }
    }
    out.flush()?;
    Ok(if report.known == 0 { Outcome::Nothing } else { Outcome::Done })
}

fn measure(args: &EvaluateArgs) -> Result<Report> {
    if let Some(folder) = args.gold.first() {
        let mut gold = Gold::read(folder).map_err(failure)?;
        if !args.id.is_empty() {
            let ids: Vec<String> = gold.entries.iter().map(|entry| entry.id.clone()).collect();
            gold.keep(&args.id).map_err(|unknown| {
                let failure = Failure::new(Kind::Usage, format!("--id: no annotated document has the id `{unknown}`"));
                match vocab::nearest(&unknown, ids.iter().map(String::as_str)) {
                    Some(near) => failure.help(format!("did you mean `{near}`?")),
                    None => failure,
                }
            })?;
        }
        return Ok(measure_gold(&gold, &name(folder), Options { text_only: args.text_only }));
    }
    match &args.pages {
        Some(folder) => measure_pages(folder, &name(folder)).map_err(failure),
        None => Err(Failure::new(Kind::Usage, "expected what to measure with: --gold DIR or --pages DIR")),
    }
}

/// The folder's own name: a report says the same wherever the folder stands.
fn name(folder: &Path) -> String {
    folder.file_name().map_or_else(|| folder.display().to_string(), |name| name.to_string_lossy().into_owned())
}

fn failure(error: Error) -> Failure {
    let kind = match error {
        Error::Io { .. } => Kind::Io,
        _ => Kind::Invalid,
    };
    Failure::from_error(kind, "could not measure", error)
}

fn print(report: &Report, changes: Option<&[Change]>, with_errors: bool, output: &Output) -> Result<()> {
    let mut out = output.stdout();
    match output.format {
        // One form for people, on a terminal and off it.
        Format::Table | Format::Tsv => {
            write!(out, "{report}")?;
            if with_errors {
                write_errors(&mut out, report)?;
            }
            if let Some(changes) = changes {
                write_changes(&mut out, changes)?;
            }
        }
        Format::Json => write_json(&mut out, &Printed { report, changes })?,
        Format::Jsonl => report.items.iter().try_for_each(|item| write_json_line(&mut out, item))?,
        Format::Csv => {
            drop(out);
            return print_figures(report, output);
        }
    }
    out.flush()?;
    Ok(())
}

fn print_figures(report: &Report, output: &Output) -> Result<()> {
    let columns: Vec<Column> = ["by", "group", "field"]
        .map(Column::text)
        .into_iter()
        .chain(
            ["documents", "right", "wrong", "missed", "precision", "recall", "f1", "low", "high"].map(Column::number),
        )
        .collect();
    let number = |figure: Option<f64>| figure.map(|figure| format!("{figure:.4}")).unwrap_or_default();
    let cells: Vec<Vec<String>> = report
        .figures
        .iter()
        .map(|one| {
            let tally = one.tally;
            vec![
                one.by.clone(),
                one.group.clone(),
                one.field.as_str().to_owned(),
                one.documents.to_string(),
                tally.right.to_string(),
                tally.wrong.to_string(),
                tally.missed.to_string(),
                number(one.precision),
                number(one.recall),
                number(one.f1),
                number(one.interval.map(|range| range.low)),
                number(one.interval.map(|range| range.high)),
            ]
        })
        .collect();
    output.rows(&columns, &cells, &report.figures)
}

fn write_errors(out: &mut impl Write, report: &Report) -> std::io::Result<()> {
    writeln!(out, "\nerrors")?;
    for (item, field, wrong) in report.errors() {
        let class = wrong.class.as_deref().unwrap_or_default();
        let found: Vec<String> = wrong
            .wrong
            .iter()
            .map(|(value, confidence)| match confidence {
                Some(confidence) => format!("{value} ({confidence:.2})"),
                None => value.clone(),
            })
            .collect();
        let case = if item.is_without_case { "; no case would be made of it" } else { "" };
        writeln!(
            out,
            "  {:<16}  {}: {class}: wrong [{}], missed [{}]{case}",
            field.as_str(),
            item.id,
            found.join(", "),
            wrong.missed.join(", ")
        )?;
    }
    Ok(())
}

fn write_changes(out: &mut impl Write, changes: &[Change]) -> std::io::Result<()> {
    let gains = changes.iter().filter(|change| change.is_gain).count();
    writeln!(out, "\n{gains} gains and {} losses since the earlier report", changes.len() - gains)?;
    for change in changes {
        let sign = if change.is_gain { '+' } else { '-' };
        writeln!(out, "  {sign} {:<16}  {}: {}", change.field.as_str(), change.id, change.what)?;
    }
    Ok(())
}
