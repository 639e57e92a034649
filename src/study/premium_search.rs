//! The root of a rising difference that is known only with an error, from few evaluations.

use crate::engine::Estimate;
use crate::error::Result;

/// The largest shift, either way.
pub(super) const WIDEST: f64 = 0.5;

/// The shift of the second trial.
const FIRST_STEP: f64 = 0.02;

/// The most evaluations of one search.
const MOST_TRIALS: usize = 40;

/// The correction that is too small to try: 0.1 basis points, or this share of the root's standard error.
const SMALLEST: f64 = 1e-5;
pub(super) const FINE: f64 = 0.1;
pub(super) const COARSE: f64 = 0.3;

/// A break-even premium, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Premium {
    /// The premium a year, with the standard error that the paired difference at the root has over its slope (delta
    /// method); NaN where too few lifetimes tell.
    Found(Estimate),
    /// Not even this much more a year is enough.
    Above(f64),
    /// This much less a year (a negative number) is still enough.
    Below(f64),
    /// There is nothing to find: the balance has no mean, or nobody is alive.
    Unknown,
}

impl Premium {
    /// The premium if there is one.
    #[must_use]
    pub fn found(self) -> Option<Estimate> {
        match self {
            Self::Found(estimate) => Some(estimate),
            _ => None,
        }
    }
}

/// The differences of some figures at one shift.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trial<const N: usize> {
    pub(super) shift: f64,
    pub(super) differences: [Estimate; N],
}

enum Step {
    Done(Premium),
    Try(f64),
}

/// Finds the shift at which the difference `which` is zero. `trials`, in order of their shifts, holds at least one and
/// is added to; `evaluate` may say that a shift is out of range, which ends the search there. A correction of less than
/// `share_of_error` of the root's standard error is not tried.
pub(super) fn search<const N: usize>(
    trials: &mut Vec<Trial<N>>,
    (which, share_of_error): (usize, f64),
    evaluate: &mut dyn FnMut(f64) -> Result<Option<[Estimate; N]>>,
) -> Result<Premium> {
    for _ in 0..MOST_TRIALS {
        let shift = match next(trials, which, share_of_error) {
            Step::Done(premium) => return Ok(premium),
            Step::Try(shift) => shift,
        };
        let Some(differences) = evaluate(shift)? else { return Ok(edge(trials, shift)) };
        let place = trials.partition_point(|trial| trial.shift < shift);
        trials.insert(place, Trial { shift, differences });
    }
    Ok(Premium::Unknown)
}

/// What is known when `refused` is out of range.
fn edge<const N: usize>(trials: &[Trial<N>], refused: f64) -> Premium {
    match (trials.first(), trials.last()) {
        (_, Some(last)) if refused > last.shift => Premium::Above(last.shift),
        (Some(first), _) if refused < first.shift => Premium::Below(first.shift),
        _ => Premium::Unknown,
    }
}

fn next<const N: usize>(trials: &[Trial<N>], which: usize, share_of_error: f64) -> Step {
    let points: Vec<(f64, Estimate)> = trials.iter().map(|t| (t.shift, t.differences[which])).collect();
    let (Some(&(first, _)), Some(&(last, _))) = (points.first(), points.last()) else {
        return Step::Done(Premium::Unknown);
    };
    if points.iter().any(|(_, difference)| !difference.value.is_finite()) {
        return Step::Done(Premium::Unknown);
    }
    match points.iter().position(|(_, difference)| difference.value >= 0.0) {
        None if last >= WIDEST => Step::Done(Premium::Above(last)),
        None => Step::Try(outward(&points, true)),
        Some(0) if first <= -WIDEST => Step::Done(Premium::Below(first)),
        Some(0) => Step::Try(outward(&points, false)),
        Some(high) => within(&points, high, share_of_error),
    }
}

/// A shift beyond the last trials, where the line through them says that the root is passed.
fn outward(points: &[(f64, Estimate)], upward: bool) -> f64 {
    let (edge, inner) = if upward {
        (points[points.len() - 1], points.len().checked_sub(2).map(|i| points[i]))
    } else {
        (points[0], points.get(1).copied())
    };
    let distance = inner.map_or(FIRST_STEP, |inner| {
        let gap = (edge.0 - inner.0).abs();
        let slope = (edge.1.value - inner.1.value) / (edge.0 - inner.0);
        let wanted = 1.2 * edge.1.value.abs() / slope;
        if wanted > 0.0 { wanted.clamp(0.5 * gap, 8.0 * gap).max(FIRST_STEP / 4.0) } else { 4.0 * gap }
    });
    (edge.0 + if upward { distance } else { -distance }).clamp(-WIDEST, WIDEST)
}

/// The next shift between the trial at `high` and the one before, between which the sign changes.
fn within(points: &[(f64, Estimate)], high: usize, share_of_error: f64) -> Step {
    let (low, high) = (points[high - 1], points[high]);
    let slope = (high.1.value - low.1.value) / (high.0 - low.0);
    let best = if -low.1.value < high.1.value { low } else { high };
    let error = best.1.standard_error / slope;
    let tolerance = if error.is_finite() { SMALLEST.max(share_of_error * error) } else { SMALLEST };
    let mut root = best.0 - best.1.value / slope;
    // The line through the two smallest differences is nearer, unless it leads out of the bracket.
    let others = points.iter().filter(|point| point.0 != best.0);
    if let Some(other) = others.min_by(|a, b| a.1.value.abs().total_cmp(&b.1.value.abs())) {
        let nearer = (best.1.value - other.1.value) / (best.0 - other.0);
        let guess = best.0 - best.1.value / nearer;
        if guess > low.0 && guess < high.0 {
            root = guess;
        }
    }
    if (root - best.0).abs() <= tolerance || high.0 - low.0 <= SMALLEST {
        return Step::Done(Premium::Found(Estimate { value: root, standard_error: error }));
    }
    Step::Try(root)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(value: f64, standard_error: f64) -> [Estimate; 2] {
        [Estimate { value, standard_error }, Estimate { value: f64::NAN, standard_error: f64::NAN }]
    }

    /// The premium of a function of the shift, and the number of evaluations beyond the first.
    fn found(function: impl Fn(f64) -> f64, standard_error: f64) -> (Premium, usize) {
        let mut trials = vec![Trial { shift: 0.0, differences: exact(function(0.0), standard_error) }];
        let evaluate = |shift: f64| Ok(Some(exact(function(shift), standard_error)));
        let premium = search(&mut trials, (0, FINE), &mut { evaluate }).unwrap();
        assert!(trials.windows(2).all(|pair| pair[0].shift < pair[1].shift));
        (premium, trials.len() - 1)
    }

    #[test]
    fn roots_of_convex_functions_are_found_in_few_trials() {
        for root in [-0.45, -0.1, -0.003, 0.0, 1e-7, 0.013, 0.2, 0.49] {
            let growth = |shift: f64| 1e6 * ((1.0 + shift).powi(30) - (1.0_f64 + root).powi(30));
            let (premium, trials) = found(growth, f64::NAN);
            let value = premium.found().unwrap().value;
            assert!((value - root).abs() < 1e-5 && trials < 30, "{root}: {value} after {trials}");
        }
        let (_, trials) = found(|shift| 1e5 * ((1.0 + shift).powi(20) - 1.3), 100.0);
        assert!(trials <= 5, "{trials}");
    }

    #[test]
    fn the_error_is_that_of_the_difference_over_the_slope() {
        let (premium, _) = found(|shift| 5e5 * (shift - 0.01), 250.0);
        let Estimate { value, standard_error } = premium.found().unwrap();
        assert!((value - 0.01).abs() < 1e-12 && (standard_error - 5e-4).abs() < 1e-12);
    }

    #[test]
    fn a_root_outside_the_bracket_is_told_with_its_side() {
        assert_eq!(found(|shift| shift - 0.6, 0.1).0, Premium::Above(0.5));
        assert_eq!(found(|shift| shift + 0.6, 0.1).0, Premium::Below(-0.5));
        assert_eq!(found(|_| f64::NAN, 0.1).0, Premium::Unknown);
        assert_eq!(found(|_| -1.0, 0.1).0, Premium::Above(0.5));
        let mut trials = vec![Trial { shift: 0.0, differences: exact(-1.0, 0.1) }];
        let refused = search(&mut trials, (0, FINE), &mut |_| Ok(None)).unwrap();
        assert_eq!(refused, Premium::Above(0.0));
    }
}
