//! Case numbers in the authorities' own forms, and ECLIs.

use std::collections::HashSet;
use std::sync::LazyLock;

use fineprint_model::vocab;
use regex::{Regex, RegexBuilder, RegexSet};

use crate::lexicon::Sense;
use crate::reading::Reading;

/// A reference where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Reference {
    pub start: usize,
    pub end: usize,
    /// As its authority writes it, without spaces beside strokes.
    pub value: String,
    /// Authorities whose numbers look like this: their places in the vocabulary, and the form's place among theirs.
    pub authorities: Vec<(usize, usize)>,
    pub is_ecli: bool,
}

/// Memory for the states of all forms together, in each thread that reads.
const MOST_STATES_BYTES: usize = 16 << 20;

struct Patterns {
    /// All forms in one pass.
    any: Option<Regex>,
    /// Each form by itself, to tell whose it is.
    each: Option<RegexSet>,
    /// Whose form each is, in the order of the set.
    forms: Vec<Form>,
}

/// One form of one authority's numbers.
struct Form {
    /// Place of the authority in the vocabulary.
    authority: usize,
    /// Place among the authority's forms: the first is the one by which its decisions are known.
    rank: usize,
    /// The form, where a group of it is the number.
    grouped: Option<Regex>,
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let (mut each, mut forms) = (Vec::new(), Vec::new());
    let mut all = vec![r"ECLI:[A-Z]{2}:[A-Z0-9]{1,10}:[0-9]{4}:[A-Z0-9.]{1,30}".to_owned()];
    for (authority, entry) in vocab::authorities().iter().enumerate() {
        for (rank, pattern) in entry.references.iter().enumerate() {
            let spaced = with_loose_strokes(pattern);
            let whole = format!("^(?:{spaced})$");
            let grouped = has_group(pattern).then(|| Regex::new(&whole).ok()).flatten();
            each.push(whole);
            forms.push(Form { authority, rank, grouped });
            all.push(format!("(?:{spaced})"));
        }
    }
    // So many forms have more states than the engine keeps by default, and to forget them means to work them out again.
    let any = RegexBuilder::new(&all.join("|")).dfa_size_limit(MOST_STATES_BYTES).build().ok();
    Patterns { any, each: RegexSet::new(each).ok(), forms }
});

/// Whether a form has a group that is not only there to hold alternatives together.
fn has_group(pattern: &str) -> bool {
    let bytes = pattern.as_bytes();
    let opens = |(at, _): (usize, &str)| bytes.get(at + 1) != Some(&b'?') && (at == 0 || bytes[at - 1] != b'\\');
    pattern.match_indices('(').any(opens)
}

/// A form whose strokes may stand between spaces and whose hyphens may be dashes: translation machines and typesetters
/// write "PS / 00065/2021" and "SAN – 2019-005".
fn with_loose_strokes(pattern: &str) -> String {
    const SPACE: &str = r"[ \x{A0}]?";
    const HYPHEN: &str = r"[-\x{2010}-\x{2013}]";
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let part = match first {
            '\\' => rest.chars().take(2).map(char::len_utf8).sum(),
            '[' => rest.find(']').map_or(rest.len(), |end| end + 1),
            _ => first.len_utf8(),
        };
        let (part, tail) = rest.split_at(part);
        rest = tail;
        let is_stroke = |inner: &str| !inner.is_empty() && inner.chars().all(|c| matches!(c, '/' | '-' | '_'));
        match part {
            "-" => out.extend([SPACE, HYPHEN, SPACE]),
            _ if is_stroke(part.trim_matches(['[', ']'])) => out.extend([SPACE, part, SPACE]),
            _ => out.push_str(part),
        }
    }
    out
}

/// A reference as its authority writes it: no space beside a stroke, hyphens for dashes.
fn tidy(text: &str) -> String {
    let is_stroke = |c: char| matches!(c, '/' | '-' | '_');
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let c = if matches!(c, '\u{2010}'..='\u{2013}') { '-' } else { c };
        if is_stroke(c) {
            out.truncate(out.trim_end().len());
        } else if c.is_whitespace() && out.ends_with(is_stroke) {
            continue;
        }
        out.push(c);
    }
    out
}

/// Every reference of the text, in order.
pub(crate) fn references(reading: &Reading<'_>) -> Vec<Reference> {
    let text = &reading.view.text;
    let Some(any) = &PATTERNS.any else { return Vec::new() };
    let mut out: Vec<Reference> = Vec::new();
    let mut laws = HashSet::new();
    for found in any.find_iter(text) {
        let (start, mut end) = (found.start(), found.end());
        let is_ecli = found.as_str().starts_with("ECLI:");
        while is_ecli && text[start..end].ends_with('.') {
            end -= 1;
        }
        if is_part_of_more(text, start, end) {
            continue;
        }
        if names_a_law(reading, start, end) {
            laws.insert(tidy(&text[start..end]));
            continue;
        }
        let own = PATTERNS.each.iter().flat_map(|each| each.matches(&text[start..end]));
        let forms: Vec<&Form> = own.filter_map(|at| PATTERNS.forms.get(at)).collect();
        // Of a case number with a document's behind it the form's group is the case's.
        let group = forms.iter().find_map(|form| form.grouped.as_ref()?.captures(&text[start..end])?.get(1));
        let (start, end) = group.map_or((start, end), |group| (start + group.start(), start + group.end()));
        let value = if is_ecli { text[start..end].to_owned() } else { tidy(&text[start..end]) };
        let authorities = forms.iter().map(|form| (form.authority, form.rank)).collect();
        out.push(Reference { start, end, value, authorities, is_ecli });
    }
    // "90/2018" alone is the act as well, where the text has called it one.
    out.retain(|reference| !laws.contains(&reference.value));
    out
}

/// "Act no. 90/2018", "Regulation n. 1/2019": a number that follows a law's name or a word for a law, or is part of one.
fn names_a_law(reading: &Reading<'_>, start: usize, end: usize) -> bool {
    /// Longest name of a law with its number in it, in bytes.
    const NAME: usize = 60;
    const NUMBER_WORDS: [&str; 8] = ["no.", "no", "nr.", "nr", "n.", "n°", "n", "№"];
    let overlaps = |mark: &&crate::lexicon::Mark| mark.end > start && matches!(mark.sense, Sense::Instrument(_));
    if reading.marks_in(start.saturating_sub(NAME), end).iter().any(|mark| overlaps(&mark)) {
        return true;
    }
    let head = reading.skip_blanks_back(start, 2);
    let before = reading.view.lower.get(..head).unwrap_or_default();
    let word = NUMBER_WORDS
        .iter()
        .find_map(|word| before.strip_suffix(word).filter(|rest| !rest.ends_with(|c: char| c.is_alphanumeric())));
    let head = reading.skip_blanks_back(word.map_or(head, str::len), 2);
    reading
        .ending(head, |sense| matches!(sense, Sense::Law | Sense::Article | Sense::Instrument(_)).then_some(()))
        .is_some()
}

/// Whether what stands around makes it something else: "1/9/2020" is a date, not case 9/2020.
fn is_part_of_more(text: &str, start: usize, end: usize) -> bool {
    let (before, after) = (&text[..start], &text[end..]);
    let is_joined_before = before.ends_with(['/', '-']) || before.ends_with("/ ");
    // "127/2022-2/17" at the head of a page is the case and the page of its pages.
    let is_page = |tail: &str| {
        let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
        (1..=3).contains(&digits) && tail[digits..].starts_with('/')
    };
    let is_joined_after = after.starts_with('/')
        || after.starts_with(" /") && after.trim_start_matches([' ', '/']).starts_with(|c: char| c.is_ascii_digit())
        || after.strip_prefix('-').is_some_and(|tail| !is_page(tail));
    // "PS/00051/2020RESOLUTION": a line's end was lost, and a form with letters is known without it.
    let is_run_on = text[start..end].starts_with(|c: char| c.is_ascii_uppercase())
        && text[start..end].ends_with(|c: char| c.is_ascii_digit())
        && after.starts_with(|c: char| c.is_ascii_uppercase());
    let is_free = super::number::is_free_standing(text, start, if is_run_on { text.len() } else { end });
    is_joined_before || is_joined_after || !is_free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strokes_may_stand_between_spaces() {
        for (pattern, text, expected) in [
            ("[ER]/[0-9]{5}/20[0-9]{2}", "E / 03884/2020", "E/03884/2020"),
            ("SAN-20[0-9]{2}-[0-9]{3}", "SAN \u{2013} 2019-005", "SAN-2019-005"),
            ("(?:PS|TD)[/-][0-9]{5}[/-]20[0-9]{2}", "PS/ 00065 /2021", "PS/00065/2021"),
            ("NAIH ?[-/] ?20[0-9]{2}/[0-9]{1,5}", "NAIH / 2020/12", "NAIH/2020/12"),
        ] {
            let regex = Regex::new(&format!("^(?:{})$", with_loose_strokes(pattern))).unwrap();
            assert!(regex.is_match(text), "{pattern} {text}");
            assert_eq!(tidy(text), expected);
        }
    }

    #[test]
    fn every_form_compiles() {
        assert!(PATTERNS.any.is_some() && PATTERNS.each.is_some());
        assert_eq!(PATTERNS.each.as_ref().map(RegexSet::len), Some(PATTERNS.forms.len()));
    }

    #[test]
    fn neither_dates_nor_longer_numbers_are_references() {
        let is_part = |text: &str, found: &str| {
            let start = text.find(found).unwrap();
            is_part_of_more(text, start, start + found.len())
        };
        assert!(is_part("of 1/9/2020", "9/2020"));
        assert!(is_part("of 1 / 9/2020", "9/2020"));
        assert!(is_part("no. 12/2020-44", "12/2020"));
        assert!(is_part("A12/2020", "12/2020"));
        assert!(!is_part("decision 127/2022-2/17", "127/2022"));
        assert!(!is_part("PS/00051/2020RESOLUTION", "PS/00051/2020"));
        assert!(!is_part("decision 12/2020 - Company", "12/2020"));
    }
}
