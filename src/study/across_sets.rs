//! One question under several sets of assumptions: how much of the spread of its answers comes from the policies, and how
//! much from whose assumptions one believes.
//!
//! All runs live through the same lifetimes, so the noise that they share cancels. Errors come from replicates of the figures in
//! which lifetimes are resampled in every run at once; what the noise of the figures adds to each part of the spread is
//! taken off.

use crate::engine::{Estimate, Outcome, PERCENTILES, PolicyOutcome, Replicates};
use crate::error::{Error, Result};
use crate::math::elementary::ln;
use crate::statistics::{REPLICATES, SpreadShares, SpreadSquares, spread};

/// Answers by policy and set of assumptions.
#[derive(Clone, Debug, PartialEq)]
pub struct AcrossSets {
    /// Median balances at each of the key ages.
    pub medians: Vec<MediansAt>,
    /// Probabilities of ruin; `None` if nothing is withdrawn.
    pub ruin: Option<Answers>,
}

/// Median real balances at an age.
#[derive(Clone, Debug, PartialEq)]
pub struct MediansAt {
    /// The age.
    pub age: u32,
    /// The medians, dollars of the start, with the decomposition of their spread in dollars.
    pub dollars: Answers,
    /// The decomposition of the spread of their logarithms, in which equal ratios count alike; `None` if a median is
    /// zero, or if they do not differ.
    pub logarithms: Option<Decomposition>,
}

/// A figure by policy and set.
#[derive(Clone, Debug, PartialEq)]
pub struct Answers {
    /// Policy by set; NaN where nobody is alive.
    pub table: Vec<Vec<Estimate>>,
    /// Where its spread comes from; `None` if the figures do not differ or are not all known.
    pub decomposition: Option<Decomposition>,
}

/// Shares of the sum of squares about the mean of all policies under all sets, less what noise adds to it; they sum to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decomposition {
    /// What policies do under all sets alike.
    pub policies: Estimate,
    /// What sets do to all policies alike.
    pub assumptions: Estimate,
    /// What depends on both: policies differ by other amounts, or in another order, under other assumptions.
    pub interaction: Estimate,
}

impl AcrossSets {
    /// From the outcome under each set.
    ///
    /// # Errors
    ///
    /// Outcomes that are not about the same policies, ages and lifetimes, or none.
    pub fn of(outcomes: &[Outcome]) -> Result<Self> {
        let Some(first) = outcomes.first() else { return Err(Error::mismatch("there is no outcome")) };
        let keys = |outcome: &Outcome| -> Vec<String> {
            outcome.policies.iter().map(|policy| policy.key.clone()).collect()
        };
        let alike = |other: &Outcome| {
            (other.lifetimes, other.seed, &other.key_ages) == (first.lifetimes, first.seed, &first.key_ages)
                && keys(other) == keys(first)
        };
        if !outcomes.iter().all(alike) {
            return Err(Error::mismatch("the outcomes are not of the same policies and lifetimes"));
        }
        let medians = first.key_ages.iter().enumerate().map(|(key, &age)| medians_at(outcomes, key, age));
        let withdraws = first.policies.iter().all(|policy| policy.ruin.is_some());
        Ok(Self { medians: medians.collect(), ruin: withdraws.then(|| ruin(outcomes)) })
    }
}

fn medians_at(outcomes: &[Outcome], key: usize, age: u32) -> MediansAt {
    let median = |outcome: &Outcome, policy: usize| {
        let place = PERCENTILES.iter().position(|&p| p == 0.5)?;
        outcome.real.percentiles.get([policy, outcome.age_index(age)?, place]).copied()
    };
    let values = table(outcomes, |outcome, policy| median(outcome, policy).unwrap_or(f64::NAN));
    let noise =
        deviations(outcomes, |policy| policy.replicates.medians.get(key).map_or(&[][..], Vec::as_slice));
    MediansAt {
        age,
        dollars: answers(&values, &noise),
        logarithms: decompose(&values, &noise, |x| if x > 0.0 { ln(x) } else { f64::NAN }),
    }
}

fn ruin(outcomes: &[Outcome]) -> Answers {
    let values =
        table(outcomes, |outcome, policy| outcome.policies[policy].ruin.map_or(f64::NAN, |ruin| ruin.value));
    answers(&values, &deviations(outcomes, |policy| policy.replicates.ruin.as_slice()))
}

/// A figure for each policy and outcome.
fn table<T>(outcomes: &[Outcome], figure: impl Fn(&Outcome, usize) -> T) -> Vec<Vec<T>> {
    let policies = outcomes.first().map_or(0, |outcome| outcome.policies.len());
    (0..policies).map(|policy| outcomes.iter().map(|outcome| figure(outcome, policy)).collect()).collect()
}

/// How far a figure is from its mean in each replicate, by policy and outcome; empty where replicates tell nothing.
fn deviations(outcomes: &[Outcome], figures: impl Fn(&PolicyOutcome) -> &[f64]) -> Vec<Vec<Vec<f64>>> {
    table(outcomes, |outcome, policy| {
        let policy = &outcome.policies[policy];
        let (each, Replicates { scale, .. }) = (figures(policy), &policy.replicates);
        let mean = each.iter().fold(0.0, |sum, x| sum + x) / each.len() as f64;
        let known = each.len() == REPLICATES && mean.is_finite();
        if known { each.iter().map(|x| scale * (x - mean)).collect() } else { vec![] }
    })
}

fn answers(values: &[Vec<f64>], noise: &[Vec<Vec<f64>>]) -> Answers {
    let estimate = |(&value, noise): (&f64, &Vec<f64>)| Estimate {
        value,
        standard_error: spread(noise).unwrap_or(f64::NAN),
    };
    let table = values.iter().zip(noise).map(|(row, noise)| row.iter().zip(noise).map(estimate).collect());
    Answers { table: table.collect(), decomposition: decompose(values, noise, |x| x) }
}

/// The shares of the spread of a table's figures on a scale, with the errors that the noise of the figures gives them.
fn decompose(
    values: &[Vec<f64>],
    noise: &[Vec<Vec<f64>>],
    scale: impl Fn(f64) -> f64,
) -> Option<Decomposition> {
    // The table, the table with the noise of a replicate, and that noise alone, all on the scale.
    let on_scale = |read: &dyn Fn(usize, usize) -> f64| -> Vec<Vec<f64>> {
        let row = |i: usize| (0..values[i].len()).map(|j| read(i, j)).collect();
        (0..values.len()).map(row).collect()
    };
    let of = |i: usize, j: usize, replicate: usize| {
        let deviation: Option<&f64> = noise.get(i)?.get(j)?.get(replicate);
        deviation.map(|deviation| scale(values[i][j] + deviation))
    };
    let replicate = |replicate: usize| {
        let disturbed = on_scale(&|i, j| of(i, j, replicate).unwrap_or(f64::NAN));
        let alone = on_scale(&|i, j| disturbed[i][j] - scale(values[i][j]));
        Some((SpreadSquares::of(&disturbed)?, SpreadSquares::of(&alone)?))
    };
    let found = SpreadSquares::of(&on_scale(&|i, j| scale(values[i][j])))?;
    let replicates: Option<Vec<_>> = (0..REPLICATES).map(replicate).collect();
    let replicates = replicates.unwrap_or_default();
    let noise: Vec<SpreadSquares> = replicates.iter().map(|(_, alone)| *alone).collect();
    let noise = SpreadSquares::mean(&noise);
    let shares = SpreadShares::of(noise.map_or(found, |noise| found.without(noise)))?;
    let estimate = |part: usize| {
        let of_replicates = replicates.iter().filter_map(|(disturbed, _)| {
            let shares = SpreadShares::of(noise.map_or(*disturbed, |noise| disturbed.without(noise)))?;
            Some(shares.to_array()[part])
        });
        let each: Vec<f64> = of_replicates.collect();
        let standard_error = spread(&each).filter(|_| each.len() == REPLICATES);
        Estimate { value: shares.to_array()[part], standard_error: standard_error.unwrap_or(f64::NAN) }
    };
    Some(Decomposition { policies: estimate(0), assumptions: estimate(1), interaction: estimate(2) })
}
