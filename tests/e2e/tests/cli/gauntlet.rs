//! Hostile documents of every format, in one run between good ones: each is refused with a reason or read, the good ones
//! become cases, and the process keeps within its memory.
//!
//! One run over all files within 512 MB is part of every test run. Each file by itself within 2 s and 256 MB is only to be asked
//! of a release build: `just gauntlet` does both.

use std::io::{Cursor, Write};
use std::process::{Command, Stdio};

use crate::Bench;

const MB: usize = 1 << 20;

/// A notice that becomes a case, with a party of its own.
fn good(name: &str) -> Vec<u8> {
    format!(
        "French regulator fines {name} SAS\n\n4 May 2022\n\nThe CNIL fined {name} SAS 20,000 euros for violating Article 32 of the GDPR."
    )
    .into_bytes()
}

/// Numbers that look like chance and are the same in every run.
struct Noise(u64);

impl Noise {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below
    }
}

fn utf16(text: &str, little: bool) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A PDF of these objects, numbered from 1, the first its catalogue.
fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n", at + 1).bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        out.extend(format!("{place:010} 00000 n \n").bytes());
    }
    out.extend(format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF", objects.len() + 1).bytes());
    out
}

fn stream(dictionary: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = format!("<< {dictionary} /Length {} >>\nstream\n", bytes.len()).into_bytes();
    out.extend(bytes);
    out.extend(b"\nendstream");
    out
}

/// A PDF with one page of that content.
fn page(content: Vec<u8>) -> Vec<u8> {
    pdf(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_vec(),
        content,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
    ])
}

fn pdfs() -> Vec<(String, Vec<u8>)> {
    let catalogue = || b"<< /Type /Catalog /Pages 2 0 R >>".to_vec();
    let words =
        "BT /F1 12 Tf 72 700 Td (The CNIL fined a company that is not named here, for no reason at all.) Tj ET ";
    let chain: Vec<Vec<u8>> = std::iter::once(catalogue())
        .chain((2..20_000).map(|at| format!("<< /Type /Pages /Kids [{} 0 R] /Count 1 >>", at + 1).into_bytes()))
        .collect();
    let deep = |open: &str, close: &str, times: usize| {
        pdf(&[catalogue(), format!("{}{}", open.repeat(times), close.repeat(times)).into_bytes()])
    };
    let bomb = stream("/Filter /FlateDecode", &deflate(&vec![b' '; 200 * MB]));
    let mut twice = deflate(&vec![b'0'; 100 * MB]);
    twice = deflate(&twice);
    let mut found = vec![
        ("cyclic-pages".to_owned(), pdf(&[catalogue(), b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>".to_vec()])),
        ("cyclic-parent".to_owned(), pdf(&[catalogue(), b"2 0 R".to_vec()])),
        ("deep-pages".to_owned(), pdf(&chain)),
        ("deep-arrays".to_owned(), deep("[", "]", 200_000)),
        ("deep-dictionaries".to_owned(), deep("<< /A ", " >>", 100_000)),
        ("open-arrays".to_owned(), deep("[", "", 300_000)),
        ("deep-strings".to_owned(), deep("(", ")", 200_000)),
        ("bomb".to_owned(), page(bomb)),
        ("bomb-in-bomb".to_owned(), page(stream("/Filter [/FlateDecode /FlateDecode]", &twice))),
        ("no-pages".to_owned(), pdf(&[catalogue(), b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec()])),
        (
            "many-pages".to_owned(),
            pdf(&[
                catalogue(),
                format!("<< /Type /Pages /Kids [{}] /Count 90000 >>", "3 0 R ".repeat(90_000)).into_bytes(),
                b"<< /Type /Page >>".to_vec(),
            ]),
        ),
        ("many-operators".to_owned(), page(stream("", words.repeat(4_000).as_bytes()))),
        ("many-states".to_owned(), page(stream("", "q ".repeat(500_000).as_bytes()))),
        ("deep-content".to_owned(), page(stream("", "[".repeat(300_000).as_bytes()))),
        ("scan".to_owned(), page(stream("", b"q 595 0 0 842 0 0 cm /Im1 Do Q"))),
        ("only-its-mark".to_owned(), b"%PDF-1.7".to_vec()),
        ("zeros".to_owned(), [b"%PDF-1.7\n".to_vec(), vec![0; 3 * MB]].concat()),
        (
            "own-xref".to_owned(),
            b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer << /Size 1 /Prev 9 /Root 1 0 R >>\nstartxref\n9\n%%EOF"
                .to_vec(),
        ),
    ];
    let whole = page(stream("", words.repeat(3).as_bytes()));
    let mut noise = Noise(1);
    for at in 0..30 {
        let end = whole.len() * at / 30;
        found.push((format!("cut-{at:02}"), whole[..end.max(5)].to_vec()));
        let mut flipped = whole.clone();
        for _ in 0..8 {
            let place = noise.next(flipped.len() - 9) + 9;
            flipped[place] ^= 1 << noise.next(8);
        }
        found.push((format!("flipped-{at:02}"), flipped));
    }
    found
}

fn pages_and_data() -> Vec<(String, Vec<u8>)> {
    let html = |body: String| format!("<!doctype html>{body}").into_bytes();
    let xml = |body: String| format!("<?xml version='1.0'?>{body}").into_bytes();
    let lol: String = (1..10).map(|at| format!("<!ENTITY l{at} '{}'>", format!("&l{};", at - 1).repeat(10))).collect();
    let mut found: Vec<(String, Vec<u8>)> = Vec::new();
    for tag in ["div", "ul><li", "b", "table><tr><td", "svg><g", "select><optgroup", "a", "template"] {
        found.push((format!("deep-{}.html", tag.replace(['>', '<'], "-")), html(format!("<{tag}>").repeat(200_000))));
    }
    found.extend([
        ("attribute.html".to_owned(), html(format!("<p title='{}'>x", "a".repeat(MB)))),
        ("attributes.html".to_owned(), html(format!("<p {}>x", "a=b ".repeat(100_000)))),
        ("attribute-names.html".to_owned(), html(format!("<p {}>x", "abc".repeat(MB / 3)))),
        ("paragraphs.html".to_owned(), html("<p>a".repeat(2 * MB))),
        ("comment.html".to_owned(), html(format!("<!--{}", "-".repeat(MB)))),
        ("open-tags.html".to_owned(), html("<".repeat(MB))),
        ("entities.html".to_owned(), html("&amp;".repeat(MB / 8))),
        ("zero.html".to_owned(), html("<p>a\0b".to_owned())),
        ("script.html".to_owned(), html(format!("<script>{}", "</scrip".repeat(300_000)))),
        ("lol.xml".to_owned(), xml(format!("<!DOCTYPE l [<!ENTITY l0 'lol'>{lol}]><l>&l9;</l>"))),
        ("external.xml".to_owned(), xml("<!DOCTYPE l [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><l>&x;</l>".to_owned())),
        (
            "parameter.xml".to_owned(),
            xml("<!DOCTYPE l [<!ENTITY % x SYSTEM 'http://127.0.0.1:9/x'> %x;]><l/>".to_owned()),
        ),
        ("deep.xml".to_owned(), xml("<a>".repeat(200_000))),
        ("elements.xml".to_owned(), xml(format!("<l>{}</l>", "<a/>".repeat(600_000)))),
        ("attribute.xml".to_owned(), xml(format!("<a b='{}'/>", "c".repeat(MB)))),
        (
            "attributes.xml".to_owned(),
            xml(format!("<a {}/>", (0..100_000).map(|at| format!("b{at}='' ")).collect::<String>())),
        ),
        ("cdata.xml".to_owned(), xml(format!("<a><![CDATA[{}", "]".repeat(MB)))),
        ("unclosed.xml".to_owned(), xml("<a><b>text</a>".to_owned())),
        ("wide.xml".to_owned(), utf16("<?xml version='1.0' encoding='utf-16'?><a><b>x</b></a>", true)),
        ("deep.json".to_owned(), "[".repeat(300_000).into_bytes()),
        ("deep-closed.json".to_owned(), format!("{}{}", "[".repeat(300_000), "]".repeat(300_000)).into_bytes()),
        (
            "deep-objects.json".to_owned(),
            format!("{{\"a\":{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_001)).into_bytes(),
        ),
        ("values.json".to_owned(), format!("[\"a\"{}]", ",1".repeat(3_000_000)).into_bytes()),
        ("string.json".to_owned(), format!("{{\"a\": \"{}\"}}", "x".repeat(2 * MB)).into_bytes()),
        ("number.json".to_owned(), format!("{{\"a\": 1e{}}}", "9".repeat(100_000)).into_bytes()),
        ("surrogate.json".to_owned(), b"{\"a\": \"\\ud800\"}".to_vec()),
        ("markup.json".to_owned(), format!("{{\"a\": \"{}\"}}", "<div>".repeat(40_000)).into_bytes()),
        ("cells.csv".to_owned(), "a,b,c,d\n".repeat(300_000).into_bytes()),
        ("quote.csv".to_owned(), format!("a,b\n\"{}", "x\n".repeat(MB / 4)).into_bytes()),
        ("columns.csv".to_owned(), ",".repeat(2 * MB).into_bytes()),
        ("zero.csv".to_owned(), b"a,b\n\0,\0\n".to_vec()),
        ("empty.txt".to_owned(), Vec::new()),
        ("mark-only.txt".to_owned(), b"\xef\xbb\xbf".to_vec()),
        ("zeros.txt".to_owned(), vec![0; MB]),
        ("wide-le.txt".to_owned(), utf16("The CNIL met on Tuesday.", true)),
        ("wide-be.txt".to_owned(), utf16("The CNIL met on Tuesday.", false)),
        ("latin.txt".to_owned(), b"La soci\xe9t\xe9 n'a pas \xe9t\xe9 entendue \xe0 ce jour.".to_vec()),
        ("invalid.txt".to_owned(), [0xff, 0xfe, 0xfd, 0xc0, 0x80].repeat(20_000)),
        ("controls.txt".to_owned(), (1..32_u8).cycle().take(100_000).collect()),
        ("one-line.txt".to_owned(), "a fine of 10 euros ".repeat(20_000).into_bytes()),
        ("bidirectional.txt".to_owned(), "\u{202e}\u{2066}fine\u{200b}d ".repeat(4_000).into_bytes()),
        ("large.txt".to_owned(), vec![b'a'; 100 * MB]),
        ("picture.html".to_owned(), b"\x89PNG\r\n\x1a\n....".to_vec()),
        ("office.txt".to_owned(), b"\xd0\xcf\x11\xe0........".to_vec()),
    ]);
    let mut noise = Noise(2);
    let samples = [
        ("html", html("<h1>T</h1><table><tr><td>a<td>b</table><p>The <b>CNIL</b> met.</p>".to_owned())),
        ("xml", xml("<a><b>x</b><c><p>y &amp; z</p></c><![CDATA[w]]></a>".to_owned())),
        ("json", b"[{\"a\": [1, 2.5, \"\\u00e9\"], \"b\": {\"c\": null, \"d\": true}}]".to_vec()),
        ("csv", b"a,b\n\"1,2\",\"x\ny\"\n3,4\n".to_vec()),
    ];
    for (ending, sample) in &samples {
        for at in 0..25 {
            let mut bytes = sample.clone();
            for _ in 0..4 {
                let place = noise.next(bytes.len());
                match noise.next(3) {
                    0 => bytes[place] = u8::try_from(noise.next(256)).unwrap(),
                    1 => bytes.truncate(place.max(1)),
                    _ => bytes.insert(place, *b"<>\"&[]{},\n".get(noise.next(10)).unwrap()),
                }
            }
            found.push((format!("changed-{at:02}.{ending}"), bytes));
        }
    }
    found
}

fn bundles() -> Vec<(String, Vec<u8>)> {
    let blanks = vec![b' '; 50 * MB];
    let inner = zip(&[("a.txt", b"x")]);
    let many: Vec<(String, Vec<u8>)> = (0..2000).map(|at| (format!("{at}.png"), Vec::new())).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let mut large = tar::Header::new_ustar();
    large.set_path("large.txt").unwrap();
    large.set_size(1 << 40);
    large.set_cksum();
    let mut damaged = zip(&[("a.txt", b"The CNIL met on Tuesday and fined nobody.")]);
    damaged[45] ^= 0xff;
    vec![
        ("bomb.zip".to_owned(), zip(&[("a.txt", &blanks)])),
        ("bomb.txt.gz".to_owned(), gzip(&blanks)),
        ("bomb-in-bomb.gz".to_owned(), gzip(&gzip(&blanks))),
        ("nested.zip".to_owned(), zip(&[("inner.zip", &inner)])),
        ("outside.zip".to_owned(), zip(&[("../../evil.html", b"<p>x"), ("/etc/evil.html", b"<p>x")])),
        ("many.zip".to_owned(), zip(&many)),
        ("cut.zip".to_owned(), inner[..inner.len() - 10].to_vec()),
        ("damaged.zip".to_owned(), damaged),
        ("only-its-mark.zip".to_owned(), b"PK\x03\x04".to_vec()),
        ("empty.zip".to_owned(), zip(&[])),
        ("large.tar".to_owned(), [large.as_bytes().to_vec(), vec![0; 4096]].concat()),
        ("cut.tar.gz".to_owned(), gzip(&[large.as_bytes().to_vec(), vec![0; 4096]].concat())[..60].to_vec()),
        ("zeros.gz".to_owned(), b"\x1f\x8b\0\0\0\0".to_vec()),
    ]
}

/// Every hostile file: its name, and its bytes.
fn files() -> Vec<(String, Vec<u8>)> {
    let pdfs = pdfs().into_iter().map(|(name, bytes)| (format!("{name}.pdf"), bytes));
    pages_and_data().into_iter().chain(pdfs).chain(bundles()).collect()
}

/// A run of the program whose data may grow to so many megabytes.
fn bounded(bench: &Bench, megabytes: usize, args: &[&str]) -> Command {
    let plain = bench.command::<&str>([]);
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg(format!("ulimit -d {}; ulimit -c 0; exec \"$0\" \"$@\"", megabytes * 1024))
        .arg(plain.get_program())
        .args(args)
        .current_dir(bench.path("."))
        .env("XDG_CACHE_HOME", bench.path("cache"))
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

#[test]
#[cfg(unix)]
fn hostile_documents_harm_no_other() {
    let bench = Bench::new();
    let files = files();
    assert!(files.len() >= 200, "{}", files.len());
    for (name, bytes) in &files {
        bench.write(&format!("in/b/{name}"), bytes);
    }
    bench.write("in/a/first.txt", good("Exemple Premier"));
    bench.write("in/c/last.txt", good("Exemple Dernier"));
    bench.write("in/b/mixed.zip", zip(&[("bad.pdf", b"%PDF-1.7"), ("good.txt", &good("Exemple Milieu"))]));
    let run = crate::finish(bounded(&bench, 512, &["ingest", "in", "--kb", "kb"]).spawn().unwrap()).expect(3);
    let cases = bench.run(["export", "--kb", "kb"]).expect(0).stdout;
    for party in ["Exemple Premier", "Exemple Dernier", "Exemple Milieu"] {
        assert!(cases.contains(party), "{party}: {}", run.stderr);
    }
    // Whatever became no case is named with its reason; a bundle that holds nothing to read is passed over in a note.
    let is_told = |name: &str| {
        let mut lines = run.stderr.lines().chain(run.stdout.lines());
        lines.any(|line| line.contains(&format!("/{name}")) && line.len() > name.len() + 20)
    };
    let untold: Vec<&String> =
        files.iter().map(|(name, _)| name).filter(|name| *name != "empty.zip" && !is_told(name)).collect();
    assert!(untold.is_empty(), "neither read nor refused: {untold:?}");
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    for (name, reason) in [
        ("scan.pdf", "needs OCR"),
        ("lol.xml", "without entities"),
        ("external.xml", "without entities"),
        ("deep-div.html", "at most 512 deep"),
        ("large.txt", "expected at most"),
        ("bomb.zip", "times what is packed"),
        ("outside.zip", "points out of the bundle"),
        ("bomb.pdf", "unpacks to more than"),
    ] {
        let line = run.stderr.lines().find(|line| line.contains(&format!("/{name}"))).unwrap_or_default();
        assert!(line.contains(reason), "{name}: {line}");
    }
}

/// Too slow for every day, and only to be believed in a release build: `just gauntlet`.
#[test]
#[ignore = "long: `just gauntlet`"]
#[cfg(unix)]
fn each_is_refused_or_read_within_its_bounds() {
    let mut slow = Vec::new();
    let files = files();
    for (name, bytes) in &files {
        let bench = Bench::new();
        bench.write(&format!("in/{name}"), bytes);
        let started = std::time::Instant::now();
        let run = crate::finish(bounded(&bench, 256, &["ingest", "in", "--kb", "kb"]).spawn().unwrap());
        let taken = started.elapsed();
        assert!(matches!(run.code, 0 | 1 | 3), "{name}: {run:?}");
        if taken.as_millis() > 2000 {
            slow.push(format!("{name}: {} ms", taken.as_millis()));
        }
    }
    println!("{} files, {} over 2 s: {slow:?}", files.len(), slow.len());
    assert!(slow.is_empty());
}
