//! `decumulus calibrate`: fit a market to a table of past returns.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::Result;
use decumulus::calibration::{Calibration, Options, Table};
use decumulus::engine::Plan;
use decumulus::report::{self, CalibrationModel, Origin};
use decumulus::scenario::{ReturnsFile, Scenario, Sources, Unit, returns_from_csv, text_of_bytes};

use super::arguments::{CalibrateArguments, FiguresIn, FittedModel, Format};
use super::progress::Writing;
use super::terminal::{Report, note, print};

/// The most bytes that are read of a table.
const MOST_BYTES: u64 = 16 << 20;

/// Columns that are taken for inflation without being named.
const PRICES: [&str; 2] = ["cpi", "inflation"];

/// Fits the table that the arguments name, prints the figures, and writes the scenario, the page and the JSON.
///
/// # Errors
///
/// A table that cannot be read or is wrong; an output folder that cannot be written.
pub fn calibrate(arguments: &CalibrateArguments) -> Result<()> {
    let text = text_of(&arguments.history)?;
    let table = table(arguments, &text)?;
    let options = Options {
        inflation: inflation(arguments, &table),
        smoothing_lags: usize::from(arguments.smoothing_lags),
    };
    let calibration = Calibration::fit(&table, &options)?;
    let mut folder = arguments.history.file_stem().map_or_else(|| "history".into(), OsStr::to_os_string);
    folder.push("-calibration");
    let place = arguments.output.join(folder);
    let model = match arguments.model {
        FittedModel::Lognormal => CalibrationModel::Lognormal,
        FittedModel::StudentT => CalibrationModel::StudentT,
        FittedModel::Garch => CalibrationModel::Garch,
        FittedModel::Bootstrap => CalibrationModel::Bootstrap,
    };
    let origin = Origin::calibration(&table.source, text.as_bytes());
    // Until here nothing is on the disk and a signal ends the program at once; from here on the writing is finished or undone.
    let writing = Writing::begin();
    let files =
        report::prepare(&place, origin, arguments.earlier())?.write_calibration(&calibration, model)?;
    drop(writing);
    if !arguments.quiet {
        note(&format!("wrote {} files to {}", files.len(), place.display()));
    }
    match arguments.format {
        Format::Text => print(&report::calibration_table(&calibration))?,
        Format::Json => print(&report::calibration_json(&calibration))?,
    }
    require_that_it_runs(&place.join("market.toml"), &calibration, model)
}

/// The table of the file, cut to the wanted columns and dates.
fn table(arguments: &CalibrateArguments, text: &str) -> Result<Table> {
    let named = arguments.history.to_string_lossy();
    let wanted = arguments.columns.clone().map(|mut columns| {
        columns.extend(arguments.inflation.clone().filter(|prices| !columns.contains(prices)));
        columns
    });
    let sources = Sources::new(&named, text, &[]);
    let unit = arguments.unit.map(|unit| match unit {
        FiguresIn::Fraction => Unit::Fraction,
        FiguresIn::Percent => Unit::Percent,
    });
    let ReturnsFile { mut table, skipped } = returns_from_csv(&named, text, wanted.as_deref(), unit)
        .map_err(|error| Report::of(&error, &sources))?;
    if !skipped.is_empty() {
        note(&format!("skipped, because they hold no numbers: {}", skipped.join(", ")));
    }
    table.source =
        arguments.history.file_name().map_or(named.clone(), |name| name.to_string_lossy()).into_owned();
    let mut table = table.between(arguments.from, arguments.to);
    if arguments.columns.is_none() {
        // Nobody asked for a column of which nothing is left.
        let is_empty = |name: &str| Some(name) != arguments.inflation.as_deref();
        let empty: Vec<String> = table
            .columns
            .extract_if(.., |column| column.returns.is_empty() && is_empty(&column.name))
            .map(|column| column.name)
            .collect();
        if !empty.is_empty() {
            note(&format!("skipped, because they hold nothing between these dates: {}", empty.join(", ")));
        }
    }
    Ok(table)
}

fn text_of(path: &Path) -> Result<String> {
    let named = path.display();
    if !path.exists() {
        return Err(Report::bad_input(format_args!("there is no file `{named}`")).into());
    }
    if path.is_dir() {
        return Err(Report::bad_input(format_args!("{named} is a folder, not a table of returns")).into());
    }
    let mut bytes = Vec::new();
    let unreadable = |error| decumulus::Error::system("read", path, error);
    let file = File::open(path).map_err(unreadable)?;
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Report::bad_input(format_args!("{named} has more than {MOST_BYTES} bytes")).into());
    }
    text_of_bytes(bytes).map_err(|what| Report::bad_input(format_args!("{named} {what}")).into())
}

/// The column of prices: the one named, or one that is called so.
fn inflation(arguments: &CalibrateArguments, table: &Table) -> Option<String> {
    if arguments.inflation.is_some() {
        return arguments.inflation.clone();
    }
    let found = table.columns.iter().find(|column| PRICES.contains(&column.name.to_lowercase().as_str()))?;
    if table.columns.len() == 1 {
        return None;
    }
    note(&format!("the column `{}` is taken for inflation; --inflation names another", found.name));
    Some(found.name.clone())
}

/// Refuses a fit of which `run` refuses the scenario: the figures stand in the files, but nothing can be simulated with them.
fn require_that_it_runs(path: &Path, calibration: &Calibration, model: CalibrationModel) -> Result<()> {
    let text = report::calibration_scenario(calibration, model);
    let scenario = Scenario::from_toml(&text, &path.to_string_lossy(), &[]);
    let compiled = scenario.and_then(|scenario| Plan::compile(&scenario.inputs));
    compiled.map(drop).map_err(|error| {
        let what = format_args!("the fitted market does not run; --model names another one. {error}");
        Report::bad_input(what).into()
    })
}
