//! Return models by name: a scenario names one, the engine gets it compiled.
//!
//! A further model is one more file and one more variant in each of the two enums.

use fearless_simd::Simd;
use serde::{Deserialize, Serialize};

use crate::market::{Lognormal, Market};
use crate::math::streams::Streams;

/// The name of a return model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModelName {
    /// Correlated lognormal growth factors, independent from step to step.
    Lognormal,
}

impl ModelName {
    /// Every model, in the order in which it is listed to users.
    pub const ALL: [Self; 1] = [Self::Lognormal];

    /// The name in scenario files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lognormal => "lognormal",
        }
    }
}

/// A return model compiled for one market, step length and setting of the frictions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Model {
    /// See [`Lognormal`].
    Lognormal(Lognormal),
}

impl Model {
    /// Compiles the model that the market names.
    ///
    /// `volatility_factors` and `fees_per_year` have one entry for each asset; the fees are taken out of
    /// the growth factors.
    #[must_use]
    pub fn compile(
        market: &Market,
        steps_per_year: usize,
        volatility_factors: &[f64],
        fees_per_year: &[f64],
    ) -> Self {
        match market.model {
            ModelName::Lognormal => {
                Self::Lognormal(Lognormal::compile(market, steps_per_year, volatility_factors, fees_per_year))
            }
        }
    }

    /// Draws one year for the lanes of a tile: whatever the model needs to make growth factors later.
    ///
    /// `drawn` is the model's own memory, which it sizes on first use.
    #[inline(always)]
    pub fn draw<const L: usize>(
        &self,
        streams: Streams,
        first_lifetime: u64,
        year: u32,
        drawn: &mut Vec<[f32; L]>,
    ) {
        match self {
            Self::Lognormal(model) => model.draw(streams, first_lifetime, year, drawn),
        }
    }

    /// Growth factors of some steps of the year drawn last, `growth[step · series + k]`: the assets in order, then
    /// inflation. `first_step` counts from the start of the year; each step is asked for once, in order.
    #[inline(always)]
    pub fn grow<S: Simd, const L: usize>(
        &self,
        simd: S,
        first_step: usize,
        drawn: &mut [[f32; L]],
        growth: &mut [[f64; L]],
    ) {
        match self {
            Self::Lognormal(model) => model.grow(simd, first_step, drawn, growth),
        }
    }
}
