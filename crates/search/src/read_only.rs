//! A directory of the index engine that is only read: no lock files, no watching, so that a read-only medium will do, or no
//! file system at all. Nothing needs locking, because what is read never changes.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{Directory, DirectoryLock, FileHandle, Lock, WatchCallback, WatchHandle, WritePtr};

/// Where the files come from.
pub(crate) trait Files: Clone + fmt::Debug + Send + Sync + 'static {
    /// A file of a segment.
    fn open(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError>;
    /// Whether there is such a file.
    fn has(&self, path: &Path) -> Result<bool, OpenReadError>;
    /// A small file as a whole: the list of segments.
    fn read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError>;
}

/// The directory over some files.
#[derive(Debug, Clone)]
pub(crate) struct ReadOnly<F>(pub F);

fn read_only() -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, "the index was opened for reading only")
}

impl<F: Files> Directory for ReadOnly<F> {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.0.open(path)
    }
    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.0.has(path)
    }
    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.0.read(path)
    }
    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        Err(DeleteError::IoError { io_error: Arc::new(read_only()), filepath: path.to_owned() })
    }
    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::wrap_io_error(read_only(), path.to_owned()))
    }
    fn atomic_write(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        Err(read_only())
    }
    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }
    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }
    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}
