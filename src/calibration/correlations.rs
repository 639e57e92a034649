//! How series move together: correlations of log returns over the span that each pair has in common.
//!
//! The interval of a correlation `r` from `n` pairs is `tanh(artanh r ± 1.96/√(n−3))` (Fisher 1921), its standard error
//! `(1−r²)/√(n−3)`. Pairs from different spans need not fit together; where the matrix is not positive definite it is
//! replaced by the nearest that is (Higham), and the distance is told.

use crate::calibration::moments::{Central, logs};
use crate::calibration::table::{Column, FEWEST_RETURNS};
use crate::error::Result;
use crate::market::Correlation;
use crate::math::elementary::{exp, ln};
use crate::math::normal::Z_95;

/// The correlation of two series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The first series, by its place.
    pub first: usize,
    /// The second series, by its place; larger than the first.
    pub second: usize,
    /// The row of the table at which their common span begins.
    pub first_row: usize,
    /// The number of returns in common.
    pub count: usize,
    /// The correlation of log returns; 0 if the two have fewer than twelve in common, or one of them no spread.
    pub value: f64,
    /// Its standard error; infinite if the correlation could not be told.
    pub standard_error: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end of the 95 % interval.
    pub high: f64,
}

/// The correlations of all series.
#[derive(Clone, Debug, PartialEq)]
pub struct Correlations {
    /// Every pair, in the order (0,1), (0,2), (1,2), (0,3), …
    pub pairs: Vec<Pair>,
    /// The matrix to use, series in order.
    pub matrix: Correlation,
    /// How far the matrix was moved to be positive definite (Frobenius norm); 0 if it was so from the start.
    pub distance: f64,
}

impl Correlations {
    /// Of all columns.
    pub(super) fn of(columns: &[&Column]) -> Result<Self> {
        let logs: Vec<Vec<f64>> = columns.iter().map(|column| logs(&column.returns)).collect();
        let n = columns.len();
        let mut pairs = vec![];
        let mut rows: Vec<Vec<f64>> =
            (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
        for second in 0..n {
            for first in 0..second {
                let (first_row, a, b) =
                    common((columns[first], &logs[first]), (columns[second], &logs[second]));
                let (value, standard_error, low, high) = estimate(a, b);
                rows[first][second] = value;
                rows[second][first] = value;
                pairs.push(Pair {
                    first,
                    second,
                    first_row,
                    count: a.len(),
                    value,
                    standard_error,
                    low,
                    high,
                });
            }
        }
        let (matrix, distance) = Correlation::nearest(rows)?;
        Ok(Self { pairs, matrix, distance })
    }

    /// The pair of two series by their places, in either order.
    #[must_use]
    pub fn pair(&self, a: usize, b: usize) -> Option<&Pair> {
        self.pairs.iter().find(|pair| (pair.first, pair.second) == (a.min(b), a.max(b)))
    }
}

/// The common span of two series: its first row, and the values of both.
fn common<'a>(a: (&Column, &'a [f64]), b: (&Column, &'a [f64])) -> (usize, &'a [f64], &'a [f64]) {
    let start = a.0.first_row.max(b.0.first_row);
    let end = a.0.end_row().min(b.0.end_row()).max(start);
    let cut = |(column, values): (&Column, &'a [f64])| {
        values.get(start - column.first_row..end - column.first_row).unwrap_or_default()
    };
    (start, cut(a), cut(b))
}

/// Correlation, standard error and interval.
fn estimate(a: &[f64], b: &[f64]) -> (f64, f64, f64, f64) {
    if a.len() < FEWEST_RETURNS {
        return (0.0, f64::INFINITY, -1.0, 1.0);
    }
    let Some(r) = correlation(a, b) else { return (0.0, f64::INFINITY, -1.0, 1.0) };
    let (low, high) = interval(r, a.len());
    (r, (1.0 - r * r) / ((a.len() - 3) as f64).sqrt(), low, high)
}

/// The correlation of two lists of one length; `None` if one has no spread.
pub(super) fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let (x, y) = (Central::of(a), Central::of(b));
    let product = a.iter().zip(b).fold(0.0, |sum, (a, b)| sum + (a - x.mean) * (b - y.mean)) / a.len() as f64;
    let r = product / (x.variance.sqrt() * y.variance.sqrt());
    let tiny = |central: Central| central.variance <= 1e-18 * (1e-6 + central.mean * central.mean);
    (r.is_finite() && !tiny(x) && !tiny(y)).then(|| r.clamp(-1.0, 1.0))
}

/// Fisher's 95 % interval of a correlation from `count` pairs, more than three.
#[must_use]
pub fn interval(r: f64, count: usize) -> (f64, f64) {
    if r.abs() >= 1.0 || count <= 3 {
        return if count <= 3 { (-1.0, 1.0) } else { (r, r) };
    }
    let centre = 0.5 * ln((1.0 + r) / (1.0 - r));
    let margin = Z_95 / ((count - 3) as f64).sqrt();
    let tanh = |x: f64| {
        let e = exp(-2.0 * x.abs());
        x.signum() * (1.0 - e) / (1.0 + e)
    };
    (tanh(centre - margin), tanh(centre + margin))
}

/// Correlations over a window that moves through the common span of two series.
#[derive(Clone, Debug, PartialEq)]
pub struct Rolling {
    /// The number of returns in a window.
    pub window: usize,
    /// The row of the table at which the first window ends.
    pub first_row: usize,
    /// The correlation in each window; windows in which a series does not move have none (NaN).
    pub values: Vec<f64>,
    /// Between which values 95 of 100 windows would lie if the correlation were constant.
    pub band: (f64, f64),
}

/// Correlations over windows of three years of months or quarters, or ten years; `None` if there are fewer than two
/// windows.
pub(super) fn rolling(a: &Column, b: &Column, per_year: usize, pair: &Pair) -> Option<Rolling> {
    let window = if per_year == 1 { 10 } else { 3 * per_year };
    let (x, y) = (logs(&a.returns), logs(&b.returns));
    let (start, x, y) = common((a, &x), (b, &y));
    if x.len() < 2 * window {
        return None;
    }
    let pairs = x.windows(window).zip(y.windows(window));
    let values = pairs.map(|(x, y)| correlation(x, y).unwrap_or(f64::NAN)).collect();
    Some(Rolling { window, first_row: start + window - 1, values, band: interval(pair.value, window) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(first_row: usize, logs: &[f64]) -> Column {
        Column { name: "x".into(), first_row, returns: logs.iter().map(|x| exp(*x) - 1.0).collect() }
    }

    #[test]
    fn only_the_common_span_counts() {
        let a: Vec<f64> = (0..30).map(|i| if i % 2 == 0 { 0.02 } else { -0.01 }).collect();
        // Before row 10 the second series is its mirror image, after it the same.
        let b: Vec<f64> = a[10..].to_vec();
        let (first, second) = (column(0, &a), column(10, &b));
        let found = Correlations::of(&[&first, &second]).unwrap();
        let pair = found.pair(1, 0).unwrap();
        assert_eq!((pair.first_row, pair.count), (10, 20));
        assert!((pair.value - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_interval_is_fishers() {
        // r = 0.5 from 103 pairs: artanh 0.549306, margin 0.195996.
        let (low, high) = interval(0.5, 103);
        assert!((low - 0.353_31_f64.tanh()).abs() < 1e-5 && (high - 0.745_30_f64.tanh()).abs() < 1e-5);
        assert_eq!(interval(1.0, 50), (1.0, 1.0));
        assert_eq!(interval(0.3, 3), (-1.0, 1.0));
    }

    #[test]
    fn pairs_that_do_not_fit_together_are_repaired_and_the_distance_told() {
        // a and b move together early, b and c in the middle, a and c against each other late.
        let wave = |i: usize| if i.is_multiple_of(2) { 0.02 } else { -0.02 };
        let late = |i: usize| if i >= 40 { -wave(i) } else { wave(i) };
        let a: Vec<f64> = (0..60).map(wave).collect();
        let b: Vec<f64> = (0..40).map(wave).collect();
        let c: Vec<f64> = (20..60).map(late).collect();
        let columns = [column(0, &a), column(0, &b), column(20, &c)];
        let found = Correlations::of(&columns.each_ref()).unwrap();
        assert!(found.pair(0, 1).unwrap().value > 0.999 && found.pair(1, 2).unwrap().value > 0.999);
        assert!(found.pair(0, 2).unwrap().value.abs() < 0.01);
        assert!(found.distance > 0.3, "{}", found.distance);
        assert!(found.matrix.smallest_eigenvalue() > 0.0);
    }

    #[test]
    fn series_without_a_common_span_or_without_spread_have_no_correlation() {
        let a: Vec<f64> = (0..30).map(|i| f64::from(i % 3) * 0.01).collect();
        let columns = [column(0, &a), column(100, &a), column(0, &[0.01; 30])];
        let found = Correlations::of(&columns.each_ref()).unwrap();
        assert!(found.pairs.iter().all(|pair| pair.value == 0.0 && pair.standard_error.is_infinite()));
        assert_eq!(found.pairs[0].count, 0);
    }
}
