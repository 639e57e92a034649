//! One question under several sets of assumptions, side by side: table, JSON, CSV and chart.

mod csv;
mod gains;
mod json;
mod table;

pub use csv::assumptions_csv;
pub(in crate::report) use gains::interests;
pub use json::assumptions_json;
pub use table::assumptions_table;

use crate::engine::{Estimate, Outcome};
use crate::report::Reported;
use crate::report::view::View;
use crate::report::words::{Clock, MARGIN};
use crate::scenario::Scenario;
use crate::study::{AcrossSets, Condition, Decomposition, MediansAt, SURE};

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

/// Which decomposition speaks first: that of logarithms, in which a policy that earns a tenth more counts the same under every
/// set; in dollars the set with the largest balances would decide alone. Dollars where a median is zero.
pub(in crate::report) fn primary(at: &MediansAt) -> Option<(Decomposition, &'static str)> {
    let logarithms = at.logarithms.map(|parts| (parts, "of the logarithms of the medians"));
    logarithms.or_else(|| at.dollars.decomposition.map(|parts| (parts, "of the medians in dollars")))
}

/// The three shares in words: `assumptions 93.1 % ± 0.8, policies 5.9 % ± 0.7, both together 1.0 % ± 0.1`.
pub(in crate::report) fn shares_in_words(parts: Decomposition) -> String {
    let share = |name: &str, part: Estimate| {
        let margin = 100.0 * MARGIN * part.standard_error;
        // Two decimals where the error allows them.
        let decimals = if margin < 0.095 { 2 } else { 1 };
        let told =
            if margin.is_finite() { format!(" ± {:.decimals$}", margin.max(0.01)) } else { String::new() };
        format!("{name} {:.decimals$} %{told}", 100.0 * part.value)
    };
    [
        share("assumptions", parts.assumptions),
        share("policies", parts.policies),
        share("both together", parts.interaction),
    ]
    .join(", ")
}

/// What weighs more, as the beginning of a sentence; only a sure difference is claimed.
///
/// Of two shares of one total the error of the difference is at most the sum of both, however they move together.
pub(in crate::report) fn finding(parts: Decomposition, what: &str) -> String {
    let is_more = |one: Estimate, other: Estimate| {
        one.value - other.value > SURE * (one.standard_error + other.standard_error)
    };
    let Decomposition { assumptions, policies, interaction } = parts;
    if is_more(interaction, assumptions) && is_more(interaction, policies) {
        format!("What a policy does to the {what} depends on whose assumptions one believes")
    } else if is_more(assumptions, policies) {
        format!("Whose assumptions one believes moves the {what} more than the policy does")
    } else if is_more(policies, assumptions) {
        format!("The policy moves the {what} more than whose assumptions one believes")
    } else {
        format!("Policy and assumptions move the {what} about alike")
    }
}
