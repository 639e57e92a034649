//! Permanent loss: an asset is stolen, embezzled or seized, and what it was worth does not come back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::draws::{Event, events_of_year, threshold};
use crate::error::{Result, all_of, require_in_range};
use crate::market::asset::Asset;
use crate::math::elementary::pow;
use crate::math::streams::{Purpose, Streams};

/// The chance of losing an asset for good, such as by the failure of a custodian or by fraud.
///
/// In a step of `dt` years the loss comes with probability `1 − (1 − hazard)^dt`, independently of everything else, and
/// multiplies the growth factor by `1 − loss`. It may come again: what is bought afterwards is at the same risk.
///
/// **It is not compensated**: it stands beside the stated return, whose arithmetic mean it lowers by about
/// `hazard·loss` a year. A stated return that already reckons with such losses should not be given this overlay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PermanentLoss {
    /// Probability of the loss within a year, 0 to 1.
    pub hazard: f64,
    /// The share of value that is lost, 0 to 1.
    pub loss: f64,
}

impl PermanentLoss {
    /// The probability of the loss in a step.
    #[must_use]
    pub fn probability(self, steps_per_year: usize) -> f64 {
        1.0 - pow(1.0 - self.hazard, 1.0 / steps_per_year as f64)
    }

    pub(super) fn check(self) -> Result<()> {
        all_of([
            require_in_range("hazard", self.hazard, 0.0, 1.0),
            require_in_range("loss", self.loss, 0.0, 1.0),
        ])
    }
}

/// The losses compiled for one market and step length.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct LossDraws {
    assets: Vec<LossDraw>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct LossDraw {
    place: u32,
    threshold: u64,
    kept: f64,
}

impl LossDraws {
    /// The places of the assets that can be lost.
    pub(super) fn places(&self) -> impl Iterator<Item = u32> {
        self.assets.iter().map(|asset| asset.place)
    }

    pub(super) fn compile(
        losses: &BTreeMap<String, PermanentLoss>,
        assets: &[Asset],
        steps_per_year: usize,
    ) -> Option<Self> {
        let draw = |(place, asset): (usize, &Asset)| {
            let loss = losses.get(&asset.key)?;
            let threshold = threshold(loss.probability(steps_per_year));
            let draw = LossDraw { place: place as u32, threshold, kept: 1.0 - loss.loss };
            (threshold > 0 && loss.loss > 0.0).then_some(draw)
        };
        let assets: Vec<LossDraw> = assets.iter().enumerate().filter_map(draw).collect();
        (!assets.is_empty()).then_some(Self { assets })
    }

    /// Notes every loss of a year.
    #[inline(always)]
    pub(super) fn draw<const L: usize>(
        &self,
        streams: Streams,
        first_lifetime: u64,
        year: u32,
        steps_per_year: u32,
        events: &mut Vec<Event>,
    ) {
        for asset in &self.assets {
            let (stream, place) = ((streams, Purpose::PermanentLoss), (year, asset.place));
            events_of_year::<L>(
                stream,
                first_lifetime,
                place,
                steps_per_year,
                asset.threshold,
                |step, lane| {
                    let (place, lane) = (asset.place, lane as u32);
                    events.push(Event { step, place, lane, factor: asset.kept, news: 0.0 });
                },
            );
        }
    }
}
