//! The rows between two dates, and the longest part of them in which every wanted column has a figure.

use super::date::{Date, FORMS};
use super::text::Table;
use super::{Problems, Read, Unit, Wanted};
use crate::market::{History, HistoryPeriod};

/// The rows from `from` to `to`; gaps among them are reported.
pub(super) fn chosen(
    dated: Vec<(usize, Date)>,
    wanted: &Wanted<'_>,
    problems: &mut Problems,
) -> Option<Vec<(usize, Date)>> {
    let (first, last) = (dated.first()?.1, dated.last()?.1);
    let from = limit(wanted.from.as_deref(), "from", (first, last), problems);
    let to = limit(wanted.to.as_deref(), "to", (first, last), problems);
    if let (Some(from), Some(to)) = (from, to)
        && from.index > to.index
    {
        let message = format!("must not be before market.history.from, which is {from}");
        problems.key("to", Some(to.to_string()), message, None);
    }
    let inside = |date: Date| {
        from.is_none_or(|from| date.index >= from.index) && to.is_none_or(|to| date.index <= to.index)
    };
    Some(dated.into_iter().filter(|(_, date)| inside(*date)).collect())
}

/// The date of a key. A year alone stands for its first or last month in a table of months.
fn limit(
    text: Option<&str>,
    key: &str,
    (first, last): (Date, Date),
    problems: &mut Problems,
) -> Option<Date> {
    let text = text?;
    let found = Some(format!("`{text}`"));
    let Some(date) = Date::parse(text) else {
        problems.key(key, found, format!("must be {FORMS}"), None);
        return None;
    };
    let date = match (date.period, first.period) {
        (HistoryPeriod::Year, HistoryPeriod::Month) => {
            first.at(12 * date.index + if key == "to" { 11 } else { 0 })
        }
        (HistoryPeriod::Month, HistoryPeriod::Year) => {
            problems.key(key, found, format!("must be a year: {} is a table of years", problems.file), None);
            return None;
        }
        _ => date,
    };
    // A year that the table has in part may be named whole.
    let slack = if first.period == HistoryPeriod::Month { 11 } else { 0 };
    if date.index + slack < first.index || date.index > last.index + slack {
        let message = format!("must lie within the table, {first} to {last}");
        problems.key(key, found, message, None);
        return None;
    }
    Some(date)
}

/// The complete rows of a table.
#[derive(Debug)]
pub(super) struct Complete {
    pub first: Date,
    pub last: Date,
    /// Returns as fractions by series; the name of the column, empty if there is none; the lines of the file.
    pub series: Vec<(String, Vec<f64>)>,
    pub lines: Vec<u64>,
    notices: Vec<String>,
}

/// The part of the rows in which every wanted column has a figure.
pub(super) fn complete(
    table: &Table,
    rows: &[(usize, Date)],
    places: &[Option<usize>],
    wanted: &Wanted<'_>,
    problems: &mut Problems,
) -> Option<Complete> {
    for pair in rows.windows(2) {
        let ((_, before), (place, date)) = (pair[0], pair[1]);
        let missing = date.index - before.index - 1;
        if missing > 0 {
            let what = format!("{date} comes after {before}, so that {missing} between them are missing");
            let yearly = if missing == 11 { "; dates of a table of years are written YYYY" } else { "" };
            problems.line(table.records[place].line, what + yearly);
        }
    }
    let figures: Vec<Option<Vec<Option<f64>>>> = places
        .iter()
        .map(|column| column.map(|column| figures(table, rows, column, wanted.unit, problems)))
        .collect();
    let held = |figures: &Option<Vec<Option<f64>>>| match figures {
        None => Some((0, rows.len())),
        Some(figures) => {
            let first = figures.iter().position(Option::is_some)?;
            Some((first, figures.iter().rposition(Option::is_some)? + 1))
        }
    };
    let spans: Vec<Option<(usize, usize)>> = figures.iter().map(held).collect();
    let name = |series: usize| places[series].map_or("", |column| table.header[column].as_str());
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
    refuse_holes(table, rows, &figures, places, (start, end), problems);
    let mut notices = vec![];
    if start > 0 {
        let begins = rows[start].1;
        notices.push(format!("rows before {begins} are left out: the column {} begins then", name(late)));
    }
    if end < rows.len() {
        let ends = rows[end - 1].1;
        notices.push(format!("rows after {ends} are left out: the column {} ends then", name(early)));
    }
    if !problems.found.is_empty() {
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
        lines: rows[start..end].iter().map(|(place, _)| table.records[*place].line).collect(),
        notices,
    })
}

/// The figures of a column, `None` where it is blank; what is no number is reported.
fn figures(
    table: &Table,
    rows: &[(usize, Date)],
    column: usize,
    unit: Option<Unit>,
    problems: &mut Problems,
) -> Vec<Option<f64>> {
    let scale = unit.map_or(1.0, Unit::scale);
    let mut figures = vec![];
    for (place, _) in rows {
        let record = &table.records[*place];
        let text = record.field(column);
        let number = text.parse().ok().filter(|number: &f64| number.is_finite());
        if number.is_none() && !text.is_empty() {
            let help = if text.ends_with('%') { " (write 1.2 % as 0.012)" } else { "" };
            let name = &table.header[column];
            problems.line(record.line, format_args!("{name} is `{text}`, but must be a number{help}"));
        }
        // What was reported is no hole as well.
        figures.push(if text.is_empty() { None } else { Some(number.unwrap_or(0.0) / scale) });
    }
    figures
}

/// Reports blanks between the first and the last figure that is used.
fn refuse_holes(
    table: &Table,
    rows: &[(usize, Date)],
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
                let name = &table.header[*column];
                problems.line(table.records[*place].line, format_args!("{name} is blank in {date}"));
            }
        }
    }
}

impl Complete {
    /// The table in the order of the market.
    pub(super) fn into_history(self, source: &str) -> Read {
        let rows = self.lines.len();
        let unit = match self.first.period {
            HistoryPeriod::Month => "months",
            HistoryPeriod::Year => "years",
        };
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
