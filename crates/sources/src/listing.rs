//! Which notices exist: a page of a source's list to the notices it names, by selectors that stand as data in its
//! `source.toml`.
//!
//! A selector that finds nothing on a page that says nothing of being empty is an error, never an empty list: it is how
//! a source whose markup changed is noticed.

use fineprint_document::markup::{Element, Markup, Selector};
use fineprint_document::{Hints, Limits, dates};
use fineprint_model::PartialDate;
use regex::Regex;
use serde::Deserialize;

use crate::info::SourceInfo;
use crate::registry::{registry, unknown_source};

/// How one list of a source is read. Selectors are CSS.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ListingInfo {
    /// Name within the source, as in `sanctions`.
    pub name: String,
    /// Addresses of its first pages.
    pub pages: Vec<String>,
    /// Whether the pages themselves tell of cases, one a row, and are to be read as notices. A list with this and without
    /// `item` is a data file.
    #[serde(default)]
    pub is_notice: bool,
    /// One element for each notice.
    #[serde(default)]
    pub item: Option<String>,
    /// The link to the notice, below the item; by default the item itself where it is a link, else the first link in it.
    #[serde(default)]
    pub link: Option<String>,
    /// The title, below the item; by default the link's words.
    #[serde(default)]
    pub title: Option<String>,
    /// The date, below the item: the `datetime` of a `time` element, else its words. `None` where the list gives none.
    #[serde(default)]
    pub date: Option<String>,
    /// In which order a date in figures is written.
    #[serde(default)]
    pub date_order: DateOrder,
    /// Regular expression of the reference in the title, else in the address.
    #[serde(default)]
    pub reference: Option<String>,
    /// Regular expression that the address of a notice matches; other links of the list are passed over.
    #[serde(default)]
    pub only: Option<String>,
    /// Whether an item may be without a link, as rows of a table are whose decision was not published.
    #[serde(default)]
    pub links_optional: bool,
    /// The link to the next page. `None` where the list is one page.
    #[serde(default)]
    pub next: Option<String>,
    /// What stands on a page that truly lists nothing.
    #[serde(default)]
    pub empty: Option<String>,
}

/// Which of two numbers is the day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// `31/12/2022`.
    #[default]
    DayFirst,
    /// `12/31/2022`.
    MonthFirst,
}

/// A page of a list, as fetched.
#[derive(Debug, Clone, Copy)]
pub struct ListPage<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Where it was fetched.
    pub url: &'a str,
    /// As the transport stated it.
    pub media_type: Option<&'a str>,
}

/// What a page of a list names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The notices in the order of the page, each address once.
    pub notices: Vec<Listed>,
    /// The address of the next page; `None` on the last.
    pub next: Option<String>,
    /// Whether the page itself tells of cases and is to be read as a notice too.
    pub is_notice: bool,
}

/// A notice as a list names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its absolute address.
    pub url: String,
    /// The date the list gives: as a rule the publication's. `None` where it gives none.
    pub date: Option<PartialDate>,
    /// What the list calls it. May hold a natural person's name: not for publication as it stands.
    pub title: Option<String>,
    /// The authority's reference, where title or address hold one.
    pub reference: Option<String>,
}

/// A page of a list that could not be read as one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ListError {
    /// The page is not one that we read at all.
    #[error("source `{source_id}`, page `{page}`: {source}")]
    Page {
        /// The source.
        source_id: String,
        /// The page's address.
        page: String,
        /// Why it was refused.
        source: fineprint_document::Error,
    },
    /// A selector found nothing: the markup changed, or this is another page.
    #[error("source `{source_id}`, page `{page}`: expected `{selector}` ({what}) to find something, found nothing")]
    NoMatch {
        /// The source.
        source_id: String,
        /// The page's address.
        page: String,
        /// What was looked for, as in `item`.
        what: &'static str,
        /// The selector, as it stands in `source.toml`.
        selector: String,
    },
    /// A selector or expression of `source.toml` cannot be read.
    #[error("source `{source_id}`, `{what}`: expected a selector or an expression, found `{found}`: {reason}")]
    Selector {
        /// The source.
        source_id: String,
        /// Which entry.
        what: &'static str,
        /// What stands there.
        found: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The source has no list of that name.
    #[error("source `{source_id}`: expected a listing among {known}, found `{found}`")]
    NoListing {
        /// The source.
        source_id: String,
        /// What was asked for.
        found: String,
        /// The names that exist.
        known: String,
    },
    /// There is no such source.
    #[error(transparent)]
    UnknownSource(crate::Error),
}

/// Reads a page of the list `listing` of a source; `None` takes the source's first.
///
/// # Errors
/// [`ListError`]; [`ListError::NoMatch`] where nothing is found and the page does not say that it is empty.
pub fn list(source: &str, listing: Option<&str>, page: &ListPage<'_>) -> Result<Listing, ListError> {
    let id = source.replace('-', "_");
    let info = registry().iter().find(|info| info.id == id);
    let info = info.ok_or_else(|| ListError::UnknownSource(unknown_source(source)))?;
    let found = match listing {
        Some(name) => info.listings.iter().find(|one| one.name == name),
        None => info.listings.first(),
    };
    let found = found.ok_or_else(|| ListError::NoListing {
        source_id: info.id.clone(),
        found: listing.unwrap_or("the first").to_owned(),
        known: info.listings.iter().map(|one| format!("`{}`", one.name)).collect::<Vec<_>>().join(", "),
    })?;
    Reader { info, listing: found, page }.read()
}

struct Reader<'a> {
    info: &'a SourceInfo,
    listing: &'a ListingInfo,
    page: &'a ListPage<'a>,
}

/// The compiled selectors of a list.
struct Selectors {
    item: Selector,
    link: Option<Selector>,
    any_link: Selector,
    title: Option<Selector>,
    date: Option<Selector>,
    next: Option<Selector>,
    empty: Option<Selector>,
    reference: Option<Regex>,
    only: Option<Regex>,
}

impl Reader<'_> {
    fn read(&self) -> Result<Listing, ListError> {
        let Some(item) = &self.listing.item else {
            return Ok(Listing { notices: Vec::new(), next: None, is_notice: self.listing.is_notice });
        };
        let selectors = self.selectors(item)?;
        let hints = Hints {
            url: Some(self.page.url.to_owned()),
            media_type: self.page.media_type.map(ToOwned::to_owned),
            ..Hints::default()
        };
        let markup = Markup::parse(self.page.bytes, &hints, &Limits::default()).map_err(|source| ListError::Page {
            source_id: self.info.id.clone(),
            page: self.page.url.to_owned(),
            source,
        })?;
        let mut notices: Vec<Listed> = Vec::new();
        let (mut items, mut links, mut dates) = (0, 0, 0);
        for element in markup.select(&selectors.item) {
            items += 1;
            let date = self.date(&selectors, element);
            dates += usize::from(date.is_some());
            let Some((link, url)) = link(&selectors, element) else { continue };
            links += 1;
            if selectors.only.as_ref().is_some_and(|only| !only.is_match(&url)) {
                continue;
            }
            let title = match &selectors.title {
                Some(title) => element.select(title).next().map(|title| title.text()),
                None => Some(link.text()),
            };
            let title = title.filter(|title| !title.is_empty());
            let reference = selectors.reference.as_ref().and_then(|form| {
                let found = title.as_deref().and_then(|title| form.find(title)).or_else(|| form.find(&url))?;
                Some(found.as_str().to_owned())
            });
            if notices.iter().all(|other| other.url != url) {
                notices.push(Listed { url, date, title, reference });
            }
        }
        let says_empty = selectors.empty.as_ref().is_some_and(|empty| markup.select(empty).next().is_some());
        if items == 0 && !says_empty {
            return Err(self.no_match("item", item));
        }
        // A page of which no item at all has its parts is another page than the one the selectors were written for.
        if items > 0 && links == 0 && !self.listing.links_optional {
            return Err(self.no_match("link", self.listing.link.as_deref().unwrap_or("a[href]")));
        }
        if let Some(date) = self.listing.date.as_deref().filter(|_| items > 0 && dates == 0) {
            return Err(self.no_match("date", date));
        }
        let next = selectors.next.as_ref().and_then(|next| markup.select(next).find_map(|link| link.link()));
        let next = next.filter(|next| next != self.page.url);
        Ok(Listing { notices, next, is_notice: self.listing.is_notice })
    }

    fn selectors(&self, item: &str) -> Result<Selectors, ListError> {
        let wrong = |what: &'static str, found: &str, reason: String| ListError::Selector {
            source_id: self.info.id.clone(),
            what,
            found: found.to_owned(),
            reason,
        };
        let selector = |what: &'static str, css: &Option<String>| {
            css.as_deref().map(|css| Selector::parse(css).map_err(|reason| wrong(what, css, reason))).transpose()
        };
        let expression = |what: &'static str, text: &Option<String>| {
            text.as_deref()
                .map(|text| Regex::new(text).map_err(|error| wrong(what, text, error.to_string())))
                .transpose()
        };
        let listing = self.listing;
        Ok(Selectors {
            item: Selector::parse(item).map_err(|reason| wrong("item", item, reason))?,
            link: selector("link", &listing.link)?,
            any_link: Selector::parse("a[href]").map_err(|reason| wrong("link", "a[href]", reason))?,
            title: selector("title", &listing.title)?,
            date: selector("date", &listing.date)?,
            next: selector("next", &listing.next)?,
            empty: selector("empty", &listing.empty)?,
            reference: expression("reference", &listing.reference)?,
            only: expression("only", &listing.only)?,
        })
    }

    fn date(&self, selectors: &Selectors, item: Element<'_>) -> Option<PartialDate> {
        let selector = selectors.date.as_ref()?;
        let element = item.select(selector).next()?;
        if let Some(date) = element.attribute("datetime").and_then(dates::labelled) {
            return Some(date);
        }
        let text = element.text();
        dates::figures(&text, self.listing.date_order == DateOrder::DayFirst).or_else(|| dates::written(&text))
    }

    fn no_match(&self, what: &'static str, selector: &str) -> ListError {
        ListError::NoMatch {
            source_id: self.info.id.clone(),
            page: self.page.url.to_owned(),
            what,
            selector: selector.to_owned(),
        }
    }
}

/// The link of an item and where it leads.
fn link<'a>(selectors: &'a Selectors, item: Element<'a>) -> Option<(Element<'a>, String)> {
    if selectors.link.is_none()
        && let Some(url) = item.link()
    {
        return Some((item, url));
    }
    let wanted = selectors.link.as_ref().unwrap_or(&selectors.any_link);
    item.select(wanted).find_map(|element| Some((element, element.link()?)))
}
