//! What all policies share, drawn once for a lifetime.

mod private;
mod steps;

pub(crate) use private::PrivateMemory;
pub(crate) use steps::{Environment, Quotes, WorldSteps};
