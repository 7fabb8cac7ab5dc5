//! What the program says about itself: help, manual, completions, schema.

use crate::Bench;

#[test]
fn every_command_has_help_with_a_sentence() {
    let bench = Bench::new();
    let commands = [
        "init",
        "ingest",
        "lint",
        "index",
        "search",
        "show",
        "stats",
        "export",
        "serve",
        "site",
        "schema",
        "completions",
        "man",
    ];
    let all = bench.run(["--help"]).expect(0).stdout;
    for command in commands {
        assert!(all.contains(command), "{command} is missing in: {all}");
        let help = bench.run([command, "--help"]).expect(0).stdout;
        assert!(help.contains("Usage: fineprint"), "{help}");
    }
}

#[test]
fn completions_name_the_commands() {
    let bench = Bench::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = bench.run(["completions", shell]).expect(0).stdout;
        assert!(script.contains("ingest"), "{shell}");
    }
}

#[test]
fn the_manual_is_one_page_or_one_a_command() {
    let bench = Bench::new();
    assert!(bench.run(["man"]).expect(0).stdout.contains(".TH fineprint"));
    bench.run(["man", "--dir", "man"]).expect(0);
    assert!(bench.path("man/fineprint-search.1").is_file());
}

#[test]
fn the_schema_is_json_and_closed() {
    let schema = Bench::new().run(["schema"]).expect(0).json();
    assert_eq!(schema["additionalProperties"], serde_json::Value::Bool(false));
    assert!(schema["properties"]["ledger"].is_object());
}
