//! Run-time choice of the instruction set: the same code compiled three times, with the same bits.
//!
//! The only unsafe code of the crate: calling a function that was compiled for instructions which the
//! processor has just been found to have.

use crate::engine::plan::Plan;
use crate::engine::tally::Tally;
use crate::engine::tile::{self, Workspace};

/// An instruction set for which the tile is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstructionSet {
    /// What every processor of the architecture has.
    Baseline,
    /// x86-64 with AVX2.
    Avx2,
    /// x86-64 with AVX-512 (F, BW, DQ and VL).
    Avx512,
}

impl InstructionSet {
    /// Those that this machine can run, the fastest last.
    #[must_use]
    pub fn available() -> Vec<Self> {
        let mut sets = vec![Self::Baseline];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") {
                sets.push(Self::Avx2);
            }
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
            {
                sets.push(Self::Avx512);
            }
        }
        sets
    }

    /// The fastest that this machine can run.
    #[must_use]
    pub fn best() -> Self {
        Self::available().pop().unwrap_or(Self::Baseline)
    }
}

/// Simulates lifetimes `first .. first + count` with the given instruction set, or with the baseline if this
/// machine lacks it.
pub(crate) fn simulate<const L: usize>(
    set: InstructionSet,
    plan: &Plan,
    first: u64,
    count: u64,
    workspace: &mut Workspace<L>,
    tally: &mut Tally,
) {
    #[cfg(target_arch = "x86_64")]
    if set != InstructionSet::Baseline && InstructionSet::available().contains(&set) {
        return accelerated::simulate(set, plan, first, count, workspace, tally);
    }
    let _ = set;
    tile::simulate(plan, first, count, workspace, tally);
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod accelerated {
    use super::{InstructionSet, Plan, Tally, Workspace, tile};

    /// The caller has made sure that the machine has `set`.
    pub(super) fn simulate<const L: usize>(
        set: InstructionSet,
        plan: &Plan,
        first: u64,
        count: u64,
        workspace: &mut Workspace<L>,
        tally: &mut Tally,
    ) {
        match set {
            // SAFETY: `set` is in `InstructionSet::available()`, so the processor has these features.
            InstructionSet::Avx512 => unsafe { avx512(plan, first, count, workspace, tally) },
            // SAFETY: as above.
            InstructionSet::Avx2 => unsafe { avx2(plan, first, count, workspace, tally) },
            InstructionSet::Baseline => tile::simulate(plan, first, count, workspace, tally),
        }
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
    fn avx512<const L: usize>(
        plan: &Plan,
        first: u64,
        count: u64,
        workspace: &mut Workspace<L>,
        tally: &mut Tally,
    ) {
        tile::simulate(plan, first, count, workspace, tally);
    }

    #[target_feature(enable = "avx2")]
    fn avx2<const L: usize>(
        plan: &Plan,
        first: u64,
        count: u64,
        workspace: &mut Workspace<L>,
        tally: &mut Tally,
    ) {
        tile::simulate(plan, first, count, workspace, tally);
    }
}
