//! A word in several fields: found where any of them has it, scored by BM25F (Zaragoza et al., 2004; Robertson and Zaragoza,
//! 2009, section 3.6).
//!
//! How often a field has the word is divided by the field's length and multiplied by its weight; what that comes to over all
//! fields is one frequency, which saturates once. A word that stands in the name, the summary and a label therefore counts
//! little more than one that stands in the name, as it would in one long text.
//!
//! The engine's own union of fields looks at thousands of cases at a time, which costs most where few of them are wanted:
//! where a word is one of several that must all be there.

use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings as _, SegmentPostings};
use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

/// How soon further occurrences count no more.
const K1: Score = 1.2;
/// How much the length of a field counts.
const B: Score = 0.75;

/// The word in one field.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub term: Term,
    /// How many cases have it there.
    pub cases: u64,
    pub weight: Score,
    /// Whether every case that has it there has another part too, so that it matters for the score alone.
    pub implied: bool,
}

/// The word.
#[derive(Debug, Clone)]
pub(crate) struct WordQuery {
    pub parts: Vec<Part>,
}

impl Query for WordQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let mut fields = Vec::with_capacity(self.parts.len());
        let mut rarity = 0.0;
        match scoring {
            EnableScoring::Disabled { .. } => {
                fields.extend(self.parts.iter().filter(|part| !part.implied).map(|part| FieldWeight::bare(&part.term)));
            }
            EnableScoring::Enabled { statistics_provider, .. } => {
                let all = statistics_provider.total_num_docs()?;
                for part in &self.parts {
                    let tokens = statistics_provider.total_num_tokens(part.term.field())?;
                    fields.push(FieldWeight::of(part, tokens, all));
                }
                rarity = self.rarity(all);
            }
        }
        Ok(Box::new(WordWeight { fields, rarity, scored: scoring.is_scoring_enabled() }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.parts.iter().for_each(|part| visitor(&part.term, false));
    }
}

impl WordQuery {
    /// The word's inverse document frequency. How many cases have it in any field would take a pass to know; it is at least
    /// as many as have it in the field where most do.
    #[expect(clippy::cast_precision_loss, reason = "an approximate weight")]
    fn rarity(&self, all: u64) -> Score {
        let having = self.parts.iter().map(|part| part.cases).max().unwrap_or_default().min(all);
        (1.0 + ((all - having) as Score + 0.5) / (having as Score + 0.5)).ln()
    }
}

/// What an occurrence in a field counts, by the field's length.
struct FieldWeight {
    term: Term,
    implied: bool,
    /// By the code of the length; empty where nothing is scored.
    by_length: Arc<[Score]>,
}

impl FieldWeight {
    fn bare(term: &Term) -> Self {
        Self { term: term.clone(), implied: false, by_length: Arc::default() }
    }

    #[expect(clippy::cast_precision_loss, reason = "an approximate weight")]
    fn of(part: &Part, tokens: u64, cases: u64) -> Self {
        let average = (tokens as Score / cases.max(1) as Score).max(Score::MIN_POSITIVE);
        let weight = |code: u8| {
            let length = FieldNormReader::id_to_fieldnorm(code) as Score;
            part.weight / (1.0 - B + B * length / average)
        };
        Self { term: part.term.clone(), implied: part.implied, by_length: (0..=u8::MAX).map(weight).collect() }
    }
}

struct WordWeight {
    fields: Vec<FieldWeight>,
    rarity: Score,
    scored: bool,
}

impl WordWeight {
    fn open(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Option<WordScorer>> {
        let option = if self.scored { IndexRecordOption::WithFreqs } else { IndexRecordOption::Basic };
        let (mut deciding, mut implied) = (Vec::new(), Vec::new());
        for field in &self.fields {
            let handle = field.term.field();
            let Some(postings) = reader.inverted_index(handle)?.read_postings(&field.term, option)? else { continue };
            let lengths = if self.scored { Some(reader.get_fieldnorms_reader(handle)?) } else { None };
            let occurrences = Occurrences { postings, lengths, by_length: Arc::clone(&field.by_length) };
            if field.implied { &mut implied } else { &mut deciding }.push(occurrences);
        }
        let doc = deciding.iter().map(|field| field.postings.doc()).min();
        let rarity = self.rarity * (K1 + 1.0) * boost;
        Ok(doc.map(|doc| WordScorer { deciding, implied, doc, rarity }))
    }
}

impl Weight for WordWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(match self.open(reader, boost)? {
            Some(scorer) => Box::new(scorer),
            None => Box::new(EmptyScorer),
        })
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let found = self.open(reader, 1.0)?.filter(|scorer| scorer.doc <= doc);
        match found.map(|mut scorer| (scorer.seek(doc), scorer)) {
            Some((at, mut scorer)) if at == doc => Ok(Explanation::new("BM25F", scorer.score())),
            _ => Err(TantivyError::InvalidArgument(format!("document {doc} does not match"))),
        }
    }

    fn for_each(&self, reader: &SegmentReader, callback: &mut dyn FnMut(DocId, Score)) -> tantivy::Result<()> {
        let Some(mut scorer) = self.open(reader, 1.0)? else { return Ok(()) };
        while scorer.doc != TERMINATED {
            callback(scorer.doc, scorer.score());
            scorer.advance();
        }
        Ok(())
    }
}

/// Where a field has the word.
struct Occurrences {
    postings: SegmentPostings,
    /// The field's length in each case; `None` where nothing is scored.
    lengths: Option<FieldNormReader>,
    by_length: Arc<[Score]>,
}

impl Occurrences {
    /// What the occurrences in a case count; nothing where the field is at another case.
    #[expect(clippy::cast_precision_loss, reason = "an approximate weight")]
    fn count(&self, doc: DocId) -> Score {
        let Some(lengths) = self.lengths.as_ref().filter(|_| self.postings.doc() == doc) else { return 0.0 };
        let weight = self.by_length.get(usize::from(lengths.fieldnorm_id(doc))).copied().unwrap_or_default();
        weight * self.postings.term_freq() as Score
    }
}

struct WordScorer {
    /// The fields any of which is enough.
    deciding: Vec<Occurrences>,
    /// Those that only add to the score; behind the others until one is asked for.
    implied: Vec<Occurrences>,
    doc: DocId,
    rarity: Score,
}

impl WordScorer {
    fn nearest(&self) -> DocId {
        self.deciding.iter().map(|field| field.postings.doc()).min().unwrap_or(TERMINATED)
    }
}

impl DocSet for WordScorer {
    fn advance(&mut self) -> DocId {
        self.doc = match self.deciding.as_mut_slice() {
            [only] => only.postings.advance(),
            several => {
                for field in several {
                    if field.postings.doc() == self.doc {
                        field.postings.advance();
                    }
                }
                self.nearest()
            }
        };
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target {
            return self.doc;
        }
        self.doc = match self.deciding.as_mut_slice() {
            [only] => only.postings.seek(target),
            several => {
                for field in several {
                    if field.postings.doc() < target {
                        field.postings.seek(target);
                    }
                }
                self.nearest()
            }
        };
        self.doc
    }

    fn fill_buffer(&mut self, buffer: &mut [DocId; COLLECT_BLOCK_BUFFER_LEN]) -> usize {
        if let [only] = self.deciding.as_mut_slice() {
            let filled = only.postings.fill_buffer(buffer);
            self.doc = only.postings.doc();
            return filled;
        }
        let mut filled = 0;
        for place in buffer.iter_mut() {
            if self.doc == TERMINATED {
                break;
            }
            *place = self.doc;
            filled += 1;
            self.advance();
        }
        filled
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.deciding.iter().map(|field| field.postings.size_hint()).max().unwrap_or_default()
    }

    fn cost(&self) -> u64 {
        self.deciding.iter().map(|field| field.postings.cost()).sum()
    }
}

impl Scorer for WordScorer {
    fn score(&mut self) -> Score {
        let doc = self.doc;
        let mut frequency: Score = self.deciding.iter().map(|field| field.count(doc)).sum();
        for field in &mut self.implied {
            if field.postings.doc() < doc {
                field.postings.seek(doc);
            }
            frequency += field.count(doc);
        }
        self.rarity * frequency / (K1 + frequency)
    }
}
