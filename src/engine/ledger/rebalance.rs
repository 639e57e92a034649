//! Bringing weights back to target.

use fearless_simd::Simd;

use crate::engine::ledger::account::Account;
use crate::engine::ledger::trade_loss::half_spread;
use crate::engine::plan::Run;
use crate::engine::world::Quotes;
use crate::math::lanes::{WIDTH, Wide, add, get, set};
use crate::policy::Rebalancing;

/// Whether weights may be restored at the end of step `t`.
pub(super) fn is_due(rebalancing: Rebalancing, t: usize, steps_per_year: usize) -> bool {
    let every = |months: usize| (t + 1).is_multiple_of((steps_per_year * months / 12).max(1));
    match rebalancing {
        Rebalancing::Never => false,
        Rebalancing::Monthly => every(1),
        Rebalancing::Quarterly => every(3),
        Rebalancing::Yearly => every(12),
        Rebalancing::Band(_) => true,
    }
}

/// Brings weights back to target at the end of step `t`, if the rule says so.
#[inline(always)]
pub(super) fn rebalance<S: Simd, const L: usize>(
    simd: S,
    run: &Run,
    t: usize,
    steps_per_year: usize,
    quotes: &Quotes<'_, L>,
    account: &mut Account<L>,
) {
    if !is_due(run.rebalancing, t, steps_per_year) {
        return;
    }
    let weights = run.weights_at(t + 1);
    let zero = Wide::splat(simd, 0.0);
    for c in 0..L / WIDTH {
        let before = get(simd, &account.total, c);
        // The furthest that a weight is from its target, as a share of the total, against the band.
        let mut furthest = zero;
        let mut cost = zero;
        for (holding, &weight) in account.holdings.iter().zip(weights) {
            furthest = furthest.max((get(simd, holding, c) - before * weight).abs());
        }
        let assets = account.holdings.iter().zip(weights).zip(&run.rebalancing_spread);
        for ((holding, &weight), &spread) in assets {
            let trade = (before * weight - get(simd, holding, c)).abs();
            cost += trade * half_spread(simd, spread, get(simd, quotes.fall, c));
        }
        let band = if let Rebalancing::Band(band) = run.rebalancing { band } else { -1.0 };
        let limit = before * band;
        let cost = furthest.above(limit, cost, zero);
        let after = before - cost;
        set(&mut account.total, c, after);
        add(simd, &mut account.trading_costs, c, cost * get(simd, quotes.deflator, c));
        for (holding, &weight) in account.holdings.iter_mut().zip(weights) {
            set(holding, c, furthest.above(limit, after * weight, get(simd, holding, c)));
        }
    }
}
