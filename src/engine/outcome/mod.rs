//! What a run found out: plain values with their errors. Knows no plan.

mod estimate;
mod results;
mod skill;
mod trace;

pub use estimate::{COMPARED_PERCENTILES, Distribution, Estimate, Interval, PERCENTILES};
pub use results::{
    Attribution, BalanceTable, Comparison, ComparisonAt, Outcome, PolicyOutcome, PrivateOutcome, Replicates,
    Rung, RungAt, StartOutcome, StartUnderPolicy,
};
pub use skill::{BreakEven, BySkill, SKILL_BINS, SkillPoint};
pub use trace::{AccountStep, MarketStep, Trace};
