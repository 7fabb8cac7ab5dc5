//! Writing a file so that a reader sees the old one or the new one, and a kill loses neither.

use std::collections::{BTreeSet, HashSet};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tempfile::NamedTempFile;

use crate::error::{Error, Result};

/// Begins the name of every file that is not complete yet; what a killed process left is swept by it.
const TEMPORARY: &str = ".tmp-";

/// Writes aside in the same folder, which is made where it is missing, syncs, renames, syncs the folder. Returns only when
/// all of that is done.
///
/// # Errors
/// [`Error::Io`]; the file is then as it was.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut group = Group::default();
    group.write(path, bytes)?;
    group.commit()
}

/// Files that are written aside one by one and go to their places together.
///
/// Waiting for the disk is most of what writing a small file takes, and a disk is asked for many files in hardly more
/// time than for one. Until [`Group::commit`] nobody sees the files, and a killed process has written none of them.
#[derive(Debug, Default)]
pub struct Group {
    files: Vec<Aside>,
    /// Files that go to their places when the others are there for good.
    later: Vec<Aside>,
    places: HashSet<PathBuf>,
    size_bytes: usize,
}

/// A file that is written but not in its place.
#[derive(Debug)]
struct Aside {
    file: NamedTempFile,
    path: PathBuf,
}

impl Group {
    /// Writes a file aside.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write(&mut self, path: &Path, bytes: &[u8]) -> Result<()> {
        let aside = self.aside(path, bytes)?;
        self.files.push(aside);
        Ok(())
    }

    /// Writes a file aside that must not be in its place before what [`Group::write`] wrote.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write_later(&mut self, path: &Path, bytes: &[u8]) -> Result<()> {
        let aside = self.aside(path, bytes)?;
        self.later.push(aside);
        Ok(())
    }

    fn aside(&mut self, path: &Path, bytes: &[u8]) -> Result<Aside> {
        let folder = path.parent().unwrap_or_else(|| Path::new("."));
        if !folder.is_dir() {
            fs::create_dir_all(folder).map_err(Error::io("create the folder", folder))?;
        }
        let mut file = tempfile::Builder::new()
            .prefix(TEMPORARY)
            .tempfile_in(folder)
            .map_err(Error::io("create a file in", folder))?;
        file.write_all(bytes).map_err(Error::io("write", path))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // A temporary file is private to its owner; a record is as readable as its folder's others.
            file.as_file()
                .set_permissions(fs::Permissions::from_mode(0o644))
                .map_err(Error::io("set the permissions of", path))?;
        }
        self.places.insert(path.to_owned());
        self.size_bytes += bytes.len();
        Ok(Aside { file, path: path.to_owned() })
    }

    /// Whether a file with that place was written aside.
    pub fn holds(&self, path: &Path) -> bool {
        self.places.contains(path)
    }

    /// How many files were written aside.
    pub fn len(&self) -> usize {
        self.files.len() + self.later.len()
    }

    /// Whether no file was.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes they have together.
    pub fn size_bytes(&self) -> usize {
        self.size_bytes
    }

    /// Syncs every file, renames each into its place, syncs the folders. Returns only when all of that is done.
    ///
    /// # Errors
    /// [`Error::Io`]. Some files may then be in their places and the rest are gone; none is half there.
    pub fn commit(&mut self) -> Result<()> {
        let Self { files, later, .. } = std::mem::take(self);
        for files in [files, later] {
            at_once(&files, |aside| aside.file.as_file().sync_all().map_err(Error::io("sync", &aside.path)))?;
            let mut folders = BTreeSet::new();
            for Aside { file, path } in files {
                folders.insert(path.parent().unwrap_or_else(|| Path::new(".")).to_owned());
                file.persist(&path).map_err(|error| Error::io("rename", &path)(error.error))?;
            }
            let folders: Vec<PathBuf> = folders.into_iter().collect();
            at_once(&folders, |folder| sync_folder(folder))?;
        }
        Ok(())
    }
}

/// Waits for the disk many times at once: it answers requests that come together in hardly more time than one.
fn at_once<T: Sync>(items: &[T], wait: impl Fn(&T) -> Result<()> + Sync) -> Result<()> {
    /// More are not answered any faster.
    const MOST: usize = 16;
    /// They wait and do nothing else.
    const STACK_BYTES: usize = 256 << 10;
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            wait(item)?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let spawn = |_| thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
        // Where the system gives no more threads, those that it gave and this one do it all.
        let helpers: Vec<_> = (1..items.len().min(MOST)).map_while(|at| spawn(at).ok()).collect();
        let own = work();
        let failed = |payload| std::panic::resume_unwind(payload);
        helpers.into_iter().map(|helper| helper.join().unwrap_or_else(failed)).fold(own, Result::and)
    })
}

/// Makes a rename or removal in the folder durable.
///
/// # Errors
/// [`Error::Io`].
pub fn sync_folder(folder: &Path) -> Result<()> {
    if cfg!(unix) {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(Error::io("sync the folder", folder))?;
    }
    Ok(())
}

/// Removes what killed writers left below a folder, and says how many files that were. The caller holds the lock, so nobody is using them.
///
/// # Errors
/// [`Error::Io`].
pub fn sweep(root: &Path) -> Result<usize> {
    let mut swept = 0;
    for entry in walkdir::WalkDir::new(root).into_iter().flatten() {
        if entry.file_type().is_file() && entry.file_name().to_string_lossy().starts_with(TEMPORARY) {
            fs::remove_file(entry.path()).map_err(Error::io("remove", entry.path()))?;
            swept += 1;
        }
    }
    Ok(swept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_seen_when_it_is_committed() {
        let folder = tempfile::tempdir().unwrap();
        let path = |number: usize| folder.path().join(format!("{}/{number}.json", number % 3));
        write(&path(0), b"old").unwrap();
        let mut group = Group::default();
        for number in 0..40 {
            group.write(&path(number), format!("new {number}").as_bytes()).unwrap();
        }
        group.write_later(&folder.path().join("later.json"), b"last").unwrap();
        assert!(group.holds(&path(7)) && !group.holds(&path(41)));
        assert_eq!((group.len(), fs::read(path(0)).unwrap()), (41, b"old".to_vec()));
        assert!(!path(1).exists());
        group.commit().unwrap();
        assert_eq!((group.len(), group.size_bytes(), group.holds(&path(7))), (0, 0, false));
        for number in 0..40 {
            assert_eq!(fs::read(path(number)).unwrap(), format!("new {number}").as_bytes());
        }
        assert_eq!(fs::read(folder.path().join("later.json")).unwrap(), b"last");
        assert_eq!(sweep(folder.path()).unwrap(), 0, "nothing is left aside");
    }

    #[test]
    fn what_is_never_committed_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut group = Group::default();
        group.write(&folder.path().join("one.json"), b"one").unwrap();
        drop(group);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn replaces_and_leaves_nothing_beside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b.json");
        write(&path, b"one").unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn sweeps_what_a_killed_writer_left() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("cases")).unwrap();
        fs::write(folder.path().join("cases/.tmp-x7"), "half").unwrap();
        fs::write(folder.path().join("cases/whole.json"), "whole").unwrap();
        assert_eq!(sweep(folder.path()).unwrap(), 1);
        assert!(folder.path().join("cases/whole.json").exists());
    }
}
