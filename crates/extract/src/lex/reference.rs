//! Case numbers in the authorities' own forms, and ECLIs.

use std::sync::LazyLock;

use fineprint_model::vocab;
use regex::Regex;

use crate::reading::Reading;

/// A reference where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Reference {
    pub start: usize,
    pub end: usize,
    /// Authorities whose numbers look like this; their places in the vocabulary.
    pub authorities: Vec<usize>,
    pub is_ecli: bool,
}

struct Patterns {
    /// All forms in one pass.
    any: Option<Regex>,
    /// Each form alone, to tell whose it is.
    each: Vec<(usize, Regex)>,
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let mut each = Vec::new();
    let mut all = vec![r"ECLI:[A-Z]{2}:[A-Z0-9]{1,10}:[0-9]{4}:[A-Z0-9.]{1,30}".to_owned()];
    for (at, authority) in vocab::authorities().iter().enumerate() {
        for pattern in &authority.references {
            if let Ok(regex) = Regex::new(&format!("^(?:{pattern})$")) {
                each.push((at, regex));
                all.push(format!("(?:{pattern})"));
            }
        }
    }
    Patterns { any: Regex::new(&all.join("|")).ok(), each }
});

/// Every reference of the text, in order.
pub(crate) fn references(reading: &Reading<'_>) -> Vec<Reference> {
    let text = &reading.view.text;
    let Some(any) = &PATTERNS.any else { return Vec::new() };
    let mut out = Vec::new();
    for found in any.find_iter(text) {
        let (start, mut end) = (found.start(), found.end());
        let is_ecli = found.as_str().starts_with("ECLI:");
        while is_ecli && text[start..end].ends_with('.') {
            end -= 1;
        }
        // "1/9/2020" is a date, not case 9/2020.
        let is_joined = |byte: Option<&u8>| byte.is_some_and(|b| matches!(b, b'/' | b'-'));
        let (before, after) = (start.checked_sub(1).and_then(|at| text.as_bytes().get(at)), text.as_bytes().get(end));
        if is_joined(before) || is_joined(after) || !super::number::is_free_standing(text, start, end) {
            continue;
        }
        let authorities =
            PATTERNS.each.iter().filter(|(_, form)| form.is_match(&text[start..end])).map(|(at, _)| *at).collect();
        out.push(Reference { start, end, authorities, is_ecli });
    }
    out
}
