//! `fineprint init`.

use crate::Bench;

#[test]
fn starts_an_empty_base() {
    let bench = Bench::new();
    let run = bench.run(["init", "kb"]).expect(0);
    assert!(run.stderr.contains("0 cases"), "{}", run.stderr);
    bench.run(["search", "--kb", "kb"]).expect(1);
}

#[test]
fn starts_from_the_built_in_cases() {
    let bench = Bench::new();
    bench.run(["init", "kb", "--with-shipped"]).expect(0);
    let own = bench.run(["search", "--all", "--kb", "kb"]).expect(0);
    let built_in = bench.run(["search", "--all"]).expect(0);
    assert_eq!(own.stdout, built_in.stdout);
    bench.run(["lint", "--kb", "kb"]).expect(0);
}

#[test]
fn leaves_a_folder_alone_that_holds_something_else() {
    let bench = Bench::new();
    bench.write("photos/holiday.jpg", "not yours");
    let run = bench.run(["init", "photos"]).expect(5);
    assert!(run.stderr.contains("photos"), "{}", run.stderr);
    assert_eq!(std::fs::read_dir(bench.path("photos")).unwrap().count(), 1);
}
