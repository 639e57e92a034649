//! Manager dispersion: a private asset is bought from managers, and managers differ far more than index funds do.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::draws::{COMMON, normal};
use super::known::{Known, in_words};
use crate::error::{Error, Result, all_of, require_in_range};
use crate::market::asset::{Asset, PLACES};
use crate::math::streams::{Purpose, Streams};

/// The skill and luck of the managers that a plan's member ends up with.
///
/// In vintage `v` asset `k` earns `a_k` a year more in the log than stated,
/// `a_k = shift_k − sd_k²/2 + sd_k·(√rho·A_k + √(1−rho)·e_kv)`, with `rho` the persistence, `A_k` drawn once for a lifetime,
/// `e_kv` once for each vintage, all standard normal. `rho` is the correlation of `a_k` between two vintages. With a
/// shift of zero the arithmetic mean of one year stays as stated; over a whole vintage convexity raises the mean as it
/// does under [`ParameterUncertainty`](crate::market::ParameterUncertainty).
///
/// The whole holding passes to the new vintage at once, at the first step of its year: programmes that commit a part
/// each year spread the luck of a vintage over several, so this is the cautious side.
#[derive(Clone, Debug, PartialEq)]
pub struct Managers {
    /// Years for which managers are held before new ones are chosen, 1 to 120.
    pub vintage_years: u32,
    /// Correlation of an asset's manager return between vintages, 0 (luck) to 1 (the same skill for life).
    pub persistence: f64,
    /// Correlation of the persistent parts `A_k` of different assets, 0 to 1: one adviser chooses them all.
    pub correlation: f64,
    /// The spread of managers, by asset key.
    pub assets: BTreeMap<String, ManagerSpread>,
    /// Where each asset's figure comes from, in the order of the market.
    pub sources: Vec<(String, String)>,
}

/// How much the managers of an asset differ, and how well the plan chooses among them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ManagerSpread {
    /// Standard deviation of the annual log return over managers.
    pub sd: f64,
    /// The plan's skill in choosing.
    pub selection: Selection,
}

/// What a plan's choice of managers adds on average.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Selection {
    /// In standard deviations over managers: 0 is an average manager.
    Deviations(f64),
    /// As a log return a year.
    LogReturn(f64),
}

impl ManagerSpread {
    /// What selection adds to the log return of a year.
    #[must_use]
    pub fn shift(self) -> f64 {
        match self.selection {
            Selection::Deviations(deviations) => deviations * self.sd,
            Selection::LogReturn(shift) => shift,
        }
    }
}

impl Managers {
    /// Where the spreads come from, in words.
    #[must_use]
    pub fn provenance(&self) -> String {
        in_words(&self.sources)
    }

    pub(super) fn check(&self, known: Known<'_>) -> Result<()> {
        let vintage = if (1..=120).contains(&self.vintage_years) {
            Ok(())
        } else {
            Err(Error::invalid("vintage_years", self.vintage_years, "a whole number from 1 to 120"))
        };
        let mut checks = vec![
            vintage,
            require_in_range("persistence", self.persistence, 0.0, 1.0),
            require_in_range("correlation", self.correlation, 0.0, 1.0),
        ];
        for (key, spread) in &self.assets {
            let selection = match spread.selection {
                Selection::Deviations(deviations) => require_in_range("selection", deviations, -5.0, 5.0),
                Selection::LogReturn(shift) => require_in_range("shift", shift, -0.5, 0.5),
            };
            let own = all_of([require_in_range("sd", spread.sd, 0.0, 0.2), selection]);
            checks.push(known.check("asset", key));
            checks.push(own.map_err(|e| e.within(&format!("asset.{key}"))));
        }
        all_of(checks)
    }
}

/// The managers compiled for one market.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct ManagerDraws {
    vintage_years: u32,
    /// Weights of the persistent and of the vintage's normal, `√rho` and `√(1−rho)`.
    persistent: f64,
    passing: f64,
    /// Weights of the common and of the asset's own normal in the persistent part.
    common: f64,
    own: f64,
    /// What makes the sum of the persistent parts of dispersed assets a standard normal; 0 if nothing persists.
    score: f64,
    assets: Vec<ManagerDraw>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct ManagerDraw {
    place: u32,
    sd: f64,
    /// Shift and the correction for the mean.
    centre: f64,
}

impl ManagerDraws {
    pub(super) fn compile(managers: &Managers, assets: &[Asset]) -> Option<Self> {
        let draw = |(place, asset): (usize, &Asset)| {
            let spread = managers.assets.get(&asset.key)?;
            let centre = spread.shift() - 0.5 * spread.sd * spread.sd;
            let draw = ManagerDraw { place: place as u32, sd: spread.sd, centre };
            (spread.sd > 0.0 || centre != 0.0).then_some(draw)
        };
        let assets: Vec<ManagerDraw> = assets.iter().enumerate().filter_map(draw).collect();
        let dispersed = assets.iter().filter(|asset| asset.sd > 0.0).count() as f64;
        let variance = dispersed + dispersed * (dispersed - 1.0) * managers.correlation;
        let tells = dispersed > 0.0 && managers.persistence > 0.0;
        (!assets.is_empty()).then(|| Self {
            vintage_years: managers.vintage_years,
            persistent: managers.persistence.sqrt(),
            passing: (1.0 - managers.persistence).sqrt(),
            common: managers.correlation.sqrt(),
            own: (1.0 - managers.correlation).sqrt(),
            score: if tells { 1.0 / variance.sqrt() } else { 0.0 },
            assets,
        })
    }

    /// Whether a vintage lasts at least a year.
    pub(super) fn has_vintages(&self) -> bool {
        self.vintage_years > 0
    }

    /// The places of the assets with managers.
    pub(super) fn places(&self) -> impl Iterator<Item = u32> {
        self.assets.iter().map(|asset| asset.place)
    }

    /// Whether lifetimes differ in what persists.
    pub(super) fn has_skill(&self) -> bool {
        self.score > 0.0
    }

    /// Whether new managers are chosen at the start of a year.
    pub(super) fn chooses_in(&self, year: u32) -> bool {
        year.is_multiple_of(self.vintage_years)
    }

    /// The persistent part of the asset at `place`.
    #[inline(always)]
    fn persistent_part(&self, streams: Streams, lifetime: u64, place: u32) -> f64 {
        let z = |place: u32| normal(streams, Purpose::Manager, lifetime, place);
        self.common * z(COMMON) + self.own * z(place)
    }

    /// One number for the skill of a lifetime's managers: the equally weighted mean of the persistent parts of all
    /// dispersed assets, divided by its standard deviation; exactly standard normal.
    #[inline(always)]
    pub(super) fn skill(&self, streams: Streams, lifetime: u64) -> f64 {
        let dispersed = self.assets.iter().filter(|asset| asset.sd > 0.0);
        let sum = dispersed.fold(0.0, |sum, a| sum + self.persistent_part(streams, lifetime, a.place));
        self.score * sum
    }

    /// Calls `drawn(place, a)` for each asset of a lifetime in the vintage of a year.
    #[inline(always)]
    pub(super) fn draw(&self, streams: Streams, lifetime: u64, year: u32, mut drawn: impl FnMut(u32, f64)) {
        let vintage = PLACES * (1 + year / self.vintage_years);
        for asset in &self.assets {
            let persistent = self.persistent * self.persistent_part(streams, lifetime, asset.place);
            let passing = self.passing * normal(streams, Purpose::Manager, lifetime, vintage + asset.place);
            drawn(asset.place, asset.centre + asset.sd * (persistent + passing));
        }
    }
}
