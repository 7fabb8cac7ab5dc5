//! Everything that has an address and needs no question: the service answers with it, the export writes it.

use fineprint_model::query::Similar;
use fineprint_model::{Case, CaseId, PartialDate};
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
        "statistics/" => Rendered::html(page::statistics(site, cases, None)?),
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
        _ if path.starts_with("sitemap-") => {
            let number = path.strip_prefix("sitemap-").and_then(|rest| rest.strip_suffix(".xml"));
            let number = number.filter(|number| !number.starts_with(['0', '+'])).and_then(|number| number.parse().ok());
            let part = number.and_then(|number| sitemap::part(site, &pages(snapshot), number));
            return Ok(part.map(|body| Rendered::new(kind::XML, body)));
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

fn render_case(snapshot: &Snapshot, rest: &str) -> Result<Option<Rendered>> {
    let (id, form) = match rest.split_once(['/', '.']) {
        Some((id, "")) if rest.ends_with('/') => (id, ""),
        Some((id, form)) if rest[id.len()..].starts_with('.') => (id, form),
        _ => return Ok(None),
    };
    let Some(case) = CaseId::new(id).ok().and_then(|id| snapshot.case(&id)) else { return Ok(None) };
    if form.is_empty() {
        return case_page(snapshot, case, snapshot.engine.similar(&case.id, SIMILAR)?).map(Some);
    }
    case_form(snapshot, case, form)
}

fn case_page(snapshot: &Snapshot, case: &Case, similar: Vec<Similar>) -> Result<Rendered> {
    let similar: Vec<_> =
        similar.into_iter().filter_map(|similar| snapshot.case(&similar.id).map(|other| (similar, other))).collect();
    let body = page::case(&snapshot.site, &CaseContext { case, similar: &similar })?;
    Ok(Rendered { noindex: case.noindex, ..Rendered::html(body) })
}

/// A case in another form than its page, by the ending of its address.
fn case_form(snapshot: &Snapshot, case: &Case, form: &str) -> Result<Option<Rendered>> {
    let site = &snapshot.site;
    let rendered = match form {
        "json" => Rendered::new(kind::JSON, json::case(case)?),
        "bib" => Rendered::new(kind::BIB, cite::bib(site, case)),
        "ris" => Rendered::new(kind::RIS, cite::ris(site, case)),
        #[cfg(feature = "service")]
        "png" => Rendered::new(kind::PNG, picture::png(&card::card(site, case), 1.0)?),
        "csl.json" => Rendered::new(kind::CSL, cite::csl_json(site, case)?),
        _ => return Ok(None),
    };
    Ok(Some(Rendered { noindex: case.noindex, ..rendered }))
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
        && let Some((key, number)) = key.rsplit_once("/page/")
        && let Ok(number) = number.parse::<usize>()
        && let Some(cases) = snapshot.group(topic, key)
    {
        let group = Group { snapshot, topic, key, cases: &cases };
        return if (2..=group.pages()).contains(&number) { group.page(&[], number).map(Some) } else { Ok(None) };
    }
    let Some(cases) = snapshot.group(topic, key) else { return Ok(None) };
    let group = Group { snapshot, topic, key, cases: &cases };
    if file.is_empty() {
        return group.page(&page::group_charts(topic, key, &cases, &snapshot.cases), 1).map(Some);
    }
    if let Some(list) = group.list(file)? {
        return Ok(Some(list));
    }
    let id = file.split('.').next().unwrap_or_default();
    let chart = page::group_chart(topic, key, &cases, &snapshot.cases, id).filter(|chart| chart.stem.is_some());
    render_chart(chart.as_slice(), file)
}

/// Files of a group that list all of its cases.
#[cfg(feature = "service")]
const LISTS: [&str; 3] = ["cases.csv", "cases.json", "feed.atom"];

/// What has an address below that of a group.
struct Group<'a> {
    snapshot: &'a Snapshot,
    topic: Topic,
    key: &'a str,
    cases: &'a [&'a Case],
}

impl Group<'_> {
    fn pages(&self) -> usize {
        self.cases.len().div_ceil(page::PER_PAGE)
    }

    /// A page of its list, the first with the charts.
    fn page(&self, charts: &[Chart], number: usize) -> Result<Rendered> {
        let Self { snapshot, topic, key, cases } = *self;
        let context = GroupContext { topic, key, cases, charts, number };
        Ok(Rendered { noindex: number > 1, ..Rendered::html(page::group(&snapshot.site, &context)?) })
    }

    /// One of the files that list all of a group's cases.
    fn list(&self, file: &str) -> Result<Option<Rendered>> {
        let Self { snapshot, topic, key, cases } = *self;
        let site = &snapshot.site;
        Ok(Some(match file {
            "cases.csv" => {
                let lines: Vec<_> = cases.iter().map(|case| snapshot.csv_line(case)).collect::<Result<_>>()?;
                Rendered::new(kind::CSV, csv::cases_of(lines.iter().map(AsRef::as_ref))?)
            }
            "cases.json" => {
                let head = ListHead { total: cases.len(), ..ListHead::default() };
                let items: Vec<_> = cases.iter().map(|case| snapshot.json_item(case)).collect::<Result<_>>()?;
                Rendered::new(kind::JSON, json::list_of(&head, items.iter().map(AsRef::as_ref))?)
            }
            "feed.atom" => {
                let heading = fineprint_views::figures::topic_label(topic, key, cases);
                let page = topic.path(key).unwrap_or_default();
                let path = format!("{page}{file}");
                let feed = Feed { title: &heading, path: &path, page: &page };
                let entry = |case| snapshot.feed_entry(case);
                Rendered::new(kind::ATOM, feed::atom_of(site, &feed, cases.iter().copied(), entry))
            }
            _ => return Ok(None),
        }))
    }
}

/// What is rendered together because it is made from the same.
#[cfg(feature = "service")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Bundle {
    /// One resource that depends on all cases.
    Page(String),
    /// The files of the charts and tables about all cases.
    Statistics,
    /// A case's page and its other forms.
    Case(CaseId),
    /// A group's pages, lists and charts.
    Group(Topic, String),
}

/// A file of a bundle.
#[cfg(feature = "service")]
#[derive(Debug)]
pub(crate) enum Content {
    /// Its bytes.
    Ready(Vec<u8>),
    /// A picture that is yet to be drawn from an SVG, at so many pixels to the unit.
    Picture(String, f32),
}

#[cfg(feature = "service")]
impl Content {
    /// Its bytes.
    pub(crate) fn bytes(self) -> Result<Vec<u8>> {
        match self {
            Self::Ready(bytes) => Ok(bytes),
            Self::Picture(svg, scale) => picture::png(&svg, scale),
        }
    }
}

#[cfg(feature = "service")]
impl Bundle {
    /// Everything that a site consists of, each resource once.
    pub(crate) fn all(snapshot: &Snapshot) -> Vec<Self> {
        let mut all: Vec<Self> = SINGLE.map(|path| Self::Page(path.to_owned())).to_vec();
        if snapshot.site.base_url.is_some() {
            all.extend(sitemap_files(snapshot).map(Self::Page));
        }
        all.extend(assets::all().all().map(|asset| Self::Page(asset.path.clone())));
        all.push(Self::Statistics);
        // The largest groups first: what takes longest must not come last.
        let mut groups: Vec<(usize, Self)> = Vec::new();
        for topic in Topic::ALL {
            all.push(Self::Page(topic.index_path()));
            all.push(Self::Page(format!("{}/index.csv", topic.slug())));
            groups.extend(snapshot.keys(topic).map(|(key, cases)| (cases, Self::Group(topic, key.to_owned()))));
        }
        groups.sort_by_key(|(cases, _)| std::cmp::Reverse(*cases));
        all.extend(groups.into_iter().map(|(_, group)| group));
        all.extend(snapshot.cases.iter().map(|case| Self::Case(case.id.clone())));
        all
    }

    /// Its name, by which the next export knows it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Page(path) => path.clone(),
            Self::Statistics => "statistics/*".to_owned(),
            Self::Case(id) => format!("{}*", link::case(id)),
            Self::Group(topic, key) => format!("{}/{key}/*", topic.slug()),
        }
    }

    /// Its resources by their addresses. `similar` are the cases like a case, where they are known already.
    pub(crate) fn render(&self, snapshot: &Snapshot, similar: Option<Vec<Similar>>) -> Result<Vec<(String, Content)>> {
        let mut files = Vec::new();
        let mut add = |path: String, rendered: Rendered| files.push((path, Content::Ready(rendered.body)));
        match self {
            Self::Page(path) => {
                if let Some(rendered) = render(snapshot, path)? {
                    add(path.clone(), rendered);
                }
            }
            Self::Statistics => {
                for (id, rows) in page::statistics_tables(&snapshot.cases) {
                    let table = csv::write(rows.into_iter(), Dialect::Plain)?;
                    add(format!("statistics/{id}.csv"), Rendered::new(kind::CSV, table));
                }
                add_charts(&mut files, &page::statistics_charts(&snapshot.cases))?;
            }
            Self::Case(id) => {
                let Some(case) = snapshot.case(id) else { return Ok(files) };
                let stem = format!("case/{id}");
                let similar = match similar {
                    Some(similar) => similar,
                    None => snapshot.engine.similar(id, SIMILAR)?,
                };
                add(format!("{stem}/"), case_page(snapshot, case, similar)?);
                for form in ["json", "bib", "ris", "csl.json"] {
                    if let Some(rendered) = case_form(snapshot, case, form)? {
                        add(format!("{stem}.{form}"), rendered);
                    }
                }
                // Pages name their picture to others only with a public address.
                if snapshot.site.base_url.is_some() {
                    files.push((format!("{stem}.png"), Content::Picture(card::card(&snapshot.site, case), 1.0)));
                }
            }
            Self::Group(topic, key) => {
                let (Some(path), Some(cases)) = (topic.path(key), snapshot.group(*topic, key)) else {
                    return Ok(files);
                };
                let charts = page::group_charts(*topic, key, &cases, &snapshot.cases);
                let group = Group { snapshot, topic: *topic, key, cases: &cases };
                add(path.clone(), group.page(&charts, 1)?);
                for number in 2..=group.pages() {
                    add(format!("{path}page/{number}/"), group.page(&[], number)?);
                }
                for file in LISTS {
                    if let Some(list) = group.list(file)? {
                        add(format!("{path}{file}"), list);
                    }
                }
                add_charts(&mut files, &charts)?;
            }
        }
        Ok(files)
    }
}

/// The files of charts that have some.
#[cfg(feature = "service")]
fn add_charts(files: &mut Vec<(String, Content)>, charts: &[Chart]) -> Result<()> {
    for chart in charts {
        let Some(stem) = &chart.stem else { continue };
        let table = csv::write(chart.csv.iter().cloned(), Dialect::Plain)?;
        files.push((format!("{stem}.csv"), Content::Ready(table.into_bytes())));
        files.push((format!("{stem}.svg"), Content::Ready(chart.file.clone().into_bytes())));
        files.push((format!("{stem}.png"), Content::Picture(chart.file.clone(), CHART_SCALE)));
    }
    Ok(())
}

/// The addresses of the list of pages for search engines, and of its parts where it has some.
#[cfg(feature = "service")]
fn sitemap_files(snapshot: &Snapshot) -> impl Iterator<Item = String> {
    let parts = sitemap::parts(pages(snapshot).len());
    std::iter::once("sitemap.xml".to_owned()).chain((1..=parts).map(|number| format!("sitemap-{number}.xml")))
}

/// Every page that search engines may list, with the date of its last real change.
pub fn pages(snapshot: &Snapshot) -> Vec<(String, Option<PartialDate>)> {
    let newest = |cases: &[&Case]| cases.iter().filter_map(|case| page::last_change(case)).max();
    let all: Vec<&Case> = snapshot.cases.iter().collect();
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

/// What has an address of its own whatever the cases are.
#[cfg(feature = "service")]
const SINGLE: [&str; 20] = [
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
];

/// Every resource that is written to a file, by its address; `None` for a picture, which is not drawn.
///
/// # Errors
/// Where something does not render.
#[cfg(feature = "service")]
pub fn resources(snapshot: &Snapshot) -> Result<Vec<(String, Option<Vec<u8>>)>> {
    let mut all = Vec::new();
    for bundle in Bundle::all(snapshot) {
        all.extend(bundle.render(snapshot, None)?.into_iter().map(|(path, content)| match content {
            Content::Ready(body) => (path, Some(body)),
            Content::Picture(..) => (path, None),
        }));
    }
    Ok(all)
}

/// What a case is called, for pages that lead to it.
pub(crate) fn case_title(case: &Case) -> String {
    title::title(case).to_string()
}
