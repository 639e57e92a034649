//! Figures of single lifetimes, kept as they are: those of the first lifetimes of a plan, whose number is bounded.
//!
//! From them come exact percentiles at the key ages, and how figures and their differences would vary if other lifetimes
//! had been drawn.

use serde::{Deserialize, Serialize};

use crate::engine::plan::Plan;
use crate::engine::tally::ranges::Ranges;
use crate::error::Result;
use crate::math::Lanes;

/// Columns of figures by lifetime, lifetimes in rising order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// Only lifetimes below this number are kept.
    limit: u64,
    held: Ranges,
    /// Real balances: the runs at the first key year, then at the second and so on.
    balances: Vec<Vec<Figure>>,
    /// By policy, the probability of being alive when a payment first fails; 0 where none does.
    ruin: Vec<Vec<Figure>>,
}

/// The bits of a number.
type Figure = u64;

impl Kept {
    pub(crate) fn empty(plan: &Plan) -> Self {
        Self {
            limit: plan.kept,
            held: Ranges::default(),
            balances: vec![vec![]; plan.key_years.len() * plan.runs.len()],
            ruin: vec![vec![]; plan.policies.len()],
        }
    }

    /// The lifetimes in rising order.
    pub(crate) fn lifetimes(&self) -> Vec<u64> {
        self.held.lifetimes().collect()
    }

    /// Real balances of a run at a key year, a lifetime each; `runs` is the number of runs.
    pub(crate) fn balances(&self, runs: usize, key: usize, run: usize) -> Vec<f64> {
        numbers(&self.balances[key * runs + run])
    }

    /// The probability of being alive when a payment first fails under a policy, a lifetime each.
    pub(crate) fn ruin(&self, policy: usize) -> Vec<f64> {
        numbers(&self.ruin[policy])
    }

    /// Adds the first `used` lanes of a tile's real balances at a key year, an array for each run; tiles in rising order.
    #[inline(always)]
    pub(crate) fn note_balances<const L: usize>(
        &mut self,
        key: usize,
        (first, used): (u64, usize),
        real: &[Lanes<L>],
    ) {
        let kept = self.kept_of(first, used);
        for (column, balances) in self.balances[key * real.len()..].iter_mut().zip(real) {
            column.extend(balances[..kept].iter().map(|balance| balance.to_bits()));
        }
    }

    /// Adds the first `used` lanes of a tile's ruin under a policy.
    #[inline(always)]
    pub(crate) fn note_ruin<const L: usize>(
        &mut self,
        policy: usize,
        (first, used): (u64, usize),
        ruin: &Lanes<L>,
    ) {
        let kept = self.kept_of(first, used);
        if let Some(column) = self.ruin.get_mut(policy) {
            column.extend(ruin[..kept].iter().map(|ruin| ruin.to_bits()));
        }
    }

    /// How many of the lifetimes `first .. first + used` are kept.
    #[inline(always)]
    fn kept_of(&self, first: u64, used: usize) -> usize {
        self.limit.saturating_sub(first).min(used as u64) as usize
    }

    /// Notes that everything of lifetimes `first .. first + count` has been added.
    pub(crate) fn hold(&mut self, first: u64, count: u64) -> Result<()> {
        self.held.add(first, self.limit.saturating_sub(first).min(count))
    }

    /// Adds the lifetimes of another tally of the same plan, which must be others.
    pub(crate) fn merge(&mut self, other: &Self) -> Result<()> {
        let mut held = self.held.clone();
        held.merge(&other.held)?;
        let order = Order::of(&self.held, &other.held);
        let columns = self.balances.iter_mut().zip(&other.balances);
        for (mine, theirs) in columns.chain(self.ruin.iter_mut().zip(&other.ruin)) {
            *mine = order.joined(mine, theirs);
        }
        self.held = held;
        Ok(())
    }
}

fn numbers(column: &[Figure]) -> Vec<f64> {
    column.iter().map(|&bits| f64::from_bits(bits)).collect()
}

/// In which order two columns are read to make one: so many of the second or of the first.
struct Order {
    parts: Vec<(bool, usize)>,
}

impl Order {
    fn of(first: &Ranges, second: &Ranges) -> Self {
        let ranges = |of: &Ranges, is_second: bool| -> Vec<(u64, bool, usize)> {
            of.as_slice().iter().map(|&(first, count)| (first, is_second, count as usize)).collect()
        };
        let mut all = [ranges(first, false), ranges(second, true)].concat();
        all.sort_unstable();
        Self { parts: all.into_iter().map(|(_, is_second, count)| (is_second, count)).collect() }
    }

    fn joined<'a>(&self, mut first: &'a [Figure], mut second: &'a [Figure]) -> Vec<Figure> {
        let mut joined = Vec::with_capacity(first.len() + second.len());
        for &(is_second, count) in &self.parts {
            let from = if is_second { &mut second } else { &mut first };
            let (part, rest) = from.split_at(count.min(from.len()));
            joined.extend_from_slice(part);
            *from = rest;
        }
        joined
    }
}
