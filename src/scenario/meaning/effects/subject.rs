//! A market with the policies in it, and questions about its assets.

use crate::market::{Asset, Liquidity, Market};
use crate::policy::Policy;
use crate::scenario::wire::MarketTable;

/// What is looked at.
pub(super) struct Subject<'a> {
    pub table: &'a MarketTable,
    pub market: &'a Market,
    /// The assets that no set of assumptions gives.
    pub own: &'a [String],
    pub policies: &'a [Policy],
    pub steps_per_year: u32,
}

impl<'a> Subject<'a> {
    /// The assets that some policy holds, with their places.
    pub fn held(&self) -> impl Iterator<Item = (usize, &'a Asset)> {
        let assets = self.market.assets.iter().enumerate();
        assets.filter(|(place, _)| self.policies.iter().any(|policy| holds(policy, *place)))
    }

    pub fn is_own(&self, asset: &Asset) -> bool {
        self.own.contains(&asset.key)
    }

    /// The correlation of two series by key in the market's matrix.
    pub fn correlation(&self, first: &str, second: &str) -> f64 {
        let place = |key: &str| self.market.index_of(key).unwrap_or(self.market.assets.len());
        self.market.correlation.get(place(first), place(second))
    }

    /// Whether a series by key has a volatility: an asset or inflation.
    pub fn moves(&self, key: &str) -> bool {
        let asset = self.market.assets.iter().find(|asset| asset.key == key);
        asset.map_or(self.market.inflation, |asset| asset.moments).log_sd() > 0.0
    }
}

/// Whether a policy aims at an asset at some age.
pub(super) fn holds(policy: &Policy, place: usize) -> bool {
    let points = policy.allocation.points();
    points.iter().any(|point| point.weights.get(place).is_some_and(|weight| *weight > 0.0))
}

pub(super) fn is_illiquid(asset: &Asset) -> bool {
    matches!(asset.liquidity, Liquidity::Illiquid { .. })
}

/// "a", "a and b", "a, b and c".
pub(super) fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.into_iter().collect();
    match words.as_slice() {
        [] => String::new(),
        [only] => (*only).to_string(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The keys of assets, listed; `None` if there are none.
pub(super) fn names<'a>(assets: impl Iterator<Item = &'a Asset>) -> Option<String> {
    Some(listed(assets.map(|asset| asset.key.as_str()))).filter(|text| !text.is_empty())
}
