//! Policies compared by the skill of a lifetime's managers, and the skill at which one breaks even.
//!
//! The skill of a lifetime is one standard normal number, the mean of the persistent parts of all dispersed assets (see
//! [`Managers`](crate::market::Managers)); its percentile is among the managers that the stated selection reaches. It is
//! cut at its own exact quantiles into [`SKILL_BINS`] bins of equal probability, and policies are compared within each.

use serde::{Deserialize, Serialize};

use crate::engine::outcome::{Estimate, Interval};
use crate::engine::plan::Plan;
use crate::engine::read::Known;
use crate::math::Lanes;
use crate::statistics::PairedDifference;

/// Bins of manager skill, each as likely as any other.
pub const SKILL_BINS: usize = 20;

/// The standard normal quantiles of 0.55, 0.60, … 0.95; the others mirror them, and that of 0.5 is zero.
const UPPER_EDGES: [f64; 9] = [
    0.125_661_346_855_074_02,
    0.253_347_103_135_799_7,
    0.385_320_466_407_567_73,
    0.524_400_512_708_040_9,
    0.674_489_750_196_081_7,
    0.841_621_233_572_914_3,
    1.036_433_389_493_789_8,
    1.281_551_565_544_600_4,
    1.644_853_626_951_472_2,
];

/// Fewer lifetimes than this do not tell a break-even.
const FEWEST: u64 = 200;

/// The bin of a skill.
fn bin(skill: f64) -> usize {
    let size = skill.abs();
    let beyond = UPPER_EDGES.iter().filter(|edge| size >= **edge).count();
    if skill >= 0.0 { SKILL_BINS / 2 + beyond } else { SKILL_BINS / 2 - 1 - beyond }
}

/// The differences of each policy from the one it is compared with, by key age and bin of skill; empty if managers do not differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SkillTally {
    /// Policy by policy, key age by key age, bin by bin.
    cells: Vec<PairedDifference>,
}

impl SkillTally {
    pub(crate) fn empty(plan: &Plan) -> Self {
        let tells = plan.overlay.as_ref().is_some_and(crate::market::Overlay::has_skill);
        let cells = if tells { plan.compared as usize * plan.key_years.len() * SKILL_BINS } else { 0 };
        Self { cells: vec![PairedDifference::default(); cells] }
    }

    /// Adds the balances of one lane at a key year.
    #[inline(always)]
    pub(crate) fn compare<const L: usize>(
        &mut self,
        plan: &Plan,
        key: usize,
        lane: usize,
        skill: &Lanes<L>,
        real: &[Lanes<L>],
    ) {
        if self.cells.is_empty() {
            return;
        }
        let bin = bin(skill[lane]);
        let keys = plan.key_years.len();
        for (pair, cells) in
            plan.pairs[..plan.compared as usize].iter().zip(self.cells.chunks_exact_mut(keys * SKILL_BINS))
        {
            let (here, there) = (real[pair.run as usize][lane], real[pair.against as usize][lane]);
            cells[key * SKILL_BINS + bin].push(here, there);
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.cells.iter_mut().zip(&other.cells).for_each(|(a, b)| a.merge(b));
    }

    /// What a pair's differences at a key age tell; `None` if managers do not differ.
    pub(crate) fn read(&self, plan: &Plan, known: Known, pair: usize, key: usize) -> Option<BySkill> {
        let first = (pair * plan.key_years.len() + key) * SKILL_BINS;
        let cells = self.cells.get(first..first + SKILL_BINS)?;
        let points: Vec<SkillPoint> =
            cells.iter().enumerate().map(|(i, cell)| point(known, i, cell)).collect();
        Some(BySkill { break_even: break_even(cells).with_errors(known), points })
    }
}

/// One policy against another by the skill of the managers.
#[derive(Clone, Debug, PartialEq)]
pub struct BySkill {
    /// The bins from the least skill to the most.
    pub points: Vec<SkillPoint>,
    /// The skill at which the policy is as often better as worse.
    pub break_even: BreakEven,
}

/// Two policies compared in one bin of skill, among survivors, in dollars of the start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SkillPoint {
    /// The middle of the bin as a probability, such as 0.975.
    pub percentile: f64,
    /// Lifetimes in the bin.
    pub count: u64,
    /// Mean difference with its paired standard error.
    pub mean_difference: Estimate,
    /// Probability that the policy's balance is the larger one.
    pub better: Interval,
    /// Probability that it is the smaller one.
    pub worse: Interval,
}

/// The skill at which a policy is as often better than the other as worse.
///
/// The share of lifetimes in which it is better, ties counting half, is made monotone in skill (pooled adjacent
/// violators, rising or falling, whichever fits better) and interpolated between the middles of the bins.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum BreakEven {
    /// A percentile of manager skill as a probability, with the standard error that the bins' shares give it (the
    /// choice of the pools apart, so a little too small where the share hardly moves with skill).
    At {
        /// The percentile.
        percentile: Estimate,
        /// Whether the policy is better above it (more skill helps) or below it.
        better_above: bool,
    },
    /// Better more often than worse at every skill.
    AlwaysBetter,
    /// Worse more often than better at every skill.
    AlwaysWorse,
    /// Exactly as often better as worse at every skill, such as two equal policies.
    NeverDifferent,
    /// Too few lifetimes tell.
    Unknown,
}

impl BreakEven {
    /// The same with an error only where there is one.
    fn with_errors(self, known: Known) -> Self {
        match self {
            Self::At { percentile: Estimate { value, standard_error }, better_above } => Self::At {
                percentile: Estimate { value, standard_error: known.error(Some(standard_error)) },
                better_above,
            },
            other => other,
        }
    }

    /// What is found, in words for files and tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::At { better_above: true, .. } => "better above",
            Self::At { better_above: false, .. } => "better below",
            Self::AlwaysBetter => "better at every percentile",
            Self::AlwaysWorse => "worse at every percentile",
            Self::NeverDifferent => "no difference at any percentile",
            Self::Unknown => "too few lifetimes tell",
        }
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
    use statrs::distribution::{ContinuousCDF, Normal};

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
    fn bins_are_cut_at_the_exact_quantiles() {
        let normal = Normal::standard();
        for i in 1..SKILL_BINS {
            let edge = normal.inverse_cdf(i as f64 / SKILL_BINS as f64);
            assert_eq!((bin(edge - 1e-9), bin(edge + 1e-9)), (i - 1, i), "{edge}");
        }
        assert_eq!((bin(-40.0), bin(40.0), bin(0.0)), (0, 19, 10));
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
