//! Floor 6: TOML as written → the domain's values. The only reader of TOML.
//!
//! A text is parsed into a tree that knows where everything stands, overridden by flags, held against the
//! JSON Schema, read into wire types and built into the domain's values; all problems are reported together.

mod assumptions;
mod branch;
mod build;
mod check;
mod companions;
mod diagnostics;
mod document;
mod embedded;
mod history;
mod identity;
mod overlay_figures;
mod overrides;
mod plain_name;
mod read;
mod resolved;
mod returns;
mod schema;
mod sources;
mod suggest;
mod wire;

pub use assumptions::{assumption_set, assumption_set_names, assumption_set_text, read_assumption_set};
pub use diagnostics::{Colour, render_problems};
pub use embedded::{Shipped, shipped};
pub use history::{ReturnsWanted, Unit, text_of_bytes};
pub(crate) use plain_name::mark_of_lost_letters;
pub use resolved::resolved_text;
pub use returns::{ReturnsFile, returns_from_csv};
pub use schema::json_schema;
pub use sources::Sources;

use crate::engine::{Inputs, Settings};
use crate::error::{Error, Result};

/// A scenario, read and checked: everything that a run and its report need.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Short name, used for the output folder: lower-case letters, digits, `_` and `-`.
    pub name: String,
    /// One line for tables and charts.
    pub title: String,
    /// Prose: what is asked and how to read the answer; may be empty.
    pub description: String,
    /// The simulation itself.
    pub inputs: Inputs,
    /// The assumption set by name, such as `base_2026`; `None` if the file gives every figure itself. Of several, the
    /// first.
    pub assumptions: Option<String>,
    /// The same question under further sets of assumptions, in order: the same assets, participant, policies, settings
    /// and so the same lifetimes.
    pub further: Vec<Variant>,
    /// Who published the assumptions, for footers, in one short line.
    pub source: String,
    /// What is drawn and written.
    pub output: OutputChoices,
    /// Results that the scenario is expected to give, checked by a test.
    pub expectations: Vec<Expectation>,
    /// What the user should know although the run goes on, such as a repaired correlation matrix.
    pub warnings: Vec<String>,
}

/// An error with the places of its keys in the text that a scenario was read from, for what was found wrong after reading, as
/// by [`Plan::compile`](crate::engine::Plan::compile).
#[must_use]
pub fn placed(error: Error, sources: &Sources) -> Error {
    read::placed(error, sources)
}

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
    /// accepted; see [`render_problems`] for showing them.
    pub fn from_toml(text: &str, file_name: &str, overrides: &[String]) -> Result<Self> {
        Self::from_sources(&Sources::new(file_name, text, overrides))
    }

    /// As [`Scenario::from_toml`], from texts that are kept for showing errors.
    ///
    /// # Errors
    ///
    /// As [`Scenario::from_toml`].
    pub fn from_sources(sources: &Sources) -> Result<Self> {
        read::read(sources)
    }

    /// The scenario under each of its sets of assumptions, the first one first: as many scenarios of one set each, which
    /// differ in nothing else.
    #[must_use]
    pub fn under_each_set(&self) -> Vec<Self> {
        let alone = Self { further: vec![], ..self.clone() };
        let under = |variant: &Variant| Self {
            assumptions: variant.assumptions.clone(),
            source: variant.source.clone(),
            inputs: variant.inputs.clone(),
            expectations: vec![],
            ..alone.clone()
        };
        let further: Vec<Self> = self.further.iter().map(under).collect();
        std::iter::once(alone).chain(further).collect()
    }

    /// Changes how much is simulated, under every set of assumptions alike.
    pub fn change_settings(&mut self, change: impl Fn(&mut Settings)) {
        change(&mut self.inputs.settings);
        self.further.iter_mut().for_each(|variant| change(&mut variant.inputs.settings));
    }
}

/// A scenario's question under another set of assumptions.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// The set by name.
    pub assumptions: Option<String>,
    /// Who published it, for footers, in one short line.
    pub source: String,
    /// The simulation.
    pub inputs: Inputs,
}

/// What is drawn and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputChoices {
    /// The money axis of charts.
    pub axis: MoneyAxis,
    /// Whether charts and tables show dollars of the start or of the day.
    pub basis: Basis,
    /// Whether charts are drawn at all.
    pub charts: bool,
    /// The order of the rows where policies are laid side by side.
    pub order: RowOrder,
}

/// The order of the rows where policies are laid side by side in a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowOrder {
    /// That of the scenario, which often means something, such as sleeves of rising size.
    File,
    /// The highest median at retirement (or the last key age) first.
    Finding,
}

/// The money axis of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyAxis {
    /// Equal steps for equal ratios.
    Log,
    /// Equal steps for equal amounts.
    Linear,
}

/// In which dollars money is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Dollars of the start.
    Real,
    /// Dollars of the day.
    Nominal,
}

/// A result that a scenario is expected to give.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// The policy's key.
    pub policy: String,
    /// Which figure.
    pub figure: ExpectedFigure,
    /// Its value.
    pub value: f64,
    /// The standard error of that value (it was measured too).
    pub standard_error: f64,
}

/// A figure that can be expected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ExpectedFigure {
    /// A percentile of the real balance at an age; the probability is one of `engine::PERCENTILES`.
    RealPercentile {
        /// The age.
        age: u32,
        /// The probability.
        probability: f64,
    },
    /// The mean real balance at an age.
    RealMean {
        /// The age.
        age: u32,
    },
    /// The probability of ruin.
    Ruin,
}
