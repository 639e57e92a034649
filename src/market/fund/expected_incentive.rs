//! What a profit share is expected to cost a year: its mean over the years of a fund, worked out on a grid, nothing
//! simulated.

use crate::market::{IncentiveFee, ReturnMoments};
use crate::math::elementary::{exp, ln};
use crate::math::normal::normal_density;

/// The years over which the fee is averaged; a fund opens at its high-water mark, so early years cost a little more.
const YEARS: usize = 30;

/// The deepest fall below the high-water mark on the grid, in logs: a fiftieth of it is left.
const DEEPEST: f64 = 4.0;

/// Standard deviations of the return on either side of its mean.
const REACH: f64 = 8.0;

/// Points of falls and of returns on the coarse grid; the fine one has twice as many of each.
const FALLS: usize = 80;
const RETURNS: usize = 120;

/// An expected incentive fee, a share of the NAV at the beginning of a year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExpectedIncentive {
    /// The mean fee a year over thirty years.
    pub per_year: f64,
    /// How far it is from that of a grid half as fine: an estimate of the numerical error, on the large side.
    pub numerical_error: f64,
}

impl ExpectedIncentive {
    /// The expected fee of a fund whose NAV grows with independent lognormal returns of these moments, after a share
    /// `fixed` of it has been taken in each year whatever the profit.
    ///
    /// The state is the fall of the NAV below its high-water mark ([`IncentiveFee`]) at the beginning of a year. Its distribution is carried
    /// from year to year on a grid of logs (linear between points), returns by the trapezoid rule over eight
    /// standard deviations on either side. What is due in a year follows from the NAV at its end only, as the accruals in
    /// between are given back.
    ///
    /// ```
    /// use decumulus::market::{ExpectedIncentive, IncentiveFee, ReturnMoments};
    /// let fee = IncentiveFee { rate: 0.125, hurdle: 0.05, catch_up: 1.0 };
    /// let certain = ReturnMoments::from_simple(0.10, 0.0)?;
    /// let expected = ExpectedIncentive::of(fee, certain, 0.0);
    /// assert!((expected.per_year - 0.0125).abs() < 1e-12);
    /// # Ok::<(), decumulus::Error>(())
    /// ```
    #[must_use]
    pub fn of(fee: IncentiveFee, moments: ReturnMoments, fixed: f64) -> Self {
        let coarse = mean_fee(fee, moments, fixed, FALLS, RETURNS);
        let fine = mean_fee(fee, moments, fixed, 2 * FALLS, 2 * RETURNS);
        Self { per_year: fine, numerical_error: (fine - coarse).abs() }
    }
}

/// Where a year leads from one fall with one return: the fee, and the place on the grid at the year's end.
struct Move {
    probability: f64,
    fee: f64,
    place: usize,
    part: f64,
}

fn mean_fee(fee: IncentiveFee, moments: ReturnMoments, fixed: f64, falls: usize, returns: usize) -> f64 {
    let moves: Vec<Vec<Move>> =
        (0..=falls).map(|fall| moves_from(fall, fee, moments, fixed, falls, returns)).collect();
    let mut now = vec![0.0; falls + 1];
    now[0] = 1.0;
    let mut paid = 0.0;
    for _ in 0..YEARS {
        let mut next = vec![0.0; falls + 1];
        for (mass, moves) in now.iter().zip(&moves).filter(|(mass, _)| **mass > 0.0) {
            for Move { probability, fee, place, part } in moves {
                let mass = mass * probability;
                paid += mass * fee;
                next[*place] += mass * (1.0 - part);
                next[(place + 1).min(falls)] += mass * part;
            }
        }
        now = next;
    }
    paid / YEARS as f64
}

fn moves_from(
    fall: usize,
    fee: IncentiveFee,
    moments: ReturnMoments,
    fixed: f64,
    falls: usize,
    returns: usize,
) -> Vec<Move> {
    let step = DEEPEST / falls as f64;
    let mark = exp(fall as f64 * step);
    let z = |node: usize| REACH * (2.0 * node as f64 / returns as f64 - 1.0);
    let whole: f64 = (0..=returns).fold(0.0, |sum, node| sum + normal_density(z(node)));
    (0..=returns)
        .map(|node| {
            let nav = exp(moments.log_mean() + moments.log_sd() * z(node)) * (1.0 - fixed);
            let due = fee.due(nav, mark, 1.0);
            let net = nav - due;
            let below = if net > 0.0 && net < mark { ln(mark / net).min(DEEPEST) } else { 0.0 };
            let place = ((below / step) as usize).min(falls);
            let part = (below / step - place as f64).clamp(0.0, 1.0);
            Move { probability: normal_density(z(node)) / whole, fee: due, place, part }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::normal::normal_pair;
    use crate::math::streams::{Purpose, Streams};

    const FEE: IncentiveFee = IncentiveFee { rate: 0.125, hurdle: 0.05, catch_up: 1.0 };

    /// Mean fee a year and its standard error by plain simulation.
    fn simulated(fee: IncentiveFee, moments: ReturnMoments, fixed: f64, lifetimes: u64) -> (f64, f64) {
        let streams = Streams::new(3);
        let (mut sum, mut squares) = (0.0, 0.0);
        for lifetime in 0..lifetimes {
            let (mut nav, mut mark, mut paid) = (1.0_f64, 1.0_f64, 0.0);
            for year in 0..YEARS as u32 {
                let words = streams.block(Purpose::Market, lifetime, year);
                let z = f64::from(normal_pair(words[0], words[1]).0);
                let gross = nav * (moments.log_mean() + moments.log_sd() * z).exp() * (1.0 - fixed);
                let due = fee.due(gross, mark, 1.0);
                paid += due / nav / YEARS as f64;
                nav = gross - due;
                mark = mark.max(nav);
            }
            sum += paid;
            squares += paid * paid;
        }
        let n = lifetimes as f64;
        (sum / n, ((squares / n - (sum / n).powi(2)) / n).sqrt())
    }

    #[test]
    fn the_grid_agrees_with_a_plain_simulation() {
        for (mean, volatility) in [(0.12, 0.20), (0.08, 0.06), (0.02, 0.25)] {
            let moments = ReturnMoments::from_simple(mean, volatility).unwrap();
            let expected = ExpectedIncentive::of(FEE, moments, 0.015);
            let (found, error) = simulated(FEE, moments, 0.015, 20_000);
            // Four standard errors: a false alarm once in 15,000.
            let off = (expected.per_year - found).abs();
            assert!(off < 4.0 * error + expected.numerical_error, "{expected:?} not {found} ± {error}");
            assert!(expected.numerical_error < 0.02 * expected.per_year, "{expected:?}");
        }
    }

    #[test]
    fn a_certain_return_pays_by_the_formula_and_one_below_the_hurdle_nothing() {
        let certain = |mean| ReturnMoments::from_simple(mean, 0.0).unwrap();
        // 12 % less 1 % of the NAV, an eighth of the profit.
        let expected = ExpectedIncentive::of(FEE, certain(0.12), 0.01);
        assert!((expected.per_year - 0.125 * (1.12 * 0.99 - 1.0)).abs() < 1e-12);
        assert_eq!(ExpectedIncentive::of(FEE, certain(0.04), 0.0).per_year, 0.0);
        assert_eq!(ExpectedIncentive::of(FEE, certain(-0.5), 0.0).per_year, 0.0);
    }

    #[test]
    fn the_fee_grows_with_the_mean_and_stays_finite() {
        let of = |mean, volatility| {
            ExpectedIncentive::of(FEE, ReturnMoments::from_simple(mean, volatility).unwrap(), 0.02).per_year
        };
        let fees: Vec<f64> = (0..8).map(|i| of(0.02 * f64::from(i), 0.15)).collect();
        assert!(fees.windows(2).all(|pair| pair[0] < pair[1]), "{fees:?}");
        assert!([of(10.0, 10.0), of(-0.99, 10.0), of(10.0, 0.0)].iter().all(|fee| fee.is_finite()));
    }
}
