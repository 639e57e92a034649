//! A folder of results takes the place of the earlier one in one step, and what a run that was killed left behind is cleared.
//!
//! The new folder is made whole beside the old one, with second names for every file that is the user's own. Then both
//! change their names in one operation of the file system; where there is none (Windows, some network drives), the old
//! one steps aside first, and the next run brings it back should the program be killed in between. At every moment
//! either all old results are in place or all new ones.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::report::files::NamedFile;
use crate::report::folder::contents::{CONTENTS, Contents};
use crate::report::folder::disk::Disk;
use crate::report::folder::place::{Place, TEMPORARY};

/// What a file of the user's is called that is found again where its name is taken.
const RECOVERED: &str = ".recovered";

/// What is put in place of what.
pub(super) struct Change<'a> {
    /// What was told of the folder.
    pub before: &'a Contents,
    /// What will be told of it.
    pub after: &'a Contents,
    /// All new files; the list of contents comes first.
    pub files: &'a [NamedFile],
    /// Further files of this program that go, which no list has.
    pub stale: &'a BTreeSet<String>,
}

impl Change<'_> {
    /// Whether a file of the earlier folder is in the new one as it is.
    fn keeps(&self, file: &str) -> bool {
        let is_new = self.files.iter().any(|new| new.name == file);
        let is_gone = self.before.has(file) && !self.after.has(file);
        !is_new && !is_gone && !self.stale.contains(file)
    }
}

/// Puts the new files in place, all or none; nothing else in the folder changes.
///
/// # Errors
///
/// The system's, with the file that it is about; the earlier results are then as they were.
pub(super) fn commit(disk: &dyn Disk, place: &Place, change: &Change<'_>) -> Result<()> {
    let done = make(disk, place, change).and_then(|()| {
        let wrong = |error| Error::system("put the results in place in", &place.named, error);
        take_place(disk, place).map_err(wrong)
    });
    match done {
        Ok(earlier) => {
            // The results are in place; what cannot be cleared now is cleared by the next run.
            let _ = disk.sync_dir(&place.parent);
            let _ = earlier.map_or(Ok(()), |earlier| {
                let gone = |file: &str| !change.keeps(file);
                discard(disk, &Discarded { tree: &earlier, place, gone: &gone, wins: true }, "")
            });
            let _ = disk.remove_dir(&place.stage);
            Ok(())
        }
        Err(error) => {
            // All that is in the new folder has another name in the old one, or was never in place.
            if remove_all(disk, &place.stage.join("new")).is_ok() {
                let _ = disk.remove_dir(&place.stage);
            }
            Err(error)
        }
    }
}

/// Makes the new folder in the stage.
fn make(disk: &dyn Disk, place: &Place, change: &Change<'_>) -> Result<()> {
    let new = place.stage.join("new");
    let wrong = |error| Error::system("write to the folder", &place.parent, error);
    disk.create_dir(&place.stage).and_then(|()| disk.create_dir(&new)).map_err(wrong)?;
    let mut folders = BTreeSet::new();
    for file in change.files {
        let named = place.named.join(&file.name);
        let wrong = |error| Error::system("write", &named, error);
        if let Some((folder, _)) = file.name.rsplit_once('/') {
            let there = place.target.join(folder);
            if there.exists() && !there.is_dir() {
                let error = io::Error::new(io::ErrorKind::NotADirectory, "there is a file of that name");
                return Err(Error::system("write to the folder", place.named.join(folder), error));
            }
            if folders.insert(folder.to_string()) {
                disk.create_dir(&new.join(folder)).map_err(wrong)?;
            }
        }
        if place.target.join(&file.name).is_dir() {
            return Err(wrong(io::Error::new(io::ErrorKind::IsADirectory, "there is a folder of that name")));
        }
        disk.write(&new.join(&file.name), &file.bytes).map_err(wrong)?;
    }
    if place.target.is_dir() {
        keep(disk, change, &place.target, &new, "")?;
    }
    folders.iter().map(|folder| new.join(folder)).chain([new.clone(), place.stage.clone()]).try_for_each(
        |folder| {
            disk.sync_dir(&folder).map_err(|error| Error::system("write to the folder", &place.named, error))
        },
    )
}

/// Gives every file that stays a second name in the new folder; whether there was any.
fn keep(disk: &dyn Disk, change: &Change<'_>, from: &Path, to: &Path, prefix: &str) -> Result<bool> {
    let wrong = |path: &Path| {
        let path = path.to_path_buf();
        move |error| Error::system("keep", path, error)
    };
    // A folder that cannot be given its permissions is still a folder.
    let _ = fs::metadata(from).and_then(|found| fs::set_permissions(to, found.permissions()));
    let mut kept = false;
    for entry in fs::read_dir(from).map_err(wrong(from))? {
        let entry = entry.map_err(wrong(from))?;
        let (old, new) = (entry.path(), to.join(entry.file_name()));
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().map_err(wrong(&old))?.is_dir() {
            require_same_system(from, &old).map_err(wrong(&old))?;
            let is_made = !new.exists();
            if is_made {
                disk.create_dir(&new).map_err(wrong(&old))?;
            }
            let is_empty = fs::read_dir(&old).map_err(wrong(&old))?.next().is_none();
            let any = keep(disk, change, &old, &new, &format!("{name}/"))?;
            if is_made && !any && !is_empty {
                disk.remove_dir(&new).map_err(wrong(&old))?;
            }
            kept |= any || is_empty;
        } else if change.keeps(&name) && !entry.file_name().to_string_lossy().starts_with(TEMPORARY) {
            disk.link(&old, &new).map_err(wrong(&old))?;
            kept = true;
        }
    }
    Ok(kept)
}

/// Refuses a folder on which another file system is mounted: its files cannot have second names here.
#[cfg(unix)]
fn require_same_system(around: &Path, folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    if fs::metadata(around)?.dev() == fs::metadata(folder)?.dev() {
        return Ok(());
    }
    let reason = "another file system is mounted there; choose another folder with --output";
    Err(io::Error::new(io::ErrorKind::CrossesDevices, reason))
}

#[cfg(not(unix))]
fn require_same_system(_around: &Path, _folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Gives the new folder its name; returns where the earlier one is now.
fn take_place(disk: &dyn Disk, place: &Place) -> io::Result<Option<PathBuf>> {
    let (new, aside) = (place.stage.join("new"), place.stage.join("old"));
    if !place.target.exists() {
        return disk.rename(&new, &place.target).map(|()| None);
    }
    match disk.exchange(&new, &place.target) {
        Ok(()) => return Ok(Some(new)),
        Err(error) if error.kind() != io::ErrorKind::Unsupported => return Err(error),
        Err(_) => {}
    }
    disk.rename(&place.target, &aside)?;
    let Err(error) = disk.rename(&new, &place.target) else { return Ok(Some(aside)) };
    if disk.rename(&aside, &place.target).is_ok() {
        return Err(error);
    }
    let where_it_is = format!(
        "{error}; the earlier results lie whole in {}, and the next run brings them back",
        aside.display()
    );
    Err(io::Error::new(error.kind(), where_it_is))
}

/// Brings back an earlier folder that a killed run left aside, and clears the rest of what it left.
///
/// # Errors
///
/// The system's. Nothing is removed of which this is the last copy.
pub(super) fn recover(disk: &dyn Disk, place: &Place) -> io::Result<()> {
    if fs::symlink_metadata(&place.stage).is_ok_and(|found| !found.is_dir()) {
        return disk.remove_file(&place.stage);
    }
    if !place.stage.is_dir() {
        return Ok(());
    }
    let (new, aside) = (place.stage.join("new"), place.stage.join("old"));
    if aside.is_dir() && !place.target.exists() {
        disk.rename(&aside, &place.target)?;
    }
    let in_place = Contents::of(&place.target);
    for tree in [new, aside].iter().filter(|tree| tree.is_dir()) {
        let listed = Contents::of(tree);
        let gone = |file: &str| file == CONTENTS || listed.has(file) || in_place.has(file);
        discard(disk, &Discarded { tree, place, gone: &gone, wins: false }, "")?;
    }
    remove_all(disk, &place.stage)
}

/// A folder that goes.
struct Discarded<'a> {
    tree: &'a Path,
    place: &'a Place,
    /// Which of its files are not needed.
    gone: &'a dyn Fn(&str) -> bool,
    /// Whether another file of the user's is newer than the one in place: it was changed while the folders changed names.
    wins: bool,
}

/// Removes a folder. A file of the user's that is not in place goes there first.
fn discard(disk: &dyn Disk, discarded: &Discarded<'_>, prefix: &str) -> io::Result<()> {
    let folder = discarded.tree.join(prefix);
    let mut entries = fs::read_dir(&folder)?.collect::<io::Result<Vec<_>>>()?;
    // Last the list by which the others are known.
    entries.sort_by_key(|entry| (entry.file_name() == CONTENTS, entry.file_name()));
    for entry in entries {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let there = discarded.place.target.join(prefix).join(entry.file_name());
        if entry.file_type()?.is_dir() {
            discard(disk, discarded, &format!("{name}/"))?;
        } else if (discarded.gone)(&name)
            || entry.file_name().to_string_lossy().starts_with(TEMPORARY)
            || is_same(&entry.path(), &there)
        {
            disk.remove_file(&entry.path())?;
        } else {
            bring_back(disk, &entry.path(), &there, discarded.wins)?;
        }
    }
    disk.remove_dir(&folder)
}

/// Moves a file to its place; beside another of its name unless it `wins`.
fn bring_back(disk: &dyn Disk, from: &Path, there: &Path, wins: bool) -> io::Result<()> {
    let mut missing: Vec<&Path> = there.ancestors().skip(1).take_while(|folder| !folder.exists()).collect();
    while let Some(folder) = missing.pop() {
        disk.create_dir(folder)?;
    }
    let mut free = there.to_path_buf();
    while !wins && fs::symlink_metadata(&free).is_ok() {
        let mut longer = free.into_os_string();
        longer.push(RECOVERED);
        free = longer.into();
    }
    disk.rename(from, &free)
}

/// Whether two names are those of one file, or of two with the same bytes.
fn is_same(one: &Path, other: &Path) -> bool {
    let (Ok(first), Ok(second)) = (fs::symlink_metadata(one), fs::symlink_metadata(other)) else {
        return false;
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        if (first.dev(), first.ino()) == (second.dev(), second.ino()) {
            return true;
        }
    }
    let alike = first.is_file() && second.is_file() && first.len() == second.len();
    alike && matches!((fs::read(one), fs::read(other)), (Ok(first), Ok(second)) if first == second)
}

/// Removes a folder with all that is in it, if it is there.
fn remove_all(disk: &dyn Disk, folder: &Path) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            remove_all(disk, &entry.path())?;
        } else {
            disk.remove_file(&entry.path())?;
        }
    }
    disk.remove_dir(folder)
}
