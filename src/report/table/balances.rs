//! The first table: balances at the age of decision, the median later, and ruin.

use crate::report::table::cells::{AT_MOST, amount, margins, nothing};
use crate::report::table::grid::Grid;
use crate::report::table::page::Block;
use crate::report::view::{P5, P50, P95, View};
use crate::report::words::{dollars_of, money, money_short, one_line, percent_with_interval};

/// What the first table shows; taxes are not simulated, and balances of those who draw on them are before they pay any.
pub(super) fn heading(view: View<'_>) -> String {
    let taxed = if view.outcome.policies.iter().any(|policy| policy.ruin.is_some()) {
        ", before income tax"
    } else {
        ""
    };
    format!("Balances, {}{taxed}", dollars_of(view.basis))
}

/// Medians and range at the age of decision, median later, ruin.
pub(super) fn balances(view: View<'_>) -> Vec<Block> {
    let Some(age) = view.decision_age() else { return vec![] };
    let clock = view.clock;
    let later = view.later_age();
    // Where people die, ruin has a table of its own.
    let ruins = view.outcome.policies.iter().any(|p| p.ruin.is_some()) && !view.some_die();
    let mut headings = vec!["Policy".to_string(), format!("Median {}", clock.column(age))];
    headings.push(format!("5th–95th {}", clock.column(age)));
    headings.extend(later.map(|age| format!("Median {}", clock.column(age))));
    let ruin = if view.outcome.enumerated { "Ruin" } else { "Ruin (95 %)" };
    headings.extend(ruins.then(|| ruin.to_string()));
    let mut grid = Grid::new(headings);
    let median = |policy: usize, age: u32| view.percentile(policy, age, P50);
    for (i, policy) in view.outcome.policies.iter().enumerate() {
        let mut figures = vec![amount(median(i, age)), range(view, i, age)];
        figures.extend(later.map(|age| amount(median(i, age))));
        figures.extend(ruins.then(|| policy.ruin.map_or_else(nothing, percent_with_interval)));
        grid.row(&one_line(&policy.name), figures);
    }
    let all = 0..view.outcome.policies.len();
    let worst = |age: u32, place: usize| margins(all.clone().map(|i| view.percentile(i, age, place)));
    let mut figures = vec![money_short(worst(age, P50)), money_short(worst(age, P5).max(worst(age, P95)))];
    figures.extend(later.map(|age| money_short(worst(age, P50))));
    if !view.outcome.enumerated {
        grid.row(AT_MOST, figures);
    }
    grid.into()
}

fn range(view: View<'_>, policy: usize, age: u32) -> String {
    match (view.percentile(policy, age, P5), view.percentile(policy, age, P95)) {
        (Some(low), Some(high)) => format!("{}–{}", money(low.value), money(high.value)),
        _ => nothing(),
    }
}
