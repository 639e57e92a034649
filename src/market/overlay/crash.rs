//! Correlated crashes: in a common crash every chosen asset jumps.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::draws::{COMMON, Event, events_of_year, normal, threshold};
use super::known::Known;
use crate::error::{Error, Result, all_of, require_in_range};
use crate::market::asset::{Asset, PLACES};
use crate::market::moments::ReturnMoments;
use crate::math::elementary::{exp, ln};
use crate::math::streams::{Purpose, Streams};

/// Crashes that hit several assets at once.
///
/// In a step of `dt` years a crash comes with probability `p = intensity·dt`. In it, the growth factor of asset `k`
/// is multiplied by `exp(J_k)` with `J_k = mean_k + sd_k·(√c·C + √(1−c)·e_k)`, `C` common to all assets, `e_k` its own,
/// both standard normal, and `c` the `correlation` of jump sizes. So each step has the jump factor
///
/// `X_k = exp(J_k)/E` in a crash, `1/E` otherwise, with `E = 1 − p + p·exp(mean_k + sd_k²/2)`, hence `E[X_k] = 1`.
///
/// **The annual arithmetic mean and volatility stay as stated.** `X_k` is independent of the return model `D_k` and from
/// step to step, with `ln E[X_k²] = q_k`, so the second moment of a year is that of `D_k` times `exp(q_k/dt)`: the model
/// is compiled with the log variance `sigma_k² − q_k/dt` and the same arithmetic mean. This needs no independence of the
/// model's own steps, so it also holds for models with serial dependence, as far as they keep the annual moments that
/// they are given. A model that takes returns from history takes its volatility from there: its mean is kept too, and
/// its volatility rises by that of the jumps.
///
/// Crashes fall together, so the correlations of realised returns lie above those of the market's matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Crashes {
    /// Expected crashes a year, 0 to 1; 0.15 is one in about seven years.
    pub intensity: f64,
    /// Correlation of the jump sizes of any two assets in a crash, 0 to 1.
    pub correlation: f64,
    /// The jump of each asset that takes part, by key.
    pub assets: BTreeMap<String, CrashJump>,
}

/// The jump of an asset in a crash.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CrashJump {
    /// Mean of the log jump; −0.35 takes about 30 % off.
    pub mean: f64,
    /// Standard deviation of the log jump.
    pub sd: f64,
}

impl CrashJump {
    /// Mean of the jump factor of a step with crash probability `p`, before it is brought to one.
    fn mean_factor(self, p: f64) -> f64 {
        1.0 - p + p * exp(self.mean + 0.5 * self.sd * self.sd)
    }

    /// `ln E[X²]` of the jump factor with mean one.
    fn log_second_moment(self, p: f64) -> f64 {
        let mean = self.mean_factor(p);
        let square = 1.0 - p + p * exp(2.0 * self.mean + 2.0 * self.sd * self.sd);
        ln(square / (mean * mean)).max(0.0)
    }
}

impl Crashes {
    /// The probability of a crash in a step.
    #[must_use]
    pub fn probability(&self, steps_per_year: usize) -> f64 {
        self.intensity / steps_per_year as f64
    }

    pub(super) fn check(&self, known: Known<'_>) -> Result<()> {
        let mut checks = vec![
            require_in_range("intensity", self.intensity, 0.0, 1.0),
            require_in_range("correlation", self.correlation, 0.0, 1.0),
        ];
        for (key, jump) in &self.assets {
            let own =
                [require_in_range("mean", jump.mean, -5.0, 1.0), require_in_range("sd", jump.sd, 0.0, 2.0)];
            checks.push(known.check("asset", key));
            checks.push(all_of(own).map_err(|e| e.within(&format!("asset.{key}"))));
        }
        all_of(checks)
    }

    /// The moments of an asset's return model that leave room for the jumps.
    pub(super) fn compensated(
        &self,
        key: &str,
        moments: ReturnMoments,
        steps_per_year: usize,
    ) -> Result<ReturnMoments> {
        let Some(jump) = self.assets.get(key) else { return Ok(moments) };
        let of_jumps = steps_per_year as f64 * jump.log_second_moment(self.probability(steps_per_year));
        if of_jumps == 0.0 {
            return Ok(moments);
        }
        let all = moments.log_sd() * moments.log_sd();
        if of_jumps <= all {
            return Ok(moments.with_volatility_factor((1.0 - of_jumps / all).sqrt()));
        }
        let volatility = |variance: f64| 100.0 * (1.0 + moments.mean()) * (exp(variance) - 1.0).sqrt();
        let found = format!("a jump that makes a volatility of {:.2} % a year alone", volatility(of_jumps));
        let accepted =
            format!("no more volatile than the asset, whose volatility is {:.2} %", volatility(all));
        Err(Error::invalid(format!("asset.{key}"), found, accepted)
            .help("make the jump smaller or rarer, or the asset's volatility larger"))
    }
}

/// Crashes compiled for one market and step length.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct CrashDraws {
    threshold: u64,
    /// Weights of the common and of the own normal: `√c` and `√(1−c)`.
    common: f64,
    own: f64,
    jumps: Vec<JumpDraw>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct JumpDraw {
    place: u32,
    mean: f64,
    sd: f64,
}

impl CrashDraws {
    pub(super) fn compile(crashes: &Crashes, assets: &[Asset], steps_per_year: usize) -> Option<Self> {
        let jump = |(place, asset): (usize, &Asset)| {
            let CrashJump { mean, sd } = *crashes.assets.get(&asset.key)?;
            Some(JumpDraw { place: place as u32, mean, sd })
        };
        let jumps: Vec<JumpDraw> = assets.iter().enumerate().filter_map(jump).collect();
        let threshold = threshold(crashes.probability(steps_per_year));
        let (common, own) = (crashes.correlation.sqrt(), (1.0 - crashes.correlation).sqrt());
        (threshold > 0 && !jumps.is_empty()).then_some(Self { threshold, common, own, jumps })
    }

    fn probability(&self) -> f64 {
        self.threshold as f64 / 4_294_967_296.0
    }

    /// For each asset that jumps: its place, and what brings the mean of its jump factor to one.
    pub(super) fn norms(&self) -> impl Iterator<Item = (u32, f64)> {
        let p = self.probability();
        self.jumps
            .iter()
            .map(move |jump| (jump.place, 1.0 / CrashJump { mean: jump.mean, sd: jump.sd }.mean_factor(p)))
    }

    fn jump_of(&self, place: u32) -> Option<&JumpDraw> {
        self.jumps.iter().find(|jump| jump.place == place && (jump.mean != 0.0 || jump.sd > 0.0))
    }

    /// Mean of the log jump of an asset in a step, crash or not: `p·mean`; `None` if it does not jump.
    pub(super) fn mean_log_jump(&self, place: u32) -> Option<f64> {
        self.jump_of(place).map(|jump| self.probability() * jump.mean)
    }

    /// Covariance of two assets' log jumps in a step: `p·E[J_i·J_j] − p²·mean_i·mean_j`, zero if one does not jump.
    pub(super) fn jump_covariance(&self, first: u32, second: u32) -> f64 {
        let (Some(a), Some(b)) = (self.jump_of(first), self.jump_of(second)) else { return 0.0 };
        let correlation = if first == second { 1.0 } else { self.common * self.common };
        let p = self.probability();
        p * (a.mean * b.mean + correlation * a.sd * b.sd) - p * p * a.mean * b.mean
    }

    /// Notes every jump of a year.
    #[inline(always)]
    pub(super) fn draw<const L: usize>(
        &self,
        streams: Streams,
        first_lifetime: u64,
        year: u32,
        steps_per_year: u32,
        events: &mut Vec<Event>,
    ) {
        let decisions = (streams, Purpose::Crash);
        let place = (year, COMMON);
        events_of_year::<L>(
            decisions,
            first_lifetime,
            place,
            steps_per_year,
            self.threshold,
            |step, lane| {
                self.jump(streams, first_lifetime, year * steps_per_year, (step, lane), events);
            },
        );
    }

    /// Notes the jumps of one crash; `before` steps lie before its year.
    #[cold]
    #[inline(never)]
    fn jump(
        &self,
        streams: Streams,
        first_lifetime: u64,
        before: u32,
        (step, lane): (u32, usize),
        events: &mut Vec<Event>,
    ) {
        let lifetime = first_lifetime.wrapping_add(lane as u64);
        let first = (before + step) * PLACES;
        let size = |place: u32| normal(streams, Purpose::CrashSize, lifetime, first + place);
        let common = self.common * size(COMMON);
        events.extend(self.jumps.iter().map(|jump| {
            let log = jump.mean + jump.sd * (common + self.own * size(jump.place));
            Event { step, place: jump.place, lane: lane as u32, factor: exp(log), news: log }
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bitcoin_crash_of_the_documentation_takes_a_sixth_of_its_variance() {
        let jump = CrashJump { mean: -0.35, sd: 0.25 };
        let assets = BTreeMap::from([("bitcoin".to_string(), jump)]);
        let crashes = Crashes { intensity: 0.15, correlation: 0.5, assets };
        let moments = ReturnMoments::from_simple(0.2412, 0.7377).unwrap();
        let base = crashes.compensated("bitcoin", moments, 12).unwrap();
        assert!((base.mean() - moments.mean()).abs() < 1e-14);
        // By hand: E = 1 − .0125 + .0125·e^(−.31875) = .996588…, E[X²] = .9875 + .0125·e^(−.575) = .994534…,
        // ln ratio ·12 = .015975, of .3025.
        let lost = 1.0 - (base.log_sd() / moments.log_sd()).powi(2);
        let (e, e2) = (0.9875 + 0.0125 * (-0.31875_f64).exp(), 0.9875 + 0.0125 * (-0.575_f64).exp());
        assert!((lost - 12.0 * (e2 / e / e).ln() / 0.3025).abs() < 1e-4, "{lost}");
    }

    #[test]
    fn jumps_with_more_variance_than_the_asset_are_refused_and_no_jump_changes_nothing() {
        let calm = ReturnMoments::from_simple(0.03, 0.01).unwrap();
        let crash = |mean, sd, intensity| Crashes {
            intensity,
            correlation: 0.5,
            assets: BTreeMap::from([("cash".to_string(), CrashJump { mean, sd })]),
        };
        let error = crash(-0.35, 0.25, 0.15).compensated("cash", calm, 12).unwrap_err();
        assert!(error.to_string().contains("asset.cash is a jump"), "{error}");
        assert_eq!(crash(0.0, 0.0, 0.15).compensated("cash", calm, 12).unwrap(), calm);
        assert_eq!(crash(-0.35, 0.25, 0.0).compensated("cash", calm, 12).unwrap(), calm);
        assert_eq!(crash(-0.35, 0.25, 0.15).compensated("gold", calm, 12).unwrap(), calm);
        let certain = ReturnMoments::from_simple(0.03, 0.0).unwrap();
        assert!(crash(-0.35, 0.25, 0.15).compensated("cash", certain, 1).is_err());
    }
}
