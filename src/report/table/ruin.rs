//! How often money runs out, told of all lifetimes, of those who retire and of those who grow old.

use std::fmt::Write as _;

use crate::report::table::cells::nothing;
use crate::report::table::grid::Grid;
use crate::report::table::page::{Block, wrapped};
use crate::report::view::View;
use crate::report::whom::Whom;
use crate::report::words::{one_line, percent, percent_with_interval};

/// A table of each policy's ruin by whom; empty if nothing is withdrawn, or if nobody dies, so that there is one figure only.
pub(super) fn ruin(view: View<'_>) -> Vec<Block> {
    if !view.some_die() || view.outcome.policies.iter().all(|policy| policy.ruin.is_none()) {
        return vec![];
    }
    let whom = whoms(view);
    let clock = view.clock;
    let headings = whom.iter().map(|whom| match whom {
        Whom::All => "of all lifetimes".to_string(),
        Whom::Retired => "of those who retire".to_string(),
        Whom::Alive(age) => format!("if alive {}", clock.column(*age)),
    });
    let mut grid = Grid::new(std::iter::once("Policy".to_string()).chain(headings));
    for policy in &view.outcome.policies {
        let told = |whom: &Whom| view.ruin(policy, *whom).map_or_else(nothing, percent_with_interval);
        grid.row(&one_line(&policy.name), whom.iter().map(told));
    }
    let mut lines: Vec<Block> = grid.into();
    lines.extend(wrapped(&note(view), ""));
    lines
}

/// Of whom, the one that matters most first.
fn whoms(view: View<'_>) -> Vec<Whom> {
    let first = view.whom();
    let retires = view.outcome.policies.iter().any(|policy| policy.ruin_of_retired.is_some());
    let later = view.outcome.retirement_age.is_some_and(|age| age > view.outcome.start_age);
    let all = [
        Some(Whom::All),
        Some(Whom::Retired).filter(|_| retires && later),
        view.planners_age().map(Whom::Alive),
    ];
    let others = all.into_iter().flatten().filter(|whom| *whom != first);
    if matches!(first, Whom::Alive(_)) {
        std::iter::once(first).chain(others).collect()
    } else {
        all.into_iter().flatten().collect()
    }
}

fn note(view: View<'_>) -> String {
    let alive = |age: u32| view.outcome.age_index(age).and_then(|row| view.outcome.alive.get(row)).copied();
    let mut text = "A payment that cannot be made in full while alive.".to_string();
    if let Some((age, share)) = view.planners_age().and_then(|age| Some((age, alive(age)?))) {
        let _ = write!(text, " {} of those who begin are alive {}.", percent(share), view.clock.at(age));
    }
    let unseen: Vec<String> = unreached(view).iter().map(ToString::to_string).collect();
    if !unseen.is_empty() {
        let _ = write!(
            text,
            " Asked for but not shown, because fewer than one in a thousand live to see it: {}.",
            unseen.join(", ")
        );
    }
    text
}

/// Key ages that hardly anybody lives to see.
fn unreached(view: View<'_>) -> Vec<u32> {
    let shown = view.key_ages();
    view.outcome.key_ages.iter().copied().filter(|age| !shown.contains(age)).collect()
}
