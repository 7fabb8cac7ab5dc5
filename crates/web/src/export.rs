//! The site as plain files. Everything is written aside and swapped in as a whole, so that a half-written export is
//! never served.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use fineprint_model::Case;
use fineprint_views::format::escape;
use fineprint_views::page::{self, ErrorContext};

use crate::app::{App, Options, Snapshot};
use crate::error::{Error, Result};
use crate::resource;

/// Marks a folder as an earlier export, which the next one may replace.
const MARK: &str = ".fineprint-site";

/// What an export wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportReport {
    /// Files.
    pub files: usize,
    /// Their bytes together.
    pub bytes: u64,
    /// Cases with a page.
    pub cases: usize,
    /// Cases left out because a source of theirs has no licence note.
    pub withheld: usize,
}

/// Writes the site into `out`, which must be new, empty or an earlier export; an earlier one is replaced as a whole.
/// `progress` is told how many of how many files are written.
///
/// While it is being written it stands beside `out` as `.<name>.new`. The same records on the same day give the same bytes.
///
/// # Errors
/// [`Error::Occupied`] where `out` holds something else, [`Error::Io`] where a file cannot be written; `out` is then
/// as it was.
pub fn export(
    app: &App,
    out: &Path,
    base_url: Option<&str>,
    progress: impl Fn(usize, usize) + Sync,
) -> Result<ExportReport> {
    check_target(out)?;
    let records: Vec<Case> =
        app.records().iter().filter(|case| !case.record.is_active() || case.is_exportable()).cloned().collect();
    let withheld = app.records().len() - records.len();
    let options = Options {
        base_url: base_url.map(str::to_owned),
        today: app.snapshot().site.today,
        note: app.options().note.clone(),
    };
    let snapshot = Snapshot::build(&records, None, &options, false)?;
    let aside = beside(out, "new")?;
    remove(&aside)?;
    let written = write_all(&snapshot, &aside, &progress);
    let (files, bytes) = match written {
        Ok(written) => written,
        Err(error) => {
            let _ = fs::remove_dir_all(&aside);
            return Err(error);
        }
    };
    swap(&aside, out)?;
    Ok(ExportReport { files, bytes, cases: snapshot.cases.len(), withheld })
}

fn io<'a>(path: &'a Path, action: &'static str) -> impl FnOnce(std::io::Error) -> Error + 'a {
    move |source| Error::Io { path: path.to_owned(), action, source }
}

fn check_target(out: &Path) -> Result<()> {
    let occupied = |found: &str| Error::Occupied { path: out.to_owned(), found: found.to_owned() };
    match fs::symlink_metadata(out) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(io(out, "look at")(error)),
        Ok(meta) if meta.is_symlink() => Err(occupied("a symbolic link")),
        Ok(meta) if !meta.is_dir() => Err(occupied("a file")),
        Ok(_) => {
            if out.join(MARK).is_file() {
                return Ok(());
            }
            match fs::read_dir(out).map_err(io(out, "list"))?.next() {
                None => Ok(()),
                Some(Ok(entry)) => Err(occupied(&format!("`{}`", entry.file_name().to_string_lossy()))),
                Some(Err(error)) => Err(io(out, "list")(error)),
            }
        }
    }
}

fn beside(out: &Path, what: &str) -> Result<PathBuf> {
    let absolute = std::path::absolute(out).map_err(io(out, "find"))?;
    let name = absolute.file_name().map(|name| name.to_string_lossy().into_owned());
    let Some(name) = name else {
        return Err(Error::Occupied { path: out.to_owned(), found: "the root of the file system".into() });
    };
    Ok(absolute.with_file_name(format!(".{name}.{what}")))
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(io(path, "remove")(error)),
        _ => Ok(()),
    }
}

fn swap(aside: &Path, out: &Path) -> Result<()> {
    let old = beside(out, "old")?;
    remove(&old)?;
    let had = out.exists();
    if had {
        fs::rename(out, &old).map_err(io(out, "move aside"))?;
    }
    if let Err(error) = fs::rename(aside, out) {
        if had {
            let _ = fs::rename(&old, out);
        }
        return Err(io(out, "move into place")(error));
    }
    remove(&old)
}

/// Where a resource is kept: a folder's page in its `index.html`.
fn file_of(path: &str) -> String {
    if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() }
}

fn write_all(snapshot: &Snapshot, aside: &Path, progress: &(impl Fn(usize, usize) + Sync)) -> Result<(usize, u64)> {
    fs::create_dir_all(aside).map_err(io(aside, "create"))?;
    let mut extra: Vec<(String, String)> = vec![
        (MARK.to_owned(), format!("fineprint {}\n", env!("CARGO_PKG_VERSION"))),
        ("404.html".to_owned(), not_found(snapshot)?),
        ("_headers".to_owned(), headers()),
        // Without it GitHub Pages would leave out what begins with an underscore.
        (".nojekyll".to_owned(), String::new()),
    ];
    for (id, to) in snapshot.all_moved() {
        if fineprint_views::link::is_safe_key(id) {
            extra.push((format!("case/{id}/index.html"), moved(&format!("../{to}/"))));
        }
    }
    for id in snapshot.all_gone() {
        if let (true, Some(reason)) = (fineprint_views::link::is_safe_key(id), snapshot.gone(id)) {
            extra.push((format!("case/{id}/index.html"), gone(snapshot, reason)?));
        }
    }
    let addresses = resource::addresses(snapshot);
    let total = addresses.len() + extra.len();
    let done = AtomicUsize::new(0);
    let bytes = Mutex::new(0_u64);
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let failure: Mutex<Option<Error>> = Mutex::new(None);
    let finished = |size: usize| {
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if let Ok(mut bytes) = bytes.lock() {
            *bytes += size as u64;
        }
        progress(done, total);
    };
    for (path, body) in &extra {
        write_file(aside, path, body.as_bytes())?;
        finished(body.len());
    }
    let one = |path: &str| -> Result<()> {
        if let Some(rendered) = resource::render(snapshot, path)? {
            write_file(aside, &file_of(path), &rendered.body)?;
            finished(rendered.body.len());
        }
        Ok(())
    };
    let work = || {
        while !stop.load(Ordering::Relaxed) {
            let Some(path) = addresses.get(next.fetch_add(1, Ordering::Relaxed)) else { return };
            if let Err(error) = one(path) {
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
    if let Some(error) = failure.into_inner().ok().flatten() {
        return Err(error);
    }
    let bytes = bytes.into_inner().unwrap_or_default();
    Ok((done.into_inner(), bytes))
}

/// Every address is made of safe parts ([`fineprint_views::link::is_safe_key`]), so that no record leads out of the
/// folder.
fn write_file(aside: &Path, path: &str, body: &[u8]) -> Result<()> {
    let file = aside.join(path);
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(io(folder, "create"))?;
    }
    fs::write(&file, body).map_err(io(&file, "write"))
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

/// Headers for hosts that read them from a file of this name.
fn headers() -> String {
    format!(
        "/*\n  Content-Security-Policy: {}; frame-ancestors 'none'\n  X-Content-Type-Options: nosniff\n  Referrer-Policy: no-referrer\n  Cross-Origin-Opener-Policy: same-origin\n  Permissions-Policy: camera=(), geolocation=(), microphone=()\n\n/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n",
        page::CONTENT_POLICY
    )
}
