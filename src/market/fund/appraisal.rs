//! How the reported NAV of an asset follows its economic value: smoothing and lag, as appraisers make them.
//!
//! Appraisers are late with *news*, not with growth that they expect: what a building earns in a usual quarter is in its
//! next appraisal. With `r` the log return of economic value, `u_t = r_t − E[r_t]` its news and `r°` the log return of the reported
//! NAV[^1]:
//!
//! * *first-order* (Geltner 1991): `r°_t = E[r_t] + u°_t` with `u°_t = (1 − φ)·u_{t−lag} + φ·u°_{t−1}`;
//! * *moving average* (Getmansky, Lo and Makarov 2004): `u°_t = Σ_j θ_j·u_{t−j−lag}` with `Σ θ_j = 1`.
//!
//! So `s = NAV / value` has `E[ln s] = 0` at every date, and is 1 for ever where nothing is uncertain. These are the textbook's
//! recursions of whole returns in their stationary state; started from a NAV without a past they would leave the NAV below value
//! for good by the growth of the mean lag, and pay every buyer.
//!
//! * `E[r_t]` is the return model's own over all times ([`Model::expected_log_growth`](crate::market::Model::expected_log_growth)): a
//!   crisis of a model with regimes is news, and so is each row of a table of history.
//! * The jumps of crashes are news, less their mean. A permanent loss is not: what is stolen is written off at once.
//! * What a lifetime earns more or less than stated for as long as it lasts, or for as long as it has its managers (parameter
//!   uncertainty and manager dispersion), is expected and not news. Appraisers see it in every statement; if it were news for ever,
//!   a NAV would stand below value for good in every lucky lifetime.
//! * What is older than the start of a lifetime is drawn from the same law; see `fund/past.rs`.
//!
//! Parameters are per quarter. In steps of a month `φ` becomes `φ^(1/3)`, and the `j`th weight applies to the month `3j`
//! months ago, so that quarters are smoothed as stated.
//!
//! [^1]: D. Geltner, *Smoothing in appraisal-based returns*, Journal of Real Estate Finance and Economics 4 (1991);
//!   M. Getmansky, A. Lo and I. Makarov, *An econometric model of serial correlation and illiquidity in hedge fund
//!   returns*, Journal of Financial Economics 74 (2004).

use crate::error::{Error, Result, all_of, require_in_range};
use crate::math::elementary::pow;

/// The most weights of a moving average, and the longest lag in months.
const LONGEST: usize = 24;

/// How appraisals blend new with old news.
#[derive(Clone, Debug, PartialEq)]
pub enum Smoothing {
    /// First-order: the share `φ` of a quarter's reported news is that of the quarter before.
    FirstOrder {
        /// `φ` per quarter, 0 to below 1.
        phi_per_quarter: f64,
    },
    /// Weights of this quarter's news, the last quarter's and so on; they sum to one.
    MovingAverage {
        /// `θ_0, θ_1, …`, each 0 to 1.
        weights: Vec<f64>,
    },
}

/// How the reported NAV of an asset follows its economic value.
#[derive(Clone, Debug, PartialEq)]
pub struct Appraisal {
    /// How appraisals blend new with old news.
    pub smoothing: Smoothing,
    /// How old the values are that an appraisal sees, in months; whole steps are used.
    pub lag_months: u32,
}

impl Appraisal {
    /// Checks the ranges and returns the appraisal.
    ///
    /// # Errors
    ///
    /// A `φ` outside 0 to 0.99, weights outside 0 to 1 or that do not sum to one, more than 24 weights or months.
    pub fn validated(self) -> Result<Self> {
        let smoothing = match &self.smoothing {
            Smoothing::FirstOrder { phi_per_quarter } => {
                require_in_range("nav_smoothing", *phi_per_quarter, 0.0, 0.99)
            }
            Smoothing::MovingAverage { weights } => check_weights(weights),
        };
        let lag = require_in_range("nav_lag_months", f64::from(self.lag_months), 0.0, LONGEST as f64);
        all_of([smoothing, lag])?;
        Ok(self)
    }

    /// Whether the reported NAV is the economic value.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        let fresh = match &self.smoothing {
            Smoothing::FirstOrder { phi_per_quarter } => *phi_per_quarter == 0.0,
            Smoothing::MovingAverage { weights } => weights.first() == Some(&1.0),
        };
        fresh && self.lag_months == 0
    }

    /// `φ` per step, and for each past step the weight of its news that is not yet in the NAV.
    pub(crate) fn filter(&self, steps_per_year: usize) -> Result<Filter> {
        let lag = (self.lag_months as usize * steps_per_year + 6) / 12;
        match &self.smoothing {
            Smoothing::FirstOrder { phi_per_quarter } => Ok(Filter {
                phi: if *phi_per_quarter > 0.0 {
                    pow(*phi_per_quarter, 4.0 / steps_per_year as f64)
                } else {
                    0.0
                },
                missing: vec![1.0; lag],
            }),
            Smoothing::MovingAverage { .. } if steps_per_year < 4 => Err(Error::invalid(
                "nav_weights",
                "weights by quarter",
                "steps of a month or a quarter (or nav_smoothing instead)",
            )),
            Smoothing::MovingAverage { weights } => {
                let per_quarter = steps_per_year / 4;
                let mut missing = vec![1.0; lag];
                let mut left = 1.0;
                for weight in &weights[..weights.len() - 1] {
                    left -= weight;
                    missing.extend(std::iter::repeat_n(left, per_quarter));
                }
                Ok(Filter { phi: 0.0, missing })
            }
        }
    }

    /// Standard deviation of the reported return of a year over that of the true one, in steps whose true returns are
    /// independent.
    ///
    /// The reported log NAV is what is expected and a weighted sum of past news, so the news of a step enters the reported return of a
    /// year with the sum of as many neighbouring weights as the year has steps. In quarters, first-order smoothing at
    /// 0.78 leaves 0.61 and at 0.45 leaves 0.85; in months a little less.
    ///
    /// # Errors
    ///
    /// A moving average over quarters in steps of a year.
    pub fn annual_volatility_ratio(&self, steps_per_year: usize) -> Result<f64> {
        let Filter { phi, missing } = self.filter(steps_per_year)?;
        // The weight of each past step: what is no longer missing, and from there on what fades.
        let mut weights: Vec<f64> = vec![];
        let mut left = 1.0;
        for still in missing {
            weights.push(left - still);
            left = still;
        }
        let mut weight = left * (1.0 - phi);
        while weight > 1e-9 {
            weights.push(weight);
            weight *= phi;
        }
        let year =
            |end: usize| (0..steps_per_year).filter_map(|s| weights.get(end.checked_sub(s)?)).sum::<f64>();
        let variance: f64 = (0..weights.len() + steps_per_year - 1).map(|end| year(end) * year(end)).sum();
        Ok((variance / steps_per_year as f64).sqrt())
    }
}

fn check_weights(weights: &[f64]) -> Result<()> {
    let found = || format!("{weights:?}");
    if weights.is_empty() || weights.len() > LONGEST {
        return Err(Error::invalid("nav_weights", found(), format_args!("1 to {LONGEST} weights")));
    }
    let sum: f64 = weights.iter().sum();
    if weights.iter().all(|w| (0.0..=1.0).contains(w)) && (sum - 1.0).abs() < 1e-9 {
        return Ok(());
    }
    Err(Error::invalid("nav_weights", found(), "weights from 0 to 1 that sum to one"))
}

/// An appraisal in steps: `ln(reported / economic) = f_t − Σ_j missing_j·u_{t−j}` with `u` the news of a step,
/// `f_t = φ·(f_{t−1} − u_{t−n})` and `n` the number of `missing` weights.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Filter {
    pub(crate) phi: f64,
    pub(crate) missing: Vec<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_order(phi_per_quarter: f64) -> Appraisal {
        Appraisal { smoothing: Smoothing::FirstOrder { phi_per_quarter }, lag_months: 0 }
    }

    #[test]
    fn annual_volatility_ratios_are_the_published_ones() {
        for (phi, ratio) in
            [(0.30, 0.92), (0.45, 0.85), (0.60, 0.77), (0.78, 0.61), (0.85, 0.52), (0.94, 0.33)]
        {
            let found = first_order(phi).annual_volatility_ratio(4).unwrap();
            assert!((found - ratio).abs() < 0.01, "{phi}: {found}");
        }
        assert!((first_order(0.0).annual_volatility_ratio(12).unwrap() - 1.0).abs() < 1e-12);
        let lagged = Appraisal { lag_months: 3, ..first_order(0.0) };
        assert!((lagged.annual_volatility_ratio(12).unwrap() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_quarterly_smoothing_is_the_same_in_months() {
        let quarter = first_order(0.45).filter(4).unwrap();
        let month = first_order(0.45).filter(12).unwrap();
        assert!((month.phi * month.phi * month.phi - quarter.phi).abs() < 1e-14);
        assert!((month.phi - 0.766).abs() < 5e-4);
    }

    #[test]
    fn what_is_missing_of_a_moving_average_runs_out() {
        let weights = Smoothing::MovingAverage { weights: vec![0.5, 0.3, 0.2] };
        let appraisal = Appraisal { smoothing: weights, lag_months: 0 };
        let filter = appraisal.filter(4).unwrap();
        assert!(filter.missing.iter().zip([0.5, 0.2]).all(|(a, b)| (a - b).abs() < 1e-15));
        assert_eq!(appraisal.filter(12).unwrap().missing.len(), 6);
        assert!(appraisal.filter(1).is_err());
    }

    #[test]
    fn weights_that_do_not_sum_to_one_are_refused() {
        for weights in [vec![], vec![0.5, 0.4], vec![1.5, -0.5], vec![f64::NAN]] {
            let smoothing = Smoothing::MovingAverage { weights };
            assert!(Appraisal { smoothing, lag_months: 0 }.validated().is_err());
        }
    }
}
