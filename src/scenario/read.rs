//! From text to a scenario: parse, override, hold against the schema, build. Every step reports all it
//! finds, and a later step says nothing about what an earlier one has already refused.

use toml::de::DeTable;

use crate::error::{Error, Problem, Result};
use crate::scenario::check::MOST_KEPT;
use crate::scenario::companions::Companions;
use crate::scenario::document::{Node, with_location};
use crate::scenario::schema::SCHEMA;
use crate::scenario::sources::{FLAGS, Source, Sources, Span};
use crate::scenario::wire::ScenarioFile;
use crate::scenario::{Scenario, build, check, overrides};

/// The longest text that is read, in bytes: a scenario has a few thousand.
const LONGEST_TEXT: usize = 1 << 20;

/// The most problems that are reported at once.
const MOST_PROBLEMS: usize = 40;

/// Reads a scenario.
///
/// # Errors
///
/// Every problem of the text and the flags, in the order in which they stand there.
pub(super) fn read(sources: &Sources) -> Result<Scenario> {
    let checked = Checked::read(sources, &SCHEMA)?;
    let file: ScenarioFile = serde_json::from_value(checked.json())
        .map_err(|error| problem(format!("the scenario cannot be read: {error}")))?;
    let (scenario, found) = build::build(&file, sources.stem(), &Companions::of(sources));
    checked.conclude(scenario, without_follow_ups(found), sources)
}

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
        let findings = check::check(&mut rest, schema, sources);
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

/// The same error with the places of its keys in the text, for what was found wrong after reading.
pub(super) fn placed(error: Error, sources: &Sources) -> Error {
    let (table, _) = DeTable::parse_recoverable(sources.file_text());
    let mut root = Node::from_table(&table, Source::File, 0);
    // What is wrong with the flags was found when they were read.
    let _ = overrides::apply(&mut root, sources);
    match error.into_problems() {
        Ok(problems) => {
            let place = |found: Problem| {
                if found.key.is_empty() { found } else { with_location(found, &root, sources) }
            };
            Error::input(problems.into_iter().map(place).collect())
        }
        Err(other) => other,
    }
}

/// An error about a whole file.
pub(super) fn problem(message: String) -> Error {
    Error::from(Problem { message, ..Problem::default() })
}

/// Without a set of assumptions that was asked for, every asset is unknown: only what is wrong with the set is said.
fn without_follow_ups(found: Vec<Problem>) -> Vec<Problem> {
    let about_sets =
        |problem: &Problem| problem.location.is_some() || problem.key.starts_with("market.assumptions");
    if !found.iter().any(about_sets) {
        return found;
    }
    let follows = |problem: &Problem| explains("market.assumptions", &problem.key) && !about_sets(problem);
    found.into_iter().filter(|problem| !follows(problem)).collect()
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
fn explains(refused: &str, other: &str) -> bool {
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
