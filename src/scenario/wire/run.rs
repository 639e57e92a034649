//! `[run]` as it is written.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much is simulated.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct RunTable {
    /// Number of simulated lifetimes, at least 1.
    pub lifetimes: u64,
    /// Seed of all random numbers, 0 to 2^53; the same seed gives the same results, bit for bit.
    pub seed: u64,
    /// Length of a step.
    pub step: StepWord,
    /// Ages beside retirement at which policies are compared in tables, each after the start and at most the horizon (years, for an
    /// account); at most 32. Default: fifteen years after retirement and the horizon.
    pub key_ages: Vec<u32>,
    /// Whether every policy is also run without frictions and with one after the other, to show what each costs.
    pub attribution: bool,
}

impl Default for RunTable {
    fn default() -> Self {
        let settings = crate::engine::Settings::default();
        Self {
            lifetimes: settings.lifetimes,
            seed: settings.seed,
            step: StepWord::Month,
            key_ages: settings.key_ages,
            attribution: settings.attribution,
        }
    }
}

/// Length of a step.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum StepWord {
    /// A twelfth of a year.
    Month,
    /// A quarter of a year.
    Quarter,
    /// A year.
    Year,
}
