//! Outcomes of models that have each possible lifetime once: what came of each of them, and no sampling errors.

use crate::engine::outcome::{
    BalanceTable, Distribution, Estimate, Interval, Outcome, PERCENTILES, PrivateOutcome, StartOutcome,
    StartUnderPolicy,
};
use crate::engine::plan::Plan;
use crate::engine::sustainable::Lifetimes;
use crate::market::Law;

/// What came of each start date, in order; empty under a model that draws its lifetimes.
pub(super) fn starts(plan: &Plan, lifetimes: &Lifetimes) -> Vec<StartOutcome> {
    let Some(Law::Historical(model)) = plan.worlds.first().map(|world| world.model.law()) else {
        return vec![];
    };
    let each = lifetimes.each.iter().map(|each| {
        let (year, month) = model.start_date(each.lifetime);
        let under = each.runs.iter().map(|run| StartUnderPolicy {
            real_balance: run.end.map(f64::from_bits),
            ruin_age: (run.ruin_year > 0).then_some(plan.schedule.start_age + run.ruin_year),
            sustainable_rate: run.rate.map(f64::from_bits),
        });
        StartOutcome { year, month, policies: under.collect() }
    });
    each.collect()
}

/// Replaces figures that stand for a sample of lifetimes by those of all there are: exact percentiles of the rates, no
/// errors anywhere.
pub(super) fn without_errors(outcome: &mut Outcome) {
    for table in [&mut outcome.real, &mut outcome.nominal] {
        forget_errors_of_table(table);
    }
    for (i, policy) in outcome.policies.iter_mut().enumerate() {
        let rates = outcome.starts.iter().filter_map(|start| start.policies.get(i)?.sustainable_rate);
        if let (Some(distribution), Some(exact)) = (&mut policy.sustainable_rate, exact(rates.collect())) {
            distribution.percentiles = exact;
        }
        policy.ruin.iter_mut().chain(&mut policy.ruin_by_age).for_each(exactly);
        let some = [
            &mut policy.ruin_age,
            &mut policy.shortfall,
            &mut policy.shortfall_dollars,
            &mut policy.replacement_rate,
            &mut policy.sustainable_rate,
        ];
        some.into_iter().flatten().for_each(forget_errors);
        let always =
            [&mut policy.fees, &mut policy.haircuts, &mut policy.trading_costs, &mut policy.worst_drawdown];
        always.into_iter().for_each(forget_errors);
        if let Some(private) = &mut policy.private {
            without_errors_of_private(private);
        }
    }
    for comparison in &mut outcome.comparisons {
        comparison.ruin_difference.iter_mut().for_each(precisely);
        for at in &mut comparison.at {
            [&mut at.better, &mut at.equal].into_iter().for_each(exactly);
            at.ratio.iter_mut().for_each(forget_errors);
            precisely(&mut at.mean_difference);
            at.percentile_differences.iter_mut().for_each(precisely);
        }
    }
    for at in outcome.attributions.iter_mut().flat_map(|a| &mut a.rungs).flat_map(|rung| &mut rung.at) {
        precisely(&mut at.mean);
        exactly(&mut at.median);
        at.mean_change.iter_mut().chain(&mut at.median_change).for_each(precisely);
    }
}

fn without_errors_of_private(private: &mut PrivateOutcome) {
    private.reported.iter_mut().flatten().for_each(forget_errors);
    private.gated_payments.iter_mut().for_each(forget_errors);
    let always = [
        &mut private.volatility,
        &mut private.reported_volatility,
        &mut private.reported_drawdown,
        &mut private.gained,
        &mut private.lost,
        &mut private.months_waited,
        &mut private.forced_sales,
        &mut private.largest_weight,
    ];
    always.into_iter().for_each(forget_errors);
    exactly(&mut private.gated);
    precisely(&mut private.transfer);
}

fn forget_errors_of_table(table: &mut BalanceTable) {
    table.low.fill(f64::NAN);
    table.high.fill(f64::NAN);
    table.mean_standard_error.fill(f64::NAN);
}

fn forget_errors(distribution: &mut Distribution) {
    precisely(&mut distribution.mean);
    distribution.percentiles.iter_mut().for_each(exactly);
}

fn exactly(interval: &mut Interval) {
    (interval.low, interval.high) = (f64::NAN, f64::NAN);
}

fn precisely(estimate: &mut Estimate) {
    estimate.standard_error = f64::NAN;
}

/// The percentiles of a few numbers, linear between them (type 7).
fn exact(mut values: Vec<f64>) -> Option<[Interval; 9]> {
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    Some(PERCENTILES.map(|p| {
        let position = last as f64 * p;
        let (low, high) = (values[position.floor() as usize], values[position.ceil() as usize]);
        let value = low + (position - position.floor()) * (high - low);
        Interval { value, low: f64::NAN, high: f64::NAN }
    }))
}
