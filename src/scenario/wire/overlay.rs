//! `[market.crashes]`, `[market.permanent_loss]`, `[market.parameter_uncertainty]` and `[market.managers]` as they are
//! written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Crashes that hit several assets at once. Between crashes assets are a little calmer and rise a little faster, so that
/// the stated annual mean and volatility of each stay what they are.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct CrashesTable {
    /// Expected crashes a year, 0 to 1: 0.15 is one in about seven years.
    pub intensity: f64,
    /// Correlation of the jump sizes of any two assets in a crash, 0 to 1.
    pub correlation: f64,
    /// The jump of each asset that takes part, by asset key. Required.
    pub asset: BTreeMap<String, CrashJumpTable>,
}

impl Default for CrashesTable {
    fn default() -> Self {
        Self { intensity: 0.15, correlation: 0.5, asset: BTreeMap::new() }
    }
}

/// The jump of an asset in a crash; for Bitcoin a mean of -0.35 and an sd of 0.25 are a fair judgement.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct CrashJumpTable {
    /// Mean of the log jump, -5 to 1: -0.35 takes about 30 % off.
    pub mean: f64,
    /// Standard deviation of the log jump, 0 to 2.
    pub sd: f64,
}

/// The chance of losing an asset for good (a custodian fails, fraud); not compensated: it comes beside the stated return.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct PermanentLossTable {
    /// Probability of the loss within a year, 0 to 1.
    pub hazard: f64,
    /// Share of value that is lost, 0 to 1.
    pub loss: f64,
}

/// An overlay that a set of assumptions may have: whether it is there, or the figures of it that are to be others.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(in crate::scenario) enum Switch<T> {
    /// `false`: off, whatever the assumption set says. `true`: on, with the figures of the set, or else the program's own.
    Word(bool),
    /// On, with these figures in the place of the set's, key by key.
    Table(T),
}

/// Errors of the expected log returns, drawn once for each lifetime. One year's arithmetic mean stays as stated; over
/// decades the mean of wealth rises (convexity) and its fan widens.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct ParameterUncertaintyTable {
    /// Multiplies every standard deviation, 0 to 10; 0 is off. Default: that of the assumption set, or else 1.
    pub scale: Option<f64>,
    /// Standard deviation of the error of the expected log return a year, by asset key, 0 to 0.3 with the scale. Default: that
    /// of the assumption set; or else for assets of a set the spread of published forecasts, none for others.
    pub sd: BTreeMap<String, f64>,
    /// Correlation of the errors of two assets: `"returns"` for that of their returns, or a number from 0 to 1 for every
    /// pair. Default: that of the assumption set, or else `"returns"`.
    pub correlation: Option<ErrorCorrelationValue>,
    /// Where the standard deviations come from; needed in a set that gives some.
    pub provenance: Option<String>,
}

/// How the errors of expected returns hang together.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub(in crate::scenario) enum ErrorCorrelationValue {
    /// The same for every pair.
    Constant(f64),
    /// By name.
    Word(ErrorCorrelationWord),
}

/// A correlation of errors by name.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum ErrorCorrelationWord {
    /// That of the log returns.
    Returns,
}

/// Managers of private assets who differ: in each vintage an asset earns more or less than stated, partly by a skill
/// that stays for life. An average manager keeps one year's arithmetic mean.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct ManagersTable {
    /// Years for which managers are held before new ones are chosen, 1 to 120. Default: those of the assumption set, or
    /// else 5.
    pub vintage_years: Option<u32>,
    /// Correlation of an asset's manager return between vintages, 0 (luck) to 1 (the same skill for life). Default: that of
    /// the assumption set, or else 0.3.
    pub persistence: Option<f64>,
    /// Correlation of the lasting skill between assets, 0 to 1: 1 if one adviser chooses all managers. Default: that of the
    /// assumption set, or else 0.
    pub correlation: Option<f64>,
    /// The spread of managers, by asset key; where it is given, managers of other assets do not differ. Default: that of the
    /// assumption set, or else the private assets of a set with shipped figures.
    pub asset: BTreeMap<String, ManagerTable>,
    /// Where the spreads come from; needed in a set that gives some.
    pub provenance: Option<String>,
}

/// How much the managers of an asset differ, and how well the plan chooses.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct ManagerTable {
    /// Standard deviation of the annual log return over managers, 0 to 0.2. Default: that of the assumption set, or else the
    /// shipped figure, for private equity, private credit, real estate and infrastructure.
    pub sd: Option<f64>,
    /// The plan's skill in choosing, in standard deviations, -5 to 5: 0 is an average manager. Default: 0.
    pub selection: Option<f64>,
    /// The same as a log return a year, -0.5 to 0.5, instead of `selection`.
    pub shift: Option<f64>,
}
