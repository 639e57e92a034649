//! Run-time choice of the instruction set: the same code compiled for each, with the same bits.

use fearless_simd::{Level, dispatch};

use crate::engine::outcome::Trace;
use crate::engine::plan::Plan;
use crate::engine::run::workspace::Workspace;
use crate::engine::run::{follow, tile};
use crate::engine::tally::Tally;
use crate::error::{Error, Result};

/// An instruction set that this machine can run.
#[derive(Clone, Copy, Debug)]
pub struct InstructionSet(Level);

impl InstructionSet {
    /// Those that this machine can run, the fastest last.
    #[must_use]
    pub fn available() -> Vec<Self> {
        let best = Level::new();
        let mut sets = vec![Self(Level::baseline())];
        #[cfg(target_arch = "x86_64")]
        {
            sets.extend(best.as_sse4_2().map(|token| Self(Level::Sse4_2(token))));
            sets.extend(best.as_avx2().map(|token| Self(Level::Avx2(token))));
        }
        sets.push(Self(best));
        sets
    }

    /// The one of a name, such as `sse4_2`, in letters of either case.
    ///
    /// # Errors
    ///
    /// A name that no instruction set of this machine has.
    pub fn named(name: &str) -> Result<Self> {
        let sets = Self::available();
        let found = sets.iter().find(|set| set.to_string().eq_ignore_ascii_case(name));
        found.copied().ok_or_else(|| {
            let mut names: Vec<String> = sets.iter().map(|set| set.to_string().to_lowercase()).collect();
            names.dedup();
            Error::invalid("instructions", format_args!("`{name}`"), names.join(" or "))
        })
    }

    /// The fastest that this machine can run.
    #[must_use]
    pub fn best() -> Self {
        Self(Level::new())
    }
}

impl std::fmt::Display for InstructionSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = format!("{:?}", self.0);
        f.write_str(name.split(['(', ' ']).next().unwrap_or_default())
    }
}

/// Simulates lifetimes `first .. first + count` with the given instruction set.
pub(crate) fn simulate<const L: usize>(
    set: InstructionSet,
    plan: &Plan,
    first: u64,
    count: u64,
    workspace: &mut Workspace<L>,
    tally: &mut Tally,
) {
    dispatch!(set.0, simd => tile::simulate(simd, plan, first, count, workspace, tally));
}

/// Follows a few lifetimes step by step: with the least instruction set of the machine's kind, because it is used rarely and
/// each further one would have to be compiled.
pub(crate) fn trace(plan: &Plan, first: u64, used: usize) -> Vec<Trace> {
    #[cfg(target_arch = "x86_64")]
    {
        // Every processor of this kind has it.
        Level::baseline().as_sse2().map_or_else(Vec::new, |simd| follow::follow(simd, plan, first, used))
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        dispatch!(Level::baseline(), simd => follow::follow(simd, plan, first, used))
    }
}
