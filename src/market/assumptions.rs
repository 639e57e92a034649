//! A named set of capital market assumptions: every asset's figures, inflation and correlations, from one
//! source and one date.

use crate::market::{Asset, ReturnMoments};

/// A set of assumptions from which a scenario takes its assets.
#[derive(Clone, Debug, PartialEq)]
pub struct AssumptionSet {
    /// The name by which a scenario chooses it, such as `base_2026`.
    pub name: String,
    /// One sentence on what it is.
    pub title: String,
    /// Who published the figures, and when.
    pub source: String,
    /// All assets, in the order of the correlation matrix.
    pub assets: Vec<Asset>,
    /// The rise of consumer prices in a year.
    pub inflation: ReturnMoments,
    /// Where the inflation figures come from.
    pub inflation_provenance: String,
    /// Correlations of log returns as rows; the assets in order, inflation last.
    pub correlation: Vec<Vec<f64>>,
    /// Where the correlations come from.
    pub correlation_provenance: String,
    /// Where volatility levels, fees, half-spreads and haircuts come from.
    pub friction_provenance: String,
}

impl AssumptionSet {
    /// The place of an asset in the set, by key; inflation comes after the last asset.
    #[must_use]
    pub fn index_of(&self, key: &str) -> Option<usize> {
        if key == "inflation" {
            return Some(self.assets.len());
        }
        self.assets.iter().position(|asset| asset.key == key)
    }
}
