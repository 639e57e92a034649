//! Sums in fixed point: the same bits whatever the order in which numbers were added.

use serde::{Deserialize, Serialize};

/// 1.5·2⁵²: adding it to a number below 2⁵¹ in size puts the nearest integer into the low bits.
const MAGIC: f64 = 6_755_399_441_055_744.0;
/// Fractional bits of a [`FixedSum`].
const FRACTION_BITS: u32 = 40;
const FRACTION: f64 = 1_099_511_627_776.0;
/// Numbers are clamped to this size before they are added: 2⁵¹ − 1, two quadrillion dollars.
pub(crate) const LARGEST: f64 = 2_251_799_813_685_247.0;
/// Fractional bits of a [`SquareSum`].
const SQUARE_FRACTION: f64 = 4_294_967_296.0;

/// A sum of numbers between ±2⁵¹ with a resolution of 2⁻⁴⁰ (about 1e-12); larger ones are clamped.
///
/// ```
/// use decumulus::statistics::FixedSum;
/// let mut sum = FixedSum::default();
/// sum.push_lanes(&[0.5, 1e15, -1e15, 0.25]);
/// assert_eq!(sum.value(), 0.75);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixedSum {
    total: i128,
}

impl FixedSum {
    /// Adds a number for each lane; NaN must not occur.
    #[inline(always)]
    pub fn push_lanes<const L: usize>(&mut self, values: &[f64; L]) {
        let mut wholes = 0_i64;
        let mut fractions = 0_i64;
        for &value in values {
            let value = if value < LARGEST { value } else { LARGEST };
            let value = if value > -LARGEST { value } else { -LARGEST };
            let shifted = value + MAGIC;
            wholes += shifted.to_bits() as i64 - MAGIC.to_bits() as i64;
            let rest = (value - (shifted - MAGIC)) * FRACTION;
            fractions += (rest + MAGIC).to_bits() as i64 - MAGIC.to_bits() as i64;
        }
        self.total += (i128::from(wholes) << FRACTION_BITS) + i128::from(fractions);
    }

    /// Adds one number; NaN must not occur.
    pub fn push(&mut self, value: f64) {
        self.push_lanes(&[value]);
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &Self) {
        self.total += other.total;
    }

    /// The sum, rounded once.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.total as f64 / FRACTION
    }

    /// The sum divided by `count`, rounded once more; `None` for no numbers.
    #[must_use]
    pub fn mean(&self, count: u64) -> Option<f64> {
        if count == 0 {
            return None;
        }
        // The whole part is divided as an integer, so that the mean of equal numbers is that number.
        let count = i128::from(count);
        let (quotient, rest) = (self.total.div_euclid(count), self.total.rem_euclid(count));
        Some((quotient as f64 + rest as f64 / count as f64) / FRACTION)
    }
}

/// A sum of squares with a resolution of 2⁻³²; it stays at its largest value instead of overflowing.
///
/// Saturation keeps sums of non-negative numbers independent of their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SquareSum {
    total: u128,
}

impl SquareSum {
    /// Adds the square of a number; NaN counts as zero.
    #[inline]
    pub fn push(&mut self, value: f64) {
        self.total = self.total.saturating_add((value * value * SQUARE_FRACTION) as u128);
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &Self) {
        self.total = self.total.saturating_add(other.total);
    }

    /// The sum, rounded once; `None` if it reached its largest value, and so is not known.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        (self.total < u128::MAX).then(|| self.total as f64 / SQUARE_FRACTION)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_and_grouping_gives_the_same_sum() {
        let values: Vec<f64> = (0..999).map(|i| f64::from(i * i % 1013) * 1_234.567_89 - 3e5).collect();
        let mut forward = FixedSum::default();
        for &v in &values {
            forward.push(v);
        }
        let mut backward = FixedSum::default();
        for &v in values.iter().rev() {
            backward.push(v);
        }
        let mut lanes = FixedSum::default();
        let (chunks, rest) = values.as_chunks::<8>();
        for chunk in chunks {
            lanes.push_lanes(chunk);
        }
        let mut tail = FixedSum::default();
        for &v in rest {
            tail.push(v);
        }
        lanes.merge(&tail);
        assert_eq!(forward, backward);
        assert_eq!(forward, lanes);
        let plain: f64 = values.iter().sum();
        assert!((forward.value() - plain).abs() < 1e-6);
    }

    #[test]
    fn the_mean_of_equal_numbers_is_that_number() {
        let mut sum = FixedSum::default();
        for _ in 0..1_000_003 {
            sum.push(123_456.789);
        }
        let mean = sum.mean(1_000_003).unwrap();
        assert!((mean - 123_456.789).abs() < 1e-11, "{mean}");
        assert_eq!(FixedSum::default().mean(0), None);
    }

    #[test]
    fn huge_numbers_are_clamped_and_do_not_wrap() {
        let mut sum = FixedSum::default();
        sum.push_lanes(&[1e300, f64::INFINITY, -1e300, 7.0]);
        assert_eq!(sum.value(), LARGEST + 7.0);
    }

    #[test]
    fn squares_saturate_instead_of_overflowing() {
        let mut sum = SquareSum::default();
        sum.push(3.0);
        sum.push(-4.0);
        assert_eq!(sum.value(), Some(25.0));
        sum.push(1e200);
        let full = sum;
        sum.push(5.0);
        assert_eq!((sum, sum.value()), (full, None));
    }
}
