//! A file of assumptions as it is written: shipped ones and those that users write are alike.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::scenario::wire::correlations::Correlations;
use crate::scenario::wire::market::{AssetTable, InflationTable};
use crate::scenario::wire::overlay::{ManagersTable, ParameterUncertaintyTable, Switch};

/// A set of capital market assumptions.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct AssumptionSetFile {
    /// Its name: lower-case letters, digits, `_` and `-`, at most 64. Default: the name of the file.
    #[serde(default)]
    pub name: Option<String>,
    /// One line on what it is.
    pub title: String,
    /// Who published the figures, in one short line.
    pub source: String,
    /// The date of the figures: a year, year and month, or a day, such as `2025-10`.
    pub date: String,
    /// Under which terms the figures may be used and passed on.
    pub licence: String,
    /// What whoever published the figures stands to gain from them, such as `"sells Bitcoin funds"`; holds for every asset
    /// whose return this file gives, unless the asset says otherwise. Default: nothing is known.
    #[serde(default)]
    pub interest: Option<String>,
    /// The set that gives every figure that this one does not: the name of a shipped set, or a file (ending in
    /// `.toml`) beside this one.
    #[serde(default)]
    pub extends: Option<String>,
    /// Its assets in order, some or all of those of the set that it extends among them. Default: those of the set that
    /// it extends, then those that it adds.
    #[serde(default)]
    pub order: Option<Vec<String>>,
    /// All correlations of annual log returns as rows, in the order of `order`, inflation last; nothing is taken from
    /// the set that it extends then.
    #[serde(default)]
    pub correlation: Option<Vec<Vec<f64>>>,
    /// Single correlations by pair, over those of the matrix or of the set that it extends; pairs that are nowhere are 0.
    #[serde(default)]
    pub correlations: Correlations,
    /// Where the correlations come from and how far to trust them.
    #[serde(default)]
    pub correlation_provenance: Option<String>,
    /// Where volatility levels, fees, half-spreads and haircuts come from.
    #[serde(default)]
    pub friction_provenance: Option<String>,
    /// Errors of the expected returns that a scenario has unless it says otherwise; a table, `true` for the program's own
    /// figures, or `false` against the set that is extended. Default: as in that set, or else none.
    #[serde(default)]
    pub parameter_uncertainty: Option<Switch<ParameterUncertaintyTable>>,
    /// Managers who differ, likewise.
    #[serde(default)]
    pub managers: Option<Switch<ManagersTable>>,
    /// The rise of consumer prices.
    #[serde(default)]
    pub inflation: Option<InflationTable>,
    /// Figures by asset.
    #[serde(default)]
    pub asset: BTreeMap<String, AssetTable>,
}
