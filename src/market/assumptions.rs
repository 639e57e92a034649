//! A named set of capital market assumptions: every asset's figures, inflation and correlations, from one
//! source and one date.

use crate::market::{Asset, Overlays, ReturnMoments};

/// A set of assumptions from which a scenario takes its assets.
#[derive(Clone, Debug, PartialEq)]
pub struct AssumptionSet {
    /// The name by which a scenario chooses it, such as `base_2026`.
    pub name: String,
    /// One sentence on what it is.
    pub title: String,
    /// Who published the figures, and when.
    pub source: String,
    /// The date of the figures, such as `2025-10`.
    pub date: String,
    /// Under which terms the figures may be used and passed on.
    pub licence: String,
    /// What whoever published it stands to gain from its figures, such as "sells Bitcoin funds"; `None` if nothing is known.
    /// Each asset says it again for itself ([`Asset::interest`]), because a set may take assets from another.
    pub interest: Option<String>,
    /// The set whose figures it takes where it gives none of its own, by name.
    pub extends: Option<String>,
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
    /// What happens on top of the return model unless a scenario says otherwise: unknown expected returns and managers
    /// who differ, or neither. Figures are for assets of the set.
    pub overlays: Overlays,
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

    /// The correlations of some series by key, inflation among them if it is named; 0 for what the set lacks.
    #[must_use]
    pub fn correlation_of(&self, keys: &[&str]) -> Vec<Vec<f64>> {
        let places: Vec<Option<usize>> = keys.iter().map(|key| self.index_of(key)).collect();
        let pair = |i: usize, j: usize| match (places[i], places[j]) {
            _ if i == j => 1.0,
            (Some(row), Some(column)) => self.correlation[row][column],
            _ => 0.0,
        };
        (0..keys.len()).map(|i| (0..keys.len()).map(|j| pair(i, j)).collect()).collect()
    }
}
