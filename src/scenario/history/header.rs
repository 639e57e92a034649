//! Which column of a table holds what: names, and where the dates are.

use super::date::{Date, Part};
use super::figure::Cell;
use super::problems::{Asker, Problems};
use super::text::Sheet;
use super::wanted::{NONE, Wanted};
use crate::scenario::suggest;

/// The most names that a message lists.
const MOST_NAMES: usize = 12;

/// What a column of whole dates is called, in small letters.
const DATES: [&str; 7] = ["date", "dates", "datum", "observation_date", "period", "time", "yyyymm"];
const YEARS: [&str; 4] = ["year", "jahr", "yr", "yyyy"];
const MONTHS: [&str; 4] = ["month", "monat", "mon", "mm"];
const QUARTERS: [&str; 4] = ["quarter", "quartal", "qtr", "q"];

/// Where the dates of a table stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DatePlace {
    /// In one column.
    One(usize),
    /// The year in a column, and the month or quarter in another.
    Two { year: usize, within: usize, part: Part },
}

impl DatePlace {
    /// Whether a column is part of it.
    pub(super) fn has(self, column: usize) -> bool {
        match self {
            Self::One(place) => place == column,
            Self::Two { year, within, .. } => year == column || within == column,
        }
    }

    /// The date of a row as it is written.
    pub(super) fn shown(self, sheet: &Sheet, row: usize) -> String {
        match self {
            Self::One(place) => sheet.cell(row, place).to_string(),
            Self::Two { year, within, .. } => {
                format!("{} {}", sheet.cell(row, year), sheet.cell(row, within))
            }
        }
    }
}

/// Refuses a table whose first row holds figures in place of names.
pub(super) fn refuse_headless(sheet: &Sheet, problems: &mut Problems) {
    let is_content = |cell: &&String| {
        cell.is_empty() || Cell::read(cell) != Cell::Other || Date::parse(cell, false).is_ok()
    };
    let figures = sheet.header.iter().skip(1).filter(|cell| Cell::read(cell).is_figure()).count();
    if figures > 0 && sheet.header.iter().all(|cell| is_content(&cell)) && !sheet.header[0].is_empty() {
        let shown: Vec<&str> = sheet.header.iter().take(3).map(String::as_str).collect();
        problems.line(sheet.header_line, format_args!(
            "the first row holds figures ({}) where names of columns must stand: put a header such as date,stocks,bonds above it",
            shown.join(", ")
        ));
    }
}

/// The place of each wanted series in the header; `None` within for a series that stands still.
pub(super) fn find(
    header: &[String],
    wanted: &Wanted<'_>,
    problems: &mut Problems,
) -> Option<Vec<Option<usize>>> {
    let mut places = vec![];
    for (series, known_as) in &wanted.columns {
        let column = known_as.first().map_or("", String::as_str);
        let found = known_as.iter().find_map(|name| find_one(header, name, problems));
        match found {
            Some(place) => places.push(Some(place)),
            None if column == NONE && *series == "inflation" => places.push(None),
            None => {
                let message = format!("must be a column of {}", problems.file);
                let mut help = nearest_or_all(column, header);
                if *series == "inflation" {
                    help += "; or \"none\" if prices stand still";
                }
                problems.key(format!("columns.{series}"), Some(format!("`{column}`")), message, Some(help));
            }
        }
    }
    (places.len() == wanted.columns.len()).then_some(places)
}

/// Where the dates are: in the column of that name, or else in one that is called so, or in the first if it holds dates.
pub(super) fn find_dates(sheet: &Sheet, named: Option<&str>, problems: &mut Problems) -> Option<DatePlace> {
    let header = &sheet.header;
    if let Some(name) = named {
        let place = find_one(header, name, problems);
        if place.is_none() {
            let message = format!("must be a column of {}", problems.file);
            problems.key("date", Some(format!("`{name}`")), message, Some(nearest_or_all(name, header)));
        }
        return place.map(|place| with_month(sheet, place));
    }
    let called =
        |names: &[&str]| header.iter().position(|name| names.contains(&name.to_lowercase().as_str()));
    let place =
        called(&DATES).or_else(|| called(&YEARS)).or_else(|| called(&MONTHS)).or_else(|| called(&QUARTERS));
    if let Some(place) = place {
        let twice = header.iter().filter(|name| **name == header[place]).count() > 1;
        if twice {
            problems.file(format_args!("two columns are called {}", header[place]));
        }
        return Some(with_month(sheet, place));
    }
    let looks_like_dates = sheet.column(0).take(3).all(|cell| Date::parse(cell, false).is_ok());
    if looks_like_dates && Cell::read(&header[0]) == Cell::Other || header[0].is_empty() {
        return Some(DatePlace::One(0));
    }
    let all = listed(header);
    problems.file(match problems.asker {
        Asker::Scenario => {
            format!("no column is called date or year; name it with market.history.date ({all})")
        }
        Asker::Flags => format!("no column is called date or year ({all}); name one so"),
    });
    None
}

/// A column of years goes with one of months or quarters, if there is one.
fn with_month(sheet: &Sheet, place: usize) -> DatePlace {
    let is_year = |cell: &str| matches!(Date::parse(cell, false), Ok(Date { part: Part::Year, .. }));
    if !sheet.column(place).take(3).all(is_year) {
        return DatePlace::One(place);
    }
    let called = |names: [&str; 4]| {
        sheet
            .header
            .iter()
            .position(|name| names.contains(&name.to_lowercase().as_str()))
            .filter(|other| *other != place)
    };
    match (called(MONTHS), called(QUARTERS)) {
        (Some(within), _) => DatePlace::Two { year: place, within, part: Part::Month },
        (None, Some(within)) => DatePlace::Two { year: place, within, part: Part::Quarter },
        (None, None) => DatePlace::One(place),
    }
}

/// The place of a column by its exact name; a name that comes twice is reported.
pub(super) fn find_one(header: &[String], name: &str, problems: &mut Problems) -> Option<usize> {
    let mut places = header.iter().enumerate().filter(|(_, column)| *column == name).map(|(place, _)| place);
    let first = places.next();
    if places.next().is_some() {
        problems.file(format_args!("two columns are called {name}"));
    }
    first
}

/// The nearest name, or all of them.
pub(super) fn nearest_or_all(name: &str, header: &[String]) -> String {
    let names = header.iter().map(String::as_str).filter(|name| !name.is_empty());
    suggest::nearest(name, names)
        .map_or_else(|| format!("accepted: {}", listed(header)), |found| format!("did you mean `{found}`?"))
}

/// Names one after the other, the first dozen of them.
pub(super) fn listed(header: &[String]) -> String {
    let named: Vec<&str> = header.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
    let shown = named.iter().take(MOST_NAMES).copied().collect::<Vec<_>>().join(", ");
    let more = named.len().saturating_sub(MOST_NAMES);
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}
