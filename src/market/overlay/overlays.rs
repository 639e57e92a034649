//! The overlays of a market, as values.

use std::collections::BTreeMap;

use crate::error::{Result, all_of};
use crate::market::asset::Asset;
use crate::market::moments::ReturnMoments;
use crate::market::overlay::crash::Crashes;
use crate::market::overlay::known::Known;
use crate::market::overlay::loss::PermanentLoss;
use crate::market::overlay::manager::Managers;
use crate::market::overlay::prior::ParameterUncertainty;

/// The overlays of a market; the default is none.
///
/// | overlay | drawn | arithmetic mean of one year | volatility of one year |
/// | --- | --- | --- | --- |
/// | [`Crashes`] | each step, common to all assets | kept | kept |
/// | [`PermanentLoss`] | each step, by asset | lowered by the loss | raised |
/// | [`ParameterUncertainty`] | once a lifetime | kept | raised |
/// | [`Managers`] | once a lifetime and once a vintage | kept by an average manager | raised |
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overlays {
    /// Common crashes with jumps of each asset.
    pub crashes: Option<Crashes>,
    /// Chance of losing an asset for good, by asset key.
    pub permanent_loss: BTreeMap<String, PermanentLoss>,
    /// Errors of the expected returns themselves.
    pub parameter_uncertainty: Option<ParameterUncertainty>,
    /// Luck and skill in the choice of managers.
    pub managers: Option<Managers>,
}

impl Overlays {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Refuses figures out of their ranges and assets that are not in the market; keys are those of a scenario.
    pub(in crate::market) fn check(&self, assets: &[Asset]) -> Result<()> {
        let known: Vec<String> = assets.iter().map(|asset| asset.key.clone()).collect();
        self.checked_for(&known)
    }

    /// Checks that every figure is in its range and for one of these assets, by key.
    ///
    /// # Errors
    ///
    /// Every figure that is not, under its key in a scenario's `market`.
    pub fn checked_for(&self, assets: &[String]) -> Result<()> {
        let known: Vec<&str> = assets.iter().map(String::as_str).collect();
        let known = Known(&known);
        let mut checks = vec![];
        if let Some(crashes) = &self.crashes {
            checks.push(crashes.check(known).map_err(|e| e.within("crashes")));
        }
        for (key, loss) in &self.permanent_loss {
            checks.push(known.check("permanent_loss", key));
            checks.push(loss.check().map_err(|e| e.within(&format!("permanent_loss.{key}"))));
        }
        if let Some(uncertainty) = &self.parameter_uncertainty {
            checks.push(uncertainty.check(known).map_err(|e| e.within("parameter_uncertainty")));
        }
        if let Some(managers) = &self.managers {
            checks.push(managers.check(known).map_err(|e| e.within("managers")));
        }
        all_of(checks)
    }

    /// The moments that the return model must have so that, with the jumps of crashes on top, each asset has the
    /// annual arithmetic mean and volatility of `moments` (the assets in order, then inflation).
    ///
    /// # Errors
    ///
    /// Jumps that have more variance than their asset.
    pub fn compensated(
        &self,
        assets: &[Asset],
        moments: &[ReturnMoments],
        steps_per_year: usize,
    ) -> Result<Vec<ReturnMoments>> {
        let Some(crashes) = &self.crashes else { return Ok(moments.to_vec()) };
        let mut compensated = moments.to_vec();
        let mut checks = vec![];
        for (asset, moments) in assets.iter().zip(&mut compensated) {
            match crashes.compensated(&asset.key, *moments, steps_per_year) {
                Ok(without_jumps) => *moments = without_jumps,
                Err(error) => checks.push(Err(error.within("crashes"))),
            }
        }
        all_of(checks)?;
        Ok(compensated)
    }
}
