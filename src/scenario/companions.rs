//! Files that a scenario names, such as a history of its own: found beside it.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::error::{Error, Problem, Result};
use crate::scenario::history::text_of_bytes;
use crate::scenario::sources::Sources;

/// The most bytes of such a file: a century of daily figures has far fewer.
const MOST_BYTES: u64 = 16 << 20;

/// Where the files are that a scenario names.
#[derive(Clone, Debug)]
pub(super) struct Companions<'a> {
    sources: &'a Sources,
    folder: PathBuf,
}

impl<'a> Companions<'a> {
    /// Those of a scenario file.
    pub(super) fn of(sources: &'a Sources) -> Self {
        let folder = Path::new(sources.file_name()).parent().map(Path::to_path_buf).unwrap_or_default();
        Self { sources, folder }
    }

    /// How errors call a file by its path from the scenario.
    pub(super) fn file_name(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// The text of a file by its path from the scenario.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, that is not UTF-8 or too large; without a key.
    pub(super) fn text(&self, name: &str) -> Result<String> {
        if let Some(held) = self.sources.companion(name) {
            return Ok(held.to_string());
        }
        let path = self.folder.join(name);
        let refuse = |message: String| Error::from(Problem { message, ..Problem::default() });
        if path.is_dir() {
            return Err(refuse(format!("is refused: {} is a folder, not a file", path.display())));
        }
        let unreadable = |error| refuse(format!("is refused: {} cannot be opened: {error}", path.display()));
        let mut bytes = vec![];
        File::open(&path)
            .and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes))
            .map_err(unreadable)?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(refuse(format!("is refused: {} has more than {MOST_BYTES} bytes", path.display())));
        }
        text_of_bytes(bytes).map_err(|what| refuse(format!("is refused: {} {what}", path.display())))
    }
}
