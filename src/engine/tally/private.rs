//! What a batch of lifetimes adds to the statistics of assets whose NAV is not their value or whose gates may be shut.

use serde::{Deserialize, Serialize};

use crate::engine::ledger::Account;
use crate::engine::plan::Plan;
use crate::math::Lanes;
use crate::statistics::{PairedDifference, Sample};

/// The statistics of one run that holds such assets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PrivateTally {
    /// Balances at reported NAVs at the end of each year, dollars of the start.
    pub(crate) reported: Vec<Sample>,
    /// Standard deviation of the yearly return of value and as stated, by lifetime.
    pub(crate) volatility: Sample,
    pub(crate) stated_volatility: Sample,
    pub(crate) stated_drawdown: Sample,
    /// Value gained from and lost to those who did not trade at the same time.
    pub(crate) gained: Sample,
    pub(crate) lost: Sample,
    pub(crate) transfer: PairedDifference,
    /// Lifetimes with a payment that gates held back, and how many such payments there were in each of them.
    pub(crate) gated: u64,
    pub(crate) gated_payments: Sample,
    pub(crate) months_waited: Sample,
    pub(crate) forced: Sample,
    pub(crate) largest_weight: Sample,
}

impl PrivateTally {
    pub(crate) fn empty(plan: &Plan) -> Self {
        let nothing = || plan.empty_sample();
        Self {
            reported: vec![nothing(); plan.schedule.years as usize],
            volatility: nothing(),
            stated_volatility: nothing(),
            stated_drawdown: nothing(),
            gained: nothing(),
            lost: nothing(),
            transfer: PairedDifference::default(),
            gated: 0,
            gated_payments: nothing(),
            months_waited: nothing(),
            forced: nothing(),
            largest_weight: nothing(),
        }
    }

    /// Adds what is known of a lane once its life, or the simulation, is over.
    pub(crate) fn finish<const L: usize>(&mut self, plan: &Plan, lane: usize, account: &Account<L>) {
        let Some(private) = &account.private else { return };
        let years = private.years[lane];
        self.volatility.push(private.of_value.volatility(lane, years));
        self.stated_volatility.push(private.stated.volatility(lane, years));
        self.stated_drawdown.push(1.0 - private.worst_depth[lane]);
        self.gained.push(private.gained[lane]);
        self.lost.push(private.lost[lane]);
        self.transfer.push(private.gained[lane], private.lost[lane]);
        let gated = private.gated_payments[lane];
        self.gated += u64::from(gated > 0.0);
        if gated > 0.0 {
            self.gated_payments.push(gated);
        }
        self.months_waited.push(private.steps_waited[lane] * 12.0 / plan.steps_per_year() as f64);
        self.forced.push(private.forced[lane]);
        self.largest_weight.push(private.largest_weight[lane]);
    }

    /// Adds the balances of the first `used` lanes at the end of a year.
    pub(crate) fn record<const L: usize>(
        &mut self,
        year: usize,
        used: usize,
        deflator: &Lanes<L>,
        account: &Account<L>,
    ) {
        let Some(private) = &account.private else { return };
        for lane in 0..used {
            self.reported[year].push(private.reported[lane] * deflator[lane]);
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.reported.iter_mut().zip(&other.reported).for_each(|(a, b)| a.merge(b));
        self.volatility.merge(&other.volatility);
        self.stated_volatility.merge(&other.stated_volatility);
        self.stated_drawdown.merge(&other.stated_drawdown);
        self.gained.merge(&other.gained);
        self.lost.merge(&other.lost);
        self.transfer.merge(&other.transfer);
        self.gated += other.gated;
        self.gated_payments.merge(&other.gated_payments);
        self.months_waited.merge(&other.months_waited);
        self.forced.merge(&other.forced);
        self.largest_weight.merge(&other.largest_weight);
    }
}
