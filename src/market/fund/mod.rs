//! The funds that hold assets: how their NAVs are made, how they borrow and pay out, and what they do in the lanes of a tile.

mod appraisal;
mod gate;
mod gates;
mod lanes;
mod leverage;
mod vehicle;

pub use appraisal::{Appraisal, Smoothing};
pub use gate::{Gate, GateRule, Unfilled};
pub(crate) use gates::Gates;
pub(crate) use lanes::{Fund, FundMemory, FundSwitches, Quote};
pub use leverage::Leverage;
pub use vehicle::Vehicle;
