//! `[[policy]]` as it is written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::policy::NamedGlidePath;

/// A rule for asset weights and rebalancing. Weights come from exactly one of `weights`, `weights_by_age` and
/// `glide_path`; a sleeve may be added to any of them.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct PolicyTable {
    /// Short key: lower-case letters, digits, `_` and `-`, at most 64; unique. Required.
    pub key: Option<String>,
    /// Name in charts and tables. Default: the key in words.
    pub name: Option<String>,
    /// The key of the policy that it is compared with. Default: for a policy with a sleeve the first one that is the same but for
    /// having no sleeve; otherwise the first policy of the file.
    pub against: Option<String>,
    /// The same weights at every age, by asset; they sum to 1.
    pub weights: Option<BTreeMap<String, f64>>,
    /// Weights at points of rising age, linear between them and constant outside.
    pub weights_by_age: Option<Vec<WeightsAtAge>>,
    // Its description is written from the paths themselves.
    #[schemars(extend("enum" = NamedGlidePath::ALL.map(NamedGlidePath::as_str)), description = glide_paths())]
    pub glide_path: Option<String>,
    /// For `glide_path`: how equity is split, by asset; sums to 1. Default: 0.6 `us_equity`, 0.4 `intl_equity`.
    pub equity: Option<BTreeMap<String, f64>>,
    /// For `glide_path`: how the rest is split, by asset; sums to 1. Default: `us_bonds`, with `tips` rising from none at
    /// age 55 to a quarter from 65 if the market has them.
    pub bonds: Option<BTreeMap<String, f64>>,
    /// Weights added at every age and paid for by the public assets in proportion: each keeps `(P - s) / P` of its weight at
    /// that age, with `P` the public part and `s` the sleeve.
    pub sleeve: Option<BTreeMap<String, f64>>,
    /// The same at points of rising age, linear between them and constant outside.
    pub sleeve_by_age: Option<Vec<WeightsAtAge>>,
    /// When weights are brought back to target: a word, or `{ band = 0.05 }` for the end of any step in which a weight is
    /// further than this from its target.
    pub rebalance: RebalanceValue,
    /// Which trades pay the half-spread.
    pub trading_costs: TradingCostsWord,
    /// What is sold first for spending.
    pub withdrawals: WithdrawalsWord,
    /// The most that the weight of illiquid assets may become, as a multiple of its target, at least 1: at the end of a
    /// quarter what is above is sold at the liquidity haircut. Matters only where gates are shut. Default: 1.5, and none
    /// with `rebalance = "never"`.
    pub drift_cap: Option<f64>,
}

/// Every named glide path with its ends, for the schema.
fn glide_paths() -> String {
    let paths: Vec<String> =
        NamedGlidePath::ALL.iter().map(|path| format!("`{}` {}", path.as_str(), path.in_words())).collect();
    format!(
        "The equity share by age of a target-date fund, by name; linear between the ages that are named and constant \
         outside: {}.",
        paths.join("; ")
    )
}

impl Default for PolicyTable {
    fn default() -> Self {
        Self {
            key: None,
            name: None,
            against: None,
            weights: None,
            weights_by_age: None,
            glide_path: None,
            equity: None,
            bonds: None,
            sleeve: None,
            sleeve_by_age: None,
            rebalance: RebalanceValue::Word(RebalanceWord::Yearly),
            trading_costs: TradingCostsWord::AllTrades,
            withdrawals: WithdrawalsWord::LiquidFirst,
            drift_cap: None,
        }
    }
}

/// Weights at one age.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct WeightsAtAge {
    /// Age in years; rises from point to point.
    pub age: f64,
    /// Weights by asset.
    pub weights: BTreeMap<String, f64>,
}

/// When weights are brought back to target.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub(in crate::scenario) enum RebalanceValue {
    /// By the calendar, or never.
    Word(RebalanceWord),
    /// When a weight has drifted too far.
    Band(BandTable),
}

/// Rebalancing by the calendar.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum RebalanceWord {
    /// Every month; needs `run.step = "month"`.
    Monthly,
    /// Every three months; needs steps of a month or a quarter.
    Quarterly,
    /// Every twelve months.
    Yearly,
    /// Never; new money still goes in at target weights.
    Never,
}

/// Rebalancing by band.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct BandTable {
    /// Largest distance of a weight from its target, as a fraction of the portfolio: 0.05 is five points.
    pub band: f64,
}

/// Which trades pay the half-spread.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum TradingCostsWord {
    /// Rebalancing only.
    Rebalancing,
    /// Rebalancing, buying with contributions and selling for spending.
    AllTrades,
}

/// What is sold first for spending.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum WithdrawalsWord {
    /// Liquid assets in proportion; illiquid ones, at the liquidity haircut, only when those are empty.
    LiquidFirst,
    /// All assets in proportion; illiquid ones at the liquidity haircut.
    ProRata,
}
