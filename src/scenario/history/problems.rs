//! What is wrong with a table, in the words of who asks for it.

use crate::error::Problem;

/// The most problems of a file that are reported; further ones are counted.
const MOST_PROBLEMS: usize = 20;

/// Who asks for a table, and so how a user says what is in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Asker {
    /// A scenario, by the keys of `market.history`.
    #[default]
    Scenario,
    /// `decumulus calibrate`, by flags.
    Flags,
}

impl Asker {
    /// How a user says what the figures are.
    pub(super) fn unit(self, word: &str) -> String {
        match self {
            Self::Scenario => format!("unit = \"{word}\""),
            Self::Flags => format!("--unit {word}"),
        }
    }
}

/// What is wrong with a table: keys are those of `market.history`.
#[derive(Debug, Default)]
pub(super) struct Problems {
    pub(super) file: String,
    pub(super) asker: Asker,
    found: Vec<Problem>,
    /// How many were found and are only counted.
    beyond: usize,
}

impl Problems {
    pub(super) fn of(file: &str) -> Self {
        Self { file: file.to_string(), ..Self::default() }
    }

    pub(super) fn asked_by(self, asker: Asker) -> Self {
        Self { asker, ..self }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Something wrong with a key of the scenario.
    pub(super) fn key(
        &mut self,
        key: impl Into<String>,
        found: Option<String>,
        message: String,
        help: Option<String>,
    ) {
        if self.found.len() < MOST_PROBLEMS {
            self.found.push(Problem { key: key.into(), found, message, help, location: None });
        } else {
            self.beyond += 1;
        }
    }

    /// Something wrong on a line of the file.
    pub(super) fn line(&mut self, line: u64, what: impl std::fmt::Display) {
        self.key("", None, format!("{}:{line}: {what}", self.file), None);
    }

    /// Something wrong with the file as a whole.
    pub(super) fn file(&mut self, what: impl std::fmt::Display) {
        self.key("", None, format!("{}: {what}", self.file), None);
    }

    pub(super) fn take(mut self) -> Vec<Problem> {
        if self.beyond > 0 {
            let message = format!("{}: and {} more problems", self.file, self.beyond);
            self.found.push(Problem { message, ..Problem::default() });
        }
        self.found
    }
}
