//! Pages that say what went wrong and offer ways on.

use askama::Template;

use super::{Page, Site, render};
use crate::error::Result;
use crate::format::tidy;

/// A way on from an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayOn {
    /// What is there.
    pub text: String,
    /// Address from the site's root.
    pub href: String,
}

/// What an error page needs.
#[derive(Debug)]
pub struct ErrorContext<'a> {
    /// HTTP status.
    pub status: u16,
    /// "There is no such page".
    pub heading: &'a str,
    /// What was expected and found, in a sentence or two.
    pub detail: &'a str,
    /// The query that was wrong, shown in the search box again; empty where none was.
    pub query: &'a str,
    /// Where in the query it is wrong, in bytes.
    pub span: Option<(usize, usize)>,
    /// Where to go from here.
    pub ways: &'a [WayOn],
    /// The way to the site's root: `/` where the page answers for any address.
    pub root: &'a str,
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorView<'a> {
    page: Page<'a>,
    status: u16,
    heading: &'a str,
    /// The detail in pieces: text, and whether it is a word of the address or query.
    detail: Vec<(String, bool)>,
    marked: Option<(String, String, String)>,
    ways: &'a [WayOn],
}

/// An error page.
///
/// # Errors
/// Where the template does not render.
pub fn error_page(site: &Site, context: &ErrorContext<'_>) -> Result<String> {
    let mut page = Page::new(site, "", context.heading, tidy(context.detail));
    context.root.clone_into(&mut page.root);
    page.noindex = true;
    page.query = tidy(context.query);
    let marked = context.span.and_then(|(start, end)| {
        let part = |text: Option<&str>| text.map(tidy);
        Some((part(context.query.get(..start))?, part(context.query.get(start..end))?, part(context.query.get(end..))?))
    });
    let view = ErrorView {
        status: context.status,
        heading: context.heading,
        detail: tidy(context.detail)
            .split('`')
            .enumerate()
            .filter(|(_, part)| !part.is_empty())
            .map(|(at, part)| (part.to_owned(), at % 2 == 1))
            .collect(),
        marked,
        ways: context.ways,
        page,
    };
    render(&view, "error")
}
