//! A query's tree as a query of the index engine.

use std::ops::Bound;

use fineprint_model::Basis;
use fineprint_model::query::{Field, Node, Query, Text, Value};
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, FuzzyTermQuery, Occur,
    PhrasePrefixQuery, PhraseQuery, Query as IndexQuery, RangeQuery, TermQuery,
};
use tantivy::schema::{Field as Handle, IndexRecordOption, Schema};
use tantivy::{Searcher, SegmentReader, Term};

use crate::bm25f::{Part, WordQuery};
use crate::project::{day, days};
use crate::query::{UNKNOWN, instrument_id, instrument_names, is_facet};
use crate::schema::{self, AFFECTED, Fields, SHARE, STEMMED, YEAR, fine_column, folded, terms};
use crate::synonyms;
use crate::weights::{
    FUZZY, LABEL, LABEL_STEMMED, NAME, OWN, OWN_STEMMED, PARTY_NAME, SYNONYM, TEXT, TEXT_STEMMED, TIE,
};

/// A facet selection that the collector applies, so that it can count what the facet would give without it.
#[derive(Debug, Clone)]
pub(crate) struct Selection {
    pub field: Field,
    pub values: Vec<Wanted>,
}

/// One selected value.
#[derive(Debug, Clone)]
pub(crate) enum Wanted {
    Term(String),
    /// The cases without any value.
    Unknown,
    Years(Option<f64>, Option<f64>),
}

impl Wanted {
    /// Whether a value of the column is the one.
    pub(crate) fn is(&self, value: &str) -> bool {
        match self {
            Self::Term(term) => term == value,
            Self::Unknown => false,
            Self::Years(from, to) => value
                .parse::<f64>()
                .is_ok_and(|year| from.is_none_or(|from| from <= year) && to.is_none_or(|to| year <= to)),
        }
    }
}

/// A query ready to run.
pub(crate) struct Plan {
    pub query: Box<dyn IndexQuery>,
    /// Whether the query finds every case in use.
    pub is_everything: bool,
    pub selections: Vec<Selection>,
    /// Whether relevance means anything.
    pub has_text: bool,
}

/// What a plan is made with.
pub(crate) struct Planner<'a> {
    pub schema: &'a Schema,
    pub fields: &'a Fields,
    /// The text fields that some case has.
    pub filled: &'a [Handle],
    pub searcher: &'a Searcher,
    pub basis: Basis,
    /// Whether some records are withdrawn or superseded and must be left out.
    pub has_inactive: bool,
    /// Whether it matters how well a case matches, and not only whether it does.
    pub scored: bool,
}

impl Planner<'_> {
    /// Plans a query; selections of the facets named are left to the collector.
    pub(crate) fn plan(&self, query: &Query, counted: &[Field]) -> Plan {
        let mut selections = Vec::new();
        let mut left = Vec::new();
        let nodes: &[Node] = match &query.root {
            None => &[],
            Some(Node::And(nodes)) => nodes,
            Some(node) => std::slice::from_ref(node),
        };
        for node in nodes {
            match self.selection(node) {
                // A second condition on the same facet narrows the first one: it is no selection.
                Some(selection)
                    if counted.contains(&selection.field)
                        && selections.iter().all(|earlier: &Selection| earlier.field != selection.field) =>
                {
                    selections.push(selection);
                }
                _ => left.push(node),
            }
        }
        let mut parts = self.parts(&left);
        let is_everything = parts.is_empty();
        if self.has_inactive {
            let term = Term::from_field_text(self.fields.inactive, "yes");
            parts.push((Occur::MustNot, Box::new(TermQuery::new(term, IndexRecordOption::Basic))));
        }
        if parts.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            parts.push((Occur::Must, constant(Box::new(AllQuery))));
        }
        let query: Box<dyn IndexQuery> = match (parts.len(), parts.pop()) {
            (1, Some((_, only))) => only,
            (_, Some(last)) => {
                parts.push(last);
                Box::new(BooleanQuery::new(parts))
            }
            (_, None) => Box::new(AllQuery),
        };
        Plan { query, is_everything, selections, has_text: nodes.iter().any(has_text) }
    }

    /// The condition as a facet selection, where it is one.
    fn selection(&self, node: &Node) -> Option<Selection> {
        let nodes = match node {
            Node::Or(nodes) => nodes.as_slice(),
            other => std::slice::from_ref(other),
        };
        let mut field = None;
        let mut values = Vec::with_capacity(nodes.len());
        for node in nodes {
            let Node::Value(of, value) = node else { return None };
            if *field.get_or_insert(*of) != *of {
                return None;
            }
            schema::facet_name(*of)?;
            values.push(match value {
                Value::Term(term) if is_unknown(*of, term) => Wanted::Unknown,
                Value::Term(term) if self.is_exact(*of, term) => Wanted::Term(term.clone()),
                Value::Number { from, to } => Wanted::Years(*from, *to),
                _ => return None,
            });
        }
        field.map(|field| Selection { field, values })
    }

    /// Whether the value is compared as it stands: names of parties and groups are, where they are an id in the index.
    fn is_exact(&self, field: Field, value: &str) -> bool {
        !matches!(field, Field::Party | Field::Group) || self.has_value(field, value)
    }

    /// Whether any case has the value.
    pub(crate) fn has_value(&self, field: Field, value: &str) -> bool {
        let Ok(handle) = self.schema.get_field(field.as_str()) else { return false };
        is_facet(field) && self.searcher.doc_freq(&Term::from_field_text(handle, value)).is_ok_and(|count| count > 0)
    }

    /// Conditions that must all hold. Words that make a legal term together are also found as the term in another language.
    fn parts(&self, nodes: &[&Node]) -> Vec<(Occur, Box<dyn IndexQuery>)> {
        let mut parts: Vec<_> = nodes.iter().map(|node| self.part(node)).collect();
        for (at, length) in synonyms::runs(nodes) {
            let run: Vec<_> = parts.splice(at..at + length, []).collect();
            let others = self.same_meaning(&synonyms::joined(&nodes[at..at + length]));
            let alone: Box<dyn IndexQuery> = Box::new(BooleanQuery::new(run));
            let either = DisjunctionMaxQuery::new(std::iter::once(alone).chain(others).collect());
            parts.insert(at, (Occur::Must, Box::new(either)));
        }
        parts
    }

    fn part(&self, node: &Node) -> (Occur, Box<dyn IndexQuery>) {
        match node {
            Node::Not(inner) => (Occur::MustNot, self.node(inner)),
            other => (Occur::Must, self.node(other)),
        }
    }

    fn node(&self, node: &Node) -> Box<dyn IndexQuery> {
        match node {
            Node::And(nodes) => {
                let mut parts = self.parts(&nodes.iter().collect::<Vec<_>>());
                if parts.iter().all(|(occur, _)| *occur == Occur::MustNot) {
                    parts.push((Occur::Must, constant(Box::new(AllQuery))));
                }
                Box::new(BooleanQuery::new(parts))
            }
            Node::Or(nodes) => Box::new(BooleanQuery::union(nodes.iter().map(|node| self.node(node)).collect())),
            Node::Not(inner) => Box::new(BooleanQuery::new(vec![
                (Occur::Must, constant(Box::new(AllQuery))),
                (Occur::MustNot, self.node(inner)),
            ])),
            Node::Text(text) => self.text(text),
            Node::Value(field, value) => constant(self.value(*field, value)),
        }
    }

    fn value(&self, field: Field, value: &Value) -> Box<dyn IndexQuery> {
        match value {
            Value::Term(value) => self.term(field, value),
            Value::Number { from, to } => match field {
                Field::Share => {
                    let Ok(handle) = self.schema.get_field(SHARE) else { return Box::new(EmptyQuery) };
                    let bound = |end: &Option<f64>| {
                        end.map_or(Bound::Unbounded, |end| Bound::Included(Term::from_field_f64(handle, end)))
                    };
                    range(bound(from), bound(to))
                }
                Field::Fine => self.whole(fine_column(self.basis), *from, *to),
                Field::Year => self.whole(YEAR, *from, *to),
                _ => self.whole(AFFECTED, *from, *to),
            },
            Value::Date { from, to } => {
                let (first, last) = schema::day_columns(field);
                // The spans of the case's date and of the query's must meet.
                let begins = self.numbers(first, None, to.map(|to| day(to.last_day())));
                let ends = self.numbers(last, from.map(|from| days(from).0), None);
                Box::new(BooleanQuery::intersection(vec![begins, ends]))
            }
        }
    }

    fn term(&self, field: Field, value: &str) -> Box<dyn IndexQuery> {
        let raw = |handle: Handle, value: &str| -> Box<dyn IndexQuery> {
            Box::new(TermQuery::new(Term::from_field_text(handle, value), IndexRecordOption::Basic))
        };
        match field {
            _ if is_unknown(field, value) => self.term(Field::Missing, field.as_str()),
            Field::Id => Box::new(BooleanQuery::union(vec![raw(self.fields.id, value), raw(self.fields.alias, value)])),
            Field::Has | Field::Missing => {
                let name = match (value, self.basis) {
                    ("fine", Basis::Imposed) => "fine-imposed",
                    ("fine", Basis::Current) => "fine-current",
                    ("fine", Basis::Final) => "fine-final",
                    (name, _) => name,
                };
                let has = raw(self.fields.has, name);
                if field == Field::Has {
                    return has;
                }
                Box::new(BooleanQuery::new(vec![(Occur::Must, Box::new(AllQuery) as _), (Occur::MustNot, has)]))
            }
            Field::Party | Field::Group if !self.is_exact(field, value) => {
                let handle = if field == Field::Party { self.fields.party_name } else { self.fields.group_name };
                self.phrase(handle, &terms(&mut folded(), value), false).unwrap_or_else(|| Box::new(EmptyQuery))
            }
            _ => match self.schema.get_field(field.as_str()) {
                Ok(handle) => raw(handle, value),
                Err(_) => Box::new(EmptyQuery),
            },
        }
    }

    fn whole(&self, column: &str, from: Option<f64>, to: Option<f64>) -> Box<dyn IndexQuery> {
        #[expect(clippy::cast_possible_truncation, reason = "the parser bounds numbers by 2^53")]
        let whole = |end: f64, round: fn(f64) -> f64| round(end) as i64;
        self.numbers(column, from.map(|from| whole(from, f64::ceil)), to.map(|to| whole(to, f64::floor)))
    }

    fn numbers(&self, column: &str, from: Option<i64>, to: Option<i64>) -> Box<dyn IndexQuery> {
        let Ok(handle) = self.schema.get_field(column) else { return Box::new(EmptyQuery) };
        let bound =
            |end: Option<i64>| end.map_or(Bound::Unbounded, |end| Bound::Included(Term::from_field_i64(handle, end)));
        range(bound(from), bound(to))
    }

    fn text(&self, text: &Text) -> Box<dyn IndexQuery> {
        match text {
            Text::Word(word) => self.word(word),
            Text::Phrase { words, prefix } => {
                let text = words.join(" ");
                let tokens = terms(&mut folded(), &text);
                let itself = self.anywhere(|_| Some(&tokens), *prefix, false);
                let others = if *prefix { Vec::new() } else { self.same_meaning(&text) };
                if others.is_empty() {
                    return itself;
                }
                Box::new(DisjunctionMaxQuery::new(std::iter::once(itself).chain(others).collect()))
            }
            Text::Prefix(word) => {
                let tokens = terms(&mut folded(), word);
                self.anywhere(|_| Some(&tokens), true, false)
            }
            Text::Fuzzy(word) => {
                let tokens = terms(&mut folded(), word);
                let fuzzy = |handle: Handle| -> Option<Box<dyn IndexQuery>> {
                    let each: Vec<Box<dyn IndexQuery>> = tokens
                        .iter()
                        .map(|token| {
                            let near = FuzzyTermQuery::new(Term::from_field_text(handle, token), 1, true);
                            let near = BoostQuery::new(Box::new(near), FUZZY);
                            let exact =
                                TermQuery::new(Term::from_field_text(handle, token), IndexRecordOption::WithFreqs);
                            Box::new(DisjunctionMaxQuery::new(vec![Box::new(near), Box::new(exact)])) as _
                        })
                        .collect();
                    Some(Box::new(BooleanQuery::intersection(each)))
                };
                best(self.weights(false).filter_map(|(handle, weight, _)| Some((fuzzy(handle)?, weight))))
            }
        }
    }

    /// A word in every form, and a law's name in every language.
    fn word(&self, word: &str) -> Box<dyn IndexQuery> {
        let one = |word: &str| {
            let tokens = self.tokens(word);
            self.anywhere(|handle| tokens.of(handle), false, true)
        };
        let Some(law) = instrument_id(&word.to_lowercase()) else {
            let others = self.same_meaning(word);
            let itself = one(word);
            if others.is_empty() {
                return itself;
            }
            return Box::new(DisjunctionMaxQuery::new(std::iter::once(itself).chain(others).collect()));
        };
        let mut forms: Vec<String> = instrument_names(law).map(str::to_lowercase).collect();
        forms.push(word.to_lowercase());
        forms.sort();
        forms.dedup();
        // Names are not inflected.
        let plain = |form: &str| {
            let tokens = terms(&mut folded(), form);
            self.anywhere(|_| Some(&tokens), false, false)
        };
        let mut queries: Vec<_> = forms.iter().map(|form| plain(form)).collect();
        queries.push(one(word));
        Box::new(DisjunctionMaxQuery::new(queries))
    }

    /// The legal terms of the same meaning in every language; none where the words are no legal term.
    fn same_meaning(&self, words: &str) -> Vec<Box<dyn IndexQuery>> {
        let others = synonyms::of(words);
        let query = |form: &&str| -> Box<dyn IndexQuery> {
            let tokens = self.tokens(form);
            // A name is no legal term: an authority may be called after its officer.
            let is_name = |handle: Handle| handle == self.fields.name || handle == self.fields.party_name;
            let of = |handle: Handle| if is_name(handle) { None } else { tokens.of(handle) };
            Box::new(BoostQuery::new(self.anywhere(of, false, true), SYNONYM))
        };
        others.iter().map(query).collect()
    }

    /// The terms of a word, unstemmed and as each field that some case has reduces it.
    fn tokens(&self, word: &str) -> Tokens {
        let plain = terms(&mut folded(), word);
        let mut stemmed: Vec<(Handle, Vec<String>)> = Vec::new();
        for (at, handle) in &self.fields.stemmed {
            let (language, _, stemmer) = STEMMED[*at];
            let english = [self.fields.own_en, self.fields.label_en];
            let english = if language == "en" { &english[..] } else { &[] };
            let handles: Vec<Handle> =
                english.iter().chain([handle]).copied().filter(|handle| self.filled.contains(handle)).collect();
            if !handles.is_empty() {
                let stems = terms(&mut schema::stemmed(stemmer), word);
                stemmed.extend(handles.into_iter().map(|handle| (handle, stems.clone())));
            }
        }
        Tokens { plain, stemmed }
    }

    /// Terms in this order; a single one by itself. `None` where there is none, or the index lacks one.
    fn phrase(&self, handle: Handle, tokens: &[String], prefix: bool) -> Option<Box<dyn IndexQuery>> {
        let mut terms: Vec<Term> = tokens.iter().map(|token| Term::from_field_text(handle, token)).collect();
        let whole = if prefix { terms.len().saturating_sub(1) } else { terms.len() };
        // Most words stand in few of the fields; what is nowhere need not be looked for case by case.
        if terms.iter().take(whole).any(|term| self.searcher.doc_freq(term).is_ok_and(|count| count == 0)) {
            return None;
        }
        Some(match (terms.len(), prefix) {
            (0, _) => return None,
            (1, true) => Box::new(FuzzyTermQuery::new_prefix(terms.pop()?, 0, false)),
            (1, false) => Box::new(TermQuery::new(terms.pop()?, IndexRecordOption::WithFreqs)),
            (_, true) => {
                // The engine stops at fifty words, and reserves room for as many as it is told.
                let expansions = self.expansions(handle, tokens.last()?);
                let mut query = PhrasePrefixQuery::new(terms);
                query.set_max_expansions(expansions);
                Box::new(query)
            }
            (_, false) => Box::new(PhraseQuery::new(terms)),
        })
    }

    /// How many words of a field begin so, in the segment that has most of them; at least 1.
    fn expansions(&self, handle: Handle, prefix: &str) -> u32 {
        let count = |segment: &SegmentReader| -> Option<u32> {
            let inverted = segment.inverted_index(handle).ok()?;
            let mut range = inverted.terms().range().ge(prefix);
            if let Some(end) = after_prefix(prefix) {
                range = range.lt(end);
            }
            let mut stream = range.into_stream().ok()?;
            let mut count = 0;
            while stream.advance() {
                count += 1;
            }
            Some(count)
        };
        self.searcher.segment_readers().iter().filter_map(count).max().unwrap_or_default().max(1)
    }

    /// Words one after the other in any text field. A single word is scored over all fields together, several by the best
    /// field.
    fn anywhere<'t>(
        &self,
        tokens: impl Fn(Handle) -> Option<&'t Vec<String>>,
        prefix: bool,
        stemmed: bool,
    ) -> Box<dyn IndexQuery> {
        let mut parts = Vec::new();
        let mut phrases: Vec<(Box<dyn IndexQuery>, f32)> = Vec::new();
        for (handle, weight, implied) in self.weights(stemmed) {
            match tokens(handle).map(Vec::as_slice) {
                Some([word]) if !prefix => {
                    let term = Term::from_field_text(handle, word);
                    let cases = self.searcher.doc_freq(&term).unwrap_or_default();
                    if cases > 0 {
                        parts.push(Part { term, cases, weight, implied });
                    }
                }
                Some(words) => phrases.extend(self.phrase(handle, words, prefix).map(|query| (query, weight))),
                None => {}
            }
        }
        if phrases.is_empty() && !parts.is_empty() {
            return Box::new(WordQuery { parts });
        }
        let word = (!parts.is_empty()).then(|| (Box::new(WordQuery { parts }) as _, 1.0));
        best(phrases.into_iter().chain(word))
    }

    /// The text fields that some case has, with their weights, and whether every case that has a word there has its stem in
    /// another of them.
    fn weights(&self, stemmed: bool) -> impl Iterator<Item = (Handle, f32, bool)> {
        let fields = self.fields;
        let names = [(fields.party_name, PARTY_NAME, false), (fields.name, NAME, false), (fields.text, TEXT, false)];
        let plain = [(fields.own, OWN, stemmed), (fields.label, LABEL, stemmed)];
        let english = [(fields.own_en, OWN_STEMMED, false), (fields.label_en, LABEL_STEMMED, false)];
        let others = fields.stemmed.iter().map(|(_, handle)| (*handle, TEXT_STEMMED, false));
        // Only a score needs both the word and its stem.
        let plain = plain.into_iter().filter(move |(.., implied)| self.scored || !implied);
        let stems = english.into_iter().chain(others).filter(move |_| stemmed);
        names.into_iter().chain(plain).chain(stems).filter(|(handle, ..)| self.filled.contains(handle))
    }
}

/// The terms of a word in each field.
struct Tokens {
    plain: Vec<String>,
    stemmed: Vec<(Handle, Vec<String>)>,
}

impl Tokens {
    fn of(&self, handle: Handle) -> Option<&Vec<String>> {
        let stems = self.stemmed.iter().find(|(other, _)| *other == handle);
        Some(stems.map_or(&self.plain, |(_, stems)| stems))
    }
}

/// The best of several matches; the others count a little.
fn best(matches: impl Iterator<Item = (Box<dyn IndexQuery>, f32)>) -> Box<dyn IndexQuery> {
    let mut parts: Vec<Box<dyn IndexQuery>> =
        matches.map(|(query, weight)| Box::new(BoostQuery::new(query, weight)) as _).collect();
    match (parts.len(), parts.pop()) {
        (_, None) => Box::new(EmptyQuery),
        (1, Some(only)) => only,
        (_, Some(last)) => {
            parts.push(last);
            Box::new(DisjunctionMaxQuery::with_tie_breaker(parts, TIE))
        }
    }
}

/// Whether the value stands for the cases in which the field is not known. A status may really be `unknown`.
pub(crate) fn is_unknown(field: Field, value: &str) -> bool {
    value == UNKNOWN && is_facet(field) && !matches!(field, Field::Status | Field::Id)
}

fn constant(query: Box<dyn IndexQuery>) -> Box<dyn IndexQuery> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

fn range(from: Bound<Term>, to: Bound<Term>) -> Box<dyn IndexQuery> {
    match (&from, &to) {
        (Bound::Unbounded, Bound::Unbounded) => Box::new(AllQuery),
        _ => Box::new(RangeQuery::new(from, to)),
    }
}

/// The end of the range of terms that begin with a text; `None` where it has none.
fn after_prefix(prefix: &str) -> Option<Vec<u8>> {
    let mut end = prefix.as_bytes().to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return Some(end);
        }
    }
    None
}

fn has_text(node: &Node) -> bool {
    match node {
        Node::And(nodes) | Node::Or(nodes) => nodes.iter().any(has_text),
        // What is left out says nothing about how well the rest matches.
        Node::Not(_) | Node::Value(..) => false,
        Node::Text(_) => true,
    }
}

/// What a query looks for in running text, folded; what it leaves out is not among it.
pub(crate) fn marks(query: &Query) -> Vec<Mark> {
    fn collect(node: &Node, marks: &mut Vec<Mark>) {
        match node {
            Node::And(nodes) => {
                nodes.iter().for_each(|node| collect(node, marks));
                let nodes: Vec<&Node> = nodes.iter().collect();
                for (at, length) in synonyms::runs(&nodes) {
                    marks.extend(same_meaning(&synonyms::joined(&nodes[at..at + length])));
                }
            }
            Node::Or(nodes) => nodes.iter().for_each(|node| collect(node, marks)),
            Node::Not(_) | Node::Value(..) => {}
            Node::Text(text) => {
                if let Text::Word(words) = text {
                    marks.extend(same_meaning(words));
                }
                let (words, kind): (String, fn(String) -> MarkedWord) = match text {
                    Text::Word(word) => (word.clone(), MarkedWord::Stem),
                    Text::Fuzzy(word) => (word.clone(), MarkedWord::Near),
                    Text::Prefix(word) => (word.clone(), MarkedWord::Whole),
                    Text::Phrase { words, .. } => (words.join(" "), MarkedWord::Whole),
                };
                let mut tokens = terms(&mut folded(), &words);
                let begins = matches!(text, Text::Prefix(_) | Text::Phrase { prefix: true, .. });
                let last = if begins { tokens.pop() } else { None };
                let mark: Mark = tokens.into_iter().map(kind).chain(last.map(MarkedWord::Begins)).collect();
                if !mark.is_empty() {
                    marks.push(mark);
                }
            }
        }
    }
    let mut marks = Vec::new();
    query.root.iter().for_each(|node| collect(node, &mut marks));
    marks
}

/// The legal terms of the same meaning as marks: where only they stand in a text, they are what matched.
fn same_meaning(words: &str) -> impl Iterator<Item = Mark> {
    let mark = |form: &&str| -> Mark { terms(&mut folded(), form).into_iter().map(MarkedWord::Stem).collect() };
    synonyms::of(words).iter().map(mark).filter(|mark| !mark.is_empty())
}

/// Words that stand one after the other.
pub(crate) type Mark = Vec<MarkedWord>;

/// A word to mark, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MarkedWord {
    /// In any inflected form.
    Stem(String),
    /// Exactly so.
    Whole(String),
    /// Any word that begins so.
    Begins(String),
    /// Any word within one edit.
    Near(String),
}
