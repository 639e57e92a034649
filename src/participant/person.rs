//! Whose money is simulated.

use crate::error::Result;
use crate::participant::account::Account;
use crate::participant::saver::Saver;
use crate::participant::schedule::Schedule;

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
