//! One quantity over the lifetimes: its histogram and its exact sum.

use serde::{Deserialize, Serialize};

use crate::statistics::fixed_sum::LARGEST;
use crate::statistics::{FixedSum, Histogram};

/// Non-negative numbers, told by their mean, spread and percentiles.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    histogram: Histogram,
    sum: FixedSum,
}

impl Sample {
    /// An empty sample that keeps every number as it is; see [`Histogram::exact`].
    #[must_use]
    pub fn exact() -> Self {
        Self { histogram: Histogram::exact(), sum: FixedSum::default() }
    }

    /// Adds one number.
    pub fn push(&mut self, value: f64) {
        self.histogram.push(value);
        self.sum.push(value);
    }

    /// Adds the first `used` lanes, whose buckets are returned for [`Sample::count_buckets`]; the other lanes
    /// must be zero.
    #[inline(always)]
    pub fn note_lanes<const L: usize>(&mut self, values: &[f64; L], used: usize) -> [u32; L] {
        self.sum.push_lanes(values);
        self.histogram.note_lanes(values, used)
    }

    /// Counts buckets that were noted before; see [`Histogram::note_lanes`].
    #[inline]
    pub fn count_buckets(&mut self, buckets: &[u32]) {
        self.histogram.count_buckets(buckets);
    }

    /// Adds another sample.
    pub fn merge(&mut self, other: &Self) {
        self.histogram.merge(&other.histogram);
        self.sum.merge(&other.sum);
    }

    /// The histogram of the numbers.
    #[must_use]
    pub fn histogram(&self) -> &Histogram {
        &self.histogram
    }

    /// How many numbers there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.histogram.count()
    }

    /// Their mean; `None` for no numbers, or if one is too large to be added up (above 2⁵¹, two quadrillion).
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        let (_, largest) = self.histogram.range()?;
        if largest > LARGEST { None } else { self.sum.mean(self.count()) }
    }

    /// Their standard deviation (n − 1); `None` for fewer than two.
    #[must_use]
    pub fn standard_deviation(&self) -> Option<f64> {
        self.histogram.variance().map(f64::sqrt)
    }

    /// The standard error of the mean; `None` for fewer than two.
    #[must_use]
    pub fn standard_error(&self) -> Option<f64> {
        self.mean().and(self.standard_deviation()).map(|sd| sd / (self.count() as f64).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_and_standard_error_are_those_of_the_textbook() {
        let mut sample = Sample::default();
        for x in [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0] {
            sample.push(x);
        }
        assert_eq!(sample.mean(), Some(5.0));
        let standard_error = (32.0_f64 / 7.0).sqrt() / 8.0_f64.sqrt();
        assert!((sample.standard_error().unwrap() / standard_error - 1.0).abs() < 1e-3);
        assert_eq!(Sample::default().mean(), None);
        sample.push(1e16);
        assert_eq!(sample.mean(), None);
    }
}
