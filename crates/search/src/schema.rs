//! The fields of the index, and how text becomes terms.

use fineprint_model::Basis;
use fineprint_model::query::Field;
use tantivy::schema::{
    Field as Handle, IndexRecordOption, NumericOptions, STORED, Schema, SchemaBuilder, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer, TextAnalyzer,
    TokenizerManager,
};

use crate::error::{Error, Result};
use crate::query::is_facet;
use crate::tokens::Remembering;

/// Raised whenever a record would be indexed differently, so that older indexes are built anew.
pub const FORMAT: u32 = 2;

/// Languages whose documents are stemmed, with the field that holds their text.
pub(crate) const STEMMED: [(&str, &str, Language); 7] = [
    ("en", "text_en", Language::English),
    ("fr", "text_fr", Language::French),
    ("de", "text_de", Language::German),
    ("es", "text_es", Language::Spanish),
    ("it", "text_it", Language::Italian),
    ("nl", "text_nl", Language::Dutch),
    ("pt", "text_pt", Language::Portuguese),
];

/// The tokenizer that lowers and folds, and nothing else.
pub(crate) const FOLDED: &str = "folded";

/// Terms longer than this many bytes are not indexed.
const MAX_TERM_BYTES: usize = 100;

/// Handles of the fields.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    pub id: Handle,
    pub alias: Handle,
    pub hash: Handle,
    /// Present only on records that are withdrawn or superseded: they answer to their id and are found by nothing else.
    pub inactive: Handle,
    pub has: Handle,
    pub record: Handle,
    pub party_name: Handle,
    pub group_name: Handle,
    /// Names of the authority, numbers of the decision, names of the laws.
    pub name: Handle,
    /// Our own words (summary, notes), unstemmed and stemmed.
    pub own: Handle,
    pub own_en: Handle,
    /// The vocabularies' words for what a case is about, which say less than its own.
    pub label: Handle,
    pub label_en: Handle,
    /// The documents' words, unstemmed and, by language, stemmed.
    pub text: Handle,
    /// The language of each of `text`, in the same order; empty where it is the case's.
    pub text_language: Handle,
    pub stemmed: Vec<(usize, Handle)>,
}

/// The column and field of a facet.
pub(crate) fn facet_name(field: Field) -> Option<&'static str> {
    (is_facet(field) && field != Field::Id).then(|| field.as_str())
}

/// Every field that can be counted as a facet.
pub(crate) fn facets() -> impl Iterator<Item = Field> {
    Field::ALL.into_iter().filter(|field| facet_name(*field).is_some())
}

/// Column of the fine in euro cents; empty where no amount is known.
pub(crate) fn fine_column(basis: Basis) -> &'static str {
    match basis {
        Basis::Imposed => "fine_imposed",
        Basis::Current => "fine_current",
        Basis::Final => "fine_final",
    }
}

/// Column that says why there is no amount; see [`FineState`].
pub(crate) fn state_column(basis: Basis) -> &'static str {
    match basis {
        Basis::Imposed => "state_imposed",
        Basis::Current => "state_current",
        Basis::Final => "state_final",
    }
}

/// What a case's fine is on a basis, as the state column holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FineState {
    None = 0,
    Unknown = 1,
    Annulled = 2,
    Known = 3,
}

/// Numeric columns: whole numbers.
pub(crate) const YEAR: &str = "year_number";
/// First possible day of the decision, else of the publication, in days of the common era.
pub(crate) const DATED: &str = "dated";
pub(crate) const AFFECTED: &str = "affected_people";
/// Ratio of the fine to the turnover.
pub(crate) const SHARE: &str = "share_ratio";

/// The highest fine that Art. 83 allowed, in euro cents.
pub(crate) const CAP: &str = "cap_cents";
/// 1 where [`CAP`] is the fixed amount because the turnover is not known.
pub(crate) const CAP_ASSUMED: &str = "cap_assumed";
/// Turnover in euro cents.
pub(crate) const TURNOVER: &str = "turnover_cents";
/// 1 where the fine was converted to euro.
pub(crate) const CONVERTED: &str = "converted";
/// How many articles were violated.
pub(crate) const ARTICLES: &str = "articles_violated";
/// What a text match is raised by, before recency.
pub(crate) const PRIOR: &str = "prior";

/// Columns of the first and last day that a date can mean.
pub(crate) fn day_columns(field: Field) -> (&'static str, &'static str) {
    if field == Field::Published { ("published_from", "published_to") } else { ("decided_from", "decided_to") }
}

const BASES: [Basis; 3] = [Basis::Imposed, Basis::Current, Basis::Final];

/// The schema. Equal for every index of one [`FORMAT`].
pub(crate) fn schema() -> Schema {
    let mut schema = SchemaBuilder::new();
    let raw = |fast: bool| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_index_option(IndexRecordOption::Basic)
            .set_fieldnorms(false);
        let options = TextOptions::default().set_indexing_options(indexing);
        if fast { options.set_fast("raw") } else { options }
    };
    schema.add_text_field("id", raw(true));
    schema.add_text_field("hash", raw(true));
    schema.add_text_field("alias", raw(false));
    schema.add_text_field("inactive", raw(false));
    schema.add_text_field("has", raw(false));
    schema.add_text_field("record", STORED);
    for field in facets() {
        schema.add_text_field(field.as_str(), raw(true));
    }
    let words = |schema: &mut SchemaBuilder, name: &str, tokenizer: &str| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        schema.add_text_field(name, TextOptions::default().set_indexing_options(indexing));
    };
    for name in ["party_name", "group_name", "name", "own", "label"] {
        words(&mut schema, name, FOLDED);
    }
    words(&mut schema, "own_en", "stem_en");
    words(&mut schema, "label_en", "stem_en");
    let stored =
        TextFieldIndexing::default().set_tokenizer(FOLDED).set_index_option(IndexRecordOption::WithFreqsAndPositions);
    schema.add_text_field("text", TextOptions::default().set_indexing_options(stored).set_stored());
    for (language, name, _) in STEMMED {
        words(&mut schema, name, &format!("stem_{language}"));
    }
    let number = || NumericOptions::default().set_fast();
    for basis in BASES {
        schema.add_i64_field(fine_column(basis), number());
        schema.add_i64_field(state_column(basis), number());
    }
    for name in [YEAR, DATED, AFFECTED, "published_from", "published_to", "decided_from", "decided_to"]
        .into_iter()
        .chain([CAP, CAP_ASSUMED, TURNOVER, CONVERTED, ARTICLES])
    {
        schema.add_i64_field(name, number());
    }
    schema.add_f64_field(SHARE, number());
    schema.add_f64_field(PRIOR, number());
    schema.add_text_field("text_language", STORED);
    schema.build()
}

impl Fields {
    /// The handles in a schema made by [`schema`]; `None` for another one.
    pub(crate) fn of(schema: &Schema) -> Option<Self> {
        let field = |name: &str| schema.get_field(name).ok();
        Some(Self {
            id: field("id")?,
            alias: field("alias")?,
            hash: field("hash")?,
            inactive: field("inactive")?,
            has: field("has")?,
            record: field("record")?,
            party_name: field("party_name")?,
            group_name: field("group_name")?,
            name: field("name")?,
            own: field("own")?,
            own_en: field("own_en")?,
            label: field("label")?,
            label_en: field("label_en")?,
            text: field("text")?,
            text_language: field("text_language")?,
            stemmed: STEMMED
                .iter()
                .enumerate()
                .map(|(at, (_, name, _))| field(name).map(|handle| (at, handle)))
                .collect::<Option<_>>()?,
        })
    }
}

impl Fields {
    /// Every field of running text.
    pub(crate) fn of_text(&self) -> impl Iterator<Item = Handle> + '_ {
        [self.party_name, self.group_name, self.name, self.own, self.own_en, self.label, self.label_en, self.text]
            .into_iter()
            .chain(self.stemmed.iter().map(|(_, handle)| *handle))
    }
}

/// The handles in a schema that must have them.
pub(crate) fn fields(schema: &Schema) -> Result<Fields> {
    Fields::of(schema).ok_or_else(|| Error::Index { action: "build", message: "the schema lacks a field".to_owned() })
}

/// Lower case, accents folded.
pub(crate) fn folded() -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(MAX_TERM_BYTES))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .build()
}

/// As [`folded`], and reduced to stems. Folding comes first, so that a word typed without its accents has the same stem.
pub(crate) fn stemmed(language: Language) -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(MAX_TERM_BYTES))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .filter(Stemmer::new(language))
        .build()
}

/// The tokenizers that the schema names, as an index is written with.
pub(crate) fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(FOLDED, Remembering::new(folded()));
    for (language, _, stemmer) in STEMMED {
        manager.register(&format!("stem_{language}"), Remembering::new(stemmed(stemmer)));
    }
    manager
}

/// The terms of a text.
pub(crate) fn terms(analyzer: &mut TextAnalyzer, text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    analyzer.token_stream(text).process(&mut |token| terms.push(token.text.clone()));
    terms
}
