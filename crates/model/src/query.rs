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
    /// A factor of Art. 83(2) GDPR with its direction below it: `f`, `f/mitigating`.
    Factor,
    /// `has:fine`: the field has a value.
    Has,
    /// `missing:fine`: the field has none.
    Missing,
}

impl Field {
    /// Every field, in the order help shows them.
    pub const ALL: [Self; 29] = [
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
        Self::Factor,
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
            Self::Factor => "factor",
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
    /// Matching cases for which the field is not known; `field:unknown` finds them.
    pub unknown: usize,
    /// Whether the query names `unknown`.
    pub unknown_selected: bool,
}

/// How a facet's values are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetOptions {
    /// Which field.
    pub field: Field,
    /// In which order.
    pub order: FacetOrder,
    /// Only values whose text or label has words that begin so; `None` for all.
    pub find: Option<String>,
    /// How many values at most, at most [`MAX_LIMIT`].
    pub limit: usize,
}

/// The order of a facet's values; ties by value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FacetOrder {
    /// Most cases first.
    #[default]
    Count,
    /// By the English label.
    Name,
    /// The value with the newest case first.
    Time,
}

impl FacetOrder {
    /// Every order.
    pub const ALL: [Self; 3] = [Self::Count, Self::Name, Self::Time];

    /// The word in options and addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Name => "name",
            Self::Time => "time",
        }
    }
}

/// How the values of a numeric or date field are spread.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Histogram {
    /// Which field.
    pub field: Field,
    /// Buckets from the lowest to the highest one with a case, empty ones between them included.
    pub buckets: Vec<Bucket>,
    /// Matching cases without a value, or with a date less exact than the buckets.
    pub unknown: usize,
}

/// One bucket of a histogram.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Bucket {
    /// Lower end, included, in the unit of the query language: euro, per cent, people; a year or month for dates.
    pub from: String,
    /// Upper end; not included for numbers, the same year or month as `from` for dates. `None` for the last one.
    pub to: Option<String>,
    /// Cases that match the query, its own conditions on this field left out, and fall in here.
    pub count: usize,
    /// The condition that finds them, as in `fine:10k..19999.99`.
    pub query: String,
    /// Whether the query's condition on the field covers the whole bucket.
    pub selected: bool,
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

/// What is measured of each case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Measured {
    /// The fine in euro, on the query's basis.
    #[default]
    Fine,
    /// The fine as a share of turnover, in per cent, as stated or worked out.
    Share,
    /// The fine on the query's basis as a share of what Art. 83(4) or (5) GDPR allowed, in per cent.
    CapShare,
    /// The fine on the query's basis for each person affected, in euro.
    PerPerson,
    /// People affected.
    Affected,
}

impl Measured {
    /// Everything that can be measured.
    pub const ALL: [Self; 5] = [Self::Fine, Self::Share, Self::CapShare, Self::PerPerson, Self::Affected];

    /// The word in options and addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Share => "share",
            Self::CapShare => "cap-share",
            Self::PerPerson => "per-person",
            Self::Affected => "affected",
        }
    }

    /// What its figures are in.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Fine => "EUR",
            Self::Share | Self::CapShare => "percent",
            Self::PerPerson => "EUR per person",
            Self::Affected => "people",
        }
    }
}

/// A figure over the known values of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Metric {
    /// How many there are.
    N,
    /// Their sum.
    Sum,
    /// Sum divided by number.
    Mean,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// The value below which so many per cent lie, 0 to 100: exact, between two neighbours in proportion.
    Percentile(u8),
}

impl Metric {
    /// The middle value.
    pub const MEDIAN: Self = Self::Percentile(50);

    /// `n`, `sum`, `mean`, `median`, `min`, `max`, or `p0` to `p100`; `None` for anything else.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "n" => Self::N,
            "sum" => Self::Sum,
            "mean" => Self::Mean,
            "median" => Self::MEDIAN,
            "min" => Self::Min,
            "max" => Self::Max,
            other => {
                let digits = other.strip_prefix('p').filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
                Self::Percentile(digits.parse().ok().filter(|percent| *percent <= 100)?)
            }
        })
    }

    /// The name that [`Metric::from_name`] reads.
    pub fn name(self) -> String {
        match self {
            Self::N => "n".into(),
            Self::Sum => "sum".into(),
            Self::Mean => "mean".into(),
            Self::Min => "min".into(),
            Self::Max => "max".into(),
            Self::MEDIAN => "median".into(),
            Self::Percentile(percent) => format!("p{percent}"),
        }
    }
}

/// Figures that carry their denominator: `n + unknown + excluded` is the number of cases.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct Figures {
    /// Cases with a known value: the figures are over these.
    pub n: usize,
    /// Cases that must have a value that nobody knows: in no figure.
    pub unknown: usize,
    /// Cases to which the question does not apply: no fine, an annulled one, or several provisions where single
    /// findings were asked for.
    pub excluded: usize,
    /// Of `n`, those converted to euro at the rate of the decision's day.
    pub converted: usize,
    /// Of `n`, those measured against the fixed amount of Art. 83 because the turnover is not known.
    pub assumed: usize,
    /// Each figure asked for by its name, in the measured unit; `None` where `n` is 0.
    pub values: std::collections::BTreeMap<String, Option<f64>>,
}

/// A question for statistics.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StatsRequest {
    /// Over which cases.
    pub query: Query,
    /// Grouped by which facets, at most three; empty for one row over everything.
    pub by: Vec<Field>,
    /// What is measured.
    pub of: Measured,
    /// Which figures; empty for sum, median and largest.
    pub metrics: Vec<Metric>,
    /// Whether to measure only cases in which a single article was violated, so that the money belongs to it.
    pub single_finding: bool,
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
    /// What was measured.
    pub of: Measured,
    /// The unit of the figures.
    pub unit: &'static str,
    /// How other currencies became euro.
    pub rates: &'static str,
    /// The figures' names in the order asked for.
    pub metrics: Vec<String>,
    /// Whether only cases with a single article violated were measured.
    pub single_finding: bool,
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
    /// What was measured of them.
    pub figures: Figures,
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

/// The facts of a matter for which precedents are wanted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    /// Values of facets: provisions, violation types, sector, role, kinds of data, contexts, factors, party, group.
    pub values: Vec<(Field, String)>,
    /// People affected.
    pub affected: Option<u64>,
    /// Turnover of the undertaking, in euro.
    pub turnover: Option<Money>,
    /// What happened, in words.
    pub text: Option<String>,
}

/// A question for precedents.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PrecedentsRequest {
    /// The facts.
    pub facts: Facts,
    /// Only among the cases that this finds; its basis is the one of the fines.
    pub within: Query,
    /// How many cases at most, at most [`MAX_LIMIT`].
    pub limit: usize,
}

/// The nearest cases and what they cost.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Precedents {
    /// The cases among which they were looked for.
    pub sentence: String,
    /// Which amount of a fine was counted.
    pub basis: Basis,
    /// How other currencies became euro.
    pub rates: &'static str,
    /// The nearest first.
    pub cases: Vec<Similar>,
    /// What the nearest cases cost: the fine, its share of turnover, its share of what Art. 83 allowed.
    pub table: Vec<PrecedentRow>,
    /// What Art. 83 GDPR allows for these facts; `None` where no provision of a tier is among them.
    pub cap: Option<crate::cap::Cap>,
}

/// One line of the table: smallest, quartiles, largest.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PrecedentRow {
    /// What was measured.
    pub of: Measured,
    /// Its unit.
    pub unit: &'static str,
    /// `min`, `p25`, `median`, `p75`, `max`.
    pub figures: Figures,
}
