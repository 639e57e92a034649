//! Correlations that follow recent shocks: the dynamic conditional correlations of Engle.

use fearless_simd::{Simd, f32x16, prelude::*};
use serde::{Deserialize, Serialize};

use crate::market::asset::MAX_ASSETS;
use crate::market::correlation::Correlation;
use crate::math::lanes::{WIDTH, get_single, set_single};

/// Entries of the lower triangle for the largest market.
const MOST_ENTRIES: usize = (MAX_ASSETS + 1) * (MAX_ASSETS + 2) / 2;
/// The smallest pivot of a factor: single precision cannot tell smaller ones from zero.
const SMALLEST_PIVOT: f32 = 1e-6;

/// Shocks `u` of step `t` have the correlation matrix `R = D·Q·D` with `D = diag(Q)^−½`; after the step
/// `Q' = (1 − a − b)·R̄ + a·u·uᵀ + b·Q`, with `R̄` the stated correlations, at which `Q` starts.[^1]
///
/// The mean of `R` is near `R̄` and not exactly it, as for every model of this form;[^2] with the default parameters the
/// difference is below 0.01. Each lifetime has its own `Q`, whose Cholesky factor is taken in every step, sixteen
/// lifetimes at a time.
///
/// [^1]: R. Engle, *Dynamic conditional correlation*, Journal of Business & Economic Statistics 20 (2002).
/// [^2]: G. Aielli, *Dynamic conditional correlation: on properties and estimation*, Journal of Business & Economic
///   Statistics 31 (2013).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DynamicCorrelation {
    series: u32,
    a: f32,
    b: f32,
    /// `R̄`, columns of the lower triangle one after the other.
    stated: Vec<f32>,
    /// `(1 − a − b)·R̄`.
    intercept: Vec<f32>,
}

impl DynamicCorrelation {
    /// See [`Model::is_sound`](crate::market::Model::is_sound).
    pub(super) fn is_sound(&self, series: usize) -> bool {
        self.series as usize == series
            && [&self.stated, &self.intercept].iter().all(|own| own.len() == self.entries())
    }

    /// The process about some correlations, with the weights of the last shocks and of the last correlations.
    #[must_use]
    pub(super) fn new(correlation: &Correlation, a: f64, b: f64) -> Self {
        let size = correlation.size();
        let entries = (0..size).flat_map(|j| (j..size).map(move |i| (i, j)));
        let stated: Vec<f64> = entries.map(|(i, j)| correlation.get(i, j)).collect();
        Self {
            series: size as u32,
            a: a as f32,
            b: b as f32,
            intercept: stated.iter().map(|rho| (rho * (1.0 - a - b)) as f32).collect(),
            stated: stated.iter().map(|&rho| rho as f32).collect(),
        }
    }

    /// Rows of memory for `Q`.
    pub(super) fn entries(&self) -> usize {
        self.stated.len()
    }

    /// `Q` at the stated correlations.
    #[inline(always)]
    pub(super) fn open<const L: usize>(&self, state: &mut [[f32; L]]) {
        for (lanes, &rho) in state.iter_mut().zip(&self.stated) {
            *lanes = [rho; L];
        }
    }

    /// Replaces independent normals by correlated ones, step after step, and moves `Q` on.
    #[inline(always)]
    pub(super) fn correlate<S: Simd, const L: usize>(
        &self,
        simd: S,
        state: &mut [[f32; L]],
        normals: &mut [[f32; L]],
    ) {
        let (series, entries) = (self.series as usize, self.entries());
        // Sixteen lifetimes go through all steps before the next ones, so that their matrices stay in the cache.
        let mut q = [f32x16::splat(simd, 0.0); MOST_ENTRIES];
        let mut factor = q;
        let (q, factor) = (&mut q[..entries], &mut factor[..entries]);
        for chunk in 0..L / WIDTH {
            for (own, lanes) in q.iter_mut().zip(&*state) {
                *own = get_single(simd, lanes, chunk);
            }
            for z in normals.chunks_exact_mut(series) {
                factor.copy_from_slice(q);
                let mut shocks = [f32x16::splat(simd, 0.0); MAX_ASSETS + 1];
                let shocks = &mut shocks[..series];
                multiply_by_factor(simd, factor, z, chunk, shocks);
                standardise(simd, q, shocks);
                for (shock, out) in shocks.iter().zip(z) {
                    set_single(out, chunk, *shock);
                }
                self.follow(q, shocks);
            }
            for (own, lanes) in q.iter().zip(&mut *state) {
                set_single(lanes, chunk, *own);
            }
        }
    }

    /// The next `Q`.
    #[inline(always)]
    fn follow<S: Simd>(&self, q: &mut [f32x16<S>], shocks: &[f32x16<S>]) {
        let mut entries = q.iter_mut().zip(&self.intercept);
        for j in 0..shocks.len() {
            let weighted = shocks[j] * self.a;
            for (shock, (q, &intercept)) in shocks[j..].iter().zip(&mut entries) {
                *q = *q * self.b + (weighted * *shock + intercept);
            }
        }
    }
}

/// Divides by the roots of the diagonal of `Q`.
#[inline(always)]
fn standardise<S: Simd>(simd: S, q: &[f32x16<S>], shocks: &mut [f32x16<S>]) {
    let one = f32x16::splat(simd, 1.0);
    let (series, mut diagonal) = (shocks.len(), 0);
    for (j, shock) in shocks.iter_mut().enumerate() {
        *shock *= one / q[diagonal].sqrt();
        diagonal += series - j;
    }
}

/// Overwrites the columns of a lower triangle by those of its Cholesky factor, and adds up the factor times the normals.
///
/// Column after column, each taken out of those to its right: sums that do not wait for each other.
#[inline(always)]
fn multiply_by_factor<S: Simd, const L: usize>(
    simd: S,
    triangle: &mut [f32x16<S>],
    normals: &[[f32; L]],
    chunk: usize,
    shocks: &mut [f32x16<S>],
) {
    let one = f32x16::splat(simd, 1.0);
    let smallest = f32x16::splat(simd, SMALLEST_PIVOT);
    let series = shocks.len();
    let mut rest = triangle;
    for j in 0..series {
        let (column, right) = rest.split_at_mut(series - j);
        let pivot = column[0].max(smallest);
        let scale = one / pivot.sqrt();
        let normal = get_single(simd, &normals[j], chunk);
        for (entry, shock) in column.iter_mut().zip(&mut shocks[j..]) {
            *entry *= scale;
            *shock += *entry * normal;
        }
        let mut start = 0;
        for k in 1..column.len() {
            let target = &mut right[start..start + column.len() - k];
            for (entry, above) in target.iter_mut().zip(&column[k..]) {
                *entry -= *above * column[k];
            }
            start += column.len() - k;
        }
        rest = right;
    }
}
