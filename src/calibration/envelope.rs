//! What falls the fitted lognormal model itself would show over a span as long as the history.

use crate::calibration::drawdown::worst_and_deep;
use crate::math::normal::normal_pair;
use crate::math::streams::{Purpose, Streams};

/// The number of histories that are simulated; fewer where they are longer than 250 years of months, so that long tables
/// take no longer than these, but no fewer than a quarter.
const HISTORIES: usize = 2_000;
const MOST_RETURNS: usize = HISTORIES * 3_000;

/// The seed of all calibrations, so that the same table gives the same figures.
const SEED: u64 = 20_260_101;

/// Falls of simulated histories, each as long as the real one, with independent lognormal returns of the fitted mean and
/// spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Envelope {
    /// The worst fall that 95 of 100 histories exceed.
    pub mild: f64,
    /// The worst fall that half of the histories exceed.
    pub median: f64,
    /// The worst fall that 5 of 100 histories exceed.
    pub severe: f64,
    /// The share of histories whose worst fall is at least as deep as the real one.
    pub share_as_deep: f64,
    /// The standard error of that share, from the number of histories.
    pub share_error: f64,
    /// The mean number of falls deeper than 20 % in a history.
    pub deep: f64,
    /// How many histories were simulated.
    pub histories: usize,
}

impl Envelope {
    /// Simulates histories of `count` log returns with a mean and a standard deviation of one period.
    pub(super) fn simulate(count: usize, mean: f64, sd: f64, worst: f64, series: usize) -> Self {
        let streams = Streams::new(SEED);
        let histories = (MOST_RETURNS / count.max(1)).clamp(HISTORIES / 4, HISTORIES);
        let number = histories as f64;
        let history = |number: usize| {
            let lifetime = (series as u64) << 32 | number as u64;
            let block = |block: u32| {
                let [a, b, c, d] = streams.block(Purpose::Resampling, lifetime, block);
                let ((w, x), (y, z)) = (normal_pair(a, b), normal_pair(c, d));
                [w, x, y, z]
            };
            let normals = (0..count.div_ceil(4) as u32).flat_map(block).take(count);
            worst_and_deep(normals.map(|z| mean + sd * f64::from(z)))
        };
        let all: Vec<(f64, usize)> = (0..histories).map(history).collect();
        let mut falls: Vec<f64> = all.iter().map(|(worst, _)| *worst).collect();
        falls.sort_by(f64::total_cmp);
        let quantile = |share: f64| falls[((share * number) as usize).min(histories - 1)];
        let as_deep = falls.iter().filter(|fall| **fall >= worst).count() as f64 / number;
        Self {
            mild: quantile(0.05),
            median: quantile(0.50),
            severe: quantile(0.95),
            share_as_deep: as_deep,
            share_error: (as_deep * (1.0 - as_deep) / number).sqrt(),
            deep: all.iter().map(|(_, deep)| *deep as f64).sum::<f64>() / number,
            histories,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{ContinuousCDF, Normal};

    #[test]
    fn one_return_falls_as_the_normal_says() {
        // The worst fall of one return is its loss: half of them lose, 5 % more than 1.645 standard deviations.
        let found = Envelope::simulate(1, 0.0, 0.1, 0.1, 0);
        let quantile = Normal::standard().inverse_cdf(0.95);
        assert!((found.severe - (1.0 - (-0.1 * quantile).exp())).abs() < 0.01, "{found:?}");
        assert_eq!(found.mild, 0.0);
        let deeper = Normal::standard().cdf((0.9_f64).ln() / 0.1);
        // Four standard errors: a false alarm in 16,000.
        assert!((found.share_as_deep - deeper).abs() < 4.0 * found.share_error, "{found:?} {deeper}");
    }

    #[test]
    fn a_series_without_spread_never_falls_and_the_figures_never_change() {
        let flat = Envelope::simulate(100, 0.01, 0.0, 0.2, 0);
        assert_eq!((flat.severe, flat.deep, flat.share_as_deep), (0.0, 0.0, 0.0));
        let once = Envelope::simulate(600, 0.008, 0.045, 0.5, 1);
        assert_eq!(once, Envelope::simulate(600, 0.008, 0.045, 0.5, 1));
        assert_ne!(once, Envelope::simulate(600, 0.008, 0.045, 0.5, 2));
        assert!(once.mild < once.median && once.median < once.severe);
        assert_eq!(once.histories, HISTORIES);
        assert_eq!(Envelope::simulate(6_000, 0.0, 0.01, 0.2, 0).histories, HISTORIES / 2);
    }
}
