//! `fineprint stats` over the built-in cases.

use crate::Bench;

#[test]
fn counts_add_up_and_carry_their_denominator() {
    let stats = Bench::new().run(["stats", "--by", "year", "--format", "json"]).expect(0).json();
    let rows = stats["rows"].as_array().unwrap();
    let total = &stats["total"];
    let sum: u64 = rows.iter().map(|row| row["cases"].as_u64().unwrap()).sum();
    assert_eq!(sum, total["cases"].as_u64().unwrap(), "a case has one year");
    for row in rows.iter().chain([total]) {
        let money = &row["money"];
        let parts: u64 =
            ["known", "unknown", "annulled", "without"].iter().map(|part| money[part].as_u64().unwrap()).sum();
        assert_eq!(parts, row["cases"].as_u64().unwrap(), "{row}");
    }
}

#[test]
fn a_basis_changes_the_sum() {
    let bench = Bench::new();
    let sum = |basis: &str| {
        let stats = bench.run(["stats", basis, "--format", "json"]).expect(0).json();
        stats["total"]["money"]["sum"]["amount_minor"].as_i64().unwrap()
    };
    assert!(sum("basis:imposed") > sum("basis:current"), "reduced and annulled fines count less");
}

#[test]
fn strict_fails_where_too_much_is_unknown() {
    let bench = Bench::new();
    bench.run(["stats", "has:fine", "--strict", "0"]).expect(0);
    let run = bench.run(["stats", "--by", "autority"]).expect(2);
    assert!(run.stderr.contains("authority"), "{}", run.stderr);
    bench.run(["stats", "--by", "year,authority,country,law"]).expect(2);
}

#[test]
fn tables_and_csv_have_a_row_a_group() {
    let bench = Bench::new();
    let csv = bench.run(["stats", "--by", "authority", "--format", "csv"]).expect(0).stdout;
    assert!(csv.starts_with("authority,cases,"), "{csv}");
    assert!(csv.lines().any(|line| line.starts_with("fr-cnil,")), "{csv}");
}
