//! Floor 4: from the domain's values to an [`Outcome`]. Knows no TOML; the only user of threads.

mod inputs;
mod outcome;

pub use inputs::{Inputs, MAX_LIFETIMES, Settings};
pub use outcome::{
    Attribution, BalanceTable, COMPARED_PERCENTILES, Comparison, ComparisonAt, Distribution, Estimate,
    Friction, Interval, Outcome, PERCENTILES, PolicyOutcome, Rung, RungAt,
};
