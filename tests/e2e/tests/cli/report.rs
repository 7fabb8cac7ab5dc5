//! `fineprint report` over the built-in cases.

use fineprint_testkit::{Page, Site};

use crate::Bench;

#[test]
fn the_states_of_a_field_add_up_to_the_cases() {
    let report = Bench::new().run(["report", "--format", "json"]).expect(0).json();
    let cases = report["all"]["cases"].as_u64().unwrap();
    for field in report["all"]["fields"].as_array().unwrap() {
        let states = ["filled", "unknown", "not_extracted", "not_published", "not_applicable"];
        let sum: u64 = states.iter().map(|state| field[state].as_u64().unwrap()).sum();
        assert_eq!(sum, cases, "{field}");
    }
    for part in ["authorities", "years"] {
        let sum: u64 = report[part].as_array().unwrap().iter().map(|row| row["cases"].as_u64().unwrap()).sum();
        assert_eq!(sum, cases, "{part}");
    }
}

#[test]
fn what_ships_has_official_addresses_and_no_findings() {
    let report = Bench::new().run(["report", "--format", "json"]).expect(0).json();
    assert_eq!(report["lint"]["errors"], 0);
    assert_eq!(report["all"]["links"]["without_official"], 0);
}

#[test]
fn a_row_for_what_is_asked() {
    let bench = Bench::new();
    let fields = bench.run(["report", "--fields", "fine,decided_on", "--format", "csv"]).expect(0).stdout;
    assert_eq!(fields.lines().count(), 3, "{fields}");
    let authorities = bench.run(["report", "authority:fr-cnil,es-aepd", "--by", "authority"]).expect(0).stdout;
    let ids: Vec<&str> = authorities.lines().skip(1).filter_map(|line| line.split('\t').next()).collect();
    assert_eq!(ids, ["es-aepd", "fr-cnil"]);
    let years = bench.run(["report", "decided:2022", "--by", "year", "--format", "csv"]).expect(0).stdout;
    assert!(years.starts_with("year,cases,fined,amount_unknown\n2022,"), "{years}");
}

#[test]
fn strict_fails_where_too_much_is_unknown() {
    let bench = Bench::new();
    bench.run(["report", "--strict", "0", "--fields", "official_link"]).expect(0);
    let run = bench.run(["report", "--strict", "1", "--fields", "turnover"]).expect(3);
    assert!(run.stderr.contains("more is unknown of turnover"), "{}", run.stderr);
    let run = bench.run(["report", "--fields", "turnovr"]).expect(2);
    assert!(run.stderr.contains("did you mean `turnover`?"), "{}", run.stderr);
}

#[test]
fn nothing_found_is_said() {
    Bench::new().run(["report", "xyzzyplugh"]).expect(1);
}

/// A knowledge base of three cases, and where their decisions are: address -> as the site on this machine is asked for it.
fn kept(bench: &Bench) -> Vec<(String, String)> {
    let cases: Vec<serde_json::Value> = (0..3)
        .map(|at| {
            let text = std::fs::read_to_string(crate::repository("data/cases/gb-ico/gb-ico-2020-001.json")).unwrap();
            let mut case: serde_json::Value = serde_json::from_str(&text).unwrap();
            case["id"] = format!("gb-ico-2031-00{at}").into();
            case["aliases"] = serde_json::json!([]);
            case["sources"] = serde_json::json!([{
                "id": "decision", "kind": "official-decision", "url": format!("https://ico.example/{at}"), "publisher": "ICO",
                "licence": "OGL-UK-3.0"
            }]);
            case
        })
        .collect();
    let lines: Vec<String> = cases.iter().map(ToString::to_string).collect();
    bench.write("cases.jsonl", lines.join("\n"));
    bench.run(["import", "cases.jsonl", "--kb", "kb"]).expect(0);
    (0..3).map(|at| (format!("https://ico.example/{at}"), format!("ico.example/{at}"))).collect()
}

/// A page with its unbreakable spaces as spaces.
fn page_of(bench: &Bench, path: &str) -> String {
    std::fs::read_to_string(bench.path(path)).unwrap().replace('\u{a0}', " ")
}

#[test]
fn addresses_are_asked_what_was_found_is_kept_and_the_report_and_its_page_say_when() {
    let bench = Bench::new();
    let addresses = kept(&bench);
    let never = bench.run(["report", "--by", "link", "--kb", "kb"]).expect(0);
    assert_eq!(never.stdout.lines().filter(|line| line.starts_with("unchecked\t")).count(), 3, "{}", never.stdout);
    let site = Site::start().unwrap();
    let stand_in = site.address().to_string();
    site.put(&addresses[0].1, Page::html("<p>The decision.</p>"));
    site.put(&addresses[1].1, Page::redirect("https://new.example/decision"));
    site.put("new.example/decision", Page::html("<p>The decision.</p>"));
    let check = |more: &[&str]| {
        let mut args = vec!["report", "--check-links", "--stand-in", &stand_in, "--delay", "0"];
        args.extend(more);
        let mut command = bench.command(args);
        // 1 June 2031.
        command.env("SOURCE_DATE_EPOCH", "1938038400").env_remove("FINEPRINT_CONTACT");
        crate::finish(command.spawn().unwrap())
    };
    let part = check(&["--kb", "kb", "--limit", "1"]).expect(0);
    assert!(part.stderr.contains("last checked on 2031-06-01: 2 unchecked, 1 alive"), "{}", part.stderr);
    assert_eq!(site.asked().len(), 1);
    let rest = check(&["--kb", "kb", "--limit", "2"]).expect(0);
    insta::assert_snapshot!(format!("{}\n{}", rest.stdout, rest.stderr).replace('\u{a0}', " "), @r"
    standing	status	visited	url	cases	because
    dead	404	2031-06-01	https://ico.example/2	gb-ico-2031-002	expected status 200, found 404
    redirected	200	2031-06-01	https://ico.example/1	gb-ico-2031-001	leads to https://new.example/decision

    3 official addresses, last checked on 2031-06-01: 1 dead, 1 redirected, 1 alive
    ");
    assert_eq!(site.count(&addresses[0].1), 1, "what was asked first is asked last");
    let report = bench.run(["report", "--kb", "kb", "--format", "json"]).expect(0).json();
    assert_eq!(report["links"]["last_visit"], "2031-06-01");
    assert_eq!(report["links"]["counts"], serde_json::json!({"dead": 1, "redirected": 1, "alive": 1}));
    bench.run(["site", "out", "--kb", "kb"]).expect(0);
    let page = page_of(&bench, "out/report/index.html");
    let sentence = "The 3 official addresses were last checked on 1 June 2031: 1 dead, 1 moved, 1 answer.";
    assert!(page.contains(sentence), "{page}");
    let file = std::fs::read_to_string(bench.path("out/report/links.csv")).unwrap();
    assert!(file.contains("dead,https://ico.example/2,gb-ico-2031-002,2031-06-01,404,"), "{file}");
    // A later check changes the page of an export that stands already.
    site.put(&addresses[2].1, Page::html("<p>Back again.</p>"));
    check(&["--kb", "kb", "--format", "json"]).expect(0);
    bench.run(["site", "out", "--kb", "kb"]).expect(0);
    let page = page_of(&bench, "out/report/index.html");
    assert!(page.contains("last checked on 1 June 2031: 1 moved, 2 answer."), "{page}");
}

#[test]
fn visits_of_the_built_in_cases_are_kept_in_a_file_and_a_damaged_one_is_told() {
    let bench = Bench::new();
    let site = Site::start().unwrap();
    let stand_in = site.address().to_string();
    let check = |more: &[&str]| {
        let mut args = vec!["report", "authority:gb-ico", "--check-links", "--limit", "2", "--delay", "0"];
        args.extend(["--stand-in", &stand_in]);
        args.extend(more);
        bench.run(args)
    };
    let told = check(&[]).expect(0);
    assert!(told.stderr.contains("what was found is not kept"), "{}", told.stderr);
    check(&["--links", "links.json"]).expect(0);
    let kept = std::fs::read_to_string(bench.path("links.json")).unwrap();
    assert_eq!(kept.matches("\"found\":\"dead\"").count(), 2, "{kept}");
    check(&["--links", "links.json"]).expect(0);
    let kept = std::fs::read_to_string(bench.path("links.json")).unwrap();
    assert_eq!(kept.matches("\"found\":\"dead\"").count(), 4, "{kept}");
    bench.write("links.json", "{\"https://ico.org.uk/\": {\"on\": \"2031-06-01\", \"found\": \"lost\"}}");
    let damaged = bench.run(["report", "--by", "link", "--links", "links.json"]).expect(3);
    assert!(damaged.stderr.contains("links.json") && damaged.stderr.contains("lost"), "{}", damaged.stderr);
    let wrong = bench.run(["report", "--limit", "1"]).expect(2);
    assert!(wrong.stderr.contains("--check-links"), "{}", wrong.stderr);
}
