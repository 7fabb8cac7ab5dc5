//! Legal terms that mean the same in several languages, from `data/vocab/synonyms.json`.

use std::collections::HashMap;
use std::sync::LazyLock;

use fineprint_model::query::{Node, Text};
use fineprint_model::vocab;
use tantivy::tokenizer::Language;

use crate::schema::{stemmed, terms};

/// Most words of a term that are looked for among words typed one after the other.
const MOST_WORDS: usize = 8;

/// Terms of one meaning by the stems of each of them. English stems do for telling forms apart in any language.
static GROUPS: LazyLock<HashMap<String, Vec<&'static str>>> = LazyLock::new(|| {
    let mut groups: HashMap<String, Vec<&'static str>> = HashMap::new();
    // A command that asks one question does this first: every form is reduced once.
    let mut analyzer = stemmed(Language::English);
    for term in vocab::synonyms().iter() {
        let forms = term.labels.values().chain(&term.aliases).map(String::as_str);
        let forms: Vec<(&str, String)> = forms.map(|form| (form, terms(&mut analyzer, form).join(" "))).collect();
        for (_, key) in &forms {
            let group = groups.entry(key.clone()).or_default();
            group.extend(forms.iter().filter(|(_, other)| other != key).map(|(form, _)| *form));
            group.sort_unstable();
            group.dedup();
        }
    }
    groups
});

fn key(words: &str) -> String {
    terms(&mut stemmed(Language::English), words).join(" ")
}

/// The other terms of the same meaning; empty where the words are none.
pub(crate) fn of(words: &str) -> &'static [&'static str] {
    GROUPS.get(&key(words)).map(Vec::as_slice).unwrap_or_default()
}

/// Words that stand one after the other, as one text.
pub(crate) fn joined(nodes: &[&Node]) -> String {
    let words = nodes.iter().filter_map(|node| if let Node::Text(Text::Word(word)) = node { Some(word) } else { None });
    words.map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// Where words that stand one after the other make a term of several words: place and number, the last first. The
/// longest term counts, and no word is in two.
pub(crate) fn runs(nodes: &[&Node]) -> Vec<(usize, usize)> {
    let stems: Vec<Option<String>> =
        nodes.iter().map(|node| if let Node::Text(Text::Word(word)) = node { Some(key(word)) } else { None }).collect();
    let mut runs = Vec::new();
    let mut at = 0;
    while at < stems.len() {
        let words: Vec<&str> = stems[at..].iter().map_while(Option::as_deref).take(MOST_WORDS).collect();
        match (2..=words.len()).rev().find(|length| GROUPS.contains_key(&words[..*length].join(" "))) {
            Some(length) => {
                runs.push((at, length));
                at += length;
            }
            None => at += 1,
        }
    }
    runs.reverse();
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_lead_to_their_translations_in_any_form() {
        assert!(of("datalek").contains(&"data breach"));
        assert!(of("Data breaches").contains(&"datalek"));
        assert!(of("videosorveglianza").contains(&"CCTV"));
        assert!(!of("data breach").contains(&"data breach"));
        assert!(of("breach").is_empty() && of("").is_empty());
    }

    #[test]
    fn words_side_by_side_are_terms() {
        let found = |text: &str| {
            let nodes: Vec<Node> = text.split(' ').map(|word| Node::Text(Text::Word(word.to_owned()))).collect();
            runs(&nodes.iter().collect::<Vec<_>>())
        };
        assert_eq!(found("old data breach of a bank"), [(1, 2)]);
        assert_eq!(found("right to be forgotten data leak"), [(4, 2), (0, 4)]);
        assert_eq!(found("leak data"), []);
    }
}
