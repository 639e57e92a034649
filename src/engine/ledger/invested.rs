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

use crate::engine::ledger::account::Account;
use crate::engine::ledger::step;
use crate::engine::plan::{Plan, Run};
use crate::engine::world::{Environment, WorldSteps};
use crate::math::Lanes;
use crate::participant::{Indexing, PaymentTiming};

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
            step::begin(simd, run, &world.quotes(environment, 0), &mut self.account);
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
            step::grow(simd, run, growth, &quotes, &mut self.account);
            if !at_start {
                self.pay(plan, t, &environment.price[step + 1]);
            }
            step::close(simd, run, t, plan.steps_per_year(), &quotes, &mut self.account);
        }
    }

    #[inline(always)]
    fn pay(&mut self, plan: &Plan, t: usize, price: &Lanes<L>) {
        if plan.schedule.wants(t) {
            for lane in 0..L {
                self.needed[lane] += price[lane] * self.begin[lane] / self.account.total[lane];
            }
        }
    }

    /// The rate a year of a lane; `None` before its first payment.
    pub(crate) fn rate(&self, plan: &Plan, lane: usize) -> Option<f64> {
        let per_year = f64::from(plan.due?.per_year);
        (self.needed[lane] > 0.0).then(|| per_year / self.needed[lane])
    }
}
