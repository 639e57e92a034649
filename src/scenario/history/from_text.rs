//! From the text of a table to the history that a scenario wants of it.

use super::problems::Problems;
use super::span::Read;
use super::wanted::Wanted;
use super::{dates, header, kind, span, text};
use crate::error::Problem;

/// Reads a table. `name` is how problems call it, `source` says in a line where its figures come from.
///
/// # Errors
///
/// Every problem that keeps the table from being used, with its line.
pub(in crate::scenario) fn read(
    name: &str,
    source: &str,
    text: &str,
    wanted: &Wanted<'_>,
) -> Result<Read, Vec<Problem>> {
    let mut problems = Problems::of(name);
    let read = read_into(source, text, wanted, &mut problems);
    match read {
        Some(read) if problems.is_empty() => Ok(read),
        _ => Err(problems.take()),
    }
}

fn read_into(source: &str, text: &str, wanted: &Wanted<'_>, problems: &mut Problems) -> Option<Read> {
    let sheet = text::parse(text, problems)?;
    header::refuse_headless(&sheet, problems);
    if !problems.is_empty() {
        return None;
    }
    let places = header::find(&sheet.header, wanted, problems);
    let place = header::find_dates(&sheet, wanted.date, problems)?;
    let places = places?;
    let dated = dates::in_order(&sheet, &place, problems)?;
    let rows = span::chosen(dated, wanted, problems)?;
    let complete = span::complete(&sheet, &rows, &places, wanted, problems)?;
    let last = complete.series.len().saturating_sub(1);
    for (place, (name, figures)) in
        complete.series.iter().enumerate().filter(|(_, (name, _))| !name.is_empty())
    {
        let per_year = complete.first.period.per_year();
        let looked = kind::Looked { name, figures, per_year, is_inflation: place == last };
        kind::check(looked, wanted.unit, |row| complete.lines[row], problems);
    }
    Some(complete.into_history(source))
}
