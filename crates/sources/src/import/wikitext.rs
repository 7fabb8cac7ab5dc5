//! Pages of the wiki in its own markup: the template of facts at the top, then sections.
//!
//! A page is turned into the page that the wiki would serve, as far as we read it, and read by the same reader: one
//! understanding of the wiki's fields, whichever way its pages come.

use std::collections::BTreeMap;
use std::io::{BufRead, Read};

use quick_xml::Reader;
use quick_xml::events::Event;

use super::{Import, Row, RowError, hand_out, refused};
use crate::error::Result;
use crate::reading::{Input, read};

/// Most bytes of one page's text.
const MAX_PAGE: usize = 8 << 20;
/// Templates and brackets within each other.
const MAX_DEPTH: usize = 64;
/// The templates of facts, of authorities and of courts.
const BOXES: &[&str] = &["{{DPAdecisionBOX", "{{COURTdecisionBOX"];

/// Imports an export of pages, one at a time, or the text of a single page.
pub(super) fn import(source: &mut dyn BufRead, import: &Import<'_>, each: &mut dyn FnMut(Row) -> bool) -> Result<()> {
    let head = source.fill_buf().map_err(|error| refused(import, error.to_string()))?;
    if !String::from_utf8_lossy(head).contains("<mediawiki") {
        let mut text = String::new();
        let most = u64::try_from(MAX_PAGE).unwrap_or(u64::MAX);
        source.take(most).read_to_string(&mut text).map_err(|error| refused(import, error.to_string()))?;
        page(&text, None, 1, import, each);
        return Ok(());
    }
    let mut reader = Reader::from_reader(source);
    let (mut buffer, mut number) = (Vec::new(), 0);
    let mut place: Option<Place> = None;
    let (mut title, mut text) = (String::new(), String::new());
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(|error| {
            refused(
                import,
                format!("expected XML that can be read, found an error at byte {}: {error}", reader.error_position()),
            )
        })?;
        match event {
            Event::Start(tag) => {
                place = match tag.local_name().as_ref() {
                    "page" => {
                        number += 1;
                        (title, text) = (String::new(), String::new());
                        None
                    }
                    "title" => Some(Place::Title),
                    // The last revision is the newest.
                    "text" => {
                        text.clear();
                        Some(Place::Text)
                    }
                    _ => None,
                };
            }
            Event::End(tag) => {
                place = None;
                if tag.local_name().as_ref() == "page" && !page(&text, Some(&title), number, import, each) {
                    return Ok(());
                }
            }
            Event::Text(words) => push(&mut title, &mut text, place, &words),
            Event::CData(words) => push(&mut title, &mut text, place, &words),
            Event::GeneralRef(entity) => {
                let word = match entity.resolve_char_ref() {
                    Ok(Some(c)) => c.to_string(),
                    _ => match &*entity {
                        "amp" => "&".to_owned(),
                        "lt" => "<".to_owned(),
                        "gt" => ">".to_owned(),
                        "quot" => "\"".to_owned(),
                        "apos" => "'".to_owned(),
                        other => format!("&{other};"),
                    },
                };
                push(&mut title, &mut text, place, &word);
            }
            Event::Eof if number == 0 => {
                return Err(refused(import, "expected pages of a wiki, found none".to_owned()));
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

#[derive(Clone, Copy)]
enum Place {
    Title,
    Text,
}

fn push(title: &mut String, text: &mut String, place: Option<Place>, words: &str) {
    match place {
        Some(Place::Title) if title.len() < 1000 => title.push_str(words),
        Some(Place::Text) if text.len() < MAX_PAGE => text.push_str(words),
        _ => {}
    }
}

/// Reads one page. The answer is the caller's: whether to go on.
fn page(
    text: &str,
    title: Option<&str>,
    number: usize,
    import: &Import<'_>,
    each: &mut dyn FnMut(Row) -> bool,
) -> bool {
    let wrong = |expected: &str, found: String| {
        let file = import.name.to_owned();
        Err(RowError { file, row: number, column: None, expected: expected.to_owned(), found })
    };
    let Some(facts) = facts(text) else {
        let called = title.map_or_else(|| "a page without one".to_owned(), |title| format!("`{title}` without one"));
        return each(wrong("a page with the template `DPAdecisionBOX` or `COURTdecisionBOX`", called));
    };
    let html = served(text, title, &facts);
    let input = Input {
        bytes: html.as_bytes(),
        name: import.name,
        source: Some("gdprhub"),
        retrieved_on: import.retrieved_on,
        ..Input::default()
    };
    match read(&input) {
        Ok(reading) => hand_out(reading, import, Some(number), each),
        Err(error) => each(wrong("a page that can be read", error.to_string())),
    }
}

/// The parameters of the template of facts; `None` where the page has none.
fn facts(text: &str) -> Option<BTreeMap<String, String>> {
    let start = BOXES.iter().filter_map(|name| text.find(name)).min()?;
    let inner = text.get(start + 2..)?;
    let inner = inner.get(..end_of_template(inner)?)?;
    let mut parameters = BTreeMap::new();
    for part in split(inner).into_iter().skip(1) {
        if let Some((name, value)) = part.split_once('=') {
            parameters.insert(name.trim().to_owned(), value.trim().to_owned());
        }
    }
    Some(parameters)
}

/// Where the template that is open at the beginning ends: before its `}}`.
fn end_of_template(text: &str) -> Option<usize> {
    let mut depth = 1_usize;
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes.get(at..at + 2) {
            Some(b"{{") if depth < MAX_DEPTH => {
                depth += 1;
                at += 2;
            }
            Some(b"}}") => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
                at += 2;
            }
            _ => at += 1,
        }
    }
    None
}

/// Parts between bars that stand in no inner template or link.
fn split(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let (mut parts, mut depth, mut from, mut at) = (Vec::new(), 0_usize, 0, 0);
    while at < bytes.len() {
        match bytes.get(at..at + 2) {
            Some(b"{{" | b"[[") => {
                depth += 1;
                at += 2;
            }
            Some(b"}}" | b"]]") => {
                depth = depth.saturating_sub(1);
                at += 2;
            }
            _ => {
                if bytes.get(at) == Some(&b'|') && depth == 0 {
                    parts.extend(text.get(from..at));
                    from = at + 1;
                }
                at += 1;
            }
        }
    }
    parts.extend(text.get(from..));
    parts
}

/// The page as the wiki would serve it, in the parts that are read.
fn served(text: &str, title: Option<&str>, facts: &BTreeMap<String, String>) -> String {
    let fact = |name: &str| facts.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let numbered =
        |stem: &str| -> Vec<&str> { (1..=40).filter_map(|number| fact(&format!("{stem}_{number}"))).collect() };
    let mut html = String::from("<!doctype html><html lang=en><head>");
    if let Some(title) = title {
        html.push_str(&format!("<title>{} - GDPRhub</title>", escaped(title)));
        let path = title.replace(' ', "_");
        html.push_str(&format!("<link rel=canonical href=\"https://gdprhub.eu/index.php?title={}\">", escaped(&path)));
    }
    html.push_str("<meta property='og:site_name' content='GDPRhub'></head><body><main>");
    if let Some(title) = title {
        html.push_str(&format!("<h1>{}</h1>", escaped(title)));
    }
    html.push_str("<table class=wikitable>");
    let laws: Vec<&str> = ["GDPR_Article", "EU_Law_Name", "National_Law_Name"].into_iter().flat_map(numbered).collect();
    let fine = match (fact("Fine"), fact("Currency")) {
        (Some(fine), Some(currency)) if !fine.eq_ignore_ascii_case("none") => Some(format!("{fine} {currency}")),
        (Some(fine), _) => Some(fine.to_owned()),
        _ => None,
    };
    let or_none = |text: &str| Some(text.to_owned());
    let rows: [(&str, Option<String>); 13] = [
        ("Authority", fact("DPA_With_Country").or(fact("DPA_Abbrevation")).and_then(or_none)),
        ("Court", fact("Court_With_Country").or(fact("Court_Abbrevation")).and_then(or_none)),
        ("Jurisdiction", Some(fact("Jurisdiction").unwrap_or("n/a").to_owned())),
        ("Relevant Law", Some(laws.iter().map(|law| escaped(&plain(law))).collect::<Vec<_>>().join("<br>"))),
        ("Type", fact("Type").and_then(or_none)),
        ("Outcome", fact("Outcome").and_then(or_none)),
        ("Started", fact("Date_Started").and_then(or_none)),
        ("Decided", fact("Date_Decided").and_then(or_none)),
        ("Published", fact("Date_Published").and_then(or_none)),
        ("Fine", fine),
        ("National Case Number/Name", fact("Case_Number_Name").and_then(or_none)),
        ("European Case Law Identifier", fact("ECLI").and_then(or_none)),
        ("Appeal", fact("Appeal_To_Status").and_then(or_none)),
    ];
    for (label, value) in rows.into_iter().filter_map(|(label, value)| Some((label, value?))) {
        let value = if label == "Relevant Law" { value } else { escaped(&plain(&value)) };
        html.push_str(&format!("<tr><td>{label}:</td><td>{value}</td></tr>"));
    }
    let parties: Vec<String> = numbered("Party_Name").iter().map(|name| escaped(&plain(name))).collect();
    if !parties.is_empty() {
        html.push_str(&format!("<tr><td>Parties:</td><td>{}</td></tr>", parties.join("<br>")));
    }
    html.push_str("</table>");
    sections(&mut html, text);
    html.push_str("</main></body></html>");
    html
}

/// What stands after the template: headings, paragraphs, items, and the preformatted translation.
fn sections(html: &mut String, text: &str) {
    let after = BOXES
        .iter()
        .filter_map(|name| text.find(name))
        .min()
        .and_then(|start| {
            let inner = start + 2;
            Some(inner + end_of_template(text.get(inner..)?)? + 2)
        })
        .unwrap_or(0);
    let body = text.get(after..).unwrap_or_default();
    let mut preformatted = false;
    for line in body.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with("<pre") {
            preformatted = true;
            html.push_str("<pre>");
            let rest = trimmed.split_once('>').map_or("", |(_, rest)| rest);
            html.push_str(&escaped(rest.trim_end_matches("</pre>")));
            html.push('\n');
            if trimmed.ends_with("</pre>") {
                preformatted = false;
                html.push_str("</pre>");
            }
            continue;
        }
        if preformatted {
            let ends = trimmed.ends_with("</pre>");
            html.push_str(&escaped(line.trim_end().trim_end_matches("</pre>")));
            html.push('\n');
            if ends {
                preformatted = false;
                html.push_str("</pre>");
            }
            continue;
        }
        let level = trimmed.bytes().take_while(|byte| *byte == b'=').count();
        if (2..=5).contains(&level) && trimmed.len() > level * 2 && trimmed.ends_with(&"=".repeat(level)) {
            let words = trimmed.trim_matches('=').trim();
            html.push_str(&format!("<h{level}>{}</h{level}>", escaped(&plain(words))));
        } else if let Some(item) = trimmed.strip_prefix(['*', '#']) {
            html.push_str(&format!("<ul><li>{}</li></ul>", escaped(&plain(item.trim_start_matches(['*', '#', ' '])))));
        } else if !trimmed.is_empty() {
            html.push_str(&format!("<p>{}</p>", escaped(&plain(trimmed))));
        }
    }
    if preformatted {
        html.push_str("</pre>");
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Words of wikitext without its marks: links as what they show, no templates, references and comments.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(inner) = rest.strip_prefix("[[") {
            let (link, after) = inner.split_once("]]").unwrap_or((inner, ""));
            out.push_str(link.rsplit('|').next().unwrap_or(link));
            rest = after;
        } else if rest.starts_with("[http") {
            let (link, after) = rest.get(1..).unwrap_or_default().split_once(']').unwrap_or((rest, ""));
            out.push_str(link.split_once(' ').map_or(link, |(_, words)| words));
            rest = after;
        } else if let Some(inner) = rest.strip_prefix("{{") {
            rest = end_of_template(inner).and_then(|end| inner.get(end + 2..)).unwrap_or_default();
        } else if let Some(after) = rest.strip_prefix("<!--") {
            rest = after.split_once("-->").map_or("", |(_, after)| after);
        } else if rest.starts_with("<ref") {
            let (tag, after) = rest.split_once('>').unwrap_or((rest, ""));
            rest = if tag.ends_with('/') { after } else { after.split_once("</ref>").map_or("", |(_, after)| after) };
        } else if rest.starts_with('<')
            && rest.get(1..2).is_some_and(|next| next.starts_with(|c: char| c.is_alphabetic() || c == '/'))
        {
            let (tag, after) = rest.split_once('>').unwrap_or((rest, ""));
            out.push_str(if tag.starts_with("<br") { " " } else { "" });
            rest = after;
        } else if rest.starts_with("''") {
            rest = rest.trim_start_matches('\'');
        } else {
            out.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_go_and_words_stay() {
        for (text, expected) in [
            ("The ''fine'' was '''high'''", "The fine was high"),
            (
                "See [[Article 32 GDPR#1|Article 32(1) GDPR]] and [[Article 5 GDPR]]",
                "See Article 32(1) GDPR and Article 5 GDPR",
            ),
            ("[https://a.example/x the decision] of<ref>note</ref> May<ref name=a/> x", "the decision of May x"),
            ("a{{Template|b={{c}}}}d<!-- e -->f<br />g", "adf g"),
            ("1 < 2 and 3 <4", "1 < 2 and 3 <4"),
            ("open [[link", "open link"),
        ] {
            assert_eq!(plain(text), expected, "{text}");
        }
    }

    #[test]
    fn parameters_of_the_template() {
        let facts = facts("x {{DPAdecisionBOX\n|Jurisdiction=France\n|GDPR_Article_1=[[Article 32 GDPR|Article 32 GDPR]]\n|Fine=\n}} rest").unwrap();
        assert_eq!(facts["Jurisdiction"], "France");
        assert_eq!(facts["GDPR_Article_1"], "[[Article 32 GDPR|Article 32 GDPR]]");
        assert_eq!(facts["Fine"], "");
        assert!(super::facts("no template").is_none());
        assert!(super::facts("{{DPAdecisionBOX |a=b").is_none(), "one that never ends");
    }
}
