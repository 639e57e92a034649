//! `decumulus calibrate`: fit a market to a table of past returns.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::Result;
use decumulus::calibration::{Calibration, Column, Options, Table};
use decumulus::engine::Plan;
use decumulus::report::{self, CalibrationModel, Origin};
use decumulus::scenario::{
    ReturnsFile, ReturnsWanted, Scenario, Sources, Unit, returns_from_csv, text_of_bytes,
};

use super::arguments::{CalibrateArguments, FiguresIn, FittedModel, Format};
use super::progress::Writing;
use super::terminal::{Report, columns, note, print};

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
    if model == CalibrationModel::Bootstrap {
        tell_dropped_rows(&calibration)?;
    }
    let runs = require_that_it_runs(&calibration, model);
    if runs.is_ok() {
        let origin = Origin::calibration(&table.source, text.as_bytes());
        // Until here nothing is on the disk and a signal ends the program at once; from here on the writing is finished or undone.
        let writing = Writing::begin();
        let files =
            report::prepare(&place, origin, arguments.earlier())?.write_calibration(&calibration, model)?;
        drop(writing);
        if !arguments.quiet {
            note(&format!("wrote {} files to {}", files.len(), place.display()));
        }
    }
    match arguments.format {
        Format::Text => print(&report::calibration_table(&calibration).in_columns(columns()))?,
        Format::Json => print(&report::calibration_json(&calibration))?,
    }
    runs
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
    let wanted = ReturnsWanted {
        columns: wanted.as_deref(),
        prices: arguments.inflation.as_deref(),
        unit,
        from: arguments.from,
        to: arguments.to,
    };
    let ReturnsFile { mut table, skipped, outside } =
        returns_from_csv(&named, text, &wanted).map_err(|error| Report::of(&error, &sources))?;
    if !skipped.is_empty() {
        note(&format!("skipped, because they hold no numbers: {}", skipped.join(", ")));
    }
    if !outside.is_empty() {
        note(&format!("skipped, because they hold nothing between these dates: {}", outside.join(", ")));
    }
    table.source =
        arguments.history.file_name().map_or(named.clone(), |name| name.to_string_lossy()).into_owned();
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

/// Says which rows a bootstrap leaves out, because not every column has a figure in them.
///
/// # Errors
///
/// Columns that have no two rows in common.
fn tell_dropped_rows(calibration: &Calibration) -> Result<()> {
    let common = calibration.common_span();
    let columns = || calibration.series.iter().map(|series| &series.column);
    let first = columns().map(|column| column.first_row).min().unwrap_or(0);
    let end = columns().map(Column::end_row).max().unwrap_or(0);
    let date = |row: usize| calibration.date(row).shown(calibration.spacing);
    let late = columns().max_by_key(|column| column.first_row);
    let early = columns().min_by_key(|column| column.end_row());
    let (Some(late), Some(early)) = (late, early) else { return Ok(()) };
    if common.len() < 2 {
        let what = format_args!(
            "a bootstrap draws rows in which every column has a figure, and there are fewer than two: {} begins in {}, {} ends in \
             {}; choose others with --columns",
            late.name,
            date(late.first_row),
            early.name,
            date(early.end_row().saturating_sub(1))
        );
        return Err(Report::bad_input(what).into());
    }
    let dropped = end - first - common.len();
    if dropped > 0 {
        note(&format!(
            "the bootstrap draws {} to {}, in which every column has a figure: {dropped} of {} rows are left out",
            date(common.start),
            date(common.end - 1),
            end - first
        ));
    }
    Ok(())
}

/// Refuses a fit of which `run` would refuse the scenario, before anything is written.
fn require_that_it_runs(calibration: &Calibration, model: CalibrationModel) -> Result<()> {
    let text = report::calibration_scenario(calibration, model);
    let mut sources = Sources::new("market.toml", &text, &[]);
    if model == CalibrationModel::Bootstrap {
        sources = sources.with_companion("returns.csv", &report::calibration_returns_csv(calibration));
    }
    let compiled =
        Scenario::from_sources(&sources).and_then(|scenario| Plan::compile(&scenario.inputs).map(drop));
    compiled.map_err(|error| {
        let what = format_args!(
            "the fitted market would not run, so that nothing is written; --model names another one. {error}"
        );
        Report::bad_input(what).into()
    })
}
