//! A page's markup for who knows where on it something stands: a parsed page, CSS selectors, and the elements they
//! find. What a page says to readers is [`crate::read`]'s business; this is for lists of links and tables.

use std::fmt;

use scraper::ElementRef;
use url::Url;

use crate::canonical::Canonical;
use crate::error::{Error, Result};
use crate::html::absolute;
use crate::limits::Limits;
use crate::metadata::Metadata;
use crate::{Hints, boilerplate, decode, nesting};

/// A parsed page.
pub struct Markup {
    page: scraper::Html,
    base: Option<Url>,
}

impl fmt::Debug for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Markup").field("base", &self.base.as_ref().map(Url::as_str)).finish_non_exhaustive()
    }
}

/// A CSS selector.
#[derive(Debug, Clone)]
pub struct Selector(scraper::Selector);

impl Selector {
    /// Reads a selector.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(css: &str) -> std::result::Result<Self, String> {
        scraper::Selector::parse(css).map(Self).map_err(|error| error.to_string())
    }
}

/// An element of a page.
#[derive(Clone, Copy)]
pub struct Element<'a> {
    element: ElementRef<'a>,
    base: Option<&'a Url>,
}

impl fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}> {:?}", self.element.value().name(), self.text())
    }
}

impl Markup {
    /// Parses a page, under the same limits as a document.
    ///
    /// # Errors
    /// As [`crate::read_within`].
    pub fn parse(bytes: &[u8], hints: &Hints, limits: &Limits) -> Result<Self> {
        if bytes.len() > limits.max_text_bytes {
            return Err(Error::TooLarge { limit: limits.max_text_bytes, found: bytes.len() });
        }
        if crate::is_pdf(bytes) {
            return Err(Error::Format { found: "a PDF" });
        }
        let address = hints.url.as_deref().and_then(|url| Url::parse(url).ok());
        let media = hints.media_type.as_deref().map(str::to_ascii_lowercase);
        let charset = hints.charset.clone().or_else(|| media.as_deref().and_then(crate::charset_of));
        let decoded = decode::decode(bytes, charset.as_deref(), address.as_ref().and_then(Url::host_str))?;
        nesting::check(&decoded, limits)?;
        let page = scraper::Html::parse_document(&decoded);
        // Links of a list are relative to where the list was fetched, not to what it calls its address.
        let base = Metadata::of_page(&page, hints.url.as_deref()).base;
        Ok(Self { page, base: address.filter(|url| url.scheme().starts_with("http")).or(base) })
    }

    /// Elements that a selector finds, in the order of the page.
    pub fn select<'a>(&'a self, selector: &'a Selector) -> impl Iterator<Item = Element<'a>> {
        self.page.select(&selector.0).map(|element| Element { element, base: self.base.as_ref() })
    }
}

impl<'a> Element<'a> {
    /// Elements below this one that a selector finds.
    pub fn select(self, selector: &'a Selector) -> impl Iterator<Item = Element<'a>> {
        self.element.select(&selector.0).map(move |element| Element { element, base: self.base })
    }

    /// The words below, white space collapsed; scripts and the like are no words.
    pub fn text(&self) -> String {
        let mut out = Canonical::default();
        for edge in self.element.traverse() {
            let ego_tree::iter::Edge::Open(node) = edge else { continue };
            match node.value() {
                scraper::Node::Text(text) => {
                    let unread = node
                        .parent()
                        .and_then(|parent| parent.value().as_element().map(boilerplate::verdict))
                        .is_some_and(|verdict| verdict == boilerplate::Verdict::Drop);
                    if !unread {
                        out.push(text);
                    }
                }
                scraper::Node::Element(element) if element.name() == "br" => out.push(" "),
                _ => {}
            }
        }
        out.finish().0
    }

    /// An attribute's value.
    pub fn attribute(&self, name: &str) -> Option<&'a str> {
        self.element.value().attr(name)
    }

    /// Where a link leads, absolute; `None` for what is no http(s) link.
    pub fn link(&self) -> Option<String> {
        absolute(self.base, self.attribute("href")?)
    }

    /// The tag's name in lower case.
    pub fn name(&self) -> &'a str {
        self.element.value().name()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hints(url: &str) -> Hints {
        Hints { url: Some(url.to_owned()), ..Hints::default() }
    }

    #[test]
    fn a_list_of_links() {
        let page = "<!doctype html><link rel=canonical href=https://other.example/><ul><li><a href=a/1>One <b>and</b><script>x</script>
            more</a> <time datetime=2022-04-01>1/4</time><li><a href='mailto:x@y'>No</a></ul>";
        let markup = Markup::parse(page.as_bytes(), &hints("https://list.example/en/"), &Limits::default()).unwrap();
        let (items, link) = (Selector::parse("ul > li").unwrap(), Selector::parse("a").unwrap());
        let found: Vec<(String, Option<String>)> = markup
            .select(&items)
            .flat_map(|item| item.select(&link).map(|a| (a.text(), a.link())).collect::<Vec<_>>())
            .collect();
        assert_eq!(found, [("One and more".into(), Some("https://list.example/en/a/1".into())), ("No".into(), None)]);
    }

    #[test]
    fn wrong_selectors_and_pages_are_refused() {
        assert!(Selector::parse("li > > a").is_err());
        let deep = "<div>".repeat(600);
        let refused = Markup::parse(deep.as_bytes(), &Hints::default(), &Limits::default());
        assert!(matches!(refused, Err(Error::TooDeep { .. })), "{refused:?}");
    }
}
