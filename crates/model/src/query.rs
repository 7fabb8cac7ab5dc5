//! A search as data: what was asked, and what came back.
//!
//! The text form is parsed and run by the search crate. These types are all that a page, a
//! command or a script needs to ask a question and to show the answer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::PartialDate;
use crate::id::CaseId;
use crate::ledger::Basis;
use crate::money::Money;

/// Longest query in bytes.
pub const MAX_QUERY_BYTES: usize = 1024;
/// Most words, phrases and field values in a query.
pub const MAX_QUERY_TERMS: usize = 64;
/// Most words and phrases of a query that stand for others (`pre*`, `near~`): each is looked up many times.
pub const MAX_QUERY_WILDCARDS: usize = 16;
/// Deepest nesting of groups.
pub const MAX_QUERY_DEPTH: usize = 16;
/// Most hits of one answer.
pub const MAX_LIMIT: usize = 1_000;

/// A field that a query can name, as in `authority:fr-cnil`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Field {
    /// Permanent id or alias.
    Id,
    /// The authority that decided.
    Authority,
    /// The authority's country, ISO 3166-1 alpha-2 in lower case.
    Country,
    /// Instrument: `gdpr`, `fr-lil`. Violated only.
    Law,
    /// Provision found violated, with everything below it.
    Article,
    /// Provision mentioned in any finding.
    Cites,
    /// Violation type, with its narrower terms.
    Violation,
    /// Friendly sector group.
    Sector,
    /// Setting of the processing.
    Context,
    /// Kind of data.
    Data,
    /// A party's name or id.
    Party,
    /// A party's group.
    Group,
    /// A party's role.
    Role,
    /// What a party is.
    Kind,
    /// What was found.
    Outcome,
    /// What the authority did.
    Measure,
    /// The derived badge.
    Status,
    /// How far it has come.
    Stage,
    /// The fine in euro, on the query's basis.
    Fine,
    /// The fine as a share of turnover, in per cent: `share:>=2`.
    Share,
    /// People affected.
    Affected,
    /// Day of the decision.
    Decided,
    /// Day of publication.
    Published,
    /// Year of the decision, else of the publication.
    Year,
    /// Language of the decision.
    Language,
    /// Kind of a source.
    Source,
    /// `has:fine`: the field has a value.
    Has,
    /// `missing:fine`: the field has none.
    Missing,
}

impl Field {
    /// Every field, in the order help shows them.
    pub const ALL: [Self; 28] = [
        Self::Id,
        Self::Authority,
        Self::Country,
        Self::Law,
        Self::Article,
        Self::Cites,
        Self::Violation,
        Self::Sector,
        Self::Context,
        Self::Data,
        Self::Party,
        Self::Group,
        Self::Role,
        Self::Kind,
        Self::Outcome,
        Self::Measure,
        Self::Status,
        Self::Stage,
        Self::Fine,
        Self::Share,
        Self::Affected,
        Self::Decided,
        Self::Published,
        Self::Year,
        Self::Language,
        Self::Source,
        Self::Has,
        Self::Missing,
    ];

    /// The word before the colon.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Authority => "authority",
            Self::Country => "country",
            Self::Law => "law",
            Self::Article => "article",
            Self::Cites => "cites",
            Self::Violation => "violation",
            Self::Sector => "sector",
            Self::Context => "context",
            Self::Data => "data",
            Self::Party => "party",
            Self::Group => "group",
            Self::Role => "role",
            Self::Kind => "kind",
            Self::Outcome => "outcome",
            Self::Measure => "measure",
            Self::Status => "status",
            Self::Stage => "stage",
            Self::Fine => "fine",
            Self::Share => "share",
            Self::Affected => "affected",
            Self::Decided => "decided",
            Self::Published => "published",
            Self::Year => "year",
            Self::Language => "language",
            Self::Source => "source",
            Self::Has => "has",
            Self::Missing => "missing",
        }
    }

    /// The field of that name; `None` where there is none.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == name)
    }
}

/// A parsed query.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    /// The condition; `None` matches every case.
    pub root: Option<Node>,
    /// Order of the hits.
    pub sort: Sort,
    /// Which amount of a fine counts.
    pub basis: Basis,
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// All of them.
    And(Vec<Node>),
    /// At least one of them.
    Or(Vec<Node>),
    /// Not this.
    Not(Box<Node>),
    /// Words in the full text.
    Text(Text),
    /// A field's value.
    Value(Field, Value),
}

/// Words in the full text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Text {
    /// A word in any inflected form.
    Word(String),
    /// A word and its neighbours within one edit, written `word~`.
    Fuzzy(String),
    /// Words that begin so, written `pre*`.
    Prefix(String),
    /// Words in this order, written in quotation marks; the last may be a prefix.
    Phrase {
        /// The words.
        words: Vec<String>,
        /// Whether the last one is a beginning only.
        prefix: bool,
    },
}

/// What a field is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A vocabulary term, provision, id or name.
    Term(String),
    /// Numbers from, to, both included; `None` is open. Euro minor units for `fine`, people for
    /// `affected`, a ratio for `share`, a year for `year`.
    Number {
        /// Lower end.
        from: Option<f64>,
        /// Upper end.
        to: Option<f64>,
    },
    /// Days from, to, both included; `None` is open.
    Date {
        /// Lower end: its first possible day.
        from: Option<PartialDate>,
        /// Upper end: its last possible day.
        to: Option<PartialDate>,
    },
}

/// Order of the hits. Ties are broken by id, so that pages never overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
pub struct Sort {
    /// By what.
    pub by: SortBy,
    /// Smallest, oldest first. Cases without the value come last either way.
    pub ascending: bool,
}

/// What hits are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SortBy {
    /// How well the text matches; the newest first where there is no text.
    #[default]
    Relevance,
    /// The fine in euro.
    Fine,
    /// Share of turnover.
    Share,
    /// People affected.
    Affected,
    /// Day of the decision, else of the publication.
    Date,
}

/// A question to the index.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// What to find.
    pub query: Query,
    /// How many hits to return, at most [`MAX_LIMIT`].
    pub limit: usize,
    /// Where to go on: [`Response::next`] of the previous answer.
    pub cursor: Option<String>,
    /// Which facets to count.
    pub facets: Vec<Field>,
    /// Whether to cut out the sentences that match.
    pub snippets: bool,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Response {
    /// How the query was understood, as a plain English sentence.
    pub sentence: String,
    /// Cases that match, all pages together. Exact.
    pub total: usize,
    /// This page.
    pub hits: Vec<Hit>,
    /// Where the next page starts; `None` on the last one.
    pub next: Option<String>,
    /// Counts, in the order asked for.
    pub facets: Vec<Facet>,
    /// What the fines of all matching cases come to.
    pub money: MoneySummary,
}

/// One case found.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Hit {
    /// The case.
    pub id: CaseId,
    /// Relevance, comparable within one answer only.
    pub score: f32,
    /// A sentence of the case with the matching words marked; `None` where no text was asked for.
    pub snippet: Option<Snippet>,
}

/// A cut-out with marks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Snippet {
    /// Plain text.
    pub text: String,
    /// Byte ranges of `text` that matched, in order, not overlapping.
    pub marks: Vec<(usize, usize)>,
}

/// The values of one facet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Facet {
    /// Which field.
    pub field: Field,
    /// Values with a count above 0 or selected, most frequent first, ties by value.
    pub values: Vec<FacetValue>,
    /// Matching cases for which the field is not known.
    pub unknown: usize,
}

/// One value of a facet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FacetValue {
    /// The value as the query language writes it.
    pub value: String,
    /// Cases that match the query, this facet's own selection left out, and have the value.
    pub count: usize,
    /// Whether the query names it.
    pub selected: bool,
}

/// A total that carries its denominator.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct MoneySummary {
    /// Cases with a fine of known amount on the basis asked for.
    pub known: usize,
    /// Cases with a fine whose amount is not known: in no total.
    pub unknown: usize,
    /// Cases whose fine was annulled: in no total on the current basis.
    pub annulled: usize,
    /// Cases without a fine.
    pub without: usize,
    /// Sum in euro; `None` where nothing is known.
    pub sum: Option<Money>,
    /// Exact median in euro; the mean of the two middle ones for an even number.
    pub median: Option<Money>,
    /// The largest in euro.
    pub max: Option<Money>,
}

/// A question for statistics.
#[derive(Debug, Clone, PartialEq)]
pub struct StatsRequest {
    /// Over which cases.
    pub query: Query,
    /// Grouped by which facets, at most three; empty for one row over everything.
    pub by: Vec<Field>,
}

/// Statistics as a table.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Stats {
    /// How the query was understood.
    pub sentence: String,
    /// Which amount of a fine was counted.
    pub basis: Basis,
    /// The facets it is grouped by.
    pub by: Vec<Field>,
    /// One row a group, in the order of the values; years oldest first, others most cases first.
    pub rows: Vec<StatsRow>,
    /// Everything together; a case with several values of a facet counts once here.
    pub total: StatsRow,
}

/// One group.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StatsRow {
    /// Its value for each facet; `None` where the facet is not known.
    pub key: Vec<Option<String>>,
    /// Cases in it.
    pub cases: usize,
    /// Their fines.
    pub money: MoneySummary,
}

/// A case like another, and why.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Similar {
    /// The case.
    pub id: CaseId,
    /// Sum of the reasons' weights.
    pub score: f32,
    /// What they share, weightiest first.
    pub reasons: Vec<String>,
}
