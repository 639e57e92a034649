//! `[market.student_t]`, `[market.garch]` and `[market.regimes]` as they are written: the parameters of return models.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::market::{DEFAULT_DEGREES_OF_FREEDOM, GarchCoefficients, GarchCorrelation};
use crate::scenario::wire::correlations::Correlations;

/// Parameters of the model `student_t`: jointly Student-t log returns with the stated standard deviations.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct StudentTTable {
    /// Degrees of freedom, 2.1 to 1000: the fewer, the heavier the tails. The default is a judgement.
    pub degrees_of_freedom: f64,
}

impl Default for StudentTTable {
    fn default() -> Self {
        Self { degrees_of_freedom: DEFAULT_DEGREES_OF_FREEDOM }
    }
}

/// Parameters of the model `garch`: variances that answer to the last shock and remember, in monthly steps. The
/// defaults are a judgement.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct GarchTable {
    /// Weight of the last squared shock in the variance of a month.
    pub alpha: f64,
    /// Weight of the last variance; alpha + beta is at most 0.995, and (alpha + beta)² + 2 alpha² is below 1.
    pub beta: f64,
    /// Coefficients of single series, by asset or `inflation`. Default: those above for all.
    #[serde(skip_serializing)]
    pub series: BTreeMap<String, GarchSeriesTable>,
    /// Whether the correlations of shocks move.
    pub correlation: GarchCorrelationWord,
    /// How they move, if they do.
    pub dynamic: GarchDynamicTable,
}

impl Default for GarchTable {
    fn default() -> Self {
        let GarchCoefficients { alpha, beta } = GarchCoefficients::default();
        Self {
            alpha,
            beta,
            series: BTreeMap::new(),
            correlation: GarchCorrelationWord::Constant,
            dynamic: GarchDynamicTable::default(),
        }
    }
}

/// Coefficients of one series.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct GarchSeriesTable {
    /// Weight of the last squared shock. Default: `market.garch.alpha`.
    pub alpha: Option<f64>,
    /// Weight of the last variance. Default: `market.garch.beta`.
    pub beta: Option<f64>,
}

/// Whether the correlations of shocks move.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum GarchCorrelationWord {
    /// As stated, in every month (Bollerslev 1990).
    Constant,
    /// Moved by recent shocks about the stated ones (Engle 2002).
    Dynamic,
}

/// How correlations of shocks move: `Q' = (1 - a - b) R + a u u' + b Q`, scaled to correlations.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct GarchDynamicTable {
    /// Weight of the last shocks.
    pub a: f64,
    /// Weight of the last correlations; a + b is at most 0.995.
    pub b: f64,
}

impl Default for GarchDynamicTable {
    fn default() -> Self {
        let GarchCorrelation::Dynamic { a, b } = GarchCorrelation::DYNAMIC else {
            return Self { a: 0.0, b: 0.0 };
        };
        Self { a, b }
    }
}

/// Parameters of the model `regimes`: states of the market that follow a Markov chain. The defaults, a calm state and a
/// crisis, are a judgement.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct RegimesTable {
    /// The states, 2 to 4. Default: `calm`, in which everything is as stated, and `crisis`, in which risk assets have twice the
    /// volatility, a mean lower by 15 % a year, and a `stress_weight` of 0.5.
    pub state: Vec<RegimeTable>,
    /// Probabilities of going from the row's state to the column's in a month; required beside states of one's own.
    /// Default: `[[0.98, 0.02], [0.10, 0.90]]`.
    pub transitions: Option<Vec<Vec<f64>>>,
    /// The assets to which numbers for `mean_shift` and `stress_weight` apply. Default: those of `us_equity`, `intl_equity`,
    /// `commodities`, `private_equity`, `private_credit`, `real_estate`, `infrastructure` and `bitcoin` that the market has; a market
    /// with none of them must name its own.
    pub risk_assets: Option<Vec<String>>,
}

/// One state of the market. Its figures are relative to the other states: over all states together every asset keeps its stated
/// mean and volatility.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct RegimeTable {
    /// Its name, such as `crisis`. Required.
    pub name: String,
    /// Factor on log volatilities: one number for all assets (inflation keeps 1), or factors by asset or `inflation`
    /// (others keep 1). Default: 1.
    pub volatility_factor: Option<NumberBySeries>,
    /// What is added to the arithmetic mean of a year, in logs: one number for all risk assets, or numbers by
    /// asset or `inflation`. Default: 0.
    pub mean_shift: Option<NumberBySeries>,
    /// Weight `w`, 0 to 1, with which each correlation `c` of two risk assets becomes `(1 - w) c + w max(c, 0.85)`.
    pub stress_weight: f64,
    /// Correlations of the state by pair, which take precedence; as in `market.correlations`.
    pub correlations: Correlations,
}

/// One number, or numbers by asset.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(in crate::scenario) enum NumberBySeries {
    /// For all to which it applies.
    All(f64),
    /// By asset key or `inflation`.
    BySeries(BTreeMap<String, f64>),
}
