//! Measures how much of the wiki's pages is read: `rates SHARED_DATA_FOLDER`, where `gdprhub/facts.jsonl` and
//! `gdprhub/pages` stand. The facts were compiled from the same pages by other means, so that this measures the
//! reading of the table of facts, not of the prose.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that reports")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use fineprint_model::{Draft, FindingKind, MoneyEventKind, Statement, slugify};
use fineprint_sources::{Input, read};
use serde_json::Value;

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: rates SHARED_DATA_FOLDER");
        return ExitCode::from(2);
    };
    let folder = Path::new(&folder).join("gdprhub");
    let facts = match std::fs::read_to_string(folder.join("facts.jsonl")) {
        Ok(facts) => facts,
        Err(error) => {
            eprintln!("{}: {error}", folder.join("facts.jsonl").display());
            return ExitCode::from(2);
        }
    };
    let mut rates = Rates::default();
    for line in facts.lines() {
        let Ok(fact) = serde_json::from_str::<Value>(line) else { continue };
        let Some(path) = fact["page"].as_str().map(|page| folder.join(page)) else { continue };
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let name = path.display().to_string();
        match read(&Input { bytes: &bytes, name: &name, ..Input::default() }) {
            Ok(reading) => {
                rates.count("draft", !reading.drafts.is_empty(), || {
                    format!("{name}: {}", reading.skipped.as_ref().map_or_else(String::new, ToString::to_string))
                });
                if let Some(draft) = reading.drafts.first() {
                    rates.compare(&fact, draft, &name);
                }
            }
            Err(error) => eprintln!("{error}"),
        }
    }
    for (field, (right, of)) in &rates.fields {
        println!("{field:<24} {right:>5} of {of:>5}");
    }
    ExitCode::SUCCESS
}

#[derive(Default)]
struct Rates {
    fields: BTreeMap<&'static str, (u32, u32)>,
}

impl Rates {
    fn count(&mut self, field: &'static str, right: bool, wrong: impl FnOnce() -> String) {
        let entry = self.fields.entry(field).or_default();
        entry.1 += 1;
        if right {
            entry.0 += 1;
        } else {
            eprintln!("{field}: {}", wrong());
        }
    }

    fn compare(&mut self, fact: &Value, draft: &Draft, name: &str) {
        let authority = draft.authority().map(ToString::to_string);
        self.count("authority", authority.is_some(), || format!("{name}: {}", fact["authority"]));
        if let Some(number) = fact["case_number"].as_str().filter(|number| number.bytes().any(|b| b.is_ascii_digit())) {
            let found = draft.reference().and_then(slugify);
            let is_in = |found: &String| slugify(number).is_some_and(|number| number.contains(found.as_str()));
            self.count("case number", found.as_ref().is_some_and(is_in), || format!("{name}: {number} {found:?}"));
        }
        if let Some(decided) = fact["decided"].as_str() {
            let found = draft.statements().find_map(|statement| match statement {
                Statement::DecidedOn(date) => Some(date.to_string()),
                _ => None,
            });
            self.count("decided on", found.as_deref() == Some(decided), || format!("{name}: {decided} {found:?}"));
        }
        let fine = draft.statements().find_map(|statement| match statement {
            Statement::Money(event) if event.event == MoneyEventKind::Imposed => event.amount.value().copied(),
            _ => None,
        });
        match (fact["fine_amount"].as_f64(), fact["fine_currency"].as_str()) {
            (Some(amount), Some(currency)) if amount > 0.0 => {
                let right =
                    fine.is_some_and(|fine| (fine.units() - amount).abs() < 0.005 && fine.currency.code() == currency);
                self.count("fine, with currency", right, || format!("{name}: {amount} {currency} {fine:?}"));
            }
            (Some(amount), None) if amount > 0.0 => {
                let right = fine.is_some_and(|fine| (fine.units() - amount).abs() < 0.005);
                self.count("fine, no currency", right, || format!("{name}: {amount} {fine:?}"));
            }
            _ => self.count("no fine", fine.is_none(), || format!("{name}: {fine:?}")),
        }
        let has = |wanted: fn(&Statement) -> bool| draft.statements().any(wanted);
        self.count("party", has(|s| matches!(s, Statement::Party(_))), || format!("{name}: {}", fact["parties"]));
        let violated =
            |s: &Statement| matches!(s, Statement::Finding(finding) if finding.finding == FindingKind::Violated);
        if fact["outcome"].as_str().is_some_and(|outcome| outcome.eq_ignore_ascii_case("violation found")) {
            self.count("violated provision", has(violated), || name.to_owned());
        }
    }
}
