//! What turns a gross return into money in hand: haircuts on volatility and on forced sales, spreads, and
//! the switches that turn each of them off alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Result, all_of, require_in_range};
use crate::market::{Asset, Unfilled};

/// The discount from the *reported NAV* in a forced sale: `min(cap, a + b·x + c·x²)` times the asset's scale,
/// with `x` the fall of public equity from its twelve-month high. What it costs is a [`ForcedSale`].
///
/// The default (0.09, 0.25, 2.0, cap 0.60) is a judgement calibrated to secondary-market prices of private
/// funds in 2008–09 and 2022: 9 % in quiet markets, 20 % at a fall of 18 %, 47 % at a fall of 38 %.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HaircutRule {
    /// The haircut in quiet markets, `a`.
    pub base: f64,
    /// The slope in the fall of public equity, `b`.
    pub slope: f64,
    /// The coefficient of the squared fall, `c`.
    pub curvature: f64,
    /// The largest haircut before scaling.
    pub cap: f64,
}

impl Default for HaircutRule {
    fn default() -> Self {
        Self { base: 0.09, slope: 0.25, curvature: 2.0, cap: 0.60 }
    }
}

impl HaircutRule {
    /// Checks the ranges and returns the rule.
    ///
    /// # Errors
    ///
    /// A `base` or `cap` outside 0 to 1, a `slope` or `curvature` outside 0 to 100.
    pub fn validated(self) -> Result<Self> {
        all_of([
            require_in_range("base", self.base, 0.0, 1.0),
            require_in_range("slope", self.slope, 0.0, 100.0),
            require_in_range("curvature", self.curvature, 0.0, 100.0),
            require_in_range("cap", self.cap, 0.0, 1.0),
        ])?;
        Ok(self)
    }

    /// The haircut of an asset with scale 1 at a fall `fall` (0 to 1) of public equity.
    ///
    /// ```
    /// let rule = decumulus::market::HaircutRule::default();
    /// assert!((rule.at(0.0) - 0.09).abs() < 1e-15);
    /// assert!((rule.at(0.25) - 0.2775).abs() < 1e-15);
    /// assert_eq!(rule.at(0.9), 0.60);
    /// ```
    #[inline(always)]
    #[must_use]
    pub fn at(self, fall: f64) -> f64 {
        let haircut = fall * (fall * self.curvature + self.slope) + self.base;
        if haircut < self.cap { haircut } else { self.cap }
    }
}

/// What a forced sale of an illiquid asset loses.
///
/// Secondary markets quote their prices as shares of the reported NAV, academic models theirs as shares of value. The two differ
/// where a NAV is stale: after a fall it stands above value, and part of the quoted discount only brings it down to that.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ForcedSale {
    /// The sale fetches the reported NAV less the discount of the rule, `h·scale`, but no more than the economic value: no
    /// buyer pays more for a stake than it is worth. With `s = NAV / value` the share `1 − min(s·(1 − h·scale), 1)` of the value
    /// is lost.
    OfNav {
        /// The rule.
        rule: HaircutRule,
        /// What multiplies its discount; the product is 1 at most.
        scale: f64,
    },
    /// The sale loses a share of the economic value, whatever the reported NAV.
    OfValue(f64),
}

impl ForcedSale {
    /// The share of economic value that a sale loses at a fall `fall` of public equity where the reported NAV is `ratio` times the
    /// value.
    ///
    /// ```
    /// use decumulus::market::{ForcedSale, HaircutRule};
    /// let sale = ForcedSale::OfNav { rule: HaircutRule::default(), scale: 1.0 };
    /// assert!((sale.lost(0.0, 1.0) - 0.09).abs() < 1e-15);
    /// // After a fall of 38 %, with a NAV that is still 30 % too high: 47 % off it are 31 % of the value.
    /// assert!((sale.lost(0.38, 1.3) - (1.0 - 1.3 * (1.0 - 0.4738))).abs() < 1e-12);
    /// assert_eq!(sale.lost(0.0, 1.5), 0.0);
    /// ```
    #[must_use]
    pub fn lost(self, fall: f64, ratio: f64) -> f64 {
        match self {
            Self::OfNav { rule, scale } => {
                let discount = (rule.at(fall) * scale).min(1.0);
                (discount + (1.0 - ratio) * (1.0 - discount)).max(0.0)
            }
            Self::OfValue(share) => share,
        }
    }
}

/// How much an asset's volatility is raised over its headline figure, its arithmetic mean held.
#[derive(Clone, Debug, PartialEq)]
pub enum VolatilityHaircut {
    /// Each asset's own factor at level 0 (headline), 1 (moderate) or 2 (severe).
    Level(u8),
    /// A factor by asset key; assets not named keep their headline figure.
    Factors(BTreeMap<String, f64>),
}

impl VolatilityHaircut {
    /// The factor on an asset's log volatility; a level above 2 counts as 2.
    #[must_use]
    pub fn factor(&self, asset: &Asset) -> f64 {
        match self {
            Self::Level(level) => asset.volatility_levels[usize::from(*level).min(2)],
            Self::Factors(factors) => factors.get(&asset.key).copied().unwrap_or(1.0),
        }
    }
}

/// Which frictions a market charges; each can be switched off alone.
#[allow(clippy::struct_excessive_bools)] // each friction can be switched off alone
#[derive(Clone, Debug, PartialEq)]
pub struct Frictions {
    /// Management and wrapper fees of assets and the fees of the plan.
    pub fees: bool,
    /// The volatility haircut; level 0 is off.
    pub volatility_haircut: VolatilityHaircut,
    /// The discount on forced sales of illiquid assets.
    pub liquidity_haircut: bool,
    /// Half-spreads on trades of liquid assets.
    pub half_spreads: bool,
    /// Reported NAVs that lag behind news or stand above or below value, where a fund has an appraisal or a premium.
    pub smoothing: bool,
    /// Caps on redemptions, where a fund has a gate.
    pub gates: bool,
    /// What becomes of the part of a request that a gate leaves unpaid.
    pub unfilled: Unfilled,
}

/// The rungs of the attribution ladder, from gross to net.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Friction {
    /// No friction at all.
    Gross,
    /// Fees of assets and plan.
    Fees,
    /// The volatility haircut.
    VolatilityHaircut,
    /// Reported NAVs that lag behind economic value; only where an asset has one.
    Smoothing,
    /// Gates, liquidity haircuts and half-spreads: the run with everything.
    Liquidity,
}

impl Friction {
    /// The name in files and tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gross => "gross",
            Self::Fees => "fees",
            Self::VolatilityHaircut => "volatility_haircut",
            Self::Smoothing => "smoothing",
            Self::Liquidity => "liquidity",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_haircut_rule_passes_through_its_calibration_points() {
        let rule = HaircutRule::default();
        for (fall, haircut) in [(0.0, 0.09), (0.10, 0.135), (0.18, 0.20), (0.25, 0.28), (0.38, 0.47)] {
            assert!((rule.at(fall) - haircut).abs() < 0.006, "at {fall}: {}", rule.at(fall));
        }
    }
}
