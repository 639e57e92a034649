//! Sustainable withdrawal rates, and each single lifetime under a model that has every possible one once.

use serde::{Deserialize, Serialize};

use crate::engine::ledger::{Account, Shadow};
use crate::engine::plan::Plan;
use crate::math::Lanes;
use crate::statistics::Sample;

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
