//! From text to a scenario: parse, override, hold against the schema, build. Every step reports all it
//! finds, and a later step says nothing about what an earlier one has already refused.

use toml::de::DeTable;

use crate::error::{Error, Problem, Result};
use crate::scenario::companions::Companions;
use crate::scenario::document::{Node, with_location};
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
    refuse_oversized(sources)?;
    let (table, errors) = DeTable::parse_recoverable(sources.file_text());
    let mut problems: Vec<Problem> = errors.iter().map(|error| syntax_problem(error, sources)).collect();
    let mut root = Node::from_table(&table, Source::File, 0);
    problems.extend(overrides::apply(&mut root, sources));
    let whole = root.clone();
    let syntax_lines = lines_of(&problems);
    let findings = check::check(&mut root, sources);
    problems
        .extend(findings.problems.into_iter().filter(|problem| !syntax_lines.contains(&line_of(problem))));
    if !errors.is_empty() {
        return Err(reported(problems));
    }
    let file: ScenarioFile = serde_json::from_value(root.to_json()).map_err(|error| {
        Error::from(Problem {
            message: format!("the scenario cannot be read: {error}"),
            ..Problem::default()
        })
    })?;
    let (scenario, found) = build::build(&file, sources.stem(), &Companions::of(sources.file_name()));
    let mut refused = findings.probably_meant;
    refused.extend(problems.iter().map(|problem| problem.key.clone()));
    let fresh = found.into_iter().filter(|problem| !refused.iter().any(|key| explains(key, &problem.key)));
    problems.extend(fresh.map(|problem| with_location(problem, &whole, sources)));
    match scenario {
        Some(scenario) if problems.is_empty() => Ok(scenario),
        _ => Err(reported(problems)),
    }
}

/// A file far longer than any scenario is another sort of file. (Depth is limited by the parser itself.)
fn refuse_oversized(sources: &Sources) -> Result<()> {
    let found = sources.file_text().len();
    if found <= LONGEST_TEXT {
        return Ok(());
    }
    let message = format!("the file has {found} bytes, but a scenario has at most {LONGEST_TEXT}");
    Err(Error::from(Problem { message, ..Problem::default() }))
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

/// All problems in the order of the text, the file before the flags, each said once.
fn reported(mut problems: Vec<Problem>) -> Error {
    let place =
        |p: &Problem| p.location.as_ref().map_or((true, usize::MAX), |at| (at.file == FLAGS, at.span.start));
    problems.sort_by_key(place);
    problems.dedup();
    let left_out = problems.len().saturating_sub(MOST_PROBLEMS);
    problems.truncate(MOST_PROBLEMS);
    if left_out > 0 {
        problems.push(Problem { message: format!("and {left_out} more problems"), ..Problem::default() });
    }
    Error::input(problems)
}
