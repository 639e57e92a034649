//! A scenario as read: the question, under each of its sets of assumptions.

use crate::engine::{Inputs, Settings};
use crate::scenario::expectation::Expectation;
use crate::scenario::output_choices::OutputChoices;

/// A scenario, read and checked: everything that a run and its report need.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Short name, used for the output folder: lower-case letters, digits, `_` and `-`.
    pub name: String,
    /// One line for tables and charts.
    pub title: String,
    /// Prose: what is asked and how to read the answer; may be empty.
    pub description: String,
    /// The simulation itself.
    pub inputs: Inputs,
    /// The assumption set by name, such as `base_2026`; `None` if the file gives every figure itself. Of several, the
    /// first.
    pub assumptions: Option<String>,
    /// The same question under further sets of assumptions, in order: the same assets, participant, policies, settings
    /// and so the same lifetimes.
    pub further: Vec<Variant>,
    /// Who published the assumptions, for footers, in one short line.
    pub source: String,
    /// What is drawn and written.
    pub output: OutputChoices,
    /// Results that the scenario is expected to give, checked by a test.
    pub expectations: Vec<Expectation>,
    /// What the user should know although the run goes on, such as a repaired correlation matrix.
    pub warnings: Vec<String>,
}

impl Scenario {
    /// The scenario under each of its sets of assumptions, the first one first: as many scenarios of one set each, which
    /// differ in nothing else.
    #[must_use]
    pub fn under_each_set(&self) -> Vec<Self> {
        let alone = Self { further: vec![], ..self.clone() };
        let under = |variant: &Variant| Self {
            assumptions: variant.assumptions.clone(),
            source: variant.source.clone(),
            inputs: variant.inputs.clone(),
            expectations: vec![],
            ..alone.clone()
        };
        let further: Vec<Self> = self.further.iter().map(under).collect();
        std::iter::once(alone).chain(further).collect()
    }

    /// Changes how much is simulated, under every set of assumptions alike.
    pub fn change_settings(&mut self, change: impl Fn(&mut Settings)) {
        change(&mut self.inputs.settings);
        self.further.iter_mut().for_each(|variant| change(&mut variant.inputs.settings));
    }
}

/// A scenario's question under another set of assumptions.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// The set by name.
    pub assumptions: Option<String>,
    /// Who published it, for footers, in one short line.
    pub source: String,
    /// The simulation.
    pub inputs: Inputs,
}
