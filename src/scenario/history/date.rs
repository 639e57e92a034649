//! Dates of a table: their forms, and whether they follow each other.

use super::Problems;
use super::text::Table;
use crate::market::HistoryPeriod;

/// The accepted forms in words.
pub(super) const FORMS: &str = "a date as YYYY, YYYY-MM or YYYY-MM-DD";

/// A period counted from the year 0: years, or months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date {
    pub period: HistoryPeriod,
    pub index: i64,
}

impl Date {
    /// Reads a date; a day only says which month.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let year = digits(parts.next()?, 4)?;
        let Some(month) = parts.next() else {
            return Some(Self { period: HistoryPeriod::Year, index: year });
        };
        let month = digits(month, 2).filter(|month| (1..=12).contains(month))?;
        if let Some(day) = parts.next() {
            digits(day, 2).filter(|day| (1..=31).contains(day))?;
        }
        let date = Self { period: HistoryPeriod::Month, index: year * 12 + month - 1 };
        parts.next().is_none().then_some(date)
    }

    pub(super) fn year(self) -> i32 {
        self.index.div_euclid(self.period.per_year() as i64) as i32
    }

    /// 1 to 12; 1 for a year.
    pub(super) fn month(self) -> u32 {
        self.index.rem_euclid(self.period.per_year() as i64) as u32 + 1
    }

    pub(super) fn at(self, index: i64) -> Self {
        Self { index, ..self }
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.period {
            HistoryPeriod::Year => write!(f, "{:04}", self.year()),
            HistoryPeriod::Month => write!(f, "{:04}-{:02}", self.year(), self.month()),
        }
    }
}

fn digits(text: &str, count: usize) -> Option<i64> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// The place of each row's record and its date, in the order of the file; rows that do not follow each other are
/// reported, gaps not yet.
pub(super) fn in_order(table: &Table, column: usize, problems: &mut Problems) -> Option<Vec<(usize, Date)>> {
    let mut dated: Vec<(usize, Date)> = vec![];
    for (place, record) in table.records.iter().enumerate() {
        let text = record.field(column);
        let Some(date) = Date::parse(text) else {
            problems.line(record.line, format_args!("`{text}` must be {FORMS}"));
            continue;
        };
        if let Some(&(before, last)) = dated.last() {
            let before = table.records[before].line;
            if date.period != last.period {
                let what = format!("{date} stands among dates such as {last}: years and months are mixed");
                problems.line(record.line, what);
                continue;
            }
            if date.index == last.index {
                problems.line(record.line, format_args!("{date} comes twice (see line {before})"));
            } else if date.index < last.index {
                let what = format!("{date} comes after {last} of line {before}: dates must rise");
                problems.line(record.line, what);
            }
        }
        dated.push((place, date));
    }
    problems.found.is_empty().then_some(dated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_forms_are_dates_and_nothing_else() {
        assert_eq!(Date::parse("1968-03-29").unwrap().to_string(), "1968-03");
        assert_eq!(Date::parse("1968-12").unwrap().to_string(), "1968-12");
        assert_eq!(Date::parse("1968").unwrap().to_string(), "1968");
        for bad in ["", "68", "1968-13", "1968-0", "1968-1", "1968/01", "1968-01-32", "1968-01-01-01", "+968"]
        {
            assert_eq!(Date::parse(bad), None, "{bad}");
        }
        let date = Date::parse("2000-12").unwrap();
        assert_eq!(date.at(date.index + 1).to_string(), "2001-01");
    }
}
