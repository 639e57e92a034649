//! Test only: every operation on the disk fails once, or is the last one of a killed program, with earlier results and the user's
//! own files in place.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use super::disk::{Disk, System};
use super::*;

/// A disk on which one operation fails, and perhaps all after it.
struct Faulty {
    /// Operations until then.
    left: Cell<usize>,
    /// Whether the program is dead from then on.
    kills: bool,
    faults: Cell<u32>,
    /// Whether two folders can change their names in one step.
    exchanges: bool,
    /// What happens right before the new results take their place.
    meanwhile: RefCell<Option<Box<dyn FnOnce()>>>,
}

impl Faulty {
    fn at(operation: usize, kills: bool, exchanges: bool) -> Self {
        Self {
            left: Cell::new(operation),
            kills,
            faults: Cell::new(0),
            exchanges,
            meanwhile: RefCell::new(None),
        }
    }

    fn next(&self) -> io::Result<()> {
        let left = self.left.get();
        let is_dead = self.kills && self.came();
        if left == 0 || is_dead {
            self.faults.set(self.faults.get() + 1);
        }
        self.left.set(left.wrapping_sub(1));
        if left == 0 || is_dead { Err(io::Error::from(io::ErrorKind::StorageFull)) } else { Ok(()) }
    }

    /// Whether the fault has come.
    fn came(&self) -> bool {
        self.faults.get() > 0
    }
}

impl Disk for Faulty {
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.next()?;
        System.create_dir(path)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let is_alive = !self.came();
        if let Err(error) = self.next() {
            // A full disk takes the first part.
            if is_alive {
                fs::write(path, &bytes[..bytes.len() / 2])?;
            }
            return Err(error);
        }
        System.write(path, bytes)
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.next()?;
        System.link(from, to)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.next()?;
        System.rename(from, to)
    }

    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        if let Some(happen) = self.meanwhile.borrow_mut().take() {
            happen();
        }
        if !self.exchanges {
            return Err(io::ErrorKind::Unsupported.into());
        }
        self.next()?;
        System.exchange(one, other)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.next()?;
        System.remove_file(path)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.next()?;
        System.remove_dir(path)
    }

    fn sync_dir(&self, _path: &Path) -> io::Result<()> {
        self.next()
    }
}

/// All files below a folder with their bytes, and all folders.
fn snapshot(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().map(io::Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            let below = snapshot(&entry.path());
            found.extend(below.into_iter().map(|(path, bytes)| (format!("{name}/{path}"), bytes)));
            found.insert(name, b"folder".to_vec());
        } else {
            found.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    found
}

/// Results that differ by `which`; the earlier ones have a table and a set of which the later ones know nothing.
fn results(which: &str) -> Vec<NamedFile> {
    let mut names = vec!["a/summary.json", "a/percentiles.csv", "b/summary.json", "assumptions.json"];
    if which == "earlier" {
        names.extend(["managers.csv", "gone/summary.json", "a/months.csv"]);
    }
    let bytes = |name: &str| format!("{which} {name}").repeat(20).into_bytes();
    names.iter().map(|name| NamedFile { name: (*name).to_string(), bytes: bytes(name) }).collect()
}

fn prepared(place: &Path) -> Folder {
    prepare(place, Origin::calibration("table", b"1"), Earlier::Keep).unwrap()
}

/// A folder with earlier results among the user's own files.
fn with_earlier_results(parent: &Path) -> PathBuf {
    let place = parent.join("plan");
    prepared(&place).write_all(results("earlier")).unwrap();
    for folder in ["own/deep", "empty"] {
        fs::create_dir_all(place.join(folder)).unwrap();
    }
    for file in ["notes.txt", "own/deep/data.csv", "a/fan_of_mine.svg", "gone/mine.txt"] {
        fs::write(place.join(file), format!("mine: {file}")).unwrap();
    }
    place
}

fn leftovers(parent: &Path) -> Vec<String> {
    let names = snapshot(parent).into_keys();
    names.filter(|name| name.contains(".decumulus") || name.contains(".recovered")).collect()
}

#[test]
fn whatever_fails_or_kills_the_old_results_or_the_new_are_whole_and_nothing_is_left_over() {
    let expected = |which: &str| {
        let dir = tempfile::tempdir().unwrap();
        let place = with_earlier_results(dir.path());
        prepared(&place).write_all(results(which)).unwrap();
        snapshot(&place)
    };
    let (earlier, later) = (expected("earlier"), expected("later"));
    assert!(earlier.contains_key("managers.csv") && !later.contains_key("managers.csv"));
    assert!(!later.contains_key("gone/summary.json") && later.contains_key("gone/mine.txt"));
    assert!(later.contains_key("empty") && later.contains_key("own/deep/data.csv"));
    let mut operations = vec![];
    for (kills, exchanges) in [(false, true), (true, true), (false, false), (true, false)] {
        for operation in 0.. {
            let at = format!("operation {operation}, kills {kills}, exchanges {exchanges}");
            let dir = tempfile::tempdir().unwrap();
            let place = with_earlier_results(dir.path());
            let disk = Faulty::at(operation, kills, exchanges);
            let folder = prepared(&place);
            let done = folder.write_all_on(&disk, results("later"));
            let found = snapshot(&place);
            let is_aside = !place.exists() && snapshot(&folder.place.stage.join("old")) == earlier;
            match &done {
                Ok(_) => assert!(found == later, "{at}: {:?}", found.keys()),
                Err(_) if kills && !exchanges && is_aside => {}
                Err(_) => assert!(found == earlier, "{at}: {:?}", found.keys()),
            }
            drop(folder);
            // The next run, which writes nothing.
            drop(prepared(&place));
            let after = snapshot(&place);
            assert!(
                after == if done.is_ok() { later.clone() } else { earlier.clone() },
                "{at}: {:?}",
                after.keys()
            );
            assert!(leftovers(dir.path()).is_empty(), "{at}");
            if !disk.came() {
                operations.push(operation);
                break;
            }
        }
    }
    // The list of contents and four results are written, four files of the user's linked, and so on.
    assert!(operations.iter().all(|count| *count > 25), "{operations:?}");
}

#[test]
fn a_first_run_that_fails_leaves_nothing() {
    for operation in 0..12 {
        for kills in [false, true] {
            let dir = tempfile::tempdir().unwrap();
            let place = dir.path().join("made/plan");
            let folder = prepared(&place);
            let done = folder.write_all_on(&Faulty::at(operation, kills, true), results("later"));
            assert!(done.is_err(), "{operation}");
            drop(folder);
            drop(prepared(&place));
            let left: Vec<String> = snapshot(dir.path()).into_keys().collect();
            // A program that is killed cannot remove the folder that it made for the results.
            assert!(left.is_empty() || (kills && left == ["made"]), "{operation}, {kills}: {left:?}");
        }
    }
}

#[test]
fn what_the_user_writes_while_results_take_their_place_is_not_lost() {
    for exchanges in [true, false] {
        let dir = tempfile::tempdir().unwrap();
        let place = with_earlier_results(dir.path());
        let disk = Faulty::at(usize::MAX / 4, false, exchanges);
        let there = place.clone();
        *disk.meanwhile.borrow_mut() = Some(Box::new(move || {
            fs::remove_file(there.join("notes.txt")).unwrap();
            fs::write(there.join("notes.txt"), "newer").unwrap();
            fs::create_dir(there.join("fresh")).unwrap();
            fs::write(there.join("fresh/new.txt"), "new").unwrap();
        }));
        prepared(&place).write_all_on(&disk, results("later")).unwrap();
        let found = snapshot(&place);
        assert_eq!(found["notes.txt"], b"newer");
        assert_eq!(found["fresh/new.txt"], b"new");
        assert!(found["assumptions.json"].starts_with(b"later"));
        assert!(leftovers(dir.path()).is_empty());
    }
}

#[test]
fn leftovers_of_other_folders_are_cleared_and_those_of_a_live_process_are_not() {
    let dir = tempfile::tempdir().unwrap();
    let place = with_earlier_results(dir.path());
    let before = snapshot(&place);
    // Killed between two renames, and long ago by another version.
    fs::create_dir(dir.path().join(".decumulus-plan")).unwrap();
    fs::rename(&place, dir.path().join(".decumulus-plan/old")).unwrap();
    fs::write(dir.path().join(".decumulus-plan.lock"), "").unwrap();
    fs::write(dir.path().join(".decumulus-x7Gh2a"), "a part").unwrap();
    let live = prepared(&dir.path().join("live"));
    drop(prepared(&dir.path().join("third")));
    assert_eq!(leftovers(dir.path()), [".decumulus-live.lock"]);
    assert!(snapshot(&place) == before);
    drop(live);
    assert!(leftovers(dir.path()).is_empty());
}
