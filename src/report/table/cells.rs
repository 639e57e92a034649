//! What cells of tables share: amounts, blanks, margins, names.

use crate::engine::Interval;
use crate::report::table::grid::clipped;
use crate::report::view::{View, margin};
use crate::report::words::{NOTHING, money, one_line};

/// The name of the last row of a table, with the largest 95 % margin of each column.
pub(super) const AT_MOST: &str = "± at most (95 %)";

/// The most columns of a policy's name.
const LONGEST_NAME: usize = 40;

/// An amount, or what stands where there is none.
pub(super) fn amount(interval: Option<Interval>) -> String {
    interval.map_or_else(nothing, |i| money(i.value))
}

/// What stands where there is no figure.
pub(super) fn nothing() -> String {
    NOTHING.to_string()
}

/// The largest half of an interval, NaN if there is none.
pub(super) fn margins(intervals: impl Iterator<Item = Option<Interval>>) -> f64 {
    intervals.flatten().map(margin).fold(f64::NAN, f64::max)
}

/// A policy's name, cut if it is long.
pub(super) fn name(view: View<'_>, policy: usize) -> String {
    view.outcome.policies.get(policy).map_or_else(String::new, |p| clipped(&one_line(&p.name), LONGEST_NAME))
}
