//! Floor 2: statistics that merge exactly, because they hold integers only. Knows no finance.
//!
//! Every accumulator is push, merge, read: any order, grouping or retry of pushes and merges gives the same
//! bits, and readers return `Option` where there may be nothing to tell.

mod block_length;
mod bootstrap;
mod fixed_sum;
mod histogram;
mod ordered;
mod paired;
mod paired_percentile;
mod proportion;
mod quantile;
mod sample;
mod two_way;

pub use block_length::{BlockLengths, automatic_block_lengths};
pub use bootstrap::{Bootstrap, REPLICATES, spread};
pub use fixed_sum::{FixedSum, SquareSum};
pub use histogram::{BUCKETS_PER_OCTAVE, Histogram};
pub use ordered::Ordered;
pub use paired::PairedDifference;
pub use paired_percentile::DifferenceVariance;
pub use proportion::{WeightedEvents, difference_standard_error, probability_interval, wilson};
pub use quantile::{Cumulative, interval_ranks};
pub use sample::Sample;
pub use two_way::{SpreadShares, SpreadSquares};
