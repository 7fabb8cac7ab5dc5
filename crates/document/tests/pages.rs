//! Real pages, where the shared data are at hand: each is read, and its table of facts arrives as cells.

use fineprint_document::{Hints, read};
use fineprint_testkit::shared;

#[test]
fn every_page_of_the_wiki_is_read() {
    let Some(folder) = shared("data/gdprhub/pages") else { return };
    let (mut pages, mut with_table) = (0, 0);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let document = read(&bytes, &Hints::default()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        pages += 1;
        let labels = ["Authority:", "Court:"];
        let has_facts = document.tables().first().is_some_and(|table| {
            table.iter().any(|row| row.len() == 2 && labels.contains(&document.block_text(row[0])))
        });
        with_table += usize::from(has_facts);
        assert!(document.title.is_some(), "{}", path.display());
        assert!(!document.text.contains("Privacy policy\n\nAbout GDPRhub"), "{}", path.display());
    }
    println!("{pages} pages, {with_table} with a table of facts");
    assert!(pages > 1000);
    assert!(with_table * 100 >= pages * 99, "{with_table} of {pages}");
}

#[test]
fn the_press_article_ends_with_the_article() {
    let Some(path) = shared("data/notices/dedalus-press-article.txt") else { return };
    let document = read(&std::fs::read(path).unwrap(), &Hints::default()).unwrap();
    assert_eq!(document.published_on.unwrap().to_string(), "2022-05-04");
    assert_eq!(document.language.as_deref(), Some("en"));
    assert!(document.text.ends_with("sanctions."), "{}", &document.text[document.text.len() - 80..]);
    assert!(!document.text.contains("Policy Enforcement"), "labels under the date are left out");
    assert!(document.title.unwrap().starts_with("Dedalus"));
}
