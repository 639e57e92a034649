//! The ledger of one policy over a few steps of a tile. Every rule is a loop over vectors of lanes, assets inside; the order of a step
//! stands in `step.rs`.

mod account;
mod appraised;
mod growth;
mod invested;
mod payments;
mod private;
mod rebalance;
mod sales;
mod step;
mod trade_loss;

pub(crate) use account::Account;
pub(crate) use invested::Shadow;
pub(crate) use step::{step, steps};
