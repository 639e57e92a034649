//! What a batch of lifetimes adds about one run.

use serde::{Deserialize, Serialize};

use crate::engine::ledger::Account;
use crate::engine::plan::Plan;
use crate::engine::tally::private::PrivateTally;
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
    pub(crate) ruin_age: Sample,
    pub(crate) shortfall: Sample,
    pub(crate) shortfall_dollars: Sample,
    pub(crate) replacement_rate: Sample,
    pub(crate) fees: Sample,
    pub(crate) haircuts: Sample,
    pub(crate) trading_costs: Sample,
    pub(crate) worst_drawdown: Sample,
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
            ruin_age: nothing(),
            shortfall: nothing(),
            shortfall_dollars: nothing(),
            replacement_rate: nothing(),
            fees: nothing(),
            haircuts: nothing(),
            trading_costs: nothing(),
            worst_drawdown: nothing(),
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
        let schedule = &plan.schedule;
        self.fees.push(account.fees[lane]);
        self.haircuts.push(account.haircuts[lane]);
        self.trading_costs.push(account.trading_costs[lane]);
        self.worst_drawdown.push(1.0 - account.worst_depth[lane]);
        if let Some(private) = &mut self.private {
            private.finish(plan, lane, account);
        }
        let ruin_year = account.ruin_year[lane];
        if ruin_year > 0.0 {
            self.ruin_age.push(f64::from(schedule.start_age) + ruin_year);
        }
        let benefits = plan.benefits[years_lived as usize];
        let (paid, unpaid) = (account.paid[lane], account.unpaid[lane]);
        let wanted = paid + unpaid + benefits;
        if wanted > 0.0 {
            self.shortfall.push(unpaid / wanted);
            self.shortfall_dollars.push(unpaid);
        }
        let retired = schedule.retirement_year.map_or(0, |year| years_lived.saturating_sub(year));
        if let Some(pay) = schedule.final_pay.filter(|&pay| pay > 0.0 && retired > 0) {
            self.replacement_rate.push((paid + benefits) / f64::from(retired) / pay);
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
        self.ruin_age.merge(&other.ruin_age);
        self.shortfall.merge(&other.shortfall);
        self.shortfall_dollars.merge(&other.shortfall_dollars);
        self.replacement_rate.merge(&other.replacement_rate);
        self.fees.merge(&other.fees);
        self.haircuts.merge(&other.haircuts);
        self.trading_costs.merge(&other.trading_costs);
        self.worst_drawdown.merge(&other.worst_drawdown);
        if let (Some(private), Some(others)) = (&mut self.private, &other.private) {
            private.merge(others);
        }
    }
}
