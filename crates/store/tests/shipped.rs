//! The shipped records are a test: they satisfy every rule that is not a mere warning.

use std::path::Path;

use fineprint_model::lint::Severity;
use fineprint_store::lint_tree;

#[test]
fn the_shipped_records_have_no_errors() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data");
    let linted = lint_tree(&data).unwrap();
    assert!(linted.records >= 30, "only {} records", linted.records);
    let errors: Vec<String> =
        linted.findings.iter().filter(|finding| finding.severity == Severity::Error).map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}
