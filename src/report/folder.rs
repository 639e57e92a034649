//! The output folder: proved writable before a run, and filled at once after it or not at all.
//!
//! Every file is written to a temporary name and synced first; only when all are on the disk do they take
//! their names. If one cannot, those already renamed give way to the earlier ones again.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use crate::error::{Error, Result};
use crate::report::files::{self, NamedFile};
use crate::report::{Across, Reported, Timing, chart};

/// Names of temporary files begin like this.
const TEMPORARY: &str = ".decumulus-";

/// Bytes that are written to prove that there is room.
const PROBE: usize = 64 * 1024;

/// A folder that is known to take files.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// The folders that [`prepare`] made, the innermost first; they go again if nothing is written.
    made: Vec<PathBuf>,
}

impl Drop for Folder {
    fn drop(&mut self) {
        for folder in &self.made {
            // Only an empty folder is removed, and one that cannot be is no harm.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Creates the folder and those above it, and proves that files can be written there; what lies in it stays as
/// it is.
///
/// Meant to be called before a long run, so that a mistyped path costs no time.
///
/// # Errors
///
/// [`ErrorKind::System`](crate::ErrorKind::System) with the path: a file in the way, no permission, a full disk.
pub fn prepare(dir: &Path) -> Result<Folder> {
    let missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    let made: Vec<PathBuf> = dir.ancestors().take_while(missing).map(Path::to_path_buf).collect();
    fs::create_dir_all(dir).map_err(|e| Error::system("create the folder", dir, e))?;
    let folder = Folder { path: dir.to_path_buf(), made };
    let probe = || -> io::Result<()> {
        let mut file = temporary(dir)?;
        file.write_all(&vec![b' '; PROBE])?;
        file.as_file().sync_all()
    };
    probe().map_err(|e| Error::system("write to the folder", dir, without_path(&e)))?;
    Ok(folder)
}

impl Folder {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the summary, the percentiles and the charts of a run and returns their paths.
    ///
    /// Charts of an earlier run that belong to none of the policies are removed, if they are this program's: a
    /// picture that contradicts the summary beside it would be worse than none. Nothing else is touched.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::System`](crate::ErrorKind::System) with the path; earlier results are then as they were.
    pub fn write(self, reported: Reported<'_>, timing: &Timing) -> Result<Vec<PathBuf>> {
        let files = files::build(reported, timing)?;
        self.write_all(&files)?;
        self.remove_stale_charts(&files)?;
        Ok(files.iter().map(|file| self.path.join(&file.name)).collect())
    }

    /// Writes the comparison of several sets of assumptions and returns the paths, as [`Folder::write`].
    ///
    /// # Errors
    ///
    /// As [`Folder::write`].
    pub fn write_across(self, across: Across<'_>, timings: &[Timing]) -> Result<Vec<PathBuf>> {
        let files = files::build_across(across, timings)?;
        self.write_all(&files)?;
        self.remove_stale_charts(&files)?;
        Ok(files.iter().map(|file| self.path.join(&file.name)).collect())
    }

    /// Puts all files in place, or none.
    pub(super) fn write_all(&self, files: &[NamedFile]) -> Result<()> {
        let mut waiting = Vec::with_capacity(files.len());
        for file in files {
            let target = self.path.join(&file.name);
            let written =
                self.written(&file.bytes).map_err(|e| Error::system("write", &target, without_path(&e)))?;
            waiting.push((written, target));
        }
        let mut replaced = Vec::with_capacity(files.len());
        for (written, target) in waiting {
            match self.replace(written, &target) {
                Ok(earlier) => replaced.push((target, earlier)),
                Err(error) => {
                    restore(replaced);
                    return Err(Error::system("write", &target, without_path(&error)));
                }
            }
        }
        // The names themselves are synced where the system can; the files already are.
        if let Ok(folder) = fs::File::open(&self.path) {
            let _ = folder.sync_all();
        }
        Ok(())
    }

    /// A temporary file with these bytes, on the disk.
    fn written(&self, bytes: &[u8]) -> io::Result<TempPath> {
        let mut file = temporary(&self.path)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        Ok(file.into_temp_path())
    }

    /// Gives a temporary file its name; returns a second name of the file that had it before.
    fn replace(&self, written: TempPath, target: &Path) -> io::Result<Option<TempPath>> {
        let earlier = match fs::symlink_metadata(target) {
            Ok(found) if found.is_dir() => {
                return Err(io::Error::new(io::ErrorKind::IsADirectory, "there is a folder of that name"));
            }
            Ok(_) => Some(self.second_name(target)?),
            Err(_) => None,
        };
        written.persist(target).map_err(|e| e.error)?;
        Ok(earlier)
    }

    /// A second, temporary name for a file, or a copy of it where the system has no links.
    fn second_name(&self, target: &Path) -> io::Result<TempPath> {
        let name = temporary(&self.path)?.into_temp_path();
        fs::remove_file(&name)?;
        if fs::hard_link(target, &name).is_err() {
            fs::copy(target, &name)?;
        }
        Ok(name)
    }

    /// Removes charts of this program that the run did not write, each SVG with the PNG made from it.
    fn remove_stale_charts(&self, files: &[NamedFile]) -> Result<()> {
        let entries =
            fs::read_dir(&self.path).map_err(|e| Error::system("read the folder", &self.path, e))?;
        for svg in entries.filter_map(io::Result::ok).map(|entry| entry.path()) {
            let is_new = files.iter().any(|file| svg.file_name() == Some(OsStr::new(&file.name)));
            if !is_new && is_our_chart(&svg) {
                let _ = fs::remove_file(svg.with_extension("png"));
                fs::remove_file(&svg).map_err(|e| Error::system("remove", &svg, e))?;
            }
        }
        Ok(())
    }
}

/// Brings back the earlier files under their names, the last one first.
fn restore(replaced: Vec<(PathBuf, Option<TempPath>)>) {
    for (target, earlier) in replaced.into_iter().rev() {
        // There is nobody left to tell if even this fails.
        let _ = match earlier {
            Some(earlier) => earlier.persist(&target).map_err(|e| e.error),
            None => fs::remove_file(&target),
        };
    }
}

/// Whether a file is named like a chart of ours and carries our mark.
fn is_our_chart(path: &Path) -> bool {
    let stem = path.file_stem().and_then(OsStr::to_str).unwrap_or_default();
    let named = path.extension() == Some(OsStr::new("svg"))
        && (stem.starts_with("fan_")
            || ["comparison", "assumptions", "start_dates", "months"].contains(&stem));
    let mut beginning = Vec::new();
    let mut read = || fs::File::open(path).and_then(|file| file.take(400).read_to_end(&mut beginning));
    named && read().is_ok() && String::from_utf8_lossy(&beginning).contains(chart::GENERATOR_MARK)
}

/// The error without the name of a temporary file, which says nothing to the user.
fn without_path(error: &io::Error) -> io::Error {
    let text = error.to_string();
    let reason = text.split(" at path \"").next().unwrap_or_default();
    io::Error::new(error.kind(), reason.to_string())
}

/// A temporary file in the folder with the permissions of an ordinary new file.
fn temporary(dir: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(dir)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Outcome;
    use crate::error::ErrorKind;
    use crate::report::sample::{self, Recipe, USUAL};
    use crate::scenario::Scenario;

    const TIMING: Timing = Timing { wall_seconds: 1.0, threads: 2, lifetimes_per_second: 1e6 };

    fn run(policies: usize) -> (Scenario, Outcome) {
        let made = &USUAL[..policies];
        let recipe = Recipe { lifetimes: 40, ..Recipe::saver() };
        (sample::scenario(made), sample::outcome(&recipe, made))
    }

    fn names(dir: &Path) -> Vec<String> {
        let entries = fs::read_dir(dir).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_run_leaves_its_files_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("a/b");
        let (scenario, outcome) = run(1);
        let paths = prepare(&place).unwrap().write(Reported::new(&scenario, &outcome), &TIMING).unwrap();
        assert_eq!(paths.len(), 6);
        assert!(paths.iter().all(|path| path.is_file()));
        let expected = [
            "comparison.png",
            "comparison.svg",
            "fan_policy_0.png",
            "fan_policy_0.svg",
            "percentiles.csv",
            "summary.json",
        ];
        assert_eq!(names(&place), expected);
    }

    #[test]
    fn charts_of_policies_that_are_gone_are_removed_and_other_files_kept() {
        let dir = tempfile::tempdir().unwrap();
        let (scenario, outcome) = run(2);
        prepare(dir.path()).unwrap().write(Reported::new(&scenario, &outcome), &TIMING).unwrap();
        for own in ["fan_of_mine.svg", "fan_of_mine.png", "notes.txt"] {
            fs::write(dir.path().join(own), "mine").unwrap();
        }
        let (scenario, outcome) = run(1);
        prepare(dir.path()).unwrap().write(Reported::new(&scenario, &outcome), &TIMING).unwrap();
        let names = names(dir.path());
        assert!(!names.iter().any(|name| name.contains("policy_1")), "{names:?}");
        assert_eq!(names.iter().filter(|name| name.contains("mine") || name.contains("notes")).count(), 3);
    }

    #[test]
    fn a_file_in_the_way_of_the_folder_is_reported_with_its_path() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("taken");
        fs::write(&file, "x").unwrap();
        for path in [file.clone(), file.join("below")] {
            let error = prepare(&path).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::System);
            assert!(error.to_string().contains("taken"), "{error}");
        }
    }

    #[test]
    fn when_one_file_cannot_be_placed_all_earlier_results_stay() {
        let dir = tempfile::tempdir().unwrap();
        let (scenario, outcome) = run(1);
        prepare(dir.path()).unwrap().write(Reported::new(&scenario, &outcome), &TIMING).unwrap();
        for name in ["percentiles.csv", "fan_policy_0.png"] {
            fs::write(dir.path().join(name), "earlier").unwrap();
        }
        // The last file in order meets a folder of its name.
        let last = dir.path().join("summary.json");
        fs::remove_file(&last).unwrap();
        fs::create_dir(&last).unwrap();
        let error =
            prepare(dir.path()).unwrap().write(Reported::new(&scenario, &outcome), &TIMING).unwrap_err();
        assert!(error.to_string().contains("summary.json"), "{error}");
        for name in ["percentiles.csv", "fan_policy_0.png"] {
            assert_eq!(fs::read(dir.path().join(name)).unwrap(), b"earlier");
        }
        assert_eq!(names(dir.path()).len(), 6, "{:?}", names(dir.path()));
    }

    #[test]
    fn a_run_that_is_stopped_leaves_no_empty_folders() {
        let dir = tempfile::tempdir().unwrap();
        drop(prepare(&dir.path().join("a/b")).unwrap());
        assert!(names(dir.path()).is_empty());
    }

    #[test]
    fn an_error_does_not_name_temporary_files() {
        let dir = tempfile::tempdir().unwrap();
        let gone = dir.path().join("gone");
        let error = temporary(&gone).unwrap_err();
        assert!(error.to_string().contains(TEMPORARY));
        assert!(!without_path(&error).to_string().contains(TEMPORARY));
    }

    #[test]
    fn preparing_leaves_earlier_results_untouched_and_no_trace() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("summary.json"), "earlier").unwrap();
        prepare(dir.path()).unwrap();
        assert_eq!(names(dir.path()), ["summary.json"]);
        assert_eq!(fs::read(dir.path().join("summary.json")).unwrap(), b"earlier");
    }
}
