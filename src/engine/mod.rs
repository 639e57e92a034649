//! Floor 5: from the domain's values to an [`Outcome`]. Knows no TOML; the only user of threads.

mod across;
mod compile;
mod dispatch;
mod inputs;
mod ledger;
mod loss;
mod outcome;
mod plan;
mod run;
mod summarise;
mod tally;
mod tile;

pub use across::{AcrossSets, Answers, Decomposition, MediansAt};
pub use dispatch::InstructionSet;
pub use inputs::{Inputs, MAX_LIFETIMES, Settings};
pub use outcome::{
    Attribution, BalanceTable, COMPARED_PERCENTILES, Comparison, ComparisonAt, Distribution, Estimate,
    Friction, Interval, Outcome, PERCENTILES, PolicyOutcome, Rung, RungAt, SectionFigures,
};
pub use plan::Plan;
pub use run::{MAX_THREADS, Progress, RunOptions, run, run_range, run_range_with, simulate};
pub use tally::Tally;
