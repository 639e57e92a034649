//! Reported returns that are averages of true ones, and the volatility that they hide.
//!
//! **AR(1)**, after Geltner[^1]: reported `r°_t = (1−φ)·r_t + φ·r°_{t−1}`. `φ` is the first autocorrelation, estimated by
//! least squares and corrected for its bias in small samples by `(1 + 3φ)/n` (Kendall 1954), with standard error
//! `√((1−φ²)/n)`. True volatility of a period is `√((1+φ)/(1−φ))` times the reported one.
//!
//! **MA(k)**, after Getmansky, Lo and Makarov[^2]: `r°_t = θ₀·r_t + … + θ_k·r_{t−k}` with `Σθ = 1`, by exact Gaussian
//! maximum likelihood through the innovations algorithm[^3]. True volatility is `1/√(Σθ²)` times the reported one.
//!
//! Both are fitted in deviations from the mean, on which the appraisals of a simulation act too
//! ([`Appraisal`](crate::market::Appraisal)): as the weights add up to one, a record says nothing about the mean's share.
//!
//! Standard errors come from the curvature of the likelihood.
//!
//! [^1]: D. Geltner, *Smoothing in appraisal-based returns*, Journal of Real Estate Finance and Economics 4 (1991).
//! [^2]: M. Getmansky, A. Lo and I. Makarov, *An econometric model of serial correlation and illiquidity in hedge fund
//!   returns*, Journal of Financial Economics 74 (2004).
//! [^3]: P. Brockwell and R. Davis, *Time Series: Theory and Methods*, section 5.3.

use crate::calibration::Figure;
use crate::calibration::moments::Central;
use crate::calibration::optimise::{curvature, inverse, minimum};
use crate::math::elementary::{exp, ln};

/// The fewest returns that are fitted.
const FEWEST: usize = 24;

/// The largest `φ`: above, the true volatility is anybody's guess.
const LARGEST_PHI: f64 = 0.99;

/// A `φ` from here on belongs to a level rather than a return.
const LEVEL: f64 = 0.95;

/// The step of numerical derivatives of the likelihood.
const STEP: f64 = 1e-3;

/// What smoothing was found in a series, two ways.
#[derive(Clone, Debug, PartialEq)]
pub struct Smoothing {
    /// `φ` of the AR(1).
    pub phi: Figure,
    /// True over reported volatility of a period by the AR(1).
    pub ratio_by_phi: Figure,
    /// Reported over true volatility of a whole year's return by the AR(1).
    pub annual_share_by_phi: f64,
    /// `θ₀ … θ_k` of the MA(k).
    pub theta: Vec<Figure>,
    /// True over reported volatility of a period by the MA(k).
    pub ratio_by_theta: Figure,
}

impl Smoothing {
    /// Whether smoothing was found that matters: `φ` is positive by more than its 95 % margin and hides at least a sixth of
    /// true volatility, but is not so large that the series is rather a level, such as a rate of interest.
    #[must_use]
    pub fn is_smooth(&self) -> bool {
        self.phi.is_significant() && self.ratio_by_phi.value >= 1.2 && self.phi.value < LEVEL
    }

    /// Fits log returns, `per_year` of them a year, with `order` lags of the moving average; `None` for fewer than 24 or
    /// a series without spread.
    #[must_use]
    pub fn fit(logs: &[f64], per_year: usize, order: usize) -> Option<Self> {
        if per_year == 0 || logs.len() < FEWEST.max(8 * (order + 1)) {
            return None;
        }
        let phi = first_order(logs)?;
        let (theta, ratio_by_theta) = moving_average(logs, order)?;
        Some(Self {
            phi,
            ratio_by_phi: ratio_of(phi),
            annual_share_by_phi: annual_share(phi.value, per_year),
            theta,
            ratio_by_theta,
        })
    }
}

/// `φ` with its standard error.
fn first_order(values: &[f64]) -> Option<Figure> {
    let n = (values.len() - 1) as f64;
    let (before, after) = (&values[..values.len() - 1], &values[1..]);
    let (x, y) = (Central::of(before), Central::of(after));
    let covariance = before.iter().zip(after).fold(0.0, |sum, (a, b)| sum + (a - x.mean) * (b - y.mean)) / n;
    let largest = values.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
    if x.variance <= (largest * 1e-9) * (largest * 1e-9) {
        return None;
    }
    let slope = covariance / x.variance;
    let phi = (slope + (1.0 + 3.0 * slope) / n).clamp(-LARGEST_PHI, LARGEST_PHI);
    Some(Figure::new(phi, ((1.0 - phi * phi) / n).sqrt()))
}

/// True over reported volatility, `√((1+φ)/(1−φ))`; its standard error by the delta method.
fn ratio_of(phi: Figure) -> Figure {
    let ratio = ((1.0 + phi.value) / (1.0 - phi.value)).sqrt();
    let slope = ratio / (1.0 - phi.value * phi.value);
    Figure { value: ratio, standard_error: phi.standard_error.map(|se| se * slope) }
}

/// Reported over true volatility of the return of `periods` periods together.
fn annual_share(phi: f64, periods: usize) -> f64 {
    let m = periods as f64;
    let mut power = 1.0;
    let mut sum = m;
    for k in 1..periods {
        power *= phi;
        sum += 2.0 * (m - k as f64) * power;
    }
    ((1.0 - phi) / (1.0 + phi) * sum / m).sqrt()
}

/// `θ` and true over reported volatility.
fn moving_average(values: &[f64], order: usize) -> Option<(Vec<Figure>, Figure)> {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let centred: Vec<f64> = values.iter().map(|x| x - mean).collect();
    let cost = |free: &[f64]| minus_likelihood(&centred, &invertible(free));
    let (free, _) = minimum(cost, &[vec![0.0; order], vec![0.5; order]])?;
    let weights = invertible(&free);
    let second = curvature(|place| minus_likelihood(&centred, place), &weights, STEP);
    let covariance = inverse(&second);
    let error = |read: &dyn Fn(&[f64]) -> f64| {
        covariance.as_ref().map_or(f64::NAN, |covariance| delta_error(read, &weights, covariance))
    };
    let theta = (0..=order).map(|j| Figure::new(theta(&weights, j), error(&|w| theta(w, j)))).collect();
    Some((theta, Figure::new(ratio(&weights), error(&ratio))))
}

/// `θ_j` of a moving average with weights 1, ψ₁, ψ₂, …
fn theta(weights: &[f64], j: usize) -> f64 {
    let total = 1.0 + weights.iter().sum::<f64>();
    if j == 0 { 1.0 / total } else { weights[j - 1] / total }
}

/// `1/√(Σθ²)`.
fn ratio(weights: &[f64]) -> f64 {
    let total = 1.0 + weights.iter().sum::<f64>();
    (total * total / weights.iter().fold(1.0, |sum, w| sum + w * w)).sqrt()
}

/// The standard error of a function of the weights by the delta method, with numerical slopes.
fn delta_error(read: &dyn Fn(&[f64]) -> f64, weights: &[f64], covariance: &[Vec<f64>]) -> f64 {
    let slope = |i: usize| {
        let moved = |by: f64| {
            let mut place = weights.to_vec();
            place[i] += by;
            read(&place)
        };
        (moved(1e-5) - moved(-1e-5)) / 2e-5
    };
    let slopes: Vec<f64> = (0..weights.len()).map(slope).collect();
    let mut variance = 0.0;
    for i in 0..slopes.len() {
        for j in 0..slopes.len() {
            variance += slopes[i] * slopes[j] * covariance[i][j];
        }
    }
    variance.sqrt()
}

/// Weights ψ₁ … of an invertible moving average from numbers without bounds: partial autocorrelations by `tanh`, then
/// Durbin and Levinson's recursion.
fn invertible(free: &[f64]) -> Vec<f64> {
    let mut weights: Vec<f64> = vec![];
    for x in free {
        let e = exp(-2.0 * x.abs());
        let partial = x.signum() * (1.0 - e) / (1.0 + e);
        let shorter = weights.clone();
        for (i, weight) in weights.iter_mut().enumerate() {
            *weight += partial * shorter[shorter.len() - 1 - i];
        }
        weights.push(partial);
    }
    weights
}

/// Minus the Gaussian log likelihood of a moving average, the variance of the innovations profiled out.
fn minus_likelihood(values: &[f64], weights: &[f64]) -> f64 {
    let (n, q) = (values.len(), weights.len());
    let full: Vec<f64> = std::iter::once(1.0).chain(weights.iter().copied()).collect();
    let covariance = |lag: usize| full.iter().zip(full.iter().skip(lag)).fold(0.0, |sum, (a, b)| sum + a * b);
    let covariances: Vec<f64> = (0..=q).map(covariance).collect();
    // Row t holds the weights of the last q innovations in the forecast of value t, the latest first.
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(n);
    let (mut variances, mut innovations) = (Vec::with_capacity(n), Vec::with_capacity(n));
    let (mut squares, mut logs) = (0.0, 0.0);
    for t in 0..n {
        let most = q.min(t);
        let mut row = vec![0.0; most];
        for back in (1..=most).rev() {
            let k = t - back;
            let known = (back + 1..=most).fold(0.0, |sum, other| {
                let among: f64 = rows[k].get(other - back - 1).copied().unwrap_or(0.0);
                sum + among * row[other - 1] * variances[t - other]
            });
            row[back - 1] = (covariances[back] - known) / variances[k];
        }
        let variance = (0..most).fold(covariances[0], |v, i| v - row[i] * row[i] * variances[t - 1 - i]);
        let forecast = (0..most).fold(0.0, |sum, i| sum + row[i] * innovations[t - 1 - i]);
        let innovation: f64 = values[t] - forecast;
        squares += innovation * innovation / variance;
        logs += ln(variance);
        rows.push(row);
        variances.push(variance);
        innovations.push(innovation);
    }
    let n = n as f64;
    0.5 * (n * ln(squares / n) + logs + n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_smoothing_parameters_is_reproduced() {
        // φ a quarter, multiplier of the same step, and reported over true volatility of annual returns: the root of
        // (1−φ)/(1+φ)·(4 + 6φ + 4φ² + 2φ³)/4, worked out apart.
        for (phi, multiplier, share) in [
            (0.30, 1.36, 0.9146),
            (0.45, 1.62, 0.8541),
            (0.60, 2.00, 0.7694),
            (0.78, 2.84, 0.6105),
            (0.85, 3.51, 0.5176),
            (0.94, 5.69, 0.3387),
        ] {
            let ratio = ratio_of(Figure::new(phi, 0.01));
            assert!((ratio.value - multiplier).abs() < 5e-3 + 1e-9, "{phi}");
            assert!((annual_share(phi, 4) - share).abs() < 1e-4, "{phi}: {}", annual_share(phi, 4));
        }
        assert_eq!(annual_share(0.0, 12), 1.0);
    }

    #[test]
    fn moving_averages_of_the_literature_hide_the_stated_share() {
        for (theta, share) in
            [(vec![0.5, 0.3, 0.2], 0.62), (vec![0.4, 0.3, 0.2, 0.1], 0.55), (vec![0.25; 4], 0.5)]
        {
            let weights: Vec<f64> = theta[1..].iter().map(|t: &f64| t / theta[0]).collect();
            assert!((1.0 / ratio(&weights) - share).abs() < 5e-3, "{theta:?}");
        }
    }

    #[test]
    fn the_likelihood_is_that_of_the_joint_normal() {
        // Two values of an MA(1) with weight w: covariance [[1+w², w], [w, 1+w²]].
        let (x, y, w) = (0.7, -0.4, 0.5_f64);
        let (a, b) = (1.0 + w * w, w);
        let determinant = a * a - b * b;
        let quadratic = (a * x * x - 2.0 * b * x * y + a * y * y) / determinant;
        let expected = 0.5 * (2.0 * (quadratic / 2.0_f64).ln() + determinant.ln() + 2.0);
        assert!((minus_likelihood(&[x, y], &[w]) - expected).abs() < 1e-14);
        // Three values of an MA(2), with the determinant and the inverse by elimination.
        let (u, v) = (0.6, 0.3);
        let c = [1.0 + u * u + v * v, u + u * v, v];
        let rows = vec![vec![c[0], c[1], c[2]], vec![c[1], c[0], c[1]], vec![c[2], c[1], c[0]]];
        let values = [0.3, -1.1, 0.8];
        let inverse = inverse(&rows).unwrap();
        let quadratic: f64 =
            (0..3).map(|i| (0..3).map(|j| values[i] * inverse[i][j] * values[j]).sum::<f64>()).sum();
        let determinant = c[0] * (c[0] * c[0] - c[1] * c[1]) - c[1] * (c[1] * c[0] - c[1] * c[2])
            + c[2] * (c[1] * c[1] - c[0] * c[2]);
        let expected = 0.5 * (3.0 * (quadratic / 3.0).ln() + determinant.ln() + 3.0);
        assert!((minus_likelihood(&values, &[u, v]) - expected).abs() < 1e-12);
    }

    #[test]
    fn weights_from_free_numbers_are_invertible() {
        for free in [[0.3, 0.9], [-2.0, 0.4], [3.0, -3.0], [0.0, 0.0]] {
            let w = invertible(&free);
            assert!(w[1].abs() < 1.0 && w[0] + w[1] > -1.0 && w[1] - w[0] > -1.0, "{w:?}");
        }
    }

    #[test]
    fn short_and_flat_series_are_not_fitted() {
        assert_eq!(Smoothing::fit(&[0.01; 23], 4, 2), None);
        assert_eq!(Smoothing::fit(&[0.01; 200], 4, 2), None);
    }
}
