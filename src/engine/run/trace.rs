//! Lifetimes told step by step.

use std::ops::Range;

use crate::engine::outcome::Trace;
use crate::engine::plan::Plan;
use crate::engine::run::dispatch;
use crate::error::{Error, Result};
use crate::math::lanes::WIDTH;

/// Tells lifetimes step by step; a pure function of its arguments.
///
/// Meant for a few lifetimes: everything about every step is kept.
///
/// # Errors
///
/// Lifetimes that the plan does not have.
pub fn trace(plan: &Plan, lifetimes: Range<u64>) -> Result<Vec<Trace>> {
    if lifetimes.start > lifetimes.end || lifetimes.end > plan.lifetimes {
        let found = format_args!("{} to {}", lifetimes.start, lifetimes.end).to_string();
        return Err(Error::invalid("lifetimes", found, format_args!("within the plan's {}", plan.lifetimes)));
    }
    let mut traces = vec![];
    for first in lifetimes.clone().step_by(WIDTH) {
        let used = (lifetimes.end - first).min(WIDTH as u64) as usize;
        traces.extend(dispatch::trace(plan, first, used));
    }
    Ok(traces)
}
