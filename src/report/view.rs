//! What tables and charts read from an outcome: balances in the basis that is shown, and the ages that
//! deserve a sentence. Every look-up is total: what is not in the tables is `None`.

use crate::engine::{BalanceTable, Estimate, Interval, Outcome, PERCENTILES};
use crate::report::words::Clock;
use crate::scenario::{Basis, RowOrder, Scenario};

/// Places in [`PERCENTILES`] that have a name.
pub(super) const P5: usize = 1;
pub(super) const P10: usize = 2;
pub(super) const P25: usize = 3;
pub(super) const P50: usize = 4;
pub(super) const P75: usize = 5;
pub(super) const P90: usize = 6;
pub(super) const P95: usize = 7;

/// Ages which fewer than this share of those who begin live to see are not shown.
const SMALLEST_SHARE_SHOWN: f64 = 0.001;

/// An outcome seen in one basis.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    pub outcome: &'a Outcome,
    pub basis: Basis,
    pub clock: Clock,
}

impl<'a> View<'a> {
    /// The outcome in the basis that the scenario chooses.
    pub(super) fn new(scenario: &Scenario, outcome: &'a Outcome) -> Self {
        let clock = Clock::starting_at(outcome.start_age);
        Self { outcome, basis: scenario.output.basis, clock }
    }

    /// Balances in the basis.
    pub(super) fn balances(self) -> &'a BalanceTable {
        match self.basis {
            Basis::Real => &self.outcome.real,
            Basis::Nominal => &self.outcome.nominal,
        }
    }

    /// A policy's percentile at an age, by its place in [`PERCENTILES`].
    pub(super) fn percentile(self, policy: usize, age: u32, place: usize) -> Option<Interval> {
        let row = self.outcome.age_index(age)?;
        interval_at(self.balances(), policy, row, place)
    }

    /// A difference as it is judged: where nothing was sampled it is what it is, without an error.
    pub(super) fn certain(self, difference: Estimate) -> Estimate {
        if self.outcome.enumerated { Estimate { standard_error: 0.0, ..difference } } else { difference }
    }

    /// The rows of the tables that are shown: up to the last age that one in a thousand sees.
    pub(super) fn shown_rows(self) -> usize {
        let alive = |&(_, share): &(usize, &f64)| *share >= SMALLEST_SHARE_SHOWN;
        self.outcome.alive.iter().enumerate().rfind(alive).map_or(0, |(row, _)| row + 1)
    }

    /// The last age that is shown.
    pub(super) fn last_age(self) -> Option<u32> {
        self.outcome.ages.get(self.shown_rows().checked_sub(1)?).copied()
    }

    /// The age at which savers look at their balance: retirement, or else the last key age, or the last.
    pub(super) fn decision_age(self) -> Option<u32> {
        let retirement = self.outcome.retirement_age.filter(|&age| self.is_shown(age));
        retirement.or_else(|| self.key_ages().into_iter().max()).or_else(|| self.last_age())
    }

    /// A later age to look at: the last key age that is shown, or the last age, if after the decision.
    pub(super) fn later_age(self) -> Option<u32> {
        let decision = self.decision_age()?;
        let key = self.key_ages().into_iter().max();
        key.max(self.last_age().filter(|_| key <= Some(decision))).filter(|&age| age > decision)
    }

    /// Key ages that are shown, in rising order.
    pub(super) fn key_ages(self) -> Vec<u32> {
        self.outcome.key_ages.iter().copied().filter(|&age| self.is_shown(age)).collect()
    }

    /// Whether some lifetimes end before the last age.
    pub(super) fn some_die(self) -> bool {
        self.outcome.alive.iter().any(|&alive| alive < 1.0)
    }

    fn is_shown(self, age: u32) -> bool {
        self.outcome.age_index(age).is_some_and(|row| row < self.shown_rows())
    }
}

/// The policies in the order of the rows of a comparison: that of the file, or the highest median at the age of decision first.
pub(super) fn row_order(scenario: &Scenario, view: View<'_>) -> Vec<usize> {
    let mut order: Vec<usize> = (0..view.outcome.policies.len()).collect();
    if let (RowOrder::Finding, Some(age)) = (scenario.output.order, view.decision_age()) {
        let median = |policy: usize| view.percentile(policy, age, P50).map_or(f64::NEG_INFINITY, |i| i.value);
        order.sort_by(|&a, &b| median(b).total_cmp(&median(a)));
    }
    order
}

/// The larger half of a 95 % interval; infinite where one of its ends is not known, NaN where there is no interval.
pub(super) fn margin(interval: Interval) -> f64 {
    let halves = [interval.high - interval.value, interval.value - interval.low];
    match halves.map(f64::is_nan) {
        [true, true] => f64::NAN,
        [false, false] => halves[0].max(halves[1]),
        _ => f64::INFINITY,
    }
}

/// An entry of a balance table with its interval; `None` outside the table or where nobody is alive.
pub(super) fn interval_at(table: &BalanceTable, policy: usize, row: usize, place: usize) -> Option<Interval> {
    let index = [policy, row, place];
    let value = *table.percentiles.get(index)?;
    let (low, high) = (*table.low.get(index)?, *table.high.get(index)?);
    (!value.is_nan() && place < PERCENTILES.len()).then_some(Interval { value, low, high })
}

/// A mean of a balance table; `None` outside the table or where nobody is alive.
pub(super) fn mean_at(table: &BalanceTable, policy: usize, row: usize) -> Option<Estimate> {
    let value = *table.mean.get([policy, row])?;
    let standard_error = *table.mean_standard_error.get([policy, row])?;
    (!value.is_nan()).then_some(Estimate { value, standard_error })
}

/// Whose assumptions a scenario rests on.
pub(super) fn assumptions(scenario: &Scenario) -> String {
    match (&scenario.assumptions, scenario.source.as_str()) {
        (Some(set), "") => set.clone(),
        (Some(set), source) if source.contains(set.as_str()) => source.to_string(),
        (Some(set), source) => format!("{set} – {source}"),
        (None, "") => "the scenario's own figures".to_string(),
        (None, source) => source.to_string(),
    }
}
