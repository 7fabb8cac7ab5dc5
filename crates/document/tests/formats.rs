//! Formats other than pages: what arrives as text, what is refused, and that it is the same every time.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::{Cursor, Write};

use fineprint_document::bundle::{self, BundleError, BundleLimits, Member};
use fineprint_document::{Error, Hints, Limits, part, pdf, read, read_within};
use fineprint_model::{BlockKind, Document};
use lopdf::content::{Content, Operation};
use lopdf::{Object, Stream, dictionary};
use proptest::prelude::*;

fn named(name: &str) -> Hints {
    Hints { name: Some(name.to_owned()), ..Hints::default() }
}

/// Rows of the first table, cells as text.
fn rows(document: &Document) -> Vec<Vec<&str>> {
    let tables = document.tables();
    let rows = tables.first().into_iter().flatten();
    rows.map(|row| row.iter().map(|cell| document.block_text(cell)).collect()).collect()
}

const DELIBERATION: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<TEXTE_CNIL>
<META><META_COMMUN><ID>CNILTEXT000090000001</ID><NATURE>DELIBERATION</NATURE></META_COMMUN>
<META_SPEC><META_CNIL><TITREFULL>Délibération SAN-2030-001 &amp; suite</TITREFULL><NUMERO>SAN-2030-001</NUMERO><DATE_TEXTE>2030-01-15</DATE_TEXTE></META_CNIL></META_SPEC></META>
<TEXTE><BLOC_TEXTUEL><CONTENU><p>La formation restreinte, r&#233;unie le 15 janvier 2030 ;</p>Vu le r&egrave;glement<br/><br/>PAR CES MOTIFS<br/>
d&#233;cide <![CDATA[d'une amende de 20 000 euros & plus]]>.</CONTENU></BLOC_TEXTUEL></TEXTE>
</TEXTE_CNIL>"#;

#[test]
fn xml_is_labelled_values_and_prose() {
    let document = read(DELIBERATION.as_bytes(), &Hints::default()).unwrap();
    assert_eq!(document.title.as_deref(), Some("Délibération SAN-2030-001 & suite"));
    assert_eq!(document.meta.get("date_texte").map(String::as_str), Some("2030-01-15"));
    assert!(rows(&document).contains(&vec!["NUMERO", "SAN-2030-001"]), "{:?}", rows(&document));
    let prose: Vec<&str> = document
        .blocks
        .iter()
        .filter(|block| block.kind == BlockKind::Paragraph)
        .map(|block| document.block_text(block))
        .collect();
    assert_eq!(
        prose,
        [
            "La formation restreinte, réunie le 15 janvier 2030 ;",
            "Vu le r&egrave;glement",
            "PAR CES MOTIFS\ndécide d'une amende de 20 000 euros & plus."
        ]
    );
}

#[test]
fn xml_that_breaks_its_rules_is_refused_with_the_place() {
    for (xml, expected) in [
        ("<?xml version='1.0'?>\n<a><b>x</a>", "line 2, column 8: expected XML that can be read, found an error: "),
        (
            "<?xml version='1.0'?><a>x",
            "line 1, column 26: expected XML that can be read, found an error: expected the end of `a`",
        ),
        ("<?xml version='1.0'?>", "expected a document, found no text at all"),
        (
            "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY lol 'lol'>]><a>&lol;</a>",
            "at byte 21: expected XML without entities",
        ),
        ("<?xml version='1.0'?><!DOCTYPE a SYSTEM 'file:///etc/passwd'><a>&x;</a>", ""),
    ] {
        match read(xml.as_bytes(), &Hints::default()) {
            Err(error) => assert!(!expected.is_empty() && error.to_string().contains(expected), "{xml}: {error}"),
            // A document type elsewhere is not looked at, and a name that nothing explains stays a name.
            Ok(document) => assert!(expected.is_empty() && document.text == "a\t&x;", "{xml}: {}", document.text),
        }
    }
}

#[test]
fn a_page_of_xhtml_stays_a_page() {
    let page = "<?xml version='1.0'?><!-- x --><!DOCTYPE html><html><body><h1>T</h1><p>Words of it</p></body></html>";
    assert_eq!(read(page.as_bytes(), &Hints::default()).unwrap().text, "T\n\nWords of it");
}

#[test]
fn json_is_labelled_values() {
    let long = "The company left its doors open. ".repeat(12);
    let json = format!(
        r#"[{{"case_id": "LR-90001", "metadata": {{"title": "Example Corp", "date": "2030-01-02", "none": null}}, "text": "{long}"}},
            {{"case_id": "LR-90002", "penalty": 12.5, "settled": true, "laws": ["a", "b"]}}]"#
    );
    let document = read(json.as_bytes(), &Hints::default()).unwrap();
    let tables = document.tables();
    assert_eq!(tables.len(), 2, "{}", document.text);
    assert!(rows(&document).contains(&vec!["metadata.title", "Example Corp"]), "{}", document.text);
    assert!(document.text.contains("LR-90002\nlaws\ta\nlaws\tb\npenalty\t12.5\nsettled\ttrue"), "{}", document.text);
    assert!(document.blocks.iter().any(|block| block.kind == BlockKind::Paragraph));
    let by_place = read(br#"{"data": [["", "E-1", "Austria"], ["", "E-2", "France"]]}"#, &Hints::default()).unwrap();
    assert_eq!(by_place.text, "1\tE-1\n2\tAustria\n\n1\tE-2\n2\tFrance");
    let error = read(b"{\"fine\": 10,}", &Hints::default()).unwrap_err().to_string();
    assert_eq!(error, "line 1, column 13: expected JSON that can be read, found an error: trailing comma");
}

#[test]
fn csv_is_one_table() {
    let csv = "Entity;State;Description\n\"Example; Clinic\";TX;\"Two\nlines\"\nShort\n";
    let document = read(csv.as_bytes(), &named("reports/2030.CSV")).unwrap();
    assert_eq!(
        rows(&document),
        [vec!["Entity", "State", "Description"], vec!["Example; Clinic", "TX", "Two\nlines"], vec!["Short"]]
    );
    assert!(read(csv.as_bytes(), &Hints::default()).unwrap().tables().is_empty(), "nothing says that it is a table");
}

#[test]
fn a_row_is_a_document_of_its_own() {
    let page = "<!doctype html><table><tr><th>Firm</th><th>Amount</th><th></th></tr><tr><td>Example <a href=https://a.example/x>Bank</a> plc</td>
        <td>£1,000</td><td>Late</td></tr></table>";
    let document = read(page.as_bytes(), &Hints::default()).unwrap();
    let tables = document.tables();
    let row = part::row(&document, &["Firm", "Amount", ""], &tables[0][1]);
    assert_eq!(row.text, "Firm\tExample Bank plc\nAmount\t£1,000\n3\tLate");
    assert_eq!(row.links.len(), 1);
    assert_eq!(&row.text[row.links[0].start..row.links[0].end], "Bank");
    let again = part::row(&document, &["Firm", "Amount", ""], &tables[0][1]);
    assert_eq!(row.sha256, again.sha256);
    assert_ne!(row.sha256, document.sha256);
    let blocks = part::blocks(&document, &document.blocks[2..4]);
    assert_eq!(blocks.text, "Example Bank plc\t£1,000");
    assert_eq!(&blocks.text[blocks.links[0].start..blocks.links[0].end], "Bank");
}

/// A PDF with these lines on each page, as programs write them.
fn pdf_of(pages: &[Vec<&str>], title: &str) -> Vec<u8> {
    let mut document = lopdf::Document::with_version("1.7");
    let tree = document.new_object_id();
    let font = document.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding" });
    let resources = document.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
    let mut kids: Vec<Object> = Vec::new();
    for lines in pages {
        let mut operations = vec![
            Operation::new("BT", vec![]),
            Operation::new("Tf", vec!["F1".into(), 12.into()]),
            Operation::new("TL", vec![14.into()]),
            Operation::new("Td", vec![72.into(), 750.into()]),
        ];
        for line in lines {
            let bytes: Vec<u8> = line.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
            operations.push(Operation::new("Tj", vec![Object::string_literal(bytes)]));
            operations.push(Operation::new("T*", vec![]));
        }
        operations.push(Operation::new("ET", vec![]));
        let content = Content { operations }.encode().unwrap();
        let content = document.add_object(Stream::new(dictionary! {}, content));
        let page = document.add_object(dictionary! { "Type" => "Page", "Parent" => tree, "Contents" => content });
        kids.push(page.into());
    }
    let count = i64::try_from(kids.len()).unwrap();
    document.objects.insert(
        tree,
        Object::Dictionary(
            dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count, "Resources" => resources,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()] },
        ),
    );
    let catalog = document
        .add_object(dictionary! { "Type" => "Catalog", "Pages" => tree, "Lang" => Object::string_literal("fr-FR") });
    document.trailer.set("Root", catalog);
    let info = document.add_object(dictionary! { "Title" => Object::string_literal(title) });
    document.trailer.set("Info", info);
    document.compress();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_pdf_arrives_as_paragraphs() {
    let bytes = pdf_of(
        &[
            vec![
                "PAR CES MOTIFS",
                "La formation restreinte de la Commission, apres en avoir delibere, decide de",
                "prononcer a l'encontre de la societe EXEMPLE une amende d'un montant de 20 000 eu-",
                "ros (vingt mille euros).",
            ],
            vec!["La presente decision peut faire l'objet d'un recours devant le Conseil d'Etat."],
        ],
        "Microsoft Word - decision.docx",
    );
    let document = read(&bytes, &Hints::default()).unwrap();
    assert!(document.text.contains("decide de prononcer a l'encontre"), "{}", document.text);
    assert!(document.text.contains("20 000 euros (vingt mille euros)."), "{}", document.text);
    assert!(document.text.ends_with("Conseil d'Etat."));
    assert_eq!(document.language.as_deref(), Some("fr"));
    assert_eq!(document.title.as_deref(), Some("PAR CES MOTIFS"));
    assert_eq!(document, read(&bytes, &Hints::default()).unwrap());
}

#[test]
fn a_pdf_that_cannot_be_read_says_why() {
    let good = pdf_of(&[vec!["Words enough to be taken for the text of a page, and not for a stamp."]], "x");
    let refused = |bytes: &[u8], limits: Limits| match read_within(bytes, &Hints::default(), &limits) {
        Err(Error::Pdf(error)) => error,
        other => panic!("{other:?}"),
    };
    let scan = pdf_of(&[vec![], vec![]], "x");
    assert_eq!(refused(&scan, Limits::default()), pdf::PdfError::NeedsOcr { pages: 2 });
    assert!(refused(&scan, Limits::default()).to_string().starts_with("needs OCR: "));
    let many = pdf_of(&vec![vec!["Words enough to be taken for the text of a page, and not for a stamp."]; 3], "x");
    let few = Limits { max_pages: 2, ..Limits::default() };
    assert_eq!(refused(&many, few), pdf::PdfError::TooManyPages { limit: 2, found: 3 });
    assert!(matches!(refused(&good[..60], Limits::default()), pdf::PdfError::Damaged(_)));
    assert!(matches!(refused(b"%PDF-1.7", Limits::default()), pdf::PdfError::Damaged(_)));
    assert!(read(&good, &Hints::default()).is_ok());
    assert!(read(b"How to write %PDF- files: an article of some words", &Hints::default()).is_ok());
}

fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn tar_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        // Written past the builder's own check, as who means harm does.
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        builder.append(&header, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Members and what was refused, in order, and how the bundle ended.
fn unpacked(bytes: &[u8], limits: &BundleLimits) -> (Vec<Result<Member, BundleError>>, Result<(), BundleError>) {
    let mut members = Vec::new();
    let end = bundle::read(Cursor::new(bytes), "x/notices.html.gz", limits, |member| {
        members.push(member);
        true
    });
    (members, end)
}

#[test]
fn bundles_hand_out_their_members() {
    let members: [(&str, &[u8]); 4] =
        [("a/one.html", b"<p>one"), ("two.xml", b"<a/>"), ("__MACOSX/x", b"x"), ("a/.DS_Store", b"x")];
    for bytes in [zip_of(&members), tar_of(&members), gzip(&tar_of(&members))] {
        let (read, end) = unpacked(&bytes, &BundleLimits::default());
        let read: Vec<Member> = read.into_iter().map(Result::unwrap).collect();
        assert_eq!(end, Ok(()));
        assert_eq!(read.len(), 2);
        assert_eq!((read[0].name.as_str(), read[0].bytes.as_slice()), ("a/one.html", &b"<p>one"[..]));
    }
    let (read, end) = unpacked(&gzip(b"<p>one"), &BundleLimits::default());
    assert_eq!(end, Ok(()));
    assert_eq!(read, [Ok(Member { name: "notices.html".into(), bytes: b"<p>one".to_vec() })]);
}

#[test]
fn names_that_point_out_of_a_bundle_are_refused_and_no_other() {
    let members: [(&str, &[u8]); 5] =
        [("../../etc/passwd", b"x"), ("/etc/passwd", b"x"), ("a\\..\\..\\b", b"x"), ("C:/x", b"x"), ("good.txt", b"x")];
    for bytes in [zip_of(&members), tar_of(&members)] {
        let (read, end) = unpacked(&bytes, &BundleLimits::default());
        assert_eq!(end, Ok(()));
        let good: Vec<&Member> = read.iter().filter_map(|member| member.as_ref().ok()).collect();
        assert_eq!(good.iter().map(|member| member.name.as_str()).collect::<Vec<_>>(), ["good.txt"]);
        let reasons: Vec<String> =
            read.iter().filter_map(|member| member.as_ref().err()).map(ToString::to_string).collect();
        assert_eq!(reasons.len(), 4);
        assert!(reasons.iter().all(|reason| reason.ends_with("its name points out of the bundle")), "{reasons:?}");
    }
}

#[test]
fn bombs_are_refused_within_their_bounds() {
    let zeros = vec![b' '; 40 << 20];
    let limits = BundleLimits::default();
    let (read, end) = unpacked(&zip_of(&[("bomb.txt", &zeros), ("good.txt", b"x")]), &limits);
    assert_eq!(end, Ok(()));
    assert!(read[0].as_ref().is_err_and(|error| error.to_string().contains("at most 200 times what is packed")));
    assert!(read[1].is_ok(), "the rest of the bundle is unaffected");
    let (read, _) = unpacked(&gzip(&zeros), &limits);
    assert!(read.iter().all(Result::is_err), "a packed file of blanks");
    let (read, _) = unpacked(&gzip(&tar_of(&[("bomb.txt", &zeros)])), &limits);
    assert!(read.iter().all(Result::is_err), "the same in a tar");
    let small = BundleLimits { max_members: 2, ..limits };
    let (read, end) = unpacked(&zip_of(&[("a", b"x"), ("b", b"x"), ("c", b"x")]), &small);
    assert_eq!((read.len(), end), (2, Err(BundleError::TooLarge { what: "members", limit: 2 })));
    let small = BundleLimits { max_total_bytes: 5, ..limits };
    let (read, end) = unpacked(&zip_of(&[("a", b"xxx"), ("b", b"xxx")]), &small);
    assert_eq!((read.len(), end), (1, Err(BundleError::TooLarge { what: "bytes", limit: 5 })));
    let small = BundleLimits { max_member_bytes: 5, ..limits };
    let (read, end) = unpacked(&zip_of(&[("a", b"xxxxxxx"), ("b", b"xxx")]), &small);
    assert!(read[0].is_err() && read[1].is_ok() && end.is_ok());
}

#[test]
fn damaged_bundles_give_out_what_they_have() {
    let members: [(&str, &[u8]); 2] = [("one.txt", b"one"), ("two.txt", &[b'x'; 5000])];
    let tar = gzip(&tar_of(&members));
    let (read, end) = unpacked(&tar[..tar.len() - 20], &BundleLimits::default());
    assert_eq!(read.iter().filter(|member| member.is_ok()).count(), 1, "{read:?}");
    assert!(end.is_err() || read.iter().any(Result::is_err));
    let zip = zip_of(&members);
    assert!(matches!(unpacked(&zip[..zip.len() - 30], &BundleLimits::default()).1, Err(BundleError::Damaged { .. })));
    assert!(matches!(unpacked(b"PK\x03\x04", &BundleLimits::default()).1, Err(BundleError::Damaged { .. })));
    assert!(matches!(unpacked(b"words", &BundleLimits::default()).1, Err(BundleError::Damaged { .. })));
}

/// Changes bytes, takes some out, or puts some of them in again elsewhere: what transport, disks and mischief do.
fn damaged(bytes: &[u8], changes: &[(Change, usize, usize, u8)]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (change, at, length, byte) in changes {
        if bytes.is_empty() {
            break;
        }
        let at = at % bytes.len();
        let end = (at + length).min(bytes.len());
        match change {
            Change::Set => bytes[at] = *byte,
            Change::Flip => bytes[at] ^= 1 << (byte % 8),
            Change::Digit => {
                let digit = bytes.iter().skip(at).position(u8::is_ascii_digit).map(|found| at + found);
                digit.into_iter().for_each(|at| bytes[at] = b'0' + byte % 10);
            }
            Change::Cut => bytes.truncate(at),
            Change::Remove => drop(bytes.drain(at..end)),
            Change::Repeat => {
                let piece = bytes[at..end].to_vec();
                let to = usize::from(*byte) * bytes.len() / 256;
                bytes.splice(to..to, piece);
            }
        }
    }
    bytes
}

#[derive(Debug, Clone, Copy)]
enum Change {
    Set,
    Flip,
    Digit,
    Cut,
    Remove,
    Repeat,
}

fn changes() -> impl Strategy<Value = Vec<(Change, usize, usize, u8)>> {
    let kinds =
        vec![Change::Set, Change::Flip, Change::Digit, Change::Digit, Change::Cut, Change::Remove, Change::Repeat];
    prop::collection::vec((prop::sample::select(kinds), any::<usize>(), 1..200_usize, any::<u8>()), 1..8)
}

/// A PDF with its objects in the open, so that changes reach them and not only a compressed block.
fn open_pdf() -> Vec<u8> {
    let bytes = pdf_of(
        &[vec!["Words enough to be taken for the text of a page, and not for a stamp."], vec!["More."]],
        "A title",
    );
    let mut document = lopdf::Document::load_mem(&bytes).unwrap();
    document.decompress();
    let mut open = Vec::new();
    document.save_to(&mut open).unwrap();
    open
}

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><TEXTE xml:lang=\"fr\"><META><ID>CNILTEXT1</ID><DATE a=\"b\">2030-04-15</DATE>\
    </META><CONTENU><p>Une amende de 20&#160;000 &euro; &amp; <b>plus</b>.</p><!-- x --><![CDATA[<p>y</p>]]></CONTENU></TEXTE>";

/// What must hold of whatever was read.
fn check_bounds(document: &Document, read_from: usize, limits: &Limits) {
    assert!(document.text.len() <= limits.max_bytes, "{}", document.text.len());
    assert!(document.text.len() <= 4 * read_from + 1_000, "{} of {read_from}", document.text.len());
    for block in &document.blocks {
        assert!(document.text.get(block.start..block.end).is_some_and(|text| !text.is_empty()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn any_damage_of_a_pdf_is_read_or_refused(changes in changes(), is_packed: bool) {
        let whole = if is_packed { pdf_of(&[vec!["Words enough to be taken for the text of a page."]], "x") } else { open_pdf() };
        let bytes = damaged(&whole, &changes);
        let limits = Limits { max_bytes: 100_000, max_stream_bytes: 100_000, ..Limits::default() };
        match read_within(&bytes, &Hints { media_type: Some("application/pdf".into()), ..Hints::default() }, &limits) {
            Ok(document) => check_bounds(&document, 100_000, &limits),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }

    #[test]
    fn any_damage_of_xml_is_read_or_refused(changes in changes()) {
        let bytes = damaged(XML.as_bytes(), &changes);
        let limits = Limits { max_depth: 20, max_elements: 100, ..Limits::default() };
        if let Ok(document) = read_within(&bytes, &named("a.xml"), &limits) {
            check_bounds(&document, bytes.len(), &limits);
        }
    }

    #[test]
    fn any_xml_is_read_or_refused(parts in prop::collection::vec(prop::sample::select(vec![
        "<a>", "</a>", "<b x=\"1\">", "</b>", "<p>", "</p>", "<br/>", "<TITRE>", "</TITRE>", "text", " ", "&amp;", "&#233;", "&#x0;",
        "&unknown;", "<!-- c -->", "<![CDATA[", "]]>", "<?pi x?>", "<!DOCTYPE a>", "<!DOCTYPE a [<!ENTITY e \"v\">]>", "&e;", "é", "\0", "<",
    ]), 0..60)) {
        let text = format!("<?xml version=\"1.0\"?>{}", parts.concat());
        let limits = Limits { max_depth: 20, ..Limits::default() };
        if let Ok(document) = read_within(text.as_bytes(), &named("a.xml"), &limits) {
            check_bounds(&document, text.len(), &limits);
        }
    }

    #[test]
    fn any_damage_of_a_bundle_is_told_and_nothing_grows_beyond_its_bounds(
        changes in changes(),
        kind in 0..4_usize,
        members in prop::collection::vec(("[a-z./]{1,20}", prop::collection::vec(any::<u8>(), 0..300)), 0..5),
    ) {
        // No name twice: the writer of bundles refuses that itself.
        let names: Vec<String> = members.iter().enumerate().map(|(at, (name, _))| format!("{at}{name}")).collect();
        let safe: Vec<(&str, &[u8])> =
            names.iter().zip(&members).map(|(name, (_, bytes))| (name.as_str(), bytes.as_slice())).collect();
        let whole = match kind {
            0 => zip_of(&safe),
            1 => tar_of(&safe),
            2 => gzip(&tar_of(&safe)),
            _ => gzip(safe.first().map_or(&b"x"[..], |(_, bytes)| bytes)),
        };
        let limits = BundleLimits { max_members: 20, max_member_bytes: 2_000, max_total_bytes: 5_000, ..BundleLimits::default() };
        for bytes in [whole.clone(), damaged(&whole, &changes)] {
            let (members, end) = unpacked(&bytes, &limits);
            let sizes: Vec<usize> = members.iter().flatten().map(|member| member.bytes.len()).collect();
            prop_assert!(sizes.iter().all(|size| *size <= 2_000) && sizes.iter().sum::<usize>() <= 5_000, "{sizes:?}");
            prop_assert!(members.len() <= 20);
            for error in members.iter().filter_map(|member| member.as_ref().err()).chain(end.as_ref().err()) {
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }
}
