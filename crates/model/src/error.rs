//! What can be wrong with a value before it becomes part of a case.

/// A value that does not have the form its type asks for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text of one value (an id, a date, a currency) has the wrong form.
    #[error("expected {expected}, found `{found}`")]
    Value {
        /// What would have been accepted.
        expected: &'static str,
        /// What stood there.
        found: String,
    },
    /// A record is not one: the JSON is malformed, a key is unknown, a value has the wrong type.
    #[error("at `{pointer}`: {message}")]
    Record {
        /// JSON pointer (RFC 6901) of the offending place; empty for the whole record.
        pointer: String,
        /// What was expected and found, with line and column where the parser knows them.
        message: String,
    },
    /// The record was written by a newer version of fineprint.
    #[error(
        "at `/schema`: expected a schema version of at most {supported}, found `{found}`; \
         a newer fineprint wrote this record and it was left untouched"
    )]
    NewerSchema {
        /// The newest version this program reads.
        supported: u32,
        /// The version the record states.
        found: u32,
    },
}

/// Result of reading or building a value of the model.
pub type Result<T, E = Error> = std::result::Result<T, E>;
