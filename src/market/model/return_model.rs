//! The choice of a return model, with its parameters.

use crate::error::{Result, require_in_range};
use crate::market::asset::Series;
use crate::market::history::History;
use crate::market::model::from_history::{BootstrapOf, HistoricalOf};
use crate::market::model::garch_parameters::GarchParameters;
use crate::market::model::regime_parameters::RegimeParameters;

/// The fewest degrees of freedom that are accepted: just above those at which the variance ends.
pub const FEWEST_DEGREES_OF_FREEDOM: f64 = 2.1;

/// The choice of a return model, with its parameters.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum ReturnModel {
    /// Correlated lognormal growth factors, independent from step to step.
    #[default]
    Lognormal,
    /// Jointly Student-t log returns, independent from step to step; see [`StudentT`](crate::market::StudentT).
    StudentT {
        /// Degrees of freedom, 2.1 to 1000: the fewer, the heavier the tails.
        degrees_of_freedom: f64,
    },
    /// Volatility that clusters; see [`Garch`](crate::market::Garch).
    Garch(GarchParameters),
    /// States of the market that follow a Markov chain; see [`Regimes`](crate::market::Regimes).
    Regimes(RegimeParameters),
    /// Rows of a table of history drawn again and again.
    Bootstrap(Box<BootstrapOf>),
    /// Every start date of a table of history once.
    Historical(Box<HistoricalOf>),
}

impl ReturnModel {
    /// The names of all models, in the order in which they are listed to users.
    pub const NAMES: [&'static str; 6] =
        ["lognormal", "student_t", "garch", "regimes", "bootstrap", "historical"];

    /// The name in scenario files.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Lognormal => "lognormal",
            Self::StudentT { .. } => "student_t",
            Self::Garch(_) => "garch",
            Self::Regimes(_) => "regimes",
            Self::Bootstrap(_) => "bootstrap",
            Self::Historical(_) => "historical",
        }
    }

    /// Whether growth factors have a mean. `exp` of a Student-t variable has none: however many lifetimes are simulated,
    /// their average settles nowhere.
    #[must_use]
    pub fn has_finite_means(&self) -> bool {
        !matches!(self, Self::StudentT { .. })
    }

    /// The parameters as labels and words, in the order in which they are shown; empty if there are none.
    #[must_use]
    pub fn parameters(&self, series: Series<'_>) -> Vec<(&'static str, String)> {
        match self {
            Self::Lognormal | Self::Bootstrap(_) | Self::Historical(_) => vec![],
            Self::StudentT { degrees_of_freedom } => {
                vec![("degrees of freedom", degrees_of_freedom.to_string())]
            }
            Self::Garch(parameters) => parameters.in_words(series),
            Self::Regimes(parameters) => parameters.in_words(series),
        }
    }

    /// The table that returns are taken from, for models that state what they deliver instead of having the market's
    /// moments.
    #[must_use]
    pub fn history(&self) -> Option<&History> {
        match self {
            Self::Lognormal | Self::StudentT { .. } | Self::Garch(_) | Self::Regimes(_) => None,
            Self::Bootstrap(of) => Some(&of.history),
            Self::Historical(of) => Some(&of.history),
        }
    }

    /// The number of lifetimes of some years, for models that have each possible lifetime once and draw nothing.
    #[must_use]
    pub fn start_dates(&self, years: u32) -> Option<u64> {
        match self {
            Self::Historical(of) => Some(of.start_dates(years)),
            _ => None,
        }
    }

    /// Whether each possible lifetime is there once, so that there is no sampling error.
    #[must_use]
    pub fn enumerates(&self) -> bool {
        self.start_dates(1).is_some()
    }

    /// Checks the parameters against the market that the model is for.
    pub(in crate::market) fn check(&self, series: Series<'_>) -> Result<()> {
        if let Some(history) = self.history() {
            history.check(series.count())?;
        }
        match self {
            Self::Lognormal | Self::Historical(_) => Ok(()),
            Self::Bootstrap(of) => of.method.check(of.history.rows()),
            Self::StudentT { degrees_of_freedom } => check_degrees_of_freedom(*degrees_of_freedom),
            Self::Garch(parameters) => parameters.check(series),
            Self::Regimes(parameters) => parameters.check(series),
        }
    }
}

/// Why a report shows no means under a model without them.
pub const NO_MEANS: &str =
    "with Student-t log returns a balance has no mean, however many lifetimes are simulated";

/// Refuses degrees of freedom outside 2.1 to 1000.
pub(super) fn check_degrees_of_freedom(degrees_of_freedom: f64) -> Result<()> {
    require_in_range("student_t.degrees_of_freedom", degrees_of_freedom, FEWEST_DEGREES_OF_FREEDOM, 1000.0)
}
