//! What crawlers and browsers ask a site for: the list of pages, the rules, the search description.

use std::fmt::Write as _;

use fineprint_model::PartialDate;

use crate::format::escape;
use crate::page::Site;

/// Most addresses that the protocol allows in one file; a file of 50 MB would hold more than twice as many of ours.
const MOST: usize = 50_000;

/// How many further files a list of so many pages consists of; 0 where one file holds all.
pub fn parts(pages: usize) -> usize {
    if pages > MOST { pages.div_ceil(MOST) } else { 0 }
}

/// The list of pages: address from the root, and when it last really changed; a list of its parts where it has some. `None`
/// without a public address: a site map must name absolute addresses.
pub fn sitemap(site: &Site, pages: &[(String, Option<PartialDate>)]) -> Option<String> {
    let base = site.base_url.as_ref()?;
    let parts = parts(pages.len());
    if parts == 0 {
        return Some(list(base, pages));
    }
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for (number, pages) in (1..).zip(pages.chunks(MOST)) {
        let _ = write!(out, "<sitemap><loc>{}</loc>", escape(&format!("{base}/sitemap-{number}.xml")));
        if let Some(changed) = pages.iter().filter_map(|(_, changed)| *changed).max() {
            let _ = write!(out, "<lastmod>{changed}</lastmod>");
        }
        out.push_str("</sitemap>\n");
    }
    out.push_str("</sitemapindex>\n");
    Some(out)
}

/// A part of the list of pages, from 1; `None` where there is no such part.
pub fn part(site: &Site, pages: &[(String, Option<PartialDate>)], number: usize) -> Option<String> {
    let base = site.base_url.as_ref()?;
    let at = number.checked_sub(1).filter(|at| *at < parts(pages.len()))?;
    pages.chunks(MOST).nth(at).map(|pages| list(base, pages))
}

fn list(base: &str, pages: &[(String, Option<PartialDate>)]) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for (path, changed) in pages {
        let _ = write!(out, "<url><loc>{}</loc>", escape(&format!("{base}/{path}")));
        if let Some(changed) = changed {
            let _ = write!(out, "<lastmod>{changed}</lastmod>");
        }
        out.push_str("</url>\n");
    }
    out.push_str("</urlset>\n");
    out
}

/// Rules for crawlers.
pub fn robots(site: &Site) -> String {
    let mut out = String::from("User-agent: *\nDisallow: /search/?\nDisallow: /api/\n");
    if let Some(base) = &site.base_url {
        let _ = write!(out, "\nSitemap: {base}/sitemap.xml\n");
    }
    out
}

/// Lets a browser search the site from its address bar. `None` without a public address or a service behind it.
pub fn open_search(site: &Site) -> Option<String> {
    let base = site.base_url.as_ref().filter(|_| site.served)?;
    Some(format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n\
         <ShortName>fineprint</ShortName>\n<Description>Decisions and fines of data protection authorities</Description>\n\
         <Url type=\"text/html\" template=\"{0}/search/?q={{searchTerms}}\"/>\n\
         <Url type=\"application/atom+xml\" template=\"{0}/search.atom?q={{searchTerms}}\"/>\n\
         <InputEncoding>UTF-8</InputEncoding>\n</OpenSearchDescription>\n",
        escape(base)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Totals;

    #[test]
    fn a_list_too_long_for_one_file_is_a_list_of_its_parts() {
        let site = Site {
            served: false,
            base_url: Some("https://fines.example".to_owned()),
            css: String::new(),
            js: String::new(),
            icon: String::new(),
            fonts: Vec::new(),
            engine: None,
            today: chrono::NaiveDate::MIN,
            note: None,
            totals: Totals::default(),
        };
        let pages = |count: usize| -> Vec<(String, Option<PartialDate>)> {
            (0..count).map(|at| (format!("case/{at}/"), PartialDate::year(2000 + (at / 1000) as i32).ok())).collect()
        };
        let one = pages(MOST);
        assert_eq!(parts(one.len()), 0);
        assert_eq!(sitemap(&site, &one).unwrap_or_default().matches("<url>").count(), MOST);
        assert_eq!(part(&site, &one, 1), None, "one file holds all");
        let more = pages(2 * MOST + 1);
        let index = sitemap(&site, &more).unwrap_or_default();
        assert!(index.contains("<loc>https://fines.example/sitemap-3.xml</loc><lastmod>2100</lastmod>"), "{index}");
        assert_eq!(index.matches("<sitemap>").count(), 3);
        let listed: usize =
            (1..=3).filter_map(|number| part(&site, &more, number)).map(|part| part.matches("<url>").count()).sum();
        assert_eq!(listed, more.len(), "every page once");
        assert_eq!((part(&site, &more, 0), part(&site, &more, 4)), (None, None));
    }
}
