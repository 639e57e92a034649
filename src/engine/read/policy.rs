//! What is reported of one policy over whole lifetimes.

use crate::engine::outcome::{Interval, PolicyOutcome, PrivateOutcome, Replicates};
use crate::engine::plan::Plan;
use crate::engine::read::known::{Known, Quantity};
use crate::engine::tally::{
    FEES, HAIRCUTS, PrivateTally, REPLACEMENT_RATE, RUIN_AGE, RunTally, SHORTFALL, SHORTFALL_DOLLARS,
    TRADING_COSTS, WORST_DRAWDOWN,
};
use crate::statistics::WeightedEvents;

use Quantity::{Bounded, Unbounded};

/// First failures of a payment up to the end of a year (from zero), weighted by the probability of being alive then, or each
/// for one.
fn failures(plan: &Plan, run: &RunTally, lifetimes: u64, until: usize, weighted: bool) -> WeightedEvents {
    let weight = |year: usize| if weighted { plan.schedule.alive_to_be_paid(year) } else { 1.0 };
    let events = run.ruined[..=until].iter().enumerate().map(|(year, &count)| (weight(year), count));
    WeightedEvents::new(lifetimes, events)
}

/// The probability of ruin by each year, of all lifetimes and of those still alive then.
fn ruin_by_age(plan: &Plan, known: Known, lifetimes: u64, run: &RunTally, weighted: bool) -> Vec<Interval> {
    let by = |until: usize| known.weighted(&failures(plan, run, lifetimes, until, weighted));
    (0..run.ruined.len()).map(by).collect()
}

/// A probability of all lifetimes as one of those that live to retire.
fn of_retired(plan: &Plan, ruin: Interval) -> Option<Interval> {
    let alive = plan.schedule.survival[plan.schedule.retirement_year? as usize];
    let of = |probability: f64| (probability / alive).min(1.0);
    (alive > 0.0).then(|| Interval { value: of(ruin.value), low: of(ruin.low), high: of(ruin.high) })
}

pub(super) fn policy_outcome(
    plan: &Plan,
    known: Known,
    lifetimes: u64,
    policy: usize,
    tally: &RunTally,
) -> PolicyOutcome {
    let withdraws = plan.schedule.withdraws();
    let told = |weighted: bool| {
        if withdraws { ruin_by_age(plan, known, lifetimes, tally, weighted) } else { vec![] }
    };
    let (ruin_by_age, ruin_by_age_if_alive) = (told(true), told(false));
    let ruin = ruin_by_age.last().copied();
    PolicyOutcome {
        key: plan.policies[policy].key.clone(),
        name: plan.policies[policy].name.clone(),
        ruin,
        ruin_of_retired: ruin.and_then(|ruin| of_retired(plan, ruin)),
        ruin_if_alive: ruin_by_age_if_alive.last().copied(),
        ruin_by_age,
        ruin_by_age_if_alive,
        ruin_age: known.distribution(&tally.figures[RUIN_AGE], Bounded),
        shortfall: known.distribution(&tally.figures[SHORTFALL], Bounded).filter(|_| withdraws),
        shortfall_dollars: known
            .distribution(&tally.figures[SHORTFALL_DOLLARS], Unbounded)
            .filter(|_| withdraws),
        replacement_rate: known.distribution(&tally.figures[REPLACEMENT_RATE], Unbounded),
        fees: known.always(&tally.figures[FEES], Unbounded),
        haircuts: known.always(&tally.figures[HAIRCUTS], Unbounded),
        trading_costs: known.always(&tally.figures[TRADING_COSTS], Unbounded),
        worst_drawdown: known.always(&tally.figures[WORST_DRAWDOWN], Bounded),
        sustainable_rate: None,
        replicates: Replicates::default(),
        private: tally.private.as_ref().map(|private| private_outcome(known, lifetimes, private)),
    }
}

fn private_outcome(known: Known, lifetimes: u64, tally: &PrivateTally) -> PrivateOutcome {
    PrivateOutcome {
        reported: tally.reported.iter().map(|sample| known.distribution(sample, Unbounded)).collect(),
        volatility: known.always(&tally.volatility, Unbounded),
        reported_volatility: known.always(&tally.stated_volatility, Unbounded),
        reported_drawdown: known.always(&tally.stated_drawdown, Bounded),
        gained: known.always(&tally.gained, Unbounded),
        lost: known.always(&tally.lost, Unbounded),
        transfer: known.difference(&tally.transfer),
        gated: known.probability(tally.gated, lifetimes),
        gated_payments: known.distribution(&tally.gated_payments, Bounded),
        months_waited: known.always(&tally.months_waited, Bounded),
        forced_sales: known.always(&tally.forced, Unbounded),
        largest_weight: known.always(&tally.largest_weight, Bounded),
    }
}
