//! Sustainable withdrawal rates: for each lifetime, the largest constant real payment that lasts to its end, as a share of
//! the balance when withdrawals begin.
//!
//! An invested dollar is followed beside the account, with the policy's weights, fees and rebalancing but without
//! payments, so that the rate does not depend on when the account itself is empty. Payments are sold from all assets in
//! proportion, which leaves its growth as it is. With `V` its value when withdrawals begin and `V_t` when payment `t`
//! is due, one dollar of real payments needs `Σ P_t·V/V_t` at the beginning, `P_t` being the price level since then;
//! the rate is the inverse. Costs of selling for the payments themselves (half-spreads, liquidity haircuts) and the
//! plan's fee per head are left out.

use fearless_simd::Simd;
use serde::{Deserialize, Serialize};

use crate::engine::ledger::{self, Account, Environment, WorldSteps};
use crate::engine::plan::{Plan, Run};
use crate::math::Lanes;
use crate::participant::{Indexing, PaymentTiming, Schedule};
use crate::statistics::Sample;

/// When payments are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Due {
    /// The first step with a payment.
    first_step: u32,
    /// Payments in the first year of them.
    per_year: u32,
}

/// Whether a step wants money.
fn wants(schedule: &Schedule, t: usize) -> bool {
    [&schedule.need, &schedule.balance_share, &schedule.base_share].iter().any(|wanted| wanted[t] > 0.0)
}

impl Due {
    /// The payments of a schedule; `None` if it wants none.
    pub(crate) fn of(schedule: &Schedule) -> Option<Self> {
        let first = (0..schedule.steps()).find(|&t| wants(schedule, t))?;
        let year = (first..schedule.steps()).take(schedule.steps_per_year as usize);
        let per_year = year.filter(|&t| wants(schedule, t)).count() as u32;
        Some(Self { first_step: first as u32, per_year })
    }
}

/// An invested dollar of one policy in every lane.
#[derive(Clone, Debug)]
pub(crate) struct Shadow<const L: usize> {
    account: Account<L>,
    /// Value when withdrawals begin, over the price level then.
    begin: Lanes<L>,
    /// What a real dollar a payment has needed so far.
    needed: Lanes<L>,
}

impl<const L: usize> Shadow<L> {
    /// One for each policy of a plan that asks for rates.
    pub(crate) fn of(plan: &Plan) -> Vec<Self> {
        let runs = plan.runs.iter().take(if plan.due.is_some() { plan.policies.len() } else { 0 });
        runs.map(|run| Self { account: Account::empty(run), begin: [0.0; L], needed: [0.0; L] }).collect()
    }

    pub(crate) fn open(&mut self, run: &Run) {
        self.account.open(run, 1.0);
        (self.begin, self.needed) = ([0.0; L], [0.0; L]);
    }

    /// The steps from `first` on.
    #[inline(always)]
    pub(crate) fn steps<S: Simd>(
        &mut self,
        simd: S,
        plan: &Plan,
        run: &Run,
        first: usize,
        environment: &Environment<L>,
        world: &WorldSteps<L>,
    ) {
        let Some(due) = plan.due else { return };
        let at_start = plan.schedule.timing == PaymentTiming::Start;
        let from_second = plan.schedule.withdrawal_index == Indexing::FromSecond;
        if first == 0 {
            ledger::begin(simd, run, &world.quotes(environment, 0), &mut self.account);
        }
        for (step, growth) in world.growth.chunks_exact(plan.series()).enumerate() {
            let t = first + step;
            if due.first_step == t as u32 {
                // Prices count from the moment of the first payment where that is the amount itself.
                let moment = step + usize::from(from_second && !at_start);
                for lane in 0..L {
                    self.begin[lane] = self.account.total[lane] * environment.deflator[moment][lane];
                }
            }
            if at_start {
                self.pay(plan, t, &environment.price[step]);
            }
            let quotes = world.quotes(environment, step + 1);
            ledger::grow(simd, run, growth, &quotes, &mut self.account);
            if !at_start {
                self.pay(plan, t, &environment.price[step + 1]);
            }
            ledger::close(simd, run, t, plan.steps_per_year(), &quotes, &mut self.account);
        }
    }

    #[inline(always)]
    fn pay(&mut self, plan: &Plan, t: usize, price: &Lanes<L>) {
        if wants(&plan.schedule, t) {
            for lane in 0..L {
                self.needed[lane] += price[lane] * self.begin[lane] / self.account.total[lane];
            }
        }
    }

    /// The rate a year of a lane; `None` before its first payment.
    fn rate(&self, plan: &Plan, lane: usize) -> Option<f64> {
        let per_year = f64::from(plan.due?.per_year);
        (self.needed[lane] > 0.0).then(|| per_year / self.needed[lane])
    }
}

/// What a batch of lifetimes adds about rates and, under a model that has each possible lifetime once, of each of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lifetimes {
    /// Rates by policy.
    pub(crate) rates: Vec<Sample>,
    /// Lifetimes in rising order.
    pub(crate) each: Vec<Lifetime>,
}

/// One lifetime under every policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lifetime {
    pub(crate) lifetime: u64,
    pub(crate) runs: Vec<UnderPolicy>,
}

/// One lifetime under one policy; amounts are the bits of their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UnderPolicy {
    /// Real balance at the last age, if still alive.
    pub(crate) end: u64,
    /// Years to the end of the year in which a payment first fails, if still alive; 0 if none does.
    pub(crate) ruin_year: u32,
    /// The rate over a life that ends with a death that is drawn.
    pub(crate) rate: Option<u64>,
}

impl Lifetimes {
    pub(crate) fn empty(plan: &Plan) -> Self {
        let policies = if plan.due.is_some() { plan.policies.len() } else { 0 };
        Self { rates: vec![plan.empty_sample(); policies], each: vec![] }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.rates.iter_mut().zip(&other.rates).for_each(|(mine, theirs)| mine.merge(theirs));
        self.each.extend_from_slice(&other.each);
        self.each.sort_by_key(|each| each.lifetime);
    }

    /// Adds one lane once its life, or the simulation, is over.
    pub(crate) fn finish<const L: usize>(
        &mut self,
        plan: &Plan,
        (lifetime, lane): (u64, usize),
        shadows: &[Shadow<L>],
    ) {
        let rate = |policy: usize| shadows.get(policy).and_then(|shadow| shadow.rate(plan, lane));
        for (policy, sample) in self.rates.iter_mut().enumerate() {
            if let Some(rate) = rate(policy) {
                sample.push(rate);
            }
        }
        if plan.enumerates() {
            let under =
                |policy: usize| UnderPolicy { end: 0, ruin_year: 0, rate: rate(policy).map(f64::to_bits) };
            let record = Lifetime { lifetime, runs: (0..plan.policies.len()).map(under).collect() };
            let at = self.each.partition_point(|each| each.lifetime < lifetime);
            self.each.insert(at, record);
        }
    }

    /// Adds what came of a tile's first `used` lanes if still alive at the end; `real` are the balances then. Their lives are
    /// [finished](Lifetimes::finish).
    pub(crate) fn finish_paths<const L: usize>(
        &mut self,
        plan: &Plan,
        (first, used): (u64, usize),
        real: &[Lanes<L>],
        accounts: &[Account<L>],
    ) {
        if !plan.enumerates() {
            return;
        }
        let begin = self.each.partition_point(|each| each.lifetime < first);
        for (lane, each) in self.each[begin..].iter_mut().take(used).enumerate() {
            for (policy, run) in each.runs.iter_mut().enumerate() {
                run.end = real[policy][lane].to_bits();
                run.ruin_year = accounts[policy].ruin_year[lane] as u32;
            }
        }
    }
}
