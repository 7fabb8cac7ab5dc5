//! A Frictionless Data Package (<https://specs.frictionlessdata.io/data-package/>, version 1): the cases as linked
//! tables with a description that programs check them against. What is a list in a record is a table of its own, so that
//! nothing has to be split at semicolons.

use fineprint_model::{Case, Money, PartialDate, Stated, Term};
use serde_json::{Value, json};

use super::csv::{self, Dialect};
use crate::error::{Error, Result};
use crate::link;

/// What a column holds, in the words of the Table Schema specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A decimal number with a point.
    Number,
    /// A day, `YYYY-MM-DD`.
    Day,
    /// A year, a month or a day: its length is its precision.
    PartialDate,
}

/// A column of a table.
struct Column {
    name: &'static str,
    kind: Kind,
    description: &'static str,
}

const fn text(name: &'static str, description: &'static str) -> Column {
    Column { name, kind: Kind::Text, description }
}

const fn integer(name: &'static str, description: &'static str) -> Column {
    Column { name, kind: Kind::Integer, description }
}

const fn partial(name: &'static str, description: &'static str) -> Column {
    Column { name, kind: Kind::PartialDate, description }
}

/// A table beside that of the cases, with one row for each item of a list of the record.
struct Table {
    name: &'static str,
    title: &'static str,
    /// The columns after `case_id` and `position`, which every such table begins with.
    columns: &'static [Column],
    rows: fn(&Case) -> Vec<Vec<String>>,
}

const TABLES: [Table; 7] = [
    Table {
        name: "parties",
        title: "Parties of each case, the main respondent first",
        columns: &[
            text("party_id", "The same for one organisation in every case."),
            text("name", "As published; never a natural person's."),
            text("role", "Towards the data or in the proceedings: controller, processor ..."),
            text("kind", "What it is: company, public-body ..."),
            text("country", "ISO 3166-1 alpha-2 code of its seat."),
            text("sectors", "Sector groups, the primary one first, separated by semicolons."),
            text("nace", "NACE Rev. 2 division or section."),
            text("group", "The group it belonged to when the decision was taken."),
        ],
        rows: |case| {
            let row = |party: &fineprint_model::Party| {
                vec![
                    party.id.to_string(),
                    party.name.value().cloned().unwrap_or_default(),
                    term(&party.role),
                    term(&party.kind),
                    party.country.clone().unwrap_or_default(),
                    party.sectors.join(";"),
                    party.nace.clone().unwrap_or_default(),
                    party.group.clone().unwrap_or_default(),
                ]
            };
            case.parties.iter().map(row).collect()
        },
    },
    Table {
        name: "findings",
        title: "Provisions and what the decision found of each",
        columns: &[
            text("provision", "At the decision's own granularity: gdpr/5/1/f."),
            text("finding", "violated, not-violated, discussed or procedural."),
            text("violations", "Violation types, separated by semicolons."),
            text("party_id", "Which party, where they differ."),
            text("note", "Why, in a line of ours."),
        ],
        rows: |case| {
            let row = |finding: &fineprint_model::Finding| {
                vec![
                    finding.provision.to_string(),
                    finding.finding.as_str().to_owned(),
                    finding.violations.join(";"),
                    finding.party.as_ref().map(ToString::to_string).unwrap_or_default(),
                    finding.note.clone().unwrap_or_default(),
                ]
            };
            case.findings.iter().map(row).collect()
        },
    },
    Table {
        name: "ledger",
        title: "What happened to each fine",
        columns: &[
            text("event", "proposed, imposed, reduced, increased, annulled or paid."),
            partial("on", "When it took effect."),
            integer("amount_minor", "After the event, in minor units of the currency; empty where not known."),
            text("currency", "ISO 4217 code."),
            text("party_id", "Which party; empty for the only one or all together."),
            text("note", "Why, in a few words of ours."),
        ],
        rows: |case| {
            let row = |event: &fineprint_model::MoneyEvent| {
                let (amount, currency) = money(event.amount.value());
                vec![
                    event.event.as_str().to_owned(),
                    date(&event.on),
                    amount,
                    currency,
                    event.party.as_ref().map(ToString::to_string).unwrap_or_default(),
                    event.note.clone().unwrap_or_default(),
                ]
            };
            case.ledger.iter().map(row).collect()
        },
    },
    Table {
        name: "measures",
        title: "What the authority did",
        columns: &[
            text("kind", "fine, reprimand, bring-into-compliance ..."),
            integer("amount_minor", "Of a periodic penalty, the sum per period in minor units."),
            text("currency", "ISO 4217 code."),
            text("party_id", "Against which party, where they differ."),
            text("note", "What is ordered, by when, in a few words of ours."),
        ],
        rows: |case| {
            let row = |measure: &fineprint_model::Measure| {
                let (amount, currency) = money(measure.amount.as_ref());
                vec![
                    measure.kind.as_str().to_owned(),
                    amount,
                    currency,
                    measure.party.as_ref().map(ToString::to_string).unwrap_or_default(),
                    measure.note.clone().unwrap_or_default(),
                ]
            };
            case.measures.iter().map(row).collect()
        },
    },
    Table {
        name: "appeals",
        title: "Appeals in the order they were lodged",
        columns: &[
            text("body", "The court or board."),
            text("reference", "Its number or ECLI."),
            partial("lodged_on", "When it was lodged."),
            partial("decided_on", "When it was decided."),
            text("result", "pending, upheld, reduced, increased, partly-annulled, annulled, remitted ..."),
            text("note", "In a few words of ours."),
        ],
        rows: |case| {
            let row = |appeal: &fineprint_model::Appeal| {
                vec![
                    appeal.body.clone(),
                    appeal.reference.clone().unwrap_or_default(),
                    date(&appeal.lodged_on),
                    date(&appeal.decided_on),
                    appeal.result.as_str().to_owned(),
                    appeal.note.clone().unwrap_or_default(),
                ]
            };
            case.appeals.iter().map(row).collect()
        },
    },
    Table {
        name: "factors",
        title: "Factors of Art. 83(2) GDPR that a decision weighs",
        columns: &[
            text("factor", "The point of Art. 83(2), a to k."),
            text("direction", "aggravating, mitigating or neutral."),
            text("note", "In a few words of ours."),
        ],
        rows: |case| {
            let row = |factor: &fineprint_model::Factor| {
                vec![
                    factor.factor.clone(),
                    factor.direction.as_str().to_owned(),
                    factor.note.clone().unwrap_or_default(),
                ]
            };
            case.factors.iter().map(row).collect()
        },
    },
    Table {
        name: "sources",
        title: "Publications each case rests on, and their terms",
        columns: &[
            text("source_id", "Name within the case."),
            text("kind", "official-decision, official-press-release, wiki ..."),
            text("url", "Address."),
            text("title", "As published."),
            text("publisher", "Who published it."),
            text("language", "ISO 639-1 code."),
            text("licence", "Under which terms its facts may be passed on."),
        ],
        rows: |case| {
            let row = |source: &fineprint_model::Source| {
                vec![
                    source.id.to_string(),
                    source.kind.as_str().to_owned(),
                    source.url.as_deref().and_then(link::external).unwrap_or_default().to_owned(),
                    source.title.clone().unwrap_or_default(),
                    source.publisher.clone().unwrap_or_default(),
                    source.language.clone().unwrap_or_default(),
                    source.licence.clone().unwrap_or_default(),
                ]
            };
            case.sources.iter().map(row).collect()
        },
    },
];

/// The columns that tables beside the cases begin with.
const KEY: [Column; 2] =
    [text("case_id", "The case, as in `cases.csv`."), integer("position", "Place in the record's list, from 1.")];

fn term<T: Term>(value: &Stated<T>) -> String {
    value.value().map_or_else(String::new, |term| term.as_str().to_owned())
}

fn date(value: &Stated<PartialDate>) -> String {
    value.value().map_or_else(String::new, ToString::to_string)
}

fn money(amount: Option<&Money>) -> (String, String) {
    amount.map_or_else(Default::default, |money| (money.amount_minor.to_string(), money.currency.to_string()))
}

/// A file of the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name within the package's folder.
    pub name: String,
    /// Its content.
    pub body: String,
}

/// What is said of the package as a whole.
#[derive(Debug, Clone, Copy)]
pub struct Package<'a> {
    /// When it was made, ISO 8601 with time zone (RFC 3339).
    pub created: &'a str,
    /// Where the collection is served; `None` for a file that leads nowhere.
    pub homepage: Option<&'a str>,
    /// Digest of a file's content, as 64 lower-case hex digits of SHA-256.
    pub sha256: fn(&[u8]) -> String,
}

/// The package: its description, `datapackage.json`, first, then a CSV file for each table.
///
/// # Errors
/// [`Error::Write`] where the writer fails.
pub fn files<'a>(cases: impl Iterator<Item = &'a Case> + Clone, package: Package<'_>) -> Result<Vec<File>> {
    let mut files = vec![File { name: "cases.csv".to_owned(), body: csv::cases(cases.clone(), Dialect::Plain)? }];
    for table in &TABLES {
        let head = KEY.iter().chain(table.columns).map(|column| column.name.to_owned()).collect();
        let rows = cases.clone().flat_map(|case| {
            (table.rows)(case).into_iter().enumerate().map(|(at, row)| {
                [case.id.to_string(), (at + 1).to_string()].into_iter().chain(row).collect::<Vec<String>>()
            })
        });
        let body = csv::write(std::iter::once(head).chain(rows), Dialect::Plain)?;
        files.push(File { name: format!("{}.csv", table.name), body });
    }
    let descriptor = serde_json::to_string_pretty(&descriptor(&files, package))
        .map_err(|error| Error::Write { format: "JSON", message: error.to_string() })?;
    files.insert(0, File { name: "datapackage.json".to_owned(), body: descriptor + "\n" });
    Ok(files)
}

fn descriptor(files: &[File], package: Package<'_>) -> Value {
    let schemas = std::iter::once(("cases", "Cases, one a row", cases_schema()))
        .chain(TABLES.iter().map(|table| (table.name, table.title, table_schema(table))));
    let resources: Vec<Value> = schemas
        .zip(files)
        .map(|((name, title, schema), file)| {
            json!({
                "name": name,
                "title": title,
                "path": file.name,
                "profile": "tabular-data-resource",
                "scheme": "file",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "dialect": { "delimiter": ",", "lineTerminator": "\r\n", "header": true },
                "bytes": file.body.len(),
                "hash": format!("sha256:{}", (package.sha256)(file.body.as_bytes())),
                "schema": schema,
            })
        })
        .collect();
    let mut descriptor = json!({
        "profile": "tabular-data-package",
        "name": "fineprint-cases",
        "title": "Regulatory enforcement cases",
        "description": "Decisions of data-protection and other authorities: parties, fines as ledgers of dated events, provisions \
            and what was found of each, measures, appeals, sources. An empty cell means not known, never zero.",
        "version": env!("CARGO_PKG_VERSION"),
        "created": package.created,
        "licenses": [{ "name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0", "path": "https://creativecommons.org/licenses/by/4.0/" }],
        "contributors": [{ "title": "fineprint contributors", "role": "author" }],
        "sources": [{ "title": "Decisions and press releases of the authorities; each with its terms in sources.csv" }],
        "resources": resources,
    });
    if let (Some(homepage), Some(fields)) = (package.homepage, descriptor.as_object_mut()) {
        fields.insert("homepage".to_owned(), homepage.into());
    }
    descriptor
}

fn field(column: &Column) -> Value {
    let mut field = json!({ "name": column.name, "description": column.description });
    let (kind, pattern) = match column.kind {
        Kind::Text => ("string", None),
        Kind::Integer => ("integer", None),
        Kind::Number => ("number", None),
        Kind::Day => ("date", None),
        Kind::PartialDate => ("string", Some("[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")),
    };
    if let Some(fields) = field.as_object_mut() {
        fields.insert("type".to_owned(), kind.into());
        if let Some(pattern) = pattern {
            fields.insert("constraints".to_owned(), json!({ "pattern": pattern }));
        }
    }
    field
}

/// The kinds of the columns of the case list that are not text.
fn case_kind(name: &str) -> Kind {
    match name {
        "eur_rate_date" => Kind::Day,
        "decided_on" | "published_on" => Kind::PartialDate,
        "eur_rate" | "turnover_share" => Kind::Number,
        "affected_people" | "affected_organisations" => Kind::Integer,
        _ if name.ends_with("_minor") => Kind::Integer,
        _ => Kind::Text,
    }
}

fn cases_schema() -> Value {
    let fields: Vec<Value> = csv::COLUMNS
        .iter()
        .map(|&(name, description)| field(&Column { name, kind: case_kind(name), description }))
        .collect();
    json!({ "fields": fields, "primaryKey": "id", "missingValues": [""] })
}

fn table_schema(table: &Table) -> Value {
    let fields: Vec<Value> = KEY.iter().chain(table.columns).map(field).collect();
    json!({
        "fields": fields,
        "primaryKey": ["case_id", "position"],
        "foreignKeys": [{ "fields": "case_id", "reference": { "resource": "cases", "fields": "id" } }],
        "missingValues": [""],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package() -> Package<'static> {
        Package { created: "2030-01-01T00:00:00Z", homepage: None, sha256: |bytes| format!("{:064x}", bytes.len()) }
    }

    fn case() -> Case {
        Case::from_json(
            r#"{"schema": 1, "id": "xx-a-1", "authority": "xx-a", "decided_on": "2030-02",
                "parties": [{"id": "shop", "name": "Shop; and more", "role": "controller", "sectors": ["health", "education"]}],
                "findings": [{"provision": "gdpr/32/1", "finding": "violated", "violations": ["security"]},
                             {"provision": "gdpr/83", "finding": "procedural"}],
                "ledger": [{"event": "imposed", "on": "2030", "amount": {"missing": "not-published"}},
                           {"event": "reduced", "amount": {"amount_minor": 500, "currency": "EUR"}}]}"#,
        )
        .unwrap()
    }

    #[test]
    fn each_row_has_the_columns_its_schema_describes() {
        let case = case();
        let files = files(std::iter::once(&case), package()).unwrap();
        let descriptor: Value = serde_json::from_str(&files[0].body).unwrap();
        let resources = descriptor["resources"].as_array().unwrap();
        assert_eq!(resources.len(), files.len() - 1);
        for (resource, file) in resources.iter().zip(&files[1..]) {
            assert_eq!(resource["path"], file.name.as_str());
            let described: Vec<&str> = resource["schema"]["fields"]
                .as_array()
                .unwrap()
                .iter()
                .map(|field| field["name"].as_str().unwrap())
                .collect();
            let mut reader = ::csv::Reader::from_reader(file.body.as_bytes());
            assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), described, "{}", file.name);
            for row in reader.records() {
                assert_eq!(row.unwrap().len(), described.len(), "{}", file.name);
            }
        }
    }

    #[test]
    fn lists_become_rows_that_lead_back_to_their_case() {
        let case = case();
        let files = files(std::iter::once(&case), package()).unwrap();
        let body = |name: &str| files.iter().find(|file| file.name == name).unwrap().body.as_str();
        assert_eq!(
            body("ledger.csv"),
            "case_id,position,event,on,amount_minor,currency,party_id,note\r\n\
             xx-a-1,1,imposed,2030,,,,\r\nxx-a-1,2,reduced,,500,EUR,,\r\n"
        );
        assert!(body("findings.csv").contains("xx-a-1,2,gdpr/83,procedural,,,\r\n"));
        assert!(body("parties.csv").contains("Shop; and more,controller,,,health;education"));
    }

    #[test]
    fn every_column_that_is_no_text_exists() {
        for name in ["eur_rate_date", "decided_on", "eur_rate", "turnover_share", "affected_people", "fine_eur_minor"] {
            assert!(csv::COLUMNS.iter().any(|(column, _)| *column == name), "{name}");
            assert_ne!(case_kind(name), Kind::Text, "{name}");
        }
    }
}
