//! The file in which `run --record` takes down every lifetime: whole at the end, or not there.

use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter, Read};
use std::path::{Path, PathBuf};

use decumulus::engine::{Plan, Recorder};
use decumulus::report::LifetimesCsv;
use decumulus::{Error, Result};

/// How records begin.
const BEGINNING: &[u8; 17] = b"lifetime,end_age,";

/// A file that is being written beside its place; dropped before its [end](Record::end) it leaves nothing.
#[derive(Debug)]
pub struct Record {
    place: PathBuf,
    partial: PathBuf,
    csv: Option<LifetimesCsv<BufWriter<File>>>,
}

impl Record {
    /// Begins the record of a plan.
    ///
    /// # Errors
    ///
    /// A place that cannot be written to, which costs no time then; a file there that is no record, unless any may be replaced.
    pub fn begin(place: &Path, plan: &Plan, replaces_any: bool) -> Result<Self> {
        let name = place.display().to_string();
        if place.is_dir() {
            return Err(Error::invalid("record", format_args!("`{name}`"), "a file, not a folder"));
        }
        if place.exists() && !replaces_any && !is_record(place) {
            let accepted = "a new file, or one that `--record` wrote; --overwrite replaces any";
            return Err(Error::invalid("record", format_args!("`{name}`"), accepted));
        }
        let mut partial = place.as_os_str().to_os_string();
        // What a killed run left here is taken over.
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let unwritten = |error| Error::system("write", place, error);
        let file = File::options().write(true).create(true).truncate(false).open(&partial);
        let file = file.map_err(unwritten)?;
        let taken = || unwritten(io::Error::other("another process is writing it"));
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => taken(),
            TryLockError::Error(error) => unwritten(error),
        })?;
        // Who had it may have put it in its place since it was opened: then it is no longer the one to write.
        if !partial.exists() {
            return Err(taken());
        }
        file.set_len(0).map_err(unwritten)?;
        let mut record = Self { place: place.to_path_buf(), partial, csv: None };
        record.csv = Some(LifetimesCsv::begin(plan, &name, BufWriter::new(file))?);
        Ok(record)
    }

    /// Who takes the lifetimes down.
    pub fn recorder(&self) -> Option<&dyn Recorder> {
        self.csv.as_ref().map(|csv| csv as &dyn Recorder)
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    ///
    /// A disk that is full.
    pub fn end(mut self) -> Result<PathBuf> {
        let unwritten = |error| Error::system("write", &self.place, error);
        if let Some(csv) = self.csv.take() {
            let file = csv.end()?.into_inner().map_err(|error| unwritten(error.into_error()))?;
            file.sync_all().map_err(unwritten)?;
        }
        fs::rename(&self.partial, &self.place).map_err(unwritten)?;
        // What is there from now on is another process's.
        self.partial = PathBuf::new();
        Ok(std::mem::take(&mut self.place))
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        if self.partial != Path::new("") {
            // Nobody could be told that it stays.
            let _ = fs::remove_file(&self.partial);
        }
    }
}

/// Whether a file begins as records do.
fn is_record(place: &Path) -> bool {
    let mut begin = [0; BEGINNING.len()];
    File::open(place).and_then(|mut file| file.read_exact(&mut begin)).is_ok() && begin == *BEGINNING
}

/// The place of the record under one of several sets of assumptions: `lives.csv` becomes `lives-base_2026.csv`.
pub fn place_of_set(place: &Path, set: Option<&str>) -> PathBuf {
    let Some(set) = set else { return place.to_path_buf() };
    let mut name = place.file_stem().unwrap_or_default().to_os_string();
    name.push(format!("-{set}"));
    if let Some(extension) = place.extension() {
        name.push(".");
        name.push(extension);
    }
    place.with_file_name(name)
}
