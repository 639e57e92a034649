//! Models that take their returns from a table of history, as a scenario chooses them.

use serde::{Deserialize, Serialize};

use crate::error::{Result, require_in_range};
use crate::market::history::History;
use crate::statistics::automatic_block_lengths;

/// A bootstrap of a table of history.
#[derive(Clone, Debug, PartialEq)]
pub struct BootstrapOf {
    /// The table.
    pub history: History,
    /// How rows are drawn.
    pub method: BlockMethod,
    /// Whether the length of the blocks was chosen by [`BootstrapOf::automatic_length`].
    pub automatic: bool,
}

impl BootstrapOf {
    /// The automatic lengths of each series of a table by Politis and White, in rows: the assets in order, then
    /// inflation.
    #[must_use]
    pub fn automatic_lengths(history: &History, stationary: bool) -> Vec<f64> {
        let of = |series: usize| {
            let found = automatic_block_lengths(&history.column(series).collect::<Vec<f64>>());
            if stationary { found.stationary } else { found.circular }
        };
        (0..history.series).map(of).collect()
    }

    /// The largest of the automatic lengths: what the most persistent series needs, the others have as well.
    #[must_use]
    pub fn automatic_length(history: &History, stationary: bool) -> f64 {
        Self::automatic_lengths(history, stationary).into_iter().fold(1.0, f64::max)
    }
}

/// How rows are drawn, in rows of the table.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum BlockMethod {
    /// Each row alone, all alike.
    Rows,
    /// Blocks of consecutive rows of one length. A lifetime begins with a whole block.
    Blocks {
        /// Rows in a block.
        length: u32,
        /// Whether a block that reaches the last row goes on with the first. If not, the rows near both ends of the
        /// table are drawn less often than the rest.
        wrap: bool,
    },
    /// Blocks whose length is geometric: after every row a new block begins with probability `1 / mean_length`. The
    /// last row is followed by the first.
    Stationary {
        /// Mean number of rows in a block, from 1; need not be whole.
        mean_length: f64,
    },
}

impl BlockMethod {
    /// Refuses blocks that the table cannot fill.
    ///
    /// # Errors
    ///
    /// A length below one, or above the number of rows.
    pub(crate) fn check(self, rows: usize) -> Result<()> {
        match self {
            Self::Rows => Ok(()),
            Self::Blocks { length, .. } => {
                require_in_range("bootstrap.block", f64::from(length), 1.0, rows as f64)
            }
            Self::Stationary { mean_length } => {
                require_in_range("bootstrap.block", mean_length, 1.0, rows as f64)
            }
        }
    }
}

impl BlockMethod {
    /// How often each of so many rows is drawn, over all times; the shares add up to one.
    pub(super) fn shares(self, rows: usize) -> Vec<f64> {
        match self {
            Self::Blocks { length, wrap: false } => {
                let (length, starts) = (length as usize, rows - length as usize + 1);
                let blocks = |row: usize| row.min(starts - 1) + 1 - (row + 1).saturating_sub(length);
                (0..rows).map(|row| blocks(row) as f64 / (length * starts) as f64).collect()
            }
            _ => vec![1.0 / rows as f64; rows],
        }
    }
}

/// Every start date of a table of history.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoricalOf {
    /// The table.
    pub history: History,
    /// Whether the last row is followed by the first, so that every row can be a start; otherwise lifetimes that would
    /// reach beyond the last row are left out.
    pub wrap: bool,
}

impl HistoricalOf {
    /// The number of start dates for a simulation of some years; 0 if the table is too short for one.
    #[must_use]
    pub fn start_dates(&self, years: u32) -> u64 {
        let (rows, needed) = (self.history.rows(), years as usize * self.history.period.per_year());
        if self.wrap { rows as u64 } else { (rows + 1).saturating_sub(needed) as u64 }
    }
}
