//! Every weight that decides an order, in one place: how well a text matches, which of two equal matches comes first,
//! and what makes a case like another one.

use fineprint_model::query::Field;

// --- What an occurrence in a field counts: for a word in BM25F, for several in the BM25 of the field.

/// Names of the parties: a name says most about what a case is.
pub(crate) const PARTY_NAME: f32 = 4.0;
/// Names of authority, decision and laws.
pub(crate) const NAME: f32 = 2.0;
/// Our own words, in any inflected form.
pub(crate) const OWN_STEMMED: f32 = 1.5;
/// Our own words as they stand.
pub(crate) const OWN: f32 = 0.8;
/// Words of the vocabularies, in any inflected form.
pub(crate) const LABEL_STEMMED: f32 = 0.5;
/// Words of the vocabularies as they stand.
pub(crate) const LABEL: f32 = 0.3;
/// Words of the documents as they stand.
pub(crate) const TEXT: f32 = 0.6;
/// Words of the documents, in any inflected form of their language.
pub(crate) const TEXT_STEMMED: f32 = 1.0;
/// How much matches of several words in further fields add to the best one.
pub(crate) const TIE: f32 = 0.2;
/// A word within one edit counts for so much of the word itself.
pub(crate) const FUZZY: f32 = 0.5;
/// A legal term of the same meaning counts for so much of the term itself.
pub(crate) const SYNONYM: f32 = 0.6;

// --- The gentle preference: a match is multiplied by one plus these, so that it only decides between near equals.

/// The record rests on an official source.
pub(crate) const OFFICIAL: f32 = 0.06;
/// A fine of [`LARGE_CENTS`] or more; less by each tenth of it, nothing below a ten-thousandth.
pub(crate) const LARGE: f32 = 0.06;
/// EUR 100 M.
pub(crate) const LARGE_CENTS: f64 = 1e10;
/// The newest decision of the collection; less for each year before it, nothing from [`RECENT_YEARS`] on.
pub(crate) const RECENT: f32 = 0.06;
/// How far back being recent counts.
pub(crate) const RECENT_YEARS: f32 = 8.0;

// --- What makes cases alike.

/// What a shared value counts, before its rarity: a value that every case has counts nothing, a unique one the
/// whole weight. `true`: cases that share nothing of such a kind are not alike.
pub(crate) const SHARED: [(Field, f32, bool); 10] = [
    (Field::Article, 3.0, true),
    (Field::Party, 3.0, true),
    (Field::Group, 2.0, true),
    (Field::Context, 1.5, true),
    (Field::Sector, 1.5, false),
    (Field::Data, 1.0, true),
    (Field::Violation, 1.0, true),
    (Field::Role, 1.0, false),
    (Field::Factor, 0.5, false),
    (Field::Kind, 0.3, false),
];
/// A provision below the article (paragraph, point) counts so much of an article.
pub(crate) const FINER: f32 = 0.4;
/// The same words in the summaries, by the rarity of what is shared; all of them count the whole weight.
pub(crate) const WORDS: f32 = 3.0;
/// Fines of the same size.
pub(crate) const SAME_FINE: f32 = 1.0;
/// As many people affected.
pub(crate) const SAME_AFFECTED: f32 = 1.0;
/// As large a turnover.
pub(crate) const SAME_TURNOVER: f32 = 1.0;
/// Sizes that differ by this factor or more say nothing; less counts by the logarithm.
pub(crate) const SIZE_FACTOR: f64 = 10.0;
/// Sizes within this factor are worth a reason.
pub(crate) const SIZE_REASON_FACTOR: f64 = 2.5;
/// A share of the rarity of words from which on it is worth a reason.
pub(crate) const WORDS_REASON: f32 = 0.12;
/// Most words of a text that are compared, the rarest ones.
pub(crate) const MOST_WORDS: usize = 24;
/// Words that more than this share of all cases have say nothing.
pub(crate) const COMMON: f64 = 0.3;
/// Most reasons told.
pub(crate) const MOST_REASONS: usize = 6;
