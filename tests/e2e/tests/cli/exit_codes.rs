//! Each exit code that help documents, reached by the obvious mistake.

use crate::Bench;

#[test]
fn help_documents_every_code() {
    let run = Bench::new().run(["--help"]).expect(0);
    for code in ["0 ", "1 ", "2 ", "3 ", "4 ", "5 ", "130 "] {
        assert!(run.stdout.lines().any(|line| line.trim_start().starts_with(code)), "{code}: {}", run.stdout);
    }
}

#[test]
fn nothing_found_is_1_unless_that_is_fine() {
    let bench = Bench::new();
    bench.run(["search", "xyzzyplugh"]).expect(1);
    bench.run(["search", "xyzzyplugh", "--ok-if-empty"]).expect(0);
}

#[test]
fn a_wrong_command_line_is_2() {
    let bench = Bench::new();
    let run = bench.run(["serach"]).expect(2);
    assert!(run.stderr.contains("search"), "{}", run.stderr);
    bench.run(["search", "--format", "yml"]).expect(2);
}

#[test]
fn a_wrong_query_is_2_and_names_the_nearest_word() {
    let run = Bench::new().run(["search", "autority:fr-cnil"]).expect(2);
    assert!(run.stderr.contains("authority"), "{}", run.stderr);
    let run = Bench::new().run(["search", "authority:cnil"]).expect(2);
    assert!(run.stderr.contains("fr-cnil"), "{}", run.stderr);
}

#[test]
fn a_wrong_public_address_is_2() {
    let run = Bench::new().run(["serve", "--listen", "127.0.0.1:0", "--base-url", "nowhere"]).expect(2);
    assert!(run.stderr.contains("nowhere"), "{}", run.stderr);
}

#[test]
fn an_invalid_record_is_3() {
    let bench = Bench::new();
    let file = bench.write("bad.json", r#"{"schema":1,"id":"fr-cnil-1","authority":"fr-cnil","finding":[]}"#);
    let run = bench.run([std::ffi::OsStr::new("lint"), file.as_os_str()]).expect(3);
    for part in ["bad.json", "unknown field `finding`", "`findings`"] {
        assert!(run.stderr.contains(part) || run.stdout.contains(part), "{part}: {run:?}");
    }
}

#[test]
fn an_id_that_is_not_there_is_4_and_names_the_nearest() {
    let run = Bench::new().run(["show", "fr-cnil-san-2022-900"]).expect(4);
    assert!(run.stderr.contains("fr-cnil-san-2022-900"), "{}", run.stderr);
    assert!(run.stderr.contains("fr-cnil-san-2022-009"), "expected a suggestion: {}", run.stderr);
}

#[test]
fn a_folder_that_is_not_there_is_5() {
    let run = Bench::new().run(["search", "leak", "--kb", "nowhere"]).expect(5);
    assert!(run.stderr.contains("nowhere"), "{}", run.stderr);
    Bench::new().run(["ingest", "nowhere.html", "--kb", "kb"]).expect(5);
}

#[test]
#[cfg(unix)]
fn a_reader_that_goes_away_is_no_failure() {
    let bench = Bench::new();
    let mut child = bench.command(["search", "--all", "--format", "jsonl"]).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}
