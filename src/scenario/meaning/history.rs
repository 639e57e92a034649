//! `[market.history]`: the table that returns are taken from, read from the program or from a file.

use crate::error::{Error, Problem};
use crate::market::{History, ReturnMoments};
use crate::scenario::companions::Companions;
use crate::scenario::history::{self, Embedded, Unit, Wanted};
use crate::scenario::meaning::findings::Findings;
use crate::scenario::wire::{DateValue, HistoryTable, MarketTable, UnitWord};

/// The table of the program that is taken if none is named.
const DEFAULT_TABLE: &str = "us_monthly";

/// The table for a market of these assets, with figures for each of them and for inflation.
pub(super) fn build(
    table: &MarketTable,
    assets: &[String],
    companions: &Companions<'_>,
    findings: &mut Findings,
) -> Option<History> {
    let default = HistoryTable::default();
    let table = table.history.as_ref().unwrap_or(&default);
    let series: Vec<&str> = assets.iter().map(String::as_str).chain(["inflation"]).collect();
    for unused in table.columns.keys().filter(|key| !series.contains(&key.as_str())) {
        let key = format!("market.history.columns.{unused}");
        findings.unknown(key, unused, "an asset of this market, or inflation", series.iter().copied());
    }
    match (&table.file, table.table.as_deref()) {
        (Some(_), Some(name)) => {
            findings.refuse("market.history.table", format_args!("`{name}`"), "left out beside file");
            None
        }
        (Some(file), None) => {
            let text = findings.take("market.history.file", companions.text(file))?;
            let column = |key: &str| match key {
                "inflation" => vec!["inflation".to_string(), "cpi".to_string()],
                asset => vec![asset.to_string()],
            };
            let wanted = wanted(table, &series, column);
            read("market.history.file", file, file, &text, &wanted, findings)
        }
        (None, name) => {
            let name = name.unwrap_or(DEFAULT_TABLE);
            let Some(known) = history::embedded(name) else {
                findings.unknown("market.history.table", name, "a table of the program", history::NAMES);
                return None;
            };
            of_program(table, &series, known, findings)
        }
    }
}

/// A table of the program; assets for which it has no column are reported.
fn of_program(
    table: &HistoryTable,
    series: &[&str],
    known: &Embedded,
    findings: &mut Findings,
) -> Option<History> {
    let mut sound = true;
    for key in series {
        if known.column_for(key).is_none() && !table.columns.contains_key(*key) {
            let advice = format!(
                "no column of the table {} stands for {key}: name one here, bring your own with market.history.file, or \
                 name the assets of this market with market.assets",
                known.name
            );
            findings.missing(format!("market.history.columns.{key}"), advice);
            sound = false;
        }
    }
    let column = |key: &str| known.column_for(key).map(str::to_string).into_iter().collect();
    let wanted = wanted(table, series, column);
    let place = if table.table.is_some() { "market.history.table" } else { "market.history" };
    let read = sound.then(|| read(place, known.name, known.source, known.text, &wanted, findings))??;
    let stands_in = stand_ins(table, series);
    let source = if stands_in.is_empty() { read.source } else { format!("{}; {stands_in}", read.source) };
    Some(History { source, ..read })
}

/// What the scenario sets equal to another series of a table of the program; empty if nothing.
fn stand_ins(table: &HistoryTable, series: &[&str]) -> String {
    let set = table.columns.iter().filter(|(key, column)| {
        series.contains(&key.as_str()) && column.as_str() != history::NONE && column != key
    });
    let each: Vec<String> =
        set.map(|(key, column)| format!("{key} is set equal to its {column}, by the scenario")).collect();
    each.join("; ")
}

fn wanted<'a>(
    table: &'a HistoryTable,
    series: &[&'a str],
    default: impl Fn(&str) -> Vec<String>,
) -> Wanted<'a> {
    let columns = series.iter().map(|&key| match table.columns.get(key) {
        Some(column) => (key, vec![column.clone()]),
        None => (key, default(key)),
    });
    let date = |value: &Option<DateValue>| {
        value.as_ref().map(|value| match value {
            DateValue::Year(year) => format!("{year:04}"),
            DateValue::Text(text) => text.clone(),
        })
    };
    Wanted {
        columns: columns.collect(),
        date: table.date.as_deref(),
        from: date(&table.from),
        to: date(&table.to),
        unit: table.unit.map(|word| match word {
            UnitWord::Fraction => Unit::Fraction,
            UnitWord::Percent => Unit::Percent,
        }),
    }
}

/// Reads the table; what is wrong with it is reported under the key that names it.
fn read(
    key: &str,
    name: &str,
    source: &str,
    text: &str,
    wanted: &Wanted<'_>,
    findings: &mut Findings,
) -> Option<History> {
    match history::read(name, source, text, wanted) {
        Ok(read) => {
            for notice in read.notices {
                findings.warn(format!("{name}: {notice}"));
            }
            Some(read.history)
        }
        Err(problems) => {
            let placed = |problem: Problem| match problem.key.as_str() {
                "" => {
                    let message = format!("is refused, {}", problem.message);
                    Problem { key: key.to_string(), message, ..problem }
                }
                inner => Problem { key: format!("market.history.{inner}"), ..problem },
            };
            findings.add(Error::input(problems.into_iter().map(placed).collect()));
            None
        }
    }
}

/// Annual moments measured from a table as if its rows had no memory, for what the scenario says nothing about: the
/// assets in order, then inflation.
pub(super) fn measured(history: &History) -> Vec<ReturnMoments> {
    let rows = history.rows() as f64;
    let power = |base: f64| (0..history.period.per_year()).fold(1.0, |product, _| product * base);
    let of = |series: usize| {
        let mean = history.column(series).fold(0.0, |sum, r| sum + r) / rows;
        let variance = history.column(series).fold(0.0, |sum, r| sum + (r - mean) * (r - mean)) / rows;
        let growth = 1.0 + mean;
        let annual = power(growth * growth + variance) - power(growth * growth);
        let (mean, volatility) = (power(growth) - 1.0, annual.max(0.0).sqrt());
        // Bounds of the moments that a scenario may state; the model does not use them.
        ReturnMoments::from_simple(mean.clamp(-0.99, 10.0), volatility.min(10.0)).ok()
    };
    (0..history.series).filter_map(of).collect()
}

/// Stand-ins for the moments of a table that could not be read: what is wrong is the table, not that assets lack figures.
/// No market is made of them.
pub(super) fn unknown(model: Option<&str>, series: usize) -> Vec<ReturnMoments> {
    let takes_table = matches!(model, Some("bootstrap" | "historical"));
    let moments = ReturnMoments::from_simple(0.0, 0.0).ok().filter(|_| takes_table);
    moments.map_or_else(Vec::new, |moments| vec![moments; series])
}
