//! `fineprint extract`: a draft without a knowledge base, and why it says what it says.

use crate::Bench;

const NOTICE: &str = "French regulator fines Exemple Santé SAS\n\nThe CNIL fined Exemple Santé SAS 20,000 euros for \
    violating Article 32 of the GDPR after the data of 4,200 patients had been exposed. The law allows fines of up to \
    20 million euros.";

#[test]
fn a_draft_is_printed_and_nothing_stored() {
    let bench = Bench::new();
    bench.write("notice.txt", NOTICE);
    let run = bench.run(["extract", "notice.txt"]).expect(0);
    for part in ["Exemple Santé SAS", "Article 32 GDPR", "\"20,000 euros\"", "\"4,200 patients\""] {
        assert!(run.stdout.contains(part), "{part}: {}", run.stdout);
    }
    let run = bench.run(["extract", "notice.txt", "--format", "json"]).expect(0).json();
    assert_eq!(run[0]["records"][0]["authority"], "fr-cnil");
    assert_eq!(run[0]["records"][0]["ledger"][0]["amount"]["amount_minor"], 2_000_000);
    let left: Vec<_> = std::fs::read_dir(bench.path(".")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["notice.txt"]);
}

#[test]
fn candidates_are_explained() {
    let bench = Bench::new();
    let run = bench.run_with_input(["extract", "-", "--explain"], NOTICE.as_bytes()).expect(0);
    let maximum = run.stdout.lines().position(|line| line.contains("EUR 20000000 -> maximum")).unwrap();
    let lines: Vec<&str> = run.stdout.lines().skip(maximum).take(3).collect();
    assert!(lines[0].starts_with(' '), "no claim: {lines:?}");
    assert!(lines[1].contains("read as maximum"), "{lines:?}");
    assert!(lines[2].contains("maximum.before +"), "the feature and what it counted: {lines:?}");
    assert!(run.stdout.lines().any(|line| line.starts_with("* amount") && line.contains("EUR 20000 -> imposed")));
    let json =
        bench.run_with_input(["extract", "-", "--explain", "--format", "json"], NOTICE.as_bytes()).expect(0).json();
    for one in json[0]["candidates"].as_array().unwrap() {
        let (start, end) = (one["start"].as_u64().unwrap(), one["end"].as_u64().unwrap());
        assert_eq!(end - start, one["quote"].as_str().unwrap().len() as u64, "{one}");
        assert!(!one["why"].as_str().unwrap().is_empty());
    }
}

#[test]
fn one_bad_file_harms_no_other() {
    let bench = Bench::new();
    bench.write("notice.txt", NOTICE);
    bench.write("empty.txt", "");
    bench.write("recipe.txt", "Take two eggs and a pound of flour.");
    let run = bench.run(["extract", "nowhere.txt", "empty.txt", "recipe.txt", "notice.txt"]).expect(5);
    assert!(run.stderr.contains("`nowhere.txt`: could not read") && run.stderr.contains("empty.txt"), "{}", run.stderr);
    assert!(
        run.stdout.contains("no case in it: no authority") && run.stdout.contains("\"20,000 euros\""),
        "{}",
        run.stdout
    );
    bench.run(["extract", "empty.txt", "notice.txt"]).expect(3);
    bench.run(["extract", "recipe.txt"]).expect(1);
    bench.run(["extract"]).expect(2);
    bench.run(["extract", "notice.txt", "--source", "nobody"]).expect(2);
    bench.run(["extract", "notice.txt", "recipe.txt", "--url", "https://example.org"]).expect(2);
}

#[test]
fn claims_come_as_rows() {
    let bench = Bench::new();
    let run = bench.run_with_input(["extract", "-", "--format", "csv"], NOTICE.as_bytes()).expect(0);
    assert!(run.stdout.starts_with("notice,state,field,value,confidence,start,end,quote\n"), "{}", run.stdout);
    assert!(run.stdout.contains("standard input,claimed,money,imposed EUR 20"), "{}", run.stdout);
}
