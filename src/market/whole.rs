//! A whole market.

use crate::error::{Error, Result, all_of};
use crate::market::asset::{Asset, CASH, Liquidity, MAX_ASSETS, Series};
use crate::market::correlation::Correlation;
use crate::market::discount::AcademicDiscount;
use crate::market::friction::{ForcedSale, Frictions, HaircutRule, VolatilityHaircut};
use crate::market::fund::GateRule;
use crate::market::model::ReturnModel;
use crate::market::moments::ReturnMoments;
use crate::market::overlay::Overlays;

/// A whole market: assets, inflation, how they move together, and what trading them costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Market {
    /// The assets, in the order in which their random numbers are drawn.
    pub assets: Vec<Asset>,
    /// The rise of consumer prices in a year.
    pub inflation: ReturnMoments,
    /// Where the inflation figures come from.
    pub inflation_provenance: String,
    /// Correlations of log returns: the assets in order, inflation last.
    pub correlation: Correlation,
    /// Where the correlations come from.
    pub correlation_provenance: String,
    /// Where volatility levels, fees, half-spreads and haircuts come from.
    pub friction_provenance: String,
    /// The return model with its parameters.
    pub model: ReturnModel,
    /// Which frictions are charged.
    pub frictions: Frictions,
    /// The price of a forced sale of an illiquid asset.
    pub haircut_rule: HaircutRule,
    /// When the gates of funds shut and open.
    pub gate_rule: GateRule,
    /// An academic model of that price, instead of the haircut rule; `None` for the rule.
    pub academic_discount: Option<AcademicDiscount>,
    /// The key of the asset whose fall from its twelve-month high is the measure of market stress.
    pub stress_asset: Option<String>,
    /// What happens on top of the return model.
    pub overlays: Overlays,
}

impl Market {
    /// Checks that the parts fit together and returns the market.
    ///
    /// # Errors
    ///
    /// * no asset, or more than [`MAX_ASSETS`];
    /// * an asset that [`Asset::validated`] or a haircut rule that [`HaircutRule::validated`] refuses;
    /// * two assets with one key;
    /// * a correlation matrix of another size than assets plus inflation;
    /// * a stress asset that is not in the market;
    /// * a fund with a liquid sleeve in a market without [`CASH`];
    /// * a volatility factor for an asset that is not in the market;
    /// * parameters of the return model that do not fit the market;
    /// * an overlay with figures out of range or for an asset that is not in the market.
    pub fn validated(self) -> Result<Self> {
        let keys: Vec<&str> = self.assets.iter().map(|a| a.key.as_str()).collect();
        let known = keys.join(", ");
        let count = Error::invalid("assets", keys.len(), format_args!("1 to {MAX_ASSETS} assets"));
        let mut checks = vec![if (1..=MAX_ASSETS).contains(&keys.len()) { Ok(()) } else { Err(count) }];
        for (i, key) in keys.iter().enumerate() {
            if keys[..i].contains(key) {
                checks.push(Err(Error::invalid("assets", key, "named once only")));
            }
        }
        if self.correlation.size() != keys.len() + 1 {
            let expected = format!("a matrix of {0} x {0}: the assets, then inflation", keys.len() + 1);
            checks.push(Err(Error::invalid("correlation", self.correlation.size(), expected)));
        }
        if let Some(key) = self.stress_asset.as_deref().filter(|key| !keys.contains(key)) {
            checks.push(Err(Error::invalid("stress_asset", key, format_args!("one of {known}"))));
        }
        if let VolatilityHaircut::Factors(factors) = &self.frictions.volatility_haircut {
            for key in factors.keys().filter(|key| !keys.contains(&key.as_str())) {
                let accepted = format!("one of the market's assets: {known}");
                checks.push(Err(Error::invalid("volatility_haircut", key, accepted)));
            }
        }
        for asset in &self.assets {
            let within = |error: Error| error.within(&format!("assets.{}", asset.key));
            checks.push(asset.clone().validated().map(drop).map_err(within));
        }
        checks.push(self.overlays.check(&self.assets));
        checks.push(self.haircut_rule.validated().map(drop).map_err(|e| e.within("haircut_rule")));
        checks.push(self.gate_rule.validated().map(drop).map_err(|e| e.within("gate_rule")));
        let sleeve = self.assets.iter().find(|asset| asset.vehicle.liquid_sleeve > 0.0);
        if let Some(asset) = sleeve.filter(|_| self.index_of(CASH).is_none()) {
            let key = format!("assets.{}.liquid_sleeve", asset.key);
            checks.push(Err(Error::invalid(
                key,
                asset.vehicle.liquid_sleeve,
                "0 in a market without `cash`",
            )));
        }
        if let Some(discount) = self.academic_discount {
            checks.push(discount.validated().map(drop).map_err(|e| e.within("haircut_rule")));
        }
        let levered = self.assets.iter().find_map(|asset| Some((asset, asset.vehicle.leverage?)));
        if let Some((asset, leverage)) = levered.filter(|_| self.model.history().is_some()) {
            let key = format!("assets.{}.leverage", asset.key);
            let accepted = "left out under models that take returns from a table of history";
            checks.push(Err(Error::invalid(key, leverage.debt_share, accepted)));
        }
        all_of(checks)?;
        self.model.check(self.series())?;
        Ok(self)
    }

    /// Its series: the assets, then inflation.
    #[must_use]
    pub fn series(&self) -> Series<'_> {
        Series { assets: &self.assets, inflation: self.inflation, correlation: &self.correlation }
    }

    /// The place of an asset in the market, by key.
    #[must_use]
    pub fn index_of(&self, key: &str) -> Option<usize> {
        self.assets.iter().position(|asset| asset.key == key)
    }

    /// What a forced sale of an asset costs; nothing for a liquid asset.
    ///
    /// An academic discount is the same in every market and is not scaled by the asset's `haircut_scale`: it is made of the
    /// asset's own volatility, at the haircut level in force.
    #[must_use]
    pub fn haircut(&self, asset: usize) -> ForcedSale {
        match (self.assets[asset].liquidity, self.academic_discount) {
            (Liquidity::Liquid { .. }, _) => ForcedSale::OfValue(0.0),
            (Liquidity::Illiquid { .. }, Some(discount)) => {
                let factor = self.frictions.volatility_haircut.factor(&self.assets[asset]);
                ForcedSale::OfValue(discount.of(self.nominal_moments(asset, factor)))
            }
            (Liquidity::Illiquid { haircut_scale }, None) => {
                ForcedSale::OfNav { rule: self.haircut_rule, scale: haircut_scale }
            }
        }
    }

    /// On which terms illiquid assets are traded, in words.
    #[must_use]
    pub fn illiquid_terms(&self) -> &'static str {
        let has = |feature: fn(&Asset) -> bool| self.assets.iter().any(feature);
        let stale = self.frictions.smoothing && has(|asset| asset.vehicle.has_two_prices());
        let gated = self.frictions.gates && has(|asset| asset.vehicle.gate.is_some());
        match (stale, gated) {
            (_, true) => {
                "bought and redeemed at the reported NAV, when weights are restored or spending asks for it, as far as gates \
                 allow, which open and shut at the ends of quarters; what spending still needs is raised by forced sales at \
                 the haircut; balances are economic values, before any haircut"
            }
            (true, false) => {
                "rebalanced at the reported NAV; balances are economic values; the haircut is for sales after liquid assets \
                 are gone, or pro rata"
            }
            (false, false) => {
                "rebalanced at economic value, free, in any market; the haircut is for sales after liquid assets are gone, \
                 or pro rata"
            }
        }
    }

    /// For each asset, the factor on its log volatility under the market's haircut.
    #[must_use]
    pub fn volatility_factors(&self) -> Vec<f64> {
        self.assets.iter().map(|asset| self.frictions.volatility_haircut.factor(asset)).collect()
    }
}
