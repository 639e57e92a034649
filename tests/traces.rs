//! Lifetimes told step by step against what runs of the same lifetimes count.

use decumulus::engine::{Outcome, Plan, RunOptions, Trace, run, trace};
use decumulus::scenario::{Scenario, shipped};

fn scenario(name: &str, changes: &[&str]) -> Scenario {
    let shipped = shipped().iter().find(|shipped| shipped.name == name).unwrap();
    let changes: Vec<String> = changes.iter().map(ToString::to_string).collect();
    Scenario::from_toml(shipped.text, name, &changes).unwrap()
}

fn told(scenario: &Scenario) -> (Outcome, Vec<Trace>) {
    let plan = Plan::compile(&scenario.inputs).unwrap();
    let outcome = run(&plan, &RunOptions::default(), &()).unwrap();
    let traces = trace(&plan, 0..plan.lifetimes()).unwrap();
    (outcome, traces)
}

fn real(trace: &Trace, policy: usize, step: usize) -> f64 {
    trace.accounts[policy][step].balance / trace.market[step].price
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}

#[test]
fn every_start_date_ends_where_the_run_says_it_does() {
    let (outcome, traces) = told(&scenario("sixty_forty_since_1934", &[]));
    assert_eq!(traces.len(), outcome.starts.len());
    let mut ruined = 0;
    for (start, trace) in outcome.starts.iter().zip(&traces) {
        for (policy, found) in start.policies.iter().enumerate() {
            let last = trace.market.len() - 1;
            assert!(close(real(trace, policy, last), found.real_balance), "{}", start.year);
            assert_eq!(trace.accounts[policy][last].is_ruined, found.ruin_age.is_some(), "{}", start.year);
            ruined += usize::from(found.ruin_age.is_some());
        }
    }
    assert!(ruined > 5, "{ruined}");
}

#[test]
fn a_path_with_gates_is_told_as_it_is_counted() {
    let scenario = scenario("queue_2008", &["run.lifetimes=37"]);
    let (outcome, traces) = told(&scenario);
    let n = traces.len() as f64;
    for policy in 0..outcome.policies.len() {
        for (row, _) in outcome.ages.iter().enumerate() {
            let sum: f64 = traces.iter().map(|trace| real(trace, policy, 12 * row + 11)).sum();
            assert!(close(sum / n, outcome.real.mean[[policy, row]]), "{policy} {row}");
        }
        let Some(private) = &outcome.policies[policy].private else { continue };
        let over = |figure: &dyn Fn(&Trace) -> f64| traces.iter().map(figure).sum::<f64>() / n;
        let weight =
            over(&|trace| trace.accounts[policy].iter().map(|step| step.illiquid_weight).fold(0.0, f64::max));
        assert!(close(weight, private.largest_weight.mean.value), "{policy}: {weight}");
        let waits = over(&|trace| {
            // What waits at the end of a step waits through the next one.
            let steps = trace.accounts[policy].split_last().map_or(&[][..], |(_, before)| before);
            let waits = steps.iter().filter(|step| step.waiting.iter().any(|share| *share > 0.0));
            waits.count() as f64
        });
        assert!(close(waits, private.months_waited.mean.value), "{policy}: {waits}");
    }
    // Stocks fall, gates shut at the first end of a quarter after that, and nothing is paid in full until they reopen.
    let equity = scenario.inputs.market.index_of("us_equity").unwrap();
    let private = scenario.inputs.market.index_of("private_equity").unwrap();
    for trace in &traces {
        let paid: Vec<f64> = trace.market.iter().map(|step| step.paid[private].unwrap()).collect();
        let shut = paid.iter().position(|share| *share < 1.0).unwrap();
        assert_eq!(shut, 14, "the end of December 2008");
        assert!(
            trace.market[shut].fall.unwrap() > 0.25
                && trace.market[..shut].iter().all(|s| s.paid[equity].is_none())
        );
        assert!(trace.market[shut].nav_ratio[private] > 1.2 && trace.market[shut].nav_ratio[equity] == 1.0);
    }
}

#[test]
fn a_trace_ends_with_its_life() {
    let scenario = scenario("default", &["run.lifetimes=600"]);
    let plan = Plan::compile(&scenario.inputs).unwrap();
    let traces = trace(&plan, 0..600).unwrap();
    let schedule = scenario.inputs.participant.schedule(12).unwrap();
    let years = schedule.years as usize;
    for year in [40, 55] {
        let alive = traces.iter().filter(|trace| trace.market.len() > 12 * year).count() as f64;
        let p = schedule.survival[year];
        // A false alarm once in a hundred thousand.
        let margin = 4.4 * (600.0 * p * (1.0 - p)).sqrt();
        assert!((alive - 600.0 * p).abs() < margin, "{year}: {alive} of 600, {p}");
    }
    assert!(
        traces.iter().all(|trace| trace.market.len() <= 12 * years && trace.market.len().is_multiple_of(12))
    );
    assert!(traces.iter().all(|trace| trace.accounts.iter().all(|told| told.len() == trace.market.len())));
}

#[test]
fn any_lifetime_can_be_told_alone_and_one_that_is_not_there_is_refused() {
    let scenario = scenario("queue_2022", &["run.lifetimes=50"]);
    let plan = Plan::compile(&scenario.inputs).unwrap();
    let all = trace(&plan, 0..50).unwrap();
    assert_eq!(trace(&plan, 33..34).unwrap()[0], all[33]);
    assert!(trace(&plan, 7..7).unwrap().is_empty());
    let error = trace(&plan, 40..51).unwrap_err();
    assert_eq!(error.to_string(), "lifetimes is 40 to 51, but must be within the plan's 50");
}
