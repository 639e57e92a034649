//! Which column of a table belongs to which series.

use super::{NONE, Problems, Wanted};
use crate::scenario::suggest;

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
                let mut help = suggest::help(column, names(header));
                if *series == "inflation" {
                    help += "; or \"none\" if prices stand still";
                }
                problems.key(format!("columns.{series}"), Some(format!("`{column}`")), message, Some(help));
            }
        }
    }
    (places.len() == wanted.columns.len()).then_some(places)
}

/// The place of the column of dates.
pub(super) fn find_date(header: &[String], wanted: &Wanted<'_>, problems: &mut Problems) -> Option<usize> {
    if let Some(name) = wanted.date {
        let place = find_one(header, name, problems);
        if place.is_none() {
            let message = format!("must be a column of {}", problems.file);
            let help = suggest::help(name, names(header));
            problems.key("date", Some(format!("`{name}`")), message, Some(help));
        }
        return place;
    }
    let place = ["date", "year"].iter().find_map(|name| find_one(header, name, problems));
    if place.is_none() {
        let all = names(header).collect::<Vec<_>>().join(", ");
        let what = format!("no column is called date or year; name it with market.history.date ({all})");
        problems.file(what);
    }
    place
}

/// The place of a column by its exact name; a name that comes twice is reported.
fn find_one(header: &[String], name: &str, problems: &mut Problems) -> Option<usize> {
    let mut places = header.iter().enumerate().filter(|(_, column)| *column == name).map(|(place, _)| place);
    let first = places.next();
    if places.next().is_some() {
        problems.file(format_args!("two columns are called {name}"));
    }
    first
}

fn names(header: &[String]) -> impl Iterator<Item = &str> + Clone {
    header.iter().map(String::as_str)
}
