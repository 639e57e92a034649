//! The plan: a simulation with every default filled in, as flat arrays with canonical bytes and a hash.
//! Whoever runs a part of the work gets these bytes, never a path.

mod bytes;
mod ladder;
mod policy_run;
mod prices;
mod sales;
mod simulation;
mod soundness;

pub(crate) use bytes::FORMAT;
pub(crate) use ladder::{Label, Ladder, LadderRung, Pair};
pub(crate) use policy_run::Run;
pub(crate) use prices::{Appraised, Terms};
pub(crate) use sales::{HalfSpread3, SaleGroup, SaleLoss};
pub use simulation::Plan;
pub(crate) use simulation::{KEPT_LIFETIMES, World};
