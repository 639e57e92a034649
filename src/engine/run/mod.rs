//! Lifetimes simulated: tiles of them over threads, instruction sets and ranges, with the same bits.

mod dispatch;
mod follow;
mod markets;
mod record;
mod threads;
mod tile;
mod trace;
mod workspace;

pub use dispatch::InstructionSet;
pub use record::{RecordColumn, Recorder, record_columns};
pub use threads::{
    MAX_THREADS, Progress, RunOptions, run, run_range, run_range_on, run_range_with, run_recorded, simulate,
};
pub use trace::trace;
