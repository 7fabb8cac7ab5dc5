//! The write side that needs no file system: cases into an index in memory.

use chrono::NaiveDate;
use fineprint_model::Case;
use sha2::{Digest, Sha256};
use tantivy::{Index, IndexSettings};

use crate::engine::{Engine, hex};
use crate::error::{Error, Result};
use crate::project::document;
use crate::schema::{fields, schema, tokenizers};

/// Memory that a writer may fill before it writes out, in bytes. The engine asks for at least 15 MB.
pub(crate) const BUDGET: usize = 100_000_000;

/// The text of a document that a case rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentText {
    /// ISO 639-1 code; `None` where it is not known (the case's language is taken).
    pub language: Option<String>,
    /// The words.
    pub text: String,
}

impl Engine {
    /// An engine over cases held in memory.
    ///
    /// Names whose publication term has passed must be gone from the cases already
    /// ([`Case::public_on`]): what is indexed is found.
    ///
    /// # Errors
    /// [`Error::Record`] for a case that cannot be written as JSON, [`Error::Index`] where the index fails.
    pub fn in_memory(cases: impl IntoIterator<Item = Case>) -> Result<Self> {
        Self::in_memory_with_texts(cases.into_iter().map(|case| (case, Vec::new())))
    }

    /// As [`Engine::in_memory`], with the texts of each case's documents.
    ///
    /// # Errors
    /// As [`Engine::in_memory`].
    pub fn in_memory_with_texts(cases: impl IntoIterator<Item = (Case, Vec<DocumentText>)>) -> Result<Self> {
        let schema = schema();
        let builder =
            Index::builder().schema(schema.clone()).settings(IndexSettings::default()).tokenizers(tokenizers());
        let fields = fields(&schema)?;
        let directory = tantivy::directory::RamDirectory::create();
        let mut writer = builder.single_segment_index_writer(directory, BUDGET).map_err(Error::index("build"))?;
        for (case, texts) in cases {
            let texts: Vec<_> = texts.into_iter().map(|text| (text.language, text.text)).collect();
            let json = case.to_json_line().map_err(|error| record_error(&case, &error))?;
            let hash = hex(&Sha256::digest(json.as_bytes()));
            let document = document(&schema, &fields, &case, &hash, &texts)?;
            writer.add_document(document).map_err(Error::index("build"))?;
        }
        let mut index = writer.finalize().map_err(Error::index("build"))?;
        index.set_tokenizers(tokenizers());
        Self::of(&index)
    }
}

impl Engine {
    /// The same cases as they stood at the end of a day ([`Case::as_of`]), in an index of their own in memory.
    ///
    /// Names that are gone today stay gone. Records that are withdrawn or superseded go on answering to their ids.
    ///
    /// # Errors
    /// As [`Engine::in_memory`], and where a record cannot be read back.
    pub fn as_of(&self, day: NaiveDate) -> Result<Self> {
        let mut cases = Vec::new();
        for (_, _, address) in self.ids()? {
            let document = self.document(*address)?;
            let case = self.case_of(&document)?;
            let case = if case.record.is_active() { case.as_of(day) } else { Some(case) };
            cases.extend(case.map(|case| (case, self.texts_with_language(&document))));
        }
        Self::in_memory_with_texts(cases)
    }
}

fn record_error(case: &Case, error: &fineprint_model::Error) -> Error {
    Error::Record { id: case.id.to_string(), message: error.to_string() }
}
