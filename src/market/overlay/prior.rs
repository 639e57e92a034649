//! Parameter uncertainty: nobody knows the expected returns, so each lifetime lives in a world of its own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::draws::{COMMON, normal};
use super::known::{Known, in_words};
use crate::error::{Error, Result, all_of, require_in_range};
use crate::market::asset::{Asset, MAX_ASSETS, Series};
use crate::math::streams::{Purpose, Streams};

/// The largest standard deviation of an error after scaling: with it no lifetime's wealth leaves the range of floats.
const LARGEST_ERROR: f64 = 0.3;

/// Errors of the expected log returns, drawn once for a whole lifetime.
///
/// Asset `k` earns `delta_k` a year more in the log than stated, with `delta_k = −s_k²/2 + s_k·z_k`, `s_k` the asset's `sd`
/// times the `scale`, and `z_k` standard normals. The arithmetic mean of *one* year stays as stated,
/// `E[exp(delta_k)] = 1`. Over `T` years it does not: the same error works in every year, so mean wealth rises by
/// `exp(s_k²·T·(T−1)/2)` for an untouched asset, the median falls by `exp(−s_k²·T/2)`, and the fan widens by `s_k·T` in
/// the log, against `sigma_k·√T` of the market itself: beyond `T = (sigma_k/s_k)²` years it is the larger part.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterUncertainty {
    /// Multiplies every standard deviation, 0 to 10; 0 is off.
    pub scale: f64,
    /// Standard deviation of the error of the expected log return a year, by asset key; others are known exactly.
    pub sd: BTreeMap<String, f64>,
    /// How the errors of different assets hang together.
    pub correlation: ErrorCorrelation,
    /// Where each asset's figure comes from, in the order of the market.
    pub sources: Vec<(String, String)>,
}

/// How the errors of the expected returns of different assets hang together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum ErrorCorrelation {
    /// As the log returns themselves. A judgement, with a reason: the error of a mean that is estimated from a sample
    /// of returns has exactly the correlations of the returns.
    #[default]
    Returns,
    /// The same correlation for every pair, 0 to 1.
    Constant(f64),
}

impl ParameterUncertainty {
    pub(super) fn check(&self, known: Known<'_>) -> Result<()> {
        let mut checks = vec![require_in_range("scale", self.scale, 0.0, 10.0)];
        if let ErrorCorrelation::Constant(value) = self.correlation {
            checks.push(require_in_range("correlation", value, 0.0, 1.0));
        }
        for (key, sd) in &self.sd {
            checks.push(known.check("sd", key));
            checks.push(require_in_range(&format!("sd.{key}"), *sd, 0.0, LARGEST_ERROR));
        }
        let largest = self.sd.values().fold(0.0_f64, |largest, sd| largest.max(*sd));
        if largest <= LARGEST_ERROR && self.scale <= 10.0 && self.scale * largest > LARGEST_ERROR {
            let most = LARGEST_ERROR / largest;
            let accepted = format!("at most {most:.2}, so that no error is above {LARGEST_ERROR}");
            checks.push(Err(Error::invalid("scale", self.scale, accepted)));
        }
        all_of(checks)
    }

    /// Where the standard deviations come from, in words.
    #[must_use]
    pub fn provenance(&self) -> String {
        in_words(&self.sources)
    }

    /// The standard deviation of an asset's error, log return a year.
    #[must_use]
    pub fn sd_of(&self, key: &str) -> f64 {
        self.scale * self.sd.get(key).copied().unwrap_or(0.0)
    }
}

/// The errors compiled for one market.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PriorDraws {
    /// The number of the market's assets.
    assets: u32,
    /// Weights of the common normal and of each asset's own, row by row: `1 + assets` for each uncertain asset.
    factor: Vec<f64>,
    /// Place and standard deviation of each uncertain asset.
    uncertain: Vec<(u32, f64)>,
}

impl PriorDraws {
    pub(super) fn compile(uncertainty: &ParameterUncertainty, series: Series<'_>) -> Option<Self> {
        let sd = |(place, asset): (usize, &Asset)| {
            let sd = uncertainty.sd_of(&asset.key);
            (sd > 0.0).then_some((place as u32, sd))
        };
        let uncertain: Vec<(u32, f64)> = series.assets.iter().enumerate().filter_map(sd).collect();
        let assets = series.assets.len();
        let cholesky = series.correlation.cholesky();
        let row = |&(place, _): &(u32, f64)| {
            let place = place as usize;
            match uncertainty.correlation {
                // The inflation row comes last, so the first rows are the factor of the assets alone.
                ErrorCorrelation::Returns => [&[0.0][..], &cholesky[place][..assets]].concat(),
                ErrorCorrelation::Constant(c) => {
                    let own = (0..assets).map(|k| if k == place { (1.0 - c).sqrt() } else { 0.0 });
                    std::iter::once(c.sqrt()).chain(own).collect()
                }
            }
        };
        let factor = uncertain.iter().flat_map(row).collect();
        (!uncertain.is_empty()).then_some(Self { assets: assets as u32, factor, uncertain })
    }

    /// See [`Overlay::is_sound`](crate::market::Overlay::is_sound).
    pub(super) fn is_sound(&self, assets: usize) -> bool {
        self.assets as usize == assets
            && self.places().all(|place| (place as usize) < assets)
            && self.factor.len() == self.uncertain.len() * (1 + assets)
    }

    /// The places of the uncertain assets.
    pub(super) fn places(&self) -> impl Iterator<Item = u32> {
        self.uncertain.iter().map(|(place, _)| *place)
    }

    /// Calls `drawn(place, delta)` for each uncertain asset of a lifetime.
    #[inline(always)]
    pub(super) fn draw(&self, streams: Streams, lifetime: u64, mut drawn: impl FnMut(u32, f64)) {
        let size = 1 + self.assets as usize;
        let mut normals = [0.0; 1 + MAX_ASSETS];
        let places = std::iter::once(COMMON).chain(0..self.assets);
        for (z, place) in normals.iter_mut().zip(places) {
            *z = normal(streams, Purpose::Prior, lifetime, place);
        }
        for (row, &(place, sd)) in self.factor.chunks_exact(size).zip(&self.uncertain) {
            let z = row.iter().zip(&normals).fold(0.0, |sum, (weight, z)| sum + weight * z);
            drawn(place, sd * z - 0.5 * sd * sd);
        }
    }
}
