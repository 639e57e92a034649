//! Floor 5: from the domain's values to an [`Outcome`]. Knows no TOML; the only user of threads.

mod compile;
mod inputs;
mod ledger;
mod outcome;
mod plan;
mod read;
mod run;
mod tally;
mod world;

pub use inputs::{Inputs, MAX_LIFETIMES, Settings};
pub use outcome::{
    AccountStep, Attribution, BalanceTable, BreakEven, BySkill, COMPARED_PERCENTILES, Comparison,
    ComparisonAt, Distribution, Estimate, Interval, MarketStep, Outcome, PERCENTILES, PolicyOutcome,
    PrivateOutcome, Replicates, Rung, RungAt, SKILL_BINS, SkillPoint, StartOutcome, StartUnderPolicy, Trace,
};
pub use plan::Plan;
pub(crate) use read::hexadecimal;
pub use run::{
    InstructionSet, MAX_THREADS, Progress, RunOptions, run, run_range, run_range_on, run_range_with,
    simulate, trace,
};
pub use tally::Tally;
