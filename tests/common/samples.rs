//! Small statistics of the tests' own: normal quantiles, exact percentiles, Kolmogorov–Smirnov.

use statrs::distribution::{ContinuousCDF, Normal};

/// The standard normal quantile.
pub(crate) fn normal_quantile(probability: f64) -> f64 {
    Normal::standard().inverse_cdf(probability)
}

/// The standard normal distribution function.
pub(crate) fn normal_cdf(x: f64) -> f64 {
    Normal::standard().cdf(x)
}

/// The percentile of sorted numbers, linear between order statistics (type 7).
pub(crate) fn type_7(sorted: &[f64], probability: f64) -> f64 {
    let position = (sorted.len() - 1) as f64 * probability;
    let rank = position.floor() as usize;
    let next = (rank + 1).min(sorted.len() - 1);
    sorted[rank] + (position - rank as f64) * (sorted[next] - sorted[rank])
}

/// The standard error of a percentile of `count` lognormal numbers with log standard deviation `log_sd`,
/// relative to it: `√(p(1−p)/n)/φ(z)·log_sd`.
pub(crate) fn lognormal_percentile_error(probability: f64, log_sd: f64, count: u64) -> f64 {
    let z = normal_quantile(probability);
    let density = (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
    (probability * (1.0 - probability) / count as f64).sqrt() / density * log_sd
}

/// The largest distance between the empirical distribution of `values` and the standard normal one.
pub(crate) fn kolmogorov_smirnov(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let n = values.len() as f64;
    values.iter().enumerate().fold(0.0, |worst: f64, (i, &x)| {
        let cdf = normal_cdf(x);
        worst.max((cdf - i as f64 / n).abs()).max(((i + 1) as f64 / n - cdf).abs())
    })
}
