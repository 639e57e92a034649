//! Percentiles of a histogram (linear, type 7[^1]) and the ranks of their distribution-free intervals.
//!
//! [^1]: R. Hyndman and Y. Fan, *Sample quantiles in statistical packages*, American Statistician 50 (1996).

use crate::math::normal::Z_95;
use crate::statistics::Histogram;

/// A histogram made ready for many questions about ranks.
#[derive(Clone, Debug)]
pub struct Cumulative {
    /// Lower edge, upper edge, numbers before the bucket, numbers in it.
    buckets: Vec<(f64, f64, u64, u64)>,
    count: u64,
    range: (f64, f64),
}

impl Cumulative {
    /// Adds up the buckets once.
    #[must_use]
    pub fn new(histogram: &Histogram) -> Self {
        let range = histogram.range().unwrap_or((0.0, 0.0));
        let mut before = 0;
        let buckets = histogram
            .buckets()
            .map(|(low, high, count)| {
                before += count;
                // Nothing is known of numbers beyond all buckets, unless all numbers are one.
                let beyond = high == f64::INFINITY && low < high && range.0 < range.1;
                let (low, high) = if beyond { (f64::NAN, f64::NAN) } else { (low, high) };
                (low, high, before - count, count)
            })
            .collect();
        Self { buckets, count: histogram.count(), range }
    }

    /// The same questions to numbers that are known each: every bucket is a number.
    #[must_use]
    pub fn of_values(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let range = (values.first().copied().unwrap_or(0.0), values.last().copied().unwrap_or(0.0));
        let buckets = values.iter().enumerate().map(|(before, &value)| (value, value, before as u64, 1));
        Self { buckets: buckets.collect(), count: values.len() as u64, range }
    }

    /// The bucket of rank `rank` (from zero) in ascending order, its edges within the exact range; a rank beyond the
    /// last counts as the last.
    fn bucket_of_rank(&self, rank: u64) -> Option<(f64, f64, u64, u64)> {
        let rank = rank.min(self.count.checked_sub(1)?);
        let bucket = self.buckets.partition_point(|&(_, _, before, count)| before + count <= rank);
        let &(low, high, before, count) = self.buckets.get(bucket)?;
        let within = |edge: f64| edge.clamp(self.range.0, self.range.1);
        Some((within(low), within(high), before, count))
    }

    /// The number of rank `rank` (from zero) in ascending order, to the width of its bucket: the numbers of
    /// a bucket are taken as spread evenly over it, and none lies outside the exact range. A rank beyond the
    /// last counts as the last; NaN beyond 2¹²⁰; `None` if there are no numbers.
    #[must_use]
    pub fn at_rank(&self, rank: u64) -> Option<f64> {
        let rank = rank.min(self.count.checked_sub(1)?);
        let (low, high, before, count) = self.bucket_of_rank(rank)?;
        let part = ((rank - before) as f64 + 0.5) / count as f64;
        Some(if low == high { low } else { low + part * (high - low) })
    }

    /// How far the number of rank `rank` may be from [`Cumulative::at_rank`], as a standard error: that of one of so many
    /// evenly spread numbers, `w·√(q(1−q)/(m+2))` at the part `q` of a bucket of `m` numbers and width `w`; zero where
    /// the numbers are known each.
    #[must_use]
    pub fn rounding_error(&self, rank: u64) -> Option<f64> {
        let rank = rank.min(self.count.checked_sub(1)?);
        let (low, high, before, count) = self.bucket_of_rank(rank)?;
        let part = ((rank - before) as f64 + 0.5) / count as f64;
        Some((high - low) * (part * (1.0 - part) / (count as f64 + 2.0)).sqrt())
    }

    /// The percentile for a probability: linear between the order statistics around `(n − 1)·p`.
    ///
    /// Within 0.1 % of the percentile of the sorted numbers; NaN beyond 2¹²⁰. `None` if there are no numbers.
    #[must_use]
    pub fn percentile(&self, probability: f64) -> Option<f64> {
        let position = (self.count.checked_sub(1)?) as f64 * probability.clamp(0.0, 1.0);
        let rank = position.floor();
        let (low, high) = (self.at_rank(rank as u64)?, self.at_rank(rank as u64 + 1)?);
        Some(low + (position - rank) * (high - low))
    }

    /// The 95 % interval of the percentile from order statistics; see [`interval_ranks`]. Its ends are the outer edges of
    /// their buckets, so that it counts their width. An end is NaN where there are too few numbers for one; `None` for no
    /// numbers.
    #[must_use]
    pub fn interval(&self, probability: f64) -> Option<(f64, f64)> {
        let (low, high) = interval_ranks(self.count, probability)?;
        let bucket = |rank: Option<u64>| rank.and_then(|rank| self.bucket_of_rank(rank - 1));
        let lower = bucket(low).map_or(f64::NAN, |(edge, ..)| edge);
        Some((lower, bucket(high).map_or(f64::NAN, |(_, edge, ..)| edge)))
    }
}

/// The ranks (from one) of the order statistics between which a percentile lies with 95 % probability:
/// the binomial 2.5 % and 97.5 % quantiles, equal tails, the upper rank one higher.
///
/// Exact up to 1000 numbers; beyond, the Cornish–Fisher expansion of the binomial quantile, at most one rank
/// off. An end is `None` where too few numbers lie on its side of the percentile; all is `None` for no numbers.
///
/// ```
/// use decumulus::statistics::interval_ranks;
/// assert_eq!(interval_ranks(1_000, 0.05), Some((Some(37), Some(65))));
/// assert_eq!(interval_ranks(10_000, 0.50), Some((Some(4902), Some(5099))));
/// assert_eq!(interval_ranks(100, 0.99), Some((Some(97), None)));
/// ```
#[must_use]
pub fn interval_ranks(count: u64, probability: f64) -> Option<(Option<u64>, Option<u64>)> {
    if count == 0 {
        return None;
    }
    let p = probability.clamp(0.0, 1.0);
    let (low, high) = if count <= 1000 {
        (exact_binomial_quantile(count, p, 0.025), exact_binomial_quantile(count, p, 0.975))
    } else {
        (approximate_binomial_quantile(count, p, -Z_95), approximate_binomial_quantile(count, p, Z_95))
    };
    Some(((low >= 1).then_some(low), (high < count).then_some(high + 1)))
}

/// The smallest `k` with `P(X ≤ k) ≥ level` for a binomial `X`, by adding up; `count` at most 1000.
fn exact_binomial_quantile(count: u64, p: f64, level: f64) -> u64 {
    if p > 0.5 {
        // P(X ≤ k) ≥ level  ⇔  P(n − X ≥ n − k) ≥ level: from the other side no power underflows.
        let mut mass = (0..count).fold(1.0, |power, _| power * p);
        let mut above = 1.0 - mass;
        for k in (0..count).rev() {
            // `above` is now P(X ≤ k).
            if above < level {
                return k + 1;
            }
            mass *= (k + 1) as f64 / (count - k) as f64 * (1.0 - p) / p;
            above -= mass;
        }
        return 0;
    }
    let mut mass = (0..count).fold(1.0, |power, _| power * (1.0 - p));
    let mut below = mass;
    let mut k = 0;
    while below < level && k < count {
        mass *= (count - k) as f64 / (k + 1) as f64 * p / (1.0 - p);
        k += 1;
        below += mass;
    }
    k
}

/// The binomial quantile at the normal quantile `z`, by Cornish and Fisher to the skewness term, with the
/// correction for continuity.
fn approximate_binomial_quantile(count: u64, p: f64, z: f64) -> u64 {
    let mean = count as f64 * p;
    let sd = (mean * (1.0 - p)).sqrt();
    let quantile = mean + z * sd + (z * z - 1.0) * (1.0 - 2.0 * p) / 6.0 - 0.5;
    quantile.ceil().clamp(0.0, count as f64) as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use statrs::distribution::{Binomial, DiscreteCDF};

    use super::*;

    fn type_7(sorted: &[f64], p: f64) -> f64 {
        let position = (sorted.len() - 1) as f64 * p;
        let rank = position.floor() as usize;
        let next = (rank + 1).min(sorted.len() - 1);
        sorted[rank] + (position - rank as f64) * (sorted[next] - sorted[rank])
    }

    #[test]
    fn percentiles_are_within_a_tenth_of_a_percent_of_an_exact_sort_for_any_count() {
        for count in [1_usize, 2, 3, 10, 97, 1000, 30_000] {
            let mut values: Vec<f64> =
                (0..count).map(|i| 1e5 * (((i * 7919) % 10_007) as f64 / 1500.0).exp()).collect();
            let mut histogram = Histogram::default();
            for &v in &values {
                histogram.push(v);
            }
            values.sort_by(f64::total_cmp);
            let cumulative = Cumulative::new(&histogram);
            for p in [0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0] {
                let (ours, exact) = (cumulative.percentile(p).unwrap(), type_7(&values, p));
                assert!((ours / exact - 1.0).abs() < 0.001, "{count} at {p}: {ours} {exact}");
            }
        }
    }

    #[test]
    fn equal_numbers_have_that_number_as_every_percentile_exactly() {
        let mut histogram = Histogram::default();
        (0..50).for_each(|_| histogram.push(123_456.789));
        let cumulative = Cumulative::new(&histogram);
        assert_eq!(cumulative.percentile(0.05), Some(123_456.789));
        assert_eq!(cumulative.interval(0.50), Some((123_456.789, 123_456.789)));
        let (_, high) = cumulative.interval(0.99).unwrap();
        assert!(high.is_nan(), "fifty numbers have no upper end for the 99th percentile");
    }

    #[test]
    fn percentiles_of_known_numbers_are_exact_and_nothing_is_told_beyond_all_buckets() {
        let values: Vec<f64> = (0..997).map(|i| f64::from(i * i % 1009) * 1234.567).collect();
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let cumulative = Cumulative::of_values(values.clone());
        let mut exact = Histogram::exact();
        for &value in &values {
            exact.push(value);
        }
        for p in [0.0, 0.05, 0.333, 0.5, 0.95, 1.0] {
            let expected = type_7(&sorted, p);
            assert!((cumulative.percentile(p).unwrap() - expected).abs() <= 1e-12 * expected);
            let told = |of: &Cumulative| format!("{:?} {:?}", of.percentile(p), of.interval(p));
            assert_eq!(told(&Cumulative::new(&exact)), told(&cumulative));
        }
        assert_eq!(cumulative.rounding_error(500), Some(0.0));
        let mut wide = Histogram::default();
        (0..100).for_each(|i| wide.push(if i < 50 { 10.0 } else { 1e40 * f64::from(i) }));
        let wide = Cumulative::new(&wide);
        assert!((wide.percentile(0.05).unwrap() - 10.0).abs() < 0.01);
        assert!(wide.percentile(0.95).unwrap().is_nan() && wide.interval(0.9).unwrap().0.is_nan());
        let mut one = Histogram::default();
        (0..10).for_each(|_| one.push(1e40));
        assert_eq!(Cumulative::new(&one).percentile(0.5), Some(1e40));
    }

    proptest! {
        #[test]
        fn an_interval_never_leaves_out_its_own_estimate(
            values in prop::collection::vec(prop_oneof![Just(0.0), 1e-3..1e9_f64, 1.0..1.001_f64], 1..3000),
            p in prop::sample::select(vec![0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99]),
        ) {
            let mut histogram = Histogram::default();
            for &value in &values {
                histogram.push(value);
            }
            for cumulative in [Cumulative::new(&histogram), Cumulative::of_values(values)] {
                let estimate = cumulative.percentile(p).unwrap();
                let (low, high) = cumulative.interval(p).unwrap();
                prop_assert!((low..=high).contains(&estimate) || low.is_nan() || high.is_nan(), "{estimate} outside {low} to {high}");
            }
        }
    }

    #[test]
    fn nothing_is_said_about_no_numbers() {
        let cumulative = Cumulative::new(&Histogram::default());
        assert_eq!((cumulative.percentile(0.5), cumulative.at_rank(0)), (None, None));
        assert_eq!(interval_ranks(0, 0.5), None);
    }

    #[test]
    fn interval_ranks_are_the_binomial_quantiles() {
        for count in [1_u64, 2, 7, 50, 333, 1000, 1001, 5000, 10_000, 1_000_000, 10_000_000] {
            for p in [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99] {
                let binomial = Binomial::new(p, count).unwrap();
                let low = binomial.inverse_cdf(0.025);
                let high = binomial.inverse_cdf(0.975) + 1;
                let (our_low, our_high) = interval_ranks(count, p).unwrap();
                let slack = u64::from(count > 1000);
                // No end at all is the rank beyond the first, or beyond the last.
                let (our_low, our_high) = (our_low.unwrap_or(0), our_high.unwrap_or(count + 1));
                assert!(our_low.abs_diff(low) <= slack, "{count} {p}: {our_low} {low}");
                assert!(our_high.abs_diff(high) <= slack, "{count} {p}: {our_high} {high}");
            }
        }
    }

    #[test]
    fn ranks_of_large_samples_are_the_published_ones() {
        // Binomial quantiles, closed form: (lower, upper) for p5, p50, p95 of 10,000.
        for (p, ranks) in [(0.05, (458, 544)), (0.5, (4902, 5099)), (0.95, (9457, 9543))] {
            assert_eq!(interval_ranks(10_000, p), Some((Some(ranks.0), Some(ranks.1))));
        }
    }
}
