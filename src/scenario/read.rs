//! From text to a scenario: parse, override, hold against the schema, build. Every step reports all it
//! finds, and a later step says nothing about what an earlier one has already refused.

use toml::de::DeTable;

use crate::error::{Error, Problem, Result};
use crate::scenario::checked::{Checked, explains, problem};
use crate::scenario::companions::Companions;
use crate::scenario::document::{Node, with_location};
use crate::scenario::schema::SCHEMA;
use crate::scenario::sources::{Source, Sources};
use crate::scenario::wire::ScenarioFile;
use crate::scenario::{Scenario, meaning, overrides};

impl Scenario {
    /// Reads a scenario from a text, with `key=value` overrides in order.
    ///
    /// `file_name` is how errors call the file; its stem is the scenario's name if the text gives none.
    ///
    /// ```
    /// use decumulus::scenario::Scenario;
    /// let text = "
    ///     [market.asset.fund]
    ///     mean = 0.05
    ///     volatility = 0.1
    ///     [account]
    ///     years = 30
    ///     opening_balance = 1000
    ///     [[policy]]
    ///     key = 'all'
    ///     weights = { fund = 1 }
    /// ";
    /// let scenario = Scenario::from_toml(text, "lump_sum.toml", &["account.years=10".into()])?;
    /// assert_eq!(scenario.name, "lump_sum");
    /// let error = Scenario::from_toml(text, "lump_sum.toml", &["account.yeers=10".into()]).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "--set:1:1: account.yeers is not a known key (did you mean `years`?)"
    /// );
    /// # Ok::<(), decumulus::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Every problem of text and overrides at once, each with its place, key, the value found and what is
    /// accepted; see [`render_problems`](crate::scenario::render_problems) for showing them.
    pub fn from_toml(text: &str, file_name: &str, overrides: &[String]) -> Result<Self> {
        Self::from_sources(&Sources::new(file_name, text, overrides))
    }

    /// As [`Scenario::from_toml`], from texts that are kept for showing errors.
    ///
    /// # Errors
    ///
    /// As [`Scenario::from_toml`].
    pub fn from_sources(sources: &Sources) -> Result<Self> {
        read(sources)
    }
}

/// Reads a scenario.
///
/// # Errors
///
/// Every problem of the text and the flags, in the order in which they stand there.
fn read(sources: &Sources) -> Result<Scenario> {
    let checked = Checked::read(sources, &SCHEMA)?;
    let file: ScenarioFile = serde_json::from_value(checked.json())
        .map_err(|error| problem(format!("the scenario cannot be read: {error}")))?;
    let (scenario, found) = meaning::build(&file, sources.stem(), &Companions::of(sources));
    checked.conclude(scenario, without_follow_ups(found), sources)
}

/// An error with the places of its keys in the text that a scenario was read from, for what was found wrong after reading, as
/// by [`Plan::compile`](crate::engine::Plan::compile).
#[must_use]
pub fn placed(error: Error, sources: &Sources) -> Error {
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
