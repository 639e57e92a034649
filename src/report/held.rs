//! Where the figures of the assets come from that policies hold, for the foot of a chart; what nobody holds is left out.

use crate::report::condition::{Source, assumed};
use crate::report::words::{one_line, percent, percent_mean};
use crate::scenario::Scenario;

/// The places of the assets that some policy holds at any age.
pub(super) fn assets(scenario: &Scenario, policies: &[usize]) -> Vec<usize> {
    let holds = |asset: &usize| {
        let mut chosen = policies.iter().filter_map(|&policy| scenario.inputs.policies.get(policy));
        chosen.any(|policy| {
            policy.allocation.points().iter().any(|p| p.weights.get(*asset).is_some_and(|w| *w > 0.0))
        })
    };
    (0..scenario.inputs.market.assets.len()).filter(holds).collect()
}

/// What the held assets are assumed to return: `US equity 7.9 % (6.7 %)`; `None` if nothing is held.
pub(super) fn means(scenario: &Scenario, policies: &[usize]) -> Option<String> {
    let market = &scenario.inputs.market;
    let assumed = assumed(market);
    let figures: Vec<String> = assets(scenario, policies)
        .into_iter()
        .filter_map(|place| {
            let (name, assumed) = (one_line(&market.assets.get(place)?.name), assumed.get(place)?);
            Some(match assumed.arithmetic {
                Some(mean) => format!("{name} {} ({})", percent_mean(mean), percent(assumed.compound)),
                None => format!("{name} {}", percent(assumed.compound)),
            })
        })
        .collect();
    let what = if market.model.has_finite_means() { "Arithmetic (compound) mean" } else { "Compound mean" };
    let whose = Source::of(scenario).in_words();
    let conditions = "a year, nominal, before the fees that the scenario charges";
    let none = if market.model.has_finite_means() {
        ""
    } else {
        " Under this model no arithmetic mean exists; those that sources name are of lognormal returns."
    };
    (!figures.is_empty()).then(|| format!("{what} {conditions}, {whose}: {}.{none}", figures.join(", ")))
}

/// Where those figures come from, assets of one source together.
pub(super) fn sources(scenario: &Scenario, policies: &[usize]) -> String {
    let market = &scenario.inputs.market;
    if let Some(history) = market.model.history() {
        return format!("Source: {}.", one_line(&history.source).trim_end_matches('.'));
    }
    let mut groups: Vec<(String, Vec<String>)> = vec![];
    for asset in assets(scenario, policies).into_iter().filter_map(|place| market.assets.get(place)) {
        let said = one_line(source_of_mean(&asset.provenance).trim());
        let said = if said.is_empty() { "no source".to_string() } else { said };
        match groups.iter_mut().find(|(source, _)| *source == said) {
            Some((_, names)) => names.push(one_line(&asset.name)),
            None => groups.push((said, vec![one_line(&asset.name)])),
        }
    }
    match groups.as_slice() {
        [] => String::new(),
        [(source, _)] => format!("Source: {source}."),
        _ => {
            let each: Vec<String> =
                groups.iter().map(|(source, names)| format!("{}: {source}", names.join(", "))).collect();
            format!("Sources. {}.", each.join("; "))
        }
    }
}

/// Who gains by figures of held assets that they publish, with the assets; empty where returns follow a table of the past.
pub(super) fn interests(scenario: &Scenario, policies: &[usize]) -> Vec<(String, Vec<String>)> {
    let market = &scenario.inputs.market;
    let mut by_interest: Vec<(String, Vec<String>)> = vec![];
    if market.model.history().is_some() {
        return by_interest;
    }
    for asset in assets(scenario, policies).into_iter().filter_map(|place| market.assets.get(place)) {
        let Some(interest) = asset.interest.as_ref().map(|interest| one_line(interest)) else { continue };
        match by_interest.iter_mut().find(|(known, _)| *known == interest) {
            Some((_, assets)) => assets.push(one_line(&asset.name)),
            None => by_interest.push((interest, vec![one_line(&asset.name)])),
        }
    }
    by_interest
}

/// The same as a sentence; empty if nobody does.
pub(super) fn interests_in_words(scenario: &Scenario, policies: &[usize]) -> Option<String> {
    let told: Vec<String> = interests(scenario, policies)
        .into_iter()
        .map(|(interest, assets)| format!("{} ({interest})", assets.join(", ")))
        .collect();
    (!told.is_empty()).then(|| format!("Figures from a source that gains by them: {}.", told.join("; ")))
}

/// What a provenance says of an asset's return: as far as the first semicolon, behind which are other figures; where the
/// scenario changed some figures, both what it changed and the rest.
fn source_of_mean(provenance: &str) -> &str {
    let clauses = if provenance.starts_with("the scenario's own") { 2 } else { 1 };
    provenance.match_indices(';').nth(clauses - 1).map_or(provenance, |(at, _)| &provenance[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_held_is_named_and_one_source_is_named_once() {
        let text = "
            [market]
            assumptions = 'base_2026'
            assets = ['us_equity', 'us_bonds', 'gold', 'bitcoin']
            [account]
            years = 10
            opening_balance = 1000
            [[policy]]
            key = 'stocks'
            weights = { us_equity = 0.6, us_bonds = 0.4 }
            [[policy]]
            key = 'bitcoin'
            weights = { us_equity = 0.9, bitcoin = 0.1 }
        ";
        let scenario = Scenario::from_toml(text, "test.toml", &[]).unwrap();
        let (alone, both) = (sources(&scenario, &[0]), sources(&scenario, &[0, 1]));
        assert!(alone.starts_with("Source: J.P. Morgan") && !alone.contains("udgement"), "{alone}");
        assert!(both.contains("US equity, US bonds: J.P. Morgan") && both.contains("Bitcoin: "), "{both}");
        assert!(!both.contains("Gold"), "{both}");
        let own = "the scenario's own half_spread; the rest: a survey; line 'Gold'";
        assert_eq!(source_of_mean(own), "the scenario's own half_spread; the rest: a survey");
        let means = means(&scenario, &[0]).unwrap();
        assert!(
            means.contains("US equity 7.94 % (6.7 %), US bonds ") && !means.contains("Bitcoin"),
            "{means}"
        );
    }
}
