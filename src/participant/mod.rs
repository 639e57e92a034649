//! Floor 4: pay, contributions, benefits, death and spending. Knows no market: everything is in today's
//! dollars or in shares of a balance, and the engine multiplies by prices.

mod account;
mod career;
mod life_table;
mod mortality;
mod plan_rules;
mod saver;
mod schedule;
mod spending;

pub use account::{Account, Withdrawal};
pub use career::{AgeProfile, Career};
pub use mortality::{Life, Sex, complete_life_expectancy, survival};
pub use plan_rules::{Contribution, Limits, MatchTier, PlanRules};
pub use saver::{Benefit, Saver};
pub(crate) use schedule::Due;
pub use schedule::{Indexing, PaymentTiming, PaymentsPer, Schedule};
pub use spending::Spending;

use crate::error::Result;

/// The oldest age that a simulation reaches.
pub const MAX_AGE: u32 = 120;

/// Whose money is simulated.
#[derive(Clone, Debug, PartialEq)]
pub enum Participant {
    /// A worker who saves in a plan, retires and spends.
    Saver(Saver),
    /// An account with payments in or out and nothing else, for checking against formulas.
    Account(Account),
}

impl Participant {
    /// The participant's payments as flat arrays over the steps of the simulation.
    ///
    /// # Errors
    ///
    /// Every figure of the participant that is out of range, with its key.
    pub fn schedule(&self, steps_per_year: u32) -> Result<Schedule> {
        match self {
            Self::Saver(saver) => saver.schedule(steps_per_year),
            Self::Account(account) => account.schedule(steps_per_year),
        }
    }
}
