//! The answers to one question under several sets of assumptions.

use crate::engine::Outcome;
use crate::report::Reported;
use crate::report::view::View;
use crate::report::words::Clock;
use crate::scenario::Scenario;
use crate::study::{AcrossSets, Condition, MediansAt};

/// The answers to one question under several sets.
#[derive(Clone, Copy, Debug)]
pub struct Across<'a> {
    /// The scenario under each set: as [`Scenario::under_each_set`] makes them.
    pub scenarios: &'a [Scenario],
    /// What each found.
    pub outcomes: &'a [Outcome],
    /// What the gains under each hang on; none for sets of which that was not asked.
    pub conditions: &'a [Vec<Condition>],
    /// What they have in common.
    pub found: &'a AcrossSets,
}

impl<'a> Across<'a> {
    /// The first scenario and its outcome, which stand for what all share.
    pub(in crate::report) fn first(self) -> Option<(&'a Scenario, &'a Outcome)> {
        self.scenarios.first().zip(self.outcomes.first())
    }

    /// The run under a set.
    #[must_use]
    pub fn reported(self, set: usize) -> Option<Reported<'a>> {
        Some(Reported {
            scenario: self.scenarios.get(set)?,
            outcome: self.outcomes.get(set)?,
            conditions: self.conditions.get(set).map_or(&[][..], Vec::as_slice),
        })
    }

    /// The sets by name.
    pub(in crate::report) fn names(self) -> Vec<&'a str> {
        self.scenarios.iter().map(set_name).collect()
    }

    /// Medians at the age at which savers look at their balance; at the last key age if that is not among them.
    pub(in crate::report) fn decision(self) -> Option<&'a MediansAt> {
        let age = self.first().and_then(|(scenario, outcome)| View::new(scenario, outcome).decision_age());
        let medians = &self.found.medians;
        medians.iter().find(|at| Some(at.age) == age).or(medians.last())
    }

    pub(in crate::report) fn clock(self) -> Clock {
        Clock::starting_at(self.first().map_or(0, |(_, outcome)| outcome.start_age))
    }
}

/// A set's name; a scenario that gives every figure itself has none.
pub(in crate::report) fn set_name(scenario: &Scenario) -> &str {
    scenario.assumptions.as_deref().unwrap_or("the scenario's own")
}
