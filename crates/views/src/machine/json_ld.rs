//! Linked data (schema.org) for search engines and reference managers.

use fineprint_model::{Case, PartyKind};
use serde_json::{Value, json};

use crate::format::tidy;
use crate::link;
use crate::page::{Page, Site, last_change};
use crate::{label, title};

/// The case's public address; a path from the root where the site's own is not known.
pub fn case_url(site: &Site, case: &Case) -> String {
    absolute(site, &link::case(&case.id))
}

fn absolute(site: &Site, path: &str) -> String {
    site.base_url.as_ref().map_or_else(|| format!("/{path}"), |base| format!("{base}/{path}"))
}

/// Written so that no text in it can end the script element it stands in.
fn script(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

fn crumb_list(page: &Page<'_>) -> Value {
    let mut items: Vec<Value> =
        vec![json!({"@type": "ListItem", "position": 1, "name": "fineprint", "item": absolute(page.site, "")})];
    for crumb in &page.crumbs {
        items.push(json!({"@type": "ListItem", "position": items.len() + 1, "name": crumb.text, "item": absolute(page.site, &crumb.href)}));
    }
    items.push(json!({"@type": "ListItem", "position": items.len() + 1, "name": page.title, "item": absolute(page.site, &page.path)}));
    json!({"@type": "BreadcrumbList", "itemListElement": items})
}

/// The way down to a page.
pub fn breadcrumbs(page: &Page<'_>) -> String {
    let mut list = crumb_list(page);
    if let Some(fields) = list.as_object_mut() {
        fields.insert("@context".into(), json!("https://schema.org"));
    }
    script(&list)
}

/// The site and its search.
pub fn website(site: &Site) -> String {
    let mut value = json!({
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": "fineprint",
        "url": absolute(site, ""),
        "inLanguage": "en",
    });
    if site.served
        && site.base_url.is_some()
        && let Some(fields) = value.as_object_mut()
    {
        fields.insert(
            "potentialAction".into(),
            json!({
                "@type": "SearchAction",
                "target": {"@type": "EntryPoint", "urlTemplate": format!("{}?q={{search_term_string}}", absolute(site, "search/"))},
                "query-input": "required name=search_term_string",
            }),
        );
    }
    script(&value)
}

/// The whole collection as a data set with its downloads.
pub fn dataset(page: &Page<'_>) -> String {
    let site = page.site;
    let download = |name: &str, kind: &str| json!({"@type": "DataDownload", "encodingFormat": kind, "contentUrl": absolute(site, name)});
    let mut dataset = json!({
        "@type": "Dataset",
        "name": "fineprint: decisions and fines of data protection authorities",
        "description": format!("Structured records of {} regulatory decisions: party, authority, provisions, fine, status, sources.", site.totals.cases),
        "url": absolute(site, &page.path),
        "isAccessibleForFree": true,
        "inLanguage": "en",
        "variableMeasured": ["fine", "provisions violated", "people affected", "status"],
        "distribution": [
            download("data/cases.csv", "text/csv"),
            download("data/cases.json", "application/json"),
            download("data/cases.jsonl", "application/jsonl"),
        ],
    });
    if let (Some(fields), Some(checked)) = (dataset.as_object_mut(), site.totals.last_checked) {
        fields.insert("dateModified".into(), json!(checked));
    }
    script(&json!({"@context": "https://schema.org", "@graph": [dataset, crumb_list(page)]}))
}

/// A case as a report about its parties, based on the decision.
pub fn case(page: &Page<'_>, case: &Case) -> String {
    let about: Vec<Value> = case
        .respondents()
        .filter(|party| !matches!(party.kind.value(), Some(PartyKind::NaturalPerson | PartyKind::Anonymised)))
        .filter_map(|party| party.name.value())
        .map(|name| json!({"@type": "Organization", "name": tidy(name)}))
        .collect();
    let based_on: Vec<&str> =
        case.sources.iter().filter_map(|source| source.url.as_deref().and_then(link::external)).collect();
    let mut report = json!({
        "@type": "Report",
        "headline": title::title(case).to_string(),
        "identifier": case.id,
        "url": case_url(page.site, case),
        "author": {"@type": "Organization", "name": "fineprint"},
        "sourceOrganization": {"@type": "GovernmentOrganization", "name": label::authority_name(&case.authority)},
        "about": about,
        "isBasedOn": based_on,
        "inLanguage": "en",
    });
    if let Some(fields) = report.as_object_mut() {
        if let Some(date) = case.published_on.value().or(case.decided_on.value()) {
            fields.insert("datePublished".into(), json!(date));
        }
        if let Some(date) = last_change(case) {
            fields.insert("dateModified".into(), json!(date));
        }
        if let Some(summary) = &case.summary {
            fields.insert("abstract".into(), json!(tidy(summary)));
        }
        if let Some(reference) = case.reference.value() {
            fields.insert("reportNumber".into(), json!(tidy(reference)));
        }
    }
    script(&json!({"@context": "https://schema.org", "@graph": [report, crumb_list(page)]}))
}
