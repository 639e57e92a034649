//! Multivariate Student-t log returns: heavy tails that strike all series in the same step.

use fearless_simd::Simd;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::market::model::ingredients::Ingredients;
use crate::market::model::lognormal::{correlate, packed_covariance, scaled_factor};
use crate::market::model::memory::Memory;
use crate::market::model::normals::{
    self, in_order_of_drawing, place_in_drawing, place_in_growth, reordered,
};
use crate::market::model::return_model::check_degrees_of_freedom;
use crate::math::elementary::{exp, ln};
use crate::math::gamma::ln_quantile_at_normal;
use crate::math::lanes::{WIDTH, Wide, get_single, set, set_single};
use crate::math::normal::normal_block;
use crate::math::single;
use crate::math::streams::{Purpose, Streams};
use crate::math::{Aligned, Lanes, SingleLanes};

/// The default degrees of freedom: the middle of the 4 to 8 that are usually fitted to monthly returns of stocks (a
/// judgement).
pub const DEFAULT_DEGREES_OF_FREEDOM: f64 = 6.0;

/// Coefficients of the polynomial for the logarithm of the mixing factor.
const TERMS: usize = 28;
/// The polynomial holds for normals of at most this size; drawn ones are smaller than 6.67.
const LARGEST_NORMAL: f64 = 6.7;

/// Log growth of series `k` in a step of `dt` years: `mu_k·dt + sigma_k·√dt·(F·z)_k·√((nu − 2)/chi²)`, with `chi²` a
/// chi-square variable of `nu` degrees of freedom, one for each step and shared by all series, so that the log growths of a
/// step are jointly Student-t.[^1]
///
/// The factor `nu − 2` in place of `nu` makes the variance of the log growth exactly `sigma_k²·dt`: mean, standard deviation
/// and correlations of log returns are those stated. The *simple* return has no finite mean or volatility, because `exp` of
/// a Student-t variable has none.
///
/// The chi-square variable is its quantile at the probability of a standard normal variable `y`, so that a step takes a fixed
/// number of random words: the logarithm of the factor is a polynomial in `y` (Chebyshev's, 28 terms, error below 1e-6), fitted when
/// the model is compiled. The normals are those of the lognormal model.
///
/// [^1]: S. Kotz, S. Nadarajah, *Multivariate t Distributions and Their Applications* (2004), chapter 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StudentT {
    series: u32,
    steps_per_year: u32,
    /// Rows of the lower triangle one after the other, times `sigma_k·√dt`; inflation first.
    factor: Vec<f32>,
    /// `exp(mu_k·dt)·(1 − fee_k)^dt`.
    drift: Vec<f64>,
    /// Chebyshev coefficients of `ln √((nu − 2)/chi²)` on normals of −6.7 to 6.7, the constant one first.
    mixing: Vec<f32>,
}

impl StudentT {
    /// See [`Model::is_sound`](crate::market::Model::is_sound).
    pub(super) fn is_sound(&self, series: usize, steps_per_year: usize) -> bool {
        (self.series as usize, self.steps_per_year as usize) == (series, steps_per_year)
            && self.factor.len() == series * (series + 1) / 2
            && self.drift.len() == series
            && !self.mixing.is_empty()
    }

    /// Compiles moments and correlations; see [`Model::compile`](crate::market::Model::compile).
    ///
    /// # Errors
    ///
    /// Degrees of freedom outside 2.1 to 1000.
    pub fn compile(ingredients: &Ingredients<'_>, degrees_of_freedom: f64) -> Result<Self> {
        check_degrees_of_freedom(degrees_of_freedom)?;
        let Ingredients { market, steps_per_year, moments, retained, .. } = ingredients;
        let dt = 1.0 / *steps_per_year as f64;
        let scales: Vec<f64> = moments.iter().map(|m| m.log_sd() * dt.sqrt()).collect();
        Ok(Self {
            series: moments.len() as u32,
            steps_per_year: *steps_per_year as u32,
            factor: scaled_factor(&in_order_of_drawing(&market.correlation).cholesky(), &reordered(&scales)),
            drift: moments.iter().zip(retained).map(|(m, kept)| exp(m.log_mean() * dt) * kept).collect(),
            mixing: mixing_polynomial(degrees_of_freedom),
        })
    }

    pub(super) fn series(&self) -> usize {
        self.series as usize
    }

    /// See [`Model::expected_log_growth`](crate::market::Model::expected_log_growth).
    pub(super) fn log_mean(&self, series: usize) -> f64 {
        ln(self.drift[series])
    }

    /// See [`Model::log_covariance`](crate::market::Model::log_covariance).
    pub(super) fn log_covariance(&self, first: usize, second: usize) -> f64 {
        let place = |series: usize| place_in_drawing(series, self.series());
        packed_covariance(&self.factor, place(first), place(second))
    }

    /// Standard normals, then the mixing factor of each step; see [`Model::draw`](crate::market::Model::draw).
    #[inline(always)]
    pub fn draw<const L: usize>(
        &self,
        streams: Streams,
        first_lifetime: u64,
        year: u32,
        memory: &mut Memory<L>,
    ) {
        let size = (self.steps_per_year as usize, self.series as usize);
        let mixing_blocks = self.steps_per_year.div_ceil(4);
        normals::draw(streams, (first_lifetime, year), size, &mut memory.drawn);
        let mixing = &mut memory.mixing;
        mixing.resize(4 * mixing_blocks as usize, Aligned::splat(0.0));
        for (block, out) in mixing.as_chunks_mut().0.iter_mut().enumerate() {
            let block = year * mixing_blocks + block as u32;
            normal_block(streams, Purpose::MarketState, first_lifetime, block, out);
            for lanes in out {
                self.mix(lanes);
            }
        }
    }

    /// Replaces normals by mixing factors.
    #[inline(always)]
    fn mix<const L: usize>(&self, normals: &mut SingleLanes<L>) {
        for chunk in normals.as_chunks_mut::<WIDTH>().0 {
            *chunk = chebyshev(&self.mixing, *chunk);
        }
        single::exp_lanes(normals);
    }

    /// See [`Model::grow`](crate::market::Model::grow); uses up the normals.
    #[inline(always)]
    pub fn grow<S: Simd, const L: usize>(
        &self,
        simd: S,
        first_step: usize,
        memory: &mut Memory<L>,
        growth: &mut [Lanes<L>],
    ) {
        let series = self.series as usize;
        let normals = memory.drawn[first_step * series..].chunks_exact_mut(series);
        for ((z, mix), step) in normals.zip(&memory.mixing[first_step..]).zip(growth.chunks_exact_mut(series))
        {
            correlate(simd, &self.factor, z);
            for (drawn, exponent) in z.iter_mut().enumerate() {
                let place = place_in_growth(drawn, series);
                let (out, drift) = (&mut step[place], self.drift[place]);
                for chunk in 0..L / WIDTH {
                    let mixed = get_single(simd, exponent, chunk) * get_single(simd, mix, chunk);
                    set_single(exponent, chunk, mixed);
                }
                single::exp_lanes(exponent);
                for chunk in 0..L / WIDTH {
                    set(out, chunk, Wide::widen(get_single(simd, exponent, chunk)) * drift);
                }
            }
        }
    }
}

/// Clenshaw's sum of a Chebyshev series, for sixteen normals.
#[inline(always)]
fn chebyshev(coefficients: &[f32], normals: [f32; WIDTH]) -> [f32; WIDTH] {
    let t = normals.map(|z| z * (1.0 / LARGEST_NORMAL) as f32);
    let (mut last, mut before) = ([0.0_f32; WIDTH], [0.0_f32; WIDTH]);
    for &coefficient in coefficients.iter().skip(1).rev() {
        for lane in 0..WIDTH {
            let next = 2.0 * t[lane] * last[lane] - before[lane] + coefficient;
            (before[lane], last[lane]) = (last[lane], next);
        }
    }
    let constant = coefficients.first().copied().unwrap_or_default();
    std::array::from_fn(|lane| t[lane] * last[lane] - before[lane] + constant)
}

/// The Chebyshev coefficients of `ln √((nu − 2)/chi²)`, with `chi²` the quantile at the probability of a normal.
fn mixing_polynomial(degrees_of_freedom: f64) -> Vec<f32> {
    // Nodes and cosines by the recurrence cos((j+1)t) = 2 cos t cos(jt) − cos((j−1)t).
    let cosine_of_step = cosine(std::f64::consts::PI / (2.0 * TERMS as f64));
    let mut cosines = vec![1.0, cosine_of_step];
    for j in 2..4 * TERMS {
        cosines.push(2.0 * cosine_of_step * cosines[j - 1] - cosines[j - 2]);
    }
    let values: Vec<f64> = (0..TERMS)
        .map(|node| {
            let z = LARGEST_NORMAL * cosines[2 * node + 1];
            // The chi-square variable is twice a gamma variable of shape nu/2.
            let ln_gamma_quantile = ln_quantile_at_normal(0.5 * degrees_of_freedom, z);
            0.5 * (ln(0.5 * (degrees_of_freedom - 2.0)) - ln_gamma_quantile)
        })
        .collect();
    let coefficient = |j: usize| {
        let sum = values
            .iter()
            .enumerate()
            .fold(0.0, |sum, (node, value)| sum + value * cosines[j * (2 * node + 1) % (4 * TERMS)]);
        (if j == 0 { 1.0 } else { 2.0 } * sum / TERMS as f64) as f32
    };
    (0..TERMS).map(coefficient).collect()
}

/// The cosine of a small angle by its Taylor series.
fn cosine(angle: f64) -> f64 {
    let square = angle * angle;
    let mut sum = 1.0;
    for n in (1..=8).rev() {
        let n = f64::from(n);
        sum = 1.0 - sum * square / (2.0 * n * (2.0 * n - 1.0));
    }
    sum
}

#[cfg(test)]
mod tests {
    use statrs::distribution::{ChiSquared, ContinuousCDF};

    use super::*;

    /// The mixing factor at a normal, from the polynomial.
    fn factor(polynomial: &[f32], z: f64) -> f64 {
        f64::from(chebyshev(polynomial, [z as f32; WIDTH])[0]).exp()
    }

    #[test]
    fn the_polynomial_follows_the_quantile_at_every_number_of_degrees_of_freedom() {
        for nu in [2.1, 2.5, 3.0, 4.0, 6.0, 10.0, 30.0, 200.0, 1000.0] {
            let polynomial = mixing_polynomial(nu);
            let (mut worst, mut worst_inside) = (0.0_f64, 0.0_f64);
            for i in -660..=660 {
                let z = f64::from(i as f32 * 0.01);
                let exact = 0.5 * ((0.5 * (nu - 2.0)).ln() - ln_quantile_at_normal(0.5 * nu, z));
                let error = (factor(&polynomial, z).ln() - exact).abs();
                worst = worst.max(error);
                worst_inside = if z.abs() < 4.0 { worst_inside.max(error) } else { worst_inside };
            }
            println!("nu {nu}: {worst:e}, {worst_inside:e}, last {:e}", polynomial[TERMS - 1]);
            assert!(worst < 1e-5 && worst_inside < 3e-6, "nu {nu}: {worst:e}, {worst_inside:e}");
        }
    }

    #[test]
    fn the_drawn_mixing_variable_is_chi_square_by_kolmogorov_and_smirnov() {
        for nu in [2.1, 6.0, 40.0] {
            let polynomial = mixing_polynomial(nu);
            let reference = ChiSquared::new(nu).unwrap();
            let mut normals = [SingleLanes::<16>::splat(0.0); 4];
            let mut values = vec![];
            for first in 0..4_000 {
                normal_block(Streams::new(9), Purpose::MarketState, 16 * first, 0, &mut normals);
                let factors = normals.iter().flat_map(|lanes| chebyshev(&polynomial, **lanes));
                values.extend(factors.map(|ln| (nu - 2.0) / (2.0 * f64::from(ln)).exp()));
            }
            values.sort_by(f64::total_cmp);
            let n = values.len() as f64;
            let distance = values.iter().enumerate().fold(0.0_f64, |worst, (i, &x)| {
                let cdf = reference.cdf(x);
                worst.max((cdf - i as f64 / n).abs()).max(((i + 1) as f64 / n - cdf).abs())
            });
            // False alarms: 1 in 1000 for each of three.
            assert!(distance < 1.9495 / n.sqrt(), "nu {nu}: {distance}");
        }
    }

    #[test]
    fn the_tail_of_the_mixing_variable_has_its_exact_probability() {
        // P(chi² < x) at the x that belongs to z = −6 is Φ(−6) = 9.87e-10.
        for nu in [2.1, 6.0, 40.0] {
            let mixed = factor(&mixing_polynomial(nu), -6.0);
            let below = ChiSquared::new(nu).unwrap().cdf((nu - 2.0) / (mixed * mixed));
            assert!((below / 9.865_876_450_377e-10 - 1.0).abs() < 1e-3, "nu {nu}: {below:e}");
        }
    }

    #[test]
    fn degrees_of_freedom_without_a_variance_are_refused() {
        for wrong in [2.0, 1.0, -3.0, f64::NAN, f64::INFINITY, 1e9] {
            assert!(check_degrees_of_freedom(wrong).is_err(), "{wrong}");
        }
    }
}
