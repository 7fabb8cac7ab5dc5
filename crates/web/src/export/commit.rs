//! How an export gets into its place: as a whole by one rename, or file by file by a list that survives being killed.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Component, Path, PathBuf};

use super::io;
use super::state::MARK;
use crate::error::{Error, Result};

/// The list of what is to be done, written when everything is ready; a folder without it is nobody's loss.
const LIST: &str = ".fineprint-commit";

/// A folder beside the target, on the same file system.
pub(super) struct Aside {
    pub(super) path: PathBuf,
    old: PathBuf,
}

/// Refuses a target that is neither new, nor empty, nor an earlier export.
pub(super) fn check_target(out: &Path) -> Result<()> {
    let occupied = |found: &str| Error::Occupied { path: out.to_owned(), found: found.to_owned() };
    match fs::symlink_metadata(out) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
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

impl Aside {
    pub(super) fn at(out: &Path) -> Result<Self> {
        let absolute = std::path::absolute(out).map_err(io(out, "find"))?;
        let name = absolute.file_name().map(|name| name.to_string_lossy().into_owned());
        let Some(name) = name else {
            return Err(Error::Occupied { path: out.to_owned(), found: "the root of the file system".into() });
        };
        let beside = |what: &str| absolute.with_file_name(format!(".{name}.{what}"));
        Ok(Self { path: beside("new"), old: beside("old") })
    }

    /// Completes an export that was killed while it moved its files into place, and sweeps away what others left.
    pub(super) fn complete_or_sweep(&self, out: &Path) -> Result<()> {
        // Killed between the two renames of a swap: the old export goes back.
        if self.old.is_dir() && !out.exists() {
            fs::rename(&self.old, out).map_err(io(out, "move back"))?;
        }
        if self.path.join(LIST).is_file() {
            self.apply(out)?;
        }
        remove(&self.old)?;
        self.remove()
    }

    pub(super) fn create(&self) -> Result<()> {
        fs::create_dir_all(&self.path).map_err(io(&self.path, "create"))
    }

    pub(super) fn remove(&self) -> Result<()> {
        remove(&self.path)
    }

    /// Writes a file. Every address is made of safe parts ([`fineprint_views::link::is_safe_key`]), so that no record
    /// leads out of the folder; should one slip through all the same, it ends here.
    pub(super) fn write(&self, path: &str, body: &[u8]) -> Result<()> {
        let file = self.path.join(inside(path)?);
        match fs::write(&file, body) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                if let Some(folder) = file.parent() {
                    fs::create_dir_all(folder).map_err(io(folder, "create"))?;
                }
                fs::write(&file, body).map_err(io(&file, "write"))
            }
            other => other.map_err(io(&file, "write")),
        }
    }

    /// Puts the folder into the target's place.
    pub(super) fn swap(&self, out: &Path) -> Result<()> {
        remove(&self.old)?;
        let had = out.exists();
        if had {
            fs::rename(out, &self.old).map_err(io(out, "move aside"))?;
        }
        if let Err(error) = fs::rename(&self.path, out) {
            if had {
                let _ = fs::rename(&self.old, out);
            }
            return Err(io(out, "move into place")(error));
        }
        remove(&self.old)
    }

    /// Moves the files of the folder into the target, and removes those of the target that are gone.
    pub(super) fn commit<'a>(&self, out: &Path, gone: impl Iterator<Item = &'a str>) -> Result<()> {
        let list = self.path.join(LIST);
        let mut text = String::new();
        for path in gone {
            text.push_str(path);
            text.push('\n');
        }
        let unready = self.path.join(format!("{LIST}.new"));
        let written = File::create(&unready).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        written.and_then(|()| fs::rename(&unready, &list)).map_err(io(&list, "write"))?;
        self.apply(out)?;
        self.remove()
    }

    /// Does what the list says; again, where it was begun.
    fn apply(&self, out: &Path) -> Result<()> {
        let list = self.path.join(LIST);
        let gone = fs::read_to_string(&list).map_err(io(&list, "read"))?;
        let mut files = Vec::new();
        walk(&self.path, &mut files)?;
        // The list of states comes last: with it the export is complete.
        files.sort_by_key(|file| file.file_name().is_some_and(|name| name == MARK));
        for file in files {
            let Ok(path) = file.strip_prefix(&self.path) else { continue };
            if path.as_os_str() == LIST {
                continue;
            }
            if path.as_os_str() == MARK {
                remove_gone(out, &gone)?;
            }
            let to = out.join(path);
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder).map_err(io(folder, "create"))?;
            }
            fs::rename(&file, &to).map_err(io(&to, "move into place"))?;
        }
        Ok(())
    }
}

fn remove_gone(out: &Path, gone: &str) -> Result<()> {
    for path in gone.lines() {
        let file = out.join(inside(path)?);
        match fs::remove_file(&file) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(io(&file, "remove")(error)),
            _ => {}
        }
        // Folders that are empty now go too; one that is not says so and stays.
        let mut folder = file.parent();
        while let Some(at) = folder.filter(|at| *at != out) {
            if fs::remove_dir(at).is_err() {
                break;
            }
            folder = at.parent();
        }
    }
    Ok(())
}

/// A path below the folder, and nowhere else.
fn inside(path: &str) -> Result<&Path> {
    let relative = Path::new(path);
    let is_plain = !path.is_empty() && relative.components().all(|part| matches!(part, Component::Normal(_)));
    if is_plain { Ok(relative) } else { Err(Error::Outside { path: path.to_owned() }) }
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(io(folder, "list"))? {
        let entry = entry.map_err(io(folder, "list"))?;
        let path = entry.path();
        if entry.file_type().map_err(io(&path, "look at"))?.is_dir() {
            walk(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(io(path, "remove")(error)),
        _ => Ok(()),
    }
}
