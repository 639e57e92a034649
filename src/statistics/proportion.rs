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
    let (low, high) = score_interval(successes as f64 / n, n);
    Some((if successes == 0 { 0.0 } else { low }, if successes >= count { 1.0 } else { high }))
}

/// Wilson's interval around a share `p` of `n` trials, of which there may be a part.
fn score_interval(p: f64, n: f64) -> (f64, f64) {
    let z2 = Z_95 * Z_95;
    let centre = p + z2 / (2.0 * n);
    let half = Z_95 * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z2 / n;
    (((centre - half) / scale).max(0.0), ((centre + half) / scale).min(1.0))
}

/// Events among trials, each of which counts by a weight from 0 to 1: such as failures, each weighted by the probability
/// that somebody is alive to see it. The probability told is the mean weight.
///
/// Where all weights are one this is an ordinary share. Otherwise it varies less than a share of drawn outcomes: with
/// weights `w` of events and zero for the rest, its variance is that of `w` over the number of trials.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightedEvents {
    trials: u64,
    /// Events with a weight above zero.
    events: u64,
    largest: f64,
    sum: f64,
    squares: f64,
}

impl WeightedEvents {
    /// Events by weight: the weight, and how many have it.
    #[must_use]
    pub fn new(trials: u64, events: impl Iterator<Item = (f64, u64)>) -> Self {
        let mut all = Self { trials, events: 0, largest: 0.0, sum: 0.0, squares: 0.0 };
        for (weight, count) in events {
            all.largest = all.largest.max(weight);
            if weight > 0.0 {
                all.events += count;
                all.sum += weight * count as f64;
                all.squares += weight * weight * count as f64;
            }
        }
        all
    }

    /// The mean weight; `None` for no trials.
    #[must_use]
    pub fn probability(&self) -> Option<f64> {
        (self.trials > 0).then(|| self.sum / self.trials as f64)
    }

    /// Its 95 % interval: Wilson's, for as many trials as would give a share of drawn outcomes the same variance. Where no
    /// event came, or nothing but events of one weight, the exact limit of Clopper and Pearson times the largest weight.
    /// `None` for no trials.
    #[must_use]
    pub fn interval(&self) -> Option<(f64, f64)> {
        let p = self.probability()?;
        let n = self.trials as f64;
        let margin = 1.0 - exp(ln(0.025) / n);
        if self.events == 0 {
            return Some((0.0, margin * self.largest));
        }
        let variance = self.squares / n - p * p;
        if self.events == self.trials && variance <= 1e-12 * p * p {
            return Some((p * (1.0 - margin), p));
        }
        let (low, high) = score_interval(p, p * (1.0 - p) / (variance / n));
        Some((low.min(p), high.max(p)))
    }
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
    fn weighted_events_of_weight_one_are_an_ordinary_share() {
        for (events, trials) in [(0, 50), (3, 50), (50, 50), (700, 10_000)] {
            let weighted = WeightedEvents::new(trials, [(1.0, events)].into_iter());
            let (low, high) = probability_interval(events, trials).unwrap();
            let (found_low, found_high) = weighted.interval().unwrap();
            assert!((weighted.probability().unwrap() - events as f64 / trials as f64).abs() < 1e-15);
            assert!(
                (found_low - low).abs() < 1e-12 && (found_high - high).abs() < 1e-12,
                "{events} of {trials}"
            );
        }
        assert_eq!(WeightedEvents::new(0, [(1.0, 0)].into_iter()).interval(), None);
    }

    #[test]
    fn weights_make_the_interval_narrower_than_drawn_outcomes_do() {
        // A tenth of 10,000 trials, each event seen with probability one half: the mean of the weights has the standard
        // deviation √(0.1/4 − 0.05²) = 0.15, a drawn outcome √(0.05·0.95) = 0.2179.
        let weighted = WeightedEvents::new(10_000, [(0.5, 1000)].into_iter());
        let (low, high) = weighted.interval().unwrap();
        assert!((weighted.probability().unwrap() - 0.05).abs() < 1e-15);
        assert!(((high - low) / (2.0 * Z_95) / 0.0015 - 1.0).abs() < 0.01, "{low} {high}");
        // Nothing seen: as many as would be overlooked with 2.5 %, at the largest weight.
        let (low, high) = WeightedEvents::new(1000, [(0.25, 0), (0.5, 0)].into_iter()).interval().unwrap();
        assert!(low == 0.0 && (high - 0.5 * 0.003_682).abs() < 1e-6);
    }

    #[test]
    fn paired_differences_have_the_error_of_their_discordant_trials() {
        let error = difference_standard_error(30, 10, 1000).unwrap();
        assert!((error - ((0.04 - 0.0004) / 1000.0_f64).sqrt()).abs() < 1e-15);
        assert_eq!(difference_standard_error(0, 0, 10), Some(0.0));
    }
}
