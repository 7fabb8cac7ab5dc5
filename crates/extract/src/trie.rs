//! Phrases by their letters: all of those that begin at a place of a text, found in one walk down.
//!
//! Words are looked for where words begin, so that most bytes of a text are never looked at. An automaton that finds
//! phrases anywhere looks at every byte, and finds "in" in "finding".

/// No node, no phrase.
const NONE: u32 = u32::MAX;

/// A set of phrases, each known by the order in which it was given.
#[derive(Debug)]
pub(crate) struct Trie {
    nodes: Vec<Node>,
    /// Next nodes by byte, for the root and the nodes below it, where many ways lead on.
    tables: Vec<[u32; 256]>,
    /// Bytes that lead on from the other nodes, node by node.
    labels: Vec<u8>,
    /// Where each of them leads.
    targets: Vec<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    /// The phrase that ends here.
    phrase: u32,
    /// Its table, or [`NONE`].
    table: u32,
    /// Its part of `labels`.
    first: u32,
    count: u32,
}

impl Trie {
    /// Bytes of a phrase whose nodes have tables.
    const TABLE_DEPTH: usize = 2;

    /// Builds the set; of equal phrases the last counts.
    pub fn new(phrases: &[String]) -> Self {
        let mut sorted: Vec<(&[u8], u32)> = phrases.iter().map(String::as_bytes).zip(0..).collect();
        sorted.sort_unstable();
        let mut trie = Self { nodes: Vec::new(), tables: Vec::new(), labels: Vec::new(), targets: Vec::new() };
        trie.add(&sorted, 0);
        trie
    }

    /// Adds the node for phrases that share their first `depth` bytes; gives its number.
    fn add(&mut self, mut phrases: &[(&[u8], u32)], depth: usize) -> u32 {
        let number = self.nodes.len();
        self.nodes.push(Node { phrase: NONE, table: NONE, first: 0, count: 0 });
        while let Some(((phrase, at), rest)) = phrases.split_first()
            && phrase.len() == depth
        {
            self.nodes[number].phrase = *at;
            phrases = rest;
        }
        let mut next = Vec::new();
        while let Some((first, _)) = phrases.first() {
            let byte = first[depth];
            let end = phrases.partition_point(|(phrase, _)| phrase[depth] <= byte);
            let (own, rest) = phrases.split_at(end);
            next.push((byte, self.add(own, depth + 1)));
            phrases = rest;
        }
        if depth < Self::TABLE_DEPTH {
            let mut table = [NONE; 256];
            for (byte, target) in next {
                table[usize::from(byte)] = target;
            }
            self.nodes[number].table = index(self.tables.len());
            self.tables.push(table);
        } else {
            self.nodes[number].first = index(self.labels.len());
            self.nodes[number].count = index(next.len());
            self.labels.extend(next.iter().map(|(byte, _)| byte));
            self.targets.extend(next.iter().map(|(_, target)| target));
        }
        index(number)
    }

    /// Every phrase that begins with the first byte of a text, with its end: the shortest first.
    pub fn find(&self, text: &[u8], mut found: impl FnMut(usize, usize)) {
        let mut node = self.nodes[0];
        for (at, byte) in text.iter().enumerate() {
            let next = if node.table == NONE {
                let (first, count) = (node.first as usize, node.count as usize);
                match self.labels[first..first + count].iter().position(|label| label == byte) {
                    Some(way) => self.targets[first + way],
                    None => return,
                }
            } else {
                self.tables[node.table as usize][usize::from(*byte)]
            };
            if next == NONE {
                return;
            }
            node = self.nodes[next as usize];
            if node.phrase != NONE {
                found(node.phrase as usize, at + 1);
            }
        }
    }
}

/// Phrases and their bytes are counted in tens of thousands.
fn index(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(NONE)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_what_begins_here_and_nothing_else(
            phrases in proptest::collection::btree_set("[abé]{1,4}", 0..30), text in "[abé]{0,8}",
        ) {
            let phrases: Vec<String> = phrases.into_iter().collect();
            let mut found = Vec::new();
            Trie::new(&phrases).find(text.as_bytes(), |phrase, end| found.push((end, phrase)));
            let mut expected: Vec<(usize, usize)> = phrases
                .iter()
                .enumerate()
                .filter(|(_, phrase)| text.starts_with(phrase.as_str()))
                .map(|(at, phrase)| (phrase.len(), at))
                .collect();
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
