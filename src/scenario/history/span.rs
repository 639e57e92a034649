//! The rows between two dates, and the longest part of them in which every wanted column has a figure.

use super::date::{Date, Part};
use super::dates::report_gaps;
use super::figure::read_column;
use super::problems::Problems;
use super::text::Sheet;
use super::time::{Rows, Time};
use super::wanted::Wanted;
use crate::market::{History, HistoryPeriod};

/// A table that was read, and what the user should know of it.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct Read {
    pub history: History,
    pub notices: Vec<String>,
}

/// The rows from `from` to `to`.
pub(super) fn chosen(dated: Rows, wanted: &Wanted<'_>, problems: &mut Problems) -> Option<Rows> {
    let (first, last) = (dated.first()?.1, dated.last()?.1);
    let from = limit(wanted.from.as_deref(), "from", (first, last), problems);
    let to = limit(wanted.to.as_deref(), "to", (first, last), problems);
    if let (Some(from), Some(to)) = (from, to)
        && from.months > to.months
    {
        let message = format!("must not be before market.history.from, which is {from}");
        problems.key("to", Some(to.to_string()), message, None);
    }
    let inside = |time: Time| {
        from.is_none_or(|from| time.months >= from.months) && to.is_none_or(|to| time.months <= to.months)
    };
    Some(dated.into_iter().filter(|(_, time)| inside(*time)).collect())
}

/// The date of a key. A year alone stands for its first or last month in a table of months or quarters, a quarter for its own.
fn limit(
    text: Option<&str>,
    key: &str,
    (first, last): (Time, Time),
    problems: &mut Problems,
) -> Option<Time> {
    let text = text?;
    let found = Some(format!("`{text}`"));
    let date = match Date::parse(text, false) {
        Ok(date) => date,
        Err(why) => {
            problems.key(key, found, format!("must be {why}"), None);
            return None;
        }
    };
    let is_end = key == "to";
    let months = match (date.part, first.period) {
        (Part::Year, HistoryPeriod::Month | HistoryPeriod::Quarter) => {
            date.months + if is_end { 11 } else { 0 }
        }
        (Part::Quarter, HistoryPeriod::Month) => date.months - if is_end { 0 } else { 2 },
        (Part::Month | Part::Quarter, HistoryPeriod::Year) => {
            problems.key(key, found, format!("must be a year: {} is a table of years", problems.file), None);
            return None;
        }
        _ => date.months,
    };
    // A year that the table has in part may be named whole.
    let slack = if first.period == HistoryPeriod::Year { 0 } else { 11 };
    if months + slack < first.months || months > last.months + slack {
        let message = format!("must lie within the table, {first} to {last}");
        problems.key(key, found, message, None);
        return None;
    }
    Some(Time { period: first.period, months })
}

/// The complete rows of a table.
#[derive(Debug)]
pub(super) struct Complete {
    pub first: Time,
    pub last: Time,
    /// Returns as fractions by series; the name of the column, empty if there is none; the lines of the file.
    pub series: Vec<(String, Vec<f64>)>,
    pub lines: Vec<u64>,
    notices: Vec<String>,
}

/// The part of the rows in which every wanted column has a figure.
pub(super) fn complete(
    sheet: &Sheet,
    rows: &[(usize, Time)],
    places: &[Option<usize>],
    wanted: &Wanted<'_>,
    problems: &mut Problems,
) -> Option<Complete> {
    report_gaps(sheet, rows, problems);
    let figures: Vec<Option<Vec<Option<f64>>>> = places
        .iter()
        .map(|column| column.map(|column| read_column(sheet, rows, column, wanted.unit, problems)))
        .collect();
    let held = |figures: &Option<Vec<Option<f64>>>| match figures {
        None => Some((0, rows.len())),
        Some(figures) => {
            let first = figures.iter().position(Option::is_some)?;
            Some((first, figures.iter().rposition(Option::is_some)? + 1))
        }
    };
    let spans: Vec<Option<(usize, usize)>> = figures.iter().map(held).collect();
    let name = |series: usize| places[series].map_or("", |column| sheet.header[column].as_str());
    if let Some(empty) = spans.iter().position(Option::is_none) {
        problems.file(format_args!("the column {} has no figure in the rows that are wanted", name(empty)));
        return None;
    }
    let spans: Vec<(usize, usize)> = spans.into_iter().flatten().collect();
    let (late, start) =
        spans.iter().map(|s| s.0).enumerate().max_by_key(|&(i, start)| (start, usize::MAX - i))?;
    let (early, end) = spans.iter().map(|s| s.1).enumerate().min_by_key(|&(_, end)| end)?;
    if start + 2 > end {
        let what = format!(
            "fewer than two rows have figures in every column that is wanted: {} begins in {}, {} ends in {}",
            name(late),
            rows.get(start)?.1,
            name(early),
            rows.get(end.checked_sub(1)?)?.1
        );
        problems.file(what);
        return None;
    }
    refuse_holes(sheet, rows, &figures, places, (start, end), problems);
    let mut notices = vec![];
    if start > 0 {
        let begins = rows[start].1;
        notices.push(format!("rows before {begins} are left out: the column {} begins then", name(late)));
    }
    if end < rows.len() {
        let ends = rows[end - 1].1;
        notices.push(format!("rows after {ends} are left out: the column {} ends then", name(early)));
    }
    if !problems.is_empty() {
        return None;
    }
    let part = |(series, figures): (usize, Option<Vec<Option<f64>>>)| {
        let all = figures.unwrap_or_else(|| vec![Some(0.0); rows.len()]);
        (name(series).to_string(), all[start..end].iter().flatten().copied().collect())
    };
    Some(Complete {
        first: rows[start].1,
        last: rows[end - 1].1,
        series: figures.into_iter().enumerate().map(part).collect(),
        lines: rows[start..end].iter().map(|(place, _)| sheet.line(*place)).collect(),
        notices,
    })
}

/// Reports blanks between the first and the last figure that is used.
fn refuse_holes(
    sheet: &Sheet,
    rows: &[(usize, Time)],
    figures: &[Option<Vec<Option<f64>>>],
    places: &[Option<usize>],
    (start, end): (usize, usize),
    problems: &mut Problems,
) {
    for (row, (place, date)) in rows.iter().enumerate().take(end).skip(start) {
        for (figures, column) in figures.iter().zip(places) {
            if let (Some(figures), Some(column)) = (figures, column)
                && figures[row].is_none()
            {
                let name = &sheet.header[*column];
                problems.line(sheet.line(*place), format_args!("{name} is blank in {date}"));
            }
        }
    }
}

impl Complete {
    /// The table in the order of the market.
    pub(super) fn into_history(self, source: &str) -> Read {
        let rows = self.lines.len();
        let unit = format!("{}s", self.first.period.word());
        let columns: Vec<&str> =
            self.series.iter().map(|(name, _)| name.as_str()).filter(|name| !name.is_empty()).collect();
        let returns = (0..rows).flat_map(|row| self.series.iter().map(move |(_, series)| series[row]));
        let history = History {
            source: format!(
                "{source}, {} to {} ({rows} {unit}: {})",
                self.first,
                self.last,
                columns.join(", ")
            ),
            period: self.first.period,
            first_year: self.first.year(),
            first_month: self.first.month(),
            series: self.series.len(),
            returns: returns.collect(),
        };
        Read { history, notices: self.notices }
    }
}
