//! What came of each start date under a model that has each possible lifetime once.

use crate::engine::outcome::{StartOutcome, StartUnderPolicy};
use crate::engine::plan::Plan;
use crate::engine::tally::Lifetimes;
use crate::market::Law;

/// What came of each start date, in order; empty under a model that draws its lifetimes.
pub(super) fn starts(plan: &Plan, lifetimes: &Lifetimes) -> Vec<StartOutcome> {
    let Some(Law::Historical(model)) = plan.worlds.first().map(|world| world.model.law()) else {
        return vec![];
    };
    let each = lifetimes.each.iter().map(|each| {
        let (year, month) = model.start_date(each.lifetime);
        let under = each.runs.iter().map(|run| StartUnderPolicy {
            real_balance: f64::from_bits(run.end),
            ruin_age: (run.ruin_year > 0).then_some(plan.schedule.start_age + run.ruin_year),
            sustainable_rate: run.rate.map(f64::from_bits),
        });
        StartOutcome { year, month, policies: under.collect() }
    });
    each.collect()
}
