//! What a run says, in sentences: how the first policy fares, how the others differ from it (those that differ
//! in the same way share a sentence), and on whose judgement a gain rests.

use std::fmt::Write as _;

use crate::engine::{Comparison, Estimate};
use crate::report::table::grid::{bulleted, clipped};
use crate::report::table::judgement;
use crate::report::view::{P5, P25, P50, P75, View};
use crate::report::words::{
    capitalised, money, money_change, one_line, percent_with_interval, points_change,
};
use crate::scenario::{Basis, Scenario};

/// The most policies that a sentence names.
const MOST: usize = 6;

/// The most columns of a policy's name.
const LONGEST_NAME: usize = 40;

/// From how many standard errors a difference counts: several policies are compared in several figures at once.
const SURE: f64 = 3.0;

/// What a difference is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    Better,
    Worse,
    Unclear,
}

/// In the median, in the unlucky 5th percentile, and in ruin, if anything is withdrawn.
type Findings = (Finding, Finding, Option<Finding>);

impl Finding {
    /// Of a difference of which more is better.
    fn of(difference: Estimate) -> Self {
        let sure = difference.value.abs() > SURE * difference.standard_error;
        match difference.value {
            value if sure && value > 0.0 => Self::Better,
            value if sure && value < 0.0 => Self::Worse,
            _ => Self::Unclear,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Unclear => "no clear difference",
        }
    }
}

/// How a policy differs from the first one in what a saver asks first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Difference {
    /// The policy, by its place in the outcome.
    pub policy: usize,
    median: Estimate,
    unlucky: Estimate,
    ruin: Option<Estimate>,
}

impl Difference {
    fn new(view: View<'_>, comparison: &Comparison, age: u32) -> Option<Self> {
        let differences = comparison.at.iter().find(|at| at.age == age)?.percentile_differences;
        let [unlucky, median, _] = differences.map(|difference| view.certain(difference));
        let ruin = comparison.ruin_difference.map(|difference| view.certain(difference));
        Some(Self { policy: comparison.policy, median, unlucky, ruin })
    }

    /// Median, unlucky and ruin, in which more is worse.
    fn findings(&self) -> Findings {
        let ruin = self.ruin.map(|ruin| Finding::of(Estimate { value: -ruin.value, ..ruin }));
        (Finding::of(self.median), Finding::of(self.unlucky), ruin)
    }

    /// Whether anything is surely better.
    pub(super) fn gains(&self) -> bool {
        let (median, unlucky, ruin) = self.findings();
        [Some(median), Some(unlucky), ruin].contains(&Some(Finding::Better))
    }

    /// The policy's name with the figures that are clear.
    fn item(&self, view: View<'_>) -> String {
        let mut figures: Vec<String> = [self.median, self.unlucky]
            .into_iter()
            .filter(|difference| Finding::of(*difference) != Finding::Unclear)
            .map(|difference| money_change(difference.value))
            .collect();
        let ruin = self.ruin.filter(|ruin| Finding::of(*ruin) != Finding::Unclear);
        figures.extend(ruin.map(|ruin| format!("{} points", points_change(ruin))));
        let name = name(view, self.policy);
        if figures.is_empty() { name } else { format!("{name} ({})", figures.join(", ")) }
    }
}

/// The verdict as lines.
pub(super) fn sentences(scenario: &Scenario, view: View<'_>) -> Vec<String> {
    let Some(age) = view.decision_age() else { return vec![] };
    let bullet = |sentence: String| bulleted("- ", &sentence, "  ");
    let mut lines: Vec<String> = baseline(view, age).into_iter().flat_map(bullet).collect();
    let differences: Vec<Difference> =
        view.outcome.comparisons.iter().filter_map(|c| Difference::new(view, c, age)).collect();
    if !differences.is_empty() {
        lines.extend(bullet(lead(view, age)));
        lines.extend(groups(view, &differences).iter().flat_map(|group| bulleted("  * ", group, "    ")));
    }
    lines.extend(judgement::caution(scenario, view, &differences).into_iter().flat_map(bullet));
    lines
}

pub(super) fn name(view: View<'_>, policy: usize) -> String {
    view.outcome.policies.get(policy).map_or_else(String::new, |p| clipped(&one_line(&p.name), LONGEST_NAME))
}

/// Names as one lists them, which may hold commas; the last of many are counted only.
pub(super) fn listed(items: &[String]) -> String {
    let shown = items.get(..MOST).unwrap_or(items).join("; ");
    match items.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown} and {more} more in the table above"),
    }
}

/// Whose balance is meant: savers if anybody retires, outcomes of an account otherwise.
fn who(view: View<'_>) -> &'static str {
    if view.outcome.retirement_age.is_some() { "saver" } else { "outcome" }
}

/// How the first policy fares, in the basis of the report.
fn baseline(view: View<'_>, age: u32) -> Option<String> {
    let name = one_line(&view.outcome.policies.first()?.name);
    let at = |place: usize| view.percentile(0, age, place).map(|i| i.value);
    let (p5, p25, p50, p75) = (at(P5)?, at(P25)?, at(P50)?, at(P75)?);
    let who = who(view);
    let mut sentence = format!(
        "{}, {name} gives the median {who} {}, half of all {who}s {}–{}, and one in twenty less than {}",
        capitalised(&view.clock.at(age)),
        money(p50),
        money(p25),
        money(p75),
        money(p5),
    );
    if let Some(ruin) = view.outcome.policies.first()?.ruin {
        let _ = write!(sentence, "; {} run out of money", percent_with_interval(ruin));
    }
    Some(sentence + ".")
}

/// With what the others are compared, and what counts.
fn lead(view: View<'_>, age: u32) -> String {
    // Comparisons are in dollars of the start, whatever the rest is shown in.
    let unit = if view.basis == Basis::Nominal { ", in today's dollars" } else { "" };
    let what = if view.outcome.enumerated {
        String::new()
    } else {
        format!(", where more than {SURE} standard errors apart")
    };
    format!("Against {} {} (unlucky: the 5th percentile){unit}{what}:", name(view, 0), view.clock.at(age))
}

/// A sentence for each way to differ, in the order of the policies.
fn groups(view: View<'_>, differences: &[Difference]) -> Vec<String> {
    let mut groups: Vec<(Findings, Vec<String>)> = Vec::new();
    for difference in differences {
        let findings = difference.findings();
        let item = difference.item(view);
        match groups.iter_mut().find(|(of, _)| *of == findings) {
            Some((_, items)) => items.push(item),
            None => groups.push((findings, vec![item])),
        }
    }
    let sentence = |(findings, items): (Findings, Vec<String>)| {
        format!("{}: {}.", claim(view, findings), listed(&items))
    };
    groups.into_iter().map(sentence).collect()
}

/// A way to differ in words.
fn claim(view: View<'_>, (median, unlucky, ruin): Findings) -> String {
    let who = who(view);
    let money = if median == unlucky {
        format!("{} for the median and the unlucky {who}", median.word())
    } else {
        format!("{} for the median, {} for the unlucky {who}", median.word(), unlucky.word())
    };
    let ruin = match ruin {
        None => "",
        Some(Finding::Better) => ", with less ruin",
        Some(Finding::Worse) => ", with more ruin",
        Some(Finding::Unclear) => ", ruin about as likely",
    };
    capitalised(&money) + ruin
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::ComparisonAt;
    use crate::report::sample::{self, Recipe, USUAL};

    fn said(change: impl Fn(&mut ComparisonAt)) -> String {
        let mut outcome = sample::outcome(&Recipe { lifetimes: 500, ..Recipe::saver() }, &USUAL[..2]);
        outcome.comparisons[0].ruin_difference = Some(Estimate { value: -0.032, standard_error: 0.001 });
        change(&mut outcome.comparisons[0].at[0]);
        let scenario = sample::scenario(&USUAL[..2]);
        let lines = sentences(&scenario, View::new(&scenario, &outcome));
        lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn clear_differences_are_stated_with_their_direction() {
        let text = said(|at| {
            at.percentile_differences[1] = Estimate { value: 41_200.0, standard_error: 1_000.0 };
            at.percentile_differences[0] = Estimate { value: -3_120.0, standard_error: 400.0 };
        });
        let expected = "Better for the median, worse for the unlucky saver, with less ruin: \
                        Target date (+$41.2k, -$3.12k, -3.2 points).";
        assert!(text.contains(expected), "{text}");
    }

    #[test]
    fn noise_is_not_called_a_difference() {
        let text = said(|at| {
            at.percentile_differences[1] = Estimate { value: 900.0, standard_error: 1_000.0 };
            at.percentile_differences[0] = Estimate { value: -2_900.0, standard_error: 1_000.0 };
        });
        let expected = "No clear difference for the median and the unlucky saver, with less ruin: \
                        Target date (-3.2 points).";
        assert!(text.contains(expected), "{text}");
    }

    #[test]
    fn without_a_standard_error_nothing_is_claimed() {
        let text =
            said(|at| at.percentile_differences = [Estimate { value: 1.0, standard_error: f64::NAN }; 3]);
        assert!(text.contains("No clear difference for the median and the unlucky saver"), "{text}");
    }

    #[test]
    fn policies_that_differ_alike_share_a_sentence_and_many_are_counted() {
        let made: Vec<_> = (0..12).map(|_| USUAL[1]).collect();
        let outcome = sample::outcome(&Recipe { lifetimes: 50, ..Recipe::saver() }, &made);
        let scenario = sample::scenario(&made);
        let lines = sentences(&scenario, View::new(&scenario, &outcome));
        assert!(lines.len() <= 8 && lines.join(" ").contains("more in the table above"), "{lines:?}");
    }
}
