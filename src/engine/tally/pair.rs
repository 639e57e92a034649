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
}

/// The statistics of a pair at one key year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PairAt {
    pub(crate) difference: PairedDifference,
    /// Balance over the other's, where the other's is not empty.
    pub(crate) ratio: Sample,
    /// Lifetimes in which a payment has failed by then in the first run only, and in the other only, if still alive.
    pub(crate) ruined_only_here: u64,
    pub(crate) ruined_only_there: u64,
}

impl PairTally {
    pub(crate) fn empty(plan: &Plan) -> Self {
        let at = PairAt {
            difference: PairedDifference::default(),
            ratio: plan.empty_sample(),
            ruined_only_here: 0,
            ruined_only_there: 0,
        };
        Self { at: vec![at; plan.key_years.len()], ruin: PairedDifference::default() }
    }

    /// Adds a lifetime at a key year: balances, and years to ruin if there was any.
    #[inline(always)]
    pub(crate) fn compare(&mut self, key: usize, here: (f64, f64), there: (f64, f64)) {
        let at = &mut self.at[key];
        at.difference.push(here.0, there.0);
        if there.0 > 0.0 {
            at.ratio.push(here.0 / there.0);
        }
        at.ruined_only_here += u64::from(here.1 > 0.0 && there.1 == 0.0);
        at.ruined_only_there += u64::from(there.1 > 0.0 && here.1 == 0.0);
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.at.iter_mut().zip(&other.at) {
            mine.difference.merge(&theirs.difference);
            mine.ratio.merge(&theirs.ratio);
            mine.ruined_only_here += theirs.ruined_only_here;
            mine.ruined_only_there += theirs.ruined_only_there;
        }
        self.ruin.merge(&other.ruin);
    }
}

/// The probability of being alive to want the payment that first fails, in the year that ends `ruin_year` years after the
/// start; zero if none fails.
#[inline(always)]
pub(crate) fn ruin_weight(plan: &Plan, ruin_year: f64) -> f64 {
    if ruin_year > 0.0 { plan.schedule.alive_to_be_paid(ruin_year as usize - 1) } else { 0.0 }
}
