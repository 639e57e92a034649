//! Means, spread and shape of a series of returns, with standard errors.
//!
//! With `n` returns, `p` of them a year, mean `m`, standard deviation `s` (n − 1) and kurtosis `κ` (3 for a normal):
//!
//! * the arithmetic mean a year is `p·m`, its standard error `p·s/√n` for independent returns, and `p·√(λ/n)` in
//!   general, with `λ` Newey and West's long-run variance[^1] (Bartlett weights to lag `⌊4·(n/100)^(2/9)⌋`);
//! * the volatility a year is `√p·s`, its standard error `√p·s·√((κ − 1)/4n)` (delta method, independent returns);
//! * the geometric mean is `exp(p·l) − 1` with `l` the mean log return;
//! * skewness and excess kurtosis are Fisher's G₁ and G₂ (as spreadsheets have them); their standard errors are the
//!   exact ones for normal returns, so they tell whether the sample could be normal, not how far fat tails are known.
//!
//! [^1]: W. Newey and K. West, *A simple, positive semi-definite, heteroskedasticity and autocorrelation consistent
//!   covariance matrix*, Econometrica 55 (1987); the lag by their rule of 1994.

use crate::calibration::Figure;
use crate::math::elementary::{exp, ln, pow};

/// What the returns of a series look like one by one.
#[derive(Clone, Debug, PartialEq)]
pub struct Moments {
    /// The number of returns.
    pub count: usize,
    /// Arithmetic mean of simple returns, a year.
    pub mean: Figure,
    /// Its standard error if returns depend on those before (Newey and West).
    pub mean_error_hac: f64,
    /// Standard deviation of simple returns, scaled to a year by the square root of time.
    pub volatility: Figure,
    /// Geometric mean return a year.
    pub geometric: Figure,
    /// Mean log return, a year.
    pub log_mean: Figure,
    /// Its standard error if returns depend on those before (Newey and West).
    pub log_mean_error_hac: f64,
    /// Standard deviation of log returns, scaled to a year by the square root of time.
    pub log_sd: Figure,
    /// Standard deviation of the log return of a whole year, from overlapping years; differs from `log_sd` where returns
    /// depend on those before. `None` for fewer than five years.
    pub log_sd_of_years: Option<f64>,
    /// Skewness of simple returns.
    pub skewness: Figure,
    /// Excess kurtosis of simple returns.
    pub excess_kurtosis: Figure,
    /// The row with the best return, from the start of the series.
    pub best_row: usize,
    /// The row with the worst return, from the start of the series.
    pub worst_row: usize,
}

/// Central moments of a sample.
#[derive(Clone, Copy, Debug)]
pub(super) struct Central {
    pub mean: f64,
    /// Divided by n.
    pub variance: f64,
    pub third: f64,
    pub fourth: f64,
}

impl Central {
    pub(super) fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let power = |k: i32| values.iter().fold(0.0, |sum, x| sum + power(x - mean, k)) / n;
        let variance = power(2);
        // Equal numbers may differ from their mean by rounding, which is no spread.
        if variance.sqrt() <= 1e-12 * mean.abs() {
            return Self { mean, variance: 0.0, third: 0.0, fourth: 0.0 };
        }
        Self { mean, variance, third: power(3), fourth: power(4) }
    }

    /// With n − 1.
    pub(super) fn standard_deviation(self, count: usize) -> f64 {
        let n = count as f64;
        (self.variance * n / (n - 1.0)).sqrt()
    }

    fn kurtosis(self) -> f64 {
        if self.variance > 0.0 { self.fourth / (self.variance * self.variance) } else { 3.0 }
    }

    fn skewness(self) -> f64 {
        if self.variance > 0.0 { self.third / (self.variance * self.variance.sqrt()) } else { 0.0 }
    }
}

fn power(x: f64, k: i32) -> f64 {
    (0..k).fold(1.0, |product, _| product * x)
}

/// Log returns of simple ones.
pub(super) fn logs(returns: &[f64]) -> Vec<f64> {
    returns.iter().map(|r| ln(1.0 + r)).collect()
}

impl Moments {
    /// Of simple returns, `per_year` of them a year (at least one). Fewer than two returns have no spread, so that their
    /// figures are not numbers.
    #[must_use]
    pub fn of(returns: &[f64], per_year: usize) -> Self {
        let (count, p) = (returns.len(), per_year as f64);
        let logs = logs(returns);
        let (simple, log) = (Central::of(returns), Central::of(&logs));
        let (mean, volatility) = annual(simple, count, p);
        let (log_mean, log_sd) = annual(log, count, p);
        let growth = exp(log_mean.value);
        let row = |worse: fn(&f64, &f64) -> bool| {
            (0..count).fold(0, |found, i| if worse(&returns[i], &returns[found]) { i } else { found })
        };
        let (skewness, excess_kurtosis) = shape(simple, count);
        Self {
            count,
            mean,
            mean_error_hac: p * long_run_error(returns),
            volatility,
            geometric: Figure::new(growth - 1.0, growth * log_mean.standard_error.unwrap_or(f64::NAN)),
            log_mean,
            log_mean_error_hac: p * long_run_error(&logs),
            log_sd,
            log_sd_of_years: spread_of_years(&logs, per_year),
            skewness,
            excess_kurtosis,
            best_row: row(f64::gt),
            worst_row: row(f64::lt),
        }
    }
}

/// Mean and standard deviation a year.
fn annual(central: Central, count: usize, p: f64) -> (Figure, Figure) {
    let n = count as f64;
    let sd = central.standard_deviation(count);
    let spread_error = sd * ((central.kurtosis() - 1.0).max(0.0) / (4.0 * n)).sqrt();
    (Figure::new(p * central.mean, p * sd / n.sqrt()), Figure::new(p.sqrt() * sd, p.sqrt() * spread_error))
}

/// Skewness and excess kurtosis without the bias that g₁ and g₂ have for normal samples.
fn shape(central: Central, count: usize) -> (Figure, Figure) {
    let n = count as f64;
    let skewness = central.skewness() * (n * (n - 1.0)).sqrt() / (n - 2.0);
    let excess = (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * (central.kurtosis() - 3.0) + 6.0);
    let skew_error = (6.0 * n * (n - 1.0) / ((n - 2.0) * (n + 1.0) * (n + 3.0))).sqrt();
    let kurtosis_error = 2.0 * skew_error * ((n * n - 1.0) / ((n - 3.0) * (n + 5.0))).sqrt();
    (Figure::new(skewness, skew_error), Figure::new(excess, kurtosis_error))
}

/// The lag to which Newey and West's estimate looks back.
pub(super) fn long_run_lag(count: usize) -> usize {
    (4.0 * pow(count as f64 / 100.0, 2.0 / 9.0)).floor() as usize
}

/// The standard error of the mean of one period by Newey and West.
fn long_run_error(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let covariance = |lag: usize| {
        values.iter().zip(&values[lag..]).fold(0.0, |sum, (a, b)| sum + (a - mean) * (b - mean)) / n
    };
    let most = long_run_lag(values.len()).min(values.len().saturating_sub(1));
    let weight = |lag: usize| 1.0 - lag as f64 / (most + 1) as f64;
    let variance = (1..=most).fold(covariance(0), |sum, lag| sum + 2.0 * weight(lag) * covariance(lag));
    (variance.max(0.0) / n).sqrt()
}

/// The standard deviation of the log return of overlapping whole years.
fn spread_of_years(logs: &[f64], per_year: usize) -> Option<f64> {
    let years: Vec<f64> = logs.windows(per_year.max(1)).map(|year| year.iter().sum()).collect();
    // Windows that share p − 1 of p periods vary less about their common mean: Lo and MacKinlay's correction.
    let (n, p) = (logs.len() as f64, per_year as f64);
    let free = (n - p + 1.0) * (1.0 - p / n);
    let mean = p * logs.iter().sum::<f64>() / n;
    let sum = years.iter().fold(0.0, |sum, year| sum + (year - mean) * (year - mean));
    (logs.len() >= 5 * per_year).then(|| (sum / free).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_returns_by_hand() {
        // Mean 0.02; deviations −0.03, −0.01, 0.01, 0.03; sum of squares 0.002.
        let moments = Moments::of(&[-0.01, 0.01, 0.03, 0.05], 12);
        let close =
            |found: f64, expected: f64| assert!((found - expected).abs() < 1e-14, "{found} {expected}");
        let sd = (0.002_f64 / 3.0).sqrt();
        close(moments.mean.value, 0.24);
        close(moments.mean.standard_error.unwrap(), 12.0 * sd / 2.0);
        close(moments.volatility.value, 12.0_f64.sqrt() * sd);
        // Fourth moment (2·0.03⁴ + 2·0.01⁴)/4 = 4.1e-7, variance 5e-4: kurtosis 1.64; G₂ = 3/2·(5·(−1.36) + 6).
        close(moments.excess_kurtosis.value, -1.2);
        close(moments.volatility.standard_error.unwrap(), 12.0_f64.sqrt() * sd * (0.64_f64 / 16.0).sqrt());
        close(moments.skewness.value, 0.0);
        let product = 0.99_f64 * 1.01 * 1.03 * 1.05;
        close(moments.geometric.value, product.powi(3) - 1.0);
        assert_eq!((moments.best_row, moments.worst_row), (3, 0));
        assert_eq!(moments.log_sd_of_years, None);
    }

    #[test]
    fn newey_and_west_by_hand() {
        // n = 8: lag 2. Deviations ±1 in pairs: covariances 1, 1/8 (four pairs minus three), −6/8.
        let values = [1.0, 1.0, -1.0, -1.0, 1.0, 1.0, -1.0, -1.0];
        assert_eq!(long_run_lag(8), 2);
        let variance: f64 = 1.0 + 2.0 * (2.0 / 3.0) * (1.0 / 8.0) + 2.0 * (1.0 / 3.0) * (-6.0 / 8.0);
        assert!((long_run_error(&values) - (variance / 8.0).sqrt()).abs() < 1e-15);
        assert_eq!(long_run_lag(100), 4);
    }

    #[test]
    fn returns_that_repeat_themselves_spread_more_over_years() {
        // Twelve equal returns in a row: the year has 12 times the spread of a month, not the root of it.
        let logs: Vec<f64> = (0..1200).map(|i| if (i / 60) % 2 == 0 { 0.01 } else { -0.01 }).collect();
        let years = spread_of_years(&logs, 12).unwrap();
        assert!(years > 0.1 && years < 0.12, "{years}");
    }

    #[test]
    fn returns_without_spread_are_a_figure_too() {
        let moments = Moments::of(&[0.0025; 40], 12);
        assert_eq!((moments.volatility.value, moments.skewness.value, moments.log_sd.value), (0.0, 0.0, 0.0));
        assert!(
            Moments::of(&[], 12).mean.value.is_nan() && Moments::of(&[0.1], 12).volatility.value.is_nan()
        );
        assert!((moments.mean.value - 0.03).abs() < 1e-15);
    }
}
