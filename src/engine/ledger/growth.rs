//! Growth of an account's assets over a step.

use fearless_simd::Simd;

use crate::engine::ledger::account::Account;
use crate::engine::plan::Run;
use crate::math::Lanes;
use crate::math::lanes::{WIDTH, Wide, add, get, set};

/// Growth net of fees; adds up the fees, the total and the fall from the peak.
#[inline(always)]
pub(super) fn grow<S: Simd, const L: usize>(
    simd: S,
    run: &Run,
    growth: &[Lanes<L>],
    deflator: &Lanes<L>,
    account: &mut Account<L>,
) {
    let (zero, one) = (Wide::splat(simd, 0.0), Wide::splat(simd, 1.0));
    for c in 0..L / WIDTH {
        let (mut total, mut fees) = (zero, zero);
        if run.fee_of_value.is_empty() {
            for (holding, &k) in account.holdings.iter_mut().zip(&run.held) {
                let value = get(simd, holding, c) * get(simd, &growth[k as usize], c);
                set(holding, c, value);
                total += value;
            }
        } else {
            let assets = account.holdings.iter_mut().zip(&run.held).zip(&run.fee_of_value);
            for ((holding, &k), &fee) in assets {
                let value = get(simd, holding, c) * get(simd, &growth[k as usize], c);
                set(holding, c, value);
                total += value;
                fees += value * fee;
            }
            add(simd, &mut account.fees, c, fees * get(simd, deflator, c));
        }
        let before = get(simd, &account.total, c);
        let ratio = before.above(zero, total / before.above(zero, before, one), one);
        let depth = (get(simd, &account.depth, c) * ratio).min(one);
        set(&mut account.depth, c, depth);
        let worst = get(simd, &account.worst_depth, c).min(depth);
        set(&mut account.worst_depth, c, worst);
        set(&mut account.total, c, total);
    }
}
