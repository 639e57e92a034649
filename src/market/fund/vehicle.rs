//! The fund that holds an asset: how its NAV is made, how it lends, borrows and pays out.

use crate::error::{Result, all_of, require_in_range};
use crate::market::{Appraisal, Gate, Leverage};

/// How the fund that holds an asset is run. The default is a fund that is priced at value, without debt, sleeve or gate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vehicle {
    /// How the reported NAV follows news about economic value; `None` if it does so at once.
    pub appraisal: Option<Appraisal>,
    /// By how much the reported NAV stands above economic value but for news, a share of value, −0.5 to 1: positive where NAVs are
    /// too high for good, as those of funds that buy stakes at a discount and mark them up to the seller's NAV; negative
    /// where appraisers are cautious.
    pub nav_premium: f64,
    /// The cap on redemptions of a fund that redeems for spending; `None` if it does not, so that whoever needs cash sells at the
    /// liquidity haircut. Rebalancing is held up by gates only.
    pub gate: Option<Gate>,
    /// The share of the fund held in the market's `cash`, restored at every step: it drags on the return, and pays requests
    /// up to that share of a holding in any step, gated or not.
    pub liquid_sleeve: f64,
    /// Debt of the fund, if the asset's moments are those of what it owns; `None` if they are the fund's own.
    pub leverage: Option<Leverage>,
}

impl Vehicle {
    /// Whether the reported NAV hears of news with a lag.
    #[must_use]
    pub fn lags(&self) -> bool {
        self.appraisal.as_ref().is_some_and(|appraisal| !appraisal.is_exact())
    }

    /// Whether the reported NAV may differ from economic value.
    #[must_use]
    pub fn has_two_prices(&self) -> bool {
        self.lags() || self.nav_premium != 0.0
    }

    /// Refuses figures out of range.
    pub(crate) fn check(&self) -> Result<()> {
        let appraisal = self.appraisal.clone().map_or(Ok(()), |appraisal| appraisal.validated().map(drop));
        let gate = self.gate.map_or(Ok(()), |gate| gate.validated().map(drop));
        let leverage = self.leverage.map_or(Ok(()), |leverage| leverage.validated().map(drop));
        all_of([
            appraisal,
            gate.map_err(|error| error.within("gate")),
            require_in_range("nav_premium", self.nav_premium, -0.5, 1.0),
            require_in_range("liquid_sleeve", self.liquid_sleeve, 0.0, 0.95),
            leverage.map_err(|error| error.within("leverage")),
        ])
    }
}
