//! The lock of a folder with one writer.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::error::{Error, Result};

/// A lock that is held: it goes with the process, however that ends. The file stays, and names who held it last.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, and writes the number of this process into its file.
    ///
    /// # Errors
    /// [`Error::Locked`] names the process that holds it; [`Error::Io`].
    pub fn take(path: &Path) -> Result<Self> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(Error::io("open the lock", path))?;
        match file.try_lock() {
            Ok(()) => {
                file.set_len(0)
                    .and_then(|()| file.seek(SeekFrom::Start(0)))
                    .and_then(|_| writeln!(file, "{}", std::process::id()))
                    .map_err(Error::io("write the lock", path))?;
                Ok(Self { _file: file })
            }
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                // The holder may be about to write its number; an empty one is said as such.
                let _ = file.read_to_string(&mut pid);
                let holder = match pid.trim() {
                    "" => "its process id is not known".to_owned(),
                    pid => format!("process {pid}"),
                };
                Err(Error::Locked { path: path.to_owned(), holder })
            }
            Err(TryLockError::Error(source)) => Err(Error::Io { path: path.to_owned(), action: "lock", source }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holds_it_at_a_time_and_the_next_is_told_who() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        std::fs::write(&path, "a number far longer than that of any process").unwrap();
        let held = Lock::take(&path).unwrap();
        let refused = Lock::take(&path).unwrap_err().to_string();
        assert!(
            refused.ends_with(&format!("another process is writing here: process {}", std::process::id())),
            "{refused}"
        );
        drop(held);
        Lock::take(&path).unwrap();
    }

    #[test]
    fn a_lock_that_cannot_be_is_an_error_with_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let error = Lock::take(&folder.path().join("nowhere/lock")).unwrap_err();
        assert!(matches!(&error, Error::Io { action: "open the lock", .. }), "{error}");
    }
}
