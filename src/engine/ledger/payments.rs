//! What is paid in a step: the plan's fee per head, contributions in, retirement income out.

use fearless_simd::Simd;

use crate::engine::ledger::account::{Account, Money};
use crate::engine::ledger::trade_loss::half_spread;
use crate::engine::ledger::{appraised, sales};
use crate::engine::plan::{Plan, Run};
use crate::engine::world::{Environment, Quotes};
use crate::math::Lanes;
use crate::math::lanes::{WIDTH, Wide, add, get, set};

/// Everything that is paid in a step: the plan's fee per head, contributions in, retirement income out.
#[inline(always)]
#[allow(clippy::too_many_arguments)] // one step of the ledger: the plan, the moment, and the account
pub(super) fn payments<S: Simd, const L: usize>(
    simd: S,
    plan: &Plan,
    run: &Run,
    t: usize,
    moment: usize,
    environment: &Environment<L>,
    quotes: &Quotes<'_, L>,
    account: &mut Account<L>,
) {
    let schedule = &plan.schedule;
    if run.fee_per_head > 0.0 {
        match &run.appraised {
            None => charge_per_head(simd, run.fee_per_head, quotes.deflator, account),
            Some(terms) => appraised::charge_per_head(simd, run.fee_per_head, terms, quotes, account),
        }
    }
    if schedule.contribution[t] > 0.0 {
        let index =
            environment.index(schedule.contribution_index, &environment.price_since_contribution, moment);
        let money = Money { amount: schedule.contribution[t], index, quotes };
        match &run.appraised {
            None => contribute(simd, run, run.weights_at(t), &money, account),
            Some(terms) => appraised::contribute(simd, run, terms, run.weights_at(t), &money, account),
        }
    }
    let (need, of_balance, of_base) = (schedule.need[t], schedule.balance_share[t], schedule.base_share[t]);
    if need > 0.0 || of_balance > 0.0 || of_base > 0.0 {
        let index = environment.index(schedule.withdrawal_index, &environment.price_since_withdrawal, moment);
        let mut wanted = [0.0; L];
        for c in 0..L / WIDTH {
            let (total, index) = (get(simd, account.stated(), c), get(simd, index, c));
            let base = get(simd, &account.base, c);
            set(&mut wanted, c, index * need + total * of_balance + base * index * of_base);
        }
        let ruin_year = (t / plan.steps_per_year() + 1) as f64;
        sales::withdraw(simd, run, &wanted, ruin_year, quotes, account);
    }
}

/// Takes the plan's dollars per head, pro rata, from whoever has a balance.
#[inline(always)]
fn charge_per_head<S: Simd, const L: usize>(
    simd: S,
    fee: f64,
    deflator: &Lanes<L>,
    account: &mut Account<L>,
) {
    let (zero, one) = (Wide::splat(simd, 0.0), Wide::splat(simd, 1.0));
    for c in 0..L / WIDTH {
        let real = get(simd, &account.total, c) * get(simd, deflator, c);
        let charged = real.min(Wide::splat(simd, fee));
        let keep = real.above(zero, one - charged / real.above(zero, real, one), one);
        add(simd, &mut account.fees, c, charged);
        let mut total = zero;
        for holding in &mut account.holdings {
            let value = get(simd, holding, c) * keep;
            set(holding, c, value);
            total += value;
        }
        set(&mut account.total, c, total);
    }
}

/// New money goes in at target weights, less half-spreads where they are charged.
#[inline(always)]
fn contribute<S: Simd, const L: usize>(
    simd: S,
    run: &Run,
    weights: &[f64],
    money: &Money<'_, L>,
    account: &mut Account<L>,
) {
    for c in 0..L / WIDTH {
        let amount = get(simd, money.index, c) * money.amount;
        let mut total = Wide::splat(simd, 0.0);
        if run.purchase_spread.is_empty() {
            for (holding, &weight) in account.holdings.iter_mut().zip(weights) {
                let value = get(simd, holding, c) + amount * weight;
                set(holding, c, value);
                total += value;
            }
        } else {
            let mut lost = Wide::splat(simd, 0.0);
            let fall = get(simd, money.quotes.fall, c);
            let assets = account.holdings.iter_mut().zip(weights).zip(&run.purchase_spread);
            for ((holding, &weight), &spread) in assets {
                let bought = amount * weight;
                let cost = bought * half_spread(simd, spread, fall);
                let value = get(simd, holding, c) + (bought - cost);
                set(holding, c, value);
                total += value;
                lost += cost;
            }
            add(simd, &mut account.trading_costs, c, lost * get(simd, money.quotes.deflator, c));
        }
        set(&mut account.total, c, total);
    }
}
