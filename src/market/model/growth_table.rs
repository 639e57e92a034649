//! A table of history compiled to growth factors, and how rows become the growth of a step.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::market::history::History;
use crate::market::model::ingredients::Ingredients;
use crate::math::elementary::{exp, ln};

/// Growth factors of every row, the volatility haircut applied, and the fees of a step beside them.
///
/// A factor is `1 + r` of the table, bit for bit, where the haircut's factor on log volatility is 1. Another factor
/// `f` moves every log growth away from the column's mean log growth, `ln g' = m + f·(ln g − m) + c`, with `c` such
/// that the column's arithmetic mean stays what it was.
///
/// A step takes as many rows as it is long: one, or three or twelve months, which are compounded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct GrowthTable {
    series: u32,
    rows: u32,
    rows_per_step: u32,
    rows_per_year: u32,
    /// Row after row.
    factors: Vec<f64>,
    /// What the fees of a step leave of a dollar, by series.
    retained: Vec<f64>,
}

impl GrowthTable {
    /// See [`Model::is_sound`](crate::market::Model::is_sound).
    pub(super) fn is_sound(&self, series: usize, steps_per_year: usize) -> bool {
        self.series as usize == series
            && self.rows > 0
            && self.rows_per_step > 0
            && self.rows_per_year as usize == self.rows_per_step as usize * steps_per_year
            && self.factors.len() == self.rows as usize * series
            && self.retained.len() == series
    }

    /// # Errors
    ///
    /// Steps that are shorter than a row.
    pub(super) fn compile(history: &History, ingredients: &Ingredients<'_>) -> Result<Self> {
        let per_year = history.period.per_year();
        if !per_year.is_multiple_of(ingredients.steps_per_year) {
            let found = format!("{} steps a year", ingredients.steps_per_year);
            return Err(Error::invalid("history", found, "no more steps a year than the table has rows"));
        }
        let mut factors: Vec<f64> = history.returns.iter().map(|r| 1.0 + r).collect();
        for (series, &factor) in ingredients.volatility_factors.iter().enumerate() {
            spread_out(&mut factors, history.series, series, factor);
        }
        Ok(Self {
            series: history.series as u32,
            rows: history.rows() as u32,
            rows_per_step: (per_year / ingredients.steps_per_year) as u32,
            rows_per_year: per_year as u32,
            factors,
            retained: ingredients.retained.clone(),
        })
    }

    /// The number of rows.
    #[inline(always)]
    pub(super) fn rows(&self) -> u32 {
        self.rows
    }

    /// Rows that a year takes.
    #[inline(always)]
    pub(super) fn rows_per_year(&self) -> usize {
        self.rows_per_year as usize
    }

    /// The growth factors of one column before fees, row after row.
    pub(super) fn column(&self, series: usize) -> Vec<f64> {
        self.factors.iter().skip(series).step_by(self.series as usize).copied().collect()
    }

    pub(super) fn series(&self) -> usize {
        self.series as usize
    }

    /// Log growth of one column before fees, row after row.
    fn logs(&self, series: usize) -> Vec<f64> {
        self.column(series).into_iter().map(ln).collect()
    }

    /// The mean of the log growth of a step, fees included, with a weight for each row; the weights add up to one.
    pub(super) fn log_mean(&self, series: usize, weights: &[f64]) -> f64 {
        let sum = self.logs(series).iter().zip(weights).fold(0.0, |sum, (log, weight)| sum + log * weight);
        f64::from(self.rows_per_step) * sum + ln(self.retained[series])
    }

    /// The covariance of the log growths of a step, rows taken as independent.
    pub(super) fn log_covariance(&self, first: usize, second: usize, weights: &[f64]) -> f64 {
        let (a, b) = (self.logs(first), self.logs(second));
        let mean =
            |of: &dyn Fn(usize) -> f64| (0..a.len()).fold(0.0, |sum, row| sum + weights[row] * of(row));
        let means = (mean(&|row| a[row]), mean(&|row| b[row]));
        f64::from(self.rows_per_step) * mean(&|row| (a[row] - means.0) * (b[row] - means.1))
    }

    /// Whether all rows of a column are the same.
    pub(super) fn is_certain(&self, series: usize) -> bool {
        let column = self.column(series);
        column.iter().all(|growth| *growth == column[0])
    }

    /// Log growth of the steps that end before each row, fees included: `count` of them, the last first, each with whether
    /// all its rows are in the table. Steps before the first row are those before the last one if the table wraps.
    pub(super) fn logs_before(&self, series: usize, wrap: bool) -> impl Fn(usize, usize) -> Option<f64> {
        let (logs, per_step) = (self.logs(series), self.rows_per_step as usize);
        let retained = ln(self.retained[series]);
        move |row: usize, step: usize| {
            let back = (step + 1) * per_step;
            (wrap || back <= row).then(|| {
                let rows = logs.len();
                let first = (row + (back / rows + 1) * rows - back) % rows;
                (0..per_step).fold(retained, |sum, i| sum + logs[(first + i) % rows])
            })
        }
    }

    /// Growth factors of some steps of a year from the rows drawn for it; see
    /// [`Model::grow`](crate::market::Model::grow).
    #[inline(always)]
    pub(super) fn gather<const L: usize>(
        &self,
        first_step: usize,
        places: &[[u32; L]],
        growth: &mut [[f64; L]],
    ) {
        let (series, per_step) = (self.series as usize, self.rows_per_step as usize);
        let rows = places[first_step * per_step..].chunks_exact(per_step);
        for (rows, step) in rows.zip(growth.chunks_exact_mut(series)) {
            for (out, &retained) in step.iter_mut().zip(&self.retained) {
                *out = [retained; L];
            }
            for row in rows {
                for lane in 0..L {
                    let first = row[lane] as usize * series;
                    for (out, factor) in step.iter_mut().zip(&self.factors[first..first + series]) {
                        out[lane] *= factor;
                    }
                }
            }
        }
    }
}

/// Spreads the log growth of a column by `factor` around its mean and keeps the arithmetic mean of the column.
fn spread_out(factors: &mut [f64], columns: usize, column: usize, factor: f64) {
    if factor == 1.0 {
        return;
    }
    let rows = (factors.len() / columns) as f64;
    let mean = |factors: &[f64], read: fn(f64) -> f64| {
        factors.iter().skip(column).step_by(columns).fold(0.0, |sum, &g| sum + read(g)) / rows
    };
    let (mean_before, mean_log) = (mean(factors, |g| g), mean(factors, ln));
    for g in factors.iter_mut().skip(column).step_by(columns) {
        *g = exp(mean_log + factor * (ln(*g) - mean_log));
    }
    let scale = mean_before / mean(factors, |g| g);
    factors.iter_mut().skip(column).step_by(columns).for_each(|g| *g *= scale);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_haircut_spreads_logs_and_keeps_the_mean_and_other_columns() {
        let before = [1.1, 1.01, 0.8, 1.02, 1.3, 1.0];
        let mut after = before;
        spread_out(&mut after, 2, 0, 1.0);
        assert_eq!(after, before);
        spread_out(&mut after, 2, 0, 1.5);
        assert_eq!((after[1], after[3], after[5]), (1.01, 1.02, 1.0));
        let mean = |g: [f64; 6]| (g[0] + g[2] + g[4]) / 3.0;
        assert!((mean(after) - mean(before)).abs() < 1e-15);
        let spread = |g: [f64; 6]| (g[4] / g[2]).ln();
        assert!((spread(after) / spread(before) - 1.5).abs() < 1e-12);
    }
}
