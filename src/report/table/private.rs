//! What stale prices and gates did, as a table: wealth and risk as stated beside economic value, what changed hands, and
//! what gates held back.

use crate::engine::{Distribution, Outcome, PolicyOutcome, PrivateOutcome};
use crate::report::table::cells::{AT_MOST, margins, nothing};
use crate::report::table::grid::Grid;
use crate::report::table::page::{Block, wrapped};
use crate::report::view::{P50, View};
use crate::report::words::{MARGIN, money, money_short, one_line, percent, points};

/// Two tables; empty if no policy holds anything whose price may be stale or whose gate may be shut.
pub(super) fn private(view: View<'_>) -> Vec<Block> {
    let policies: Vec<(&PolicyOutcome, &PrivateOutcome)> =
        view.outcome.policies.iter().filter_map(|policy| Some((policy, policy.private.as_ref()?))).collect();
    if policies.is_empty() {
        return vec![];
    }
    let mut lines = prices(view, &policies);
    lines.push(Block::Line(String::new()));
    lines.extend(gates(view.outcome, &policies));
    lines
}

/// The heading over both.
pub(super) const HEADING: &str = "Stale prices and gates, dollars of the start";

fn prices(view: View<'_>, policies: &[(&PolicyOutcome, &PrivateOutcome)]) -> Vec<Block> {
    let age = view.decision_age();
    let row = age.and_then(|age| view.outcome.age_index(age));
    let stated_at = |private: &PrivateOutcome| {
        row.and_then(|row| private.reported.get(row)?.as_ref()).map(|d| d.percentiles[P50])
    };
    let wealth = age.map(|age| format!("Stated {}", view.clock.column(age)));
    let mut headings = vec!["Policy".to_string()];
    headings.extend(wealth.clone());
    headings.extend(["Volatility", "as stated", "Drawdown", "as stated", "Transfer"].map(String::from));
    let mut grid = Grid::new(headings);
    let median = |d: &Distribution| percent(d.percentiles[P50].value);
    for (policy, private) in policies {
        let mut figures = vec![];
        if wealth.is_some() {
            figures.push(stated_at(private).map_or_else(nothing, |interval| money(interval.value)));
        }
        figures.extend([
            median(&private.volatility),
            median(&private.reported_volatility),
            median(&policy.worst_drawdown),
            median(&private.reported_drawdown),
            signed(private.transfer.value),
        ]);
        grid.row(&one_line(&policy.name), figures);
    }
    if !view.outcome.enumerated {
        let share = |read: &dyn Fn(&PolicyOutcome, &PrivateOutcome) -> Distribution| {
            let margin = margins(policies.iter().map(|(policy, p)| Some(read(policy, p).percentiles[P50])));
            if margin.is_finite() { points(margin) + " %" } else { nothing() }
        };
        let errors = policies.iter().map(|(_, p)| MARGIN * p.transfer.standard_error);
        let mut figures = vec![];
        if wealth.is_some() {
            figures.push(money_short(margins(policies.iter().map(|(_, private)| stated_at(private)))));
        }
        figures.extend([
            share(&|_, p| p.volatility.clone()),
            share(&|_, p| p.reported_volatility.clone()),
            share(&|policy, _| policy.worst_drawdown.clone()),
            share(&|_, p| p.reported_drawdown.clone()),
            money_short(errors.fold(f64::NAN, f64::max)),
        ]);
        grid.row(AT_MOST, figures);
    }
    let mut lines: Vec<Block> = grid.into();
    let note = "Medians: the balance on the statement, the volatility of the portfolio's yearly returns and its deepest \
                fall, by economic value and as stated. Transfer: mean over life of what trading at stale prices took \
                from those who stayed (+) or left to them (−): no return on anything.";
    lines.extend(wrapped(note, ""));
    lines
}

fn gates(outcome: &Outcome, policies: &[(&PolicyOutcome, &PrivateOutcome)]) -> Vec<Block> {
    let headings = ["Policy", "Gated", "Payments", "Months waited", "Forced sales", "Lost to them", "Weight"];
    let mut grid = Grid::new(headings.map(String::from));
    for (policy, private) in policies {
        let payments = private.gated_payments.as_ref().map_or_else(nothing, |d| tenth(d.mean.value));
        let figures = [
            percent(private.gated.value),
            payments,
            tenth(private.months_waited.mean.value),
            money(private.forced_sales.mean.value),
            money(policy.haircuts.mean.value),
            percent(private.largest_weight.percentiles[P50].value),
        ];
        grid.row(&one_line(&policy.name), figures);
    }
    if !outcome.enumerated {
        let of = |read: &dyn Fn(&PolicyOutcome, &PrivateOutcome) -> f64| {
            policies.iter().map(|(policy, p)| MARGIN * read(policy, p)).fold(f64::NAN, f64::max)
        };
        let payments = of(&|_, p| p.gated_payments.as_ref().map_or(f64::NAN, |d| d.mean.standard_error));
        let of_shares =
            |intervals: f64| if intervals.is_finite() { points(intervals) + " %" } else { nothing() };
        let figures = [
            of_shares(margins(policies.iter().map(|(_, p)| Some(p.gated)))),
            tenth(payments),
            tenth(of(&|_, p| p.months_waited.mean.standard_error)),
            money_short(of(&|_, p| p.forced_sales.mean.standard_error)),
            money_short(of(&|policy, _| policy.haircuts.mean.standard_error)),
            of_shares(margins(policies.iter().map(|(_, p)| Some(p.largest_weight.percentiles[P50])))),
        ];
        grid.row(AT_MOST, figures);
    }
    let mut lines: Vec<Block> = grid.into();
    let note = "Gated: lifetimes in which a payment could not be raised by redemption at least once, and how many payments \
                then. Months of life in which part of a request to sell waited; economic value sold at a discount and \
                what that lost (means). Weight: the median of the largest weight of illiquid assets on a statement.";
    lines.extend(wrapped(note, ""));
    lines
}

/// A count or a margin of one to a tenth; what is there but rounds to nothing is told as less than the last digit.
fn tenth(value: f64) -> String {
    match value {
        v if !v.is_finite() => nothing(),
        v if v > 0.0 && v < 0.05 => "< 0.1".into(),
        v => format!("{v:.1}"),
    }
}

/// Dollars with their sign.
fn signed(dollars: f64) -> String {
    if dollars.is_finite() && dollars > 0.0 { format!("+{}", money(dollars)) } else { money(dollars) }
}
