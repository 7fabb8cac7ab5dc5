//! `fineprint search` over the built-in cases.

use crate::Bench;

#[test]
fn finds_by_field_and_range_and_sorts() {
    let bench = Bench::new();
    let run = bench.run(["search", "authority:fr-cnil fine:>=1M sort:-fine", "--format", "jsonl", "--all"]).expect(0);
    let hits: Vec<serde_json::Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(hits.len() >= 3, "{}", run.stdout);
    let mut last = f64::INFINITY;
    for hit in &hits {
        assert_eq!(hit["authority"], "fr-cnil");
        let fine = hit["fine_eur"].as_f64().unwrap();
        assert!((1e6..=last).contains(&fine), "{hit}");
        last = fine;
    }
}

#[test]
fn an_article_finds_what_stands_below_it() {
    let bench = Bench::new();
    let article = bench.run(["search", "article:gdpr/28", "--all"]).expect(0);
    assert!(article.ids().contains(&"fr-cnil-san-2022-009"), "{}", article.stdout);
    let paragraph = bench.run(["search", "article:gdpr/28/3", "--all"]).expect(0);
    assert!(paragraph.ids().contains(&"fr-cnil-san-2022-009"));
    assert!(paragraph.ids().len() <= article.ids().len());
}

#[test]
fn a_hyphen_leaves_out() {
    let bench = Bench::new();
    let all = bench.run(["search", "country:fr", "--all"]).expect(0).ids().len();
    let without = bench.run(["search", "country:fr", "-article:gdpr/32", "--all"]).expect(0).ids().len();
    let with = bench.run(["search", "country:fr", "article:gdpr/32", "--all"]).expect(0).ids().len();
    assert!(with > 0);
    assert_eq!(all, with + without);
}

#[test]
fn every_format_has_the_same_cases() {
    let bench = Bench::new();
    let query = ["search", "country:fr", "--all", "--format"];
    let ids = |format: &str| bench.run(query.iter().copied().chain([format])).expect(0).stdout;
    let tsv: Vec<String> = ids("tsv").lines().skip(1).map(|line| line.split('\t').next().unwrap().to_owned()).collect();
    let csv: Vec<String> = ids("csv").lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned()).collect();
    let jsonl: Vec<String> = ids("jsonl")
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].as_str().unwrap().to_owned())
        .collect();
    let json: serde_json::Value = serde_json::from_str(&ids("json")).unwrap();
    let json: Vec<String> =
        json["hits"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(tsv, csv);
    assert_eq!(tsv, jsonl);
    assert_eq!(tsv, json);
    let table = ids("table");
    assert!(tsv.iter().all(|id| table.contains(id.as_str())), "{table}");
}

#[test]
fn pages_do_not_overlap_and_miss_nothing() {
    let bench = Bench::new();
    let all = bench.run(["search", "--all"]).expect(0);
    let some = bench.run(["search", "--limit", "3"]).expect(0);
    assert_eq!(some.ids(), all.ids()[..3]);
    assert!(some.stderr.contains("--all"), "expected a word on how to see the rest: {}", some.stderr);
}

#[test]
fn says_how_a_query_was_understood() {
    let run = Bench::new().run(["search", "article:gdpr/32 fine:>=1M", "--explain"]).expect(0);
    assert!(run.stderr.contains("Article 32 GDPR"), "{}", run.stderr);
}

#[test]
fn counts_facets() {
    let run = Bench::new().run(["search", "--facets", "authority,year", "--format", "json"]).expect(0).json();
    let facets = run["facets"].as_array().unwrap();
    assert_eq!(facets.len(), 2);
    let authorities = facets[0]["values"].as_array().unwrap();
    let sum: u64 = authorities.iter().map(|value| value["count"].as_u64().unwrap()).sum();
    assert_eq!(sum, run["total"].as_u64().unwrap(), "each case has one authority");
    let wrong = Bench::new().run(["search", "--facets", "autority"]).expect(2);
    assert!(wrong.stderr.contains("authority"), "{}", wrong.stderr);
}

#[test]
fn a_name_whose_term_has_passed_is_nowhere() {
    // The decision's text ends the naming on 21 April 2024; the clock decides.
    let bench = Bench::new();
    let search = |seconds: &str| {
        let child = bench
            .command(["search", "id:fr-cnil-san-2022-009", "--format", "jsonl"])
            .env("SOURCE_DATE_EPOCH", seconds)
            .spawn()
            .unwrap();
        crate::finish(child).expect(0).stdout.to_lowercase()
    };
    let before = "1713571200"; // 2024-04-20
    let after = "1713744000"; // 2024-04-22
    assert!(search(before).contains("dedalus"));
    assert!(!search(after).contains("dedalus"));
    let shown = bench.run(["show", "fr-cnil-san-2022-009", "--format", "json"]).expect(0).stdout.to_lowercase();
    assert!(!shown.contains("dedalus"), "{shown}");
}
