#![doc = include_str!("../README.md")]

pub mod answers;
pub mod queries;
pub mod relevance;
mod site;

pub use site::{Asked, Page, Site};

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A file or folder of the repository.
pub fn repository(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(relative)
}

/// The JSON files of a folder of the repository in the order of their names: each one's name without its ending, and
/// what is in it.
pub(crate) fn json_files(folder: &str) -> Vec<(String, serde_json::Value)> {
    let mut paths: Vec<_> = std::fs::read_dir(repository(folder))
        .unwrap_or_else(|error| panic!("{folder}: {error}"))
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    paths.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let file = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (path.file_stem().unwrap_or_default().to_string_lossy().into_owned(), file)
    };
    paths.into_iter().map(read).collect()
}

/// A file or folder of real documents that are not part of the repository: below `$FINEPRINT_SHARED`, else beside the
/// checkout. `None` where it is absent, as in a user's clone; the caller then has nothing to test.
pub fn shared(relative: &str) -> Option<PathBuf> {
    let root = std::env::var_os("FINEPRINT_SHARED").map_or_else(|| repository("../shared"), PathBuf::from);
    let path = root.join(relative);
    if path.exists() {
        return Some(path);
    }
    // Written past the test runner's capture, which would hide it from everybody.
    let _ = writeln!(
        std::io::stderr(),
        "skipped: `{relative}` of the shared data is absent; set FINEPRINT_SHARED to the folder that has it"
    );
    None
}

/// How long a piece of work keeps the processor busy. What else the machine does counts for little, so that two such times
/// can be compared; where the system does not tell, it is the time that passes.
pub fn busy(work: impl FnOnce()) -> Duration {
    let spent = || {
        let status = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        Some(Duration::from_nanos(status.split(' ').next()?.parse().ok()?))
    };
    let (before, start) = (spent(), Instant::now());
    work();
    match (before, spent()) {
        (Some(before), Some(after)) if after > before => after - before,
        _ => start.elapsed(),
    }
}

/// Does a piece of work for each item, on all cores, and adds up what each gives.
pub fn on_all_cores<T: Sync>(items: &[T], work: impl Fn(&T) -> usize + Sync) -> usize {
    let next = AtomicUsize::new(0);
    let sum = || {
        let items = std::iter::from_fn(|| items.get(next.fetch_add(1, Ordering::Relaxed)));
        items.map(&work).sum::<usize>()
    };
    std::thread::scope(|scope| {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let others: Vec<_> = (1..cores).map(|_| scope.spawn(sum)).collect();
        let panicked = |payload| std::panic::resume_unwind(payload);
        sum() + others.into_iter().map(|other| other.join().unwrap_or_else(panicked)).sum::<usize>()
    })
}
