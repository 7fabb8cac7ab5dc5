//! Fetching from a site on this machine that behaves as authorities' sites do.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a helper that fails fails the test that called it

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use fineprint_fetch::{Archive, Event, Kind, Ledger, Lookup, Run, Scope, Settings, fetch};
use fineprint_testkit::{Page, Site};
use tempfile::TempDir;

const HOST: &str = "ico.org.uk";
const LIST: &str = "ico.org.uk/action-weve-taken/enforcement/";

fn noon() -> DateTime<Utc> {
    "2031-06-01T12:00:00Z".parse().unwrap()
}

/// A page of the list: notices as path and day, and the path of the next page.
fn list(notices: &[(&str, &str)], next: Option<&str>) -> Page {
    let items: String = notices
        .iter()
        .map(|(path, day)| {
            format!(
                "<div class=\"itemlink\"><a href=\"{path}\"><h2>Notice {path}</h2></a><p class=\"text-small\">{day}</p></div>"
            )
        })
        .collect();
    let next = next.map(|next| format!("<a class=\"next\" href=\"{next}\">Next</a>")).unwrap_or_default();
    Page::html(format!("<html><body><div class=\"resultlist\">{items}</div>{next}</body></html>"))
}

fn notice(number: usize) -> Page {
    Page::html(format!("<html><body><h1>Notice {number}</h1><p>Example Ltd was fined.</p></body></html>"))
}

/// A site with a list of so many notices on one page, an archive, and how to fetch the one into the other.
struct Bench {
    site: Site,
    folder: TempDir,
    settings: Settings,
    scope: Scope,
}

impl Bench {
    fn new(notices: usize) -> Self {
        let site = Site::start().unwrap();
        let settings = Settings {
            delay: Duration::ZERO,
            timeout: Duration::from_secs(5),
            stand_in: Some(site.address()),
            now: noon,
            retries: 2,
            ..Settings::default()
        };
        let bench = Self { site, folder: tempfile::tempdir().unwrap(), settings, scope: Scope::default() };
        bench.list_notices(notices);
        for at in 1..=notices {
            bench.site.put(&format!("{HOST}/n/{at}"), notice(at));
        }
        bench
    }

    fn list_notices(&self, notices: usize) {
        let paths: Vec<String> = (1..=notices).map(|at| format!("/n/{at}")).collect();
        let items: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "1 May 2031")).collect();
        self.site.put(LIST, list(&items, None));
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn run(&self) -> Run {
        let mut archive = Archive::open(self.root()).unwrap();
        let runs = fetch(&mut archive, &["gb_ico".to_owned()], self.scope, &self.settings, &|_| {}).unwrap();
        runs.into_iter().next().unwrap().1
    }

    /// The one failure of a run.
    fn failure(&self) -> String {
        let run = self.run();
        assert_eq!(run.failed.len(), 1, "{run:?}");
        run.failed[0].reason.clone()
    }

    fn archive(&self) -> Archive {
        Archive::open(self.root()).unwrap()
    }
}

#[test]
fn new_notices_are_fetched_once_and_lists_are_asked_whether_they_changed() {
    let bench = Bench::new(3);
    let run = bench.run();
    assert_eq!((run.number, run.pages, run.listed.len(), run.new, run.failed.len()), (1, 1, 3, 3, 0), "{run:?}");
    assert_eq!(run.refused, None);
    let archive = bench.archive();
    for listed in &run.listed {
        let entry = archive.latest(&listed.url).unwrap();
        assert_eq!(Some(&entry.sha256), listed.sha256.as_ref());
        assert!(String::from_utf8(archive.payload(entry).unwrap()).unwrap().contains("was fined"));
    }
    drop(archive);
    bench.site.forget();
    bench.site.put(&format!("{HOST}/n/9"), notice(9));
    let again = bench.run();
    assert_eq!((again.number, again.new, again.unchanged, again.listed.len()), (2, 0, 0, 3));
    let asked = bench.site.asked();
    assert_eq!(asked.len(), 1, "only the list: {asked:?}");
    assert_eq!((asked[0].status, asked[0].is_conditional), (304, true));
    bench.list_notices(4);
    bench.site.put(&format!("{HOST}/n/4"), notice(4));
    let third = bench.run();
    assert_eq!((third.new, third.listed.len()), (1, 4));
}

#[test]
fn a_refresh_asks_whether_each_notice_still_stands() {
    let mut bench = Bench::new(3);
    bench.run();
    bench.scope.refresh = true;
    bench.site.put(&format!("{HOST}/n/2"), Page::html("<p>another text</p>"));
    let run = bench.run();
    assert_eq!((run.new, run.unchanged), (1, 2));
    let archive = bench.archive();
    let latest = |at| archive.latest(&format!("https://{HOST}/n/{at}")).unwrap();
    assert_eq!([latest(1).kind, latest(2).kind], [Kind::NotModified, Kind::Response]);
    assert_eq!(archive.payload(latest(2)).unwrap(), b"<p>another text</p>");
    assert!(String::from_utf8(archive.payload(latest(1)).unwrap()).unwrap().contains("Notice 1"));
}

#[test]
fn lists_are_followed_to_their_end_and_not_in_circles() {
    let bench = Bench::new(4);
    bench.site.put(LIST, list(&[("/n/1", "3 May 2031"), ("/n/2", "2 May 2031")], Some("?page=2")));
    bench.site.put(&format!("{LIST}?page=2"), list(&[("/n/2", "2 May 2031"), ("/n/3", "1 May 2031")], Some("?page=3")));
    bench.site.put(&format!("{LIST}?page=3"), list(&[("/n/4", "1 May 2031")], Some("?page=2")));
    let run = bench.run();
    assert_eq!((run.pages, run.listed.len(), run.new), (3, 4, 4), "{run:?}");
}

#[test]
fn since_stops_where_a_page_is_older_and_limit_after_so_many() {
    let mut bench = Bench::new(4);
    bench.site.put(LIST, list(&[("/n/1", "3 May 2031"), ("/n/2", "30 April 2031")], Some("?page=2")));
    bench.site.put(&format!("{LIST}?page=2"), list(&[("/n/3", "1 March 2031")], Some("?page=3")));
    bench.site.put(&format!("{LIST}?page=3"), list(&[("/n/4", "1 February 2031")], None));
    bench.scope.since = Some("2031-05-01".parse().unwrap());
    let run = bench.run();
    assert_eq!((run.pages, run.listed.len(), run.new), (2, 1, 1), "{run:?}");
    bench.scope = Scope { limit: Some(2), ..Scope::default() };
    assert_eq!(bench.run().new, 2);
    bench.scope = Scope::default();
    let rest = bench.run();
    assert_eq!((rest.new, rest.listed.len()), (1, 4));
}

#[test]
fn who_asks_is_said_and_robots_txt_is_kept() {
    let mut bench = Bench::new(3);
    bench.settings.contact = Some("crawl@example.org".to_owned());
    bench.site.put(
        &format!("{HOST}/robots.txt"),
        Page::of("text/plain", b"User-agent: *\nDisallow: /\n\nUser-agent: fineprint\nDisallow: /n/2\n".to_vec()),
    );
    let failure = bench.failure();
    assert_eq!(failure, "robots.txt of `ico.org.uk` asks not to fetch this address");
    assert_eq!(bench.site.count(&format!("{HOST}/n/2")), 0);
    assert_eq!(bench.site.count(&format!("{HOST}/robots.txt")), 1);
    let agent = bench.site.asked()[0].user_agent.clone();
    assert!(agent.starts_with("fineprint/") && agent.contains("crawl@example.org"), "{agent}");
}

#[test]
fn without_rules_that_can_be_read_nothing_is_asked() {
    for page in [Page::status(500), Page::redirect("/robots.txt")] {
        let mut bench = Bench::new(1);
        bench.settings.retries = 0;
        bench.site.put(&format!("{HOST}/robots.txt"), page);
        let run = bench.run();
        assert!(run.refused.as_deref().unwrap_or_default().contains("robots.txt"), "{run:?}");
        assert_eq!(bench.site.asked().len(), 0);
    }
    let bench = Bench::new(1);
    bench.site.put(&format!("{HOST}/robots.txt"), Page::status(403));
    assert_eq!(bench.run().new, 1, "a site that shows no rules has none");
}

#[test]
fn requests_to_a_host_come_with_a_pause_that_robots_txt_may_lengthen() {
    let mut bench = Bench::new(2);
    bench.settings.delay = Duration::from_millis(100);
    bench
        .site
        .put(&format!("{HOST}/robots.txt"), Page::of("text/plain", b"User-agent: *\nCrawl-delay: 0.3\n".to_vec()));
    bench.run();
    let asked = bench.site.asked();
    assert_eq!(asked.len(), 3);
    for pair in asked.windows(2) {
        let pause = pair[1].at - pair[0].at;
        assert!(pause >= Duration::from_millis(250), "{pause:?}");
    }
}

#[test]
fn failures_that_pass_are_waited_out() {
    let bench = Bench::new(3);
    bench.site.put(&format!("{HOST}/n/1"), notice(1).first(500, None).first(503, None));
    bench.site.put(&format!("{HOST}/n/2"), notice(2).first(429, Some("1")));
    let run = bench.run();
    assert_eq!((run.new, run.failed.len()), (3, 0), "{run:?}");
    let asked = bench.site.asked();
    let at = |path: &str| {
        asked.iter().filter(|asked| asked.address.ends_with(path)).map(|asked| asked.at).collect::<Vec<_>>()
    };
    assert_eq!(at("/n/1").len(), 3);
    let waited = at("/n/2")[1] - at("/n/2")[0];
    assert!(waited >= Duration::from_millis(990), "Retry-After: 1, waited {waited:?}");
}

#[test]
fn failures_that_stay_are_told_and_harm_no_other() {
    let bench = Bench::new(10);
    bench.site.put(&format!("{HOST}/n/2"), Page::status(500));
    assert_eq!(bench.failure(), "expected status 200, found 500 after 3 tries");
    bench.site.put(&format!("{HOST}/n/2"), Page::status(410));
    assert_eq!(bench.failure(), "expected status 200, found 410");
    assert_eq!(bench.site.count(&format!("{HOST}/n/2")), 4, "410 is not asked for again");
    assert_eq!(bench.archive().entries().iter().filter(|entry| entry.url.contains("/n/")).count(), 9);
}

#[test]
fn a_site_that_asks_for_much_time_gets_it() {
    let bench = Bench::new(3);
    bench.site.put(&format!("{HOST}/n/2"), notice(2).first(429, Some("7200")));
    let run = bench.run();
    assert_eq!(run.finished, None);
    assert!(run.refused.as_deref().unwrap().contains("come back in 7200 s"), "{run:?}");
    assert_eq!(bench.site.count(&format!("{HOST}/n/3")), 0);
    let on = bench.run();
    assert_eq!((on.number, on.new, on.refused), (1, 3, None), "the same run went on");
    assert_eq!(bench.site.count(&format!("{HOST}/n/1")), 1);
}

#[test]
fn slow_long_and_circling_answers_end() {
    let mut bench = Bench::new(9);
    bench.settings.timeout = Duration::from_secs(1);
    bench.settings.retries = 0;
    bench.settings.max_bytes = 100_000;
    let crawl = Page::html("x".repeat(5_000)).dripping(10, Duration::from_millis(50));
    for (page, expected) in [
        (notice(2).after(Duration::from_secs(3)), "expected an answer within 1 s, found none"),
        (crawl, "expected an answer within 1 s, found none"),
        (Page::html("x".repeat(100_001)), "expected at most 100000 bytes, found more"),
        (notice(2).with_more(10 << 20), "expected at most 100000 bytes, found more"),
        (Page::redirect("/n/2"), "redirects lead in a circle, back to `https://ico.org.uk/n/2`"),
        (Page::redirect("/r/1"), "redirects lead in a circle, back to `https://ico.org.uk/n/2`"),
        (Page::redirect("/s/1"), "expected at most 5 redirects, found more, the last to `https://ico.org.uk/s/6`"),
        (
            Page::redirect("ftp://ico.org.uk/x"),
            "expected an http or https address without user name, found `ftp://ico.org.uk/x`",
        ),
        (Page::status(302), "expected an http or https address without user name, found `https://ico.org.uk/n/2`"),
        (Page::status(304), "expected status 200, found 304"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let fresh =
            Bench { folder, site: Site::start().unwrap(), settings: bench.settings.clone(), scope: bench.scope };
        let fresh = Bench { settings: Settings { stand_in: Some(fresh.site.address()), ..fresh.settings }, ..fresh };
        fresh.list_notices(2);
        fresh.site.put(&format!("{HOST}/n/1"), notice(1));
        fresh.site.put(&format!("{HOST}/r/1"), Page::redirect("/n/2"));
        for at in 1..9 {
            fresh.site.put(&format!("{HOST}/s/{at}"), Page::redirect(&format!("/s/{}", at + 1)));
        }
        fresh.site.put(&format!("{HOST}/n/2"), page);
        assert_eq!(fresh.failure(), expected);
    }
}

#[test]
fn a_redirect_is_followed_and_archived_hop_by_hop() {
    let bench = Bench::new(2);
    bench.site.put(&format!("{HOST}/n/2"), Page::redirect("https://www.example.org/moved"));
    bench.site.put("www.example.org/moved", notice(2));
    let run = bench.run();
    assert_eq!((run.new, run.failed.len()), (2, 0), "{run:?}");
    let archive = bench.archive();
    let hop = archive.entries().iter().find(|entry| entry.url.ends_with("/n/2")).unwrap();
    assert_eq!((hop.status, hop.location.as_deref()), (302, Some("https://www.example.org/moved")));
    assert!(archive.latest("https://www.example.org/moved").is_some());
}

#[test]
fn no_redirect_leads_into_the_house() {
    let bench = Bench::new(2);
    let before = bench.site.connections();
    for target in [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:1/",
        "http://2130706433:1/",
        "http://[::ffff:127.0.0.1]:1/",
        "http://localhost:1/",
        "//0x7f.1:1/",
    ] {
        bench.site.put(&format!("{HOST}/n/2"), Page::redirect(target));
        let failure = bench.failure();
        assert!(failure.contains("of the public internet"), "{target}: {failure}");
        assert!(failure.ends_with("nothing was connected to"), "{failure}");
    }
    assert!(bench.site.connections() > before);
}

/// Answers a public address at first and one of this machine from then on.
struct Changing {
    asked: AtomicUsize,
    first: IpAddr,
}

impl Lookup for Changing {
    fn lookup(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        let is_first = self.asked.fetch_add(1, Ordering::SeqCst) == 0;
        Ok(vec![if is_first { self.first } else { Ipv4Addr::LOCALHOST.into() }])
    }
}

#[test]
fn no_answer_of_the_domain_name_system_leads_into_the_house() {
    // Nothing stands in here: the client itself would connect to what the names lead to.
    let mut bench = Bench::new(1);
    bench.settings.stand_in = None;
    bench.settings.retries = 1;
    for first in ["127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "fd00::1"] {
        let lookup = Arc::new(Changing { asked: AtomicUsize::new(0), first: first.parse().unwrap() });
        bench.settings.lookup = Some(lookup.clone());
        let run = bench.run();
        let refused = run.refused.clone().unwrap_or_default();
        assert!(refused.contains("expected an address of the public internet"), "{first}: {run:?}");
        assert!(refused.contains("ico.org.uk"), "{refused}");
        assert!(lookup.asked.load(Ordering::SeqCst) >= 1);
    }
    assert_eq!(bench.site.connections(), 0);
}

#[test]
fn changed_markup_is_an_error_that_names_source_selector_and_page() {
    let bench = Bench::new(3);
    bench.run();
    bench
        .site
        .put(LIST, Page::html("<html><body><div class=\"cards\"><a href=\"/n/1\">Notice</a></div></body></html>"));
    let run = bench.run();
    let refused = run.refused.unwrap();
    for part in ["`gb_ico`", "https://ico.org.uk/action-weve-taken/enforcement/", "itemlink"] {
        assert!(refused.contains(part), "{refused}");
    }
    let ledger = Ledger::open(bench.root(), "gb_ico").unwrap();
    assert_eq!(ledger.believed.unwrap().number, 1, "what was believed stays");
    assert_eq!(ledger.last.unwrap().number, 2);
}

#[test]
fn a_list_that_lost_a_fifth_is_not_believed() {
    let bench = Bench::new(10);
    assert_eq!(bench.run().refused, None);
    bench.list_notices(8);
    let refused = bench.run().refused.unwrap();
    assert_eq!(refused, "it lost a fifth or more: 8 notices are listed, 10 were before");
    bench.list_notices(9);
    assert_eq!(bench.run().refused, None);
}

/// Every file of an archive that tells what was fetched.
fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for folder in ["warc", "runs", "."] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.file_type().unwrap().is_file() && name != "lock" {
                files.insert(format!("{folder}/{name}"), std::fs::read(entry.path()).unwrap());
            }
        }
    }
    files
}

#[test]
fn a_run_broken_off_anywhere_ends_in_the_same_archive() {
    let whole = Bench::new(6);
    whole.run();
    let expected = files(whole.root());
    for stop in [1, 2, 4, 7] {
        // The same site, so that its answers are the same; another archive.
        let bench = Bench {
            folder: tempfile::tempdir().unwrap(),
            site: Site::start().unwrap(),
            settings: whole.settings.clone(),
            scope: whole.scope,
        };
        let broken = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let done = AtomicUsize::new(0);
            let mut archive = Archive::open(bench.root()).unwrap();
            let told = |_: Event| assert!(done.fetch_add(1, Ordering::SeqCst) + 1 < stop, "broken off on purpose");
            fetch(&mut archive, &["gb_ico".to_owned()], bench.scope, &bench.settings, &told)
        }));
        assert!(broken.is_err());
        assert!(files(bench.root()) != expected);
        bench.run();
        let found = files(bench.root());
        let different: Vec<&String> = expected.keys().filter(|name| expected.get(*name) != found.get(*name)).collect();
        assert!(different.is_empty() && found.len() == expected.len(), "broken off at {stop}: {different:?}");
    }
}
