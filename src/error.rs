//! Floor 0: the one public error of the crate.
//!
//! An error says what is wrong, where (file, line, column, key) and what would be accepted. Bad input
//! collects every problem that was found before it is reported.

use std::fmt;
use std::path::{Path, PathBuf};

/// The result of everything in this crate that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// Why something could not be done.
///
/// Opaque and cheap to move; ask [`Error::kind`] what to do about it and [`Error::problems`] for the
/// single findings of bad input.
///
/// ```
/// use decumulus::{Error, ErrorKind};
/// let error = Error::invalid("volatility", "-0.1", "a number from 0 to 10").within("market.gold");
/// assert_eq!(error.kind(), ErrorKind::Input);
/// assert_eq!(error.to_string(), "market.gold.volatility is -0.1, but must be a number from 0 to 10");
/// ```
pub struct Error(Box<Repr>);

/// What sort of trouble an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file, flag or value is wrong; change it and try again.
    Input,
    /// The system refused to read or write (permissions, a full disk).
    System,
    /// The user stopped the run.
    Interrupted,
    /// Partial results do not belong together or are damaged.
    Mismatch,
}

enum Repr {
    Input(Vec<Problem>),
    System { action: &'static str, path: PathBuf, source: std::io::Error },
    Interrupted,
    Mismatch(String),
}

/// One thing that is wrong with the input.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Problem {
    /// The key in dotted form, such as `market.assets.gold.volatility`; empty for a whole file.
    pub key: String,
    /// The value found, as the user wrote it; `None` if the key is missing.
    pub found: Option<String>,
    /// What is wrong or what is accepted, as the end of a sentence that begins with key and value.
    pub message: String,
    /// What the user may do next, if that is not obvious.
    pub help: Option<String>,
    /// Where the value stands; `None` until the reader of the file has added it.
    pub location: Option<Location>,
}

/// A place in a file that a user wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The file as the user named it.
    pub file: String,
    /// Line, from one.
    pub line: usize,
    /// Column in characters, from one.
    pub column: usize,
    /// The bytes of the file that the value takes.
    pub span: std::ops::Range<usize>,
}

impl Error {
    /// A value that is not accepted; `accepted` completes "must be …".
    #[cold]
    pub fn invalid(key: impl Into<String>, found: impl fmt::Display, accepted: impl fmt::Display) -> Self {
        Self::from(Problem {
            key: key.into(),
            found: Some(found.to_string()),
            message: format!("must be {accepted}"),
            ..Problem::default()
        })
    }

    /// Bad input, all problems at once; an empty list is reported as one unnamed problem.
    #[cold]
    #[must_use]
    pub fn input(problems: Vec<Problem>) -> Self {
        Self(Box::new(Repr::Input(problems)))
    }

    /// The system refused an action (such as "write") on a path.
    #[cold]
    pub fn system(action: &'static str, path: impl AsRef<Path>, source: std::io::Error) -> Self {
        Self(Box::new(Repr::System { action, path: path.as_ref().to_path_buf(), source }))
    }

    /// The user stopped the run.
    #[cold]
    #[must_use]
    pub fn interrupted() -> Self {
        Self(Box::new(Repr::Interrupted))
    }

    /// Partial results that cannot be joined or read, with the reason as a whole sentence.
    #[cold]
    pub fn mismatch(reason: impl Into<String>) -> Self {
        Self(Box::new(Repr::Mismatch(reason.into())))
    }

    /// What sort of trouble this is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match &*self.0 {
            Repr::Input(_) => ErrorKind::Input,
            Repr::System { .. } => ErrorKind::System,
            Repr::Interrupted => ErrorKind::Interrupted,
            Repr::Mismatch(_) => ErrorKind::Mismatch,
        }
    }

    /// The single findings of bad input; empty for the other kinds.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        match &*self.0 {
            Repr::Input(problems) => problems,
            _ => &[],
        }
    }

    /// The single findings of bad input, by value; any other kind becomes the error again.
    ///
    /// # Errors
    ///
    /// Returns the error itself unless its kind is [`ErrorKind::Input`].
    pub fn into_problems(self) -> std::result::Result<Vec<Problem>, Self> {
        match *self.0 {
            Repr::Input(problems) => Ok(problems),
            other => Err(Self(Box::new(other))),
        }
    }

    /// The same error with `prefix` put before every key.
    #[must_use]
    pub fn within(mut self, prefix: &str) -> Self {
        if let Repr::Input(problems) = &mut *self.0 {
            for problem in problems {
                problem.key = match (prefix, problem.key.as_str()) {
                    ("", key) => key.to_string(),
                    (prefix, "") => prefix.to_string(),
                    (prefix, key) => format!("{prefix}.{key}"),
                };
            }
        }
        self
    }

    /// The same error with a hint at what to do next on every problem that has none.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        let help = help.into();
        if let Repr::Input(problems) = &mut *self.0 {
            for problem in problems.iter_mut().filter(|p| p.help.is_none()) {
                problem.help = Some(help.clone());
            }
        }
        self
    }

    /// The exit code of a program that ends with this error: 2 for bad input, 1 for the rest.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        if self.kind() == ErrorKind::Input { 2 } else { 1 }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::input(vec![problem])
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(at) = &self.location {
            write!(f, "{}:{}:{}: ", at.file, at.line, at.column)?;
        }
        match (self.key.is_empty(), &self.found) {
            (true, _) => f.write_str(&self.message),
            (false, None) => write!(f, "{} {}", self.key, self.message),
            (false, Some(found)) => write!(f, "{} is {found}, but {}", self.key, self.message),
        }?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Repr::Input(problems) if problems.is_empty() => f.write_str("the input is not accepted"),
            Repr::Input(problems) => {
                for (i, problem) in problems.iter().enumerate() {
                    let separator = if i == 0 { "" } else { "\n" };
                    write!(f, "{separator}{problem}")?;
                }
                Ok(())
            }
            Repr::System { action, path, source } => {
                write!(f, "could not {action} {}: {source}", path.display())
            }
            Repr::Interrupted => f.write_str("stopped before the end; nothing was written"),
            Repr::Mismatch(reason) => f.write_str(reason),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({:?}: {self})", self.kind())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0 {
            Repr::System { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// Refuses a number outside a closed range, NaN included.
///
/// # Errors
///
/// Names `key`, the value and the range.
pub(crate) fn require_in_range(key: &str, value: f64, low: f64, high: f64) -> Result<()> {
    if value >= low && value <= high {
        Ok(())
    } else {
        Err(Error::invalid(key, value, format_args!("a number from {low} to {high}")))
    }
}

/// Runs several checks and reports all that failed together.
///
/// # Errors
///
/// The problems of all failed checks, in order; another kind of error is returned as it is.
pub(crate) fn all_of(checks: impl IntoIterator<Item = Result<()>>) -> Result<()> {
    let mut problems = Vec::new();
    for check in checks {
        if let Err(error) = check {
            problems.extend(error.into_problems()?);
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::input(problems)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_of_bad_input_is_reported_on_a_line_of_its_own() {
        let error = all_of([
            require_in_range("a", -1.0, 0.0, 1.0),
            require_in_range("b", 0.5, 0.0, 1.0),
            require_in_range("c", f64::NAN, 0.0, 1.0),
        ])
        .unwrap_err()
        .within("part");
        assert_eq!(
            error.to_string(),
            "part.a is -1, but must be a number from 0 to 1\npart.c is NaN, but must be a number from 0 to 1"
        );
        assert_eq!(error.exit_code(), 2);
    }

    #[test]
    fn system_trouble_names_action_and_path_and_ends_with_code_1() {
        let error = Error::system("write", "/x/y", std::io::Error::other("no room"));
        assert_eq!(error.to_string(), "could not write /x/y: no room");
        assert_eq!(error.exit_code(), 1);
        assert!(error.problems().is_empty());
    }
}
