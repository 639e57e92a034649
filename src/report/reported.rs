//! One run as it is reported.

use crate::engine::Outcome;
use crate::report::view::View;
use crate::scenario::Scenario;
use crate::study::Condition;

/// A scenario, what its run found, and what its gains hang on.
#[derive(Clone, Copy, Debug)]
pub struct Reported<'a> {
    /// What was asked.
    pub scenario: &'a Scenario,
    /// What was found.
    pub outcome: &'a Outcome,
    /// What the sure gains hang on: of [`conditions`](crate::study::conditions) at [`condition_age`]; none if that was not asked for.
    pub conditions: &'a [Condition],
}

impl<'a> Reported<'a> {
    /// A run of which nobody asked what its gains hang on.
    #[must_use]
    pub fn new(scenario: &'a Scenario, outcome: &'a Outcome) -> Self {
        Self { scenario, outcome, conditions: &[] }
    }

    pub(super) fn view(self) -> View<'a> {
        View::new(self.scenario, self.outcome)
    }
}

/// The age (or year) and the kind of ruin at which a report speaks of gains, as [`conditions`](crate::study::conditions) asks
/// for them; `None` if there is no age to speak of.
#[must_use]
pub fn condition_age(scenario: &Scenario, outcome: &Outcome) -> Option<(u32, crate::study::RuinOf)> {
    let view = View::new(scenario, outcome);
    Some((view.decision_age()?, view.ruin_of()))
}
