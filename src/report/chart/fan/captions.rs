//! What a fan chart says in words: its title states the finding, its description is for screen readers.

use crate::report::chart::comparison::before_tax;
use crate::report::chart::frame::title_style;
use crate::report::chart::names;
use crate::report::chart::scale::Scale;
use crate::report::condition::{Condition, Source};
use crate::report::lead::reference;
use crate::report::view::{P5, P25, P50, P75, P95, View};
use crate::report::words::{
    capitalised, dollars_of, money, money_short, money_tick, percent, percent_with_interval,
};
use crate::scenario::{MoneyAxis, Scenario};

/// Room for the name in a title.
const NAME_ROOM: f64 = 560.0;

/// The finding with its condition: how the middle half fares at the age of decision, how many run out, and on what what the
/// policy holds beside the one that it is compared with rests.
pub(in crate::report::chart) fn title(scenario: &Scenario, view: View<'_>, policy: usize) -> String {
    let style = title_style();
    let names = names::fitted(view.outcome, style.size, style.weight, NAME_ROOM);
    let name = names.into_iter().nth(policy).unwrap_or_default();
    let Some(finding) = finding(view, policy) else { return name };
    let ruin = view.outcome.policies.get(policy).and_then(|p| p.ruin);
    let all = if view.outcome.enumerated { "start dates" } else { "all lifetimes" };
    let ending = match ruin {
        Some(ruin) if ruin.value > 0.0 => format!("; {} of {all} run out", percent(ruin.value)),
        Some(ruin) if ruin.high.is_nan() => "; none run out".to_string(),
        Some(ruin) => format!("; fewer than {} of {all} run out", percent(ruin.high)),
        None => String::new(),
    };
    let condition = match view.decision_age().zip(reference(view.outcome, policy)) {
        Some((age, against)) => {
            Condition::of(scenario, view.outcome, (policy, against), age).in_words(&scenario.inputs.market)
        }
        None => Source::of(scenario).in_words(),
    };
    format!("{name}: {finding}{ending}, {condition}")
}

fn finding(view: View<'_>, policy: usize) -> Option<String> {
    let age = view.decision_age()?;
    let low = view.percentile(policy, age, P25)?.value;
    let high = view.percentile(policy, age, P75)?.value;
    let at = view.clock.at(age);
    let who = if view.outcome.retirement_age.is_some() { "savers" } else { "outcomes" };
    let verb = if who == "savers" { "have" } else { "are" };
    let high_is_zero = high == 0.0;
    let (low, high) = (money_short(low), money_short(high));
    Some(match low == high {
        true if high_is_zero => format!("nothing is left {at} in most lifetimes"),
        true => format!("half of {who} {verb} about {low} {at}"),
        false => format!("half of {who} {verb} {low}–{high} {at}"),
    })
}

pub(in crate::report::chart) fn subtitle(axis: MoneyAxis, scale: Scale, view: View<'_>) -> String {
    let among = match (view.some_die(), view.outcome.enumerated) {
        (true, _) => "percentiles of those alive then",
        (false, false) => "percentiles of all lifetimes",
        (false, true) => "percentiles of all start dates",
    };
    let several = if view.outcome.policies.len() > 1 { ", the same for all policies" } else { "" };
    let dollars = dollars_of(view.basis);
    let tax = before_tax(view);
    format!(
        "Balance at the end of the year in {dollars}{tax}, {}{several} · {among}",
        axis_in_words(axis, scale)
    )
}

/// How amounts are placed along an axis.
pub(in crate::report::chart) fn axis_in_words(axis: MoneyAxis, scale: Scale) -> String {
    match axis {
        MoneyAxis::Log if scale.has_zone() => {
            format!("log scale above {}, below it a strip down to $0", money_tick(scale.low()))
        }
        MoneyAxis::Log => "log scale".to_string(),
        MoneyAxis::Linear => "linear scale".to_string(),
    }
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
