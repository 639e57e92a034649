//! A step of one policy.
//!
//! The order of a step, stated once: at retirement, the balance is noted for rules that are set by it → payments at the start, if payments are made at the start → growth with
//! fees taken out → the plan's fee per head, contributions in, then retirement income out, if payments are
//! made at the end → rebalancing with its costs → at the end of a quarter, the sale of what is above the cap on the illiquid weight. The tile closes the year with its record.

use fearless_simd::Simd;

use crate::engine::ledger::account::Account;
use crate::engine::ledger::{appraised, growth, payments, rebalance};
use crate::engine::plan::{Plan, Run};
use crate::engine::world::{Environment, Quotes, WorldSteps};
use crate::math::Lanes;
use crate::math::lanes::{WIDTH, get, set};
use crate::participant::PaymentTiming;

/// The steps from `first` on of one policy.
#[inline(always)]
pub(crate) fn steps<S: Simd, const L: usize>(
    simd: S,
    plan: &Plan,
    run: &Run,
    first: usize,
    environment: &Environment<L>,
    world: &WorldSteps<L>,
    account: &mut Account<L>,
) {
    for step in 0..plan.steps_at_once() {
        self::step(simd, plan, run, (first + step, step), environment, world, account);
    }
}

/// Step `t` of one policy, the one of that place among the steps whose growth is at hand.
#[inline(always)]
pub(crate) fn step<S: Simd, const L: usize>(
    simd: S,
    plan: &Plan,
    run: &Run,
    (t, step): (usize, usize),
    environment: &Environment<L>,
    world: &WorldSteps<L>,
    account: &mut Account<L>,
) {
    if t == 0 {
        begin(simd, run, &world.quotes(environment, 0), account);
    }
    let growth = &world.growth[step * plan.series()..(step + 1) * plan.series()];
    if plan.base_step == Some(t as u32) {
        let deflator = &environment.deflator[step];
        for c in 0..L / WIDTH {
            let stated = get(simd, account.stated(), c);
            set(&mut account.base, c, stated * get(simd, deflator, c));
        }
    }
    if plan.schedule.timing == PaymentTiming::Start {
        let quotes = world.quotes(environment, step);
        payments::payments(simd, plan, run, t, step, environment, &quotes, account);
    }
    let quotes = world.quotes(environment, step + 1);
    grow(simd, run, growth, &quotes, account);
    if plan.schedule.timing == PaymentTiming::End {
        payments::payments(simd, plan, run, t, step + 1, environment, &quotes, account);
    }
    close(simd, run, t, plan.steps_per_year(), &quotes, account);
}

/// The start of a lifetime: the opening balance is an economic value, which the first statement tells at reported NAVs.
#[inline(always)]
pub(crate) fn begin<S: Simd, const L: usize>(
    simd: S,
    run: &Run,
    quotes: &Quotes<'_, L>,
    account: &mut Account<L>,
) {
    if let Some(terms) = &run.appraised {
        appraised::restate(simd, terms, quotes, account);
    }
}

/// Growth of an account over a step, net of fees; `quotes` are those at its close.
#[inline(always)]
pub(crate) fn grow<S: Simd, const L: usize>(
    simd: S,
    run: &Run,
    growth: &[Lanes<L>],
    quotes: &Quotes<'_, L>,
    account: &mut Account<L>,
) {
    match &run.appraised {
        None => growth::grow(simd, run, growth, quotes.deflator, account),
        Some(terms) => appraised::grow(simd, run, terms, growth, quotes, account),
    }
}

/// The end of step `t`: weights brought back to target where they are due.
#[inline(always)]
pub(crate) fn close<S: Simd, const L: usize>(
    simd: S,
    run: &Run,
    t: usize,
    steps_per_year: usize,
    quotes: &Quotes<'_, L>,
    account: &mut Account<L>,
) {
    match &run.appraised {
        None => rebalance::rebalance(simd, run, t, steps_per_year, quotes, account),
        Some(terms) => appraised::close(simd, run, terms, t, steps_per_year, quotes, account),
    }
}
