//! What the worker calls, and what is called in the worker.

use std::io;

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};

#[wasm_bindgen]
extern "C" {
    /// The chunk of a name, decompressed: the worker has it, or gets it while the engine waits.
    #[wasm_bindgen(catch, js_name = fineprintChunk)]
    fn chunk(name: &str) -> Result<Vec<u8>, JsValue>;
}

/// The exported site's search.
#[wasm_bindgen]
pub struct Search(fineprint_web::Offline);

fn fetch(name: &str) -> io::Result<Vec<u8>> {
    let sent = chunk(name).map_err(|error| {
        let message = js_message(&error);
        io::Error::other(format!("chunk `{name}`: {message}"))
    })?;
    fineprint_search::decompress(&sent)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, format!("chunk `{name}`: expected a whole one")))
}

fn js_message(error: &JsValue) -> String {
    error.as_string().unwrap_or_else(|| "it could not be had".to_owned())
}

fn failed(message: String) -> JsError {
    JsError::new(&message)
}

#[wasm_bindgen]
impl Search {
    /// Opens the index that a manifest describes; `today` as in `2026-01-31`.
    ///
    /// # Errors
    /// See [`crate::open`].
    #[wasm_bindgen(constructor)]
    pub fn new(manifest: &str, today: &str) -> Result<Search, JsError> {
        crate::open(manifest, today, Box::new(fetch)).map(Self).map_err(failed)
    }

    /// Takes in a record.
    ///
    /// # Errors
    /// See [`crate::learn`].
    pub fn learn(&mut self, json: &str) -> Result<(), JsError> {
        crate::learn(&mut self.0, json).map_err(failed)
    }

    /// Answers a question.
    ///
    /// # Errors
    /// See [`crate::ask`].
    pub fn ask(&self, path: &str, query: &str) -> Result<String, JsError> {
        crate::ask(&self.0, path, query).map_err(failed)
    }
}
