//! Writing a file so that a reader sees the old one or the new one, and a kill loses neither.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use crate::error::{Error, Result};

/// Begins the name of every file that is not complete yet; what a killed process left is swept by it.
pub(crate) const TEMPORARY: &str = ".tmp-";

/// Writes aside in the same folder, syncs, renames, syncs the folder. Returns only when all of that is done.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(folder).map_err(Error::io("create the folder", folder))?;
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
    file.as_file().sync_all().map_err(Error::io("sync", path))?;
    file.persist(path).map_err(|error| Error::Io { path: path.to_owned(), action: "rename", source: error.error })?;
    sync_folder(folder)
}

/// Makes a rename or removal in the folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    if cfg!(unix) {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(Error::io("sync the folder", folder))?;
    }
    Ok(())
}

/// Removes what killed writers left below a folder. The caller holds the lock, so nobody is using them.
pub(crate) fn sweep(root: &Path) -> Result<usize> {
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
