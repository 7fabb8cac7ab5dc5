//! Words to terms while an index is written, where the same words come again and again.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

/// How many words are remembered before everything is forgotten: those of a language, not those of all documents.
const MOST_REMEMBERED: usize = 1 << 16;

/// Gives the terms that an analyzer gives, asking it only about words that it has not seen lately.
///
/// The analyzer must treat each word by itself and cut text as [`tantivy::tokenizer::SimpleTokenizer`] does.
#[derive(Clone)]
pub(crate) struct Remembering {
    analyzer: TextAnalyzer,
    /// The term of each word; `None` where it has none.
    terms: HashMap<Box<str>, Option<Box<str>>, FxBuildHasher>,
    token: Token,
}

impl Remembering {
    pub(crate) fn new(analyzer: TextAnalyzer) -> Self {
        Self { analyzer, terms: HashMap::default(), token: Token::default() }
    }

    /// Writes the term of a word into the token; `false` where it has none.
    fn put(&mut self, word: &str) -> bool {
        self.token.text.clear();
        if let Some(known) = self.terms.get(word) {
            self.token.text.push_str(known.as_deref().unwrap_or_default());
            return known.is_some();
        }
        if self.terms.len() >= MOST_REMEMBERED {
            self.terms.clear();
        }
        let mut stream = self.analyzer.token_stream(word);
        let term = stream.advance().then(|| Box::from(stream.token().text.as_str()));
        self.token.text.push_str(term.as_deref().unwrap_or_default());
        let is_term = term.is_some();
        self.terms.insert(word.into(), term);
        is_term
    }
}

/// The terms of a text.
pub(crate) struct Terms<'a> {
    source: &'a mut Remembering,
    text: &'a str,
    /// From where the text has not been looked at.
    at: usize,
}

impl Tokenizer for Remembering {
    type TokenStream<'a> = Terms<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Terms<'a> {
        self.token.reset();
        Terms { source: self, text, at: 0 }
    }
}

impl Terms<'_> {
    /// The next word and where it begins.
    fn next_word(&mut self) -> Option<(usize, usize)> {
        let rest = self.text.get(self.at..)?;
        let start = self.at + rest.find(char::is_alphanumeric)?;
        let rest = self.text.get(start..)?;
        let end = start + rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        self.at = end;
        Some((start, end))
    }
}

impl TokenStream for Terms<'_> {
    fn advance(&mut self) -> bool {
        while let Some((start, end)) = self.next_word() {
            let token = &mut self.source.token;
            token.position = token.position.wrapping_add(1);
            token.offset_from = start;
            token.offset_to = end;
            if self.source.put(&self.text[start..end]) {
                return true;
            }
        }
        false
    }

    fn token(&self) -> &Token {
        &self.source.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.source.token
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tantivy::tokenizer::Language;

    use super::*;
    use crate::schema::{folded, stemmed};

    fn tokens(analyzer: &mut TextAnalyzer, text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        analyzer.token_stream(text).process(&mut |token| tokens.push(token.clone()));
        tokens
    }

    proptest! {
        #[test]
        fn the_terms_are_those_of_the_analyzer(texts in prop::collection::vec(r"([a-zA-Zéßİ0-9]{0,9}|\PC{0,3}|x{95,105})([ .,-]([a-z]{1,9}|\PC{0,9})){0,12}", 1..5)) {
            for mut plain in [folded(), stemmed(Language::English), stemmed(Language::French)] {
                let mut remembering = TextAnalyzer::from(Remembering::new(plain.clone()));
                for text in texts.iter().chain(&texts) {
                    prop_assert_eq!(tokens(&mut remembering, text), tokens(&mut plain, text));
                }
            }
        }
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut remembering = Remembering::new(folded());
        for number in 0..MOST_REMEMBERED + 10 {
            assert!(remembering.put(&number.to_string()));
        }
        assert_eq!(remembering.terms.len(), 10);
    }
}
