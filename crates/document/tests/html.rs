//! Pages to text: what is kept, what is left out, and how it is parted.

#![expect(clippy::unwrap_used, reason = "a helper of tests")]

use fineprint_document::{Error, Hints, read};
use fineprint_model::{BlockKind, Document};

fn page(html: &str) -> Document {
    read(format!("<!doctype html>{html}").as_bytes(), &Hints::default()).unwrap()
}

#[test]
fn text_of_pages() {
    let filler = "The committee gave its reasons at length and in many words. ".repeat(4);
    for (html, expected, why) in [
        (
            "<table><tr><td>32</td><td>sécurité</td></tr><tr><th>28</th><td>a</td></tr></table>",
            "32\tsécurité\n28\ta",
            "cells",
        ),
        ("<p>a  b\n c</p><p>d</p>", "a b c\n\nd", "white space"),
        ("<div>a<div>b</div>c</div>", "a\n\nb\n\nc", "divisions"),
        ("<ul><li>a<li><p>b</p></ul>", "a\n\nb", "items"),
        ("<p>a<br>b<br><br>c", "a\nb\n\nc", "line breaks, and two for a paragraph"),
        ("<pre>a  b\n  c\n\n\nd</pre>", "a b\nc\n\nd", "preformatted lines and paragraphs"),
        ("<p>1&nbsp;500&nbsp;000&nbsp;€</p><p>&nbsp;</p>", "1\u{a0}500\u{a0}000\u{a0}€", "no-break spaces stay"),
        ("<p>a<script>x</script>b<style>y</style></p>", "a b", "scripts"),
        ("<td>", "", "nothing"),
        ("<p>in<b>ter</b>mezzo</p>", "intermezzo", "inline tags part no words"),
        ("<table><tr><td><p>a</p><p>b</p></td><td>c<br>d</td></tr></table>", "a\nb\tc\nd", "one block a cell"),
        ("<table><tr><td><table><tr><td>a</td></tr></table></td><td>b</td></tr></table>", "a\n\nb", "layout tables"),
    ] {
        let read = read(format!("<!doctype html>{html}").as_bytes(), &Hints::default());
        match read {
            Ok(document) => assert_eq!(document.text, expected, "{why}"),
            Err(error) => assert!(expected.is_empty() && error == Error::Empty, "{why}: {error}"),
        }
    }
    for (html, why) in [
        (format!("<nav>Home</nav><h1>T</h1><p>{filler}</p><footer>Imprint</footer>"), "around the content"),
        (format!("<div class='cookie-consent'>We ask</div><h1>T</h1><p>{filler}</p>"), "consent"),
        (format!("<form id=all><h1>T</h1><p>{filler}</p></form>"), "a form around the whole page"),
        (format!("<body class='comments has-sidebar'><h1>T</h1><p>{filler}</p>"), "a name on the body"),
        (format!("<div class='related'><h1>T</h1><p>{filler}</p></div>"), "a misleading name on everything"),
        (format!("<div>Menu</div><main><h1>T</h1><p>{filler}</p></main><div>Imprint</div>"), "the page's own mark"),
        (
            format!("<header>Logo</header><article><header><h1>T</h1></header><p>{filler}</p></article>"),
            "the article's header",
        ),
        (format!("<h1>T</h1><div>Menu</div><main><p>{filler}</p></main>"), "a heading outside the content"),
        (format!("<h1>T</h1><p>{filler}</p><h3>Leave a Reply</h3><p>Name</p>"), "the reply form"),
        (
            format!("<h1>T</h1><p>{filler}</p><h3>Related posts</h3><p>Another firm was fined 7 euros</p>"),
            "other cases",
        ),
        (format!("<h1>T</h1><p>{filler}</p><p>We use cookies to improve this site.</p>"), "a standing sentence"),
    ] {
        assert_eq!(page(&html).text, format!("T\n\n{}", filler.trim()), "{why}");
    }
}

#[test]
fn blocks_have_their_kinds() {
    let read = page("<h1>T</h1><h2>A</h2><p>p</p><blockquote><p>q</p></blockquote><ul><li>i</li></ul><pre>x</pre>");
    let kinds: Vec<BlockKind> = read.blocks.iter().map(|block| block.kind).collect();
    assert_eq!(
        kinds,
        [
            BlockKind::Title,
            BlockKind::Heading(2),
            BlockKind::Paragraph,
            BlockKind::Quote,
            BlockKind::Item,
            BlockKind::Preformatted
        ]
    );
    let tables = page("<table><tr><td>a<td>b<tr><td>c</table><p>x</p><table><tr><td>d</table>");
    let shape: Vec<Vec<usize>> = tables.tables().iter().map(|table| table.iter().map(Vec::len).collect()).collect();
    assert_eq!(shape, [vec![2, 1], vec![1]]);
}

#[test]
fn pages_say_things_about_themselves() {
    let read = page(
        "<html lang=fr-FR><head><title>Sanction | CNIL</title><meta property='og:site_name' content='CNIL'>
         <meta property='article:published_time' content='2022-04-21T10:00:00+02:00'>
         <link rel=canonical href='https://www.cnil.fr/fr/sanction'></head>
         <body><p>Voir <a href='/fr/autre#x'>la décision</a> ou <a href='javascript:x()'>ceci</a>.</p></body>",
    );
    assert_eq!(read.title.as_deref(), Some("Sanction"));
    assert_eq!(read.site.as_deref(), Some("CNIL"));
    assert_eq!(read.language.as_deref(), Some("fr"));
    assert_eq!(read.published_on.map(|date| date.to_string()).as_deref(), Some("2022-04-21"));
    assert_eq!(read.url.as_deref(), Some("https://www.cnil.fr/fr/sanction"));
    let links: Vec<(&str, &str)> =
        read.links.iter().map(|link| (&read.text[link.start..link.end], link.href.as_str())).collect();
    assert_eq!(links, [("la décision", "https://www.cnil.fr/fr/autre#x")]);

    for (html, expected, why) in [
        (
            "<script type='application/ld+json'>{\"@type\":\"NewsArticle\", \"datePublished\" : \"2021-03-02T01:00Z\"}</script><p>x",
            Some("2021-03-02"),
            "linked data",
        ),
        ("<meta name='DC.date' content='2020-01-31'><p>x", Some("2020-01-31"), "Dublin Core"),
        ("<time datetime='2019-05-06'>May</time><p>x", Some("2019-05-06"), "a time element"),
        ("<h1>T</h1><p>6 May 2019</p><p>x", Some("2019-05-06"), "a date line"),
        (
            "<h1>T</h1><p>On 6 May 2019 the authority decided that the firm had broken the law.</p>",
            None,
            "only a sentence",
        ),
    ] {
        assert_eq!(page(html).published_on.map(|date| date.to_string()).as_deref(), expected, "{why}");
    }

    let english =
        "The authority found that the company had not protected the data of its customers as the law requires. ";
    let lying = page(&format!("<html lang=de><p>{}</p>", english.repeat(5)));
    assert_eq!(lying.language.as_deref(), Some("en"), "the words outweigh a wrong mark");
}

#[test]
fn same_bytes_same_text() {
    let html = "<!doctype html><h1>T</h1><table><tr><td>a<td>b</table><p>c".as_bytes();
    assert_eq!(read(html, &Hints::default()), read(html, &Hints::default()));
}
