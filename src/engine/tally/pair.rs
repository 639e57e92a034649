//! What a batch of lifetimes adds about two runs on the same lifetimes.

use serde::{Deserialize, Serialize};

use crate::engine::plan::Plan;
use crate::statistics::{PairedDifference, Sample};

/// The statistics of two runs on the same lifetimes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PairTally {
    pub(crate) at: Vec<PairAt>,
    /// The probability of being alive at ruin, here against there.
    pub(crate) ruin: PairedDifference,
    /// Lifetimes in which a payment fails in the first run only, and in the other only, if death never comes.
    pub(crate) ruined_only_here: u64,
    pub(crate) ruined_only_there: u64,
}

/// The statistics of a pair at one key year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PairAt {
    pub(crate) difference: PairedDifference,
    /// Balance over the other's, where the other's is not empty.
    pub(crate) ratio: Sample,
}

impl PairTally {
    pub(crate) fn empty(plan: &Plan) -> Self {
        let at = PairAt { difference: PairedDifference::default(), ratio: plan.empty_sample() };
        Self {
            at: vec![at; plan.key_years.len()],
            ruin: PairedDifference::default(),
            ruined_only_here: 0,
            ruined_only_there: 0,
        }
    }

    /// Adds the balances of a lifetime at a key year.
    #[inline(always)]
    pub(crate) fn compare(&mut self, key: usize, here: f64, there: f64) {
        self.at[key].difference.push(here, there);
        if there > 0.0 {
            self.at[key].ratio.push(here / there);
        }
    }

    /// Adds the probabilities of being alive at ruin; 0 where no payment fails.
    #[inline(always)]
    pub(crate) fn compare_ruin(&mut self, here: Ruined, there: Ruined) {
        self.ruin.push(here.weight, there.weight);
        self.ruined_only_here += u64::from(here.year > 0.0 && there.year == 0.0);
        self.ruined_only_there += u64::from(there.year > 0.0 && here.year == 0.0);
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.at.iter_mut().zip(&other.at) {
            mine.difference.merge(&theirs.difference);
            mine.ratio.merge(&theirs.ratio);
        }
        self.ruin.merge(&other.ruin);
        self.ruined_only_here += other.ruined_only_here;
        self.ruined_only_there += other.ruined_only_there;
    }
}

/// When a payment first fails in a lifetime.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ruined {
    /// Years to the end of that year; zero if none fails.
    pub(crate) year: f64,
    /// The probability of being alive to want the payment; zero if none fails.
    pub(crate) weight: f64,
}

impl Ruined {
    #[inline(always)]
    pub(crate) fn in_year(plan: &Plan, year: f64) -> Self {
        let weight = if year > 0.0 { plan.schedule.alive_to_be_paid(year as usize - 1) } else { 0.0 };
        Self { year, weight }
    }
}
