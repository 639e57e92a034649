//! The two shipped stress paths against what is known of 2008-09 and 2022-23.

use decumulus::engine::{Outcome, Plan, PolicyOutcome, RunOptions, run};
use decumulus::scenario::{Scenario, shipped};

/// A shipped stress path as it ships, but with few lifetimes.
fn path(name: &str) -> (Scenario, Outcome) {
    let shipped = shipped().iter().find(|shipped| shipped.name == name).unwrap();
    let scenario = Scenario::from_toml(shipped.text, name, &["run.lifetimes=4000".to_string()]).unwrap();
    let plan = Plan::compile(&scenario.inputs).unwrap();
    let outcome = run(&plan, &RunOptions::default(), &()).unwrap();
    (scenario, outcome)
}

fn policy<'a>(outcome: &'a Outcome, key: &str) -> &'a PolicyOutcome {
    outcome.policies.iter().find(|policy| policy.key == key).unwrap()
}

fn final_mean(outcome: &Outcome, key: &str) -> f64 {
    let place = outcome.policies.iter().position(|policy| policy.key == key).unwrap();
    outcome.real.mean[[place, outcome.ages.len() - 1]]
}

/// The mean share of a request that a fund of the market pays in a gated quarter.
fn paid(scenario: &Scenario, asset: &str) -> f64 {
    let assets = &scenario.inputs.market.assets;
    assets.iter().find(|found| found.key == asset).unwrap().vehicle.gate.unwrap().mean_paid_share()
}

#[test]
fn every_lifetime_goes_through_the_same_path() {
    for name in ["queue_2008", "queue_2022"] {
        let (_, outcome) = path(name);
        let last = outcome.ages.len() - 1;
        assert_eq!(policy(&outcome, "public").key, outcome.policies[0].key);
        assert_eq!(outcome.real.standard_deviation[[0, last]], 0.0, "{name}");
        assert!(outcome.real.standard_deviation[[2, last]] > 0.0, "{name}: gates are drawn");
    }
}

#[test]
fn in_2008_a_stake_that_had_to_be_sold_fetched_about_half() {
    let (scenario, outcome) = path("queue_2008");
    // A seventh of a request is paid in a gated quarter: funds that paid 2 to 5 % of their value.
    assert!((0.13..0.16).contains(&paid(&scenario, "private_equity")));
    // At a fall of stocks of 39 % from their high the rule takes 49.5 % off the reported NAV; Cogent reports prices of 61 % of NAV
    // for late 2008 and 45 % for the first half of 2009.
    let of_nav = 1.0 - scenario.inputs.market.haircut_rule.at(0.39);
    assert!((0.45..0.61).contains(&of_nav), "{of_nav}");
    // The reports lag: they stood a third to a half above value, so that the seller got as much more of that.
    let sells = policy(&outcome, "sells");
    let of_value = 1.0 - sells.haircuts.mean.value / sells.private.as_ref().unwrap().forced_sales.mean.value;
    assert!((1.33..1.5).contains(&(of_value / of_nav)), "{of_value}");
    // Unless the funds reopen before the public part is spent.
    let lives_on_it = policy(&outcome, "private_80").private.as_ref().unwrap();
    assert!(lives_on_it.gated.value > 0.75 && lives_on_it.forced_sales.mean.value > 50_000.0);
    assert!(final_mean(&outcome, "waits") > final_mean(&outcome, "sells"));
}

#[test]
fn in_2022_most_of_a_request_was_paid_within_two_quarters_and_the_rest_took_a_year() {
    let (scenario, outcome) = path("queue_2022");
    // Asked again and again, 84 % was paid within half a year (BREIT, November 2022 to April 2023).
    let unpaid = 1.0 - paid(&scenario, "real_estate");
    assert!((1.0 - unpaid * unpaid - 0.84).abs() < 0.04);
    let waits = policy(&outcome, "waits").private.as_ref().unwrap();
    // Requests were prorated for more than a year.
    assert!((6.0..16.0).contains(&waits.months_waited.mean.value), "{}", waits.months_waited.mean.value);
    assert_eq!(waits.forced_sales.mean.value, 0.0);
    // Whoever leaves at a reported price above value takes from those who stay.
    assert!(waits.transfer.value > 10.0 * waits.transfer.standard_error);
    assert!(final_mean(&outcome, "waits") > final_mean(&outcome, "property_20"));
}
