//! The skill of managers at which one policy breaks even with another.

use crate::engine::outcome::{BreakEven, BySkill, Estimate, SKILL_BINS, SkillPoint};
use crate::engine::read::known::Known;
use crate::statistics::PairedDifference;

/// Fewer lifetimes than this do not tell a break-even.
const FEWEST: u64 = 200;

/// What the bins of a pair tell.
pub(super) fn by_skill(known: Known, cells: &[PairedDifference]) -> BySkill {
    let points: Vec<SkillPoint> = cells.iter().enumerate().map(|(i, cell)| point(known, i, cell)).collect();
    BySkill { break_even: with_errors(break_even(cells), known), points }
}

/// The same with an error only where there is one.
fn with_errors(found: BreakEven, known: Known) -> BreakEven {
    match found {
        BreakEven::At { percentile: Estimate { value, standard_error }, better_above } => BreakEven::At {
            percentile: Estimate { value, standard_error: known.error(Some(standard_error)) },
            better_above,
        },
        other => other,
    }
}

fn point(known: Known, bin: usize, cell: &PairedDifference) -> SkillPoint {
    let count = cell.count();
    SkillPoint {
        percentile: middle(bin),
        count,
        mean_difference: known.difference(cell),
        better: known.probability(cell.positive(), count),
        worse: known.probability(count - cell.positive() - cell.equal(), count),
    }
}

fn middle(bin: usize) -> f64 {
    (bin as f64 + 0.5) / SKILL_BINS as f64
}

/// Neighbouring bins of one share.
#[derive(Clone, Copy, Debug)]
struct Pool {
    /// Lifetimes.
    count: f64,
    /// Lifetimes in which the policy is better, ties counting half.
    better: f64,
    ties: f64,
    /// Middles of its first and last bin.
    first: f64,
    last: f64,
}

impl Pool {
    fn share(self) -> f64 {
        self.better / self.count
    }

    /// Variance of the share, with one lifetime added on either side so that certainty is never claimed.
    fn variance(self) -> f64 {
        let n = self.count + 2.0;
        let share = (self.better + 1.0) / n;
        (share * (1.0 - share) - 0.25 * self.ties / n).max(0.0) / n
    }

    fn join(self, other: Self) -> Self {
        Self {
            count: self.count + other.count,
            better: self.better + other.better,
            ties: self.ties + other.ties,
            first: self.first,
            last: other.last,
        }
    }
}

fn break_even(cells: &[PairedDifference]) -> BreakEven {
    let pool = |(i, cell): (usize, &PairedDifference)| {
        let (count, ties) = (cell.count() as f64, cell.equal() as f64);
        let better = cell.positive() as f64 + 0.5 * ties;
        Pool { count, better, ties, first: middle(i), last: middle(i) }
    };
    let bins: Vec<Pool> = cells.iter().enumerate().filter(|(_, cell)| cell.count() > 0).map(pool).collect();
    if cells.iter().map(PairedDifference::count).sum::<u64>() < FEWEST {
        return BreakEven::Unknown;
    }
    if bins.iter().all(|bin| bin.ties == bin.count) {
        return BreakEven::NeverDifferent;
    }
    let (rising, falling) = (monotone(&bins, 1.0), monotone(&bins, -1.0));
    let better_above = distance(&bins, &rising) <= distance(&bins, &falling);
    let pools = if better_above { rising } else { falling };
    let above = |pool: &Pool| pool.share() > 0.5;
    let below = |pool: &Pool| pool.share() < 0.5;
    match pools
        .windows(2)
        .find(|pair| above(&pair[0]) != above(&pair[1]) || below(&pair[0]) != below(&pair[1]))
    {
        Some(pair) => BreakEven::At { percentile: crossing(pair[0], pair[1]), better_above },
        None if pools.iter().all(above) => BreakEven::AlwaysBetter,
        None if pools.iter().all(below) => BreakEven::AlwaysWorse,
        None => BreakEven::NeverDifferent,
    }
}

/// Pools adjacent bins until the share never moves against `direction`.
fn monotone(bins: &[Pool], direction: f64) -> Vec<Pool> {
    let mut pools: Vec<Pool> = vec![];
    for &bin in bins {
        let mut last = bin;
        while let Some(before) = pools.pop_if(|before| direction * (before.share() - last.share()) > 0.0) {
            last = before.join(last);
        }
        pools.push(last);
    }
    pools
}

/// Weighted sum of squares of the bins' shares about those of their pools.
fn distance(bins: &[Pool], pools: &[Pool]) -> f64 {
    let squares = |pools: &[Pool]| pools.iter().fold(0.0, |sum, p| sum + p.better * p.better / p.count);
    squares(bins) - squares(pools)
}

/// Where the line between the neighbouring bins of two pools is at one half, with its error by the delta method.
fn crossing(low: Pool, high: Pool) -> Estimate {
    let (gap, rise) = (high.first - low.last, high.share() - low.share());
    let by_low = gap * (0.5 - high.share()) / (rise * rise);
    let by_high = gap * (0.5 - low.share()) / (rise * rise);
    let variance = by_low * by_low * low.variance() + by_high * by_high * high.variance();
    Estimate { value: low.last + gap * (0.5 - low.share()) / rise, standard_error: variance.sqrt() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bins of two thousand lifetimes in which the policy is better in the given shares.
    fn cells(better: impl Fn(f64) -> f64) -> Vec<PairedDifference> {
        (0..SKILL_BINS)
            .map(|i| {
                let wins = (2000.0 * better(middle(i))).round() as u64;
                let mut cell = PairedDifference::default();
                (0..2000).for_each(|n| cell.push(f64::from(u8::from(n < wins)), 0.5));
                cell
            })
            .collect()
    }

    fn found(better: impl Fn(f64) -> f64) -> (Estimate, bool) {
        match break_even(&cells(better)) {
            BreakEven::At { percentile, better_above } => (percentile, better_above),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_straight_line_breaks_even_where_it_is_one_half_and_its_error_is_that_of_its_neighbours() {
        let (at, better_above) = found(|p| 0.2 + 0.5 * p);
        assert!(better_above && (at.value - 0.6).abs() < 1e-3, "{at:?}");
        // Between the middles 0.575 and 0.625 the slope is 0.5; both shares have the error √(.25/2000) = 0.01118, and
        // the crossing weighs them equally: 0.01118/√2/0.5.
        assert!((at.standard_error - 0.01118 / 2.0_f64.sqrt() / 0.5).abs() < 1e-3, "{at:?}");
        let (at, better_above) = found(|p| 0.7 - 0.5 * p);
        assert!(!better_above && (at.value - 0.4).abs() < 1e-3, "{at:?}");
    }

    #[test]
    fn bins_against_the_trend_are_pooled() {
        let (at, _) = found(|p| 0.2 + 0.5 * p + if (p - 0.575).abs() < 1e-9 { 0.1 } else { 0.0 });
        assert!((at.value - 0.575).abs() < 0.03, "{at:?}");
    }

    #[test]
    fn shares_that_never_cross_have_their_reason() {
        assert_eq!(break_even(&cells(|p| 0.6 + 0.1 * p)), BreakEven::AlwaysBetter);
        assert_eq!(break_even(&cells(|p| 0.4 - 0.1 * p)), BreakEven::AlwaysWorse);
        assert_eq!(break_even(&[PairedDifference::default(); SKILL_BINS]), BreakEven::Unknown);
        let mut equal = [PairedDifference::default(); SKILL_BINS];
        for cell in &mut equal {
            (0..100).for_each(|_| cell.push(1.0, 1.0));
        }
        assert_eq!(break_even(&equal), BreakEven::NeverDifferent);
        // Certain on either side: known to the width of a bin, never exactly.
        let (at, _) = found(|p| f64::from(u8::from(p > 0.5)));
        assert!((at.value - 0.5).abs() < 1e-12 && at.standard_error > 0.0, "{at:?}");
    }
}
