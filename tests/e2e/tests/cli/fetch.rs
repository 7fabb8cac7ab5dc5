//! `fineprint fetch`, `watch` and `sources` against a site on this machine: killed and resumed, published or not.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use fineprint_testkit::{Page, Site};

use crate::{Bench, Run};

const LIST: &str = "ico.org.uk/action-weve-taken/enforcement/";

/// A site with so many notices and a list of them.
fn site(notices: usize) -> Site {
    let site = Site::start().unwrap();
    list(&site, notices);
    for at in 0..notices {
        site.put(&format!("ico.org.uk/news/{at}"), notice(at));
    }
    site
}

fn list(site: &Site, notices: usize) {
    let items: String = (0..notices)
        .map(|at| format!("<div class=\"itemlink\"><a href=\"/news/{at}\"><h2>Case {at}</h2><p class=\"text-small\">31 May 2030</p></a></div>"))
        .collect();
    site.put(LIST, Page::html(format!("<html><body><div class=\"resultlist\">{items}</div></body></html>")));
}

/// Companies whose names share nothing.
const NAMES: &[&str] = &[
    "Alderney Parcels",
    "Birchwood Energy",
    "Corvid Insurance",
    "Dovecote Hotels",
    "Elmstead Telecom",
    "Fernhill Pharmacy",
];

fn notice(at: usize) -> Page {
    let (name, fine) = (NAMES[at % NAMES.len()], 100_000 + at * 50_000);
    Page::html(format!(
        "<html lang=\"en\"><head><title>{name} fined £{fine} for lax security | ICO</title></head><body><main>\
         <h1>{name} fined £{fine} for lax security</h1><dl><dt>Date</dt><dd>31 May 2030</dd></dl>\
         <p>The Information Commissioner's Office (ICO) has fined {name} Limited £{fine} for failing to protect the personal \
         data of its customers, in breach of Article 32 of the UK GDPR.</p></main></body></html>"
    ))
}

impl Bench {
    fn fetching(&self, site: &Site, command: &str, more: &[&str]) -> std::process::Command {
        self.fetching_from("gb_ico", site, command, more)
    }

    fn fetching_from(&self, source: &str, site: &Site, command: &str, more: &[&str]) -> std::process::Command {
        let stand_in = site.address().to_string();
        let mut args = vec![command, source, "--stand-in", &stand_in, "--delay", "0", "--kb", "kb"];
        args.extend(more);
        let mut command = self.command(args);
        // 31 May 2031, so that two archives of the same answers are the same.
        command.env("SOURCE_DATE_EPOCH", "1937995200").env_remove("FINEPRINT_CONTACT");
        command
    }

    fn fetch(&self, site: &Site, command: &str, more: &[&str]) -> Run {
        crate::finish(self.fetching(site, command, more).spawn().unwrap())
    }
}

fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let name = entry.path().strip_prefix(root).unwrap().display().to_string();
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else if name != "lock" {
                files.insert(name, std::fs::read(entry.path()).unwrap());
            }
        }
    }
    files
}

#[test]
fn a_fetch_that_is_killed_and_resumed_ends_in_the_same_archive() {
    let site = site(6);
    let whole = Bench::new();
    whole.fetch(&site, "fetch", &[]).expect(0);
    let expected = files(&whole.path("kb/archive"));
    assert_eq!(expected.keys().filter(|name| name.ends_with(".warc.gz")).count(), 1);
    for stop in [1, 3, 5] {
        let bench = Bench::new();
        let site = self::site(6);
        site.put(&format!("ico.org.uk/news/{stop}"), notice(stop).after(Duration::from_secs(20)));
        let mut child = bench.fetching(&site, "fetch", &[]).spawn().unwrap();
        let began = Instant::now();
        while site.connections() < stop + 3 {
            assert!(began.elapsed() < Duration::from_secs(30), "it does not get there");
            std::thread::sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(files(&bench.path("kb/archive")) != expected);
        site.put(&format!("ico.org.uk/news/{stop}"), notice(stop));
        site.forget();
        bench.fetch(&site, "fetch", &[]).expect(0);
        let asked = site.asked();
        assert_eq!(asked.len(), 6 - stop, "what was there is not asked for again: {asked:?}");
        let found = files(&bench.path("kb/archive"));
        let different: Vec<&String> = expected.keys().filter(|name| expected.get(*name) != found.get(*name)).collect();
        assert!(different.is_empty() && found.len() == expected.len(), "{stop}: {different:?}");
    }
}

#[test]
fn what_a_run_brought_is_told_in_every_form() {
    let bench = Bench::new();
    let site = site(3);
    site.remove("ico.org.uk/news/2");
    let run = bench.fetch(&site, "fetch", &[]).expect(5);
    insta::assert_snapshot!(format!("{}\n{}", run.stdout, run.stderr), @r"
    source	listed	new	unchanged	failed	bytes	result
    gb_ico	3	2	0	1	1208	complete

    starting a knowledge base in kb
    fineprint: `https://ico.org.uk/news/2`: expected status 200, found 404
    gb_ico: expected at least 50 notices, 3 are listed
    ");
    let again = bench.fetch(&site, "fetch", &["--format", "json", "--quiet"]).expect(5).json();
    assert_eq!(
        (&again[0]["new"], &again[0]["number"], &again[0]["listed"][0]["date"]),
        (&0.into(), &2.into(), &"2030-05-31".into())
    );
    let limited = bench.fetch(&site, "fetch", &["--limit", "1", "--since", "2031"]).expect(3);
    assert!(limited.stdout.contains("no list names a notice"), "{}", limited.stdout);
}

#[test]
fn wrong_words_are_told_before_anything_is_asked() {
    let bench = Bench::new();
    let site = site(1);
    for (args, expected) in [
        (vec!["fetch", "gb_icoo", "--archive", "a"], "did you mean `gb_ico`?"),
        (vec!["fetch", "general", "--archive", "a"], "expected a source with a listing"),
        (vec!["fetch", "gb_ico"], "--archive DIR"),
        (vec!["fetch", "gb_ico", "--archive", "a", "--delay", "0.1"], "expected at least 0.5 s"),
        (vec!["fetch", "gb_ico", "--archive", "a", "--stand-in", "192.0.2.1:80"], "an address of this machine"),
        (vec!["watch", "gb_ico", "--once"], "--kb DIR"),
    ] {
        let run = bench.run(&args).expect(2);
        assert!(run.stderr.contains(expected), "{args:?}: {}", run.stderr);
    }
    assert_eq!(site.connections(), 0);
}

/// The list of a source of which few notices are expected.
const BERLIN: &str = "www.datenschutz-berlin.de/infothek-und-service/pressemitteilungen/";

fn berlin_list(site: &Site, notices: usize) {
    let items: String = (0..notices)
        .map(|at| {
            format!(
                "<section class=\"causes-single-wrapper\"><div class=\"press-date\">31.05.2030</div><h3>Fall {at}</h3>\
                 <a href=\"/pressemitteilung/{at}/\">Mehr</a></section>"
            )
        })
        .collect();
    site.put(BERLIN, Page::html(format!("<html lang=\"de\"><body>{items}</body></html>")));
}

fn berlin_notice(site: &Site, at: usize, fine: &str) {
    let name = NAMES[at % NAMES.len()];
    let page = Page::html(format!(
        "<html lang=\"de\"><head><title>Bußgeld gegen {name} GmbH</title></head><body><main><h1>Bußgeld gegen {name} GmbH</h1>\
         <p>Pressemitteilung vom 31. Mai 2030</p><p>Die Berliner Beauftragte für Datenschutz und Informationsfreiheit hat gegen \
         die {name} GmbH ein Bußgeld von {fine} Euro verhängt. Das Unternehmen hatte Daten seiner Kunden nicht geschützt und \
         damit gegen Art. 32 DSGVO verstoßen.</p></main></body></html>"
    ));
    site.put(&format!("www.datenschutz-berlin.de/pressemitteilung/{at}/"), page);
}

fn berlin(notices: usize) -> Site {
    let site = Site::start().unwrap();
    berlin_list(&site, notices);
    for at in 0..notices {
        berlin_notice(&site, at, &format!("{}.000", 100 + at * 50));
    }
    site
}

impl Bench {
    fn watch(&self, site: &Site, more: &[&str]) -> Run {
        let mut command = self.fetching_from("de_be", site, "watch", &["--once"]);
        crate::finish(command.args(more).spawn().unwrap())
    }
}

#[test]
fn a_watch_publishes_what_is_new_and_nothing_of_a_run_that_is_not_to_be_believed() {
    let bench = Bench::new();
    let site = berlin(5);
    let first = bench.watch(&site, &[]).expect(0);
    assert_eq!(first.stdout.lines().nth(1), Some("de_be\t5\t0\t5\t0\t0\t0\tpublished"), "{}", first.stderr);
    assert_eq!(bench.run(["search", "authority:de-be", "--kb", "kb"]).expect(0).ids().len(), 5);
    let again = bench.watch(&site, &[]).expect(0);
    assert_eq!(again.stdout.lines().nth(1), Some("de_be\t0\t0\t0\t0\t0\t0\tpublished"));

    berlin_list(&site, 6);
    berlin_notice(&site, 5, "350.000");
    let more = bench.watch(&site, &[]).expect(0);
    assert_eq!(more.stdout.lines().nth(1), Some("de_be\t1\t0\t1\t0\t0\t0\tpublished"), "{}", more.stderr);

    let export = || bench.run(["export", "--kb", "kb"]).expect(0).stdout;
    let before = export();
    berlin_list(&site, 4);
    berlin_notice(&site, 0, "999.000");
    let lost = bench.watch(&site, &["--refresh"]).expect(3);
    assert!(
        lost.stdout.contains("nothing published: it lost a fifth or more: 4 notices are listed, 6 were before"),
        "{}",
        lost.stdout
    );
    berlin_list(&site, 6);
    for at in 0..6 {
        site.put(
            &format!("www.datenschutz-berlin.de/pressemitteilung/{at}/"),
            Page::html("<html><body><p>This page is being rebuilt.</p></body></html>"),
        );
    }
    let hollow = bench.watch(&site, &["--refresh"]).expect(3);
    assert!(hollow.stdout.contains("none of 6 notices tells of a case"), "{}", hollow.stdout);
    site.put(BERLIN, Page::html("<html><body><p>Presse</p></body></html>"));
    let changed = bench.watch(&site, &[]).expect(3);
    for part in ["nothing published", "`de_be`", BERLIN, "causes-single-wrapper"] {
        assert!(changed.stdout.contains(part), "{}", changed.stdout);
    }
    assert_eq!(export(), before);

    let sources = bench.run(["sources", "--kb", "kb", "--format", "json"]).expect(0).json();
    let row = sources.as_array().unwrap().iter().find(|row| row["source"] == "de_be").unwrap();
    assert_eq!(
        (&row["records"], &row["filled"]["fine"], &row["last_run"]["failures"]),
        (&6.into(), &1.0.into(), &1.into())
    );
    assert!(row["last_run"]["refused"].as_str().unwrap().contains("causes-single-wrapper"), "{row}");
    assert_eq!(row["licence"], serde_json::Value::Null);

    // The page of a site tells the same; records without a stated licence are not on it.
    bench.run(["site", "out", "--kb", "kb"]).expect(0);
    let page = std::fs::read_to_string(bench.path("out/sources/index.html")).unwrap();
    assert!(page.contains("31 May 2031, refused"), "{page}");
    let file = std::fs::read_to_string(bench.path("out/sources/sources.csv")).unwrap();
    let line = file.lines().find(|line| line.starts_with("de_be,")).unwrap();
    assert!(line.contains("causes-single-wrapper"), "{line}");
}

#[test]
fn what_a_source_is_not_known_for_is_published_only_when_a_person_says_so() {
    let bench = Bench::new();
    let site = berlin(5);
    bench.watch(&site, &[]).expect(0);
    let before = bench.run(["export", "--kb", "kb"]).expect(0).stdout;
    berlin_list(&site, 6);
    berlin_notice(&site, 5, "350.000.000");
    let run = bench.watch(&site, &[]).expect(3);
    for part in
        ["nothing published", "/pressemitteilung/5/", "expected a fine of at most 100000000, found 350000000 EUR"]
    {
        assert!(run.stdout.contains(part), "{}", run.stdout);
    }
    assert_eq!(bench.run(["export", "--kb", "kb"]).expect(0).stdout, before);
    let accepted = bench.watch(&site, &["--accept-unexpected"]).expect(0);
    assert!(accepted.stderr.contains("found 350000000 EUR; accepted"), "{}", accepted.stderr);
    assert_eq!(bench.run(["search", "authority:de-be", "--kb", "kb"]).expect(0).ids().len(), 6);

    let few = Bench::new();
    let run = few.watch(&berlin(4), &[]).expect(3);
    assert!(run.stdout.contains("nothing published: expected at least 5 cases, found 4"), "{}", run.stdout);
    few.watch(&berlin(4), &["--limit", "4"]).expect(0);
}

#[test]
fn sources_are_listed_in_every_form() {
    let bench = Bench::new();
    let tsv = bench.run(["sources"]).expect(0);
    assert!(tsv.ids().contains(&"fr_cnil") && tsv.ids().contains(&"general"));
    assert!(tsv.stdout.starts_with("source\trecords\tlast_run\tlisted\tnew\tfailures\tresult\t"), "{}", tsv.stdout);
    let json = bench.run(["sources", "--format", "json"]).expect(0).json();
    let cnil = json.as_array().unwrap().iter().find(|row| row["source"] == "fr_cnil").unwrap();
    assert!(cnil["records"].as_u64().unwrap() > 10, "{cnil}");
    assert!(cnil["filled"]["outcome"].as_f64().unwrap() > 0.5, "{cnil}");
    for form in ["csv", "table", "jsonl"] {
        let run = bench.run(["sources", "--format", form]).expect(0);
        assert!(run.stdout.contains("fr_cnil"), "{form}");
    }
}
