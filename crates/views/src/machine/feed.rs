//! Feeds: Atom 1.0 and JSON Feed 1.1.

use std::borrow::Cow;
use std::fmt::Write as _;

use chrono::NaiveDate;
use fineprint_model::Case;
use serde_json::json;

use super::json_ld::case_url;
use crate::error::{Error, Result};
use crate::format::{escape, tidy};
use crate::line::Line;
use crate::page::{Site, last_change};
use crate::{label, title};

/// Entries of a feed, unless more than that changed within the last week.
pub const ENTRIES: usize = 50;

/// Most entries of a feed: a first import makes everything new, and nobody reads on for so long.
const MOST: usize = 250;

/// Ids of entries never change, wherever a copy of the site stands. The name is reserved (RFC 2606), so that
/// nobody else can mint the same ids.
const TAG: &str = "tag:fineprint.invalid,2026:";

/// What a feed is of.
#[derive(Debug, Clone)]
pub struct Feed<'a> {
    /// Its title.
    pub title: &'a str,
    /// Address of the feed from the site's root.
    pub path: &'a str,
    /// Address of the page with the same content from the site's root.
    pub page: &'a str,
}

/// When an entry last really changed: the record's last change, else the decision's first possible day.
fn updated(case: &Case) -> NaiveDate {
    last_change(case).or(case.dated()).map_or(NaiveDate::MIN, |date| date.first_day())
}

/// The newest changes first: at least [`ENTRIES`], or all of the last week up to [`MOST`], so that no ordinary burst is lost.
fn entries<'a>(site: &Site, cases: impl Iterator<Item = &'a Case>) -> Vec<&'a Case> {
    let mut cases: Vec<&Case> = cases.filter(|case| !case.noindex).collect();
    cases.sort_by(|a, b| {
        updated(b).cmp(&updated(a)).then_with(|| b.dated().cmp(&a.dated())).then_with(|| a.id.cmp(&b.id))
    });
    let week = site.today - chrono::Duration::days(7);
    let fresh = cases.iter().take_while(|case| updated(case) >= week).count().min(MOST);
    cases.truncate(fresh.max(ENTRIES));
    cases
}

fn absolute(site: &Site, path: &str) -> String {
    site.base_url.as_ref().map_or_else(|| path.to_owned(), |base| format!("{base}/{path}"))
}

/// An Atom feed. Without a public address its links are relative to the site's root, stated by `xml:base`.
pub fn atom<'a>(site: &Site, feed: &Feed<'_>, cases: impl Iterator<Item = &'a Case>) -> String {
    atom_of(site, feed, cases, |case| Cow::Owned(entry(site, case)))
}

/// As [`atom`], with entries from elsewhere: of each case what [`entry`] gives.
pub fn atom_of<'a>(
    site: &Site,
    feed: &Feed<'_>,
    cases: impl Iterator<Item = &'a Case>,
    entry: impl Fn(&'a Case) -> Cow<'a, str>,
) -> String {
    let entries = entries(site, cases);
    let newest =
        entries.iter().map(|case| updated(case)).max().filter(|day| *day > NaiveDate::MIN).unwrap_or(site.today);
    let base = site.base_url.as_ref().map_or_else(|| crate::link::root_of(feed.path), |base| format!("{base}/"));
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    let _ =
        writeln!(out, "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\" xml:base=\"{}\">", escape(&base));
    let _ = writeln!(out, "  <title>fineprint: {}</title>", escape(&tidy(feed.title)));
    let _ = writeln!(out, "  <id>{TAG}{}</id>", escape(&crate::link::encode(feed.path)));
    let _ = writeln!(out, "  <updated>{newest}T00:00:00Z</updated>");
    let _ = writeln!(out, "  <author><name>fineprint</name></author>");
    let _ = writeln!(out, "  <link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>", escape(feed.path));
    let _ = writeln!(
        out,
        "  <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>",
        escape(if feed.page.is_empty() { "./" } else { feed.page })
    );
    for case in entries {
        out.push_str(&entry(case));
    }
    out.push_str("</feed>\n");
    out
}

/// A case's entry, which is the same in every feed.
pub fn entry(site: &Site, case: &Case) -> String {
    let mut out = String::new();
    let line = Line::new(case, None);
    let _ = writeln!(out, "  <entry>");
    let _ = writeln!(out, "    <title>{}</title>", escape(&title::title(case).to_string()));
    let _ = writeln!(out, "    <id>{TAG}case/{}</id>", case.id);
    let day = updated(case);
    let day = if day == NaiveDate::MIN { site.today } else { day };
    let _ = writeln!(out, "    <updated>{day}T00:00:00Z</updated>");
    if let Some(date) = case.published_on.value().or(case.decided_on.value()) {
        let _ = writeln!(out, "    <published>{}T00:00:00Z</published>", date.first_day());
    }
    let _ = writeln!(out, "    <link rel=\"alternate\" type=\"text/html\" href=\"case/{}/\"/>", case.id);
    for source in case.sources.iter().filter_map(|source| source.url.as_deref().and_then(crate::link::external)) {
        let _ = writeln!(out, "    <link rel=\"via\" href=\"{}\"/>", escape(source));
    }
    let mut terms = vec![("status", case.status().to_string()), ("authority", case.authority.to_string())];
    terms.extend(crate::figures::keys(crate::link::Topic::Law, case).into_iter().map(|key| ("article", key)));
    terms.extend(crate::figures::keys(crate::link::Topic::Sector, case).into_iter().map(|key| ("sector", key)));
    for (scheme, term) in terms {
        let _ = writeln!(out, "    <category scheme=\"{TAG}{scheme}\" term=\"{}\"/>", escape(&term));
    }
    let _ = writeln!(out, "    <content type=\"html\">{}</content>", escape(&content(case, &line)));
    let _ = writeln!(out, "  </entry>");
    out
}

fn content(case: &Case, line: &Line) -> String {
    let facts = [
        ("Amount", line.amount.clone()),
        ("Status", line.badge.label()),
        ("Authority", label::authority_name(&case.authority)),
        ("Date", line.date.clone()),
        ("Provisions", line.provisions.clone()),
    ];
    let mut html = String::new();
    if let Some(summary) = &case.summary {
        let _ = write!(html, "<p>{}</p>", escape(&tidy(summary)));
    }
    html.push_str("<ul>");
    for (name, value) in facts.into_iter().filter(|(_, value)| !value.is_empty()) {
        let _ = write!(html, "<li>{name}: {}</li>", escape(&value));
    }
    html.push_str("</ul>");
    html
}

/// A JSON feed.
///
/// # Errors
/// [`Error::Write`] where a value cannot be written.
pub fn json<'a>(site: &Site, feed: &Feed<'_>, cases: impl Iterator<Item = &'a Case>) -> Result<String> {
    let items: Vec<serde_json::Value> = entries(site, cases)
        .into_iter()
        .map(|case| {
            let line = Line::new(case, None);
            json!({
                "id": format!("{TAG}case/{}", case.id),
                "url": case_url(site, case),
                "title": title::title(case).to_string(),
                "content_html": content(case, &line),
                "date_modified": format!("{}T00:00:00Z", updated(case)),
                "tags": [case.status().as_str(), case.authority.as_str()],
            })
        })
        .collect();
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": format!("fineprint: {}", tidy(feed.title)),
        "home_page_url": absolute(site, feed.page),
        "feed_url": absolute(site, feed.path),
        "language": "en",
        "items": items,
    });
    let mut text = serde_json::to_string_pretty(&feed)
        .map_err(|error| Error::Write { format: "JSON Feed", message: error.to_string() })?;
    text.push('\n');
    Ok(text)
}
