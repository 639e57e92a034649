//! The standard error of the difference of a percentile of two quantities measured on the same lifetimes.
//!
//! By Bahadur's representation[^1] a sample percentile errs by the share of lifetimes below the true one, over the density
//! there. With `s` and `t` the inverse densities of both quantities at their percentiles, `p` the probability, and `c` the
//! probability that a lifetime is below one percentile but not below the other, the difference has the variance
//!
//! `(p(1 − p)·(s − t)² + s·t·c) / n`.
//!
//! `s` and `t` are the slopes of the sorted numbers over a window of ranks around the percentile, as wide as Hall and
//! Sheather[^2] ask for; `c` is the mean over the window's levels of the share of lifetimes that lie on different sides,
//! `Σ|r − r'| / (n·w)` with `r` and `r'` a lifetime's ranks, held within the window of `w` ranks.
//!
//! Two nearly equal quantities hardly change the order of lifetimes. Then the percentiles are those of the same lifetime,
//! the second term is too large, and what counts is how much single lifetimes differ: the variance, about its trend
//! in the window, of the difference of the numbers of equal rank.
//!
//! [^1]: R. Bahadur, *A note on quantiles in large samples*, Annals of Mathematical Statistics 37 (1966).
//! [^2]: P. Hall and S. Sheather, *On the distribution of a Studentized quantile*, JRSS B 50 (1988).

use crate::math::elementary::{ln, pow};
use crate::math::normal::{Z_95, normal_density};
use crate::statistics::Ordered;

/// Ranks by which lifetimes are displaced on average from which order is said to change.
const LEAST_DISPLACEMENT: f64 = 4.0;

/// The largest window, as a share of the probability beyond the percentile.
const WIDEST: f64 = 0.95;

/// The variance of a difference of percentiles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DifferenceVariance {
    /// The part that falls with the number of lifetimes.
    pub sampling: f64,
    /// The part that does not, as long as more lifetimes do not change the order: zero where order changes.
    pub single: f64,
}

impl DifferenceVariance {
    /// The variance of a percentile of one column less that of another, of the same lifetimes. `None` for fewer than ten
    /// lifetimes, or where several lifetimes have one number within the window, so that there is no density.
    #[must_use]
    pub fn of(here: &Ordered, there: &Ordered, probability: f64) -> Option<Self> {
        let n = here.values().len();
        if n < 10 || there.values().len() != n {
            return None;
        }
        let window = Window::around(n, probability);
        if window.has_ties(here.values()) || window.has_ties(there.values()) {
            return None;
        }
        let (s, t) = (window.slope(here.values()), window.slope(there.values()));
        let lifetimes = n as f64;
        let displaced = window.displacement(here, there);
        let between = probability * (1.0 - probability);
        let levels = between * (s - t) * (s - t) / lifetimes;
        if displaced < LEAST_DISPLACEMENT {
            return Some(Self { sampling: levels, single: window.single(here.values(), there.values()) });
        }
        let order = s * t * displaced / (lifetimes * lifetimes);
        // The ends of the window err like the percentile does, and their noise is no difference of slopes.
        let share = window.width() / lifetimes;
        let noise = 2.0 * between * order / (lifetimes * share * share);
        Some(Self { sampling: (levels - noise).max(0.0) + order, single: 0.0 })
    }
}

/// Ranks around a percentile.
struct Window {
    first: usize,
    last: usize,
    count: f64,
    /// The part of the way from one order statistic to the next at which the percentile (type 7) lies.
    part: f64,
}

/// The size of the standard normal quantile of a probability, to 4.5e-4 (Abramowitz and Stegun 26.2.23): it only sets how wide
/// the window is.
fn normal_distance(p: f64) -> f64 {
    let t = (-2.0 * ln(p.min(1.0 - p))).sqrt();
    let top = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let bottom = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    t - top / bottom
}

impl Window {
    fn around(n: usize, p: f64) -> Self {
        let count = n as f64;
        let z = normal_distance(p);
        let density = normal_density(z);
        let width = pow(count, -1.0 / 3.0)
            * pow(Z_95, 2.0 / 3.0)
            * pow(1.5 * density * density / (2.0 * z * z + 1.0), 1.0 / 3.0);
        let half = (width.min(WIDEST * p.min(1.0 - p)) * count).max(2.0);
        let position = (count - 1.0) * p;
        let first = (position - half).round().max(0.0) as usize;
        let last = ((position + half).round() as usize).min(n - 1);
        Self { first, last, count, part: position - position.floor() }
    }

    fn width(&self) -> f64 {
        (self.last - self.first) as f64
    }

    fn has_ties(&self, sorted: &[f64]) -> bool {
        let ties = sorted[self.first..=self.last].windows(2).filter(|pair| pair[0] == pair[1]).count();
        ties > 0
    }

    /// The slope of the sorted numbers over probability: the inverse of the density.
    fn slope(&self, sorted: &[f64]) -> f64 {
        (sorted[self.last] - sorted[self.first]) * self.count / self.width()
    }

    /// The mean number of ranks by which lifetimes in the window are displaced.
    fn displacement(&self, here: &Ordered, there: &Ordered) -> f64 {
        let held = |rank: u32| (rank as usize).clamp(self.first, self.last) as i64;
        let ranks = here.ranks().iter().zip(there.ranks());
        let sum: u64 = ranks.map(|(&a, &b)| held(a).abs_diff(held(b))).sum();
        sum as f64 / self.width()
    }

    /// The variance about its straight trend of the difference between numbers of equal rank, read as the percentile is.
    fn single(&self, here: &[f64], there: &[f64]) -> f64 {
        let difference = |rank: usize| here[rank] - there[rank];
        let read = |rank: usize| (1.0 - self.part) * difference(rank) + self.part * difference(rank + 1);
        let points: Vec<f64> = (self.first..self.last).map(read).collect();
        let n = points.len() as f64;
        let middle = 0.5 * (n - 1.0);
        let mean = points.iter().fold(0.0, |sum, y| sum + y) / n;
        let (mut slope, mut spread) = (0.0, 0.0);
        for (i, y) in points.iter().enumerate() {
            let x = i as f64 - middle;
            slope += x * (y - mean);
            spread += x * x;
        }
        let slope = if spread > 0.0 { slope / spread } else { 0.0 };
        let residual = |(i, y): (usize, &f64)| {
            let rest = y - mean - slope * (i as f64 - middle);
            rest * rest
        };
        points.iter().enumerate().map(residual).fold(0.0, |sum, square| sum + square) / (n - 2.0).max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use rand_distr::{Distribution, StandardNormal};
    use statrs::distribution::{ContinuousCDF, Normal};

    use super::*;
    use crate::math::streams::{Purpose, Streams};

    /// Two lognormal quantities: the second has the log noise `noise` beside the first, times the spread `spread`.
    fn pair(n: usize, trial: u64, spread: f64, noise: f64) -> [Ordered; 2] {
        let mut generator = Streams::new(77).generator(Purpose::Resampling, trial);
        let mut draw = || -> f64 { StandardNormal.sample(&mut generator) };
        let (mut here, mut there) = (vec![], vec![]);
        for _ in 0..n {
            let (z, e) = (draw(), draw());
            there.push((0.4 * z).exp());
            here.push((0.01 + 0.4 * spread * z + noise * e).exp());
        }
        [Ordered::new(&here), Ordered::new(&there)]
    }

    fn percentile(column: &Ordered, p: f64) -> f64 {
        let position = (column.values().len() - 1) as f64 * p;
        let (rank, sorted) = (position.floor() as usize, column.values());
        sorted[rank] + (position - rank as f64) * (sorted[(rank + 1).min(sorted.len() - 1)] - sorted[rank])
    }

    #[test]
    fn told_errors_are_those_that_are_seen() {
        // Twins, near twins, sleeves, other portfolios: the spread over 400 trials is known to 3.5 %, so 14 % is four
        // standard errors; the slopes of a few dozen numbers err by some per cent on the large side.
        let (n, trials) = (2000, 400);
        for (spread, noise) in [(1.0_f64, 0.0_f64), (1.0, 3e-4), (0.97, 0.04), (1.1, 0.2)] {
            for p in [0.05, 0.5, 0.95] {
                let z = Normal::standard().inverse_cdf(p);
                assert!((normal_distance(p) - z.abs()).abs() < 5e-4);
                let sd = (0.16 * spread * spread + noise * noise).sqrt();
                let truth = (0.01 + sd * z).exp() - (0.4 * z).exp();
                let (mut told, mut covered, mut differences) = (0.0, 0, vec![]);
                for trial in 0..trials {
                    let [here, there] = pair(n, trial, spread, noise);
                    let found = DifferenceVariance::of(&here, &there, p).unwrap();
                    let variance = found.sampling + found.single;
                    let difference = percentile(&here, p) - percentile(&there, p);
                    told += variance / trials as f64;
                    covered += u32::from((difference - truth).abs() <= 1.96 * variance.sqrt());
                    differences.push(difference);
                }
                let mean = differences.iter().sum::<f64>() / trials as f64;
                let seen =
                    differences.iter().map(|d| (d - mean) * (d - mean)).sum::<f64>() / (trials - 1) as f64;
                let ratio = (told / seen).sqrt();
                assert!((0.86..1.24).contains(&ratio), "{spread} {noise} {p}: {ratio}");
                let covered = f64::from(covered) / trials as f64;
                assert!((0.91..=0.99).contains(&covered), "{spread} {noise} {p}: covers {covered}");
            }
        }
    }

    #[test]
    fn equal_columns_differ_by_nothing_and_ties_have_no_density() {
        let [here, _] = pair(500, 1, 1.0, 0.0);
        let none = DifferenceVariance { sampling: 0.0, single: 0.0 };
        assert_eq!(DifferenceVariance::of(&here, &here, 0.05), Some(none));
        let zeros = Ordered::new(&(0..500).map(|i| f64::from(i.max(30))).collect::<Vec<_>>());
        assert_eq!(DifferenceVariance::of(&zeros, &zeros, 0.05), None);
        assert!(DifferenceVariance::of(&zeros, &zeros, 0.5).is_some());
        let few = Ordered::new(&[1.0, 2.0]);
        assert_eq!(DifferenceVariance::of(&few, &few, 0.5), None);
    }
}
