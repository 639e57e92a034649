//! The Poisson bootstrap: how a figure of many lifetimes would differ if other lifetimes had been drawn[^1].
//!
//! In each replicate every lifetime counts as often as a Poisson number of mean one says. That number is a function of seed,
//! lifetime and replicate, so all figures of the same lifetimes are resampled together, in whatever run they are: the
//! spread of a difference over the replicates counts that both sides share their lifetimes.
//!
//! It is used where no formula holds, such as for percentiles at the edge of the lifetimes that are left with nothing, and for
//! figures that are made of many.
//!
//! [^1]: B. Efron, *Bootstrap methods: another look at the jackknife*, Annals of Statistics 7 (1979); N. Chamandy and others,
//!   *Estimating uncertainty for massive data streams*, Google (2012), for the Poisson form.

use crate::math::streams::{Purpose, Streams};
use crate::statistics::Ordered;

/// Replicates of every figure: its standard error is known to one part in 22.
pub const REPLICATES: usize = 256;

/// Replicates whose counts come from one block of random words: one for each half of a word.
const AT_ONCE: usize = 8;

/// Numbers between two partial sums of counts.
const STRIDE: usize = 64;

/// `2¹⁶·P(N ≤ n)` of a Poisson number of mean one, for `n` from 0; the chance of more than eight is below 2⁻¹⁹.
const CUMULATIVE: [u32; 8] = [24_109, 48_218, 60_273, 64_291, 65_296, 65_497, 65_530, 65_535];

/// How often each of some lifetimes counts in eight replicates.
type Counts = Vec<[u8; AT_ONCE]>;

/// A Poisson number of mean one from sixteen random bits.
fn poisson(bits: u32) -> u8 {
    CUMULATIVE.iter().filter(|&&below| bits >= below).count() as u8
}

/// Columns of numbers of the same lifetimes, to be resampled together.
#[derive(Debug)]
pub struct Bootstrap<'a> {
    streams: Streams,
    lifetimes: &'a [u64],
}

impl<'a> Bootstrap<'a> {
    /// The replicates of some lifetimes, at most 2³².
    #[must_use]
    pub fn new(streams: Streams, lifetimes: &'a [u64]) -> Self {
        Self { streams, lifetimes }
    }

    fn counts(&self, group: usize) -> Counts {
        let one = |&lifetime: &u64| {
            let words = self.streams.block(Purpose::Bootstrap, lifetime, group as u32);
            std::array::from_fn(|i| poisson(words[i / 2] >> (16 * (i % 2)) & 0xffff))
        };
        self.lifetimes.iter().map(one).collect()
    }

    /// Percentiles (linear, type 7) of each column in each replicate: by column, by probability, by replicate. NaN in a
    /// replicate without any lifetime.
    #[must_use]
    pub fn percentiles(&self, columns: &[Ordered], probabilities: &[f64]) -> Vec<Vec<Vec<f64>>> {
        let mut found = vec![vec![Vec::with_capacity(REPLICATES); probabilities.len()]; columns.len()];
        for group in 0..REPLICATES / AT_ONCE {
            let counts = self.counts(group);
            for (column, found) in columns.iter().zip(&mut found) {
                let resampled = Resampled::new(column, &counts);
                for (&probability, found) in probabilities.iter().zip(found) {
                    found.extend((0..AT_ONCE).map(|replicate| resampled.percentile(replicate, probability)));
                }
            }
        }
        found
    }

    /// The mean of each column in each replicate: by column, by replicate.
    #[must_use]
    pub fn means(&self, columns: &[&[f64]]) -> Vec<Vec<f64>> {
        let mut found = vec![Vec::with_capacity(REPLICATES); columns.len()];
        for group in 0..REPLICATES / AT_ONCE {
            let counts = self.counts(group);
            for (column, found) in columns.iter().zip(&mut found) {
                let (mut sums, mut lifetimes) = ([0.0; AT_ONCE], [0.0; AT_ONCE]);
                for (value, counts) in column.iter().zip(&counts) {
                    for replicate in 0..AT_ONCE {
                        sums[replicate] += value * f64::from(counts[replicate]);
                        lifetimes[replicate] += f64::from(counts[replicate]);
                    }
                }
                found.extend(sums.iter().zip(&lifetimes).map(|(sum, count)| sum / count));
            }
        }
        found
    }
}

/// A column in eight replicates.
struct Resampled<'a> {
    column: &'a Ordered,
    counts: &'a Counts,
    /// Lifetimes counted before every [`STRIDE`]th number, and in all.
    before: Vec<[u32; AT_ONCE]>,
}

impl<'a> Resampled<'a> {
    fn new(column: &'a Ordered, counts: &'a Counts) -> Self {
        let mut before = Vec::with_capacity(column.places().len() / STRIDE + 2);
        let mut sums = [0_u32; AT_ONCE];
        before.push(sums);
        for places in column.places().chunks(STRIDE) {
            for &place in places {
                let counts = &counts[place as usize];
                for replicate in 0..AT_ONCE {
                    sums[replicate] += u32::from(counts[replicate]);
                }
            }
            before.push(sums);
        }
        Self { column, counts, before }
    }

    fn percentile(&self, replicate: usize, probability: f64) -> f64 {
        let count = self.before.last().map_or(0, |sums| sums[replicate]);
        let Some(last) = count.checked_sub(1) else { return f64::NAN };
        let position = f64::from(last) * probability;
        let rank = position.floor();
        let low = self.at_rank(replicate, rank as u32);
        let high = if position > rank { self.at_rank(replicate, rank as u32 + 1) } else { low };
        low + (position - rank) * (high - low)
    }

    /// The number of a rank (from zero), each counted as often as the replicate says.
    fn at_rank(&self, replicate: usize, rank: u32) -> f64 {
        let stride = self.before.partition_point(|sums| sums[replicate] <= rank) - 1;
        let mut passed = self.before[stride][replicate];
        for (&place, &value) in
            self.column.places()[stride * STRIDE..].iter().zip(&self.column.values()[stride * STRIDE..])
        {
            passed += u32::from(self.counts[place as usize][replicate]);
            if passed > rank {
                return value;
            }
        }
        f64::NAN
    }
}

/// The standard deviation of the replicates of a figure, which is its standard error; `None` if one of them is not known.
#[must_use]
pub fn spread(replicates: &[f64]) -> Option<f64> {
    let n = replicates.len() as f64;
    if replicates.len() < 2 || replicates.iter().any(|x| !x.is_finite()) {
        return None;
    }
    let mean = replicates.iter().fold(0.0, |sum, x| sum + x) / n;
    let squares = replicates.iter().fold(0.0, |sum, x| sum + (x - mean) * (x - mean));
    Some((squares / (n - 1.0)).sqrt())
}

#[cfg(test)]
mod tests {
    use rand_distr::{Distribution, LogNormal, StandardNormal};

    use super::*;

    const STREAMS: u64 = 5;

    fn lognormal(n: u64, seed: u64) -> Vec<f64> {
        let law = LogNormal::new(0.0, 0.5).unwrap();
        let mut generator = Streams::new(seed).generator(Purpose::Resampling, 0);
        (0..n).map(|_| law.sample(&mut generator)).collect()
    }

    #[test]
    fn counts_are_poisson_with_mean_one() {
        let mut exact = 0.0;
        let mut term = (-1.0_f64).exp();
        for (n, &cumulative) in CUMULATIVE.iter().enumerate() {
            exact += term;
            term /= n as f64 + 1.0;
            // The last probability is lowered to leave what is beyond it a place.
            assert!((f64::from(cumulative) - 65_536.0 * exact).abs() < 1.0, "{n}");
        }
        let lifetimes: Vec<u64> = (0..50_000).collect();
        let counts = Bootstrap::new(Streams::new(STREAMS), &lifetimes).counts(3);
        for replicate in 0..AT_ONCE {
            let of = |f: &dyn Fn(f64) -> f64| {
                counts.iter().map(|c| f(f64::from(c[replicate]))).sum::<f64>() / 50_000.0
            };
            // Mean one with error 1/√50,000, variance one with error √(3/50,000): four of each.
            assert!((of(&|x| x) - 1.0).abs() < 4.0 / 50_000.0_f64.sqrt());
            assert!((of(&|x| (x - 1.0) * (x - 1.0)) - 1.0).abs() < 4.0 * (3.0 / 50_000.0_f64).sqrt());
        }
    }

    #[test]
    fn replicates_are_those_of_an_explicit_resample() {
        let column = lognormal(700, 1);
        let lifetimes: Vec<u64> = (100..800).collect();
        let bootstrap = Bootstrap::new(Streams::new(STREAMS), &lifetimes);
        let probabilities = [0.0, 0.05, 0.5, 0.95, 1.0];
        let found = bootstrap.percentiles(&[Ordered::new(&column)], &probabilities);
        let means = bootstrap.means(&[&column]);
        for replicate in [0, 7, 8, 255] {
            let counts = bootstrap.counts(replicate / AT_ONCE);
            let repeated = |(value, counts): (&f64, &[u8; AT_ONCE])| {
                vec![*value; usize::from(counts[replicate % AT_ONCE])]
            };
            let mut values: Vec<f64> = column.iter().zip(&counts).flat_map(repeated).collect();
            values.sort_by(f64::total_cmp);
            for (i, p) in probabilities.iter().enumerate() {
                let position = (values.len() - 1) as f64 * p;
                let rank = position.floor() as usize;
                let next = values[(rank + 1).min(values.len() - 1)];
                let expected = values[rank] + (position - rank as f64) * (next - values[rank]);
                assert!((found[0][i][replicate] - expected).abs() < 1e-12, "{replicate} {p}");
            }
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            assert!((means[0][replicate] - mean).abs() < 1e-12);
        }
    }

    #[test]
    fn the_spread_of_a_median_is_its_asymptotic_error() {
        let n = 40_000;
        let lifetimes: Vec<u64> = (0..n).collect();
        let bootstrap = Bootstrap::new(Streams::new(STREAMS), &lifetimes);
        let column = lognormal(n, 2);
        let found = bootstrap.percentiles(&[Ordered::new(&column)], &[0.5]);
        // 1/(2 f(m) √n) with density f(1) = 1/(0.5·√(2π)).
        let expected = 0.25 * (2.0 * std::f64::consts::PI).sqrt() / (n as f64).sqrt();
        // The bootstrap of a percentile is known to n^(−1/4), here 7 %, beside one part in 22: three of their sum.
        assert!((spread(&found[0][0]).unwrap() / expected - 1.0).abs() < 0.26);
    }

    /// Two nearly equal quantities: the difference of their medians varies by the differences of single lifetimes.
    #[test]
    fn intervals_of_differences_of_medians_cover_what_they_should() {
        let (n, trials) = (400_u64, 300);
        for noise in [1e-5, 1e-3, 0.3] {
            let mut covered = 0;
            for trial in 0..trials {
                let here = lognormal(n, 1000 + trial);
                let mut generator = Streams::new(trial).generator(Purpose::Resampling, 1);
                let there: Vec<f64> = here
                    .iter()
                    .map(|x| {
                        let z: f64 = StandardNormal.sample(&mut generator);
                        x * (noise * z + 0.01).exp()
                    })
                    .collect();
                let lifetimes: Vec<u64> = (0..n).collect();
                let bootstrap = Bootstrap::new(Streams::new(trial), &lifetimes);
                let columns = [Ordered::new(&there), Ordered::new(&here)];
                let found = bootstrap.percentiles(&columns, &[0.5]);
                let differences: Vec<f64> =
                    found[0][0].iter().zip(&found[1][0]).map(|(a, b)| a - b).collect();
                let middle = |column: &Ordered| 0.5 * (column.values()[199] + column.values()[200]);
                let difference = middle(&columns[0]) - middle(&columns[1]);
                // Both medians are exact: exp(0.01) and 1.
                let off = difference - (0.01_f64.exp() - 1.0);
                covered += u64::from(off.abs() <= 1.96 * spread(&differences).unwrap());
            }
            // 95 % of 300 with four standard errors of a binomial: false alarms in one of 16,000, and the bootstrap's own
            // two points beside.
            let share = covered as f64 / trials as f64;
            assert!((0.88..=1.0).contains(&share), "noise {noise}: {share}");
        }
    }
}
