//! What the collection rests on: the sources it is read from, the authorities it covers, and who published.

use std::collections::BTreeMap;

use askama::Template;
use fineprint_model::report;
use fineprint_model::upkeep::{SourceCard, SourceRun, Upkeep};
use fineprint_model::{AuthorityId, Case};

use super::{Alternate, Anchor, Page, Site, render};
use crate::error::Result;
use crate::format::{date, number, percent, tidy};
use crate::label;
use crate::link::{self, Topic};
use crate::machine::json_ld;

/// The fields shown beside each source; the file of the table has them all.
const COLUMNS: [&str; 5] = ["party", "decided_on", "fine", "findings", "outcome"];

/// The table of sources as a file.
const CSV: &str = "sources/sources.csv";

struct SourceRow {
    title: String,
    landing: Option<String>,
    cases: String,
    shares: Vec<String>,
    last_run: String,
    listed: String,
    failures: String,
    licence: String,
}

fn source_row(card: SourceCard) -> SourceRow {
    let run = |show: fn(&SourceRun) -> String| card.last_run.as_ref().map_or_else(String::new, show);
    let shares =
        COLUMNS.iter().map(|field| card.filled.get(field).map_or_else(String::new, |share| percent(*share))).collect();
    let told = |run: &SourceRun| {
        let result = if run.refused.is_some() { "refused" } else { "complete" };
        let day = run.day().parse().map_or_else(|_| run.day().to_owned(), date);
        format!("{day}, {result}")
    };
    SourceRow {
        last_run: card.last_run.as_ref().map_or_else(|| "not known".to_owned(), told),
        listed: run(|run| number(run.listed)),
        failures: run(|run| number(run.failures)),
        title: tidy(&card.title),
        landing: card.landing.as_deref().and_then(link::external).map(ToOwned::to_owned),
        cases: number(card.records),
        shares,
        licence: card.licence.as_deref().map_or_else(|| "not stated".to_owned(), tidy),
    }
}

/// The table of sources as rows with a heading. Shares are between 0 and 1; an empty cell where nothing is known.
pub fn source_rows(cases: &[Case], upkeep: &Upkeep) -> Vec<Vec<String>> {
    let fixed =
        ["source", "title", "landing", "licence", "records", "last_run", "listed", "new", "failures", "refused"];
    let fields = || report::FIELDS.iter();
    let head =
        fixed.into_iter().map(str::to_owned).chain(fields().map(|field| format!("{}_filled", field.name))).collect();
    let rows = SourceCard::of(&upkeep.sources, cases).into_iter().map(|card| {
        let run = |show: fn(&SourceRun) -> String| card.last_run.as_ref().map_or_else(String::new, show);
        let mut cells = vec![
            card.source.clone(),
            card.title.clone(),
            card.landing.clone().unwrap_or_default(),
            card.licence.clone().unwrap_or_default(),
            card.records.to_string(),
            run(|run| run.on.clone()),
            run(|run| run.listed.to_string()),
            run(|run| run.new.to_string()),
            run(|run| run.failures.to_string()),
            run(|run| run.refused.clone().unwrap_or_default()),
        ];
        let share =
            |field: &report::Field| card.filled.get(field.name).map_or_else(String::new, |share| format!("{share:.3}"));
        cells.extend(fields().map(share));
        cells
    });
    std::iter::once(head).chain(rows).collect()
}

struct PublisherRow {
    name: String,
    kinds: String,
    licences: String,
    cases: String,
}

struct CoverageRow {
    authority: Anchor,
    country: String,
    cases: String,
    first: String,
    last: String,
    official: String,
}

#[derive(Template)]
#[template(path = "sources.html")]
struct Sources<'a> {
    page: Page<'a>,
    sources: Vec<SourceRow>,
    columns: Vec<&'static str>,
    coverage: Vec<CoverageRow>,
    publishers: Vec<PublisherRow>,
}

/// What the collection rests on: which sources it is read from and how the last run over each went, which authorities it
/// covers, who published.
///
/// # Errors
/// Where the template does not render.
pub fn sources(site: &Site, cases: &[Case], upkeep: &Upkeep) -> Result<String> {
    let mut page = Page::new(
        site,
        "sources/",
        "Sources",
        "What the collection rests on, authority by authority and publisher by publisher.",
    );
    page.json_ld = Some(json_ld::breadcrumbs(&page));
    let mut by_authority: BTreeMap<&AuthorityId, Vec<&Case>> = BTreeMap::new();
    type Publisher = (std::collections::BTreeSet<String>, std::collections::BTreeSet<String>, usize);
    let mut by_publisher: BTreeMap<String, Publisher> = BTreeMap::new();
    for case in cases {
        by_authority.entry(&case.authority).or_default().push(case);
        for source in &case.sources {
            let name = source.publisher.as_deref().map_or_else(|| "Publisher not stated".to_owned(), tidy);
            let (kinds, licences, uses) = by_publisher.entry(name).or_default();
            kinds.insert(label::lower(&label::term(&source.kind)));
            licences.insert(source.licence.as_deref().map_or_else(|| "not stated".to_owned(), tidy));
            *uses += 1;
        }
    }
    let coverage = by_authority
        .into_iter()
        .map(|(id, cases)| {
            let dates = || cases.iter().filter_map(|case| case.dated());
            CoverageRow {
                authority: Anchor::new(label::authority(id), Topic::Authority.path(id.as_str()).unwrap_or_default()),
                country: label::country(&label::authority_country(id)),
                cases: number(cases.len()),
                first: dates().min().map_or_else(String::new, date),
                last: dates().max().map_or_else(String::new, date),
                official: number(cases.iter().filter(|case| case.sources.iter().any(|s| s.kind.is_official())).count()),
            }
        })
        .collect();
    let mut publishers: Vec<(usize, PublisherRow)> = by_publisher
        .into_iter()
        .map(|(name, (kinds, licences, uses))| {
            let join = |set: std::collections::BTreeSet<String>| set.into_iter().collect::<Vec<_>>().join("; ");
            (uses, PublisherRow { name, kinds: join(kinds), licences: join(licences), cases: number(uses) })
        })
        .collect();
    publishers.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.name.cmp(&b.1.name)));
    if !upkeep.sources.is_empty() {
        page.alternates.push(Alternate { kind: "text/csv", text: "CSV", href: CSV.to_owned() });
    }
    let view = Sources {
        sources: SourceCard::of(&upkeep.sources, cases).into_iter().map(source_row).collect(),
        columns: COLUMNS.iter().filter_map(|name| report::field(name)).map(|field| field.label).collect(),
        coverage,
        publishers: publishers.into_iter().map(|(_, row)| row).collect(),
        page,
    };
    render(&view, "sources/")
}
