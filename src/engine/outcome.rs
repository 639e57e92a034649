//! What a run found out: plain values with their errors, in tables of `ndarray`. Knows no file and no chart.

use ndarray::{Array2, Array3};
use serde::{Deserialize, Serialize};

/// The percentiles of every distribution that is reported, as probabilities.
///
/// Percentiles are of the linear kind (type 7 of Hyndman and Fan), read from a histogram of 1024 buckets an
/// octave and so within 0.1 % of those of the sorted lifetimes.
pub const PERCENTILES: [f64; 9] = [0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99];

/// The percentiles whose differences between policies are reported, as probabilities.
pub const COMPARED_PERCENTILES: [f64; 3] = [0.05, 0.50, 0.95];

/// A number estimated from the lifetimes, with its Monte Carlo standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Its standard error; NaN if too few lifetimes tell.
    pub standard_error: f64,
}

/// A number estimated from the lifetimes, with its 95 % interval: order statistics for a percentile, Wilson's
/// interval for a probability (the exact limit where the event happened never or always).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The estimate.
    pub value: f64,
    /// Lower end of the 95 % interval; NaN if too few lifetimes lie below.
    pub low: f64,
    /// Upper end of the 95 % interval; NaN if too few lifetimes lie above.
    pub high: f64,
}

/// A distribution over lifetimes.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// The number of lifetimes in it.
    pub count: u64,
    /// Its mean.
    pub mean: Estimate,
    /// Its percentiles, in the order of [`PERCENTILES`].
    pub percentiles: [Interval; 9],
}

/// Everything that a run found out.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The number of lifetimes.
    pub lifetimes: u64,
    /// The seed.
    pub seed: u64,
    /// SHA-256 of the plan's canonical bytes, in hexadecimal.
    pub plan_hash: String,
    /// Age at the start; 0 for an account without an age, whose "ages" are years.
    pub start_age: u32,
    /// Age at retirement, if anybody retires.
    pub retirement_age: Option<u32>,
    /// Balance at the start, dollars.
    pub opening_balance: f64,
    /// Pay of a year just before retirement, dollars of the start; `None` without a career.
    pub final_pay: Option<f64>,
    /// The ages at which balances were recorded (the start excluded).
    pub ages: Vec<u32>,
    /// For each age, the number of lifetimes alive.
    pub survivors: Vec<u64>,
    /// The ages at which policies are compared; a subset of `ages`.
    pub key_ages: Vec<u32>,
    /// Balances among survivors in dollars of the start.
    pub real: BalanceTable,
    /// Balances among survivors in dollars of the day.
    pub nominal: BalanceTable,
    /// What is reported by policy, in the scenario's order.
    pub policies: Vec<PolicyOutcome>,
    /// Each further policy against the first, on the same lifetimes.
    pub comparisons: Vec<Comparison>,
    /// What each friction costs, by policy; empty unless asked for.
    pub attributions: Vec<Attribution>,
}

/// Balances by policy and age among survivors.
#[derive(Clone, Debug, PartialEq)]
pub struct BalanceTable {
    /// Percentiles, policy × age × [`PERCENTILES`]; NaN where nobody is alive.
    pub percentiles: Array3<f64>,
    /// Lower ends of their 95 % intervals, same shape.
    pub low: Array3<f64>,
    /// Upper ends of their 95 % intervals, same shape.
    pub high: Array3<f64>,
    /// Means, policy × age.
    pub mean: Array2<f64>,
    /// Standard errors of the means, same shape.
    pub mean_standard_error: Array2<f64>,
    /// Standard deviations over lifetimes, same shape.
    pub standard_deviation: Array2<f64>,
}

/// What is reported of one policy over whole lifetimes.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyOutcome {
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Probability that a scheduled payment could not be made in full while alive; `None` if nothing is
    /// withdrawn.
    pub ruin: Option<Interval>,
    /// Probability of ruin by each age of [`Outcome::ages`], out of all lifetimes; empty if nothing is
    /// withdrawn.
    pub ruin_by_age: Vec<Interval>,
    /// Age at ruin among the ruined, in years at the end of the year of ruin; `None` if nobody was ruined.
    pub ruin_age: Option<Distribution>,
    /// Share of the spending wanted in retirement (benefits included) that was not met, among those who
    /// retired.
    pub shortfall: Option<Distribution>,
    /// The same in dollars of the start, summed over life.
    pub shortfall_dollars: Option<Distribution>,
    /// Mean real retirement income a year over real final pay, among those who retired.
    pub replacement_rate: Option<Distribution>,
    /// Fees paid over life, dollars of the start.
    pub fees: Distribution,
    /// Lost to liquidity haircuts over life, dollars of the start.
    pub haircuts: Distribution,
    /// Lost to half-spreads over life, dollars of the start.
    pub trading_costs: Distribution,
    /// Deepest fall of the portfolio's value from a peak, payments apart, as a share (0 to 1).
    pub worst_drawdown: Distribution,
    /// Figures of parts of the lifetimes.
    pub sections: SectionFigures,
}

/// Figures of the 32 sections of the lifetimes (lifetime `i` belongs to section `i mod 32`), the same in every run of
/// the same lifetimes: what the errors of figures from several runs are made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SectionFigures {
    /// For each of [`Outcome::key_ages`], the median real balance of each section; empty where sections are too small.
    pub medians: Vec<Vec<f64>>,
    /// The probability of ruin in each section; empty if nothing is withdrawn or a section has no lifetime.
    pub ruin: Vec<f64>,
}

/// One policy against another on the same lifetimes.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The policy, as an index into [`Outcome::policies`].
    pub policy: usize,
    /// The policy it is compared with.
    pub against: usize,
    /// Probability of ruin less the other's, with the paired standard error; `None` if nothing is withdrawn.
    pub ruin_difference: Option<Estimate>,
    /// The comparison at each of [`Outcome::key_ages`].
    pub at: Vec<ComparisonAt>,
}

/// One policy's balance against another's at one age, among survivors, in dollars of the start.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparisonAt {
    /// The age.
    pub age: u32,
    /// The number of lifetimes alive.
    pub count: u64,
    /// Probability that the policy's balance is the larger one; ties (both empty) count for neither.
    pub better: Interval,
    /// Probability that both balances are equal.
    pub equal: Interval,
    /// Policy's balance over the other's among lifetimes in which the other's is not empty; `None` if it always is.
    /// Its mean is NaN: balances come arbitrarily near to nothing, so the ratio has no mean to estimate.
    pub ratio: Option<Distribution>,
    /// Mean of the difference, with the paired standard error.
    pub mean_difference: Estimate,
    /// Differences of the [`COMPARED_PERCENTILES`], with standard errors that count the pairing.
    pub percentile_differences: [Estimate; 3],
}

/// The frictions of one policy, switched on one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    /// The policy, as an index into [`Outcome::policies`].
    pub policy: usize,
    /// From the gross run to the run with everything.
    pub rungs: Vec<Rung>,
}

/// One run of the attribution ladder.
#[derive(Clone, Debug, PartialEq)]
pub struct Rung {
    /// What was switched on last.
    pub friction: Friction,
    /// The run at each of [`Outcome::key_ages`].
    pub at: Vec<RungAt>,
}

/// A rung's balances at one age, among survivors, in dollars of the start.
#[derive(Clone, Debug, PartialEq)]
pub struct RungAt {
    /// The age.
    pub age: u32,
    /// Mean balance.
    pub mean: Estimate,
    /// Median balance.
    pub median: Interval,
    /// Mean less that of the rung before, paired; `None` on the first rung.
    pub mean_change: Option<Estimate>,
    /// Median less that of the rung before, with a standard error that counts the pairing.
    pub median_change: Option<Estimate>,
}

/// The rungs of the attribution ladder, from gross to net.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Friction {
    /// No friction at all.
    Gross,
    /// Fees of assets and plan.
    Fees,
    /// The volatility haircut.
    VolatilityHaircut,
    /// Liquidity haircuts and half-spreads: the run with everything.
    Liquidity,
}

impl Friction {
    /// The name in files and tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gross => "gross",
            Self::Fees => "fees",
            Self::VolatilityHaircut => "volatility_haircut",
            Self::Liquidity => "liquidity",
        }
    }
}

impl Outcome {
    /// The row of an age in the balance tables.
    #[must_use]
    pub fn age_index(&self, age: u32) -> Option<usize> {
        self.ages.iter().position(|&a| a == age)
    }

    /// A policy's percentile of the balance at an age in dollars of the start, with its interval.
    ///
    /// `None` if the age, the policy or the probability is not in the tables.
    #[must_use]
    pub fn real_percentile(&self, policy: usize, age: u32, probability: f64) -> Option<Interval> {
        let row = self.age_index(age)?;
        let column = PERCENTILES.iter().position(|&p| (p - probability).abs() < 1e-12)?;
        let index = [policy, row, column];
        Some(Interval {
            value: *self.real.percentiles.get(index)?,
            low: *self.real.low.get(index)?,
            high: *self.real.high.get(index)?,
        })
    }
}
