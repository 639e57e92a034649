//! Who is at work in a folder: a locked file beside it, which the system unlocks when its owner ends, however it ends.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// A lock that is held; the file goes when it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock; `None` if another process has it.
    ///
    /// # Errors
    ///
    /// The file cannot be made or opened.
    pub(super) fn take(path: &Path) -> io::Result<Option<Self>> {
        loop {
            let file = File::options().read(true).write(true).create(true).truncate(false).open(path)?;
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => return Ok(None),
                // A file system without locks keeps nobody out; refusing to work there would be worse.
                Ok(()) | Err(TryLockError::Error(_)) => {}
            }
            // Its owner may have removed the file between the opening and the locking; then this lock keeps nobody out.
            if is_still(&file, path) {
                return Ok(Some(Self { file, path: path.to_path_buf() }));
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // First the name, then the lock: whoever opened the file in between finds another behind the name. Where an open file
        // cannot be removed, an empty one stays.
        let _ = fs::remove_file(&self.path);
        let _ = self.file.unlock();
    }
}

#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(open), Ok(named)) => (open.dev(), open.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_still(_file: &File, _path: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_no_trace() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let first = Lock::take(&path).unwrap().unwrap();
        assert!(Lock::take(&path).unwrap().is_none());
        drop(first);
        assert!(!path.exists());
        assert!(Lock::take(&path).unwrap().is_some());
    }
}
