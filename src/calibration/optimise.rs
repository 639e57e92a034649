//! Finding the smallest value of a function of a few numbers, and inverting the curvature found there.

use argmin::core::{CostFunction, Error as SolverError, Executor, State};
use argmin::solver::neldermead::NelderMead;

/// The most steps of a search; those here need about a hundred.
const MOST_STEPS: u64 = 2_000;

/// The search ends when the values at the corners of the simplex differ by less than this.
const TOLERANCE: f64 = 1e-10;

/// The first simplex reaches this far in each direction.
const REACH: f64 = 0.5;

struct Problem<F>(F);

impl<F: Fn(&[f64]) -> f64> CostFunction for Problem<F> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, at: &Vec<f64>) -> Result<f64, SolverError> {
        let value = (self.0)(at);
        // The search compares values; a place without one is as bad as can be.
        Ok(if value.is_finite() { value } else { f64::MAX })
    }
}

/// The place of the smallest value near any of several starts and that value, by Nelder and Mead's simplex[^1].
/// `None` if there is no start or no finite value.
///
/// [^1]: J. Nelder and R. Mead, *A simplex method for function minimization*, The Computer Journal 7 (1965).
pub(super) fn minimum(
    function: impl Fn(&[f64]) -> f64 + Copy,
    starts: &[Vec<f64>],
) -> Option<(Vec<f64>, f64)> {
    let found = starts.iter().filter_map(|start| from_one(function, start));
    found.filter(|(_, value)| *value < f64::MAX).min_by(|a, b| a.1.total_cmp(&b.1))
}

fn from_one(function: impl Fn(&[f64]) -> f64, start: &[f64]) -> Option<(Vec<f64>, f64)> {
    let mut simplex = vec![start.to_vec()];
    for i in 0..start.len() {
        let mut corner = start.to_vec();
        corner[i] += REACH;
        simplex.push(corner);
    }
    let solver = NelderMead::new(simplex).with_sd_tolerance(TOLERANCE).ok()?;
    let run =
        Executor::new(Problem(function), solver).configure(|state| state.max_iters(MOST_STEPS)).run().ok()?;
    let state = run.state();
    Some((state.get_best_param()?.clone(), state.get_best_cost()))
}

/// The matrix of second derivatives at a place by central differences with this step.
pub(super) fn curvature(function: impl Fn(&[f64]) -> f64, at: &[f64], step: f64) -> Vec<Vec<f64>> {
    let value = |i: usize, j: usize, a: f64, b: f64| {
        let mut place = at.to_vec();
        place[i] += a * step;
        place[j] += b * step;
        function(&place)
    };
    let second = |i: usize, j: usize| {
        let corners =
            value(i, j, 1.0, 1.0) - value(i, j, 1.0, -1.0) - value(i, j, -1.0, 1.0) + value(i, j, -1.0, -1.0);
        corners / (4.0 * step * step)
    };
    (0..at.len()).map(|i| (0..at.len()).map(|j| second(i, j)).collect()).collect()
}

/// The inverse of a small symmetric matrix by Gauss and Jordan; `None` if it is singular or not finite.
pub(super) fn inverse(rows: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let n = rows.len();
    let unit = |i: usize| (0..n).map(move |j| f64::from(u8::from(i == j)));
    let mut work: Vec<Vec<f64>> =
        rows.iter().enumerate().map(|(i, row)| row.iter().copied().chain(unit(i)).collect()).collect();
    for k in 0..n {
        let pivot = (k..n).max_by(|&a, &b| work[a][k].abs().total_cmp(&work[b][k].abs()))?;
        work.swap(k, pivot);
        let scale = work[k][k];
        if !scale.is_finite() || scale.abs() < 1e-300 {
            return None;
        }
        work[k].iter_mut().for_each(|x| *x /= scale);
        let row = work[k].clone();
        for (i, other) in work.iter_mut().enumerate().filter(|(i, _)| *i != k) {
            let factor = other[k];
            debug_assert!(i < n);
            other.iter_mut().zip(&row).for_each(|(x, y)| *x -= factor * y);
        }
    }
    Some(work.into_iter().map(|row| row[n..].to_vec()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minimum_of_a_bowl_and_its_curvature_are_found() {
        let bowl = |x: &[f64]| (x[0] - 3.0).powi(2) + 2.0 * (x[1] + 1.0).powi(2) + 0.5 * x[0] * x[1];
        let (place, value) = minimum(bowl, &[vec![0.0, 0.0], vec![10.0, 10.0]]).unwrap();
        // Both derivatives are zero at x = 104/31, y = −44/31.
        assert!((place[0] - 104.0 / 31.0).abs() < 1e-4 && (place[1] + 44.0 / 31.0).abs() < 1e-4, "{place:?}");
        assert!((value - bowl(&place)).abs() < 1e-12);
        let second = curvature(bowl, &place, 1e-3);
        for (found, expected) in second.concat().iter().zip([2.0, 0.5, 0.5, 4.0]) {
            assert!((found - expected).abs() < 1e-6, "{second:?}");
        }
    }

    #[test]
    fn functions_without_a_value_and_no_start_have_no_minimum() {
        assert_eq!(minimum(|_| f64::NAN, &[vec![0.0]]), None);
        assert_eq!(minimum(|x| x[0], &[]), None);
    }

    #[test]
    fn a_matrix_times_its_inverse_is_one() {
        let rows = vec![vec![4.0, 1.0, 0.5], vec![1.0, 3.0, -1.0], vec![0.5, -1.0, 2.0]];
        let inverse = inverse(&rows).unwrap();
        for i in 0..3 {
            for j in 0..3 {
                let product: f64 = (0..3).map(|k| rows[i][k] * inverse[k][j]).sum();
                assert!((product - f64::from(u8::from(i == j))).abs() < 1e-14);
            }
        }
        assert_eq!(super::inverse(&[vec![1.0, 1.0], vec![1.0, 1.0]]), None);
    }
}
