//! The output folder: proved writable before a run, and filled at once after it or not at all.
//!
//! A folder is one plan's. `contents.json` in it lists what this program wrote, and for which plan; everything else in it is
//! the user's and stays. Results of another plan are refused unless the caller says that they are to be replaced.

mod commit;
mod contents;
mod disk;
#[cfg(test)]
mod faults;
mod lock;
mod origin;
mod place;

pub use origin::{Earlier, Origin};

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::report::across::set_name;
use crate::report::break_even::{BreakEvens, break_even_json};
use crate::report::files::{self, NamedFile};
use crate::report::{Across, Reported, Timing, chart};

use commit::Change;
use contents::{CONTENTS, Contents};
use disk::{Disk, System};
use lock::Lock;
use place::Place;

/// Bytes that are written to prove that there is room.
const PROBE: usize = 64 * 1024;

/// A folder that is known to take files, locked until it is written or dropped.
#[derive(Debug)]
pub struct Folder {
    origin: Origin,
    earlier: Earlier,
    place: Place,
    // Fields are dropped in order: the lock goes before the folder in which it lies.
    _lock: Lock,
    _made: Made,
}

/// Folders that were made for the results, the innermost first; they go again if nothing is written.
#[derive(Debug)]
struct Made(Vec<PathBuf>);

impl Drop for Made {
    fn drop(&mut self) {
        for folder in &self.0 {
            // Only an empty folder is removed, and one that cannot be is no harm.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Locks the folder, creates those above it, clears what killed runs left beside it, and proves that files can be written;
/// what lies in the folder stays as it is.
///
/// Meant to be called before a long run, so that a mistyped path, or a folder that is another plan's, costs no time.
///
/// # Errors
///
/// [`ErrorKind::Input`](crate::ErrorKind::Input) if the folder holds the results of something else and `earlier` is
/// [`Earlier::Keep`]. [`ErrorKind::System`](crate::ErrorKind::System) with the path: a file in the way, no permission, a full disk,
/// or another process at work there.
pub fn prepare(dir: &Path, origin: Origin, earlier: Earlier) -> Result<Folder> {
    let around = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    let made = Made(around.ancestors().take_while(missing).map(Path::to_path_buf).collect());
    let wrong = |error| Error::system("create the folder", dir, error);
    fs::create_dir_all(around).map_err(wrong)?;
    let place = Place::of(dir)?;
    if place.target.exists() && !place.target.is_dir() {
        return Err(wrong(io::Error::new(io::ErrorKind::AlreadyExists, "there is a file of that name")));
    }
    let unwritable = |error| Error::system("write to the folder", &place.parent, error);
    let Some(lock) = Lock::take(&place.lock).map_err(unwritable)? else {
        return Err(Error::system("use the folder", dir, at_work()));
    };
    clear_leftovers(&place);
    commit::recover(&System, &place).map_err(unwritable)?;
    if earlier == Earlier::Keep {
        origin.require(&Contents::of(&place.target), &place.target, dir)?;
    }
    probe(&System, &place).map_err(unwritable)?;
    Ok(Folder { origin, earlier, place, _lock: lock, _made: made })
}

fn at_work() -> io::Error {
    let reason = "another decumulus is at work in it; wait until that has ended, or choose another folder with --output";
    io::Error::new(io::ErrorKind::WouldBlock, reason)
}

/// Proves that there is room.
fn probe(disk: &dyn Disk, place: &Place) -> io::Result<()> {
    let file = place.stage.join("probe");
    disk.create_dir(&place.stage)?;
    let written = disk.write(&file, &vec![b' '; PROBE]);
    let _ = disk.remove_file(&file);
    let _ = disk.remove_dir(&place.stage);
    written
}

/// Clears what killed runs for other folders left beside this one. One that is locked is at work; what cannot be cleared is no
/// reason to fail.
fn clear_leftovers(place: &Place) {
    let Ok(entries) = fs::read_dir(&place.parent) else { return };
    for entry in entries.filter_map(io::Result::ok) {
        let Some((left, target)) = Place::of_leftover(&place.parent, &entry.file_name()) else { continue };
        // Where the name does not tell the target, an earlier folder that was set aside waits for a run that knows it.
        let is_safe = target.is_some() || !left.stage.join("old").exists();
        if left.lock != place.lock
            && is_safe
            && let Ok(Some(_lock)) = Lock::take(&left.lock)
        {
            let _ = commit::recover(&System, &left);
        }
    }
}

impl Folder {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.place.named
    }

    /// Writes the summary, the percentiles and the charts of a run and returns their paths.
    ///
    /// Files of an earlier run of the same plan that this one does not write are removed: a picture that contradicts the summary
    /// beside it would be worse than none. Nothing else is touched.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::System`](crate::ErrorKind::System) with the path; earlier results are then as they were.
    pub fn write(self, reported: Reported<'_>, timing: &Timing) -> Result<Vec<PathBuf>> {
        self.write_all(files::build(reported, timing)?)
    }

    /// Writes what was found under several sets of assumptions, each in a folder of its own, with their comparison, and returns the
    /// paths, as [`Folder::write`]: all sets, or none.
    ///
    /// # Errors
    ///
    /// As [`Folder::write`].
    pub fn write_across(self, across: Across<'_>, timings: &[Timing]) -> Result<Vec<PathBuf>> {
        let mut all = vec![];
        for (i, timing) in timings.iter().enumerate() {
            let Some(reported) = across.reported(i) else { continue };
            let set = set_name(reported.scenario);
            let of_set = files::build(reported, timing)?.into_iter();
            all.extend(of_set.map(|file| NamedFile { name: format!("{set}/{}", file.name), ..file }));
        }
        all.extend(files::build_across(across, timings)?);
        self.write_all(all)
    }

    /// Writes break-even premiums as `breakeven.json` and returns its path, as [`Folder::write`]; a run of the same plan stays beside it.
    ///
    /// # Errors
    ///
    /// As [`Folder::write`].
    pub fn write_break_even(self, found: &[BreakEvens]) -> Result<Vec<PathBuf>> {
        let bytes = break_even_json(found).into_bytes();
        self.write_all(vec![NamedFile { name: files::BREAK_EVEN.to_string(), bytes }])
    }

    /// Puts all files in place, or none, with what is laid beside them.
    pub(super) fn write_all(self, files: Vec<NamedFile>) -> Result<Vec<PathBuf>> {
        self.write_all_on(&System, files)
    }

    fn write_all_on(&self, disk: &dyn Disk, files: Vec<NamedFile>) -> Result<Vec<PathBuf>> {
        let before = Contents::of(&self.place.target);
        let mut all = self.origin.fresh_papers(&before);
        all.extend(files);
        let after = self.origin.contents(&before, &all);
        // The list comes first, so that every other file in a stage is known by it.
        all.insert(0, NamedFile { name: CONTENTS.to_string(), bytes: after.to_json().into_bytes() });
        let stale = if self.earlier == Earlier::Replace { self.unlisted() } else { BTreeSet::new() };
        let change = Change { before: &before, after: &after, files: &all, stale: &stale };
        commit::commit(disk, &self.place, &change)?;
        let paths: Vec<PathBuf> = all.iter().map(|file| self.place.named.join(&file.name)).collect();
        for path in &paths {
            fs::metadata(path)
                .map_err(|error| Error::system("find again, right after writing it,", path, error))?;
        }
        Ok(paths)
    }

    /// Files in the folder that no list has but which carry the names of ours, or our mark.
    fn unlisted(&self) -> BTreeSet<String> {
        let mut found: BTreeSet<String> = self.origin.possible().iter().cloned().collect();
        let Ok(entries) = fs::read_dir(&self.place.target) else { return found };
        for svg in
            entries.filter_map(io::Result::ok).map(|entry| entry.path()).filter(|path| is_our_chart(path))
        {
            for path in [svg.with_extension("png"), svg] {
                found.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
            }
        }
        found
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

    fn prepared(dir: &Path, scenario: &Scenario, earlier: Earlier) -> Result<Folder> {
        // The made-up market holds nothing that could be compiled.
        let identity = format!("{} policies", scenario.inputs.policies.len());
        prepare(dir, Origin::run_of(scenario, identity).with_paper("scenario.toml", "text"), earlier)
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
        let folder = prepared(&place, &scenario, Earlier::Keep).unwrap();
        let paths = folder.write(Reported::new(&scenario, &outcome), &TIMING).unwrap();
        assert_eq!(paths.len(), 8);
        assert!(paths.iter().all(|path| path.is_file()));
        let expected = [
            "comparison.png",
            "comparison.svg",
            "contents.json",
            "fan_policy_0.png",
            "fan_policy_0.svg",
            "percentiles.csv",
            "scenario.toml",
            "summary.json",
        ];
        assert_eq!(names(&place), expected);
        assert_eq!(names(&dir.path().join("a")), ["b"]);
    }

    #[test]
    fn the_same_plan_replaces_its_own_results_and_another_does_not() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("plan");
        let (mut scenario, outcome) = run(2);
        let write = |folder: Folder, scenario: &Scenario, outcome: &Outcome| {
            folder.write(Reported::new(scenario, outcome), &TIMING).unwrap();
        };
        write(prepared(&place, &scenario, Earlier::Keep).unwrap(), &scenario, &outcome);
        for own in ["fan_of_mine.svg", "fan_of_mine.png", "notes.txt"] {
            fs::write(place.join(own), "mine").unwrap();
        }
        scenario.change_settings(|settings| (settings.seed, settings.lifetimes) = (5, 77));
        scenario.output.charts = false;
        write(prepared(&place, &scenario, Earlier::Keep).unwrap(), &scenario, &outcome);
        let plain = ["contents.json", "fan_of_mine.png", "fan_of_mine.svg", "notes.txt", "percentiles.csv"];
        assert_eq!(names(&place)[..5], plain);
        let (other, outcome) = run(1);
        let before = fs::read(place.join("summary.json")).unwrap();
        let error = prepared(&place, &other, Earlier::Keep).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input);
        for part in ["plan holds the results of another plan", "--output", "--overwrite", &scenario.name] {
            assert!(error.to_string().contains(part), "{error}");
        }
        assert_eq!(fs::read(place.join("summary.json")).unwrap(), before);
        write(prepared(&place, &other, Earlier::Replace).unwrap(), &other, &outcome);
        assert_ne!(fs::read(place.join("summary.json")).unwrap(), before);
        assert_eq!(
            names(&place).iter().filter(|name| name.contains("mine") || name.contains("notes")).count(),
            3
        );
    }

    #[test]
    fn files_that_are_not_ours_are_not_replaced_unless_told() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("plan");
        let (scenario, outcome) = run(1);
        fs::create_dir(&place).unwrap();
        for name in ["comparison.svg", "contents.json", "scenario.toml", "percentiles.csv"] {
            fs::write(place.join(name), "mine").unwrap();
            let error = prepared(&place, &scenario, Earlier::Keep).unwrap_err();
            assert_eq!((error.kind(), names(&place).as_slice()), (ErrorKind::Input, &[name.to_string()][..]));
            assert!(error.to_string().contains(name), "{error}");
            fs::remove_file(place.join(name)).unwrap();
        }
        fs::write(place.join("comparison.svg"), "mine").unwrap();
        let folder = prepared(&place, &scenario, Earlier::Replace).unwrap();
        folder.write(Reported::new(&scenario, &outcome), &TIMING).unwrap();
        assert!(fs::read(place.join("comparison.svg")).unwrap() != b"mine");
    }

    #[test]
    fn a_file_in_the_way_of_the_folder_is_reported_with_its_path() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("taken");
        fs::write(&file, "x").unwrap();
        for path in [file.clone(), file.join("below")] {
            let error = prepared(&path, &run(1).0, Earlier::Keep).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::System);
            assert!(error.to_string().contains("taken"), "{error}");
        }
    }

    #[test]
    fn when_one_file_cannot_be_placed_all_earlier_results_stay() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("plan");
        let (scenario, outcome) = run(1);
        let written = || {
            let folder = prepared(&place, &scenario, Earlier::Keep)?;
            folder.write(Reported::new(&scenario, &outcome), &TIMING)
        };
        written().unwrap();
        for name in ["percentiles.csv", "fan_policy_0.png"] {
            fs::write(place.join(name), "earlier").unwrap();
        }
        // The last file in order meets a folder of its name.
        let last = place.join("summary.json");
        fs::remove_file(&last).unwrap();
        fs::create_dir(&last).unwrap();
        let error = written().unwrap_err();
        assert!(error.to_string().contains("summary.json"), "{error}");
        for name in ["percentiles.csv", "fan_policy_0.png"] {
            assert_eq!(fs::read(place.join(name)).unwrap(), b"earlier");
        }
        assert_eq!((names(&place).len(), names(dir.path()).len()), (8, 1), "{:?}", names(&place));
    }

    #[test]
    fn a_run_that_is_stopped_leaves_no_empty_folders() {
        let dir = tempfile::tempdir().unwrap();
        drop(prepared(&dir.path().join("a/b"), &run(1).0, Earlier::Keep).unwrap());
        assert!(names(dir.path()).is_empty());
    }

    #[test]
    fn a_folder_has_one_writer() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("plan");
        let first = prepared(&place, &run(1).0, Earlier::Keep).unwrap();
        let error = prepared(&place, &run(1).0, Earlier::Keep).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::System);
        assert!(error.to_string().contains("another decumulus is at work in it"), "{error}");
        assert!(prepared(&dir.path().join("other"), &run(1).0, Earlier::Keep).is_ok());
        drop(first);
        assert!(prepared(&place, &run(1).0, Earlier::Keep).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_behind_a_link_is_the_folder_itself() {
        let dir = tempfile::tempdir().unwrap();
        let (real, link) = (dir.path().join("far/real"), dir.path().join("plan"));
        fs::create_dir_all(&real).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let (scenario, outcome) = run(1);
        let folder = prepared(&link, &scenario, Earlier::Keep).unwrap();
        assert!(prepared(&real, &scenario, Earlier::Keep).is_err());
        folder.write(Reported::new(&scenario, &outcome), &TIMING).unwrap();
        assert!(link.is_symlink() && real.join("summary.json").is_file());
    }
}
