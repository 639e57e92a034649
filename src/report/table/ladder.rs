//! The attribution ladder as a table: what each friction takes from the median.

use crate::engine::{Attribution, Estimate};
use crate::market::Friction;
use crate::report::table::cells::{AT_MOST, margins, nothing};
use crate::report::table::grid::Grid;
use crate::report::table::page::{Block, wrapped};
use crate::report::view::View;
use crate::report::words::{MARGIN, dollars_of, money, money_change, money_short, one_line, percent, points};
use crate::scenario::Basis;

/// The heading of the ladder's table.
pub(super) fn ladder_heading(view: View<'_>) -> String {
    let at = view.decision_age().map_or_else(String::new, |age| view.clock.at(age));
    format!("What the frictions take from the median {at}, {}", dollars_of(Basis::Real))
}

/// The attribution ladder at the age of decision: gross median, what each friction changes, net median.
pub(super) fn ladder(view: View<'_>) -> Vec<Block> {
    let attributions = &view.outcome.attributions;
    let (Some(first), Some(age)) = (attributions.first(), view.decision_age()) else { return vec![] };
    let changes = first.rungs.iter().skip(1).map(|rung| friction(rung.friction).to_string());
    let mut headings = vec!["Policy".to_string(), "Gross".to_string()];
    headings.extend(changes);
    headings.push("Net".to_string());
    let mut grid = Grid::new(headings);
    let mut worst: Vec<(f64, f64)> = Vec::new();
    for attribution in attributions {
        let name = view.outcome.policies.get(attribution.policy).map_or("", |p| p.name.as_str());
        let (figures, errors) = rungs(attribution, age);
        worst.resize(worst.len().max(errors.len()), (f64::NAN, f64::NAN));
        for (worst, error) in worst.iter_mut().zip(errors) {
            *worst = (worst.0.max(error.0), worst.1.max(error.1));
        }
        grid.row(&one_line(name), figures);
    }
    grid.row(AT_MOST, worst.into_iter().map(margin_text));
    let mut lines: Vec<Block> = grid.into();
    let note = "Frictions are switched on one after the other, from left to right, on the same lifetimes; in \
                brackets the share of the gross median. Volatility: what smooth prices hide. Stale NAVs: \
                buying and selling at prices that lag behind value. Liquidity: half-spreads, gates and \
                discounts on sale.";
    lines.extend(wrapped(note, ""));
    lines
}

fn friction(friction: Friction) -> &'static str {
    match friction {
        Friction::Gross => "Gross",
        Friction::Fees => "Fees",
        Friction::VolatilityHaircut => "Volatility",
        Friction::Smoothing => "Stale NAVs",
        Friction::Liquidity => "Liquidity",
    }
}

/// Dollars, and the share of the gross median if that is shown.
fn margin_text((dollars, share): (f64, f64)) -> String {
    let text = money_short(dollars);
    if share.is_finite() { format!("{text} ({} %)", points(share)) } else { text }
}

/// A change in dollars and as a share of the gross median, of which the sign is that of the dollars.
fn change_text(change: f64, gross: f64) -> String {
    let share = (change / gross).abs();
    match change {
        none if none.is_nan() => nothing(),
        none if none == 0.0 || !share.is_finite() => money_change(none),
        some if share < 0.000_5 => format!("{} (< 0.1 %)", money_change(some)),
        some => format!("{} ({})", money_change(some), percent(share)),
    }
}

/// The figures of one ladder and their 95 % margins, in dollars and as shares of the gross median.
fn rungs(attribution: &Attribution, age: u32) -> (Vec<String>, Vec<(f64, f64)>) {
    let at: Vec<_> =
        attribution.rungs.iter().filter_map(|rung| rung.at.iter().find(|at| at.age == age)).collect();
    let (Some(gross), Some(net)) = (at.first(), at.last()) else { return (vec![], vec![]) };
    let unknown = Estimate { value: f64::NAN, standard_error: f64::NAN };
    let changes: Vec<Estimate> =
        at.iter().skip(1).map(|rung| rung.median_change.unwrap_or(unknown)).collect();
    let mut figures = vec![money(gross.median.value)];
    figures.extend(changes.iter().map(|change| change_text(change.value, gross.median.value)));
    figures.push(money(net.median.value));
    let whole = |interval| (margins([Some(interval)].into_iter()), f64::NAN);
    let part = |change: &Estimate| {
        let margin = MARGIN * change.standard_error;
        (margin, margin / gross.median.value)
    };
    let mut errors = vec![whole(gross.median)];
    errors.extend(changes.iter().map(part));
    errors.push(whole(net.median));
    (figures, errors)
}
