//! Medians at every key age, where the first table does not show them all.

use crate::report::table::cells::{AT_MOST, amount, margins};
use crate::report::table::grid::Grid;
use crate::report::table::page::Block;
use crate::report::view::{P50, View};
use crate::report::words::{money_short, one_line};

/// The most ages in one block of columns.
const MOST: usize = 6;

/// A table of medians by key age; empty if the ages are those of the first table.
pub(super) fn medians(view: View<'_>) -> Vec<Block> {
    let ages = view.key_ages();
    let shown = [view.decision_age(), view.later_age()];
    if ages.iter().all(|age| shown.contains(&Some(*age))) {
        return vec![];
    }
    let mut lines = vec![];
    for block in ages.chunks(MOST) {
        let headings = block.iter().map(|age| view.clock.column(*age));
        let mut grid = Grid::new(std::iter::once("Policy".to_string()).chain(headings));
        for (i, policy) in view.outcome.policies.iter().enumerate() {
            grid.row(&one_line(&policy.name), block.iter().map(|&age| amount(view.percentile(i, age, P50))));
        }
        if !view.outcome.enumerated {
            let policies = 0..view.outcome.policies.len();
            let worst =
                |&age: &u32| money_short(margins(policies.clone().map(|i| view.percentile(i, age, P50))));
            grid.row(AT_MOST, block.iter().map(worst));
        }
        lines.push(Block::Grid(grid));
    }
    lines
}
