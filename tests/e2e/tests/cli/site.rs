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
fn an_export_replaces_an_earlier_one() {
    let bench = Bench::new();
    export(&bench, "out");
    bench.write("out/case/leftover/index.html", "gone tomorrow");
    let again = export(&bench, "out");
    assert!(!again.contains_key("case/leftover/index.html"));
}
