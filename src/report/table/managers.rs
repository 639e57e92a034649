//! The skill of managers at which each policy breaks even, as a table.

use crate::engine::{BreakEven, BySkill, Comparison};
use crate::report::table::cells::nothing;
use crate::report::table::grid::Grid;
use crate::report::table::page::{Block, wrapped};
use crate::report::view::View;
use crate::report::words::{MARGIN, NOTHING, one_line};
use crate::scenario::Scenario;

/// The break-even percentile of each policy at the age of decision and at a later one; empty if managers do not differ.
pub(super) fn managers(scenario: &Scenario, view: View<'_>) -> Vec<Block> {
    let of = |comparison: &Comparison, age: u32| {
        comparison.at.iter().find(|at| at.age == age).and_then(|at| at.by_skill.as_ref().map(words))
    };
    let comparisons: Vec<&Comparison> =
        view.outcome.comparisons.iter().filter(|comparison| has_managers(scenario, comparison)).collect();
    let tell = |age: &u32| comparisons.iter().any(|comparison| of(comparison, *age).is_some());
    let ages: Vec<u32> = view.decision_age().into_iter().chain(view.later_age()).filter(tell).collect();
    if ages.is_empty() {
        return vec![];
    }
    let headings = ages.iter().map(|age| format!("Break-even {}", view.clock.column(*age)));
    let mut grid = Grid::new(["Policy".to_string()].into_iter().chain(headings));
    for comparison in comparisons {
        let name = view.outcome.policies.get(comparison.policy).map_or("", |p| p.name.as_str());
        grid.row(&one_line(name), ages.iter().map(|&age| of(comparison, age).unwrap_or_else(nothing)));
    }
    let mut lines: Vec<Block> = grid.into();
    let note = "The percentile of manager skill (0 worst, 100 best, 50 an average one) at which the policy is as often \
                better as worse, ± 95 %; better above it unless said otherwise.";
    lines.extend(wrapped(note, ""));
    lines
}

/// Whether one of two policies holds something whose managers differ.
fn has_managers(scenario: &Scenario, comparison: &Comparison) -> bool {
    let inputs = &scenario.inputs;
    let Some(managers) = &inputs.market.overlays.managers else { return true };
    let dispersed = |key: &str| managers.assets.get(key).is_some_and(|spread| spread.sd > 0.0);
    let schedule = inputs.participant.schedule(inputs.settings.steps_per_year);
    let ages = schedule.map_or(0..1, |schedule| schedule.start_age..schedule.start_age + schedule.years);
    let holds = |policy: usize| {
        let Some(policy) = inputs.policies.get(policy) else { return false };
        ages.clone().any(|age| {
            let weights = policy.allocation.at(f64::from(age));
            inputs
                .market
                .assets
                .iter()
                .zip(weights)
                .any(|(asset, weight)| weight > 0.0 && dispersed(&asset.key))
        })
    };
    holds(comparison.policy) || holds(comparison.against)
}

fn words(by_skill: &BySkill) -> String {
    match by_skill.break_even {
        BreakEven::At { percentile, better_above } => {
            let margin = 100.0 * MARGIN * percentile.standard_error;
            let margin = if margin.is_finite() { format!("{margin:.0}") } else { NOTHING.to_string() };
            let below = if better_above { "" } else { ", better below" };
            format!("{:.0} ± {margin}{below}", 100.0 * percentile.value)
        }
        BreakEven::AlwaysBetter => "helps at every".to_string(),
        BreakEven::AlwaysWorse => "hurts at every".to_string(),
        BreakEven::NeverDifferent => "no difference".to_string(),
        _ => nothing(),
    }
}
