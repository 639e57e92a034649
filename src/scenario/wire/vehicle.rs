//! How the fund that holds an asset is run, as it is written.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::market::GateRule;

/// What a management fee is a share of.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum ManagementBaseWord {
    /// The reported NAV.
    Nav,
    /// The dollars committed; give `base_per_nav`.
    Committed,
    /// The dollars invested, at cost; give `base_per_nav`.
    Invested,
}

/// The manager's share of profits above a high-water mark, accrued in the NAV at every step and crystallised at the end of
/// each year. The mark is the highest NAV net of this fee at the end of any year so far, whether or not a fee was due then.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct IncentiveTable {
    /// The manager's share of the profit, 0 to 0.5.
    pub rate: f64,
    /// The return of a year, over the high-water mark, below which nothing is due, a fraction; it does not add up over years.
    #[serde(default)]
    pub hurdle: f64,
    /// The manager's share of each dollar beyond the hurdle until it has its share of the whole profit, `rate` to 1.
    /// Default: 1.
    #[serde(default = "one")]
    pub catch_up: f64,
}

fn one() -> f64 {
    1.0
}

/// A fund's cap on redemptions.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct GateTable {
    /// The most that is paid in a quarter, a share of NAV; an open fund pays everything.
    pub cap_per_quarter: f64,
    /// Mean of what all holders ask for in a gated quarter, a share of NAV. Default: 0.15.
    #[serde(default = "requests_mean")]
    pub requests_mean: f64,
    /// Concentration of the beta law of those requests; the larger, the less they vary. Default: 10.
    #[serde(default = "requests_concentration")]
    pub requests_concentration: f64,
}

fn requests_mean() -> f64 {
    0.15
}

fn requests_concentration() -> f64 {
    10.0
}

/// Debt inside a fund, where the asset's mean and volatility are those of what the fund owns.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct LeverageTable {
    /// Debt as a share of the fund's assets, 0 to 0.8; log volatility and beta rise by `1 / (1 - debt_share)`.
    pub debt_share: f64,
    /// What the debt costs a year, a fraction of it.
    pub borrowing_rate: f64,
}

/// When funds shut their gates, by the fall `x` of the stress asset from its twelve-month high: once a quarter an open
/// fund shuts with probability `closing + closing_slope·max(0, x - threshold)`, and a gated one opens with probability
/// `reopening`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct GateRuleTable {
    /// Probability that an open fund shuts in a quarter when the stress asset has not fallen.
    pub closing: f64,
    /// How much it rises with each unit of the fall beyond `threshold`.
    pub closing_slope: f64,
    /// The fall beyond which it rises, a fraction.
    pub threshold: f64,
    /// Probability that a gated fund opens in a quarter.
    pub reopening: f64,
}

impl Default for GateRuleTable {
    fn default() -> Self {
        let GateRule { closing, closing_slope, threshold, reopening } = GateRule::default();
        Self { closing, closing_slope, threshold, reopening }
    }
}

/// What becomes of the part of a request that a gate leaves unpaid.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum UnfilledWord {
    /// It is asked for again at the end of every quarter until it is paid.
    #[default]
    Queues,
    /// It lapses until weights are due to be restored again.
    Lapses,
}
