//! Income and costs over whole lives as a table.

use std::fmt::Write as _;

use crate::engine::{Distribution, Estimate, Outcome, PolicyOutcome};
use crate::report::table::cells::{AT_MOST, margins, nothing};
use crate::report::table::grid::Grid;
use crate::report::table::page::{Block, wrapped};
use crate::report::view::{P5, P50, View};
use crate::report::words::{MARGIN, money, money_short, one_line, percent, points};

/// A figure over whole lives: its heading, how it is read from a policy, and how it is printed.
struct Figure {
    heading: &'static str,
    read: fn(&PolicyOutcome) -> Option<&Distribution>,
    kind: Kind,
}

/// Which number of a distribution is shown, and its unit.
enum Kind {
    UnluckyShare,
    MedianShare,
    MeanShare,
    MeanDollars,
}

/// Income and costs of each policy.
const FIGURES: [Figure; 6] = [
    Figure { heading: "Replaced, 5th", read: |p| p.replacement_rate.as_ref(), kind: Kind::UnluckyShare },
    Figure { heading: "Shortfall", read: |p| p.shortfall.as_ref(), kind: Kind::MeanShare },
    Figure { heading: "Drawdown", read: |p| Some(&p.worst_drawdown), kind: Kind::MedianShare },
    Figure { heading: "Fees", read: |p| Some(&p.fees), kind: Kind::MeanDollars },
    Figure { heading: "Haircuts", read: |p| Some(&p.haircuts), kind: Kind::MeanDollars },
    Figure { heading: "Trading", read: |p| Some(&p.trading_costs), kind: Kind::MeanDollars },
];

impl Figure {
    fn text(&self, policy: &PolicyOutcome) -> String {
        (self.read)(policy).map_or_else(nothing, |found| match self.kind {
            Kind::UnluckyShare => percent(found.percentiles[P5].value),
            Kind::MedianShare => percent(found.percentiles[P50].value),
            Kind::MeanShare => percent(found.mean.value),
            Kind::MeanDollars if hangs_on_few(found.mean) => nothing(),
            Kind::MeanDollars => money(found.mean.value),
        })
    }

    fn margin(&self, outcome: &Outcome) -> String {
        let found = || outcome.policies.iter().filter_map(self.read);
        let of_means = || found().map(|d| MARGIN * d.mean.standard_error).fold(f64::NAN, f64::max);
        let share = |margin: f64| if margin.is_finite() { points(margin) + " %" } else { nothing() };
        match self.kind {
            Kind::UnluckyShare => share(margins(found().map(|d| Some(d.percentiles[P5])))),
            Kind::MedianShare => share(margins(found().map(|d| Some(d.percentiles[P50])))),
            Kind::MeanShare => share(of_means()),
            Kind::MeanDollars => {
                let told = found().map(|found| found.mean).filter(|mean| !hangs_on_few(*mean));
                money_short(told.map(|mean| MARGIN * mean.standard_error).fold(f64::NAN, f64::max))
            }
        }
    }
}

/// Whether so few lifetimes decide a mean that its margin is more than half of it.
fn hangs_on_few(mean: Estimate) -> bool {
    MARGIN * mean.standard_error > 0.5 * mean.value
}

/// Replacement rate (5th percentile), deepest fall (median), shortfall and costs (means). What is the same for all of several
/// policies is told below the table instead of taking a column.
pub(super) fn over_life(view: View<'_>) -> Vec<Block> {
    let policies = &view.outcome.policies;
    let told = FIGURES.iter().filter(|figure| policies.iter().any(|policy| (figure.read)(policy).is_some()));
    let is_same = |figure: &&Figure| {
        policies.len() > 1 && policies.windows(2).all(|pair| figure.text(&pair[0]) == figure.text(&pair[1]))
    };
    let (same, shown): (Vec<&Figure>, Vec<&Figure>) = told.partition(is_same);
    let headings = shown.iter().map(|figure| figure.heading.to_string());
    let mut grid = Grid::new(["Policy".to_string()].into_iter().chain(headings));
    for policy in &view.outcome.policies {
        grid.row(&one_line(&policy.name), shown.iter().map(|figure| figure.text(policy)));
    }
    if !view.outcome.enumerated {
        grid.row(AT_MOST, shown.iter().map(|figure| figure.margin(view.outcome)));
    }
    let mut lines = if shown.is_empty() { vec![] } else { Vec::from(grid) };
    let is_told = |of: fn(&PolicyOutcome) -> bool| policies.iter().any(of);
    let mut note = String::new();
    if is_told(|policy| policy.replacement_rate.is_some()) {
        note += "Replaced: income in retirement over final pay, before income tax, in the unlucky 5th percentile. ";
    }
    note += "Drawdown: the median of the deepest fall. ";
    note += if is_told(|policy| policy.shortfall.is_some()) {
        "Means of shortfall (share of the spending wanted) and of costs (dollars over life). Shortfall and \
         replacement are of those who retire."
    } else {
        "Means of costs (dollars over life)."
    };
    let is_untold = |figure: &&Figure| {
        let mut found = policies.iter().filter_map(figure.read);
        matches!(figure.kind, Kind::MeanDollars) && found.any(|found| hangs_on_few(found.mean))
    };
    if shown.iter().any(is_untold) {
        note += " –: a mean that hangs on so few lifetimes that its margin is more than half of it.";
    }
    if let Some(policy) = policies.first().filter(|_| !same.is_empty()) {
        let figures =
            same.iter().map(|figure| format!("{} {}", figure.heading.to_lowercase(), figure.text(policy)));
        let _ = write!(note, " The same for all: {}.", figures.collect::<Vec<_>>().join("; "));
    }
    lines.extend(wrapped(&note, ""));
    lines
}
