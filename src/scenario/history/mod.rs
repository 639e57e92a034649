//! Tables of history as text → [`History`]: the embedded ones, and those that a user brings as CSV.
//!
//! Either a table is sound in every figure that is used, or nothing is made of it: every problem is reported with the
//! line of the file that it stands on.

mod date;
mod dates;
mod embedded;
mod encoding;
mod figure;
mod header;
mod kind;
mod series;
mod span;
mod text;

pub(super) use embedded::{Embedded, NAMES, embedded};
pub use encoding::text_of_bytes;
pub use series::ReturnsWanted;
pub(super) use series::{Series, read_series};

use crate::error::Problem;
use crate::market::History;

/// The most problems of a file that are reported; further ones are counted.
const MOST_PROBLEMS: usize = 20;

/// The word for a series that has no column because it stands still.
pub(super) const NONE: &str = "none";

/// Which part of a table is wanted.
#[derive(Clone, Debug)]
pub(super) struct Wanted<'a> {
    /// For each series of the market, assets in order and then inflation: its key, and the name of its column or
    /// several names of which the first that is there is taken.
    pub columns: Vec<(&'a str, Vec<String>)>,
    /// The name of the column of dates; `None` for `date` or `year`.
    pub date: Option<&'a str>,
    /// The first date.
    pub from: Option<String>,
    /// The last date.
    pub to: Option<String>,
    /// What the figures are; `None` if the file does not say, so that it is guessed whether they can be fractions.
    pub unit: Option<Unit>,
}

/// What the figures of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// 0.01 is 1 %.
    Fraction,
    /// 1 is 1 %.
    Percent,
}

impl Unit {
    fn scale(self) -> f64 {
        match self {
            Self::Fraction => 1.0,
            Self::Percent => 100.0,
        }
    }
}

/// A table that was read, and what the user should know of it.
#[derive(Clone, Debug)]
pub(super) struct Read {
    pub history: History,
    pub notices: Vec<String>,
}

/// Who asks for a table, and so how a user says what is in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Asker {
    /// A scenario, by the keys of `market.history`.
    #[default]
    Scenario,
    /// `decumulus calibrate`, by flags.
    Flags,
}

impl Asker {
    /// How a user says what the figures are.
    fn unit(self, word: &str) -> String {
        match self {
            Self::Scenario => format!("unit = \"{word}\""),
            Self::Flags => format!("--unit {word}"),
        }
    }
}

/// What is wrong with a table: keys are those of `market.history`.
#[derive(Debug, Default)]
struct Problems {
    file: String,
    asker: Asker,
    found: Vec<Problem>,
    /// How many were found and are only counted.
    beyond: usize,
}

impl Problems {
    fn of(file: &str) -> Self {
        Self { file: file.to_string(), ..Self::default() }
    }

    fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Something wrong with a key of the scenario.
    fn key(&mut self, key: impl Into<String>, found: Option<String>, message: String, help: Option<String>) {
        if self.found.len() < MOST_PROBLEMS {
            self.found.push(Problem { key: key.into(), found, message, help, location: None });
        } else {
            self.beyond += 1;
        }
    }

    /// Something wrong on a line of the file.
    fn line(&mut self, line: u64, what: impl std::fmt::Display) {
        self.key("", None, format!("{}:{line}: {what}", self.file), None);
    }

    /// Something wrong with the file as a whole.
    fn file(&mut self, what: impl std::fmt::Display) {
        self.key("", None, format!("{}: {what}", self.file), None);
    }

    fn take(mut self) -> Vec<Problem> {
        if self.beyond > 0 {
            let message = format!("{}: and {} more problems", self.file, self.beyond);
            self.found.push(Problem { message, ..Problem::default() });
        }
        self.found
    }
}

/// Reads a table. `name` is how problems call it, `source` says in a line where its figures come from.
///
/// # Errors
///
/// Every problem that keeps the table from being used, with its line.
pub(super) fn read(name: &str, source: &str, text: &str, wanted: &Wanted<'_>) -> Result<Read, Vec<Problem>> {
    let mut problems = Problems::of(name);
    let read = read_into(source, text, wanted, &mut problems);
    match read {
        Some(read) if problems.is_empty() => Ok(read),
        _ => Err(problems.take()),
    }
}

fn read_into(source: &str, text: &str, wanted: &Wanted<'_>, problems: &mut Problems) -> Option<Read> {
    let sheet = text::parse(text, problems)?;
    header::refuse_headless(&sheet, problems);
    if !problems.is_empty() {
        return None;
    }
    let places = header::find(&sheet.header, wanted, problems);
    let place = header::find_dates(&sheet, wanted.date, problems)?;
    let places = places?;
    let dated = dates::in_order(&sheet, &place, problems)?;
    let rows = span::chosen(dated, wanted, problems)?;
    let complete = span::complete(&sheet, &rows, &places, wanted, problems)?;
    let last = complete.series.len().saturating_sub(1);
    for (place, (name, figures)) in
        complete.series.iter().enumerate().filter(|(_, (name, _))| !name.is_empty())
    {
        let per_year = complete.first.period.per_year();
        let looked = kind::Looked { name, figures, per_year, is_inflation: place == last };
        kind::check(looked, wanted.unit, |row| complete.lines[row], problems);
    }
    Some(complete.into_history(source))
}
