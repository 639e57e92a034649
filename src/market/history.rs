//! A table of history: what assets and prices did, period after period, without a gap.

use crate::error::{Error, Result};

/// How long a row of a history is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryPeriod {
    /// A month.
    Month,
    /// Three months.
    Quarter,
    /// A year.
    Year,
}

impl HistoryPeriod {
    /// Rows in a year.
    #[must_use]
    pub fn per_year(self) -> usize {
        match self {
            Self::Month => 12,
            Self::Quarter => 4,
            Self::Year => 1,
        }
    }

    /// Months in a row.
    #[must_use]
    pub fn months(self) -> usize {
        12 / self.per_year()
    }

    /// The word for one row, as steps are called in scenario files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
}

/// Simple returns of a market's series over consecutive periods: every row is complete, and the rows follow each other
/// without a gap.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// Where the figures come from, in one line.
    pub source: String,
    /// How long a row is.
    pub period: HistoryPeriod,
    /// Year of the first row.
    pub first_year: i32,
    /// Month of the first row, 1 to 12; 1 for annual tables.
    pub first_month: u32,
    /// The number of columns.
    pub series: usize,
    /// Simple returns as fractions, row after row.
    pub returns: Vec<f64>,
}

impl History {
    /// Checks the shape and the figures and returns the table.
    ///
    /// # Errors
    ///
    /// No row, an incomplete row, or a return that is not a finite number above −1.
    pub fn validated(self) -> Result<Self> {
        self.sound()?;
        Ok(self)
    }

    fn sound(&self) -> Result<()> {
        if self.series == 0 || self.returns.is_empty() || !self.returns.len().is_multiple_of(self.series) {
            let found = format!("{} figures in {} columns", self.returns.len(), self.series);
            return Err(Error::invalid("history", found, "at least one complete row"));
        }
        match self.returns.iter().position(|r| !(r.is_finite() && *r > -1.0)) {
            Some(place) => {
                let key = format!("history.row[{}]", place / self.series);
                Err(Error::invalid(key, self.returns[place], "returns above -1, as fractions"))
            }
            None => Ok(()),
        }
    }

    /// Refuses a table with another number of columns, or figures that [`History::validated`] refuses.
    pub(crate) fn check(&self, series: usize) -> Result<()> {
        if self.series != series {
            let accepted = format!("{series}: the market's assets in order, then inflation");
            return Err(Error::invalid("history.series", self.series, accepted));
        }
        self.sound()
    }

    /// The number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.returns.len() / self.series
    }

    /// The returns of one column, in order.
    pub fn column(&self, series: usize) -> impl Iterator<Item = f64> + '_ {
        self.returns.iter().skip(series).step_by(self.series).copied()
    }

    /// The date of a row: year and month (1 for annual tables; of a quarter the month that the table names).
    #[must_use]
    pub fn date(&self, row: usize) -> (i32, u32) {
        match self.period {
            HistoryPeriod::Year => (self.first_year + row as i32, 1),
            HistoryPeriod::Month | HistoryPeriod::Quarter => {
                let months = self.first_month as usize - 1 + row * self.period.months();
                (self.first_year + (months / 12) as i32, (months % 12) as u32 + 1)
            }
        }
    }
}
