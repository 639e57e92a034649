//! Of whom a probability of ruin is told. Within a table or a sentence it is one and the same.

use crate::engine::{Comparison, Estimate, Interval, PolicyOutcome};
use crate::report::view::View;
use crate::report::words::Clock;
use crate::study::RuinOf;

/// Of whom a probability of ruin is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Whom {
    /// All lifetimes that begin; where nobody dies there is no other.
    All,
    /// Those who live to retire.
    Retired,
    /// Those still alive at an age.
    Alive(u32),
}

impl Whom {
    /// Who they are, after a probability: `of those who retire`, `of those alive at 95`.
    pub(in crate::report) fn words(self, clock: Clock) -> String {
        match self {
            Self::All => "of all lifetimes".to_string(),
            Self::Retired => "of those who retire".to_string(),
            Self::Alive(age) => format!("of those alive {}", clock.at(age)),
        }
    }
}

impl View<'_> {
    /// Of whom ruin is told first: a saver asks for those who live to retire, somebody retired for whoever grows old.
    pub(in crate::report) fn whom(self) -> Whom {
        let retires = self.outcome.retirement_age.is_some_and(|age| age > self.outcome.start_age);
        match (self.some_die(), retires, self.planners_age()) {
            (true, true, _) => Whom::Retired,
            (true, false, Some(age)) => Whom::Alive(age),
            (false, ..) | (true, false, None) => Whom::All,
        }
    }

    /// Of whom ruin is drawn where policies are compared: all lifetimes, as in the charts of one policy, but for somebody
    /// retired whoever grows old.
    pub(in crate::report) fn whom_drawn(self) -> Whom {
        match self.whom() {
            Whom::All | Whom::Retired => Whom::All,
            alive @ Whom::Alive(_) => alive,
        }
    }

    /// Who they are, in the words of a chart.
    pub(in crate::report) fn whom_drawn_in_words(self) -> String {
        match (self.whom_drawn(), self.outcome.enumerated) {
            (Whom::All, true) => "of all start dates".to_string(),
            (whom, _) => whom.words(self.clock),
        }
    }

    /// The age to which a planner reckons: the last key age that is shown, or else the last age.
    pub(in crate::report) fn planners_age(self) -> Option<u32> {
        self.key_ages().into_iter().max().or_else(|| self.last_age())
    }

    /// A policy's probability of ruin.
    pub(in crate::report) fn ruin(self, policy: &PolicyOutcome, whom: Whom) -> Option<Interval> {
        match whom {
            Whom::All => policy.ruin,
            Whom::Retired => policy.ruin_of_retired,
            Whom::Alive(age) => policy
                .ruin_by_age_if_alive
                .get(self.outcome.age_index(age)?)
                .copied()
                .filter(|_| policy.ruin.is_some()),
        }
    }

    /// A policy's probability of ruin less that of the one that it is compared with.
    pub(in crate::report) fn ruin_difference(self, comparison: &Comparison, whom: Whom) -> Option<Estimate> {
        match whom {
            Whom::All => comparison.ruin_difference,
            Whom::Retired => {
                let row = self.outcome.age_index(self.outcome.retirement_age?)?;
                let alive = self.outcome.alive.get(row).copied().filter(|alive| *alive > 0.0)?;
                comparison.ruin_difference.map(|difference| Estimate {
                    value: difference.value / alive,
                    standard_error: difference.standard_error / alive,
                })
            }
            Whom::Alive(age) => comparison.at.iter().find(|at| at.age == age)?.ruin_difference_if_alive,
        }
    }

    /// How the engine tells gains in ruin so that they are those of [`View::whom`].
    pub(in crate::report) fn ruin_of(self) -> RuinOf {
        match self.whom() {
            Whom::All | Whom::Retired => RuinOf::Lifetimes,
            Whom::Alive(_) => RuinOf::Alive,
        }
    }
}
