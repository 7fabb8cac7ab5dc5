//! Checks whole trees of records: every record by the model's rules, and what only shows on disk.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use fineprint_model::lint::{self, LintFinding, Severity};
use fineprint_model::{Case, CaseId, Document};

use crate::base::record_files;
use crate::error::{Error, Result};
use crate::pack::{self, Packing};

/// A rule about files, where [`fineprint_model::lint::Rule`] is about records.
#[derive(Debug, Clone, Copy)]
pub struct FileRule {
    /// Stable name in kebab case.
    pub code: &'static str,
    /// How bad a violation is.
    pub severity: Severity,
    /// What it does, why that is bad, an example, and what to do instead, in Markdown.
    pub explain: &'static str,
}

const UNREADABLE: FileRule = FileRule {
    code: "unreadable-record",
    severity: Severity::Error,
    explain: "# What it does\nReports a file that is no record: malformed JSON, an unknown key, a value of the wrong type, a newer schema.\n\n\
        # Why is this bad\nThe case is missing everywhere.\n\n\
        # Example\nA key `nmae` in a party\n\n\
        # Use instead\n`name`; `fineprint schema` prints all keys and types.",
};

const MISPLACED: FileRule = FileRule {
    code: "misplaced-record",
    severity: Severity::Error,
    explain: "# What it does\nReports a record whose file is not `cases/<authority>/<id>.json`.\n\n\
        # Why is this bad\nThe record is not found by its id, and the next change makes a second file of it.\n\n\
        # Example\nThe id `fr-cnil-san-2022-009` in `cases/cnil/dedalus.json`\n\n\
        # Use instead\n`cases/fr-cnil/fr-cnil-san-2022-009.json`",
};

const NOT_CANONICAL: FileRule = FileRule {
    code: "not-canonical",
    severity: Severity::Warning,
    explain: "# What it does\nReports a record that is not written as the program writes it: key order, two spaces, a final line feed, nothing that \
        says only the default.\n\n\
        # Why is this bad\nThe next change to it shows up as a change of everything.\n\n\
        # Example\n`\"noindex\": false`, which is the default\n\n\
        # Use instead\nLet the program write it: `cargo run -p fineprint-model --example canonical -- FILE`.",
};

const DUPLICATE: FileRule = FileRule {
    code: "duplicate-id",
    severity: Severity::Error,
    explain: "# What it does\nReports an id or alias that two records claim.\n\n\
        # Why is this bad\nWhich of the two answers to it is left to chance.\n\n\
        # Example\nThe same id in the folders of two authorities\n\n\
        # Use instead\nMerge the two; the id that goes becomes an alias of the one that stays.",
};

const LINKED: FileRule = FileRule {
    code: "linked-record",
    severity: Severity::Error,
    explain: "# What it does\nReports a symbolic link among the records.\n\n\
        # Why is this bad\nLinks are not followed, as they may lead out of the folder; the record behind it is missing everywhere.\n\n\
        # Example\n`cases/fr-cnil/a.json -> /elsewhere/a.json`\n\n\
        # Use instead\nThe file itself.",
};

const NO_RECORDS: FileRule = FileRule {
    code: "no-records",
    severity: Severity::Error,
    explain: "# What it does\nReports a tree without a single record.\n\n\
        # Why is this bad\nA check of nothing passes; mostly the wrong folder was named.\n\n\
        # Example\n`fineprint lint data/vocab`\n\n\
        # Use instead\n`fineprint lint data`",
};

const QUOTE_NOT_FOUND: FileRule = FileRule {
    code: "quote-not-found",
    severity: Severity::Error,
    explain: "# What it does\nReports evidence whose quote does not stand at its place in the kept text of the notice.\n\n\
        # Why is this bad\nThe value cannot be traced to what the source says.\n\n\
        # Example\nA quote `1.5 million` whose span holds `2022`\n\n\
        # Use instead\nIngest the notice again.",
};

/// The rules about files.
pub fn file_rules() -> &'static [FileRule] {
    &[DUPLICATE, LINKED, MISPLACED, NO_RECORDS, NOT_CANONICAL, QUOTE_NOT_FOUND, UNREADABLE]
}

/// What a rule of either kind does, why, an example and what to use instead; `None` where there is no such code.
pub fn explain(code: &str) -> Option<String> {
    let of_record = lint::rule(code).map(fineprint_model::lint::Rule::explain);
    of_record.or_else(|| file_rules().iter().find(|rule| rule.code == code).map(|rule| rule.explain.to_owned()))
}

/// Rewrites a record that reads well in canonical form; returns whether that changed the file.
///
/// # Errors
/// [`Error::File`], [`Error::Record`] where the file cannot be read as a record; it is left untouched then.
pub fn rewrite_canonical(path: &Path) -> Result<bool> {
    let text = fs::read_to_string(path).map_err(Error::io("read", path))?;
    let canonical = Case::from_json(&text).and_then(|case| case.to_json());
    let canonical = canonical.map_err(|source| Error::Record { path: path.to_owned(), source })?;
    if canonical != text {
        crate::write_atomically(path, canonical.as_bytes())?;
    }
    Ok(canonical != text)
}

/// What was checked and what was found.
#[derive(Debug, Default)]
pub struct Linted {
    /// How many records were read.
    pub records: usize,
    /// Every finding, sorted by path, place and rule.
    pub findings: Vec<LintFinding>,
    ids: BTreeMap<CaseId, String>,
}

/// Checks a knowledge base, a folder with `cases/` in it, a folder of records, one record, or a packed file.
///
/// # Errors
/// [`Error::File`] where the path itself cannot be read, [`Error::Pack`] where a packed file cannot be unpacked. A bad
/// record is a finding, not an error.
pub fn lint_tree(path: &Path) -> Result<Linted> {
    let mut linted = Linted::default();
    let metadata = fs::metadata(path).map_err(Error::io("read", path))?;
    if metadata.is_file() {
        match Packing::of(path) {
            Some(packing) => linted.packed(path, packing)?,
            None => linted.file(path, None, None),
        }
    } else {
        let nested = path.join("cases");
        let is_tree = nested.is_dir() || path.file_name().is_some_and(|name| name == "cases");
        let root = if nested.is_dir() { nested } else { path.to_owned() };
        linted.links(&root);
        let documents = path.join("documents");
        for file in record_files(&root) {
            linted.file(&file, is_tree.then_some(root.as_path()), documents.is_dir().then_some(documents.as_path()));
        }
        if linted.records == 0 && linted.findings.is_empty() {
            let expected = "records as `<authority>/<id>.json`";
            linted.add(
                NO_RECORDS,
                &root.display().to_string(),
                "",
                expected,
                "none",
                "name the folder that holds `cases`",
            );
        }
    }
    linted.findings.sort();
    Ok(linted)
}

impl Linted {
    fn add(&mut self, rule: FileRule, path: &str, pointer: &str, expected: &str, found: &str, help: &str) {
        self.findings.push(LintFinding {
            path: Some(path.to_owned()),
            pointer: pointer.to_owned(),
            code: rule.code,
            severity: rule.severity,
            expected: expected.to_owned(),
            found: found.to_owned(),
            help: help.to_owned(),
        });
    }

    fn packed(&mut self, path: &Path, packing: Packing) -> Result<()> {
        let file = File::open(path).map_err(Error::io("read", path))?;
        for (at, case) in pack::read(file, packing)?.enumerate() {
            match case {
                Ok(case) => self.record(&format!("{}:{}", path.display(), at + 1), &case),
                Err(Error::Line { line, source }) => self.unreadable(&format!("{}:{line}", path.display()), &source),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn links(&mut self, root: &Path) {
        let links = walkdir::WalkDir::new(root).into_iter().flatten().filter(|entry| entry.path_is_symlink());
        let links: Vec<PathBuf> = links.map(walkdir::DirEntry::into_path).filter(|link| link != root).collect();
        for link in links {
            let path = link.display().to_string();
            self.add(LINKED, &path, "", "a file", "a symbolic link", "put the file itself in its place");
        }
    }

    fn file(&mut self, file: &Path, root: Option<&Path>, documents: Option<&Path>) {
        let path = file.display().to_string();
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) => {
                return self.add(UNREADABLE, &path, "", "a file of UTF-8 text", &error.to_string(), "check the file");
            }
        };
        let case = match Case::from_json(&text) {
            Ok(case) => case,
            Err(error) => return self.unreadable(&path, &error),
        };
        self.record(&path, &case);
        if let Some(root) = root {
            let place = Path::new(case.authority.as_str()).join(format!("{}.json", case.id));
            if file.strip_prefix(root).is_ok_and(|found| found != place) {
                let expected = format!("`{}`", place.display());
                let found = format!("`{}`", file.strip_prefix(root).unwrap_or(file).display());
                self.add(MISPLACED, &path, "/id", &expected, &found, "move the file, or correct id and authority");
            }
        }
        if let Ok(canonical) = case.to_json()
            && canonical != text
        {
            let mut lines = canonical.lines().map(Some).chain(std::iter::repeat(None)).zip(text.lines());
            let different = lines.find(|(expected, found)| *expected != Some(found));
            let (expected, found) = different.unwrap_or((Some("a final line feed"), "none"));
            let expected = format!("`{}`", expected.unwrap_or("the end of the file").trim());
            let found = format!("`{}`", found.trim());
            self.add(NOT_CANONICAL, &path, "", &expected, &found, "let the program write the file");
        }
        if let Some(documents) = documents {
            self.quotes(&path, &case, documents);
        }
    }

    fn unreadable(&mut self, path: &str, error: &fineprint_model::Error) {
        let (pointer, found) = match error {
            fineprint_model::Error::Record { pointer, message } => (pointer.as_str(), message.clone()),
            fineprint_model::Error::NewerSchema { .. } => ("/schema", error.to_string()),
            other => ("", other.to_string()),
        };
        self.add(
            UNREADABLE,
            path,
            pointer,
            "a case record",
            &found,
            "`fineprint schema` prints what a record may hold",
        );
    }

    fn record(&mut self, path: &str, case: &Case) {
        self.records += 1;
        self.findings
            .extend(lint::lint(case).into_iter().map(|finding| LintFinding { path: Some(path.to_owned()), ..finding }));
        for (at, id) in std::iter::once(&case.id).chain(&case.aliases).enumerate() {
            let pointer = if at == 0 { "/id".to_owned() } else { format!("/aliases/{}", at - 1) };
            match self.ids.get(id).filter(|other| *other != path).cloned() {
                Some(other) => {
                    let found = format!("`{id}`, which `{other}` has too");
                    self.add(DUPLICATE, path, &pointer, "an id of its own", &found, "merge the two records");
                }
                None => {
                    self.ids.insert(id.clone(), path.to_owned());
                }
            }
        }
    }

    fn quotes(&mut self, path: &str, case: &Case, documents: &Path) {
        let mut known: HashMap<&str, Option<Document>> = HashMap::new();
        for (at, claim) in case.claims.iter().enumerate() {
            let Some(evidence) = &claim.evidence else { continue };
            let hash = evidence.document_sha256.as_str();
            let is_hash = hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
            let document = known.entry(hash).or_insert_with(|| {
                let bytes = is_hash.then(|| fs::read(documents.join(format!("{hash}.json"))).ok()).flatten()?;
                serde_json::from_slice(&bytes).ok()
            });
            if document.as_ref().is_some_and(|document| !document.supports(evidence)) {
                let pointer = format!("/claims/{at}/evidence");
                let found = format!("other words at `{}..{}`", evidence.start, evidence.end);
                self.add(QUOTE_NOT_FOUND, path, &pointer, "the quote at its place", &found, "ingest the notice again");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fineprint_model::{AuthorityId, CaseId};

    fn codes(path: &Path) -> Vec<(&'static str, String)> {
        let of_files: Vec<&str> = file_rules().iter().map(|rule| rule.code).collect();
        let linted = lint_tree(path).unwrap();
        let findings = linted.findings.into_iter().filter(|finding| of_files.contains(&finding.code));
        findings.map(|finding| (finding.code, finding.pointer)).collect()
    }

    fn record(id: &str) -> Case {
        Case::new(CaseId::new(id).unwrap(), AuthorityId::new("fr-cnil").unwrap())
    }

    #[test]
    fn each_rule_about_files_reports() {
        let folder = tempfile::tempdir().unwrap();
        let cases = folder.path().join("cases");
        fs::create_dir_all(cases.join("fr-cnil")).unwrap();
        assert_eq!(codes(folder.path()), [("no-records", String::new())]);

        let write = |place: &str, text: &str| fs::write(cases.join(place), text).unwrap();
        write("fr-cnil/fr-cnil-1.json", &record("fr-cnil-1").to_json().unwrap());
        assert_eq!(codes(folder.path()), []);

        write("fr-cnil/fr-cnil-2.json", &record("fr-cnil-2").to_json_line().unwrap());
        assert!(rewrite_canonical(&cases.join("fr-cnil/fr-cnil-2.json")).unwrap());
        assert!(!rewrite_canonical(&cases.join("fr-cnil/fr-cnil-2.json")).unwrap());
        assert_eq!(codes(folder.path()), []);
        write("fr-cnil/fr-cnil-2.json", &record("fr-cnil-2").to_json_line().unwrap());
        write("fr-cnil/other.json", &record("fr-cnil-1").to_json().unwrap());
        write("fr-cnil/x.json", "{\"schema\": 1, \"nmae\": 2}");
        write("fr-cnil/z.json", "{\"schema\": 99}");
        let expected: Vec<(&str, String)> = vec![
            ("not-canonical", String::new()),
            ("misplaced-record", "/id".into()),
            ("duplicate-id", "/id".into()),
            ("unreadable-record", "/nmae".into()),
            ("unreadable-record", "/schema".into()),
        ];
        let mut found = codes(folder.path());
        let mut expected = expected;
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(cases.join("fr-cnil/fr-cnil-1.json"), cases.join("fr-cnil/link.json")).unwrap();
            assert!(codes(folder.path()).contains(&("linked-record", String::new())));
        }
    }

    #[test]
    fn packed_records_are_checked_by_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("all.jsonl");
        fs::write(&path, format!("{}\nnonsense\n", record("fr-cnil-1").to_json_line().unwrap())).unwrap();
        let linted = lint_tree(&path).unwrap();
        assert_eq!(linted.records, 1);
        let bad = linted.findings.iter().find(|finding| finding.code == "unreadable-record").unwrap();
        assert!(bad.path.as_ref().unwrap().ends_with("all.jsonl:2"), "{bad}");
    }

    #[test]
    fn every_code_can_be_explained() {
        for code in file_rules().iter().map(|rule| rule.code).chain(["unknown-term"]) {
            let text = explain(code).unwrap();
            for part in ["What it does", "Why is this bad", "Example", "Use instead"] {
                assert!(text.contains(part), "{code}: {part}");
            }
        }
        assert_eq!(explain("no-such-code"), None);
    }
}
