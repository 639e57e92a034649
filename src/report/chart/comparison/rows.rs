//! The rows of the chart and what stands in them: names, and numbers with their margins.

use crate::engine::Interval;
use crate::report::chart::canvas::{Canvas, TextStyle};
use crate::report::chart::font;
use crate::report::chart::frame::BODY;
use crate::report::chart::names;
use crate::report::view::{View, margin};
use crate::report::words::{percent, points};

/// The most room for names.
const NAMES: f64 = 216.0;

/// Room for the column that says how often each policy beats the first one.
pub(super) const BEATS: f64 = 92.0;

/// The rows and where they lie.
pub(super) struct Rows {
    /// The policies from top to bottom.
    pub order: Vec<usize>,
    pub top: f64,
    pub height: f64,
}

impl Rows {
    pub fn new(order: Vec<usize>, top: f64) -> Self {
        let height = match order.len() {
            0..=12 => 34.0,
            13..=24 => 26.0,
            _ => 20.0,
        };
        Self { order, top, height }
    }

    /// Whether there is room for a margin below each number.
    pub fn have_margins(&self) -> bool {
        self.height > 30.0
    }

    pub fn middle(&self, row: usize) -> f64 {
        self.top + (row as f64 + 0.5) * self.height
    }

    pub fn bottom(&self) -> f64 {
        self.top + self.order.len() as f64 * self.height
    }

    /// Each row with its policy.
    pub fn policies(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.order.iter().copied().enumerate()
    }
}

/// The width of the widest name, within limits.
pub(super) fn names_width(view: View<'_>) -> f64 {
    let width =
        |policy: usize| font::width(&names::shown(view.outcome, policy), BODY.size, row_style(policy).weight);
    (0..view.outcome.policies.len()).map(width).fold(90.0, f64::max).min(NAMES)
}

/// The first policy, with which the others are compared, stands out.
pub(super) fn row_style(policy: usize) -> TextStyle {
    if policy == 0 { BODY.bold() } else { BODY }
}

/// A share, and what stands below it: its margin, or the limit where it is 0 or 1. Without room below, the limit stands alone.
pub(super) fn share_text(share: Interval, has_room: bool) -> (String, Option<String>) {
    let Interval { value, low, high } = share;
    let limit = match value {
        0.0 if high.is_finite() => Some(format!("< {}", percent(high))),
        1.0 if low.is_finite() => Some(format!("> {}", percent(low))),
        _ => None,
    };
    match limit {
        Some(limit) if has_room => (percent(value), Some(limit)),
        Some(limit) => (limit, None),
        None => {
            let margin = Some(margin(share)).filter(|m| m.is_finite());
            (percent(value), margin.map(|m| format!("± {}", points_within(m))))
        }
    }
}

/// A margin of a share in points, at least a tenth.
pub(super) fn points_within(margin: f64) -> String {
    points(margin).trim_start_matches("< ").to_string()
}

/// A number at the right end of its column, and what is below it if rows are high enough.
pub(super) fn number_with_margin(
    canvas: &mut Canvas,
    (right, middle): (f64, f64),
    rows: &Rows,
    (number, below): (&str, Option<String>),
    style: TextStyle,
    room: f64,
) {
    let below = below.filter(|_| rows.have_margins());
    let baseline = if below.is_some() { middle - 2.0 } else { middle + 4.0 };
    canvas.text_in((right, baseline), number, style.to_the_left(), room);
    if let Some(below) = below {
        let style = BODY.soft().sized(10.0).to_the_left();
        canvas.text_in((right, baseline + 12.5), &below, style, room);
    }
}
