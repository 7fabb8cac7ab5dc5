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
        let stand_in = site.address().to_string();
        let mut args = vec![command, "gb_ico", "--stand-in", &stand_in, "--delay", "0", "--kb", "kb"];
        args.extend(more);
        let mut command = self.command(args);
        // 1 June 2031, so that two archives of the same answers are the same.
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

#[test]
fn a_watch_publishes_what_is_new_and_nothing_of_a_run_that_is_not_to_be_believed() {
    let bench = Bench::new();
    let site = site(5);
    let first = bench.fetch(&site, "watch", &["--once"]).expect(0);
    assert_eq!(first.stdout.lines().nth(1), Some("gb_ico\t5\t0\t5\t0\t0\t0\tpublished"), "{}", first.stderr);
    assert_eq!(bench.run(["search", "authority:gb-ico", "--kb", "kb"]).expect(0).ids().len(), 5);
    let again = bench.fetch(&site, "watch", &["--once"]).expect(0);
    assert_eq!(again.stdout.lines().nth(1), Some("gb_ico\t0\t0\t0\t0\t0\t0\tpublished"));

    list(&site, 6);
    site.put("ico.org.uk/news/5", notice(5));
    let more = bench.fetch(&site, "watch", &["--once"]).expect(0);
    assert_eq!(more.stdout.lines().nth(1), Some("gb_ico\t1\t0\t1\t0\t0\t0\tpublished"), "{}", more.stderr);

    let export = || bench.run(["export", "--kb", "kb"]).expect(0).stdout;
    let before = export();
    list(&site, 4);
    site.put("ico.org.uk/news/0", notice(4));
    let lost = bench.fetch(&site, "watch", &["--once", "--refresh"]).expect(3);
    assert!(
        lost.stdout.contains("nothing published: it lost a fifth or more: 4 notices are listed, 6 were before"),
        "{}",
        lost.stdout
    );
    list(&site, 6);
    for at in 0..6 {
        site.put(
            &format!("ico.org.uk/news/{at}"),
            Page::html("<html><body><p>This page is being rebuilt.</p></body></html>"),
        );
    }
    let hollow = bench.fetch(&site, "watch", &["--once", "--refresh"]).expect(3);
    assert!(hollow.stdout.contains("none of 6 notices tells of a case"), "{}", hollow.stdout);
    site.put(LIST, Page::html("<html><body><p>Enforcement</p></body></html>"));
    let changed = bench.fetch(&site, "watch", &["--once"]).expect(3);
    for part in ["nothing published", "`gb_ico`", LIST, "itemlink"] {
        assert!(changed.stdout.contains(part), "{}", changed.stdout);
    }
    assert_eq!(export(), before);

    let sources = bench.run(["sources", "--kb", "kb", "--format", "json"]).expect(0).json();
    let ico = sources.as_array().unwrap().iter().find(|row| row["source"] == "gb_ico").unwrap();
    assert_eq!(
        (&ico["records"], &ico["filled"]["fine"], &ico["last_run"]["failures"]),
        (&6.into(), &1.0.into(), &1.into())
    );
    assert!(ico["last_run"]["refused"].as_str().unwrap().contains("itemlink"), "{ico}");
    assert_eq!(ico["licence"], "Open Government Licence v3.0");
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
