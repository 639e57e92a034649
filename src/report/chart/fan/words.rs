//! What a fan chart says in words: its title states the finding, its description is for screen readers.

use crate::report::chart::font;
use crate::report::chart::frame::{LINE_ROOM, title_style};
use crate::report::view::{P5, P25, P50, P75, P95, View};
use crate::report::words::{
    capitalised, dollars_of, money, money_short, one_line, percent, percent_with_interval,
};
use crate::scenario::MoneyAxis;

/// The finding: how the middle half fares at the age of decision, and how many run out.
pub(in crate::report::chart) fn title(view: View<'_>, policy: usize) -> String {
    let name = view.outcome.policies.get(policy).map_or("", |p| p.name.as_str());
    let name = one_line(name);
    let Some(finding) = finding(view, policy) else { return name };
    let ruin = view.outcome.policies.get(policy).and_then(|p| p.ruin);
    let ending = match ruin {
        Some(ruin) if ruin.value > 0.0 => format!("; {} run out", percent(ruin.value)),
        Some(ruin) if ruin.high.is_nan() => "; none run out".to_string(),
        Some(ruin) => format!("; fewer than {} run out", percent(ruin.high)),
        None => String::new(),
    };
    let style = title_style();
    let fits = |text: &str| font::width(text, style.size, style.weight) <= LINE_ROOM;
    let whole = format!("{name}: {finding}{ending}");
    if fits(&whole) {
        return whole;
    }
    let short = format!("{name}: {finding}");
    if fits(&short) {
        return short;
    }
    let room = LINE_ROOM - font::width(&format!(": {finding}"), style.size, style.weight);
    format!("{}: {finding}", font::fitted(&font::printable(&name), style.size, style.weight, room))
}

fn finding(view: View<'_>, policy: usize) -> Option<String> {
    let age = view.decision_age()?;
    let low = view.percentile(policy, age, P25)?.value;
    let high = view.percentile(policy, age, P75)?.value;
    let at = view.clock.at(age);
    let who = if view.outcome.retirement_age.is_some() { "savers" } else { "outcomes" };
    let verb = if who == "savers" { "have" } else { "are" };
    let (low, high) = (money_short(low), money_short(high));
    Some(match low == high {
        true if low == "$0" => format!("nothing is left {at} in most lifetimes"),
        true => format!("half of {who} {verb} about {low} {at}"),
        false => format!("half of {who} {verb} {low}–{high} {at}"),
    })
}

pub(in crate::report::chart) fn subtitle(axis: MoneyAxis, view: View<'_>) -> String {
    let axis = if axis == MoneyAxis::Log { "log scale" } else { "linear scale" };
    let among = if view.some_die() { "percentiles among survivors" } else { "percentiles of all lifetimes" };
    format!("Balance at the end of the year in {}, {axis} · {among}", dollars_of(view.basis))
}

/// The chart in words.
pub(in crate::report::chart) fn describe(view: View<'_>, policy: usize) -> String {
    let mut parts = vec![format!("Fan chart of the balance by {}", view.clock.name().to_lowercase())];
    for age in view.key_ages() {
        let at = |place: usize| view.percentile(policy, age, place).map(|i| money(i.value));
        if let (Some(low), Some(middle), Some(high)) = (at(P5), at(P50), at(P95)) {
            parts.push(capitalised(&format!(
                "{}: 5th percentile {low}, median {middle}, 95th percentile {high}",
                view.clock.at(age)
            )));
        }
    }
    if let Some(ruin) = view.outcome.policies.get(policy).and_then(|p| p.ruin) {
        parts.push(format!("Probability of running out: {}", percent_with_interval(ruin)));
    }
    parts.push(format!("In {}", dollars_of(view.basis)));
    format!("{}.", parts.join(". "))
}
