//! The parameters of GARCH(1,1) log returns.

use crate::error::{Error, Result, all_of, require_in_range};
use crate::market::asset::Series;

/// How strongly a variance answers to the last shock, and how long it remembers, in monthly steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GarchCoefficients {
    /// The weight of the last squared shock.
    pub alpha: f64,
    /// The weight of the last variance.
    pub beta: f64,
}

impl Default for GarchCoefficients {
    /// 0.08 and 0.88, a judgement: shocks to the variance have a half-life of 17 months and the kurtosis of a monthly log
    /// return is 3.6, as estimates for monthly returns of stocks go.
    fn default() -> Self {
        Self { alpha: 0.08, beta: 0.88 }
    }
}

impl GarchCoefficients {
    /// The largest `alpha + beta` that is accepted: a shock to the variance has a half-life of 138 months there.
    pub const LARGEST_PERSISTENCE: f64 = 0.995;

    fn check(self) -> Result<()> {
        let Self { alpha, beta } = self;
        all_of([require_in_range("alpha", alpha, 0.0, 1.0), require_in_range("beta", beta, 0.0, 1.0)])?;
        let sum = format_args!("{alpha} and beta {beta}").to_string();
        if alpha + beta > GarchCoefficients::LARGEST_PERSISTENCE {
            let accepted =
                format!("such that alpha + beta is at most {}", GarchCoefficients::LARGEST_PERSISTENCE);
            return Err(Error::invalid("alpha", sum, accepted));
        }
        if self.variance_of_variance().is_none() {
            let accepted =
                "such that (alpha + beta)² + 2 alpha² is below 1, or returns have no fourth moment";
            return Err(Error::invalid("alpha", sum, accepted));
        }
        Ok(())
    }

    /// The long-run variance of the variance over the square of its mean,
    /// `2α²/(1 − (α+β)² − 2α²)`;[^1] `None` if it is infinite.
    ///
    /// [^1]: T. Bollerslev, *Generalized autoregressive conditional heteroskedasticity*, Journal of Econometrics 31 (1986).
    pub(super) fn variance_of_variance(self) -> Option<f64> {
        let rest = 1.0 - (self.alpha + self.beta) * (self.alpha + self.beta) - 2.0 * self.alpha * self.alpha;
        (rest > 1e-9).then(|| 2.0 * self.alpha * self.alpha / rest)
    }

    /// The long-run kurtosis of a step's shock, `3 + 6α²/(1 − (α+β)² − 2α²)`; infinite without a fourth moment.
    #[must_use]
    pub fn kurtosis(self) -> f64 {
        3.0 + 3.0 * self.variance_of_variance().unwrap_or(f64::INFINITY)
    }

    /// The autocorrelation of squared shocks at a lag of one step,
    /// `α(1 − αβ − β²)/(1 − 2αβ − β²)`.[^1]
    ///
    /// [^1]: T. Bollerslev, *On the correlation structure for the generalized autoregressive conditional heteroskedastic process*, Journal of
    ///   Time Series Analysis 9 (1988).
    #[must_use]
    pub fn autocorrelation_of_squares(self) -> f64 {
        let Self { alpha, beta } = self;
        alpha * (1.0 - alpha * beta - beta * beta) / (1.0 - 2.0 * alpha * beta - beta * beta)
    }
}

/// How shocks of a step are correlated, given the variances.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GarchCorrelation {
    /// As stated, in every step (CCC).
    Constant,
    /// Moved by recent shocks (DCC), about the stated correlations.
    Dynamic {
        /// The weight of the last shocks.
        a: f64,
        /// The weight of the last correlations.
        b: f64,
    },
}

impl GarchCorrelation {
    /// Dynamic correlations with `a` 0.03 and `b` 0.94: a judgement, after estimates for monthly returns.
    pub const DYNAMIC: Self = Self::Dynamic { a: 0.03, b: 0.94 };

    fn check(self) -> Result<()> {
        let Self::Dynamic { a, b } = self else { return Ok(()) };
        all_of([require_in_range("a", a, 0.0, 1.0), require_in_range("b", b, 0.0, 1.0)])?;
        if a + b > GarchCoefficients::LARGEST_PERSISTENCE {
            let accepted = format!("such that a + b is at most {}", GarchCoefficients::LARGEST_PERSISTENCE);
            return Err(Error::invalid("a", format_args!("{a} and b {b}"), accepted));
        }
        Ok(())
    }
}

/// The parameters of [`Garch`](crate::market::Garch).
#[derive(Clone, Debug, PartialEq)]
pub struct GarchParameters {
    /// For each series: the assets in order, inflation last.
    pub coefficients: Vec<GarchCoefficients>,
    /// How shocks are correlated.
    pub correlation: GarchCorrelation,
}

impl GarchParameters {
    /// Refuses coefficients out of range, and a number of them that is not that of the market's series.
    pub(super) fn check(&self, series: Series<'_>) -> Result<()> {
        let count = series.count();
        if self.coefficients.len() != count {
            let accepted = format!("{count} pairs of coefficients: the assets, then inflation");
            return Err(Error::invalid("garch", self.coefficients.len(), accepted));
        }
        let checks = series.keys().zip(&self.coefficients);
        let mut checks: Vec<Result<()>> = checks
            .map(|(key, own)| own.check().map_err(|e| e.within(&format!("garch.series.{key}"))))
            .collect();
        checks.push(self.correlation.check().map_err(|e| e.within("garch.dynamic")));
        all_of(checks)
    }

    /// What the parameters say, for digests: the coefficients, series that differ from the first one, and correlations.
    pub(super) fn in_words(&self, series: Series<'_>) -> Vec<(&'static str, String)> {
        let keys = series.keys();
        let words = |own: &GarchCoefficients| format!("alpha {}, beta {}", own.alpha, own.beta);
        let first = self.coefficients.first().copied().unwrap_or_default();
        let different = keys.zip(&self.coefficients).filter(|(_, own)| **own != first);
        let different = different.map(|(key, own)| format!("; {key}: {}", words(own)));
        let variances = words(&first) + &different.collect::<String>() + "; start at the long-run variance";
        let correlation = match self.correlation {
            GarchCorrelation::Constant => "constant (CCC)".to_string(),
            GarchCorrelation::Dynamic { a, b } => format!("dynamic (DCC), a {a}, b {b}"),
        };
        vec![("variances", variances), ("correlations of shocks", correlation)]
    }
}
