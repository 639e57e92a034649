//! `[output]` as it is written.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is drawn and written.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct OutputTable {
    /// The money axis of charts.
    pub axis: AxisWord,
    /// In which dollars charts and tables show money.
    pub basis: BasisWord,
    /// Whether charts are drawn.
    pub charts: bool,
    /// The order of the policies where a chart lays them side by side; the first of the file is the baseline in either order.
    pub order: OrderWord,
    /// Whether the largest constant real payment a year that lasts is found for every lifetime, as a share of the balance
    /// when withdrawals begin; always so for `historical`.
    pub sustainable_rate: bool,
}

impl Default for OutputTable {
    fn default() -> Self {
        Self {
            axis: AxisWord::Log,
            basis: BasisWord::Real,
            charts: true,
            order: OrderWord::File,
            sustainable_rate: false,
        }
    }
}

/// The money axis of charts.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum AxisWord {
    /// Equal steps for equal ratios.
    Log,
    /// Equal steps for equal amounts.
    Linear,
}

/// In which dollars money is shown.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum BasisWord {
    /// Dollars of the start.
    Real,
    /// Dollars of the day.
    Nominal,
}

/// The order of policies in charts.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum OrderWord {
    /// That of the file.
    File,
    /// The highest median at retirement (or the last key age) first.
    Finding,
}
