//! `fineprint audit`: drawing a sample, and comparing a second reading.

use crate::Bench;

#[test]
fn a_sample_is_spread_and_repeatable() {
    let bench = Bench::new();
    let drawn = bench.run(["audit", "--sample", "60"]).expect(0).stdout;
    assert_eq!(drawn.lines().count(), 61, "a header and sixty ids");
    assert_eq!(drawn, bench.run(["audit", "--sample", "60"]).expect(0).stdout);
    let authorities: std::collections::BTreeSet<&str> =
        drawn.lines().skip(1).filter_map(|id| id.split_once('-').map(|(country, _)| country)).collect();
    assert!(authorities.len() >= 20, "{authorities:?}");
}

#[test]
fn a_reading_that_differs_is_listed_and_a_broken_one_reported() {
    let bench = Bench::new();
    bench.write(
        "readings.jsonl",
        r#"{"case": "fr-cnil-san-2022-009", "decided_on": "2022-04-15", "role": "controller", "violated": ["gdpr/28", "gdpr/29", "gdpr/32"]}

{"case": "fr-cnil-san-2022-009", "decided": "2022"}
{"case": "xx-none-1"}
"#,
    );
    let rates = bench.run(["audit", "readings.jsonl", "--format", "json"]).expect(3);
    assert!(rates.stderr.contains("line 3: ") && rates.stderr.contains("unknown field `decided`"), "{}", rates.stderr);
    assert!(rates.stderr.contains("line 4: there is no case `xx-none-1`"), "{}", rates.stderr);
    let rates = rates.json();
    let of = |field: &str| rates.as_array().unwrap().iter().find(|rate| rate["field"] == field).unwrap().clone();
    assert_eq!(
        (&of("decided_on")["same"], &of("role")["different"], &of("violated")["finer"]),
        (&1.into(), &1.into(), &1.into())
    );
    let listed = bench.run(["audit", "readings.jsonl", "--differences"]).expect(3).stdout;
    assert_eq!(listed, "case\tfield\trecord\treading\nfr-cnil-san-2022-009\trole\tprocessor\tcontroller\n");
}

#[test]
fn says_what_it_needs() {
    let bench = Bench::new();
    bench.run(["audit"]).expect(2);
    bench.run(["audit", "no-such-file.jsonl"]).expect(5);
}
