//! A text held against its schema: what is left of it for the wire types, and what is wrong with it.

use toml::de::DeTable;

use crate::error::{Error, Problem, Result};
use crate::scenario::document::{Node, with_location};
use crate::scenario::overrides;
use crate::scenario::schema_check::{self, MOST_KEPT};
use crate::scenario::sources::{FLAGS, Source, Sources, Span};

/// The longest text that is read, in bytes: a scenario has a few thousand.
const LONGEST_TEXT: usize = 1 << 20;

/// The most problems that are reported at once.
const MOST_PROBLEMS: usize = 40;

/// A text that was held against its schema: what is left of it, and what was wrong so far.
pub(super) struct Checked {
    whole: Node,
    rest: Node,
    problems: Vec<Problem>,
    /// Problems that were found and are not kept.
    beyond: usize,
    /// Keys that unknown ones were probably meant to be.
    probably_meant: Vec<String>,
}

impl Checked {
    /// Parses the text, applies the flags and holds both against the schema.
    ///
    /// # Errors
    ///
    /// All problems of a text that is not TOML, and one that is too long.
    pub(super) fn read(sources: &Sources, schema: &'static serde_json::Value) -> Result<Self> {
        refuse_oversized(sources)?;
        let (table, errors) = DeTable::parse_recoverable(sources.file_text());
        let mut problems: Vec<Problem> =
            errors.iter().take(MOST_KEPT).map(|error| syntax_problem(error, sources)).collect();
        let mut rest = Node::from_table(&table, Source::File, 0);
        problems.extend(overrides::apply(&mut rest, sources));
        let whole = rest.clone();
        let syntax_lines = lines_of(&problems);
        let findings = schema_check::check(&mut rest, schema, sources);
        let on_other_lines = |problem: &Problem| !syntax_lines.contains(&line_of(problem));
        problems.extend(findings.problems.into_iter().filter(on_other_lines));
        let beyond = findings.beyond + errors.len().saturating_sub(MOST_KEPT);
        if !errors.is_empty() {
            return Err(reported(problems, beyond));
        }
        Ok(Self { whole, rest, problems, beyond, probably_meant: findings.probably_meant })
    }

    /// What is left of the text, for the wire types.
    pub(super) fn json(&self) -> serde_json::Value {
        self.rest.to_json()
    }

    /// What was built, unless something is wrong with the text or was found when building; what follows from an earlier
    /// problem is not said.
    ///
    /// # Errors
    ///
    /// Every problem, in the order in which they stand in the text.
    pub(super) fn conclude<T>(self, built: Option<T>, found: Vec<Problem>, sources: &Sources) -> Result<T> {
        let Self { whole, mut problems, beyond, probably_meant: mut refused, .. } = self;
        refused.extend(problems.iter().map(|problem| problem.key.clone()));
        let fresh =
            found.into_iter().filter(|problem| !refused.iter().any(|key| explains(key, &problem.key)));
        problems.extend(fresh.map(|problem| with_location(problem, &whole, sources)));
        match built {
            Some(built) if problems.is_empty() => Ok(built),
            _ => Err(reported(problems, beyond)),
        }
    }
}

/// An error about a whole file.
pub(super) fn problem(message: String) -> Error {
    Error::from(Problem { message, ..Problem::default() })
}

/// A file far longer than any scenario is another sort of file. (Depth is limited by the parser itself.)
fn refuse_oversized(sources: &Sources) -> Result<()> {
    let found = sources.file_text().len();
    if found <= LONGEST_TEXT {
        return Ok(());
    }
    Err(problem(format!("the file has {found} bytes, but a scenario has at most {LONGEST_TEXT}")))
}

fn syntax_problem(error: &toml::de::Error, sources: &Sources) -> Problem {
    let span = Span { source: Source::File, range: error.span().unwrap_or(0..0) };
    let message = format!("this is not valid TOML: {}", error.message().trim().replace('\n', ", "));
    Problem { message, location: Some(sources.locate(&span)), ..Problem::default() }
}

fn line_of(problem: &Problem) -> Option<(String, usize)> {
    problem.location.as_ref().map(|at| (at.file.clone(), at.line))
}

fn lines_of(problems: &[Problem]) -> Vec<Option<(String, usize)>> {
    problems.iter().map(line_of).collect()
}

/// Whether a refused key may be all that is wrong with another: what lies within it or around it, and, without a set of
/// assumptions, every asset.
pub(super) fn explains(refused: &str, other: &str) -> bool {
    let on_assets = other.starts_with("market") || other.starts_with("policy");
    related(refused, other) || (refused == "market.assumptions" && on_assets)
}

/// Whether one key lies within the other; the whole file is related to nothing.
fn related(a: &str, b: &str) -> bool {
    let within = |inner: &str, outer: &str| {
        !outer.is_empty()
            && inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    within(a, b) || within(b, a)
}

/// All problems in the order of the text, the file before the flags, each said once; `beyond` more were only counted.
fn reported(mut problems: Vec<Problem>, beyond: usize) -> Error {
    let place =
        |p: &Problem| p.location.as_ref().map_or((true, usize::MAX), |at| (at.file == FLAGS, at.span.start));
    problems.sort_by_key(place);
    let mut said: Vec<Problem> = vec![];
    problems.retain(|problem| {
        let fresh = !said.contains(problem);
        said.extend(fresh.then(|| problem.clone()));
        fresh
    });
    let left_out = problems.len().saturating_sub(MOST_PROBLEMS) + beyond;
    problems.truncate(MOST_PROBLEMS);
    if left_out > 0 {
        problems.push(Problem { message: format!("and {left_out} more problems"), ..Problem::default() });
    }
    Error::input(problems)
}
