//! `fineprint ingest`: from a notice to a case that can be found, and what happens to bad input.

use std::ffi::OsString;

use fineprint_testkit::{Page, Site};
use serde_json::Value;

use crate::{Bench, Run, repository, shared};

fn ingest(bench: &Bench, inputs: &[std::path::PathBuf], kb: &str) -> Run {
    let mut args: Vec<OsString> = vec!["ingest".into()];
    args.extend(inputs.iter().map(OsString::from));
    args.extend(["--kb".into(), kb.into()]);
    bench.run(args)
}

/// The only case of a knowledge base.
fn only_case(bench: &Bench, kb: &str) -> Value {
    let run = bench.run(["export", "--as", "json", "--kb", kb]).expect(0).json();
    let cases = run.as_array().unwrap();
    assert_eq!(cases.len(), 1, "{run}");
    cases[0].clone()
}

/// Provisions of a finding kind.
fn provisions(case: &Value, kind: &str) -> Vec<String> {
    let findings = case["findings"].as_array().unwrap();
    let mut provisions: Vec<String> = findings
        .iter()
        .filter(|finding| finding["finding"] == kind)
        .map(|finding| finding["provision"].as_str().unwrap().to_owned())
        .collect();
    provisions.sort();
    provisions
}

fn imposed(case: &Value) -> Vec<(i64, String)> {
    case["ledger"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| {
            assert_eq!(event["event"], "imposed", "{event}");
            (
                event["amount"]["amount_minor"].as_i64().unwrap(),
                event["amount"]["currency"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

#[test]
fn a_press_article_alone_gives_an_exact_record() {
    let Some(article) = shared("data/notices/dedalus-press-article.txt") else { return };
    let bench = Bench::new();
    ingest(&bench, &[article], "kb").expect(0);
    let case = only_case(&bench, "kb");
    assert_eq!(case["authority"], "fr-cnil");
    assert_eq!(case["parties"].as_array().unwrap().len(), 1, "{case}");
    assert_eq!(case["parties"][0]["name"], "Dedalus Biologie");
    assert_eq!(provisions(&case, "violated"), ["gdpr/28", "gdpr/29", "gdpr/32"]);
    assert_eq!(case["findings"].as_array().unwrap().len(), 3, "{case}");
    assert_eq!(imposed(&case), [(150_000_000, "EUR".to_owned())]);
    assert_eq!(case["turnover_share"]["share"], serde_json::json!({"precision": "about", "value": 0.1}));
    assert_eq!(case["affected_people"], serde_json::json!({"precision": "at-least", "value": 490_000}));
    assert_eq!(case["affected_organisations"], serde_json::json!({"precision": "exact", "value": 28}));
    for claim in case["claims"].as_array().unwrap() {
        assert!(claim["evidence"]["quote"].is_string(), "every value points at its words: {claim}");
    }
}

#[test]
fn an_official_value_wins_in_either_order_and_the_conflict_shows() {
    let (Some(article), Some(page)) = (
        shared("data/notices/dedalus-press-article.txt"),
        shared("data/gdprhub/pages/CNIL_France_-_SAN-2022-009.html"),
    ) else {
        return;
    };
    let bench = Bench::new();
    for (kb, order) in [("press-first", [&article, &page]), ("page-first", [&page, &article])] {
        for file in order {
            ingest(&bench, std::slice::from_ref(file), kb).expect(0);
        }
        let case = only_case(&bench, kb);
        assert_eq!(case["sources"].as_array().unwrap().len(), 2);
        assert_eq!(case["reference"], "SAN-2022-009");
        assert_eq!(case["decided_on"], "2022-04-15");
        assert_eq!(case["affected_people"], serde_json::json!({"precision": "exact", "value": 491_840}));
        assert_eq!(imposed(&case), [(150_000_000, "EUR".to_owned())]);
        let shown = bench.run(["show", "fr-cnil-san-2022-009", "--kb", kb]).expect(0).stdout;
        assert!(shown.contains("disagree"), "{shown}");
        assert!(shown.contains("490"), "{shown}");
        // Reading the same files again changes nothing.
        let before = bench.run(["export", "--kb", kb]).expect(0).stdout;
        ingest(&bench, &[article.clone(), page.clone()], kb).expect(0);
        assert_eq!(bench.run(["export", "--kb", kb]).expect(0).stdout, before);
    }
}

/// What `data/notices/expected.json` says each sample notice must yield.
fn expectations() -> Value {
    let text = std::fs::read_to_string(repository("data/notices/expected.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Amounts of a ledger event, in whole units with the currency.
fn amounts<'a>(events: impl Iterator<Item = &'a Value>, kind: &str) -> Vec<String> {
    events
        .filter(|event| event["event"] == kind)
        .map(|event| match event["amount"].as_object() {
            Some(money) => {
                format!("{} {}", money["currency"].as_str().unwrap(), money["amount_minor"].as_i64().unwrap() / 100)
            }
            None => format!("{} {}", event["currency"].as_str().unwrap(), event["amount"].as_i64().unwrap()),
        })
        .collect()
}

fn members(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Compares a record with what its notice must yield; what is not expected is not compared.
fn differences(case: &Value, expected: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut check = |field: &str, expected: Value, found: Value| {
        if !expected.is_null() && expected != found {
            wrong.push(format!("{field}: expected {expected}, found {found}"));
        }
    };
    check("authority", expected["authority"].clone(), case["authority"].clone());
    check("reference", expected["reference"].clone(), case["reference"].clone());
    check("decided", expected["decided"].clone(), case["decided_on"].clone());
    check("people", expected["people"].clone(), case["affected_people"].clone());
    check("organisations", expected["organisations"].clone(), case["affected_organisations"].clone());
    check("turnover share", expected["turnover_share"].clone(), case["turnover_share"]["share"].clone());
    for kind in ["imposed", "proposed", "reduced"] {
        let (wanted, found) = (amounts(members(&expected["money"]), kind), amounts(members(&case["ledger"]), kind));
        check(kind, if expected["money"].is_null() { Value::Null } else { wanted.into() }, found.into());
    }
    for kind in ["violated", "not-violated"] {
        let of = |findings: &Value| {
            let mut found: Vec<String> = members(findings)
                .filter(|finding| finding["finding"] == kind)
                .map(|finding| finding["provision"].as_str().unwrap().to_owned())
                .collect();
            found.sort();
            found
        };
        let wanted = if expected["findings"].is_null() { Value::Null } else { of(&expected["findings"]).into() };
        check(kind, wanted, of(&case["findings"]).into());
    }
    if let Some(party) = members(&expected["parties"]).next() {
        let lower = |value: &Value| value.as_str().unwrap_or_default().to_lowercase();
        check("party", lower(&party["name"]).into(), lower(&case["parties"][0]["name"]).into());
        check("role", party["role"].clone(), case["parties"][0]["role"].clone());
    }
    wrong
}

#[test]
fn sample_notices_become_the_records_they_must() {
    let bench = Bench::new();
    let mut wrong = Vec::new();
    for (at, (file, expected)) in expectations()["files"].as_object().unwrap().iter().enumerate() {
        let kb = format!("kb-{at}");
        ingest(&bench, &[repository("data/notices").join(file)], &kb).expect(0);
        let case = only_case(&bench, &kb);
        wrong.extend(differences(&case, expected).into_iter().map(|difference| format!("{file}: {difference}")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn notices_of_one_matter_become_one_case_in_any_order() {
    let bench = Bench::new();
    for (at, merged) in members(&expectations()["merged"]).enumerate() {
        let files: Vec<_> =
            members(&merged["files"]).map(|file| repository("data/notices").join(file.as_str().unwrap())).collect();
        let reversed: Vec<_> = files.iter().rev().cloned().collect();
        for (order, files) in [("forwards", files), ("backwards", reversed)] {
            let kb = format!("merged-{at}-{order}");
            ingest(&bench, &files, &kb).expect(0);
            let case = only_case(&bench, &kb);
            assert_eq!(case["sources"].as_array().unwrap().len(), files.len(), "{order}");
            assert_eq!(differences(&case, &merged["values"]), Vec::<String>::new(), "{order}");
            let shown = bench.run(["show", merged["case"].as_str().unwrap(), "--kb", &kb]).expect(0).stdout;
            assert!(shown.contains("Where the sources disagree"), "{shown}");
        }
    }
}

#[test]
fn what_is_no_case_becomes_none() {
    let bench = Bench::new();
    for file in expectations()["not_a_case"].as_object().unwrap().keys() {
        let run = ingest(&bench, &[repository("data/notices").join(file)], "kb").expect(1);
        assert!(run.stderr.contains(file.rsplit('/').next().unwrap()), "{}", run.stderr);
    }
}

#[test]
fn a_case_is_found_by_its_words_article_authority_and_fine() {
    let bench = Bench::new();
    ingest(&bench, &[repository("data/notices")], "kb").expect(0);
    // A phrase that stands in the notice and nowhere in the record.
    let phrase = "\"radiology software\"";
    for query in [phrase, "article:gdpr/32", "authority:fr-cnil", "fine:>=500k"] {
        let run = bench.run(["search", query, "--kb", "kb"]).expect(0);
        assert!(run.ids().contains(&"fr-cnil-san-2022-901"), "{query}: {}", run.stdout);
    }
    let run = bench.run(["search", "fine:>=1M", "--kb", "kb"]).expect(0);
    assert_eq!(run.ids(), ["ie-dpc-in-21-99-9"], "{}", run.stdout);
}

#[test]
fn one_bad_file_among_a_hundred_harms_nobody() {
    let bench = Bench::new();
    for n in 1..100 {
        let text = format!(
            "CNIL fines Exemple {n} SAS\n\nOn 3 March 2021 the CNIL, the French data protection authority, imposed a fine of \
             EUR {n}0,000 on the company Exemple {n} SAS in decision SAN-2021-{n:03} for violating Article 32 of the GDPR.\n"
        );
        bench.write(&format!("notices/{n:03}.txt"), text);
    }
    bench.write("notices/050-bad.html", "<div>".repeat(5_000));
    let run = bench.run(["ingest", "notices", "--kb", "kb"]).expect(3);
    assert!(run.stderr.contains("050-bad.html"), "{}", run.stderr);
    assert!(run.stderr.contains("512"), "the limit is named: {}", run.stderr);
    assert_eq!(bench.run(["search", "--all", "--kb", "kb"]).expect(0).ids().len(), 99);
}

#[test]
fn what_is_no_case_says_so() {
    let bench = Bench::new();
    let recipe = bench.write("recipe.txt", "Take two hundred grams of flour and an egg, and stir.\n");
    let run = ingest(&bench, &[recipe], "kb").expect(1);
    assert!(run.stderr.contains("recipe.txt") && run.stderr.contains("authority"), "{}", run.stderr);
    let empty = bench.write("empty.html", "");
    let run = ingest(&bench, &[empty], "kb").expect(3);
    assert!(run.stderr.contains("empty.html") && run.stderr.contains("empty"), "{}", run.stderr);
}

#[test]
fn standard_input_is_a_notice_too() {
    let bench = Bench::new();
    let text = "The ICO fined Example Stores Ltd GBP 500,000 on 9 January 2020 for breaching Article 32 of the GDPR.";
    bench.run_with_input(["ingest", "-", "--kb", "kb"], text.as_bytes()).expect(0);
    assert_eq!(only_case(&bench, "kb")["authority"], "gb-ico");
}

#[test]
fn a_dry_run_stores_nothing() {
    let bench = Bench::new();
    bench.run(["init", "kb"]).expect(0);
    let text = "The ICO fined Example Stores Ltd GBP 500,000 on 9 January 2020 for breaching Article 32 of the GDPR.";
    let run = bench.run_with_input(["ingest", "-", "--dry-run", "--kb", "kb"], text.as_bytes()).expect(0);
    assert!(run.stdout.contains("gb-ico"), "{}", run.stdout);
    bench.run(["search", "--kb", "kb"]).expect(1);
}

#[test]
fn the_built_in_cases_cannot_be_changed() {
    let run = Bench::new().run(["ingest", "notice.txt"]).expect(2);
    assert!(run.stderr.contains("--kb"), "{}", run.stderr);
}

#[test]
fn a_second_writer_is_told_who_holds_the_lock() {
    let bench = Bench::new();
    bench.run(["init", "kb"]).expect(0);
    // Standard input that never ends keeps the first writer waiting with the lock in its hand.
    let mut first = bench.command(["ingest", "-", "--kb", "kb"]).stdin(std::process::Stdio::piped()).spawn().unwrap();
    let pid = first.id().to_string();
    let notice = bench.write("notice.txt", "The ICO fined Example Stores Ltd GBP 500,000 under Article 32 GDPR.");
    let started = std::time::Instant::now();
    while std::fs::read_to_string(bench.path("kb/lock")).unwrap_or_default().trim() != pid {
        assert!(started.elapsed().as_secs() < 30, "the first writer never took the lock");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let second = ingest(&bench, std::slice::from_ref(&notice), "kb").expect(5);
    assert!(second.stderr.contains(&pid), "expected process {pid} to be named: {}", second.stderr);
    drop(first.stdin.take());
    first.wait().unwrap();
}

const ICO: &str =
    "The ICO fined Example Stores Ltd GBP 500,000 on 9 January 2020 for breaching Article 32 of the GDPR.";

#[test]
fn an_address_is_fetched_as_politely_as_any_page() {
    let bench = Bench::new();
    let site = Site::start().unwrap();
    site.put("ico.org.uk/old", Page::redirect("/news/1"));
    site.put("ico.org.uk/news/1", Page::html(format!("<html><body><p>{ICO}</p></body></html>")));
    site.put("ico.org.uk/robots.txt", Page::of("text/plain", b"User-agent: *\nDisallow: /private/\n".to_vec()));
    let stand_in = site.address().to_string();
    let manners = ["--stand-in", &stand_in, "--delay", "0", "--contact", "me@example.org", "--kb", "kb"];
    let mut args = vec![
        "ingest",
        "https://ico.org.uk/old",
        "https://ico.org.uk/gone",
        "https://ico.org.uk/private/1",
        "http://127.0.0.1/",
    ];
    args.extend(manners);
    let run = bench.run(args).expect(5);
    for part in [
        "`https://ico.org.uk/gone`: expected status 200, found 404",
        "`https://ico.org.uk/private/1`: robots.txt of `ico.org.uk` asks not to fetch this address",
        "`http://127.0.0.1/`: expected an address of the public internet",
        "1 new, 0 merged, 0 unchanged, 0 without a case, 3 failed",
    ] {
        assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
    }
    let case = only_case(&bench, "kb");
    assert_eq!(case["sources"][0]["url"], "https://ico.org.uk/news/1");
    assert_eq!(site.count("ico.org.uk/private/1"), 0);
    assert!(site.asked().iter().all(|asked| asked.user_agent.contains("me@example.org")));
}

#[test]
fn an_archive_of_fetched_pages_is_read_page_by_page_and_damage_harms_nothing_before_it() {
    let bench = Bench::new();
    let site = Site::start().unwrap();
    let items: String = (0..3)
        .map(|at| format!("<div class=\"itemlink\"><a href=\"/news/{at}\"><h2>Case</h2><p class=\"text-small\">31 May 2030</p></a></div>"))
        .collect();
    site.put(
        "ico.org.uk/action-weve-taken/enforcement/",
        Page::html(format!("<div class=\"resultlist\">{items}</div>")),
    );
    for (at, name) in ["Alder Parcels", "Birch Energy", "Corvid Cover"].iter().enumerate() {
        let text = format!(
            "<html><body><main><h1>{name} fined</h1><p>The ICO fined {name} Ltd GBP {}00,000 on 9 January 20{}0 for breaching \
             Article 32 of the UK GDPR.</p></main></body></html>",
            at + 1,
            at + 2
        );
        site.put(&format!("ico.org.uk/news/{at}"), Page::html(text));
    }
    let stand_in = site.address().to_string();
    bench.run(["fetch", "gb_ico", "--archive", "a", "--stand-in", &stand_in, "--delay", "0"]).expect(0);
    let warc = bench.path("a/warc/gb_ico-00001.warc.gz");
    let run = ingest(&bench, std::slice::from_ref(&warc), "kb").expect(0);
    assert!(run.stderr.contains("3 new, 0 merged"), "{}", run.stderr);
    let cases = bench.run(["export", "--as", "json", "--kb", "kb"]).expect(0).json();
    let urls: Vec<&str> =
        cases.as_array().unwrap().iter().map(|case| case["sources"][0]["url"].as_str().unwrap()).collect();
    assert!(urls.contains(&"https://ico.org.uk/news/0") && urls.len() == 3, "{urls:?}");
    // The same by standard input, and cut off in its last record.
    let bytes = std::fs::read(&warc).unwrap();
    let piped = bench.run_with_input(["ingest", "-", "--kb", "piped"], &bytes).expect(0);
    assert!(piped.stderr.contains("3 new, 0 merged"), "{}", piped.stderr);
    bench.write("cut/half.warc.gz", &bytes[..bytes.len() - 30]);
    let cut = ingest(&bench, &[bench.path("cut")], "cut-kb").expect(3);
    assert!(cut.stderr.contains("half.warc.gz` at byte ") && cut.stderr.contains("2 new"), "{}", cut.stderr);
}

#[test]
fn a_summary_says_what_the_run_took() {
    let bench = Bench::new();
    let notice = bench.write("notice.txt", ICO);
    let run =
        bench.run([OsString::from("ingest"), notice.into(), "--summary".into(), "--kb".into(), "kb".into()]).expect(0);
    let line = run.stderr.lines().find(|line| line.contains("MB/s")).unwrap_or_else(|| panic!("{}", run.stderr));
    let memory = line.rsplit_once("at most ").and_then(|(_, rest)| rest.strip_suffix(" MB of memory"));
    assert!(line.starts_with("0.0 MB in "), "{line}");
    if cfg!(target_os = "linux") {
        assert!(
            memory.and_then(|megabytes| megabytes.parse::<u32>().ok()).is_some_and(|megabytes| megabytes > 0),
            "{line}"
        );
    }
    assert!(!ingest(&bench, &[bench.path("notice.txt")], "kb").stderr.contains("MB/s"), "only where it is asked for");
}

#[test]
fn a_batch_that_a_source_is_not_known_for_says_so() {
    let bench = Bench::new();
    let notice = |fine: &str, year: u32| {
        format!(
            "<html><head><link rel=\"canonical\" href=\"https://ico.org.uk/news/{year}\"></head><body><main><p>The ICO fined Example \
             Stores Ltd GBP {fine} on 9 January {year} for breaching Article 32 of the UK GDPR.</p></main></body></html>"
        )
    };
    bench.write("usual/a.html", notice("500,000", 2020));
    let run = ingest(&bench, &[bench.path("usual")], "kb").expect(0);
    assert!(!run.stderr.contains("usually"), "{}", run.stderr);
    bench.write("odd/b.html", notice("500,000,000", 2021));
    let run = ingest(&bench, &[bench.path("odd")], "kb").expect(0);
    for part in
        ["this is not what gb_ico usually yields", "b.html", "expected a fine of at most 50000000, found 500000000 GBP"]
    {
        assert!(run.stderr.contains(part), "{}", run.stderr);
    }
}
