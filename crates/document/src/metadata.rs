//! What a page says about itself: title, dates, language, address, site.

use std::collections::BTreeMap;

use fineprint_model::PartialDate;
use scraper::node::Node;
use url::Url;

use crate::dates;
use crate::html::{absolute, text_of};

/// What was found in a page's head and marks.
#[derive(Debug, Default)]
pub struct Metadata {
    /// The title without the site's name.
    pub title: Option<String>,
    /// The main heading as it stands in the body.
    pub headline: Option<String>,
    /// The language the page states, ISO 639-1.
    pub language: Option<String>,
    /// The date the page states.
    pub published_on: Option<PartialDate>,
    /// The page's own address.
    pub url: Option<String>,
    /// The site's name.
    pub site: Option<String>,
    /// `meta` name or property in lower case -> content.
    pub meta: BTreeMap<String, String>,
    /// What relative links are relative to.
    pub base: Option<Url>,
    /// Whether these are data, and no page or text.
    pub is_data: bool,
}

/// Names under which pages state when they were published, the surest first.
const PUBLISHED: &[&str] = &[
    "article:published_time",
    "og:published_time",
    "datepublished",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.issued",
    "dcterms.date",
    "dc.date",
    "dcterms:date",
    "publication_date",
    "publish-date",
    "pubdate",
    "date",
];

impl Metadata {
    /// Reads the marks of a page; `address` is where the caller says it stands.
    pub fn of_page(page: &scraper::Html, address: Option<&str>) -> Self {
        let mut found = Self::default();
        let mut canonical = None;
        let mut base = None;
        let mut page_title = None;
        let mut headings = Vec::new();
        let mut times = Vec::new();
        let mut linked_data = None;
        let mut content_language = None;
        for node in page.tree.nodes() {
            let Some(element) = node.value().as_element() else { continue };
            match element.name() {
                "html" => found.language = element.attr("lang").and_then(language_code),
                "meta" => {
                    let key = element.attr("property").or(element.attr("name")).or(element.attr("itemprop"));
                    if let (Some(key), Some(content)) = (key, element.attr("content")) {
                        let content = content.trim();
                        if !content.is_empty() {
                            found.meta.entry(key.to_lowercase()).or_insert_with(|| content.to_owned());
                        }
                    }
                    if element.attr("http-equiv").is_some_and(|name| name.eq_ignore_ascii_case("content-language")) {
                        content_language = element.attr("content").and_then(language_code);
                    }
                }
                "link" if element.attr("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) => {
                    canonical = element.attr("href");
                }
                "base" => base = base.or(element.attr("href")),
                "title" if page_title.is_none() && node.ancestors().count() <= 4 => {
                    page_title = Some(text_of(node)).filter(|title| !title.is_empty());
                }
                "h1" => headings.extend(Some(text_of(node)).filter(|heading| !heading.is_empty())),
                "time" => {
                    let date = element.attr("datetime").and_then(dates::labelled);
                    let sure = element.attr("itemprop") == Some("datePublished") || element.attr("pubdate").is_some();
                    times.extend(date.map(|date| (!sure, times.len(), date)));
                }
                "script" if linked_data.is_none() => {
                    let is_data = element.attr("type").is_some_and(|kind| kind.contains("ld+json"));
                    linked_data = is_data.then(|| linked_date(node)).flatten();
                }
                _ => {}
            }
        }
        let address = address.and_then(|address| Url::parse(address).ok());
        found.url = canonical
            .or(found.meta.get("og:url").map(String::as_str))
            .and_then(|href| absolute(address.as_ref(), href))
            .or_else(|| address.as_ref().filter(|url| url.scheme().starts_with("http")).map(Url::to_string));
        let own = found.url.as_deref().and_then(|url| Url::parse(url).ok()).or(address);
        found.base = match base {
            Some(href) => absolute(own.as_ref(), href).and_then(|href| Url::parse(&href).ok()).or(own),
            None => own,
        };
        found.site = found.meta.get("og:site_name").cloned();
        let stated = ["dc.language", "dcterms.language", "og:locale", "language"];
        found.language = found
            .language
            .or(content_language)
            .or_else(|| stated.iter().find_map(|key| found.meta.get(*key)).and_then(|text| language_code(text)));
        times.sort_unstable();
        found.published_on = linked_data
            .or_else(|| PUBLISHED.iter().find_map(|key| found.meta.get(*key).and_then(|text| dates::labelled(text))))
            .or_else(|| times.first().map(|(_, _, date)| *date));
        // Of several main headings only one that the title repeats is sure to be the notice's own.
        found.headline = match headings.as_slice() {
            [only] => Some(only.clone()),
            several => several
                .iter()
                .find(|heading| page_title.as_deref().is_some_and(|title| title.starts_with(heading.as_str())))
                .or(several.first())
                .cloned(),
        };
        let without_site =
            page_title.map(|title| without_site(&title, found.site.as_deref(), found.headline.as_deref()));
        found.title = found.meta.get("og:title").cloned().or_else(|| found.headline.clone()).or(without_site);
        if let (Some(title), Some(site)) = (&found.title, &found.site) {
            found.title = Some(self::without_site(title, Some(site), None));
        }
        found
    }
}

/// A page title cut before the site's name.
fn without_site(title: &str, site: Option<&str>, headline: Option<&str>) -> String {
    if let Some(headline) = headline
        && title.starts_with(headline)
    {
        return headline.to_owned();
    }
    let cut =
        [" | ", " – ", " — ", " - ", " :: ", " · "].iter().filter_map(|mark| title.rfind(mark).map(|at| (at, mark)));
    match cut.max() {
        Some((at, mark)) => {
            let (head, tail) = (title.get(..at).unwrap_or(title), title.get(at + mark.len()..).unwrap_or_default());
            let names_site = site.is_some_and(|site| tail.trim().eq_ignore_ascii_case(site.trim()));
            let is_bar = *mark == " | " || *mark == " :: ";
            if names_site || (is_bar && tail.len() < head.len()) { head.trim().to_owned() } else { title.to_owned() }
        }
        None => title.to_owned(),
    }
}

/// `datePublished` of embedded JSON-LD, read as text: scripts of real pages are often not quite JSON.
fn linked_date(script: ego_tree::NodeRef<'_, Node>) -> Option<PartialDate> {
    let text: String = script.children().filter_map(|child| child.value().as_text().map(|text| &**text)).collect();
    let rest =
        text.split_once("\"datePublished\"")?.1.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    dates::labelled(rest.split('"').next()?)
}

/// `fr-FR`, `fr_FR` or `FR` as `fr`; `None` for what is no code of two letters.
pub fn language_code(text: &str) -> Option<String> {
    let code = text.trim().split(['-', '_', ',']).next()?.to_lowercase();
    (code.len() == 2 && code.bytes().all(|b| b.is_ascii_lowercase())).then_some(code)
}
