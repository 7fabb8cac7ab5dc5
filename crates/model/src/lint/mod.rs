//! What is wrong with a record that reads.
//!
//! Reading is lenient, so that old programs survive new records; lint is strict. Each rule is one file under
//! `rules/`, whose doc comment is also what `fineprint lint --explain CODE` prints. All findings of a record are
//! collected, so that one run shows everything there is to mend.

mod fields;
mod rules;

use std::fmt;

use serde::Serialize;

use crate::case::Case;

pub use rules::rules;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The record contradicts itself or the vocabularies; it must not be published like this.
    Error,
    /// Something a person should look at.
    Warning,
}

impl Severity {
    /// The word in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing that a record must or should satisfy.
pub trait Rule: Sync {
    /// Stable name in kebab case: the bad thing itself, as in `unknown-term`.
    fn code(&self) -> &'static str;
    /// How bad a violation is.
    fn severity(&self) -> Severity;
    /// What it does, why that is bad, an example, and what to write instead, in Markdown.
    fn explain(&self) -> String;
    /// Reports each violation in the record.
    fn check(&self, case: &Case, report: &mut Report);
}

/// A violation of a rule at a place of a record. Ordered by file, place and rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct LintFinding {
    /// The record's file, as far as the caller knows it.
    pub path: Option<String>,
    /// JSON pointer (RFC 6901) of the place; empty for the record as a whole.
    pub pointer: String,
    /// The rule's code.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What would have been right.
    pub expected: String,
    /// What stands there.
    pub found: String,
    /// What to do about it.
    pub help: String,
}

/// Two lines: severity, code, path, pointer, expected and found; then the help.
impl fmt::Display for LintFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: ", self.severity, self.code)?;
        if let Some(path) = &self.path {
            write!(f, "`{path}` ")?;
        }
        write!(f, "at `{}`: expected {}, found {}", self.pointer, self.expected, self.found)?;
        if !self.help.is_empty() {
            write!(f, "\n  help: {}", self.help)?;
        }
        Ok(())
    }
}

/// Collects what the rules find in one record.
#[derive(Debug)]
pub struct Report {
    code: &'static str,
    severity: Severity,
    findings: Vec<LintFinding>,
}

impl Report {
    fn new() -> Self {
        Self { code: "", severity: Severity::Error, findings: Vec::new() }
    }

    /// Adds a finding of the rule that is being checked.
    pub fn add(
        &mut self,
        pointer: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.findings.push(LintFinding {
            path: None,
            pointer: pointer.into(),
            code: self.code,
            severity: self.severity,
            expected: expected.into(),
            found: found.into(),
            help: help.into(),
        });
    }

    fn run(&mut self, rule: &dyn Rule, case: &Case) {
        (self.code, self.severity) = (rule.code(), rule.severity());
        rule.check(case, self);
    }
}

/// Every finding of every rule in a record, sorted by place.
pub fn lint(case: &Case) -> Vec<LintFinding> {
    let mut report = Report::new();
    for rule in rules() {
        report.run(*rule, case);
    }
    report.findings.sort();
    report.findings
}

/// The rule of that code.
pub fn rule(code: &str) -> Option<&'static dyn Rule> {
    rules().iter().find(|rule| rule.code() == code).copied()
}

/// Quotes what was found as messages do.
pub(crate) fn quoted(text: impl fmt::Display) -> String {
    format!("`{text}`")
}

#[cfg(test)]
pub(crate) mod fixture {
    //! A record that passes every rule, for each rule's test to spoil.

    use super::{LintFinding, Report, Rule};
    use crate::case::Case;

    /// A made-up decision without a fault.
    pub(crate) fn good() -> Case {
        Case::from_json(
            r#"{
            "schema": 1, "id": "fr-cnil-san-2030-001", "authority": "fr-cnil", "reference": "SAN-2030-001",
            "summary": "A shop kept card numbers in plain text for four years. It was fined and told to encrypt them.",
            "language": "fr",
            "parties": [{"id": "shop", "name": "Shop", "role": "controller", "kind": "company", "country": "FR", "sectors": ["health"], "nace": "62"}],
            "incident_on": "2028", "opened_on": "2029-01", "decided_on": "2030-02-03", "published_on": "2030-02",
            "outcome": "violation-found", "stage": "decided",
            "findings": [{"provision": "gdpr/32/1/a", "finding": "violated", "violations": ["security/encryption"], "party": "shop"},
                         {"provision": "gdpr/83/2", "finding": "procedural"}],
            "ledger": [{"event": "imposed", "on": "2030-02-03", "amount": {"amount_minor": 10000000, "currency": "EUR"}, "party": "shop", "source": "decision"}],
            "measures": [{"kind": "fine", "party": "shop"}],
            "turnover": {"amount": {"amount_minor": 1000000000, "currency": "EUR"}, "year": 2029, "of": "group"},
            "turnover_share": {"share": {"precision": "about", "value": 0.01}, "origin": "computed"},
            "affected_people": {"precision": "range", "min": 10, "max": 20},
            "factors": [{"factor": "a", "direction": "aggravating"}],
            "sources": [{"id": "decision", "kind": "official-decision", "url": "https://www.cnil.fr/x", "language": "fr", "licence": "etalab-2.0",
                         "sha256": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}],
            "claims": [{"statement": {"field": "decided-on", "value": "2030-02-03"}, "source": "decision", "method": "prose", "confidence": 0.9,
                        "evidence": {"document_sha256": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "start": 4, "end": 21, "quote": "le 3 février 203"}}]
        }"#,
        )
        .unwrap()
    }

    /// What one rule says of a record.
    pub(crate) fn check(rule: &dyn Rule, case: &Case) -> Vec<LintFinding> {
        let mut report = Report::new();
        report.run(rule, case);
        report.findings
    }

    /// The rule is silent on the good record and reports exactly these pointers on the spoilt one.
    pub(crate) fn assert_reports(rule: &dyn Rule, pointers: &[&str], spoil: impl FnOnce(&mut Case)) {
        assert_eq!(check(rule, &good()), [], "`{}` complains of the good record", rule.code());
        let mut bad = good();
        spoil(&mut bad);
        let findings = check(rule, &bad);
        let found: Vec<&str> = findings.iter().map(|finding| finding.pointer.as_str()).collect();
        assert_eq!(found, pointers, "{findings:#?}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_good_record_has_no_findings() {
        assert_eq!(lint(&fixture::good()), []);
    }

    #[test]
    fn every_rule_is_explained_and_named_once() {
        let mut codes = std::collections::BTreeSet::new();
        for rule in rules() {
            assert!(codes.insert(rule.code()), "`{}` twice", rule.code());
            let text = rule.explain();
            for part in ["What it does", "Why is this bad", "Example", "Use instead"] {
                assert!(text.contains(part), "`{}` does not say \"{part}\"", rule.code());
            }
        }
        assert_eq!(rule("unknown-term").unwrap().code(), "unknown-term");
        assert!(rule("no-such-rule").is_none());
    }

    #[test]
    fn a_finding_says_where_what_and_how() {
        let mut case = fixture::good();
        case.outcome = crate::Stated::Value(crate::Term::from_slug("violation-fuond"));
        let finding = lint(&case).into_iter().find(|finding| finding.code == "unknown-term").unwrap();
        let finding = LintFinding { path: Some("cases/x.json".into()), ..finding };
        assert_eq!(
            finding.to_string(),
            "error[unknown-term]: `cases/x.json` at `/outcome`: expected a term of `outcome`, found `violation-fuond`\n  \
             help: did you mean `violation-found`?"
        );
    }
}
