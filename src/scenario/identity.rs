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
        // Where every start date is one lifetime, their number belongs to the question.
        let enumerates = self.inputs.market.model.enumerates();
        plain.change_settings(|settings| {
            settings.lifetimes = if enumerates { settings.lifetimes } else { any.lifetimes };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::shipped;

    #[test]
    fn seeds_and_lifetimes_make_no_other_plan_and_figures_do() {
        let mut seen = vec![];
        for shipped in shipped() {
            let read = |flags: &[&str]| {
                let flags: Vec<String> = flags.iter().map(|flag| (*flag).to_string()).collect();
                Scenario::from_toml(shipped.text, shipped.name, &flags).unwrap()
            };
            let identity = read(&[]).identity().unwrap();
            let same = ["title=Other", "run.seed=5", "output.charts=false", "output.sustainable_rate=true"];
            assert_eq!(read(&same).identity().unwrap(), identity, "{}", shipped.name);
            let mut more = read(&[]);
            let enumerates = more.inputs.market.model.enumerates();
            more.change_settings(|settings| {
                settings.lifetimes += u64::from(!enumerates);
                settings.attribution = true;
            });
            assert_eq!(more.identity().unwrap(), identity, "{}", shipped.name);
            assert_ne!(read(&["policy[0].name=Other"]).identity().unwrap(), identity, "{}", shipped.name);
            assert!(!seen.contains(&identity), "{}", shipped.name);
            seen.push(identity);
        }
    }
}
