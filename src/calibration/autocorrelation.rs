//! Whether a return depends on those before it: autocorrelations and Ljung and Box's test.

use statrs::function::gamma::gamma_ur;

use crate::calibration::Figure;

/// The longest lag.
pub const LAGS: usize = 12;

/// Autocorrelations of a series and the test that all of them are zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Autocorrelation {
    /// At lags 1, 2, … up to [`LAGS`], or a quarter of the series if that is less; each with Bartlett's standard error
    /// `√((1 + 2·Σ ρ²)/n)`, the sum over shorter lags. Empty for a series without spread.
    pub lags: Vec<Figure>,
    /// Ljung and Box's statistic `n(n+2)·Σ ρₖ²/(n−k)` over all lags.
    pub ljung_box: f64,
    /// The probability of so large a statistic if returns are independent (chi-squared, one degree for each lag).
    pub ljung_box_p_value: f64,
    /// The same for the statistic `Σ (Σ dₜdₜ₋ₖ)² / Σ dₜ²dₜ₋ₖ²` over all lags, `d` the deviations from the mean. It asks only
    /// whether returns are correlated with those before, not whether their size is[^1]: clustered volatility makes Ljung and
    /// Box's test reject too often, this one not.
    ///
    /// [^1]: F. Diebold, *Testing for serial correlation in the presence of ARCH*, Proceedings of the American
    ///   Statistical Association (1986); here with White's estimate of each variance.
    pub p_value: f64,
}

impl Autocorrelation {
    /// Of a series; fewer than four numbers have no lag.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        let count = values.len();
        let n = count as f64;
        let most = LAGS.min(count / 4);
        let rho = autocorrelations(values, most);
        let mut squares = 0.0;
        let mut lags = vec![];
        let mut ljung_box = 0.0;
        for (i, &value) in rho.iter().enumerate() {
            lags.push(Figure::new(value, ((1.0 + 2.0 * squares) / n).sqrt()));
            squares += value * value;
            ljung_box += n * (n + 2.0) * value * value / (n - (i + 1) as f64);
        }
        let degrees = lags.len();
        Self {
            lags,
            ljung_box,
            ljung_box_p_value: chi_squared_tail(ljung_box, degrees),
            p_value: chi_squared_tail(robust_statistic(values, degrees), degrees),
        }
    }

    /// The first autocorrelation; `None` for a series without spread.
    #[must_use]
    pub fn first(&self) -> Option<Figure> {
        self.lags.first().copied()
    }
}

/// Autocorrelations at lags 1 to `most`; none for a series without spread.
fn autocorrelations(values: &[f64], most: usize) -> Vec<f64> {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let product =
        |lag: usize| values.iter().zip(&values[lag..]).fold(0.0, |sum, (a, b)| sum + (a - mean) * (b - mean));
    let variance = product(0);
    let largest = values.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
    // Below this the spread is that of rounding.
    if variance <= values.len() as f64 * (largest * 1e-12) * (largest * 1e-12) {
        return vec![];
    }
    (1..=most).map(|lag| product(lag) / variance).collect()
}

/// The statistic that clustered volatility does not disturb.
fn robust_statistic(values: &[f64], lags: usize) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let term = |lag: usize| {
        let pairs = values.iter().zip(&values[lag..]).map(|(a, b)| (a - mean) * (b - mean));
        let (sum, squares) = pairs.fold((0.0, 0.0), |(sum, squares), x| (sum + x, squares + x * x));
        if squares > 0.0 { sum * sum / squares } else { 0.0 }
    };
    (1..=lags).map(term).sum()
}

/// The probability that a chi-squared variable exceeds `x`; one for no degree of freedom.
pub(super) fn chi_squared_tail(x: f64, degrees: usize) -> f64 {
    if degrees == 0 || x <= 0.0 { 1.0 } else { gamma_ur(degrees as f64 / 2.0, x / 2.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_of_eight_by_hand() {
        // Mean zero, sum of squares 8; products at lag 1: +−++…: 1, −1, 1, −1, 1, −1, 1 = 1; at lag 2: −6.
        let found = Autocorrelation::of(&[1.0, 1.0, -1.0, -1.0, 1.0, 1.0, -1.0, -1.0]);
        assert_eq!(found.lags.len(), 2);
        assert!((found.lags[0].value - 0.125).abs() < 1e-15 && (found.lags[1].value + 0.75).abs() < 1e-15);
        assert!((found.lags[0].standard_error.unwrap() - 8.0_f64.sqrt().recip()).abs() < 1e-15);
        let bartlett = ((1.0 + 2.0 / 64.0) / 8.0_f64).sqrt();
        assert!((found.lags[1].standard_error.unwrap() - bartlett).abs() < 1e-15);
        let q = 80.0 * (0.125_f64.powi(2) / 7.0 + 0.75_f64.powi(2) / 6.0);
        assert!((found.ljung_box - q).abs() < 1e-12);
        // Two degrees of freedom: the tail is exp(−q/2).
        assert!((found.ljung_box_p_value - (-q / 2.0).exp()).abs() < 1e-12);
        // All products are ±1: 1²/7 + 6²/6.
        assert!((found.p_value - (-(1.0_f64 / 7.0 + 6.0) / 2.0).exp()).abs() < 1e-12);
    }

    #[test]
    fn a_series_without_spread_has_none() {
        let found = Autocorrelation::of(&[0.0025; 40]);
        assert_eq!((found.first(), found.p_value), (None, 1.0));
    }
}
