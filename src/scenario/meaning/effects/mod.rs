//! Keys that act by asset, held against whether they do: what would change nothing is refused or said in a warning.
//!
//! Keys that are written are held to what they name. Defaults that leave an asset out are told for the assets that a policy
//! holds, because of the others nobody would see a difference.

mod funds;
mod illiquid;
mod overlays;
mod returns;

use crate::market::{Asset, Liquidity, Market};
use crate::policy::Policy;
use crate::scenario::meaning::findings::Findings;
use crate::scenario::meaning::market::BuiltMarket;
use crate::scenario::wire::{MarketTable, ScenarioFile};

/// What is looked at.
struct Subject<'a> {
    table: &'a MarketTable,
    market: &'a Market,
    /// The assets that no set of assumptions gives.
    own: &'a [String],
    policies: &'a [Policy],
    steps_per_year: u32,
}

/// Looks at one market with the policies in it.
pub(super) fn check(
    file: &ScenarioFile,
    built: &BuiltMarket,
    policies: &[Policy],
    steps_per_year: u32,
    findings: &mut Findings,
) {
    let subject =
        Subject { table: &file.market, market: &built.market, own: &built.own, policies, steps_per_year };
    returns::check(&subject, findings);
    overlays::check(&subject, findings);
    funds::check(&subject, findings);
    illiquid::check(&subject, &file.policy, findings);
}

impl<'a> Subject<'a> {
    /// The assets that some policy holds, with their places.
    fn held(&self) -> impl Iterator<Item = (usize, &'a Asset)> {
        let assets = self.market.assets.iter().enumerate();
        assets.filter(|(place, _)| self.policies.iter().any(|policy| holds(policy, *place)))
    }

    fn is_own(&self, asset: &Asset) -> bool {
        self.own.contains(&asset.key)
    }

    /// The correlation of two series by key in the market's matrix.
    fn correlation(&self, first: &str, second: &str) -> f64 {
        let place = |key: &str| self.market.index_of(key).unwrap_or(self.market.assets.len());
        self.market.correlation.get(place(first), place(second))
    }

    /// Whether a series by key has a volatility: an asset or inflation.
    fn moves(&self, key: &str) -> bool {
        let asset = self.market.assets.iter().find(|asset| asset.key == key);
        asset.map_or(self.market.inflation, |asset| asset.moments).log_sd() > 0.0
    }
}

/// Whether a policy aims at an asset at some age.
fn holds(policy: &Policy, place: usize) -> bool {
    let points = policy.allocation.points();
    points.iter().any(|point| point.weights.get(place).is_some_and(|weight| *weight > 0.0))
}

fn is_illiquid(asset: &Asset) -> bool {
    matches!(asset.liquidity, Liquidity::Illiquid { .. })
}

/// "a", "a and b", "a, b and c".
fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.into_iter().collect();
    match words.as_slice() {
        [] => String::new(),
        [only] => (*only).to_string(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The keys of assets, listed; `None` if there are none.
fn names<'a>(assets: impl Iterator<Item = &'a Asset>) -> Option<String> {
    Some(listed(assets.map(|asset| asset.key.as_str()))).filter(|text| !text.is_empty())
}
