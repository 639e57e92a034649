//! A histogram of non-negative numbers over 160 octaves, indexed by the bits of the float.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Buckets between a power of two and the next; a bucket is at most 0.098 % wide.
pub const BUCKETS_PER_OCTAVE: usize = 1 << BUCKET_BITS;
const BUCKET_BITS: u32 = 10;
const SHIFT: u32 = 52 - BUCKET_BITS;
/// Smaller numbers count as zero: 2⁻⁴⁰, about 1e-12.
const SMALLEST: f64 = 9.094_947_017_729_282e-13;
/// Numbers from 2¹²⁰ on, about 1.3e36, go into one last bucket, of which nothing is told but its count.
const OCTAVES: usize = 160;
const FIRST_INDEX: u32 = (SMALLEST.to_bits() >> SHIFT) as u32;
const LAST_INDEX: u32 = (OCTAVES * BUCKETS_PER_OCTAVE) as u32;

/// Counts of numbers in buckets of equal ratio, with the exact smallest and largest number.
///
/// Negative numbers and NaN count as zero. Octaves take memory (8 KiB) only once they are hit. An [exact](Histogram::exact)
/// histogram has a bucket of no width for each different number: for few numbers that stand for themselves only.
///
/// ```
/// use decumulus::statistics::{Cumulative, Histogram};
/// let mut histogram = Histogram::default();
/// (1..=1000).for_each(|i| histogram.push(f64::from(i)));
/// let median = Cumulative::new(&histogram).percentile(0.5).unwrap();
/// assert!((median / 500.5 - 1.0).abs() < 0.001);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Histogram {
    count: u64,
    zeros: u64,
    /// Bits of the smallest number; of non-negative floats the bits rise with the value.
    smallest: u64,
    largest: u64,
    /// An octave's counts, or nothing if it was never hit.
    octaves: Vec<Vec<u64>>,
    /// The bits of each different number and how often it came, instead of octaves.
    exact: Option<BTreeMap<u64, u64>>,
}

impl Default for Histogram {
    fn default() -> Self {
        let octaves = vec![Vec::new(); OCTAVES];
        Self { count: 0, zeros: 0, smallest: u64::MAX, largest: 0, octaves, exact: None }
    }
}

/// The bucket of a number: 0 for zero, otherwise one plus its place.
#[inline(always)]
fn bucket_of(value: f64) -> u32 {
    let index = ((value.to_bits() >> SHIFT) as u32).wrapping_sub(FIRST_INDEX).wrapping_add(1);
    let index = if index < LAST_INDEX { index } else { LAST_INDEX };
    if value >= SMALLEST { index } else { 0 }
}

/// The lower and upper edge of a bucket other than zero; the last one has no upper edge.
fn edges(bucket: u32) -> (f64, f64) {
    let lower = |index: u32| f64::from_bits(u64::from(index - 1 + FIRST_INDEX) << SHIFT);
    (lower(bucket), if bucket < LAST_INDEX { lower(bucket + 1) } else { f64::INFINITY })
}

/// What counts as zero made zero.
fn counted(value: f64) -> f64 {
    if value >= SMALLEST { value } else { 0.0 }
}

impl Histogram {
    /// An empty histogram that keeps every different number as it is.
    #[must_use]
    pub fn exact() -> Self {
        Self { octaves: vec![], exact: Some(BTreeMap::new()), ..Self::default() }
    }

    /// Counts one number.
    pub fn push(&mut self, value: f64) {
        let buckets = self.note_lanes(&[value], 1);
        self.count_buckets(&buckets);
    }

    /// Notes the first `used` lanes and returns their buckets, to be handed to [`Histogram::count_buckets`] later.
    ///
    /// Noting and counting are apart so that many buckets can be counted at once, while the histogram's
    /// memory is at hand; in between the histogram is not consistent.
    #[inline(always)]
    pub fn note_lanes<const L: usize>(&mut self, values: &[f64; L], used: usize) -> [u32; L] {
        let used = used.min(L);
        if used > 0 {
            let (mut low, mut high) = (values[0], values[0]);
            for lane in 0..L {
                let value = if lane < used { values[lane] } else { values[0] };
                low = if value < low { value } else { low };
                high = if value > high { value } else { high };
            }
            // Not above zero, or NaN: counts as zero.
            let low = if low > 0.0 { low } else { 0.0 };
            let high = if high > 0.0 { high } else { 0.0 };
            self.smallest = self.smallest.min(low.to_bits());
            self.largest = self.largest.max(high.to_bits());
        }
        self.count += used as u64;
        if let Some(exact) = &mut self.exact {
            for &value in &values[..used] {
                *exact.entry(counted(value).to_bits()).or_default() += 1;
            }
        }
        let mut buckets = [0_u32; L];
        for lane in 0..L {
            buckets[lane] = bucket_of(values[lane]);
        }
        buckets
    }

    /// Counts buckets that were noted before.
    #[inline]
    pub fn count_buckets(&mut self, buckets: &[u32]) {
        if self.exact.is_some() {
            return;
        }
        for &bucket in buckets {
            self.increment(bucket);
        }
    }

    #[inline(always)]
    fn increment(&mut self, bucket: u32) {
        if bucket == 0 {
            self.zeros += 1;
            return;
        }
        let place = bucket as usize - 1;
        let octave = &mut self.octaves[place >> BUCKET_BITS];
        if octave.is_empty() {
            allocate(octave);
        }
        octave[place & (BUCKETS_PER_OCTAVE - 1)] += 1;
    }

    /// Adds another histogram's counts.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.zeros += other.zeros;
        self.smallest = self.smallest.min(other.smallest);
        self.largest = self.largest.max(other.largest);
        for (bits, count) in other.exact.iter().flatten() {
            *self.exact.get_or_insert_default().entry(*bits).or_default() += count;
        }
        for (mine, theirs) in self.octaves.iter_mut().zip(&other.octaves) {
            if mine.is_empty() {
                mine.clone_from(theirs);
            } else {
                mine.iter_mut().zip(theirs).for_each(|(m, t)| *m += t);
            }
        }
    }

    /// How many numbers were counted.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The smallest and the largest number, exactly; `None` if there is none.
    #[must_use]
    pub fn range(&self) -> Option<(f64, f64)> {
        (self.count > 0).then(|| (f64::from_bits(self.smallest), f64::from_bits(self.largest)))
    }

    /// The buckets that hold something, from the smallest: lower edge, upper edge, count. Zero has both
    /// edges at zero.
    pub fn buckets(&self) -> impl Iterator<Item = (f64, f64, u64)> + '_ {
        let exact = self.exact.iter().flatten().map(|(&bits, &count)| {
            let value = f64::from_bits(bits);
            (value, value, count)
        });
        let zero = (self.zeros > 0).then_some((0.0, 0.0, self.zeros));
        let rest = self.octaves.iter().enumerate().flat_map(|(octave, counts)| {
            counts.iter().enumerate().filter(|(_, count)| **count > 0).map(move |(place, &count)| {
                let (low, high) = edges((octave * BUCKETS_PER_OCTAVE + place + 1) as u32);
                (low, high, count)
            })
        });
        exact.chain(zero).chain(rest)
    }

    /// The variance over the numbers (divided by n − 1), each taken at the middle of its bucket; `None` for
    /// fewer than two, or if one is in the last bucket.
    ///
    /// Its relative error is about 1e-6 for a smooth distribution, far below its own standard error.
    #[must_use]
    pub fn variance(&self) -> Option<f64> {
        let (low, high) = self.range().filter(|_| self.count > 1)?;
        if low == high {
            return Some(0.0);
        }
        let middles = || self.buckets().map(|(low, high, count)| (0.5 * (low + high), count as f64));
        let n = self.count as f64;
        let mean = middles().fold(0.0, |sum, (x, count)| sum + x * count) / n;
        let squares = middles().fold(0.0, |sum, (x, count)| sum + (x - mean) * (x - mean) * count);
        Some(squares / (n - 1.0)).filter(|variance| variance.is_finite())
    }
}

#[cold]
#[inline(never)]
fn allocate(octave: &mut Vec<u64>) {
    *octave = vec![0; BUCKETS_PER_OCTAVE];
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(values: &[f64]) -> Histogram {
        let mut histogram = Histogram::default();
        for &v in values {
            histogram.push(v);
        }
        histogram
    }

    #[test]
    fn a_number_lies_in_its_bucket_and_a_bucket_is_narrow() {
        let mut value = 1.1e-12;
        while value < 1e18 {
            let (low, high) = edges(bucket_of(value));
            assert!(low <= value && value < high && high / low - 1.0 < 0.000_98, "{value}");
            value *= 1.000_7;
        }
    }

    #[test]
    fn zero_negative_tiny_nan_and_huge_numbers_have_a_place() {
        let histogram = filled(&[0.0, -3.0, 1e-15, f64::NAN, 1e200, f64::INFINITY]);
        assert_eq!(histogram.count(), 6);
        assert_eq!(histogram.buckets().next(), Some((0.0, 0.0, 4)));
        assert_eq!(histogram.buckets().last().unwrap().1, f64::INFINITY);
        assert_eq!(histogram.variance(), None);
        assert_eq!(histogram.buckets().count(), 2);
        assert_eq!(histogram.range(), Some((0.0, f64::INFINITY)));
    }

    #[test]
    fn merging_equals_one_pass_at_every_split_and_empty_is_neutral() {
        let values: Vec<f64> = (0..60).map(|i| 1.37_f64.powi(i - 20)).chain([0.0, 0.0]).collect();
        let whole = filled(&values);
        for split in 0..=values.len() {
            let mut left = filled(&values[..split]);
            left.merge(&filled(&values[split..]));
            assert_eq!(left, whole, "split at {split}");
        }
    }

    #[test]
    fn an_exact_histogram_keeps_every_number_and_merges_like_any_other() {
        let values = [3.5, 0.0, 3.5, -1.0, 1e-15, 2.25, 1e200];
        let push = |values: &[f64]| {
            let mut histogram = Histogram::exact();
            for &value in values {
                histogram.push(value);
            }
            histogram
        };
        let whole = push(&values);
        let counts: Vec<_> = whole.buckets().collect();
        assert_eq!(counts, [(0.0, 0.0, 3), (2.25, 2.25, 1), (3.5, 3.5, 2), (1e200, 1e200, 1)]);
        for split in 0..=values.len() {
            let mut left = push(&values[..split]);
            left.merge(&push(&values[split..]));
            assert_eq!(left, whole, "split at {split}");
        }
    }

    #[test]
    fn lanes_count_like_single_numbers_and_unused_lanes_do_not_count() {
        let values = [3.0, 5.0, 0.0, 1e9, 2.5, 7.0, 8.0, 9.0];
        let mut lanes = Histogram::default();
        let buckets = lanes.note_lanes(&values, 5);
        lanes.count_buckets(&buckets[..5]);
        assert_eq!(lanes, filled(&values[..5]));
    }

    #[test]
    fn variance_agrees_with_the_textbook() {
        let values: Vec<f64> = (1..=1000).map(f64::from).collect();
        let exact = 1000.0 * 1001.0 / 12.0;
        assert!((filled(&values).variance().unwrap() / exact - 1.0).abs() < 1e-3);
        assert_eq!(filled(&[4.0, 4.0]).variance(), Some(0.0));
        assert_eq!(filled(&[4.0]).variance(), None);
    }
}
