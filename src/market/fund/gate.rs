//! Gates: a fund's cap on redemptions, when it binds, and how much of a request is paid then.

use serde::{Deserialize, Serialize};

use crate::error::{Result, all_of, require_in_range};
use crate::math::elementary::pow;

/// Points of the table from which the share paid is drawn: enough that its mean is that of the continuous law to 1e-3.
const POINTS: usize = 1024;

/// What becomes of the part of a request that a gate leaves unpaid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unfilled {
    /// It is asked for again at the end of every quarter until it is paid.
    #[default]
    Queues,
    /// It lapses; nothing more is asked until weights are due to be restored again.
    Lapses,
}

/// A fund's cap on redemptions.
///
/// While the fund is gated, what all holders ask for in a quarter is a share of NAV drawn from a beta law with the given
/// mean and concentration (`α = mean·concentration`, `β = (1 − mean)·concentration`), and everybody is paid the same
/// share `min(1, cap / requests)` of what they asked for. While it is open everything is paid.
///
/// **When.** Gates open and shut, and the share paid is drawn, at the ends of quarters; that share holds until the next
/// end of a quarter. Redemptions for spending are asked for and paid in the step of the payment, those that restore
/// weights at the end of the step in which they are due, and what was left unpaid of those is asked for again at each end
/// of a quarter ([`Unfilled::Queues`]).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gate {
    /// The most that is paid in a quarter, a share of NAV.
    pub cap_per_quarter: f64,
    /// Mean of what all holders ask for in a gated quarter, a share of NAV.
    pub requests_mean: f64,
    /// `α + β` of the beta law; the larger, the less requests vary.
    pub requests_concentration: f64,
}

impl Gate {
    /// Checks the ranges and returns the gate.
    ///
    /// # Errors
    ///
    /// A cap outside 0 to 1, mean requests outside 0.001 to 0.999, a concentration outside 2 to 1000.
    pub fn validated(self) -> Result<Self> {
        all_of([
            require_in_range("cap_per_quarter", self.cap_per_quarter, 0.0, 1.0),
            require_in_range("requests_mean", self.requests_mean, 0.001, 0.999),
            require_in_range("requests_concentration", self.requests_concentration, 2.0, 1000.0),
        ])?;
        Ok(self)
    }

    /// The share of a request that is paid in a gated quarter, at equally likely points from the fewest to the most
    /// requests.
    #[must_use]
    pub fn paid_shares(self) -> Vec<f64> {
        let requests = beta_quantiles(self.requests_mean, self.requests_concentration);
        let paid = |asked: f64| if asked > self.cap_per_quarter { self.cap_per_quarter / asked } else { 1.0 };
        requests.into_iter().map(paid).collect()
    }

    /// The mean share of a request that is paid in a gated quarter.
    #[must_use]
    pub fn mean_paid_share(self) -> f64 {
        let shares = self.paid_shares();
        shares.iter().sum::<f64>() / shares.len() as f64
    }
}

/// Quantiles of a beta law at the middles of [`POINTS`] equal steps of probability, by summing its density over a grid in
/// `y` with `x = y²(3 − 2y)`, which tames the ends.
fn beta_quantiles(mean: f64, concentration: f64) -> Vec<f64> {
    const GRID: usize = 1 << 14;
    let (a, b) = (mean * concentration, (1.0 - mean) * concentration);
    let point = |y: f64| y * y * (3.0 - 2.0 * y);
    let middle = |i: usize| (i as f64 + 0.5) / GRID as f64;
    let weight = |y: f64| {
        let x = point(y);
        pow(x, a - 1.0) * pow(1.0 - x, b - 1.0) * 6.0 * y * (1.0 - y)
    };
    let weights: Vec<f64> = (0..GRID).map(|i| weight(middle(i))).collect();
    let whole: f64 = weights.iter().sum();
    let mut quantiles = Vec::with_capacity(POINTS);
    let mut below = 0.0;
    for (i, weight) in weights.iter().enumerate() {
        let next = below + weight / whole;
        loop {
            let wanted = (quantiles.len() as f64 + 0.5) / POINTS as f64;
            if quantiles.len() == POINTS || wanted > next {
                break;
            }
            let part = (wanted - below) / (next - below);
            quantiles.push(point((i as f64 + part) / GRID as f64));
        }
        below = next;
    }
    quantiles.resize(POINTS, 1.0);
    quantiles
}

/// When funds shut their gates, by the fall `x` of public equity from its twelve-month high: a chain of two states, moved
/// once a quarter.
///
/// The default is a judgement: the property and credit funds that capped redemptions in 2022–23 and 2026 stayed gated for
/// four quarters or more.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GateRule {
    /// Probability that an open fund shuts in a quarter when public equity has not fallen.
    pub closing: f64,
    /// How much that probability rises with each unit of the fall beyond `threshold`.
    pub closing_slope: f64,
    /// The fall beyond which it rises.
    pub threshold: f64,
    /// Probability that a gated fund opens in a quarter.
    pub reopening: f64,
}

impl Default for GateRule {
    fn default() -> Self {
        Self { closing: 0.02, closing_slope: 0.6, threshold: 0.15, reopening: 0.20 }
    }
}

impl GateRule {
    /// Checks the ranges and returns the rule.
    ///
    /// # Errors
    ///
    /// A probability or threshold outside 0 to 1, a slope outside 0 to 100.
    pub fn validated(self) -> Result<Self> {
        all_of([
            require_in_range("closing", self.closing, 0.0, 1.0),
            require_in_range("closing_slope", self.closing_slope, 0.0, 100.0),
            require_in_range("threshold", self.threshold, 0.0, 1.0),
            require_in_range("reopening", self.reopening, 0.0, 1.0),
        ])?;
        Ok(self)
    }

    /// The probability that an open fund shuts in a quarter at a fall of public equity.
    ///
    /// ```
    /// let rule = decumulus::market::GateRule::default();
    /// assert_eq!(rule.closing_at(0.0), 0.02);
    /// assert!((rule.closing_at(0.40) - 0.17).abs() < 1e-15);
    /// ```
    #[inline(always)]
    #[must_use]
    pub fn closing_at(self, fall: f64) -> f64 {
        let beyond = fall - self.threshold;
        if beyond > 0.0 { self.closing + self.closing_slope * beyond } else { self.closing }
    }
}

#[cfg(test)]
mod tests {
    use statrs::distribution::{Beta, ContinuousCDF};

    use super::*;

    #[test]
    fn requests_follow_the_beta_law() {
        for (mean, concentration) in [(0.15, 10.0), (0.25, 10.0), (0.15, 3.0), (0.5, 40.0)] {
            let law = Beta::new(mean * concentration, (1.0 - mean) * concentration).unwrap();
            let quantiles = beta_quantiles(mean, concentration);
            for (i, x) in quantiles.iter().enumerate() {
                let probability = (i as f64 + 0.5) / POINTS as f64;
                assert!((law.cdf(*x) - probability).abs() < 2e-4, "{mean} {concentration} {i}: {x}");
            }
            let average = quantiles.iter().sum::<f64>() / POINTS as f64;
            assert!((average - mean).abs() < 1e-3, "{average}");
        }
    }

    #[test]
    fn a_gate_that_nobody_reaches_pays_everything() {
        let gate = Gate { cap_per_quarter: 1.0, requests_mean: 0.15, requests_concentration: 10.0 };
        assert_eq!(gate.mean_paid_share(), 1.0);
        let shut = Gate { cap_per_quarter: 0.0, ..gate };
        assert_eq!(shut.mean_paid_share(), 0.0);
    }

    #[test]
    fn the_default_terms_pay_about_what_gated_funds_paid() {
        let gate = Gate { cap_per_quarter: 0.05, requests_mean: 0.15, requests_concentration: 10.0 };
        let paid = gate.mean_paid_share();
        println!("{paid}");
        assert!((0.40..0.60).contains(&paid), "{paid}");
    }
}
