//! Student-t tails of log returns by maximum likelihood, for one series or several with one common number.
//!
//! The density of `d` series with location `μ`, scatter `S` and `ν` degrees of freedom is
//! `Γ((ν+d)/2) / (Γ(ν/2)·(νπ)^(d/2)·|S|^½) · (1 + δ/ν)^(−(ν+d)/2)` with `δ = (x−μ)ᵀS⁻¹(x−μ)`. For a given `ν`, location and
//! scatter follow from the EM algorithm in the form that converges fast[^1]; the likelihood so profiled is searched over
//! `η = 1/ν` from 0 (normal tails) to the largest that a simulation accepts, just below ½ (infinite variance). Minus its
//! second derivative there is the observed information on `η`, with all that the other parameters take from it; hence the
//! standard error. Where the likelihood is largest at either end there is no such curvature: the interval is then one-sided
//! and ends where twice the log likelihood has fallen by 2.706, the 90 % quantile of chi-squared with one degree.
//!
//! Whether tails are fat is told by the likelihood ratio against the normal. Since `η = 0` is the edge of what is
//! possible, its distribution is an even mixture of zero and chi-squared with one degree.
//!
//! [^1]: J. Kent, D. Tyler and Y. Vardi, *A curious likelihood identity for the multivariate t-distribution*,
//!   Communications in Statistics 23 (1994).

use std::f64::consts::PI;

use statrs::function::gamma::ln_gamma;

use crate::calibration::Figure;
use crate::calibration::autocorrelation::chi_squared_tail;
use crate::market::{Correlation, FEWEST_DEGREES_OF_FREEDOM};
use crate::math::elementary::ln;
use crate::math::normal::Z_95;

/// The largest `1/ν` that is fitted: fewer degrees of freedom no simulation accepts.
const LARGEST_INVERSE: f64 = 1.0 / FEWEST_DEGREES_OF_FREEDOM;

/// Up to here the likelihood is evaluated for its curvature: `ν` stays above 2, so that the variance exists.
const END: f64 = 0.499;

/// Below this, tails are taken for normal: `ν` above ten thousand.
const SMALLEST_INVERSE: f64 = 1e-4;

/// Places at which the profile is evaluated first.
const GRID: usize = 25;

/// A search of `1/ν` ends within this distance.
const NEAR: f64 = 1e-6;

/// How far scatters may still move when a likelihood is read. It is flat in them at the fit, so that the error is the square of
/// this, times the rows.
const SETTLED: f64 = 1e-7;

/// By how much twice the log likelihood falls at the end of a one-sided interval of 95 %.
const ONE_SIDED_DROP: f64 = 2.705_543_454;

/// The fewest rows that are fitted.
const FEWEST_ROWS: usize = 24;

/// Fitted Student-t tails.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StudentT {
    /// Degrees of freedom; infinite if the likelihood is largest for normal tails.
    pub degrees_of_freedom: Figure,
    /// The lower end of the 95 % interval, which is symmetric in 1/ν unless it is one-sided.
    pub low: f64,
    /// The upper end; infinite if normal tails are within the interval.
    pub high: f64,
    /// Whether the likelihood is largest at one end of what is fitted, so that the interval has that end and one other.
    pub is_one_sided: bool,
    /// Twice the gain in log likelihood over the normal.
    pub likelihood_ratio: f64,
    /// The probability of so large a gain if tails are normal.
    pub p_value: f64,
    /// For one series, the scale `s` of the distribution, so that its variance is `s²·ν/(ν−2)`; in periods of the table.
    pub scale: f64,
    /// For one series, the centre of the distribution, in periods of the table.
    pub location: f64,
    /// The number of rows used.
    pub count: usize,
}

impl StudentT {
    /// Whether fat tails were found: the gain over the normal would be this large less than 5 times of 100 by chance.
    #[must_use]
    pub fn is_fat(&self) -> bool {
        self.p_value < 0.05
    }

    /// Fits complete rows of `series` log returns each; `None` for fewer than 24 rows (or three for each series) or for
    /// a series without spread, or for series of which one is the sum of others.
    #[must_use]
    pub fn fit(rows: &[f64], series: usize) -> Option<Self> {
        let count = rows.len() / series.max(1);
        if series == 0 || count < FEWEST_ROWS.max(3 * series) {
            return None;
        }
        let mut profile = Profile::start(rows, series)?;
        let (inverse, likelihood, normal) = profile.maximum()?;
        let (location, scale) = (profile.location[0], profile.scatter[0][0].sqrt());
        let ratio = (2.0 * (likelihood - normal)).max(0.0);
        let p_value = if ratio > 0.0 { 0.5 * chi_squared_tail(ratio, 1) } else { 1.0 };
        let found = Self {
            degrees_of_freedom: Figure::without_error(inverse.recip()),
            low: FEWEST_DEGREES_OF_FREEDOM,
            high: f64::INFINITY,
            is_one_sided: true,
            likelihood_ratio: ratio,
            p_value,
            scale,
            location,
            count,
        };
        if inverse == 0.0 {
            return Some(Self { low: profile.end(0.0, LARGEST_INVERSE, likelihood)?.recip(), ..found });
        }
        if inverse == LARGEST_INVERSE {
            return Some(Self { high: profile.end(LARGEST_INVERSE, 0.0, likelihood)?.recip(), ..found });
        }
        let error = profile.error_of_inverse(inverse);
        let end = |eta: f64| if eta > 0.0 { 1.0 / eta } else { f64::INFINITY };
        Some(Self {
            degrees_of_freedom: Figure::new(1.0 / inverse, error / (inverse * inverse)),
            low: end((inverse + Z_95 * error).min(LARGEST_INVERSE)),
            high: end(inverse - Z_95 * error),
            is_one_sided: false,
            ..found
        })
    }
}

/// The likelihood of the tails with all else fitted, and where the last fit stands.
struct Profile<'a> {
    rows: &'a [f64],
    series: usize,
    location: Vec<f64>,
    /// Its lower half.
    scatter: Vec<Vec<f64>>,
}

impl<'a> Profile<'a> {
    fn start(rows: &'a [f64], series: usize) -> Option<Self> {
        let count = (rows.len() / series) as f64;
        let mut location = vec![0.0; series];
        for row in rows.chunks_exact(series) {
            location.iter_mut().zip(row).for_each(|(m, x)| *m += x / count);
        }
        let mut scatter = vec![vec![0.0; series]; series];
        for row in rows.chunks_exact(series) {
            add_outer(&mut scatter, row, &location, 1.0 / count);
        }
        let largest = rows.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        let has_spread = (0..series).all(|i| scatter[i][i] > (largest * 1e-9) * (largest * 1e-9));
        has_spread.then_some(Self { rows, series, location, scatter })
    }

    /// The best `1/ν` with its log likelihood, and the log likelihood of the normal. It is 0 or the largest where the likelihood
    /// rises to that end.
    fn maximum(&mut self) -> Option<(f64, f64, f64)> {
        let normal = self.at(0.0)?;
        let step = LARGEST_INVERSE / GRID as f64;
        let grid: Vec<f64> = (1..=GRID).map_while(|i| self.at(i as f64 * step)).collect();
        let best = (0..grid.len()).max_by(|&a, &b| grid[a].total_cmp(&grid[b]))?;
        let middle = (best + 1) as f64 * step;
        let (mut low, mut high) = ((middle - step).max(0.0), (middle + step).min(LARGEST_INVERSE));
        // Golden section; the grid has told between which two places the top lies.
        let ratio = 0.5 * (5.0_f64.sqrt() - 1.0);
        let (mut a, mut b) = (high - ratio * (high - low), low + ratio * (high - low));
        let (mut at_a, mut at_b) = (self.at(a)?, self.at(b)?);
        while high - low > NEAR {
            if at_a > at_b {
                (high, b, at_b) = (b, a, at_a);
                a = high - ratio * (high - low);
                at_a = self.at(a)?;
            } else {
                (low, a, at_a) = (a, b, at_b);
                b = low + ratio * (high - low);
                at_b = self.at(b)?;
            }
        }
        let found = 0.5 * (low + high);
        let inverse = if found > LARGEST_INVERSE - 2.0 * NEAR { LARGEST_INVERSE } else { found };
        let likelihood = self.at(inverse)?;
        if inverse >= SMALLEST_INVERSE && likelihood > normal {
            Some((inverse, likelihood, normal))
        } else {
            Some((0.0, self.at(0.0)?, normal))
        }
    }

    /// How far from `top`, the end of what is fitted at which the likelihood is largest, towards the `other` end the one-sided
    /// interval of 95 % reaches.
    fn end(&mut self, top: f64, other: f64, likelihood: f64) -> Option<f64> {
        let (mut inside, mut outside) = (top, other);
        let is_inside = |value: f64| 2.0 * (likelihood - value) < ONE_SIDED_DROP;
        if is_inside(self.at(other)?) {
            return Some(other);
        }
        while (inside - outside).abs() > NEAR {
            let middle = 0.5 * (inside + outside);
            if is_inside(self.at(middle)?) {
                inside = middle;
            } else {
                outside = middle;
            }
        }
        Some(inside)
    }

    /// The standard error of `1/ν` from the curvature of the profile; NaN where there is none.
    fn error_of_inverse(&mut self, inverse: f64) -> f64 {
        let step = 0.02_f64.min(0.5 * inverse).min(END - inverse);
        let mut at = |eta: f64| self.at(eta).unwrap_or(f64::NAN);
        let curvature = (at(inverse + step) - 2.0 * at(inverse) + at(inverse - step)) / (step * step);
        (-curvature).recip().sqrt()
    }

    /// The log likelihood for `1/ν`, location and scatter fitted from where they stand.
    fn at(&mut self, inverse: f64) -> Option<f64> {
        for _ in 0..500 {
            let (whitener, _) = self.whitener()?;
            let before = self.scatter.clone();
            self.improve(inverse, &whitener);
            let moved = (0..self.series)
                .fold(0.0_f64, |most, i| most.max((self.scatter[i][i] / before[i][i] - 1.0).abs()));
            if !moved.is_finite() {
                return None;
            }
            if moved < SETTLED {
                break;
            }
        }
        self.likelihood(inverse)
    }

    /// One step of the EM algorithm.
    fn improve(&mut self, inverse: f64, whitener: &[Vec<f64>]) {
        let d = self.series as f64;
        let mut room = vec![0.0; self.series];
        let weights: Vec<f64> = self
            .rows
            .chunks_exact(self.series)
            .map(|row| {
                (1.0 + inverse * d) / (1.0 + inverse * distance(row, &self.location, whitener, &mut room))
            })
            .collect();
        let total: f64 = weights.iter().sum();
        let mut location = vec![0.0; self.series];
        for (row, weight) in self.rows.chunks_exact(self.series).zip(&weights) {
            location.iter_mut().zip(row).for_each(|(m, x)| *m += weight / total * x);
        }
        let mut scatter = vec![vec![0.0; self.series]; self.series];
        for (row, weight) in self.rows.chunks_exact(self.series).zip(&weights) {
            add_outer(&mut scatter, row, &location, weight / total);
        }
        (self.location, self.scatter) = (location, scatter);
    }

    /// The lower triangular factor of the scatter, and the log of its determinant.
    fn whitener(&self) -> Option<(Vec<Vec<f64>>, f64)> {
        let scales: Vec<f64> = (0..self.series).map(|i| self.scatter[i][i].sqrt()).collect();
        let entry = |i: usize, j: usize| {
            let below = self.scatter[i.max(j)][i.min(j)];
            if i == j { 1.0 } else { (below / (scales[i] * scales[j])).clamp(-1.0, 1.0) }
        };
        let rows = (0..self.series).map(|i| (0..self.series).map(|j| entry(i, j)).collect()).collect();
        let mut factor = Correlation::new(rows).ok()?.cholesky();
        for (row, scale) in factor.iter_mut().zip(&scales) {
            for x in row.iter_mut() {
                *x *= scale;
            }
        }
        let log_determinant = 2.0 * (0..self.series).fold(0.0, |sum, i| sum + ln(factor[i][i]));
        Some((factor, log_determinant))
    }

    fn likelihood(&self, inverse: f64) -> Option<f64> {
        let (whitener, log_determinant) = self.whitener()?;
        let d = self.series as f64;
        let mut room = vec![0.0; self.series];
        let distances = self
            .rows
            .chunks_exact(self.series)
            .map(|row| distance(row, &self.location, &whitener, &mut room));
        let count = (self.rows.len() / self.series) as f64;
        let (constant, sum) = if inverse < SMALLEST_INVERSE {
            (-0.5 * d * ln(2.0 * PI), distances.fold(0.0, |sum, x| sum - 0.5 * x))
        } else {
            let nu = 1.0 / inverse;
            let constant = ln_gamma(0.5 * (nu + d)) - ln_gamma(0.5 * nu) - 0.5 * d * ln(nu * PI);
            (constant, distances.fold(0.0, |sum, x| sum - 0.5 * (nu + d) * ln(1.0 + x * inverse)))
        };
        Some(count * (constant - 0.5 * log_determinant) + sum)
    }
}

/// Adds to the lower half of a symmetric matrix.
fn add_outer(scatter: &mut [Vec<f64>], row: &[f64], location: &[f64], weight: f64) {
    for (i, sums) in scatter.iter_mut().enumerate() {
        let gap = weight * (row[i] - location[i]);
        for ((sum, x), m) in sums[..=i].iter_mut().zip(row).zip(location) {
            *sum += gap * (x - m);
        }
    }
}

/// Mahalanobis distance squared, by forward substitution; `room` has a place for each series.
fn distance(row: &[f64], location: &[f64], factor: &[Vec<f64>], room: &mut [f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..row.len() {
        let known = factor[i][..i].iter().zip(&*room).fold(0.0, |known, (f, x)| known + f * x);
        room[i] = (row[i] - location[i] - known) / factor[i][i];
        sum += room[i] * room[i];
    }
    sum
}
