//! What crawlers and browsers ask a site for: the list of pages, the rules, the search description.

use std::fmt::Write as _;

use fineprint_model::PartialDate;

use crate::format::escape;
use crate::page::Site;

/// The list of pages: address from the root, and when it last really changed. `None` without a public address: a
/// site map must name absolute addresses.
pub fn sitemap(site: &Site, pages: &[(String, Option<PartialDate>)]) -> Option<String> {
    let base = site.base_url.as_ref()?;
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
    Some(out)
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
