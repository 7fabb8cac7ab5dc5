//! Words with a meaning, in all languages at once: one set of everything the language files and the vocabularies list, so
//! that a text is read once however many languages there are.

use std::collections::HashMap;
use std::sync::LazyLock;

use fineprint_model::{Currency, vocab};

use crate::lang::{Cue, Language, Unit};
use crate::trie::Trie;
use crate::view::{View, lower_in_place};

/// What a word means.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Sense {
    /// A role cue of the language files.
    Cue(Cue),
    /// A currency; where a word names several ("kr"), all of them.
    Currency(&'static [Currency]),
    /// A power of ten.
    Scale(u32),
    /// A number in words.
    Number(u64),
    /// A month, 1 to 12.
    Month(u32),
    /// "article", "Art.", "§".
    Article,
    /// "paragraph", "Abs.".
    Paragraph,
    /// "point", "lit.".
    Point,
    /// "and", "or" between members of a list.
    And,
    /// "to" in a range of articles.
    To,
    /// "of the" between a provision and its law.
    Of,
    /// A word for a law that says nothing about which: "Act", "Code".
    Law,
    /// An ordinal, 1 for "first".
    Ordinal(u64),
    /// What a number counts.
    Unit(Unit),
    /// A law by any of its names; the index in the vocabulary.
    Instrument(usize),
    /// An authority by one of its names; the index in the vocabulary.
    Authority(usize),
    /// "data protection authority" and its like.
    AuthorityWord,
    /// A country or the adjective of it; upper-case ISO code.
    Country(&'static str),
    /// A frequent word that tells the language.
    Common,
    /// A word that stands in capitals without being part of a name.
    NotName,
    /// A legal form.
    LegalForm,
    /// Stands in small letters within names: "of", "de".
    NameLink,
    /// What an organisation is, as a word of its name: "Bank", "Ministry".
    NameHead,
}

/// A word of the lexicon found in a text.
#[derive(Debug, Clone)]
pub(crate) struct Mark {
    pub start: usize,
    pub end: usize,
    pub sense: &'static Sense,
}

struct Entry {
    /// As it must be written; `None` where capitals do not matter.
    exact: Option<String>,
    /// Any ending will do.
    is_stem: bool,
    /// Must not touch a letter or digit on the right. On the left nothing may.
    is_bounded_right: bool,
    /// Languages it counts in, a bit each; all bits for words of no language.
    languages: u32,
    sense: &'static Sense,
}

/// Every word of every language, found in one pass.
pub(crate) struct Lexicon {
    phrases: Trie,
    /// For each phrase the entries that are spelt so.
    entries: Vec<Vec<Entry>>,
    pub languages: Vec<&'static Language>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::build);

/// The lexicon of all languages and vocabularies; built at first use.
pub(crate) fn lexicon() -> &'static Lexicon {
    &LEXICON
}

/// Languages a text can be in: a set of bits in the order of [`Lexicon::languages`].
pub(crate) type LanguageSet = u32;

/// Shortest name that is found whatever its capitals: shorter ones are acronyms and must be written as listed.
const SHORTEST_FREE_NAME: usize = 6;

impl Lexicon {
    fn build() -> Self {
        let languages: Vec<&'static Language> = crate::lang::languages().iter().collect();
        let mut builder = Builder::default();
        for (at, language) in languages.iter().enumerate() {
            let bits = if language.code == crate::lang::ANY { u32::MAX } else { 1 << at };
            builder.add_language(language, bits);
        }
        for currency in Currency::all() {
            let code = currency.code().to_owned();
            builder.add_exact(&code, u32::MAX, Sense::Currency(Box::leak(vec![currency].into_boxed_slice())));
        }
        for (at, instrument) in vocab::instruments().iter().enumerate() {
            for name in instrument.labels.values().chain(&instrument.aliases).chain([&instrument.title]) {
                builder.add_name(name, Sense::Instrument(at));
                // Translation machines write "Law 3471 / 2006".
                if name.contains('/') {
                    builder.add_name(&name.replace('/', " / "), Sense::Instrument(at));
                }
            }
            if let Some(celex) = &instrument.celex {
                builder.add_name(celex, Sense::Instrument(at));
            }
        }
        for (at, authority) in vocab::authorities().iter().enumerate() {
            for name in authority.names.values().chain(&authority.aliases).chain([&authority.acronym]) {
                builder.add_name(name, Sense::Authority(at));
            }
        }
        for country in vocab::countries().iter() {
            for label in country.labels.values() {
                builder.add_exact(label, u32::MAX, Sense::Country(&country.id));
            }
        }
        Self { phrases: Trie::new(&builder.patterns), entries: builder.entries, languages }
    }

    /// All words of the lexicon in a text, in order of their start, the longer first.
    ///
    /// `known` limits the languages; without it they are told from the text's frequent words.
    pub fn read(&self, view: &View, known: Option<&str>) -> (Vec<Mark>, Option<&'static str>) {
        let bytes = view.lower.as_bytes();
        let mut found: Vec<(usize, usize, &Entry)> = Vec::new();
        let mut votes = vec![0_u32; self.languages.len()];
        for start in starts(&view.text) {
            self.phrases.find(&bytes[start.at..], |phrase, length| {
                let end = start.at + length;
                let touches_right = is_letter_before(&view.text, end) && is_letter_at(&view.text, end);
                for entry in &self.entries[phrase] {
                    // "1.5m", "€75000": digits beside a scale or currency do not make one word of both.
                    let is_cut_left =
                        start.is_after_digit && !matches!(entry.sense, Sense::Scale(_) | Sense::Currency(_));
                    let is_cut_right = entry.is_bounded_right
                        && touches_right
                        && !(bytes[end].is_ascii_digit() && matches!(entry.sense, Sense::Currency(_) | Sense::Article));
                    if is_cut_left
                        || is_cut_right
                        || entry.exact.as_deref().is_some_and(|exact| view.text.get(start.at..end) != Some(exact))
                    {
                        continue;
                    }
                    if *entry.sense == Sense::Common {
                        let mut languages = entry.languages;
                        while let Some(vote) = votes.get_mut(languages.trailing_zeros() as usize) {
                            *vote += 1;
                            languages &= languages - 1;
                        }
                        continue;
                    }
                    let mut end = end;
                    if entry.is_stem {
                        while end < bytes.len() && is_word_byte(bytes[end]) && end - start.at < LONGEST_STEM {
                            end += 1;
                        }
                    }
                    found.push((start.at, end, entry));
                }
            });
        }
        let (set, told) = self.choose(known, &votes);
        let mut marks: Vec<Mark> = found
            .into_iter()
            .filter(|(_, _, entry)| entry.languages & set != 0)
            .map(|(start, end, entry)| Mark { start, end, sense: entry.sense })
            .collect();
        // They come by their start already.
        for group in marks.chunk_by_mut(|a, b| a.start == b.start) {
            group.sort_by_key(|mark| std::cmp::Reverse(mark.end));
        }
        (marks, told)
    }

    /// The languages to read in: the document's, English beside it (names and quotations are often English), and
    /// whatever the frequent words tell where the document does not say.
    fn choose(&self, known: Option<&str>, votes: &[u32]) -> (LanguageSet, Option<&'static str>) {
        let index = |code: &str| self.languages.iter().position(|language| language.code == code);
        let bit = |at: usize| 1_u32 << at;
        let neutral = index(crate::lang::ANY).map_or(0, bit);
        let english = index("en").map_or(0, bit);
        let best = votes.iter().enumerate().max_by_key(|(_, count)| **count).filter(|(_, count)| **count >= 3);
        let told = best.and_then(|(at, _)| self.languages.get(at)).map(|language| language.code.as_str());
        match (known.and_then(index), best) {
            (Some(at), Some((other, _))) if at != other => (neutral | english | bit(at) | bit(other), told),
            (Some(at), _) => (neutral | english | bit(at), self.languages.get(at).map(|l| l.code.as_str())),
            (None, Some((at, _))) => (neutral | english | bit(at), told),
            (None, None) if known.is_some() => (neutral | english, None),
            (None, None) => (u32::MAX, None),
        }
    }
}

/// Longest word that a stem is taken for, in bytes.
const LONGEST_STEM: usize = 40;

/// A place where a phrase may begin.
struct Start {
    at: usize,
    /// It touches a digit on the left, as a scale or currency may.
    is_after_digit: bool,
}

/// Where words and signs begin: characters that are no letter or digit, or that touch none on the left but a digit.
fn starts(text: &str) -> impl Iterator<Item = Start> {
    let mut before = Kind::Other;
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(kind_and_length) = Kind::at(text, at) {
            let (kind, length) = kind_and_length;
            let start = Start { at, is_after_digit: before == Kind::Digit && kind != Kind::Other };
            let is_start = kind == Kind::Other && !text.as_bytes()[at].is_ascii_whitespace()
                || kind != Kind::Other && before != Kind::Letter;
            (before, at) = (kind, at + length);
            if is_start {
                return Some(start);
            }
        }
        None
    })
}

/// What a character is for the bounds of words.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// One of `0` to `9`.
    Digit,
    /// Any other letter or digit.
    Letter,
    Other,
}

impl Kind {
    /// The kind and length of the character at an offset; `None` at the end.
    fn at(text: &str, at: usize) -> Option<(Self, usize)> {
        let byte = *text.as_bytes().get(at)?;
        if byte.is_ascii() {
            let kind = match byte {
                b'0'..=b'9' => Self::Digit,
                b'a'..=b'z' | b'A'..=b'Z' => Self::Letter,
                _ => Self::Other,
            };
            return Some((kind, 1));
        }
        let c = text.get(at..)?.chars().next()?;
        Some((if c.is_alphanumeric() { Self::Letter } else { Self::Other }, c.len_utf8()))
    }
}

/// Whether a letter or digit ends at an offset. A letter of more bytes is looked at as a whole; most are of one.
fn is_letter_before(text: &str, at: usize) -> bool {
    match at.checked_sub(1).map(|before| text.as_bytes()[before]) {
        Some(byte) if byte.is_ascii() => byte.is_ascii_alphanumeric(),
        Some(_) => text[..at].chars().next_back().is_some_and(char::is_alphanumeric),
        None => false,
    }
}

/// Whether a letter or digit begins at an offset.
fn is_letter_at(text: &str, at: usize) -> bool {
    match text.as_bytes().get(at) {
        Some(byte) if byte.is_ascii() => byte.is_ascii_alphanumeric(),
        Some(_) => text[at..].chars().next().is_some_and(char::is_alphanumeric),
        None => false,
    }
}

/// Letters and digits; every byte of a letter beyond ASCII counts.
pub(crate) fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

#[derive(Default)]
struct Builder {
    patterns: Vec<String>,
    by_pattern: HashMap<String, usize>,
    entries: Vec<Vec<Entry>>,
}

impl Builder {
    fn add(&mut self, phrase: &str, languages: u32, sense: Sense, is_exact: bool) {
        let stem = phrase.strip_suffix('*');
        let text = stem.unwrap_or(phrase);
        if text.is_empty() {
            return;
        }
        let pattern = lower_in_place(text);
        let at = *self.by_pattern.entry(pattern.clone()).or_insert_with(|| {
            self.patterns.push(pattern);
            self.entries.push(Vec::new());
            self.patterns.len() - 1
        });
        let entries = &mut self.entries[at];
        let exact = is_exact.then(|| text.to_owned());
        let covers = |entry: &Entry| entry.exact.is_none() || entry.exact == exact;
        if entries.iter().any(|e| *e.sense == sense && e.languages & languages == languages && covers(e)) {
            return;
        }
        entries.push(Entry {
            exact,
            is_stem: stem.is_some(),
            is_bounded_right: stem.is_none(),
            languages,
            sense: Box::leak(Box::new(sense)),
        });
    }

    fn add_exact(&mut self, phrase: &str, languages: u32, sense: Sense) {
        self.add(phrase, languages, sense, true);
    }

    /// A name of the vocabulary: as written where it is an acronym, in any capitals where it is long.
    fn add_name(&mut self, name: &str, sense: Sense) {
        let name = name.replace(['’', '‘'], "'").replace(['\u{a0}', '\u{202f}'], " ").replace(['–', '‑'], "-");
        let is_acronym = name.chars().count() < SHORTEST_FREE_NAME
            || name.chars().all(|c| !c.is_lowercase())
            || (!name.contains(' ') && name.chars().count() < 9);
        if is_acronym {
            self.add(&name, u32::MAX, sense.clone(), true);
            let mut capitalised = name.to_lowercase();
            // "Cnil", "Aepd" as some newspapers write acronyms of four letters and more.
            if name.len() >= 4 && name.is_ascii() && name.bytes().all(|b| b.is_ascii_uppercase()) {
                capitalised[..1].make_ascii_uppercase();
                self.add(&capitalised, u32::MAX, sense, true);
            }
        } else {
            self.add(&name, u32::MAX, sense, false);
        }
    }

    fn add_language(&mut self, language: &'static Language, bits: u32) {
        for word in &language.common {
            self.add(word, bits, Sense::Common, false);
        }
        for (cue, phrases) in &language.cues {
            for phrase in phrases {
                self.add(phrase, bits, Sense::Cue(*cue), false);
            }
        }
        for (unit, phrases) in &language.units {
            for phrase in phrases {
                self.add(phrase, bits, Sense::Unit(*unit), false);
            }
        }
        for (word, codes) in &language.currencies {
            let currencies: Vec<Currency> = codes.iter().filter_map(|code| code.parse().ok()).collect();
            let is_exact = word.chars().count() <= 4 && word.chars().any(char::is_uppercase);
            self.add(word, bits, Sense::Currency(Box::leak(currencies.into_boxed_slice())), is_exact);
        }
        for (word, power) in &language.scales {
            self.add(word, bits, Sense::Scale(*power), false);
        }
        for (word, value) in &language.numbers {
            self.add(word, bits, Sense::Number(*value), false);
        }
        for (word, value) in &language.ordinals {
            self.add(word, bits, Sense::Ordinal(*value), false);
        }
        for (word, month) in &language.months {
            self.add(word, bits, Sense::Month(*month), false);
        }
        for (code, words) in &language.countries {
            for word in words {
                self.add(word, bits, Sense::Country(code), false);
            }
        }
        let words = &language.provision;
        let lists: [(&[String], Sense); 12] = [
            (&language.name_heads, Sense::NameHead),
            (&words.article, Sense::Article),
            (&words.paragraph, Sense::Paragraph),
            (&words.point, Sense::Point),
            (&words.and, Sense::And),
            (&words.to, Sense::To),
            (&words.of, Sense::Of),
            (&words.law, Sense::Law),
            (&language.authority_words, Sense::AuthorityWord),
            (&language.not_names, Sense::NotName),
            (&language.legal_forms, Sense::LegalForm),
            (&language.name_links, Sense::NameLink),
        ];
        for (phrases, sense) in lists {
            let is_exact = matches!(sense, Sense::LegalForm | Sense::NameLink);
            for phrase in phrases {
                self.add(phrase, bits, sense.clone(), is_exact);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lexicon_is_built() {
        let lexicon = lexicon();
        assert!(lexicon.entries.len() > 500);
    }

    #[test]
    fn words_begin_where_nothing_touches_them() {
        for (text, expected) in [
            ("in EUR 5m", vec![("i", false), ("E", false), ("5", false), ("m", true)]),
            ("(été1a) €2", vec![("(", false), ("é", false), ("a", true), (")", false), ("€", false), ("2", false)]),
            ("a1b2", vec![("a", false), ("b", true)]),
            ("", vec![]),
        ] {
            let found: Vec<(&str, bool)> = starts(text)
                .map(|start| {
                    let end = start.at + text[start.at..].chars().next().map_or(0, char::len_utf8);
                    (&text[start.at..end], start.is_after_digit)
                })
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
