//! The dates of a table: how long a row is, and whether rows follow each other.

use super::date::{Date, Part, Why, in_two_cells};
use super::header::DatePlace;
use super::problems::Problems;
use super::text::Sheet;
use super::time::{Rows, Time};
use crate::market::HistoryPeriod;

/// Every row with its date, in the order of the file; rows that do not rise are reported, gaps not yet.
pub(super) fn in_order(sheet: &Sheet, place: &DatePlace, problems: &mut Problems) -> Option<Rows> {
    let dates = parsed(sheet, place);
    let mut sound: Vec<(usize, Date)> = vec![];
    for (row, date) in dates.into_iter().enumerate() {
        match date {
            Ok(date) => sound.push((row, date)),
            Err(why) => {
                problems.line(sheet.line(row), format_args!("`{}` must be {why}", place.shown(sheet, row)));
            }
        }
    }
    let (_, first) = *sound.first()?;
    for &(row, date) in
        sound.iter().filter(|(_, date)| (date.part == Part::Year) != (first.part == Part::Year))
    {
        let (found, usual) = (place.shown(sheet, row), place.shown(sheet, sound[0].0));
        let what = format_args!("{found} stands among dates such as {usual}: years and months are mixed");
        problems.line(sheet.line(row), what);
        debug_assert!(date.part != first.part);
    }
    if !problems.is_empty() {
        return None;
    }
    let period = period(sheet, &sound, problems)?;
    let rows: Rows =
        sound.into_iter().map(|(row, date)| (row, Time { period, months: date.months })).collect();
    for pair in rows.windows(2) {
        let ((before, last), (row, date)) = (pair[0], pair[1]);
        let before = sheet.line(before);
        if date.months == last.months {
            problems.line(sheet.line(row), format_args!("{date} comes twice (see line {before})"));
        } else if date.months < last.months {
            let what = format_args!("{date} comes after {last} of line {before}: dates must rise");
            problems.line(sheet.line(row), what);
        }
    }
    problems.is_empty().then_some(rows)
}

/// The dates as the place says; for `1/2/2001` in the order of day and month under which fewer rows are wrong.
fn parsed(sheet: &Sheet, place: &DatePlace) -> Vec<Result<Date, Why>> {
    let column = match *place {
        DatePlace::One(column) => column,
        DatePlace::Two { year, within, part } => {
            let cells = sheet.column(year).zip(sheet.column(within));
            return cells.map(|(year, within)| in_two_cells(year, within, part)).collect();
        }
    };
    let all = |day_first: bool| -> Vec<_> {
        sheet.column(column).map(|cell| Date::parse(cell, day_first)).collect()
    };
    let month_first = all(false);
    if !sheet.column(column).any(|cell| cell.contains(['/', '-'])) {
        return month_first;
    }
    let day_first = all(true);
    if wrong(&day_first) < wrong(&month_first) { day_first } else { month_first }
}

/// How many dates cannot be read, or else do not rise by a month, a quarter or a year.
fn wrong(dates: &[Result<Date, Why>]) -> (usize, usize) {
    let sound: Vec<i64> = dates.iter().flatten().map(|date| date.months).collect();
    let apart = sound.windows(2).map(|pair| pair[1] - pair[0]);
    (dates.len() - sound.len(), apart.filter(|apart| ![1, 3, 12].contains(apart)).count())
}

/// How long a row is: what the dates say, or else how far most of them are apart.
fn period(sheet: &Sheet, dates: &[(usize, Date)], problems: &mut Problems) -> Option<HistoryPeriod> {
    match dates.first()?.1.part {
        Part::Year => return Some(HistoryPeriod::Year),
        Part::Quarter => return Some(HistoryPeriod::Quarter),
        Part::Month => {}
    }
    let apart = || dates.windows(2).map(|pair| pair[1].1.months - pair[0].1.months);
    let count = |wanted: i64| apart().filter(|&apart| apart == wanted).count();
    let rising = [(12, HistoryPeriod::Year), (3, HistoryPeriod::Quarter), (1, HistoryPeriod::Month)];
    // The shortest of those that are as common.
    let (found, period) =
        rising.map(|(months, period)| (count(months), period)).into_iter().max_by_key(|(n, _)| *n)?;
    let rows = dates.len();
    if rows < 3 && found == 0
        || found > 0 && found >= count(0) && found >= apart().filter(|&apart| apart < 0).count()
    {
        return Some(if found == 0 { HistoryPeriod::Month } else { period });
    }
    let line = sheet.line(dates[0].0);
    if apart().all(|apart| apart <= 0) && apart().any(|apart| apart < 0) {
        problems.line(line, "dates fall, the newest first: sort the rows by date, the oldest first");
    } else if 2 * count(0) >= rows {
        problems.line(line, "most rows have the month of the row before: rows of days or weeks are not read; make one row of each month");
    } else {
        let months = dates[1].1.months - dates[0].1.months;
        problems.line(line, format_args!(
            "the first two dates are {months} months apart, and few of the others rise by a month, a quarter or a year, as rows must"
        ));
    }
    None
}

/// Reports rows that are missing between others.
pub(super) fn report_gaps(sheet: &Sheet, rows: &[(usize, Time)], problems: &mut Problems) {
    for pair in rows.windows(2) {
        let ((_, before), (row, date)) = (pair[0], pair[1]);
        let step = date.period.months() as i64;
        let apart = date.months - before.months;
        if apart % step != 0 {
            let word = date.period.word();
            let what = format_args!(
                "{date} comes after {before}, which is no whole number of {word}s, as rows are apart"
            );
            problems.line(sheet.line(row), what);
        } else if apart > step {
            let missing = apart / step - 1;
            let what =
                format_args!("{date} comes after {before}, so that {missing} between them are missing");
            problems.line(sheet.line(row), what);
        }
    }
}
