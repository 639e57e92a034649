//! What return models are compiled from.

use crate::error::Result;
use crate::market::asset::Asset;
use crate::market::moments::ReturnMoments;
use crate::market::whole::Market;
use crate::math::elementary::pow;

/// What a model is compiled from: a market under one setting of the frictions, for one length of the steps.
#[derive(Clone, Debug)]
pub struct Ingredients<'a> {
    /// The market: correlations, and the model's parameters.
    pub market: &'a Market,
    /// Steps in a year: 1, 4 or 12.
    pub steps_per_year: usize,
    /// Moments of annual returns with all haircuts applied: the assets in order, inflation last. Those of an asset that is
    /// [given in real terms](crate::market::Asset::real) are of its real return.
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
    pub(super) fn compensated(&self) -> Result<Self> {
        let moments =
            self.market.overlays.compensated(&self.market.assets, &self.moments, self.steps_per_year)?;
        Ok(Self { moments, ..self.clone() })
    }
}
