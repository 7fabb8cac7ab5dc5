//! The text as the recognisers read it: one kind of space, one kind of quote, no invisible characters, words
//! whole that were broken at a line's end. Every offset leads back to the document's own text, because a
//! quote is only evidence where it stands in the source letter by letter.

use fineprint_model::{BlockKind, Document};

/// Where a block lies in the view.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ViewBlock {
    pub kind: BlockKind,
    pub start: usize,
    pub end: usize,
}

/// A normalised text with the way back.
#[derive(Debug)]
pub(crate) struct View {
    /// The normalised text.
    pub text: String,
    /// The same in lower case, byte for byte of the same length.
    pub lower: String,
    /// Blocks in order.
    pub blocks: Vec<ViewBlock>,
    /// Sentences in order, none crossing a block.
    pub sentences: Vec<(usize, usize)>,
    /// From `.0` on, view offset minus `.0` plus `.1` is the offset in the document.
    steps: Vec<(usize, usize)>,
}

impl View {
    pub fn new(document: &Document, is_abbreviation: impl Fn(&str) -> bool) -> Self {
        let source = &document.text;
        let mut text = String::with_capacity(source.len());
        let mut steps = vec![(0, 0)];
        let mut blocks: Vec<ViewBlock> = Vec::new();
        let mut edges = document.blocks.iter().flat_map(|b| [b.start, b.end]).peekable();
        let mut mapped = Vec::with_capacity(document.blocks.len() * 2);
        let mut at = 0;
        let mut is_in_step = true;
        while at < source.len() {
            while edges.next_if(|edge| *edge <= at).is_some() {
                mapped.push(text.len());
            }
            // Most characters stand for themselves, and are taken a run at a time up to the next edge of a block.
            if is_in_step {
                let limit = edges.peek().map_or(source.len(), |edge| (*edge).min(source.len()));
                let run = source.as_bytes()[at..limit].iter().take_while(|byte| is_plain(**byte)).count();
                if run > 0 {
                    text.push_str(&source[at..at + run]);
                    at += run;
                    continue;
                }
            } else {
                steps.push((text.len(), at));
                is_in_step = true;
            }
            let Some(c) = source.get(at..).and_then(|rest| rest.chars().next()) else { break };
            let after = at + c.len_utf8();
            let replacement: &str = match c {
                '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\t' => " ",
                '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => "",
                '’' | '‘' | '‛' | 'ʼ' | '´' | '`' => "'",
                '“' | '”' | '„' | '«' | '»' => "\"",
                '‐' | '‑' | '‒' | '–' | '−' => "-",
                'Є' | 'є' if is_before_digit(source, after) => "€",
                'Α'..='ο' | 'А'..='х' if is_in_latin_word(&text, source, after) => match look_alike(c) {
                    Some(latin) => latin,
                    None => {
                        text.push(c);
                        at = after;
                        continue;
                    }
                },
                'ﬀ' => "ff",
                'ﬁ' => "fi",
                'ﬂ' => "fl",
                'ﬃ' => "ffi",
                'ﬄ' => "ffl",
                '-' if is_broken_word(&text, source, at) => {
                    at = source.len() - source[after..].trim_start().len();
                    is_in_step = false;
                    continue;
                }
                _ => {
                    text.push(c);
                    at = after;
                    continue;
                }
            };
            at = after;
            text.push_str(replacement);
            is_in_step = replacement.len() == c.len_utf8();
        }
        steps.push((text.len(), source.len()));
        for _ in edges {
            mapped.push(text.len());
        }
        for (block, edge) in document.blocks.iter().zip(mapped.chunks_exact(2)) {
            blocks.push(ViewBlock { kind: block.kind, start: edge[0], end: edge[1] });
        }
        if blocks.is_empty() && !text.is_empty() {
            blocks.push(ViewBlock { kind: BlockKind::Paragraph, start: 0, end: text.len() });
        }
        let lower = lower_in_place(&text);
        let mut sentences = Vec::new();
        for block in &blocks {
            split_sentences(&text, &lower, block.start, block.end, &is_abbreviation, &mut sentences);
        }
        Self { text, lower, blocks, sentences, steps }
    }

    /// The span in the document's text that a span of the view stands for.
    pub fn original(&self, document: &Document, start: usize, end: usize) -> (usize, usize) {
        let place = |offset: usize| {
            let step = self.steps.partition_point(|(view, _)| *view <= offset).saturating_sub(1);
            let (view, source) = self.steps.get(step).copied().unwrap_or_default();
            let next = self.steps.get(step + 1).map_or(document.text.len(), |(_, source)| *source);
            (source + (offset - view)).min(next)
        };
        let mut from = place(start);
        let mut to = if end > start { place(end) } else { from };
        while from > 0 && !document.text.is_char_boundary(from) {
            from -= 1;
        }
        while to < document.text.len() && !document.text.is_char_boundary(to) {
            to += 1;
        }
        (from, to.max(from))
    }

    /// The sentence around an offset; the offset itself where it lies between blocks.
    pub fn sentence(&self, at: usize) -> (usize, usize) {
        let next = self.sentences.partition_point(|(start, _)| *start <= at);
        match next.checked_sub(1).and_then(|i| self.sentences.get(i)) {
            Some(&(start, end)) if at < end => (start, end),
            _ => (at, at),
        }
    }

    /// The block around an offset, by its number.
    pub fn block_at(&self, at: usize) -> Option<usize> {
        let next = self.blocks.partition_point(|block| block.start <= at);
        next.checked_sub(1).filter(|i| self.blocks.get(*i).is_some_and(|block| at < block.end))
    }
}

/// Whether a hyphen breaks a word at a line's end: letters in lower case on both sides and nothing but the break between.
fn is_broken_word(before: &str, source: &str, at: usize) -> bool {
    let is_after_letter = before.chars().next_back().is_some_and(char::is_lowercase);
    let Some(rest) = is_after_letter.then(|| source.get(at + 1..)).flatten() else { return false };
    let Some(rest) = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')) else { return false };
    rest.trim_start_matches(' ').chars().next().is_some_and(char::is_lowercase)
}

/// The Latin letter that a Greek or Cyrillic one is drawn like.
fn look_alike(c: char) -> Option<&'static str> {
    Some(match c {
        'А' | 'Α' => "A",
        'В' | 'Β' => "B",
        'С' => "C",
        'Е' | 'Ε' => "E",
        'Н' | 'Η' => "H",
        'Ι' => "I",
        'К' | 'Κ' => "K",
        'М' | 'Μ' => "M",
        'Ν' => "N",
        'О' | 'Ο' => "O",
        'Р' | 'Ρ' => "P",
        'Т' | 'Τ' => "T",
        'Х' | 'Χ' => "X",
        'Ζ' => "Z",
        'а' => "a",
        'е' => "e",
        'о' | 'ο' => "o",
        'р' => "p",
        'с' => "c",
        'х' => "x",
        _ => return None,
    })
}

/// Whether a letter of another script stands in a word of Latin letters: beside one, and beside none of its own script.
fn is_in_latin_word(before: &str, source: &str, after: usize) -> bool {
    let left = before.chars().next_back().filter(|c| c.is_alphabetic());
    let right = source.get(after..).and_then(|rest| rest.chars().next()).filter(|c| c.is_alphabetic());
    let is_foreign = |c: Option<char>| c.is_some_and(|c| matches!(c, '\u{370}'..='\u{52f}'));
    let is_latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    (is_latin(left) || is_latin(right)) && !is_foreign(left) && !is_foreign(right)
}

/// "Є3,700": the Cyrillic letter that passes for the euro sign.
fn is_before_digit(source: &str, after: usize) -> bool {
    source
        .get(after..)
        .map(|rest| rest.trim_start_matches(' '))
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether a byte is a character that stands for itself whatever is around it.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii() && !matches!(byte, b'\t' | b'`' | b'-')
}

/// Lower case without moving an offset: a letter whose lower case has another length stays.
pub(crate) fn lower_in_place(text: &str) -> String {
    let small = |c: char| {
        let mut small = c.to_lowercase();
        match (small.next(), small.next()) {
            (Some(only), None) if only.len_utf8() == c.len_utf8() => only,
            _ => c,
        }
    };
    let mut lower = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (plain, tail) = rest.split_at(rest.bytes().take_while(u8::is_ascii).count());
        let from = lower.len();
        lower.push_str(plain);
        lower[from..].make_ascii_lowercase();
        let mut letters = tail.chars();
        lower.extend(letters.next().map(small));
        rest = letters.as_str();
    }
    lower
}

fn split_sentences(
    text: &str,
    lower: &str,
    start: usize,
    end: usize,
    is_abbreviation: &impl Fn(&str) -> bool,
    out: &mut Vec<(usize, usize)>,
) {
    let bytes = text.as_bytes();
    let mut from = start;
    let mut at = start;
    while at < end {
        let is_stop = match bytes[at] {
            b'!' | b'?' => is_followed_by_sentence(text, at + 1, end),
            b'.' => {
                is_followed_by_sentence(text, at + 1, end) && {
                    let word_start = lower.as_bytes()[from..at]
                        .iter()
                        .rposition(|b| !(b.is_ascii_alphanumeric() || *b >= 0x80))
                        .map_or(from, |i| from + i + 1);
                    let word = lower.get(word_start..at).unwrap_or_default();
                    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
                    !is_initial && !is_abbreviation(word)
                }
            }
            b'\n' => {
                let rest = bytes[at + 1..end].iter().copied().find(|b| !matches!(b, b' ' | b'\r'));
                matches!(rest, Some(b'\n' | b'*' | b'-' | b'#' | 0xe2))
            }
            _ => false,
        };
        at += 1;
        if is_stop {
            if at > from {
                out.push((from, at));
            }
            from = at;
        }
    }
    if end > from {
        out.push((from, end));
    }
}

/// After a stop comes white space and something that begins a sentence.
fn is_followed_by_sentence(text: &str, at: usize, end: usize) -> bool {
    let rest = text.get(at..end).unwrap_or_default().trim_start_matches(['"', ')', '\'', ']']);
    let Some(after) = rest.strip_prefix([' ', '\n', '\r']) else { return rest.is_empty() };
    match after.trim_start().chars().next() {
        Some(c) => !c.is_lowercase(),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plain_document;

    #[test]
    fn offsets_lead_back_to_the_source() {
        let source = "An admini\u{ad}strative ﬁne of 1\u{a0}500\u{202f}000 € against the bro-\nken ﬁrm “X”.";
        let document = plain_document(source);
        let view = View::new(&document, |_| false);
        assert_eq!(view.text, "An administrative fine of 1 500 000 € against the broken firm \"X\".");
        let at = view.text.find("1 500 000").unwrap();
        let (start, end) = view.original(&document, at, at + 9);
        assert_eq!(&source[start..end], "1\u{a0}500\u{202f}000");
        let at = view.text.find("broken").unwrap();
        let (start, end) = view.original(&document, at, at + 6);
        assert_eq!(&source[start..end], "bro-\nken");
        assert_eq!(view.original(&document, 0, view.text.len()), (0, source.len()));
    }

    #[test]
    fn sentences_end_where_readers_stop() {
        let document = plain_document("Under Art. 5 it failed. It was fined. A. Smith left.\n\nNext one");
        let view = View::new(&document, |word| word == "art");
        let sentences: Vec<&str> = view.sentences.iter().map(|(s, e)| view.text[*s..*e].trim()).collect();
        assert_eq!(sentences, ["Under Art. 5 it failed.", "It was fined.", "A. Smith left.", "Next one"]);
    }

    #[test]
    fn letters_of_other_scripts_pass_for_what_they_look_like() {
        // A Greek Kappa, a Cyrillic o and a Cyrillic Ie.
        let source = "ΚARIERA S.A. was fined Є3,700 by the DPA fоr this; Κύπρος and Москва stay.";
        let document = plain_document(source);
        let view = View::new(&document, |_| false);
        assert_eq!(view.text, "KARIERA S.A. was fined €3,700 by the DPA for this; Κύπρος and Москва stay.");
        let at = view.text.find("€3,700").unwrap();
        let (start, end) = view.original(&document, at, at + "€3,700".len());
        assert_eq!(&source[start..end], "Є3,700");
    }

    proptest::proptest! {
        #[test]
        fn any_span_of_the_view_lies_in_the_source(source in "\\PC{0,80}", from in 0_usize..100, length in 0_usize..20) {
            let document = plain_document(&source);
            let view = View::new(&document, |_| false);
            let start = from.min(view.text.len());
            let end = (start + length).min(view.text.len());
            let (a, b) = view.original(&document, start, end);
            proptest::prop_assert!(source.get(a..b).is_some());
            proptest::prop_assert_eq!(view.text.len(), view.lower.len());
        }
    }
}
