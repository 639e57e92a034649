//! Names of policies, pairs of runs and ladders of them.

use serde::{Deserialize, Serialize};

use crate::market::Friction;

/// A policy's names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Label {
    pub(crate) key: String,
    pub(crate) name: String,
}

/// Two runs compared on the same lifetimes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pair {
    pub(crate) run: u32,
    pub(crate) against: u32,
}

/// The attribution ladder of one policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ladder {
    pub(crate) policy: u32,
    pub(crate) rungs: Vec<LadderRung>,
}

/// One rung: what was switched on last, its run, and the pair with the rung before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LadderRung {
    pub(crate) friction: Friction,
    pub(crate) run: u32,
    pub(crate) pair: Option<u32>,
}
