//! Every shipped scenario gives the results that it says it gives.

use decumulus::engine::{Outcome, PERCENTILES, Plan, RunOptions, run};
use decumulus::scenario::{Expectation, ExpectedFigure, Scenario, shipped};

/// Lifetimes simulated here; the expectations were measured with more.
const LIFETIMES: u64 = 20_000;

/// Standard errors that a figure may be off: a false alarm once in 15,000 figures, with a fixed seed.
const STANDARD_ERRORS: f64 = 4.0;

/// How exactly expectations without an error are written: ten digits.
const WRITTEN: f64 = 1e-9;

/// A figure of the outcome and its standard error.
fn measured(outcome: &Outcome, expectation: &Expectation) -> (f64, f64) {
    let policy = outcome.policies.iter().position(|p| p.key == expectation.policy).unwrap();
    let row = |age| outcome.age_index(age).unwrap();
    // Where every lifetime there can be is there once, nothing is sampled.
    let exact = |error: f64| if outcome.enumerated { 0.0 } else { error };
    let from_interval = |low: f64, high: f64| exact((high - low) / (2.0 * 1.96));
    match expectation.figure {
        ExpectedFigure::RealPercentile { age, probability } => {
            assert!(PERCENTILES.contains(&probability));
            let found = outcome.real_percentile(policy, age, probability).unwrap();
            (found.value, from_interval(found.low, found.high))
        }
        ExpectedFigure::RealMean { age } => {
            let index = [policy, row(age)];
            (outcome.real.mean[index], exact(outcome.real.mean_standard_error[index]))
        }
        ExpectedFigure::Ruin => {
            let ruin = outcome.policies[policy].ruin.unwrap();
            (ruin.value, from_interval(ruin.low, ruin.high))
        }
    }
}

#[test]
fn every_shipped_scenario_gives_the_results_that_it_expects() {
    for shipped in shipped() {
        let overrides = [format!("run.lifetimes={LIFETIMES}")];
        let scenario = Scenario::from_toml(shipped.text, shipped.name, &overrides).unwrap();
        assert!(scenario.expectations.len() >= 3, "{} expects too little", shipped.name);
        let plan = Plan::compile(&scenario.inputs).unwrap();
        let outcome = run(&plan, &RunOptions::default(), &()).unwrap();
        for expectation in &scenario.expectations {
            let (value, standard_error) = measured(&outcome, expectation);
            let error = standard_error.hypot(expectation.standard_error);
            let written = WRITTEN * expectation.value.abs();
            assert!(
                (value - expectation.value).abs() <= STANDARD_ERRORS * error + written,
                "{}: {expectation:?} but measured {value} ± {standard_error}",
                shipped.name
            );
        }
    }
}

#[test]
fn every_expectation_would_notice_a_change_of_a_few_percent() {
    // An expectation whose error is wide proves nothing: at most 2 % of a balance, or one point of ruin.
    for shipped in shipped() {
        let scenario = Scenario::from_toml(shipped.text, shipped.name, &[]).unwrap();
        for expectation in &scenario.expectations {
            let most = match expectation.figure {
                ExpectedFigure::Ruin => 0.01,
                ExpectedFigure::RealMean { .. } | ExpectedFigure::RealPercentile { .. } => {
                    0.02 * expectation.value
                }
            };
            assert!(expectation.standard_error <= most, "{}: {expectation:?}", shipped.name);
        }
    }
}
