//! The date of a row: its month, in a table of months, quarters or years.

use crate::market::HistoryPeriod;

/// The date of a row of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::scenario) struct Time {
    pub period: HistoryPeriod,
    /// Months since the year 0.
    pub months: i64,
}

impl Time {
    pub(in crate::scenario) fn year(self) -> i32 {
        self.months.div_euclid(12) as i32
    }

    /// 1 to 12; 1 in a table of years.
    pub(in crate::scenario) fn month(self) -> u32 {
        match self.period {
            HistoryPeriod::Year => 1,
            _ => self.months.rem_euclid(12) as u32 + 1,
        }
    }
}

impl std::fmt::Display for Time {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.period {
            HistoryPeriod::Year => write!(f, "{:04}", self.year()),
            _ => write!(f, "{:04}-{:02}", self.year(), self.month()),
        }
    }
}

/// Rows of a table with their dates.
pub(super) type Rows = Vec<(usize, Time)>;
