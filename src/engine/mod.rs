//! Floor 5: from the domain's values to an [`Outcome`]. Knows no TOML; the only user of threads.

mod across;
mod break_even_premium;
mod compile;
mod condition;
mod dispatch;
mod inputs;
mod ledger;
mod loss;
mod outcome;
mod plan;
mod premium_search;
mod private;
mod read;
mod run;
mod shift;
mod skill;
mod sustainable;
mod tally;
mod tile;
mod trace;

pub use across::{AcrossSets, Answers, Decomposition, MediansAt};
pub use break_even_premium::{BreakEvenPremium, SleeveAsset, break_even_premium, sleeve_of};
pub use condition::{Condition, Gain, RuinOf, SURE, conditions, drivers};
pub use dispatch::InstructionSet;
pub use inputs::{Inputs, MAX_LIFETIMES, Settings};
pub use outcome::{
    Attribution, BalanceTable, COMPARED_PERCENTILES, Comparison, ComparisonAt, Distribution, Estimate,
    Friction, Interval, Outcome, PERCENTILES, PolicyOutcome, PrivateOutcome, Replicates, Rung, RungAt,
    StartOutcome, StartUnderPolicy,
};
pub use plan::Plan;
pub use premium_search::Premium;
pub(crate) use read::hexadecimal;
pub use run::{MAX_THREADS, Progress, RunOptions, run, run_range, run_range_on, run_range_with, simulate};
pub use skill::{BreakEven, BySkill, SKILL_BINS, SkillPoint};
pub use tally::Tally;
pub use trace::{AccountStep, MarketStep, Trace, trace};
