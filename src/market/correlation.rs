//! A correlation matrix that is known to be positive definite, its Cholesky factor, and the repair of one
//! that is not.
//!
//! All of it is own code of a few dozen lines, because the products of linear algebra crates choose fused
//! instructions by processor, and the factor must have the same bits everywhere.

use crate::error::{Error, Result};

/// The smallest eigenvalue that a matrix must exceed to be accepted, and that the repair leaves.
const SMALLEST_ACCEPTED: f64 = 1e-10;
const SMALLEST_AFTER_REPAIR: f64 = 1e-6;

/// A symmetric, positive definite matrix with ones on its diagonal.
#[derive(Clone, Debug, PartialEq)]
pub struct Correlation {
    rows: Vec<Vec<f64>>,
}

impl Correlation {
    /// Accepts a matrix as it is.
    ///
    /// # Errors
    ///
    /// * rows of different lengths, an entry outside −1 to 1 or NaN, a diagonal other than 1, or entries
    ///   that differ from their mirror image by more than 1e-9;
    /// * a smallest eigenvalue not above 1e-10: the error names it and offers the repair.
    pub fn new(rows: Vec<Vec<f64>>) -> Result<Self> {
        check_entries(&rows)?;
        let smallest = smallest_eigenvalue(&rows);
        if smallest > SMALLEST_ACCEPTED {
            Ok(Self { rows })
        } else {
            Err(Error::invalid(
                "correlation",
                format_args!("not positive definite (smallest eigenvalue {smallest:.6})"),
                "a positive definite matrix",
            )
            .help("change the correlations, or set repair = \"nearest\" to use the nearest valid matrix"))
        }
    }

    /// Accepts a matrix, or replaces it by the nearest correlation matrix in the Frobenius norm[^1] if it is
    /// not positive definite. Also returns the distance, zero if nothing was changed.
    ///
    /// [^1]: N. Higham, *Computing the nearest correlation matrix – a problem from finance*, IMA Journal of
    ///   Numerical Analysis 22 (2002).
    ///
    /// # Errors
    ///
    /// As [`Correlation::new`], except for the smallest eigenvalue.
    pub fn nearest(rows: Vec<Vec<f64>>) -> Result<(Self, f64)> {
        check_entries(&rows)?;
        if smallest_eigenvalue(&rows) > SMALLEST_ACCEPTED {
            return Ok((Self { rows }, 0.0));
        }
        let repaired = alternate_projections(&rows);
        let distance = frobenius_distance(&rows, &repaired);
        Ok((Self { rows: repaired }, distance))
    }

    /// Accepts a matrix of series of which some have no volatility, so that what is said of their pairs means nothing
    /// (`moves` has one entry for each series): as [`Correlation::new`], and if the whole matrix is not positive definite, with
    /// those pairs set to 0.
    ///
    /// # Errors
    ///
    /// As [`Correlation::new`], for the series that move.
    pub fn of_moving(rows: Vec<Vec<f64>>, moves: &[bool]) -> Result<Self> {
        match Self::new(rows.clone()) {
            Err(_) if !moves.iter().all(|moves| *moves) => Self::new(without_still(rows, moves)),
            whole => whole,
        }
    }

    /// As [`Correlation::nearest`], but pairs of series without volatility are left out: they neither need a repair nor
    /// move those that mean something. Where the whole matrix is not positive definite they become 0; the distance is that of
    /// the other pairs.
    ///
    /// # Errors
    ///
    /// As [`Correlation::nearest`].
    pub fn nearest_of_moving(rows: Vec<Vec<f64>>, moves: &[bool]) -> Result<(Self, f64)> {
        check_entries(&rows)?;
        if smallest_eigenvalue(&rows) > SMALLEST_ACCEPTED {
            return Ok((Self { rows }, 0.0));
        }
        Self::nearest(without_still(rows, moves))
    }

    /// The number of rows.
    #[must_use]
    pub fn size(&self) -> usize {
        self.rows.len()
    }

    /// The correlation of two series.
    ///
    /// # Panics
    ///
    /// If an index is not below [`Correlation::size`].
    #[must_use]
    pub fn get(&self, row: usize, column: usize) -> f64 {
        self.rows[row][column]
    }

    /// The same with series `i` where that of `place(i)` was.
    pub(crate) fn reordered(&self, place: impl Fn(usize) -> usize) -> Self {
        let size = self.size();
        let row = |i: usize| (0..size).map(|j| self.get(place(i), place(j))).collect();
        Self { rows: (0..size).map(row).collect() }
    }

    /// The smallest eigenvalue.
    #[must_use]
    pub fn smallest_eigenvalue(&self) -> f64 {
        smallest_eigenvalue(&self.rows)
    }

    /// The lower triangular factor `F` with `F·Fᵀ` equal to the matrix, as rows of full length.
    #[must_use]
    pub fn cholesky(&self) -> Vec<Vec<f64>> {
        let n = self.size();
        let mut factor = vec![vec![0.0; n]; n];
        for i in 0..n {
            for j in 0..=i {
                let dot: f64 = (0..j).fold(0.0, |sum, k| sum + factor[i][k] * factor[j][k]);
                let rest = self.rows[i][j] - dot;
                // Positive definiteness keeps the pivot above zero; the floor only guards rounding.
                factor[i][j] = if i == j { rest.max(1e-300).sqrt() } else { rest / factor[j][j] };
            }
        }
        factor
    }
}

/// The matrix with every pair of a series that does not move set to 0.
fn without_still(mut rows: Vec<Vec<f64>>, moves: &[bool]) -> Vec<Vec<f64>> {
    let still = |k: usize| moves.get(k) == Some(&false);
    for (i, row) in rows.iter_mut().enumerate() {
        for (j, value) in row.iter_mut().enumerate() {
            if i != j && (still(i) || still(j)) {
                *value = 0.0;
            }
        }
    }
    rows
}

fn check_entries(rows: &[Vec<f64>]) -> Result<()> {
    let n = rows.len();
    for (i, row) in rows.iter().enumerate() {
        if row.len() != n {
            let found = format!("a row of {} entries", row.len());
            return Err(Error::invalid(format!("correlation[{i}]"), found, format_args!("{n} numbers")));
        }
    }
    for i in 0..n {
        for j in 0..n {
            let (value, key) = (rows[i][j], format!("correlation[{i}][{j}]"));
            if i == j && value != 1.0 {
                return Err(Error::invalid(key, value, "1 on the diagonal"));
            }
            if !(-1.0..=1.0).contains(&value) {
                return Err(Error::invalid(key, value, "a number from -1 to 1"));
            }
            if (value - rows[j][i]).abs() > 1e-9 {
                return Err(Error::invalid(key, value, format_args!("{}, its mirror image", rows[j][i])));
            }
        }
    }
    Ok(())
}

/// Higham's alternating projections with Dykstra's correction, then a small shift to the inside.
fn alternate_projections(rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let n = rows.len();
    let mut current = rows.to_vec();
    let mut correction = vec![vec![0.0; n]; n];
    for _ in 0..1000 {
        let before = current.clone();
        let mut lifted = current.clone();
        for i in 0..n {
            for j in 0..n {
                lifted[i][j] -= correction[i][j];
            }
        }
        let projected = onto_positive_semidefinite(&lifted);
        for i in 0..n {
            for j in 0..n {
                correction[i][j] = projected[i][j] - lifted[i][j];
                current[i][j] = if i == j { 1.0 } else { projected[i][j] };
            }
        }
        if frobenius_distance(&before, &current) < 1e-12 {
            break;
        }
    }
    // The limit lies on the boundary; shrinking the off-diagonal part lifts the smallest eigenvalue.
    let shortfall = (SMALLEST_AFTER_REPAIR - smallest_eigenvalue(&current)).max(0.0);
    let keep = 1.0 - (1.01 * shortfall).min(1.0);
    for (i, row) in current.iter_mut().enumerate() {
        for (j, value) in row.iter_mut().enumerate() {
            *value = if i == j { 1.0 } else { (*value * keep).clamp(-1.0, 1.0) };
        }
    }
    for i in 0..n {
        for j in 0..i {
            current[i][j] = current[j][i];
        }
    }
    current
}

fn onto_positive_semidefinite(rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let n = rows.len();
    let (values, vectors) = symmetric_eigen(rows);
    let mut result = vec![vec![0.0; n]; n];
    for k in 0..n {
        let value = values[k].max(0.0);
        for i in 0..n {
            for j in 0..n {
                result[i][j] += value * vectors[i][k] * vectors[j][k];
            }
        }
    }
    result
}

fn frobenius_distance(a: &[Vec<f64>], b: &[Vec<f64>]) -> f64 {
    a.iter().flatten().zip(b.iter().flatten()).fold(0.0, |sum, (x, y)| sum + (x - y) * (x - y)).sqrt()
}

fn smallest_eigenvalue(rows: &[Vec<f64>]) -> f64 {
    symmetric_eigen(rows).0.into_iter().fold(f64::INFINITY, f64::min)
}

/// Eigenvalues and eigenvectors (as columns) of a symmetric matrix by cyclic Jacobi rotations.
fn symmetric_eigen(rows: &[Vec<f64>]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let n = rows.len();
    let mut a = rows.to_vec();
    let mut v: Vec<Vec<f64>> =
        (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    for _sweep in 0..60 {
        let off: f64 = (0..n).fold(0.0, |sum, i| (0..i).fold(sum, |sum, j| sum + a[i][j] * a[i][j]));
        if off < 1e-28 {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                if a[p][q] != 0.0 {
                    rotate(&mut a, &mut v, p, q);
                }
            }
        }
    }
    ((0..n).map(|i| a[i][i]).collect(), v)
}

fn rotate(a: &mut [Vec<f64>], v: &mut [Vec<f64>], p: usize, q: usize) {
    let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
    let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let c = 1.0 / (t * t + 1.0).sqrt();
    let s = t * c;
    for row in a.iter_mut() {
        (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
    }
    for k in 0..a.len() {
        (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]);
    }
    for row in v.iter_mut() {
        (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cholesky_times_its_transpose_is_the_matrix() {
        let rows = vec![vec![1.0, 0.5, 0.2], vec![0.5, 1.0, -0.3], vec![0.2, -0.3, 1.0]];
        let factor = Correlation::new(rows.clone()).unwrap().cholesky();
        for i in 0..3 {
            for j in 0..3 {
                let product: f64 = (0..3).map(|k| factor[i][k] * factor[j][k]).sum();
                assert!((product - rows[i][j]).abs() < 1e-15);
            }
        }
    }

    #[test]
    fn eigenvalues_of_a_two_by_two_matrix_are_one_plus_and_minus_the_correlation() {
        let matrix = Correlation::new(vec![vec![1.0, -0.4], vec![-0.4, 1.0]]).unwrap();
        assert!((matrix.smallest_eigenvalue() - 0.6).abs() < 1e-14);
    }

    #[test]
    fn an_indefinite_matrix_is_refused_with_its_smallest_eigenvalue_and_repaired_on_request() {
        // Higham's 2002 example: nearest matrix has 0.7607 beside and 0.1573 in the corner.
        let rows = vec![vec![1.0, 1.0, 0.0], vec![1.0, 1.0, 1.0], vec![0.0, 1.0, 1.0]];
        let error = Correlation::new(rows.clone()).unwrap_err();
        assert!(error.to_string().contains("smallest eigenvalue -0.414214"), "{error}");
        assert!(error.to_string().contains("repair = \"nearest\""), "{error}");
        let (repaired, distance) = Correlation::nearest(rows).unwrap();
        assert!((repaired.get(0, 1) - 0.7607).abs() < 1e-4);
        assert!((repaired.get(0, 2) - 0.1573).abs() < 1e-4);
        assert!((distance - 0.5278).abs() < 1e-3, "{distance}");
        assert!(repaired.smallest_eigenvalue() > SMALLEST_ACCEPTED);
        assert!(Correlation::new(repaired.rows).is_ok());
    }

    #[test]
    fn pairs_of_a_series_without_volatility_take_no_part() {
        let rows = vec![vec![1.0, 0.9, -0.6], vec![0.9, 1.0, 0.5], vec![-0.6, 0.5, 1.0]];
        assert!(Correlation::new(rows.clone()).is_err());
        let moves = [true, true, false];
        let accepted = Correlation::of_moving(rows.clone(), &moves).unwrap();
        let (repaired, distance) = Correlation::nearest_of_moving(rows.clone(), &moves).unwrap();
        assert_eq!((&accepted, distance), (&repaired, 0.0));
        assert_eq!([(0, 1), (0, 2), (1, 2)].map(|(i, j)| repaired.get(i, j)), [0.9, 0.0, 0.0]);
        // All that moves is repaired as if the other were not there.
        let higham = vec![vec![1.0, 1.0, 0.0], vec![1.0, 1.0, 1.0], vec![0.0, 1.0, 1.0]];
        let alone = Correlation::nearest(higham.clone()).unwrap();
        let beside: Vec<Vec<f64>> =
            (0..4)
                .map(|i| {
                    (0..4)
                        .map(|j| {
                            if i < 3 && j < 3 {
                                higham[i][j]
                            } else {
                                f64::from(u8::from(i == j)) * 0.5 + 0.5
                            }
                        })
                        .collect()
                })
                .collect();
        assert!(Correlation::of_moving(beside.clone(), &[true, true, true, false]).is_err());
        let (four, distance) = Correlation::nearest_of_moving(beside, &[true, true, true, false]).unwrap();
        for i in 0..3 {
            for j in 0..3 {
                assert!((four.get(i, j) - alone.0.get(i, j)).abs() < 1e-9);
            }
        }
        assert!((distance - alone.1).abs() < 1e-9);
        // What fits together is left as it is, whoever moves.
        let sound = vec![vec![1.0, 0.3], vec![0.3, 1.0]];
        assert_eq!(Correlation::of_moving(sound.clone(), &[true, false]).unwrap().rows, sound);
        assert_eq!(Correlation::nearest_of_moving(sound.clone(), &[true, false]).unwrap().0.rows, sound);
    }

    #[test]
    fn a_valid_matrix_is_not_touched_by_the_repair() {
        let rows = vec![vec![1.0, 0.3], vec![0.3, 1.0]];
        let (same, distance) = Correlation::nearest(rows.clone()).unwrap();
        assert_eq!((same.rows, distance), (rows, 0.0));
    }

    #[test]
    fn broken_entries_are_named() {
        for (rows, key) in [
            (vec![vec![1.0, 0.3], vec![0.2, 1.0]], "correlation[0][1]"),
            (vec![vec![1.0, f64::NAN], vec![f64::NAN, 1.0]], "correlation[0][1]"),
            (vec![vec![0.9]], "correlation[0][0]"),
            (vec![vec![1.0], vec![0.2, 1.0]], "correlation[0]"),
        ] {
            assert!(Correlation::new(rows).unwrap_err().to_string().contains(key));
        }
    }
}
