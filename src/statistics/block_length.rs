//! How long the blocks of a bootstrap should be for one series: the automatic choice of Politis and White.
//!
//! D. Politis and H. White, *Automatic block-length selection for the dependent bootstrap*, Econometric Reviews 23
//! (2004), with the correction of A. Patton, D. Politis and H. White, Econometric Reviews 28 (2009). Where the paper
//! leaves a choice this follows the common programs (`b.star` of the R package `np`, `arch` of Python): constant
//! 2, `K = max(5, ⌈log₁₀ n⌉)`, at most `⌈min(3√n, n/3)⌉`.

/// The block lengths that make the variance of the mean most accurate, in observations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BlockLengths {
    /// Mean length for the stationary bootstrap.
    pub stationary: f64,
    /// Length for blocks of fixed length that wrap.
    pub circular: f64,
}

/// The automatic block lengths of a series, each at least 1.
///
/// With `R(k)` the autocovariance, `λ` the flat-top window and `M` twice the lag from which `K` autocorrelations are
/// insignificant: `G = Σ λ(k/M)·|k|·R(k)` and `S = Σ λ(k/M)·R(k)` over `|k| ≤ M`; then `(2G²/D)^(1/3)·n^(1/3)` with
/// `D = 2S²` (stationary) or `4/3·S²` (circular). For a first-order autoregression with coefficient `φ` the
/// stationary length tends to `(2φ/(1 − φ²))^(2/3)·n^(1/3)`.
///
/// A series that does not move, or of fewer than ten observations, has blocks of one.
#[must_use]
pub fn automatic_block_lengths(series: &[f64]) -> BlockLengths {
    let n = series.len();
    let mean = series.iter().fold(0.0, |sum, x| sum + x) / n.max(1) as f64;
    let centred: Vec<f64> = series.iter().map(|x| x - mean).collect();
    let covariance = |lag: usize| {
        centred.iter().zip(centred.iter().skip(lag)).fold(0.0, |sum, (a, b)| sum + a * b) / n as f64
    };
    let none = BlockLengths { stationary: 1.0, circular: 1.0 };
    let variance = covariance(0);
    // What does not move but for rounding.
    let moves = variance > 1e-28 * (1.0 + mean * mean);
    if n < 10 || !moves {
        return none;
    }
    let count = n as f64;
    let run = (1..20).find(|&digits| count <= tens(digits)).unwrap_or(20).max(5);
    let largest_lag = (count.sqrt().ceil() as usize + run).min(n - 1);
    let covariances: Vec<f64> = (0..=largest_lag).map(covariance).collect();
    let threshold = 2.0 * (log10(count) / count).sqrt();
    let significant: Vec<bool> = covariances.iter().map(|r| (r / variance).abs() >= threshold).collect();
    let window = (2 * lag_of_insignificance(&significant, run)).clamp(1, largest_lag);
    let (mut weighted, mut spectrum) = (0.0, variance);
    for (lag, covariance) in covariances.iter().enumerate().take(window + 1).skip(1) {
        let part = lag as f64 / window as f64;
        let flat_top = if part <= 0.5 { 1.0 } else { 2.0 * (1.0 - part) };
        weighted += 2.0 * flat_top * lag as f64 * covariance;
        spectrum += 2.0 * flat_top * covariance;
    }
    let longest = (3.0 * count.sqrt()).min(count / 3.0).ceil();
    let length = |constant: f64| {
        let ratio = weighted / spectrum;
        let length = cube_root(2.0 * ratio * ratio / constant * count);
        if length.is_finite() { length.clamp(1.0, longest.max(1.0)) } else { longest.max(1.0) }
    };
    BlockLengths { stationary: length(2.0), circular: length(4.0 / 3.0) }
}

/// The first lag, from 1, that begins a run of insignificant ones; the last significant one if there is no such run.
fn lag_of_insignificance(significant: &[bool], run: usize) -> usize {
    let runs = significant[1..].windows(run).position(|lags| lags.iter().all(|significant| !significant));
    let last = || significant.iter().rposition(|&significant| significant).unwrap_or(1);
    runs.map_or_else(last, |before| before + 1).max(1)
}

fn tens(digits: usize) -> f64 {
    (0..digits).fold(1.0, |power, _| 10.0 * power)
}

fn log10(x: f64) -> f64 {
    crate::math::elementary::ln(x) / std::f64::consts::LN_10
}

fn cube_root(x: f64) -> f64 {
    if x > 0.0 { crate::math::elementary::pow(x, 1.0 / 3.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::normal::normal_block;
    use crate::math::streams::{Purpose, Streams};

    /// A first-order autoregression with standard normal innovations.
    fn autoregression(coefficient: f64, count: u32, lifetime: u64) -> Vec<f64> {
        let mut last = 0.0;
        let mut series = vec![];
        for block in 0..count / 4 {
            let mut normals = [crate::math::SingleLanes::<16>::splat(0.0); 4];
            normal_block(Streams::new(5), Purpose::Resampling, 16 * lifetime, block, &mut normals);
            for z in normals.map(|lanes| *lanes) {
                last = coefficient * last + f64::from(z[0]);
                series.push(last);
            }
        }
        series
    }

    #[test]
    fn autoregressions_have_the_length_of_the_formula() {
        // Means over 24 series within 4.5 standard errors of the spread found, and 3 % for the bias of a finite series. A
        // wrong constant (the error corrected in 2009) would be off by a quarter.
        let count = 40_000;
        for phi in [0.3_f64, 0.6, -0.5] {
            let expected = (2.0 * phi.abs() / (1.0 - phi * phi)).powf(2.0 / 3.0) * f64::from(count).cbrt();
            let of = |lifetime| automatic_block_lengths(&autoregression(phi, count, lifetime));
            let found: Vec<BlockLengths> = (0..24).map(of).collect();
            let ratios: Vec<f64> = found.iter().map(|lengths| lengths.stationary / expected).collect();
            let mean = ratios.iter().sum::<f64>() / 24.0;
            let variance = ratios.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / 23.0;
            let tolerance = 4.5 * (variance / 24.0).sqrt() + 0.03;
            assert!(tolerance < 0.2 && (mean - 1.0).abs() < tolerance, "{phi}: {mean} ± {tolerance}");
            for lengths in found {
                assert!((lengths.circular / lengths.stationary - 1.5_f64.cbrt()).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn a_short_series_has_the_length_that_other_programs_give() {
        // Σ sin(i²) smoothed: fixed figures, evaluated with the published formulas in a separate program.
        let noise: Vec<f64> = (0..200_u32).map(|i| f64::from(i * i).sin()).collect();
        let smooth: Vec<f64> = noise.windows(4).map(|w| w.iter().sum()).collect();
        let found = automatic_block_lengths(&smooth);
        assert!((found.stationary - STATIONARY).abs() < 1e-9, "{found:?}");
        assert!((found.circular - CIRCULAR).abs() < 1e-9, "{found:?}");
    }
    const STATIONARY: f64 = 6.740_930_010_805_473;
    const CIRCULAR: f64 = 7.716_438_591_424_21;

    #[test]
    fn what_does_not_move_or_is_short_or_persistent_has_a_length_all_the_same() {
        assert_eq!(automatic_block_lengths(&[]).stationary, 1.0);
        assert_eq!(automatic_block_lengths(&[0.01; 300]).circular, 1.0);
        assert_eq!(automatic_block_lengths(&[0.1, -0.1, 0.1]).circular, 1.0);
        let trend: Vec<f64> = (0..99).map(f64::from).collect();
        let found = automatic_block_lengths(&trend);
        assert!(found.stationary > 5.0 && found.circular <= 30.0, "{found:?}");
    }
}
