//! Policies against those that they are compared with, on the same lifetimes.

use crate::engine::Comparison;
use crate::report::table::cells::nothing;
use crate::report::table::grid::{Grid, clipped};
use crate::report::table::page::{Block, wrapped};
use crate::report::view::View;
use crate::report::words::{
    change_with_margin, dollars_of, one_line, percent_with_margin, points_with_margin,
};
use crate::scenario::Basis;

/// A heading and the lines below it.
type Section = (String, Vec<Block>);

/// A table for each policy with which others are compared, in the order of the policies.
pub(super) fn against(view: View<'_>) -> Vec<Section> {
    let comparisons = &view.outcome.comparisons;
    let references = references(comparisons);
    let last = references.len().saturating_sub(1);
    let section = |(i, reference): (usize, usize)| {
        let of_reference = comparisons.iter().filter(|c| c.against == reference);
        let mut lines = rows(view, &of_reference.collect::<Vec<_>>());
        if i == last && !lines.is_empty() {
            lines.extend(note(view));
        }
        (heading(view, reference), lines)
    };
    references.into_iter().enumerate().map(section).collect()
}

/// The policies with which others are compared, the first one first.
pub(super) fn references(comparisons: &[Comparison]) -> Vec<usize> {
    let mut references: Vec<usize> = comparisons.iter().map(|comparison| comparison.against).collect();
    references.sort_unstable();
    references.dedup();
    references
}

fn heading(view: View<'_>, reference: usize) -> String {
    let name = view.outcome.policies.get(reference).map_or("", |p| p.name.as_str());
    format!("Against {} on the same lifetimes, {}", clipped(&one_line(name), 40), dollars_of(Basis::Real))
}

/// For each policy: how often it is better, and the differences of median, 5th percentile and ruin; of a later age where
/// there is no ruin.
fn rows(view: View<'_>, comparisons: &[&Comparison]) -> Vec<Block> {
    let Some(age) = view.decision_age() else { return vec![] };
    let at = view.clock.column(age);
    let whom = view.whom();
    let ruins = comparisons.iter().any(|c| c.ruin_difference.is_some());
    let later = view.later_age().filter(|_| !ruins);
    let mut headings = vec!["Policy".to_string(), format!("Better {at}")];
    headings.extend([format!("Median {at}"), format!("5th {at}")]);
    headings.extend(ruins.then(|| "Ruin, points".to_string()));
    headings.extend(later.map(|age| format!("Median {}", view.clock.column(age))));
    let mut grid = Grid::new(headings);
    for comparison in comparisons {
        let name = view.outcome.policies.get(comparison.policy).map_or("", |p| p.name.as_str());
        let at = |age: u32| comparison.at.iter().find(|at| at.age == age);
        let changes = |place: usize, age: u32| {
            at(age).map_or_else(nothing, |at| change_with_margin(at.percentile_differences[place]))
        };
        let mut figures = vec![at(age).map_or_else(nothing, |at| percent_with_margin(at.better))];
        figures.extend([changes(1, age), changes(0, age)]);
        let ruin = view.ruin_difference(comparison, whom);
        figures.extend(ruins.then(|| ruin.map_or_else(nothing, points_with_margin)));
        figures.extend(later.map(|age| changes(1, age)));
        grid.row(&one_line(name), figures);
    }
    grid.into()
}

fn note(view: View<'_>) -> Vec<Block> {
    if view.outcome.comparisons.iter().all(|comparison| comparison.ruin_difference.is_none()) {
        return vec![];
    }
    let margin = if view.outcome.enumerated { "" } else { "; ± is half a 95 % interval, paired" };
    wrapped(&format!("Ruin: percentage points {}{margin}.", view.whom().words(view.clock)), "")
}
