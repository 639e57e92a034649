//! Correlations as they are written, by the keys of two series.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

/// Correlations by pair.
pub(in crate::scenario) type Correlations = BTreeMap<String, BTreeMap<String, f64>>;

/// The repair of correlations that are not positive definite.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum RepairWord {
    /// Replace them by the nearest valid matrix (Higham 2002) and say so in a warning.
    Nearest,
}
