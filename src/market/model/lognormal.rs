//! Correlated lognormal growth factors, independent from step to step.

use fearless_simd::{Simd, f32x16, prelude::*};
use serde::{Deserialize, Serialize};

use crate::market::model::ingredients::Ingredients;
use crate::market::model::memory::Memory;
use crate::market::model::normals::{
    self, in_order_of_drawing, place_in_drawing, place_in_growth, reordered,
};
use crate::math::elementary::{exp, ln};
use crate::math::lanes::{WIDTH, Wide, get_single, set, set_single};
use crate::math::single;
use crate::math::streams::Streams;
use crate::math::{Lanes, SingleLanes};

/// Growth of series `k` in a step of `dt` years: `exp(mu_k·dt + sigma_k·√dt·(F·z)_k)`, with `z` independent
/// standard normals, `F` the Cholesky factor of the correlations of log returns, and the asset's fee taken
/// out as `(1 − fee)^dt`.
///
/// The random part `exp(…F·z)` is single precision (relative error 1e-7 a step, unbiased); the drift is
/// double precision, so that a market without volatility is exact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lognormal {
    series: u32,
    steps_per_year: u32,
    /// Rows of the lower triangle one after the other, times `sigma_k·√dt`; inflation first.
    factor: Vec<f32>,
    /// `exp(mu_k·dt)·(1 − fee_k)^dt`.
    drift: Vec<f64>,
}

impl Lognormal {
    /// See [`Model::is_sound`](crate::market::Model::is_sound).
    pub(super) fn is_sound(&self, series: usize, steps_per_year: usize) -> bool {
        (self.series as usize, self.steps_per_year as usize) == (series, steps_per_year)
            && self.factor.len() == series * (series + 1) / 2
            && self.drift.len() == series
    }

    /// Compiles moments and correlations; see [`Model::compile`](crate::market::Model::compile).
    #[must_use]
    pub fn compile(ingredients: &Ingredients<'_>) -> Self {
        let Ingredients { market, steps_per_year, moments, retained, .. } = ingredients;
        let dt = 1.0 / *steps_per_year as f64;
        let drift = moments.iter().zip(retained).map(|(m, kept)| exp(m.log_mean() * dt) * kept).collect();
        let scales: Vec<f64> = moments.iter().map(|m| m.log_sd() * dt.sqrt()).collect();
        Self {
            series: moments.len() as u32,
            steps_per_year: *steps_per_year as u32,
            factor: scaled_factor(&in_order_of_drawing(&market.correlation).cholesky(), &reordered(&scales)),
            drift,
        }
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

    /// Standard normals; see [`Model::draw`](crate::market::Model::draw).
    #[inline(always)]
    pub fn draw<const L: usize>(
        &self,
        streams: Streams,
        first_lifetime: u64,
        year: u32,
        memory: &mut Memory<L>,
    ) {
        let size = (self.steps_per_year as usize, self.series as usize);
        normals::draw(streams, (first_lifetime, year), size, &mut memory.drawn);
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
        let normals = &mut memory.drawn[first_step * series..];
        for (z, step) in normals.chunks_exact_mut(series).zip(growth.chunks_exact_mut(series)) {
            correlate(simd, &self.factor, z);
            for (drawn, exponent) in z.iter_mut().enumerate() {
                let place = place_in_growth(drawn, series);
                let (out, drift) = (&mut step[place], self.drift[place]);
                single::exp_lanes(exponent);
                for chunk in 0..L / WIDTH {
                    set(out, chunk, Wide::widen(get_single(simd, exponent, chunk)) * drift);
                }
            }
        }
    }
}

/// Rows of the lower triangle one after the other, each times its scale.
pub(super) fn scaled_factor(cholesky: &[Vec<f64>], scales: &[f64]) -> Vec<f32> {
    let rows = cholesky.iter().zip(scales).enumerate();
    rows.flat_map(|(k, (row, scale))| row[..=k].iter().map(move |f| (f * scale) as f32)).collect()
}

/// The covariance of two rows of `F·z`, with `F` given by the rows of its lower triangle one after the other.
pub(super) fn packed_covariance(factor: &[f32], first: usize, second: usize) -> f64 {
    let row = |k: usize| &factor[k * (k + 1) / 2..][..=k];
    row(first).iter().zip(row(second)).fold(0.0, |sum, (a, b)| sum + f64::from(*a) * f64::from(*b))
}

/// Replaces `z` by `F·z`, with `F` given by the rows of its lower triangle one after the other.
///
/// A copy of the code for each usual number of series keeps the normals of sixteen lanes in registers; the order of the sums, and so every
/// bit, is the same in all.
#[inline(always)]
pub(super) fn correlate<S: Simd, const L: usize>(simd: S, factor: &[f32], z: &mut [SingleLanes<L>]) {
    match z.len() {
        3 => correlate_series::<S, L, 3>(simd, factor, z),
        4 => correlate_series::<S, L, 4>(simd, factor, z),
        5 => correlate_series::<S, L, 5>(simd, factor, z),
        6 => correlate_series::<S, L, 6>(simd, factor, z),
        7 => correlate_series::<S, L, 7>(simd, factor, z),
        8 => correlate_series::<S, L, 8>(simd, factor, z),
        11 => correlate_series::<S, L, 11>(simd, factor, z),
        13 => correlate_series::<S, L, 13>(simd, factor, z),
        _ => correlate_any(simd, factor, z),
    }
}

/// [`correlate`] for `N` series.
#[inline(always)]
fn correlate_series<S: Simd, const L: usize, const N: usize>(
    simd: S,
    factor: &[f32],
    z: &mut [SingleLanes<L>],
) {
    let (factor, z) = (&factor[..N * (N + 1) / 2], &mut z[..N]);
    for chunk in 0..L / WIDTH {
        let mut normals = [f32x16::splat(simd, 0.0); N];
        for k in 0..N {
            normals[k] = get_single(simd, &z[k], chunk);
        }
        let mut start = 0;
        for k in 0..N {
            let mut sum = normals[0] * factor[start];
            for j in 1..=k {
                sum += normals[j] * factor[start + j];
            }
            start += k + 1;
            set_single(&mut z[k], chunk, sum);
        }
    }
}

/// [`correlate`] for any number of series: from the last row up, because a row needs only itself and those above it.
#[inline(always)]
fn correlate_any<S: Simd, const L: usize>(simd: S, factor: &[f32], z: &mut [SingleLanes<L>]) {
    for chunk in 0..L / WIDTH {
        let mut end = factor.len();
        for k in (0..z.len()).rev() {
            let row = &factor[end - k - 1..end];
            end -= k + 1;
            let mut sum = get_single(simd, &z[0], chunk) * row[0];
            for (weight, normal) in row.iter().zip(&*z).skip(1) {
                sum += get_single(simd, normal, chunk) * *weight;
            }
            set_single(&mut z[k], chunk, sum);
        }
    }
}
