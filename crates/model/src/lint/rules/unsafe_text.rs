//! Rule `unsafe-text`.

use serde_json::Value;

use crate::case::Case;
use crate::lint::Report;

super::rule! {
/// # What it does
/// reports control, bidirectional and zero-width characters and HTML tags in any text but quotes of evidence.
///
/// # Why is this bad
/// such characters make a name look like another one, or a page show something that is not in the record.
///
/// # Example
/// `"name": "Sho\u{200b}p"` with an invisible blank in the word, `"note": "<b>late</b>"`
///
/// # Use instead
/// plain text. What the source really wrote stands in the evidence.
    UnsafeText, "unsafe-text", Error, check
}

fn check(case: &Case, report: &mut Report) {
    if let Ok(value) = serde_json::to_value(case) {
        walk(&value, &mut String::new(), report);
    }
}

fn walk(value: &Value, pointer: &mut String, report: &mut Report) {
    let length = pointer.len();
    match value {
        Value::String(text) => {
            if let Some(found) = unsafe_part(text) {
                report.add(
                    pointer.clone(),
                    "plain text",
                    found,
                    "remove it; evidence keeps the source's own characters",
                );
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                pointer.push_str(&format!("/{at}"));
                walk(item, pointer, report);
                pointer.truncate(length);
            }
        }
        Value::Object(fields) => {
            for (key, field) in fields.iter().filter(|(key, _)| *key != "quote") {
                pointer.push('/');
                pointer.push_str(key);
                walk(field, pointer, report);
                pointer.truncate(length);
            }
        }
        _ => {}
    }
}

/// What is wrong with a text, in words that are safe to print themselves.
fn unsafe_part(text: &str) -> Option<String> {
    let is_unsafe = |c: &char| {
        c.is_control()
            || matches!(c,
                '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    };
    if let Some(c) = text.chars().find(is_unsafe) {
        return Some(format!("the character U+{:04X}", u32::from(c)));
    }
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) && rest.contains('>') {
            return Some("an HTML tag".to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&UnsafeText, &["/parties/0/name", "/summary"], |case| {
            case.parties[0].name = "Sho\u{202e}p".to_owned().into();
            case.summary = Some("It was <b>fined</b>.".into());
        });
        for (text, safe) in
            [("a < b and c > d", true), ("x\ny", false), ("<script>", false), ("x\u{200b}", false), ("«é»", true)]
        {
            assert_eq!(unsafe_part(text).is_none(), safe, "{text}");
        }
    }
}
