//! Fetches a small site on this machine into an archive, twice, so that it holds every kind of record: answers, a body met
//! again, a redirect, an answer that still stands. For tools that check archives.
//!
//! `cargo run -p fineprint-fetch --example loopback -- DIR`

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use fineprint_fetch::{Archive, Scope, Settings, fetch};
use fineprint_testkit::{Page, Site};

fn main() -> Result<(), Box<dyn Error>> {
    let folder: PathBuf = std::env::args_os().nth(1).ok_or("expected a folder for the archive")?.into();
    let site = Site::start()?;
    let items: String = (1..=4)
        .map(|at| {
            format!(
                "<div class=\"itemlink\"><a href=\"/n/{at}\">Notice</a><p class=\"text-small\">1 May 2031</p></div>"
            )
        })
        .collect();
    site.put("ico.org.uk/action-weve-taken/enforcement/", Page::html(format!("<html><body>{items}</body></html>")));
    site.put("ico.org.uk/n/1", Page::html("<p>One was fined 20 000 €.</p>"));
    site.put("ico.org.uk/n/2", Page::html("<p>One was fined 20 000 €.</p>"));
    site.put("ico.org.uk/n/3", Page::redirect("/n/3/decision"));
    site.put("ico.org.uk/n/3/decision", Page::of("application/pdf", b"%PDF-1.7 not really\r\n\r\n\0\xff".to_vec()));
    site.put("ico.org.uk/n/4", Page::html("in pieces").with_more(9_000));
    let settings = Settings { delay: Duration::ZERO, stand_in: Some(site.address()), ..Settings::default() };
    let mut archive = Archive::open(&folder)?;
    for refresh in [false, true] {
        let scope = Scope { refresh, ..Scope::default() };
        for (source, run) in fetch(&mut archive, &["gb_ico".to_owned()], scope, &settings, &|_| {})? {
            if let Some(failure) = run.failed.first().or(run.misread.first()) {
                return Err(format!("{source}: {}: {}", failure.url, failure.reason).into());
            }
        }
    }
    Ok(())
}
