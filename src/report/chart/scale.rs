//! From dollars to places on an axis, and the ticks between. Portable arithmetic only, so that charts are
//! the same bytes on every machine.

use crate::math::elementary::{exp, ln};
use crate::scenario::MoneyAxis;

/// The widest log axis: largest over smallest amount. Below, a balance counts as next to nothing.
const WIDEST_RATIO: f64 = 1e4;

/// Larger amounts are a mistake and ask for no room.
const LARGEST: f64 = 1e300;

/// Room beyond the smallest and largest amount on a log axis that is fitted to them.
const PADDING: f64 = 1.1;

/// Where a linear axis that does not begin at zero begins at the latest, as a share of its largest amount.
const NARROWEST_SHARE: f64 = 0.7;

/// The narrowest log axis.
const NARROWEST_RATIO: f64 = 4.0;

/// An axis for amounts that are not negative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    axis: MoneyAxis,
    low: f64,
    high: f64,
}

impl Scale {
    /// An axis that covers the amounts; zero, NaN and infinity ask for no room.
    pub(super) fn covering(axis: MoneyAxis, amounts: impl IntoIterator<Item = f64>) -> Self {
        let (mut least, mut most) = (f64::INFINITY, 0.0_f64);
        for amount in amounts.into_iter().filter(|a| *a > 0.0 && *a < LARGEST) {
            least = least.min(amount);
            most = most.max(amount);
        }
        if most == 0.0 {
            return Self { axis: MoneyAxis::Linear, low: 0.0, high: 1000.0 };
        }
        match axis {
            MoneyAxis::Linear => Self { axis, low: 0.0, high: most * 1.04 },
            MoneyAxis::Log => {
                let wanted = least.min(most / NARROWEST_RATIO).max(most / WIDEST_RATIO);
                Self { axis, low: round_below(wanted), high: most * 1.1 }
            }
        }
    }

    /// The same axis, long enough downwards for an amount to stand above its floor.
    pub(super) fn reaching_down_to(self, amount: f64) -> Self {
        let low = amount / 3.0;
        let lower = self.axis == MoneyAxis::Log && low > f64::MIN_POSITIVE && amount < 1.5 * self.low;
        if lower { Self { low: round_below(low), ..self } } else { self }
    }

    /// An axis from zero to a round share, for probabilities up to `most`.
    pub(super) fn for_shares(most: f64) -> Self {
        let tops = [0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8];
        let high = tops.into_iter().find(|top| most <= *top).unwrap_or(1.0);
        Self { axis: MoneyAxis::Linear, low: 0.0, high }
    }

    /// The same axis, cut on both sides to these amounts; the floor stays where one of them lies below it, because
    /// it then stands for all that is less.
    pub(super) fn fitted_to(self, amounts: impl IntoIterator<Item = f64>) -> Self {
        let (mut least, mut most, mut is_cut) = (f64::INFINITY, 0.0_f64, false);
        for amount in amounts.into_iter().filter(|a| *a < LARGEST) {
            is_cut |= self.is_below_floor(amount);
            least = least.min(amount.max(self.low));
            most = most.max(amount.min(self.high));
        }
        if most <= self.low {
            return self;
        }
        if self.axis == MoneyAxis::Linear {
            let low = (least - (PADDING - 1.0) * (most - least)).min(NARROWEST_SHARE * most);
            return if least < 0.5 * most { self } else { Self { low, ..self } };
        }
        let low = if is_cut { self.low } else { (least / PADDING).min(most / NARROWEST_RATIO) };
        Self { low: low.max(self.low), high: (most * PADDING).min(self.high), ..self }
    }

    /// The smallest amount that has a place of its own: zero, or the floor of a log axis.
    pub(super) fn low(self) -> f64 {
        self.low
    }

    /// The largest amount on the axis.
    pub(super) fn high(self) -> f64 {
        self.high
    }

    /// Whether an amount is so small that it lies below the floor of a log axis.
    pub(super) fn is_below_floor(self, amount: f64) -> bool {
        self.axis == MoneyAxis::Log && amount < self.low
    }

    /// The place of an amount from 0 (bottom) to 1 (top); amounts beyond an end are put on it.
    pub(super) fn position(self, amount: f64) -> f64 {
        let amount = if amount > self.low { amount.min(self.high) } else { self.low };
        match self.axis {
            MoneyAxis::Linear => (amount - self.low) / (self.high - self.low),
            MoneyAxis::Log => ln(amount / self.low) / ln(self.high / self.low),
        }
    }

    /// Round amounts on the axis, as many as `limit` allows (at least the floor).
    pub(super) fn ticks(self, limit: usize) -> Vec<f64> {
        let candidates = match self.axis {
            MoneyAxis::Linear => self.linear_ticks(),
            MoneyAxis::Log => self.log_ticks(),
        };
        let fewest = candidates.last().cloned();
        candidates.into_iter().find(|ticks| ticks.len() <= limit).or(fewest).unwrap_or_default()
    }

    /// Sets of ticks from dense to sparse, none of them empty: steps of 1, 2, 2.5 and 5 times a power of ten.
    fn linear_ticks(self) -> Vec<Vec<f64>> {
        let unit = power_of_ten(exponent(self.high) - 2);
        let mut sets: Vec<Vec<f64>> =
            [1.0, 2.0, 2.5, 5.0, 10.0, 20.0, 25.0, 50.0, 100.0, 200.0, 250.0, 500.0, 1000.0]
                .iter()
                .map(|step| {
                    let step = step * unit;
                    let count = (self.high / step * (1.0 + 1e-12)).floor() as u32;
                    let ticks = (0..=count.min(1000)).map(|i| f64::from(i) * step);
                    ticks.filter(|tick| *tick >= self.low * (1.0 - 1e-12)).collect()
                })
                .collect();
        sets.retain(|ticks| !ticks.is_empty());
        sets
    }

    /// Sets of ticks from dense to sparse: 1-2-5, 1-3, powers of ten, every second and every third one.
    fn log_ticks(self) -> Vec<Vec<f64>> {
        let (first, last) = (exponent(self.low), exponent(self.high));
        let set = |mantissas: &[f64], every: i32| -> Vec<f64> {
            (first..=last)
                .filter(|e| (last - e) % every == 0)
                .flat_map(|e| mantissas.iter().map(move |m| m * power_of_ten(e)))
                .filter(|tick| *tick >= self.low * (1.0 - 1e-12) && *tick <= self.high)
                .collect()
        };
        let mut sets = vec![set(&[1.0, 2.0, 5.0], 1), set(&[1.0, 3.0], 1), set(&[1.0], 1)];
        sets.extend([set(&[1.0], 2), set(&[1.0], 3)]);
        sets.retain(|ticks| ticks.len() >= 2);
        if sets.is_empty() {
            sets.push(vec![self.low]);
        }
        sets
    }
}

/// The largest of 1, 2, 3 and 5 times a power of ten that is not above the amount.
fn round_below(amount: f64) -> f64 {
    let power = power_of_ten(exponent(amount));
    [5.0, 3.0, 2.0, 1.0].into_iter().map(|m| m * power).find(|round| *round <= amount).unwrap_or(power)
}

/// The exponent of the largest power of ten that is not above a positive amount.
fn exponent(amount: f64) -> i32 {
    (ln(amount) / std::f64::consts::LN_10 + 1e-12).floor() as i32
}

/// A power of ten, exact where a double can be.
fn power_of_ten(exponent: i32) -> f64 {
    if exponent.abs() > 22 {
        return exp(f64::from(exponent) * std::f64::consts::LN_10);
    }
    let power = (0..exponent.abs()).fold(1.0, |power, _| power * 10.0);
    if exponent < 0 { 1.0 / power } else { power }
}

/// Ages for ticks: whole multiples of a round step, at most `limit` of them.
pub(super) fn age_ticks(first: u32, last: u32, limit: usize) -> Vec<u32> {
    let multiples = |step: u32| (first.div_ceil(step)..=last / step).map(move |i| i * step);
    let step = [1, 2, 5, 10, 20, 50].into_iter().find(|&step| multiples(step).count() <= limit);
    multiples(step.unwrap_or(100)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_log_axis_has_ticks_at_1_3_and_10_and_a_floor() {
        let scale = Scale::covering(MoneyAxis::Log, [0.0, 7_300.0, f64::NAN, 4.2e6]);
        assert_eq!(scale.low(), 5_000.0);
        assert_eq!(scale.ticks(8), [1e4, 3e4, 1e5, 3e5, 1e6, 3e6]);
        assert_eq!(scale.ticks(3), [1e4, 1e5, 1e6]);
        assert!(scale.is_below_floor(0.0) && !scale.is_below_floor(5_000.0));
        assert_eq!((scale.position(0.0), scale.position(1e12)), (0.0, 1.0));
    }

    #[test]
    fn a_linear_axis_begins_at_zero_and_has_round_steps() {
        let scale = Scale::covering(MoneyAxis::Linear, [120_000.0, 1.1e6]);
        assert_eq!(scale.ticks(5), [0.0, 250_000.0, 500_000.0, 750_000.0, 1e6]);
        assert_eq!(Scale::for_shares(0.22).ticks(4), [0.0, 0.1, 0.2]);
    }

    #[test]
    fn shares_of_every_size_have_three_ticks_or_four() {
        for i in 0..=1000 {
            let ticks = Scale::for_shares(f64::from(i) / 1000.0).ticks(4);
            assert!((3..=4).contains(&ticks.len()), "{i}: {ticks:?}");
        }
    }

    #[test]
    fn a_fitted_log_axis_keeps_a_floor_that_is_needed() {
        let shared = Scale::covering(MoneyAxis::Log, [0.0, 1e4, 4e6]);
        let own = shared.fitted_to([412e3, 2.15e6]);
        assert!(own.low() > 370e3 && own.high() < 2.4e6, "{own:?}");
        assert!(own.ticks(4).len() >= 3, "{:?}", own.ticks(4));
        assert_eq!(shared.fitted_to([0.0, 2e6]).low(), shared.low());
    }

    #[test]
    fn nothing_at_all_still_has_an_axis() {
        for axis in [MoneyAxis::Linear, MoneyAxis::Log] {
            let scale = Scale::covering(axis, [0.0, f64::NAN]);
            assert_eq!(scale.position(0.0), 0.0);
            assert!(!scale.ticks(5).is_empty());
        }
    }

    #[test]
    fn ages_are_multiples_of_a_round_step() {
        assert_eq!(age_ticks(25, 95, 15), [25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95]);
        assert_eq!(age_ticks(23, 60, 5), [30, 40, 50, 60]);
        assert_eq!(age_ticks(0, 1, 10), [0, 1]);
    }

    proptest! {
        #[test]
        fn every_tick_lies_on_the_axis_and_positions_rise(
            amounts in prop::collection::vec(prop_oneof![1e-9..1e15, Just(0.0), Just(1.0e300)], 1..9),
            limit in 0_usize..12,
            log in any::<bool>(),
        ) {
            let axis = if log { MoneyAxis::Log } else { MoneyAxis::Linear };
            let scale = Scale::covering(axis, amounts.iter().copied());
            let ticks = scale.ticks(limit);
            prop_assert!(!ticks.is_empty());
            prop_assert!(ticks.iter().all(|t| *t >= scale.low() * 0.999 && *t <= scale.high() * 1.001));
            prop_assert!(ticks.windows(2).all(|pair| scale.position(pair[0]) < scale.position(pair[1])));
            prop_assert!(amounts.iter().all(|a| (0.0..=1.0).contains(&scale.position(*a))));
        }
    }
}
