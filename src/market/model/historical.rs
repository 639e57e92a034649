//! What would have happened: one lifetime from every start date of a table of history, in order, nothing drawn.
//!
//! Rolling windows in the manner of W. Bengen, *Determining withdrawal rates using historical data*, Journal of
//! Financial Planning 7 (1994). There is no sampling error, because every window of the table is there; but windows
//! overlap, so that there is far less evidence in them than their number suggests.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::market::history::HistoryPeriod;
use crate::market::model::from_history::HistoricalOf;
use crate::market::model::growth_table::GrowthTable;
use crate::market::model::ingredients::Ingredients;
use crate::market::model::memory::Memory;

/// Every start date, compiled for one market, step length and setting of the frictions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Historical {
    table: GrowthTable,
    wrap: bool,
    first_year: i32,
    first_month: u32,
    /// Months in a row; 0 where it is a year, which has no month.
    months_in_row: u8,
}

impl Historical {
    /// See [`Model::is_sound`](crate::market::Model::is_sound).
    pub(super) fn is_sound(&self, series: usize, steps_per_year: usize) -> bool {
        self.table.is_sound(series, steps_per_year) && (1..=12).contains(&self.first_month)
    }

    /// Compiles the table; see [`Model::compile`](crate::market::Model::compile).
    ///
    /// # Errors
    ///
    /// Steps that are shorter than a row of the table.
    pub(crate) fn compile(of: &HistoricalOf, ingredients: &Ingredients<'_>) -> Result<Self> {
        Ok(Self {
            table: GrowthTable::compile(&of.history, ingredients)?,
            wrap: of.wrap,
            first_year: of.history.first_year,
            first_month: of.history.first_month,
            months_in_row: match of.history.period {
                HistoryPeriod::Year => 0,
                period => period.months() as u8,
            },
        })
    }

    pub(super) fn series(&self) -> usize {
        self.table.series()
    }

    /// See [`Model::expected_log_growth`](crate::market::Model::expected_log_growth).
    pub(super) fn log_mean(&self, series: usize) -> f64 {
        self.table.log_mean(series, &self.shares())
    }

    /// See [`Model::log_covariance`](crate::market::Model::log_covariance).
    pub(super) fn log_covariance(&self, first: usize, second: usize) -> f64 {
        self.table.log_covariance(first, second, &self.shares())
    }

    pub(super) fn is_certain(&self, series: usize) -> bool {
        self.table.is_certain(series)
    }

    fn shares(&self) -> Vec<f64> {
        vec![1.0 / f64::from(self.table.rows()); self.table.rows() as usize]
    }

    /// The number of rows, each of which may be the first of a lifetime.
    pub(in crate::market) fn rows(&self) -> usize {
        self.table.rows() as usize
    }

    /// Log growth of a series in the steps before each row: of `(row, step)`, the last one being step 0; `None` before the
    /// table begins, which it never does where it wraps.
    pub(in crate::market) fn logs_before(&self, series: usize) -> impl Fn(usize, usize) -> Option<f64> {
        self.table.logs_before(series, self.wrap)
    }

    /// Year and month in which a lifetime starts; no month for a table of years.
    #[must_use]
    pub fn start_date(&self, lifetime: u64) -> (i32, Option<u32>) {
        if self.months_in_row == 0 {
            return (self.first_year + lifetime as i32, None);
        }
        let months = u64::from(self.first_month) - 1 + lifetime * u64::from(self.months_in_row);
        (self.first_year + (months / 12) as i32, Some((months % 12) as u32 + 1))
    }

    /// The rows of a year; see [`Model::draw`](crate::market::Model::draw). Row `t` of lifetime `i` is row `i + t` of
    /// the table, the first row after the last.
    #[inline(always)]
    pub fn draw<const L: usize>(&self, first_lifetime: u64, year: u32, memory: &mut Memory<L>) {
        let per_year = self.table.rows_per_year();
        memory.places.resize(per_year, [0; L]);
        for (i, places) in memory.places.iter_mut().enumerate() {
            let row = first_lifetime + u64::from(year) * per_year as u64 + i as u64;
            for lane in 0..L {
                places[lane] = ((row + lane as u64) % u64::from(self.table.rows())) as u32;
            }
        }
    }

    /// See [`Model::grow`](crate::market::Model::grow).
    #[inline(always)]
    pub fn grow<const L: usize>(&self, first_step: usize, memory: &Memory<L>, growth: &mut [[f64; L]]) {
        self.table.gather(first_step, &memory.places, growth);
    }
}
