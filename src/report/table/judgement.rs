//! The word of caution: which gains rest on a return that somebody judged rather than published.

use crate::market::Asset;
use crate::report::table::grid::clipped;
use crate::report::table::verdict::{Difference, listed, name};
use crate::report::view::View;
use crate::report::words::one_line;
use crate::scenario::Scenario;

/// The most assets that are named.
const MOST: usize = 2;

/// The most columns that are quoted of where an asset's figures come from.
const LONGEST_QUOTE: usize = 80;

/// A sentence on the assets by judgement of which a policy that gains holds more than the first one; `None` if there
/// are none.
pub(super) fn caution(scenario: &Scenario, view: View<'_>, differences: &[Difference]) -> Option<String> {
    let (mut assets, mut policies) = (Vec::new(), Vec::new());
    for (place, asset) in scenario.inputs.market.assets.iter().enumerate() {
        let most = |policy: usize| most_held(scenario, policy, place);
        let first = most(0);
        let gainers = differences.iter().filter(|d| d.gains() && most(d.policy) > first + 1e-9);
        let before = policies.len();
        policies.extend(gainers.filter(|_| is_judged(asset)).map(|difference| difference.policy));
        if policies.len() > before {
            assets.push(asset);
        }
    }
    policies.sort_unstable();
    policies.dedup();
    let policies: Vec<String> = policies.into_iter().map(|policy| name(view, policy)).collect();
    let quotes: Vec<String> = assets.iter().take(MOST).map(|asset| quote(asset)).collect();
    let more = if assets.len() > MOST { " and others" } else { "" };
    (!assets.is_empty()).then(|| {
        format!(
            "Caution: the gain of {} rests in part on a return that is a judgement: {}{more}.",
            listed(&policies),
            quotes.join("; "),
        )
    })
}

/// The largest weight of an asset that a policy aims at, at any age.
fn most_held(scenario: &Scenario, policy: usize, asset: usize) -> f64 {
    let points = scenario.inputs.policies.get(policy).map_or(&[][..], |policy| policy.allocation.points());
    points.iter().filter_map(|point| point.weights.get(asset).copied()).fold(0.0, f64::max)
}

/// Whether an asset's return says of itself that it is nobody's published forecast.
fn is_judged(asset: &Asset) -> bool {
    let said = first_clause(asset).to_lowercase();
    let is_own =
        said.starts_with("the scenario's own") && (said.contains("mean") || said.contains("figures"));
    is_own || said.contains("judgement") || said.contains("judgment") || said.is_empty()
}

fn quote(asset: &Asset) -> String {
    let said = clipped(&one_line(first_clause(asset)), LONGEST_QUOTE);
    let name = clipped(&one_line(&asset.name), LONGEST_QUOTE);
    if said.is_empty() { format!("{name} (no source)") } else { format!("{name} ({said})") }
}

/// Where an asset's figures come from, as far as the first semicolon: what follows is of its other figures.
fn first_clause(asset: &Asset) -> &str {
    asset.provenance.split(';').next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use crate::scenario::Scenario;

    use super::*;

    #[test]
    fn the_shipped_bitcoin_is_a_judgement_and_the_shipped_gold_is_not() {
        let text = "
            [market]
            assumptions = 'base_2026'
            assets = ['us_equity', 'gold', 'bitcoin']
            [account]
            years = 10
            opening_balance = 1000
            [[policy]]
            key = 'all'
            weights = { us_equity = 1 }
        ";
        let judged = |changes: &[&str]| -> Vec<bool> {
            let changes: Vec<String> = changes.iter().map(ToString::to_string).collect();
            let scenario = Scenario::from_toml(text, "test.toml", &changes).unwrap();
            scenario.inputs.market.assets.iter().map(is_judged).collect()
        };
        assert_eq!(judged(&[]), [false, false, true]);
        assert_eq!(judged(&["market.asset.gold.mean=0.1"]), [false, true, true]);
        assert_eq!(judged(&["market.asset.gold.volatility=0.1"]), [false, false, true]);
    }
}
