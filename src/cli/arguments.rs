//! What may be typed: sub-commands, flags and their values.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use decumulus::calibration::Date;
use decumulus::engine::MAX_LIFETIMES;
use decumulus::report::Earlier;

/// Monte Carlo retirement outcomes: millions of 401(k) lifetimes under several allocation policies at once.
///
/// Without arguments it simulates the default scenario and writes charts and numbers to the folder `output`.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub run: RunArguments,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Simulate a scenario, print the summary and write charts and numbers (this is the default).
    Run(RunArguments),
    /// Print what scenarios mean (assumptions, conventions, payments, weights) and simulate nothing.
    Check(CheckArguments),
    /// Print how much more a year the alternative assets of a policy must return for it to equal another.
    ///
    /// The same lifetimes are simulated again and again with the mean return of the sleeve's assets raised or lowered, until
    /// the medians (and the means) of the real balance at an age are equal. Prints a table and writes breakeven.json.
    Breakeven(BreakEvenArguments),
    /// List the sets of assumptions that ship with the program, or print one of them or a file.
    Assumptions {
        /// Name of a set, or a file of your own.
        #[arg(value_name = "NAME|FILE")]
        name: Option<String>,
        /// How it is printed.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Fit a market to a table of past returns: figures with standard errors, a scenario and a page of diagnostics.
    ///
    /// The table is a CSV file whose first column (or the one called `date`) holds months, quarters or years and whose other
    /// columns hold simple returns as fractions (0.05 is 5 %). Writes market.toml, which runs as it is, diagnostics.html and
    /// calibration.json to a folder of the file's name.
    Calibrate(CalibrateArguments),
    /// Print the JSON Schema of scenario files, for editors.
    Schema,
    /// List the scenarios that ship with the program, or print one as a file to start from.
    Scenarios {
        /// Name of the scenario to print.
        name: Option<String>,
    },
}

#[derive(Debug, Args)]
pub struct RunArguments {
    /// A scenario file, or the name of a shipped scenario.
    #[arg(value_name = "FILE|NAME", default_value = "default")]
    pub scenario: String,
    /// Number of lifetimes instead of the scenario's, such as 50000, `1_000_000` or 1e6.
    #[arg(short = 'n', long, value_name = "N", value_parser = count)]
    pub lifetimes: Option<u64>,
    /// Seed of all random numbers instead of the scenario's, 0 to 2^53 (what JSON keeps exactly).
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u64).range(..=1 << 53))]
    pub seed: Option<u64>,
    /// Number of threads; the results do not depend on it. Default: one for each processor.
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Instructions of the processor to use, such as `sse4_2`; for checks that the results do not depend on them.
    #[arg(long, value_name = "SET", hide = true)]
    pub instructions: Option<String>,
    /// Folder in which the results get a folder of the scenario's name.
    #[arg(long, value_name = "DIR", default_value = "output")]
    pub output: PathBuf,
    /// Replace what that folder holds of another plan; without it, only results of the same plan are replaced (other seeds, numbers
    /// of lifetimes and choices of output are the same plan).
    #[arg(long)]
    pub overwrite: bool,
    /// Change a key of the scenario, such as `participant.retirement_age=67`; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE", allow_hyphen_values = true)]
    pub overrides: Vec<String>,
    /// Show no progress and no list of files.
    #[arg(short, long)]
    pub quiet: bool,
    /// What is printed at the end.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Also run every policy without frictions and with one after the other.
    #[arg(long)]
    pub attribution: bool,
    /// Also write every lifetime as a row of this CSV file: the age at its end, and by policy the real balances at key ages and the
    /// figures over the whole life. Under several sets of assumptions, a file for each, its name ending in that of the set.
    #[arg(long, value_name = "FILE.csv")]
    pub record: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Scenario files, or names of shipped scenarios.
    #[arg(value_name = "FILE|NAME", required = true)]
    pub scenarios: Vec<String>,
    /// Change a key of every scenario, such as `participant.retirement_age=67`; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE", allow_hyphen_values = true)]
    pub overrides: Vec<String>,
    /// Print nothing if all is well.
    #[arg(short, long)]
    pub quiet: bool,
}

#[derive(Debug, Args)]
pub struct CalibrateArguments {
    /// A CSV file of returns.
    #[arg(value_name = "HISTORY.csv")]
    pub history: PathBuf,
    /// The columns to fit, in this order. Default: all columns of numbers.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub columns: Option<Vec<String>>,
    /// The first date to use, such as 1971 or 1971-06.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub from: Option<Date>,
    /// The last date to use; a year means all of it.
    #[arg(long, value_name = "DATE", value_parser = last_date)]
    pub to: Option<Date>,
    /// The column that is the rise of consumer prices. Default: a column called `cpi` or `inflation`, if there is one.
    #[arg(long, value_name = "NAME")]
    pub inflation: Option<String>,
    /// What the figures are. Default: fractions, and columns that look otherwise are refused.
    #[arg(long, value_enum)]
    pub unit: Option<FiguresIn>,
    /// The return model that market.toml names; figures for the others stand beside it as comments.
    #[arg(long, value_enum, default_value_t = FittedModel::Lognormal)]
    pub model: FittedModel,
    /// Lags of the moving average by which smoothing is measured.
    #[arg(long, value_name = "K", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=4))]
    pub smoothing_lags: u8,
    /// Folder in which the results get a folder of the file's name.
    #[arg(long, value_name = "DIR", default_value = "output")]
    pub output: PathBuf,
    /// Replace what that folder holds of another table; without it, only what was fitted to the same table is replaced.
    #[arg(long)]
    pub overwrite: bool,
    /// Show no list of files.
    #[arg(short, long)]
    pub quiet: bool,
    /// What is printed at the end.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// What the figures of a table are.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum FiguresIn {
    /// 0.01 is 1 %.
    Fraction,
    /// 1 is 1 %.
    Percent,
}

#[derive(Debug, Args)]
pub struct BreakEvenArguments {
    /// A scenario file, or the name of a shipped scenario.
    #[arg(value_name = "FILE|NAME", default_value = "default")]
    pub scenario: String,
    /// The policy, by key. Default: each that holds more of some alternative asset.
    #[arg(long, value_name = "KEY")]
    pub policy: Option<String>,
    /// The policy that it is to equal, by key. Default: the one that it is compared with, by its key `against` or as the first.
    #[arg(long, value_name = "KEY")]
    pub against: Option<String>,
    /// The age at which balances are compared. Default: retirement, or the end without one.
    #[arg(long, value_name = "N")]
    pub age: Option<u32>,
    /// Number of lifetimes instead of the scenario's, such as 50000, `1_000_000` or 1e6.
    #[arg(short = 'n', long, value_name = "N", value_parser = count)]
    pub lifetimes: Option<u64>,
    /// Seed of all random numbers instead of the scenario's, 0 to 2^53 (what JSON keeps exactly).
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u64).range(..=1 << 53))]
    pub seed: Option<u64>,
    /// Number of threads; the results do not depend on it. Default: one for each processor.
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Change a key of the scenario, such as `market.frictions.volatility_haircut=2`; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE", allow_hyphen_values = true)]
    pub overrides: Vec<String>,
    /// Folder in which breakeven.json gets a folder of the scenario's name, beside a run of the same plan.
    #[arg(long, value_name = "DIR", default_value = "output")]
    pub output: PathBuf,
    /// Replace what that folder holds of another plan.
    #[arg(long)]
    pub overwrite: bool,
    /// Show no progress and no list of files.
    #[arg(short, long)]
    pub quiet: bool,
    /// How it is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// What `--overwrite` says of earlier results.
fn earlier(overwrite: bool) -> Earlier {
    if overwrite { Earlier::Replace } else { Earlier::Keep }
}

impl RunArguments {
    /// What becomes of another plan's results.
    pub fn earlier(&self) -> Earlier {
        earlier(self.overwrite)
    }
}

impl BreakEvenArguments {
    /// What becomes of another plan's results.
    pub fn earlier(&self) -> Earlier {
        earlier(self.overwrite)
    }
}

impl CalibrateArguments {
    /// What becomes of another table's results.
    pub fn earlier(&self) -> Earlier {
        earlier(self.overwrite)
    }
}

/// A return model that can be fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum FittedModel {
    /// Independent lognormal returns.
    Lognormal,
    /// Student-t tails.
    StudentT,
    /// Volatility that clusters.
    Garch,
    /// Past returns in blocks.
    Bootstrap,
}

/// A date: a year, or a year and a month.
fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| "must be a year or a month, such as 1971 or 1971-06".to_string())
}

/// A date up to which something lasts: a year means its last month.
fn last_date(text: &str) -> Result<Date, String> {
    let found = date(text)?;
    Ok(if text.contains('-') { found } else { Date { month: 12, ..found } })
}

/// The form in which something is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: tables and sentences.
    Text,
    /// For programs: of a run, the content of `summary.json` (or of `assumptions.json`).
    Json,
}

/// A number of lifetimes: digits with `_` between them if wanted, or like 2.5e6.
fn count(text: &str) -> Result<u64, String> {
    let plain = text.replace('_', "");
    let whole = plain.parse::<u64>().ok().or_else(|| {
        let value: f64 = plain.parse().ok()?;
        (value.fract() == 0.0 && value >= 0.0 && value <= MAX_LIFETIMES as f64).then_some(value as u64)
    });
    whole
        .filter(|count| (1..=MAX_LIFETIMES).contains(count))
        .ok_or_else(|| format!("must be a whole number from 1 to {MAX_LIFETIMES}, such as 1_000_000 or 1e6"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_may_be_written_as_people_write_them() {
        for (text, value) in [("1", 1), ("1_000_000", 1_000_000), ("1e6", 1_000_000), ("2.5e3", 2_500)] {
            assert_eq!(count(text), Ok(value));
        }
        for text in ["0", "-1", "1.5", "1e99", "inf", "NaN", "many", "", "_"] {
            assert!(count(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_year_means_its_first_month_at_the_start_and_its_last_at_the_end() {
        assert_eq!(date("1971").unwrap().to_string(), "1971-01");
        assert_eq!(last_date("1971").unwrap().to_string(), "1971-12");
        assert_eq!(last_date("1971-06").unwrap().to_string(), "1971-06");
        assert!(date("next year").is_err() && last_date("").is_err());
    }

    #[test]
    fn the_definition_of_arguments_is_consistent() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }
}
