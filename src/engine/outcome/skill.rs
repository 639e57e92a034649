//! One policy against another by the skill of the managers.
//!
//! The skill of a lifetime is one standard normal number, the mean of the persistent parts of all dispersed assets (see
//! [`Managers`](crate::market::Managers)); its percentile is among the managers that the stated selection reaches. It is
//! cut at its own exact quantiles into [`SKILL_BINS`] bins of equal probability, and policies are compared within each.

use crate::engine::outcome::estimate::{Estimate, Interval};

/// Bins of manager skill, each as likely as any other.
pub const SKILL_BINS: usize = 20;

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
