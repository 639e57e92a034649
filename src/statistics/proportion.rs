//! Probabilities estimated from counts.

use crate::math::elementary::{exp, ln};
use crate::math::normal::Z_95;

/// Wilson's 95 % interval of a probability from `successes` out of `count`[^1]; never empty, so that zero
/// successes still have an upper limit. `None` for no trials.
///
/// ```
/// use decumulus::statistics::wilson;
/// let (low, high) = wilson(500, 10_000).unwrap();
/// assert!((low - 0.045898).abs() < 1e-6 && (high - 0.054447).abs() < 1e-6);
/// assert!((wilson(0, 1_000).unwrap().1 - 0.0038268).abs() < 1e-7);
/// ```
///
/// [^1]: E. Wilson, *Probable inference, the law of succession, and statistical inference*, JASA 22 (1927).
#[must_use]
pub fn wilson(successes: u64, count: u64) -> Option<(f64, f64)> {
    if count == 0 {
        return None;
    }
    let n = count as f64;
    let p = successes as f64 / n;
    let z2 = Z_95 * Z_95;
    let centre = p + z2 / (2.0 * n);
    let half = Z_95 * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z2 / n;
    let low = if successes == 0 { 0.0 } else { ((centre - half) / scale).max(0.0) };
    let high = if successes >= count { 1.0 } else { ((centre + half) / scale).min(1.0) };
    Some((low, high))
}

/// The 95 % interval of a probability that is shown to people: Wilson's, or the exact one of Clopper and Pearson
/// where the event happened never or always and that one has a closed form, `1 − 0.025^(1/n)`. `None` for no
/// trials.
///
/// ```
/// use decumulus::statistics::probability_interval;
/// let (low, high) = probability_interval(0, 1_000).unwrap();
/// assert!(low == 0.0 && (high - 0.003682).abs() < 1e-6);
/// ```
#[must_use]
pub fn probability_interval(successes: u64, count: u64) -> Option<(f64, f64)> {
    if count == 0 {
        return None;
    }
    let margin = 1.0 - exp(ln(0.025) / count as f64);
    if successes == 0 {
        Some((0.0, margin))
    } else if successes >= count {
        Some((1.0 - margin, 1.0))
    } else {
        wilson(successes, count)
    }
}

/// The standard error of a difference of two probabilities on the same trials, from the discordant ones:
/// `gained` had only the first event, `lost` only the second. `None` for no trials.
#[must_use]
pub fn difference_standard_error(gained: u64, lost: u64, count: u64) -> Option<f64> {
    if count == 0 {
        return None;
    }
    let n = count as f64;
    let difference = (gained as f64 - lost as f64) / n;
    let variance = (gained as f64 + lost as f64) / n - difference * difference;
    Some((variance.max(0.0) / n).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_holds_the_estimate_and_stays_within_zero_and_one() {
        for count in [1_u64, 5, 100, 1_000_000] {
            for successes in [0, 1, count / 2, count] {
                let (low, high) = wilson(successes, count).unwrap();
                let p = successes as f64 / count as f64;
                assert!(low >= 0.0 && low <= p && p <= high && high <= 1.0 && low < high);
            }
        }
        assert_eq!(wilson(0, 0), None);
    }

    #[test]
    fn paired_differences_have_the_error_of_their_discordant_trials() {
        let error = difference_standard_error(30, 10, 1000).unwrap();
        assert!((error - ((0.04 - 0.0004) / 1000.0_f64).sqrt()).abs() < 1e-15);
        assert_eq!(difference_standard_error(0, 0, 10), Some(0.0));
    }
}
