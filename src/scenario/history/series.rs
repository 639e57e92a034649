//! Every column of figures of a table, each over a span of its own: what a calibration is made of.

use super::dates::{self, Time};
use super::figure::{Cell, read_column};
use super::header::{DatePlace, find_dates, listed, refuse_headless};
use super::text::{self, Sheet};
use super::{Asker, Problems, Unit, kind};
use crate::error::Problem;

/// What a column of the rise of prices is called, in small letters.
const PRICES: [&str; 2] = ["cpi", "inflation"];

/// Columns of figures.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct Series {
    /// The date of row zero.
    pub first: Time,
    /// Of each column its name, the row of its first figure, and its figures as fractions.
    pub columns: Vec<(String, usize, Vec<f64>)>,
    /// Names of columns that hold no figures.
    pub skipped: Vec<String>,
}

/// Reads the named columns, or all that hold figures; `file` is how problems call the table.
///
/// # Errors
///
/// Every problem that keeps a column from being used, with its line.
pub(in crate::scenario) fn read_series(
    file: &str,
    text: &str,
    columns: Option<&[String]>,
    unit: Option<Unit>,
) -> Result<Series, Vec<Problem>> {
    let mut problems = Problems { asker: Asker::Flags, ..Problems::of(file) };
    match read_into(text, columns, unit, &mut problems) {
        Some(series) if problems.is_empty() => Ok(series),
        _ => Err(problems.take()),
    }
}

fn read_into(
    text: &str,
    columns: Option<&[String]>,
    unit: Option<Unit>,
    problems: &mut Problems,
) -> Option<Series> {
    let sheet = text::parse(text, problems)?;
    refuse_headless(&sheet, problems);
    if !problems.is_empty() {
        return None;
    }
    let dates = find_dates(&sheet, None, problems)?;
    let rows = dates::in_order(&sheet, &dates, problems)?;
    if rows.len() < 2 {
        problems.file("there are fewer than two rows of returns");
        return None;
    }
    dates::report_gaps(&sheet, &rows, problems);
    let (wanted, skipped) = wanted(&sheet, dates, columns, problems);
    let (_, first) = *rows.first()?;
    let mut found = vec![];
    for column in wanted {
        let figures = read_column(&sheet, &rows, column, unit, problems);
        found.extend(one(&sheet, &rows, (column, &figures), unit, problems));
    }
    if found.is_empty() && problems.is_empty() {
        problems.file("has no column of numbers beside the dates");
    }
    Some(Series { first, columns: found, skipped })
}

/// A column from its first figure to its last.
fn one(
    sheet: &Sheet,
    rows: &[(usize, Time)],
    (column, figures): (usize, &[Option<f64>]),
    unit: Option<Unit>,
    problems: &mut Problems,
) -> Option<(String, usize, Vec<f64>)> {
    let name = &sheet.header[column];
    let Some(first) = figures.iter().position(Option::is_some) else {
        problems.file(format_args!("the column {name} is empty"));
        return None;
    };
    let last = figures.iter().rposition(Option::is_some)?;
    for (row, _) in figures.iter().enumerate().take(last).skip(first).filter(|(_, figure)| figure.is_none()) {
        let (place, date) = rows[row];
        let what = "a series may begin late or end early, but has no gap";
        problems.line(sheet.line(place), format_args!("{name} is blank in {date}: {what}"));
    }
    let whole: Vec<f64> = figures[first..=last].iter().flatten().copied().collect();
    if problems.is_empty() {
        let per_year = rows[0].1.period.per_year();
        let is_inflation = PRICES.contains(&name.to_lowercase().as_str());
        let looked = kind::Looked { name, figures: &whole, per_year, is_inflation };
        kind::check(looked, unit, |place| sheet.line(rows[first + place].0), problems);
    }
    Some((name.clone(), first, whole))
}

/// The places of the columns that are wanted, and the names of those that are left out because they hold no figures.
fn wanted(
    sheet: &Sheet,
    dates: DatePlace,
    columns: Option<&[String]>,
    problems: &mut Problems,
) -> (Vec<usize>, Vec<String>) {
    let header = &sheet.header;
    let others = (0..header.len()).filter(|column| !dates.has(*column));
    let Some(columns) = columns else {
        let mut skipped = vec![];
        let mut found: Vec<usize> = vec![];
        for column in others {
            let name = &header[column];
            if !holds_figures(sheet, column) {
                skipped.extend((!name.is_empty()).then(|| name.clone()));
            } else if name.is_empty() {
                problems.line(sheet.header_line, format_args!("column {} has no name", column + 1));
            } else if found.iter().any(|other| header[*other] == *name) {
                problems.line(sheet.header_line, format_args!("two columns are called {name}"));
            } else {
                found.push(column);
            }
        }
        return (found, skipped);
    };
    let mut places = vec![];
    for name in columns {
        let mut named = others.clone().filter(|column| header[*column] == *name);
        match (named.next(), named.next()) {
            (Some(_), Some(_)) => problems.file(format_args!("two columns are called {name}")),
            (Some(place), None) => {
                if !places.contains(&place) {
                    places.push(place);
                }
            }
            (None, _) => {
                let known: Vec<String> = others.clone().map(|column| header[column].clone()).collect();
                problems.file(format_args!("there is no column `{name}`; there are {}", listed(&known)));
            }
        }
    }
    (places, vec![])
}

/// Whether at least half of the filled cells of a column are figures, however badly written.
fn holds_figures(sheet: &Sheet, column: usize) -> bool {
    let filled =
        sheet.column(column).map(Cell::read).filter(|cell| !matches!(cell, Cell::Blank | Cell::Missing));
    let (count, figures) =
        filled.fold((0, 0), |(count, figures), cell| (count + 1, figures + usize::from(cell.is_figure())));
    count > 0 && 2 * figures >= count
}
