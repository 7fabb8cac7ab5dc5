//! A sentence of a case with the matching words marked.

use fineprint_model::Case;
use fineprint_model::query::Snippet;
use tantivy::tokenizer::TextAnalyzer;

use crate::plan::Mark;
use crate::project::own_words;
use crate::schema::{STEMMED, folded, stemmed, terms};

/// Snippets are at most about this many bytes long.
const MAX_BYTES: usize = 240;
/// Of a document's text no more than this many bytes are looked at.
const MAX_SEARCHED: usize = 2_000_000;

/// A language's stemmer with the stems that are looked for.
struct Stems {
    analyzer: TextAnalyzer,
    wanted: Vec<String>,
}

struct Matcher<'a> {
    marks: &'a [Mark],
    stems: Vec<Stems>,
}

impl<'a> Matcher<'a> {
    fn new(marks: &'a [Mark]) -> Self {
        let words: Vec<&str> = marks
            .iter()
            .filter_map(|mark| if let Mark::Stem(word) = mark { Some(word.as_str()) } else { None })
            .collect();
        let stems = if words.is_empty() {
            Vec::new()
        } else {
            STEMMED
                .iter()
                .map(|(_, _, language)| {
                    let mut analyzer = stemmed(*language);
                    let wanted = words.iter().flat_map(|word| terms(&mut analyzer, word)).collect();
                    Stems { analyzer, wanted }
                })
                .collect()
        };
        Self { marks, stems }
    }

    /// Which mark a folded word is.
    fn of(&mut self, word: &str) -> Option<usize> {
        let literal = self.marks.iter().position(|mark| match mark {
            Mark::Stem(wanted) | Mark::Whole(wanted) => wanted == word,
            Mark::Begins(wanted) => word.starts_with(wanted.as_str()),
            Mark::Near(wanted) => is_near(wanted, word),
        });
        if literal.is_some() {
            return literal;
        }
        for stems in &mut self.stems {
            let stem = terms(&mut stems.analyzer, word);
            if let Some(at) = stem.first().and_then(|stem| stems.wanted.iter().position(|wanted| wanted == stem)) {
                return Some(at);
            }
        }
        None
    }
}

/// Whether two words are within one edit (a letter more, less, other, or two exchanged).
fn is_near(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    let rest = |list: &[char], from: usize| list.get(from..).unwrap_or_default().to_vec();
    (a.is_empty() && b.is_empty())
        || (!a.is_empty() && rest(a, 1) == b)
        || (!b.is_empty() && a == rest(b, 1))
        || (!a.is_empty() && !b.is_empty() && rest(a, 1) == rest(b, 1))
        || (a.len() > 1 && b.len() > 1 && a[0] == b[1] && a[1] == b[0] && rest(a, 2) == rest(b, 2))
}

/// A token of the text that matches: bytes and which mark.
type Match = (usize, usize, usize);

/// The passage of a case with most of the marked words; its own words first, then its documents'. `None` where no word
/// stands in running text (a name or a label matched).
pub(crate) fn cut<'a>(marks: &[Mark], case: &'a Case, texts: impl Iterator<Item = &'a str>) -> Option<Snippet> {
    let mut matcher = Matcher::new(marks);
    let mut best: Option<(usize, Snippet)> = None;
    for text in own_words(case).chain(texts) {
        let Some((found, snippet)) = passage(&mut matcher, text) else { continue };
        if best.as_ref().is_none_or(|(most, _)| found > *most) {
            best = Some((found, snippet));
        }
    }
    best.map(|(_, snippet)| snippet)
}

fn passage(matcher: &mut Matcher<'_>, text: &str) -> Option<(usize, Snippet)> {
    let mut end = text.len().min(MAX_SEARCHED);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut matches: Vec<Match> = Vec::new();
    folded().token_stream(&text[..end]).process(&mut |token| {
        if let Some(mark) = matcher.of(&token.text) {
            matches.push((token.offset_from, token.offset_to, mark));
        }
    });
    // The window that holds most different marks.
    let mut window = (0, 0, 0);
    for first in 0..matches.len() {
        let begin = matches[first].0;
        let inside = matches[first..].iter().take_while(|(_, to, _)| to - begin <= MAX_BYTES * 3 / 4);
        let mut kinds: Vec<usize> = inside.clone().map(|(_, _, mark)| *mark).collect();
        let count = kinds.len();
        kinds.sort_unstable();
        kinds.dedup();
        if kinds.len() > window.2 {
            window = (first, first + count, kinds.len());
        }
    }
    let inside = matches.get(window.0..window.1)?;
    let (begin, last) = (inside.first()?.0, inside.last()?.1);
    let start = begin_of_sentence(text, begin);
    let stop = end_of_sentence(text, last, start + MAX_BYTES);
    let marks = matches
        .iter()
        .filter(|(from, to, _)| *from >= start && *to <= stop)
        .map(|(from, to, _)| (from - start, to - start))
        .collect();
    Some((window.2, Snippet { text: text.get(start..stop)?.to_owned(), marks }))
}

/// Where the sentence begins, or a word not far before.
fn begin_of_sentence(text: &str, at: usize) -> usize {
    let mut from = at.saturating_sub(MAX_BYTES / 3);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = &text[from..at];
    if let Some(stop) = before.rfind(['.', '!', '?', '\n']).filter(|stop| before[*stop..].len() > 1) {
        let rest = &before[stop + 1..];
        return at - rest.trim_start().len();
    }
    if from == 0 {
        return at - before.trim_start().len();
    }
    before.find(char::is_whitespace).map_or(at, |space| at - before[space..].trim_start().len())
}

/// Where the sentence ends, or a word before the limit.
fn end_of_sentence(text: &str, at: usize, limit: usize) -> usize {
    let mut to = limit.max(at).min(text.len());
    while !text.is_char_boundary(to) {
        to += 1;
    }
    let after = &text[at..to];
    for (stop, mark) in after.char_indices() {
        let next = after[stop + mark.len_utf8()..].chars().next();
        if mark == '\n' {
            return at + stop;
        }
        if matches!(mark, '.' | '!' | '?') && next.is_none_or(char::is_whitespace) {
            return at + stop + 1;
        }
    }
    if to == text.len() { to } else { at + after.rfind(char::is_whitespace).unwrap_or(0) }
}
