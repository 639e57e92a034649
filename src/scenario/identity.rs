//! Which plan a scenario is, however much of it is simulated: what a folder of results is kept for.

use sha2::{Digest, Sha256};

use crate::engine::{Plan, Settings, hexadecimal};
use crate::error::Result;
use crate::scenario::Scenario;

impl Scenario {
    /// SHA-256, in hexadecimal, over the plans under every set of assumptions and the names of the sets: the same for two scenarios
    /// that put the same question.
    ///
    /// How many lifetimes are drawn and with which seed, whether costs are attributed or sustainable rates found, titles and the
    /// `[output]` table do not count: they say how precisely and in which form one question is answered.
    ///
    /// # Errors
    ///
    /// As [`Plan::compile`].
    pub fn identity(&self) -> Result<String> {
        let mut plain = self.clone();
        let any = Settings::default();
        plain.change_settings(|settings| {
            settings.lifetimes = any.lifetimes;
            settings.seed = any.seed;
            settings.attribution = false;
            settings.sustainable_rate = false;
        });
        let mut digest = Sha256::new();
        for scenario in plain.under_each_set() {
            digest.update(Plan::compile(&scenario.inputs)?.hash());
            let set = scenario.assumptions.unwrap_or_default();
            digest.update((set.len() as u64).to_le_bytes());
            digest.update(set.as_bytes());
        }
        Ok(hexadecimal(&digest.finalize()))
    }
}
