//! The query language: text to a tree, the tree back to text and to a sentence.

mod explain;
mod numbers;
mod parse;
mod sentence;
mod values;
mod write;

pub use explain::explain;
pub use numbers::{read_people, read_turnover};
pub use parse::{KnownValues, ParseOptions, parse, parse_with};
pub use sentence::sentence;
pub use write::{toggle, write};

use fineprint_model::query::Field;

pub(crate) use numbers::write as write_value;
pub(crate) use sentence::{amount as shown_amount, grouped as shown_number, term_name as name};
pub(crate) use values::{instrument_id, instrument_names, read as read_value};
pub(crate) use write::same_field;

/// The value of every facet field for the cases in which it is not known.
pub(crate) const UNKNOWN: &str = "unknown";

/// Whether several values of the field in one condition mean any of them.
pub(crate) fn is_facet(field: Field) -> bool {
    !matches!(
        field,
        Field::Fine | Field::Share | Field::Affected | Field::Decided | Field::Published | Field::Has | Field::Missing
    )
}
