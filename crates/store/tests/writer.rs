//! The promises of the writer, held against real processes: nothing acknowledged is lost by a kill, and one writer at a time.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fineprint_model::{AuthorityId, Case, CaseId};
use fineprint_store::{Error, KnowledgeBase, sha256};

/// Tells the copy of this program that a test starts which folder to write to.
const FOLDER: &str = "FINEPRINT_TEST_FOLDER";

fn case(number: usize, round: usize) -> Case {
    let id = CaseId::new(format!("xx-a-{number:05}")).unwrap();
    let mut case = Case::new(id, AuthorityId::new("xx-a").unwrap());
    // Long enough that a write is not over in one go.
    case.summary = Some(format!("Round {round}. ").repeat(2_000));
    case
}

fn today() -> chrono::NaiveDate {
    "2026-11-24".parse().unwrap()
}

/// Not a test of its own: the process that the tests below start and kill. It writes records without end and prints
/// each one's id and hash once that is acknowledged.
#[test]
fn child_writes_until_killed() {
    use std::io::Write;
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let base = KnowledgeBase::open(Path::new(&folder)).unwrap();
    let mut writer = base.writer(today()).unwrap();
    let mut out = std::io::stdout();
    writeln!(out, "ready").unwrap();
    out.flush().unwrap();
    for round in 0.. {
        for number in 0..7 {
            let case = case(number, round);
            writer.put(&case).unwrap();
            writeln!(out, "ack {} {}", case.id, sha256(case.to_json().unwrap().as_bytes())).unwrap();
            out.flush().unwrap();
        }
    }
}

fn start(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["child_writes_until_killed", "--exact", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn wait_until_ready(child: &mut Child) -> BufReader<std::process::ChildStdout> {
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    // The test harness prints lines of its own, and begins the child's first line with the test's name.
    while !line.contains("ready") {
        line.clear();
        assert_ne!(reader.read_line(&mut line).unwrap(), 0, "the child ended early");
    }
    reader
}

#[test]
fn nothing_acknowledged_is_lost_by_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let base = KnowledgeBase::init(folder.path()).unwrap();
    let mut acknowledged: BTreeMap<String, String> = BTreeMap::new();
    for kill in 0..20_u64 {
        let mut child = start(folder.path());
        let reader = wait_until_ready(&mut child);
        // Odd steps spread the kills over the whole course of a write.
        std::thread::sleep(Duration::from_micros(1_000 + kill * 1_713));
        child.kill().unwrap();
        child.wait().unwrap();
        for line in reader.lines().map_while(Result::ok) {
            let words: Vec<&str> = line.split(' ').collect();
            if let ["ack", id, hash] = words[..]
                && hash.len() == 64
            {
                acknowledged.insert(id.to_owned(), hash.to_owned());
            }
        }
        let stored: BTreeMap<String, String> = base
            .cases()
            .map(|stored| stored.expect("no half record"))
            .map(|stored| (stored.case.id.to_string(), stored.hash))
            .collect();
        for (id, hash) in &acknowledged {
            let found = stored.get(id).unwrap_or_else(|| panic!("kill {kill}: `{id}` is gone"));
            if found != hash {
                // A later round was written and the kill came before its acknowledgement.
                let rounds = (0..5_000).map(|round| {
                    let number = id.rsplit('-').next().unwrap().parse().unwrap();
                    sha256(case(number, round).to_json().unwrap().as_bytes())
                });
                assert!(rounds.into_iter().any(|whole| whole == *found), "kill {kill}: `{id}` is not whole");
            }
        }
    }
    assert!(!acknowledged.is_empty(), "no child came to write anything");
    drop(base.writer(today()).unwrap());
    let left: Vec<_> = walk(folder.path()).into_iter().filter(|name| name.starts_with(".tmp")).collect();
    assert!(left.is_empty(), "{left:?}");
}

fn walk(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        names.push(entry.file_name().to_string_lossy().into_owned());
        if entry.path().is_dir() {
            names.extend(walk(&entry.path()));
        }
    }
    names
}

#[test]
fn a_second_writer_is_told_who_holds_the_lock_and_a_kill_frees_it() {
    let folder = tempfile::tempdir().unwrap();
    let base = KnowledgeBase::init(folder.path()).unwrap();
    let mut child = start(folder.path());
    let reader = wait_until_ready(&mut child);
    let refused = base.writer(today()).map(|_| ()).unwrap_err();
    assert!(matches!(refused, Error::File(fineprint_durable::Error::Locked { .. })), "{refused}");
    assert!(refused.to_string().contains(&format!("process {}", child.id())), "{refused}");
    child.kill().unwrap();
    child.wait().unwrap();
    drop(reader);
    base.writer(today()).unwrap();
}

#[test]
fn one_bad_file_among_a_hundred_spoils_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let base = KnowledgeBase::init(folder.path()).unwrap();
    let mut writer = base.writer(today()).unwrap();
    for number in 0..100 {
        writer.put(&case(number, 0)).unwrap();
    }
    let bad = folder.path().join("cases/xx-a/xx-a-00042.json");
    fs::write(&bad, "{\"schema\": 1, \"id\": \"xx-a-00042\"").unwrap();
    let (good, errors): (Vec<_>, Vec<_>) = base.cases().partition(Result::is_ok);
    assert_eq!((good.len(), errors.len()), (99, 1));
    assert!(errors[0].as_ref().unwrap_err().to_string().contains("xx-a-00042.json"));
    let ids: Vec<CaseId> = good.into_iter().map(|stored| stored.unwrap().case.id).collect();
    assert!(ids.is_sorted());
}

#[test]
fn what_cannot_be_read_is_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let base = KnowledgeBase::init(folder.path()).unwrap();
    let mut writer = base.writer(today()).unwrap();
    let path = writer.put(&case(1, 0)).unwrap();
    for text in ["{\"schema\": 99, \"more\": true}", "damaged"] {
        fs::write(&path, text).unwrap();
        assert!(matches!(writer.put(&case(1, 1)), Err(Error::Record { .. })), "{text}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    fs::write(folder.path().join("fineprint.json"), "{\"format\": 99}").unwrap();
    assert!(matches!(KnowledgeBase::open(folder.path()), Err(Error::NewerBase { .. })));
}

#[cfg(unix)]
#[test]
fn links_lead_nowhere() {
    let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let base = KnowledgeBase::init(folder.path()).unwrap();
    fs::write(outside.path().join("xx-a-00001.json"), case(1, 0).to_json().unwrap()).unwrap();
    std::os::unix::fs::symlink(outside.path(), folder.path().join("cases/xx-a")).unwrap();
    assert_eq!(base.cases().count(), 0);
    assert_eq!(base.case(&case(1, 0).id).unwrap(), None);
    let refused = base.writer(today()).unwrap().put(&case(2, 0)).unwrap_err();
    assert!(matches!(refused, Error::Linked { .. }), "{refused}");
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
}

#[test]
fn a_withdrawn_record_keeps_its_id_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let base = KnowledgeBase::init(folder.path()).unwrap();
    let mut writer = base.writer(today()).unwrap();
    writer.put(&case(1, 0)).unwrap();
    writer.withdraw(&case(1, 0).id, "It was another company.").unwrap();
    let stub = base.case(&case(1, 0).id).unwrap().unwrap();
    assert!(!stub.record.is_active());
    assert_eq!(stub.changes.last().unwrap().note, "It was another company.");
    assert!(matches!(writer.withdraw(&case(9, 0).id, "x"), Err(Error::NoSuchCase { .. })));
}
