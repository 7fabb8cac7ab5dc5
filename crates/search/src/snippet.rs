//! A sentence of a case with the matching words marked.

use std::collections::HashMap;

use fineprint_model::Case;
use fineprint_model::query::Snippet;
use tantivy::tokenizer::TextAnalyzer;

use crate::plan::{Mark, MarkedWord};
use crate::project::own_words;
use crate::schema::{STEMMED, folded, stemmed, terms};

/// Snippets are at most about this many bytes long.
const MAX_BYTES: usize = 240;
/// Of a document's text no more than this many bytes are looked at.
const MAX_SEARCHED: usize = 2_000_000;

/// Says of the words of a text which marks they are. What it learns of the words of one case it knows for the next.
pub(crate) struct Matcher<'a> {
    marks: &'a [Mark],
    analyzers: Vec<TextAnalyzer>,
    /// For each mark and each of its words, its stem in each language.
    stems: Vec<Vec<Vec<Option<String>>>>,
    /// For each folded word seen, which (mark, word) pairs it is.
    seen: HashMap<String, Vec<(usize, usize)>>,
}

impl<'a> Matcher<'a> {
    pub(crate) fn new(marks: &'a [Mark]) -> Self {
        let mut analyzers: Vec<TextAnalyzer> = STEMMED.iter().map(|(_, _, language)| stemmed(*language)).collect();
        let stems = marks
            .iter()
            .map(|mark| {
                let of_word = |word: &MarkedWord| match word {
                    MarkedWord::Stem(word) => analyzers.iter_mut().map(|one| terms(one, word).pop()).collect(),
                    _ => Vec::new(),
                };
                mark.iter().map(of_word).collect()
            })
            .collect();
        Self { marks, analyzers, stems, seen: HashMap::new() }
    }

    /// Which words of which marks a folded word of the text is.
    fn of(&mut self, word: &str) -> &[(usize, usize)] {
        if !self.seen.contains_key(word) {
            let mut own: Option<Vec<Option<String>>> = None;
            let mut found = Vec::new();
            for (at, mark) in self.marks.iter().enumerate() {
                for (nth, wanted) in mark.iter().enumerate() {
                    let is = match wanted {
                        MarkedWord::Whole(wanted) => wanted == word,
                        MarkedWord::Begins(wanted) => word.starts_with(wanted.as_str()),
                        MarkedWord::Near(wanted) => is_near(wanted, word),
                        MarkedWord::Stem(wanted) => {
                            // Stemmers leave the beginning as it is, but for the Dutch `ge-`.
                            let begin_alike = wanted.chars().next() == word.chars().next()
                                || wanted.starts_with("ge")
                                || word.starts_with("ge");
                            wanted == word
                                || begin_alike && {
                                    let own = own.get_or_insert_with(|| {
                                        self.analyzers.iter_mut().map(|one| terms(one, word).pop()).collect()
                                    });
                                    own.iter().zip(&self.stems[at][nth]).any(|(own, stem)| own.is_some() && own == stem)
                                }
                        }
                    };
                    if is {
                        found.push((at, nth));
                    }
                }
            }
            self.seen.insert(word.to_owned(), found);
        }
        self.seen.get(word).map_or(&[], Vec::as_slice)
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
pub(crate) fn cut<'a>(
    matcher: &mut Matcher<'_>,
    case: &'a Case,
    texts: impl Iterator<Item = &'a str>,
) -> Option<Snippet> {
    let mut best: Option<(usize, Snippet)> = None;
    for text in own_words(case).chain(texts) {
        let Some((found, snippet)) = passage(matcher, text) else { continue };
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
    // Marks of several words that are under way: mark, words so far, first byte.
    let mut begun: Vec<(usize, usize, usize)> = Vec::new();
    folded().token_stream(&text[..end]).process(&mut |token| {
        let words = matcher.of(&token.text).to_vec();
        let mut next = Vec::new();
        for (mark, nth) in words {
            let start = if nth == 0 {
                Some(token.offset_from)
            } else {
                begun.iter().find(|(other, so_far, _)| (*other, *so_far) == (mark, nth)).map(|(.., start)| *start)
            };
            let Some(start) = start else { continue };
            if nth + 1 == matcher.marks[mark].len() {
                matches.push((start, token.offset_to, mark));
            } else {
                next.push((mark, nth + 1, start));
            }
        }
        begun = next;
    });
    let matches = apart(matches);
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

/// Matches in order, without those that overlap an earlier one.
fn apart(mut matches: Vec<Match>) -> Vec<Match> {
    matches.sort_by_key(|(from, to, _)| (*from, std::cmp::Reverse(*to)));
    let mut end = 0;
    matches.retain(|(from, to, _)| {
        let keep = *from >= end;
        if keep {
            end = *to;
        }
        keep
    });
    matches
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

#[cfg(test)]
mod tests {
    use fineprint_model::{AuthorityId, CaseId};

    use super::*;
    use crate::parse;
    use crate::plan::marks;

    fn cut_text(query: &str, text: &str) -> Option<(String, Vec<String>)> {
        let mut case = Case::new(CaseId::new("xx-1").unwrap(), AuthorityId::new("xx").unwrap());
        case.summary = Some(text.to_owned());
        let marks = marks(&parse(query).unwrap());
        let snippet = cut(&mut Matcher::new(&marks), &case, std::iter::empty())?;
        let marked = snippet.marks.iter().map(|(from, to)| snippet.text[*from..*to].to_owned()).collect();
        Some((snippet.text, marked))
    }

    #[test]
    fn the_sentence_that_matches_is_cut_out_and_marked() {
        let text = "The clinic was warned. It had leaked data of patients through an open server. It paid.";
        let (snippet, marked) = cut_text("patient leaking", text).unwrap();
        assert_eq!(snippet, "It had leaked data of patients through an open server.");
        assert_eq!(marked, ["leaked", "patients"]);
        assert_eq!(cut_text("clinics -leaked", text).unwrap().1, ["clinic"]);
        assert_eq!(cut_text("sevrer~ pat*", text).unwrap().1, ["patients", "server"]);
        assert_eq!(cut_text("absent", text), None);
    }

    #[test]
    fn a_phrase_is_marked_as_a_whole_only() {
        let text = "Data were open. The data of patients were read; patients complained.";
        assert_eq!(cut_text("\"data of pat*\"", text).unwrap().1, ["data of patients"]);
        assert_eq!(cut_text("\"patients data\"", text), None);
    }

    #[test]
    fn accents_and_long_texts_without_sentences_are_cut_between_characters() {
        let text = "é".repeat(300) + " donnée " + &"ü".repeat(300);
        let (snippet, marked) = cut_text("donnees", &text).unwrap();
        assert_eq!(marked, ["donnée"]);
        assert!(snippet.len() < 900);
    }
}
