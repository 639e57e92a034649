//! Floor 4: a table of past returns → the figures of a market, each with its standard error. Knows no file.
//!
//! Nothing of this room runs in a simulation: its figures are written into a scenario file, and the simulation starts
//! from that text. Elementary functions are the portable ones all the same; only the gamma functions in the Student-t
//! likelihood and in p-values are a library's and may differ in the last bit between machines, far below what is
//! written.
//!
//! What each figure means, its formula and its source stand at the head of the file that makes it: [`Moments`],
//! [`Autocorrelation`], [`Drawdowns`], [`Correlations`], [`StudentT`], [`Garch`], [`Smoothing`] and [`Envelope`].
//!
//! ```
//! use decumulus::calibration::{Calibration, Column, Date, Options, Spacing, Table};
//! let returns: Vec<f64> = (0..240).map(|month| 0.005 + 0.03 * f64::from(month * 7919 % 101 - 50) / 50.0).collect();
//! let fund = Column { name: "fund".into(), first_row: 0, returns };
//! let first = Date { year: 2006, month: 1 };
//! let table = Table { source: "fund.csv".into(), spacing: Spacing::Month, first, columns: vec![fund] };
//! let fitted = Calibration::fit(&table, &Options::default())?;
//! let volatility = fitted.series[0].moments.volatility;
//! assert!(volatility.value > 0.05 && volatility.standard_error < Some(0.01));
//! # Ok::<(), decumulus::Error>(())
//! ```

mod autocorrelation;
mod correlations;
mod curves;
mod drawdown;
mod envelope;
mod figure;
mod garch;
mod moments;
mod optimise;
mod smoothing;
mod student_t;
mod table;

pub use autocorrelation::{Autocorrelation, LAGS};
pub use correlations::{Correlations, Pair, Rolling, interval as correlation_interval};
pub use curves::{normal_density, normal_probability, normal_quantile};
pub use drawdown::{DEEP, Drawdowns, Places};
pub use envelope::Envelope;
pub use figure::Figure;
pub use garch::{Garch, surprises};
pub use moments::Moments;
pub use smoothing::Smoothing;
pub use student_t::StudentT;
pub use table::{Column, Date, FEWEST_RETURNS, Spacing, Table};

use std::ops::Range;

use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::market::MAX_ASSETS;

/// What is fitted besides the usual.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The column that is the rise of consumer prices, if there is one.
    pub inflation: Option<String>,
    /// Lags of the moving average by which smoothing is measured, 1 to 4.
    pub smoothing_lags: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { inflation: None, smoothing_lags: 2 }
    }
}

/// A market's figures as a table of returns shows them.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// Where the returns come from.
    pub source: String,
    /// How far rows are apart.
    pub spacing: Spacing,
    /// The date of row zero of the table.
    pub first: Date,
    /// The assets in the order of the table, then inflation, if there is any.
    pub series: Vec<Series>,
    /// Whether the last series is inflation.
    pub has_inflation: bool,
    /// How the series move together.
    pub correlations: Correlations,
    /// One common number of degrees of freedom for the assets over the span that all of them have; `None` if that is too
    /// short, or if one of them has no spread.
    pub common_tails: Option<StudentT>,
}

/// All that is fitted to one series.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The returns themselves.
    pub column: Column,
    /// Log returns.
    pub logs: Vec<f64>,
    /// Mean, spread and shape.
    pub moments: Moments,
    /// Dependence of returns on those before.
    pub autocorrelation: Autocorrelation,
    /// The same of squared [`surprises`], which tells whether volatility clusters.
    pub autocorrelation_of_squares: Autocorrelation,
    /// Falls from the highest value so far.
    pub drawdowns: Drawdowns,
    /// The falls that the lognormal model would show; `None` for inflation.
    pub envelope: Option<Envelope>,
    /// Student-t tails of log returns; `None` for a short series or one without spread.
    pub tails: Option<StudentT>,
    /// Clustered volatility; `None` for a short series or one without spread.
    pub garch: Option<Garch>,
    /// Smoothing of reported returns; `None` for a short series or one without spread.
    pub smoothing: Option<Smoothing>,
}

impl Calibration {
    /// Fits every column of the table.
    ///
    /// # Errors
    ///
    /// What [`Table::validated`] refuses; an inflation column that is not there, or that leaves no asset; more assets than a
    /// market may have.
    pub fn fit(table: &Table, options: &Options) -> Result<Self> {
        let table = table.clone().validated()?;
        if !(1..=4).contains(&options.smoothing_lags) {
            return Err(Error::invalid(
                "smoothing_lags",
                options.smoothing_lags,
                "a whole number from 1 to 4",
            ));
        }
        let is_inflation = |column: &&Column| Some(&column.name) == options.inflation.as_ref();
        let prices = table.columns.iter().find(is_inflation);
        if let (Some(name), None) = (&options.inflation, prices) {
            let known: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
            return Err(Error::invalid("inflation", name, format_args!("one of {}", known.join(", "))));
        }
        let assets: Vec<&Column> = table.columns.iter().filter(|column| !is_inflation(column)).collect();
        if assets.len() > MAX_ASSETS {
            let accepted = format!("at most {MAX_ASSETS} assets; choose some");
            return Err(Error::invalid("columns", assets.len(), accepted));
        }
        if assets.is_empty() {
            return Err(Error::invalid("columns", 0, "at least one asset beside inflation"));
        }
        let common_tails = StudentT::fit(&common_rows(&assets), assets.len());
        let columns: Vec<&Column> = assets.into_iter().chain(prices).collect();
        let correlations = Correlations::of(&columns)?;
        let last_asset = columns.len() - usize::from(prices.is_some());
        let one = |(place, column): (usize, &&Column)| {
            Series::fit(column, place, table.spacing.per_year(), options, place < last_asset)
        };
        Ok(Self {
            source: table.source.clone(),
            spacing: table.spacing,
            first: table.first,
            series: columns.par_iter().enumerate().map(one).collect(),
            has_inflation: prices.is_some(),
            correlations,
            common_tails,
        })
    }

    /// The assets: all series but inflation.
    #[must_use]
    pub fn assets(&self) -> &[Series] {
        &self.series[..self.series.len() - usize::from(self.has_inflation)]
    }

    /// The rise of consumer prices.
    #[must_use]
    pub fn inflation(&self) -> Option<&Series> {
        self.series.last().filter(|_| self.has_inflation)
    }

    /// The date of a row of the table.
    #[must_use]
    pub fn date(&self, row: usize) -> Date {
        self.first.after(row, self.spacing)
    }

    /// The first and the last date of a series.
    #[must_use]
    pub fn span(&self, series: &Series) -> (Date, Date) {
        let column = &series.column;
        (self.date(column.first_row), self.date(column.end_row().saturating_sub(1)))
    }

    /// The rows, the end excluded, in which every series has a return; empty where there is none.
    #[must_use]
    pub fn common_span(&self) -> Range<usize> {
        common_span(self.series.iter().map(|series| &series.column))
    }

    /// Correlations of two series over a moving window; `None` if their common span has fewer than two windows.
    #[must_use]
    pub fn rolling(&self, pair: &Pair) -> Option<Rolling> {
        let column = |place: usize| self.series.get(place).map(|series| &series.column);
        correlations::rolling(column(pair.first)?, column(pair.second)?, self.spacing.per_year(), pair)
    }
}

impl Series {
    /// The spread of the log return of a year that a market of independent returns should have: that of whole years where
    /// returns depend on those before (at the 1 % level, clustered volatility allowed for), else that of periods scaled by the square root of
    /// time. The second value says which: `true` for whole years.
    ///
    /// The standard error of the spread of years counts non-overlapping years only, `s/√(2·years)`: rather too large
    /// than too small.
    #[must_use]
    pub fn spread_of_a_year(&self, spacing: Spacing) -> (Figure, bool) {
        match self.moments.log_sd_of_years {
            Some(sd) if self.autocorrelation.p_value < 0.01 && spacing != Spacing::Year => {
                let years = self.logs.len() as f64 / spacing.per_year() as f64;
                (Figure::new(sd, sd / (2.0 * years).sqrt()), true)
            }
            _ => (self.moments.log_sd, false),
        }
    }

    /// Whether returns follow those before so closely that tests on single returns say little: a first autocorrelation above
    /// 0.3, beyond chance.
    #[must_use]
    pub fn is_persistent(&self) -> bool {
        self.autocorrelation.p_value < 0.01
            && self.autocorrelation.first().is_some_and(|first| first.value > 0.3)
    }

    /// Whether the series moves at all.
    #[must_use]
    pub fn has_spread(&self) -> bool {
        self.moments.log_sd.value > 0.0
    }

    fn fit(column: &Column, place: usize, per_year: usize, options: &Options, is_asset: bool) -> Self {
        let logs = moments::logs(&column.returns);
        let moments = Moments::of(&column.returns, per_year);
        let drawdowns = Drawdowns::of(&logs);
        let period = 1.0 / per_year as f64;
        let envelope = is_asset.then(|| {
            let (mean, sd) = (moments.log_mean.value * period, moments.log_sd.value * period.sqrt());
            Envelope::simulate(logs.len(), mean, sd, drawdowns.worst, place)
        });
        let squares: Vec<f64> = surprises(&logs).into_iter().map(|e| e * e).collect();
        Self {
            autocorrelation: Autocorrelation::of(&column.returns),
            autocorrelation_of_squares: Autocorrelation::of(&squares),
            tails: StudentT::fit(&logs, 1),
            garch: Garch::fit(&logs),
            smoothing: Smoothing::fit(&logs, per_year, options.smoothing_lags),
            column: column.clone(),
            logs,
            moments,
            drawdowns,
            envelope,
        }
    }
}

/// The rows in which all columns have a return.
fn common_span<'a>(columns: impl Iterator<Item = &'a Column> + Clone) -> Range<usize> {
    let start = columns.clone().map(|column| column.first_row).max().unwrap_or(0);
    let end = columns.map(Column::end_row).min().unwrap_or(0);
    start..end.max(start)
}

/// Log returns of all columns over the span that they have in common, row after row.
fn common_rows(columns: &[&Column]) -> Vec<f64> {
    let logs: Vec<Vec<f64>> = columns.iter().map(|column| moments::logs(&column.returns)).collect();
    let row = |row: usize| columns.iter().zip(&logs).map(move |(column, logs)| logs[row - column.first_row]);
    common_span(columns.iter().copied()).flat_map(row).collect()
}
