//! `summary.json`: every figure of a run with its error, and all that is needed to judge or repeat it.
//!
//! The layout has a version, keys keep their order, a number that does not exist is `null`, and what differs
//! between two runs of one scenario (`timing`) stands last, so that the rest is the same byte for byte.
//! Balances are given at the key ages, retirement and the last age; `percentiles.csv` has every age.

use serde_json::{Map, Value, json};

use crate::engine::{
    Attribution, BalanceTable, Comparison, ComparisonAt, Estimate, Outcome, PERCENTILES, PolicyOutcome, Rung,
};
use crate::report::break_even::premium_json;
use crate::report::conventions::conventions;
use crate::report::json_figures::{distribution, estimate, interval, lists};
use crate::report::pretty_json::pretty;
use crate::report::view::{interval_at, mean_at};
use crate::report::{Reported, Timing, private, skill, start_dates};
use crate::scenario::{Basis, Scenario};
use crate::study::Condition;

/// The version of the layout; it rises when a key changes its meaning or goes.
const SCHEMA_VERSION: u32 = 2;

/// The summary of a run as JSON, with a line feed at its end.
#[must_use]
pub fn summary_json(reported: Reported<'_>, timing: &Timing) -> String {
    let Reported { scenario, outcome, conditions } = reported;
    let mut summary = json!({
        "schema_version": SCHEMA_VERSION,
        "program": { "name": "decumulus", "version": env!("CARGO_PKG_VERSION") },
        "scenario": {
            "name": scenario.name,
            "title": scenario.title,
            "description": scenario.description,
            "assumptions": scenario.assumptions,
            "source": scenario.source,
            "warnings": scenario.warnings,
        },
        "run": {
            "lifetimes": outcome.lifetimes,
            "seed": outcome.seed,
            "plan_hash": outcome.plan_hash,
        },
        "units": units(scenario),
        "conventions": conventions(scenario),
    });
    if let Value::Object(map) = &mut summary {
        map.extend(results(outcome));
        map.insert(
            "conditions".to_string(),
            conditions.iter().map(|c| condition(scenario, outcome, c)).collect(),
        );
        map.insert("timing".to_string(), timing_value(timing));
    }
    pretty(&summary) + "\n"
}

fn units(scenario: &Scenario) -> Value {
    json!({
        "real": "dollars of the start of the simulation",
        "nominal": "dollars of the day",
        "charts_and_tables": match scenario.output.basis { Basis::Real => "real", Basis::Nominal => "nominal" },
        "lifetime_totals_comparisons_and_attributions": "real",
        "shares_and_probabilities": "fractions of one",
        "standard_error": "one Monte Carlo standard error",
        "low_high": "95 % Monte Carlo interval: order statistics for percentiles, Wilson's for probabilities (the exact one where nothing or everything happened)",
    })
}

fn results(outcome: &Outcome) -> Map<String, Value> {
    let policies = outcome.policies.iter().enumerate().map(|(i, p)| policy(outcome, i, p));
    let results = json!({
        "start_age": outcome.start_age,
        "retirement_age": outcome.retirement_age,
        "opening_balance": outcome.opening_balance,
        "final_pay": outcome.final_pay,
        "key_ages": outcome.key_ages,
        "percentiles": PERCENTILES,
        "policies": policies.collect::<Vec<_>>(),
        "comparisons": outcome.comparisons.iter().map(|c| comparison(outcome, c)).collect::<Vec<_>>(),
        "attributions": outcome.attributions.iter().map(|a| attribution(outcome, a)).collect::<Vec<_>>(),
    });
    match results {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn policy(outcome: &Outcome, index: usize, policy: &PolicyOutcome) -> Value {
    json!({
        "key": policy.key,
        "name": policy.name,
        "balances": {
            "real": balances(outcome, &outcome.real, index),
            "nominal": balances(outcome, &outcome.nominal, index),
        },
        "ruin": policy.ruin.map(interval),
        "ruin_of_retired": policy.ruin_of_retired.map(interval),
        "ruin_if_alive": policy.ruin_if_alive.map(interval),
        "ruin_by_age": reported_rows(outcome).into_iter().filter_map(|row| {
            let by_then = policy.ruin_by_age.get(row).copied().map(interval)?;
            Some(at_age(outcome.ages[row], by_then))
        }).collect::<Vec<_>>(),
        "ruin_by_age_if_alive": reported_rows(outcome).into_iter().filter_map(|row| {
            let by_then = policy.ruin_by_age_if_alive.get(row).copied().map(interval)?;
            Some(at_age(outcome.ages[row], by_then))
        }).collect::<Vec<_>>(),
        "ruin_age": policy.ruin_age.as_ref().map(distribution),
        "shortfall": policy.shortfall.as_ref().map(distribution),
        "shortfall_dollars": policy.shortfall_dollars.as_ref().map(distribution),
        "replacement_rate": policy.replacement_rate.as_ref().map(distribution),
        "fees": distribution(&policy.fees),
        "liquidity_haircuts": distribution(&policy.haircuts),
        "trading_costs": distribution(&policy.trading_costs),
        "worst_drawdown": distribution(&policy.worst_drawdown),
        "private": policy.private.as_ref().map(|p| private::private(outcome, p, &reported_rows(outcome))),
        "sustainable_rate": policy.sustainable_rate.as_ref().map(distribution),
        "start_dates": start_dates::of_policy(outcome, index),
    })
}

/// Rows of the balance tables that the summary holds: key ages, retirement and the last age.
fn reported_rows(outcome: &Outcome) -> Vec<usize> {
    let last = outcome.ages.last();
    let wanted = |age: &u32| {
        outcome.key_ages.contains(age) || outcome.retirement_age.as_ref() == Some(age) || last == Some(age)
    };
    outcome.ages.iter().enumerate().filter(|(_, age)| wanted(age)).map(|(row, _)| row).collect()
}

/// Balances of a policy at the reported ages, percentiles as three parallel lists.
fn balances(outcome: &Outcome, table: &BalanceTable, policy: usize) -> Vec<Value> {
    reported_rows(outcome)
        .into_iter()
        .map(|row| {
            let intervals: Vec<_> =
                (0..PERCENTILES.len()).map(|place| interval_at(table, policy, row, place)).collect();
            json!({
                "age": outcome.ages[row],
                "alive": outcome.alive.get(row),
                "mean": mean_at(table, policy, row).map(estimate),
                "standard_deviation": table.standard_deviation.get([policy, row]),
                "percentiles": lists(&intervals),
            })
        })
        .collect()
}

fn comparison(outcome: &Outcome, comparison: &Comparison) -> Value {
    json!({
        "policy": key(outcome, comparison.policy),
        "against": key(outcome, comparison.against),
        "ruin_difference": comparison.ruin_difference.map(estimate),
        "at": comparison.at.iter().map(compared_at).collect::<Vec<_>>(),
    })
}

fn compared_at(at: &ComparisonAt) -> Value {
    let [p5, p50, p95] = at.percentile_differences.map(estimate);
    json!({
        "age": at.age,
        "lifetimes": at.count,
        "better": interval(at.better),
        "equal": interval(at.equal),
        "ratio": at.ratio.as_ref().map(distribution),
        "mean_difference": estimate(at.mean_difference),
        "percentile_differences": { "5": p5, "50": p50, "95": p95 },
        "ruin_difference_if_alive": at.ruin_difference_if_alive.map(estimate),
        "by_manager_skill": at.by_skill.as_ref().map(skill::by_skill),
    })
}

/// What the gains of a policy hang on: shifts of the mean of its drivers at which each is gone.
fn condition(scenario: &Scenario, outcome: &Outcome, condition: &Condition) -> Value {
    let drivers = condition.drivers.iter().filter_map(|&place| {
        let asset = scenario.inputs.market.assets.get(place)?;
        let moments = scenario.inputs.market.nominal_moments(place, 1.0);
        Some(json!({
            "asset": asset.key,
            "mean": moments.mean(),
            "compound": moments.geometric(),
            "provenance": asset.provenance,
            "interest": asset.interest,
        }))
    });
    let ends =
        condition.ends.iter().map(|(gain, premium)| (gain.as_str().to_string(), premium_json(*premium)));
    json!({
        "policy": key(outcome, condition.policy),
        "against": key(outcome, condition.against),
        "age": condition.age,
        "lifetimes": condition.lifetimes,
        "drivers": drivers.collect::<Vec<_>>(),
        "gain_ends_at_shift_of_mean": ends.collect::<Map<_, _>>(),
    })
}

fn attribution(outcome: &Outcome, attribution: &Attribution) -> Value {
    json!({
        "policy": key(outcome, attribution.policy),
        "rungs": attribution.rungs.iter().map(|r| rung(r, attribution.rungs.first())).collect::<Vec<_>>(),
    })
}

/// A rung; changes are against the rung before, and their shares are of the gross rung (whose own noise, far
/// smaller, is left out of their standard errors).
fn rung(rung: &Rung, gross: Option<&Rung>) -> Value {
    let at = rung.at.iter().map(|at| {
        let gross = gross.and_then(|gross| gross.at.iter().find(|gross| gross.age == at.age));
        let share = |change: Option<Estimate>, whole: Option<f64>| -> Option<Value> {
            let (change, whole) = (change?, whole.filter(|whole| *whole > 0.0)?);
            let share = |amount: f64| amount / whole;
            Some(estimate(Estimate {
                value: share(change.value),
                standard_error: share(change.standard_error),
            }))
        };
        json!({
            "age": at.age,
            "mean": estimate(at.mean),
            "median": interval(at.median),
            "mean_change": at.mean_change.map(estimate),
            "median_change": at.median_change.map(estimate),
            "mean_change_of_gross": share(at.mean_change, gross.map(|g| g.mean.value)),
            "median_change_of_gross": share(at.median_change, gross.map(|g| g.median.value)),
        })
    });
    json!({ "friction": rung.friction.as_str(), "at": at.collect::<Vec<_>>() })
}

fn key(outcome: &Outcome, policy: usize) -> Option<&str> {
    outcome.policies.get(policy).map(|p| p.key.as_str())
}

/// A figure with its age in front.
fn at_age(age: u32, figure: Value) -> Value {
    let mut map = Map::new();
    map.insert("age".to_string(), age.into());
    if let Value::Object(figure) = figure {
        map.extend(figure);
    }
    Value::Object(map)
}

fn timing_value(timing: &Timing) -> Value {
    json!({
        "wall_seconds": timing.wall_seconds,
        "threads": timing.threads,
        "lifetimes_per_second": timing.lifetimes_per_second,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{self, Recipe, USUAL};

    fn made() -> (Scenario, Outcome) {
        let mut outcome = sample::outcome(&Recipe { lifetimes: 200, ..Recipe::saver() }, &USUAL[..3]);
        outcome.attributions = sample::attributions(&outcome);
        (sample::scenario(&USUAL[..3]), outcome)
    }

    const SLOW: Timing = Timing { wall_seconds: 9.0, threads: 1, lifetimes_per_second: f64::NAN };

    #[test]
    fn two_runs_differ_in_nothing_but_timing() {
        let (scenario, outcome) = made();
        let fast = Timing { wall_seconds: 1.0, threads: 2, lifetimes_per_second: 1e6 };
        let texts = [fast, SLOW].map(|timing| summary_json(Reported::new(&scenario, &outcome), &timing));
        assert_ne!(texts[0], texts[1]);
        let before = texts.each_ref().map(|text| text.split_once("\n  \"timing\": {").unwrap().0);
        assert_eq!(before[0], before[1]);
    }

    #[test]
    fn a_number_that_does_not_exist_is_null_and_the_rest_reads_back() {
        let (scenario, mut outcome) = made();
        let row = outcome.age_index(65).unwrap();
        outcome.real.percentiles[[0, row, 4]] = f64::NAN;
        outcome.real.mean_standard_error[[0, row]] = f64::NAN;
        outcome.comparisons[0].at[0].mean_difference.standard_error = f64::INFINITY;
        outcome.policies[0].ruin = None;
        let text = summary_json(Reported::new(&scenario, &outcome), &SLOW);
        assert!(!text.contains("NaN") && !text.contains("inf"));
        let read: Value = serde_json::from_str(&text).unwrap();
        let at_65 = &read["policies"][0]["balances"]["real"][0];
        assert_eq!((at_65["age"].as_u64(), &at_65["percentiles"]["value"][4]), (Some(65), &Value::Null));
        assert!(at_65["mean"]["value"].is_f64() && at_65["mean"]["standard_error"].is_null());
        assert!(read["policies"][0]["ruin"].is_null());
        assert_eq!(read["comparisons"][1]["policy"], "policy_2");
        assert_eq!(read["schema_version"], 2);
        let fees = &read["attributions"][0]["rungs"][1];
        assert_eq!(fees["friction"], "fees");
        let share = fees["at"][0]["median_change_of_gross"]["value"].as_f64().unwrap();
        assert!((share + 0.06).abs() < 1e-12, "{share}");
        let keys: Vec<&String> = read.as_object().unwrap().keys().collect();
        assert_eq!(keys.last().unwrap().as_str(), "timing");
    }

    #[test]
    fn every_policy_has_the_key_ages_retirement_and_the_last_age() {
        let (scenario, outcome) = made();
        let read: Value =
            serde_json::from_str(&summary_json(Reported::new(&scenario, &outcome), &SLOW)).unwrap();
        let nominal = read["policies"][2]["balances"]["nominal"].as_array().unwrap();
        let ages: Vec<u64> = nominal.iter().filter_map(|at| at["age"].as_u64()).collect();
        assert_eq!(ages, [65, 80, 100]);
    }
}
