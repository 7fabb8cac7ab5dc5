//! Rule `source-url-not-http`.

use crate::case::Case;
use crate::lint::{Report, quoted};

super::rule! {
/// # What it does
/// reports a source whose address is not an absolute http or https address without blanks.
///
/// # Why is this bad
/// such an address does not work on another machine, and some schemes run code in the reader's browser.
///
/// # Example
/// `"url": "javascript:..."`, `"url": "www.cnil.fr/..."`
///
/// # Use instead
/// `"url": "https://www.cnil.fr/..."`
    SourceUrlNotHttp, "source-url-not-http", Error, check
}

fn check(case: &Case, report: &mut Report) {
    for (at, source) in case.sources.iter().enumerate() {
        if let Some(url) = source.url.as_deref().filter(|url| !is_http(url)) {
            let help = "copy the address from the browser, or leave it out for a file";
            report.add(format!("/sources/{at}/url"), "an absolute http(s) address", quoted(url), help);
        }
    }
}

fn is_http(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_alphanumeric() || c == '[')
            && !url.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&SourceUrlNotHttp, &["/sources/0/url"], |case| {
            case.sources[0].url = Some("javascript:x".into())
        });
        for bad in ["www.cnil.fr", "https://", "https:///x", "file:///etc/passwd", "https://x y", "HTTPS", ""] {
            assert!(!is_http(bad), "{bad}");
        }
    }
}
