//! Sustainable withdrawal rates as a table, and what is said of start dates instead of Monte Carlo margins.

use crate::report::start_dates::{date, extremes};
use crate::report::table::cells::{AT_MOST, margins, nothing};
use crate::report::table::grid::Grid;
use crate::report::table::page::{Block, wrapped};
use crate::report::view::{P5, P50, P95, View, assumptions};
use crate::report::words::{count, one_line};
use crate::scenario::Scenario;

/// What stands below the title of a run over every start date.
pub(super) fn subtitle(view: View<'_>) -> Option<String> {
    let starts = &view.outcome.starts;
    let (first, last) = (starts.first()?, starts.last()?);
    let among = if view.some_die() { " · balances of those alive then" } else { "" };
    Some(format!("{} start dates, {} to {}{among}", count(starts.len() as u64), date(first), date(last)))
}

/// What stands below the figures of a run over every start date.
pub(super) fn caveat(scenario: &Scenario) -> String {
    format!(
        "Every start date once: no sampling error, so no margins. The windows overlap, so there is far less evidence in \
         them than their number suggests. Assumptions: {}.",
        one_line(&assumptions(scenario)).trim_end_matches('.')
    )
}

pub(super) fn heading(_view: View<'_>) -> String {
    "Sustainable withdrawal rate, % of the balance when withdrawals begin, a year, real".to_string()
}

/// The smallest rate with its start date, percentiles, the largest.
pub(super) fn rates(view: View<'_>) -> Vec<Block> {
    let outcome = view.outcome;
    if outcome.policies.iter().all(|policy| policy.sustainable_rate.is_none()) {
        return vec![];
    }
    let by_start = !outcome.starts.is_empty();
    let headings = if by_start {
        vec!["Policy", "Successes", "Smallest", "5th", "Median", "95th", "Largest"]
    } else {
        vec!["Policy", "5th", "Median", "95th"]
    };
    let mut grid = Grid::new(headings.into_iter().map(str::to_string));
    for (i, policy) in outcome.policies.iter().enumerate() {
        let at = |place: usize| {
            policy
                .sustainable_rate
                .as_ref()
                .map_or_else(nothing, |d| rate(d.percentiles[place].value, by_start))
        };
        let percentiles = [P5, P50, P95].map(at);
        let figures = if by_start {
            let under = outcome.starts.iter().filter_map(|start| start.policies.get(i));
            let kept = under.filter(|found| found.ruin_age.is_none()).count();
            let found = extremes(outcome, i);
            let [least, most] = match found {
                Some(found) => found.map(|(start, value)| format!("{} ({start})", rate(value, true))),
                None => [nothing(), nothing()],
            };
            let [low, middle, high] = percentiles;
            vec![format!("{kept}/{}", outcome.starts.len()), least, low, middle, high, most]
        } else {
            percentiles.to_vec()
        };
        grid.row(&one_line(&policy.name), figures);
    }
    if !outcome.enumerated {
        let found = |place: usize| {
            let rates = outcome.policies.iter().map(|policy| policy.sustainable_rate.as_ref());
            rate(margins(rates.map(|rate| rate.map(|rate| rate.percentiles[place]))), false)
        };
        grid.row(AT_MOST, [P5, P50, P95].map(found));
    }
    let mut lines: Vec<Block> = grid.into();
    let note = "The largest constant real payment that would have lasted to the end of each lifetime, from an invested \
                dollar at the policy's weights, fees and rebalancing; costs of selling for the payments are left out.";
    lines.extend(wrapped(note, ""));
    lines
}

/// A rate in percent: exact ones with four digits after the point, because they are compared to the basis point and
/// below, estimates with two.
fn rate(share: f64, is_exact: bool) -> String {
    match (share.is_finite(), is_exact) {
        (true, true) => format!("{:.4}", 100.0 * share),
        (true, false) => format!("{:.2}", 100.0 * share),
        (false, _) => nothing(),
    }
}
