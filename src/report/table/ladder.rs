//! The attribution ladder as a table: what each friction takes from the median.

use crate::engine::{Attribution, Estimate, Friction};
use crate::report::table::grid::Grid;
use crate::report::table::{AT_MOST, margins};
use crate::report::view::View;
use crate::report::words::{MARGIN, dollars_of, money, money_change, money_short, one_line};
use crate::scenario::Basis;

/// The heading of the ladder's table.
pub(super) fn ladder_heading(view: View<'_>) -> String {
    let at = view.decision_age().map_or_else(String::new, |age| view.clock.at(age));
    format!("What the frictions take from the median {at}, {}", dollars_of(Basis::Real))
}

/// The attribution ladder at the age of decision: gross median, what each friction changes, net median.
pub(super) fn ladder(view: View<'_>) -> Vec<String> {
    let attributions = &view.outcome.attributions;
    let (Some(first), Some(age)) = (attributions.first(), view.decision_age()) else { return vec![] };
    let changes = first.rungs.iter().skip(1).map(|rung| friction(rung.friction).to_string());
    let mut headings = vec!["Policy".to_string(), "Gross".to_string()];
    headings.extend(changes);
    headings.push("Net".to_string());
    let mut grid = Grid::new(headings);
    let mut worst: Vec<f64> = Vec::new();
    for attribution in attributions {
        let name = view.outcome.policies.get(attribution.policy).map_or("", |p| p.name.as_str());
        let (figures, errors) = rungs(attribution, age);
        worst.resize(worst.len().max(errors.len()), f64::NAN);
        worst.iter_mut().zip(errors).for_each(|(worst, error)| *worst = worst.max(error));
        grid.row(&one_line(name), figures);
    }
    grid.row(AT_MOST, worst.into_iter().map(money_short));
    grid.lines()
}

fn friction(friction: Friction) -> &'static str {
    match friction {
        Friction::Gross => "Gross",
        Friction::Fees => "Fees",
        Friction::VolatilityHaircut => "Volatility",
        Friction::Liquidity => "Liquidity",
    }
}

/// The figures of one ladder and their 95 % margins.
fn rungs(attribution: &Attribution, age: u32) -> (Vec<String>, Vec<f64>) {
    let at: Vec<_> =
        attribution.rungs.iter().filter_map(|rung| rung.at.iter().find(|at| at.age == age)).collect();
    let (Some(gross), Some(net)) = (at.first(), at.last()) else { return (vec![], vec![]) };
    let unknown = Estimate { value: f64::NAN, standard_error: f64::NAN };
    let changes: Vec<Estimate> =
        at.iter().skip(1).map(|rung| rung.median_change.unwrap_or(unknown)).collect();
    let mut figures = vec![money(gross.median.value)];
    figures.extend(changes.iter().map(|change| money_change(change.value)));
    figures.push(money(net.median.value));
    let mut errors = vec![margins([Some(gross.median)].into_iter())];
    errors.extend(changes.iter().map(|change| MARGIN * change.standard_error));
    errors.push(margins([Some(net.median)].into_iter()));
    (figures, errors)
}
