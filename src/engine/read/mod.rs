//! From a tally of integers to an outcome of figures with their errors.

mod balances;
mod comparison;
mod known;
mod policy;
mod resampled;
mod skill;
mod starts;

use crate::engine::outcome::{Outcome, PolicyOutcome};
use crate::engine::plan::Plan;
use crate::engine::read::comparison::Reading;
use crate::engine::read::resampled::Resampled;
use crate::engine::tally::Tally;
use crate::error::{Error, Result};
use crate::statistics::{Cumulative, Sample};

use known::{Known, Quantity};

impl Outcome {
    /// Reads the figures from the tally of all lifetimes of a plan.
    ///
    /// # Errors
    ///
    /// A tally of another plan, or one that does not hold every lifetime exactly once.
    pub fn from_tally(plan: &Plan, tally: &Tally) -> Result<Self> {
        let outcome = Self::of_part(plan, tally)?;
        if tally.ranges() != [(0, plan.lifetimes)] {
            let reason = format!("the tally holds {} of {} lifetimes", tally.count(), plan.lifetimes);
            return Err(Error::mismatch(reason));
        }
        Ok(outcome)
    }

    /// Reads the figures from the tally of some lifetimes of a plan, such as a single one replayed alone; the
    /// number of lifetimes in the outcome is that of the tally.
    ///
    /// # Errors
    ///
    /// A tally of another plan, or one of no lifetimes.
    pub fn of_part(plan: &Plan, tally: &Tally) -> Result<Self> {
        if tally.plan_hash() != plan.hash() {
            return Err(Error::mismatch("the tally belongs to another plan"));
        }
        let lifetimes = tally.count();
        if lifetimes == 0 {
            return Err(Error::mismatch("the tally holds no lifetime"));
        }
        let schedule = &plan.schedule;
        let known = Known::of(plan);
        let resampled = Resampled::of(plan, tally, known.errors());
        let reading = Reading { plan, tally, known, resampled: &resampled };
        let runs = &tally.runs[..plan.policies.len()];
        let age = |year: u32| schedule.start_age + year + 1;
        let real: Vec<&[Sample]> = runs.iter().map(|run| run.real.as_slice()).collect();
        let nominal: Vec<&[Sample]> = runs.iter().map(|run| run.nominal.as_slice()).collect();
        let rate = |i: usize| known.distribution(tally.lifetimes.rates.get(i)?, Quantity::Unbounded);
        let policy_outcome = |(i, run)| PolicyOutcome {
            sustainable_rate: rate(i),
            replicates: resampled.replicates(i, schedule.withdraws()),
            ..policy::policy_outcome(plan, known, lifetimes, i, run)
        };
        Ok(Self {
            lifetimes,
            seed: plan.seed,
            plan_hash: hexadecimal(&plan.hash()),
            start_age: schedule.start_age,
            retirement_age: schedule.retirement_year.map(|year| schedule.start_age + year),
            opening_balance: schedule.opening_balance,
            final_pay: schedule.final_pay,
            ages: (0..schedule.years).map(age).collect(),
            alive: schedule.survival[1..].to_vec(),
            key_ages: plan.key_years.iter().map(|&year| age(year)).collect(),
            real: balances::table(known, &real, &|sample, place| {
                balances::real_balances(plan, &resampled, sample, place)
            }),
            nominal: balances::table(known, &nominal, &|sample, _| Cumulative::new(sample.histogram())),
            policies: runs.iter().enumerate().map(policy_outcome).collect(),
            comparisons: (0..plan.compared).map(|pair| reading.comparison(pair as usize)).collect(),
            against_first: reading.against_first(),
            attributions: plan.ladders.iter().map(|ladder| reading.attribution(ladder)).collect(),
            enumerated: plan.enumerates(),
            starts: starts::starts(plan, &tally.lifetimes),
        })
    }
}

/// Bytes as text, two digits each.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
        .collect()
}
