//! Where results lie, and the names beside them under which they are made: `.decumulus-NAME` and its lock.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::engine::hexadecimal;
use crate::error::{Error, Result};

/// Names that are there only while something is written begin like this.
pub(super) const TEMPORARY: &str = ".decumulus-";

/// How the name of a lock ends.
const LOCK: &str = ".lock";

/// The longest name of a folder that is told in the name of its stage, in bytes.
const LONGEST: usize = 128;

/// A folder of results and what belongs to it. All of it lies in one folder, so that names can be changed in one step.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The folder as the user calls it.
    pub named: PathBuf,
    /// The folder itself, links followed.
    pub target: PathBuf,
    /// The folder around it.
    pub parent: PathBuf,
    /// Where results are made before they take their place.
    pub stage: PathBuf,
    /// The file whose lock says that somebody is at work.
    pub lock: PathBuf,
}

impl Place {
    /// That of a folder which is there or whose parent is there.
    ///
    /// # Errors
    ///
    /// A path that leads nowhere, or to a file.
    pub(super) fn of(named: &Path) -> Result<Self> {
        let wrong = |error| Error::system("use the folder", named, error);
        let target = if named.exists() {
            fs::canonicalize(named).map_err(wrong)?
        } else {
            let parent = named.parent().filter(|parent| !parent.as_os_str().is_empty());
            let parent = fs::canonicalize(parent.unwrap_or(Path::new("."))).map_err(wrong)?;
            parent.join(named.file_name().unwrap_or_default())
        };
        let (Some(parent), Some(name)) = (target.parent(), target.file_name()) else {
            let reason = "results need a folder of their own, and this is the root of the file system";
            return Err(wrong(std::io::Error::other(reason)));
        };
        let stage = parent.join(stage_name(name));
        let mut lock = stage.clone().into_os_string();
        lock.push(LOCK);
        Ok(Self {
            named: named.to_path_buf(),
            parent: parent.to_path_buf(),
            lock: lock.into(),
            stage,
            target,
        })
    }

    /// That of a stage or lock of the same parent that an earlier run may have left; `None` if the name is neither. The
    /// target is `None` where the name of the stage does not tell it.
    pub(super) fn of_leftover(parent: &Path, name: &OsStr) -> Option<(Self, Option<OsString>)> {
        let name = name.to_str()?;
        let stem = name.strip_suffix(LOCK).unwrap_or(name);
        let told = stem.strip_prefix(TEMPORARY)?;
        let target = (!told.starts_with('~') && !told.is_empty()).then(|| OsString::from(told));
        let place = Self {
            named: parent.join(told),
            target: parent.join(told),
            parent: parent.to_path_buf(),
            stage: parent.join(stem),
            lock: parent.join(format!("{stem}{LOCK}")),
        };
        Some((place, target))
    }
}

/// The name of a stage tells that of the folder, unless that is long or odd.
fn stage_name(name: &OsStr) -> String {
    match name.to_str() {
        Some(plain) if plain.len() <= LONGEST && !plain.starts_with('~') && !plain.ends_with(LOCK) => {
            format!("{TEMPORARY}{plain}")
        }
        _ => {
            let hash = Sha256::digest(name.as_encoded_bytes());
            format!("{TEMPORARY}~{}", hexadecimal(&hash[..16]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_tell_their_folder_and_differ() {
        let dir = tempfile::tempdir().unwrap();
        let long = "x".repeat(240);
        for name in ["default", "Müller-calibration", "~odd", "a.lock", &long] {
            let place = Place::of(&dir.path().join(name)).unwrap();
            assert!(place.lock.file_name().unwrap().len() < 200, "{name}");
            for left in [&place.stage, &place.lock] {
                let (found, target) = Place::of_leftover(&place.parent, left.file_name().unwrap()).unwrap();
                assert_eq!((&found.stage, &found.lock), (&place.stage, &place.lock));
                let told = ["default", "Müller-calibration"].contains(&name);
                assert_eq!(target, told.then(|| name.into()), "{name}");
            }
        }
        assert!(Place::of_leftover(dir.path(), OsStr::new("notes.txt")).is_none());
    }
}
