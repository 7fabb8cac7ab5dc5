//! Citations of a case: plain text, CSL-JSON, BibTeX, RIS, and the meta tags that reference managers read.

use chrono::Datelike;
use fineprint_model::{Case, PartialDate, Source};
use serde_json::json;

use super::json_ld::case_url;
use crate::error::{Error, Result};
use crate::format::{date, day, tidy};
use crate::page::Site;
use crate::{label, title};

/// The official publication, which is what a lawyer cites; else the first source.
fn best_source(case: &Case) -> Option<&Source> {
    case.sources
        .iter()
        .filter(|source| source.url.as_deref().and_then(crate::link::external).is_some())
        .min_by_key(|source| source.kind.rank())
}

/// The case as a footnote names it: "CNIL, SAN-2022-009, 15 April 2022, Dedalus Biologie".
fn short(case: &Case) -> String {
    let mut parts = vec![label::authority_name(&case.authority)];
    parts.extend(case.reference.value().map(|text| tidy(text)));
    parts.extend(case.dated().map(date));
    parts.push(title::respondents(case));
    parts.join(", ")
}

/// One line of text.
pub fn text(site: &Site, case: &Case) -> String {
    let mut out = format!("{}. ", short(case));
    if let Some(url) = best_source(case).and_then(|source| source.url.as_deref()) {
        out.push_str(&format!("{url}. "));
    }
    out.push_str(&format!("Record: fineprint, {}, read on {}.", case_url(site, case), day(site.today)));
    out
}

fn date_parts(date: PartialDate) -> Vec<i64> {
    let mut parts = vec![i64::from(date.get_year())];
    parts.extend(date.get_month().map(i64::from));
    parts.extend(date.get_day().map(i64::from));
    parts
}

/// CSL-JSON, type `legal_case`.
///
/// # Errors
/// [`Error::Write`] where a value cannot be written.
pub fn csl_json(site: &Site, case: &Case) -> Result<String> {
    let mut item = json!({
        "id": case.id,
        "type": "legal_case",
        "title": title::title(case).to_string(),
        "authority": label::authority_name(&case.authority),
        "jurisdiction": label::country(&label::authority_country(&case.authority)),
        "URL": best_source(case).and_then(|source| source.url.clone()).unwrap_or_else(|| case_url(site, case)),
        "archive_location": case_url(site, case),
        "accessed": {"date-parts": [[site.today.year(), site.today.month(), site.today.day()]]},
    });
    if let Some(fields) = item.as_object_mut() {
        if let Some(reference) = case.reference.value() {
            fields.insert("number".into(), json!(tidy(reference)));
        }
        if let Some(date) = case.dated() {
            fields.insert("issued".into(), json!({"date-parts": [date_parts(date)]}));
        }
        if let Some(language) = &case.language {
            fields.insert("language".into(), json!(language));
        }
    }
    let mut text = serde_json::to_string_pretty(&json!([item]))
        .map_err(|error| Error::Write { format: "CSL-JSON", message: error.to_string() })?;
    text.push('\n');
    Ok(text)
}

/// Text within BibTeX braces.
fn bibtex(text: &str) -> String {
    let mut out = String::new();
    for c in tidy(text).chars() {
        match c {
            '\\' => out.push_str("\\textbackslash{}"),
            '{' | '}' | '%' | '&' | '#' | '$' | '_' => {
                out.push('\\');
                out.push(c);
            }
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '\u{a0}' | '\u{202f}' => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}

/// BibTeX, `@misc`, which every style knows.
pub fn bib(site: &Site, case: &Case) -> String {
    let mut fields = vec![
        ("title", format!("{{{}}}", bibtex(&title::title(case).to_string()))),
        ("author", format!("{{{}}}", bibtex(&label::authority_name(&case.authority)))),
    ];
    fields.extend(case.reference.value().map(|text| ("number", bibtex(text))));
    if let Some(date) = case.dated() {
        fields.push(("year", date.get_year().to_string()));
        fields.extend(date.get_month().map(|month| ("month", month.to_string())));
        fields.extend(date.get_day().map(|day| ("day", day.to_string())));
    }
    let url = best_source(case).and_then(|source| source.url.clone()).unwrap_or_else(|| case_url(site, case));
    fields.push(("url", url.replace(['{', '}', '\\'], "")));
    fields.push(("urldate", site.today.to_string()));
    fields.push(("note", format!("Record: fineprint, {}", bibtex(&case_url(site, case)))));
    let body: Vec<String> = fields.into_iter().map(|(name, value)| format!("  {name} = {{{value}}}")).collect();
    format!("@misc{{{},\n{}\n}}\n", case.id, body.join(",\n"))
}

/// RIS, type `CASE`.
pub fn ris(site: &Site, case: &Case) -> String {
    let mut lines = vec![
        ("TY", "CASE".to_owned()),
        ("ID", case.id.to_string()),
        ("TI", title::title(case).to_string()),
        ("AU", label::authority_name(&case.authority)),
        ("CY", label::country(&label::authority_country(&case.authority))),
    ];
    lines.extend(case.reference.value().map(|text| ("SV", text.clone())));
    if let Some(date) = case.dated() {
        lines.push(("PY", date.get_year().to_string()));
        let part = |value: Option<u32>| value.map_or_else(String::new, |value| format!("{value:02}"));
        lines.push(("DA", format!("{}/{}/{}/", date.get_year(), part(date.get_month()), part(date.get_day()))));
    }
    lines.extend(case.summary.as_deref().map(|text| ("AB", text.to_owned())));
    lines.extend(best_source(case).and_then(|source| source.url.clone()).map(|url| ("UR", url)));
    lines.push(("L2", case_url(site, case)));
    lines.push(("Y2", site.today.format("%Y/%m/%d/").to_string()));
    lines.push(("ER", String::new()));
    lines
        .into_iter()
        .map(|(tag, value)| format!("{tag}  - {}\r\n", tidy(&value).replace(['\u{a0}', '\u{202f}'], " ")))
        .collect()
}

/// Meta tags of the page: Dublin Core and the citation tags.
pub fn meta(site: &Site, case: &Case) -> Vec<(&'static str, String)> {
    let heading = title::title(case).to_string();
    let mut tags = vec![
        ("citation_title", heading.clone()),
        ("citation_author", label::authority_name(&case.authority)),
        ("DC.title", heading),
        ("DC.creator", label::authority_name(&case.authority)),
        ("DC.identifier", case_url(site, case)),
    ];
    if let Some(date) = case.dated() {
        tags.push(("citation_publication_date", date.to_string().replace('-', "/")));
        tags.push(("DC.date", date.to_string()));
    }
    tags.extend(case.reference.value().map(|text| ("citation_technical_report_number", tidy(text))));
    tags.extend(case.language.iter().map(|code| ("DC.language", tidy(code))));
    tags
}
