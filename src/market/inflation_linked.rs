//! Assets that are given in real terms: the nominal moments and correlations that follow from theirs.

use crate::error::Result;
use crate::market::{AssumptionSet, Ingredients, Market, ReturnMoments};

impl ReturnMoments {
    /// Moments of the nominal return from these of the real one: log growth is the sum of that of the asset and that of prices, so
    /// means add up, and the log variance is `σ_r² + σ_i² + 2·ρ·σ_r·σ_i`, with `ρ` the correlation of the two logs.
    ///
    /// Exact for the logs under every model whose steps are independent, and for the simple return where they are lognormal.
    ///
    /// ```
    /// use decumulus::market::ReturnMoments;
    /// let (real, prices) = (ReturnMoments::from_log(0.02, 0.05)?, ReturnMoments::from_log(0.025, 0.012)?);
    /// let nominal = real.over_inflation(prices, 0.0)?;
    /// assert!((nominal.log_mean() - 0.045).abs() < 1e-15);
    /// assert!((nominal.log_sd() - 0.0514).abs() < 5e-5);
    /// # Ok::<(), decumulus::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Moments out of range.
    pub fn over_inflation(self, inflation: Self, correlation: f64) -> Result<Self> {
        let (own, prices) = (self.log_sd(), inflation.log_sd());
        let variance = own * own + prices * prices + 2.0 * correlation * own * prices;
        Self::from_log(self.log_mean() + inflation.log_mean(), variance.max(0.0).sqrt())
    }
}

/// Log moments of some series and their correlations, of which some are given in real terms.
struct Series<'a> {
    real: &'a dyn Fn(usize) -> bool,
    sd: &'a dyn Fn(usize) -> f64,
    correlation: &'a dyn Fn(usize, usize) -> f64,
    inflation: usize,
}

impl Series<'_> {
    /// The covariance of two nominal log returns: each is its own, and that of prices if it is given in real terms.
    fn covariance(&self, first: usize, second: usize) -> f64 {
        let parts = |k: usize| {
            std::iter::once(k).chain(((self.real)(k) && k != self.inflation).then_some(self.inflation))
        };
        let one = |i: usize, j: usize| {
            (self.sd)(i) * (self.sd)(j) * if i == j { 1.0 } else { (self.correlation)(i, j) }
        };
        parts(first).fold(0.0, |sum, i| parts(second).fold(sum, |sum, j| sum + one(i, j)))
    }

    fn correlation(&self, first: usize, second: usize) -> f64 {
        if first == second {
            return 1.0;
        }
        let scale = (self.covariance(first, first) * self.covariance(second, second)).sqrt();
        // What does not move has the correlation that is stated.
        if scale > 0.0 { self.covariance(first, second) / scale } else { (self.correlation)(first, second) }
    }
}

impl Market {
    /// Moments of the nominal annual return of an asset at a factor on its log volatility; see
    /// [`ReturnMoments::over_inflation`].
    #[must_use]
    pub fn nominal_moments(&self, asset: usize, volatility_factor: f64) -> ReturnMoments {
        let own = self.assets[asset].moments.with_volatility_factor(volatility_factor);
        if !self.is_real(asset) {
            return own;
        }
        let correlation = self.correlation.get(asset, self.assets.len());
        // Where a sum is out of range its parts are the better answer than none.
        own.over_inflation(self.inflation, correlation).unwrap_or(own)
    }

    /// Moments of the nominal annual return of the fund that holds an asset, before its sleeve and fees: levered if it borrows.
    #[must_use]
    pub(in crate::market) fn fund_moments(&self, asset: usize, volatility_factor: f64) -> ReturnMoments {
        // Checked by `Market::validated`: leverage never takes moments out of range, and nothing levered is given in real terms.
        match self.assets[asset].levered() {
            Ok(levered) if !self.is_real(asset) => levered.with_volatility_factor(volatility_factor),
            _ => self.nominal_moments(asset, volatility_factor),
        }
    }

    /// The correlation of two nominal log returns (the assets in order, then inflation).
    #[must_use]
    pub fn nominal_correlation(&self, first: usize, second: usize) -> f64 {
        let inflation = self.assets.len();
        let sd = |k: usize| self.assets.get(k).map_or(self.inflation, |asset| asset.moments).log_sd();
        let series = Series {
            real: &|k| self.is_real(k),
            sd: &sd,
            correlation: &|i, j| self.correlation.get(i, j),
            inflation,
        };
        series.correlation(first, second)
    }

    fn is_real(&self, series: usize) -> bool {
        self.assets.get(series).is_some_and(|asset| asset.real)
    }
}

impl Ingredients<'_> {
    /// Places of the assets whose growth is made in real terms; none where returns come from a table, which has nominal ones.
    pub(super) fn linked(&self) -> Vec<u32> {
        let from_table = self.market.model.history().is_some();
        let real = (0..self.market.assets.len()).filter(|&k| self.market.is_real(k) && !from_table);
        real.map(|k| k as u32).collect()
    }
}

impl AssumptionSet {
    /// Moments of the nominal annual return of an asset; see [`ReturnMoments::over_inflation`].
    #[must_use]
    pub fn nominal_moments(&self, asset: usize) -> ReturnMoments {
        let own = &self.assets[asset];
        let correlation = self.correlation[asset][self.assets.len()];
        let nominal = own.moments.over_inflation(self.inflation, correlation);
        nominal.ok().filter(|_| own.real).unwrap_or(own.moments)
    }

    /// The correlation of two nominal log returns (the assets in order, then inflation).
    #[must_use]
    pub fn nominal_correlation(&self, first: usize, second: usize) -> f64 {
        let inflation = self.assets.len();
        let series = Series {
            real: &|k| self.assets.get(k).is_some_and(|asset| asset.real),
            sd: &|k| self.assets.get(k).map_or(self.inflation, |asset| asset.moments).log_sd(),
            correlation: &|i, j| self.correlation[i][j],
            inflation,
        };
        series.correlation(first, second)
    }
}
