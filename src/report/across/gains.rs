//! Which gains survive which set of assumptions: the same comparison under each, in words.

use crate::engine::{Comparison, Estimate};
use crate::report::across::{Across, set_name};
use crate::report::finding::Finding;
use crate::report::held;
use crate::report::view::View;
use crate::report::words::{name_of, one_line};
use crate::scenario::Scenario;
use crate::study::Gain;

/// A comparison under every set.
pub(super) struct UnderEachSet {
    /// The policy and the one that it is compared with.
    pub policy: usize,
    pub against: usize,
    /// By set: how much better in each figure of [`Gain::ALL`].
    gains: Vec<[Option<Estimate>; 3]>,
}

impl UnderEachSet {
    /// Every comparison, in the order of the policies.
    pub(super) fn all(across: Across<'_>) -> Vec<Self> {
        let Some(age) = across.decision().map(|at| at.age) else { return vec![] };
        let Some((_, first)) = across.first() else { return vec![] };
        let each = first.comparisons.iter().map(|comparison| {
            let under = |set: usize| {
                let view = across.reported(set)?.view();
                let is_same =
                    |c: &&Comparison| (c.policy, c.against) == (comparison.policy, comparison.against);
                let found = view.outcome.comparisons.iter().find(is_same)?;
                Some(Gain::ALL.map(|gain| told(view, gain, found, age)))
            };
            let gains = (0..across.scenarios.len()).map(|set| under(set).unwrap_or([None; 3]));
            Self { policy: comparison.policy, against: comparison.against, gains: gains.collect() }
        });
        each.collect()
    }

    /// By set: the difference of the median.
    pub(super) fn median(&self, set: usize) -> Option<Estimate> {
        self.gains.get(set)?[Gain::Median as usize]
    }

    /// By set: the difference of ruin, of which less is better.
    pub(super) fn ruin(&self, set: usize) -> Option<Estimate> {
        let less = self.gains.get(set)?[Gain::Ruin as usize]?;
        Some(Estimate { value: 0.0 - less.value, ..less })
    }

    /// What is better and what is worse under which sets: a sentence.
    pub(super) fn sentence(&self, across: Across<'_>) -> String {
        let names = across.names();
        let figures =
            [(Gain::Median, "median"), (Gain::Unlucky, "unlucky 5th percentile"), (Gain::Ruin, "ruin")];
        let parts: Vec<String> = figures
            .into_iter()
            .filter_map(|(gain, name)| Some(format!("{name} {}", self.by_finding(gain, &names)?)))
            .collect();
        let outcome = across.first().map(|(_, outcome)| outcome);
        let name = |policy: usize| outcome.map_or_else(String::new, |outcome| name_of(outcome, policy));
        format!("{} against {}: {}.", name(self.policy), name(self.against), parts.join("; "))
    }

    /// `better under a, worse under b and c`; `None` if nothing is known of the figure.
    fn by_finding(&self, gain: Gain, names: &[&str]) -> Option<String> {
        let (better, worse) = if gain == Gain::Ruin { ("less", "more") } else { ("better", "worse") };
        let words =
            [(Finding::Better, better), (Finding::Worse, worse), (Finding::Unclear, "not clearly different")];
        let found: Vec<Option<Finding>> =
            self.gains.iter().map(|gains| gains[gain as usize].map(Finding::of)).collect();
        let parts = words.into_iter().filter_map(|(finding, word)| {
            let sets: Vec<String> = found
                .iter()
                .zip(names)
                .filter(|(of, _)| **of == Some(finding))
                .map(|(_, name)| one_line(name))
                .collect();
            match sets.as_slice() {
                [] => None,
                all if all.len() == found.len() && all.len() > 1 => Some(format!("{word} under all")),
                [one] => Some(format!("{word} under {one}")),
                [first @ .., last] => Some(format!("{word} under {} and {last}", first.join(", "))),
            }
        });
        let parts: Vec<String> = parts.collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

fn told(view: View<'_>, gain: Gain, comparison: &Comparison, age: u32) -> Option<Estimate> {
    if gain == Gain::Ruin {
        let ruin = view.ruin_difference(comparison, view.whom())?;
        return Some(view.certain(Estimate { value: 0.0 - ruin.value, ..ruin }));
    }
    gain.of(comparison, age, view.ruin_of()).map(|difference| view.certain(difference))
}

/// Figures whose source gains from them, by set and interest: `Bitcoin under a (VanEck sells Bitcoin funds)`.
pub(in crate::report) fn interests(across: Across<'_>) -> Vec<String> {
    let all: Vec<usize> = (0..across.first().map_or(0, |(_, outcome)| outcome.policies.len())).collect();
    let of_set = |scenario: &Scenario| -> Vec<String> {
        let told = held::interests(scenario, &all).into_iter();
        told.map(|(interest, assets)| {
            format!("{} under {} ({interest})", assets.join(", "), set_name(scenario))
        })
        .collect()
    };
    across.scenarios.iter().flat_map(of_set).collect()
}
