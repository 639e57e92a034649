//! What the chart of all policies says in words: the finding, its other side, and a description for screen
//! readers.

use crate::engine::{Condition as Hanging, Estimate, Gain, Premium};
use crate::report::chart::comparison::compared_at;
use crate::report::chart::comparison::panel::MoneyScales;
use crate::report::chart::frame::{BODY, title_style};
use crate::report::chart::names;
use crate::report::condition::{Condition, Source};
use crate::report::view::{P5, P50, View};
use crate::report::words::{capitalised, count, dollars_of, money, percent, percent_with_interval};
use crate::scenario::{MoneyAxis, Scenario};

/// How sure a difference must be, in standard errors, before a chart speaks of it: several policies are
/// compared at once.
const SURE: f64 = 3.0;

/// Room for a name within a title, and within a line that holds two.
const TITLE_ROOM: f64 = 420.0;
const NAME_ROOM: f64 = 230.0;

/// The most policies whose break-evens are told.
const MOST_ENDS: usize = 5;

/// The most policies that a title names.
const MOST_NAMED: usize = 3;

/// Which policy leads in some figure.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Lead {
    /// This one is ahead of all others.
    Alone(usize),
    /// These are ahead of the first but not surely of each other, the best first.
    Shared(Vec<usize>),
    /// None is surely ahead of the first, nor the first of all others.
    Nobody,
    /// There are too few lifetimes for an error of some difference.
    Unknown,
}

/// Who leads, from the differences to the first policy (larger is better) with their paired errors.
fn lead(count: usize, difference: impl Fn(usize) -> Option<Estimate>) -> Lead {
    let same = Estimate { value: 0.0, standard_error: 0.0 };
    let all: Option<Vec<Estimate>> =
        (0..count).map(|policy| if policy == 0 { Some(same) } else { difference(policy) }).collect();
    let Some(all) = all.filter(|all| all.len() > 1) else { return Lead::Nobody };
    if all.iter().any(|difference| difference.standard_error.is_nan()) {
        return Lead::Unknown;
    }
    let best = (1..count).fold(0, |best, p| if all[p].value > all[best].value { p } else { best });
    let ahead_of = |other: &Estimate| {
        let squares = [all[best], *other].map(|e| e.standard_error * e.standard_error);
        all[best].value - other.value > SURE * (squares[0] + squares[1]).sqrt()
    };
    let mut tied: Vec<usize> = (0..count).filter(|&p| p != best && !ahead_of(&all[p])).collect();
    if tied.is_empty() {
        Lead::Alone(best)
    } else if best > 0 && !tied.contains(&0) {
        tied.sort_by(|&a, &b| all[b].value.total_cmp(&all[a].value));
        tied.insert(0, best);
        Lead::Shared(tied)
    } else {
        Lead::Nobody
    }
}

/// Who leads in one of the percentiles that are compared, by its place among them.
fn lead_at(view: View<'_>, age: u32, place: usize) -> Lead {
    let difference = |policy| {
        let differences = compared_at(view, policy, age)?.percentile_differences;
        differences.get(place).map(|difference| view.certain(*difference))
    };
    lead(view.outcome.policies.len(), difference)
}

/// The finding with its condition: which policy has the highest median at the age of decision, if that is no noise, and what
/// that rests on.
pub(in crate::report::chart) fn title(scenario: &Scenario, view: View<'_>) -> String {
    let style = title_style();
    let names = names::fitted(view.outcome, style.size, style.weight, TITLE_ROOM);
    let name = |policy: usize| names.get(policy).map_or("", String::as_str);
    let (Some(age), first) = (view.decision_age(), name(0)) else { return name(0).to_string() };
    let median = |policy: usize| view.percentile(policy, age, P50).map_or(f64::NAN, |i| i.value);
    let at = view.clock.at(age);
    let whose = Source::of(scenario).in_words();
    let rests_on = |best: usize, against: usize| {
        Condition::of(scenario, view.outcome, (best, against), age).in_words(&scenario.inputs.market)
    };
    if view.outcome.policies.len() < 2 {
        return format!("{first}: median {} {at}, {whose}", money(median(0)));
    }
    match lead_at(view, age, 1) {
        Lead::Unknown => {
            let lifetimes = count(view.outcome.lifetimes);
            format!(
                "{lifetimes} lifetimes are too few to tell which policy has the highest median {at}, {whose}"
            )
        }
        Lead::Nobody => format!("No policy is sure to have a higher median {at} than {first}, {whose}"),
        Lead::Alone(best) => {
            let against = if best > 0 { 0 } else { runner_up(view, age) };
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
            let best = tied.first().copied().unwrap_or(0);
            let condition = rests_on(best, 0);
            format!("Highest medians {at}, too close to tell apart: {}{more}, {condition}", shown.join("; "))
        }
    }
}

/// The policy with the highest median beside the first.
fn runner_up(view: View<'_>, age: u32) -> usize {
    let median = |policy: &usize| view.percentile(*policy, age, P50).map_or(f64::NEG_INFINITY, |i| i.value);
    (1..view.outcome.policies.len()).max_by(|a, b| median(a).total_cmp(&median(b))).unwrap_or(0)
}

/// The other side of the finding: who fares best when it goes badly, if that is no noise.
pub(in crate::report::chart) fn safety(view: View<'_>) -> String {
    let policies = view.outcome.policies.len();
    let names = names::fitted(view.outcome, BODY.size, BODY.weight, NAME_ROOM);
    let name = |policy: usize| names.get(policy).map_or("", String::as_str);
    let mut facts = Vec::new();
    if let Some(age) = view.decision_age()
        && let Lead::Alone(best) = lead_at(view, age, 0)
        && let Some(p5) = view.percentile(best, age, P5)
    {
        let at = view.clock.at(age);
        facts.push(format!("Highest 5th percentile {at}: {}, {}", name(best), money(p5.value)));
    }
    if let Lead::Alone(best) = lead(policies, |policy| less_ruin(view, policy))
        && let Some(ruin) = view.outcome.policies.get(best).and_then(|p| p.ruin)
    {
        let never = ruin.value == 0.0 && ruin.high.is_finite();
        let share = if never { format!("< {}", percent(ruin.high)) } else { percent(ruin.value) };
        let all = if view.outcome.enumerated { "start dates" } else { "all lifetimes" };
        facts.push(format!("fewest run out: {}, {share} of {all}", name(best)));
    }
    let unlucky = view.decision_age().map_or(Lead::Unknown, |age| lead_at(view, age, 0));
    if facts.is_empty() && policies > 1 && unlucky == Lead::Unknown {
        return String::new();
    }
    if facts.is_empty() && policies > 1 {
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
            Premium::Found(shift) => format!("{:.1} points", (-100.0 * shift.value).max(0.0)),
            Premium::Below(shift) => format!("more than {:.0} points", -100.0 * shift),
            _ => return None,
        };
        Some(format!("{} {points}", names.get(condition.policy).map_or("", String::as_str)))
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
    format!("A higher median ends if what drives it returns less a year than assumed by: {shown}{more}")
}

/// By how much a policy's probability of ruin is below the first one's.
fn less_ruin(view: View<'_>, policy: usize) -> Option<Estimate> {
    let comparison = view.outcome.against_first.iter().find(|c| c.policy == policy)?;
    comparison.ruin_difference.map(|d| view.certain(Estimate { value: -d.value, ..d }))
}

/// What is drawn, and how.
pub(super) fn subtitle(axis: MoneyAxis, scales: &MoneyScales, view: View<'_>) -> String {
    let axis = if axis == MoneyAxis::Log { "log scale" } else { "linear scale" };
    let time = view.clock.name().to_lowercase();
    let axis = if scales.is_shared { axis.to_string() } else { format!("each {time} on its own {axis}") };
    let among = if view.some_die() { " of those alive then" } else { "" };
    let zone = if scales.have_zone() { "; grey strip: $0 and what is below the log scale" } else { "" };
    let cut = if scales.are_cut(view) { "; an arrowhead: goes on beyond the axis" } else { "" };
    let dollars = dollars_of(view.basis);
    format!(
        "Balances in {dollars}{among}, {axis}: mark = median, thick = 25th–75th, thin = 5th–95th percentile{zone}{cut}"
    )
}

/// The chart in words.
pub(in crate::report::chart) fn describe(view: View<'_>) -> String {
    let mut parts = Vec::new();
    for (row, policy) in view.outcome.policies.iter().enumerate() {
        let mut facts = Vec::new();
        for age in view.decision_age().into_iter().chain(view.later_age()) {
            if let Some(median) = view.percentile(row, age, P50) {
                facts.push(format!("median {} {}", money(median.value), view.clock.at(age)));
            }
        }
        if let Some(ruin) = policy.ruin {
            facts.push(format!("runs out of money: {}", percent_with_interval(ruin)));
        }
        parts.push(format!("{}: {}", names::shown(view.outcome, row), facts.join(", ")));
    }
    format!("{}. {}.", parts.join(". "), capitalised(&format!("in {}", dollars_of(view.basis))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lead_of(differences: &[(f64, f64)]) -> Lead {
        let found = |policy: usize| {
            differences.get(policy - 1).map(|&(value, standard_error)| Estimate { value, standard_error })
        };
        lead(differences.len() + 1, found)
    }

    #[test]
    fn only_a_sure_lead_is_claimed() {
        assert_eq!(lead_of(&[(9.0, 1.0), (2.0, 1.0)]), Lead::Alone(1));
        assert_eq!(lead_of(&[(9.0, 1.0), (2.0, 0.1), (9.5, 1.0)]), Lead::Shared(vec![3, 1]));
        assert_eq!(lead_of(&[(-9.0, 1.0), (-8.0, 1.0)]), Lead::Alone(0));
        assert_eq!(lead_of(&[(-9.0, 1.0), (2.0, 1.0)]), Lead::Nobody);
        assert_eq!(lead_of(&[(0.0, 0.0)]), Lead::Nobody);
        assert_eq!(lead_of(&[(5.0, f64::NAN), (1.0, 1.0)]), Lead::Unknown);
        assert_eq!(lead_of(&[]), Lead::Nobody);
    }
}
