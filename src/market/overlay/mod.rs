//! Overlays: what happens on top of any return model. Each is drawn from streams of its own, multiplies growth
//! factors, and is absent unless asked for; without any of them no random number and no bit of a result changes.

mod compiled;
mod crash;
mod draws;
mod loss;
mod manager;
mod prior;

use std::collections::BTreeMap;

pub use compiled::{Overlay, OverlayMemory};
pub use crash::{CrashJump, Crashes};
pub use loss::PermanentLoss;
pub use manager::{ManagerSpread, Managers, Selection};
pub use prior::{ErrorCorrelation, ParameterUncertainty};

use crate::error::{Error, Result, all_of};
use crate::market::{Market, ReturnMoments};

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
    pub(in crate::market) fn check(&self, market: &Market) -> Result<()> {
        let known: Vec<String> = market.assets.iter().map(|asset| asset.key.clone()).collect();
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
        market: &Market,
        moments: &[ReturnMoments],
        steps_per_year: usize,
    ) -> Result<Vec<ReturnMoments>> {
        let Some(crashes) = &self.crashes else { return Ok(moments.to_vec()) };
        let mut compensated = moments.to_vec();
        let mut checks = vec![];
        for (asset, moments) in market.assets.iter().zip(&mut compensated) {
            match crashes.compensated(&asset.key, *moments, steps_per_year) {
                Ok(without_jumps) => *moments = without_jumps,
                Err(error) => checks.push(Err(error.within("crashes"))),
            }
        }
        all_of(checks)?;
        Ok(compensated)
    }
}

/// Sources in words, assets of one source together: `gold, bitcoin: our judgement; cash: a survey`.
fn in_words(sources: &[(String, String)]) -> String {
    let mut groups: Vec<(&str, Vec<&str>)> = vec![];
    for (asset, source) in sources {
        match groups.iter_mut().find(|(known, _)| known == source) {
            Some((_, assets)) => assets.push(asset),
            None => groups.push((source, vec![asset])),
        }
    }
    let parts: Vec<String> =
        groups.iter().map(|(source, assets)| format!("{}: {source}", assets.join(", "))).collect();
    parts.join("; ")
}

/// The keys of the market's assets.
#[derive(Clone, Copy)]
struct Known<'a>(&'a [&'a str]);

impl Known<'_> {
    /// Refuses an asset that is not in the market, named in the table `key`.
    fn check(self, key: &str, asset: &str) -> Result<()> {
        if self.0.contains(&asset) {
            return Ok(());
        }
        let accepted = format!("one of the market's assets: {}", self.0.join(", "));
        Err(Error::invalid(format!("{key}.{asset}"), format_args!("`{asset}`"), accepted))
    }
}
