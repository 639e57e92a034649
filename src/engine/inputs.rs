//! The whole question as plain values: what the scenario room makes from a file, and a library user from code.

use crate::error::{Error, Result};
use crate::market::Market;
use crate::participant::Participant;
use crate::policy::Policy;

/// The most lifetimes of one run.
pub const MAX_LIFETIMES: u64 = 1 << 40;

/// A simulation to be run.
#[derive(Clone, Debug, PartialEq)]
pub struct Inputs {
    /// How returns are drawn and what trading costs.
    pub market: Market,
    /// Whose money it is.
    pub participant: Participant,
    /// The policies to compare, at least one; each with the first unless it names another.
    pub policies: Vec<Policy>,
    /// How much is simulated.
    pub settings: Settings,
}

impl Inputs {
    /// The policy with which another is compared: the one that it names, or the first; `None` for the first one itself unless it
    /// names another.
    ///
    /// # Errors
    ///
    /// A policy that names itself or one that is not there.
    pub fn compared_with(&self, policy: usize) -> Result<Option<usize>> {
        let Some(key) = self.policies.get(policy).and_then(|policy| policy.against.as_ref()) else {
            return Ok((policy > 0).then_some(0));
        };
        let place = self.policies.iter().position(|other| other.key == *key);
        place.filter(|&place| place != policy).map(Some).ok_or_else(|| {
            let others = self.policies.iter().enumerate().filter(|(place, _)| *place != policy);
            let keys: Vec<&str> = others.map(|(_, other)| other.key.as_str()).collect();
            let accepted = format!("the key of another policy: {}", keys.join(", "));
            Error::invalid(format!("policy[{policy}].against"), format_args!("`{key}`"), accepted)
        })
    }
}

/// How much is simulated, and from which seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The number of lifetimes, 1 to [`MAX_LIFETIMES`].
    pub lifetimes: u64,
    /// The seed of all random numbers.
    pub seed: u64,
    /// Steps in a year: 1, 4 or 12.
    pub steps_per_year: u32,
    /// Ages at which policies are compared, beside retirement; ages that are not simulated are refused. Empty:
    /// fifteen years after retirement and the horizon.
    pub key_ages: Vec<u32>,
    /// Whether every policy is run again without frictions and with one after the other.
    pub attribution: bool,
    /// Whether the sustainable withdrawal rate of every lifetime is found; always so for models that have each possible
    /// lifetime once.
    pub sustainable_rate: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lifetimes: 100_000,
            seed: 20_260_101,
            steps_per_year: 12,
            key_ages: vec![],
            attribution: false,
            sustainable_rate: false,
        }
    }
}
