//! Bootstraps: whole rows of a table of history, drawn again and again, alone or in blocks of consecutive rows.
//!
//! A row holds what all assets and prices did in one period, so that what belongs together stays together. Rows drawn
//! alone have no memory; blocks keep what the table says of one period after the other, up to their length.
//!
//! Sources: B. Efron, *Bootstrap methods*, Annals of Statistics 7 (1979), for rows; H. Künsch, *The jackknife and the
//! bootstrap for general stationary observations*, Annals of Statistics 17 (1989), for blocks of fixed length; D.
//! Politis and J. Romano, *A circular block-resampling procedure for stationary data* (1992), for blocks that wrap;
//! D. Politis and J. Romano, *The stationary bootstrap*, JASA 89 (1994), for blocks of random length.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::market::model::from_history::{BlockMethod, BootstrapOf};
use crate::market::model::growth_table::GrowthTable;
use crate::market::model::ingredients::Ingredients;
use crate::market::model::memory::Memory;
use crate::math::streams::{Purpose, Streams, open_uniform};

/// A bootstrap compiled for one market, step length and setting of the frictions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bootstrap {
    table: GrowthTable,
    method: BlockMethod,
}

impl Bootstrap {
    /// See [`Model::is_sound`](crate::market::Model::is_sound).
    pub(super) fn is_sound(&self, series: usize, steps_per_year: usize) -> bool {
        self.table.is_sound(series, steps_per_year) && self.method.check(self.table.rows() as usize).is_ok()
    }

    /// Compiles the table; see [`Model::compile`](crate::market::Model::compile).
    ///
    /// # Errors
    ///
    /// Steps that are shorter than a row of the table.
    pub(crate) fn compile(of: &BootstrapOf, ingredients: &Ingredients<'_>) -> Result<Self> {
        Ok(Self { table: GrowthTable::compile(&of.history, ingredients)?, method: of.method })
    }

    pub(super) fn series(&self) -> usize {
        self.table.series()
    }

    /// See [`Model::expected_log_growth`](crate::market::Model::expected_log_growth).
    pub(super) fn log_mean(&self, series: usize) -> f64 {
        self.table.log_mean(series, &self.method.shares(self.table.rows() as usize))
    }

    /// See [`Model::log_covariance`](crate::market::Model::log_covariance).
    pub(super) fn log_covariance(&self, first: usize, second: usize) -> f64 {
        self.table.log_covariance(first, second, &self.method.shares(self.table.rows() as usize))
    }

    pub(super) fn is_certain(&self, series: usize) -> bool {
        self.table.is_certain(series)
    }

    /// Whether there is only one way to go through the table, so that nothing is drawn.
    pub(in crate::market) fn is_one_path(&self) -> bool {
        let rows = self.table.rows();
        rows == 1 || matches!(self.method, BlockMethod::Blocks { length, wrap: false } if length == rows)
    }

    /// The rows of a year; see [`Model::draw`](crate::market::Model::draw). A row takes one block of four random words
    /// (one for each whole block of fixed length): two for the place, two for whether a block ends.
    #[inline(always)]
    pub fn draw<const L: usize>(
        &self,
        streams: Streams,
        first_lifetime: u64,
        year: u32,
        memory: &mut Memory<L>,
    ) {
        let per_year = self.table.rows_per_year();
        let mut last = memory.places.last().copied().unwrap_or([0; L]);
        memory.places.resize(per_year, [0; L]);
        for (i, places) in memory.places.iter_mut().enumerate() {
            let row = year * per_year as u32 + i as u32;
            for lane in 0..L {
                last[lane] = self.next(streams, first_lifetime + lane as u64, row, last[lane]);
            }
            *places = last;
        }
    }

    /// The place in the table of row `row` of a lifetime, given the place before.
    #[inline(always)]
    fn next(&self, streams: Streams, lifetime: u64, row: u32, last: u32) -> u32 {
        let rows = self.table.rows();
        let following = if last + 1 < rows { last + 1 } else { 0 };
        match self.method {
            BlockMethod::Rows => place(streams.block(Purpose::Market, lifetime, row), rows),
            BlockMethod::Blocks { length, wrap } => {
                if row.is_multiple_of(length) {
                    let starts = if wrap { rows } else { rows - length + 1 };
                    place(streams.block(Purpose::Market, lifetime, row / length), starts)
                } else {
                    following
                }
            }
            BlockMethod::Stationary { mean_length } => {
                let words = streams.block(Purpose::Market, lifetime, row);
                let begins = row == 0 || open_uniform(words[2], words[3]) * mean_length < 1.0;
                if begins { place(words, rows) } else { following }
            }
        }
    }

    /// See [`Model::grow`](crate::market::Model::grow).
    #[inline(always)]
    pub fn grow<const L: usize>(&self, first_step: usize, memory: &Memory<L>, growth: &mut [[f64; L]]) {
        self.table.gather(first_step, &memory.places, growth);
    }
}

/// A whole number below `count`, all alike to one part in 2⁶⁴ / `count`, from the first two words.
#[inline(always)]
fn place(words: [u32; 4], count: u32) -> u32 {
    let word = u64::from(words[0]) << 32 | u64::from(words[1]);
    ((u128::from(word) * u128::from(count)) >> 64) as u32
}
