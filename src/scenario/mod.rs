//! Floor 5: TOML as written → the domain's values. The only reader of TOML.

use crate::engine::Inputs;

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
    /// The assumption set by name, such as `base_2026`; `None` if the file gives every figure itself.
    pub assumptions: Option<String>,
    /// Who published the assumptions, for footers, in one short line.
    pub source: String,
    /// What is drawn and written.
    pub output: OutputChoices,
    /// Results that the scenario is expected to give, checked by a test.
    pub expectations: Vec<Expectation>,
    /// What the user should know although the run goes on, such as a repaired correlation matrix.
    pub warnings: Vec<String>,
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
