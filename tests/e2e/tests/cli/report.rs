//! `fineprint report` over the built-in cases.

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
