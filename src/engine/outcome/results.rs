//! What a run found out: plain values with their errors, in tables of `ndarray`. Knows no file and no chart.

use ndarray::{Array2, Array3};

use crate::engine::outcome::estimate::{Distribution, Estimate, Interval, PERCENTILES};
use crate::engine::outcome::skill::BySkill;
use crate::market::Friction;

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
    /// For each age, the probability of being alive then. Nobody need die in the simulation: balances by age are those of every
    /// lifetime, because the path of an account does not depend on who is alive.
    pub alive: Vec<f64>,
    /// The ages at which policies are compared; a subset of `ages`.
    pub key_ages: Vec<u32>,
    /// Balances of those alive in dollars of the start.
    pub real: BalanceTable,
    /// Balances of those alive in dollars of the day.
    pub nominal: BalanceTable,
    /// What is reported by policy, in the scenario's order.
    pub policies: Vec<PolicyOutcome>,
    /// Policies against the one that each is compared with, on the same lifetimes, in the scenario's order.
    pub comparisons: Vec<Comparison>,
    /// Each further policy against the first, whatever it is compared with.
    pub against_first: Vec<Comparison>,
    /// What each friction costs, by policy; empty unless asked for.
    pub attributions: Vec<Attribution>,
    /// Whether each possible lifetime is there once (every start date of a history): then nothing was sampled, and no
    /// figure has an error or an interval (they are NaN).
    pub enumerated: bool,
    /// What came of each start date of a history, in order; empty under a model that draws its lifetimes.
    pub starts: Vec<StartOutcome>,
}

/// What came of one start date of a history.
#[derive(Clone, Debug, PartialEq)]
pub struct StartOutcome {
    /// Year of the first period.
    pub year: i32,
    /// Its month, 1 to 12; `None` for a table of years.
    pub month: Option<u32>,
    /// By policy, in the order of [`Outcome::policies`].
    pub policies: Vec<StartUnderPolicy>,
}

/// What came of one start date under one policy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StartUnderPolicy {
    /// Balance at the last age in dollars of the start, if still alive.
    pub real_balance: f64,
    /// Age (or year) at the end of the year in which a payment could first not be made in full, if still alive; `None` if all
    /// can be.
    pub ruin_age: Option<u32>,
    /// The largest constant real payment a year that lasts, as a share of the balance when withdrawals begin; `None` if
    /// nothing is withdrawn.
    pub sustainable_rate: Option<f64>,
}

/// Balances by policy and age of those alive.
#[derive(Clone, Debug, PartialEq)]
pub struct BalanceTable {
    /// Percentiles, policy × age × [`PERCENTILES`]; NaN beyond 2¹²⁰ dollars.
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
    /// Probability that a scheduled payment cannot be made in full while alive, of all lifetimes that begin: the sum over years
    /// of the share of lifetimes in which a payment first fails times the probability of being alive to want it. `None`
    /// if nothing is withdrawn.
    pub ruin: Option<Interval>,
    /// The same of those who live to retire; `None` if nothing is withdrawn or nobody retires.
    pub ruin_of_retired: Option<Interval>,
    /// The same of those still alive at the last age: the share of lifetimes in which a payment fails by then. A planner's
    /// figure, which does not depend on mortality.
    pub ruin_if_alive: Option<Interval>,
    /// Probability of ruin by each age of [`Outcome::ages`], of all lifetimes that begin; empty if nothing is
    /// withdrawn.
    pub ruin_by_age: Vec<Interval>,
    /// The same of those still alive at that age.
    pub ruin_by_age_if_alive: Vec<Interval>,
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
    /// Largest constant real payment a year that would have lasted to the end of each lifetime, as a share of the balance
    /// when withdrawals begin: the growth of an invested dollar, costs of selling apart. `None` unless asked for, or if
    /// nothing is withdrawn.
    pub sustainable_rate: Option<Distribution>,
    /// What stale prices and gates did; `None` if the policy holds nothing that has them.
    pub private: Option<PrivateOutcome>,
    /// Figures of other draws of the same lifetimes.
    pub replicates: Replicates,
}

/// What stale prices and gates did to one policy: its wealth as stated beside its economic value, what its trades gained
/// from and lost to others, and what gates held back.
#[derive(Clone, Debug, PartialEq)]
pub struct PrivateOutcome {
    /// Balance at reported NAVs at each of [`Outcome::ages`], of those alive, dollars of the start; `None` in an outcome of no
    /// lifetimes.
    pub reported: Vec<Option<Distribution>>,
    /// Standard deviation of a lifetime's yearly portfolio returns of economic value, payments apart, as a fraction.
    pub volatility: Distribution,
    /// The same of the returns on its statements.
    pub reported_volatility: Distribution,
    /// Deepest fall of the stated value of an invested dollar from a peak, as a share (0 to 1); compare
    /// [`PolicyOutcome::worst_drawdown`].
    pub reported_drawdown: Distribution,
    /// Economic value gained over life from those who stayed, by buying below or selling above value; dollars of the start.
    pub gained: Distribution,
    /// Economic value lost over life to those who stayed, by buying above or selling below value; dollars of the start.
    pub lost: Distribution,
    /// Mean of gained less lost: the part of the policy's wealth that is a pricing artefact, dollars of the start.
    pub transfer: Estimate,
    /// Probability that at least once a payment could not be raised by redemption in full because of a gate.
    pub gated: Interval,
    /// How many payments of a lifetime were held back so, among lifetimes with any.
    pub gated_payments: Option<Distribution>,
    /// Months of life through which a part of a request to sell waited: from the end of the step in which it was made, or
    /// when the gate paid a part of it, to that in which the rest was paid; none where requests lapse.
    pub months_waited: Distribution,
    /// Economic value sold at a haircut over life, dollars of the start; what it lost is [`PolicyOutcome::haircuts`].
    pub forced_sales: Distribution,
    /// The largest weight of illiquid assets on a statement over life, as a fraction.
    pub largest_weight: Distribution,
}

/// How figures would vary if other lifetimes had been drawn: their values in [`REPLICATES`](crate::statistics::REPLICATES)
/// resamples of the first lifetimes of the run ([`Bootstrap`](crate::statistics::Bootstrap)), the same in every run of the
/// same lifetimes. The standard error of anything made of such figures is the standard deviation of what it is in the
/// replicates, times `scale`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replicates {
    /// For each of [`Outcome::key_ages`], the median real balance in each replicate; empty where too few lifetimes tell.
    pub medians: Vec<Vec<f64>>,
    /// The probability of ruin in each replicate; empty if nothing is withdrawn.
    pub ruin: Vec<f64>,
    /// Root of the share of lifetimes that are resampled; 1 for all of them.
    pub scale: f64,
}

/// One policy against another on the same lifetimes.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The policy, as an index into [`Outcome::policies`].
    pub policy: usize,
    /// The policy it is compared with.
    pub against: usize,
    /// Probability of ruin (of all lifetimes) less the other's, with the paired standard error; `None` if nothing is
    /// withdrawn.
    pub ruin_difference: Option<Estimate>,
    /// The comparison at each of [`Outcome::key_ages`].
    pub at: Vec<ComparisonAt>,
}

/// One policy's balance against another's at one age, of those alive, in dollars of the start.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparisonAt {
    /// The age.
    pub age: u32,
    /// The number of lifetimes compared.
    pub count: u64,
    /// Probability that the policy's balance is the larger one; ties (both empty) count for neither.
    pub better: Interval,
    /// Probability that both balances are equal.
    pub equal: Interval,
    /// Policy's balance over the other's among lifetimes in which the other's is not empty, whose number is its `count`; `None`
    /// if it always is.
    /// Its mean is NaN: balances come arbitrarily near to nothing, so the ratio has no mean to estimate.
    pub ratio: Option<Distribution>,
    /// Mean of the difference, with the paired standard error.
    pub mean_difference: Estimate,
    /// Differences of the [`COMPARED_PERCENTILES`](crate::engine::COMPARED_PERCENTILES), with standard errors that count the pairing
    /// ([`DifferenceVariance`](crate::statistics::DifferenceVariance)) and the width of histogram buckets where percentiles are not exact.
    pub percentile_differences: [Estimate; 3],
    /// Probability of ruin by then of those still alive, less the other's, with the paired standard error; `None` if nothing
    /// is withdrawn.
    pub ruin_difference_if_alive: Option<Estimate>,
    /// The comparison by the skill of the managers; `None` if managers do not differ.
    pub by_skill: Option<BySkill>,
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

/// A rung's balances at one age, of those alive, in dollars of the start.
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
