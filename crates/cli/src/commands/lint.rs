//! `fineprint lint`: records against the schema and the rules, all findings of a run at once.

use std::io::Write;
use std::path::{Path, PathBuf};

use fineprint_model::lint::{self, LintFinding, Severity};
use fineprint_model::vocab;
use fineprint_store::Linted;

use crate::args::{Format, Global, LintArgs};
use crate::exit::{Failure, Kind, Outcome, Result};
use crate::output::{Column, Output};

/// Findings with these codes are of files that are no valid records at all.
const INVALID: &str = "unreadable-record";

/// A record that reads, but is not written as the program writes it.
const NOT_CANONICAL: &str = "not-canonical";

pub fn run(args: &LintArgs, global: &Global, output: &Output) -> Result {
    if let Some(code) = &args.explain {
        return explain(code, output);
    }
    let mut linted = Linted::default();
    for path in paths(args, global)? {
        let found = lint_path(&path, args.fix_format, output)?;
        linted.records += found.records;
        linted.findings.extend(found.findings);
    }
    if args.errors_only {
        linted.findings.retain(|finding| finding.severity == Severity::Error);
    }
    print(&linted, output)?;
    let counted = |severity| linted.findings.iter().filter(|finding| finding.severity == severity).count();
    let (errors, warnings) = (counted(Severity::Error), counted(Severity::Warning));
    output.note(if linted.findings.is_empty() {
        format!("{} records, no findings", linted.records)
    } else {
        format!("{} records, {errors} errors, {warnings} warnings; --explain CODE says why", linted.records)
    });
    Ok(match &linted.findings {
        findings if findings.iter().any(|finding| finding.code == INVALID) => Outcome::PartlyInvalid,
        findings if findings.is_empty() => Outcome::Done,
        _ => Outcome::Nothing,
    })
}

/// What to check: the paths given, else the knowledge base.
fn paths(args: &LintArgs, global: &Global) -> Result<Vec<PathBuf>> {
    match (&args.paths[..], &global.kb) {
        ([], Some(kb)) => Ok(vec![kb.clone()]),
        ([], None) => Err(Failure::new(Kind::Usage, "expected what to check: a path, or a knowledge base with --kb")
            .help("in a checkout of fineprint: `fineprint lint data`")),
        (paths, _) => Ok(paths.to_vec()),
    }
}

fn lint_path(path: &Path, fix_format: bool, output: &Output) -> Result<Linted> {
    let failed = |error| Failure::from_error(Kind::Io, format!("could not lint `{}`", path.display()), error);
    let linted = fineprint_store::lint_tree(path).map_err(failed)?;
    if !fix_format {
        return Ok(linted);
    }
    let misshapen = linted.findings.iter().filter(|finding| finding.code == NOT_CANONICAL);
    let mut fixed = 0;
    for file in misshapen.filter_map(|finding| finding.path.as_deref()).map(Path::new) {
        fixed += usize::from(fineprint_store::rewrite_canonical(file).map_err(failed)?);
    }
    if fixed > 0 {
        output.note(format!("rewrote {fixed} records in canonical form"));
    }
    fineprint_store::lint_tree(path).map_err(failed)
}

fn print(linted: &Linted, output: &Output) -> Result<()> {
    match output.format {
        // One form for people, on a terminal and off it: two lines a finding.
        Format::Table | Format::Tsv => {
            let mut out = output.stdout();
            for finding in &linted.findings {
                writeln!(out, "{finding}")?;
            }
            out.flush()?;
            Ok(())
        }
        _ => {
            let columns = ["path", "pointer", "code", "severity", "expected", "found", "help"].map(Column::text);
            let cells: Vec<Vec<String>> = linted.findings.iter().map(cells).collect();
            output.rows(&columns, &cells, &linted.findings)
        }
    }
}

fn cells(finding: &LintFinding) -> Vec<String> {
    vec![
        finding.path.clone().unwrap_or_default(),
        finding.pointer.clone(),
        finding.code.to_owned(),
        finding.severity.to_string(),
        finding.expected.clone(),
        finding.found.clone(),
        finding.help.clone(),
    ]
}

fn explain(code: &str, output: &Output) -> Result {
    let mut codes: Vec<(&str, Severity)> = lint::rules().iter().map(|rule| (rule.code(), rule.severity())).collect();
    codes.extend(fineprint_store::file_rules().iter().map(|rule| (rule.code, rule.severity)));
    codes.sort_unstable_by_key(|(code, _)| *code);
    let mut out = output.stdout();
    if code.is_empty() {
        for (code, severity) in codes {
            writeln!(out, "{code:<32} {severity}")?;
        }
        return Ok(Outcome::Done);
    }
    match fineprint_store::explain(code) {
        Some(text) => {
            writeln!(out, "{}", text.trim_end())?;
            Ok(Outcome::Done)
        }
        None => {
            let failure = Failure::new(Kind::Usage, format!("--explain: expected the code of a rule, found `{code}`"));
            Err(match vocab::nearest(code, codes.iter().map(|(code, _)| *code)) {
                Some(near) => failure.help(format!("did you mean `{near}`?")),
                None => failure.help("`fineprint lint --explain` lists them"),
            })
        }
    }
}
