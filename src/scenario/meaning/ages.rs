//! The ages of a scenario's balances.

use crate::participant::Participant;

/// The ages at which balances are recorded: after `start`, up to `end`. Years, for an account without an age.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ages {
    pub start: u32,
    pub end: u32,
}

impl Ages {
    /// The ages at which the participant's balance is recorded.
    pub fn of(participant: &Participant) -> Self {
        match participant {
            Participant::Saver(saver) => Self { start: saver.age, end: saver.horizon_age },
            Participant::Account(account) => Self { start: account.age, end: account.age + account.years },
        }
    }

    /// Whether a balance is recorded at this age.
    pub fn contains(self, age: u32) -> bool {
        age > self.start && age <= self.end
    }
}
