//! A table of returns as it was read: named columns, each over a span of its own.

use std::fmt;

use crate::error::{Error, Result, all_of};

/// The fewest returns from which a series is fitted.
pub const FEWEST_RETURNS: usize = 12;

/// The most returns of a series: a thousand years of months.
const MOST_RETURNS: usize = 12_000;

/// A return above this (2,000 %) in one period is taken for a price, an index or a percentage.
const LARGEST_RETURN: f64 = 20.0;

/// How far the rows of a table are apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spacing {
    /// A month.
    Month,
    /// Three months.
    Quarter,
    /// A year.
    Year,
}

impl Spacing {
    /// Rows in a year.
    #[must_use]
    pub fn per_year(self) -> usize {
        match self {
            Self::Month => 12,
            Self::Quarter => 4,
            Self::Year => 1,
        }
    }

    /// The word for one period, which is also the word for steps in scenario files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    fn months(self) -> i32 {
        12 / self.per_year() as i32
    }
}

/// A month of a year; for annual tables the month is 1 and is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// The year.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: u32,
}

impl Date {
    /// Reads `1971`, `1971-06` or `1971-06-30`; the day is checked and dropped.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut number = |digits: usize| -> Option<Option<u32>> {
            let Some(part) = parts.next() else { return Some(None) };
            let plain = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
            if plain { Some(part.parse().ok()) } else { None }
        };
        let (year, month, day) = (number(4)??, number(2)?, number(2)?);
        let sound = month.is_none_or(|m| (1..=12).contains(&m)) && day.is_none_or(|d| (1..=31).contains(&d));
        (sound && parts.next().is_none()).then_some(Self { year: year as i32, month: month.unwrap_or(1) })
    }

    /// The date some periods later.
    #[must_use]
    pub fn after(self, periods: usize, spacing: Spacing) -> Self {
        let months = self.months().saturating_add(periods as i32 * spacing.months());
        Self { year: months.div_euclid(12), month: months.rem_euclid(12) as u32 + 1 }
    }

    /// Months since the year zero.
    #[must_use]
    pub fn months(self) -> i32 {
        self.year * 12 + self.month as i32 - 1
    }

    /// The date as it is shown: `1971-06`, or `1971` in annual tables.
    #[must_use]
    pub fn shown(self, spacing: Spacing) -> String {
        match spacing {
            Spacing::Year => self.year.to_string(),
            _ => self.to_string(),
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// Simple returns of one series, without a gap.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The name in the table.
    pub name: String,
    /// The row of the table in which the first return stands.
    pub first_row: usize,
    /// Simple returns as fractions.
    pub returns: Vec<f64>,
}

impl Column {
    /// The row after the last return.
    #[must_use]
    pub fn end_row(&self) -> usize {
        self.first_row + self.returns.len()
    }
}

/// Simple returns of several series at one spacing.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Where the figures come from, such as the name of the file.
    pub source: String,
    /// How far rows are apart.
    pub spacing: Spacing,
    /// The date of row zero.
    pub first: Date,
    /// The series.
    pub columns: Vec<Column>,
}

impl Table {
    /// Checks names and figures and returns the table.
    ///
    /// # Errors
    ///
    /// No column; two columns of one name; a column of fewer than [`FEWEST_RETURNS`] or more than 12,000 returns; a return that is not a
    /// finite number above −1 and up to 20.
    pub fn validated(self) -> Result<Self> {
        if self.columns.is_empty() {
            return Err(Error::invalid("columns", 0, "at least one column of returns"));
        }
        let mut checks = vec![];
        for (i, column) in self.columns.iter().enumerate() {
            if self.columns[..i].iter().any(|other| other.name == column.name) {
                checks.push(Err(Error::invalid("columns", &column.name, "named once only")));
            }
            if column.returns.len() < FEWEST_RETURNS {
                let found = format!("{} returns long", column.returns.len());
                let accepted = format!("at least {FEWEST_RETURNS} long, or left out");
                checks.push(Err(Error::invalid(format!("column {}", column.name), found, accepted)));
            }
            if column.returns.len() > MOST_RETURNS {
                let found = format!("{} returns long", column.returns.len());
                let accepted = format!("at most {MOST_RETURNS} long");
                checks.push(Err(Error::invalid(format!("column {}", column.name), found, accepted)));
            }
            if let Some(row) = column.returns.iter().position(|r| !(*r > -1.0 && *r <= LARGEST_RETURN)) {
                let date = self.date(column.first_row + row).shown(self.spacing);
                let key = format!("column {} at {date}", column.name);
                checks.push(Err(Error::invalid(
                    key,
                    column.returns[row],
                    "a return above -1 and up to 20, as a fraction (0.05 is 5 %)",
                )));
            }
        }
        all_of(checks)?;
        Ok(self)
    }

    /// The date of a row.
    #[must_use]
    pub fn date(&self, row: usize) -> Date {
        self.first.after(row, self.spacing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(returns: Vec<f64>) -> Table {
        let columns = vec![Column { name: "fund".into(), first_row: 2, returns }];
        Table { source: "t".into(), spacing: Spacing::Quarter, first: Date { year: 1999, month: 3 }, columns }
    }

    #[test]
    fn dates_are_read_counted_and_shown() {
        assert_eq!(Date::parse("1971"), Some(Date { year: 1971, month: 1 }));
        assert_eq!(Date::parse("1971-06-30"), Some(Date { year: 1971, month: 6 }));
        for text in ["", "71", "1971-13", "1971-6", "1971-06-32", "1971-06-30-1", "1971-", "+971", "19 71"] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
        let start = Date { year: 1999, month: 11 };
        assert_eq!(start.after(3, Spacing::Month).to_string(), "2000-02");
        assert_eq!(start.after(2, Spacing::Quarter).to_string(), "2000-05");
        assert_eq!(start.after(2, Spacing::Year).shown(Spacing::Year), "2001");
    }

    #[test]
    fn wrong_figures_are_named_with_column_and_date() {
        let mut returns = vec![0.01; 20];
        returns[3] = -1.0;
        let error = table(returns).validated().unwrap_err().to_string();
        assert!(error.contains("column fund at 2000-06 is -1, but must be a return above -1"), "{error}");
        assert!(table(vec![f64::NAN; 20]).validated().is_err());
        let error = table(vec![0.01; 3]).validated().unwrap_err().to_string();
        assert!(error.contains("column fund is 3 returns long"), "{error}");
    }
}
