//! From dollars to places on an axis, and the ticks between. Portable arithmetic only, so that charts are
//! the same bytes on every machine.

use crate::math::elementary::{exp, ln};
use crate::scenario::MoneyAxis;

/// How far the log part of an axis reaches below its least median.
const REACH_BELOW_MEDIAN: f64 = 20.0;

/// The widest log part where no median says how far it must reach: largest over smallest amount.
const WIDEST_RATIO: f64 = 1e4;

/// The widest log part at all; what lies further down than this is a mistake and lies in the zone of zero.
const WIDEST_RATIO_OF_MEDIANS: f64 = 1e60;

/// Larger amounts are a mistake and ask for no room.
const LARGEST: f64 = 1e300;

/// Room beyond the smallest and largest amount on a log axis.
const PADDING: f64 = 1.1;

/// Where a linear axis that does not begin at zero begins at the latest, as a share of its largest amount.
const NARROWEST_SHARE: f64 = 0.7;

/// The narrowest log axis.
const NARROWEST_RATIO: f64 = 3.0;

/// Up to this ratio a log axis may have more ticks than 1-2-5.
const NARROW: f64 = 6.0;

/// A log axis that would be wider than this is cut above where it may be.
const WIDE: f64 = 3e3;

/// The share of a log axis that the zone of zero takes, and where amounts above zero begin in it.
const ZONE: f64 = 0.09;
const BREAK: f64 = 0.03;

/// An axis for amounts that are not negative.
///
/// A log axis has no place for zero. Where zero or an amount below its smallest one is to be drawn, it has a *zone* at its
/// lower end: zero at the very end, a break, then amounts up to the smallest in proportion. So every amount has its place,
/// and zero has one of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    axis: MoneyAxis,
    low: f64,
    high: f64,
    has_zone: bool,
}

impl Scale {
    /// An axis for the amounts that are drawn. `medians` always lie on it; on a log axis `wanted` (some of the amounts drawn)
    /// ask for room downwards as far as a twentieth of the least median; NaN, infinity and what is absurd ask for none.
    pub(super) fn covering(axis: MoneyAxis, drawn: &[f64], wanted: &[f64], medians: &[f64]) -> Self {
        let positive = |amounts: &[f64]| {
            let real = amounts.iter().copied().filter(|a| *a > 0.0 && *a < LARGEST);
            real.fold((f64::INFINITY, 0.0_f64), |(least, most), a| (least.min(a), most.max(a)))
        };
        let ((_, most_drawn), (least_wanted, _)) = (positive(drawn), positive(wanted));
        let (least_median, most_median) = positive(medians);
        let most = most_drawn.max(most_median);
        if most == 0.0 {
            return Self { axis: MoneyAxis::Linear, low: 0.0, high: 1000.0, has_zone: false };
        }
        if axis == MoneyAxis::Linear {
            return Self { axis, low: 0.0, high: most * 1.04, has_zone: false };
        }
        let furthest =
            if least_median.is_finite() { least_median / REACH_BELOW_MEDIAN } else { most / WIDEST_RATIO };
        let least = least_wanted.max(furthest).min(least_median).max(most / WIDEST_RATIO_OF_MEDIANS);
        let has_zone = drawn.iter().chain(medians).any(|amount| *amount < least);
        let (low, high) = (if has_zone { round_below(least) } else { least / PADDING }, most * PADDING);
        // A narrow axis is widened, on both sides where zero is not on it.
        let lacking = (NARROWEST_RATIO * low / high).max(1.0);
        let (low, high) =
            if has_zone { (low, high * lacking) } else { (low / lacking.sqrt(), high * lacking.sqrt()) };
        Self { axis, low, high, has_zone }
    }

    /// An axis from zero to a round share, for probabilities up to `most`.
    pub(super) fn for_shares(most: f64) -> Self {
        let tops = [0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8];
        let high = tops.into_iter().find(|top| most <= *top).unwrap_or(1.0);
        Self { axis: MoneyAxis::Linear, low: 0.0, high, has_zone: false }
    }

    /// The same linear axis, begun near the least amount where that leaves no half of it empty.
    pub(super) fn near(self, drawn: &[f64]) -> Self {
        let real = drawn.iter().copied().filter(|a| *a < LARGEST);
        let (least, most) = real.fold((f64::INFINITY, 0.0_f64), |(l, m), a| (l.min(a), m.max(a)));
        if self.axis == MoneyAxis::Log || most <= 0.0 || least < 0.5 * most {
            return self;
        }
        let low = (least - (PADDING - 1.0) * (most - least)).min(NARROWEST_SHARE * most);
        Self { low, ..self }
    }

    /// The same log axis, cut above where it would be so wide that nothing could be told apart: at the largest of the
    /// `upper` amounts, or else of the medians. What lies beyond is drawn to the end, with an arrowhead.
    pub(super) fn cut_above(self, upper: &[f64], medians: &[f64]) -> Self {
        let most = |amounts: &[f64]| amounts.iter().copied().filter(|a| *a < LARGEST).fold(0.0, f64::max);
        if self.axis == MoneyAxis::Linear || self.high <= WIDE * self.low {
            return self;
        }
        let (upper, median) = (PADDING * most(upper).max(most(medians)), 1.3 * most(medians));
        let high = if upper <= WIDE * self.low { upper } else { median };
        if high > NARROWEST_RATIO * self.low && high < self.high { Self { high, ..self } } else { self }
    }

    /// The smallest amount outside the zone of zero: zero itself, or where a log axis begins.
    pub(super) fn low(self) -> f64 {
        self.low
    }

    /// Whether zero and what is less than the smallest amount have a zone of their own.
    pub(super) fn has_zone(self) -> bool {
        self.has_zone
    }

    /// Where the break between zero and the amounts above it lies, and where the zone ends; `None` without one.
    pub(super) fn zone(self) -> Option<(f64, f64)> {
        self.has_zone.then_some((BREAK, ZONE))
    }

    /// Whether an amount lies beyond the upper end.
    pub(super) fn is_above(self, amount: f64) -> bool {
        amount > self.high * (1.0 + 1e-9)
    }

    /// The place of an amount from 0 (bottom) to 1 (top); amounts beyond an end are put on it.
    pub(super) fn position(self, amount: f64) -> f64 {
        let amount = if amount > 0.0 { amount.min(self.high) } else { 0.0 };
        if self.axis == MoneyAxis::Linear {
            return ((amount - self.low) / (self.high - self.low)).max(0.0);
        }
        let zone = if self.has_zone { ZONE } else { 0.0 };
        if amount >= self.low {
            let share = ln(amount / self.low) / ln(self.high / self.low);
            return (zone + (1.0 - zone) * share).min(1.0);
        }
        if self.has_zone && amount > 0.0 { BREAK + (ZONE - BREAK) * amount / self.low } else { 0.0 }
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

    /// Sets of ticks from dense to sparse: 1-2-5, 1-3, powers of ten, and every few of them.
    fn log_ticks(self) -> Vec<Vec<f64>> {
        let (first, last) = (exponent(self.low), exponent(self.high));
        let set = |mantissas: &[f64], every: i32| -> Vec<f64> {
            (first..=last)
                .filter(|e| (last - e) % every == 0)
                .flat_map(|e| mantissas.iter().map(move |m| m * power_of_ten(e)))
                .filter(|tick| *tick >= self.low * (1.0 - 1e-12) && *tick <= self.high)
                .collect()
        };
        let mut sets = vec![];
        if self.high < NARROW * self.low {
            sets.push(set(&[1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0], 1));
            sets.push(set(&[1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0], 1));
        }
        sets.extend([set(&[1.0, 2.0, 5.0], 1), set(&[1.0, 3.0], 1), set(&[1.0], 1)]);
        sets.extend([set(&[1.0], 2), set(&[1.0], 3), set(&[1.0], 6), set(&[1.0], 20)]);
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

    fn log(drawn: &[f64], medians: &[f64]) -> Scale {
        Scale::covering(MoneyAxis::Log, drawn, drawn, medians)
    }

    #[test]
    fn a_log_axis_has_ticks_at_1_3_and_10_and_a_zone_for_zero() {
        let scale = log(&[0.0, 7_300.0, f64::NAN, 4.2e6], &[7_300.0]);
        assert_eq!(scale.low(), 5_000.0);
        assert_eq!(scale.ticks(8), [1e4, 3e4, 1e5, 3e5, 1e6, 3e6]);
        assert_eq!(scale.ticks(3), [1e4, 1e5, 1e6]);
        assert!(scale.has_zone() && !log(&[7_300.0, 4.2e6], &[7_300.0]).has_zone());
        assert_eq!((scale.position(0.0), scale.position(1e12)), (0.0, 1.0));
    }

    #[test]
    fn zero_alone_is_at_the_end_and_the_smallest_amount_is_beyond_the_break() {
        let scale = log(&[0.0, 1e-9, 3e6], &[1e5]);
        assert!(scale.position(1e-9) >= BREAK && scale.position(0.0) == 0.0);
        assert!(scale.position(0.5 * scale.low()) < scale.position(scale.low()));
        assert!((scale.position(scale.low() * (1.0 - 1e-12)) - scale.position(scale.low())).abs() < 1e-9);
    }

    #[test]
    fn every_median_is_on_the_log_part_however_wide_the_spread() {
        // Nine of ten medians once lay off an axis that began at $20B.
        let medians = [759e3, 8e5, 1.2e6, 42e6, 3.4e12];
        let scale = log(&[3e5, 2e14, 0.0], &medians);
        assert!(medians.iter().all(|median| *median >= scale.low()), "{scale:?}");
        let cut = scale.cut_above(&[5e13], &medians);
        assert!(cut.is_above(2e14) && !cut.is_above(3.4e12), "{cut:?}");
    }

    #[test]
    fn a_linear_axis_begins_at_zero_and_has_round_steps() {
        let scale = Scale::covering(MoneyAxis::Linear, &[120_000.0, 1.1e6], &[], &[]);
        assert_eq!(scale.ticks(5), [0.0, 250_000.0, 500_000.0, 750_000.0, 1e6]);
        assert_eq!(Scale::for_shares(0.22).ticks(4), [0.0, 0.1, 0.2]);
        assert_eq!(scale.near(&[120_000.0, 1.1e6]), scale);
        assert!(scale.near(&[1e6, 1.1e6]).low() > 5e5);
    }

    #[test]
    fn shares_of_every_size_have_three_ticks_or_four() {
        for i in 0..=1000 {
            let ticks = Scale::for_shares(f64::from(i) / 1000.0).ticks(4);
            assert!((3..=4).contains(&ticks.len()), "{i}: {ticks:?}");
        }
    }

    #[test]
    fn nothing_at_all_still_has_an_axis() {
        for axis in [MoneyAxis::Linear, MoneyAxis::Log] {
            let scale = Scale::covering(axis, &[0.0, f64::NAN], &[0.0], &[f64::NAN]);
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
            let scale = Scale::covering(axis, &amounts, &amounts, &amounts[..1]);
            let ticks = scale.ticks(limit);
            prop_assert!(scale.position(amounts[0]) > 0.0 || amounts[0] == 0.0 || axis == MoneyAxis::Linear);
            prop_assert!(!ticks.is_empty());
            prop_assert!(ticks.iter().all(|t| *t >= scale.low() * 0.999 && *t <= scale.high * 1.001));
            prop_assert!(ticks.windows(2).all(|pair| scale.position(pair[0]) < scale.position(pair[1])));
            prop_assert!(amounts.iter().all(|a| (0.0..=1.0).contains(&scale.position(*a))));
        }
    }
}
