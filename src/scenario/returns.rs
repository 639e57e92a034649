//! A table of past returns as a CSV text → named columns at one spacing. It is read as the tables of scenarios are; every column
//! whose filled cells are figures is a series, which may begin later and end earlier than the table, but has no gap.

use crate::calibration::{Column, Date, Spacing, Table};
use crate::error::{Error, Result};
use crate::market::HistoryPeriod;
use crate::scenario::history::{ReturnsWanted, Series, read_series};

/// A table of returns as read, and what was left out of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ReturnsFile {
    /// The series.
    pub table: Table,
    /// Names of columns that hold no numbers and were skipped.
    pub skipped: Vec<String>,
    /// Names of columns that hold numbers, but none between the wanted dates.
    pub outside: Vec<String>,
}

/// Reads a CSV text; `file_name` is how errors call it.
///
/// ```
/// use decumulus::scenario::{ReturnsWanted, returns_from_csv};
/// let text = "date,fund,note\n2020-01,0.01,\n2020-02,-0.02,a\n2020-03,0.03,\n";
/// let file = returns_from_csv("fund.csv", text, &ReturnsWanted::default())?;
/// assert_eq!(file.table.columns[0].returns, [0.01, -0.02, 0.03]);
/// assert_eq!(file.skipped, ["note"]);
/// # Ok::<(), decumulus::Error>(())
/// ```
///
/// # Errors
///
/// Every problem of what is wanted with its line: cells that are missing or too many, dates that cannot be read or do not follow
/// each other at one spacing, cells that are no number, gaps within a series, figures that are no returns; a wanted column
/// that is not there, or that is empty.
pub fn returns_from_csv(file_name: &str, text: &str, wanted: &ReturnsWanted<'_>) -> Result<ReturnsFile> {
    let Series { first, columns, skipped, outside } =
        read_series(file_name, text, wanted).map_err(Error::input)?;
    let spacing = match first.period {
        HistoryPeriod::Month => Spacing::Month,
        HistoryPeriod::Quarter => Spacing::Quarter,
        HistoryPeriod::Year => Spacing::Year,
    };
    let columns =
        columns.into_iter().map(|(name, first_row, returns)| Column { name, first_row, returns }).collect();
    let first = Date { year: first.year(), month: first.month() };
    let table = Table { source: file_name.to_string(), spacing, first, columns };
    Ok(ReturnsFile { table, skipped, outside })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(text: &str) -> String {
        returns_from_csv("h.csv", text, &ReturnsWanted::default()).unwrap_err().to_string()
    }

    fn refused(text: &str, column: &str) -> String {
        let columns = [column.to_string()];
        let wanted = ReturnsWanted { columns: Some(&columns), ..ReturnsWanted::default() };
        returns_from_csv("h.csv", text, &wanted).unwrap_err().to_string()
    }

    #[test]
    fn what_lies_before_and_after_the_wanted_dates_is_not_read() {
        let months = |year: i32, month: u32| Some(Date { year, month });
        let text = "date,a,b,c\n1999-11,-99.99,,0.1\n1999-12,0.01,,0.02\n2000-01,0.02,,0.01\n2000-02,0.03,0.05,\n2000-03,x,0.02,\n";
        let wanted =
            ReturnsWanted { from: months(1999, 12), to: months(2000, 2), ..ReturnsWanted::default() };
        let file = returns_from_csv("h.csv", text, &wanted).unwrap();
        assert_eq!(file.table.first, Date { year: 1999, month: 12 });
        let spans: Vec<_> = file.table.columns.iter().map(|c| (c.first_row, c.returns.len())).collect();
        assert_eq!(spans, [(0, 3), (2, 1), (0, 2)]);
        let wanted = ReturnsWanted { to: months(2000, 1), from: months(1999, 12), ..wanted };
        assert_eq!(returns_from_csv("h.csv", text, &wanted).unwrap().outside, ["b"]);
        let columns = ["b".to_string()];
        let error = returns_from_csv("h.csv", text, &ReturnsWanted { columns: Some(&columns), ..wanted });
        assert!(error.unwrap_err().to_string().contains("b is empty between"));
        let wanted = ReturnsWanted { from: months(2050, 1), to: None, ..wanted };
        let error = returns_from_csv("h.csv", text, &wanted).unwrap_err().to_string();
        assert!(
            error.contains(
                "fewer than two rows between the wanted dates; the table goes from 1999-11 to 2000-03"
            ),
            "{error}"
        );
    }

    #[test]
    fn the_column_that_is_named_as_that_of_prices_is_held_to_what_prices_do() {
        // Prices that rise or fall by 6 % or more every month do not; a fund may.
        let figure = |i: usize| ["0.07", "-0.06", "0.08", "-0.07"][i % 4];
        let row = |i: usize| format!("{}-{:02},{}\n", 2000 + i / 12, i % 12 + 1, figure(i));
        let rows: String = (0..24).map(row).collect();
        let text = format!("date,rise\n{rows}");
        assert!(returns_from_csv("h.csv", &text, &ReturnsWanted::default()).is_ok());
        let wanted = ReturnsWanted { prices: Some("rise"), ..ReturnsWanted::default() };
        let error = returns_from_csv("h.csv", &text, &wanted).unwrap_err().to_string();
        assert!(error.contains("the column rise looks like percent"), "{error}");
    }

    #[test]
    fn series_with_spans_of_their_own_are_read() {
        let text = "\u{feff}date,a,b,basis\r\n1999-11,0.01,,eom\r\n1999-12,\"-0.02\",0.05,\r\n2000-01,,0.025,eom\r\n\r\n";
        let file = returns_from_csv("h.csv", text, &ReturnsWanted::default()).unwrap();
        assert_eq!(file.skipped, ["basis"]);
        assert_eq!((file.table.spacing, file.table.first), (Spacing::Month, Date { year: 1999, month: 11 }));
        let [a, b] = &file.table.columns[..] else { panic!("two columns") };
        assert_eq!((a.first_row, &a.returns[..]), (0, &[0.01, -0.02][..]));
        assert_eq!((b.first_row, &b.returns[..]), (1, &[0.05, 0.025][..]));
    }

    #[test]
    fn columns_can_be_chosen_in_any_order_and_dates_stand_anywhere() {
        let text = "a,b,Year\n0.1,0.2,1990\n0.3,0.4,1991\n";
        let wanted = ["b".to_string(), "a".to_string()];
        let file = returns_from_csv(
            "h.csv",
            text,
            &ReturnsWanted { columns: Some(&wanted), ..ReturnsWanted::default() },
        )
        .unwrap();
        let names: Vec<&str> = file.table.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!((names, file.table.spacing), (vec!["b", "a"], Spacing::Year));
        let error = refused(text, "c");
        assert!(error.contains("there is no column `c`; there are a, b"), "{error}");
        // A column that is named must hold numbers.
        let text = "date,a\n1990,x\n1991,y\n";
        let error = refused(text, "a");
        assert!(error.contains("h.csv:2: a is `x`, but must be a number"), "{error}");
    }

    #[test]
    fn quarters_by_their_last_day_are_recognised() {
        let file = returns_from_csv(
            "h.csv",
            "date,a\n1990-03-31,0.1\n1990-06-30,0.2\n1990-09-30,0\n",
            &ReturnsWanted::default(),
        );
        assert_eq!(file.unwrap().table.spacing, Spacing::Quarter);
    }

    #[test]
    fn every_mistake_is_reported_with_its_line() {
        for (text, expected) in [
            ("", "h.csv: the file is empty"),
            ("date,a\n1990-01,0.1\n", "fewer than two rows"),
            ("date,a\n1990-01,0.1\n1990-02\n", "h.csv:3: 1 fields where the header has 2"),
            ("date,a\n1990-01,0.1\n1990.2.3.4,0.1\n", "h.csv:3: `1990.2.3.4` must be a date as"),
            ("date,a\n1990-01,0.1\n1990-02,0.1\n1990-04,0.1\n", "h.csv:4: 1990-04 comes after 1990-02"),
            ("date,a\n1990-01,0.1\n1990-02,0.1\n1990-02,0.1\n", "1990-02 comes twice (see line 3)"),
            ("date,a\n1990-02,0.1\n1990-01,0.1\n", "1990-01 comes after 1990-02 of line 2: dates must rise"),
            ("date,a\n1990-01,0.1\n1990-02,\n1990-03,0.1\n", "h.csv:3: a is blank in 1990-02"),
            (
                "date,a\n1990-01,5%\n1990-02,4%\n1990-03,0.1\n",
                "h.csv:4: a is `0.1`, which must have a sign of percent",
            ),
            (
                "date,a\n1990-01,5%\n1990-02,0.1\n1990-03,0.1\n",
                "h.csv:2: a is `5%`, which has a sign of percent as most have not",
            ),
            (
                "date,a\n1990-01,0.1\n1990-02,-1.5\n1990-03,0.1\n",
                "h.csv:3: a is -1.5, but a return must be above -1",
            ),
            ("date,a\n1990-01,0.1\n1990-02,1e999\n", "a is `1e999`, but must be a number"),
            ("date,a\n1990-01,NaN\n1990-02,0.1\n", "a is `NaN`, which stands for a figure that is missing"),
            (
                "date;a\n1990-01;0,1\n1990-02;0,2\n",
                "h.csv:2: a is `0,1`, which is written with a decimal comma",
            ),
            (
                "date,a\n1990-01,-99.99\n1990-02,0.1\n",
                "a is `-99.99`, which stands for a figure that is missing",
            ),
            ("date,a\n1990-02-31,0.1\n1990-03-01,0.1\n", "1990-02 has 28 days, and no day 31"),
            ("1990-01,0.1\n1990-02,0.2\n", "h.csv:1: the first row holds figures (1990-01, 0.1)"),
            ("date,a,a\n1990-01,0.1,1\n1990-02,0.1,1\n", "two columns are called a"),
            ("date,,a\n1990-01,0.1,1\n1990-02,0.1,1\n", "column 2 has no name"),
            ("date,a\n1990-01,\n1990-02,\n", "has no column of numbers"),
            ("date\n1990-01\n1990-02\n", "has no column of numbers"),
            ("date,a\n1990-01,x\n1990-02,y\n", "has no column of numbers"),
        ] {
            let found = errors(text);
            assert!(found.contains(expected), "{text:?}: {found}");
        }
        let two = errors("date,a\n1990-01,0.1\n1990-02,1%\n1990-03,2%\n1990-04,0.1\n");
        assert_eq!(two.lines().count(), 2, "{two}");
    }

    #[test]
    fn no_text_makes_the_reader_panic() {
        for text in
            ["\n\n", ",,,\n,,\n", "\u{0}", "date\n\n\n", "é,ü\n1990,€\n1991,ß\n", "date,a\n\"1990,1\n"]
        {
            assert!(returns_from_csv("h.csv", text, &ReturnsWanted::default()).is_err(), "{text:?}");
        }
    }
}
