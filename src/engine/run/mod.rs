//! Lifetimes simulated: tiles of them over threads, instruction sets and ranges, with the same bits.

mod dispatch;
mod follow;
mod markets;
mod threads;
mod tile;
mod trace;
mod workspace;

pub use dispatch::InstructionSet;
pub use threads::{
    MAX_THREADS, Progress, RunOptions, run, run_range, run_range_on, run_range_with, simulate,
};
pub use trace::trace;
