//! A simulation ready to run.

use serde::{Deserialize, Serialize};

use crate::engine::plan::ladder::{Label, Ladder, Pair};
use crate::engine::plan::policy_run::Run;
use crate::market::{Fund, Gates, Law, Model, Overlay, Past};
use crate::participant::{Due, Schedule};
use crate::statistics::Sample;

/// The most lifetimes of which single figures are kept (1 MiB a figure): enough that the errors made from them are known to a
/// few per cent. Never depends on what else is in the plan, so that no policy changes another's percentiles.
pub(crate) const KEPT_LIFETIMES: u64 = 1 << 17;

/// A simulation ready to run.
///
/// Made by [`Plan::compile`]; the same inputs give the same bytes on every machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub(crate) format: u32,
    pub(crate) seed: u64,
    pub(crate) lifetimes: u64,
    pub(crate) schedule: Schedule,
    /// The step at whose open the balance at retirement is noted; `None` if nothing depends on it.
    pub(crate) base_step: Option<u32>,
    /// Benefits received in the first `y` years, for `y` from 0 to the number of years.
    pub(crate) benefits: Vec<f64>,
    /// The number of return series: the assets and inflation.
    pub(crate) series: u32,
    /// The settings of the market's frictions that change growth factors, each drawn from the same streams.
    pub(crate) worlds: Vec<World>,
    /// What happens on top of the growth factors of every world, the same in each.
    pub(crate) overlay: Option<Overlay>,
    /// Whether growth factors have a mean, and so balances.
    pub(crate) finite_means: bool,
    pub(crate) policies: Vec<Label>,
    /// One run for each policy, in order, then the rungs of the attribution ladders.
    pub(crate) runs: Vec<Run>,
    /// Policies against those that they are compared with, in order; then policies against the first one that are not among
    /// these; then the rungs of ladders against those before.
    pub(crate) pairs: Vec<Pair>,
    /// How many of the pairs are comparisons of policies with those that they are compared with.
    pub(crate) compared: u32,
    pub(crate) ladders: Vec<Ladder>,
    /// Years (from zero) at whose end policies are compared.
    pub(crate) key_years: Vec<u32>,
    /// The lifetimes, from the first on, of which single figures are kept.
    pub(crate) kept: u64,
    /// When payments are due, if sustainable withdrawal rates are asked for.
    pub(crate) due: Option<Due>,
    /// SHA-256 of the canonical bytes, made once.
    #[serde(skip)]
    pub(in crate::engine) hash: [u8; 32],
}

/// Growth factors under one setting of the frictions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct World {
    pub(crate) model: Model,
    /// The asset whose fall measures stress, and what undoes the fee in its growth factors; `None` if no run in
    /// this world asks for stress.
    pub(crate) stress: Option<(u32, f64)>,
    /// Funds whose NAV, profit share or sleeve makes growth factors of their own.
    pub(crate) funds: Vec<Fund>,
    /// How what they have not told before the start is found.
    pub(crate) past: Past,
    /// The gates of funds; `None` if no run in this world asks for them.
    pub(crate) gates: Option<Gates>,
}

impl Plan {
    /// The number of lifetimes.
    #[must_use]
    pub fn lifetimes(&self) -> u64 {
        self.lifetimes
    }

    /// Whether each possible lifetime is there once, so that there is no sampling error.
    #[must_use]
    pub fn enumerates(&self) -> bool {
        self.worlds.iter().any(|world| matches!(world.model.law(), Law::Historical(_)))
    }

    /// How many figures are kept.
    pub(crate) fn kept_figures(&self) -> usize {
        self.kept as usize * (self.key_years.len() * self.runs.len() + self.policies.len())
    }

    /// A sample of nothing yet: of every value if there are only as many lifetimes as there are.
    pub(crate) fn empty_sample(&self) -> Sample {
        if self.enumerates() { Sample::exact() } else { Sample::default() }
    }

    /// Assets and inflation.
    pub(crate) fn series(&self) -> usize {
        self.series as usize
    }

    pub(crate) fn steps_per_year(&self) -> usize {
        self.schedule.steps_per_year as usize
    }

    /// Steps whose growth factors are made, used by every policy, and forgotten: a quarter of a monthly year, so
    /// that they stay in the nearest cache.
    pub(crate) fn steps_at_once(&self) -> usize {
        self.steps_per_year().min(if self.steps_per_year() == 12 { 3 } else { 4 })
    }
}
