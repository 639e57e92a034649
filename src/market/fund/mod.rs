//! The funds that hold assets: how their NAVs are made, how they borrow and pay out, and what they do in the lanes of a tile.

mod appraisal;
mod compile;
mod expected_incentive;
mod fee_stack;
mod gate;
mod gates;
mod lanes;
mod leverage;
mod news;
mod past;
mod vehicle;
mod wait;

pub use appraisal::{Appraisal, Smoothing};
pub(crate) use compile::funds_of;
pub use expected_incentive::ExpectedIncentive;
pub use fee_stack::FeeStack;
pub use gate::{Gate, GateRule, Unfilled};
pub(crate) use gates::Gates;
pub(crate) use lanes::{Fund, FundIngredients, FundMemory, FundSwitches, Quote, has_news};
pub use leverage::Leverage;
pub(crate) use past::Past;
pub use vehicle::Vehicle;
