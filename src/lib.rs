//! Monte Carlo retirement outcomes (draft crate docs)
pub mod engine;
mod error;
pub mod market;
pub mod math;
pub mod participant;
pub mod policy;
pub mod report;
pub mod scenario;
pub mod statistics;
pub use error::{Error, ErrorKind, Location, Problem, Result};
