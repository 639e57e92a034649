//! What building a scenario found: problems that stop it, and warnings that do not.

use std::fmt::Display;

use crate::error::{Error, Problem, Result};
use crate::scenario::suggest;

/// The problems and warnings so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    problems: Vec<Problem>,
    warnings: Vec<String>,
}

impl Findings {
    /// The value, or its problems noted under `prefix`.
    pub fn take<T>(&mut self, prefix: &str, result: Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.add(error.within(prefix));
                None
            }
        }
    }

    pub fn add(&mut self, error: Error) {
        match error.into_problems() {
            Ok(problems) => self.problems.extend(problems),
            Err(other) => {
                self.problems.push(Problem { message: other.to_string(), ..Problem::default() });
            }
        }
    }

    pub fn refuse(&mut self, key: impl Into<String>, found: impl Display, accepted: impl Display) {
        self.add(Error::invalid(key, found, accepted));
    }

    /// A key that is needed and not there; `advice` is a clause that says what to give.
    pub fn missing(&mut self, key: impl Into<String>, advice: impl Display) {
        let message = format!("is missing; {advice}");
        self.problems.push(Problem { key: key.into(), message, ..Problem::default() });
    }

    /// A word that is not among those known, with the nearest one.
    pub fn unknown<'a>(
        &mut self,
        key: impl Into<String>,
        word: &str,
        accepted: &str,
        known: impl IntoIterator<Item = &'a str> + Clone,
    ) {
        let help = suggest::help(word, known);
        self.add(Error::invalid(key, format_args!("`{word}`"), accepted).help(help));
    }

    pub fn warn(&mut self, warning: String) {
        // Several sets of assumptions may ask for the same warning.
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    pub fn into_parts(self) -> (Vec<Problem>, Vec<String>) {
        (self.problems, self.warnings)
    }
}

/// The error with every problem changed.
pub(super) fn each_problem(error: Error, change: impl Fn(Problem) -> Problem) -> Error {
    match error.into_problems() {
        Ok(problems) => Error::input(problems.into_iter().map(change).collect()),
        Err(other) => other,
    }
}
