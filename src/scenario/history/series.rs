//! Every column of figures of a table, each over a span of its own: what a calibration is made of.

use std::collections::HashSet;

use super::dates;
use super::figure::{Cell, read_column};
use super::header::{DatePlace, find_dates, listed, refuse_headless};
use super::kind;
use super::problems::{Asker, Problems};
use super::text::{self, Sheet};
use super::time::{Rows, Time};
use super::wanted::Unit;
use crate::calibration::Date;
use crate::error::Problem;

/// What a column of the rise of prices is called, in small letters.
const PRICES: [&str; 2] = ["cpi", "inflation"];

/// Which part of a table of returns is read, and what the user says of it; by default all of it, as it looks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ReturnsWanted<'a> {
    /// Only these columns, in this order.
    pub columns: Option<&'a [String]>,
    /// The column that is the rise of prices; without it one that is called `cpi` or `inflation`.
    pub prices: Option<&'a str>,
    /// What the figures are; without it they are fractions, and columns that look otherwise are refused.
    pub unit: Option<Unit>,
    /// The first month or year.
    pub from: Option<Date>,
    /// The last month or year.
    pub to: Option<Date>,
}

impl ReturnsWanted<'_> {
    /// Whether a row of this date is read.
    fn holds(&self, year: i32, month: u32) -> bool {
        let date = Date { year, month };
        self.from.is_none_or(|from| date >= from) && self.to.is_none_or(|to| date <= to)
    }
}

/// Columns of figures.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct Series {
    /// The date of row zero.
    pub first: Time,
    /// Of each column its name, the row of its first figure, and its figures as fractions.
    pub columns: Vec<(String, usize, Vec<f64>)>,
    /// Names of columns that hold no figures.
    pub skipped: Vec<String>,
    /// Names of columns that hold none between the wanted dates.
    pub outside: Vec<String>,
}

/// Reads the wanted columns, or all that hold figures; `file` is how problems call the table.
///
/// # Errors
///
/// Every problem that keeps a column from being used, with its line.
pub(in crate::scenario) fn read_series(
    file: &str,
    text: &str,
    wanted: &ReturnsWanted<'_>,
) -> Result<Series, Vec<Problem>> {
    let mut problems = Problems::of(file).asked_by(Asker::Flags);
    match read_into(text, wanted, &mut problems) {
        Some(series) if problems.is_empty() => Ok(series),
        _ => Err(problems.take()),
    }
}

fn read_into(text: &str, wanted: &ReturnsWanted<'_>, problems: &mut Problems) -> Option<Series> {
    let sheet = text::parse(text, problems)?;
    refuse_headless(&sheet, problems);
    if !problems.is_empty() {
        return None;
    }
    let dates = find_dates(&sheet, None, problems)?;
    let all = dates::in_order(&sheet, &dates, problems)?;
    let rows: Rows =
        all.iter().filter(|(_, time)| wanted.holds(time.year(), time.month())).copied().collect();
    if rows.len() < 2 {
        problems.file(match (all.first(), all.last()) {
            (Some((_, first)), Some((_, last))) if rows.len() < all.len() => format!(
                "there are fewer than two rows between the wanted dates; the table goes from {first} to {last}"
            ),
            _ => "there are fewer than two rows of returns".to_string(),
        });
        return None;
    }
    dates::report_gaps(&sheet, &rows, problems);
    let (places, skipped) = places(&sheet, dates, wanted.columns, problems);
    let (_, first) = *rows.first()?;
    let (mut columns, mut outside) = (vec![], vec![]);
    for place in places {
        let figures = read_column(&sheet, &rows, place, wanted.unit, problems);
        let name = &sheet.header[place];
        if figures.iter().any(Option::is_some) {
            columns.extend(one(&sheet, &rows, (place, &figures), wanted, problems));
        } else if wanted.columns.is_some() || wanted.prices == Some(name) {
            let between = if rows.len() < all.len() { " between the wanted dates" } else { "" };
            problems.file(format_args!("the column {name} is empty{between}"));
        } else {
            // Nobody asked for it.
            outside.push(name.clone());
        }
    }
    if columns.is_empty() && problems.is_empty() {
        problems.file("has no column of numbers beside the dates");
    }
    Some(Series { first, columns, skipped, outside })
}

/// A column from its first figure to its last.
fn one(
    sheet: &Sheet,
    rows: &[(usize, Time)],
    (column, figures): (usize, &[Option<f64>]),
    wanted: &ReturnsWanted<'_>,
    problems: &mut Problems,
) -> Option<(String, usize, Vec<f64>)> {
    let name = &sheet.header[column];
    let first = figures.iter().position(Option::is_some)?;
    let last = figures.iter().rposition(Option::is_some)?;
    for (row, _) in figures.iter().enumerate().take(last).skip(first).filter(|(_, figure)| figure.is_none()) {
        let (place, date) = rows[row];
        let what = "a series may begin late or end early, but has no gap";
        problems.line(sheet.line(place), format_args!("{name} is blank in {date}: {what}"));
    }
    let whole: Vec<f64> = figures[first..=last].iter().flatten().copied().collect();
    if problems.is_empty() {
        let per_year = rows[0].1.period.per_year();
        let is_inflation = match wanted.prices {
            Some(prices) => name == prices,
            None => PRICES.contains(&name.to_lowercase().as_str()),
        };
        let looked = kind::Looked { name, figures: &whole, per_year, is_inflation };
        kind::check(looked, wanted.unit, |place| sheet.line(rows[first + place].0), problems);
    }
    Some((name.clone(), first, whole))
}

/// The places of the columns that are wanted, and the names of those that are left out because they hold no figures.
fn places(
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
        let mut names = HashSet::new();
        for column in others {
            let name = &header[column];
            if !holds_figures(sheet, column) {
                skipped.extend((!name.is_empty()).then(|| name.clone()));
            } else if name.is_empty() {
                problems.line(sheet.header_line, format_args!("column {} has no name", column + 1));
            } else if !names.insert(name) {
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
