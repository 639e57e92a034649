//! What a trade loses to spreads and haircuts, for sixteen lanes at a time.
//!
//! The rules are [`HalfSpread`](crate::market::HalfSpread) and
//! [`ForcedSale`](crate::market::ForcedSale); a test holds these against them, bit for bit.

use fearless_simd::Simd;

use crate::engine::plan::{HalfSpread3, SaleLoss};
use crate::market::{CRISIS_FALL, STRESS_FALL};
use crate::math::lanes::Wide;

/// The half-spread at a fall of public equity; see [`HalfSpread::at`](crate::market::HalfSpread::at).
#[inline(always)]
pub(crate) fn half_spread<S: Simd>(simd: S, spread: HalfSpread3, fall: Wide<S>) -> Wide<S> {
    let [normal, stress, crisis] = spread;
    let (zero, one) = (Wide::splat(simd, 0.0), Wide::splat(simd, 1.0));
    let calm = (fall * (1.0 / STRESS_FALL)).min(one);
    let deep = ((fall - STRESS_FALL) * (1.0 / (CRISIS_FALL - STRESS_FALL))).max(zero).min(one);
    let spread = calm * (stress - normal) + normal + deep * (crisis - stress);
    fall.at_least(Wide::splat(simd, CRISIS_FALL), Wide::splat(simd, crisis), spread)
}

/// The share of value that a sale loses at a fall of public equity, where the reported NAV is `ratio` times the value; see
/// [`ForcedSale::lost`](crate::market::ForcedSale::lost).
#[inline(always)]
pub(crate) fn sale_loss<S: Simd>(simd: S, loss: SaleLoss, fall: Wide<S>, ratio: Wide<S>) -> Wide<S> {
    match loss {
        SaleLoss::Spread(spread) => half_spread(simd, spread, fall),
        SaleLoss::Haircut([base, slope, curvature, cap, scale]) => {
            let one = Wide::splat(simd, 1.0);
            let discount = fall * (fall * curvature + slope) + base;
            let discount = (discount.min(Wide::splat(simd, cap)) * scale).min(one);
            (discount + (one - ratio) * (one - discount)).max(Wide::splat(simd, 0.0))
        }
        SaleLoss::Share(share) => Wide::splat(simd, share),
        SaleLoss::Redemption => Wide::splat(simd, 0.0),
    }
}

#[cfg(test)]
mod tests {
    use fearless_simd::{Level, dispatch};

    use super::*;
    use crate::market::{ForcedSale, HaircutRule, HalfSpread};
    use crate::math::lanes::{get, set};

    #[test]
    fn vector_rules_equal_the_scalar_rules_bit_for_bit() {
        let spread = HalfSpread { normal: 0.0002, stress: 0.003, crisis: 0.01 };
        let rule = HaircutRule::default();
        let haircut = SaleLoss::Haircut([rule.base, rule.slope, rule.curvature, rule.cap, 0.65]);
        let forced = ForcedSale::OfNav { rule, scale: 0.65 };
        for i in 0..1000 {
            let falls: [f64; 16] = std::array::from_fn(|lane| (f64::from(i) + lane as f64 / 16.0) / 1000.0);
            // From NAVs far below value to NAVs far above it, and at value.
            let ratios: [f64; 16] = std::array::from_fn(|lane| 0.5 + 0.125 * lane as f64);
            let (mut spreads, mut haircuts) = ([0.0; 16], [0.0; 16]);
            dispatch!(Level::new(), simd => {
                let fall = get(simd, &falls, 0);
                let [normal, stress, crisis] = [spread.normal, spread.stress, spread.crisis];
                set(&mut spreads, 0, half_spread(simd, [normal, stress, crisis], fall));
                set(&mut haircuts, 0, sale_loss(simd, haircut, fall, get(simd, &ratios, 0)));
            });
            for lane in 0..16 {
                assert_eq!(spreads[lane].to_bits(), spread.at(falls[lane]).to_bits());
                assert_eq!(haircuts[lane].to_bits(), forced.lost(falls[lane], ratios[lane]).to_bits());
            }
            // At value the discount is the loss.
            assert_eq!(haircuts[4].to_bits(), (0.65 * rule.at(falls[4])).to_bits());
        }
    }
}
