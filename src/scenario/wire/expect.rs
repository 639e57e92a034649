//! `[[expect]]` as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

/// A result that the scenario is expected to give.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct ExpectTable {
    /// Key of the policy.
    pub policy: String,
    /// Which figure.
    pub figure: FigureWord,
    /// Age at which the balance is read; not for `ruin`.
    #[serde(default)]
    pub age: Option<u32>,
    /// For `real_percentile`: 1, 5, 10, 25, 50, 75, 90, 95 or 99.
    #[serde(default)]
    pub percentile: Option<f64>,
    /// The value: dollars of the start, or a probability for `ruin`.
    pub value: f64,
    /// Standard error of that value, which was measured too; in the same unit.
    pub standard_error: f64,
}

/// A figure that can be expected.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum FigureWord {
    /// Probability that a scheduled payment could not be made in full.
    Ruin,
    /// Mean balance of those alive then, dollars of the start.
    RealMean,
    /// A percentile of the balance of those alive then, dollars of the start.
    RealPercentile,
}
