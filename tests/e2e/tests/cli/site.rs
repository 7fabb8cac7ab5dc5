//! `fineprint site`: a folder of plain files.

use std::collections::BTreeMap;
use std::path::Path;

use crate::Bench;

fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, root: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, root, found);
            } else {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(root, root, &mut found);
    found
}

fn export(bench: &Bench, out: &str) -> BTreeMap<String, Vec<u8>> {
    let child = bench.command(["site", out]).env("SOURCE_DATE_EPOCH", "1790000000").spawn().unwrap();
    crate::finish(child).expect(0);
    files(&bench.path(out))
}

#[test]
fn two_exports_are_the_same_bytes() {
    let bench = Bench::new();
    let (first, second) = (export(&bench, "a"), export(&bench, "b"));
    assert!(first.len() > 100, "{} files", first.len());
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    for (name, bytes) in &first {
        assert!(bytes == &second[name], "{name} differs");
    }
}

#[test]
fn no_page_names_whom_it_must_not() {
    let bench = Bench::new();
    for (name, bytes) in export(&bench, "out") {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        assert!(!text.contains("dedalus biologie"), "{name}");
        assert!(!name.contains("dedalus"), "{name}");
    }
}

#[test]
fn leaves_a_folder_alone_that_holds_something_else() {
    let bench = Bench::new();
    bench.write("photos/holiday.jpg", "not yours");
    let run = bench.run(["site", "photos"]).expect(5);
    assert!(run.stderr.contains("photos"), "{}", run.stderr);
    assert_eq!(std::fs::read(bench.path("photos/holiday.jpg")).unwrap(), b"not yours");
    assert_eq!(files(&bench.path("photos")).len(), 1);
}

#[test]
fn an_export_as_a_whole_replaces_an_earlier_one() {
    let bench = Bench::new();
    let records = crate::repository("tests/conformance/cases.jsonl");
    bench.run(["ingest".as_ref(), records.as_os_str(), "--kb".as_ref(), "kb".as_ref()]).expect(0);
    bench.run(["site", "out", "--kb", "kb"]).expect(0);
    bench.write("out/case/leftover/index.html", "gone tomorrow");
    bench.run(["site", "out", "--kb", "kb", "--whole"]).expect(0);
    assert!(!bench.path("out/case/leftover/index.html").exists());
}

/// Whoever is killed leaves an export that is whole, and the next one comes to what it would have come to.
#[test]
fn an_export_that_is_killed_harms_nothing() {
    let bench = Bench::new();
    let records = std::fs::read_to_string(crate::repository("tests/conformance/cases.jsonl")).unwrap();
    let site = |bench: &Bench| {
        let mut command = bench.command(["site", "out", "--kb", "kb"]);
        command.env("SOURCE_DATE_EPOCH", "1790000000");
        command
    };
    // A whole export to begin with: however slow the machine, there are pages that a killed one could harm.
    bench.write("cases.jsonl", &records);
    bench.run(["ingest", "cases.jsonl", "--kb", "kb"]).expect(0);
    crate::finish(site(&bench).spawn().unwrap()).expect(0);
    let mut page_is_whole = 0;
    for round in 0..8_u64 {
        // Each time another summary, so that there is something to write.
        let changed = records.replace("\"summary\":\"", &format!("\"summary\":\"Round {round}. "));
        let _ = std::fs::remove_dir_all(bench.path("kb"));
        bench.write("cases.jsonl", changed);
        bench.run(["ingest", "cases.jsonl", "--kb", "kb"]).expect(0);
        let mut child = site(&bench).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(30 * (round * round + 1)));
        let _ = child.kill();
        child.wait().unwrap();
        if bench.path("out").exists() {
            for (name, bytes) in files(&bench.path("out")).iter().filter(|(name, _)| name.ends_with(".html")) {
                assert!(bytes.trim_ascii_end().ends_with(b"</html>"), "{name} is half-written in round {round}");
                page_is_whole += 1;
            }
        }
    }
    crate::finish(site(&bench).spawn().unwrap()).expect(0);
    let completed = files(&bench.path("out"));
    assert!(page_is_whole > 0, "no round left a page");
    std::fs::rename(bench.path("out"), bench.path("killed")).unwrap();
    crate::finish(site(&bench).spawn().unwrap()).expect(0);
    let fresh = files(&bench.path("out"));
    assert_eq!(completed.keys().collect::<Vec<_>>(), fresh.keys().collect::<Vec<_>>());
    let differing: Vec<_> = fresh.iter().filter(|(name, bytes)| completed[*name] != **bytes).collect();
    assert!(differing.is_empty(), "{:?}", differing.iter().map(|(name, _)| name).collect::<Vec<_>>());
    let hidden =
        std::fs::read_dir(bench.path(".")).unwrap().filter_map(|entry| entry.unwrap().file_name().into_string().ok());
    assert_eq!(hidden.filter(|name| name.starts_with(".out")).count(), 0, "nothing is left beside it");
}
