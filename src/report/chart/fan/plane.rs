//! The plane of a fan: ages to the right, money upwards, the panel of ruin below.

use crate::report::chart::scale::Scale;
use crate::report::view::View;

/// The ends of the age axis.
pub(super) const LEFT: f64 = 72.0;
pub(super) const RIGHT: f64 = 804.0;

/// Height of the panel of ruin.
pub(super) const RUIN_HEIGHT: f64 = 66.0;

/// A policy's fan with what is needed to place it.
pub(super) struct Fan<'a> {
    pub view: View<'a>,
    pub policy: usize,
    pub rows: usize,
    pub money: Scale,
    pub top: f64,
    /// Bottom of the panel of money, and of the lowest panel.
    pub floor: f64,
    pub bottom: f64,
    pub last_age: u32,
}

impl Fan<'_> {
    pub fn x(&self, age: f64) -> f64 {
        let start = f64::from(self.view.outcome.start_age);
        let years = (f64::from(self.last_age) - start).max(1.0);
        LEFT + (age - start) / years * (RIGHT - LEFT)
    }

    pub fn y(&self, amount: f64) -> f64 {
        self.floor - self.money.position(amount) * (self.floor - self.top)
    }

    pub fn value(&self, row: usize, place: usize) -> f64 {
        self.view.balances().percentiles.get([self.policy, row, place]).copied().unwrap_or(f64::NAN)
    }

    /// A percentile's line from the opening balance to the last age.
    pub fn path(&self, place: usize) -> Vec<(f64, f64)> {
        let outcome = self.view.outcome;
        let start = (self.x(f64::from(outcome.start_age)), self.y(outcome.opening_balance));
        let rows = outcome.ages.iter().take(self.rows).enumerate();
        let points = rows.map(|(row, &age)| (self.x(f64::from(age)), self.value(row, place)));
        let drawn = points.filter(|(_, value)| !value.is_nan()).map(|(x, value)| (x, self.y(value)));
        [start].into_iter().chain(drawn).collect()
    }
}
