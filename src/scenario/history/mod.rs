//! Tables of history as text → [`History`]: the embedded ones, and those that a user brings as CSV.
//!
//! Either a table is sound in every figure that is used, or nothing is made of it: every problem is reported with the
//! line of the file that it stands on.

mod columns;
mod date;
mod embedded;
mod percent;
mod span;
mod text;

pub(super) use embedded::{Embedded, NAMES, embedded};

use crate::error::Problem;
use crate::market::History;

/// The most problems of a file that are reported.
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
pub(super) enum Unit {
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

/// What is wrong with a table: keys are those of `market.history`.
#[derive(Debug, Default)]
struct Problems {
    file: String,
    found: Vec<Problem>,
}

impl Problems {
    /// Something wrong with a key of the scenario.
    fn key(&mut self, key: impl Into<String>, found: Option<String>, message: String, help: Option<String>) {
        self.found.push(Problem { key: key.into(), found, message, help, location: None });
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
        let left_out = self.found.len().saturating_sub(MOST_PROBLEMS);
        self.found.truncate(MOST_PROBLEMS);
        if left_out > 0 {
            self.file(format_args!("and {left_out} more problems"));
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
    let mut problems = Problems { file: name.to_string(), found: vec![] };
    let read = read_into(source, text, wanted, &mut problems);
    match read {
        Some(read) if problems.found.is_empty() => Ok(read),
        _ => Err(problems.take()),
    }
}

fn read_into(source: &str, text: &str, wanted: &Wanted<'_>, problems: &mut Problems) -> Option<Read> {
    let table = text::parse(text, problems)?;
    let places = columns::find(&table.header, wanted, problems);
    let date_column = columns::find_date(&table.header, wanted, problems)?;
    let places = places?;
    let dated = date::in_order(&table, date_column, problems)?;
    let rows = span::chosen(dated, wanted, problems)?;
    let complete = span::complete(&table, &rows, &places, wanted, problems)?;
    percent::check(&complete, wanted, problems);
    Some(complete.into_history(source))
}
