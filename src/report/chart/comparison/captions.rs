//! What the chart of all policies says in words: the finding, its other side, and a description for screen
//! readers.

use crate::engine::{Comparison, Estimate};
use crate::report::chart::comparison::panel::MoneyScales;
use crate::report::chart::comparison::panel::ruin_drawn;
use crate::report::chart::frame::{BODY, title_style};
use crate::report::chart::names;
use crate::report::condition::{Condition, Source};
use crate::report::implausible::implausible;
use crate::report::lead::{Lead, lead, reference};
use crate::report::view::{P5, P50, View};
use crate::report::words::{MARGIN, capitalised, count, dollars_of, money, percent, percent_with_interval};
use crate::scenario::{MoneyAxis, Scenario};
use crate::study::{Condition as Hanging, Gain, Premium};

/// Room for a name within a title, and within a line that holds two.
const TITLE_ROOM: f64 = 420.0;
const NAME_ROOM: f64 = 230.0;

/// The most policies whose break-evens are told.
const MOST_ENDS: usize = 5;

/// The most policies that a title names.
const MOST_NAMED: usize = 3;

/// The policy with which all others are compared, if it is one.
pub(super) fn common_reference(view: View<'_>) -> Option<usize> {
    let first = view.outcome.comparisons.first()?.against;
    view.outcome.comparisons.iter().all(|comparison| comparison.against == first).then_some(first)
}

/// Who leads in one of the percentiles that are compared, by its place among them.
fn lead_at(view: View<'_>, age: u32, place: usize) -> Lead {
    lead(view.outcome, |comparison| {
        let at = comparison.at.iter().find(|at| at.age == age)?;
        at.percentile_differences.get(place).map(|difference| view.certain(*difference))
    })
}

/// The finding with its condition: which policy has the highest median at the age of decision, if that is no noise, against the
/// one that it is compared with, and what that rests on.
pub(in crate::report::chart) fn title(scenario: &Scenario, view: View<'_>) -> String {
    let style = title_style();
    let names = names::fitted(view.outcome, style.size, style.weight, TITLE_ROOM);
    let name = |policy: usize| names.get(policy).map_or("", String::as_str);
    let (Some(age), first) = (view.decision_age(), name(0)) else { return name(0).to_string() };
    let median = |policy: usize| view.percentile(policy, age, P50).map_or(f64::NAN, |i| i.value);
    let at = view.clock.at(age);
    let whose = Source::of(scenario).in_words();
    let rests_on = |policy: usize, against: usize| {
        Condition::of(scenario, view.outcome, (policy, against), age).in_words(&scenario.inputs.market)
    };
    let policies = view.outcome.policies.len();
    if policies < 2 {
        return format!("{first}: median {} {at}, {whose}", money(median(0)));
    }
    if (0..policies).all(|policy| median(policy) == 0.0) {
        return format!("Under every policy the median {at} is $0{}, {whose}", all_run_out(view));
    }
    match lead_at(view, age, 1) {
        Lead::Unknown => {
            let lifetimes = count(view.outcome.lifetimes);
            format!(
                "{lifetimes} lifetimes are too few to tell which policy has the highest median {at}, {whose}"
            )
        }
        Lead::Nobody => {
            let verb = if view.outcome.enumerated { "has" } else { "is sure to have" };
            match common_reference(view) {
                Some(reference) => {
                    format!("No policy {verb} a higher median {at} than {}, {whose}", name(reference))
                }
                None => format!(
                    "No policy {verb} the highest median {at}: the best has no more than what it is compared with, {whose}"
                ),
            }
        }
        Lead::Alone(best) => {
            let against = reference(view.outcome, best).unwrap_or_else(|| runner_up(view, age, best));
            let (amount, other) = (money(median(best)), money(median(against)));
            let condition = rests_on(best, against);
            format!(
                "Highest median {at}: {}, {amount} against {other} for {}, {condition}",
                name(best),
                name(against)
            )
        }
        Lead::Shared(tied) => {
            let shown: Vec<&str> = tied.iter().take(MOST_NAMED).map(|&policy| name(policy)).collect();
            let more = match tied.len().saturating_sub(MOST_NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            // A condition is told only if it is that of them all.
            let mut conditions = tied.iter().map(|&policy| {
                reference(view.outcome, policy)
                    .map_or_else(|| whose.clone(), |against| rests_on(policy, against))
            });
            let of_best = conditions.next().unwrap_or_else(|| whose.clone());
            let condition =
                if conditions.all(|of_other| of_other == of_best) { of_best } else { whose.clone() };
            format!("Highest medians {at}, too close to tell apart: {}{more}, {condition}", shown.join("; "))
        }
    }
}

/// The policy with the highest median beside the best.
fn runner_up(view: View<'_>, age: u32, best: usize) -> usize {
    let median = |policy: &usize| view.percentile(*policy, age, P50).map_or(f64::NEG_INFINITY, |i| i.value);
    let others = (0..view.outcome.policies.len()).filter(|policy| *policy != best);
    others.max_by(|a, b| median(a).total_cmp(&median(b))).unwrap_or(0)
}

/// Between which shares all policies run out of money, as a clause; empty where nothing is withdrawn.
fn all_run_out(view: View<'_>) -> String {
    let ruins =
        (0..view.outcome.policies.len()).filter_map(|policy| ruin_drawn(view, policy)).map(|r| r.value);
    let (least, most) = ruins.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, m), r| (l.min(r), m.max(r)));
    let of = view.whom_drawn_in_words();
    match (percent(least), percent(most)) {
        _ if least > most => String::new(),
        (least, most) if least == most => format!(" and {most} {of} run out of money"),
        (least, most) => format!(" and {least} to {most} {of} run out of money"),
    }
}

/// The other side of the finding: who fares best when it goes badly, if that is no noise.
pub(in crate::report::chart) fn safety(view: View<'_>) -> String {
    let policies = view.outcome.policies.len();
    let names = names::fitted(view.outcome, BODY.size, BODY.weight, NAME_ROOM);
    let name = |policy: usize| names.get(policy).map_or("", String::as_str);
    let mut facts = Vec::new();
    let unlucky = view.decision_age().map_or(Lead::Unknown, |age| lead_at(view, age, 0));
    if let (Some(age), Lead::Alone(best)) = (view.decision_age(), &unlucky)
        && let Some(p5) = view.percentile(*best, age, P5)
    {
        let at = view.clock.at(age);
        facts.push(format!("Highest 5th percentile {at}: {}, {}", name(*best), money(p5.value)));
    }
    if let Lead::Alone(best) = lead(view.outcome, |comparison| less_ruin(view, comparison))
        && let Some(ruin) = ruin_drawn(view, best)
    {
        let never = ruin.value == 0.0 && ruin.high.is_finite();
        let share = if never { format!("< {}", percent(ruin.high)) } else { percent(ruin.value) };
        facts.push(format!("fewest run out: {}, {share} {}", name(best), view.whom_drawn_in_words()));
    }
    if facts.is_empty() && (policies < 2 || unlucky == Lead::Unknown) {
        return String::new();
    }
    if facts.is_empty() {
        let why =
            if view.outcome.enumerated { "are alike" } else { "are within simulation noise of each other" };
        return format!("No single policy is surely the safest: the best {why}");
    }
    capitalised(&facts.join(" · "))
}

/// By how much lower the mean of what drives a gain may be until the gain in the median is gone, for the policies that have one.
pub(in crate::report::chart) fn ends(view: View<'_>, conditions: &[Hanging]) -> String {
    let names = names::fitted(view.outcome, BODY.size, BODY.weight, NAME_ROOM);
    let of = |condition: &Hanging| {
        let (_, end) = condition.ends.iter().find(|(gain, _)| *gain == Gain::Median)?;
        let points = match end {
            Premium::Found(shift) => {
                let margin = 100.0 * MARGIN * shift.standard_error;
                let margin =
                    if margin.is_finite() { format!(" ± {:.1}", margin.max(0.1)) } else { String::new() };
                format!("{:.1}{margin}", (-100.0 * shift.value).max(0.0))
            }
            Premium::Below(shift) => format!("more than {:.0}", -100.0 * shift),
            _ => return None,
        };
        Some(format!("{}: {points}", names.get(condition.policy).map_or("", String::as_str)))
    };
    let told: Vec<String> = conditions.iter().filter_map(of).collect();
    let shown = told.iter().take(MOST_ENDS).cloned().collect::<Vec<_>>().join("; ");
    let more = match told.len().saturating_sub(MOST_ENDS) {
        0 => String::new(),
        more => format!("; {more} more in summary.json"),
    };
    if told.is_empty() {
        return String::new();
    }
    format!("A higher median is gone if the mean of what drives it is lower by (points a year) {shown}{more}")
}

/// By how much the probability of ruin is below that of the policy compared with.
fn less_ruin(view: View<'_>, comparison: &Comparison) -> Option<Estimate> {
    view.ruin_difference(comparison, view.whom_drawn())
        .map(|d| view.certain(Estimate { value: 0.0 - d.value, ..d }))
}

/// What is drawn, and how.
pub(super) fn subtitle(axis: MoneyAxis, scales: &MoneyScales, view: View<'_>) -> String {
    let axis = if axis == MoneyAxis::Log { "log scale" } else { "linear scale" };
    let time = view.clock.name().to_lowercase();
    let axis = if scales.is_shared { axis.to_string() } else { format!("each {time} on its own {axis}") };
    let among = if view.some_die() { " of those alive then" } else { "" };
    let zone = scales.zone_in_words();
    let cut = if scales.are_cut(view) { "; an arrowhead: goes on beyond the axis" } else { "" };
    let dollars = dollars_of(view.basis);
    let tax = before_tax(view);
    format!(
        "Balances in {dollars}{tax}{among}, {axis}: mark = median, thick = 25th–75th, thin = 5th–95th percentile{zone}{cut}"
    )
}

/// A word on taxes where money is to be spent.
pub(in crate::report::chart) fn before_tax(view: View<'_>) -> &'static str {
    let is_spent = view.outcome.policies.iter().any(|policy| policy.ruin.is_some());
    if is_spent { " before income tax" } else { "" }
}

/// A warning where medians are beyond what anybody's savings come to.
pub(super) fn warning(view: View<'_>) -> String {
    let names = names::fitted(view.outcome, BODY.size, BODY.weight, NAME_ROOM);
    view.decision_age().and_then(|age| implausible(view, age, &names)).unwrap_or_default()
}

/// The chart in words.
pub(in crate::report::chart) fn describe(view: View<'_>) -> String {
    let mut parts = Vec::new();
    for row in 0..view.outcome.policies.len() {
        let mut facts = Vec::new();
        for age in view.decision_age().into_iter().chain(view.later_age()) {
            if let Some(median) = view.percentile(row, age, P50) {
                facts.push(format!("median {} {}", money(median.value), view.clock.at(age)));
            }
        }
        if let Some(ruin) = ruin_drawn(view, row) {
            facts.push(format!(
                "runs out of money: {} {}",
                percent_with_interval(ruin),
                view.whom_drawn_in_words()
            ));
        }
        parts.push(format!("{}: {}", names::shown(view.outcome, row), facts.join(", ")));
    }
    format!("{}. {}.", parts.join(". "), capitalised(&format!("in {}", dollars_of(view.basis))))
}
