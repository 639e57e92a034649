//! A table of past returns as a CSV text → named columns at one spacing.
//!
//! The first column, or the one called `date` or `year`, holds dates: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. Every other column
//! whose filled cells are numbers is a series of simple returns as fractions; a series may begin later and end
//! earlier than the table, but has no gap.

use crate::calibration::{Column, Date, Spacing, Table};
use crate::error::{Error, Location, Problem, Result};

/// The most problems that are listed of one file.
const MOST_PROBLEMS: usize = 20;

/// A table of returns as read, and what was left out of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ReturnsFile {
    /// The series.
    pub table: Table,
    /// Names of columns that hold no numbers and were skipped.
    pub skipped: Vec<String>,
}

/// Reads a CSV text; `file_name` is how errors call it. With `columns`, only these are read, in this order.
///
/// ```
/// let text = "date,fund,note\n2020-01,0.01,\n2020-02,-0.02,a\n2020-03,0.03,\n";
/// let file = decumulus::scenario::returns_from_csv("fund.csv", text, None)?;
/// assert_eq!(file.table.columns[0].returns, [0.01, -0.02, 0.03]);
/// assert_eq!(file.skipped, ["note"]);
/// # Ok::<(), decumulus::Error>(())
/// ```
///
/// # Errors
///
/// Every problem with its line: cells that are missing or too many, dates that cannot be read or do not follow each other
/// at one spacing, cells that are no number, gaps within a series; a wanted column that is not there.
pub fn returns_from_csv(file_name: &str, text: &str, columns: Option<&[String]>) -> Result<ReturnsFile> {
    let mut reader = Reader { file_name, problems: vec![] };
    let lines: Vec<Line<'_>> = lines(text).collect();
    let Some((header, rows)) = lines.split_first() else {
        return Err(reader
            .refuse(1, 0..0, "has no line; expected a header and rows of returns".into())
            .end());
    };
    let names: Vec<&str> = header.cells.iter().map(|cell| cell.text).collect();
    let called = |name: &&str| name.eq_ignore_ascii_case("date") || name.eq_ignore_ascii_case("year");
    let date_column = names.iter().position(called).unwrap_or(0);
    reader.check_widths(rows, names.len());
    reader.check_names(header, date_column);
    reader.stop_if_wrong()?;
    let (first, spacing) = reader.dates(rows, date_column)?;
    let wanted = reader.wanted(header, date_column, columns);
    reader.stop_if_wrong()?;
    let mut skipped = vec![];
    let mut found = vec![];
    for place in wanted {
        let name = names[place].to_string();
        if columns.is_none() && !looks_numeric(rows, place) {
            skipped.push(name);
        } else if let Some((first_row, returns)) = reader.series(rows, place, &name) {
            found.push(Column { name, first_row, returns });
        }
    }
    reader.stop_if_wrong()?;
    if found.is_empty() {
        let message = "has no column of numbers beside the dates".to_string();
        return Err(reader.refuse(header.number, header.span.clone(), message).end());
    }
    let source = file_name.to_string();
    Ok(ReturnsFile { table: Table { source, spacing, first, columns: found }, skipped })
}

/// A cell and the bytes of the file that it takes.
struct Cell<'a> {
    text: &'a str,
    span: std::ops::Range<usize>,
}

/// A line that is not blank.
struct Line<'a> {
    number: usize,
    span: std::ops::Range<usize>,
    cells: Vec<Cell<'a>>,
}

fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    let numbered = text.split('\n').enumerate().map(move |(i, line)| {
        let begin = start;
        start += line.len() + 1;
        let mut place = begin;
        let cells = line.split(',').map(|raw| {
            let from = place;
            place += raw.len() + 1;
            let marks: &[char] = &['"', '\u{feff}', ' ', '\t', '\r'];
            Cell { text: raw.trim_matches(marks), span: from..from + raw.len() }
        });
        let cells: Vec<Cell<'_>> = cells.collect();
        Line { number: i + 1, span: begin..begin + line.len(), cells }
    });
    // Empty lines and comments say nothing.
    let comments = |line: &Line<'_>| line.cells.first().is_some_and(|cell| cell.text.starts_with('#'));
    numbered.filter(move |line| !comments(line) && line.cells.iter().any(|cell| !cell.text.is_empty()))
}

/// Whether at least half of the filled cells of a column are numbers, or look like percentages.
fn looks_numeric(rows: &[Line<'_>], place: usize) -> bool {
    let filled = rows.iter().map(|row| row.cells[place].text).filter(|text| !text.is_empty());
    let (count, numbers) = filled.fold((0, 0), |(count, numbers), text| {
        (count + 1, numbers + usize::from(text.trim_end_matches('%').trim().parse::<f64>().is_ok()))
    });
    count > 0 && 2 * numbers >= count
}

struct Reader<'a> {
    file_name: &'a str,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn refuse(&mut self, line: usize, span: std::ops::Range<usize>, message: String) -> &mut Self {
        if self.problems.len() < MOST_PROBLEMS {
            let file = self.file_name.to_string();
            let location = Some(Location { file, line, column: 1, span });
            self.problems.push(Problem { message, location, ..Problem::default() });
        }
        self
    }

    fn end(&mut self) -> Error {
        Error::input(std::mem::take(&mut self.problems))
    }

    fn stop_if_wrong(&mut self) -> Result<()> {
        if self.problems.is_empty() { Ok(()) } else { Err(self.end()) }
    }

    fn check_widths(&mut self, rows: &[Line<'_>], width: usize) {
        for row in rows.iter().filter(|row| row.cells.len() != width) {
            let message = format!("the line has {} cells, but the header has {width}", row.cells.len());
            self.refuse(row.number, row.span.clone(), message);
        }
    }

    fn check_names(&mut self, header: &Line<'_>, date_column: usize) {
        for (i, cell) in header.cells.iter().enumerate().filter(|(i, _)| *i != date_column) {
            if cell.text.is_empty() {
                self.refuse(header.number, cell.span.clone(), format!("column {} has no name", i + 1));
            } else if header.cells[..i].iter().any(|other| other.text == cell.text) {
                let message = format!("the column `{}` is there twice", cell.text);
                self.refuse(header.number, cell.span.clone(), message);
            }
        }
    }

    /// The first date and the spacing; dates must follow each other without a gap.
    fn dates(&mut self, rows: &[Line<'_>], column: usize) -> Result<(Date, Spacing)> {
        let mut dates = vec![];
        for row in rows {
            let cell = &row.cells[column];
            if let Some(date) = Date::parse(cell.text) {
                dates.push(date);
            } else {
                let message = format!("`{}` is no date; write 1971, 1971-06 or 1971-06-30", cell.text);
                self.refuse(row.number, cell.span.clone(), message);
            }
        }
        self.stop_if_wrong()?;
        let (Some(&first), Some(second), Some(row)) = (dates.first(), dates.get(1), rows.first()) else {
            let line = rows.first().map_or(1, |row| row.number);
            return Err(self.refuse(line, 0..0, "there are fewer than two rows of returns".into()).end());
        };
        let spacing = match second.months() - first.months() {
            1 => Spacing::Month,
            3 => Spacing::Quarter,
            12 => Spacing::Year,
            other => {
                let message = format!(
                    "the first two dates are {other} months apart; rows must rise by a month, a quarter or a year"
                );
                return Err(self.refuse(row.number, row.span.clone(), message).end());
            }
        };
        for ((row, date), before) in rows.iter().zip(&dates).skip(1).zip(&dates) {
            let expected = before.after(1, spacing);
            if *date != expected {
                let found = date.shown(spacing);
                let message = format!("{found} stands where {} should follow", expected.shown(spacing));
                self.refuse(row.number, row.cells[column].span.clone(), message);
            }
        }
        self.stop_if_wrong()?;
        Ok((first, spacing))
    }

    /// The places of the wanted columns: those named, or all but the dates.
    fn wanted(&mut self, header: &Line<'_>, dates: usize, columns: Option<&[String]>) -> Vec<usize> {
        let others = (0..header.cells.len()).filter(|place| *place != dates);
        let Some(columns) = columns else { return others.collect() };
        let mut places = vec![];
        for name in columns {
            match header.cells.iter().position(|cell| cell.text == name) {
                Some(place) if place != dates && !places.contains(&place) => places.push(place),
                Some(place) if places.contains(&place) => {}
                _ => {
                    let known: Vec<&str> = others.clone().map(|place| header.cells[place].text).collect();
                    let message = format!("there is no column `{name}`; there are {}", known.join(", "));
                    self.refuse(header.number, header.span.clone(), message);
                }
            }
        }
        places
    }

    /// The row of the first return and the returns; `None` for an empty column.
    fn series(&mut self, rows: &[Line<'_>], place: usize, name: &str) -> Option<(usize, Vec<f64>)> {
        let filled = |row: &Line<'_>| !row.cells[place].text.is_empty();
        let Some(first) = rows.iter().position(filled) else {
            self.refuse(1, 0..0, format!("the column `{name}` is empty"));
            return None;
        };
        let last = rows.iter().rposition(filled)?;
        let mut returns = vec![];
        for row in &rows[first..=last] {
            let cell = &row.cells[place];
            let problem = match cell.text.parse::<f64>() {
                Ok(value) if value > -1.0 && value.is_finite() => {
                    returns.push(value);
                    continue;
                }
                Ok(value) => format!("{name} is {value}, but must be a return above -1, as a fraction"),
                Err(_) if cell.text.is_empty() => {
                    format!("{name} has no return here; a series may begin late or end early, but has no gap")
                }
                Err(_) if cell.text.ends_with('%') => {
                    format!("{name} is {}; write returns as fractions: 5 % is 0.05", cell.text)
                }
                Err(_) => format!("{name} is `{}`, which is no number", cell.text),
            };
            self.refuse(row.number, cell.span.clone(), problem);
        }
        Some((first, returns))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(text: &str) -> String {
        returns_from_csv("h.csv", text, None).unwrap_err().to_string()
    }

    #[test]
    fn series_with_spans_of_their_own_are_read() {
        let text = "\u{feff}date,a,b,basis\r\n1999-11,0.01,,eom\r\n1999-12,\"-0.02\",0.5,\r\n2000-01,,0.25,eom\r\n\r\n";
        let file = returns_from_csv("h.csv", text, None).unwrap();
        assert_eq!(file.skipped, ["basis"]);
        assert_eq!((file.table.spacing, file.table.first), (Spacing::Month, Date { year: 1999, month: 11 }));
        let [a, b] = &file.table.columns[..] else { panic!("two columns") };
        assert_eq!((a.first_row, &a.returns[..]), (0, &[0.01, -0.02][..]));
        assert_eq!((b.first_row, &b.returns[..]), (1, &[0.5, 0.25][..]));
    }

    #[test]
    fn columns_can_be_chosen_in_any_order_and_dates_stand_anywhere() {
        let text = "a,b,Year\n0.1,0.2,1990\n0.3,0.4,1991\n";
        let wanted = ["b".to_string(), "a".to_string()];
        let file = returns_from_csv("h.csv", text, Some(&wanted)).unwrap();
        let names: Vec<&str> = file.table.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!((names, file.table.spacing), (vec!["b", "a"], Spacing::Year));
        let error = returns_from_csv("h.csv", text, Some(&["c".to_string()])).unwrap_err().to_string();
        assert!(error.contains("there is no column `c`; there are a, b"), "{error}");
        // A column that is named must hold numbers.
        let text = "date,a\n1990,x\n1991,y\n";
        let error = returns_from_csv("h.csv", text, Some(&["a".to_string()])).unwrap_err().to_string();
        assert!(error.contains("h.csv:2:1: a is `x`, which is no number"), "{error}");
    }

    #[test]
    fn quarters_by_their_last_day_are_recognised() {
        let file = returns_from_csv("h.csv", "date,a\n1990-03-31,0.1\n1990-06-30,0.2\n1990-09-30,0\n", None);
        assert_eq!(file.unwrap().table.spacing, Spacing::Quarter);
    }

    #[test]
    fn every_mistake_is_reported_with_its_line() {
        for (text, expected) in [
            ("", "h.csv:1:1: has no line"),
            ("date,a\n1990-01,0.1\n", "fewer than two rows"),
            ("date,a\n1990-01,0.1\n1990-02\n", "h.csv:3:1: the line has 1 cells, but the header has 2"),
            ("date,a\n1990-01,0.1\n199002,0.1\n", "h.csv:3:1: `199002` is no date"),
            ("date,a\n1990-01,0.1\n1990-02,0.1\n1990-04,0.1\n", "h.csv:4:1: 1990-04 stands where 1990-03"),
            ("date,a\n1990-01,0.1\n1990-02,0.1\n1990-02,0.1\n", "1990-02 stands where 1990-03"),
            ("date,a\n1990-02,0.1\n1990-01,0.1\n", "the first two dates are -1 months apart"),
            ("date,a\n1990-01,0.1\n1990-02,\n1990-03,0.1\n", "h.csv:3:1: a has no return here"),
            ("date,a\n1990-01,5%\n1990-02,0.1\n", "h.csv:2:1: a is 5%; write returns as fractions"),
            ("date,a\n1990-01,0.1\n1990-02,-1.5\n", "h.csv:3:1: a is -1.5, but must be a return above -1"),
            ("date,a\n1990-01,0.1\n1990-02,1e999\n", "a is inf"),
            ("date,a\n1990-01,NaN\n1990-02,0.1\n", "a is NaN"),
            ("date,a,a\n1990-01,0.1,1\n1990-02,0.1,1\n", "the column `a` is there twice"),
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
            assert!(returns_from_csv("h.csv", text, None).is_err(), "{text:?}");
        }
    }
}
