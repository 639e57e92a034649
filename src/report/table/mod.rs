//! The terminal's table: figures by policy, each policy against the first, the frictions if they were asked
//! for, and the verdict in words.

mod against;
mod balances;
mod cells;
pub(super) mod grid;
mod hangs_on;
mod key_ages;
mod ladder;
mod managers;
mod over_life;
pub(super) mod page;
mod private;
mod ruin;
mod starts;
mod verdict;
mod whole;

pub use whole::table;
