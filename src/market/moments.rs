//! The two moments of an annual return.

use crate::error::{Result, all_of, require_in_range};
use crate::math::elementary::{exp, ln};

/// The mean and spread of an annual return, kept in logs and readable both ways.
///
/// With `m` and `v` the arithmetic mean and volatility of the *simple* return of a year,
/// `sigma² = ln(1 + (v/(1+m))²)` and `mu = ln(1+m) − sigma²/2` are the mean and standard deviation of the
/// *log* return. The geometric (median) return is `exp(mu) − 1`. A step of `dt` years has the log mean
/// `mu·dt` and the log standard deviation `sigma·√dt`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReturnMoments {
    log_mean: f64,
    log_sd: f64,
}

impl ReturnMoments {
    /// From the arithmetic mean and the volatility of the annual simple return, as fractions.
    ///
    /// ```
    /// use decumulus::market::ReturnMoments;
    /// let us_equity = ReturnMoments::from_simple(0.0794, 0.1647)?;
    /// assert!((us_equity.log_sd() - 0.1517).abs() < 5e-5);
    /// assert!((us_equity.geometric() - 0.0670).abs() < 5e-5);
    /// assert!(ReturnMoments::from_simple(0.07, -0.1).is_err());
    /// # Ok::<(), decumulus::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// * `mean` is not in −0.99 to 10;
    /// * `volatility` is not in 0 to 10.
    pub fn from_simple(mean: f64, volatility: f64) -> Result<Self> {
        all_of([
            require_in_range("mean", mean, -0.99, 10.0),
            require_in_range("volatility", volatility, 0.0, 10.0),
        ])?;
        let ratio = volatility / (1.0 + mean);
        let variance = ln(1.0 + ratio * ratio);
        Ok(Self { log_mean: ln(1.0 + mean) - 0.5 * variance, log_sd: variance.sqrt() })
    }

    /// From the mean and standard deviation of the annual log return.
    ///
    /// # Errors
    ///
    /// * `log_mean` is not in −4.6 to 2.4;
    /// * `log_sd` is not in 0 to 2.2.
    pub fn from_log(log_mean: f64, log_sd: f64) -> Result<Self> {
        all_of([
            require_in_range("log_mean", log_mean, -4.6, 2.4),
            require_in_range("log_sd", log_sd, 0.0, 2.2),
        ])?;
        Ok(Self { log_mean, log_sd })
    }

    /// The same arithmetic mean with the log standard deviation multiplied by `factor`.
    ///
    /// This is the volatility haircut: the log mean falls by `(factor² − 1)·sigma²/2`, so the mean of
    /// wealth stays and its median falls.
    #[must_use]
    pub fn with_volatility_factor(self, factor: f64) -> Self {
        if factor == 1.0 {
            return self;
        }
        let log_sd = self.log_sd * factor;
        let log_mean = self.log_mean + 0.5 * (self.log_sd * self.log_sd - log_sd * log_sd);
        Self { log_mean, log_sd }
    }

    /// Mean of the annual log return.
    #[must_use]
    pub fn log_mean(self) -> f64 {
        self.log_mean
    }

    /// Standard deviation of the annual log return.
    #[must_use]
    pub fn log_sd(self) -> f64 {
        self.log_sd
    }

    /// Arithmetic mean of the annual simple return, `exp(mu + sigma²/2) − 1`.
    #[must_use]
    pub fn mean(self) -> f64 {
        exp(self.log_mean + 0.5 * self.log_sd * self.log_sd) - 1.0
    }

    /// Standard deviation of the annual simple return, `(1 + mean)·√(exp(sigma²) − 1)`.
    #[must_use]
    pub fn volatility(self) -> f64 {
        (1.0 + self.mean()) * (exp(self.log_sd * self.log_sd) - 1.0).max(0.0).sqrt()
    }

    /// Geometric (median) annual return, `exp(mu) − 1`.
    #[must_use]
    pub fn geometric(self) -> f64 {
        exp(self.log_mean) - 1.0
    }
}
