//! What the chart of all policies says in words: the finding, its other side, and a description for screen
//! readers.

use crate::report::chart::comparison::compared_at;
use crate::report::chart::font;
use crate::report::chart::frame::{LINE_ROOM, title_style};
use crate::report::view::{P5, P50, View};
use crate::report::words::{capitalised, dollars_of, money, one_line, percent, percent_with_interval};
use crate::scenario::MoneyAxis;

/// How sure a difference must be, in standard errors, before a title speaks of it: several policies are
/// compared at once.
const SURE: f64 = 3.0;

/// The finding: which policy has the highest median at the age of decision, if that is no noise.
pub(in crate::report::chart) fn title(view: View<'_>) -> String {
    let name = |policy: usize| view.outcome.policies.get(policy).map_or(String::new(), |p| one_line(&p.name));
    let Some(age) = view.decision_age() else { return name(0) };
    let median = |policy: usize| view.percentile(policy, age, P50).map_or(f64::NAN, |i| i.value);
    let at = view.clock.at(age);
    let count = view.outcome.policies.len();
    let best = (1..count).fold(0, |best, p| if median(p) > median(best) { p } else { best });
    let first = name(0);
    if count < 2 {
        return fit(&first, |n| format!("{n}: median {} {at}", money(median(0))));
    }
    if best == 0 {
        return fit(&first, |n| format!("{n} has the highest median {at}: {}", money(median(0))));
    }
    let sure = compared_at(view, best, age).map(|c| c.percentile_differences[1]);
    if !sure.is_some_and(|d| d.value > SURE * d.standard_error) {
        return fit(&first, |n| format!("No policy is sure to have a higher median {at} than {n}"));
    }
    let whole = format!(
        "{} has the highest median {at}: {} against {} for {first}",
        name(best),
        money(median(best)),
        money(median(0))
    );
    let style = title_style();
    if font::width(&whole, style.size, style.weight) <= LINE_ROOM {
        return whole;
    }
    fit(&name(best), |n| format!("{n} has the highest median {at}: {}", money(median(best))))
}

/// The other side of the finding: who fares best when it goes badly.
pub(in crate::report::chart) fn safety(view: View<'_>) -> String {
    let mut facts = Vec::new();
    let policies = &view.outcome.policies;
    if let Some(age) = view.decision_age() {
        let found = (0..policies.len()).filter_map(|p| Some((p, view.percentile(p, age, P5)?.value)));
        let best = found.reduce(|best, next| if next.1 > best.1 { next } else { best });
        let name = |policy: usize| policies.get(policy).map_or_else(String::new, |p| one_line(&p.name));
        facts.extend(best.map(|(p, value)| {
            format!("Highest 5th percentile {}: {}, {}", view.clock.at(age), name(p), money(value))
        }));
    }
    let ruins = policies.iter().filter_map(|p| Some((p, p.ruin?)));
    let least = ruins.reduce(|best, next| if next.1.value < best.1.value { next } else { best });
    facts.extend(least.map(|(policy, ruin)| {
        let share = if ruin.value == 0.0 { format!("< {}", percent(ruin.high)) } else { percent(ruin.value) };
        format!("fewest run out: {}, {share}", one_line(&policy.name))
    }));
    facts.join(" · ")
}

/// The sentence about a name, which is cut if the sentence would be too long for a title.
fn fit(name: &str, sentence: impl Fn(&str) -> String) -> String {
    let style = title_style();
    let name = font::printable(name);
    let rest = font::width(&sentence(""), style.size, style.weight);
    sentence(&font::fitted(&name, style.size, style.weight, LINE_ROOM - rest))
}

pub(in crate::report::chart) fn subtitle(axis: MoneyAxis, view: View<'_>) -> String {
    let axis = if axis == MoneyAxis::Log { "log scale" } else { "linear scale" };
    let among = if view.some_die() { " among survivors" } else { "" };
    format!(
        "Balances in {}{among}, {axis}: mark = median, thick = 25th–75th, thin = 5th–95th percentile",
        dollars_of(view.basis)
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
