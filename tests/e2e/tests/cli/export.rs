//! `fineprint export`, and reading back what it wrote.

use crate::Bench;

#[test]
fn packed_records_can_be_read_again() {
    let bench = Bench::new();
    for name in ["cases.jsonl", "cases.jsonl.zst"] {
        bench.run(["export", "--output", name]).expect(0);
        let kb = format!("kb-{name}");
        bench.run(["ingest", name, "--kb", &kb]).expect(0);
        let here = bench.run(["search", "--all"]).expect(0);
        let there = bench.run(["search", "--all", "--kb", &kb]).expect(0);
        assert_eq!(here.stdout, there.stdout, "{name}");
    }
}

#[test]
fn exports_what_a_query_finds_and_nothing_else() {
    let bench = Bench::new();
    let found = bench.run(["search", "article:gdpr/32", "--all"]).expect(0);
    let exported = bench.run(["export", "article:gdpr/32"]).expect(0);
    assert_eq!(exported.stdout.lines().count(), found.ids().len());
    let csv = bench.run(["export", "article:gdpr/32", "--as", "csv"]).expect(0);
    assert_eq!(csv.stdout, bench.run(["export", "article:gdpr/32", "--format", "csv"]).expect(0).stdout);
    assert!(csv.stdout.starts_with("id,"), "{}", csv.stdout);
    let json = bench.run(["export", "article:gdpr/32", "--as", "json"]).expect(0).json();
    assert_eq!(json.as_array().unwrap().len(), found.ids().len());
}

#[test]
fn an_earlier_day_is_exported_as_it_was() {
    let bench = Bench::new();
    let ids = |run: &crate::Run| -> Vec<String> {
        let case = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap();
        let mut ids: Vec<String> =
            run.stdout.lines().map(|line| case(line)["id"].as_str().unwrap().to_owned()).collect();
        ids.sort();
        ids
    };
    for query in [&[][..], &["article:gdpr/32"]] {
        let asked = |command: &'static str, options: &'static [&'static str]| {
            let args: Vec<&str> =
                [command].into_iter().chain(options.iter().copied()).chain(query.iter().copied()).collect();
            bench.run(args).expect(0)
        };
        let then = ids(&asked("export", &["--as-of", "2021"]));
        let now = ids(&asked("export", &[]));
        assert_eq!(then, ids(&asked("search", &["--as-of", "2021", "--all", "--format", "jsonl"])));
        assert!(!then.is_empty() && then.len() < now.len(), "{} of {}", then.len(), now.len());
    }
    bench.run(["export", "--as-of", "yesterday"]).expect(2);
}

#[test]
fn spreadsheets_get_semicolons_and_a_byte_order_mark() {
    let csv = Bench::new().run(["export", "--as", "csv", "--excel"]).expect(0).stdout;
    assert!(csv.starts_with("\u{feff}id;"), "{}", &csv[..80]);
}

#[test]
fn a_failed_export_leaves_no_file() {
    let bench = Bench::new();
    bench.run(["export", "--output", "no/such/folder/cases.jsonl"]).expect(5);
    bench.run(["export", "xyzzyplugh", "--output", "none.jsonl"]).expect(1);
    assert!(!bench.path("none.jsonl").exists());
}

#[test]
fn a_data_package_describes_its_tables() {
    let bench = Bench::new();
    let run = bench.run(["export", "authority:fr-cnil", "--as", "datapackage", "--output", "package"]).expect(0);
    assert!(run.stderr.contains("files to package"), "{}", run.stderr);
    let read = |name: &str| std::fs::read_to_string(bench.path(&format!("package/{name}"))).unwrap();
    let package: serde_json::Value = serde_json::from_str(&read("datapackage.json")).unwrap();
    for resource in package["resources"].as_array().unwrap() {
        let table = read(resource["path"].as_str().unwrap());
        assert_eq!(resource["bytes"], table.len(), "{resource}");
        let columns: Vec<&str> = resource["schema"]["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|field| field["name"].as_str().unwrap())
            .collect();
        assert!(table.starts_with(&format!("{}\r\n", columns.join(","))), "{}", resource["path"]);
    }
    bench.run(["export", "--as", "datapackage", "--output", "package"]).expect(0);
}

#[test]
fn a_data_package_spares_what_else_is_in_the_folder() {
    let bench = Bench::new();
    bench.run(["export", "--as", "datapackage"]).expect(2);
    let mine = bench.write("package/mine.txt", "mine");
    let run = bench.run(["export", "--as", "datapackage", "--output", "package"]).expect(5);
    assert!(run.stderr.contains("found `mine.txt`"), "{}", run.stderr);
    assert_eq!(std::fs::read_dir(bench.path("package")).unwrap().count(), 1);
    assert_eq!(std::fs::read_to_string(mine).unwrap(), "mine");
}
