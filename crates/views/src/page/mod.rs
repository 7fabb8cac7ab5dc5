//! The pages: what each one shows. The markup is in `site/templates`, where it is read when this crate is built.

mod case;
mod compare;
mod error_page;
mod group;
mod home;
mod prose;
mod report;
mod report_card;
mod search;
mod sources;
mod statistics;

pub use case::{CaseContext, case};
pub use compare::{MOST as COMPARE_MOST, compare, compare_rows};
pub use error_page::{ErrorContext, WayOn, error_page};
pub use group::{GroupContext, IndexContext, PER_PAGE, group, group_chart, group_charts, index};
pub use home::{HomeContext, home};
pub use prose::{about, changes, data};
pub use report::{link_rows, report, report_rows};
pub use search::{Bar, FACETS, Histogram, SearchContext, search, static_search};
pub use sources::{source_rows, sources};
pub use statistics::{Within, charts as statistics_charts, statistics, tables as statistics_tables};

use askama::Template;
use chrono::NaiveDate;
use fineprint_model::Case;

use crate::error::{Error, Result};
use crate::link;

/// What all pages of one rendering share.
#[derive(Debug, Clone)]
pub struct Site {
    /// Whether a service answers behind the pages; otherwise they are plain files.
    pub served: bool,
    /// Public address without a final slash, as in `https://example.org/fines`; `None` where it is not known.
    pub base_url: Option<String>,
    /// Address of the style sheet from the site's root.
    pub css: String,
    /// Address of the script from the site's root.
    pub js: String,
    /// Address of the icon from the site's root.
    pub icon: String,
    /// Addresses of the fonts that every page shows at once, fetched before the style sheet asks for them.
    pub fonts: Vec<String>,
    /// The exported site's search engine; `None` where a service answers, or the site was exported without one.
    pub engine: Option<EngineFiles>,
    /// The day the pages are rendered for: names whose term has passed are gone.
    pub today: NaiveDate,
    /// What the collection is, in a sentence, shown in the footer.
    pub note: Option<String>,
    /// How much is in it.
    pub totals: Totals,
}

impl Site {
    /// Whether questions are answered: by a service, or in the reader's browser.
    pub fn searches(&self) -> bool {
        self.served || self.engine.is_some()
    }
}

/// Addresses from the site's root of what starts the search in a reader's browser.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EngineFiles {
    /// The script of the pages.
    pub script: String,
    /// The script that runs the engine.
    pub worker: String,
}

/// How much is in the collection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// Cases.
    pub cases: usize,
    /// Authorities with at least one case.
    pub authorities: usize,
    /// Countries of those.
    pub countries: usize,
    /// Year of the oldest case.
    pub first_year: Option<i32>,
    /// When a source was last read or a record last changed.
    pub last_checked: Option<fineprint_model::PartialDate>,
}

impl Totals {
    /// Counts cases.
    pub fn of(cases: &[Case]) -> Self {
        let distinct = |topic| {
            let keys: std::collections::BTreeSet<String> =
                cases.iter().flat_map(|case| crate::figures::keys(topic, case)).collect();
            keys.len()
        };
        Self {
            cases: cases.len(),
            authorities: distinct(link::Topic::Authority),
            countries: distinct(link::Topic::Country),
            first_year: cases.iter().filter_map(|case| case.dated()).map(|date| date.get_year()).min(),
            last_checked: cases.iter().filter_map(last_change).max(),
        }
    }
}

/// When a record last changed or one of its sources was last read.
pub fn last_change(case: &Case) -> Option<fineprint_model::PartialDate> {
    let changed = case.changes.iter().map(|change| change.on);
    let read = case.sources.iter().filter_map(|source| source.retrieved_on);
    changed.chain(read).max()
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// Its text.
    pub text: String,
    /// Address from the site's root.
    pub href: String,
}

impl Anchor {
    /// A link from the site's root.
    pub fn new(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: href.into() }
    }
}

/// The same content in another form, announced in the head and offered on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternate {
    /// Media type.
    pub kind: &'static str,
    /// What it is called on the page: "CSV".
    pub text: &'static str,
    /// Address from the site's root.
    pub href: String,
}

/// What every page has.
#[derive(Debug, Clone)]
pub struct Page<'a> {
    /// What all pages share.
    pub site: &'a Site,
    /// Address from the site's root.
    pub path: String,
    /// The way up to the site's root, ends with a slash.
    pub root: String,
    /// Title without the site's name.
    pub title: String,
    /// For search engines and previews.
    pub description: String,
    /// The way down to this page, itself left out.
    pub crumbs: Vec<Anchor>,
    /// Asks search engines not to list it.
    pub noindex: bool,
    /// Other forms.
    pub alternates: Vec<Alternate>,
    /// JSON-LD, ready to stand in a script element.
    pub json_ld: Option<String>,
    /// Citation meta tags: name and content.
    pub meta: Vec<(&'static str, String)>,
    /// The picture that links to the page are shown with: address from the site's root and what it says.
    pub picture: Option<(String, String)>,
    /// What stands in the search box of the head.
    pub query: String,
}

impl<'a> Page<'a> {
    /// A page at an address.
    pub fn new(site: &'a Site, path: &str, title: impl Into<String>, description: impl Into<String>) -> Self {
        Self {
            site,
            path: path.to_owned(),
            root: link::root_of(path),
            title: title.into(),
            description: description.into(),
            crumbs: Vec::new(),
            noindex: false,
            alternates: Vec::new(),
            json_ld: None,
            meta: Vec::new(),
            picture: None,
            query: String::new(),
        }
    }

    /// The address for the rest of the world; `None` where the site's own is not known.
    pub fn canonical(&self) -> Option<String> {
        self.site.base_url.as_ref().map(|base| format!("{base}/{}", self.path))
    }

    /// What an article embeds to show a chart; `None` where the site's public address is not known.
    pub fn embed(&self, chart: &crate::chart::Chart) -> Option<String> {
        chart.embed(self.site.base_url.as_deref()?, &self.path)
    }

    /// Whether the page's picture can be named to others: only with the site's public address.
    pub fn public_picture(&self) -> Option<(String, &str)> {
        let (path, alt) = self.picture.as_ref()?;
        Some((format!("{}/{path}", self.site.base_url.as_ref()?), alt))
    }

    /// The policy of the exported pages. The service sends its own, which also forbids framing: that a page cannot
    /// say of itself.
    pub fn policy(&self) -> &'static str {
        CONTENT_POLICY
    }

    /// Whether a menu entry leads to the part that this page is in.
    pub fn is_in(&self, slug: &str) -> bool {
        self.path.split('/').next() == Some(slug)
    }

    /// Whether the head has a search box: not where the page itself has a larger one.
    pub fn wants_search(&self) -> bool {
        !self.path.is_empty() && self.path != "search/"
    }

    /// The menu.
    pub fn menu(&self) -> [(&'static str, &'static str); 8] {
        [
            ("search", "Search"),
            ("authority", "Authorities"),
            ("law", "Laws"),
            ("sector", "Sectors"),
            ("party", "Parties"),
            ("statistics", "Statistics"),
            ("data", "Data"),
            ("about", "About"),
        ]
    }
}

/// What a page may load: its own style, script, images and data, and nothing else from anywhere.
///
/// The search engine's worker has the policy of its own file, where the host sends one: see [`ENGINE_POLICY`].
pub const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'";

/// [`CONTENT_POLICY`] for a host that sends one policy with every file: it lets the worker run the search engine, which
/// is WebAssembly. Pages still say the stricter one of themselves.
pub const ENGINE_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'";

pub(crate) fn render(template: &impl Template, path: &str) -> Result<String> {
    template.render().map_err(|error| Error::Template { page: path.to_owned(), message: error.to_string() })
}
