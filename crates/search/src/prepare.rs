//! Records read and made into documents of the index on every processor, and handed over in their order.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError, mpsc};

use fineprint_model::CaseId;
use tantivy::TantivyDocument;
use tantivy::schema::Schema;

use crate::disk::Record;
use crate::error::{Error, Result};
use crate::project::document;
use crate::schema::{Fields, fields};

/// How many records a thread takes at once.
const BATCH: usize = 64;
/// How many batches may wait for the one who takes them, for each thread.
const WAITING: usize = 4;

/// What became of a record.
pub(crate) enum Prepared {
    Document(CaseId, TantivyDocument),
    /// It could not be read; the reason.
    Failed(CaseId, String),
}

/// Reads the records on every processor and calls with each of them on this thread, in their order. Ends with the first
/// error of the call.
pub(crate) fn prepare<'a>(
    schema: &Schema,
    records: impl Iterator<Item = Record<'a>> + Send,
    mut take: impl FnMut(Result<Prepared>) -> Result<()>,
) -> Result<()> {
    let fields = fields(schema)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let source = Mutex::new(Batches { records, next: 0 });
    let (sender, receiver) = mpsc::sync_channel(threads * WAITING);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (sender, source, fields) = (sender.clone(), &source, &fields);
            scope.spawn(move || {
                while let Some((number, batch)) = next_batch(source) {
                    let made: Vec<_> = batch.into_iter().map(|record| make(schema, fields, record)).collect();
                    // Whoever took them has met an error.
                    if sender.send((number, made)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        // Batches that overtook others.
        let mut early = BTreeMap::new();
        let mut next = 0;
        for (number, made) in receiver {
            early.insert(number, made);
            while let Some(made) = early.remove(&next) {
                made.into_iter().try_for_each(&mut take)?;
                next += 1;
            }
        }
        if early.is_empty() { Ok(()) } else { Err(lost()) }
    })
}

fn lost() -> Error {
    Error::Index { action: "build", message: "a thread ended before its records were read".to_owned() }
}

struct Batches<I> {
    records: I,
    next: usize,
}

fn next_batch<'a, I: Iterator<Item = Record<'a>>>(source: &Mutex<Batches<I>>) -> Option<(usize, Vec<Record<'a>>)> {
    let mut source = source.lock().unwrap_or_else(PoisonError::into_inner);
    let batch: Vec<_> = source.records.by_ref().take(BATCH).collect();
    let number = source.next;
    source.next += 1;
    (!batch.is_empty()).then_some((number, batch))
}

fn make(schema: &Schema, fields: &Fields, record: Record<'_>) -> Result<Prepared> {
    let loaded = match (record.load)() {
        Ok(loaded) => loaded,
        Err(error) => return Ok(Prepared::Failed(record.id, error.to_string())),
    };
    let texts: Vec<_> = loaded.texts.into_iter().map(|text| (text.language, text.text)).collect();
    let made = document(schema, fields, &loaded.case, &record.hash, &texts)?;
    Ok(Prepared::Document(loaded.case.id, made))
}
