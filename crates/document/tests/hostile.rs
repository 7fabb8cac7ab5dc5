//! Input that wants to do harm: refused with a reason, or read, in bounded time.

use std::time::{Duration, Instant};

use fineprint_document::{Error, Hints, Limits, read, read_within};
use proptest::prelude::*;

/// Two seconds in a release build; the unoptimised one may take five times as long.
const BOUND: Duration = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 2 });

fn within_bound(name: &str, bytes: &[u8]) -> Result<fineprint_model::Document, Error> {
    let start = Instant::now();
    let result = read(bytes, &Hints::default());
    let took = start.elapsed();
    assert!(took < BOUND, "{name} took {took:?}");
    result
}

#[test]
fn hostile_pages_are_read_or_refused_in_time() {
    let page = |body: String| format!("<!doctype html><p>x</p>{body}").into_bytes();
    let deep = within_bound("nested", &page("<ul><li>".repeat(100_000)));
    assert!(matches!(deep, Err(Error::TooDeep { limit: 512, .. })));
    let attributes: String = (0..150_000).map(|n| format!(" a{n}=")).collect();
    assert!(matches!(
        within_bound("attributes", &page(format!("<p{attributes}>"))),
        Err(Error::TooManyAttributes { .. })
    ));
    let value = page(format!("<p title='{}'>y</p>", "x".repeat(1 << 20)));
    assert!(within_bound("a long value", &value).is_ok());
    let open: String = (0..400).map(|n| format!("<font size={n}>")).collect();
    let fonts = page(format!("{open}{}", "<p>x".repeat(50_000)));
    assert!(matches!(within_bound("open formatting", &fonts), Err(Error::Misnested { .. })));
    assert!(within_bound("many blocks", &page("<p>x".repeat(50_000))).is_ok());
    assert!(within_bound("many links", &page("<a href=/x>x</a> ".repeat(30_000))).is_ok());
    assert!(within_bound("open tags", &page("<".repeat(1 << 20))).is_ok());
    assert!(within_bound("open comments", &page("<!--".repeat(1 << 18))).is_ok());
    assert!(within_bound("open scripts", &page("<script></scrip".repeat(1 << 16))).is_ok());
    assert!(within_bound("one line", "a fine of 10 euros ".repeat(500_000).as_bytes()).is_ok());
    assert!(within_bound("many lines", "a\n".repeat(500_000).as_bytes()).is_ok());
    assert!(within_bound("white space", &page(" ".repeat(5_000_000))).is_ok());
}

#[test]
fn size_and_emptiness() {
    let limits = Limits { max_bytes: 10, ..Limits::default() };
    let large = read_within(b"01234567890", &Hints::default(), &limits);
    assert_eq!(large, Err(Error::TooLarge { limit: 10, found: 11 }));
    for empty in [&b""[..], b" \n\t", b"<!doctype html><p> </p>", b"<html><script>x</script>"] {
        assert_eq!(read(empty, &Hints::default()), Err(Error::Empty));
    }
    assert!(read(b"[...] The company was fined [...]", &Hints::default()).is_ok());
}

fn check(bytes: &[u8]) {
    let Ok(document) = read(bytes, &Hints::default()) else { return };
    let mut last = 0;
    for block in &document.blocks {
        assert!(block.start < block.end && block.start >= last, "{:?}", document.blocks);
        let between = document.text.get(last..block.start);
        assert!(between.is_some_and(|between| between.trim().is_empty()), "{between:?}");
        assert!(
            document.text.get(block.start..block.end).is_some_and(|text| text == text.trim_end_matches([' ', '\n']))
        );
        last = block.end;
    }
    assert_eq!(last, document.text.len());
    for link in &document.links {
        assert!(document.text.get(link.start..link.end).is_some_and(|text| !text.is_empty()));
        assert!(link.href.starts_with("http"));
    }
}

proptest! {
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check(&bytes);
    }

    #[test]
    fn any_page(parts in prop::collection::vec(prop::sample::select(vec![
        "<p>", "</p>", "<div>", "</div>", "<table>", "<tr>", "<td>", "</td>", "</table>", "<b>", "</b>", "<a href=http://x/>",
        "</a>", "<li>", "<ul>", "</ul>", "<pre>", "\n\n", "</pre>", "<br>", "<script>", "</script>", "<!--", "-->", "<h1>", "</h1>",
        "é", "\u{a0}", "word", " ", "<nav>", "</nav>", "<svg>", "<title>", "<h2>Related</h2>", "Leave a Reply", "<body>", "<select>",
        "<main>", "<form>", "</form>", "<template>",
    ]), 0..60)) {
        check(format!("<!doctype html>{}", parts.concat()).as_bytes());
    }

    #[test]
    fn any_text(text in "[a-zA-Zéß€ .,\n\t0-9*-]{0,400}") {
        check(text.as_bytes());
    }
}
