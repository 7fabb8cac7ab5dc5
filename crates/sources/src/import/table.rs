//! A table with a mapping of its columns.

use fineprint_document::{Hints, part};
use fineprint_extract::{CandidateKind, Context, extract, plain_document};
use fineprint_model::vocab::{self, nearest};
use fineprint_model::{
    AuthorityId, Claim, Currency, Document, Draft, Estimate, FindingKind, MeasureKind, Method, MoneyEventKind, Outcome,
    Provision, Source, SourceId, SourceKind, Stage, Statement, Term,
};

use super::mapping::Mapping;
use super::{Import, Row, RowError, refused};
use crate::consistent;
use crate::error::{Error, Result};
use crate::labelled::{date, measure, money, term};
use crate::rows::{field, fields};
use crate::structured::{Cell, amount_in_words, authority_id, authority_of_label, finding, organisation};

/// Imports a table.
pub(super) fn import(bytes: &[u8], import: &Import<'_>, each: &mut dyn FnMut(Row) -> bool) -> Result<()> {
    let Some(mapping) = import.mapping else {
        return Err(refused(import, "expected a mapping of its columns, found none".to_owned()));
    };
    let text = fineprint_document::text_of(bytes, &Hints::default())
        .map_err(|source| Error::Document { name: import.name.to_owned(), source })?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(fineprint_document::separator(&text))
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let head = reader.headers().map_err(|error| refused(import, error.to_string()))?.clone();
    for (wanted, name) in mapping.columns.named() {
        if !head.iter().any(|own| own == name) {
            let near = nearest(name, head.iter()).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            let own = head.iter().map(|own| format!("`{own}`")).collect::<Vec<_>>().join(", ");
            return Err(refused(import, format!("expected column `{name}` (for `{wanted}`), found {own}{near}")));
        }
    }
    let mut record = csv::StringRecord::new();
    for row in 2.. {
        let read = match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) if record.len() == head.len() => {
                let mut errors = Vec::new();
                let draft = Line { import, mapping, row, errors: &mut errors }.draft(&head, &record);
                errors.into_iter().map(Err).chain(draft.map(Ok)).collect()
            }
            Ok(true) => vec![Err(RowError {
                file: import.name.to_owned(),
                row,
                column: None,
                expected: format!("{} cells", head.len()),
                found: record.len().to_string(),
            })],
            Err(error) => vec![Err(RowError {
                file: import.name.to_owned(),
                row,
                column: None,
                expected: "a row that can be read".to_owned(),
                found: error.to_string(),
            })],
        };
        if !read.into_iter().all(&mut *each) {
            break;
        }
    }
    Ok(())
}

/// Words that stand where there is no value.
fn is_stated(text: &str) -> bool {
    !matches!(text.to_lowercase().as_str(), "" | "-" | "–" | "n/a" | "na" | "none" | "null" | "unknown" | "?")
}

/// A row being read.
struct Line<'a> {
    import: &'a Import<'a>,
    mapping: &'a Mapping,
    row: usize,
    errors: &'a mut Vec<RowError>,
}

impl Line<'_> {
    /// The row's draft; `None` where it has none, of which an error was told.
    fn draft(&mut self, head: &csv::StringRecord, record: &csv::StringRecord) -> Option<Draft> {
        let cells: Vec<(&str, &str)> = head.iter().zip(record).collect();
        let mut document = part::record(&cells);
        let columns = &self.mapping.columns;
        let url = columns.url.as_deref().and_then(|name| value(&cells, name)).map(ToOwned::to_owned);
        let url = url.filter(|url| {
            let is_one = url.starts_with("https://") || url.starts_with("http://");
            if !is_one {
                self.wrong(columns.url.as_deref(), "an address that begins with `https://`", url);
            }
            is_one
        });
        let url = url.or_else(|| {
            let page = self.mapping.source.url.as_deref()?;
            Some(crate::rows::address_on(page, &document))
        });
        document.url = url;
        document.language.clone_from(&self.mapping.source.language);
        let id = SourceId::new("table").ok()?;
        let mut claims = Claims { id: &id, document: &document, list: Vec::new() };
        let authority = self.authority(&document, &mut claims)?;
        self.labels(&document, &mut claims);
        self.dates(&document, &mut claims);
        self.amount(&document, &mut claims, &authority);
        self.terms(&document, &mut claims);
        self.provisions(&document, &mut claims);
        let mut claims = claims.list;
        consistent::settle(&mut claims);
        claims.sort_by_key(|claim| claim.statement.field());
        if claims.len() < 2 {
            self.wrong(None, "a case with more than its authority", "none of the columns with a value");
            return None;
        }
        let source = Source {
            url: document.url.clone(),
            title: self.mapping.source.title.clone(),
            publisher: Some(self.mapping.source.publisher.clone()),
            language: self.mapping.source.language.clone(),
            retrieved_on: self.import.retrieved_on,
            sha256: Some(document.sha256.clone()),
            licence: self.mapping.source.licence.clone(),
            ..Source::new(id.clone(), self.mapping.source.kind.clone())
        };
        Some(Draft { source, document, claims, proposals: Vec::new() })
    }

    fn wrong(&mut self, column: Option<&str>, expected: &str, found: &str) {
        let found: String = found.chars().take(120).collect();
        self.errors.push(RowError {
            file: self.import.name.to_owned(),
            row: self.row,
            column: column.map(ToOwned::to_owned),
            expected: expected.to_owned(),
            found: format!("`{found}`"),
        });
    }

    /// The authority, without which there is no case.
    fn authority(&mut self, document: &Document, claims: &mut Claims<'_>) -> Option<AuthorityId> {
        let all = fields(document);
        let column = self.mapping.columns.authority.as_deref();
        let cell = column.and_then(|name| field(&all, name)).filter(|cell| is_stated(cell.text));
        let Some(label) = cell.map(|cell| cell.text).or(self.mapping.every.authority.as_deref()) else {
            self.wrong(column, "an authority", "");
            return None;
        };
        let label = self.word("authority", label).to_owned();
        let id = match vocab::authorities().get(label.as_str()) {
            Some(known) => authority_id(known),
            None => authority_of_label(&label).and_then(authority_id),
        };
        let Some(id) = id else {
            self.wrong(column, "an authority of the vocabulary by id, name or acronym", &label);
            return None;
        };
        claims.state(Statement::Authority(id.clone()), cell);
        Some(id)
    }

    /// A word of the table as the mapping translates it.
    fn word<'w>(&'w self, field: &str, found: &'w str) -> &'w str {
        self.mapping.values.get(field).and_then(|words| words.get(found)).map_or(found, String::as_str)
    }

    fn labels(&mut self, document: &Document, claims: &mut Claims<'_>) {
        let all = fields(document);
        let columns = &self.mapping.columns;
        let cell = |name: &Option<String>| {
            name.as_deref().and_then(|name| field(&all, name)).filter(|cell| is_stated(cell.text))
        };
        if let Some(cell) = cell(&columns.reference) {
            claims.state(Statement::Reference(cell.text.to_owned()), Some(cell));
        }
        if let Some(cell) = cell(&columns.ecli) {
            if cell.text.starts_with("ECLI:") {
                claims.state(Statement::Ecli(cell.text.to_owned()), Some(cell));
            } else {
                self.wrong(columns.ecli.as_deref(), "an identifier that begins with `ECLI:`", cell.text);
            }
        }
        // A name that may be a natural person's is no error: it is not taken.
        if let Some(cell) = cell(&columns.party)
            && let Some(party) = organisation(cell.text)
        {
            claims.state(Statement::Party(party), Some(cell));
        }
        if let Some(cell) = cell(&columns.affected_people) {
            let digits: String =
                cell.text.chars().filter(|c| !matches!(c, ',' | '.' | ' ' | '\'' | '\u{a0}')).collect();
            match digits.parse() {
                Ok(value) => claims.state(Statement::AffectedPeople(Estimate::Exact { value }), Some(cell)),
                Err(_) => self.wrong(columns.affected_people.as_deref(), "a number of people", cell.text),
            }
        }
    }

    fn dates(&mut self, document: &Document, claims: &mut Claims<'_>) {
        let all = fields(document);
        let columns = &self.mapping.columns;
        for (name, statement) in [
            (&columns.opened_on, Statement::OpenedOn as fn(fineprint_model::PartialDate) -> Statement),
            (&columns.decided_on, Statement::DecidedOn),
            (&columns.published_on, Statement::PublishedOn),
        ] {
            let Some(cell) = name.as_deref().and_then(|name| field(&all, name)).filter(|cell| is_stated(cell.text))
            else {
                continue;
            };
            match date(cell.text, self.mapping.every.date_order) {
                Some(date) => claims.state(statement(date), Some(cell)),
                None => self.wrong(name.as_deref(), "a date, as in `2022-04-15`", cell.text),
            }
        }
    }

    fn amount(&mut self, document: &Document, claims: &mut Claims<'_>, authority: &AuthorityId) {
        let all = fields(document);
        let columns = &self.mapping.columns;
        let cell = |name: &Option<String>| {
            name.as_deref().and_then(|name| field(&all, name)).filter(|cell| is_stated(cell.text))
        };
        let Some(fine) = cell(&columns.fine) else { return };
        let mut currency = self.mapping.every.currency;
        if let Some(cell) = cell(&columns.currency) {
            match cell.text.parse::<Currency>() {
                Ok(own) => currency = Some(own),
                Err(_) => {
                    return self.wrong(columns.currency.as_deref(), "a currency of ISO 4217, as in `EUR`", cell.text);
                }
            }
        }
        if fine.text.chars().all(|c| matches!(c, '0' | '.' | ',')) {
            // Nought says that there was no fine.
            return;
        }
        match amount_in_words(fine.text, currency) {
            Some(amount) => {
                claims.state(money(MoneyEventKind::Imposed, amount), Some(fine));
                claims.state(measure(MeasureKind::Fine), Some(fine));
            }
            None => {
                let expected = match currency {
                    Some(_) => "one amount of money, as in `20000` or `1.5 million`".to_owned(),
                    None => format!("an amount with a currency, or a currency for `{authority}` in the mapping"),
                };
                self.wrong(columns.fine.as_deref(), &expected, fine.text);
            }
        }
    }

    fn terms(&mut self, document: &Document, claims: &mut Claims<'_>) {
        let columns = self.mapping.columns.clone();
        self.closed(document, claims, "outcome", &columns.outcome, Statement::Outcome as fn(Outcome) -> Statement);
        self.closed(document, claims, "measure", &columns.measure, measure as fn(MeasureKind) -> Statement);
        self.closed(document, claims, "stage", &columns.stage, Statement::Stage as fn(Stage) -> Statement);
    }

    /// A closed term: ours, or a word that the mapping translates.
    fn closed<T: Term>(
        &mut self,
        document: &Document,
        claims: &mut Claims<'_>,
        name: &str,
        column: &Option<String>,
        statement: fn(T) -> Statement,
    ) {
        let all = fields(document);
        let Some(cell) = column.as_deref().and_then(|name| field(&all, name)).filter(|cell| is_stated(cell.text))
        else {
            return;
        };
        match term(self.word(name, cell.text)) {
            Some(known) => claims.state(statement(known), Some(cell)),
            None => {
                let known = T::all().iter().map(|one| format!("`{}`", one.as_str())).collect::<Vec<_>>().join(", ");
                self.wrong(column.as_deref(), &format!("one of {known}, or a word of `[values.{name}]`"), cell.text);
            }
        }
    }

    fn provisions(&mut self, document: &Document, claims: &mut Claims<'_>) {
        let all = fields(document);
        let column = self.mapping.columns.violated.clone();
        let Some(cell) = column.as_deref().and_then(|name| field(&all, name)).filter(|cell| is_stated(cell.text))
        else {
            return;
        };
        let mut found = named_provisions(cell.text);
        if found.is_empty()
            && let Some(law) = &self.mapping.every.law
        {
            found = bare_articles(cell.text, law);
        }
        if found.is_empty() {
            self.wrong(column.as_deref(), "provisions, as in `Art. 5(1)(f) GDPR`", cell.text);
        }
        for (provision, start, end) in found {
            let words = Cell {
                text: cell.text.get(start..end).unwrap_or_default(),
                start: cell.start + start,
                end: cell.start + end,
            };
            claims.state(finding(provision, FindingKind::Violated), Some(&words));
        }
    }
}

/// Provisions with their laws, by the recognisers that read prose.
fn named_provisions(text: &str) -> Vec<(Provision, usize, usize)> {
    let Ok(source) = SourceId::new("table") else { return Vec::new() };
    let context = Context { source, kind: SourceKind::Dataset, authority: None, url: None };
    let seen = extract(&plain_document(text), &context).candidates;
    let of_law = seen.into_iter().filter(|one| one.kind == CandidateKind::Provision);
    of_law.filter_map(|one| Some((Provision::new(one.value).ok()?, one.start, one.end))).collect()
}

/// "32, 5(1)(f)" as articles of a law.
fn bare_articles(text: &str, law: &str) -> Vec<(Provision, usize, usize)> {
    let mut at = 0;
    let mut found = Vec::new();
    for piece in text.split_inclusive([',', ';', '|', '\n']) {
        let start = at;
        at += piece.len();
        let words = piece.trim_end_matches([',', ';', '|', '\n']).trim();
        let path: Vec<String> = words
            .trim_start_matches("Article")
            .trim_start_matches("Art.")
            .split(['(', ')', ' ', '.'])
            .filter(|part| !part.is_empty())
            .map(str::to_lowercase)
            .collect();
        let is_article = path.first().is_some_and(|first| first.bytes().all(|byte| byte.is_ascii_digit()))
            && path.iter().all(|part| part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        if is_article && let Ok(provision) = Provision::new(format!("{law}/{}", path.join("/"))) {
            let start = start + (piece.len() - piece.trim_start().len());
            found.push((provision, start, start + words.len()));
        }
    }
    found
}

fn value<'a>(cells: &[(&'a str, &'a str)], name: &str) -> Option<&'a str> {
    cells.iter().find(|(label, _)| *label == name).map(|(_, value)| value.trim()).filter(|text| is_stated(text))
}

/// Claims of a row, all imported.
struct Claims<'a> {
    id: &'a SourceId,
    document: &'a Document,
    list: Vec<Claim>,
}

impl Claims<'_> {
    /// Claims a value for a cell; without one for what the mapping says of every row.
    fn state(&mut self, statement: Statement, cell: Option<&Cell<'_>>) {
        let evidence = cell.and_then(|cell| self.document.evidence(cell.start, cell.end));
        self.list.push(Claim {
            statement,
            source: self.id.clone(),
            method: Method::Imported,
            confidence: None,
            evidence,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_without_a_law() {
        let found = |text| {
            bare_articles(text, "gdpr")
                .into_iter()
                .map(|(one, start, end)| (one.to_string(), text[start..end].to_owned()))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            found("32; 5(1)(f), Art. 6"),
            [
                ("gdpr/32".to_owned(), "32".to_owned()),
                ("gdpr/5/1/f".to_owned(), "5(1)(f)".to_owned()),
                ("gdpr/6".to_owned(), "Art. 6".to_owned())
            ]
        );
        assert!(found("security of processing").is_empty());
    }
}
