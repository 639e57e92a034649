//! One question under several sets of assumptions: how much of the spread of its answers comes from the policies, and how
//! much from whose assumptions one believes.
//!
//! All runs live through the same lifetimes, so the noise that they share cancels. Errors come from a jackknife over the
//! sections of the lifetimes: a section is left out of every run at once.

use crate::engine::outcome::{Estimate, Outcome, PERCENTILES, PolicyOutcome};
use crate::error::{Error, Result};
use crate::math::elementary::ln;
use crate::statistics::{SECTIONS, SpreadShares, jackknife_standard_error};

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

/// Shares of the sum of squares about the mean of all policies under all sets; they sum to 1.
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
    let sections = sections(outcomes, |policy| policy.sections.medians.get(key).cloned().unwrap_or_default());
    MediansAt {
        age,
        dollars: answers(&values, &sections),
        logarithms: decompose(&values, &sections, |x| if x > 0.0 { ln(x) } else { f64::NAN }),
    }
}

fn ruin(outcomes: &[Outcome]) -> Answers {
    let values =
        table(outcomes, |outcome, policy| outcome.policies[policy].ruin.map_or(f64::NAN, |ruin| ruin.value));
    answers(&values, &sections(outcomes, |policy| policy.sections.ruin.clone()))
}

/// A figure for each policy and outcome.
fn table<T>(outcomes: &[Outcome], figure: impl Fn(&Outcome, usize) -> T) -> Vec<Vec<T>> {
    let policies = outcomes.first().map_or(0, |outcome| outcome.policies.len());
    (0..policies).map(|policy| outcomes.iter().map(|outcome| figure(outcome, policy)).collect()).collect()
}

/// A figure of each section with that section left out: the mean of the others. Empty where sections tell nothing.
fn sections(outcomes: &[Outcome], figures: impl Fn(&PolicyOutcome) -> Vec<f64>) -> Vec<Vec<Vec<f64>>> {
    table(outcomes, |outcome, policy| {
        let each = figures(&outcome.policies[policy]);
        let sum = each.iter().fold(0.0, |sum, x| sum + x);
        let known = each.len() == SECTIONS && sum.is_finite();
        let others = |x: &f64| (sum - x) / (SECTIONS - 1) as f64;
        if known { each.iter().map(others).collect() } else { vec![] }
    })
}

fn answers(values: &[Vec<f64>], sections: &[Vec<Vec<f64>>]) -> Answers {
    let estimate = |(&value, left_out): (&f64, &Vec<f64>)| Estimate {
        value,
        standard_error: jackknife_standard_error(left_out).unwrap_or(f64::NAN),
    };
    let table =
        values.iter().zip(sections).map(|(row, sections)| row.iter().zip(sections).map(estimate).collect());
    Answers { table: table.collect(), decomposition: decompose(values, sections, |x| x) }
}

/// The shares of the whole table, with their errors from the tables without each section.
fn decompose(
    values: &[Vec<f64>],
    sections: &[Vec<Vec<f64>>],
    scale: impl Fn(f64) -> f64,
) -> Option<Decomposition> {
    let scaled = |read: &dyn Fn(usize, usize) -> f64| -> Vec<Vec<f64>> {
        let row = |i: usize| (0..values[i].len()).map(|j| scale(read(i, j))).collect();
        (0..values.len()).map(row).collect()
    };
    let shares = SpreadShares::of(&scaled(&|i, j| values[i][j]))?;
    let without = |section: usize| {
        let read = |i: usize, j: usize| {
            let left_out: Option<&f64> = sections.get(i)?.get(j)?.get(section);
            left_out.copied()
        };
        SpreadShares::of(&scaled(&|i, j| read(i, j).unwrap_or(f64::NAN)))
    };
    let all: Option<Vec<SpreadShares>> = (0..SECTIONS).map(without).collect();
    let estimate = |part: usize| {
        let left_out: Vec<f64> = all.iter().flatten().map(|shares| shares.to_array()[part]).collect();
        Estimate {
            value: shares.to_array()[part],
            standard_error: jackknife_standard_error(&left_out).unwrap_or(f64::NAN),
        }
    };
    Some(Decomposition { policies: estimate(0), assumptions: estimate(1), interaction: estimate(2) })
}
