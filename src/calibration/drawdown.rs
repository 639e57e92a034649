//! Falls from the highest value so far, on values at the ends of periods.

use crate::math::elementary::{exp, ln};

/// A fall of this share counts as deep.
pub const DEEP: f64 = 0.20;

/// One fall: from the highest value so far to the lowest before the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// Periods before the highest value: 0 is the start of the series.
    pub peak: usize,
    /// Periods before the lowest value.
    pub trough: usize,
    /// Periods before the value of the peak is reached again; `None` if it never is.
    pub recovery: Option<usize>,
}

/// The falls of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawdowns {
    /// How far the value lies below its highest so far, as a share of it (0 to 1), at the start and after each period.
    pub path: Vec<f64>,
    /// The deepest fall as a share, 0 if there is none.
    pub worst: f64,
    /// Where the deepest fall lies; `None` if the series never falls.
    pub places: Option<Places>,
    /// How many falls are deeper than [`DEEP`], each counted once from peak to recovery.
    pub deep: usize,
}

impl Drawdowns {
    /// Of log returns.
    pub(super) fn of(logs: &[f64]) -> Self {
        let path: Vec<f64> = log_falls(logs).into_iter().map(|fall| 1.0 - exp(-fall)).collect();
        let (mut worst, mut place) = (0.0, None);
        for (i, &fall) in path.iter().enumerate() {
            if fall > worst {
                (worst, place) = (fall, Some(i));
            }
        }
        let places = place.map(|trough| Places {
            peak: (0..trough).rev().find(|&i| path[i] <= 0.0).unwrap_or(0),
            trough,
            recovery: (trough..path.len()).find(|&i| path[i] <= 0.0),
        });
        let deep =
            path.split(|fall| *fall <= 0.0).filter(|fall| fall.iter().any(|depth| *depth > DEEP)).count();
        Self { path, worst, places, deep }
    }
}

/// How far the log value lies below its highest so far, at the start and after each period.
fn log_falls(logs: &[f64]) -> Vec<f64> {
    let (mut value, mut highest) = (0.0, 0.0_f64);
    let mut falls = vec![0.0];
    for step in logs {
        value += step;
        // Rounding must not keep a value from being back at its peak.
        if value >= highest - 1e-12 {
            highest = highest.max(value);
            falls.push(0.0);
        } else {
            falls.push(highest - value);
        }
    }
    falls
}

/// The deepest fall of log returns as a share, and how many are deep; for paths of which nothing else is kept.
pub(super) fn worst_and_deep(logs: impl Iterator<Item = f64>) -> (f64, usize) {
    let deep_in_logs = -ln(1.0 - DEEP);
    let (mut value, mut highest, mut worst) = (0.0_f64, 0.0_f64, 0.0_f64);
    let (mut deep, mut is_deep) = (0, false);
    for step in logs {
        value += step;
        if value >= highest {
            (highest, is_deep) = (value, false);
        }
        let fall = highest - value;
        worst = worst.max(fall);
        if fall > deep_in_logs && !is_deep {
            (deep, is_deep) = (deep + 1, true);
        }
    }
    (1.0 - exp(-worst), deep)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(returns: &[f64]) -> Drawdowns {
        let logs: Vec<f64> = returns.iter().map(|r| ln(1.0 + r)).collect();
        let found = Drawdowns::of(&logs);
        let (worst, deep) = worst_and_deep(logs.into_iter());
        assert!((worst - found.worst).abs() < 1e-12 && deep == found.deep);
        found
    }

    #[test]
    fn a_fall_and_its_recovery_by_hand() {
        // 1, 2, 1, 1.5, 2, 1.5, 3: halved once (two to four), a quarter lost once.
        let found = of(&[1.0, -0.5, 0.5, 1.0 / 3.0, -0.25, 1.0]);
        assert!((found.worst - 0.5).abs() < 1e-12);
        assert_eq!(found.places, Some(Places { peak: 1, trough: 2, recovery: Some(4) }));
        assert_eq!(found.deep, 2);
        assert!((found.path[3] - 0.25).abs() < 1e-12 && found.path[4] == 0.0);
    }

    #[test]
    fn a_fall_from_the_start_that_never_recovers() {
        let found = of(&[-0.1, -0.5, 0.2]);
        assert!((found.worst - 0.55).abs() < 1e-12);
        assert_eq!(found.places, Some(Places { peak: 0, trough: 2, recovery: None }));
        assert_eq!(found.deep, 1);
    }

    #[test]
    fn a_series_that_only_rises_has_no_fall() {
        let found = of(&[0.1, 0.0, 0.2]);
        assert_eq!((found.worst, found.places, found.deep), (0.0, None, 0));
    }
}
