//! CSV after RFC 4180: UTF-8, comma, CRLF, ISO dates, decimal point, money in minor units. An empty cell means
//! unknown, never 0. The variant for spreadsheets has a byte order mark, semicolons and a guard against formulas.

use fineprint_model::vocab::EuroRate;
use fineprint_model::{Basis, Case, Estimate, FindingKind, Fine, PartialDate, Stated, Term};

use crate::error::{Error, Result};
use crate::figures::{self, EuroFine};
use crate::link::Topic;
use crate::{label, title};

/// Columns of the case list and what stands in them.
pub const COLUMNS: [(&str, &str); 39] = [
    ("id", "Permanent id."),
    ("title", "The case in a sentence, in English."),
    ("authority", "Id of the authority."),
    ("authority_name", "Its name in English."),
    ("country", "ISO 3166-1 alpha-2 code of its country; EU for bodies of the Union."),
    ("reference", "The authority's own number."),
    ("ecli", "European Case Law Identifier."),
    ("parties", "Names of the respondents."),
    ("party_ids", "Their ids."),
    ("roles", "Their roles: controller, processor ..."),
    ("kinds", "What they are: company, public-body ..."),
    ("groups", "Groups they belonged to at the time."),
    ("sectors", "Sector groups."),
    ("decided_on", "Date of the decision: a year, a month or a day."),
    ("decided_precision", "year, month or day."),
    ("published_on", "Date of publication."),
    ("published_precision", "year, month or day."),
    ("status", "Whether the decision stands, derived."),
    ("outcome", "What was found."),
    ("stage", "How far it has come."),
    ("fine_state", "amount, none, unknown or annulled; of the current basis."),
    ("fine_minor", "What is owed now, in minor units of fine_currency."),
    ("fine_currency", "ISO 4217 code."),
    ("fine_eur_minor", "The same in euro cents."),
    ("fine_imposed_minor", "As first imposed, in minor units."),
    ("fine_imposed_currency", "ISO 4217 code."),
    ("eur_rate", "Units of the currency for one euro, European Central Bank."),
    ("eur_rate_date", "The day of that rate."),
    ("turnover_share", "The fine as a share of turnover; 0.1 is ten per cent."),
    ("turnover_share_precision", "exact, about, at-least, at-most or range."),
    ("affected_people", "The number named; the lower end of a range."),
    ("affected_people_precision", "exact, about, at-least, at-most or range."),
    ("affected_organisations", "Organisations affected."),
    ("provisions_violated", "Provisions found violated."),
    ("violations", "Violation types."),
    ("contexts", "Settings of the processing."),
    ("measures", "What the authority did."),
    ("language", "ISO 639-1 code of the decision's language."),
    ("sources", "Addresses of the publications."),
];

/// Which CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// For programs: comma, no byte order mark, values as they are.
    #[default]
    Plain,
    /// For spreadsheets: byte order mark, semicolon, cells that would be read as formulas made text.
    Spreadsheet,
}

/// Cases as CSV with a header.
///
/// # Errors
/// [`Error::Write`] where the writer fails.
pub fn cases<'a>(cases: impl Iterator<Item = &'a Case>, dialect: Dialect) -> Result<String> {
    let head = COLUMNS.iter().map(|(name, _)| (*name).to_owned()).collect();
    write(std::iter::once(head).chain(cases.map(row)), dialect)
}

/// A case as the plain list has it, with the end of its line.
///
/// # Errors
/// [`Error::Write`] where the writer fails.
pub fn line(case: &Case) -> Result<String> {
    write(std::iter::once(row(case)), Dialect::Plain)
}

/// The plain list of cases that are written already.
///
/// # Errors
/// [`Error::Write`] where the writer fails.
pub fn cases_of<'a>(lines: impl Iterator<Item = &'a str>) -> Result<String> {
    let mut text = cases(std::iter::empty(), Dialect::Plain)?;
    text.extend(lines);
    Ok(text)
}

/// Rows as CSV.
///
/// # Errors
/// [`Error::Write`] where the writer fails.
pub fn write(rows: impl Iterator<Item = Vec<String>>, dialect: Dialect) -> Result<String> {
    let wrong = |message: String| Error::Write { format: "CSV", message };
    let spreadsheet = dialect == Dialect::Spreadsheet;
    let mut writer = csv::WriterBuilder::new()
        .delimiter(if spreadsheet { b';' } else { b',' })
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        let row = row.into_iter().map(|cell| if spreadsheet { guarded(cell) } else { cell });
        writer.write_record(row).map_err(|error| wrong(error.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|error| wrong(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|error| wrong(error.to_string()))?;
    Ok(if spreadsheet { format!("\u{feff}{text}") } else { text })
}

/// A cell that a spreadsheet would run as a formula gets an apostrophe; numbers stay numbers.
fn guarded(cell: String) -> String {
    let is_number = cell.parse::<f64>().is_ok_and(f64::is_finite);
    let runs = |text: &str| text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if !is_number && (runs(&cell) || runs(cell.trim_start())) { format!("'{cell}") } else { cell }
}

fn row(case: &Case) -> Vec<String> {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let many = |values: &mut dyn Iterator<Item = String>| {
        let mut seen: Vec<String> = Vec::new();
        for value in values {
            // The separator itself cannot be part of a value.
            let value = value.replace(';', ",");
            if !seen.contains(&value) {
                seen.push(value);
            }
        }
        seen.join(";")
    };
    let country = label::authority_country(&case.authority).to_uppercase();
    let fine = case.fine(Basis::Current);
    let imposed = case.fine(Basis::Imposed).amount();
    let euro = EuroFine::of(case, Basis::Current);
    let rate: Option<EuroRate> = match euro {
        EuroFine::Amount(_, rate) => rate,
        _ => None,
    };
    let state = match fine {
        Fine::None => "none",
        Fine::Unknown => "unknown",
        Fine::Annulled => "annulled",
        Fine::Amount(_) => "amount",
    };
    let minor = |money: Option<fineprint_model::Money>| money.map_or_else(String::new, |m| m.amount_minor.to_string());
    let code = |money: Option<fineprint_model::Money>| money.map_or_else(String::new, |m| m.currency.to_string());
    let share = case.turnover_share.value();
    vec![
        case.id.to_string(),
        title::title(case).to_string(),
        case.authority.to_string(),
        label::authority_name(&case.authority),
        country,
        text(case.reference.value().map(String::as_str)),
        text(case.ecli.as_deref()),
        many(&mut case.respondents().filter_map(|party| party.name.value().cloned())),
        many(&mut case.respondents().map(|party| party.id.to_string())),
        many(&mut case.respondents().filter_map(|party| party.role.value()).map(|role| role.as_str().to_owned())),
        many(&mut case.respondents().filter_map(|party| party.kind.value()).map(|kind| kind.as_str().to_owned())),
        many(&mut case.respondents().filter_map(|party| party.group.clone())),
        many(&mut figures::keys(Topic::Sector, case).into_iter()),
        date(&case.decided_on),
        precision(&case.decided_on),
        date(&case.published_on),
        precision(&case.published_on),
        case.status().to_string(),
        text(case.outcome.value().map(Term::as_str)),
        text(case.stage.value().map(Term::as_str)),
        state.to_owned(),
        minor(fine.amount()),
        code(fine.amount()),
        minor(euro.amount()),
        minor(imposed),
        code(imposed),
        rate.map_or_else(String::new, |rate| rate.rate.to_string()),
        rate.map_or_else(String::new, |rate| rate.on.to_string()),
        share.map_or_else(String::new, |stated| stated.share.point().to_string()),
        share.map_or_else(String::new, |stated| stated.share.precision().to_owned()),
        estimate(&case.affected_people).0,
        estimate(&case.affected_people).1,
        estimate(&case.affected_organisations).0,
        many(&mut case.provisions(FindingKind::Violated).map(ToString::to_string)),
        many(
            &mut case
                .findings
                .iter()
                .filter(|finding| finding.finding == FindingKind::Violated)
                .flat_map(|finding| finding.violations.iter().cloned()),
        ),
        many(&mut case.contexts.iter().cloned()),
        many(&mut case.measures.iter().map(|measure| measure.kind.as_str().to_owned())),
        text(case.language.as_deref()),
        many(
            &mut case
                .sources
                .iter()
                .filter_map(|source| source.url.as_deref().and_then(crate::link::external))
                .map(str::to_owned),
        ),
    ]
}

fn date(value: &Stated<PartialDate>) -> String {
    value.value().map_or_else(String::new, ToString::to_string)
}

fn precision(value: &Stated<PartialDate>) -> String {
    let word = value.value().map_or("", |date| match (date.get_month(), date.get_day()) {
        (_, Some(_)) => "day",
        (Some(_), None) => "month",
        (None, None) => "year",
    });
    word.to_owned()
}

fn estimate(value: &Stated<Estimate<u64>>) -> (String, String) {
    value.value().map_or_else(Default::default, |stated| (stated.point().to_string(), stated.precision().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text_and_numbers_stay() {
        for (cell, out) in [
            ("=1+1", "'=1+1"),
            ("+49 30", "'+49 30"),
            ("-cmd", "'-cmd"),
            ("@x", "'@x"),
            ("\t=x", "'\t=x"),
            (" =x", "' =x"),
            ("-5", "-5"),
            ("+1.5", "+1.5"),
            ("plain", "plain"),
        ] {
            assert_eq!(guarded(cell.to_owned()), out);
        }
    }

    #[test]
    fn every_column_has_its_cell() {
        let case = Case::new(
            fineprint_model::CaseId::new("xx-a-1").unwrap(),
            fineprint_model::AuthorityId::new("xx-a").unwrap(),
        );
        assert_eq!(row(&case).len(), COLUMNS.len());
        let at = COLUMNS.iter().position(|(name, _)| *name == "fine_minor").unwrap();
        assert_eq!(row(&case)[at], "", "a missing amount is not 0");
    }
}
