//! What a batch of lifetimes adds about one run.

use serde::{Deserialize, Serialize};

use crate::engine::ledger::Account;
use crate::engine::plan::Plan;
use crate::engine::tally::private::PrivateTally;
use crate::engine::tally::whole_life::{Lived, WHOLE_LIFE};
use crate::statistics::Sample;

/// The statistics of one run.
///
/// The path of an account does not depend on who is alive, so balances by year and first failures of a payment are those of
/// every lifetime, as if nobody died; the probability of being alive is a weight when they are read. Figures over whole
/// lives end with a death that is drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunTally {
    /// Balances at the end of each year, dollars of the start.
    pub(crate) real: Vec<Sample>,
    /// The same in dollars of the day; empty for the rungs of an attribution ladder.
    pub(crate) nominal: Vec<Sample>,
    /// Lifetimes in which a payment first fails in each year, if death never comes.
    pub(crate) ruined: Vec<u64>,
    /// Figures over whole lives, in the order of [`WHOLE_LIFE`].
    pub(crate) figures: Vec<Sample>,
    /// Of runs whose NAVs are not values or whose gates may be shut.
    pub(crate) private: Option<PrivateTally>,
}

impl RunTally {
    pub(crate) fn empty(plan: &Plan, run: usize) -> Self {
        let years = plan.schedule.years as usize;
        let nothing = || plan.empty_sample();
        Self {
            real: vec![nothing(); years],
            nominal: vec![nothing(); if run < plan.policies.len() { years } else { 0 }],
            ruined: vec![0; years],
            figures: vec![nothing(); WHOLE_LIFE.len()],
            private: plan.runs[run].appraised.as_ref().map(|_| PrivateTally::empty(plan)),
        }
    }

    /// Adds what is known of a lane once its life, or the simulation, is over.
    pub(crate) fn finish<const L: usize>(
        &mut self,
        plan: &Plan,
        lane: usize,
        years_lived: u32,
        account: &Account<L>,
    ) {
        let life = Lived::of(plan, years_lived, account, lane);
        for (figure, sample) in WHOLE_LIFE.iter().zip(&mut self.figures) {
            if let Some(value) = (figure.of)(&life) {
                sample.push(value);
            }
        }
        if let Some(private) = &mut self.private {
            private.finish(plan, lane, account);
        }
    }

    /// Adds the year in which a payment first fails (years to its end; zero if none does), if death never comes.
    #[inline(always)]
    pub(crate) fn finish_path(&mut self, ruin_year: f64) {
        if ruin_year > 0.0 {
            self.ruined[ruin_year as usize - 1] += 1;
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        let samples = |a: &mut Vec<Sample>, b: &[Sample]| a.iter_mut().zip(b).for_each(|(a, b)| a.merge(b));
        samples(&mut self.real, &other.real);
        samples(&mut self.nominal, &other.nominal);
        self.ruined.iter_mut().zip(&other.ruined).for_each(|(a, b)| *a += b);
        samples(&mut self.figures, &other.figures);
        if let (Some(private), Some(others)) = (&mut self.private, &other.private) {
            private.merge(others);
        }
    }
}
