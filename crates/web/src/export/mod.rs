//! The site as plain files.
//!
//! A first export is written aside and swapped in as a whole. A later one renders only what depends on something that
//! changed ([`state`]), writes that aside, and moves it into place by a list that is completed even if it is killed on the
//! way ([`commit`]). Either way no file is ever seen half-written.

mod commit;
mod engine;
mod hosts;
mod state;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use chrono::NaiveDate;
use fineprint_model::upkeep::Upkeep;
use fineprint_model::{Case, CaseId};
use fineprint_search::{Engine, Packed, Shelf};
use fineprint_views::format::escape;
use fineprint_views::link::is_safe_key;
use fineprint_views::page::{self, EngineFiles, ErrorContext};

pub use engine::SearchEngine;

use self::commit::Aside;
use self::state::{Key, Keys, State};
use crate::app::{Groups, Options, Public, Snapshot};
use crate::error::{Error, Result};
use crate::resource::{Bundle, Content};

/// What an export is made with.
#[derive(Debug, Clone, Default)]
pub struct ExportOptions {
    /// Public address, for feeds, sitemap and canonical links.
    pub base_url: Option<String>,
    /// The search engine that the site ships; without one its search page filters by words.
    pub engine: Option<SearchEngine>,
    /// What the collection is, in a sentence for the footer.
    pub note: Option<String>,
    /// How the collection is kept: its sources and their last runs, visits to official addresses.
    pub upkeep: Upkeep,
    /// Names the program that renders: what another one rendered is rendered again.
    pub program: String,
    /// Renders everything, whatever an earlier export has.
    pub whole: bool,
}

/// What an export wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportReport {
    /// Files of the site.
    pub files: usize,
    /// Files that were written, besides the list of states; the others were as they should be.
    pub written: usize,
    /// Bytes that were written.
    pub bytes: u64,
    /// Cases with a page.
    pub cases: usize,
    /// Cases left out because a source of theirs has no licence note.
    pub withheld: usize,
    /// Bytes that a reader's browser fetches before the first answer, besides pages: engine and index. 0 without one.
    pub search_bytes: u64,
}

/// Writes the site of some records into `out`, which must be new, empty or an earlier export. Names whose term has passed on
/// the day `today` are gone. `progress` is told how many of how many bundles of files are done.
///
/// While it is being written it stands beside `out` as `.<name>.new`. The same records on the same day give the same bytes.
///
/// # Errors
/// [`Error::Occupied`] where `out` holds something else, [`Error::Io`] where a file cannot be written; `out` is then
/// as it was.
pub fn export(
    records: Vec<Case>,
    today: NaiveDate,
    out: &Path,
    how: &ExportOptions,
    progress: impl Fn(usize, usize) + Sync,
) -> Result<ExportReport> {
    commit::check_target(out)?;
    let aside = Aside::at(out)?;
    aside.complete_or_sweep(out)?;
    let all = records.len();
    let records: Vec<Case> =
        records.into_iter().filter(|case| !case.record.is_active() || case.is_exportable()).collect();
    let withheld = all - records.len();
    let earlier = if how.whole { State::default() } else { State::read(out) };
    let made = Made::of(records, today, how, out, &earlier)?;
    aside.create()?;
    let done = made.write(&aside, &earlier, &progress).and_then(|(state, mut report)| {
        report.withheld = withheld;
        if earlier.is_empty() {
            state.write(&aside.path)?;
            aside.swap(out)?;
        } else if report.written > 0 || state.gone_since(&earlier).next().is_some() {
            state.write(&aside.path)?;
            aside.commit(out, state.gone_since(&earlier))?;
        } else {
            aside.remove()?;
        }
        Ok(report)
    });
    if done.is_err() {
        let _ = fs::remove_dir_all(&aside.path);
    }
    done
}

fn io<'a>(path: &'a Path, action: &'static str) -> impl FnOnce(std::io::Error) -> Error + 'a {
    move |source| Error::Io { path: path.to_owned(), action, source }
}

/// Everything that is rendered from, and what is rendered already.
struct Made {
    snapshot: Snapshot,
    /// State of each record.
    hashes: BTreeMap<CaseId, String>,
    site: Key,
    program: String,
    /// Files that no bundle has: path and content.
    extra: Vec<(String, Vec<u8>)>,
    /// Chunks by address that the earlier export has already.
    kept: Vec<String>,
    search_bytes: u64,
}

impl Made {
    fn of(records: Vec<Case>, today: NaiveDate, how: &ExportOptions, out: &Path, earlier: &State) -> Result<Self> {
        let files = how.engine.as_ref().map(SearchEngine::files);
        let options = Options {
            base_url: how.base_url.clone(),
            today,
            note: how.note.clone(),
            upkeep: how.upkeep.clone(),
            engine: files
                .as_ref()
                .map(|files| EngineFiles { script: files.script.0.clone(), worker: files.worker.0.clone() }),
        };
        let public = Public::of(records.into_iter(), today);
        let contents = engine::contents_in(out).filter(|_| !earlier.is_empty());
        let (packed, groups) = std::thread::scope(|scope| {
            let packed = scope.spawn(|| Packed::build(&public.cases, contents.as_ref()));
            let groups = Groups::of(&public.cases);
            (packed.join(), groups)
        });
        let packed = packed.map_err(|_| Error::Task { message: "packing the index".to_owned() })??;
        let mut extra = Vec::new();
        let mut kept = Vec::new();
        let mut search_bytes = 0;
        if let Some(files) = files {
            let fresh = engine::compressed(&packed);
            let manifest = engine::manifest(&files, &packed.contents, &public.cases, &options)?;
            search_bytes = files.bytes() + manifest.len() as u64 + engine::hot_bytes(&packed.contents, &fresh, out);
            extra.extend(engine::records_of(files));
            extra.push((crate::offline::MANIFEST.to_owned(), manifest));
            kept.extend(packed.contents.chunks().map(engine::chunk_path).filter(|path| earlier.has(path)));
            extra.extend(fresh.into_iter().map(|(name, sent)| (engine::chunk_path(&name), sent)));
        }
        let hashes = packed.states.clone();
        let index = engine_of(packed, out, &public.cases)?;
        let snapshot = Snapshot::assemble(public, groups, index, &options, false)?.with_pieces();
        extra.extend(hosts::files(&snapshot));
        // Without it GitHub Pages would leave out what begins with an underscore.
        extra.push((".nojekyll".to_owned(), Vec::new()));
        extra.push(("404.html".to_owned(), not_found(&snapshot)?.into_bytes()));
        for (id, to) in snapshot.all_moved().filter(|(id, _)| is_safe_key(id)) {
            extra.push((format!("case/{id}/index.html"), moved(&format!("../{to}/")).into_bytes()));
        }
        for id in snapshot.all_gone().filter(|id| is_safe_key(id)) {
            if let Some(reason) = snapshot.gone(id) {
                extra.push((format!("case/{id}/index.html"), gone(&snapshot, reason)?.into_bytes()));
            }
        }
        let site = Key::of([
            how.program.as_str(),
            snapshot.site.base_url.as_deref().unwrap_or_default(),
            &today.to_string(),
            snapshot.site.note.as_deref().unwrap_or_default(),
            &options.engine.as_ref().map(|files| format!("{} {}", files.script, files.worker)).unwrap_or_default(),
        ]);
        Ok(Self { snapshot, hashes, site, program: how.program.clone(), extra, kept, search_bytes })
    }

    /// Writes what the earlier export does not have in the same state.
    fn write(
        &self,
        aside: &Aside,
        earlier: &State,
        progress: &(impl Fn(usize, usize) + Sync),
    ) -> Result<(State, ExportReport)> {
        let keys = Keys::new(&self.snapshot, &self.hashes, self.site, earlier);
        let bundles = Bundle::all(&self.snapshot);
        let run = Run {
            aside,
            earlier,
            program: &self.program,
            state: Mutex::new(State::default()),
            written: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
        };
        let mut extra: Vec<(String, Key)> = self.kept.iter().map(|path| (path.clone(), Key::default())).collect();
        for (path, body) in &self.extra {
            // The name of a chunk tells its content.
            let key = if path.starts_with(engine::CHUNKS) { Key::default() } else { Key::of_bytes(body) };
            run.put(path, key, || Ok(body.clone()))?;
            extra.push((path.clone(), key));
        }
        run.keep(".".to_owned(), Key::default(), extra);
        let done = AtomicUsize::new(0);
        in_parallel(&bundles, |bundle| {
            run.bundle(bundle, &keys, &self.snapshot)?;
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, bundles.len());
            Ok(())
        })?;
        let mut state = run.state.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        state.similar = keys.into_similar();
        let report = ExportReport {
            // With the list of states.
            files: state.len() + 1,
            written: run.written.into_inner(),
            bytes: run.bytes.into_inner() as u64,
            cases: self.snapshot.cases.len(),
            withheld: 0,
            search_bytes: self.search_bytes,
        };
        Ok((state, report))
    }
}

/// The index itself answers which cases are alike: the records are all at hand.
fn engine_of(packed: Packed, out: &Path, public: &[Case]) -> Result<Engine> {
    let shelf = Shelf::default();
    public.iter().cloned().for_each(|case| shelf.put(case));
    let Packed { contents, chunks, .. } = packed;
    let out = out.to_owned();
    let fetch = move |name: &str| match chunks.get(name) {
        Some(chunk) => Ok(chunk.clone()),
        None => engine::chunk_in(&out, name),
    };
    Ok(Engine::open_packed(contents, Box::new(fetch), shelf)?)
}

/// What one writing of files goes by.
struct Run<'a> {
    aside: &'a Aside,
    earlier: &'a State,
    program: &'a str,
    state: Mutex<State>,
    written: AtomicUsize,
    bytes: AtomicUsize,
}

impl Run<'_> {
    fn keep(&self, bundle: String, key: Key, files: Vec<(String, Key)>) {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(bundle, key, files);
    }

    /// Makes the files of a bundle unless the earlier export has them, made from the same.
    fn bundle(&self, bundle: &Bundle, keys: &Keys<'_>, snapshot: &Snapshot) -> Result<()> {
        let (key, similar) = keys.of(bundle)?;
        let name = bundle.name();
        if let Some(files) = self.earlier.bundle(&name, key) {
            self.keep(name, key, files.to_vec());
            return Ok(());
        }
        let mut files = Vec::new();
        for (path, content) in bundle.render(snapshot, similar)? {
            let path = file_of(&path);
            let key = match &content {
                Content::Ready(bytes) => Key::of_bytes(bytes),
                // Another program may draw the same differently.
                Content::Picture(svg, scale) => Key::of([self.program, svg, &scale.to_string()]),
            };
            self.put(&path, key, || content.bytes())?;
            files.push((path, key));
        }
        self.keep(name, key, files);
        Ok(())
    }

    /// Writes a file unless there is one with the same content.
    fn put(&self, path: &str, key: Key, make: impl FnOnce() -> Result<Vec<u8>>) -> Result<()> {
        if self.earlier.is(path, key) {
            return Ok(());
        }
        let body = make()?;
        self.aside.write(path, &body)?;
        self.written.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(body.len(), Ordering::Relaxed);
        Ok(())
    }
}

/// Does something with each, on all cores; the first error ends it.
fn in_parallel<T: Sync>(all: &[T], one: impl Fn(&T) -> Result<()> + Sync) -> Result<()> {
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let failure: Mutex<Option<Error>> = Mutex::new(None);
    let work = || {
        while !stop.load(Ordering::Relaxed) {
            let Some(item) = all.get(next.fetch_add(1, Ordering::Relaxed)) else { return };
            if let Err(error) = one(item) {
                stop.store(true, Ordering::Relaxed);
                if let Ok(mut failure) = failure.lock() {
                    failure.get_or_insert(error);
                }
            }
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(8);
    std::thread::scope(|scope| {
        for _ in 1..workers {
            scope.spawn(work);
        }
        work();
    });
    failure.into_inner().ok().flatten().map_or(Ok(()), Err)
}

/// Where a resource is kept: a folder's page in its `index.html`.
fn file_of(path: &str) -> String {
    if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() }
}

fn error_page(snapshot: &Snapshot, status: u16, heading: &str, detail: &str, root: &str) -> Result<String> {
    let context = ErrorContext { status, heading, detail, query: "", span: None, ways: &[], root };
    Ok(page::error_page(&snapshot.site, &context)?)
}

/// A host shows this page at any depth, so that its links must not depend on where it is shown; without a public
/// address they lead from its own place.
fn not_found(snapshot: &Snapshot) -> Result<String> {
    let root = snapshot.site.base_url.as_ref().map_or_else(|| "./".to_owned(), |base| format!("{base}/"));
    error_page(snapshot, 404, "There is no such page", "It may have been renamed, or the address has a slip.", &root)
}

fn gone(snapshot: &Snapshot, reason: &str) -> Result<String> {
    error_page(snapshot, 410, "The record was withdrawn", reason, "../../")
}

fn moved(to: &str) -> String {
    let to = escape(to);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Moved · fineprint</title>\n<meta name=\"robots\" content=\"noindex\">\n\
         <meta http-equiv=\"refresh\" content=\"0; url={to}\">\n<link rel=\"canonical\" href=\"{to}\">\n</head>\n<body>\n<p>This record is now <a href=\"{to}\">here</a>.</p>\n</body>\n</html>\n"
    )
}
