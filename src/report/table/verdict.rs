//! What a run says, in sentences: how the policy fares with which others are compared, how those differ from it (policies
//! that differ in the same way share a sentence), and what each gain hangs on.

use std::fmt::Write as _;

use crate::engine::{Comparison, Estimate};
use crate::report::finding::Finding;
use crate::report::implausible::implausible;
use crate::report::table::against::references;
use crate::report::table::cells::name;
use crate::report::table::hangs_on;
use crate::report::table::page::{Block, bulleted};
use crate::report::view::{P5, P25, P50, P75, View};
use crate::report::words::{
    NOTHING_LEFT, capitalised, money, money_change, one_line, percent_with_interval, points_change,
};
use crate::scenario::{Basis, Scenario};
use crate::study::{Condition, Gain, SURE};

/// The most policies that a sentence names.
const MOST: usize = 6;

/// In the median, in the unlucky 5th percentile, and in ruin, if anything is withdrawn.
type Findings = [Option<Finding>; 3];

/// How a policy differs from the one that it is compared with in what a saver asks first.
#[derive(Clone, Copy, Debug)]
struct Difference {
    /// The policy and the one that it is compared with, by their places in the outcome.
    policy: usize,
    against: usize,
    /// How much better, in the order of [`Gain::ALL`].
    gains: [Option<Estimate>; 3],
    /// Ruin as it is told: of whom the report speaks first.
    ruin: Option<Estimate>,
}

impl Difference {
    fn new(view: View<'_>, comparison: &Comparison, age: u32) -> Option<Self> {
        comparison.at.iter().find(|at| at.age == age)?;
        let gain =
            |gain: Gain| gain.of(comparison, age, view.ruin_of()).map(|difference| view.certain(difference));
        let ruin = view.ruin_difference(comparison, view.whom()).map(|ruin| view.certain(ruin));
        let (policy, against) = (comparison.policy, comparison.against);
        Some(Self { policy, against, gains: Gain::ALL.map(gain), ruin })
    }

    fn findings(&self) -> Findings {
        self.gains.map(|gain| gain.map(Finding::of))
    }

    /// The policy's name with the figures that are clear.
    fn item(&self, view: View<'_>) -> String {
        let clear = |estimate: &Estimate| Finding::of(*estimate) != Finding::Unclear;
        let money = self.gains[..2].iter().flatten().filter(|gain| clear(gain));
        let mut figures: Vec<String> = money.map(|gain| money_change(gain.value)).collect();
        let ruin = self.ruin.filter(clear);
        figures.extend(ruin.map(|ruin| format!("{} points", points_change(ruin))));
        let name = name(view, self.policy);
        if figures.is_empty() { name } else { format!("{name} ({})", figures.join(", ")) }
    }
}

/// The verdict as lines.
pub(super) fn sentences(scenario: &Scenario, view: View<'_>, conditions: &[Condition]) -> Vec<Block> {
    let Some(age) = view.decision_age() else { return vec![] };
    let bullet = |sentence: String| bulleted("- ", &sentence, "  ");
    let differences: Vec<Difference> =
        view.outcome.comparisons.iter().filter_map(|c| Difference::new(view, c, age)).collect();
    let references = references(&view.outcome.comparisons);
    let compared = |reference: &usize| differences.iter().filter(|d| d.against == *reference).count();
    // Of several policies with most comparisons, the first.
    let main = references.iter().rev().copied().max_by_key(compared).unwrap_or(0);
    let mut lines: Vec<Block> = baseline(view, main, age).into_iter().flat_map(bullet).collect();
    for reference in references {
        let of_reference: Vec<Difference> =
            differences.iter().filter(|d| d.against == reference).copied().collect();
        if !of_reference.is_empty() {
            lines.extend(bullet(lead(view, reference, age)));
            let groups = groups(view, &of_reference);
            lines.extend(groups.iter().flat_map(|group| bulleted("  * ", group, "    ")));
        }
    }
    lines.extend(hangs_on::lines(scenario, view, conditions));
    let names: Vec<String> = (0..view.outcome.policies.len()).map(|policy| name(view, policy)).collect();
    lines.extend(implausible(view, age, &names).into_iter().flat_map(bullet));
    lines
}

/// Names as one lists them, which may hold commas; the last of many are counted only.
fn listed(items: &[String]) -> String {
    let shown = items.get(..MOST).unwrap_or(items).join("; ");
    match items.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown} and {more} more in the table above"),
    }
}

/// Whose balance is meant: savers if anybody retires, start dates of a history, outcomes of an account otherwise.
fn who(view: View<'_>) -> &'static str {
    match view.outcome.retirement_age {
        Some(age) if age > view.outcome.start_age => "saver",
        _ if view.outcome.enumerated => "start date",
        Some(_) => "retiree",
        None => "outcome",
    }
}

/// How a policy fares, in the basis of the report.
fn baseline(view: View<'_>, policy: usize, age: u32) -> Option<String> {
    let found = view.outcome.policies.get(policy)?;
    let name = one_line(&found.name);
    let at = |place: usize| view.percentile(policy, age, place).map(|i| i.value);
    let (p5, p25, p50, p75) = (at(P5)?, at(P25)?, at(P50)?, at(P75)?);
    let who = who(view);
    let unlucky = if p5 > 0.0 {
        format!("one in twenty less than {}", money(p5))
    } else {
        "at least one in twenty nothing".to_string()
    };
    let amount = |dollars: f64| if dollars > 0.0 { money(dollars) } else { NOTHING_LEFT.to_string() };
    let mut sentence = format!(
        "{}, {name} leaves the median {who} {}, half of all {who}s {}–{}, and {unlucky}",
        capitalised(&view.clock.at(age)),
        amount(p50),
        amount(p25),
        amount(p75),
    );
    if let Some(ruin) = view.ruin(found, view.whom()) {
        let whom = view.whom().words(view.clock);
        let _ =
            write!(sentence, ", before income tax; {} {whom} run out of money", percent_with_interval(ruin));
    }
    Some(sentence + ".")
}

/// With what the others are compared, and what counts.
fn lead(view: View<'_>, reference: usize, age: u32) -> String {
    // Comparisons are in dollars of the start, whatever the rest is shown in.
    let unit = if view.basis == Basis::Nominal { ", in today's dollars" } else { "" };
    let sure = if view.outcome.enumerated {
        String::new()
    } else {
        format!(", where more than {SURE} standard errors apart")
    };
    let whom = if view.outcome.comparisons.iter().any(|c| c.ruin_difference.is_some()) {
        format!("; ruin {}", view.whom().words(view.clock))
    } else {
        String::new()
    };
    format!(
        "Against {} {} (unlucky: the 5th percentile{whom}){unit}{sure}:",
        name(view, reference),
        view.clock.at(age)
    )
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
fn claim(view: View<'_>, [median, unlucky, ruin]: Findings) -> String {
    let who = who(view);
    let word = |finding: Option<Finding>| finding.unwrap_or(Finding::Unclear).word();
    let money = if word(median) == word(unlucky) {
        format!("{} for the median and the unlucky {who}", word(median))
    } else {
        format!("{} for the median, {} for the unlucky {who}", word(median), word(unlucky))
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
        let lines = sentences(&scenario, View::new(&scenario, &outcome), &[]);
        texts(&lines).join(" ")
    }

    fn texts(blocks: &[Block]) -> Vec<&str> {
        let texts = blocks.iter().filter_map(|block| match block {
            Block::Text { text, .. } => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    }

    #[test]
    fn clear_differences_are_stated_with_their_direction() {
        let text = said(|at| {
            at.percentile_differences[1] = Estimate { value: 41_200.0, standard_error: 1_000.0 };
            at.percentile_differences[0] = Estimate { value: -3_120.0, standard_error: 400.0 };
        });
        let expected = "Better for the median, worse for the unlucky saver, with less ruin: \
                        Target date (+$41.2k, -$3.12k, -3.6 points).";
        assert!(text.contains(expected), "{text}");
    }

    #[test]
    fn noise_is_not_called_a_difference() {
        let text = said(|at| {
            at.percentile_differences[1] = Estimate { value: 900.0, standard_error: 1_000.0 };
            at.percentile_differences[0] = Estimate { value: -2_900.0, standard_error: 1_000.0 };
        });
        let expected = "No clear difference for the median and the unlucky saver, with less ruin: \
                        Target date (-3.6 points).";
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
        let lines = sentences(&scenario, View::new(&scenario, &outcome), &[]);
        assert!(lines.len() <= 8 && texts(&lines).join(" ").contains("more in the table above"), "{lines:?}");
    }
}
