//! The search page: the question as a sentence, the answer as lines, filters as plain form controls.

use askama::Template;
use fineprint_model::Case;
use fineprint_model::query::{Field, Response, Snippet};

use super::{Alternate, Anchor, Page, Site, render};
use crate::chart::denominator;
use crate::error::Result;
use crate::figures;
use crate::format::{count, list, money_short, number, stated_date, tidy};
use crate::line::{Line, exact_amount};
use crate::link::{self, Topic};
use crate::{label, title};

/// Facets of the search page, in their order.
pub const FACETS: [Field; 8] = [
    Field::Status,
    Field::Authority,
    Field::Article,
    Field::Violation,
    Field::Sector,
    Field::Role,
    Field::Year,
    Field::Language,
];

/// Values of a facet that are shown at once; the rest opens below.
const SHOWN: usize = 6;

/// How many cases lie where on a scale, this scale's own selection left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Histogram {
    /// The columns, lowest first.
    pub bars: Vec<Bar>,
    /// Cases for which the value is not known.
    pub unknown: usize,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// Lower end as the query language writes it: `10k`, `2021`.
    pub from: String,
    /// Upper end, the same way; empty where the scale is open.
    pub to: String,
    /// Cases.
    pub count: usize,
    /// Whether the query's own range holds it.
    pub selected: bool,
    /// The query with this column as its range.
    pub query: String,
}

struct BarView {
    from: String,
    told: String,
    href: String,
    selected: bool,
    /// Upper end and height of the column in a field of 100.
    top: usize,
    tall: usize,
}

/// The columns as drawn: a small count is still seen.
fn bars(histogram: &Histogram, label: impl Fn(&Bar) -> String) -> Vec<BarView> {
    let max = histogram.bars.iter().map(|bar| bar.count).max().unwrap_or_default().max(1);
    histogram
        .bars
        .iter()
        .map(|bar| {
            let tall = if bar.count == 0 { 0 } else { (bar.count * 100 / max).max(4) };
            BarView {
                from: bar.from.clone(),
                told: format!("{}: {}", label(bar), count(bar.count, "decision", "decisions")),
                href: link::search(&bar.query),
                selected: bar.selected,
                top: 100 - tall,
                tall,
            }
        })
        .collect()
}

/// What the search page needs.
#[derive(Debug)]
pub struct SearchContext<'a> {
    /// The whole query in its canonical form.
    pub query: &'a str,
    /// The query without what the filter form itself states.
    pub rest: &'a str,
    /// The answer.
    pub response: &'a Response,
    /// The case of each hit, in the order of the hits.
    pub cases: &'a [&'a Case],
    /// Each selected filter with the query that is left when it is dropped.
    pub chips: &'a [(Field, String, String)],
    /// Wider queries to try when nothing was found: what is dropped, and the query without it.
    pub wider: &'a [(String, String)],
    /// Lowest and highest fine of the filter form, as typed.
    pub fine: (String, String),
    /// First and last date of the filter form, as typed.
    pub decided: (String, String),
    /// Sort order in use, as the query language writes it (`-fine`); empty for relevance.
    pub sort: &'a str,
    /// Cases by the size of the fine.
    pub fines: &'a Histogram,
    /// Cases by the year of the decision.
    pub years: &'a Histogram,
}

struct FacetView {
    field: &'static str,
    label: &'static str,
    shown: Vec<ValueView>,
    more: Vec<ValueView>,
    unknown: Option<String>,
}

struct ValueView {
    value: String,
    label: String,
    count: String,
    selected: bool,
}

#[derive(Template)]
#[template(path = "search.html")]
struct Search<'a> {
    page: Page<'a>,
    query: &'a str,
    rest: &'a str,
    sentence: String,
    total: String,
    sum: Option<String>,
    sum_note: String,
    facets: Vec<FacetView>,
    chips: Vec<(String, String, String)>,
    /// Each hit, and why it is one.
    lines: Vec<(Line, Vec<String>)>,
    wider: Vec<(String, String)>,
    fine: (String, String),
    decided: (String, String),
    sorts: Vec<(&'static str, &'static str, bool)>,
    downloads: Vec<Anchor>,
    statistics: String,
    next: Option<String>,
    has_filters: bool,
    fine_bars: Vec<BarView>,
    year_bars: Vec<BarView>,
    fines_unknown: Option<String>,
    years_unknown: Option<String>,
}

/// The search page of the service.
///
/// # Errors
/// Where the template does not render.
pub fn search(site: &Site, context: &SearchContext<'_>) -> Result<String> {
    let response = context.response;
    let sentence = if context.query.trim().is_empty() { "All decisions".to_owned() } else { response.sentence.clone() };
    let total = count(response.total, "decision", "decisions");
    let mut page = Page::new(site, "search/", sentence.clone(), format!("{sentence}: {total}."));
    page.noindex = !context.query.trim().is_empty();
    context.query.clone_into(&mut page.query);
    let encoded = link::encode(context.query);
    let downloads: Vec<Anchor> =
        [("Feed", "atom"), ("CSV", "csv"), ("CSV for Excel", "xls"), ("JSON", "json"), ("JSONL", "jsonl")]
            .into_iter()
            // Nobody can subscribe to what a script makes.
            .filter(|(_, ending)| site.served || *ending != "atom")
            .map(|(text, ending)| {
                if !site.served {
                    // Made by the search's script out of what it has; a folder of files has no file of every question.
                    Anchor::new(text, format!("search/?q={encoded}&as={ending}"))
                } else if ending == "xls" {
                    Anchor::new(text, format!("search.csv?excel=1&q={encoded}"))
                } else {
                    Anchor::new(text, format!("search.{ending}?q={encoded}"))
                }
            })
            .collect();
    if site.served {
        page.alternates.push(Alternate {
            kind: "application/atom+xml",
            text: "Feed",
            href: format!("search.atom?q={encoded}"),
        });
    }
    let facets: Vec<FacetView> = response
        .facets
        .iter()
        .filter(|facet| !facet.values.is_empty())
        .map(|facet| {
            let mut values: Vec<ValueView> = facet
                .values
                .iter()
                .map(|value| ValueView {
                    label: label::value(facet.field, &value.value),
                    count: number(value.count),
                    selected: value.selected,
                    value: value.value.clone(),
                })
                .collect();
            values.sort_by_key(|value| !value.selected);
            let chosen = values.iter().filter(|value| value.selected).count();
            let more =
                if values.len() > SHOWN.max(chosen) + 1 { values.split_off(SHOWN.max(chosen)) } else { Vec::new() };
            FacetView {
                field: facet.field.as_str(),
                label: label::field(facet.field),
                shown: values,
                more,
                unknown: (facet.unknown > 0).then(|| number(facet.unknown)),
            }
        })
        .collect();
    let hits = response.hits.iter().zip(context.cases);
    let lines = hits
        .map(|(hit, case)| (Line::new(case, hit.snippet.as_ref()), why(case, hit.snippet.as_ref(), context.chips)))
        .collect();
    let sorts = [
        ("", "Best match, else newest"),
        ("-date", "Newest first"),
        ("date", "Oldest first"),
        ("-fine", "Largest fine first"),
        ("fine", "Smallest fine first"),
        ("-affected", "Most people affected first"),
        ("-share", "Largest share of turnover first"),
    ]
    .into_iter()
    .map(|(value, text)| (value, text, value == context.sort))
    .collect();
    let range = |bar: &Bar| match bar.to.as_str() {
        "" => format!("EUR {} or more", bar.from),
        to => format!("EUR {} to {to}", bar.from),
    };
    let some = |unknown: usize| (unknown > 0).then(|| number(unknown));
    let view = Search {
        fine_bars: bars(context.fines, range),
        year_bars: bars(context.years, |bar| bar.from.clone()),
        fines_unknown: some(context.fines.unknown),
        years_unknown: some(context.years.unknown),
        query: context.query,
        rest: context.rest,
        sentence,
        total,
        sum: response.money.sum.map(money_short),
        sum_note: denominator(&response.money),
        facets,
        chips: context
            .chips
            .iter()
            .map(|(field, value, without)| {
                (
                    format!("{}: {}", label::field(*field), label::value(*field, value)),
                    link::search(without),
                    value.clone(),
                )
            })
            .collect(),
        lines,
        wider: context.wider.iter().map(|(text, query)| (text.clone(), link::search(query))).collect(),
        fine: context.fine.clone(),
        decided: context.decided.clone(),
        sorts,
        downloads,
        statistics: if context.query.trim().is_empty() {
            "statistics/".to_owned()
        } else {
            format!("statistics/?q={encoded}")
        },
        next: response
            .next
            .as_ref()
            .map(|cursor| format!("search/?q={encoded}&cursor={}", link::encode(cursor).replace('/', "%2F"))),
        has_filters: !context.chips.is_empty(),
        page,
    };
    render(&view, "search/")
}

/// Why a case is a hit: the words of the query as the case has them, and for each filter the case's own value.
fn why(case: &Case, snippet: Option<&Snippet>, chips: &[(Field, String, String)]) -> Vec<String> {
    let mut reasons = Vec::new();
    let marked = snippet
        .into_iter()
        .flat_map(|snippet| snippet.marks.iter().filter_map(|(start, end)| snippet.text.get(*start..*end)).map(tidy));
    let mut words: Vec<String> = Vec::new();
    for word in marked {
        if !words.iter().any(|known| known.to_lowercase() == word.to_lowercase()) {
            words.push(word);
        }
    }
    if !words.is_empty() {
        reasons.push(format!("The record speaks of “{}”", words.join("”, “")));
    }
    for (field, value, _) in chips {
        let topic = Topic::ALL.into_iter().find(|topic| topic.field() == *field);
        let keys = topic.map(|topic| figures::keys(topic, case)).unwrap_or_default();
        let below = format!("{value}/");
        let own = |key: &&String| *key == value || key.starts_with(&below);
        // What is said of a point says it of its article.
        let is_finest = |key: &&String| !keys.iter().any(|other| other.starts_with(&format!("{key}/")));
        let told: Vec<String> =
            keys.iter().filter(own).filter(is_finest).map(|key| label::value(*field, key)).collect();
        let told = match field {
            Field::Fine => exact_amount(case),
            Field::Decided => stated_date(&case.decided_on),
            Field::Published => stated_date(&case.published_on),
            Field::Party => title::respondents(case),
            // Of several values of a facet, the case has those that it has.
            _ if topic.is_some() && told.is_empty() => continue,
            _ if topic.is_some() => list(&told),
            _ if chips.iter().filter(|(other, ..)| other == field).count() > 1 => continue,
            _ => label::value(*field, value),
        };
        reasons.push(format!("{}: {told}", label::field(*field)));
    }
    reasons
}

#[derive(Template)]
#[template(path = "search_static.html")]
struct StaticSearch<'a> {
    page: Page<'a>,
    lines: Vec<Line>,
    total: String,
    shown: Option<String>,
    browse: Vec<(Anchor, Vec<(Anchor, String)>)>,
}

/// Lines of the exported search page; more would make it slow to open, and the browsable pages have them all.
const STATIC_LINES: usize = 200;

/// The search page of the export: everything to browse by as links, the newest cases as a list that a script can
/// filter by words.
///
/// # Errors
/// Where the template does not render.
pub fn static_search(site: &Site, cases: &[Case]) -> Result<String> {
    let total = count(cases.len(), "decision", "decisions");
    let page = Page::new(site, "search/", "Find decisions", format!("{total} to browse and to filter by words."));
    let browse = [Topic::Authority, Topic::Law, Topic::Violation, Topic::Sector, Topic::Country, Topic::Context]
        .into_iter()
        .map(|topic| {
            let rows = figures::breakdown(topic, cases.iter(), |key| {
                link::is_safe_key(key) && (topic != Topic::Law || figures::is_article(key))
            });
            let rows = rows
                .into_iter()
                .take(10)
                .filter_map(|row| Some((Anchor::new(row.label, topic.path(&row.key)?), number(row.cases))))
                .collect();
            (Anchor::new(topic.plural(), topic.index_path()), rows)
        })
        .collect();
    let view = StaticSearch {
        lines: cases.iter().take(STATIC_LINES).map(|case| Line::new(case, None)).collect(),
        shown: (cases.len() > STATIC_LINES).then(|| number(STATIC_LINES)),
        total,
        browse,
        page,
    };
    render(&view, "search/")
}
