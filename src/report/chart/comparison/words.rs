//! What the chart of all policies says in words: the finding, its other side, and a description for screen
//! readers.

use crate::engine::Estimate;
use crate::report::chart::comparison::compared_at;
use crate::report::chart::font;
use crate::report::chart::frame::{LINE_ROOM, subtitle_style, title_style};
use crate::report::view::{P5, P50, View};
use crate::report::words::{capitalised, dollars_of, money, one_line, percent, percent_with_interval};
use crate::scenario::MoneyAxis;

/// How sure a difference must be, in standard errors, before a chart speaks of it: several policies are
/// compared at once.
const SURE: f64 = 3.0;

/// Room for a name within a line that holds two.
const NAME_ROOM: f64 = 230.0;

/// What a title claims of the policy with the highest median.
const ALONE: &str = "has the highest median";
const SHARED: &str = "and others have a higher median";

/// Which policy leads in some figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lead {
    /// This one is ahead of all others.
    Alone(usize),
    /// This one is ahead of the first, but perhaps not of some other.
    Shared(usize),
    /// None is surely ahead of the first, nor the first of all others.
    Nobody,
}

/// Who leads, from the differences to the first policy (larger is better) with their paired errors.
fn lead(count: usize, difference: impl Fn(usize) -> Option<Estimate>) -> Lead {
    let same = Estimate { value: 0.0, standard_error: 0.0 };
    let all: Option<Vec<Estimate>> =
        (0..count).map(|policy| if policy == 0 { Some(same) } else { difference(policy) }).collect();
    let Some(all) = all.filter(|all| all.len() > 1) else { return Lead::Nobody };
    let best = (1..count).fold(0, |best, p| if all[p].value > all[best].value { p } else { best });
    let ahead_of = |other: &Estimate| {
        let squares = [all[best], *other].map(|e| e.standard_error * e.standard_error);
        all[best].value - other.value > SURE * (squares[0] + squares[1]).sqrt()
    };
    let others = all.iter().enumerate().filter(|(policy, _)| *policy != best);
    if others.clone().all(|(_, other)| ahead_of(other)) {
        Lead::Alone(best)
    } else if best > 0 && ahead_of(&all[0]) {
        Lead::Shared(best)
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

/// The finding: which policy has the highest median at the age of decision, if that is no noise.
pub(in crate::report::chart) fn title(view: View<'_>) -> String {
    let Some(age) = view.decision_age() else { return name(view, 0) };
    let median = |policy: usize| view.percentile(policy, age, P50).map_or(f64::NAN, |i| i.value);
    let at = view.clock.at(age);
    let first = name(view, 0);
    if view.outcome.policies.len() < 2 {
        return fit(&first, |n| format!("{n}: median {} {at}", money(median(0))));
    }
    let (best, claim) = match lead_at(view, age, 1) {
        Lead::Nobody => {
            return fit(&first, |n| format!("No policy is sure to have a higher median {at} than {n}"));
        }
        Lead::Alone(0) => {
            return fit(&first, |n| format!("{n} has the highest median {at}: {}", money(median(0))));
        }
        Lead::Alone(best) => (best, ALONE),
        Lead::Shared(best) => (best, SHARED),
    };
    let amount = money(median(best));
    let whole =
        format!("{} {claim} {at}: {amount} against {} for {first}", name(view, best), money(median(0)));
    let style = title_style();
    if font::width(&whole, style.size, style.weight) <= LINE_ROOM {
        return whole;
    }
    fit(&name(view, best), |n| match claim {
        SHARED => format!("{n} {claim} {at} than the first: {amount}"),
        _ => format!("{n} {claim} {at}: {amount}"),
    })
}

fn name(view: View<'_>, policy: usize) -> String {
    view.outcome.policies.get(policy).map_or_else(String::new, |p| one_line(&p.name))
}

/// The other side of the finding: who fares best when it goes badly, if that is no noise.
pub(in crate::report::chart) fn safety(view: View<'_>) -> String {
    let count = view.outcome.policies.len();
    let short = |policy: usize| {
        let style = subtitle_style();
        font::fitted(&font::printable(&name(view, policy)), style.size, style.weight, NAME_ROOM)
    };
    let mut facts = Vec::new();
    if let Some(age) = view.decision_age()
        && let Lead::Alone(best) = lead_at(view, age, 0)
        && let Some(p5) = view.percentile(best, age, P5)
    {
        facts.push(format!(
            "Highest 5th percentile {}: {}, {}",
            view.clock.at(age),
            short(best),
            money(p5.value)
        ));
    }
    if let Lead::Alone(best) = lead(count, |policy| less_ruin(view, policy))
        && let Some(ruin) = view.outcome.policies.get(best).and_then(|p| p.ruin)
    {
        let share = if ruin.value == 0.0 { format!("< {}", percent(ruin.high)) } else { percent(ruin.value) };
        facts.push(format!("fewest run out: {}, {share}", short(best)));
    }
    if facts.is_empty() && count > 1 {
        return "No single policy is surely the safest: the best are within Monte Carlo error of each other"
            .to_string();
    }
    capitalised(&facts.join(" · "))
}

/// By how much a policy's probability of ruin is below the first one's.
fn less_ruin(view: View<'_>, policy: usize) -> Option<Estimate> {
    let comparison = view.outcome.comparisons.iter().find(|c| c.policy == policy)?;
    comparison.ruin_difference.map(|d| view.certain(Estimate { value: -d.value, ..d }))
}

/// The sentence about a name, which is cut if the sentence would be too long for a title.
fn fit(name: &str, sentence: impl Fn(&str) -> String) -> String {
    let style = title_style();
    let name = font::printable(name);
    let rest = font::width(&sentence(""), style.size, style.weight);
    sentence(&font::fitted(&name, style.size, style.weight, LINE_ROOM - rest))
}

pub(in crate::report::chart) fn subtitle(axis: MoneyAxis, is_shared: bool, view: View<'_>) -> String {
    let axis = if axis == MoneyAxis::Log { "log scale" } else { "linear scale" };
    let time = view.clock.name().to_lowercase();
    let axis = if is_shared { axis.to_string() } else { format!("each {time} on its own {axis}") };
    let among = if view.some_die() { " among survivors" } else { "" };
    format!(
        "Balances in {}{among}, {axis}: mark = median, thick = 25th–75th, thin = 5th–95th percentile",
        dollars_of(view.basis),
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
        parts.push(format!("{}: {}", one_line(&policy.name), facts.join(", ")));
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
        assert_eq!(lead_of(&[(9.0, 1.0), (8.0, 1.0)]), Lead::Shared(1));
        assert_eq!(lead_of(&[(-9.0, 1.0), (-8.0, 1.0)]), Lead::Alone(0));
        assert_eq!(lead_of(&[(-9.0, 1.0), (2.0, 1.0)]), Lead::Nobody);
        assert_eq!(lead_of(&[(0.0, 0.0)]), Lead::Nobody);
        assert_eq!(lead_of(&[(5.0, f64::NAN)]), Lead::Nobody);
        assert_eq!(lead_of(&[]), Lead::Nobody);
    }
}
