//! The nearest words that the data has, for those that it lacks.

use fineprint_model::query::{Node, Query, Text};

use crate::engine::Engine;
use crate::query::write;
use crate::schema::{folded, terms};
use crate::synonyms;

/// Words shorter than this are left as they are: everything is near to them.
const SHORTEST: usize = 4;
/// From this length on a word may differ by two edits instead of one.
const TWO_EDITS: usize = 8;

impl Engine {
    /// The query with each word that no case has replaced by the nearest one that some case has; `None` where every word
    /// is there or nothing is near.
    pub fn did_you_mean(&self, query: &Query) -> Option<String> {
        let mut changed = false;
        let root = query.root.as_ref().map(|node| self.spelt(node, &mut changed));
        changed.then(|| write(&Query { root, ..query.clone() }))
    }

    fn spelt(&self, node: &Node, changed: &mut bool) -> Node {
        let mut all = |nodes: &[Node]| nodes.iter().map(|node| self.spelt(node, changed)).collect();
        match node {
            Node::And(nodes) => Node::And(all(nodes)),
            Node::Or(nodes) => Node::Or(all(nodes)),
            Node::Text(Text::Word(word)) => match self.nearest_word(word) {
                Some(near) => {
                    *changed = true;
                    Node::Text(Text::Word(near))
                }
                None => node.clone(),
            },
            // What is to be left out is best left as it is.
            other => other.clone(),
        }
    }

    /// The nearest word of the data; `None` where the word is there itself, or nothing is near.
    fn nearest_word(&self, word: &str) -> Option<String> {
        let mut tokens = terms(&mut folded(), word);
        let token = tokens.pop().filter(|token| tokens.is_empty() && token.chars().count() >= SHORTEST)?;
        if token.bytes().any(|byte| byte.is_ascii_digit()) || !synonyms::of(word).is_empty() || self.has_word(word) {
            return None;
        }
        let most = if token.chars().count() >= TWO_EDITS { 2 } else { 1 };
        let mut best: Option<(usize, u32, String)> = None;
        for (candidate, cases) in self.words(&token)? {
            let edits = strsim::osa_distance(&token, &candidate);
            if edits == 0 || edits > most {
                continue;
            }
            let better = best.as_ref().is_none_or(|(least, most_cases, text)| {
                (edits, u32::MAX - cases, &candidate) < (*least, u32::MAX - *most_cases, text)
            });
            if better {
                best = Some((edits, cases, candidate));
            }
        }
        best.map(|(.., word)| word)
    }

    fn has_word(&self, word: &str) -> bool {
        let query = Query { root: Some(Node::Text(Text::Word(word.to_owned()))), ..Query::default() };
        let planned = self.plan(&query, &[]).query;
        self.inner.searcher.search(&planned, &tantivy::collector::Count).is_ok_and(|count| count > 0)
    }

    /// Every unstemmed word of the data that begins with the same letter, with the number of cases that have it.
    fn words(&self, token: &str) -> Option<Vec<(String, u32)>> {
        let first = token.chars().next()?;
        let start = first.to_string();
        let fields = &self.inner.fields;
        let mut words = Vec::new();
        for handle in [fields.own, fields.party_name, fields.name, fields.label, fields.text] {
            for segment in self.inner.searcher.segment_readers() {
                let Ok(inverted) = segment.inverted_index(handle) else { continue };
                let Ok(mut stream) = inverted.terms().range().ge(&start).into_stream() else { continue };
                while stream.advance() {
                    let Ok(word) = std::str::from_utf8(stream.key()) else { continue };
                    if !word.starts_with(first) {
                        break;
                    }
                    words.push((word.to_owned(), stream.value().doc_freq));
                }
            }
        }
        Some(words)
    }
}
