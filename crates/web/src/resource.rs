//! Everything that has an address and needs no question: the service answers with it, the export writes it.

use fineprint_model::{CaseId, PartialDate};
use fineprint_views::chart::Chart;
use fineprint_views::link::{self, Topic};
#[cfg(feature = "service")]
use fineprint_views::machine::card;
use fineprint_views::machine::csv::Dialect;
use fineprint_views::machine::feed::Feed;
use fineprint_views::machine::json::ListHead;
use fineprint_views::machine::{cite, csv, feed, json, sitemap};
use fineprint_views::page::{self, CaseContext, GroupContext, HomeContext, IndexContext};
use fineprint_views::title;

use crate::app::Snapshot;
use crate::assets;
use crate::error::Result;
#[cfg(feature = "service")]
use crate::picture;

/// Media types.
pub(crate) mod kind {
    pub const HTML: &str = "text/html; charset=utf-8";
    pub const JSON: &str = "application/json";
    pub const JSONL: &str = "application/jsonl; charset=utf-8";
    pub const CSV: &str = "text/csv; charset=utf-8";
    pub const ATOM: &str = "application/atom+xml; charset=utf-8";
    pub const JSON_FEED: &str = "application/feed+json";
    pub const XML: &str = "application/xml; charset=utf-8";
    pub const TEXT: &str = "text/plain; charset=utf-8";
    pub const BIB: &str = "application/x-bibtex; charset=utf-8";
    pub const RIS: &str = "application/x-research-info-systems; charset=utf-8";
    pub const CSL: &str = "application/vnd.citationstyles.csl+json";
    pub const SVG: &str = "image/svg+xml";
    #[cfg(feature = "service")]
    pub const PNG: &str = "image/png";
    pub const OPEN_SEARCH: &str = "application/opensearchdescription+xml; charset=utf-8";
    pub const PROBLEM: &str = "application/problem+json";
}

/// A rendered resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Media type.
    pub kind: &'static str,
    /// The content: UTF-8 but for pictures and fonts.
    pub body: Vec<u8>,
    /// Whether search engines are asked not to list it.
    pub noindex: bool,
}

impl Rendered {
    pub(crate) fn new(kind: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self { kind, body: body.into(), noindex: false }
    }

    /// The content as text; empty for pictures and fonts.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_default()
    }

    fn html(body: String) -> Self {
        Self::new(kind::HTML, body)
    }
}

/// Similar cases on a case's page.
pub(crate) const SIMILAR: usize = 6;

/// The resource at an address below the root, without a leading slash; `None` where there is none.
///
/// # Errors
/// Where it does not render.
pub fn render(snapshot: &Snapshot, path: &str) -> Result<Option<Rendered>> {
    let site = &snapshot.site;
    let cases = snapshot.cases.as_slice();
    let all = || cases.iter();
    let rendered = match path {
        "" => Rendered::html(page::home(site, &HomeContext { cases })?),
        "search/" if site.engine.is_some() => {
            // What the engine answers to no question; with it the reader goes on from there.
            return match crate::search::page(snapshot, None)? {
                crate::answer::Answer::Ok(rendered) => Ok(Some(rendered)),
                _ => Ok(None),
            };
        }
        "search/" => Rendered::html(page::static_search(site, cases)?),
        "statistics/" => Rendered::html(page::statistics(site, cases)?),
        "data/" => Rendered::html(page::data(site)?),
        "about/" => Rendered::html(page::about(site)?),
        "sources/" => Rendered::html(page::sources(site, cases, &snapshot.upkeep)?),
        "changes/" => Rendered::html(page::changes(site, cases)?),
        "report/" => Rendered::html(page::report(site, cases, &snapshot.upkeep.visits)?),
        "report/authorities.csv" => {
            Rendered::new(kind::CSV, csv::write(page::report_rows(cases).into_iter(), Dialect::Plain)?)
        }
        "report/links.csv" => {
            let rows = page::link_rows(cases, &snapshot.upkeep.visits);
            Rendered::new(kind::CSV, csv::write(rows.into_iter(), Dialect::Plain)?)
        }
        "sources/sources.csv" => {
            let rows = page::source_rows(cases, &snapshot.upkeep);
            Rendered::new(kind::CSV, csv::write(rows.into_iter(), Dialect::Plain)?)
        }
        "compare/" => Rendered::html(page::compare(site, &[], None)?),
        "data/cases.csv" => Rendered::new(kind::CSV, csv::cases(all(), Dialect::Plain)?),
        "data/cases-excel.csv" => Rendered::new(kind::CSV, csv::cases(all(), Dialect::Spreadsheet)?),
        "data/cases.jsonl" => Rendered::new(kind::JSONL, json::lines(all())?),
        "data/cases.json" => {
            Rendered::new(kind::JSON, json::list(site, &ListHead { total: cases.len(), ..ListHead::default() }, all())?)
        }
        "data/filter.json" => Rendered::new(kind::JSON, json::filter_list(all())?),
        "feed.atom" => Rendered::new(kind::ATOM, feed::atom(site, &whole_feed("feed.atom"), all())),
        "feed.json" => Rendered::new(kind::JSON_FEED, feed::json(site, &whole_feed("feed.json"), all())?),
        "robots.txt" => Rendered::new(kind::TEXT, sitemap::robots(site)),
        "sitemap.xml" => {
            return Ok(sitemap::sitemap(site, &pages(snapshot)).map(|body| Rendered::new(kind::XML, body)));
        }
        "opensearch.xml" => return Ok(sitemap::open_search(site).map(|body| Rendered::new(kind::OPEN_SEARCH, body))),
        _ => return render_below(snapshot, path),
    };
    Ok(Some(rendered))
}

fn whole_feed(path: &str) -> Feed<'_> {
    Feed { title: "all decisions", path, page: "" }
}

fn render_below(snapshot: &Snapshot, path: &str) -> Result<Option<Rendered>> {
    let Some((first, rest)) = path.split_once('/') else { return Ok(None) };
    match first {
        "assets" => Ok(assets::all()
            .all()
            .find(|asset| asset.path == path)
            .map(|asset| Rendered::new(asset.kind, asset.body.to_vec()))),
        "case" => render_case(snapshot, rest),
        "statistics" => {
            if let Some(name) = rest.strip_suffix(".csv")
                && let Some((_, rows)) =
                    page::statistics_tables(&snapshot.cases).into_iter().find(|(id, _)| *id == name)
            {
                return Ok(Some(Rendered::new(kind::CSV, csv::write(rows.into_iter(), Dialect::Plain)?)));
            }
            render_chart(&page::statistics_charts(&snapshot.cases), rest)
        }
        _ => match Topic::from_slug(first) {
            Some(topic) => render_topic(snapshot, topic, rest),
            None => Ok(None),
        },
    }
}

/// Pixels of a chart's picture to its unit: sharp in a document.
#[cfg(feature = "service")]
const CHART_SCALE: f32 = 2.0;

/// Forms in which a chart is offered as a file.
const CHART_FORMS: [&str; 3] = ["csv", "svg", "png"];

/// A chart's file, as in `years.svg`.
fn render_chart(charts: &[Chart], file: &str) -> Result<Option<Rendered>> {
    let Some((id, form)) = file.split_once('.') else { return Ok(None) };
    let Some(chart) = charts.iter().find(|chart| chart.id == id) else { return Ok(None) };
    Ok(match form {
        "csv" => Some(Rendered::new(kind::CSV, csv::write(chart.csv.iter().cloned(), Dialect::Plain)?)),
        "svg" => Some(Rendered::new(kind::SVG, chart.file.clone())),
        #[cfg(feature = "service")]
        "png" => Some(Rendered::new(kind::PNG, picture::png(&chart.file, CHART_SCALE)?)),
        _ => None,
    })
}

/// The addresses of charts' files.
fn chart_files(charts: Vec<Chart>) -> impl Iterator<Item = String> {
    let stems = charts.into_iter().filter_map(|chart| chart.stem);
    stems.flat_map(|stem| CHART_FORMS.map(|form| format!("{stem}.{form}")))
}

fn render_case(snapshot: &Snapshot, rest: &str) -> Result<Option<Rendered>> {
    let site = &snapshot.site;
    let (id, form) = match rest.split_once(['/', '.']) {
        Some((id, "")) if rest.ends_with('/') => (id, ""),
        Some((id, form)) if rest[id.len()..].starts_with('.') => (id, form),
        _ => return Ok(None),
    };
    let Some(case) = CaseId::new(id).ok().and_then(|id| snapshot.case(&id)) else { return Ok(None) };
    let mut rendered = match form {
        "" => {
            let similar = snapshot.engine.similar(&case.id, SIMILAR)?;
            let similar: Vec<_> = similar
                .into_iter()
                .filter_map(|similar| snapshot.case(&similar.id).map(|other| (similar, other)))
                .collect();
            Rendered::html(page::case(site, &CaseContext { case, similar: &similar })?)
        }
        "json" => Rendered::new(kind::JSON, json::case(case)?),
        "bib" => Rendered::new(kind::BIB, cite::bib(site, case)),
        "ris" => Rendered::new(kind::RIS, cite::ris(site, case)),
        #[cfg(feature = "service")]
        "png" => Rendered::new(kind::PNG, picture::png(&card::card(site, case), 1.0)?),
        "csl.json" => Rendered::new(kind::CSL, cite::csl_json(site, case)?),
        _ => return Ok(None),
    };
    rendered.noindex = case.noindex;
    Ok(Some(rendered))
}

fn render_topic(snapshot: &Snapshot, topic: Topic, rest: &str) -> Result<Option<Rendered>> {
    let site = &snapshot.site;
    if rest.is_empty() {
        let listed: usize =
            snapshot.cases.iter().filter(|case| !fineprint_views::figures::keys(topic, case).is_empty()).count();
        let context = IndexContext { topic, rows: snapshot.rows(topic), without: snapshot.cases.len() - listed };
        return Ok(Some(Rendered::html(page::index(site, &context)?)));
    }
    if rest == "index.csv" {
        let rows = fineprint_views::chart::breakdown_csv(snapshot.rows(topic));
        return Ok(Some(Rendered::new(kind::CSV, csv::write(rows.into_iter(), Dialect::Plain)?)));
    }
    let Some((key, file)) = rest.rsplit_once('/') else { return Ok(None) };
    // A further page of the list: `<key>/page/<n>/`.
    if file.is_empty()
        && let Some((group, number)) = key.rsplit_once("/page/")
        && let Ok(number) = number.parse::<usize>()
        && let Some(cases) = snapshot.group(topic, group)
    {
        let exists = number > 1 && number <= cases.len().div_ceil(page::PER_PAGE);
        if !exists {
            return Ok(None);
        }
        let context = GroupContext { topic, key: group, cases: &cases, all: &snapshot.cases, number };
        return Ok(Some(Rendered { noindex: true, ..Rendered::html(page::group(site, &context)?) }));
    }
    let Some(cases) = snapshot.group(topic, key) else { return Ok(None) };
    let each = || cases.iter().copied();
    let rendered = match file {
        "" => Rendered::html(page::group(
            site,
            &GroupContext { topic, key, cases: &cases, all: &snapshot.cases, number: 1 },
        )?),
        "cases.csv" => Rendered::new(kind::CSV, csv::cases(each(), Dialect::Plain)?),
        "cases.json" => Rendered::new(
            kind::JSON,
            json::list(site, &ListHead { total: cases.len(), ..ListHead::default() }, each())?,
        ),
        "feed.atom" => {
            let heading = fineprint_views::figures::topic_label(topic, key, &cases);
            let (path, page) = (format!("{}/{rest}", topic.slug()), topic.path(key).unwrap_or_default());
            Rendered::new(kind::ATOM, feed::atom(site, &Feed { title: &heading, path: &path, page: &page }, each()))
        }
        _ => {
            let id = file.split('.').next().unwrap_or_default();
            let chart = page::group_chart(topic, key, &cases, &snapshot.cases, "", id);
            let chart = chart.filter(|chart| chart.stem.is_some());
            return render_chart(chart.as_slice(), file);
        }
    };
    Ok(Some(rendered))
}

/// Every page that search engines may list, with the date of its last real change.
pub fn pages(snapshot: &Snapshot) -> Vec<(String, Option<PartialDate>)> {
    let newest = |cases: &[&fineprint_model::Case]| cases.iter().filter_map(|case| page::last_change(case)).max();
    let all: Vec<&fineprint_model::Case> = snapshot.cases.iter().collect();
    let whole = newest(&all);
    let mut pages: Vec<(String, Option<PartialDate>)> =
        ["", "statistics/", "data/", "about/", "sources/", "changes/", "report/", "compare/"]
            .map(|path| (path.to_owned(), whole))
            .to_vec();
    for case in snapshot.cases.iter().filter(|case| !case.noindex) {
        pages.push((link::case(&case.id), page::last_change(case)));
    }
    for topic in Topic::ALL {
        pages.push((topic.index_path(), whole));
        for (key, _) in snapshot.keys(topic) {
            let changed = snapshot.group(topic, key).and_then(|cases| newest(&cases));
            pages.extend(topic.path(key).map(|path| (path, changed)));
        }
    }
    pages
}

/// The address of every resource that can be written to a file.
pub fn addresses(snapshot: &Snapshot) -> Vec<String> {
    let mut paths: Vec<String> = [
        "",
        "search/",
        "statistics/",
        "data/",
        "about/",
        "sources/",
        "sources/sources.csv",
        "changes/",
        "report/",
        "report/authorities.csv",
        "report/links.csv",
        "compare/",
        "data/cases.csv",
        "data/cases-excel.csv",
        "data/cases.jsonl",
        "data/cases.json",
        "data/filter.json",
        "feed.atom",
        "feed.json",
        "robots.txt",
    ]
    .map(str::to_owned)
    .to_vec();
    if snapshot.site.base_url.is_some() {
        paths.push("sitemap.xml".to_owned());
    }
    paths.extend(assets::all().all().map(|asset| asset.path.clone()));
    paths.extend(page::statistics_tables(&snapshot.cases).map(|(id, _)| format!("statistics/{id}.csv")));
    paths.extend(chart_files(page::statistics_charts(&snapshot.cases)));
    for case in &snapshot.cases {
        let stem = format!("case/{}", case.id);
        paths.extend(["/", ".json", ".bib", ".ris", ".csl.json"].map(|ending| format!("{stem}{ending}")));
        // Pages name their picture to others only with a public address.
        if snapshot.site.base_url.is_some() {
            paths.push(format!("{stem}.png"));
        }
    }
    for topic in Topic::ALL {
        paths.push(topic.index_path());
        paths.push(format!("{}/index.csv", topic.slug()));
        for (key, cases) in snapshot.keys(topic) {
            let Some(path) = topic.path(key) else { continue };
            for number in 2..=cases.div_ceil(page::PER_PAGE) {
                paths.push(format!("{path}page/{number}/"));
            }
            paths.extend(["cases.csv", "cases.json", "feed.atom"].map(|file| format!("{path}{file}")));
            if let Some(cases) = snapshot.group(topic, key) {
                paths.extend(chart_files(page::group_charts(topic, key, &cases, &snapshot.cases, "")));
            }
            paths.push(path);
        }
    }
    paths
}

/// What a case is called, for pages that lead to it.
pub(crate) fn case_title(case: &fineprint_model::Case) -> String {
    title::title(case).to_string()
}
