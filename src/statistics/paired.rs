//! The difference of two quantities measured on the same lifetimes.

use serde::{Deserialize, Serialize};

use crate::statistics::fixed_sum::LARGEST;
use crate::statistics::{FixedSum, SquareSum};

/// Mean of a difference, with the standard error that the pairing gives it, and how often it is positive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairedDifference {
    count: u64,
    positive: u64,
    equal: u64,
    sum: FixedSum,
    squares: SquareSum,
    /// Whether a difference was too large to be added up, or was none.
    lost: bool,
}

impl PairedDifference {
    /// Adds one pair.
    #[inline]
    pub fn push(&mut self, value: f64, other: f64) {
        let difference = value - other;
        self.count += 1;
        self.positive += u64::from(difference > 0.0);
        self.equal += u64::from(difference == 0.0);
        self.sum.push(difference);
        self.squares.push(difference);
        self.lost |= difference.abs() > LARGEST || difference.is_nan();
    }

    /// Adds the pairs of another.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.positive += other.positive;
        self.equal += other.equal;
        self.sum.merge(&other.sum);
        self.squares.merge(&other.squares);
        self.lost |= other.lost;
    }

    /// The number of pairs.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The number of pairs in which the first was larger.
    #[must_use]
    pub fn positive(&self) -> u64 {
        self.positive
    }

    /// The number of pairs in which both were equal.
    #[must_use]
    pub fn equal(&self) -> u64 {
        self.equal
    }

    /// Mean of the difference; `None` for no pairs, or if one difference is too large to be added up (above 2⁵¹).
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        self.sum.mean(self.count).filter(|_| !self.lost)
    }

    /// Standard error of the mean difference; `None` for fewer than two pairs, or if the differences are too large for
    /// their squares to be added up (3e14 dollars once, 3e11 a million times).
    #[must_use]
    pub fn standard_error(&self) -> Option<f64> {
        let mean = self.mean().filter(|_| self.count > 1)?;
        let n = self.count as f64;
        let variance = (self.squares.value()? - n * mean * mean).max(0.0) / (n - 1.0);
        Some((variance / n).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairing_gives_the_standard_error_of_the_differences() {
        let pairs = [(5.0, 3.0), (7.0, 7.0), (2.0, 4.0), (9.0, 5.0)];
        let mut paired = PairedDifference::default();
        for (a, b) in pairs {
            paired.push(a, b);
        }
        assert_eq!((paired.count(), paired.positive(), paired.equal()), (4, 2, 1));
        assert_eq!(paired.mean(), Some(1.0));
        // Differences 2, 0, −2, 4: squares about the mean 1, 1, 9, 9 → 20/3; over 4, root.
        assert!((paired.standard_error().unwrap() - (20.0_f64 / 3.0 / 4.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn differences_that_cannot_be_added_up_have_no_mean() {
        let mut paired = PairedDifference::default();
        paired.push(1e16, 1.0);
        paired.push(2.0, 1.0);
        assert_eq!((paired.mean(), paired.standard_error(), paired.positive()), (None, None, 2));
    }

    #[test]
    fn merging_equals_one_pass() {
        let mut whole = PairedDifference::default();
        let mut parts = [PairedDifference::default(); 2];
        for i in 0..100 {
            let (a, b) = (f64::from(i * i % 37), f64::from(i % 11) * 1.7);
            whole.push(a, b);
            parts[i as usize % 2].push(a, b);
        }
        let [mut left, right] = parts;
        left.merge(&right);
        assert_eq!(left, whole);
    }
}
