//! Volatility that clusters: GARCH(1,1)[^1] by Gaussian quasi-maximum likelihood with variance targeting.
//!
//! `h_t = σ²·(1 − α − β) + α·e²_{t−1} + β·h_{t−1}`, with `e` the log return less its mean, `σ²` the sample variance (the
//! target) and `h_1 = σ²`. Where returns depend on those before, `e` is what a first-order autoregression leaves of them
//! (see [`surprises`]): a wave in the level is no cluster of volatility. The quasi-likelihood `−½·Σ (ln h_t + e²_t/h_t)` is
//! searched over what a simulation accepts: both positive, `α + β ≤ 0.995` and `(α+β)² + 2α² < 1`, so that fourth moments
//! exist; a fit at that bound has no standard error.
//! Standard errors hold for innovations that are not normal and count what estimating the target adds[^2]: the
//! influence of a return on the estimate is `−J⁻¹·(½·∂h/h·(1 − e²/h) + K·c·(e² − h))`, with `J = E[½·∂h·∂hᵀ/h²]`,
//! `K = E[½·∂h·∂_σ²h/h²]` and `c = (1−β)/(1−α−β)`. They ask for finite fourth moments of returns.
//!
//! [^1]: T. Bollerslev, *Generalized autoregressive conditional heteroskedasticity*, Journal of Econometrics 31 (1986).
//! [^2]: C. Francq, L. Horváth and J.-M. Zakoïan, *Merits and drawbacks of variance targeting in GARCH models*, Journal
//!   of Financial Econometrics 9 (2011).

use crate::calibration::Figure;
use crate::calibration::autocorrelation::Autocorrelation;
use crate::calibration::moments::Central;
use crate::calibration::optimise::{inverse, minimum};
use crate::market::GarchCoefficients;
use crate::math::elementary::{exp, ln};

/// The fewest returns that are fitted.
const FEWEST: usize = 100;

/// At less than this distance from the edge of what is possible no standard error is told.
const EDGE: f64 = 1e-3;

/// How far `α + β` stays below the bound: rounding either to four decimals must not cross it.
const ROOM_FOR_ROUNDING: f64 = 2e-4;

/// A fitted GARCH(1,1), in periods of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Garch {
    /// How much of the variance follows the last squared return.
    pub alpha: Figure,
    /// How much of the variance follows that of the period before.
    pub beta: Figure,
    /// `α + β`: what is left of a rise of variance after one period.
    pub persistence: Figure,
    /// Kurtosis in excess of the normal's that the model gives to returns with normal innovations.
    pub implied_excess_kurtosis: f64,
    /// The probability of squared returns so autocorrelated if volatility were constant (Ljung and Box).
    pub p_value: f64,
}

impl Garch {
    /// Whether clusters were found: squared returns are autocorrelated at the 5 % level, and the fit is no constant
    /// variance.
    #[must_use]
    pub fn has_clusters(&self) -> bool {
        self.p_value < 0.05 && self.alpha.value > EDGE
    }

    /// Whether the fit is as persistent, or has tails as fat, as a simulation accepts: it might go further.
    #[must_use]
    pub fn is_at_bound(&self) -> bool {
        let (sum, alpha) = (self.persistence.value, self.alpha.value);
        sum > largest_persistence(alpha / sum) - EDGE
    }

    /// Periods until half of a rise of variance is gone; `None` if `α + β` leaves nothing or everything.
    #[must_use]
    pub fn half_life(&self) -> Option<f64> {
        let kept = self.persistence.value;
        (kept > 0.0 && kept < 1.0).then(|| ln(0.5) / ln(kept))
    }

    /// The autocorrelation of squared returns at a lag that the model implies[^3].
    ///
    /// [^3]: `ρ₁ = α·(1 − αβ − β²)/(1 − 2αβ − β²)` and `ρₖ = ρ₁·(α+β)^(k−1)`, Bollerslev 1986.
    #[must_use]
    pub fn autocorrelation_of_squares(&self, lag: usize) -> f64 {
        let (a, b) = (self.alpha.value, self.beta.value);
        let first = a * (1.0 - a * b - b * b) / (1.0 - 2.0 * a * b - b * b);
        (1..lag).fold(first, |rho, _| rho * (a + b))
    }

    /// Fits log returns; `None` for fewer than 100 or a series without spread.
    #[must_use]
    pub fn fit(logs: &[f64]) -> Option<Self> {
        if logs.len() < FEWEST {
            return None;
        }
        let surprises = surprises(logs);
        let central = Central::of(&surprises);
        let squares: Vec<f64> = surprises.iter().map(|e| e * e).collect();
        let test = Autocorrelation::of(&squares);
        test.first()?;
        // In units of the variance, so that the target is one.
        let squares: Vec<f64> = squares.into_iter().map(|square| square / central.variance).collect();
        let cost = |place: &[f64]| {
            let (alpha, beta) = from_free(place);
            quasi_likelihood(&squares, alpha, beta)
        };
        let starts = [(0.95, 0.10), (0.80, 0.25), (0.98, 0.05), (0.50, 0.50)];
        let starts: Vec<Vec<f64>> =
            starts.iter().map(|&(sum, share)| vec![logit(sum), logit(share)]).collect();
        let (place, _) = minimum(cost, &starts)?;
        let (alpha, beta) = from_free(&place);
        let sum = alpha + beta;
        let inside = alpha > EDGE && beta > EDGE && sum < largest_persistence(alpha / sum) - EDGE;
        let covariance = if inside { covariance(&squares, alpha, beta) } else { None };
        let figure = |value: f64, weights: [f64; 2]| {
            covariance.as_ref().map_or(Figure::without_error(value), |v| {
                let [a, b] = weights;
                Figure::new(value, (a * a * v[0][0] + 2.0 * a * b * v[0][1] + b * b * v[1][1]).sqrt())
            })
        };
        Some(Self {
            alpha: figure(alpha, [1.0, 0.0]),
            beta: figure(beta, [0.0, 1.0]),
            persistence: figure(sum, [1.0, 1.0]),
            implied_excess_kurtosis: excess_kurtosis(alpha, beta),
            p_value: test.ljung_box_p_value,
        })
    }
}

/// Log returns less their mean, or, where they depend on those before (at the 1 % level), less what the return before
/// lets expect.
#[must_use]
pub fn surprises(logs: &[f64]) -> Vec<f64> {
    let mean = logs.iter().sum::<f64>() / logs.len().max(1) as f64;
    let found = Autocorrelation::of(logs);
    let slope = found.first().filter(|_| found.p_value < 0.01).map_or(0.0, |first| first.value);
    let before = std::iter::once(mean).chain(logs.iter().copied());
    let residuals: Vec<f64> =
        logs.iter().zip(before).map(|(x, before)| (x - mean) - slope * (before - mean)).collect();
    let mean = residuals.iter().sum::<f64>() / residuals.len().max(1) as f64;
    residuals.into_iter().map(|e| e - mean).collect()
}

/// Excess kurtosis `6α²/(1 − 3α² − 2αβ − β²)` under normal innovations.
fn excess_kurtosis(alpha: f64, beta: f64) -> f64 {
    6.0 * alpha * alpha / (1.0 - 3.0 * alpha * alpha - 2.0 * alpha * beta - beta * beta)
}

/// The largest `α + β` that is fitted where `α` is this share of it: `(α+β)²·(1 + 2·share²) < 1`.
fn largest_persistence(share_of_alpha: f64) -> f64 {
    let of_fourth_moments = (1.0 + 2.0 * share_of_alpha * share_of_alpha).sqrt().recip();
    of_fourth_moments.min(GarchCoefficients::LARGEST_PERSISTENCE) - ROOM_FOR_ROUNDING
}

fn logit(share: f64) -> f64 {
    ln(share / (1.0 - share))
}

fn share(free: f64) -> f64 {
    1.0 / (1.0 + exp(-free))
}

/// `α` and `β` from two numbers without bounds: which share their sum is of the largest one, and the share of `α` in it.
fn from_free(place: &[f64]) -> (f64, f64) {
    let of_alpha = share(place[1]);
    let sum = largest_persistence(of_alpha) * share(place[0]);
    let alpha = sum * of_alpha;
    (alpha, sum - alpha)
}

/// Twice minus the quasi log likelihood a return, for squares in units of the target.
fn quasi_likelihood(squares: &[f64], alpha: f64, beta: f64) -> f64 {
    let target = 1.0 - alpha - beta;
    let (mut variance, mut sum) = (1.0, 0.0);
    for square in squares {
        sum += ln(variance) + square / variance;
        variance = target + alpha * square + beta * variance;
    }
    sum
}

/// The covariance of the estimates of `α` and `β`; see the head of this file.
fn covariance(squares: &[f64], alpha: f64, beta: f64) -> Option<Vec<Vec<f64>>> {
    let n = squares.len() as f64;
    let target = 1.0 - alpha - beta;
    let (mut variance, mut slopes) = (1.0, [0.0, 0.0, 1.0]);
    let (mut information, mut cross) = (vec![vec![0.0; 2]; 2], [0.0; 2]);
    let mut rows = vec![];
    for &square in squares {
        let relative = slopes.map(|slope| slope / variance);
        for i in 0..2 {
            for j in 0..2 {
                information[i][j] += 0.5 * relative[i] * relative[j] / n;
            }
            cross[i] += 0.5 * relative[i] * relative[2] / n;
        }
        let surprise = 1.0 - square / variance;
        rows.push(([0.5 * relative[0] * surprise, 0.5 * relative[1] * surprise], square - variance));
        slopes =
            [square - 1.0 + beta * slopes[0], variance - 1.0 + beta * slopes[1], target + beta * slopes[2]];
        variance = target + alpha * square + beta * variance;
    }
    let information = inverse(&information)?;
    let leverage = (1.0 - beta) / target;
    let mut covariance = vec![vec![0.0; 2]; 2];
    for (score, gap) in rows {
        let total = [score[0] + cross[0] * leverage * gap, score[1] + cross[1] * leverage * gap];
        let influence = [0, 1].map(|i| information[i][0] * total[0] + information[i][1] * total[1]);
        for i in 0..2 {
            for j in 0..2 {
                covariance[i][j] += influence[i] * influence[j] / (n * n);
            }
        }
    }
    covariance.iter().flatten().all(|x| x.is_finite()).then_some(covariance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likelihood_of_three_squares_by_hand() {
        // h: 1, then 0.1 + 0.2·4 + 0.7 = 1.6, then 0.1 + 0.2·0.5 + 0.7·1.6 = 1.32.
        let expected = 4.0 + 1.6_f64.ln() + 0.5 / 1.6 + 1.32_f64.ln() + 1.0 / 1.32;
        assert!((quasi_likelihood(&[4.0, 0.5, 1.0], 0.2, 0.7) - expected).abs() < 1e-14);
    }

    #[test]
    fn the_implied_figures_are_those_of_the_textbook() {
        let (alpha, beta) = (Figure::without_error(0.1), Figure::without_error(0.8));
        let kurtosis = excess_kurtosis(0.1, 0.8);
        assert!((kurtosis - 0.06 / 0.17).abs() < 1e-14);
        let garch = Garch {
            alpha,
            beta,
            persistence: Figure::without_error(0.9),
            implied_excess_kurtosis: kurtosis,
            p_value: 0.0,
        };
        let first = 0.1 * (1.0 - 0.08 - 0.64) / (1.0 - 0.16 - 0.64);
        assert!((garch.autocorrelation_of_squares(1) - first).abs() < 1e-15);
        assert!((garch.autocorrelation_of_squares(3) - first * 0.81).abs() < 1e-15);
        assert!((garch.half_life().unwrap() - 6.578_813).abs() < 1e-6);
        assert!(!garch.is_at_bound());
    }

    #[test]
    fn every_fit_rounded_to_four_decimals_is_what_a_simulation_accepts() {
        let rounded = |x: f64| (x * 1e4).round() / 1e4;
        for i in 0..=400 {
            let (alpha, beta) = from_free(&[40.0, 0.05 * f64::from(i) - 10.0]);
            // The worst that rounding can do.
            for (alpha, beta) in [(alpha, beta), (alpha + 5e-5, beta + 5e-5), (rounded(alpha), rounded(beta))]
            {
                let (sum, rest) = (alpha + beta, 1.0 - (alpha + beta).powi(2) - 2.0 * alpha * alpha);
                assert!(sum <= GarchCoefficients::LARGEST_PERSISTENCE && rest > 1e-5, "{alpha} {beta}");
            }
        }
    }

    #[test]
    fn short_and_flat_series_are_not_fitted() {
        assert_eq!(Garch::fit(&[0.01; 99]), None);
        assert_eq!(Garch::fit(&[0.01; 300]), None);
    }
}
