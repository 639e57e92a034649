//! Return models by name: a scenario chooses one, the engine gets it compiled.
//!
//! A further model is one more file and one more variant in each of the two enums, [`ReturnModel`] and [`Law`].

mod bootstrap;
mod compiled;
mod delivered;
mod dynamic_correlation;
mod garch;
mod growth_table;
mod historical;
mod lognormal;
mod regime_parameters;
mod regimes;
mod student_t;

pub use bootstrap::{BlockMethod, Bootstrap, BootstrapOf};
pub use compiled::{Law, Memory, Model};
pub use delivered::{Delivered, delivered};
pub use dynamic_correlation::DynamicCorrelation;
pub use garch::{Garch, GarchCoefficients, GarchCorrelation, GarchParameters};
pub use historical::{Historical, HistoricalOf};
pub use lognormal::Lognormal;
pub use regime_parameters::{Regime, RegimeParameters};
pub use regimes::Regimes;
pub use student_t::{DEFAULT_DEGREES_OF_FREEDOM, FEWEST_DEGREES_OF_FREEDOM, StudentT};

use crate::error::Result;
use crate::market::{Asset, History, Market, ReturnMoments};
use crate::math::elementary::pow;

/// The choice of a return model, with its parameters.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum ReturnModel {
    /// Correlated lognormal growth factors, independent from step to step.
    #[default]
    Lognormal,
    /// Jointly Student-t log returns, independent from step to step; see [`StudentT`].
    StudentT {
        /// Degrees of freedom, 2.1 to 1000: the fewer, the heavier the tails.
        degrees_of_freedom: f64,
    },
    /// Volatility that clusters; see [`Garch`].
    Garch(GarchParameters),
    /// States of the market that follow a Markov chain; see [`Regimes`].
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
    pub fn parameters(&self, market: &Market) -> Vec<(&'static str, String)> {
        match self {
            Self::Lognormal | Self::Bootstrap(_) | Self::Historical(_) => vec![],
            Self::StudentT { degrees_of_freedom } => {
                vec![("degrees of freedom", degrees_of_freedom.to_string())]
            }
            Self::Garch(parameters) => garch::in_words(parameters, market),
            Self::Regimes(parameters) => parameters.in_words(market),
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
    pub(crate) fn check(&self, market: &Market) -> Result<()> {
        if let Some(history) = self.history() {
            history.check(market.assets.len() + 1)?;
        }
        match self {
            Self::Lognormal | Self::Historical(_) => Ok(()),
            Self::Bootstrap(of) => of.method.check(of.history.rows()),
            Self::StudentT { degrees_of_freedom } => student_t::check(*degrees_of_freedom),
            Self::Garch(parameters) => parameters.check(market),
            Self::Regimes(parameters) => parameters.check(market),
        }
    }
}

/// Why a report shows no means under a model without them.
pub const NO_MEANS: &str =
    "with Student-t log returns a balance has no mean, however many lifetimes are simulated";

/// What a model is compiled from: a market under one setting of the frictions, for one length of the steps.
#[derive(Clone, Debug)]
pub struct Ingredients<'a> {
    /// The market: correlations, and the model's parameters.
    pub market: &'a Market,
    /// Steps in a year: 1, 4 or 12.
    pub steps_per_year: usize,
    /// Moments of annual returns with all haircuts applied: the assets in order, inflation last. Those of an asset that is
    /// [given in real terms](Asset::real) are of its real return.
    pub moments: Vec<ReturnMoments>,
    /// The factor on each asset's log volatility that is in `moments` already, for models that take their returns
    /// from elsewhere; 1 for inflation.
    pub volatility_factors: Vec<f64>,
    /// What the fees of a step leave of a dollar, `(1 − fee)^dt`; 1 for inflation.
    pub retained: Vec<f64>,
}

impl<'a> Ingredients<'a> {
    /// A market with its own moments under the factors on log volatility and the fees a year of each asset.
    #[must_use]
    pub fn new(
        market: &'a Market,
        steps_per_year: usize,
        volatility_factors: &[f64],
        fees_per_year: &[f64],
    ) -> Self {
        let dt = 1.0 / steps_per_year as f64;
        let factored = market.assets.iter().zip(volatility_factors);
        // Checked by `Market::validated`: leverage never takes moments out of range here.
        let own = |asset: &Asset| asset.levered().unwrap_or(asset.moments);
        let moments = factored.map(|(asset, &factor)| own(asset).with_volatility_factor(factor));
        Self {
            market,
            steps_per_year,
            moments: moments.chain([market.inflation]).collect(),
            volatility_factors: volatility_factors.iter().copied().chain([1.0]).collect(),
            retained: fees_per_year.iter().map(|fee| pow(1.0 - fee, dt)).chain([1.0]).collect(),
        }
    }

    /// The same with the moments that the model itself must have below the market's crashes.
    fn compensated(&self) -> Result<Self> {
        let moments = self.market.overlays.compensated(self.market, &self.moments, self.steps_per_year)?;
        Ok(Self { moments, ..self.clone() })
    }
}
