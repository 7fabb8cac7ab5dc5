//! The query language: text to a tree, the tree back to text and to a sentence.

mod numbers;
mod parse;
mod sentence;
mod values;
mod write;

pub use parse::{KnownValues, ParseOptions, parse, parse_with};
pub use sentence::sentence;
pub use write::{toggle, write};

use fineprint_model::query::Field;

pub(crate) use sentence::{amount as shown_amount, term_name as name};
pub(crate) use values::{instrument_id, instrument_names};

/// Whether several values of the field in one condition mean any of them.
pub(crate) fn is_facet(field: Field) -> bool {
    !matches!(
        field,
        Field::Fine | Field::Share | Field::Affected | Field::Decided | Field::Published | Field::Has | Field::Missing
    )
}
