//! Borrowing inside a fund: it raises volatility and beta, and the return only by what the assets earn above its cost.

use crate::error::{Result, all_of, require_in_range};
use crate::market::ReturnMoments;

/// Debt of a fund.
///
/// With `L` debt as a share of the fund's assets, `m` and `b` the arithmetic returns of assets and of debt, a dollar of
/// the fund earns `m + L/(1 − L)·(m − b)`, and its log volatility is that of the assets over `1 − L`, so that its
/// beta to anything is too; debt is riskless and never defaults.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leverage {
    /// Debt as a share of the fund's assets, 0 to 0.8.
    pub debt_share: f64,
    /// What the debt costs a year, a fraction of it.
    pub borrowing_rate: f64,
}

impl Leverage {
    /// Checks the ranges and returns the leverage.
    ///
    /// # Errors
    ///
    /// A debt share outside 0 to 0.8, a borrowing rate outside 0 to 0.5.
    pub fn validated(self) -> Result<Self> {
        all_of([
            require_in_range("debt_share", self.debt_share, 0.0, 0.8),
            require_in_range("borrowing_rate", self.borrowing_rate, 0.0, 0.5),
        ])?;
        Ok(self)
    }

    /// Moments of the fund from those of its assets.
    ///
    /// ```
    /// use decumulus::market::{Leverage, ReturnMoments};
    /// let assets = ReturnMoments::from_simple(0.08, 0.115)?;
    /// let fund = Leverage { debt_share: 0.65, borrowing_rate: 0.06 }.levered(assets)?;
    /// assert!((fund.mean() - (0.08 + 0.65 / 0.35 * 0.02)).abs() < 1e-12);
    /// assert!((fund.log_sd() - assets.log_sd() / 0.35).abs() < 1e-12);
    /// # Ok::<(), decumulus::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A fund whose mean or volatility is out of range.
    pub fn levered(self, assets: ReturnMoments) -> Result<ReturnMoments> {
        if self.debt_share == 0.0 {
            return Ok(assets);
        }
        let equity = 1.0 - self.debt_share;
        let mean = assets.mean() + self.debt_share / equity * (assets.mean() - self.borrowing_rate);
        let unlevered = ReturnMoments::from_simple(mean, 0.0)?;
        let log_sd = assets.log_sd() / equity;
        ReturnMoments::from_log(unlevered.log_mean() - 0.5 * log_sd * log_sd, log_sd)
    }

    /// What borrowing costs a dollar of the fund in a year.
    #[must_use]
    pub fn cost_per_year(self) -> f64 {
        self.debt_share / (1.0 - self.debt_share) * self.borrowing_rate
    }
}
